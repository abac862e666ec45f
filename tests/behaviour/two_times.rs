//! Promise: whatever the history, every (day, position) question answers what a brute-force fold of the log's prefix
//! answers, and rebuilt read models equal the live ones.

use std::collections::HashMap;

use gradtrail::accounts::Scope;
use gradtrail::app::request::Order;
use gradtrail::domain::day::epoch_day;
use gradtrail::domain::evidence::EvidenceLevel;
use gradtrail::domain::figures::populations::ALL;
use gradtrail::domain::further_study::{FurtherStudy, FurtherStudyCommand, FurtherStudyEvent};
use gradtrail::domain::ids::BatchId;
use gradtrail::domain::outcome::row::DestinationRow;
use gradtrail::domain::outcome::{Outcome, OutcomeCommand, OutcomeEvent};
use gradtrail::domain::statements::facts::StatementFacts;
use gradtrail::domain::statements::{Effect, Said, Source, Weighed};
use gradtrail::domain::student::row::StudentRow;
use gradtrail::domain::student::{Student, StudentCommand, StudentEvent};
use gradtrail::domain::terms::{DestinationKind, EmploymentKind, ExamResult, SpecialtyMatch, Standing};
use gradtrail::domain::{Event, UndoReason, further_study, outcome};
use gradtrail::projections::cohort_outcomes::CohortAsOf;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use sqlx::Row as _;
use uuid::Uuid;

use crate::statements::drawn::{self, Batch, DAYS, Rows, on};
use crate::statements::history::{destination_said, study_said};
use crate::statements::model::{Entry, Reading, Word};
use crate::support::rosters::{batch_of, say_of, student_row};
use crate::support::{Database, Pupil, Town};

const PUPILS: usize = 2;
const TODAY: Date = date(2023, 7, 1);
const KINDS: [DestinationKind; 5] = [
    DestinationKind::Enterprise,
    DestinationKind::Startup,
    DestinationKind::Freelance,
    DestinationKind::Seeking,
    DestinationKind::NotSeeking,
];
const LEVELS: [Option<SpecialtyMatch>; 3] = [None, Some(SpecialtyMatch::None), Some(SpecialtyMatch::Near)];
const STANDINGS: [Standing; 4] = [Standing::Graduated, Standing::Completed, Standing::Withdrawn, Standing::Deceased];

