//! Promise: a key file that is missing, foreign, or half-written (a power cut, a full disk, a copy broken off) is
//! never used and never replaced; the answer says what to do, and the right file brings everything back.

use super::{binary, figures_of, said, school_files, succeeds};
use crate::support::Database;

/// A command that begins a database where there is none.
const BEGIN: [&str; 8] = ["school", "add", "--code", "33070001", "--name", "一中", "--category", "民办"];

fn refused(database: &Database) -> String {
    let output = binary(database, &BEGIN).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    said(&output)
}

#[test]
fn a_key_file_cut_at_any_byte_is_refused_with_what_to_do_and_left_as_it_is() {
    let database = Database::sqlite();
    let files = school_files(&database, 3);
    let expected = figures_of(&database, &files);
    let whole = std::fs::read(database.key_file()).unwrap();
    // The line's end alone may be missing.
    let stride = if super::is_long() { 1 } else { 9 };
    for len in (0..whole.len() - 1).step_by(stride).chain([whole.len() - 2]) {
        std::fs::write(database.key_file(), &whole[..len]).unwrap();
        assert!(refused(&database).contains("从备份恢复"), "{len} bytes");
        assert_eq!(std::fs::read(database.key_file()).unwrap(), whole[..len], "{len} bytes");
    }
    std::fs::remove_file(database.key_file()).unwrap();
    assert!(refused(&database).contains("复制到这里"));
    assert!(!database.key_file().exists(), "no new key is made for a database that has one");
    let foreign = Database::sqlite();
    succeeds(&foreign, &BEGIN);
    std::fs::copy(foreign.key_file(), database.key_file()).unwrap();
    assert!(refused(&database).contains("换回原来的"));
    std::fs::write(database.key_file(), whole).unwrap();
    assert_eq!(figures_of(&database, &files), expected);
}

/// The power failed while the first key was made: the database names none yet, so nothing is lost with the file.
#[test]
fn a_key_file_half_written_at_its_creation_says_what_to_do_and_doing_it_helps() {
    let whole = {
        let other = Database::sqlite();
        succeeds(&other, &BEGIN);
        std::fs::read(other.key_file()).unwrap()
    };
    for len in [0, 1, 16, 60, whole.len() - 2] {
        let database = Database::sqlite();
        std::fs::write(database.key_file(), &whole[..len]).unwrap();
        let said = refused(&database);
        assert!(said.contains("尚未") && said.contains("删除"), "{said}");
        std::fs::remove_file(database.key_file()).unwrap();
        succeeds(&database, &BEGIN);
        succeeds(&database, &["verify"]);
    }
}

/// The file aside that a killed process leaves is in nobody's way.
#[test]
fn what_a_killed_process_left_beside_the_key_is_in_nobodys_way() {
    let database = Database::sqlite();
    for aside in ["gradtrail.key.1", "gradtrail.key.2"] {
        std::fs::write(database.directory.path().join(aside), "gradtrail key 1\n0123").unwrap();
    }
    succeeds(&database, &BEGIN);
    succeeds(&database, &["verify"]);
}
