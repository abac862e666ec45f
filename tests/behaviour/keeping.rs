//! Promise: an erased person is nowhere in the database, in no new backup, and does not come back with an old one,
//! while every figure stays; a log that moves to another database keeps its root and its figures; a backup restored
//! says what it lost.

use std::path::{Path, PathBuf};

use gradtrail::app::import::ImportFiles;
use gradtrail::app::import::batch::Imported;
use gradtrail::app::report::ReportQuery;
use gradtrail::app::restore::RestoreError;
use gradtrail::app::{App, Done};
use gradtrail::domain::ErasureReason;
use gradtrail::domain::ids::StudentId;
use gradtrail::domain::log::LostRange;
use gradtrail::event_log::Location;
use gradtrail::event_log::copy::{CopyError, back_up};
use gradtrail::event_log::scrub::{ScrubError, scrub};
use gradtrail::input::known_at::KnownAt;
use gradtrail::ledger::{Ledger, LedgerEntry};
use gradtrail::refusal::Refusal as _;
use sqlx::{Executor, Row as _};

use crate::support::{Database, Town, ask, clock, day, erase};

const FILES: [(&str, &str); 4] = [
    ("schools.csv", "学校代码,学校名称,办学类别\n33070001,一中,教育部门\n"),
    (
        "roster.csv",
        "学校代码,姓名,证件号码,专业代码,班级,学籍状态,毕业日期\n\
         33070001,张一,330702200703154510,700206,1班,毕业,2022-06-30\n\
         33070001,李二,330782200612310022,700206,1班,毕业,2022-06-30\n",
    ),
    (
        "outcomes.csv",
        "学校代码,姓名,证件号码,去向类型,单位名称,就业日期,月薪\n\
         33070001,张一,330702200703154510,企业,某厂,2022-07-01,4000\n",
    ),
    (
        "study.csv",
        "学校代码,姓名,证件号码,升学渠道,录取学校,升学层次,报到日期\n\
         33070001,李二,330782200612310022,职教高考,某某学院,专科,2022-09-10\n",
    ),
];
const DOCUMENT: &str = "330782200612310022";

async fn imported(town: &Town, database: &Database, files: &[(&str, &str)]) -> Vec<Imported> {
    town.import(&database.write(files), ImportFiles::default()).await
}

/// The one with the document number, found as an office finds somebody.
async fn find(town: &Town) -> StudentId {
    let found = ask::students(&town.app, &town.caller, DOCUMENT).await.unwrap();
    assert_eq!(found.len(), 1);
    found[0].id
}

async fn town(database: &Database) -> Town {
    let town = Town::new(database).await;
    let recorded = imported(&town, database, &FILES).await;
    assert!(recorded.iter().all(|file| file.counts.rejected == 0));
    town
}

/// All figures of the year, as known at a position.
async fn figures(app: &App, known_at: KnownAt) -> String {
    let asked = ReportQuery { known_at, ..ReportQuery::year(2022) };
    let report = ask::report(app, &gradtrail::accounts::Caller::operator("test"), &asked, &[]).await.unwrap();
    format!("{:?} {:?}", report.counts, report.figures)
}

