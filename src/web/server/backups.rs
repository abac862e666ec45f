//! A backup each day, proved before it counts, and as many kept as wanted.
//!
//! Invariants: a file has the name of a backup only if it was restored beside and proved; older ones are removed only
//! after that, so that a failing disk, database or clock takes none away.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::log::Log;
use super::metrics::Metrics;
use crate::app::App;
use crate::app::health::ProofError;
use crate::app::restore::RestoreError;
use crate::event_log::Location;
use crate::event_log::copy::{CopyError, back_up};
use crate::refusal::Refusal as _;
use crate::text::lang::{Sentence, say};

const MICROS: i64 = 1_000_000;
const DAY: i64 = 86_400 * MICROS;
const NAMED: &str = "gradtrail-%Y%m%d-%H%M%S.db";
/// Where a backup is made and proved; left behind where the process was killed.
const ASIDE: &str = ".gradtrail-unproved-";

/// Where the backups go.
#[derive(Debug, Clone)]
pub struct Backups {
    /// What is backed up, and the key that belongs to it.
    pub location: Location,
    pub key_file: PathBuf,
    /// The app's clock: microseconds since 1970-01-01 UTC.
    pub clock: fn() -> i64,
    pub folder: PathBuf,
    /// How many are kept.
    pub keep: usize,
}

/// Why there is no new backup.
enum BackupFault {
    File { path: PathBuf, reason: std::io::Error },
    Copy(CopyError),
    Restore(RestoreError),
    Proof(ProofError),
}

impl BackupFault {
    fn sentence(&self) -> Sentence {
        let why = match self {
            Self::File { path, reason } => {
                let path = path.display();
                say(format!("{path}：{reason}"), format!("{path}: {reason}"))
            }
            Self::Copy(error) => error.sentence(),
            Self::Restore(error) => error.sentence(),
            Self::Proof(ProofError::Log(fault)) => fault.sentence(),
            Self::Proof(ProofError::App(error)) => error.sentence(),
        };
        say(
            format!("没有备份成功，以前的备份都还在：{}", why.zh),
            format!("There is no new backup, and all earlier ones stay: {}", why.en),
        )
    }
}

impl Backups {
    /// Makes a backup whenever the newest one is a day old. One that failed is tried again after an hour.
    pub(super) async fn go_on(self, log: Arc<Log>, metrics: Arc<Metrics>) {
        const LOOK_EVERY: Duration = Duration::from_secs(60);
        const AGAIN: Duration = Duration::from_secs(3_600);
        loop {
            let wait = match self.make_if_due(&log.app).await {
                Ok(made) => {
                    if let Some(at) = made {
                        metrics.backed_up_at.set(at / MICROS);
                    }
                    LOOK_EVERY
                }
                Err(fault) => {
                    metrics.backups_failed.inc();
                    log.tell(&fault.sentence());
                    AGAIN
                }
            };
            tokio::time::sleep(wait).await;
        }
    }

    /// When the newest proved backup is of, if one was made now or is not old yet.
    async fn make_if_due(&self, app: &App) -> Result<Option<i64>, BackupFault> {
        let now = app.now();
        std::fs::create_dir_all(&self.folder).map_err(|reason| of_file(&self.folder, reason))?;
        let newest = self.made()?.last().map(|(at, _)| *at);
        // One of a time to come is of a clock that went wrong.
        if newest.is_some_and(|at| (0..DAY).contains(&(now - at))) {
            return Ok(newest);
        }
        self.make(now).await?;
        let mut made = self.made()?;
        let surplus = made.len().saturating_sub(self.keep.max(1));
        for (_, path) in made.drain(..surplus) {
            std::fs::remove_file(&path).map_err(|reason| of_file(&path, reason))?;
        }
        Ok(Some(now))
    }

    async fn make(&self, now: i64) -> Result<(), BackupFault> {
        self.clear_away(now)?;
        let aside = tempfile::Builder::new().prefix(ASIDE).tempdir_in(&self.folder);
        let aside = aside.map_err(|reason| of_file(&self.folder, reason))?;
        let unproved = aside.path().join("backup.db");
        back_up(&self.location, &unproved, |_| ()).await.map_err(BackupFault::Copy)?;
        let restored = Location::Sqlite(aside.path().join("restored.db"));
        let backup = Location::Sqlite(unproved.clone());
        // What can be restored and proved is a backup; the file alone is a hope.
        let arrived = App::transfer(&backup, &restored, &self.key_file, self.clock, |_| ()).await;
        arrived.map_err(BackupFault::Restore)?.app.prove(None, |_, _| ()).await.map_err(BackupFault::Proof)?;
        let named = self.folder.join(name(now));
        let placed = std::fs::rename(&unproved, &named);
        let synced = placed.and_then(|()| std::fs::File::open(&self.folder)?.sync_all());
        synced.map_err(|reason| of_file(&named, reason))
    }

    /// Backups by when they were made, oldest first.
    fn made(&self) -> Result<Vec<(i64, PathBuf)>, BackupFault> {
        let mut made = vec![];
        for path in paths(&self.folder)? {
            if let Some(at) = path.file_name().and_then(|name| made_at(name.to_str()?)) {
                made.push((at, path));
            }
        }
        made.sort();
        Ok(made)
    }

    /// Removes what a process that was killed has left, a day ago or earlier; another one may be at work.
    fn clear_away(&self, now: i64) -> Result<(), BackupFault> {
        for path in paths(&self.folder)? {
            let is_aside = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(ASIDE));
            let changed = std::fs::metadata(&path).and_then(|metadata| metadata.modified()).ok();
            let changed = changed.and_then(|at| Timestamp::try_from(at).ok());
            if is_aside && changed.is_some_and(|at| now - at.as_microsecond() > DAY) {
                std::fs::remove_dir_all(&path).map_err(|reason| of_file(&path, reason))?;
            }
        }
        Ok(())
    }
}

fn of_file(path: &Path, reason: std::io::Error) -> BackupFault {
    BackupFault::File { path: path.to_owned(), reason }
}

fn paths(folder: &Path) -> Result<Vec<PathBuf>, BackupFault> {
    let entries = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    Ok(entries.map_err(|reason| of_file(folder, reason))?.into_iter().map(|entry| entry.path()).collect())
}

/// The name of a backup: when it was made, UTC.
fn name(at: i64) -> String {
    let at = Timestamp::from_microsecond(at).unwrap_or_default();
    Offset::UTC.to_datetime(at).strftime(NAMED).to_string()
}

/// When a file with the name of a backup was made.
fn made_at(name: &str) -> Option<i64> {
    let at = DateTime::strptime(NAMED, name).ok()?;
    Some(Offset::UTC.to_timestamp(at).ok()?.as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_when_the_backup_was_made_and_other_names_are_none() {
        assert_eq!(name(1_688_198_400_000_000), "gradtrail-20230701-080000.db");
        assert_eq!(made_at("gradtrail-20230701-080000.db"), Some(1_688_198_400_000_000));
        for other in ["gradtrail.db", "gradtrail-20230701-080000.db-wal", "gradtrail-20231301-080000.db", "backup.db"] {
            assert_eq!(made_at(other), None, "{other}");
        }
    }
}
