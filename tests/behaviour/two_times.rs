//! Promise: whatever the history, every (day, position) question answers what a brute-force fold of the log's prefix
//! answers, and rebuilt read models equal the live ones.

use std::collections::HashMap;

use gradtrail::accounts::Scope;
use gradtrail::app::request::Order;
use gradtrail::domain::Event;
use gradtrail::domain::day::epoch_day;
use gradtrail::domain::evidence::EvidenceKind;
use gradtrail::domain::figures::populations::ALL;
use gradtrail::domain::further_study::{Admission, FurtherStudyCommand, FurtherStudyEvent, NewEnrolment};
use gradtrail::domain::ids::{ClaimId, EnrolmentId, SealedRevision};
use gradtrail::domain::outcome::{ClaimReason, Outcome, OutcomeCommand, OutcomeEvent};
use gradtrail::domain::student::{StudentCommand, StudentEvent};
use gradtrail::domain::terms::{DestinationKind, ExamResult, SpecialtyMatch, Standing, StudyChannel, StudyLevel};
use gradtrail::domain::{UndoReason, evidence::StatementSource};
use gradtrail::projections::cohort_outcomes::CohortAsOf;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use sqlx::Row as _;
use uuid::Uuid;

use crate::support::{Database, Pupil, Town, new_claim};

const FIRST: Date = date(2022, 12, 20);
const DAYS: i64 = 24;
const PUPILS: usize = 3;

/// One thing that somebody does; what the stream refuses is skipped.
#[derive(Debug, Clone)]
enum Step {
    Assert { kind: usize, from: i64, source: bool, level: usize, evidence: usize },
    Withdraw(usize),
    End(usize, i64),
    Recheck(usize),
    Judge(usize, usize),
    Enrol { college: u128, admitted: i64, registered: Option<i64>, left: Option<i64>, undergraduate: bool },
    Exam(usize, i64),
    Stand { standing: usize, on: i64 },
    Undo { stream: usize, version: u64 },
}

const KINDS: [DestinationKind; 5] = [
    DestinationKind::Enterprise,
    DestinationKind::Startup,
    DestinationKind::Freelance,
    DestinationKind::Seeking,
    DestinationKind::NotSeeking,
];
const LEVELS: [Option<SpecialtyMatch>; 3] = [None, Some(SpecialtyMatch::None), Some(SpecialtyMatch::Near)];
const STANDINGS: [Standing; 4] = [Standing::Graduated, Standing::Completed, Standing::Withdrawn, Standing::Deceased];
const EXAMS: [ExamResult; 3] = [ExamResult::Sat, ExamResult::Qualified, ExamResult::QualifiedUndergraduate];

fn step() -> impl Strategy<Value = Step> {
    let day = || 0..DAYS;
    prop_oneof![
        5 => (0..5_usize, day(), any::<bool>(), 0..3_usize, 0..3_usize)
            .prop_map(|(kind, from, source, level, evidence)| Step::Assert { kind, from, source, level, evidence }),
        1 => (0..4_usize).prop_map(Step::Withdraw),
        1 => (0..4_usize, day()).prop_map(|(claim, on)| Step::End(claim, on)),
        1 => (0..4_usize).prop_map(Step::Recheck),
        1 => (0..4_usize, 0..3_usize).prop_map(|(claim, level)| Step::Judge(claim, level)),
        3 => (1..3_u128, day(), proptest::option::of(day()), proptest::option::of(day()), any::<bool>()).prop_map(
            |(college, admitted, registered, left, undergraduate)| Step::Enrol {
                college, admitted, registered, left, undergraduate
            }
        ),
        1 => (0..3_usize, day()).prop_map(|(result, on)| Step::Exam(result, on)),
        3 => (0..4_usize, day()).prop_map(|(standing, on)| Step::Stand { standing, on }),
        1 => (0..3_usize, 1..6_u64).prop_map(|(stream, version)| Step::Undo { stream, version }),
    ]
}

fn on(day: i64) -> Date {
    FIRST.checked_add(day.days()).unwrap()
}

