//! What is said of a graduate at random.

use gradtrail::domain::evidence::{EvidenceKind, EvidenceLevel};
use gradtrail::domain::further_study::row::{EnrolmentRow, Institution, SittingRow, StudyRow};
use gradtrail::domain::ids::{EmployerId, SealedRevision};
use gradtrail::domain::outcome::row::DestinationRow;
use gradtrail::domain::statements::review::ReviewStep;
use gradtrail::domain::statements::{Operation, Source, Spoken, StatementReason};
use gradtrail::domain::terms::{DestinationKind, Exam, ExamResult, SpecialtyMatch, StudyChannel, StudyLevel};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use strum::VariantArray;
use uuid::Uuid;

const FIRST: Date = date(2022, 9, 10);

/// How many days are looked at; whatever is drawn begins, ends and is reported in them.
pub const DAYS: i64 = 52;

/// Something begins on every fourth day, of two months.
const STARTS: i64 = 8;
const APART: i64 = 4;

const KINDS: [DestinationKind; 4] = [
    DestinationKind::Enterprise,
    DestinationKind::FlexibleEmployment,
    DestinationKind::Startup,
    DestinationKind::Seeking,
];

pub fn on(day: i64) -> Date {
    FIRST.checked_add(day.days()).unwrap()
}

/// One thing that is done; what has nothing to be done to is skipped.
#[derive(Debug, Clone)]
pub enum Step {
    Say(Batch),
    /// Of the batches that stand, this one is undone.
    Undo(usize),
    /// Of the destinations that stand, this one is reviewed.
    Review(usize, ReviewStep),
}

#[derive(Debug, Clone)]
pub struct Batch {
    pub source: Source,
    pub said_on: Date,
    speech: Speech,
}

#[derive(Debug, Clone)]
enum Speech {
    Destinations { rows: Vec<DrawnRow>, is_of_one_day: bool },
    Studies(Vec<StudyRow>),
}

/// A row about a destination, whose days are known once it is known what it speaks of.
#[derive(Debug, Clone)]
struct DrawnRow {
    row: DestinationRow,
    /// The last day, counted from the first.
    lasts: Spoken<i64>,
    about: Option<About>,
}

/// A row speaks of what an earlier row of its source spoke of.
#[derive(Debug, Clone, Copy)]
struct About {
    earlier_row: usize,
    says_employer: bool,
}

/// The rows of a batch as they are sent.
#[derive(Debug, Clone)]
pub enum Rows {
    Destinations(Vec<DestinationRow>),
    Studies(Vec<StudyRow>),
}

impl Rows {
    pub fn reversed(self) -> Self {
        match self {
            Self::Destinations(rows) => Self::Destinations(rows.into_iter().rev().collect()),
            Self::Studies(rows) => Self::Studies(rows.into_iter().rev().collect()),
        }
    }

    /// Whether a row names a report day of its own.
    pub fn have_report_days(&self) -> bool {
        match self {
            Self::Destinations(rows) => rows.iter().any(|row| row.reported_on.is_some()),
            Self::Studies(rows) => rows.iter().any(|row| match row {
                StudyRow::Enrolment(row) => row.reported_on.is_some(),
                StudyRow::Sitting(row) => row.reported_on.is_some(),
            }),
        }
    }
}

impl Batch {
    /// The rows, given what was said of destinations before.
    pub fn rows(&self, earlier: &[(Source, DestinationRow)]) -> Rows {
        let (drawn, is_of_one_day) = match &self.speech {
            Speech::Destinations { rows, is_of_one_day } => (rows, *is_of_one_day),
            Speech::Studies(rows) => return Rows::Studies(rows.clone()),
        };
        let own: Vec<&DestinationRow> =
            earlier.iter().filter(|(source, _)| *source == self.source).map(|(_, row)| row).collect();
        let mut rows: Vec<DestinationRow> = drawn.iter().map(|drawn| drawn.aimed(&own)).collect();
        if let [first, others @ ..] = rows.as_mut_slice()
            && is_of_one_day
        {
            for other in others {
                other.starts_on = first.starts_on;
            }
        }
        for (row, drawn) in rows.iter_mut().zip(drawn) {
            row.last_day = match drawn.lasts {
                Spoken::Nothing => Spoken::Nothing,
                Spoken::None => Spoken::None,
                Spoken::Value(days) => Spoken::Value(row.starts_on.checked_add(days.days()).unwrap()),
            };
            // To move something to where it is, is to state it.
            if matches!(row.operation, Operation::Move { from, .. } if from == row.starts_on) {
                row.operation = Operation::State;
            }
        }
        Rows::Destinations(rows)
    }
}

impl DrawnRow {
    fn aimed(&self, earlier: &[&DestinationRow]) -> DestinationRow {
        let mut row = self.row.clone();
        let Some(about) = self.about.filter(|_| !earlier.is_empty()) else { return row };
        let known = earlier[about.earlier_row % earlier.len()];
        row.kind = known.kind;
        row.employer = if about.says_employer { known.employer } else { Spoken::Nothing };
        match &mut row.operation {
            Operation::Move { from, .. } => *from = known.starts_on,
            Operation::State | Operation::Withdraw { .. } | Operation::Restore { .. } => {
                row.starts_on = known.starts_on
            }
        }
        row
    }
}

