//! The internship season of a city: 23 schools, 400 classes of 45, 18,000 stays at 900 units, with their agreements in
//! every state; recorded by the app as an office would, and asked as an office asks.

use std::sync::Arc;
use std::time::Instant;

use gradtrail::accounts::{Caller, Role, Scope, Staff};
use gradtrail::app::App;
use gradtrail::app::people::guards;
use gradtrail::app::request::{Order, Request};
use gradtrail::domain::agreement::AgreementCommand;
use gradtrail::domain::agreement::codes::{InsuranceBuyer, InsuranceKind, PayMethod, Provision};
use gradtrail::domain::agreement::signatures::Signature;
use gradtrail::domain::agreement::signing::{DocumentRef, SigningManner, SigningRule, packet, parties};
use gradtrail::domain::agreement::terms::{AgreementParticulars, Conditions, Insured, Payment};
use gradtrail::domain::day::epoch_day;
use gradtrail::domain::employer::{CreditCodeCheck, EmployerCommand};
use gradtrail::domain::ids::{
    BatchId, ClassName, EmployerId, FileHash, PlacementId, SchoolCode, SealedRevision, SeasonId, SpecialtyCode,
    StaffId, StudentId,
};
use gradtrail::domain::placement::arrangement::{Arrangement, Mentors, Pay, PayUnit, Period, Site};
use gradtrail::domain::placement::codes::{ComplianceVerdict, HostSource, InternshipKind, Region, SiteKind};
use gradtrail::domain::placement::{NewPlacement, PlacementCommand};
use gradtrail::domain::season::{SeasonCommand, SeasonPlan};
use gradtrail::domain::statements::{Said, Source};
use gradtrail::domain::student::StudentCommand;
use gradtrail::domain::student::row::StudentRow;
use gradtrail::domain::terms::{Gender, Route, SpecialtyMatch, Standing};
use gradtrail::event_log::request::{GuardKey, GuardUse};
use gradtrail::people::{BlindField, Person, Sealed};
use gradtrail::projections::placement_register::counts::{During, PlacementDimension, counts};
use gradtrail::projections::placement_register::packet_grid::packet_grid;
use gradtrail::projections::placement_register::question::PlacementsAsOf;
use gradtrail::projections::placement_register::queue::queue;
use gradtrail::projections::placement_register::who_is_where::{ScopePart, who_is_where};
use gradtrail::refusal::Why;
use jiff::civil::{Date, date};
use uuid::Uuid;

use crate::place::{Engine, Place};
use crate::table::{Against, Line, median};
use crate::{Fault, workload};

const CLASS_LEN: usize = 45;
const UNITS: usize = 900;
const TODAY: Date = date(2026, 6, 1);
const PERIOD: Period = Period { first_day: date(2026, 9, 1), last_day: date(2027, 2, 28) };
/// The day that is asked about.
const MID_TERM: Date = date(2026, 11, 2);

/// The clock stands at noon of that day, so that who has arrived until then is recorded.
fn mid_term() -> i64 {
    1_793_592_000_000_000
}

/// A class with its roster.
struct Class {
    school: SchoolCode,
    name: ClassName,
    students: Vec<StudentId>,
}

/// Who drafts, and who approves what the other drafted.
fn staff(number: u128) -> Caller {
    let staff = Staff { id: StaffId(Uuid::from_u128(number)), role: Role::Bureau, scope: Scope::City };
    Caller::operator_for(staff, "bench")
}

async fn execute(app: &App, caller: &Caller, orders: Vec<Order>) -> Result<(), Fault> {
    app.execute(caller, Request::new(app.new_id().to_string(), "bench", orders)).await?;
    Ok(())
}

/// The lines of the season, on SQLite: so many classes are placed one by one, then the city is asked.
pub async fn lines(classes: usize) -> Result<Vec<Line>, Fault> {
    let place = Place::new(Engine::Sqlite).await?;
    let app = place.open_at(mid_term).await?;
    let (classes, units) = (roster(&app, classes).await?, units(&app).await?);
    let mut drafting = vec![];
    for (number, class) in classes.iter().enumerate() {
        drafting.push(place_class(&app, class, number, &units).await?);
    }
    // The first classes fill the caches.
    let drafting = median(drafting.split_off(drafting.len() / 10));
    let mut lines = vec![Line::new("season.class", drafting, "ms", Against::AtMost, 15.0)];
    lines.extend(questions(&app, &classes).await?);
    Ok(lines)
}