async fn order(town: &Town, pupil: Pupil, step: &Step) -> Option<Order> {
    let student = pupil.id;
    let outcome = town.app.load::<Outcome>(student.0).await.unwrap().0;
    let claim = |index: usize| outcome.claims().get(index).map(|claim| claim.id);
    let today = date(2023, 7, 1);
    let outcome = |command| Some(Order::Outcome { student, command });
    let study = |command| Some(Order::FurtherStudy { student, command });
    match step {
        Step::Assert { kind, from, source, level, evidence } => {
            let mut claim = new_claim(&town.app, KINDS[*kind], "2022-12-31", LEVELS[*level]);
            claim.starts_on = on(*from);
            claim.source = if *source { StatementSource::Staff } else { StatementSource::Graduate };
            claim.evidence = match evidence {
                0 => vec![],
                1 => vec![EvidenceKind::Internship],
                _ => vec![EvidenceKind::Internship, EvidenceKind::LabourContract],
            };
            outcome(OutcomeCommand::Assert { claim })
        }
        Step::Withdraw(index) => {
            outcome(OutcomeCommand::Withdraw { claim: claim(*index)?, reason: ClaimReason::Other, effective_on: today })
        }
        Step::End(index, day) => outcome(OutcomeCommand::End { claim: claim(*index)?, effective_on: on(*day) }),
        Step::Recheck(index) => outcome(OutcomeCommand::OpenRecheck { claim: claim(*index)?, effective_on: today }),
        Step::Judge(index, level) => outcome(OutcomeCommand::JudgeOnSpecialty {
            claim: claim(*index)?,
            level: LEVELS[*level]?,
            effective_on: today,
        }),
        Step::Enrol { college, admitted, registered, left, undergraduate } => {
            let level = if *undergraduate { StudyLevel::GeneralUndergraduate } else { StudyLevel::JuniorCollege };
            let enrolment = NewEnrolment {
                enrolment: EnrolmentId(Uuid::from_u128(college + 10 * u128::from(student.0.as_u64_pair().1))),
                admission: Admission {
                    channel: StudyChannel::VocationalExam,
                    level,
                    source: StatementSource::Staff,
                    college: SealedRevision(1),
                },
                admitted_on: on(*admitted),
                registered_on: registered.map(on),
                left_on: left.map(on),
            };
            study(FurtherStudyCommand::RecordEnrolment { enrolment })
        }
        Step::Exam(result, day) => {
            study(FurtherStudyCommand::RecordExam { result: EXAMS[*result], effective_on: on(*day) })
        }
        Step::Stand { standing, on: day } => {
            let (standing, effective_on) = (STANDINGS[*standing], on(*day));
            Some(Order::Student {
                student,
                command: match standing {
                    Standing::Deceased => StudentCommand::RecordStanding { standing, effective_on },
                    standing => StudentCommand::CorrectStanding { standing, effective_on },
                },
            })
        }
        Step::Undo { stream, version } => {
            let (version, reason, effective_on) = (*version, UndoReason::Other, today);
            match stream {
                0 => Some(Order::Student { student, command: StudentCommand::Undo { version, reason, effective_on } }),
                1 => outcome(OutcomeCommand::Undo { version, reason, effective_on }),
                _ => study(FurtherStudyCommand::Undo { version, reason, effective_on }),
            }
        }
    }
}

/// What is known of one person from a prefix of the log, read straight from the definitions.
#[derive(Default)]
struct Person {
    events: Vec<(u64, String, Event)>,
}

/// A claim as the definitions see it.
struct Told {
    kind: DestinationKind,
    source: StatementSource,
    from: i64,
    ended: Option<i64>,
    superseded: Vec<(ClaimId, i64)>,
    evidence: Vec<EvidenceKind>,
    counts: bool,
    level: Option<SpecialtyMatch>,
}

impl Person {
    /// The events that were not undone.
    fn standing(&self) -> Vec<&Event> {
        let undone: Vec<(&str, u64)> = self
            .events
            .iter()
            .filter_map(|(_, stream, event)| match event {
                Event::Student(StudentEvent::Undone { version, .. })
                | Event::Outcome(OutcomeEvent::Undone { version, .. })
                | Event::FurtherStudy(FurtherStudyEvent::Undone { version, .. }) => Some((stream.as_str(), *version)),
                _ => None,
            })
            .collect();
        let stands = |(version, stream, _): &&(u64, String, Event)| !undone.contains(&(stream.as_str(), *version));
        self.events.iter().filter(stands).map(|(_, _, event)| event).collect()
    }

