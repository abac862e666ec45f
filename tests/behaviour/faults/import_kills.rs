//! Promise: an import killed at any moment is finished by the same command: every row once, the same figures and as
//! many events as of one that nothing broke.

use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::{Dice, binary, done, figures_of, rounds, school_files};
use crate::support::Database;

const GRADUATES: u32 = 600;
/// Kills before an import may finish.
const KILLS_MAX: u32 = 3;

async fn kill_and_import_again(fresh: impl AsyncFn() -> Database) {
    let mut dice = Dice::new();
    let unbroken = fresh().await;
    let files = school_files(&unbroken, GRADUATES);
    let begun = Instant::now();
    let expected = figures_of(&unbroken, &files);
    let whole = u64::try_from(begun.elapsed().as_micros()).unwrap();
    let (mut kills, mut database) = (0, fresh().await);
    let mut kills_here = 0;
    while kills < rounds(3) {
        let names: Vec<&str> = files.iter().map(|file| file.to_str().unwrap()).collect();
        let mut import = binary(&database, &[&["import"], names.as_slice()].concat());
        let mut child = import.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let moment = Duration::from_micros(dice.below(whole));
        std::thread::sleep(moment);
        child.kill().unwrap();
        let status = child.wait().unwrap();
        if status.signal() == Some(9) {
            done(&format!("import killed, after {moment:?}"));
            kills += 1;
            kills_here += 1;
        } else {
            assert!(status.success(), "{status}");
        }
        if status.success() || kills_here == KILLS_MAX || kills == rounds(3) {
            assert_eq!(figures_of(&database, &files), expected);
            (database, kills_here) = (fresh().await, 0);
        }
    }
}

#[tokio::test]
async fn an_import_killed_at_any_moment_is_finished_by_the_same_command_on_sqlite() {
    kill_and_import_again(async || Database::sqlite()).await;
}

#[tokio::test]
async fn an_import_killed_at_any_moment_is_finished_by_the_same_command_on_postgresql() {
    kill_and_import_again(async || Database::postgres().await).await;
}
