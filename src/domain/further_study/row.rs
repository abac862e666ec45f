//! A row about an enrolment or about a sitting of an exam, as it was spoken.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::evidence::{EvidenceKind, HeardFrom};
use crate::domain::ids::SealedRevision;
use crate::domain::statements::{Operation, Spoken};
use crate::domain::terms::{Exam, ExamResult, StudyChannel, StudyLevel};

/// What a batch says of a graduate's further study.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StudyRow {
    Enrolment(EnrolmentRow),
    Sitting(SittingRow),
}

/// What a row says of one enrolment; only the cells that said something are stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolmentRow {
    pub institution: Institution,
    #[serde(default, skip_serializing_if = "Operation::is_state")]
    pub operation: Operation,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<StudyChannel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<StudyLevel>,
    #[serde(default, skip_serializing_if = "Spoken::is_nothing")]
    pub admitted_on: Spoken<Date>,
    #[serde(default, skip_serializing_if = "Spoken::is_nothing")]
    pub registered_on: Spoken<Date>,
    /// The last day of the study there.
    #[serde(default, skip_serializing_if = "Spoken::is_nothing")]
    pub last_day: Spoken<Date>,
    /// The institution's name and the student's specialty there, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<SealedRevision>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceKind>,
    /// No part of what is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_on: Option<Date>,
    /// No part of what is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard_from: Option<HeardFrom>,
}

/// An institution among those of one graduate: the first sealed revision that names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Institution(pub SealedRevision);

/// What a row says of one sitting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SittingRow {
    pub exam: Exam,
    /// A day in the month of the sitting; a row without is about the only one that is known of the exam.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
    #[serde(default, skip_serializing_if = "Operation::is_state")]
    pub operation: Operation,
    /// How far the graduate got; nothing says only that the graduate sat.
    #[serde(default, skip_serializing_if = "Spoken::is_nothing")]
    pub result: Spoken<ExamResult>,
    /// No part of what is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_on: Option<Date>,
}

impl StudyRow {
    pub fn operation(&self) -> Operation {
        match self {
            Self::Enrolment(row) => row.operation,
            Self::Sitting(row) => row.operation,
        }
    }

    /// The day by which the row names what it is about.
    pub fn day(&self) -> Option<Date> {
        match self {
            Self::Enrolment(row) => row.day(),
            Self::Sitting(row) => row.on,
        }
    }

    /// The same for equal rows, and another for others.
    pub(super) fn canonical(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() // No row holds what JSON cannot.
    }

    /// Whether two rows of one batch say two things about one key.
    pub fn contradicts(&self, other: &Self) -> bool {
        let is_same_key = match (self, other) {
            (Self::Enrolment(one), Self::Enrolment(two)) => one.may_be_of(two),
            (Self::Sitting(one), Self::Sitting(two)) => {
                one.exam == two.exam && (one.on.is_none() || two.on.is_none() || one.on.map(month) == two.on.map(month))
            }
            (Self::Enrolment(_), Self::Sitting(_)) | (Self::Sitting(_), Self::Enrolment(_)) => false,
        };
        is_same_key && !self.agrees(other)
    }
}

impl StudyRow {
    /// Whether no cell says another thing than the other row's; when and from whom it was heard is no part of it.
    fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Enrolment(one), Self::Enrolment(two)) => {
                one.operation == two.operation
                    && agree(one.channel, two.channel)
                    && agree(one.level, two.level)
                    && one.admitted_on.agrees(two.admitted_on)
                    && one.registered_on.agrees(two.registered_on)
                    && one.last_day.agrees(two.last_day)
                    && agree(one.sealed, two.sealed)
            }
            (Self::Sitting(one), Self::Sitting(two)) => {
                one.operation == two.operation && agree(one.on, two.on) && one.result.agrees(two.result)
            }
            (Self::Enrolment(_), Self::Sitting(_)) | (Self::Sitting(_), Self::Enrolment(_)) => true,
        }
    }
}

/// Whether two cells do not say two things.
fn agree<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.is_none() || other.is_none() || one == other
}

impl EnrolmentRow {
    /// The day by which it names a round: that of registration, before it that of admission.
    pub fn day(&self) -> Option<Date> {
        self.registered_on.value().or(self.admitted_on.value())
    }

    /// Whether both may be about one round of study: at one institution, and no day tells them apart.
    pub(super) fn may_be_of(&self, other: &Self) -> bool {
        let differ = |one: Option<Date>, two: Option<Date>| matches!((one, two), (Some(one), Some(two)) if one != two);
        let is_same = match (self.registered_on.value(), other.registered_on.value()) {
            (Some(one), Some(two)) => one == two,
            (Some(_) | None, _) => !differ(self.admitted_on.value(), other.admitted_on.value()),
        };
        self.institution == other.institution && is_same
    }
}

/// Year and month.
pub(super) fn month(day: Date) -> (i16, i8) {
    (day.year(), day.month())
}