    /// The ids of the populations that the person is in on a day.
    fn populations(&self, year: i16, day: i64) -> Vec<&'static str> {
        let events = self.standing();
        // Who corrects says that nothing else was recorded rightly of leaving school; nobody is on leave here.
        let mut standings: Vec<(Standing, Date)> = vec![];
        for event in &events {
            let Event::Student(event) = event else { continue };
            if matches!(event, StudentEvent::StandingCorrected { .. }) {
                standings.clear();
            }
            standings.extend(event.standing());
        }
        let is_registered = |event: &&Event| matches!(event, Event::Student(StudentEvent::StudentRegistered { .. }));
        let died = standings.iter().find(|(standing, _)| *standing == Standing::Deceased).map(|(_, on)| *on);
        let left = standings.iter().find(|(standing, _)| *standing != Standing::Deceased);
        let Some((Standing::Graduated, graduated_on)) = left.copied().filter(|_| events.iter().any(is_registered))
        else {
            return vec![];
        };
        if died.is_some_and(|died| epoch_day(died) <= day) {
            return vec![];
        }
        if graduated_on.year() != year || epoch_day(graduated_on) > day {
            return vec![];
        }
        let mut found = vec!["graduates"];
        let studying = self.study(&events, day);
        let claims = told(&events);
        let job = chosen(&claims, day, true);
        let idle = chosen(&claims, day, false);
        match (studying, job) {
            (Some(undergraduate), _) => {
                found.extend(["employed", "further_study", "further_study_l0", "known"]);
                found.extend(undergraduate.then_some("further_study_undergraduate"));
            }
            (None, Some(job)) => {
                found.extend(["employed", "direct_employment", "known"]);
                found.extend((job.source == StatementSource::Staff).then_some("direct_employment_l0"));
                found.push(match job.kind {
                    DestinationKind::Enterprise => "employed_by_organisation",
                    DestinationKind::Startup => "self_employed",
                    _ => "otherwise_employed",
                });
                match job.level {
                    Some(SpecialtyMatch::Near | SpecialtyMatch::Full) => found.push("on_specialty"),
                    Some(SpecialtyMatch::None) => (),
                    None => found.push("match_unknown"),
                }
            }
            (None, None) => {
                found.push("not_employed");
                match idle.map(|claim| claim.kind) {
                    Some(DestinationKind::Seeking) => found.extend(["seeking", "known"]),
                    Some(_) => found.extend(["not_seeking", "known"]),
                    None => found.push("unknown"),
                }
            }
        }
        let exam = events.iter().filter_map(|event| match event {
            Event::FurtherStudy(FurtherStudyEvent::ExamSat { effective_on }) => Some((0, epoch_day(*effective_on))),
            Event::FurtherStudy(FurtherStudyEvent::ExamQualified { undergraduate, effective_on }) => {
                Some((if *undergraduate { 2 } else { 1 }, epoch_day(*effective_on)))
            }
            _ => None,
        });
        if let Some(furthest) = exam.filter(|(_, on)| *on <= day).map(|(result, _)| result).max() {
            let names = ["exam_sat", "exam_qualified", "exam_qualified_undergraduate"];
            found.extend(&names[..=furthest]);
        }
        found
    }

    /// Whether the person studies on the day, and at undergraduate level.
    fn study(&self, events: &[&Event], day: i64) -> Option<bool> {
        let mut enrolments: HashMap<EnrolmentId, (bool, Option<i64>, Option<i64>)> = HashMap::new();
        for event in events {
            let Event::FurtherStudy(event) = event else { continue };
            match event {
                FurtherStudyEvent::Admitted { enrolment, admission, .. } => {
                    enrolments.insert(*enrolment, (admission.level.is_undergraduate(), None, None));
                }
                FurtherStudyEvent::AdmissionCorrected { enrolment, admission, .. } => {
                    enrolments.entry(*enrolment).and_modify(|e| e.0 = admission.level.is_undergraduate());
                }
                FurtherStudyEvent::StudyRegistered { enrolment, effective_on } => {
                    enrolments.entry(*enrolment).and_modify(|e| e.1 = Some(epoch_day(*effective_on)));
                }
                FurtherStudyEvent::StudyLeft { enrolment, effective_on } => {
                    enrolments.entry(*enrolment).and_modify(|e| e.2 = Some(epoch_day(*effective_on)));
                }
                _ => (),
            }
        }
        let there =
            |e: &&(bool, Option<i64>, Option<i64>)| e.1.is_some_and(|on| on <= day) && e.2.is_none_or(|on| on > day);
        // Of two at once the later registration says which level.
        enrolments.values().filter(there).max_by_key(|e| (e.1, e.0)).map(|e| e.0)
    }
}

