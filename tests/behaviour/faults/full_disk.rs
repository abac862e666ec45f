//! Promise: a disk that takes no more is named in the answer, nothing is half-recorded, and with room again the same
//! command goes on.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::{binary, figures_of, said, school_files};
use crate::support::Database;

const GRADUATES: u32 = 600;

/// The real binary imports under a limit on the size of any file, in KiB. What the shell is told first decides whether
/// the limit is an error of the write or a signal that kills.
fn import_limited(database: &Database, files: &[PathBuf], kib: u32, first: &str) -> Output {
    let names: Vec<&str> = files.iter().map(|file| file.to_str().unwrap()).collect();
    let import = binary(database, &[&["import"], names.as_slice()].concat());
    let mut shell = Command::new("bash");
    shell.arg("-c").arg(format!("{first} ulimit -f {kib}; exec \"$0\" \"$@\""));
    shell.arg(import.get_program()).args(import.get_args());
    shell.output().unwrap()
}

fn assert_says_what_to_do(output: &Output) {
    let said = said(output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("磁盘"), "{said}");
}

/// What an import that nothing stopped gives, and the KiB of its database's files.
fn unbroken(files_of: impl Fn(&Database) -> Vec<PathBuf>) -> (serde_json::Value, serde_json::Value) {
    let database = Database::sqlite();
    figures_of(&database, &files_of(&database))
}

#[test]
fn a_file_that_may_not_grow_is_named_and_the_import_goes_on_with_room() {
    let expected = unbroken(|database| school_files(database, GRADUATES));
    let database = Database::sqlite();
    let files = school_files(&database, GRADUATES);
    // From too little for an empty database to nearly enough.
    let mut stopped = 0;
    for kib in [8, 64, 200, 400, 600, 800, 1_200, 1_600] {
        let output = import_limited(&database, &files, kib, "trap '' XFSZ;");
        if !output.status.success() {
            assert_says_what_to_do(&output);
            stopped += 1;
        }
    }
    assert!(stopped >= 4, "{stopped}");
    assert_eq!(figures_of(&database, &files), expected);
}

#[test]
fn a_process_that_its_limit_kills_loses_nothing() {
    let expected = unbroken(|database| school_files(database, GRADUATES));
    let database = Database::sqlite();
    let files = school_files(&database, GRADUATES);
    let killed = [200, 500, 900].map(|kib| import_limited(&database, &files, kib, "").status.code().is_none());
    assert!(killed[0], "the first limit is too wide");
    assert_eq!(figures_of(&database, &files), expected);
}

/// A small file system of one's own, where the system allows it; the limits above stand for it elsewhere.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path, size: &str) -> Option<Self> {
        std::fs::create_dir(at).unwrap();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={size}"), "none"]).arg(at).output();
        mount.is_ok_and(|output| output.status.success()).then(|| Self(at.to_owned()))
    }

    fn resize(&self, size: &str) {
        let option = format!("remount,size={size}");
        assert!(Command::new("mount").args(["-o", &option]).arg(&self.0).status().unwrap().success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _still_mounted = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_named_and_the_import_goes_on_with_room() {
    let expected = unbroken(|database| school_files(database, GRADUATES));
    let place = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(&place.path().join("disk"), "300k") else {
        eprintln!("this system mounts nothing for us; the limits on file size stand for a full disk");
        return;
    };
    let mut database = Database::sqlite();
    let files = school_files(&database, GRADUATES);
    let outside = std::mem::replace(&mut database.directory, tempfile::tempdir_in(&disk.0).unwrap());
    let names: Vec<&str> = files.iter().map(|file| file.to_str().unwrap()).collect();
    database.location = gradtrail::event_log::Location::Sqlite(database.directory.path().join("gradtrail.db"));
    for size in ["300k", "600k", "900k", "1500k"] {
        disk.resize(size);
        let output = binary(&database, &[&["import"], names.as_slice()].concat()).output().unwrap();
        assert_says_what_to_do(&output);
    }
    disk.resize("64m");
    assert_eq!(figures_of(&database, &files), expected);
    drop((database, outside));
}
