//! One statement, folded: what its source says now of one destination, what it rests on, until when it holds.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::row::DestinationRow;
use crate::domain::evidence::HeardFrom;
use crate::domain::ids::{BatchId, EmployerId, StaffId};
use crate::domain::statements::review::Review;
use crate::domain::statements::{Said, Source, Spoken};
use crate::domain::terms::{Channel, DestinationKind, Industry, Insurance, JobPlace, LabourContract, SpecialtyMatch};

/// Where a graduate is said to be; everything but the kind may be unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    pub kind: DestinationKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employer: Option<EmployerId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub industry: Option<Industry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<JobPlace>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Yuan a month, before tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salary_yuan: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<LabourContract>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insurance: Option<Insurance>,
    /// The last day on which it is so, as stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Date>,
}

/// What tells the destinations of one day apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whereabouts {
    Employer(EmployerId),
    /// Without an employer a kind is the same as itself.
    Kind(DestinationKind),
}

/// What tells a statement from all others of the graduate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DestinationKey {
    pub source: Source,
    pub starts_on: Date,
    pub at: Whereabouts,
}

/// One statement, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub source: Source,
    pub starts_on: Date,
    pub destination: Destination,
    pub on_specialty: Option<SpecialtyMatch>,
    pub review: Review,
    /// 填报日期, else the day of which the batch speaks, of the last row that changed something.
    pub reported_on: Date,
    pub heard_from: Option<HeardFrom>,
    /// Who recorded something of it.
    pub by: Vec<StaffId>,
    /// The batch that set the report day.
    pub said_in: BatchId,
    /// The version of the event that said last what it says.
    pub version: u64,
}

impl Destination {
    pub fn at(&self) -> Whereabouts {
        self.employer.map_or(Whereabouts::Kind(self.kind), Whereabouts::Employer)
    }

    pub fn is_job(&self) -> bool {
        self.kind.employment().is_some()
    }
}

impl Statement {
    pub fn key(&self) -> DestinationKey {
        DestinationKey { source: self.source, starts_on: self.starts_on, at: self.destination.at() }
    }

    /// Whether it takes part in deciding where the graduate is.
    pub fn takes_part(&self) -> bool {
        self.review.counts(self.destination.is_job())
    }

    /// The first day on which it is no longer so, given all statements: after the stated last day, or when its source
    /// says a later one. What is not accepted ends others all the same.
    pub fn ends_on(&self, all: &[Self]) -> Option<Date> {
        let stated = self.destination.last_day.map(|day| day.saturating_add(1.day()));
        let follow = all.iter().filter(|other| other.source == self.source && other.starts_on > self.starts_on);
        follow.map(|other| other.starts_on).chain(stated).min()
    }

    /// What a row makes of what stood before, of the same destination. With `is_anew` a row that says nothing new counts as
    /// saying it again.
    pub(super) fn after(
        before: Option<&Self>,
        row: &DestinationRow,
        said: &Said<DestinationRow>,
        version: u64,
    ) -> Self {
        let known = before.map(|before| &before.destination);
        let destination = Destination {
            kind: row.kind,
            employer: row.employer.over(known.and_then(|known| known.employer)),
            industry: row.industry.over(known.and_then(|known| known.industry)),
            place: row.place.over(known.and_then(|known| known.place)),
            channel: row.channel.over(known.and_then(|known| known.channel)),
            salary_yuan: row.salary_yuan.over(known.and_then(|known| known.salary_yuan)),
            contract: row.contract.over(known.and_then(|known| known.contract)),
            insurance: row.insurance.over(known.and_then(|known| known.insurance)),
            last_day: row.last_day.over(known.and_then(|known| known.last_day)),
        };
        let fresh = || Self {
            source: said.source,
            starts_on: row.starts_on,
            destination: destination.clone(),
            on_specialty: None,
            review: Review::of(said.source),
            reported_on: said.said_on,
            heard_from: None,
            by: vec![],
            said_in: said.batch,
            version,
        };
        let mut after = before.cloned().unwrap_or_else(fresh);
        after.starts_on = row.starts_on;
        after.destination = destination;
        after.on_specialty = row.on_specialty.over(after.on_specialty);
        after.review.add(&row.evidence);
        let says_anew = said.source.says_anew() && said.said_on > after.reported_on;
        if before.is_some_and(|before| !after.says_else_than(before)) && !says_anew {
            return after;
        }
        after.reported_on = said.report_day(row.reported_on, before.map(|before| (before.said_in, before.reported_on)));
        after.said_in = said.batch;
        after.heard_from = row.heard_from.or(after.heard_from);
        after.by.extend(said.by.filter(|by| !after.by.contains(by)));
        after.version = version;
        after
    }

    fn says_else_than(&self, other: &Self) -> bool {
        let said = |of: &Self| (of.starts_on, of.destination.clone(), of.on_specialty, of.review.evidence.clone());
        said(self) != said(other)
    }

    /// Whether a row is about this destination, of whose day it is.
    pub(super) fn is_of(&self, row: &DestinationRow) -> bool {
        match row.employer {
            Spoken::Value(employer) => self.destination.employer == Some(employer),
            Spoken::None => self.destination.at() == Whereabouts::Kind(row.kind),
            // An empty cell leaves open where.
            Spoken::Nothing => self.destination.kind == row.kind,
        }
    }
}
