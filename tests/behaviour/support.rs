//! Databases of both engines, a small town to play with, and the doors of the app: what is asked is in `ask`.

pub mod ask;
pub mod papers;
pub mod rosters;
pub mod served;
pub mod typed;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use gradtrail::accounts::visitor::Visitor;
use gradtrail::accounts::{Caller, Role, Staff};
use gradtrail::app::account::{AccountAnswer, AccountOrder, AddAccount};
use gradtrail::app::actions::Command;
use gradtrail::app::bulk::BulkAnswer;
use gradtrail::app::failure::Failure;
use gradtrail::app::import::batch::Imported;
use gradtrail::app::import::undo::{UndoImport, Undone};
use gradtrail::app::import::{FileResult, ImportFiles};
use gradtrail::app::people::guards;
use gradtrail::app::reply::Answer;
use gradtrail::app::request::{Order, Request};
use gradtrail::app::school::{AddSchool, SchoolOrder};
use gradtrail::app::sign_in::Attempt;
use gradtrail::app::student::EraseStudent;
use gradtrail::app::{App, AppError, Done};
use gradtrail::demo::accounts;
use gradtrail::domain::ids::{BatchId, ClassName, SchoolCode, StudentId};
use gradtrail::domain::outcome::OutcomeCommand;
use gradtrail::domain::outcome::row::DestinationRow;
use gradtrail::domain::statements::{Said, Source};
use gradtrail::domain::student::StudentCommand;
use gradtrail::domain::terms::{DestinationKind, SchoolCategory, SpecialtyMatch, Standing};
use gradtrail::domain::{ErasureReason, UndoReason};
use gradtrail::event_log::Location;
use gradtrail::event_log::request::{GuardKey, GuardUse};
use gradtrail::input::file::File;
use gradtrail::input::words;
use gradtrail::people::{BlindField, Person, Sealed};
use gradtrail::web::front::Front;
use jiff::civil::Date;
use sqlx::{AnyConnection, Connection, Executor};
use tempfile::TempDir;
use uuid::Uuid;

/// 1 July 2023, 08:00 UTC; each reading of the clock is a millisecond later.
static CLOCK: AtomicI64 = AtomicI64::new(1_688_198_400_000_000);

/// The fields of an input and more of them.
pub fn with(mut fields: serde_json::Value, more: serde_json::Value) -> serde_json::Value {
    let serde_json::Value::Object(more) = more else { panic!("{more}") };
    fields.as_object_mut().unwrap().extend(more);
    fields
}

pub fn clock() -> i64 {
    CLOCK.fetch_add(1_000, Ordering::Relaxed)
}

/// The same a year later: what happened until then may be recorded.
pub fn a_year_later() -> i64 {
    const YEAR: i64 = 366 * 86_400 * 1_000_000;
    clock() + YEAR
}

/// A database of its own for one test, gone with it.
pub struct Database {
    pub location: Location,
    pub directory: TempDir,
    /// The server's address and the database's name.
    postgres: Option<(String, String)>,
}

impl Database {
    pub fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let location = Location::Sqlite(directory.path().join("gradtrail.db"));
        Self { location, directory, postgres: None }
    }

    pub async fn postgres() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the test's one setting")]
        let server = std::env::var("GRADTRAIL_TEST_POSTGRES_URL")
            .expect("GRADTRAIL_TEST_POSTGRES_URL is not set; run ops/test, which starts PostgreSQL");
        let name = format!("gradtrail_{}", Uuid::new_v4().simple());
        administer(&server, &format!("create database {name}")).await;
        let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
        let directory = tempfile::tempdir().unwrap();
        Self { location: Location::Postgres(url), directory, postgres: Some((server, name)) }
    }

    /// One of each engine.
    pub async fn both() -> Vec<Self> {
        vec![Self::sqlite(), Self::postgres().await]
    }

    pub fn key_file(&self) -> PathBuf {
        self.directory.path().join("gradtrail.key")
    }

    pub async fn open(&self) -> App {
        self.open_at(clock).await
    }

    pub async fn open_at(&self, clock: fn() -> i64) -> App {
        App::open(&self.location, &self.key_file(), clock).await.unwrap()
    }

    /// Writes files beside the database.
    pub fn write(&self, files: &[(&str, &str)]) -> Vec<PathBuf> {
        let path = |(name, text): &(&str, &str)| {
            let path = self.directory.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        files.iter().map(path).collect()
    }

    pub fn url(&self) -> String {
        match &self.location {
            Location::Sqlite(path) => format!("sqlite:{}", path.display()),
            Location::Postgres(url) => url.clone(),
        }
    }

    /// A connection past all of the program's care.
    pub async fn raw(&self) -> AnyConnection {
        connection(&self.url()).await
    }

    /// The same, with the triggers that stop accidents out of the way.
    pub async fn tampering(&self) -> AnyConnection {
        let mut raw = self.raw().await;
        let statements: &[&'static str] = match self.location {
            Location::Sqlite(_) => {
                &["drop trigger event_no_update", "drop trigger event_no_delete", "drop trigger event_no_replace"]
            }
            Location::Postgres(_) => &["alter table event disable trigger user"],
        };
        for statement in statements {
            raw.execute(*statement).await.unwrap();
        }
        raw
    }
}

