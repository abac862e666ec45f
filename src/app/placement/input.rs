//! What can be ordered of placements: one struct for command line, API and form.

use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::app::actions::Action;
use crate::app::target::Target;
use crate::domain::UndoReason;
use crate::domain::ids::OccupationCode;
use crate::domain::placement::arrangement::PayUnit;
use crate::domain::placement::codes::{
    ChangeReason, ComplianceVerdict, EndReason, HostSource, Initiator, LateReason, Region, ReturnReason, SiteKind,
};
use crate::input::fields::PlacementFields;
use crate::input::file::File;
use crate::input::words;

/// What can be ordered of placements.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case")]
pub enum PlacementOrder {
    Draft(Box<DraftPlacement>),
    Revise(Box<RevisePlacement>),
    Submit(SubmitPlacement),
    Evaluate(EvaluatePlacement),
    Return(ReturnPlacement),
    Reject(RejectPlacement),
    Approve(ApprovePlacement),
    Late(ApproveLateRegistration),
    Ready(ConfirmReadiness),
    Arrive(ConfirmArrival),
    NoShow(RecordNoShow),
    ChangeHost(Box<ChangeHost>),
    ChangeSite(ChangeSite),
    ChangeMentor(ChangeMentor),
    ChangePeriod(ChangePeriod),
    ChangePay(ChangePay),
    Suspend(SuspendPlacement),
    Resume(ResumePlacement),
    End(EndPlacement),
    Cancel(CancelPlacement),
    Undo(UndoPlacement),
}

/// Placements as an office drafts them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct DraftPlacement {
    #[command(flatten)]
    pub target: Target,
    #[command(flatten)]
    #[serde(default)]
    pub fields: PlacementFields,
    /// What differs for single students: a table, one row a student, by student number.
    #[arg(long, value_parser = words::file)]
    pub overrides: Option<File>,
    /// Submitted in the same breath.
    #[arg(long)]
    #[serde(default)]
    pub submit: bool,
    /// What the check of the rules said.
    #[arg(long, value_parser = words::TermParser::<ComplianceVerdict>::new())]
    pub verdict: Option<ComplianceVerdict>,
    /// The version of the rules by which the verdict was given.
    #[arg(long, default_value_t = 1)]
    #[serde(default = "first_rules")]
    pub rules: u32,
}

/// Writes drafts, or returned placements, again; what is absent stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct RevisePlacement {
    #[command(flatten)]
    pub target: Target,
    #[command(flatten)]
    #[serde(default)]
    pub fields: PlacementFields,
    #[arg(long, value_parser = words::file)]
    pub overrides: Option<File>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct SubmitPlacement {
    #[command(flatten)]
    pub target: Target,
}

/// What the check of the rules said of what is arranged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct EvaluatePlacement {
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::TermParser::<ComplianceVerdict>::new())]
    pub verdict: ComplianceVerdict,
    #[arg(long, default_value_t = 1)]
    #[serde(default = "first_rules")]
    pub rules: u32,
}

/// Sends a submitted placement back to be revised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ReturnPlacement {
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::TermParser::<ReturnReason>::new())]
    pub reason: ReturnReason,
    #[arg(long)]
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct RejectPlacement {
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::TermParser::<ReturnReason>::new())]
    pub reason: ReturnReason,
    #[arg(long)]
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ApprovePlacement {
    #[command(flatten)]
    pub target: Target,
}

/// Approves that a stay was registered after it had begun; that stays visible for ever.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ApproveLateRegistration {
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::TermParser::<LateReason>::new())]
    pub reason: LateReason,
}

/// That the whole packet is signed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ConfirmReadiness {
    #[command(flatten)]
    pub target: Target,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ConfirmArrival {
    #[command(flatten)]
    pub target: Target,
    /// Today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct RecordNoShow {
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::TermParser::<EndReason>::new())]
    pub reason: EndReason,
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
    #[arg(long)]
    pub note: Option<String>,
}

/// Another host from a day on, with what goes with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ChangeHost {
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::day)]
    pub from: Date,
    #[arg(long, value_parser = words::TermParser::<ChangeReason>::new())]
    pub reason: ChangeReason,
    #[arg(long)]
    pub host: Option<String>,
    #[arg(long, value_parser = words::TermParser::<HostSource>::new())]
    pub source: Option<HostSource>,
    #[arg(long)]
    pub address: Option<String>,
    #[arg(long)]
    pub post: Option<String>,
    #[arg(long, value_parser = words::TermParser::<SiteKind>::new())]
    pub site_kind: Option<SiteKind>,
    #[arg(long, value_parser = words::TermParser::<Region>::new())]
    pub region: Option<Region>,
    #[arg(long, value_parser = words::occupation)]
    pub occupation: Option<OccupationCode>,
    #[arg(long)]
    pub mentor: Option<String>,
    #[arg(long)]
    pub mentor_phone: Option<String>,
    #[arg(long)]
    pub teacher: Option<String>,
}

