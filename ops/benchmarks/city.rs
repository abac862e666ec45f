//! The sample city as its user meets it: files imported by the program, figures asked, pages served.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gradtrail::accounts::visitor::Visitor;
use gradtrail::accounts::{Caller, Role, Scope};
use gradtrail::app::App;
use gradtrail::app::actions::Question as AppQuestion;
use gradtrail::app::reply::Reply;
use gradtrail::app::report::{ReportQuery, ReportReply, ShowReport};
use gradtrail::app::sign_in::Attempt;
use gradtrail::demo::accounts;
use gradtrail::domain::ids::{ClassName, SchoolCode};
use gradtrail::domain::terms::Term;
use gradtrail::event_log::Location;
use gradtrail::projections::cohort_outcomes::CohortAsOf;
use gradtrail::projections::cohort_outcomes::count::Dimension;
use gradtrail::projections::import_batches;
use gradtrail::refusal::Why;
use gradtrail::sample::{self, Sending};
use sqlx::{AnyConnection, Connection, Executor, Row as _};

use crate::commands::Pace;
use crate::place::now;
use crate::process::{self, Ran};
use crate::server::{Server, bureau};
use crate::{Fault, table};

/// The year of the sample's graduates.
pub const YEAR: i16 = 2022;
/// Connections that ask for the page, and for the figures as JSON.
const PAGE_CLIENTS: usize = 16;
const FIGURES_CLIENTS: usize = 64;
/// Between the parts of a form; no file of the sample has it.
const BOUNDARY: &str = "gradtrail-bench-2f6c1d";

/// The sample's files, and a folder for the database that they are imported into.
pub struct City {
    folder: tempfile::TempDir,
    /// One source after the other.
    sendings: Vec<Sent>,
}

/// The files of one call, and what is said of them.
struct Sent {
    /// Source, issuer and the day of which they speak, as far as they are given, by the names of the fields.
    said: Vec<(&'static str, String)>,
    files: Vec<PathBuf>,
}

impl Sent {
    /// What is typed to import them.
    fn arguments(&self) -> Vec<String> {
        let flag = |(name, value): &(&str, String)| [format!("--{}", name.replace('_', "-")), value.clone()];
        let flags = self.said.iter().flat_map(flag);
        let files = self.files.iter().map(|file| file.display().to_string());
        ["import".to_owned()].into_iter().chain(flags).chain(files).collect()
    }

