//! The key file: one key per installation, outside the database, readable by its owner only.
//!
//! It is created, and synced with its directory, before the database first names a key, and never again: a process
//! with another key or none refuses to start and says which file to copy.

use serde::Serialize;
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use strum::{IntoStaticStr, VariantNames};

use sha2::{Digest, Sha256};

use crate::private_file;

/// 32 random bytes; every key of the installation is derived from them.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "key_file.")]
pub enum KeyFileError {
    Missing {
        path: PathBuf,
        key_id: String,
    },
    Foreign {
        path: PathBuf,
        key_id: String,
    },
    Damaged {
        path: PathBuf,
    },
    HalfMade {
        path: PathBuf,
    },
    /// Others may read it.
    Wide {
        path: PathBuf,
    },
    Taken {
        path: PathBuf,
        key_id: String,
    },
    Io {
        path: PathBuf,
        reason: String,
    },
}

const HEADER: &str = "gradtrail key 1";

impl MasterKey {
    /// # Errors
    /// When the system gives no randomness.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(super) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Writes the key to its file, which must not be there yet or hold the same key.
    pub fn write_new(&self, path: &Path) -> Result<(), KeyFileError> {
        match self.write(path)? {
            found if found.0 == self.0 => Ok(()),
            found => Err(KeyFileError::Taken { path: path.to_owned(), key_id: found.id() }),
        }
    }

    /// A key for one purpose.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        super::keyed_hash(&self.0, purpose.as_bytes())
    }

    /// The public name of the key, kept in the database.
    pub fn id(&self) -> String {
        hex::encode(&self.derive("id")[..8])
    }

    /// What the database keeps to tell this key from another of the same name.
    pub fn check(&self) -> Vec<u8> {
        self.derive("check").to_vec()
    }

    /// Reads the file, which must be there.
    pub fn open_existing(path: &Path) -> Result<Self, KeyFileError> {
        Self::read(path)?.ok_or_else(|| io(path, &ErrorKind::NotFound.into()))
    }

    /// Reads the key that the database names; with no name yet, reads or creates the file.
    pub fn open(path: &Path, named: Option<(&str, &[u8])>) -> Result<Self, KeyFileError> {
        let read = match Self::read(path) {
            Err(KeyFileError::Damaged { path }) if named.is_none() => return Err(KeyFileError::HalfMade { path }),
            read => read?,
        };
        match (read, named) {
            (Some(key), None) => Ok(key),
            (None, None) => Self::create(path),
            (None, Some((key_id, _))) => {
                Err(KeyFileError::Missing { path: path.to_owned(), key_id: key_id.to_owned() })
            }
            (Some(key), Some((key_id, check))) if key.id() == key_id && key.check() == check => Ok(key),
            (Some(_), Some((key_id, _))) => {
                Err(KeyFileError::Foreign { path: path.to_owned(), key_id: key_id.to_owned() })
            }
        }
    }

    fn read(path: &Path) -> Result<Option<Self>, KeyFileError> {
        let mut text = String::new();
        let read = |mut file: File| -> std::io::Result<bool> {
            let is_wide = private_file::is_wide(&file)?;
            file.read_to_string(&mut text)?;
            Ok(is_wide)
        };
        match File::open(path).and_then(read) {
            Ok(is_wide) => match Self::parse(&text) {
                Some(_) if is_wide => Err(KeyFileError::Wide { path: path.to_owned() }),
                Some(key) => Ok(Some(key)),
                None => Err(KeyFileError::Damaged { path: path.to_owned() }),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                Err(KeyFileError::Damaged { path: path.to_owned() })
            }
            Err(error) => Err(io(path, &error)),
        }
    }

    /// Three lines: the header, the key, and a checksum that tells a half-written file.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let (header, key, checksum) = (lines.next()?, lines.next()?, lines.next()?);
        let bytes: [u8; 32] = hex::decode(key).ok()?.try_into().ok()?;
        (header == HEADER && checksum == checksum_of(key)).then_some(Self(bytes))
    }

    fn create(path: &Path) -> Result<Self, KeyFileError> {
        Self::generate()
            .map_err(|error| KeyFileError::Io { path: path.to_owned(), reason: error.to_string() })?
            .write(path)
    }

    /// Writes the file if there is none; gives the key that is in it afterwards.
    fn write(&self, path: &Path) -> Result<Self, KeyFileError> {
        let hex = hex::encode(self.0);
        let text = format!("{HEADER}\n{hex}\n{}\n", checksum_of(&hex));
        // Written aside and linked, so that a power cut leaves a whole file or none, and of two processes that begin
        // at once one makes the key and the other finds it.
        let aside = path.with_extension(format!("key.{}", std::process::id()));
        let write = || {
            let mut file = private_file::options().write(true).create(true).truncate(true).open(&aside)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            let linked = std::fs::hard_link(&aside, path);
            std::fs::remove_file(&aside)?;
            linked?;
            let directory = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            File::open(directory)?.sync_all()
        };
        match write() {
            Ok(()) => Ok(self.clone()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                Self::read(path)?.ok_or_else(|| KeyFileError::Damaged { path: path.to_owned() })
            }
            Err(error) => Err(io(path, &error)),
        }
    }
}

