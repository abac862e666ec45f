//! Why a placement's command is refused: the rule, its values, and what to do.

use std::error::Error;

use jiff::civil::Date;
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use super::arrangement::{ArrangementField, Period};
use super::codes::DocumentKind;
use super::stay::{PlacementStage, Stay};
use crate::domain::ids::{EmployerId, StaffId};
use crate::domain::terms::Standing;

/// The rule that forbids a command, with its values.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, strum::Display, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "placement.")]
pub enum PlacementRefusal {
    NotDrafted,
    AlreadyDrafted,
    OtherStudent,
    NotRegistered,
    NotEnrolled { standing: Standing, since: Date, until: Option<Date>, period: Period },
    HostUnknown,
    HostClosed { since: Date },
    HostMerged { into: EmployerId },
    EndsBeforeStart { first_day: Date, last_day: Date },
    OrientationSelfFound,
    Overlaps { period: Period, taken: Period },
    FieldsMissing(Vec<ArrangementField>),
    WrongStage { now: PlacementStage, allowed: &'static [PlacementStage] },
    ApproverDrafted,
    NobodyDecides,
    Blocked,
    BegunAlready { first_day: Date, today: Date },
    NotEvaluated,
    PacketIncomplete(Vec<DocumentKind>),
    OutsidePeriod { day: Date, period: Period },
    NotYet { day: Date, today: Date },
    BeforePause { day: Date, since: Date },
    CancelledTooLate { first_day: Date },
    NothingToUndo { version: u64 },
    LaterStands { version: u64, latest: u64 },
}

impl Error for PlacementRefusal {}

impl Stay {
    pub(super) fn in_stage(&self, allowed: &'static [PlacementStage]) -> Result<(), PlacementRefusal> {
        if allowed.contains(&self.stage) {
            Ok(())
        } else {
            Err(PlacementRefusal::WrongStage { now: self.stage, allowed })
        }
    }

    pub(super) fn decided_by_another(&self, by: StaffId) -> Result<(), PlacementRefusal> {
        if self.authors.contains(&by) { Err(PlacementRefusal::ApproverDrafted) } else { Ok(()) }
    }
}
