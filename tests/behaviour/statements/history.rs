//! What was said of a graduate: as the domain recorded it, and as the model reads it.

use cqrs_es::Aggregate;
use gradtrail::domain::UndoReason;
use gradtrail::domain::day::epoch_day;
use gradtrail::domain::further_study::row::StudyRow;
use gradtrail::domain::further_study::{self, FurtherStudy, FurtherStudyCommand, FurtherStudyEvent};
use gradtrail::domain::ids::{BatchId, StaffId};
use gradtrail::domain::outcome::row::DestinationRow;
use gradtrail::domain::outcome::{self, Outcome, OutcomeCommand, OutcomeEvent};
use gradtrail::domain::statements::facts::StatementFacts;
use gradtrail::domain::statements::refusal::StatementRefusal;
use gradtrail::domain::statements::review::ReviewStep;
use gradtrail::domain::statements::{Confirmation, Effect, Operation, Said, Source, Spoken, Weighed};
use jiff::civil::Date;
use uuid::Uuid;

use super::drawn::{Batch, DAYS, Rows, Step, on};
use super::model::destinations::{Act, DestinationSaid, Identity, Reviewed};
use super::model::studies::{EnrolmentSaid, SittingSaid};
use super::model::{Entry, Reading, Row, Word};
use super::real::{Answer, real};

const IS_RECORDED: &[Effect] = &[Effect::Changes, Effect::Held, Effect::Accompanies];
const IS_SO_ALREADY: &[Effect] = &[Effect::Confirms, Effect::HeldAlready];

/// Everything that was done, on both sides.
#[derive(Debug, Clone, Default)]
pub struct History {
    outcome: Outcome,
    study: FurtherStudy,
    /// What batches that stand confirmed, in its order.
    confirmed: Vec<Confirmation<DestinationRow>>,
    confirmed_studies: Vec<Confirmation<StudyRow>>,
    entries: Vec<Entry>,
    /// The rows about destinations that were sent, refused ones too.
    sent: Vec<(Source, DestinationRow)>,
    /// The batches that were not undone.
    batches: Vec<u32>,
    last_batch: u32,
}

/// Who says what.
#[derive(Debug, Clone, Copy)]
struct Speaker {
    batch: u32,
    source: Source,
    said_on: Date,
}

impl Speaker {
    fn said<R>(self, rows: Vec<R>) -> Said<R> {
        Said { batch: batch_id(self.batch), source: self.source, said_on: self.said_on, by: None, rows }
    }

    fn word(self, rows: Vec<Row>) -> Entry {
        let Self { batch, source, said_on } = self;
        Entry::Word(Word { batch, source, said_on: epoch_day(said_on), rows })
    }
}

impl History {
    pub fn after(steps: &[Step]) -> Self {
        let mut history = Self::default();
        for step in steps {
            history.take(step);
        }
        history
    }

    pub fn take(&mut self, step: &Step) {
        match step {
            Step::Say(batch) => {
                self.say(batch, self.rows(batch));
            }
            Step::Undo(number) => self.undo_one(*number),
            Step::Review(number, step) => self.review(*number, *step),
        }
    }

    /// The rows that a batch would send now.
    pub fn rows(&self, batch: &Batch) -> Rows {
        batch.rows(&self.sent)
    }

    /// Both streams' versions.
    pub fn versions(&self) -> (u64, u64) {
        (self.outcome.timeline().version(), self.study.timeline().version())
    }

    /// The batch that spoke last.
    pub fn last_batch(&self) -> u32 {
        self.last_batch
    }

    /// A new batch says these rows in the name of the one drawn; gives those that were not refused.
    pub fn say(&mut self, drawn: &Batch, rows: Rows) -> Rows {
        self.last_batch += 1;
        self.batches.push(self.last_batch);
        let speaker = Speaker { batch: self.last_batch, source: drawn.source, said_on: drawn.said_on };
        match rows {
            Rows::Destinations(rows) => Rows::Destinations(self.say_destinations(speaker, rows)),
            Rows::Studies(rows) => Rows::Studies(self.say_studies(speaker, rows)),
        }
    }