/// The schools, the final classes with their plans, and their students.
async fn roster(app: &Arc<App>, count: usize) -> Result<Vec<Class>, Fault> {
    workload::open_schools(app, &workload::caller()).await?;
    let mut classes = vec![];
    let per_school = count.div_ceil(usize::try_from(workload::SCHOOLS)?);
    for number in 0..count {
        let school = workload::school(u64::try_from(number / per_school)?)?;
        let name =
            ClassName::parse(&format!("高三{}班", number % per_school + 1)).map_err(|error| error.to_string())?;
        let mut requests = vec![];
        let mut students = vec![];
        for seat in 0..CLASS_LEN {
            let student = StudentId(app.new_id());
            let row = StudentRow {
                school: school.clone(),
                class: name.clone(),
                specialty: SpecialtyCode::parse("700206").ok(),
                gender: if seat % 2 == 0 { Gender::Female } else { Gender::Male },
                route: Some(Route::Regular),
                standing: Standing::Enrolled,
                since: None,
                corrects: false,
                identity: SealedRevision(1),
            };
            let (batch, source, said_on) = (BatchId(app.new_id()), Source::School, date(2024, 9, 1));
            let register =
                StudentCommand::Register { said: Said { batch, source, said_on, by: None, rows: vec![row] } };
            let document = format!("33070120080{number:03}{seat:04}");
            let person = Sealed::Person(Person {
                name: "张三丰".to_owned(),
                document_number: Some(document.clone()),
                student_number: Some(format!("2024{number:04}{seat:02}")),
                ..Person::default()
            });
            let mut request =
                Request::new(student.0.to_string(), "bench", vec![Order::Student { student, command: register }]);
            request.rows.push(app.people().seal(student.0, 1, &person).map_err(Why::from)?);
            let key = app.people().blind_index(BlindField::DocumentNumber, &document);
            let guard = GuardKey { kind: guards::STUDENT.to_owned(), scope: school.as_str().to_owned(), key };
            request.guards.push(GuardUse { guard, version: 0, set: Some(student.0.to_string()) });
            requests.push(request);
            students.push(student);
        }
        for answer in app.execute_all(&workload::caller(), requests).await {
            answer?;
        }
        classes.push(Class { school, name, students });
    }
    for classes in classes.chunk_by(|class, next| class.school == next.school) {
        let Some(first) = classes.first() else { continue };
        let (school, year) = (first.school.clone(), 2027);
        let plan = SeasonPlan { classes: classes.iter().map(|class| class.name.clone()).collect(), period: PERIOD };
        let command = SeasonCommand::Plan { year, plan, effective_on: TODAY };
        execute(app, &staff(1), vec![Order::Season { season: SeasonId(app.new_id()), school, command }]).await?;
    }
    Ok(classes)
}

async fn units(app: &App) -> Result<Vec<EmployerId>, Fault> {
    let units: Vec<EmployerId> = (0..UNITS).map(|_| EmployerId(app.new_id())).collect();
    let register = |unit: &EmployerId| {
        let (identity, credit_code) = (SealedRevision(1), CreditCodeCheck::Holds);
        let command = EmployerCommand::Register { identity, credit_code, effective_on: TODAY };
        Order::Employer { id: unit.0, command }
    };
    execute(app, &staff(1), units.iter().map(register).collect()).await?;
    Ok(units)
}

fn arrangement(host: EmployerId) -> Arrangement {
    let described = SealedRevision(1);
    Arrangement {
        kind: InternshipKind::Post,
        source: HostSource::School,
        host,
        period: PERIOD,
        site: Some(Site { kind: SiteKind::Private, region: Region::City, described, occupation: None }),
        mentors: Mentors { teacher: Some(StaffId(Uuid::from_u128(9))), at_host: Some(SealedRevision(2)) },
        pay: Some(Pay { yuan: 2_400, per: PayUnit::Month }),
        on_specialty: Some(SpecialtyMatch::Full),
        applied_on: None,
    }
}

/// Places a class; answers how many milliseconds its 45 drafts took as one append. Of each class two are not placed, four
/// wait for approval, two lack an agreement, and whoever is ready has arrived but one.
async fn place_class(app: &App, class: &Class, number: usize, units: &[EmployerId]) -> Result<f64, Fault> {
    let (office, head) = (staff(1), staff(2));
    let placed: Vec<(usize, PlacementId)> = (0..CLASS_LEN).map(|seat| (seat, PlacementId(app.new_id()))).collect();
    let drafts = placed.iter().zip(&class.students).map(|((seat, placement), student)| {
        let host = units[(number * 7 + seat / 9) % units.len()];
        let new = NewPlacement { student: *student, arrangement: arrangement(host), follows: None };
        Order::Placement { placement: *placement, command: PlacementCommand::Draft(new) }
    });
    let drafts: Vec<Order> = drafts.collect();
    let started = Instant::now();
    execute(app, &office, drafts).await?;
    let drafting = started.elapsed().as_secs_f64() * 1e3;
    let of = |seats: std::ops::Range<usize>| &placed[seats];
    let order = |(_, placement): &(usize, PlacementId), command| Order::Placement { placement: *placement, command };
    let (note, effective_on) = (None, TODAY);
    let cancel =
        PlacementCommand::Cancel { reason: gradtrail::domain::placement::codes::EndReason::Other, note, effective_on };
    let cancelled = of(0..2).iter().map(|one| order(one, cancel.clone()));
    let submitted = of(2..CLASS_LEN).iter().flat_map(|one| {
        let evaluate = PlacementCommand::Evaluate { verdict: ComplianceVerdict::Passed, rules: 1, effective_on };
        [order(one, PlacementCommand::Submit { effective_on }), order(one, evaluate)]
    });
    execute(app, &office, cancelled.chain(submitted).collect()).await?;
    let approve = || PlacementCommand::Approve { effective_on };
    execute(app, &head, of(6..CLASS_LEN).iter().map(|one| order(one, approve())).collect()).await?;
    let signed = of(8..CLASS_LEN);
    execute(app, &office, signed.iter().flat_map(|(_, placement)| signed_packet(*placement)).collect()).await?;
    let ready = |one| order(one, PlacementCommand::ConfirmReadiness { effective_on });
    execute(app, &office, signed.iter().map(ready).collect()).await?;
    let arrival = PlacementCommand::ConfirmArrival { effective_on: PERIOD.first_day };
    execute(app, &office, of(9..CLASS_LEN).iter().map(|one| order(one, arrival.clone())).collect()).await?;
    Ok(drafting)
}

