//! A school's hosts: one stream for each employer that it deals with.

use uuid::Uuid;

use super::super::request::{Order, Request};
use super::super::{App, AppError, Done};
use super::employers::identity;
use super::facts::Fact;
use super::whom::scope_of;
use super::{Sealing, SeasonError};
use crate::accounts::Caller;
use crate::domain::employer::{Employer, Trading};
use crate::domain::host::{Host, HostCommand, HostRefusal, Proposed};
use crate::domain::ids::{EmployerId, HostId, SchoolCode};
use crate::domain::{StreamType, UndoReason};
use crate::evidence::EvidenceFile;
use crate::people::Sealed;

/// What a host's order is about: the unit at a school.
#[derive(Debug, Clone)]
pub struct AtSchool {
    pub school: Option<SchoolCode>,
    /// Id, credit code or name of the unit.
    pub employer: String,
    pub key: Option<String>,
}

/// What is ordered of a host.
#[derive(Debug, Clone)]
pub enum HostOrder {
    Propose {
        partner_since: Option<jiff::civil::Date>,
    },
    /// Whom to call there.
    Contact {
        name: String,
        phone: Option<String>,
    },
    /// A command of the stream, with the file that shows it and what is written beside its reason.
    Command {
        command: HostCommand,
        file: Option<EvidenceFile>,
        note: Option<String>,
    },
    /// The number of the fact; the latest that stands when there is none.
    Undo {
        version: Option<u64>,
        reason: UndoReason,
        note: Option<String>,
    },
}

/// A host as lists show it.
#[derive(Debug)]
pub struct ListedHost {
    pub host: HostId,
    pub name: String,
    pub proposed: Proposed,
}

/// A host as it is shown.
#[derive(Debug)]
pub struct HostSheet {
    pub name: String,
    pub proposed: Option<Proposed>,
    /// Name and telephone number of whom to call.
    pub contact: Option<(String, Option<String>)>,
    pub facts: Vec<Fact>,
}

impl App {
    /// What is recorded of a school's host.
    pub async fn host_sheet(&self, caller: &Caller, at: &AtSchool) -> Result<HostSheet, SeasonError> {
        let school = self.own_school(caller, at.school.as_ref())?;
        let EmployerId(employer) = self.find_employer(Some(&school), &at.employer).await?;
        let Some(host) = self.host_stream(&school, EmployerId(employer)).await? else {
            return Err(AppError::from(HostRefusal::NotProposed).into());
        };
        self.bring_up_to_date::<Host>(&[host.0]).await?;
        self.bring_up_to_date::<Employer>(&[employer]).await?;
        let proposed = self.load::<Host>(host.0).await?.0.proposed().cloned();
        let registered = self.load::<Employer>(employer).await?.0.registered().cloned();
        let unsealed = self.unsealed(&[employer]).await?;
        let name = registered.map(|registered| identity(&unsealed, employer, &registered).0).unwrap_or_default();
        let contact = self.host_contact(&school, EmployerId(employer)).await?;
        Ok(HostSheet { name, proposed, contact, facts: self.facts(caller, host.0).await? })
    }

    /// Whom to call at a school's host: name and telephone number.
    pub(super) async fn host_contact(
        &self,
        school: &SchoolCode,
        employer: EmployerId,
    ) -> Result<Option<(String, Option<String>)>, AppError> {
        let Some(host) = self.host_stream(school, employer).await? else { return Ok(None) };
        self.bring_up_to_date::<Host>(&[host.0]).await?;
        let (state, _) = self.load::<Host>(host.0).await?;
        let Some(contacts) = state.proposed().and_then(|proposed| proposed.contacts) else { return Ok(None) };
        Ok(match self.unsealed(&[host.0]).await?.remove(&(host.0, contacts.0)) {
            Some(Sealed::Contact { name, phone }) => Some((name, phone)),
            Some(_) | None => None,
        })
    }

    /// Gives an order about a school's host.
    pub async fn order_host(&self, caller: &Caller, at: &AtSchool, order: HostOrder) -> Result<Done, SeasonError> {
        let school = self.own_school(caller, at.school.as_ref())?;
        let employer = self.find_employer(Some(&school), &at.employer).await?;
        let known = self.host_stream(&school, employer).await?;
        let host = known.unwrap_or_else(|| HostId(self.new_id()));
        let asked = format!("{} host {school} {} {order:?}", caller.actor(), employer.0);
        let unsealed = self.unsealed(&[host.0]).await?;
        let mut sealing = Sealing::new(self, host.0, &unsealed);
        let effective_on = self.today();
        let command = match order {
            HostOrder::Propose { partner_since } => HostCommand::Propose {
                school: school.clone(),
                employer,
                partner_since,
                by: None,
                trading: Trading::Unknown,
                listed: None,
                effective_on,
            },
            HostOrder::Contact { name, phone } => {
                let contacts = sealing.seal(&Sealed::Contact { name, phone })?;
                HostCommand::RecordContacts { contacts, effective_on }
            }
            HostOrder::Command { command, file, note } => {
                let file = sealing.file(file.as_ref())?;
                command.attaching(file).noting(sealing.note(note.as_deref())?)
            }
            HostOrder::Undo { version, reason, note } => {
                self.bring_up_to_date::<Host>(&[host.0]).await?;
                let (state, _) = self.load::<Host>(host.0).await?;
                let version = version.or(state.last_standing()).unwrap_or_default();
                HostCommand::Undo { version, reason, note: sealing.note(note.as_deref())?, effective_on }
            }
        };
        let order = Order::Host { host, school, command };
        let mut request = Request::new(self.key(&asked, at.key.as_deref()), asked, vec![order]);
        request.rows = sealing.rows;
        Ok(self.execute(caller, request).await?)
    }

    /// The hosts of the caller's school or of all schools.
    pub async fn hosts(&self, caller: &Caller, school: Option<&SchoolCode>) -> Result<Vec<ListedHost>, SeasonError> {
        let scope = scope_of(caller, school)?;
        let ids = self.log.stream_ids(StreamType::Host).await.map_err(AppError::from)?;
        self.bring_up_to_date::<Host>(&ids).await?;
        let mut found = vec![];
        for id in ids {
            let (host, _) = self.load::<Host>(id).await?;
            if let Some(proposed) = host.proposed().filter(|proposed| scope.narrowed_to(&proposed.school).is_some()) {
                found.push((HostId(id), proposed.clone()));
            }
        }
        let employers: Vec<Uuid> = found.iter().map(|(_, proposed)| proposed.employer.0).collect();
        self.bring_up_to_date::<Employer>(&employers).await?;
        let unsealed = self.unsealed(&employers).await?;
        let mut listed = vec![];
        for (host, proposed) in found {
            let EmployerId(employer) = proposed.employer;
            let (state, _) = self.load::<Employer>(employer).await?;
            let name = state.registered().map(|registered| identity(&unsealed, employer, registered).0);
            listed.push(ListedHost { host, name: name.unwrap_or_default(), proposed });
        }
        Ok(listed)
    }
}