/// The sealed bytes of one person, row by row.
async fn sealed_bytes(database: &Database, student: StudentId) -> Vec<Vec<u8>> {
    let mut raw = database.raw().await;
    let query = sqlx::query("select sealed from sealed where subject = $1").bind(student.0.to_string());
    raw.fetch_all(query).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// The bytes of every file that the database consists of; PostgreSQL's WAL is beyond our reach and named as such.
async fn files_of(location: &Location, database: &Database) -> Vec<u8> {
    let mut bytes = vec![];
    match location {
        Location::Sqlite(path) => {
            for file in [path.clone(), path.with_extension("db-wal"), path.with_extension("db-shm")] {
                bytes.extend(std::fs::read(file).unwrap_or_default());
            }
        }
        Location::Postgres(_) => {
            let mut raw = database.raw().await;
            raw.execute("checkpoint").await.unwrap();
            let sql = "select current_setting('data_directory') || '/base/' ||
                       (select cast(oid as text) from pg_database where datname = current_database())";
            let folder: String = raw.fetch_one(sql).await.unwrap().get(0);
            for file in std::fs::read_dir(folder).unwrap() {
                bytes.extend(std::fs::read(file.unwrap().path()).unwrap_or_default());
            }
        }
    }
    bytes
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

fn beside(database: &Database, name: &str) -> PathBuf {
    database.directory.path().join(name)
}

#[tokio::test]
async fn an_erased_person_is_in_no_file_of_the_database_and_in_no_new_backup_and_every_figure_stays() {
    for database in Database::both().await {
        let town = town(&database).await;
        let student = find(&town).await;
        let before = town.app.log().head().await.unwrap().position();
        let figures_before = figures(&town.app, KnownAt::Head).await;
        let secrets = sealed_bytes(&database, student).await;
        assert_eq!(secrets.len(), 2, "the person and the college's note");
        let files = files_of(&database.location, &database).await;
        assert!(secrets.iter().all(|secret| holds(&files, secret)), "the search finds what is there");

        let erased = erase(&town.app, &town.caller, student, ErasureReason::Request).await.unwrap();
        assert!(matches!(erased, Done::Recorded(_)));
        assert_eq!(erase(&town.app, &town.caller, student, ErasureReason::Other).await.unwrap(), Done::Unchanged);
        scrub(&database.location).await.unwrap();

        let backup = beside(&database, "new backup.db");
        back_up(&database.location, &backup, |_| ()).await.unwrap();
        for location in [&database.location, &Location::Sqlite(backup)] {
            let files = files_of(location, &database).await;
            let found: Vec<bool> = secrets.iter().map(|secret| holds(&files, secret)).collect();
            assert!(files.len() > 10_000 && found == [false, false], "{location:?}: {found:?}");
        }
        assert!(database.key_file().exists());
        assert_eq!(figures(&town.app, KnownAt::Head).await, figures_before);
        assert_eq!(figures(&town.app, KnownAt::Position(before)).await, figures_before);
        town.app.log().verify(None, |_, _| ()).await.unwrap();
        town.app.verify_sealed().await.unwrap();
    }
}

#[tokio::test]
async fn an_erased_document_number_coming_in_again_is_refused_as_erased() {
    for database in Database::both().await {
        let town = town(&database).await;
        let student = find(&town).await;
        erase(&town.app, &town.caller, student, ErasureReason::Request).await.unwrap();
        for (name, text) in &FILES[1..] {
            let again = imported(&town, &database, &[(name, &format!("{text}\n"))]).await.remove(0);
            let reasons: Vec<&str> =
                again.rejected.iter().flat_map(|row| &row.faults).map(|fault| fault.reason.code()).collect();
            assert!(reasons.iter().all(|code| *code == "import_row.person_erased"), "{reasons:?}");
            assert_eq!(reasons.len(), usize::from(text.contains(DOCUMENT)), "{name}");
        }
        assert!(ask::students(&town.app, &town.caller, DOCUMENT).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn an_erasure_that_a_crash_interrupted_is_finished_when_the_database_is_opened() {
    for database in Database::both().await {
        let first = town(&database).await;
        let student = find(&first).await;
        first.app.ledger().append(&LedgerEntry::Erased { student }).unwrap();
        drop(first);
        let _finished = Town::new(&database).await;
        assert_eq!(sealed_bytes(&database, student).await.len(), 0);
    }
}

#[tokio::test]
async fn an_old_backup_with_the_ledger_brings_no_erased_person_back_and_says_what_it_lost() {
    for database in Database::both().await {
        let town = town(&database).await;
        let student = find(&town).await;
        let backup = Location::Sqlite(beside(&database, "old.db"));
        let Location::Sqlite(file) = &backup else { unreachable!() };
        let kept = back_up(&database.location, file, |_| ()).await.unwrap();
        let secrets = sealed_bytes(&database, student).await;
        erase(&town.app, &town.caller, student, ErasureReason::ConsentWithdrawn).await.unwrap();
        town.add_school("33070002").await;
        town.app.note_head().await.unwrap();
        let (figures_then, reached) =
            (figures(&town.app, KnownAt::Head).await, town.app.log().head().await.unwrap().position());
        // The person's erasure and the school.
        assert_eq!(reached, kept.position + 2);
        drop(town);

        let elsewhere = match database.location {
            Location::Sqlite(_) => Database::postgres().await,
            Location::Postgres(_) => Database::sqlite(),
        };
        let key_file = elsewhere.key_file();
        std::fs::copy(database.key_file(), &key_file).unwrap();
        let restore = |without| App::restore(&backup, &elsewhere.location, &key_file, without, clock, |_| ());
        let refused = restore(false).await.map(|_| ());
        assert!(matches!(refused, Err(RestoreError::NoLedger(_))), "{refused:?}");
        std::fs::copy(Ledger::beside(&database.key_file()).path(), Ledger::beside(&key_file).path()).unwrap();
        let restored = restore(false).await.unwrap();

        assert_eq!(restored.copied, kept);
        assert_eq!((restored.erased, sealed_bytes(&elsewhere, student).await.len()), (1, 0));
        let files = files_of(&elsewhere.location, &elsewhere).await;
        assert!(files.len() > 10_000 && !secrets.iter().any(|secret| holds(&files, secret)));
        assert_eq!(figures(&restored.app, KnownAt::Head).await, figures_then);
        let lost = LostRange { from: kept.position + 1, to: reached };
        assert_eq!(restored.lost, Some(lost));
        let today = day("2023-07-01");
        assert_eq!(restored.app.lost_head(reached).await.unwrap(), Some((lost, today)));
        assert_eq!(restored.app.lost_head(kept.position).await.unwrap(), None);
        let asked = ReportQuery { known_at: KnownAt::Position(kept.position + 1), ..ReportQuery::year(2022) };
        let caller = gradtrail::accounts::Caller::operator("test");
        let cited = ask::report(&restored.app, &caller, &asked, &[]).await.unwrap();
        assert_eq!(cited.lost, Some((lost, today)));
        let written = gradtrail::publication::json::report(&cited);
        assert_eq!(
            (written["lost"]["from"].as_i64(), written["lost"]["to"].as_i64()),
            (Some(lost.from), Some(lost.to))
        );
        restored.app.log().verify(None, |_, _| ()).await.unwrap();
        let occupied = restore(false).await.map(|_| ());
        assert!(matches!(occupied, Err(RestoreError::Copy(CopyError::NotEmpty(_)))), "{occupied:?}");
    }
}

#[tokio::test]
async fn a_log_copied_to_the_other_engine_and_back_has_the_same_root_and_figures() {
    let origin = Database::sqlite();
    let town = town(&origin).await;
    let (head, expected) = (town.app.log().head().await.unwrap(), figures(&town.app, KnownAt::Head).await);
    let there = Database::postgres().await;
    let back = Database::sqlite();
    for (from, to) in [(&origin, &there), (&there, &back)] {
        std::fs::copy(origin.key_file(), to.key_file()).unwrap();
        let arrived = App::transfer(&from.location, &to.location, &to.key_file(), clock, |_| ()).await.unwrap();
        assert_eq!((arrived.copied.position, arrived.copied.root), (head.position(), head.root()));
        assert_eq!(figures(&arrived.app, KnownAt::Head).await, expected);
        arrived.app.log().verify(Some((head.position(), head.root())), |_, _| ()).await.unwrap();
        arrived.app.verify_sealed().await.unwrap();
    }
}

#[tokio::test]
async fn a_damaged_log_is_not_copied() {
    for database in Database::both().await {
        let town = town(&database).await;
        let mut raw = database.tampering().await;
        raw.execute("update event set payload = payload || ' ' where position = 3").await.unwrap();
        let target = Database::sqlite();
        std::fs::copy(database.key_file(), target.key_file()).unwrap();
        let copied = App::transfer(&database.location, &target.location, &target.key_file(), clock, |_| ()).await;
        let copied = copied.map(|_| ());
        assert!(matches!(copied, Err(RestoreError::Copy(CopyError::Corrupt(3)))), "{copied:?}");
        assert_eq!(target.open().await.log().head().await.unwrap().position(), 0);
        drop(town);
    }
}

/// Opened once by mistake, before the key of the log that is to come was in place.
#[tokio::test]
async fn a_database_that_was_in_use_takes_no_copy_and_says_what_to_do() {
    for target in Database::both().await {
        let origin = Database::sqlite();
        let _town = town(&origin).await;
        drop(target.open().await);
        std::fs::copy(origin.key_file(), target.key_file()).unwrap();
        let copied = App::transfer(&origin.location, &target.location, &target.key_file(), clock, |_| ()).await;
        let refused = copied.map(|_| ()).unwrap_err();
        assert!(matches!(refused, RestoreError::Copy(CopyError::Used)), "{refused:?}");
        assert!(refused.sentence().zh.contains("换一个没有用过的数据库"), "{refused:?}");
    }
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn backup_restore_and_key_work_from_the_command_line() {
    use crate::command_line::{fails, succeeds, succeeds_given};
    let directory = tempfile::tempdir().unwrap();
    let (home, new_home) = (directory.path().join("home"), directory.path().join("new home"));
    succeeds(&home, &["school", "add", "--code", "33070001", "--name", "一中", "--category", "民办"]);
    assert!(succeeds(&home, &["check"]).contains("密钥还没有导出"));
    let (backup, key) = (directory.path().join("backup.db"), directory.path().join("key.txt"));
    assert!(succeeds(&home, &["backup", path(&backup)]).contains("备份中没有密钥"));
    assert!(fails(&home, 1, &["backup", path(&backup)]).contains("换一个文件名"));
    succeeds_given(&home, "correct horse battery\n", &["key", "export", path(&key)]);
    assert!(!succeeds(&home, &["check"]).contains("密钥还没有导出"));

    assert!(fails(&new_home, 1, &["restore", path(&backup)]).contains("key import"));
    succeeds_given(&new_home, "correct horse battery\n", &["key", "import", path(&key)]);
    assert!(fails(&new_home, 1, &["restore", path(&backup)]).contains("--without-ledger"));
    let ledger = home.join("gradtrail.ledger");
    assert!(succeeds(&new_home, &["restore", path(&backup), "--ledger", path(&ledger)]).contains("已恢复：位置 1"));
    assert!(succeeds(&new_home, &["verify"]).contains("校验通过"));
    assert!(fails(&new_home, 1, &["restore", path(&backup)]).contains("已有 1 个事件"));
    assert!(fails(&new_home, 1, &["restore", path(&key)]).contains("不是本程序的数据库或备份"));
    // Whoever acts for a school gets no more than the school's.
    for whole in [
        vec!["backup", "all.db"],
        vec!["copy", "--to", "sqlite:all.db"],
        vec!["serve"],
        vec!["scrub"],
        vec!["verify"],
        vec!["rebuild"],
    ] {
        let acting = [vec!["--as", "somebody"], whole].concat();
        assert!(fails(&home, 1, &acting).contains("请去掉 --as"), "{acting:?}");
    }
    assert!(fails(&home, 2, &["erase", "330782200612310022", "--reason", "because"]).contains("request（本人要求）"));
    assert!(fails(&home, 1, &["erase", "330782200612310022", "--reason", "request"]).contains("没有找到这名学生"));
}

/// Somebody reads and does not end: a scrub waits ten seconds, and can be called again.
#[tokio::test]
async fn a_scrub_that_readers_keep_waiting_says_so_and_succeeds_when_they_are_done() {
    let wait = async |database: Database| {
        let town = town(&database).await;
        let mut reading = database.raw().await;
        reading.execute("begin").await.unwrap();
        reading.fetch_all("select subject from sealed").await.unwrap();
        // What is written meanwhile is behind what the reader sees.
        town.add_school("33070002").await;
        assert_eq!(scrub(&database.location).await.unwrap_err().code(), "scrub.busy");
        reading.execute("rollback").await.unwrap();
        scrub(&database.location).await.unwrap();
    };
    tokio::join!(wait(Database::sqlite()), wait(Database::postgres().await));
}

#[tokio::test]
async fn a_scrub_of_what_is_not_there_says_what_the_database_says() {
    let (missing, there) = (Database::sqlite(), Database::postgres().await);
    for location in [missing.location.clone(), Location::Postgres(format!("{}_missing", there.url()))] {
        let refused = scrub(&location).await.unwrap_err();
        assert!(matches!(refused, ScrubError::Sql(_)), "{refused:?}");
        assert!(!refused.sentence().en.is_empty());
    }
}

/// An account that owns the tables and may not have the server write them out.
#[tokio::test]
async fn a_scrub_by_an_account_that_may_not_checkpoint_says_who_has_to_do_it() {
    const TABLES: [&str; 3] = ["sealed", "evidence", "guard"];
    let database = Database::postgres().await;
    let _town = town(&database).await;
    let Location::Postgres(url) = &database.location else { unreachable!() };
    let (server, name) = url.rsplit_once('/').unwrap();
    let mut raw = database.raw().await;
    let mut run = async |sql: String| {
        raw.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql))).await.unwrap();
    };
    run(format!(
        "create role limited_{name} login password 'limited'; grant create on schema public to limited_{name}"
    ))
    .await;
    for table in TABLES {
        run(format!("alter table {table} owner to limited_{name}")).await;
    }
    let address = server.rsplit_once('@').unwrap().1;
    let limited = Location::Postgres(format!("postgres://limited_{name}:limited@{address}/{name}"));
    let refused = scrub(&limited).await;
    run(format!("reassign owned by limited_{name} to current_user; drop owned by limited_{name}")).await;
    run(format!("drop role limited_{name}")).await;
    assert_eq!(refused.unwrap_err().code(), "scrub.may_not_checkpoint");
}
