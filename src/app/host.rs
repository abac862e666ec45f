//! A school's hosts: one stream for each employer that it deals with.

use std::collections::HashMap;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::actions::Action;
use super::at_work::PlacementQuery;
use super::bulk::{Refused, Subject};
use super::directory::ListedHost;
use super::employer::{EmployerSelector, identity};
use super::failure::{Failure, InputRefusal};
use super::key::Call;
use super::listed_events::Fact;
use super::request::{Order, Request};
use super::sealing::{Sealing, evidence};
use super::{App, AppError, Done};
use crate::accounts::Caller;
use crate::domain::UndoReason;
use crate::domain::employer::Employer;
use crate::domain::host::codes::{Finding, HostReason, HostStage, VisitHead};
use crate::domain::host::{Findings, Host, HostCommand, HostRefusal, ProposedHost};
use crate::domain::ids::{EmployerId, HostId, SchoolCode};
use crate::domain::terms::Term;
use crate::input::file::File;
use crate::input::{pairs, words};
use crate::people::Sealed;

/// What can be ordered of a school's hosts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case")]
pub enum HostOrder {
    Propose(ProposeHost),
    Visit(ReportVisit),
    Accept(AcceptHost),
    Refuse(RefuseHost),
    Publish(PublishHost),
    Suspend(SuspendHost),
    Resume(ResumeHost),
    Framework(AgreeFramework),
    Contact(RecordContact),
    Undo(UndoHost),
}

/// Proposes a unit as a host of the school.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ProposeHost {
    #[command(flatten)]
    #[serde(flatten)]
    pub unit: EmployerSelector,
    /// Since when school and unit work together; absent for a new unit.
    #[arg(long, value_parser = words::day)]
    pub partner_since: Option<Date>,
}

/// The written report of a visit: all nine heads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ReportVisit {
    #[command(flatten)]
    #[serde(flatten)]
    pub unit: EmployerSelector,
    /// What was found under each head that is not said by itself.
    #[arg(long, value_parser = words::TermParser::<Finding>::new())]
    pub all: Option<Finding>,
    #[arg(long, value_parser = words::finding)]
    #[serde(default, with = "pairs::findings")]
    pub finding: Vec<(VisitHead, Finding)>,
    #[arg(long, value_parser = words::file)]
    pub report: Option<File>,
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
    #[arg(long)]
    pub note: Option<String>,
}

