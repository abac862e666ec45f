//! The host stream: an employer as one school deals with it, from the proposal to its suspension.
//!
//! Invariants: who proposed a host does not decide on it; a new one is visited first, and the report speaks to all nine
//! heads (实习管理规定 2021, article 7). Whether the framework agreement has expired is a matter of the day, never
//! recorded. Undoing goes backwards: the latest fact that stands first.
//! Absent on purpose: whether a school may place students at a host that it has not accepted, which is a rule.

pub mod codes;
mod command;
mod facts;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use enum_common_fields::EnumCommonFields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

pub use command::{HostCommand, HostRefusal};
pub use facts::HostFacts;

use super::employer::Trading;
use super::ids::{EmployerId, FileHash, SchoolCode, SealedRevision, StaffId};
use super::terms::Term;
use super::{History, SCHEMA_VERSION, Stream, StreamType, UndoReason};
use codes::{Finding, HostReason, HostStage, VisitHead};

/// What was found on a visit, head by head.
pub type Findings = BTreeMap<VisitHead, Finding>;

/// What is recorded of a host.
// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EnumCommonFields, IntoStaticStr, VariantNames)]
#[common_field(effective_on: Date)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum HostEvent {
    HostProposed {
        school: SchoolCode,
        employer: EmployerId,
        /// Since when school and unit work together; absent for a new unit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        partner_since: Option<Date>,
        /// Who proposed it; absent for the operator.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
        effective_on: Date,
    },
    /// Visited on this day.
    SiteVisitReported {
        findings: Findings,
        /// The written report, sealed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        report: Option<FileHash>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
        effective_on: Date,
    },
    HostAccepted {
        by: StaffId,
        effective_on: Date,
    },
    HostRefused {
        reason: HostReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        by: StaffId,
        effective_on: Date,
    },
    HostPublished {
        effective_on: Date,
    },
    HostSuspended {
        reason: HostReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    HostResumed {
        effective_on: Date,
    },
    /// A framework agreement, in force from this day to its last.
    FrameworkAgreed {
        last_day: Date,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document: Option<FileHash>,
        effective_on: Date,
    },
    /// Whom to call there, sealed.
    ContactsRecorded {
        contacts: SealedRevision,
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

/// A visit to the host, with the written report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    pub findings: Findings,
    pub report: Option<FileHash>,
    pub visited_on: Date,
}

/// A framework agreement, both days included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Framework {
    pub first_day: Date,
    pub last_day: Date,
    pub document: Option<FileHash>,
}

/// A host that was proposed and whose proposal stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedHost {
    pub school: SchoolCode,
    pub employer: EmployerId,
    pub partner_since: Option<Date>,
    pub proposed_by: Option<StaffId>,
    pub stage: HostStage,
    /// The latest since the host was proposed.
    pub visit: Option<Visit>,
    pub published_on: Option<Date>,
    /// In the order in which they were recorded.
    pub frameworks: Vec<Framework>,
    pub contacts: Option<SealedRevision>,
}

impl ProposedHost {
    /// The framework agreement that holds on a day.
    pub fn framework_on(&self, day: Date) -> Option<Framework> {
        self.frameworks.iter().rev().copied().find(|framework| framework.first_day <= day && day <= framework.last_day)
    }

    fn in_stage(&self, allowed: &'static [HostStage]) -> Result<(), HostRefusal> {
        if allowed.contains(&self.stage) { Ok(()) } else { Err(HostRefusal::WrongStage { now: self.stage, allowed }) }
    }

    fn decided_by_another(&self, by: StaffId) -> Result<(), HostRefusal> {
        if self.proposed_by == Some(by) { Err(HostRefusal::DeciderProposed) } else { Ok(()) }
    }
}

/// The folded stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Host {
    history: History<HostEvent>,
    #[serde(skip)]
    proposed: Option<ProposedHost>,
    #[serde(skip)]
    pair: Option<(SchoolCode, EmployerId)>,
}

impl Host {
    /// `None` unless a proposal stands.
    pub fn proposed(&self) -> Option<&ProposedHost> {
        self.proposed.as_ref()
    }

    /// The number of the latest fact that stands: the one that can be undone.
    pub fn last_standing(&self) -> Option<u64> {
        self.history.last_standing()
    }

    /// Whose host it is, also after the proposal was undone.
    pub fn school(&self) -> Option<&SchoolCode> {
        self.pair.as_ref().map(|(school, _)| school)
    }
}

