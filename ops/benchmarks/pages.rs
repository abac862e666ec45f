//! The pages of the sample city with its season, while fifty people are at work on them: each asks for a page, reads it, and
//! asks for the next, and some of them record something meanwhile.

use std::time::{Duration, Instant};

use gradtrail::accounts::{Caller, Role};
use gradtrail::app::App;
use gradtrail::app::actions::Question;
use gradtrail::app::at_work::PlacementQuery;
use gradtrail::app::reply::Reply;
use gradtrail::app::roster::ListStudents;
use gradtrail::demo;
use gradtrail::domain::ids::SchoolCode;
use gradtrail::refusal::Why;
use gradtrail::sample::season::{self, plan::Extent};

use crate::city::{self, City, YEAR};
use crate::commands::{Pace, pace};
use crate::server::{Client, Server, bureau};
use crate::table::{Against, Line};
use crate::{Fault, Scale};

/// People at work, every fifth of the bureau, the others of one school; every tenth records something now and then.
const PEOPLE: usize = 50;
/// Between two pages.
const READS_AT_LEAST: Duration = Duration::from_millis(500);
const READS_AT_MOST_MORE: u64 = 1_000;
/// It takes so many times as long as other measurements: pages are asked for at a reader's pace.
const TIMES: u32 = 10;
/// A surname that many have, and a number that nobody has.
const SOUGHT: [&str; 2] = ["王", "20990199"];
/// What somebody may be exempted for.
const REASON: &str = r#""ground":"其他"}"#;

/// A kind of page, with the milliseconds in which half of them and nearly all of them are to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Home,
    Class,
    Students,
    Figures,
    Find,
    FindInCity,
}

const BUDGETS: [(Kind, &str, f64, f64); 6] = [
    (Kind::Home, "home", 15.0, 50.0),
    (Kind::Class, "class", 20.0, 50.0),
    (Kind::Students, "students", 15.0, 50.0),
    (Kind::Figures, "figures", 30.0, 50.0),
    (Kind::Find, "find", 15.0, 50.0),
    (Kind::FindInCity, "find.city", 50.0, 200.0),
];

/// Somebody at work: the requests for pages, in the order in which they are asked for.
struct Person {
    client: Client,
    pages: Vec<(Kind, String)>,
    /// What is recorded in between.
    records: Vec<String>,
}