fn checksum_of(text: &str) -> String {
    hex::encode(&Sha256::digest(text)[..4])
}

fn io(path: &Path, error: &std::io::Error) -> KeyFileError {
    KeyFileError::Io { path: path.to_owned(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("gradtrail.key");
        let key = MasterKey::open(&path, None).unwrap();
        let (id, check) = (key.id(), key.check());
        for (mode, is_refused) in [(0o644, true), (0o640, true), (0o602, true), (0o600, false), (0o400, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let opened = MasterKey::open(&path, Some((&id, &check)));
            assert_eq!(matches!(opened, Err(KeyFileError::Wide { .. })), is_refused, "{mode:o}");
            assert_eq!(opened.is_ok(), !is_refused, "{mode:o}");
        }
    }

    #[test]
    fn a_key_is_created_once_and_read_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("gradtrail.key");
        let created = MasterKey::open(&path, None).unwrap();
        let named = (created.id(), created.check());
        let read = MasterKey::open(&path, Some((&named.0, &named.1))).unwrap();
        assert_eq!(read.id(), created.id());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_missing_a_foreign_and_a_half_written_key_file_are_told_apart() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("gradtrail.key");
        let key = MasterKey::generate().unwrap();
        let (id, check) = (key.id(), key.check());
        let open = || MasterKey::open(&path, Some((&id, &check)));
        assert!(matches!(open(), Err(KeyFileError::Missing { .. })));
        MasterKey::open(&path, None).unwrap();
        assert!(matches!(open(), Err(KeyFileError::Foreign { .. })));
        let whole = std::fs::read(&path).unwrap();
        for len in 0..whole.len() - 1 {
            std::fs::write(&path, &whole[..len]).unwrap();
            assert!(matches!(MasterKey::open(&path, None), Err(KeyFileError::HalfMade { .. })), "{len} bytes");
            assert!(matches!(open(), Err(KeyFileError::Damaged { .. })), "{len} bytes");
        }
    }
    #[test]
    fn a_key_file_that_cannot_be_read_or_written_is_named_with_the_reason() {
        let directory = tempfile::tempdir().unwrap();
        let (missing, folder) = (directory.path().join("missing.key"), directory.path());
        let beyond = folder.join("no folder").join("gradtrail.key");
        let key = MasterKey::generate().unwrap();
        let refused = [
            MasterKey::open_existing(&missing).map(|_| ()),
            MasterKey::open_existing(folder).map(|_| ()),
            MasterKey::open(folder, None).map(|_| ()),
            MasterKey::open(&beyond, None).map(|_| ()),
            key.write_new(&beyond),
        ];
        for refused in refused {
            assert!(matches!(&refused, Err(KeyFileError::Io { reason, .. }) if !reason.is_empty()), "{refused:?}");
        }
    }
}