pub fn step() -> impl Strategy<Value = Step> {
    let review_step = prop_oneof![
        1 => Just(ReviewStep::Attach { kind: EvidenceKind::Internship }),
        2 => Just(ReviewStep::Attach { kind: EvidenceKind::LabourContract }),
        3 => Just(ReviewStep::Verify { level: EvidenceLevel::L2 }),
        1 => Just(ReviewStep::NotAccept { reason: StatementReason::EvidenceForged }),
        1 => Just(ReviewStep::OpenRecheck),
        1 => any::<bool>().prop_map(|upheld| ReviewStep::CloseRecheck { upheld }),
    ];
    prop_oneof![
        12 => batch().prop_map(Step::Say),
        1 => any::<usize>().prop_map(Step::Undo),
        2 => (any::<usize>(), review_step).prop_map(|(statement, step)| Step::Review(statement, step)),
    ]
}

pub fn batch() -> impl Strategy<Value = Batch> {
    let source = prop_oneof![
        4 => Just(Source::School),
        2 => Just(Source::ClassTeacher),
        2 => Just(Source::Institution),
        2 => Just(Source::Register),
    ];
    let destinations = (prop::collection::vec(destination_row(), 1..=2), any::<bool>())
        .prop_map(|(rows, is_of_one_day)| Speech::Destinations { rows, is_of_one_day });
    let studies = prop::collection::vec(study_row(), 1..=2).prop_map(Speech::Studies);
    let speech = prop_oneof![3 => destinations, 1 => studies];
    (source, 0..DAYS, speech).prop_map(|(source, day, speech)| Batch { source, said_on: on(day), speech })
}

/// A day on which something begins.
fn start() -> impl Strategy<Value = Date> {
    (0..STARTS).prop_map(|start| on(start * APART))
}

/// A cell that mostly says nothing.
fn cell<T: std::fmt::Debug + Clone + 'static>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Spoken<T>> {
    prop_oneof![
        6 => Just(Spoken::<T>::Nothing),
        1 => Just(Spoken::<T>::None),
        4 => value.prop_map(Spoken::Value),
    ]
}

fn reported_on() -> impl Strategy<Value = Option<Date>> {
    option::weighted(0.15, (0..DAYS).prop_map(on))
}

fn destination_row() -> impl Strategy<Value = DrawnRow> {
    let employer = prop_oneof![
        2 => Just(Spoken::<EmployerId>::Nothing),
        1 => Just(Spoken::<EmployerId>::None),
        5 => (1..=3_u128).prop_map(|number| Spoken::Value(EmployerId(Uuid::from_u128(number)))),
    ];
    let reason = StatementReason::Corrected;
    let operation = prop_oneof![
        10 => Just(Operation::State),
        2 => Just(Operation::Withdraw { reason }),
        2 => Just(Operation::Restore { reason }),
        2 => start().prop_map(move |from| Operation::Move { from, reason }),
    ];
    let evidence = prop_oneof![
        6 => Just(Vec::<EvidenceKind>::new()),
        2 => Just(vec![EvidenceKind::Internship]),
        1 => Just(vec![EvidenceKind::LabourContract]),
    ];
    let about =
        (any::<usize>(), any::<bool>()).prop_map(|(earlier_row, says_employer)| About { earlier_row, says_employer });
    let subject = (start(), select(KINDS.to_vec()), employer, operation, option::weighted(0.6, about));
    let on_specialty = cell(select(SpecialtyMatch::VARIANTS.to_vec()));
    let cells = (cell(0..=16_i64), on_specialty, evidence, reported_on());
    (subject, cells).prop_map(
        |((starts_on, kind, employer, operation, about), (lasts, on_specialty, evidence, reported_on))| {
            let spoken = DestinationRow::new(kind, starts_on);
            let row = DestinationRow { operation, employer, on_specialty, evidence, reported_on, ..spoken };
            DrawnRow { row, lasts, about }
        },
    )
}

fn study_row() -> impl Strategy<Value = StudyRow> {
    prop_oneof![
        3 => enrolment_row().prop_map(StudyRow::Enrolment),
        1 => sitting_row().prop_map(StudyRow::Sitting),
    ]
}

fn enrolment_row() -> impl Strategy<Value = EnrolmentRow> {
    let institution = (1..=2_u32).prop_map(|number| Institution(SealedRevision(number)));
    let channel = select(vec![StudyChannel::VocationalExam, StudyChannel::ThreePlusTwo]);
    let level = select(vec![StudyLevel::JuniorCollege, StudyLevel::GeneralUndergraduate]);
    let registered_on = prop_oneof![2 => cell(start()), 3 => start().prop_map(Spoken::Value)];
    let days = (cell(start()), registered_on, cell((0..DAYS).prop_map(on)));
    (institution, channel, level, days, reported_on()).prop_map(
        |(institution, channel, level, (admitted_on, registered_on, last_day), reported_on)| EnrolmentRow {
            institution,
            operation: Operation::State,
            channel: Some(channel),
            level: Some(level),
            admitted_on,
            registered_on,
            last_day,
            sealed: None,
            evidence: vec![],
            reported_on,
            heard_from: None,
        },
    )
}

fn sitting_row() -> impl Strategy<Value = SittingRow> {
    let exam = select(vec![Exam::Vocational, Exam::General]);
    let result = cell(select(ExamResult::VARIANTS.to_vec()));
    (exam, option::weighted(0.8, start()), result, reported_on()).prop_map(|(exam, on, result, reported_on)| {
        SittingRow { exam, on, operation: Operation::State, result, reported_on }
    })
}