type Decided = Result<Vec<HostEvent>, HostRefusal>;

/// Stages in which a school works with the host.
const TAKEN_ON: &[HostStage] = &[HostStage::Accepted, HostStage::Published, HostStage::Suspended];

/// The events that a command brings; none when what it wants is so already.
///
/// # Errors
/// [`HostRefusal`] when the host was not proposed, already is, or under another number; the employer is unknown,
/// closed or merged; the stage does not allow it; a new host was not visited, or the report misses a head or finds one
/// not met; the proposer decides; a framework agreement ends before it starts; or what is to be undone is not the
/// latest fact.
pub fn decide(host: &Host, command: HostCommand, facts: &HostFacts) -> Decided {
    let proposed = || host.proposed().ok_or(HostRefusal::NotProposed);
    match command {
        HostCommand::Propose { employer, partner_since, effective_on } => {
            may_propose(host, employer, facts)?;
            let (school, by) = (facts.school.clone(), facts.by);
            Ok(vec![HostEvent::HostProposed { school, employer, partner_since, by, effective_on }])
        }
        HostCommand::ReportVisit { findings, report, note, effective_on } => {
            proposed()?.in_stage(&[
                HostStage::Proposed,
                HostStage::Accepted,
                HostStage::Published,
                HostStage::Suspended,
            ])?;
            all_heads(&findings)?;
            Ok(vec![HostEvent::SiteVisitReported { findings, report, note, by: facts.by, effective_on }])
        }
        HostCommand::Accept { effective_on } => accept(proposed()?, facts.decider()?, effective_on),
        HostCommand::Refuse { reason, note, effective_on } => {
            let (proposed, by) = (proposed()?, facts.decider()?);
            proposed.in_stage(&[HostStage::Proposed])?;
            proposed.decided_by_another(by)?;
            Ok(vec![HostEvent::HostRefused { reason, note, by, effective_on }])
        }
        HostCommand::Publish { effective_on } => {
            proposed()?.in_stage(&[HostStage::Accepted])?;
            Ok(vec![HostEvent::HostPublished { effective_on }])
        }
        HostCommand::Suspend { reason, note, effective_on } => {
            proposed()?.in_stage(&[HostStage::Accepted, HostStage::Published])?;
            Ok(vec![HostEvent::HostSuspended { reason, note, effective_on }])
        }
        HostCommand::Resume { effective_on } => {
            proposed()?.in_stage(&[HostStage::Suspended])?;
            Ok(vec![HostEvent::HostResumed { effective_on }])
        }
        HostCommand::AgreeFramework { last_day, document, effective_on } => {
            proposed()?.in_stage(TAKEN_ON)?;
            if last_day < effective_on {
                return Err(HostRefusal::FrameworkEndsBeforeStart { first_day: effective_on, last_day });
            }
            let is_this = |known: &Framework| {
                (known.first_day, known.last_day) == (effective_on, last_day)
                    && (document.is_none() || known.document == document)
            };
            let is_known = proposed()?.frameworks.last().is_some_and(is_this);
            let event = HostEvent::FrameworkAgreed { last_day, document, effective_on };
            Ok(if is_known { vec![] } else { vec![event] })
        }
        HostCommand::RecordContacts { contacts, effective_on } => {
            let is_known = proposed()?.contacts == Some(contacts);
            let event = HostEvent::ContactsRecorded { contacts, effective_on };
            Ok(if is_known { vec![] } else { vec![event] })
        }
        HostCommand::Undo { version, reason, note, effective_on } => {
            let undone = HostEvent::Undone { version, reason, note, effective_on };
            undo(host, version, undone)
        }
    }
}

/// A host that was refused may be proposed again.
fn may_propose(host: &Host, employer: EmployerId, facts: &HostFacts) -> Result<(), HostRefusal> {
    if let Some(listed) = facts.listed {
        return Err(HostRefusal::ListedAlready(listed));
    }
    if host.pair.as_ref().is_some_and(|pair| (&pair.0, pair.1) != (&facts.school, employer)) {
        return Err(HostRefusal::OtherHost);
    }
    if let Some(proposed) = host.proposed().filter(|proposed| proposed.stage != HostStage::Refused) {
        return Err(HostRefusal::AlreadyProposed(proposed.stage));
    }
    match facts.employer {
        Trading::Open => Ok(()),
        Trading::Unknown => Err(HostRefusal::EmployerUnknown),
        Trading::Closed { since } => Err(HostRefusal::EmployerClosed { since }),
        Trading::Merged { into } => Err(HostRefusal::EmployerMerged { into }),
    }
}

