//! Files given back: to whom may see what they are about.

use clap::Args;
use derive_more::From;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};
use uuid::Uuid;

use super::{App, AppError};
use crate::accounts::Caller;
use crate::domain::ids::FileHash;
use crate::evidence::EvidenceFile;

/// Digits of a hash that are enough to name a file.
pub const DIGITS_MIN: usize = 8;

/// Gives back a file that stands behind what was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct GetEvidence {
    /// The hash of its content (SHA-256), or the first eight digits of it or more.
    pub hash: String,
}

// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, From, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "evidence.")]
pub enum EvidenceError {
    NoHash,
    NotFound(String),
    Ambiguous(String),
    #[from]
    #[serde(skip)]
    App(AppError),
}

impl App {
    /// The file whose hash begins with these digits, if it is about somebody whom the caller may see.
    pub(super) async fn evidence(&self, caller: &Caller, wanted: &str) -> Result<EvidenceFile, EvidenceError> {
        let wanted = wanted.trim().to_ascii_lowercase();
        if wanted.len() < DIGITS_MIN || !wanted.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(EvidenceError::NoHash);
        }
        let mut found: Option<(Uuid, String)> = None;
        for (subject, hash) in self.log.evidence_beginning(&wanted).await.map_err(AppError::from)? {
            if found.as_ref().is_some_and(|(_, known)| *known == hash)
                || self.history(caller, subject).await?.is_empty()
            {
                continue;
            }
            if found.is_some() {
                return Err(EvidenceError::Ambiguous(wanted));
            }
            found = Some((subject, hash));
        }
        let Some((subject, hash)) = found else { return Err(EvidenceError::NotFound(wanted)) };
        self.opened(subject, &hash).await?.ok_or(EvidenceError::NotFound(wanted))
    }

    async fn opened(&self, subject: Uuid, hash: &str) -> Result<Option<EvidenceFile>, AppError> {
        let Some(sealed) = self.log.evidence(subject, hash).await? else { return Ok(None) };
        let hash = FileHash::parse(hash).map_err(|error| AppError::Corrupt(error.to_string()))?;
        Ok(Some(EvidenceFile::unseal(&self.people, subject, hash, &sealed)?))
    }

    /// Opens every file; gives their number, or the first that does not open.
    pub(super) async fn verify_evidence(&self) -> Result<usize, AppError> {
        let mut count = 0;
        let mut after = (String::new(), String::new());
        loop {
            let page = self.log.evidence_after(&after.0, &after.1).await?;
            let Some((subject, hash)) = page.last() else { return Ok(count) };
            after = (subject.to_string(), hash.clone());
            for (subject, hash) in &page {
                // One that was erased meanwhile is not missed.
                count += usize::from(self.opened(*subject, hash).await?.is_some());
            }
        }
    }
}
