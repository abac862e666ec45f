//! Promise: files with personal data, keys, or who was erased are readable by their owner only, at every moment.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use gradtrail::event_log::copy::back_up;
use gradtrail::event_log::{EventLog, Location, OpenError};
use gradtrail::projections::MODELS;

use crate::command_line::{succeeds, succeeds_given};
use crate::support::{Database, Town, clock};

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn widen(path: &Path) {
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o664)).unwrap();
}

/// Every file in a folder and the folders in it that anybody but the owner has a right to. Files come and go meanwhile.
fn wide_files(folder: &Path, found: &mut BTreeSet<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_dir() {
            wide_files(&entry.path(), found);
        } else if metadata.permissions().mode() & 0o077 != 0 {
            found.insert(entry.path());
        }
    }
}

/// The database's file, its write-ahead log and its shared memory.
fn files_of(database: &Database) -> [PathBuf; 3] {
    let Location::Sqlite(path) = &database.location else { panic!("no file") };
    [path.clone(), path.with_extension("db-wal"), path.with_extension("db-shm")]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_database_its_key_its_ledger_and_a_backup_are_never_wide() {
    let database = Database::sqlite();
    let folder = database.directory.path().to_owned();
    let is_over = AtomicBool::new(false);
    let backup = folder.join("backup.db");
    let work = async {
        let town = Town::new(&database).await;
        town.add_school("33070001").await;
        town.app.note_head().await.unwrap();
        back_up(&database.location, &backup, |_| ()).await.unwrap();
        town
    };
    let mut wide = BTreeSet::new();
    let mut looks = 0;
    let town = std::thread::scope(|scope| {
        let watching = scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                wide_files(&folder, &mut wide);
                looks += 1;
            }
        });
        let town = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(work));
        is_over.store(true, Ordering::Relaxed);
        watching.join().unwrap();
        town
    });
    assert_eq!(wide, BTreeSet::new(), "after {looks} looks");
    for path in files_of(&database).iter().chain([&backup, &database.key_file(), &town.app.ledger().path().to_owned()])
    {
        assert_eq!(mode(path), 0o600, "{}", path.display());
    }
}

#[tokio::test]
async fn a_database_that_others_could_read_is_tightened_when_it_is_opened() {
    let database = Database::sqlite();
    let first = Town::new(&database).await;
    let files = files_of(&database);
    files.iter().for_each(|path| widen(path));
    // The first process still has the files open, and goes on writing.
    let second = Town::new(&database).await;
    for path in &files {
        assert_eq!(mode(path), 0o600, "{}", path.display());
    }
    assert_eq!(first.app.log().head().await.unwrap(), second.app.log().head().await.unwrap());
}

#[test]
fn a_database_of_another_user_that_is_wide_is_refused_with_what_to_do() {
    /// The user that owns nothing.
    const NOBODY: u32 = 65_534;
    let directory = tempfile::tempdir().unwrap();
    let home = directory.path().join("home");
    succeeds(&home, &["school", "add", "--code", "33070001", "--name", "一中", "--category", "民办"]);
    if std::fs::metadata(&home).unwrap().uid() != 0 {
        eprintln!("only root can run the program as another user; others see the rule of the file system alone");
        return;
    }
    // The program runs as nobody from where nobody may run it; everything but the database is nobody's.
    let program = directory.path().join("gradtrail");
    std::fs::copy(env!("CARGO_BIN_EXE_gradtrail"), &program).unwrap();
    std::fs::set_permissions(directory.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let database = home.join("gradtrail.db");
    chown(&home, Some(NOBODY), Some(NOBODY)).unwrap();
    for entry in std::fs::read_dir(&home).unwrap() {
        let path = entry.unwrap().path();
        if path != database {
            chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }
    std::fs::set_permissions(&database, PermissionsExt::from_mode(0o666)).unwrap();
    let mut command = Command::new(&program);
    command.arg("--data-dir").arg(&home).arg("head").uid(NOBODY).gid(NOBODY);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("chmod 600 {}", database.display())), "{said}");
}

#[tokio::test]
async fn a_file_that_is_no_database_keeps_its_rights() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("letter.txt");
    std::fs::write(&path, "这不是数据库".repeat(1_000)).unwrap();
    widen(&path);
    let opened = EventLog::open(&Location::Sqlite(path.clone()), MODELS, clock).await;
    assert!(matches!(opened, Err(OpenError::Sqlite { .. })));
    assert_eq!(mode(&path), 0o664);
}

#[test]
fn what_the_command_line_writes_of_keys_and_persons_is_the_owner_s_alone() {
    let directory = tempfile::tempdir().unwrap();
    let (home, new_home) = (directory.path().join("home"), directory.path().join("new home"));
    let (backup, key) = (directory.path().join("backup.db"), directory.path().join("key.txt"));
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    succeeds(&home, &["school", "add", "--code", "33070001", "--name", "一中", "--category", "民办"]);
    succeeds(&home, &["backup", &path(&backup)]);
    succeeds_given(&home, "correct horse battery\n", &["key", "export", &path(&key)]);
    succeeds_given(&new_home, "correct horse battery\n", &["key", "import", &path(&key)]);
    succeeds(&new_home, &["restore", &path(&backup), "--ledger", &path(&home.join("gradtrail.ledger"))]);
    let mut wide = BTreeSet::new();
    wide_files(directory.path(), &mut wide);
    assert_eq!(wide, BTreeSet::new());
    assert_eq!([mode(&backup), mode(&key), mode(&new_home.join("gradtrail.key"))], [0o600; 3]);
}
