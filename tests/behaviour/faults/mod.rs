//! Promise: whatever fails at whatever moment, every acknowledged event is there exactly once, positions are gapless,
//! `verify` passes, and work resumes.
//!
//! A file per kind of fault. `cluster` is a PostgreSQL of one's own, `proxy` a wire that can be cut. The short form is
//! part of all tests; `ops/faults` runs the long one.

mod cluster;
mod cuts;
mod dropped;
mod full_disk;
mod import_kills;
mod key_file;
mod kills;
mod postgres_gone;
mod proxy;
mod read_models;
mod served;
mod statements;
mod wal;

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::{Command, Output};

use gradtrail::app::request::{Order, Request};
use gradtrail::app::{App, AppError, Done};
use gradtrail::domain::ids::{BatchId, StudentId, citizen_check_digit};
use gradtrail::domain::outcome::OutcomeCommand;
use gradtrail::domain::statements::Said;
use gradtrail::domain::student::StudentCommand;
use gradtrail::domain::student::row::StudentRow;
use gradtrail::domain::terms::{DestinationKind, Standing};
use gradtrail::event_log::request::{AppendError, GuardKey, GuardUse, Receipt};
use gradtrail::people::Sealed;
use uuid::Uuid;

use crate::support::rosters::{said_of, student_row};
use crate::support::{Database, Town, day, said_once};

/// How often each kind of fault is done: a few times, or as `ops/faults` says.
pub fn rounds(short: u32) -> u32 {
    setting("GRADTRAIL_FAULT_ROUNDS").map_or(short, |rounds| rounds.parse().unwrap())
}

/// Whether `ops/faults` asked for the long form.
pub fn is_long() -> bool {
    setting("GRADTRAIL_FAULT_ROUNDS").is_some()
}

#[expect(clippy::disallowed_methods, reason = "the tests' settings")]
pub fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Says that a fault was done; `ops/faults` counts these lines.
pub fn done(fault: &str) {
    eprintln!("\nfault: {fault}");
}

/// Random moments that can be had again: the seed is printed, and `GRADTRAIL_FAULT_SEED` sets it.
pub struct Dice(u64);

impl Dice {
    pub fn new() -> Self {
        let seed = setting("GRADTRAIL_FAULT_SEED")
            .map_or_else(|| Uuid::new_v4().as_u64_pair().0, |seed| seed.parse().unwrap());
        eprintln!("GRADTRAIL_FAULT_SEED={seed}");
        Self(seed)
    }

    /// A number below `end` (SplitMix64).
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// A command that can be given again from its name alone: a student is registered, graduates and has a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Deed {
    pub round: u32,
    pub task: u32,
    pub number: u32,
}

/// Events of one deed.
pub const EVENTS: i64 = 3;

impl Deed {
    pub fn numbered(number: u32) -> Self {
        Self { round: 0, task: 0, number }
    }

    pub fn key(self) -> String {
        format!("{}:{}:{}", self.round, self.task, self.number)
    }

    pub fn student(self) -> StudentId {
        let id = u128::from(self.round) << 80 | u128::from(self.task) << 40 | u128::from(self.number);
        StudentId(Uuid::from_u128(1 << 120 | id))
    }

    pub fn request(self, app: &App) -> Request {
        let student = self.student();
        let enrolled = Said { batch: BatchId(student.0), ..said_of(student_row("33070001", "1班")) };
        let (standing, since) = (Standing::Graduated, Some(day("2022-06-30")));
        let graduated = StudentRow { standing, since, ..student_row("33070001", "1班") };
        let graduated = Said { batch: BatchId(student.0), ..said_of(graduated) };
        let register = StudentCommand::Register { said: enrolled };
        let graduate = StudentCommand::Say { said: graduated };
        let mut said = said_once(app, DestinationKind::Enterprise, "2022-07-01", None);
        said.batch = BatchId(self.student().0);
        let assert = OutcomeCommand::Say { said };
        let orders = vec![
            Order::Student { student, command: register },
            Order::Student { student, command: graduate },
            Order::Outcome { student, command: assert },
        ];
        let mut request = Request::new(self.key(), "deed", orders);
        let person = Sealed::Name { name: "张一".to_owned() };
        request.rows.push(app.people().seal(student.0, 1, &person).unwrap());
        let guard = GuardKey { kind: "test".into(), scope: String::new(), key: self.key() };
        request.guards.push(GuardUse { guard, version: 0, set: Some(student.0.to_string()) });
        request.answer = serde_json::json!({ "student": student.0 });
        request
    }

