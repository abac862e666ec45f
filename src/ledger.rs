//! The ledger: a small file beside the key, outside the database and every backup, that only grows.
//!
//! It remembers what a backup cannot know: who was erased since, how far the log had come, and whether the key was
//! exported. A restore applies it. Invariant: an entry is on disk when `append` returns; a line cut by a power failure
//! is left out when reading, any other that cannot be read is an error: it may say who was erased.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::ids::StudentId;

/// One line of the ledger. Ids only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
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
    /// Which log: the first leaf's first 16 hexadecimal digits. A copy has the same.
    pub log: String,
    pub position: i64,
    /// Hexadecimal.
    pub root: String,
}

#[derive(Debug, Error)]
#[error("不能读写台账 {path}：{reason}。请检查磁盘是否已满、文件和目录的权限")]
pub struct LedgerError {
    pub path: PathBuf,
    pub reason: String,
}

#[derive(Debug, Clone)]
pub struct Ledger {
    path: PathBuf,
}

impl Ledger {
    /// The ledger that belongs to a key file.
    pub fn beside(key_file: &Path) -> Self {
        Self::at(key_file.with_extension("ledger"))
    }

    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn exists(&self) -> bool {
        self.path.exists()
    }

    /// Everything noted, oldest first.
    pub fn entries(&self) -> Result<Vec<Entry>, LedgerError> {
        match std::fs::read(&self.path) {
            Ok(bytes) => {
                let lines = bytes.split(|byte| *byte == b'\n').zip(1..);
                lines.filter_map(|(line, number)| self.entry(line, number).transpose()).collect()
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(vec![]),
            Err(error) => Err(self.fault(&error)),
        }
    }

    /// What a line says; nothing if it was cut: it ends too early, or in the zeros of a block that was never written.
    fn entry(&self, line: &[u8], number: usize) -> Result<Option<Entry>, LedgerError> {
        match serde_json::from_slice(line) {
            Ok(entry) => Ok(Some(entry)),
            Err(error) if error.is_eof() || line.contains(&0) => Ok(None),
            Err(error) => {
                Err(self.fault(&format!("第 {number} 行不能读取（{error}），请用备份的台账恢复，或升级程序")))
            }
        }
    }

    /// Everybody who was erased.
    pub fn erased(&self) -> Result<BTreeSet<StudentId>, LedgerError> {
        let entries = self.entries()?.into_iter();
        Ok(entries
            .filter_map(|entry| if let Entry::Erased { student } = entry { Some(student) } else { None })
            .collect())
    }

    /// The latest head noted of this log.
    pub fn head(&self, log: &str) -> Result<Option<NotedHead>, LedgerError> {
        let heads = self.entries()?.into_iter().filter_map(|entry| match entry {
            Entry::Head(head) if head.log == log => Some(head),
            Entry::Head(_) | Entry::Erased { .. } | Entry::KeyExported { .. } => None,
        });
        Ok(heads.max_by_key(|head| head.position))
    }

    /// Adds an entry, and has it on disk before it returns.
    pub fn append(&self, entry: &Entry) -> Result<(), LedgerError> {
        // A line of its own even behind one that was cut.
        let line = format!("\n{}\n", serde_json::to_string(entry).map_err(|error| self.fault(&error))?);
        self.write(line.as_bytes()).map_err(|error| self.fault(&error))
    }

    fn write(&self, line: &[u8]) -> std::io::Result<()> {
        let is_new = !self.exists();
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.path)?;
        file.write_all(line)?;
        file.sync_all()?;
        if is_new {
            let directory = self.path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            File::open(directory)?.sync_all()?;
        }
        Ok(())
    }

    fn fault(&self, reason: &dyn std::fmt::Display) -> LedgerError {
        LedgerError { path: self.path.clone(), reason: reason.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn erased(number: u128) -> Entry {
        Entry::Erased { student: StudentId(Uuid::from_u128(number)) }
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
        assert!(ledger.erased().unwrap_err().to_string().contains("第 2 行"));
        std::fs::write(ledger.path(), whole + "\0\0\0\n").unwrap();
        assert_eq!(ledger.entries().unwrap(), vec![erased(1)]);
    }

    #[test]
    fn the_latest_head_is_the_furthest_of_the_same_log() {
        let directory = tempfile::tempdir().unwrap();
        let ledger = Ledger::at(directory.path().join("gradtrail.ledger"));
        let head = |log: &str, position| NotedHead { log: log.into(), position, root: "00".into() };
        for (log, position) in [("ours", 7), ("theirs", 90), ("ours", 5)] {
            ledger.append(&Entry::Head(head(log, position))).unwrap();
        }
        assert_eq!(ledger.head("ours").unwrap(), Some(head("ours", 7)));
        assert_eq!(ledger.head("nobody's").unwrap(), None);
    }
}
