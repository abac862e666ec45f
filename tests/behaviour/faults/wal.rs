//! Promise: an SQLite write-ahead log cut at any byte leaves the acknowledged history up to some group boundary, whole
//! groups only; a cut behind the last acknowledged frame loses nothing.

use std::io::Write as _;
use std::path::Path;

use gradtrail::event_log::{EventLog, Location};
use gradtrail::private_file;
use gradtrail::projections::MODELS;
use sqlx::{Connection, Executor};

use super::{Deed, EVENTS, assert_kept, is_long, position};
use crate::support::{Database, Town, clock};

const HEADER_LEN: usize = 32;
const FRAME_HEADER_LEN: usize = 24;
/// Small pages make many frames of few bytes.
const PAGE_LEN: usize = 512;
const FRAME_LEN: usize = FRAME_HEADER_LEN + PAGE_LEN;
/// Groups whose frames are cut.
const GROUPS: usize = 3;

/// What was acknowledged when the write-ahead log was so long.
struct Boundary {
    len: usize,
    position: i64,
}

struct Recorded {
    database: Vec<u8>,
    log: Vec<u8>,
    key: Vec<u8>,
    boundaries: Vec<Boundary>,
}

/// Records group by group, and takes the files while they are open, as a power cut would leave them.
async fn record() -> Recorded {
    let database = Database::sqlite();
    let Location::Sqlite(path) = &database.location else { panic!("it is SQLite") };
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut small =
        sqlx::SqliteConnection::connect_with(&options.page_size(u32::try_from(PAGE_LEN).unwrap())).await.unwrap();
    small.execute("vacuum").await.unwrap();
    small.close().await.unwrap();
    let town = Town::new(&database).await;
    let log_path = path.with_extension("db-wal");
    let mut boundaries = vec![];
    for number in 0..=GROUPS {
        Deed::numbered(u32::try_from(number).unwrap()).execute(&town).await.unwrap();
        let len = usize::try_from(std::fs::metadata(&log_path).unwrap().len()).unwrap();
        boundaries.push(Boundary { len, position: position(&town).await });
    }
    let read = |path: &Path| std::fs::read(path).unwrap();
    let recorded = Recorded { database: read(path), log: read(&log_path), key: read(&database.key_file()), boundaries };
    assert_eq!(recorded.log[8..12], u32::try_from(PAGE_LEN).unwrap().to_be_bytes(), "pages are small");
    assert_eq!(recorded.log.len(), recorded.boundaries.last().unwrap().len);
    recorded
}

impl Recorded {
    /// The files with this write-ahead log, as a new process finds them.
    fn with_log(&self, log: &[u8]) -> Database {
        let database = Database::sqlite();
        let Location::Sqlite(path) = &database.location else { panic!("it is SQLite") };
        std::fs::write(path, &self.database).unwrap();
        std::fs::write(path.with_extension("db-wal"), log).unwrap();
        private_file::create_new(&database.key_file()).unwrap().write_all(&self.key).unwrap();
        database
    }

    /// Where the history ends when so much of the write-ahead log is whole.
    fn expected(&self, len: usize) -> i64 {
        let whole = self.boundaries.iter().filter(|boundary| boundary.len <= len);
        whole.map(|boundary| boundary.position).max().unwrap()
    }

    /// The log ends at the last boundary that is whole, and verifies.
    async fn assert_prefix(&self, log: &[u8], whole: usize, what: &str) {
        let database = self.with_log(log);
        let log = EventLog::open(&database.location, MODELS, clock).await.unwrap();
        let verified = log.verify(None, |_, _| ()).await.unwrap();
        assert_eq!(verified.position, self.expected(whole), "{what}");
    }
}

/// Each byte of the frames of the last groups; in the short form each around a frame's border, few between.
fn cuts(recorded: &Recorded) -> Vec<usize> {
    let first = recorded.boundaries[0].len;
    (first..=recorded.log.len())
        .filter(|len| {
            let within = (len - HEADER_LEN) % FRAME_LEN;
            let boundary = recorded.boundaries.iter().any(|b| len.abs_diff(b.len) <= 30);
            is_long() || boundary || within == 0 || within == FRAME_HEADER_LEN || within == FRAME_LEN - 1
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_ahead_log_cut_at_any_byte_leaves_a_prefix_of_whole_groups() {
    let recorded = record().await;
    for len in cuts(&recorded) {
        recorded.assert_prefix(&recorded.log[..len], len, &format!("cut at {len}")).await;
    }
}

/// A page that was on its way when the power failed: what follows the last acknowledged frame is not whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_follows_the_last_acknowledged_frame_does_no_harm() {
    let recorded = record().await;
    let whole = recorded.log.len();
    let frame = &recorded.log[whole - FRAME_LEN..];
    let tails: [&[u8]; 5] = [&[0], &[0; 5_000], &[0xff; FRAME_LEN], frame, &frame[..FRAME_LEN - 1]];
    for tail in tails {
        recorded.assert_prefix(&[&recorded.log, tail].concat(), whole, &format!("{} bytes more", tail.len())).await;
    }
}

/// A byte that the disk gave back wrongly ends the history before its frame.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_byte_ends_the_history_at_the_group_before_it() {
    let recorded = record().await;
    let first = recorded.boundaries[0].len;
    for at in (first..recorded.log.len()).step_by(if is_long() { 101 } else { 1_501 }) {
        let mut log = recorded.log.clone();
        log[at] ^= 0x40;
        recorded.assert_prefix(&log, at, &format!("byte {at}")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_cut_work_goes_on() {
    let recorded = record().await;
    for boundary in &recorded.boundaries {
        for len in [boundary.len, boundary.len - 1] {
            let len = len.max(recorded.boundaries[0].len);
            let database = recorded.with_log(&recorded.log[..len]);
            let town = Town::new(&database).await;
            let before = position(&town).await;
            let mut acknowledged = vec![];
            for number in 0..=GROUPS + 1 {
                // What is there answers as before; what was cut off is recorded now.
                acknowledged.push(Deed::numbered(u32::try_from(number).unwrap()).execute(&town).await.unwrap());
            }
            assert_eq!(before, recorded.expected(len));
            assert_eq!(position(&town).await, EVENTS * i64::try_from(GROUPS + 2).unwrap());
            assert_kept(&town, &acknowledged).await;
        }
    }
}
