//! Who is where, in every cohort: a ledger of movements from situation to situation, from which all figures are
//! counted.
//!
//! It is kept by double entry. A movement is known from its event's position on: a graduate leaves one situation and
//! enters another from a day on. Who is in a situation on a day, as known at a position, is who entered it less who
//! left it by that day and position. Movements refer to profiles, situations and jobs by numbers that these rows'
//! contents determine, so that each row is written once, by whichever event comes to it first.
//!
//! The fold adds an event to the graduate's history, computes the days anew, and moves the person from what was known
//! to what is known now. Most events make one movement, and no row ever changes. `cohort` holds a year's movements in
//! memory; `count` and `explain` answer questions from it.

pub mod cohort;
pub mod count;
pub mod deciding;
pub mod explain;
mod folded;
mod graduate_day;
pub mod moved;
pub mod moved_counts;
mod movement;

use std::sync::OnceLock;

use uuid::Uuid;

use super::rectangles::ValidSpan;
use crate::accounts::Scope;
use crate::domain::{Event, StreamType};
use crate::event_log::projector::{FoldError, Model, Needs, Rows};
use crate::event_log::record::Recorded;
use crate::event_log::table::{Row, Storage, Table, TableColumn, Value, Writing};
use folded::FoldedGraduate;
use graduate_day::{CohortMembership, GraduateDay};
use movement::{Movement, State, StateFrom, movements};

/// The movements.
static MOVEMENTS: Table = Table {
    name: "cohort_movements",
    columns: &[
        TableColumn::int("cohort_year"),
        TableColumn::int("position"),
        // Counts the movements of one event.
        TableColumn::int("ordinal"),
        TableColumn::text("student"),
        TableColumn::int("profile"),
        // Epoch day.
        TableColumn::int("true_from"),
        // 0 if the person was in no situation before, because nobody counted the person yet, or under another profile.
        TableColumn::int("left_situation"),
        TableColumn::int("left_job"),
        TableColumn::int("entered_situation"),
        // 0 if no job holds.
        TableColumn::int("entered_job"),
    ],
    key_len: 3,
    writing: Writing::AppendOnly,
    storage: Storage::Clustered(&[]),
};

/// Who a graduate is to the statistics.
static PROFILES: Table = Table {
    name: "cohort_profiles",
    columns: &[
        TableColumn::int("profile"),
        TableColumn::text("school"),
        // not_recorded if no catalogue has the school's word for it.
        TableColumn::text("specialty"),
        TableColumn::text("class"),
        TableColumn::text("gender"),
        TableColumn::text("route"),
        TableColumn::int("position"),
    ],
    key_len: 1,
    writing: Writing::Once,
    storage: Storage::Heap(&[]),
};

/// What populations are defined by.
static SITUATIONS: Table = Table {
    name: "cohort_situations",
    columns: &[
        TableColumn::int("situation"),
        TableColumn::text("standing"),
        TableColumn::text("study_state").or_null(),
        TableColumn::text("study_level").or_null(),
        TableColumn::text("study_channel").or_null(),
        TableColumn::text("study_evidence").or_null(),
        TableColumn::text("exam").or_null(),
        TableColumn::text("job_v1_kind").or_null(),
        TableColumn::text("job_v1_employment").or_null(),
        TableColumn::text("job_v1_level").or_null(),
        TableColumn::text("job_v1_match").or_null(),
        TableColumn::text("not_employed_v1_kind").or_null(),
        // 1 if something takes part that contradicts what decides.
        TableColumn::int("is_conflict"),
        // The units that contradict each other, if nothing else does; ids with commas between.
        TableColumn::text("rivals").or_null(),
        TableColumn::int("position"),
    ],
    key_len: 1,
    writing: Writing::Once,
    storage: Storage::Heap(&[]),
};

/// What else is known of a job.
static JOBS: Table = Table {
    name: "cohort_jobs",
    columns: &[
        TableColumn::int("job"),
        TableColumn::text("job_v1_industry").or_null(),
        TableColumn::text("job_v1_place").or_null(),
        TableColumn::text("job_v1_channel").or_null(),
        TableColumn::text("job_v1_salary").or_null(),
        TableColumn::text("job_v1_contract").or_null(),
        TableColumn::text("job_v1_insurance").or_null(),
        TableColumn::int("position"),
    ],
    key_len: 1,
    writing: Writing::Once,
    storage: Storage::Heap(&[]),
};

/// The read model.
pub static MODEL: Model = Model {
    name: "cohort_outcomes",
    fold_version: 6,
    fingerprint: OnceLock::new(),
    tables: &[&MOVEMENTS, &PROFILES, &SITUATIONS, &JOBS],
    needs: Needs::History {
        // All three streams of a graduate have the student's id; the first begins before the others.
        streams: &[StreamType::Student, StreamType::Outcome, StreamType::FurtherStudy],
        subject,
    },
    fold,
};

