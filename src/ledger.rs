//! The ledger: a small file beside the key, outside the database and every backup, that only grows.
//!
//! It remembers what a backup cannot know: who was erased since, how far the log had come, and whether the key was
//! exported. A restore applies it. Invariants: an entry is on disk when `append` returns; only the owner can read the
//! file. A line that a power failure cut off is left out when the file is read. Any other line that cannot be read is
//! an error, since it may say who was erased.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::ids::StudentId;
use crate::private_file;
use strum::{IntoStaticStr, VariantNames};

/// One line of the ledger. Ids only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LedgerEntry {
    /// This person's sealed data is erased, or is about to be.
    Erased { student: StudentId },
    /// The log had come this far.
    Head(NotedHead),
    /// The key with this id was exported under a passphrase.
    KeyExported { key_id: String },
}

/// A head as noted outside the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotedHead {
    /// The log's name: the first 16 hexadecimal digits of its first leaf. A copy has the same.
    pub log: String,
    /// The position of the last event.
    pub position: i64,
    /// The Merkle root over all events, hexadecimal.
    pub root: String,
}

/// The ledger could not be read or written.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "ledger.")]
pub enum LedgerError {
    Unusable { path: PathBuf, reason: String },
    LineUnreadable { path: PathBuf, line: usize, reason: String },
}

/// A ledger, whether its file exists or not.
#[derive(Debug, Clone)]
pub struct Ledger {
    path: PathBuf,
}

impl Ledger {
    /// The ledger that belongs to a key file.
    pub fn beside(key_file: &Path) -> Self {
        Self::at(key_file.with_extension("ledger"))
    }

    /// The ledger in this file.
    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// The ledger's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file exists.
    pub fn exists(&self) -> bool {
        self.path.exists()
    }

