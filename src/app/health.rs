//! How the installation is: the head of the log, the read models, and whether everything can be proved.

use clap::Args;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::failure::Failure;
use super::{App, AppError};
use crate::domain::log::LostRange;
use crate::event_log::request::LogHead;
use crate::event_log::verify::{Verified, VerifyFault};
use crate::ledger::LedgerEntry;
use crate::projections;
use derive_more::From;

/// The head of the log: its position, root and last instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ShowHead {}

/// How the installation is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct CheckHealth {}

/// How a read model is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelHealth {
    Current,
    Missing,
    /// Written by another version of the program.
    Foreign,
    Stalled {
        position: i64,
        reason: String,
    },
}

/// What a health check found.
#[derive(Debug)]
pub struct Health {
    pub head: LogHead,
    /// By name.
    pub models: Vec<(&'static str, ModelHealth)>,
    /// Whether the key was ever exported, as the ledger knows.
    pub is_key_exported: bool,
    /// Sign-ins that failed within the last day, of those that are kept.
    pub failed_sign_ins: usize,
}

/// What was proved, and what cannot be proved any more.
#[derive(Debug)]
pub struct Proof {
    pub verified: Verified,
    pub sealed_count: usize,
    pub file_count: usize,
}

impl App {
    pub(super) async fn check_health(&self) -> Result<Health, Failure> {
        let head = self.log.head().await?;
        let models = projections::MODELS.iter().map(|model| {
            let health = match head.read_models.get(model.name) {
                None => ModelHealth::Missing,
                Some(mark) if mark.fingerprint != model.fingerprint() => ModelHealth::Foreign,
                Some(mark) => match &mark.stalled {
                    Some(stall) => ModelHealth::Stalled { position: stall.position, reason: stall.reason.clone() },
                    None => ModelHealth::Current,
                },
            };
            (model.name, health)
        });
        let models = models.collect();
        let key = &*self.key_id;
        let is_of_key = |entry: &LedgerEntry| matches!(entry, LedgerEntry::KeyExported { key_id } if key_id == key);
        let entries = self.ledger.entries().map_err(super::student::EraseError::from)?;
        let is_key_exported = entries.iter().any(is_of_key);
        Ok(Health { head, models, is_key_exported, failed_sign_ins: self.failed_sign_ins().await? })
    }

    /// The range of lost positions in which a head noted earlier lies, and when it was found lost.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub async fn lost_head(&self, position: i64) -> Result<Option<(LostRange, Date)>, AppError> {
        self.lost(position).await
    }

    /// Proves the log, the read models and everything sealed: the operator's, since it takes its time. `noted` is a head
    /// noted earlier.
    ///
    /// # Errors
    /// With the first thing that is not as it should be.
    pub async fn prove(
        &self,
        noted: Option<(i64, [u8; 32])>,
        progress: impl FnMut(i64, i64),
    ) -> Result<Proof, ProofError> {
        let verified = self.log.verify(noted, progress).await?;
        let sealed_count = self.verify_sealed().await?;
        let file_count = self.verify_evidence().await?;
        Ok(Proof { verified, sealed_count, file_count })
    }
}

/// What is not as it should be.
#[derive(Debug, From)]
pub enum ProofError {
    Log(VerifyFault),
    App(AppError),
}