    /// The same as a form.
    fn form(&self) -> Result<Vec<u8>, Fault> {
        let mut form = vec![];
        for (name, value) in &self.said {
            let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            form.extend_from_slice(head.as_bytes());
        }
        for file in &self.files {
            let name = file.display();
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            form.extend_from_slice(head.as_bytes());
            form.extend_from_slice(&std::fs::read(file)?);
            form.extend_from_slice(b"\r\n");
        }
        form.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        Ok(form)
    }
}

/// How the server answers what it is asked again and again, and what it takes for that.
pub struct Served {
    pub ready_s: f64,
    /// The page of the figures.
    pub page: Pace,
    /// The figures as JSON.
    pub figures: Pace,
    /// The same of who has them already.
    pub unchanged: Pace,
    pub memory_mb: f64,
}

impl City {
    /// Writes the sample; of its files those of the first `schools` are imported.
    pub fn write(schools: usize) -> Result<Self, Fault> {
        let folder = tempfile::tempdir()?;
        let files = folder.path().join("sample");
        let summary = sample::write(&files, 1)?;
        let school = |file: &Path| file.components().next().map(|folder| folder.as_os_str().to_owned());
        // Beside the schools' folders lies the list of all schools.
        let in_folders = summary.sendings[0].files.iter().filter(|file| file.components().count() > 1);
        let of_schools: BTreeSet<_> = in_folders.filter_map(|file| school(file)).collect();
        let left_out: BTreeSet<_> = of_schools.into_iter().skip(schools).collect();
        let sent = |sending: Sending| {
            let wanted = sending.files.iter().filter(|file| school(file).is_none_or(|of| !left_out.contains(&of)));
            let files: Vec<PathBuf> = wanted.map(|file| files.join(file)).collect();
            let source = Some(("source", sending.source.code().to_owned()));
            let issuer = sending.issuer.map(|issuer| ("issuer", issuer));
            let said_on = sending.said_on.map(|day| ("said_on", day.to_string()));
            let said = [source, issuer, said_on].into_iter().flatten().collect();
            (!files.is_empty()).then_some(Sent { said, files })
        };
        Ok(Self { sendings: summary.sendings.into_iter().filter_map(sent).collect(), folder })
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn database(&self) -> PathBuf {
        self.data_dir().join("gradtrail.db")
    }

    /// Imports all files into a fresh database, by the program.
    pub fn import(&self) -> Result<Ran, Fault> {
        if self.data_dir().exists() {
            std::fs::remove_dir_all(self.data_dir())?;
        }
        self.import_again()
    }

    /// Imports all files into the database as it is.
    pub fn import_again(&self) -> Result<Ran, Fault> {
        let mut all = Ran { seconds: 0.0, peak_mb: 0.0 };
        for sent in &self.sendings {
            let ran = process::run(&self.data_dir(), &sent.arguments())?;
            all = Ran { seconds: all.seconds + ran.seconds, peak_mb: all.peak_mb.max(ran.peak_mb) };
        }
        Ok(all)
    }

    /// Imports all files into a fresh database, through a server; the seconds from the first request to the last answer.
    pub async fn import_through_server(&self) -> Result<f64, Fault> {
        let folder = tempfile::tempdir()?;
        let app = open(folder.path()).await?;
        let token = bureau(&app).await?;
        drop(app);
        let server = Server::start(folder.path(), &[]).await?;
        let mut client = server.client().await?;
        let head = [token, format!("Content-Type: multipart/form-data; boundary={BOUNDARY}")];
        let mut seconds = 0.0;
        for sent in &self.sendings {
            let form = sent.form()?;
            let request = [server.post("/api/v1/import", &head, form.len()).as_bytes(), &form].concat();
            let started = Instant::now();
            let status = client.send(&request).await?;
            seconds += started.elapsed().as_secs_f64();
            if status != 200 {
                return Err(format!("{status}: {}", client.body()).into());
            }
        }
        println!("city through the server: {seconds:.2} s, {:.0} MB", server.memory_mb()?);
        drop(server);
        let (ours, theirs) = (counted(&open(folder.path()).await?).await?, counted(&self.open().await?).await?);
        if ours != theirs {
            return Err(format!("through the server other rows were imported: {ours:?} instead of {theirs:?}").into());
        }
        Ok(seconds)
    }

    /// How many rows were imported, and how many of them say what is so already.
    pub async fn imported(&self) -> Result<String, Fault> {
        let (rows, confirmed) = counted(&self.open().await?).await?;
        Ok(format!("city.import: {rows} rows, of which {confirmed} are confirmations"))
    }

    pub async fn open(&self) -> Result<App, Fault> {
        open(&self.data_dir()).await
    }

    /// Bytes of the database per event, once its write-ahead log is in it.
    pub async fn bytes_per_event(&self) -> Result<f64, Fault> {
        let mut connection = AnyConnection::connect(&format!("sqlite:{}", self.database().display())).await?;
        connection.execute("pragma wal_checkpoint(truncate)").await?;
        let events: i64 = connection.fetch_one("select count(*) from event").await?.try_get(0)?;
        connection.close().await?;
        Ok(std::fs::metadata(self.database())?.len() as f64 / events as f64)
    }

    /// Milliseconds of all populations by school and specialty, as of different days and positions: the median.
    pub async fn report_ms(&self) -> Result<f64, Fault> {
        let app = self.open().await?;
        println!("city.report: {}", bare_read(&app).await?);
        questions_ms(&app).await
    }

    /// The same of `cities` cities: their rows are copies of this one's under other students and schools.
    pub async fn report_of_many_ms(&self, cities: usize) -> Result<f64, Fault> {
        let copy = self.folder.path().join("many");
        std::fs::create_dir_all(&copy)?;
        for file in ["gradtrail.db", "gradtrail.key"] {
            std::fs::copy(self.data_dir().join(file), copy.join(file))?;
        }
        let mut connection = AnyConnection::connect(&format!("sqlite:{}", copy.join("gradtrail.db").display())).await?;
        multiply(&mut connection, cities).await?;
        connection.close().await?;
        let app = App::open(&Location::Sqlite(copy.join("gradtrail.db")), &copy.join("gradtrail.key"), now).await?;
        println!("city.report.{cities}x: {}", bare_read(&app).await?);
        let measured = questions_ms(&app).await;
        drop(app);
        std::fs::remove_dir_all(copy)?;
        measured
    }

    /// Asks a server of the city for its figures, as a page and as JSON.
    pub async fn serve(&self, time: Duration) -> Result<Served, Fault> {
        let app = self.open().await?;
        let (cookie, token) = (format!("Cookie: {}", cookie(&app).await?), bureau(&app).await?);
        drop(app);
        let server = Server::start(&self.data_dir(), &[]).await?;
        let page = server.get(&format!("/reports/{YEAR}"), &[cookie]);
        let page = server.asked(&page, 200, PAGE_CLIENTS, time).await?;
        let address = format!("/api/v1/report?year={YEAR}");
        let figures = server.get(&address, std::slice::from_ref(&token));
        let mut client = server.client().await?;
        client.send(figures.as_bytes()).await?;
        let tag = client.header("etag").ok_or("no tag")?;
        let unchanged = server.get(&address, &[token, format!("If-None-Match: {tag}")]);
        let figures = server.asked(&figures, 200, FIGURES_CLIENTS, time).await?;
        let unchanged = server.asked(&unchanged, 304, FIGURES_CLIENTS, time).await?;
        let served = Served { ready_s: server.ready_s, page, figures, unchanged, memory_mb: server.memory_mb()? };
        Ok(served)
    }
}

async fn open(data_dir: &Path) -> Result<App, Fault> {
    std::fs::create_dir_all(data_dir)?;
    let location = Location::Sqlite(data_dir.join("gradtrail.db"));
    Ok(App::open(&location, &data_dir.join("gradtrail.key"), now).await?)
}

/// The rows that were imported, and those of them that say what is so already.
async fn counted(app: &App) -> Result<(u32, u32), Fault> {
    let batches = import_batches::batches(app.log().readers(), &Scope::City).await?;
    let rows = batches.iter().map(|batch| batch.counts.total()).sum();
    Ok((rows, batches.iter().map(|batch| batch.counts.unchanged).sum()))
}

/// Of somebody of the bureau who is signed in.
async fn cookie(app: &App) -> Result<String, Fault> {
    let school = SchoolCode::parse(&sample::a_school().ok_or("no school")?)?;
    let bureau = cookies(app, &school).await?.into_iter().find(|(role, _)| *role == Role::Bureau);
    bureau.map(|(_, cookie)| cookie).ok_or_else(|| "no account".into())
}

/// Of somebody of each role at a school, who is signed in.
pub async fn cookies(app: &App, school: &SchoolCode) -> Result<Vec<(Role, String)>, Fault> {
    let class = accounts::a_class(app, school, YEAR).await.map_err(Why::from)?;
    let class = class.map_or_else(|| ClassName::parse("1班"), Ok)?;
    let mut cookies = vec![];
    for account in accounts::open(app, school, &class).await.map_err(Why::from)? {
        let (login, password) = (account.login.to_owned(), account.password.as_str().to_owned());
        let attempt = Attempt { login, password, code: String::new() };
        let secret = app.sign_in(&attempt, &Visitor::new(None, "")).await.map_err(Why::from)?;
        cookies.push((account.role, format!("gradtrail={}", secret.as_str())));
    }
    Ok(cookies)
}

/// Asks the head, half-way and two days, each warm; the median.
async fn questions_ms(app: &App) -> Result<f64, Fault> {
    let head = app.log().head().await?.position();
    let question = AppQuestion::Report(ShowReport { query: ReportQuery::year(YEAR), by: vec![], full: false });
    let Reply::Report(ReportReply::Plain(report)) = app.ask(&Caller::operator("bench"), &question).await? else {
        return Err("no report was answered".into());
    };
    let year_end = gradtrail::domain::day::epoch_day(report.as_of);
    let mut milliseconds = vec![];
    for (known_at, as_of) in [(head, year_end), (head, year_end - 90), (head / 2, year_end), (head * 3 / 4, year_end)] {
        let question = CohortAsOf { year: YEAR, as_of, known_at, scope: gradtrail::accounts::Scope::City };
        for round in 0..4 {
            let started = Instant::now();
            app.count(&question, &[Dimension::School, Dimension::Specialty]).await.map_err(Why::from)?;
            if round > 0 {
                milliseconds.push(started.elapsed().as_secs_f64() * 1e3);
            }
        }
    }
    Ok(table::median(milliseconds))
}

/// What the database needs for no more than reading the rows behind the figures, which every question would cost if they
/// were not held in memory.
async fn bare_read(app: &App) -> Result<String, Fault> {
    let started = Instant::now();
    let sql = "select count(*), sum(true_from + left_situation % 7 + entered_situation % 7 + profile % 7)
               from cohort_movements where cohort_year = $1";
    let row = sqlx::query(sql).bind(i64::from(YEAR)).fetch_one(app.log().readers()).await?;
    let (count, milliseconds): (i64, _) = (row.try_get(0)?, started.elapsed().as_secs_f64() * 1e3);
    Ok(format!("bare read of its {count} movements {milliseconds:.1} ms"))
}

/// Adds copies of every movement of the cohort under other students and schools.
async fn multiply(connection: &mut AnyConnection, cities: usize) -> Result<(), Fault> {
    connection.execute("pragma synchronous = off").await?;
    let tables = gradtrail::projections::cohort_outcomes::MODEL.tables;
    let copied = tables.iter().filter(|table| ["cohort_movements", "cohort_profiles"].contains(&table.name));
    // Of the first city only: read before anything is added.
    let mut statements = vec![];
    for table in copied {
        connection
            .execute(sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
                "create temp table first_{0} as select * from {0}",
                table.name
            ))))
            .await?;
        let columns = table.column_names();
        let values: Vec<&str> = columns
            .iter()
            .map(|column| match *column {
                // A code still, of no school of the first city: those begin with digits. Letters for up to 260 cities.
                "school" => "char(65 + $1 / 10) || char(65 + $1 % 10) || substr(school, 3)",
                "profile" => "profile + 2 * $1",
                // A UUID still, of another city.
                "student" => "substr(student, 1, 24) || printf('%04x', $1) || substr(student, 29)",
                "ordinal" => "ordinal + 100 * $1",
                other => other,
            })
            .collect();
        let (into, values) = (columns.join(", "), values.join(", "));
        statements.push(format!("insert into {0} ({into}) select {values} from first_{0}", table.name));
    }
    for city in 1..i64::try_from(cities)? {
        for sql in &statements {
            sqlx::query(sqlx::AssertSqlSafe(sql.clone())).bind(city).execute(&mut *connection).await?;
        }
    }
    connection.execute("analyze").await?;
    Ok(())
}
