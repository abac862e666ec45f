//! The gate: whether a caller may take an action at all, and on what conditions. Which role may take which is said in
//! `actions`; what the caller sees of it is the caller's scope. Where one school is all there is, nobody stands above it: its
//! principal has what is the bureau's elsewhere.

use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use super::actions::Action;
use super::failure::Failure;
use super::{App, AppError};
use crate::accounts::{Actor, Caller, Role};
use crate::domain::StreamType;
use crate::event_log::EngineError;
use crate::projections::school_directory;

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
    NotDeputy,
    InPlaceOf,
}

impl Action {
    /// Whether a person decides, and stands for it: the operator may do it in the name of staff as long as none of them
    /// signs in.
    pub fn is_a_decision(self) -> bool {
        let reviews =
            matches!(self, Self::OutcomeReview | Self::OutcomeJudge | Self::StudyReview | Self::ConflictResolve);
        reviews || !self.actors().contains(&Actor::Operator)
    }

    /// Whether it is done by oneself only, and not in somebody's place: what is about accounts, by which a place could be kept,
    /// and what cannot be made good again.
    pub fn is_oneself_s(self) -> bool {
        matches!(
            self,
            Self::StaffAdd
                | Self::StaffChange
                | Self::StaffHandOver
                | Self::StaffDeputise
                | Self::StaffEndDeputy
                | Self::StaffDisable
                | Self::StaffEnable
                | Self::StaffRename
                | Self::StaffUndo
                | Self::StaffInvite
                | Self::StaffInviteSchool
                | Self::StaffWaive
                | Self::StaffMail
                | Self::SessionList
                | Self::SessionRevoke
                | Self::TokenIssue
                | Self::TokenRevoke
                | Self::TokenList
                | Self::StudentErase
        )
    }

    /// Whether who is signed in has to have shown a short while ago who that is.
    pub fn needs_confirmation(self) -> bool {
        matches!(
            self,
            Self::StaffAdd
                | Self::StaffChange
                | Self::StaffHandOver
                | Self::StaffDeputise
                | Self::StaffInvite
                | Self::StaffInviteSchool
                | Self::StaffWaive
                | Self::TokenIssue
                | Self::StudentErase
        )
    }
}

/// What the table says of a caller's role.
///
/// # Errors
/// If the caller's role may not.
pub fn permits(caller: &Caller, action: Action) -> Result<(), Denied> {
    let actor = caller.actor_kind();
    if action.actors().contains(&actor) { Ok(()) } else { Err(Denied { actor, action }) }
}

impl App {
    /// Whether a caller may take an action: by the table, or as the principal of the only school.
    ///
    /// # Errors
    /// If the caller may not, or not in somebody's place.
    pub async fn permits(&self, caller: &Caller, action: Action) -> Result<(), Failure> {
        if caller.is_deputy() && action.is_oneself_s() {
            return Err(GateRefusal::InPlaceOf.into());
        }
        let Err(denied) = permits(caller, action) else { return Ok(()) };
        let is_bureaus = action.actors().contains(&Actor::Bureau);
        if is_bureaus && denied.actor == Actor::Principal && self.is_of_one_school().await? {
            return Ok(());
        }
        Err(denied.into())
    }

    /// Whether a caller may record by an action.
    ///
    /// # Errors
    /// If the role may not, the caller only asks, or has to show once more who that is.
    pub(super) async fn lets_in(&self, caller: &Caller, action: Action) -> Result<(), Failure> {
        if caller.reads_only {
            return Err(GateRefusal::ReadsOnly.into());
        }
        self.permits(caller, action).await?;
        if caller.is_to_confirm() && action.needs_confirmation() {
            return Err(GateRefusal::ConfirmFirst.into());
        }
        Ok(())
    }

    /// Whether one school is all there is: one is registered, and today no account, be it disabled, is the bureau's.
    pub(super) async fn is_of_one_school(&self) -> Result<bool, AppError> {
        let position = self.log.head().await?.position();
        let schools = school_directory::schools(self.log.readers(), position).await.map_err(EngineError::from)?;
        if schools.len() != 1 {
            return Ok(false);
        }
        let accounts = self.log.stream_ids(StreamType::Account).await?;
        Ok(self.account_states(&accounts).await?.iter().all(|(_, state)| state.duty.role != Role::Bureau))
    }
}
