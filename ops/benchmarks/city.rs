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
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::commands::{Pace, pace};
use crate::place::now;
use crate::process::{self, Ran};
use crate::{Fault, table};

/// The year of the sample's graduates.
const YEAR: i16 = 2022;

/// The sample's files, and a folder for the database that they are imported into.
pub struct City {
    folder: tempfile::TempDir,
    /// What is typed to import each sending, one source after the other.
    imports: Vec<Vec<String>>,
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
        let import = |sending: Sending| {
            let wanted = sending.files.iter().filter(|file| school(file).is_none_or(|of| !left_out.contains(&of)));
            let paths: Vec<String> = wanted.map(|file| files.join(file).display().to_string()).collect();
            let mut arguments = vec!["import".to_owned(), "--source".to_owned(), sending.source.code().to_owned()];
            arguments.extend(sending.issuer.into_iter().flat_map(|issuer| ["--issuer".to_owned(), issuer]));
            arguments.extend(sending.said_on.into_iter().flat_map(|day| ["--said-on".to_owned(), day.to_string()]));
            (!paths.is_empty()).then(|| [arguments, paths].concat())
        };
        Ok(Self { imports: summary.sendings.into_iter().filter_map(import).collect(), folder })
    }

    fn data_dir(&self) -> PathBuf {
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
        for arguments in &self.imports {
            let ran = process::run(&self.data_dir(), arguments)?;
            all = Ran { seconds: all.seconds + ran.seconds, peak_mb: all.peak_mb.max(ran.peak_mb) };
        }
        Ok(all)
    }

    /// How many rows were imported, and how many of them say what is so already.
    pub async fn imported(&self) -> Result<String, Fault> {
        let app = self.open().await?;
        let batches = import_batches::batches(app.log().readers(), &Scope::City).await?;
        let rows: u32 = batches.iter().map(|batch| batch.counts.total()).sum();
        let confirmed: u32 = batches.iter().map(|batch| batch.counts.unchanged).sum();
        Ok(format!("city.import: {rows} rows, of which {confirmed} are confirmations"))
    }

    async fn open(&self) -> Result<App, Fault> {
        let location = Location::Sqlite(self.database());
        Ok(App::open(&location, &self.data_dir().join("gradtrail.key"), now).await?)
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

    /// The page of the figures under 16 clients: its pace, and the server's memory under that load.
    pub async fn serve(&self, clients: usize, time: Duration) -> Result<(Pace, f64), Fault> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let cookie = self.cookie().await?;
        let mut server = process::start(&self.data_dir(), &["serve".into(), "--listen".into(), address.clone()])?;
        let measured = self.load(&address, &cookie, clients, time).await;
        let memory = process::memory_mb(server.id(), "VmHWM:");
        server.kill()?;
        server.wait()?;
        Ok((measured?, memory?))
    }

    /// Of somebody of the bureau who is signed in.
    async fn cookie(&self) -> Result<String, Fault> {
        let app = self.open().await?;
        let school = SchoolCode::parse(&sample::a_school().ok_or("no school")?)?;
        let opened = accounts::open(&app, &school, &ClassName::parse("1班")?).await.map_err(Why::from)?;
        let bureau = opened.into_iter().find(|account| account.role == Role::Bureau).ok_or("no account")?;
        let (login, password) = (bureau.login.to_owned(), bureau.password.as_str().to_owned());
        let attempt = Attempt { login, password, code: String::new() };
        let secret = app.sign_in(&attempt, &Visitor::new(None, "")).await.map_err(Why::from)?;
        Ok(format!("gradtrail={}", secret.as_str()))
    }

    async fn load(&self, address: &str, cookie: &str, clients: usize, time: Duration) -> Result<Pace, Fault> {
        let mut waited = 0;
        while TcpStream::connect(address).await.is_err() {
            waited += 1;
            if waited > 200 {
                return Err("the server did not start".into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let begin = Instant::now() + Duration::from_millis(500);
        let tasks: Vec<_> = (0..clients)
            .map(|_| tokio::spawn(client(address.to_owned(), cookie.to_owned(), begin, begin + time)))
            .collect();
        let mut latencies = vec![];
        for task in tasks {
            latencies.extend(task.await??);
        }
        Ok(pace(latencies, time))
    }
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

/// One client that keeps its connection and asks for the same page again and again.
async fn client(address: String, cookie: String, begin: Instant, end: Instant) -> Result<Vec<Duration>, Fault> {
    let mut stream = TcpStream::connect(&address).await?;
    stream.set_nodelay(true)?;
    let request = format!("GET /reports/{YEAR} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n");
    let mut latencies = vec![];
    let mut buffer = vec![];
    loop {
        let started = Instant::now();
        if started >= end {
            return Ok(latencies);
        }
        stream.write_all(request.as_bytes()).await?;
        read_answer(&mut stream, &mut buffer).await?;
        if started >= begin {
            latencies.push(started.elapsed());
        }
    }
}

/// Reads one answer of a known length, which must be a good one.
async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<(), Fault> {
    buffer.clear();
    let body = loop {
        if stream.read_buf(buffer).await? == 0 {
            return Err("the server closed the connection".into());
        }
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&buffer[..body]).to_lowercase();
    if !head.starts_with("http/1.1 200") {
        return Err(head.lines().next().unwrap_or_default().to_owned().into());
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).ok_or("no length")?;
    let whole = body + length.trim().parse::<usize>()?;
    while buffer.len() < whole {
        if stream.read_buf(buffer).await? == 0 {
            return Err("the server closed the connection".into());
        }
    }
    Ok(())
}