/// What every question about a cohort fixes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CohortAsOf {
    /// The calendar year in which the cohort's graduates left school.
    pub year: i16,
    /// Epoch day on which the facts are to be true.
    pub as_of: i64,
    /// Position up to which the log is to be known.
    pub known_at: i64,
    /// Who may be counted.
    pub scope: Scope,
}

/// The graduate whom an event is about.
fn subject(recorded: &Recorded, event: &Event) -> Option<Uuid> {
    match event {
        Event::Student(_) | Event::Outcome(_) | Event::FurtherStudy(_) => Some(recorded.subject()),
        Event::School(_)
        | Event::Exemption(_)
        | Event::Placement(_)
        | Event::Agreement(_)
        | Event::Employer(_)
        | Event::Host(_)
        | Event::Season(_)
        | Event::Import(_)
        | Event::YearEnd(_)
        | Event::Survey(_)
        | Event::Invitation(_)
        | Event::Account(_)
        | Event::Log(_) => None,
    }
}

/// A graduate's history, and how the movements so far count the graduate.
#[derive(Debug, Default)]
struct Tracked {
    graduate: FoldedGraduate,
    counted: Option<CountedAs>,
}

/// How a graduate is counted: in which cohort, as whom, and in which state from which day on.
#[derive(Debug)]
struct CountedAs {
    membership: CohortMembership,
    /// The number of the profile.
    profile: i64,
    spans: Vec<ValidSpan<GraduateDay>>,
    /// The state of each span.
    states: Vec<StateFrom>,
}

fn fold(rows: &mut Rows, recorded: &Recorded, event: &Event) -> Result<(), FoldError> {
    let Some(student) = subject(recorded, event) else { return Ok(()) };
    let mut tracked: Box<Tracked> = rows.take_state(student)?;
    tracked.graduate.take(recorded.position, recorded.version, event);
    let before = tracked.counted.take();
    let after = match tracked.graduate.spans() {
        Some((membership, spans)) => Some(CountedAs::of(rows, membership, spans, before.as_ref(), recorded.position)?),
        None => None,
    };
    let moved = match (&before, &after) {
        (Some(before), Some(after)) if before.place() == after.place() => {
            vec![(after, movements(&before.states, &after.states))]
        }
        _ => {
            let leaves = before.iter().map(|counted| (counted, movements(&counted.states, &[])));
            leaves.chain(after.iter().map(|counted| (counted, movements(&[], &counted.states)))).collect()
        }
    };
    let each =
        moved.into_iter().flat_map(|(counted, moves)| moves.into_iter().map(move |movement| (counted, movement)));
    for (ordinal, (counted, movement)) in (0..).zip(each) {
        rows.append(0, row(counted, movement, ordinal, recorded));
    }
    tracked.counted = after;
    rows.put_state(student, tracked);
    Ok(())
}

impl CountedAs {
    /// Interns the profile and the states of the spans. Those that were counted before have their numbers already.
    fn of(
        rows: &mut Rows,
        membership: CohortMembership,
        spans: Vec<ValidSpan<GraduateDay>>,
        before: Option<&Self>,
        position: i64,
    ) -> Result<Self, FoldError> {
        let profile = match before.filter(|before| before.membership.registration == membership.registration) {
            Some(before) => before.profile,
            None => rows.intern(1, membership.profile(), position)?,
        };
        let mut states = Vec::with_capacity(spans.len());
        for ValidSpan { true_from, day, .. } in &spans {
            let state = match before.and_then(|before| before.state_of(day)) {
                Some(state) => state,
                None => State {
                    situation: rows.intern(2, day.situation.columns(), position)?,
                    job: day.job.map_or(Ok(0), |job| rows.intern(3, job.columns(), position))?,
                },
            };
            states.push(StateFrom { from: *true_from, state });
        }
        Ok(Self { membership, profile, spans, states })
    }

    fn state_of(&self, day: &GraduateDay) -> Option<State> {
        let index = self.spans.iter().position(|span| span.day == *day)?;
        self.states.get(index).map(|of_span| of_span.state)
    }

    fn cohort_year(&self) -> i64 {
        i64::from(self.membership.since.year())
    }

    /// The cohort and the profile: a person who changes either leaves everything there and enters anew.
    fn place(&self) -> (i64, i64) {
        (self.cohort_year(), self.profile)
    }
}

fn row(counted: &CountedAs, movement: Movement, ordinal: i64, recorded: &Recorded) -> Row {
    vec![
        Value::Int(counted.cohort_year()),
        Value::Int(recorded.position),
        Value::Int(ordinal),
        Value::Text(recorded.stream_id.clone()),
        Value::Int(counted.profile),
        Value::Int(movement.from),
        Value::Int(movement.left.situation),
        Value::Int(movement.left.job),
        Value::Int(movement.entered.situation),
        Value::Int(movement.entered.job),
    ]
}
