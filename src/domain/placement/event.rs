//! What is recorded of a placement.

use cqrs_es::DomainEvent;
use enum_common_fields::EnumCommonFields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::arrangement::{Arrangement, ArrangementChange, Changed, Mentors, Pay, Site};
use super::codes::{ChangeReason, ComplianceVerdict, EndReason, HostSource, Initiator, LateReason, ReturnReason};
use crate::domain::ids::{EmployerId, PlacementId, SealedRevision, StaffId, StudentId};
use crate::domain::{SCHEMA_VERSION, UndoReason};

/// What is recorded of a placement.
// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EnumCommonFields, IntoStaticStr, VariantNames)]
#[common_field(effective_on: Date)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PlacementEvent {
    PlacementDrafted {
        student: StudentId,
        arrangement: Arrangement,
        /// The earlier stay that this one takes the place of.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        follows: Option<PlacementId>,
        /// Who drafted it; absent for the operator.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
        effective_on: Date,
    },
    PlacementRevised {
        arrangement: Arrangement,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
        effective_on: Date,
    },
    PlacementSubmitted {
        effective_on: Date,
    },
    /// `rules` is the version of the rule set; `by` is absent for the operator.
    ComplianceEvaluated {
        verdict: ComplianceVerdict,
        rules: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
        effective_on: Date,
    },
    PlacementReturned {
        reason: ReturnReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        by: StaffId,
        effective_on: Date,
    },
    PlacementRejected {
        reason: ReturnReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        by: StaffId,
        effective_on: Date,
    },
    PlacementApproved {
        by: StaffId,
        effective_on: Date,
    },
    /// Registered after it began (补登).
    LateRegistrationApproved {
        reason: LateReason,
        by: StaffId,
        effective_on: Date,
    },
    ReadinessConfirmed {
        effective_on: Date,
    },
    ArrivalConfirmed {
        effective_on: Date,
    },
    NoShowRecorded {
        reason: EndReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    HostChanged {
        host: EmployerId,
        source: HostSource,
        site: Site,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_host: Option<SealedRevision>,
        reason: ChangeReason,
        effective_on: Date,
    },
    SiteChanged {
        site: Site,
        reason: ChangeReason,
        effective_on: Date,
    },
    MentorChanged {
        mentors: Mentors,
        reason: ChangeReason,
        effective_on: Date,
    },
    PeriodChanged {
        /// Of a stay that has not begun; absent where it stays.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        first_day: Option<Date>,
        last_day: Date,
        reason: ChangeReason,
        effective_on: Date,
    },
    PayChanged {
        pay: Pay,
        reason: ChangeReason,
        effective_on: Date,
    },
    PlacementSuspended {
        reason: EndReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    PlacementResumed {
        effective_on: Date,
    },
    /// From this day the student no longer works there.
    TerminatedEarly {
        initiator: Initiator,
        reason: EndReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    PlacementCancelled {
        reason: EndReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    /// The fact with this version in the stream never held.
    Undone {
        version: u64,
        reason: UndoReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        effective_on: Date,
    },
}

impl PlacementEvent {
    /// The change that the event brings to a stay; `None` for what is none.
    pub(super) fn change(&self) -> Option<Changed> {
        let (change, reason, effective_on) = match *self {
            Self::HostChanged { host, source, site, at_host, reason, effective_on } => {
                (ArrangementChange::Host { host, source, site, at_host }, reason, effective_on)
            }
            Self::SiteChanged { site, reason, effective_on } => (ArrangementChange::Site(site), reason, effective_on),
            Self::MentorChanged { mentors, reason, effective_on } => {
                (ArrangementChange::Mentors(mentors), reason, effective_on)
            }
            Self::PeriodChanged { first_day, last_day, reason, effective_on } => {
                (ArrangementChange::Period { first_day, last_day }, reason, effective_on)
            }
            Self::PayChanged { pay, reason, effective_on } => (ArrangementChange::Pay(pay), reason, effective_on),
            Self::PlacementDrafted { .. }
            | Self::PlacementRevised { .. }
            | Self::PlacementSubmitted { .. }
            | Self::ComplianceEvaluated { .. }
            | Self::PlacementReturned { .. }
            | Self::PlacementRejected { .. }
            | Self::PlacementApproved { .. }
            | Self::LateRegistrationApproved { .. }
            | Self::ReadinessConfirmed { .. }
            | Self::ArrivalConfirmed { .. }
            | Self::NoShowRecorded { .. }
            | Self::PlacementSuspended { .. }
            | Self::PlacementResumed { .. }
            | Self::TerminatedEarly { .. }
            | Self::PlacementCancelled { .. }
            | Self::Undone { .. } => return None,
        };
        Some(Changed { change, reason, effective_on })
    }
}

// The cqrs-es adapter: the framework's lines of this file.
impl DomainEvent for PlacementEvent {
    fn event_type(&self) -> String {
        <&str>::from(self).to_owned()
    }

    fn event_version(&self) -> String {
        SCHEMA_VERSION.to_string()
    }
}
