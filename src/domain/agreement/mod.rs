//! The agreement stream: the versions of a placement's agreement and of the other documents of its packet, and who has
//! signed them. It carries the placement's id.
//!
//! Why the other documents are here: they go out, are signed and come back together with the agreement, by the same
//! rules; and readiness asks for the packet as a whole.
//! Invariants: a signature counts only for the bytes that the party saw; what was sent is not sent again without a recall;
//! recalled signatures stay, with the version they were given for, and count for no other. What has expired is a matter
//! of the day, never recorded. Undoing goes backwards: the latest fact that stands first.

pub mod codes;
mod command;
mod drafting;
mod event;
mod facts;
mod refusal;
pub mod signatures;
pub mod signing;
pub mod terms;
#[cfg(test)]
mod tests;
pub mod versions;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use command::{AgreementCommand, Amendment};
pub use event::{AgreementEvent, PaperSignature, SignedDocument};
pub use facts::AgreementFacts;
pub use refusal::AgreementRefusal;

use super::placement::arrangement::AgreedArrangement;
use super::placement::codes::{AmendmentKind, DocumentKind, InternshipKind};
use super::placement::stay::{PlacementStage, Stay};
use super::{History, Stream, StreamType};
use codes::VersionState;
use signing::{DocumentRef, packet};
use versions::{DocumentVersion, DocumentVersions};

type Decided = Result<Vec<AgreementEvent>, AgreementRefusal>;

/// What there is to agree on; `None` when the placement came to nothing before anybody went.
pub fn placed(stay: &Stay) -> Option<AgreedArrangement> {
    match stay.stage {
        PlacementStage::Rejected | PlacementStage::Cancelled | PlacementStage::NoShow => None,
        PlacementStage::Draft
        | PlacementStage::Submitted
        | PlacementStage::Returned
        | PlacementStage::Approved
        | PlacementStage::Ready
        | PlacementStage::Arrived
        | PlacementStage::Suspended
        | PlacementStage::EndedEarly => Some(stay.arranged.agreed()),
    }
}

/// The folded stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Agreement {
    history: History<AgreementEvent>,
    #[serde(skip)]
    versions: DocumentVersions,
}

impl Agreement {
    /// Every version of every document of the packet.
    pub fn versions(&self) -> &DocumentVersions {
        &self.versions
    }

    /// The number of the latest fact that stands: the one that can be undone.
    pub fn last_standing(&self) -> Option<u64> {
        self.history.last_standing()
    }

    /// The documents of the packet that are not signed by all.
    pub fn missing(&self, kind: InternshipKind) -> Vec<DocumentKind> {
        packet(kind).iter().copied().filter(|document| !self.versions.state(*document).is_signed()).collect()
    }

    /// What the stay is like on a day and the agreement in force does not say: changes without an amendment.
    pub fn unamended(&self, stay: &Stay, day: Date) -> Vec<AmendmentKind> {
        let Some(contract) = self.versions.in_force().and_then(|document| document.contract.as_ref()) else {
            return vec![];
        };
        let kinds = stay.amendments(&contract.terms.agreed, day).into_iter();
        kinds.filter(|kind| *kind != AmendmentKind::Suspension || !contract.kinds.contains(kind)).collect()
    }

    fn version_in(
        &self,
        paper: DocumentRef,
        allowed: &'static [VersionState],
    ) -> Result<&DocumentVersion, AgreementRefusal> {
        let document = self.versions.get(paper).ok_or(AgreementRefusal::NoSuchPaper(paper))?;
        if allowed.contains(&document.state) { Ok(document) } else { Err(drafting::wrong_state(document, allowed)) }
    }
}

/// The events that a command brings; none when what it wants is so already.
///
/// # Errors
/// [`AgreementRefusal`] when the placement came to nothing or says something else; the state of the version does not
/// allow the step; a head of the agreement is missing or implausible; an amendment amends nothing; the signer is no
/// party, has signed, saw other bytes, or signed on an impossible day; or what is to be undone is not the latest fact.
pub fn decide(agreement: &Agreement, command: AgreementCommand, facts: &AgreementFacts) -> Decided {
    match command {
        AgreementCommand::Draft { particulars, effective_on } => {
            drafting::draft(agreement, particulars, facts, effective_on)
        }
        AgreementCommand::Amend { amendment, effective_on } => {
            drafting::amend(agreement, amendment, facts.by, effective_on)
        }
        AgreementCommand::Send { kind, document, rule, effective_on } => {
            drafting::send(agreement, kind, document, &rule, facts.arranged, effective_on)
        }
        AgreementCommand::View { paper, party, effective_on } => {
            signatures::view(agreement, paper, party, effective_on)
        }
        AgreementCommand::Sign { signature, effective_on } => {
            signatures::sign(agreement, signature, effective_on, facts)
        }
        AgreementCommand::SignPacket { documents, rule } => signatures::sign_packet(agreement, documents, &rule, facts),
        AgreementCommand::AttachScan { paper, party, scan, effective_on } => {
            signatures::attach_scan(agreement, paper, party, scan, effective_on)
        }
        AgreementCommand::RevokeSignature { paper, party, reason, note, effective_on } => {
            signatures::revoke(agreement, paper, party, reason, note, effective_on)
        }
        AgreementCommand::Refuse { paper, party, reason, note, effective_on } => {
            signatures::refuse(agreement, paper, party, reason, note, effective_on)
        }
        AgreementCommand::Recall { paper, reason, note, effective_on } => {
            drafting::recall(agreement, paper, reason, note, effective_on)
        }
        AgreementCommand::Terminate { initiator, reason, note, effective_on } => {
            drafting::terminate(agreement, initiator, reason, note, effective_on)
        }
        AgreementCommand::Void { version, reason, note, effective_on } => {
            drafting::void(agreement, version, reason, note, effective_on)
        }
        AgreementCommand::Undo { version, reason, note, effective_on } => {
            let undone = AgreementEvent::Undone { version, reason, note, effective_on };
            undo(agreement, version, undone)
        }
    }
}

fn undo(agreement: &Agreement, version: u64, undone: AgreementEvent) -> Decided {
    let later_stands = |latest| AgreementRefusal::LaterStands { version, latest };
    agreement.history.undo_latest(version, undone, later_stands, AgreementRefusal::NothingToUndo { version })
}

// The cqrs-es adapter: the framework's lines of this stream.
impl Aggregate for Agreement {
    const TYPE: &'static str = "agreement";
    type Command = AgreementCommand;
    type Event = AgreementEvent;
    type Error = AgreementRefusal;
    type Services = AgreementFacts;

    async fn handle(
        &mut self,
        command: AgreementCommand,
        facts: &AgreementFacts,
        sink: &EventSink<Self>,
    ) -> Result<(), AgreementRefusal> {
        for event in decide(self, command, facts)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: AgreementEvent) {
        let undone = if let AgreementEvent::Undone { version, .. } = &event { Some(*version) } else { None };
        self.history.apply(&mut self.versions, event, undone, versions::evolve);
    }
}

impl Stream for Agreement {
    const KIND: StreamType = StreamType::Agreement;
}
