//! The employer stream: one per legal unit, known by its credit code or, without one, by its name at a school.
//!
//! Invariant: name and code are sealed, since the unit may be one person's business.

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::ids::SealedRevision;
use super::{Stream, StreamType};

/// How far the credit code can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditCodeCheck {
    Holds,
    /// The check character is wrong, as it is on some real codes of early pilots.
    Fails,
    NoCode,
}

// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmployerEvent {
    EmployerRegistered { identity: SealedRevision, credit_code: CreditCodeCheck, effective_on: Date },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EmployerCommand {
    Register { identity: SealedRevision, credit_code: CreditCodeCheck, effective_on: Date },
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EmployerRefusal {
    #[error("该单位已登记")]
    AlreadyRegistered,
}

/// The folded stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Employer {
    registered: Option<(SealedRevision, CreditCodeCheck)>,
}

pub fn decide(employer: &Employer, command: EmployerCommand) -> Result<Vec<EmployerEvent>, EmployerRefusal> {
    let EmployerCommand::Register { identity, credit_code, effective_on } = command;
    match employer.registered {
        None => Ok(vec![EmployerEvent::EmployerRegistered { identity, credit_code, effective_on }]),
        Some(_) => Err(EmployerRefusal::AlreadyRegistered),
    }
}

// The cqrs-es adapter: the framework's lines of this file.
impl DomainEvent for EmployerEvent {
    fn event_type(&self) -> String {
        match self {
            Self::EmployerRegistered { .. } => "employer_registered",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Aggregate for Employer {
    const TYPE: &'static str = "employer";
    type Command = EmployerCommand;
    type Event = EmployerEvent;
    type Error = EmployerRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: EmployerCommand,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), EmployerRefusal> {
        for event in decide(self, command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: EmployerEvent) {
        match event {
            EmployerEvent::EmployerRegistered { identity, credit_code, .. } => {
                self.registered = Some((identity, credit_code));
            }
        }
    }
}

impl Stream for Employer {
    const KIND: StreamType = StreamType::Employer;

    fn wrap(event: EmployerEvent) -> super::Event {
        super::Event::Employer(event)
    }

    fn unwrap(event: super::Event) -> Option<EmployerEvent> {
        if let super::Event::Employer(event) = event { Some(event) } else { None }
    }

    fn effective_on(event: &EmployerEvent) -> Date {
        match event {
            EmployerEvent::EmployerRegistered { effective_on, .. } => *effective_on,
        }
    }
}
