//! Promise: a database of another format is refused with a sentence that says what to do, and is neither opened nor
//! altered.

use std::path::PathBuf;

use gradtrail::app::restore::RestoreError;
use gradtrail::app::{App, StartError};
use gradtrail::event_log::copy::{CopyError, back_up};
use gradtrail::event_log::{Location, OpenError};
use gradtrail::refusal::Refusal as _;
use sqlx::{AssertSqlSafe, Executor, Row as _};

use crate::support::{Database, Town, clock};

/// What the migrations were called before they became one.
const OLD: [&str; 5] = ["log", "caused events", "evidence", "streams by their events", "movements"];

/// Makes the database one that these old migrations made, as far as its own list of them says.
async fn make_old(database: &Database, migrations: &[&str]) {
    let mut raw = database.raw().await;
    raw.execute("delete from _sqlx_migrations").await.unwrap();
    for (index, description) in migrations.iter().enumerate() {
        add_migration(database, i64::try_from(index).unwrap() + 1, description).await;
    }
}

async fn add_migration(database: &Database, version: i64, description: &str) {
    let insert = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                  values ($1, $2, true, $3, 1000)";
    let query = sqlx::query(insert).bind(version).bind(description.to_owned()).bind(vec![7_u8; 48]);
    database.raw().await.execute(query).await.unwrap();
}

/// All that is in the database: its file's bytes, or its tables with their rows.
async fn contents(database: &Database) -> Vec<u8> {
    match &database.location {
        Location::Sqlite(path) => {
            let mut raw = database.raw().await;
            raw.execute("pragma wal_checkpoint(truncate)").await.unwrap();
            std::fs::read(path).unwrap()
        }
        Location::Postgres(_) => {
            let mut raw = database.raw().await;
            let tables = "select cast(table_name as text) from information_schema.tables
                          where table_schema = 'public' order by table_name";
            let mut contents = String::new();
            for table in raw.fetch_all(tables).await.unwrap() {
                let table: String = table.get(0);
                let rows = format!("select coalesce(string_agg(cast(t as text), ' '), '') from {table} t");
                let row = raw.fetch_one(sqlx::query(AssertSqlSafe(rows))).await.unwrap();
                contents.push_str(&format!("{table}: {}\n", row.get::<String, _>(0)));
            }
            contents.into_bytes()
        }
    }
}

async fn with_a_school() -> Vec<Database> {
    let databases = Database::both().await;
    for database in &databases {
        Town::new(database).await.add_school("33070001").await;
    }
    databases
}

async fn opening(database: &Database) -> StartError {
    App::open(&database.location, &database.key_file(), clock).await.err().expect("it must be refused")
}

#[tokio::test]
async fn a_database_of_an_older_format_is_refused_and_left_as_it_is() {
    for database in with_a_school().await {
        // All of the old migrations, or only the first, which had the same number as today's.
        for migrations in [&OLD[..], &OLD[..1]] {
            make_old(&database, migrations).await;
            let before = contents(&database).await;
            std::fs::remove_file(database.key_file()).ok();
            let refused = opening(&database).await;
            assert!(matches!(refused, StartError::Open(OpenError::Older)), "{refused:?}");
            let said = refused.to_string();
            assert!(said.contains("旧版本的格式") && said.contains("请用新的数据目录或数据库重新导入"), "{said}");
            assert!(contents(&database).await == before, "nothing is altered");
            assert!(!database.key_file().exists(), "no key is made for it");
        }
    }
}

#[tokio::test]
async fn a_database_of_a_newer_format_is_told_from_an_older_one() {
    for database in with_a_school().await {
        add_migration(&database, 2, "what is to come").await;
        let before = contents(&database).await;
        let refused = opening(&database).await;
        assert!(matches!(refused, StartError::Open(OpenError::Newer)), "{refused:?}");
        assert!(refused.to_string().contains("请升级程序"), "{refused}");
        let target = Database::sqlite();
        std::fs::copy(database.key_file(), target.key_file()).unwrap();
        let copied = App::transfer(&database.location, &target.location, &target.key_file(), clock, |_| ()).await;
        assert_eq!(copied.map(|_| ()).unwrap_err().code(), "copy.newer");
        assert!(contents(&database).await == before, "nothing is altered");
    }
}

/// The power failed while a migration ran on an engine that does not take it back.
#[tokio::test]
async fn a_database_half_of_whose_migration_is_there_is_refused_with_the_migrations_reason() {
    for database in with_a_school().await {
        database.raw().await.execute("update _sqlx_migrations set success = false").await.unwrap();
        let refused = opening(&database).await;
        assert_eq!(refused.code(), "database.migrate");
        assert!(refused.sentence().en.contains('1'), "{refused}");
    }
}

#[tokio::test]
async fn nothing_is_copied_from_or_to_a_database_of_another_format() {
    for database in with_a_school().await {
        let backup: PathBuf = database.directory.path().join("备份.db");
        back_up(&database.location, &backup, |_| ()).await.unwrap();
        make_old(&database, &OLD).await;
        let before = contents(&database).await;
        let target = Database::sqlite();
        std::fs::copy(database.key_file(), target.key_file()).unwrap();
        let transfer = async |from: &Location, to: &Database| {
            App::transfer(from, &to.location, &to.key_file(), clock, |_| ()).await
        };
        let refused = transfer(&database.location, &target).await.map(|_| ()).unwrap_err();
        assert!(matches!(refused, RestoreError::Copy(CopyError::Older)), "{refused:?}");
        assert!(refused.sentence().zh.contains("重新导入"), "{refused:?}");
        let Location::Sqlite(target) = &target.location else { unreachable!() };
        assert!(!target.exists(), "no target is begun");

        let refused = transfer(&Location::Sqlite(backup), &database).await.map(|_| ()).unwrap_err();
        assert!(matches!(refused, RestoreError::Copy(CopyError::Open(OpenError::Older))), "{refused:?}");
        assert!(contents(&database).await == before, "nothing is altered");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_of_this_program_is_no_source() {
    let stranger = Database::sqlite();
    let Location::Sqlite(path) = &stranger.location else { unreachable!() };
    std::fs::write(path, b"").unwrap();
    let copied = back_up(&stranger.location, &stranger.directory.path().join("备份.db"), |_| ()).await;
    assert!(matches!(copied, Err(CopyError::Foreign)), "{copied:?}");
}

#[tokio::test]
async fn the_command_line_says_what_to_do_with_an_older_database() {
    let database = Database::sqlite();
    Town::new(&database).await.add_school("33070001").await;
    make_old(&database, &OLD).await;
    let said = crate::command_line::fails(database.directory.path(), 1, &["school", "list"]);
    assert!(said.contains("旧版本的格式") && said.contains("新的数据目录"), "{said}");
}
