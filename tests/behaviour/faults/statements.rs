//! Promise: a statement that fails inside the database records nothing of its command, unless it is a read model's:
//! then the event is recorded and the answer names the model that stalled. Without the cause work goes on.

use gradtrail::accounts::Role;
use gradtrail::app::request::Request;
use gradtrail::app::{App, AppError, StartError};
use gradtrail::domain::terms::Standing;
use gradtrail::event_log::request::{AppendError, LogHead};
use gradtrail::event_log::{EventLog, Location};
use gradtrail::evidence::EvidenceFile;
use gradtrail::projections::MODELS;
use gradtrail::refusal::Refusal as _;
use sqlx::{AssertSqlSafe, Executor};

use super::{Acknowledged, Deed, EVENTS, assert_kept};
use crate::support::rosters::stand;
use crate::support::{Database, Town, add_staff, ask, clock, day};

/// Makes statements fail, or stops making them fail.
async fn run(database: &Database, statements: &str) {
    database.raw().await.execute(sqlx::raw_sql(AssertSqlSafe(statements.to_owned()))).await.unwrap();
}

/// What raises, for as long as the trigger stands.
pub async fn prepare(database: &Database) {
    if matches!(database.location, Location::Postgres(_)) {
        let function = "create function injected() returns trigger language plpgsql as $$
            begin raise exception 'injected into %', tg_table_name; end $$";
        run(database, function).await;
    }
}

/// From now on every insert into the table fails, and every update of it.
pub async fn break_table(database: &Database, table: &str) {
    let create = match database.location {
        Location::Sqlite(_) => ["insert", "update"]
            .map(|verb| {
                format!(
                    "create trigger injected_{table}_{verb} before {verb} on {table}
                     begin select raise(abort, 'injected into {table}'); end;"
                )
            })
            .concat(),
        Location::Postgres(_) => format!(
            "create trigger injected_{table} before insert or update on {table}
             for each row execute function injected()"
        ),
    };
    run(database, &create).await;
}

pub async fn mend_table(database: &Database, table: &str) {
    let drop = match database.location {
        Location::Sqlite(_) => {
            format!("drop trigger injected_{table}_insert; drop trigger injected_{table}_update")
        }
        Location::Postgres(_) => format!("drop trigger injected_{table} on {table}"),
    };
    run(database, &drop).await;
}

async fn head(town: &Town) -> LogHead {
    town.app.log().head().await.unwrap()
}

fn assert_refused(answer: Result<Acknowledged, AppError>, table: &str) {
    match answer {
        Err(error @ AppError::Append(AppendError::Database(_))) => {
            assert!(error.to_string().contains("未记录"), "{table}: {error}");
        }
        other => panic!("{table}: {other:?}"),
    }
}

/// The deeds of one table, each of a task of its own.
fn deed(table: usize, number: u32) -> Deed {
    Deed { round: u32::try_from(table).unwrap(), task: 0, number }
}

#[tokio::test]
async fn a_failing_permanent_table_records_nothing_of_the_command() {
    for database in Database::both().await {
        prepare(&database).await;
        let town = Town::new(&database).await;
        let mut acknowledged = vec![];
        for (index, table) in ["event", "command", "guard", "log_head", "sealed"].into_iter().enumerate() {
            acknowledged.push(deed(index, 0).execute(&town).await.unwrap());
            let before = head(&town).await;
            break_table(&database, table).await;
            assert_refused(deed(index, 1).execute(&town).await, table);
            // Also under the head's lock, where the writer now is.
            assert_refused(deed(index, 1).execute(&town).await, table);
            assert_eq!(head(&town).await, before, "{table}: nothing is recorded");
            let student = deed(index, 1).student().0;
            assert!(town.app.log().subject_events(student).await.unwrap().is_empty());
            assert!(town.app.log().sealed(&[student]).await.unwrap().is_empty());
            mend_table(&database, table).await;
            acknowledged.push(deed(index, 1).execute(&town).await.unwrap());
            assert_kept(&town, &acknowledged).await;
        }
    }
}

