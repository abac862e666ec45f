//! The exemption stream: a student's application to be exempted from internship (免实习), one stream per student.
//!
//! Why its own stream: who is exempted has no placement for it to be part of, and it is no change of the student's
//! standing at school; a roster that comes in again must not touch it. It carries the student's id, as the outcome does.
//! Invariant: who recorded the application does not decide on it.
//! Absent on purpose: an exemption forbids nothing. Who is exempted and finds a placement after all is placed.

#[cfg(test)]
mod tests;

use std::error::Error;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use enum_common_fields::EnumCommonFields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray, VariantNames};

use super::ids::{FileHash, SealedRevision, StaffId};
use super::terms::{Entry, Standing, Term, entry};
use super::{History, SCHEMA_VERSION, Stream, StreamType, UndoReason};

/// Why a student asks to be exempted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum ExemptionGround {
    Health,
    Enlisted,
    FurtherStudy,
    Competition,
    Employed,
    Family,
    Other,
}

impl Term for ExemptionGround {
    const NAME: &'static str = "免实习事由";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Health, "health", "健康原因", &["因病"]).en("health reasons"),
        entry(Self::Enlisted, "enlisted", "参军入伍", &["入伍"]),
        entry(Self::FurtherStudy, "further_study", "升学备考", &["升学"]).en("preparing for further study"),
        entry(Self::Competition, "competition", "竞赛集训", &["竞赛"]).en("training for a competition"),
        entry(Self::Employed, "employed", "已有工作经历", &["在职"]).en("employed already"),
        entry(Self::Family, "family", "家庭原因", &[]).en("family reasons"),
        entry(Self::Other, "other", "其他", &[]),
    ];
}

/// Why an application is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum ExemptionRefusalReason {
    GroundInsufficient,
    EvidenceMissing,
    EvidenceForged,
    EntryError,
    Other,
}

impl Term for ExemptionRefusalReason {
    const NAME: &'static str = "不予免实习原因";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::GroundInsufficient, "ground_insufficient", "事由不充分", &[]),
        entry(Self::EvidenceMissing, "evidence_missing", "证明材料不全", &["材料不全"]),
        entry(Self::EvidenceForged, "evidence_forged", "证明材料虚假", &["材料虚假"]),
        entry(Self::EntryError, "entry_error", "填报有误", &[]),
        entry(Self::Other, "other", "其他", &[]),
    ];
}

/// What is recorded of a student's applications to be exempted.
// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EnumCommonFields, IntoStaticStr, VariantNames)]
#[common_field(effective_on: Date)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ExemptionEvent {
    ExemptionRequested {
        ground: ExemptionGround,
        /// The certificate, sealed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<FileHash>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        /// Who recorded it; absent for the operator.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
        effective_on: Date,
    },
    ExemptionGranted {
        by: StaffId,
        effective_on: Date,
    },
    ExemptionRefused {
        reason: ExemptionRefusalReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        by: StaffId,
        effective_on: Date,
    },
    /// From this day the student wants it no more.
    ExemptionWithdrawn {
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

/// What is wanted of a student's application to be exempted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExemptionCommand {
    Request { ground: ExemptionGround, evidence: Option<FileHash>, note: Option<SealedRevision>, effective_on: Date },
    Grant { effective_on: Date },
    Refuse { reason: ExemptionRefusalReason, note: Option<SealedRevision>, effective_on: Date },
    Withdraw { effective_on: Date },
    Undo { version: u64, reason: UndoReason, note: Option<SealedRevision>, effective_on: Date },
}

impl ExemptionCommand {
    /// Whether the command is a decision, which who recorded the application may not take.
    pub fn is_review(&self) -> bool {
        match self {
            Self::Grant { .. } | Self::Refuse { .. } => true,
            Self::Request { .. } | Self::Withdraw { .. } | Self::Undo { .. } => false,
        }
    }
}

/// How far an application has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExemptionStage {
    Requested,
    Granted,
    Refused,
    Withdrawn,
}

impl Term for ExemptionStage {
    const NAME: &'static str = "免实习状态";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Requested, "requested", "申请免实习", &[]),
        entry(Self::Granted, "granted", "已准免实习", &[]),
        entry(Self::Refused, "refused", "不予免实习", &[]),
        entry(Self::Withdrawn, "withdrawn", "已撤回", &[]),
    ];
}

/// The rule that forbids a command, with its values.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, strum::Display, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "exemption.")]
pub enum ExemptionRefusal {
    NotRequested,
    AlreadyRequested(ExemptionStage),
    HasLeft(Standing),
    NotRegistered,
    WrongStage(ExemptionStage),
    DeciderRequested,
    NobodyDecides,
    NothingToUndo { version: u64 },
    LaterStands { version: u64, latest: u64 },
}

impl Error for ExemptionRefusal {}

/// What a decision about an exemption needs beside the stream and the command: who acts, and what the student stream says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExemptionFacts {
    /// Who gives the order; `None` for the operator.
    pub by: Option<StaffId>,
    /// The student's; `None` for who is not registered.
    pub standing: Option<Standing>,
}

/// The latest application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    pub ground: ExemptionGround,
    pub requested_by: Option<StaffId>,
    pub evidence: Option<FileHash>,
    pub stage: ExemptionStage,
    /// The day from which the stage holds.
    pub since: Date,
}

/// The folded stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Exemption {
    history: History<ExemptionEvent>,
    #[serde(skip)]
    application: Option<Application>,
}

impl Exemption {
    /// The latest application that stands.
    pub fn application(&self) -> Option<&Application> {
        self.application.as_ref()
    }

