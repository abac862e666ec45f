//! The fields of orders about placements that say more than whom, and arrange nothing.

use clap::Args;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::app::target::Target;
use crate::domain::UndoReason;
use crate::domain::placement::codes::{ComplianceVerdict, EndReason, Initiator, LateReason, ReturnReason};
use crate::input::words;

/// What the check of the rules said of what is arranged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct EvaluatePlacement {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::TermParser::<ComplianceVerdict>::new())]
    pub verdict: ComplianceVerdict,
    #[arg(long, default_value_t = 1)]
    #[serde(default = "first_rules")]
    pub rules: u32,
}

pub(super) fn first_rules() -> u32 {
    1
}

/// That submitted placements are sent back to be revised, or rejected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct Decline {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::TermParser::<ReturnReason>::new())]
    pub reason: ReturnReason,
    #[arg(long)]
    pub note: Option<String>,
}

/// Approves that a stay was registered after it had begun; that stays visible for ever.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ApproveLateRegistration {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::TermParser::<LateReason>::new())]
    pub reason: LateReason,
}

/// Whom, and on which day: arrivals, and stays that go on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct TargetOn {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    /// Today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

/// That stays do not begin, rest, or are given up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct Interruption {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::TermParser::<EndReason>::new())]
    pub reason: EndReason,
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
    #[arg(long)]
    pub note: Option<String>,
}

/// An end before the last day: `on` is the first day on which the student no longer works there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct EndPlacement {
    #[command(flatten)]
    #[serde(flatten)]
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
pub struct UndoPlacement {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    /// The number of the fact; of each placement the latest that stands unless given.
    #[arg(long)]
    pub version: Option<u64>,
    #[arg(long, value_parser = words::TermParser::<UndoReason>::new())]
    pub reason: UndoReason,
    #[arg(long)]
    pub note: Option<String>,
}