    fn say_destinations(&mut self, speaker: Speaker, rows: Vec<DestinationRow>) -> Vec<DestinationRow> {
        self.sent.extend(rows.iter().map(|row| (speaker.source, row.clone())));
        let weighed = outcome::say::weigh(&self.outcome, &speaker.said(rows.clone()), &facts(None));
        let (recorded, so_already) = (of(&rows, &weighed, IS_RECORDED), of(&rows, &weighed, IS_SO_ALREADY));
        let mut spoken: Vec<DestinationRow> = vec![];
        if !recorded.is_empty() {
            let command = OutcomeCommand::Say { said: speaker.said(recorded.clone()) };
            for event in outcome::decide(&self.outcome, command, &facts(None)).expect("what was weighed may be said") {
                if let OutcomeEvent::Said { said, .. } = &event {
                    spoken.extend(said.rows.clone());
                }
                self.outcome.apply(event);
            }
        }
        assert_eq!(spoken.len(), recorded.len(), "what changes something is recorded: {recorded:?}");
        if !so_already.is_empty() {
            let at = self.outcome.timeline().version();
            self.confirmed.push(Confirmation { at, said: speaker.said(so_already.clone()) });
        }
        spoken.extend(so_already.clone());
        spoken.sort_by_cached_key(|row| serde_json::to_string(row).unwrap());
        self.entries.push(speaker.word(spoken.iter().map(destination_said).collect()));
        [recorded, so_already].concat()
    }

    fn say_studies(&mut self, speaker: Speaker, rows: Vec<StudyRow>) -> Vec<StudyRow> {
        let weighed = further_study::say::weigh(&self.study, &speaker.said(rows.clone()), &facts(None));
        let (recorded, so_already) = (of(&rows, &weighed, IS_RECORDED), of(&rows, &weighed, IS_SO_ALREADY));
        let mut spoken: Vec<StudyRow> = vec![];
        if !recorded.is_empty() {
            let command = FurtherStudyCommand::Say { said: speaker.said(recorded.clone()) };
            for event in
                further_study::decide(&self.study, command, &facts(None)).expect("what was weighed may be said")
            {
                if let FurtherStudyEvent::Said { said, .. } = &event {
                    spoken.extend(said.rows.clone());
                }
                self.study.apply(event);
            }
        }
        assert_eq!(spoken.len(), recorded.len(), "what changes something is recorded: {recorded:?}");
        if !so_already.is_empty() {
            let at = self.study.timeline().version();
            self.confirmed_studies.push(Confirmation { at, said: speaker.said(so_already.clone()) });
        }
        spoken.extend(so_already.clone());
        spoken.sort_by_cached_key(|row| serde_json::to_string(row).unwrap());
        self.entries.push(speaker.word(spoken.iter().map(study_said).collect()));
        [recorded, so_already].concat()
    }

    /// One of the batches that stand is undone.
    pub fn undo_one(&mut self, number: usize) {
        if !self.batches.is_empty() {
            self.undo(self.batches[number % self.batches.len()]);
        }
    }

    pub fn undo(&mut self, batch: u32) {
        let (id, reason, effective_on) = (batch_id(batch), UndoReason::Other, today());
        self.batches.retain(|known| *known != batch);
        self.entries.push(Entry::Undone { batch });
        self.confirmed.retain(|confirmation| confirmation.said.batch != id);
        self.confirmed_studies.retain(|confirmation| confirmation.said.batch != id);
        let also = self.confirmed.clone();
        let command = OutcomeCommand::UndoBatch { batch: id, reason, also, effective_on };
        for event in or_nothing(outcome::decide(&self.outcome, command, &facts(None)), &StatementRefusal::NothingToUndo)
        {
            self.outcome.apply(event);
        }
        let also = self.confirmed_studies.clone();
        let command = FurtherStudyCommand::UndoBatch { batch: id, reason, also, effective_on };
        for event in
            or_nothing(further_study::decide(&self.study, command, &facts(None)), &StatementRefusal::NothingToUndo)
        {
            self.study.apply(event);
        }
    }