    /// Gives the command once.
    pub async fn execute(self, town: &Town) -> Result<Acknowledged, AppError> {
        match town.app.execute(&town.caller, self.request(&town.app)).await? {
            Done::Recorded(receipt) => Ok(Acknowledged::new(self, &receipt)),
            Done::Unchanged => panic!("{self:?} changes something"),
        }
    }
}

/// A deed that was answered as recorded.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Acknowledged {
    pub key: String,
    pub position: i64,
    pub events: i64,
    pub recorded_at: i64,
    pub answer: String,
    pub stalled: Vec<String>,
}

impl Acknowledged {
    fn new(deed: Deed, receipt: &Receipt) -> Self {
        Self {
            key: deed.key(),
            position: receipt.first_position,
            events: receipt.event_count,
            recorded_at: receipt.recorded_at,
            answer: receipt.answer.to_string(),
            stalled: receipt.stalled.clone(),
        }
    }
}

/// Whether the error says no more than that the database could not be reached, or was lost.
pub fn is_of_the_connection(error: &AppError) -> bool {
    matches!(error, AppError::Read(_) | AppError::Append(AppendError::Unknown | AppendError::Unreachable))
}

/// The last position of the log.
pub async fn position(town: &Town) -> i64 {
    town.app.log().head().await.unwrap().position()
}

/// Every acknowledged event is there exactly once, other deeds whole or not at all, positions are gapless, and the
/// log and its read models verify.
pub async fn assert_kept(town: &Town, acknowledged: &[Acknowledged]) {
    let log = town.app.log();
    let mut by_key: HashMap<String, Vec<i64>> = HashMap::new();
    let mut last = 0;
    loop {
        let page = log.events(last, 10_000).await.unwrap();
        if page.is_empty() {
            break;
        }
        for event in page {
            assert_eq!(event.position, last + 1, "positions are gapless");
            last = event.position;
            by_key.entry(event.command_key.to_string()).or_default().push(event.position);
        }
    }
    for one in acknowledged {
        let expected: Vec<i64> = (one.position..one.position + one.events).collect();
        assert_eq!(by_key.get(&one.key), Some(&expected), "{one:?}");
    }
    for (key, positions) in by_key.iter().filter(|(key, _)| key.split(':').count() == 3) {
        assert_eq!(i64::try_from(positions.len()).unwrap(), EVENTS, "{key} is whole");
    }
    log.verify(None, |_, _| ()).await.unwrap();
}

/// The real binary on this database.
pub fn binary(database: &Database, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gradtrail"));
    command.arg("--data-dir").arg(database.directory.path()).args(["--database-url", &database.url()]).args(arguments);
    command
}

pub fn succeeds(database: &Database, arguments: &[&str]) -> String {
    let output = binary(database, arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The files of one school with so many graduates, each with a job, in the database's folder.
pub fn school_files(database: &Database, graduates: u32) -> Vec<PathBuf> {
    let mut roster = "学校代码,姓名,证件号码,专业代码,班级,学籍状态,毕业日期\n".to_owned();
    let mut outcomes = "学校代码,姓名,证件号码,去向类型,单位名称,就业日期,月薪\n".to_owned();
    for number in 0..graduates {
        let digits = format!("330702200403{:02}{:03}", 1 + number / 1_000, number % 1_000);
        let document = format!("{digits}{}", char::from(citizen_check_digit(digits.as_bytes())));
        roster.push_str(&format!("33070001,张三,{document},700206,{}班,毕业,2022-06-30\n", number % 8));
        outcomes.push_str(&format!("33070001,张三,{document},企业,第{}厂,2022-07-01,4000\n", number % 50));
    }
    let schools = "学校代码,学校名称,办学类别\n33070001,一中,教育部门\n";
    let write = |(name, text): (&str, &str)| {
        let path = database.directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    [("schools.csv", schools), ("roster.csv", &roster), ("outcomes.csv", &outcomes)].map(write).to_vec()
}

/// Imports the files once more and looks at the result: the figures, and how many events there are.
pub fn figures_of(database: &Database, files: &[PathBuf]) -> (serde_json::Value, serde_json::Value) {
    let files: Vec<&str> = files.iter().map(|file| file.to_str().unwrap()).collect();
    succeeds(database, &[&["import"], files.as_slice()].concat());
    succeeds(database, &["verify"]);
    let json = |arguments: &[&str]| serde_json::from_str::<serde_json::Value>(&succeeds(database, arguments)).unwrap();
    let report = json(&["report", "--year", "2022", "--format", "json"]);
    assert!(report["counts"]["graduates"].as_i64().unwrap() > 0);
    (report["counts"].clone(), json(&["head"])["position"].clone())
}
