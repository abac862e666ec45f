//! Who is where, of every cohort: a ledger of movements from situation to situation, from which all figures are counted.
//!
//! A fold takes one more event into the graduate's facts, derives the days anew, and moves the person from what was
//! known to what is known now: one row for most events, none is ever changed, and each lies at its event's position.
//! `cohort` holds a year's movements in memory; the questions put to it are in `count` and `explain`.

pub mod cohort;
pub mod count;
pub mod explain;
mod facts;
mod movement;
mod says;

use std::sync::OnceLock;

use super::rectangles::Tile;
use crate::domain::{Event, StreamType};
use crate::event_log::projector::{FoldError, Model, Needs, Rows};
use crate::event_log::record::Recorded;
use crate::event_log::table::{ColumnType, Row, Table, Value, Writing};
use facts::Facts;
use movement::{Movement, State, Step, movements};
use says::{Roll, Says};
use uuid::Uuid;

static MOVEMENTS: Table = Table {
    name: "cohort_movements",
    columns: &[
        ("cohort_year", ColumnType::Int),
        ("position", ColumnType::Int),
        ("ordinal", ColumnType::Int),
        ("student", ColumnType::Text),
        ("profile", ColumnType::Int),
        ("true_from", ColumnType::Int),
        ("left_situation", ColumnType::Int),
        ("left_job", ColumnType::Int),
        ("entered_situation", ColumnType::Int),
        ("entered_job", ColumnType::Int),
    ],
    key_len: 3,
    writing: Writing::AppendOnly,
};

static PROFILES: Table = Table {
    name: "cohort_profiles",
    columns: &[
        ("profile", ColumnType::Int),
        ("school", ColumnType::Text),
        ("specialty", ColumnType::Text),
        ("class", ColumnType::Text),
        ("gender", ColumnType::Text),
        ("route", ColumnType::Text),
        ("position", ColumnType::Int),
    ],
    key_len: 1,
    writing: Writing::Once,
};

static SITUATIONS: Table = Table {
    name: "cohort_situations",
    columns: &[
        ("situation", ColumnType::Int),
        ("standing", ColumnType::Text),
        ("study_state", ColumnType::Text),
        ("study_level", ColumnType::Text),
        ("study_channel", ColumnType::Text),
        ("study_evidence", ColumnType::Text),
        ("exam", ColumnType::Text),
        ("job_v1_kind", ColumnType::Text),
        ("job_v1_employment", ColumnType::Text),
        ("job_v1_level", ColumnType::Text),
        ("job_v1_match", ColumnType::Text),
        ("job_v1_claims", ColumnType::Int),
        ("not_employed_v1_kind", ColumnType::Text),
        ("position", ColumnType::Int),
    ],
    key_len: 1,
    writing: Writing::Once,
};

static JOBS: Table = Table {
    name: "cohort_jobs",
    columns: &[
        ("job", ColumnType::Int),
        ("job_v1_industry", ColumnType::Text),
        ("job_v1_place", ColumnType::Text),
        ("job_v1_channel", ColumnType::Text),
        ("job_v1_salary", ColumnType::Text),
        ("job_v1_contract", ColumnType::Text),
        ("job_v1_insurance", ColumnType::Text),
        ("position", ColumnType::Int),
    ],
    key_len: 1,
    writing: Writing::Once,
};

pub static MODEL: Model = Model {
    name: "cohort_outcomes",
    fold_version: 4,
    fingerprint: OnceLock::new(),
    tables: &[&MOVEMENTS, &PROFILES, &SITUATIONS, &JOBS],
    schema: include_str!("schema.sql"),
    needs: Needs::History {
        // The three streams of a graduate carry the student's id; the first begins before the others.
        streams: &[StreamType::Student, StreamType::Outcome, StreamType::FurtherStudy],
        subject,
    },
    fold,
};

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
        | Event::Account(_)
        | Event::Log(_) => None,
    }
}

/// A graduate under the fold: what is known, and what the movements so far make of it.
#[derive(Debug, Default)]
struct Graduate {
    facts: Facts,
    shown: Option<Shown>,
}

/// Where a graduate is counted, and as what from which day on.
#[derive(Debug)]
struct Shown {
    roll: Roll,
    profile: i64,
    tiles: Vec<Tile<Says>>,
    /// Of each tile.
    steps: Vec<Step>,
}

fn fold(rows: &mut Rows, recorded: &Recorded, event: &Event) -> Result<(), FoldError> {
    let Some(student) = subject(recorded, event) else { return Ok(()) };
    let mut graduate: Box<Graduate> = rows.take_state(student)?;
    graduate.facts.take(recorded.position, recorded.version, event);
    let before = graduate.shown.take();
    let after = match graduate.facts.tiles() {
        Some((roll, tiles)) => Some(Shown::of(rows, roll, tiles, before.as_ref(), recorded.position)?),
        None => None,
    };
    let moved = match (&before, &after) {
        (Some(before), Some(after)) if before.place() == after.place() => {
            vec![(after, movements(&before.steps, &after.steps))]
        }
        _ => {
            let leaves = before.iter().map(|shown| (shown, movements(&shown.steps, &[])));
            leaves.chain(after.iter().map(|shown| (shown, movements(&[], &shown.steps)))).collect()
        }
    };
    let each = moved.into_iter().flat_map(|(shown, moves)| moves.into_iter().map(move |movement| (shown, movement)));
    for (ordinal, (shown, movement)) in (0..).zip(each) {
        rows.append(0, row(shown, movement, ordinal, recorded));
    }
    graduate.shown = after;
    rows.put_state(student, graduate);
    Ok(())
}

impl Shown {
    /// Numbers for what the tiles say; what was shown before has its numbers already.
    fn of(
        rows: &mut Rows,
        roll: Roll,
        tiles: Vec<Tile<Says>>,
        before: Option<&Self>,
        position: i64,
    ) -> Result<Self, FoldError> {
        let profile = match before.filter(|before| before.roll.registration == roll.registration) {
            Some(before) => before.profile,
            None => rows.refer(1, roll.profile(), position)?,
        };
        let mut steps = Vec::with_capacity(tiles.len());
        for Tile { true_from, says, .. } in &tiles {
            let state = match before.and_then(|before| before.state_of(says)) {
                Some(state) => state,
                None => State {
                    situation: rows.refer(2, says.situation.columns(), position)?,
                    job: says.job.map_or(Ok(0), |job| rows.refer(3, job.columns(), position))?,
                },
            };
            steps.push(Step { from: *true_from, state });
        }
        Ok(Self { roll, profile, tiles, steps })
    }

    fn state_of(&self, says: &Says) -> Option<State> {
        let index = self.tiles.iter().position(|tile| tile.says == *says)?;
        self.steps.get(index).map(|step| step.state)
    }

    fn cohort_year(&self) -> i64 {
        i64::from(self.roll.since.year())
    }

    /// Where the person is counted, as far as it does not change from day to day: cohort and profile.
    fn place(&self) -> (i64, i64) {
        (self.cohort_year(), self.profile)
    }
}

fn row(shown: &Shown, movement: Movement, ordinal: i64, recorded: &Recorded) -> Row {
    vec![
        Value::Int(shown.cohort_year()),
        Value::Int(recorded.position),
        Value::Int(ordinal),
        Value::Text(recorded.stream_id.clone()),
        Value::Int(shown.profile),
        Value::Int(movement.from),
        Value::Int(movement.left.situation),
        Value::Int(movement.left.job),
        Value::Int(movement.entered.situation),
        Value::Int(movement.entered.job),
    ]
}