#[tokio::test]
async fn a_failing_table_of_accounts_of_files_or_of_the_key_records_nothing() {
    for database in Database::both().await {
        drop(EventLog::open(&database.location, MODELS, clock).await.unwrap());
        prepare(&database).await;
        break_table(&database, "installation").await;
        let refused = App::open(&database.location, &database.key_file(), clock).await.err().unwrap();
        assert!(matches!(refused, StartError::Append(AppendError::Database(_))), "{refused}");
        mend_table(&database, "installation").await;
        let town = Town::new(&database).await;
        break_table(&database, "sealed").await;
        let before = head(&town).await;
        let add = async || add_staff(&town.app, &town.caller, "钱五", Role::Bureau, None).await;
        assert!(add().await.unwrap_err().to_string().contains("未记录"));
        assert_eq!((head(&town).await, ask::accounts(&town.app, &town.caller).await.unwrap().len()), (before, 0));
        mend_table(&database, "sealed").await;
        add().await.unwrap();
        assert_eq!(ask::accounts(&town.app, &town.caller).await.unwrap().len(), 1);

        let student = town.student("33070001", "1班", "学生", "330702200403150001", None).await.id;
        let file = EvidenceFile::of("scan.pdf", b"%PDF-1.4").unwrap();
        let on_leave = stand(&town.app, student, Standing::OnLeave, day("2022-03-01")).await;
        let mut request = Request::new("scan", "scan", vec![on_leave]);
        request.rows.push(file.seal(town.app.people(), student.0).unwrap());
        let send = async || town.app.execute(&town.caller, request.clone()).await;
        break_table(&database, "evidence").await;
        let before = head(&town).await;
        assert!(send().await.unwrap_err().to_string().contains("未记录"));
        assert_eq!(head(&town).await, before);
        mend_table(&database, "evidence").await;
        send().await.unwrap();
        assert_kept(&town, &[Deed::numbered(0).execute(&town).await.unwrap()]).await;
    }
}

#[tokio::test]
async fn a_commit_that_fails_at_its_very_end_records_nothing() {
    for database in Database::both().await {
        prepare(&database).await;
        let (fails_at_commit, mended) = match database.location {
            Location::Sqlite(_) => (
                "create table nowhere (id integer primary key);
                 create table broken (id integer references nowhere (id) deferrable initially deferred);
                 create trigger injected after insert on event begin insert into broken values (1); end;",
                "drop trigger injected",
            ),
            Location::Postgres(_) => (
                "create constraint trigger injected after insert on event deferrable initially deferred
                 for each row execute function injected()",
                "drop trigger injected on event",
            ),
        };
        let town = Town::new(&database).await;
        let first = deed(0, 0).execute(&town).await.unwrap();
        run(&database, fails_at_commit).await;
        let before = head(&town).await;
        assert_refused(deed(0, 1).execute(&town).await, "commit");
        assert_refused(deed(0, 1).execute(&town).await, "commit");
        assert_eq!(head(&town).await, before);
        run(&database, mended).await;
        let second = deed(0, 1).execute(&town).await.unwrap();
        assert_eq!(second.position, first.position + EVENTS);
        assert_kept(&town, &[first, second]).await;
    }
}

/// The tables that these deeds write in turn, then several at once; `read_models` tries every table.
#[tokio::test]
async fn a_failing_read_model_stalls_alone_and_a_rebuild_heals_it() {
    for database in Database::both().await {
        prepare(&database).await;
        let mut town = Town::new(&database).await;
        let mut acknowledged = vec![];
        let written = ["student_register", "cohort_outcomes"];
        let tables: Vec<(&str, &str)> = MODELS
            .iter()
            .filter(|model| written.contains(&model.name))
            .flat_map(|model| model.tables.iter().map(|table| (model.name, table.name)))
            .filter(|(_, table)| *table != "cohort_jobs") // No deed brings a job.
            .collect();
        assert_eq!(tables.len(), 4);
        for (index, (model, table)) in tables.iter().enumerate() {
            // A process that has not referred to anything yet.
            town = Town::new(&database).await;
            break_table(&database, table).await;
            let recorded = deed(index, 0).execute(&town).await.unwrap();
            assert_eq!(recorded.stalled, [*model], "{table}");
            let again = deed(index, 1).execute(&town).await.unwrap();
            assert_eq!(again.stalled, [*model], "{table}");
            assert!(town.app.log().verify(None, |_, _| ()).await.unwrap_err().sentence().zh.contains(model));
            mend_table(&database, table).await;
            let broken = gradtrail::projections::by_name(model).unwrap();
            town.app.log().rebuild(&[broken], |_, _| ()).await.unwrap();
            let healed = deed(index, 2).execute(&town).await.unwrap();
            assert!(healed.stalled.is_empty(), "{table}");
            acknowledged.extend([recorded, again, healed]);
            assert_kept(&town, &acknowledged).await;
        }
        let first_tables = ["student_register", "cohort_movements"];
        for table in first_tables {
            break_table(&database, table).await;
        }
        let recorded = deed(9, 0).execute(&town).await.unwrap();
        assert!(written.iter().all(|model| recorded.stalled.iter().any(|stalled| stalled == model)), "{recorded:?}");
        for table in first_tables {
            mend_table(&database, table).await;
        }
        town.app.log().rebuild(MODELS, |_, _| ()).await.unwrap();
        acknowledged.extend([recorded, deed(9, 1).execute(&town).await.unwrap()]);
        assert_kept(&town, &acknowledged).await;
    }
}
