//! The gate: whether a caller may take an action at all, and on what conditions. Which role may take which is said in
//! `actions`; what the caller sees of it is the caller's scope.

use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use super::actions::Action;
use super::failure::Failure;
use crate::accounts::{Actor, Caller};

/// An action that a role may not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Denied {
    pub actor: Actor,
    pub action: Action,
}

/// Why a command is not looked at, whatever it says.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "gate.")]
pub enum GateRefusal {
    ReadsOnly,
    ConfirmFirst,
    InTheNameOfStaff,
}

impl Action {
    /// Whether a person decides, and stands for it: the operator may do it in the name of staff as long as none of them
    /// signs in.
    pub fn is_a_decision(self) -> bool {
        let reviews =
            matches!(self, Self::OutcomeReview | Self::OutcomeJudge | Self::StudyReview | Self::ConflictResolve);
        reviews || !self.actors().contains(&Actor::Operator)
    }

    /// Whether who is signed in has to have shown a short while ago who that is.
    pub fn needs_confirmation(self) -> bool {
        matches!(
            self,
            Self::StaffAdd
                | Self::StaffChange
                | Self::StaffInvite
                | Self::StaffInviteSchool
                | Self::StaffWaive
                | Self::TokenIssue
                | Self::StudentErase
        )
    }
}

/// Whether a caller's role may take an action.
///
/// # Errors
/// If the caller's role may not.
pub fn permits(caller: &Caller, action: Action) -> Result<(), Denied> {
    let actor = caller.actor_kind();
    if action.actors().contains(&actor) { Ok(()) } else { Err(Denied { actor, action }) }
}

/// Whether a caller may record by an action.
///
/// # Errors
/// If the role may not, the caller only asks, or has to show once more who that is.
pub(super) fn lets_in(caller: &Caller, action: Action) -> Result<(), Failure> {
    if caller.reads_only {
        return Err(GateRefusal::ReadsOnly.into());
    }
    permits(caller, action)?;
    if caller.is_to_confirm() && action.needs_confirmation() {
        return Err(GateRefusal::ConfirmFirst.into());
    }
    Ok(())
}
