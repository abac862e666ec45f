//! A school's hosts: one stream for each employer that it deals with.

use std::collections::HashMap;

use uuid::Uuid;

use super::super::at_work::Asked;
use super::super::directory::ListedHost;
use super::super::report::KnownAt;
use super::super::request::{Order, Request};
use super::super::{App, AppError, Done};
use super::employers::identity;
use super::facts::Fact;
use super::{Refused, Sealing, SeasonError};
use crate::accounts::Caller;
use crate::domain::UndoReason;
use crate::domain::employer::{Employer, Trading};
use crate::domain::host::codes::HostStage;
use crate::domain::host::{Host, HostCommand, HostRefusal, Proposed};
use crate::domain::ids::{EmployerId, HostId, SchoolCode, StaffId};
use crate::evidence::EvidenceFile;
use crate::people::Sealed;
use crate::text::cleaning::clean;
use crate::text::names;

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
        let contact = self.host_contacts(&school, &[EmployerId(employer)]).await?.remove(&EmployerId(employer));
        Ok(HostSheet { name, proposed, contact, facts: self.facts(caller, host.0).await? })
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
                let (name, phone) = (names::person(&name), phone.as_deref().map(clean));
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

    /// Accepts every host that is proposed, of the caller's school or of all schools, each for itself; gives how many,
    /// and those that cannot be accepted with the reason.
    pub async fn accept_proposed(
        &self,
        caller: &Caller,
        school: Option<&SchoolCode>,
    ) -> Result<(usize, Vec<Refused>), SeasonError> {
        let effective_on = self.today();
        let asked = Asked { on: effective_on, known_at: KnownAt::Head, school: school.cloned(), class: None };
        let mut proposed = self.hosts(caller, &asked).await?;
        proposed.retain(|listed| listed.host.stage == HostStage::Proposed);
        let accept = |listed: &ListedHost| {
            let host = listed.host.host;
            let school = SchoolCode::parse(&listed.host.school).ok()?;
            let asked = format!("{} host accept {}", caller.actor(), host.0);
            // The app fills in who decides.
            let command = HostCommand::Accept { by: StaffId(Uuid::nil()), effective_on };
            Some(Request::new(self.key(&asked, None), asked, vec![Order::Host { host, school, command }]))
        };
        let requests = proposed.iter().filter_map(accept).collect();
        let (mut accepted, mut refused) = (0, vec![]);
        for (listed, done) in proposed.into_iter().zip(self.execute_all(caller, requests).await) {
            match done {
                Ok(_) => accepted += 1,
                // Also what the database could not do for one: the others have been accepted.
                Err(error) => refused.push(Refused { whom: listed.employer, why: error.to_string() }),
            }
        }
        Ok((accepted, refused))
    }
}