    /// Somebody who said nothing reviews one of the destinations that stand; a step that may not be taken is skipped.
    fn review(&mut self, number: usize, step: ReviewStep) {
        let statements = &self.outcome.reading().statements;
        if statements.is_empty() {
            return;
        }
        let statement = &statements[number % statements.len()];
        let identity =
            statement.destination.employer.map_or(Identity::Kind(statement.destination.kind), Identity::Employer);
        let starts_on = epoch_day(statement.starts_on);
        let reviewed = Entry::Reviewed(Reviewed { source: statement.source, starts_on, identity, step });
        let command = OutcomeCommand::Review { statement: statement.key(), step, effective_on: today() };
        let reviewer = Some(StaffId(Uuid::from_u128(1)));
        for event in outcome::decide(&self.outcome, command, &facts(reviewer)).unwrap_or_default() {
            self.outcome.apply(event);
            self.entries.push(reviewed.clone());
        }
    }

    /// What counts on every day.
    pub fn answers(&self) -> Vec<Answer> {
        days().map(|day| real(&self.outcome, &self.study, day, epoch_day(on(0)))).collect()
    }

    /// What counts on every day is what the model says.
    pub fn check(&self) {
        let model = Reading::of(&self.entries);
        for (day, answer) in days().zip(self.answers()) {
            assert_eq!(answer, model.on(day, epoch_day(on(0))), "on epoch day {day} after {:#?}", self.entries);
        }
    }
}

fn batch_id(batch: u32) -> BatchId {
    BatchId(Uuid::from_u128(u128::from(batch)))
}

fn today() -> Date {
    on(DAYS + 10)
}

fn days() -> impl Iterator<Item = i64> {
    (-1..DAYS).map(|day| epoch_day(on(day)))
}

fn facts(by: Option<StaffId>) -> StatementFacts {
    StatementFacts { by, today: today(), graduated_on: Some(on(0)), jobs: vec![] }
}

/// The rows of these effects.
fn of<R: Clone>(rows: &[R], weighed: &Weighed, effects: &[Effect]) -> Vec<R> {
    let is_of = |weighed: &Result<Effect, StatementRefusal>| matches!(weighed, Ok(effect) if effects.contains(effect));
    rows.iter().zip(weighed).filter(|(_, weighed)| is_of(weighed)).map(|(row, _)| row.clone()).collect()
}

/// The events, none where this is refused.
fn or_nothing<E>(decided: Result<Vec<E>, StatementRefusal>, refused: &StatementRefusal) -> Vec<E> {
    match decided {
        Ok(events) => events,
        Err(refusal) => {
            assert_eq!(&refusal, refused);
            vec![]
        }
    }
}

fn day_cell(cell: Spoken<Date>) -> Spoken<i64> {
    match cell {
        Spoken::Nothing => Spoken::Nothing,
        Spoken::None => Spoken::None,
        Spoken::Value(day) => Spoken::Value(epoch_day(day)),
    }
}

pub fn destination_said(row: &DestinationRow) -> Row {
    Row::Destination(DestinationSaid {
        starts_on: epoch_day(row.starts_on),
        kind: row.kind,
        act: match row.operation {
            Operation::State => Act::State,
            Operation::Withdraw { .. } => Act::Withdraw,
            Operation::Restore { .. } => Act::Restore,
            Operation::Move { from, .. } => Act::Move { from: epoch_day(from) },
        },
        employer: row.employer,
        last_day: day_cell(row.last_day),
        on_specialty: row.on_specialty,
        papers: row.evidence.clone(),
        reported_on: row.reported_on.map(epoch_day),
    })
}

/// Rows about studies state only, and name the channel and the level.
pub fn study_said(row: &StudyRow) -> Row {
    match row {
        StudyRow::Enrolment(row) => Row::Enrolment(EnrolmentSaid {
            institution: row.institution,
            channel: row.channel.unwrap(),
            level: row.level.unwrap(),
            admitted_on: day_cell(row.admitted_on),
            registered_on: day_cell(row.registered_on),
            last_day: day_cell(row.last_day),
            reported_on: row.reported_on.map(epoch_day),
        }),
        StudyRow::Sitting(row) => Row::Sitting(SittingSaid {
            exam: row.exam,
            on: row.on.map(epoch_day),
            result: row.result,
            reported_on: row.reported_on.map(epoch_day),
        }),
    }
}