/// One thing that somebody does; what the stream refuses is skipped.
#[derive(Debug, Clone)]
enum Step {
    Say(Batch),
    UndoBatch(usize),
    Stand { standing: usize, on: Date },
    UndoStanding(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let of_next_year = (0..5_i8).prop_map(|day| date(2023, 1, 3 + day));
    let of_year = (0..DAYS).prop_map(on);
    prop_oneof![
        8 => drawn::batch().prop_map(Step::Say),
        2 => any::<usize>().prop_map(Step::UndoBatch),
        3 => (0..4_usize, prop_oneof![of_next_year, of_year]).prop_map(|(standing, on)| Step::Stand { standing, on }),
        1 => any::<usize>().prop_map(Step::UndoStanding),
    ]
}

/// A graduate, and what was said of the graduate so far.
struct Told {
    pupil: Pupil,
    sent: Vec<(Source, DestinationRow)>,
    batches: Vec<(BatchId, bool)>,
}

/// The rows that are recorded: nothing is confirmed here.
fn recorded<R: Clone>(rows: &[R], weighed: &Weighed) -> Vec<R> {
    let is_recorded =
        |weighed: &Result<Effect, _>| matches!(weighed, Ok(Effect::Changes | Effect::Held | Effect::Accompanies));
    rows.iter().zip(weighed).filter(|(_, weighed)| is_recorded(weighed)).map(|(row, _)| row.clone()).collect()
}

async fn order(town: &Town, told: &mut Told, number: u128, step: &Step) -> Option<Order> {
    let student = told.pupil.id;
    let (reason, effective_on) = (UndoReason::Other, TODAY);
    match step {
        Step::Say(drawn) => {
            let graduated_on = town.app.load::<Student>(student.0).await.unwrap().0.reading().standings.graduated_on();
            let facts = StatementFacts { by: None, today: TODAY, graduated_on, jobs: vec![] };
            let batch = BatchId(Uuid::from_u128(number));
            let (source, said_on) = (drawn.source, drawn.said_on);
            match drawn.rows(&told.sent) {
                Rows::Destinations(rows) => {
                    told.sent.extend(rows.iter().map(|row| (source, row.clone())));
                    let outcome = town.app.load::<Outcome>(student.0).await.unwrap().0;
                    let mut said = Said { batch, source, said_on, by: None, rows };
                    said.rows = recorded(&said.rows, &outcome::say::weigh(&outcome, &said, &facts));
                    told.batches.push((batch, true));
                    Some(Order::Outcome { student, command: OutcomeCommand::Say { said } })
                }
                Rows::Studies(rows) => {
                    let study = town.app.load::<FurtherStudy>(student.0).await.unwrap().0;
                    let mut said = Said { batch, source, said_on, by: None, rows };
                    said.rows = recorded(&said.rows, &further_study::say::weigh(&study, &said, &facts));
                    told.batches.push((batch, false));
                    Some(Order::FurtherStudy { student, command: FurtherStudyCommand::Say { said } })
                }
            }
        }
        Step::UndoBatch(number) => {
            let (batch, is_of_outcome) = *told.batches.get(number % told.batches.len().max(1))?;
            Some(if is_of_outcome {
                let command = OutcomeCommand::UndoBatch { batch, reason, also: vec![], effective_on };
                Order::Outcome { student, command }
            } else {
                let command = FurtherStudyCommand::UndoBatch { batch, reason, also: vec![], effective_on };
                Order::FurtherStudy { student, command }
            })
        }
        Step::Stand { standing, on } => {
            let standing = STANDINGS[*standing];
            let corrects = standing != Standing::Deceased;
            let row = StudentRow { standing, since: Some(*on), corrects, ..student_row("33070001", "1班") };
            Some(say_of(student, row))
        }
        Step::UndoStanding(number) => {
            let (state, _) = town.app.load::<Student>(student.0).await.unwrap();
            let said = state.timeline().moments().count();
            if said == 0 {
                return None;
            }
            let batch = batch_of(&town.app, student, number % said).await;
            let command = StudentCommand::UndoBatch { batch, reason, also: vec![], effective_on };
            Some(Order::Student { student, command })
        }
    }
}

/// The days asked about: those of the statements and some of the next year.
fn days() -> impl Iterator<Item = i64> {
    let next_year = (0..6).map(|day| epoch_day(date(2023, 1, 2 + day)));
    (0..DAYS).step_by(2).map(|day| epoch_day(on(day))).chain(next_year)
}

/// What the log holds of a person.
#[derive(Default)]
struct Person {
    /// What rosters say, each in a batch of its own.
    student: Vec<(BatchId, StudentRow)>,
    entries: Vec<Entry>,
}

fn number_of(batch: BatchId) -> u32 {
    u32::try_from(batch.0.as_u128()).unwrap()
}

impl Person {
    fn take(&mut self, event: Event) {
        let word = |batch, source, said_on, rows| {
            Entry::Word(Word { batch: number_of(batch), source, said_on: epoch_day(said_on), rows })
        };
        match event {
            Event::Student(StudentEvent::BatchUndone { batch, .. }) => {
                self.student.retain(|(known, _)| *known != batch)
            }
            Event::Student(StudentEvent::Said { mut said, .. }) => self.student.push((said.batch, said.rows.remove(0))),
            Event::Outcome(OutcomeEvent::Said { mut said, .. }) => {
                said.rows.sort_by_cached_key(|row| serde_json::to_string(row).unwrap());
                let rows = said.rows.iter().map(destination_said).collect();
                self.entries.push(word(said.batch, said.source, said.said_on, rows));
            }
            Event::FurtherStudy(FurtherStudyEvent::Said { mut said, .. }) => {
                said.rows.sort_by_cached_key(|row| serde_json::to_string(row).unwrap());
                let rows = said.rows.iter().map(study_said).collect();
                self.entries.push(word(said.batch, said.source, said.said_on, rows));
            }
            Event::Outcome(OutcomeEvent::BatchUndone { batch, .. })
            | Event::FurtherStudy(FurtherStudyEvent::BatchUndone { batch, .. }) => {
                self.entries.push(Entry::Undone { batch: number_of(batch) });
            }
            _ => (),
        }
    }