fn told(events: &[&Event]) -> HashMap<ClaimId, Told> {
    let mut claims: HashMap<ClaimId, Told> = HashMap::new();
    for event in events {
        let Event::Outcome(event) = event else { continue };
        if let OutcomeEvent::DestinationAsserted { claim, destination, source, effective_on, .. } = event {
            let told = Told {
                kind: destination.kind,
                source: *source,
                from: epoch_day(*effective_on),
                ended: None,
                superseded: vec![],
                evidence: vec![],
                counts: true,
                level: None,
            };
            claims.insert(*claim, told);
        }
        let Some(told) = event.claim().and_then(|id| claims.get_mut(&id)) else { continue };
        match event {
            OutcomeEvent::DestinationEnded { effective_on, .. } => told.ended = Some(epoch_day(*effective_on)),
            OutcomeEvent::DestinationWithdrawn { .. } | OutcomeEvent::RecheckOpened { .. } => told.counts = false,
            OutcomeEvent::DestinationSuperseded { superseding, effective_on, .. } => {
                told.superseded.push((*superseding, epoch_day(*effective_on)));
            }
            OutcomeEvent::EvidenceAttached { kind, .. } => told.evidence.push(*kind),
            OutcomeEvent::OnSpecialtyJudged { level, .. } => told.level = Some(*level),
            _ => (),
        }
    }
    claims
}

fn may_count(told: &Told) -> bool {
    let only_internship = !told.evidence.is_empty() && told.evidence.iter().all(|e| *e == EvidenceKind::Internship);
    told.counts && !(only_internship && told.kind.employment().is_some())
}

/// The claim of employment, or of none, that decides on a day: the latest start, then the better source, then content.
fn chosen(claims: &HashMap<ClaimId, Told>, day: i64, employment: bool) -> Option<&Told> {
    let holds = |told: &&Told| {
        let over = told.superseded.iter().any(|(by, on)| *on <= day && claims.get(by).is_some_and(may_count));
        may_count(told) && told.from <= day && told.ended.is_none_or(|on| on > day) && !over
    };
    let of_kind = claims.values().filter(|told| told.kind.employment().is_some() == employment);
    use gradtrail::domain::terms::Term;
    of_kind.filter(holds).max_by_key(|told| {
        (told.from, told.source == StatementSource::Graduate, told.kind.code(), told.level.map(Term::code))
    })
}

async fn check(town: &Town) {
    let log = town.app.log();
    let recorded = log.events(0, 100_000).await.unwrap();
    let last = i64::try_from(recorded.len()).unwrap();
    // Every other position on the way up, the rest on the way down.
    for known_at in (0..=last).step_by(2).chain((0..=last).rev().filter(|position| position % 2 == 1)) {
        let mut people: HashMap<Uuid, Person> = HashMap::new();
        for event in recorded.iter().take(usize::try_from(known_at).unwrap()) {
            let decoded = gradtrail::event_log::decode(event).unwrap();
            let version = event.version.unsigned_abs();
            let person = people.entry(event.subject()).or_default();
            person.events.push((version, event.stream_type.to_string(), decoded));
        }
        for day in (0..DAYS).map(|day| epoch_day(on(day))) {
            for year in [2022, 2023] {
                let mut expected: HashMap<&str, i64> = HashMap::new();
                for id in people.values().flat_map(|person| person.populations(year, day)) {
                    *expected.entry(id).or_default() += 1;
                }
                let question = CohortAsOf { year, as_of: day, known_at, scope: Scope::City };
                let counted = town.app.count(&question, &[]).await.unwrap().remove(0).1;
                for population in ALL {
                    let (found, wanted) = (counted.of(population), expected.get(population.id).copied().unwrap_or(0));
                    assert_eq!(found, wanted, "{} of {year} on day {day} at {known_at}", population.id);
                }
            }
        }
    }
    everybody_is_at_one_place(town, last).await;
    rebuilt_equals_live(town).await;
}

