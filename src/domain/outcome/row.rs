//! A row about a destination, as it was spoken.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::evidence::{EvidenceKind, HeardFrom};
use crate::domain::ids::EmployerId;
use crate::domain::statements::{Operation, Spoken};
use crate::domain::terms::{Channel, DestinationKind, Industry, Insurance, JobPlace, LabourContract, SpecialtyMatch};

/// What a row says of one destination; only the cells that said something are stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DestinationRow {
    /// The first day on which it is so.
    pub starts_on: Date,
    pub kind: DestinationKind,
    #[serde(default, skip_serializing_if = "Operation::is_state")]
    pub operation: Operation,
    #[serde(default, skip_serializing_if = "Spoken::is_nothing")]
    pub employer: Spoken<EmployerId>,
    #[serde(default, skip_serializing_if = "Spoken::is_nothing")]
    pub industry: Spoken<Industry>,
    #[serde(default, skip_serializing_if = "Spoken::is_nothing")]
    pub place: Spoken<JobPlace>,
    #[serde(default, skip_serializing_if = "Spoken::is_nothing")]
    pub channel: Spoken<Channel>,
    /// Yuan a month, before tax.
    #[serde(default, skip_serializing_if = "Spoken::is_nothing")]
    pub salary_yuan: Spoken<u32>,
    #[serde(default, skip_serializing_if = "Spoken::is_nothing")]
    pub contract: Spoken<LabourContract>,
    #[serde(default, skip_serializing_if = "Spoken::is_nothing")]
    pub insurance: Spoken<Insurance>,
    /// The last day on which it is so.
    #[serde(default, skip_serializing_if = "Spoken::is_nothing")]
    pub last_day: Spoken<Date>,
    #[serde(default, skip_serializing_if = "Spoken::is_nothing")]
    pub on_specialty: Spoken<SpecialtyMatch>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceKind>,
    /// No part of what is said: the day on which it was reported, where that is not the batch's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_on: Option<Date>,
    /// No part of what is said: from whom the source heard it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard_from: Option<HeardFrom>,
}

impl DestinationRow {
    /// A row that says a kind from a day on, and nothing else.
    pub fn new(kind: DestinationKind, starts_on: Date) -> Self {
        Self {
            starts_on,
            kind,
            operation: Operation::State,
            employer: Spoken::Nothing,
            industry: Spoken::Nothing,
            place: Spoken::Nothing,
            channel: Spoken::Nothing,
            salary_yuan: Spoken::Nothing,
            contract: Spoken::Nothing,
            insurance: Spoken::Nothing,
            last_day: Spoken::Nothing,
            on_specialty: Spoken::Nothing,
            evidence: vec![],
            reported_on: None,
            heard_from: None,
        }
    }

    /// Whether two rows of one batch say two things about one key: from one day on there are several destinations only
    /// where all are jobs, each at another employer.
    pub fn contradicts(&self, other: &Self) -> bool {
        let days = |row: &Self| match row.operation {
            Operation::State | Operation::Restore { .. } => vec![(row.starts_on, true)],
            Operation::Withdraw { .. } => vec![(row.starts_on, false)],
            Operation::Move { from, .. } => vec![(from, false), (row.starts_on, true)],
        };
        let meets = |day: Date, is_said: bool| days(other).contains(&(day, is_said));
        let are_two_jobs = self.is_job_at_other_than(other);
        days(self).into_iter().any(|(day, is_said)| {
            let both_said = is_said && meets(day, true) && !are_two_jobs && !self.agrees(other);
            let said_and_not = meets(day, !is_said) && self.may_be_of(other);
            let moved_twice = !is_said && meets(day, false) && self.operation != other.operation;
            let moved_apart = !is_said && meets(day, false) && self.starts_on != other.starts_on;
            both_said || said_and_not || ((moved_twice || moved_apart) && self.may_be_of(other))
        })
    }

    /// The same for equal rows, and another for others.
    pub(super) fn canonical(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() // No row holds what JSON cannot.
    }

    /// Whether both are of one destination and no cell says another thing than the other row's; when and from whom it was
    /// heard is no part of it.
    fn agrees(&self, other: &Self) -> bool {
        (self.starts_on, self.kind, self.operation) == (other.starts_on, other.kind, other.operation)
            && self.employer.agrees(other.employer)
            && self.industry.agrees(other.industry)
            && self.place.agrees(other.place)
            && self.channel.agrees(other.channel)
            && self.salary_yuan.agrees(other.salary_yuan)
            && self.contract.agrees(other.contract)
            && self.insurance.agrees(other.insurance)
            && self.last_day.agrees(other.last_day)
            && self.on_specialty.agrees(other.on_specialty)
    }

    fn is_job_at_other_than(&self, other: &Self) -> bool {
        let are_jobs = self.kind.employment().is_some() && other.kind.employment().is_some();
        are_jobs && matches!((self.employer, other.employer), (Spoken::Value(one), Spoken::Value(two)) if one != two)
    }

    /// Whether both may be about the same: the same employer, or the same kind where one names no employer.
    fn may_be_of(&self, other: &Self) -> bool {
        match (self.employer, other.employer) {
            (Spoken::Value(one), Spoken::Value(two)) => one == two,
            (Spoken::Nothing | Spoken::None | Spoken::Value(_), _) => self.kind == other.kind,
        }
    }
}