fn all_heads(findings: &Findings) -> Result<(), HostRefusal> {
    let heads = VisitHead::ENTRIES.iter().map(|entry| entry.value);
    let missing: Vec<VisitHead> = heads.filter(|head| !findings.contains_key(head)).collect();
    if missing.is_empty() { Ok(()) } else { Err(HostRefusal::HeadsMissing(missing)) }
}

fn accept(proposed: &ProposedHost, by: StaffId, effective_on: Date) -> Decided {
    proposed.in_stage(&[HostStage::Proposed])?;
    proposed.decided_by_another(by)?;
    let not_met = match &proposed.visit {
        Some(visit) => {
            visit.findings.iter().filter(|(_, finding)| **finding == Finding::NotMet).map(|(head, _)| *head).collect()
        }
        None if proposed.partner_since.is_none() => return Err(HostRefusal::NotVisited),
        None => vec![],
    };
    if not_met.is_empty() {
        Ok(vec![HostEvent::HostAccepted { by, effective_on }])
    } else {
        Err(HostRefusal::HeadsNotMet(not_met))
    }
}

fn undo(host: &Host, version: u64, undone: HostEvent) -> Decided {
    let later_stands = |latest| HostRefusal::LaterStands { version, latest };
    host.history.undo_latest(version, undone, later_stands, HostRefusal::NothingToUndo { version })
}

/// The host after one more event. Events of a host that was not proposed are ignored.
pub fn evolve(proposed: Option<ProposedHost>, event: &HostEvent) -> Option<ProposedHost> {
    if let HostEvent::HostProposed { school, employer, partner_since, by, .. } = event {
        let before = proposed.as_ref();
        return Some(ProposedHost {
            school: school.clone(),
            employer: *employer,
            partner_since: *partner_since,
            proposed_by: *by,
            stage: HostStage::Proposed,
            visit: None,
            published_on: None,
            frameworks: vec![],
            contacts: before.and_then(|before| before.contacts),
        });
    }
    let mut next = proposed?;
    match event {
        HostEvent::SiteVisitReported { findings, report, effective_on, .. } => {
            let (findings, report, visited_on) = (findings.clone(), *report, *effective_on);
            next.visit = Some(Visit { findings, report, visited_on });
        }
        HostEvent::HostAccepted { .. } => next.stage = HostStage::Accepted,
        HostEvent::HostRefused { .. } => next.stage = HostStage::Refused,
        HostEvent::HostPublished { effective_on } => {
            next.stage = HostStage::Published;
            next.published_on = Some(*effective_on);
        }
        HostEvent::HostSuspended { .. } => next.stage = HostStage::Suspended,
        HostEvent::HostResumed { .. } if next.published_on.is_some() => next.stage = HostStage::Published,
        HostEvent::HostResumed { .. } => next.stage = HostStage::Accepted,
        HostEvent::FrameworkAgreed { last_day, document, effective_on } => {
            let (first_day, last_day, document) = (*effective_on, *last_day, *document);
            next.frameworks.push(Framework { first_day, last_day, document });
        }
        HostEvent::ContactsRecorded { contacts, .. } => next.contacts = Some(*contacts),
        HostEvent::HostProposed { .. } | HostEvent::Undone { .. } => (),
    }
    Some(next)
}

// The cqrs-es adapter: the framework's lines of this stream.
impl DomainEvent for HostEvent {
    fn event_type(&self) -> String {
        <&str>::from(self).to_owned()
    }

    fn event_version(&self) -> String {
        SCHEMA_VERSION.to_string()
    }
}

impl Aggregate for Host {
    const TYPE: &'static str = "host";
    type Command = HostCommand;
    type Event = HostEvent;
    type Error = HostRefusal;
    type Services = HostFacts;

    async fn handle(
        &mut self,
        command: HostCommand,
        facts: &HostFacts,
        sink: &EventSink<Self>,
    ) -> Result<(), HostRefusal> {
        for event in decide(self, command, facts)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: HostEvent) {
        let undone = if let HostEvent::Undone { version, .. } = &event { Some(*version) } else { None };
        if let HostEvent::HostProposed { school, employer, .. } = &event {
            self.pair = Some((school.clone(), *employer));
        }
        self.history.apply(&mut self.proposed, event, undone, evolve);
    }
}

impl Stream for Host {
    const KIND: StreamType = StreamType::Host;
}