/// The lines of the pages, on SQLite.
pub async fn lines(scale: &Scale) -> Result<Vec<Line>, Fault> {
    let city = City::write(scale.schools)?;
    city.import()?;
    let app = city.open().await?;
    let folder = city.folder().join("season");
    std::fs::create_dir_all(&folder)?;
    let whole = Extent::whole();
    let schools: Vec<usize> = whole.schools.into_iter().take(scale.schools).collect();
    let extent = Extent { students: if scale.schools < 10 { 600 } else { whole.students }, schools };
    let played = season::write(&folder, 1, &extent, app.today())?;
    demo::play(&app, &folder, &played, |_| ()).await.map_err(Why::from)?;
    let planned = played.plan.first().ok_or("no school")?;
    let (school, class) = (planned.school.code.clone(), planned.classes.first().ok_or("no class")?.name.clone());
    let cookies = city::cookies(&app, &SchoolCode::parse(&school)?).await?;
    let cookie = |role: Role| {
        let found = cookies.iter().find(|(of, _)| *of == role).map(|(_, cookie)| cookie.clone());
        found.ok_or_else(|| Fault::from("no such account"))
    };
    let (token, students) = (bureau(&app).await?, students(&app).await?);
    drop(app);
    let server = Server::start(&city.data_dir(), &[]).await?;
    let before = server.resident_mb()?;
    let get = |address: &str, cookie: &str| server.get(address, &[format!("Cookie: {cookie}")]);
    let find = |text: &str, cookie: &str| {
        let body = format!("text={}", form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>());
        let head = [format!("Cookie: {cookie}"), "Content-Type: application/x-www-form-urlencoded".to_owned()];
        server.post("/find", &head, body.len()) + &body
    };
    let mut class_page = form_urlencoded::byte_serialize(class.as_bytes()).collect::<String>();
    class_page = format!("/classes/{school}/{class_page}");
    let mut people = vec![];
    for number in 0..PEOPLE {
        let is_of_bureau = number % 5 == 0;
        let roles = [Role::Officer, Role::Principal, Role::Officer, Role::ClassTeacher];
        let cookie = cookie(if is_of_bureau { Role::Bureau } else { roles[number % roles.len()] })?;
        let sought = SOUGHT[number / 5 % SOUGHT.len()];
        let kind_of_find = if is_of_bureau { Kind::FindInCity } else { Kind::Find };
        let of_school = if is_of_bureau { format!("?school={school}") } else { String::new() };
        let pages = vec![
            (Kind::Home, get("/", &cookie)),
            (Kind::Students, get(&format!("/students{of_school}"), &cookie)),
            (Kind::Class, get(&class_page, &cookie)),
            (kind_of_find, find(sought, &cookie)),
            (Kind::Figures, get(&format!("/reports/{YEAR}"), &cookie)),
        ];
        let own = students.iter().skip(number / 10).step_by(PEOPLE / 10).filter(|_| number % 10 == 0);
        let record = |student: &String| {
            let body = format!(r#"{{"student":"{student}",{REASON}"#);
            let head = [token.clone(), "Content-Type: application/json".to_owned()];
            server.post("/api/v1/exemption/request", &head, body.len()) + &body
        };
        people.push(Person { client: server.client().await?, pages, records: own.map(record).collect() });
    }
    // Once each: what is kept of the city is read when it is first asked for.
    let mut first = vec![];
    let (mut client, pages) = (server.client().await?, people.iter().take(2).flat_map(|person| &person.pages));
    for (kind, request) in pages {
        let started = Instant::now();
        asked(&mut client, request).await?;
        first.push(format!("{kind:?} {:.0} ms", started.elapsed().as_secs_f64() * 1e3));
    }
    println!("pages, the first of each: {}", first.join(", "));
    println!("pages: {before:.0} MB before, {:.0} MB with rosters and names in memory", server.resident_mb()?);
    let end = Instant::now() + scale.time * TIMES;
    let tasks: Vec<_> =
        people.into_iter().enumerate().map(|(number, one)| tokio::spawn(work(one, number, end))).collect();
    let (mut taken, mut recorded) = (vec![], 0);
    for task in tasks {
        let (of_person, records) = task.await??;
        taken.extend(of_person);
        recorded += records;
    }
    let held = server.resident_mb()?;
    println!("pages: {} asked for, {recorded} commands recorded meanwhile; {held:.0} MB held", taken.len());
    let mut lines = vec![];
    for (kind, name, half, nearly_all) in BUDGETS {
        let of_kind = taken.iter().filter(|(of, _)| *of == kind).map(|(_, time)| *time).collect();
        let Pace { p50_ms, p99_ms, .. } = pace(of_kind, scale.time * TIMES);
        lines.push(Line::new(format!("pages.{name}.p50"), p50_ms, "ms", Against::AtMost, half));
        lines.push(Line::new(format!("pages.{name}.p99"), p99_ms, "ms", Against::AtMost, nearly_all));
    }
    Ok(lines)
}

/// Students of final classes, one of each class and then the next, so that what is recorded is of all schools.
async fn students(app: &App) -> Result<Vec<String>, Fault> {
    let asked = ListStudents { query: PlacementQuery::default(), ..ListStudents::default() };
    let Reply::Roster(roster) = app.ask(&Caller::operator("bench"), &Question::Roster(asked)).await? else {
        return Err("no roster was answered".into());
    };
    let mut seats = std::collections::HashMap::<(String, String), usize>::new();
    let finals = roster.students.into_iter().filter(|student| student.of.is_final);
    let mut students: Vec<(usize, String)> = finals
        .map(|student| {
            let seat = seats.entry((student.of.school, student.of.class)).or_default();
            *seat += 1;
            (*seat, student.of.student.0.to_string())
        })
        .collect();
    students.sort_by_key(|(seat, _)| *seat);
    Ok(students.into_iter().map(|(_, student)| student).collect())
}

async fn asked(client: &mut Client, request: &str) -> Result<(), Fault> {
    match client.send(request.as_bytes()).await? {
        // Who is the only one to be found is opened.
        200 | 303 => Ok(()),
        status => Err(format!("{status}: {}\n{}", request.lines().next().unwrap_or_default(), client.body()).into()),
    }
}

/// Works until a moment; how long each page took, and how much was recorded.
async fn work(
    Person { mut client, pages, records }: Person,
    number: usize,
    end: Instant,
) -> Result<(Vec<(Kind, Duration)>, usize), Fault> {
    let (mut taken, mut recorded) = (vec![], 0);
    let mut records = records.into_iter();
    for turn in 0.. {
        // Nobody keeps step with others.
        let more = (u64::try_from(number)? * 379 + turn * 613) % READS_AT_MOST_MORE;
        tokio::time::sleep(READS_AT_LEAST + Duration::from_millis(more)).await;
        if Instant::now() >= end {
            break;
        }
        if let Some(record) = records.next() {
            // Some have applied already.
            let _refused = client.send(record.as_bytes()).await?;
            recorded += 1;
        }
        let (kind, request) = &pages[usize::try_from(turn)? % pages.len()];
        let started = Instant::now();
        asked(&mut client, request).await?;
        taken.push((*kind, started.elapsed()));
    }
    Ok((taken, recorded))
}