/// The whole packet, drafted, sent and signed by all on paper.
fn signed_packet(placement: PlacementId) -> Vec<Order> {
    let conditions =
        Conditions { meals: Provision::Provided, lodging: Provision::Own, day_hours_max: 8, week_days_max: 5 };
    let payment = Payment { method: PayMethod::Transfer, day_of_month: 10 };
    let insured = Insured { kind: InsuranceKind::Liability, buyer: InsuranceBuyer::School };
    let particulars = AgreementParticulars::of_template(conditions, payment, insured);
    let mut commands = vec![AgreementCommand::Draft { particulars, effective_on: TODAY }];
    for (number, kind) in (1..).zip(packet(InternshipKind::Post)) {
        let (rule, paper) = (SigningRule::default(), DocumentRef { kind: *kind, version: 1 });
        let document = FileHash::new([number; 32]);
        let effective_on = TODAY;
        commands.push(AgreementCommand::Send { kind: *kind, document, rule: rule.clone(), effective_on });
        for party in parties(*kind, &rule) {
            let signature = Signature { paper, party, manner: SigningManner::Paper { scan: None }, document };
            commands.push(AgreementCommand::Sign { signature, effective_on });
        }
    }
    commands.into_iter().map(|command| Order::Agreement { placement, command }).collect()
}

/// What an office asks of its own, and the bureau of the whole city, warm; the median of several askings, as of two days.
async fn questions(app: &App, classes: &[Class]) -> Result<Vec<Line>, Fault> {
    let readers = app.log().readers();
    let head = app.log().head().await?.position();
    let class = classes.get(classes.len() / 2).ok_or("no class")?;
    let (mut queued, mut grid, mut where_) = (vec![], vec![], vec![]);
    let (mut queued_of_city, mut counted) = (vec![], vec![]);
    let mut at_work = 0;
    for round in 0..12 {
        let day = if round % 2 == 0 { MID_TERM } else { PERIOD.first_day };
        let question = PlacementsAsOf { as_of: epoch_day(day), known_at: head, scope: Scope::City };
        let of_class = Scope::Class { school: class.school.clone(), class: class.name.clone() };
        let of_class = PlacementsAsOf { scope: of_class, ..question.clone() };
        let ms = |started: Instant| started.elapsed().as_secs_f64() * 1e3;
        let of_school = PlacementsAsOf { scope: Scope::School(class.school.clone()), ..question.clone() };
        let mut took = [0.0; 5];
        let started = Instant::now();
        queue(readers, &of_school).await?;
        took[0] = ms(started);
        let started = Instant::now();
        packet_grid(readers, &of_class, &class.school, &class.name).await?;
        took[1] = ms(started);
        let started = Instant::now();
        at_work = who_is_where(readers, &question, &ScopePart::default()).await?.len();
        took[2] = ms(started);
        let started = Instant::now();
        queue(readers, &question).await?;
        took[3] = ms(started);
        for by in [PlacementDimension::Kind, PlacementDimension::Class, PlacementDimension::Ownership] {
            let started = Instant::now();
            counts(readers, &question, During::Day, by).await?;
            took[4] = f64::max(took[4], ms(started));
        }
        // Not counted: connections, statements and pages come to themselves.
        if round > 1 {
            let measured = [&mut queued, &mut grid, &mut where_, &mut queued_of_city, &mut counted];
            measured.into_iter().zip(took).for_each(|(measured, took)| measured.push(took));
        }
    }
    println!("season: {at_work} at work, {head} events; the slowest of three counts {:.1} ms", median(counted));
    Ok(vec![
        Line::new("season.queue", median(queued), "ms", Against::AtMost, 10.0),
        Line::new("season.queue.city", median(queued_of_city), "ms", Against::AtMost, 10.0),
        Line::new("season.grid", median(grid), "ms", Against::AtMost, 10.0),
        Line::new("season.where", median(where_), "ms", Against::AtMost, 30.0),
    ])
}
