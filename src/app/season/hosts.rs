//! A school's hosts: one stream for each employer that it deals with.

use uuid::Uuid;

use super::super::at_work::Asked;
use super::super::directory::ListedHost;
use super::super::report::KnownAt;
use super::super::request::{Order, Request};
use super::super::{App, Done};
use super::{Refused, Sealing, SeasonError};
use crate::accounts::Caller;
use crate::domain::StreamType;
use crate::domain::employer::Trading;
use crate::domain::host::codes::HostStage;
use crate::domain::host::{Host, HostCommand};
use crate::domain::ids::{HostId, SchoolCode, StaffId};
use crate::event_log::record::StreamKey;
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
    /// A command of the stream, with what is written beside its reason.
    Command {
        command: HostCommand,
        note: Option<String>,
    },
}

impl App {
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
            HostOrder::Command { command, note } => {
                let note = sealing.note(note.as_deref())?;
                command.noting(note)
            }
        };
        let order = Order::Host { host, school, command };
        let mut request = Request::new(self.key(&asked, at.key.as_deref()), asked, vec![order]);
        if !sealing.rows.is_empty() {
            self.bring_up_to_date::<Host>(&[host.0]).await?;
            let (_, version) = self.load::<Host>(host.0).await?;
            request.seen.push((StreamKey { kind: StreamType::Host, id: host.0 }, version));
        }
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
                Err(error) if error.is_refusal() => {
                    refused.push(Refused { whom: listed.employer, why: error.to_string() });
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok((accepted, refused))
    }
}
