//! The rules that forbid a statement, or a step of its review.

use std::error::Error;

use jiff::civil::Date;
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use crate::domain::evidence::{EvidenceLevel, ReviewState};

/// The rule that forbids it, with its values. `on` is the day by which a row names what it is about.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, strum::Display, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "statement.")]
pub enum StatementRefusal {
    NotGraduated,
    StartsTooLate {
        starts_on: Date,
        latest: Date,
    },
    EndsBeforeStart {
        starts_on: Date,
        last_day: Date,
    },
    RegisteredBeforeAdmission {
        admitted_on: Date,
        registered_on: Date,
    },
    LeftBeforeRegistration {
        registered_on: Date,
        last_day: Date,
    },
    LeftWithoutRegistration {
        last_day: Date,
    },
    /// A new record without the channel or the level of the study, or without any day.
    Incomplete,
    /// Rows of one batch say two things about one key.
    RowsContradict {
        on: Date,
    },
    /// Several jobs are known of the day, and the rows leave one unsaid.
    LeavesUnsaid {
        on: Date,
        known: usize,
    },
    /// Several may be meant.
    LeavesOpenWhich,
    NothingToRestore,
    NothingToMove {
        from: Date,
    },
    NoSuchStatement,
    WrongState(ReviewState),
    ReviewerStated,
    NobodyDecides,
    EvidenceMissing(EvidenceLevel),
    /// Nothing contradicts the statement.
    NoConflict,
    NothingToUndo,
}

impl Error for StatementRefusal {}