/// At every position and on every day a person is in one state at most, and from the first one on in one.
async fn everybody_is_at_one_place(town: &Town, last: i64) {
    let rows = sqlx::query(
        "select student, position, true_from, profile, left_situation, left_job, entered_situation, entered_job
         from cohort_movements order by position, ordinal",
    )
    .fetch_all(town.app.log().readers())
    .await
    .unwrap();
    for position in 0..=last {
        for day in 0..DAYS {
            let mut states: HashMap<(String, [i64; 3]), i64> = HashMap::new();
            let mut met: HashMap<String, i64> = HashMap::new();
            for row in
                rows.iter().filter(|row| row.get::<i64, _>(1) <= position && row.get::<i64, _>(2) <= epoch_day(on(day)))
            {
                let (student, profile): (String, i64) = (row.get(0), row.get(3));
                for (first, sign) in [(4, -1), (6, 1)] {
                    let state = [profile, row.get(first), row.get(first + 1)];
                    if state[1] != 0 {
                        *states.entry((student.clone(), state)).or_default() += sign;
                    }
                    *met.entry(student.clone()).or_default() += if state[1] == 0 { 0 } else { sign };
                }
            }
            assert!(states.values().all(|times| [0, 1].contains(times)), "on day {day} at {position}");
            assert!(met.values().all(|times| [0, 1].contains(times)), "on day {day} at {position}");
        }
    }
}

async fn rebuilt_equals_live(town: &Town) {
    let log = town.app.log();
    log.verify(None, |_, _| ()).await.unwrap();
    for (index, model) in log.models().iter().enumerate() {
        // Abandoned anywhere on the way, and begun again, at any length of page.
        let moment = std::time::Duration::from_micros(300 * (1 + index as u64));
        let _abandoned = tokio::time::timeout(moment, log.rebuild_by(&[*model], 1, |_, _| ())).await;
        log.verify(None, |_, _| ()).await.unwrap();
        for page_len in [1, 7, 4_000] {
            log.rebuild_by(&[*model], page_len, |_, _| ()).await.unwrap();
        }
    }
    log.verify(None, |_, _| ()).await.unwrap();
}

async fn play(database: &Database, steps: &[(usize, Step)]) {
    let town = Town::new(database).await;
    town.add_school("33070001").await;
    let mut pupils = vec![];
    for number in 0..PUPILS {
        let document = format!("33070220040315{number:04}");
        pupils.push(town.student("33070001", "1班", "张三", &document, Some("2022-12-22")).await);
    }
    for (pupil, step) in steps {
        if let Some(order) = order(&town, pupils[*pupil], step).await {
            let _refused = town.execute(vec![order]).await;
        }
    }
    check(&town).await;
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn every_question_equals_a_brute_force_fold_on_sqlite(steps in prop::collection::vec((0..PUPILS, step()), 1..20)) {
        runtime().block_on(async { play(&Database::sqlite(), &steps).await });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn every_question_equals_a_brute_force_fold_on_postgresql(steps in prop::collection::vec((0..PUPILS, step()), 1..20)) {
        runtime().block_on(async { play(&Database::postgres().await, &steps).await });
    }
}

/// Others go on recording while a read model is rebuilt; a fixed position answers the same throughout.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_rebuild_while_others_write_changes_no_figure() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        town.add_school("33070001").await;
        for number in 0..40 {
            let pupil = town.graduate("33070001", "张三", &format!("33070220040315{number:04}")).await;
            town.assert(pupil, KINDS[number % 5], "2022-07-01", LEVELS[number % 3]).await;
        }
        let known_at = town.app.log().head().await.unwrap().position();
        let question = CohortAsOf { year: 2022, as_of: epoch_day(on(11)), known_at, scope: Scope::City };
        let before = town.app.count(&question, &[]).await.unwrap();
        let log = town.app.log().clone();
        let rebuilding = tokio::spawn(async move {
            for model in log.models() {
                log.rebuild(&[*model], |_, _| ()).await.unwrap();
            }
        });
        for number in 40..80 {
            let pupil = town.graduate("33070001", "张三", &format!("33070220040315{number:04}")).await;
            town.assert(pupil, KINDS[number % 5], "2022-07-01", None).await;
            assert_eq!(town.app.count(&question, &[]).await.unwrap(), before);
        }
        rebuilding.await.unwrap();
        assert_eq!(town.app.count(&question, &[]).await.unwrap(), before);
        town.app.log().verify(None, |_, _| ()).await.unwrap();
    }
}
