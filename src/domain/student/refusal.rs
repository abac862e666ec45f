//! What forbids a command about a student.

use std::error::Error;

use jiff::civil::Date;
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use crate::domain::ids::SchoolCode;
use crate::domain::placement::arrangement::Period;
use crate::domain::terms::Standing;

/// The rule that forbids a command, with its values.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, strum::Display, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "student.")]
pub enum StudentRefusal {
    NotRegistered,
    AlreadyRegistered,
    OtherSchool {
        registered: SchoolCode,
        given: SchoolCode,
    },
    AlreadyLeft {
        standing: Standing,
        since: Date,
        given: Standing,
    },
    /// Another standing than the last begins on a day.
    StandingWithoutDay {
        standing: Standing,
        given: Standing,
    },
    BeforeStanding {
        standing: Standing,
        since: Date,
        given: Date,
    },
    StillPlaced {
        period: Period,
        given: Standing,
    },
    StandingAhead {
        given: Standing,
        on: Date,
        today: Date,
    },
    NothingToUndo,
    /// Others recorded something of the student, which would stand alone.
    RecordsStand,
    Erased,
}

impl Error for StudentRefusal {}
