//! What is sealed beside the events of one subject: numbered on from what is there.

use std::collections::HashMap;

use uuid::Uuid;

use super::{App, AppError};
use crate::domain::ids::{FileHash, SealedRevision};
use crate::event_log::table::TableRows;
use crate::evidence::{EvidenceFault, EvidenceFile};
use crate::input::file::File;
use crate::people::Sealed;

/// Numbers what is sealed of one subject.
pub(crate) struct Sealing<'a> {
    app: &'a App,
    subject: Uuid,
    last: u32,
    pub rows: Vec<TableRows>,
    /// What the rows hold, by revision, for who needs it again at once.
    pub sealed: Vec<(u32, Sealed)>,
}

impl<'a> Sealing<'a> {
    pub(super) fn new(app: &'a App, subject: Uuid, known: &HashMap<(Uuid, u32), Sealed>) -> Self {
        let last = known.keys().filter(|(of, _)| *of == subject).map(|(_, revision)| *revision).max().unwrap_or(0);
        Self::after(app, subject, last)
    }

    /// Goes on behind the last revision.
    pub(crate) fn after(app: &'a App, subject: Uuid, last: u32) -> Self {
        Self { app, subject, last, rows: vec![], sealed: vec![] }
    }

    pub(crate) fn seal(&mut self, sealed: &Sealed) -> Result<SealedRevision, AppError> {
        self.last += 1;
        self.rows.push(self.app.people().seal(self.subject, self.last, sealed)?);
        self.sealed.push((self.last, sealed.clone()));
        Ok(SealedRevision(self.last))
    }

    /// What was sealed so far, as it will be unsealed.
    pub(super) fn sealed(&self) -> impl Iterator<Item = ((Uuid, u32), Sealed)> {
        self.sealed.iter().map(|(revision, sealed)| ((self.subject, *revision), sealed.clone()))
    }

    /// What was written beside a reason.
    pub(super) fn note(&mut self, text: Option<&String>) -> Result<Option<SealedRevision>, AppError> {
        text.map(|text| self.seal(&Sealed::Note { text: text.clone() })).transpose()
    }

    /// A file of evidence, which has its hash for a number.
    pub(super) fn file(&mut self, file: Option<&EvidenceFile>) -> Result<Option<FileHash>, AppError> {
        let Some(file) = file else { return Ok(None) };
        self.rows.push(file.seal(self.app.people(), self.subject)?);
        Ok(Some(file.hash))
    }
}

/// The file of evidence that somebody handed over.
pub(super) fn evidence(file: Option<&File>) -> Result<Option<EvidenceFile>, EvidenceFault> {
    file.map(|file| EvidenceFile::of(file.short_name(), &file.bytes)).transpose()
}
