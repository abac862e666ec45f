//! The three aggregates of one graduate and the view of them. Payloads are as long as gradtrail's.

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent, EventEnvelope, View};
use serde::{Deserialize, Serialize};
use thiserror::Error;

#[derive(Debug, Error)]
#[error("{0}")]
pub struct Refusal(pub &'static str);

/// One event of any of the three: what happened, to which claim or enrolment, from which day on, with its details.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    pub what: String,
    pub subject: String,
    pub effective_on: String,
    pub details: serde_json::Value,
}

impl DomainEvent for Fact {
    fn event_type(&self) -> String {
        self.what.clone()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

/// A command that brings its fact; it is refused when the fact is there already or comes too early.
#[derive(Debug)]
pub struct Record {
    pub fact: Fact,
    /// The fact that must have been recorded before.
    pub after: Option<&'static str>,
}

fn decide(known: &[Fact], command: Record) -> Result<Fact, Refusal> {
    if known.iter().any(|fact| fact.what == command.fact.what) {
        return Err(Refusal("recorded already"));
    }
    if command.after.is_some_and(|after| !known.iter().any(|fact| fact.what == after)) {
        return Err(Refusal("too early"));
    }
    Ok(command.fact)
}

const TYPES: [&str; 3] = ["student", "outcome", "further_study"];

/// An aggregate of one of the three types: the facts recorded of it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Facts<const TYPE: usize>(Vec<Fact>);

pub type Student = Facts<0>;
pub type Outcome = Facts<1>;
pub type FurtherStudy = Facts<2>;

impl<const TYPE: usize> Aggregate for Facts<TYPE> {
    const TYPE: &'static str = TYPES[TYPE];
    type Command = Record;
    type Event = Fact;
    type Error = Refusal;
    type Services = ();

    async fn handle(&mut self, command: Record, _: &(), sink: &EventSink<Self>) -> Result<(), Refusal> {
        sink.write(decide(&self.0, command)?, self).await;
        Ok(())
    }

    fn apply(&mut self, event: Fact) {
        self.0.push(event);
    }
}

/// Where a graduate is: the row that figures are counted from.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct Whereabouts {
    pub school: String,
    pub graduated_on: String,
    pub destination: String,
    pub level: String,
    pub study: String,
}

impl Whereabouts {
    fn take(&mut self, fact: &Fact) {
        match fact.what.as_str() {
            "student_registered" => self.school = fact.details["school"].to_string(),
            "graduation_confirmed" => self.graduated_on.clone_from(&fact.effective_on),
            "destination_asserted" => self.destination = fact.details["kind"].to_string(),
            "destination_verified" => self.level = fact.details["level"].to_string(),
            "admitted" | "study_registered" => self.study.clone_from(&fact.what),
            _ => (),
        }
    }
}

impl<const TYPE: usize> View<Facts<TYPE>> for Whereabouts {
    fn update(&mut self, event: &EventEnvelope<Facts<TYPE>>) {
        self.take(&event.payload);
    }
}