/// A connection to any database.
pub async fn connection(url: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(url).await.unwrap()
}

async fn administer(server: &str, statement: &str) {
    let mut connection = connection(server).await;
    connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned()))).await.unwrap();
    connection.close().await.unwrap();
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((server, name)) = self.postgres.take() {
            let dropping = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(administer(&server, &format!("drop database {name} with (force)")));
            });
            let _failed_to_drop = dropping.join();
        }
    }
}

pub fn school(code: &str) -> SchoolCode {
    SchoolCode::parse(code).unwrap()
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A student of the town, found again by name.
#[derive(Debug, Clone, Copy)]
pub struct Pupil {
    pub id: StudentId,
}

/// The town's one operator and what it records.
pub struct Town {
    pub app: App,
    pub caller: Caller,
}

impl Town {
    pub async fn new(database: &Database) -> Self {
        Self::at(database, clock).await
    }

    pub async fn at(database: &Database, clock: fn() -> i64) -> Self {
        Self { app: database.open_at(clock).await, caller: Caller::operator("test") }
    }

    pub async fn execute(&self, orders: Vec<Order>) -> Result<Done, AppError> {
        let key = Uuid::new_v4().to_string();
        self.app.execute(&self.caller, Request::new(key, "test", orders)).await
    }

    pub async fn add_school(&self, code: &str) {
        self.add_school_named(code, &format!("学校{code}")).await;
    }

    pub async fn add_school_named(&self, code: &str, name: &str) {
        add_school(&self.app, &self.caller, code, name).await.unwrap();
    }

    /// Imports files that can be read; gives what became of each.
    pub async fn import(&self, paths: &[PathBuf], options: ImportFiles) -> Vec<Imported> {
        imported(import(&self.app, &self.caller, paths, options).await.unwrap())
    }

    /// Registers a student of class 1 who graduates on 30 June 2022.
    pub async fn graduate(&self, code: &str, name: &str, document: &str) -> Pupil {
        self.student(code, "1班", name, document, Some("2022-06-30")).await
    }

    pub async fn student(
        &self,
        code: &str,
        class: &str,
        name: &str,
        document: &str,
        graduated_on: Option<&str>,
    ) -> Pupil {
        let student = StudentId(self.app.new_id());
        let mut row = rosters::student_row(code, class);
        if let Some(on) = graduated_on {
            (row.standing, row.since) = (Standing::Graduated, Some(day(on)));
        }
        let register = StudentCommand::Register { said: rosters::said_of(row) };
        let order = Order::Student { student, command: register };
        let mut request = Request::new(Uuid::new_v4().to_string(), name, vec![order]);
        let person = Sealed::Person(Person {
            name: name.to_owned(),
            document_number: Some(document.to_owned()),
            ..Person::default()
        });
        request.rows.push(self.app.people().seal(student.0, 1, &person).unwrap());
        let key = self.app.people().blind_index(BlindField::DocumentNumber, document);
        let guard = GuardKey { kind: guards::STUDENT.to_owned(), scope: code.to_owned(), key };
        request.guards.push(GuardUse { guard, version: 0, set: Some(student.0.to_string()) });
        self.app.execute(&self.caller, request).await.unwrap();
        Pupil { id: student }
    }

    /// Records a job or a kind of not being employed from a day on.
    pub async fn assert(&self, pupil: Pupil, kind: DestinationKind, from: &str, level: Option<SpecialtyMatch>) {
        let command = OutcomeCommand::Say { said: said_once(&self.app, kind, from, level) };
        self.execute(vec![Order::Outcome { student: pupil.id, command }]).await.unwrap();
    }
}

pub async fn add_school(app: &App, caller: &Caller, code: &str, name: &str) -> Result<Done, Failure> {
    let (code, name, category) = (school(code), name.to_owned(), SchoolCategory::Public);
    let command = Command::School(SchoolOrder::Add(AddSchool { code, name, category }));
    match app.run(caller, None, &command).await? {
        Answer::Done(done) => Ok(done),
        other => panic!("{other:?}"),
    }
}

/// Opens an account at a school, or of the city where none is named.
pub async fn add_staff(
    app: &App,
    caller: &Caller,
    name: &str,
    role: Role,
    school: Option<SchoolCode>,
) -> Result<Staff, Failure> {
    let add = AddAccount { name: name.to_owned(), role, school, class: None };
    match app.run(caller, None, &Command::Account(AccountOrder::Add(add))).await? {
        Answer::Account(AccountAnswer::Opened(named)) => Ok(named.staff),
        other => panic!("{other:?}"),
    }
}

/// Files as an office hands them in.
pub fn files(paths: &[impl AsRef<Path>]) -> Vec<File> {
    paths.iter().map(|path| words::file(path.as_ref().to_str().unwrap()).unwrap()).collect()
}

pub async fn import(
    app: &App,
    caller: &Caller,
    paths: &[PathBuf],
    options: ImportFiles,
) -> Result<Vec<FileResult>, Failure> {
    let command = Command::Import(ImportFiles { files: files(paths), ..options });
    match app.run(caller, None, &command).await? {
        Answer::Imported(results) => Ok(results),
        other => panic!("{other:?}"),
    }
}

/// What became of files of which each could be read.
pub fn imported(results: Vec<FileResult>) -> Vec<Imported> {
    results.into_iter().map(|result| result.outcome.unwrap()).collect()
}

pub async fn undo(app: &App, caller: &Caller, batch: BatchId, reason: UndoReason) -> Result<Undone, Failure> {
    let command = Command::UndoImport(UndoImport { batch: batch.0.to_string(), reason, rest: false });
    match app.run(caller, None, &command).await? {
        Answer::ImportUndone(undone) => Ok(undone),
        other => panic!("{other:?}"),
    }
}

pub async fn erase(app: &App, caller: &Caller, student: StudentId, reason: ErasureReason) -> Result<Done, Failure> {
    let command = Command::Erase(EraseStudent { person: student.0.to_string(), reason });
    match app.run(caller, None, &command).await? {
        Answer::Erased(erased, done) if erased == student => Ok(done),
        other => panic!("{other:?}"),
    }
}

/// Gives a command about students.
pub async fn order(app: &App, caller: &Caller, command: &Command) -> Result<BulkAnswer, Failure> {
    match app.run(caller, None, command).await? {
        Answer::Bulk(answer) => Ok(answer),
        other => panic!("{other:?}"),
    }
}

/// What the school says from a day on, and of that day: a batch of one row.
pub fn said_once(app: &App, kind: DestinationKind, from: &str, level: Option<SpecialtyMatch>) -> Said<DestinationRow> {
    let row = DestinationRow { on_specialty: level.into(), ..DestinationRow::new(kind, day(from)) };
    Said { batch: BatchId(app.new_id()), source: Source::School, said_on: day(from), by: None, rows: vec![row] }
}

/// A server that only its own machine reaches.
pub fn front() -> Arc<Front> {
    Arc::new(Front::local("127.0.0.1:8080".parse().unwrap(), false))
}

/// The cookie of somebody with this role who is signed in, at the first school that was registered.
pub async fn cookie_of(app: &App, role: Role) -> String {
    let [cookie] = cookies_of(app, [role]).await;
    cookie
}

/// The login and the password of somebody with this role, who is signed in nowhere.
pub async fn login_of(app: &App, role: Role) -> (String, String) {
    let opened = accounts::open(app, &school("33070001"), &ClassName::parse("1班").unwrap()).await.unwrap();
    let account = opened.into_iter().find(|account| account.role == role).unwrap();
    (account.login.to_owned(), account.password.as_str().to_owned())
}

/// The same of several at once: who is opened anew is signed in nowhere else.
pub async fn cookies_of<const N: usize>(app: &App, roles: [Role; N]) -> [String; N] {
    let opened = accounts::open(app, &school("33070001"), &ClassName::parse("1班").unwrap()).await.unwrap();
    let mut cookies = vec![];
    for role in roles {
        let account = opened.iter().find(|account| account.role == role).unwrap();
        let (login, password) = (account.login.to_owned(), account.password.as_str().to_owned());
        let attempt = Attempt { login, password, code: String::new() };
        let secret = app.sign_in(&attempt, &Visitor::new(None, "")).await.unwrap();
        cookies.push(format!("{}={}", front().cookie_name(), secret.as_str()));
    }
    cookies.try_into().unwrap()
}