/// Another address or post at the same host from a day on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ChangeSite {
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::day)]
    pub from: Date,
    #[arg(long, value_parser = words::TermParser::<ChangeReason>::new())]
    pub reason: ChangeReason,
    #[arg(long)]
    pub address: Option<String>,
    #[arg(long)]
    pub post: Option<String>,
    #[arg(long, value_parser = words::TermParser::<SiteKind>::new())]
    pub site_kind: Option<SiteKind>,
    #[arg(long, value_parser = words::TermParser::<Region>::new())]
    pub region: Option<Region>,
    #[arg(long, value_parser = words::occupation)]
    pub occupation: Option<OccupationCode>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ChangeMentor {
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::day)]
    pub from: Date,
    #[arg(long, value_parser = words::TermParser::<ChangeReason>::new())]
    pub reason: ChangeReason,
    #[arg(long)]
    pub mentor: Option<String>,
    #[arg(long)]
    pub mentor_phone: Option<String>,
    #[arg(long)]
    pub teacher: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ChangePeriod {
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::day)]
    pub from: Date,
    #[arg(long, value_parser = words::TermParser::<ChangeReason>::new())]
    pub reason: ChangeReason,
    #[arg(long, value_parser = words::day)]
    pub last_day: Date,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ChangePay {
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::day)]
    pub from: Date,
    #[arg(long, value_parser = words::TermParser::<ChangeReason>::new())]
    pub reason: ChangeReason,
    /// Yuan, before tax.
    #[arg(long)]
    pub pay: Option<u32>,
    #[arg(long, value_parser = words::TermParser::<PayUnit>::new())]
    pub pay_unit: Option<PayUnit>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct SuspendPlacement {
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::TermParser::<EndReason>::new())]
    pub reason: EndReason,
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
    #[arg(long)]
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ResumePlacement {
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

/// An end before the last day: `on` is the first day on which the student no longer works there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct EndPlacement {
    #[command(flatten)]
    pub target: Target,
    /// Who asked for it.
    #[arg(long, value_parser = words::TermParser::<Initiator>::new())]
    pub by: Initiator,
    #[arg(long, value_parser = words::TermParser::<EndReason>::new())]
    pub reason: EndReason,
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
    #[arg(long)]
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct CancelPlacement {
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::TermParser::<EndReason>::new())]
    pub reason: EndReason,
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
    #[arg(long)]
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct UndoPlacement {
    #[command(flatten)]
    pub target: Target,
    /// The number of the fact; of each placement the latest that stands unless given.
    #[arg(long)]
    pub version: Option<u64>,
    #[arg(long, value_parser = words::TermParser::<UndoReason>::new())]
    pub reason: UndoReason,
    #[arg(long)]
    pub note: Option<String>,
}

fn first_rules() -> u32 {
    1
}

impl PlacementOrder {
    pub fn action(&self) -> Action {
        match self {
            Self::Draft(_) => Action::PlacementDraft,
            Self::Revise(_) => Action::PlacementRevise,
            Self::Submit(_) => Action::PlacementSubmit,
            Self::Evaluate(_) => Action::PlacementEvaluate,
            Self::Return(_) => Action::PlacementReturn,
            Self::Reject(_) => Action::PlacementReject,
            Self::Approve(_) => Action::PlacementApprove,
            Self::Late(_) => Action::PlacementLate,
            Self::Ready(_) => Action::PlacementReady,
            Self::Arrive(_) => Action::PlacementArrive,
            Self::NoShow(_) => Action::PlacementNoShow,
            Self::ChangeHost(_) => Action::PlacementChangeHost,
            Self::ChangeSite(_) => Action::PlacementChangeSite,
            Self::ChangeMentor(_) => Action::PlacementChangeMentor,
            Self::ChangePeriod(_) => Action::PlacementChangePeriod,
            Self::ChangePay(_) => Action::PlacementChangePay,
            Self::Suspend(_) => Action::PlacementSuspend,
            Self::Resume(_) => Action::PlacementResume,
            Self::End(_) => Action::PlacementEnd,
            Self::Cancel(_) => Action::PlacementCancel,
            Self::Undo(_) => Action::PlacementUndo,
        }
    }

    pub(super) fn target(&self) -> &Target {
        match self {
            Self::Draft(order) => &order.target,
            Self::Revise(order) => &order.target,
            Self::Submit(order) => &order.target,
            Self::Evaluate(order) => &order.target,
            Self::Return(order) => &order.target,
            Self::Reject(order) => &order.target,
            Self::Approve(order) => &order.target,
            Self::Late(order) => &order.target,
            Self::Ready(order) => &order.target,
            Self::Arrive(order) => &order.target,
            Self::NoShow(order) => &order.target,
            Self::ChangeHost(order) => &order.target,
            Self::ChangeSite(order) => &order.target,
            Self::ChangeMentor(order) => &order.target,
            Self::ChangePeriod(order) => &order.target,
            Self::ChangePay(order) => &order.target,
            Self::Suspend(order) => &order.target,
            Self::Resume(order) => &order.target,
            Self::End(order) => &order.target,
            Self::Cancel(order) => &order.target,
            Self::Undo(order) => &order.target,
        }
    }

    /// Whether it is recorded student by student for an imported batch: what is written beside a reason, or again, is
    /// one fact for all.
    pub(super) fn is_for_each(&self) -> bool {
        match self {
            Self::Submit(_)
            | Self::Evaluate(_)
            | Self::Approve(_)
            | Self::Late(_)
            | Self::Ready(_)
            | Self::Arrive(_)
            | Self::Resume(_) => true,
            Self::Return(ReturnPlacement { note, .. })
            | Self::Reject(RejectPlacement { note, .. })
            | Self::NoShow(RecordNoShow { note, .. })
            | Self::Suspend(SuspendPlacement { note, .. })
            | Self::End(EndPlacement { note, .. })
            | Self::Cancel(CancelPlacement { note, .. }) => note.is_none(),
            Self::Draft(_)
            | Self::Revise(_)
            | Self::ChangeHost(_)
            | Self::ChangeSite(_)
            | Self::ChangeMentor(_)
            | Self::ChangePeriod(_)
            | Self::ChangePay(_)
            | Self::Undo(_) => false,
        }
    }
}
