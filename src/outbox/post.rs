//! Where letters go: to the mail server, or without one into a folder, so that what would be sent can be read.

use std::collections::HashSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::outbox::bounce::is_id;
use crate::outbox::letter::Letter;
use crate::outbox::smtp::Smtp;
use crate::private_file;

/// Where letters go.
#[derive(Clone)]
pub enum Post {
    Smtp(Box<Smtp>),
    /// A file for each, named by the id of the message.
    Folder(PathBuf),
}

/// Writes a letter into a folder, for its owner's eyes: the same one again is the same file.
///
/// # Errors
/// When it cannot be written.
pub fn filed(folder: &Path, id: &str, letter: &Letter) -> Result<(), std::io::Error> {
    std::fs::create_dir_all(folder)?;
    let aside = folder.join(format!(".{id}.part"));
    let mut file = private_file::options().write(true).create(true).truncate(true).open(&aside)?;
    file.write_all(&letter.bytes)?;
    file.sync_all()?;
    std::fs::rename(&aside, folder.join(format!("{id}.eml")))?;
    std::fs::File::open(folder)?.sync_all()
}

/// Removes the letters from a folder whose messages are kept no more; other files stay.
///
/// # Errors
/// When the folder cannot be read or a letter cannot be removed.
pub fn tidied(folder: &Path, kept: &HashSet<String>) -> Result<(), std::io::Error> {
    if !folder.exists() {
        return Ok(()); // Nothing was written yet.
    }
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let id = name.strip_suffix(".eml").or_else(|| name.strip_prefix('.')?.strip_suffix(".part"));
        if id.is_some_and(|id| is_id(id) && !kept.contains(id)) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
