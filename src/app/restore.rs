//! Bringing a log to another database: from a backup, or from one engine to the other.
//!
//! The copy is complete and proved before anything else happens; then erasures that the ledger knows are applied, read
//! models are built, and what was lost since the backup is recorded.

use derive_more::From;
use serde::Serialize;
use std::path::Path;
use strum::{IntoStaticStr, VariantNames};

use jiff::civil::Date;

use super::request::{Order, Request};
use super::{App, AppError, StartError};
use crate::accounts::Caller;
use crate::domain::log::{LOG_ID, Log, LogCommand, LostRange};
use crate::event_log::copy::{Copied, CopyError, copy, installation};
use crate::event_log::scrub::{ScrubError, scrub};
use crate::event_log::{EngineError, Location, RebuildError};
use crate::ledger::{Ledger, LedgerEntry, LedgerError, NotedHead};
use crate::people::{KeyFileError, MasterKey};

// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, From, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "restore.")]
pub enum RestoreError {
    NoLedger(Box<Path>),
    NoInstallation,
    #[from]
    #[serde(skip)]
    Copy(CopyError),
    #[from]
    #[serde(skip)]
    Key(KeyFileError),
    #[from]
    #[serde(skip)]
    Start(StartError),
    #[from]
    #[serde(skip)]
    Rebuild(RebuildError),
    #[from]
    #[serde(skip)]
    Ledger(LedgerError),
    #[from]
    #[serde(skip)]
    Scrub(ScrubError),
    #[from]
    #[serde(skip)]
    App(AppError),
}

impl From<EngineError> for RestoreError {
    fn from(error: EngineError) -> Self {
        Self::App(error.into())
    }
}

/// A log that arrived.
pub struct Arrived {
    pub app: App,
    pub copied: Copied,
    /// Persons who came with the copy and were erased again.
    pub erased: i64,
    /// What was recorded after the backup and is gone.
    pub lost: Option<LostRange>,
}

impl Arrived {
    async fn build_models(&self) -> Result<(), RestoreError> {
        let log = &self.app.log;
        Ok(log.rebuild(log.models(), |_, _| ()).await?)
    }
}

impl App {
    /// Copies the log at `from` into the empty database at `to` and opens it there with the same key. Erasures of the
    /// ledger are applied, read models built.
    pub async fn transfer(
        from: &Location,
        to: &Location,
        key_file: &Path,
        clock: fn() -> i64,
        progress: impl FnMut(i64),
    ) -> Result<Arrived, RestoreError> {
        let arrived = Self::arrive(from, to, key_file, clock, progress).await?;
        arrived.build_models().await?;
        Ok(arrived)
    }

    /// A log that arrives has no read models yet.
    async fn arrive(
        from: &Location,
        to: &Location,
        key_file: &Path,
        clock: fn() -> i64,
        progress: impl FnMut(i64),
    ) -> Result<Arrived, RestoreError> {
        let (id, check) = installation(from).await?.ok_or(RestoreError::NoInstallation)?;
        MasterKey::open(key_file, Some((&id, &check)))?;
        let copied = copy(from, to, progress).await?;
        let app = Self::open(to, key_file, clock).await?;
        let erased = app.log.head().await?.position() - copied.position;
        Ok(Arrived { app, copied, erased, lost: None })
    }

    /// Restores a backup into the empty database at `to`. What the ledger knows is applied: erasures, and which
    /// positions were recorded after the backup. Without a ledger nobody can know either. What was sealed of the erased
    /// came with the copy, and is wiped out of the new database's files.
    pub async fn restore(
        backup: &Location,
        to: &Location,
        key_file: &Path,
        without_ledger: bool,
        clock: fn() -> i64,
        progress: impl FnMut(i64),
    ) -> Result<Arrived, RestoreError> {
        let ledger = Ledger::beside(key_file);
        if !without_ledger && !ledger.exists() {
            return Err(RestoreError::NoLedger(ledger.path().into()));
        }
        let mut arrived = Self::arrive(backup, to, key_file, clock, progress).await?;
        let app = &arrived.app;
        let Some(log) = app.log.name().await? else { return Ok(arrived) };
        // Before the read models are built, which takes its time: whoever gives up then must not lose this.
        let known = ledger.head(&log)?.map_or(0, |head| head.position);
        if known > arrived.copied.position {
            let lost = LostRange { from: arrived.copied.position + 1, to: known };
            let order = Order::Log { command: LogCommand::RecordRestore { lost, effective_on: app.today() } };
            let key = format!("restore:{}:{}", lost.from, lost.to);
            app.execute(&Caller::operator("restore"), Request::new(key, "restore", vec![order])).await?;
            arrived.lost = Some(lost);
        }
        arrived.build_models().await?;
        if arrived.erased > 0 {
            scrub(to).await?;
        }
        Ok(arrived)
    }

    /// Takes over what other machines' ledgers know and the one beside the key does not.
    ///
    /// # Errors
    /// If a ledger cannot be read or written.
    pub fn merge_ledgers(key_file: &Path, others: &[impl AsRef<Path>]) -> Result<(), LedgerError> {
        let ours = Ledger::beside(key_file);
        for other in others {
            let known = ours.entries()?;
            for entry in Ledger::at(other.as_ref().to_owned()).entries()?.iter().filter(|entry| !known.contains(entry))
            {
                ours.append(entry)?;
            }
        }
        Ok(())
    }

    /// The lost range in which a position lies, and when it was found lost.
    pub(super) async fn lost(&self, position: i64) -> Result<Option<(LostRange, Date)>, AppError> {
        self.bring_up_to_date::<Log>(&[LOG_ID]).await?;
        let (log, _) = self.load::<Log>(LOG_ID).await?;
        Ok(log.lost.iter().find(|(range, _)| range.contains(position)).cloned())
    }

    /// Notes the head in the ledger if the log has grown since the last one noted there.
    pub async fn note_head(&self) -> Result<(), RestoreError> {
        let head = self.log.head().await?;
        let Some(log) = self.log.name().await? else { return Ok(()) };
        let known = self.ledger.head(&log)?.map_or(0, |head| head.position);
        if head.position() > known {
            let root = hex::encode(head.root());
            self.ledger.append(&LedgerEntry::Head(NotedHead { log, position: head.position(), root }))?;
        }
        Ok(())
    }
}
