//! The version that a caller has seen of what a command is about: of another it is refused, so that nobody orders something
//! on account of what is no longer so.

use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use super::account::AccountOrder;
use super::actions::Command;
use super::request::Order;
use super::statement::input::{OutcomeOrder, StudyOrder};
use super::unit_of_work::UnitOfWork;

/// Why a command is not looked at in view of what its caller has seen.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "version.")]
pub enum VersionRefusal {
    Moved {
        seen: u64,
        /// The one that there is.
        version: u64,
    },
    /// The version of one thing says nothing of several.
    Several,
}

impl Command {
    /// Whether it may be about one stream only. Files, and what is said as a row of a file, begin a batch besides.
    pub(super) fn may_be_of_one_stream(&self) -> bool {
        match self {
            Self::Call(_)
            | Self::Import(_)
            | Self::UndoImport(_)
            | Self::Packet(_)
            | Self::Erase(_)
            | Self::Student(_) => false,
            Self::Account(AccountOrder::InviteSchool(_) | AccountOrder::HandOver(_)) => false,
            Self::Outcome(OutcomeOrder::Say(_)) | Self::Study(StudyOrder::Say(_) | StudyOrder::Exam(_)) => false,
            Self::Outcome(OutcomeOrder::Review(_) | OutcomeOrder::Judge(_))
            | Self::Study(StudyOrder::Review(_))
            | Self::School(_)
            | Self::Account(_)
            | Self::Employer(_)
            | Self::Host(_)
            | Self::Season(_)
            | Self::Publication(_)
            | Self::Survey(_)
            | Self::Placement(_)
            | Self::Agreement(_)
            | Self::Exemption(_)
            | Self::Conflict(_) => true,
        }
    }
}

impl UnitOfWork<'_> {
    /// Whether the one stream of these orders is as the caller has seen it. To be asked once they were decided.
    pub(super) fn is_as_seen(&self, seen: Option<u64>, orders: &[Order]) -> Result<(), VersionRefusal> {
        let (Some(seen), Some(first)) = (seen, orders.first()) else { return Ok(()) };
        let stream = first.stream();
        if orders.iter().any(|order| order.stream() != stream) {
            return Err(VersionRefusal::Several);
        }
        match self.version_relied_on(stream) {
            Some(version) if version != seen => Err(VersionRefusal::Moved { seen, version }),
            Some(_) | None => Ok(()),
        }
    }
}