    /// All entries, oldest first; none if there is no file.
    ///
    /// # Errors
    /// When the file cannot be read, or a line of it that was not cut off.
    pub fn entries(&self) -> Result<Vec<LedgerEntry>, LedgerError> {
        match std::fs::read(&self.path) {
            Ok(bytes) => {
                let lines = bytes.split(|byte| *byte == b'\n').zip(1..);
                lines.filter_map(|(line, number)| self.entry(line, number).transpose()).collect()
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(vec![]),
            Err(error) => Err(self.fault(&error)),
        }
    }

    /// The entry in a line; `None` if the line was cut off, so that it ends too early or in the zeros of a block that
    /// was never written.
    fn entry(&self, line: &[u8], number: usize) -> Result<Option<LedgerEntry>, LedgerError> {
        match serde_json::from_slice(line) {
            Ok(entry) => Ok(Some(entry)),
            Err(error) if error.is_eof() || line.contains(&0) => Ok(None),
            Err(error) => {
                let (path, reason) = (self.path.clone(), error.to_string());
                Err(LedgerError::LineUnreadable { path, line: number, reason })
            }
        }
    }

    /// Everybody who was erased.
    ///
    /// # Errors
    /// As for [`Self::entries`].
    pub fn erased(&self) -> Result<BTreeSet<StudentId>, LedgerError> {
        let entries = self.entries()?.into_iter();
        Ok(entries
            .filter_map(|entry| if let LedgerEntry::Erased { student } = entry { Some(student) } else { None })
            .collect())
    }

    /// The furthest head that was noted of the log with this name.
    ///
    /// # Errors
    /// As for [`Self::entries`].
    pub fn head(&self, log: &str) -> Result<Option<NotedHead>, LedgerError> {
        let heads = self.entries()?.into_iter().filter_map(|entry| match entry {
            LedgerEntry::Head(head) if head.log == log => Some(head),
            LedgerEntry::Head(_) | LedgerEntry::Erased { .. } | LedgerEntry::KeyExported { .. } => None,
        });
        Ok(heads.max_by_key(|head| head.position))
    }

    /// Adds an entry, and has it on disk before it returns.
    ///
    /// # Errors
    /// When the file cannot be written, or others may read it and that cannot be changed.
    pub fn append(&self, entry: &LedgerEntry) -> Result<(), LedgerError> {
        // It begins a new line even if the last one was cut off.
        let line = format!("\n{}\n", serde_json::to_string(entry).map_err(|error| self.fault(&error))?);
        self.write(line.as_bytes()).map_err(|error| self.fault(&error))
    }

    fn write(&self, line: &[u8]) -> std::io::Result<()> {
        let is_new = !self.exists();
        private_file::tighten(&self.path)?;
        let mut file = private_file::options().create(true).append(true).open(&self.path)?;
        file.write_all(line)?;
        file.sync_all()?;
        if is_new {
            let directory = self.path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            File::open(directory)?.sync_all()?;
        }
        Ok(())
    }

    fn fault(&self, reason: &dyn std::fmt::Display) -> LedgerError {
        LedgerError::Unusable { path: self.path.clone(), reason: reason.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn erased(number: u128) -> LedgerEntry {
        LedgerEntry::Erased { student: StudentId(Uuid::from_u128(number)) }
    }

    #[test]
    fn entries_come_back_in_order_and_a_line_cut_by_a_power_failure_takes_no_other_with_it() {
        let directory = tempfile::tempdir().unwrap();
        let ledger = Ledger::at(directory.path().join("gradtrail.ledger"));
        assert_eq!(ledger.entries().unwrap(), vec![]);
        ledger.append(&erased(1)).unwrap();
        ledger.append(&erased(2)).unwrap();
        let whole = std::fs::read(ledger.path()).unwrap();
        std::fs::write(ledger.path(), &whole[..whole.len() - 9]).unwrap();
        ledger.append(&erased(3)).unwrap();
        assert_eq!(ledger.entries().unwrap(), vec![erased(1), erased(3)]);
    }

    #[test]
    fn a_line_that_was_not_cut_and_cannot_be_read_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let ledger = Ledger::at(directory.path().join("gradtrail.ledger"));
        ledger.append(&erased(1)).unwrap();
        let whole = std::fs::read_to_string(ledger.path()).unwrap();
        std::fs::write(ledger.path(), whole.replace("erased", "erazed")).unwrap();
        assert!(matches!(ledger.erased(), Err(LedgerError::LineUnreadable { line: 2, .. })));
        std::fs::write(ledger.path(), whole + "\0\0\0\n").unwrap();
        assert_eq!(ledger.entries().unwrap(), vec![erased(1)]);
    }

    #[test]
    #[cfg(unix)]
    fn only_the_owner_can_read_a_ledger_new_or_found() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let ledger = Ledger::at(directory.path().join("gradtrail.ledger"));
        let mode = || std::fs::metadata(ledger.path()).unwrap().permissions().mode() & 0o777;
        ledger.append(&erased(1)).unwrap();
        assert_eq!(mode(), 0o600);
        std::fs::set_permissions(ledger.path(), PermissionsExt::from_mode(0o644)).unwrap();
        ledger.append(&erased(2)).unwrap();
        assert_eq!(mode(), 0o600);
    }

    #[test]
    fn the_latest_head_is_the_furthest_of_the_same_log() {
        let directory = tempfile::tempdir().unwrap();
        let ledger = Ledger::at(directory.path().join("gradtrail.ledger"));
        let head = |log: &str, position| NotedHead { log: log.into(), position, root: "00".into() };
        for (log, position) in [("ours", 7), ("theirs", 90), ("ours", 5)] {
            ledger.append(&LedgerEntry::Head(head(log, position))).unwrap();
        }
        assert_eq!(ledger.head("ours").unwrap(), Some(head("ours", 7)));
        assert_eq!(ledger.head("nobody's").unwrap(), None);
    }

    #[test]
    fn a_ledger_that_cannot_be_read_or_written_is_named_with_the_reason() {
        let directory = tempfile::tempdir().unwrap();
        let folder = Ledger::at(directory.path().to_owned());
        let beyond = Ledger::at(directory.path().join("no folder").join("gradtrail.ledger"));
        for refused in [folder.entries().map(|_| ()), folder.append(&erased(1)), beyond.append(&erased(1))] {
            assert!(matches!(&refused, Err(LedgerError::Unusable { reason, .. }) if !reason.is_empty()), "{refused:?}");
        }
        assert_eq!(beyond.entries(), Ok(vec![]));
    }
}