    /// The number of the latest fact that stands: the one that can be undone.
    pub fn last_standing(&self) -> Option<u64> {
        self.history.last_standing()
    }
}

type Decided = Result<Vec<ExemptionEvent>, ExemptionRefusal>;

/// The events that a command brings; none when what it wants is so already.
///
/// # Errors
/// [`ExemptionRefusal`] when there is no application, or one that waits or was granted; the student has left or is not
/// registered; who recorded the application decides on it; the stage does not allow it; or what is to be undone is not
/// the latest fact.
pub fn decide(exemption: &Exemption, command: ExemptionCommand, facts: &ExemptionFacts) -> Decided {
    let application = || exemption.application().ok_or(ExemptionRefusal::NotRequested);
    match command {
        ExemptionCommand::Request { ground, evidence, note, effective_on } => {
            may_request(exemption, facts.standing)?;
            Ok(vec![ExemptionEvent::ExemptionRequested { ground, evidence, note, by: facts.by, effective_on }])
        }
        ExemptionCommand::Grant { effective_on } => {
            let by = decidable(application()?, facts)?;
            Ok(vec![ExemptionEvent::ExemptionGranted { by, effective_on }])
        }
        ExemptionCommand::Refuse { reason, note, effective_on } => {
            let by = decidable(application()?, facts)?;
            Ok(vec![ExemptionEvent::ExemptionRefused { reason, note, by, effective_on }])
        }
        ExemptionCommand::Withdraw { effective_on } => match application()?.stage {
            ExemptionStage::Requested | ExemptionStage::Granted => {
                Ok(vec![ExemptionEvent::ExemptionWithdrawn { effective_on }])
            }
            ExemptionStage::Withdrawn => Ok(vec![]),
            ExemptionStage::Refused => Err(ExemptionRefusal::WrongStage(ExemptionStage::Refused)),
        },
        ExemptionCommand::Undo { version, reason, note, effective_on } => {
            let undone = ExemptionEvent::Undone { version, reason, note, effective_on };
            undo(exemption, version, undone)
        }
    }
}

/// After a refusal or a withdrawal a student may ask again.
fn may_request(exemption: &Exemption, standing: Option<Standing>) -> Result<(), ExemptionRefusal> {
    match exemption.application().map(|application| application.stage) {
        Some(stage @ (ExemptionStage::Requested | ExemptionStage::Granted)) => {
            return Err(ExemptionRefusal::AlreadyRequested(stage));
        }
        Some(ExemptionStage::Refused | ExemptionStage::Withdrawn) | None => (),
    }
    match standing {
        None => Err(ExemptionRefusal::NotRegistered),
        Some(standing) if standing.is_terminal() => Err(ExemptionRefusal::HasLeft(standing)),
        Some(_) => Ok(()),
    }
}

/// Who decides on an application that waits for a decision: somebody who did not record it.
fn decidable(application: &Application, facts: &ExemptionFacts) -> Result<StaffId, ExemptionRefusal> {
    let by = facts.by.ok_or(ExemptionRefusal::NobodyDecides)?;
    if application.stage != ExemptionStage::Requested {
        Err(ExemptionRefusal::WrongStage(application.stage))
    } else if application.requested_by == Some(by) {
        Err(ExemptionRefusal::DeciderRequested)
    } else {
        Ok(by)
    }
}

fn undo(exemption: &Exemption, version: u64, undone: ExemptionEvent) -> Decided {
    let later_stands = |latest| ExemptionRefusal::LaterStands { version, latest };
    exemption.history.undo_latest(version, undone, later_stands, ExemptionRefusal::NothingToUndo { version })
}

/// The application after one more event. Events without an application are ignored.
pub fn evolve(application: Option<Application>, event: &ExemptionEvent) -> Option<Application> {
    let (stage, since) = match event {
        ExemptionEvent::ExemptionRequested { ground, evidence, by, effective_on, .. } => {
            let (ground, evidence, requested_by, since) = (*ground, *evidence, *by, *effective_on);
            return Some(Application { ground, requested_by, evidence, stage: ExemptionStage::Requested, since });
        }
        ExemptionEvent::ExemptionGranted { effective_on, .. } => (ExemptionStage::Granted, *effective_on),
        ExemptionEvent::ExemptionRefused { effective_on, .. } => (ExemptionStage::Refused, *effective_on),
        ExemptionEvent::ExemptionWithdrawn { effective_on } => (ExemptionStage::Withdrawn, *effective_on),
        ExemptionEvent::Undone { .. } => return application,
    };
    application.map(|application| Application { stage, since, ..application })
}

// The cqrs-es adapter: the framework's lines of this file.
impl DomainEvent for ExemptionEvent {
    fn event_type(&self) -> String {
        <&str>::from(self).to_owned()
    }

    fn event_version(&self) -> String {
        SCHEMA_VERSION.to_string()
    }
}

impl Aggregate for Exemption {
    const TYPE: &'static str = "exemption";
    type Command = ExemptionCommand;
    type Event = ExemptionEvent;
    type Error = ExemptionRefusal;
    type Services = ExemptionFacts;

    async fn handle(
        &mut self,
        command: ExemptionCommand,
        facts: &ExemptionFacts,
        sink: &EventSink<Self>,
    ) -> Result<(), ExemptionRefusal> {
        for event in decide(self, command, facts)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: ExemptionEvent) {
        let undone = if let ExemptionEvent::Undone { version, .. } = &event { Some(*version) } else { None };
        self.history.apply(&mut self.application, event, undone, evolve);
    }
}

impl Stream for Exemption {
    const KIND: StreamType = StreamType::Exemption;
}
