//! Files that only their owner may read and write, because they hold personal data, a key, or who was erased.
//!
//! Invariant: such a file is created with mode 0600, so that at no time anybody else can open it. Only Unix has modes;
//! elsewhere the rights of the folder decide.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind};
use std::path::Path;

/// The rights of the group and of all others.
#[cfg(unix)]
const OTHERS: u32 = 0o077;

/// Options whose `create` and `create_new` make a file that only its owner may read and write. A file that is there
/// already keeps its rights.
pub fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Creates an empty file that only its owner may read and write.
///
/// # Errors
/// When the file exists already, or cannot be created.
pub fn create_new(path: &Path) -> Result<File, Error> {
    options().write(true).create_new(true).open(path)
}

/// Takes the rights of the group and of all others away from a file. The file is not opened: closing it would end the
/// locks that SQLite in this process has on it. A path that is missing or no file is left alone.
///
/// # Errors
/// When others keep a right: the file belongs to another user, or the file system has no rights.
#[cfg(unix)]
pub fn tighten(path: &Path) -> Result<(), Error> {
    use std::fs::{metadata, set_permissions};
    use std::os::unix::fs::PermissionsExt;
    let mode = || match metadata(path) {
        Ok(metadata) => Ok(Some(metadata.permissions().mode()).filter(|_| metadata.is_file())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    let Some(wide) = mode()?.filter(|mode| mode & OTHERS != 0) else { return Ok(()) };
    match set_permissions(path, PermissionsExt::from_mode(wide & !OTHERS)) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => (),
    }
    // Some file systems accept the call and change nothing.
    match mode()? {
        Some(mode) if mode & OTHERS != 0 => Err(Error::from(ErrorKind::Unsupported)),
        Some(_) | None => Ok(()),
    }
}

/// Whether the group or others have a right to a file.
///
/// # Errors
/// When the file cannot be asked.
#[cfg(unix)]
pub fn is_wide(file: &File) -> Result<bool, Error> {
    use std::os::unix::fs::PermissionsExt;
    Ok(file.metadata()?.permissions().mode() & OTHERS != 0)
}

/// Whether everybody on the machine has a right to a file.
///
/// # Errors
/// When the file cannot be asked.
#[cfg(unix)]
pub fn is_open_to_all(file: &File) -> Result<bool, Error> {
    use std::os::unix::fs::PermissionsExt;
    const ALL: u32 = 0o007;
    Ok(file.metadata()?.permissions().mode() & ALL != 0)
}

/// Only Unix has modes.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn is_open_to_all(_: &File) -> Result<bool, Error> {
    Ok(false)
}

/// Only Unix has modes.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn is_wide(_: &File) -> Result<bool, Error> {
    Ok(false)
}

/// Only Unix has modes.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn tighten(_: &Path) -> Result<(), Error> {
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_private_file_is_its_owner_s_from_the_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sealed");
        let file = create_new(&path).unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(create_new(&path).unwrap_err().kind(), ErrorKind::AlreadyExists);
    }

    #[test]
    fn the_rights_of_others_are_taken_away_and_the_owner_s_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sealed");
        std::fs::write(&path, "sealed").unwrap();
        for (wide, tight) in [(0o644, 0o600), (0o664, 0o600), (0o755, 0o700), (0o440, 0o400), (0o600, 0o600)] {
            std::fs::set_permissions(&path, PermissionsExt::from_mode(wide)).unwrap();
            tighten(&path).unwrap();
            assert_eq!(mode(&path), tight);
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_file_whose_rights_cannot_be_changed_is_an_error() {
        assert!(tighten(Path::new("/proc/self/status")).is_err());
    }

    #[test]
    fn a_missing_file_and_a_folder_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let before = mode(folder.path());
        tighten(folder.path()).unwrap();
        tighten(&folder.path().join("missing")).unwrap();
        assert_eq!(mode(folder.path()), before);
    }
}