/// Accepts one host, or every host that is proposed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct AcceptHost {
    /// Id, credit code or name of the unit.
    pub employer: Option<String>,
    #[arg(long)]
    #[serde(default)]
    pub all_proposed: bool,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct RefuseHost {
    #[command(flatten)]
    #[serde(flatten)]
    pub unit: EmployerSelector,
    #[arg(long, value_parser = words::TermParser::<HostReason>::new())]
    pub reason: HostReason,
    #[arg(long)]
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct PublishHost {
    #[command(flatten)]
    #[serde(flatten)]
    pub unit: EmployerSelector,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct SuspendHost {
    #[command(flatten)]
    #[serde(flatten)]
    pub unit: EmployerSelector,
    #[arg(long, value_parser = words::TermParser::<HostReason>::new())]
    pub reason: HostReason,
    #[arg(long)]
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ResumeHost {
    #[command(flatten)]
    #[serde(flatten)]
    pub unit: EmployerSelector,
}

/// A framework agreement, both days included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct AgreeFramework {
    #[command(flatten)]
    #[serde(flatten)]
    pub unit: EmployerSelector,
    #[arg(long, value_parser = words::day)]
    pub until: Date,
    /// The first day; today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
    #[arg(long, value_parser = words::file)]
    pub document: Option<File>,
}

/// Whom to call there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct RecordContact {
    #[command(flatten)]
    #[serde(flatten)]
    pub unit: EmployerSelector,
    #[arg(long)]
    pub name: String,
    #[arg(long)]
    pub phone: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct UndoHost {
    #[command(flatten)]
    #[serde(flatten)]
    pub unit: EmployerSelector,
    /// The number of the fact; the latest that stands unless given.
    #[arg(long)]
    pub version: Option<u64>,
    #[arg(long, value_parser = words::TermParser::<UndoReason>::new())]
    pub reason: UndoReason,
    #[arg(long)]
    pub note: Option<String>,
}

/// What is recorded of a school's host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ShowHost {
    #[command(flatten)]
    #[serde(flatten)]
    pub unit: EmployerSelector,
}

impl HostOrder {
    pub fn action(&self) -> Action {
        match self {
            Self::Propose(_) => Action::HostPropose,
            Self::Visit(_) => Action::HostVisit,
            Self::Accept(_) => Action::HostAccept,
            Self::Refuse(_) => Action::HostRefuse,
            Self::Publish(_) => Action::HostPublish,
            Self::Suspend(_) => Action::HostSuspend,
            Self::Resume(_) => Action::HostResume,
            Self::Framework(_) => Action::HostFramework,
            Self::Contact(_) => Action::HostContact,
            Self::Undo(_) => Action::HostUndo,
        }
    }
}

/// What became of an order about hosts.
#[derive(Debug)]
pub enum HostAnswer {
    Ordered(Done),
    /// Of all that were proposed: how many were accepted, and which could not be.
    Accepted {
        count: usize,
        refused: Vec<Refused>,
    },
}

/// A host as it is shown.
#[derive(Debug)]
pub struct ShownHost {
    pub name: String,
    pub proposed: Option<ProposedHost>,
    /// Name and telephone number of whom to call.
    pub contact: Option<(String, Option<String>)>,
    pub facts: Vec<Fact>,
}

impl App {
    /// What is recorded of a school's host.
    pub(super) async fn show_host(&self, caller: &Caller, question: &ShowHost) -> Result<ShownHost, Failure> {
        let school = self.own_school(caller, question.unit.school.as_ref()).await?;
        let EmployerId(employer) = self.find_employer(Some(&school), &question.unit.employer).await?;
        let Some(host) = self.host_stream(&school, EmployerId(employer)).await? else {
            return Err(AppError::from(HostRefusal::NotProposed).into());
        };
        self.bring_up_to_date::<Host>(&[host.0]).await?;
        self.bring_up_to_date::<Employer>(&[employer]).await?;
        let proposed = self.load::<Host>(host.0).await?.0.proposed().cloned();
        let registered = self.load::<Employer>(employer).await?.0.registered().cloned();
        let unsealed = self.unsealed(&[employer]).await?;
        let name = registered.map(|registered| identity(&unsealed, employer, &registered).0).unwrap_or_default();
        let contact = self.host_contacts(&school, &[EmployerId(employer)]).await?.remove(&EmployerId(employer));
        Ok(ShownHost { name, proposed, contact, facts: self.facts(caller, host.0).await? })
    }

    /// Whom to call at a school's hosts, by the unit: name and telephone number.
    pub(crate) async fn host_contacts(
        &self,
        school: &SchoolCode,
        employers: &[EmployerId],
    ) -> Result<HashMap<EmployerId, (String, Option<String>)>, AppError> {
        let hosts = self.hosts_of(school, employers).await?;
        let ids: Vec<Uuid> = hosts.values().map(|host| host.0).collect();
        let mut unsealed = self.unsealed(&ids).await?;
        let mut found = HashMap::new();
        for (employer, host) in hosts {
            let (state, _) = self.load::<Host>(host.0).await?;
            let Some(contacts) = state.proposed().and_then(|proposed| proposed.contacts) else { continue };
            if let Some(Sealed::Contact { name, phone }) = unsealed.remove(&(host.0, contacts.0)) {
                found.insert(employer, (name, phone));
            }
        }
        Ok(found)
    }

    /// Gives an order about a school's host, or accepts every one that is proposed.
    pub(super) async fn order_host(&self, call: Call<'_>, order: &HostOrder) -> Result<HostAnswer, Failure> {
        let of_accepted;
        let unit = match order {
            HostOrder::Accept(AcceptHost { employer: None, all_proposed: true, school }) => {
                let (count, refused) = self.accept_proposed(call, school.as_ref()).await?;
                return Ok(HostAnswer::Accepted { count, refused });
            }
            HostOrder::Accept(AcceptHost { employer: Some(employer), all_proposed: false, school }) => {
                of_accepted = EmployerSelector { employer: employer.clone(), school: school.clone() };
                &of_accepted
            }
            HostOrder::Accept(_) => return Err(InputRefusal::OneOrAllHosts.into()),
            HostOrder::Propose(ProposeHost { unit, .. })
            | HostOrder::Visit(ReportVisit { unit, .. })
            | HostOrder::Refuse(RefuseHost { unit, .. })
            | HostOrder::Publish(PublishHost { unit })
            | HostOrder::Suspend(SuspendHost { unit, .. })
            | HostOrder::Resume(ResumeHost { unit })
            | HostOrder::Framework(AgreeFramework { unit, .. })
            | HostOrder::Contact(RecordContact { unit, .. })
            | HostOrder::Undo(UndoHost { unit, .. }) => unit,
        };
        let school = self.own_school(call.caller, unit.school.as_ref()).await?;
        let employer = self.find_employer(Some(&school), &unit.employer).await?;
        let known = self.host_stream(&school, employer).await?;
        let host = known.unwrap_or_else(|| HostId(self.new_id()));
        let unsealed = self.unsealed(&[host.0]).await?;
        let mut sealing = Sealing::new(self, host.0, &unsealed);
        let command = self.host_command(order, employer, host, &mut sealing).await?;
        let mut request = Request::new(call.key, call.asked, vec![Order::Host { host, school, command }]);
        request.rows = sealing.rows;
        Ok(HostAnswer::Ordered(self.execute(call.caller, request).await?))
    }

    async fn host_command(
        &self,
        order: &HostOrder,
        employer: EmployerId,
        host: HostId,
        sealing: &mut Sealing<'_>,
    ) -> Result<HostCommand, Failure> {
        let today = self.today();
        Ok(match order {
            HostOrder::Propose(propose) => {
                HostCommand::Propose { employer, partner_since: propose.partner_since, effective_on: today }
            }
            HostOrder::Visit(visit) => HostCommand::ReportVisit {
                findings: findings(visit),
                report: sealing.file(evidence(visit.report.as_ref())?.as_ref())?,
                note: sealing.note(visit.note.as_ref())?,
                effective_on: visit.on.unwrap_or(today),
            },
            HostOrder::Accept(_) => HostCommand::Accept { effective_on: today },
            HostOrder::Refuse(refuse) => HostCommand::Refuse {
                reason: refuse.reason,
                note: sealing.note(refuse.note.as_ref())?,
                effective_on: today,
            },
            HostOrder::Publish(_) => HostCommand::Publish { effective_on: today },
            HostOrder::Suspend(suspend) => HostCommand::Suspend {
                reason: suspend.reason,
                note: sealing.note(suspend.note.as_ref())?,
                effective_on: today,
            },
            HostOrder::Resume(_) => HostCommand::Resume { effective_on: today },
            HostOrder::Framework(framework) => HostCommand::AgreeFramework {
                last_day: framework.until,
                document: sealing.file(evidence(framework.document.as_ref())?.as_ref())?,
                effective_on: framework.on.unwrap_or(today),
            },
            HostOrder::Contact(contact) => {
                let (name, phone) = (contact.name.clone(), contact.phone.clone());
                let contacts = sealing.seal(&Sealed::Contact { name, phone })?;
                HostCommand::RecordContacts { contacts, effective_on: today }
            }
            HostOrder::Undo(undo) => {
                self.bring_up_to_date::<Host>(&[host.0]).await?;
                let (state, _) = self.load::<Host>(host.0).await?;
                HostCommand::Undo {
                    version: undo.version.or(state.last_standing()).unwrap_or_default(),
                    reason: undo.reason,
                    note: sealing.note(undo.note.as_ref())?,
                    effective_on: today,
                }
            }
        })
    }

    /// Accepts every host that is proposed, of the caller's school or of all schools, each for itself; gives how many,
    /// and those that cannot be accepted with the reason.
    async fn accept_proposed(
        &self,
        call: Call<'_>,
        school: Option<&SchoolCode>,
    ) -> Result<(usize, Vec<Refused>), Failure> {
        let asked = PlacementQuery { school: school.cloned(), ..PlacementQuery::default() };
        let mut proposed = self.hosts(call.caller, &asked).await?;
        proposed.retain(|listed| listed.host.stage == HostStage::Proposed);
        let accept = |listed: &ListedHost| {
            let host = listed.host.host;
            let school = SchoolCode::parse(&listed.host.school).ok()?;
            let command = HostCommand::Accept { effective_on: self.today() };
            let key = format!("{}:{}", call.key, host.0);
            Some(Request::new(key, call.asked, vec![Order::Host { host, school, command }]))
        };
        let requests = proposed.iter().filter_map(accept).collect();
        let (mut accepted, mut refused) = (0, vec![]);
        for (listed, done) in proposed.into_iter().zip(self.execute_all(call.caller, requests).await) {
            match done {
                Ok(_) => accepted += 1,
                // Also what the database could not do for one: the others have been accepted.
                Err(error) => {
                    refused.push(Refused { whom: Subject::Unit(listed.employer), why: Box::new(error.into()) });
                }
            }
        }
        Ok((accepted, refused))
    }
}

fn findings(visit: &ReportVisit) -> Findings {
    let mut findings = Findings::new();
    if let Some(all) = visit.all {
        findings.extend(VisitHead::ENTRIES.iter().map(|entry| (entry.value, all)));
    }
    findings.extend(visit.finding.iter().copied());
    findings
}