    /// The day of graduation, and that of death, of who graduated; nothing of everybody else.
    fn graduated(&self) -> Option<(Date, Option<Date>)> {
        // Who corrects says that nothing else was said rightly of leaving school; nobody is on leave here, and whoever left
        // before is held unless it is a death behind it.
        let mut standings: Vec<(Standing, Date)> = vec![];
        for (_, row) in &self.student {
            let Some(on) = row.since else { continue };
            if row.corrects {
                standings.clear();
            }
            let dies = row.standing == Standing::Deceased
                && standings.iter().all(|(standing, since)| *standing != Standing::Deceased && *since <= on);
            if standings.is_empty() || dies {
                // Of one day what was said last holds.
                standings.retain(|(_, since)| *since != on);
                standings.push((row.standing, on));
            }
        }
        let died = standings.iter().find(|(standing, _)| *standing == Standing::Deceased).map(|(_, on)| *on);
        let left = standings.iter().find(|(standing, _)| *standing != Standing::Deceased);
        match left.copied() {
            Some((Standing::Graduated, on)) => Some((on, died)),
            _ => None,
        }
    }

    /// The ids of the populations that the person is in on a day.
    fn populations(&self, year: i16, day: i64) -> Vec<&'static str> {
        let Some((graduated_on, died)) = self.graduated() else { return vec![] };
        let is_there = graduated_on.year() == year && epoch_day(graduated_on) <= day;
        if !is_there || died.is_some_and(|died| epoch_day(died) <= day) {
            return vec![];
        }
        let answer = Reading::of(&self.entries).on(day, epoch_day(graduated_on));
        let mut found = vec!["graduates"];
        match (answer.studying, answer.destination) {
            (Some((is_undergraduate, level)), _) => {
                found.extend(["employed", "further_study", "known"]);
                found.extend((level == EvidenceLevel::L0).then_some("further_study_l0"));
                found.extend(is_undergraduate.then_some("further_study_undergraduate"));
            }
            (None, Some((kind, level, matched))) => match kind.employment() {
                Some(employment) => {
                    found.extend(["employed", "direct_employment", "known"]);
                    found.extend((level == EvidenceLevel::L0).then_some("direct_employment_l0"));
                    found.push(match employment {
                        EmploymentKind::Organisation => "employed_by_organisation",
                        EmploymentKind::SelfEmployed => "self_employed",
                        EmploymentKind::Otherwise => "otherwise_employed",
                    });
                    match matched {
                        Some(SpecialtyMatch::Near | SpecialtyMatch::Full) => found.push("on_specialty"),
                        Some(SpecialtyMatch::None) => (),
                        None => found.push("match_unknown"),
                    }
                }
                None => {
                    let idle = if kind == DestinationKind::Seeking { "seeking" } else { "not_seeking" };
                    found.extend(["not_employed", "known", idle]);
                }
            },
            (None, None) => found.extend(["not_employed", "unknown"]),
        }
        if let Some(reached) = answer.exam {
            let names = ["exam_sat", "exam_qualified", "exam_qualified_undergraduate"];
            let furthest = match reached {
                ExamResult::Sat => 0,
                ExamResult::Qualified => 1,
                ExamResult::QualifiedUndergraduate => 2,
            };
            found.extend(&names[..=furthest]);
        }
        found
    }
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
            people.entry(event.subject()).or_default().take(decoded);
        }
        for day in days() {
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
        for day in days() {
            let mut states: HashMap<(String, [i64; 3]), i64> = HashMap::new();
            let mut met: HashMap<String, i64> = HashMap::new();
            for row in rows.iter().filter(|row| row.get::<i64, _>(1) <= position && row.get::<i64, _>(2) <= day) {
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
    let mut told = vec![];
    for number in 0..PUPILS {
        let document = format!("33070220040315{number:04}");
        let pupil = town.student("33070001", "1班", "张三", &document, Some("2022-06-30")).await;
        told.push(Told { pupil, sent: vec![], batches: vec![] });
    }
    for (number, (pupil, step)) in (1..).zip(steps) {
        if let Some(order) = order(&town, &mut told[*pupil], number, step).await {
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
        let question = CohortAsOf { year: 2022, as_of: epoch_day(date(2022, 12, 31)), known_at, scope: Scope::City };
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
