//! What a row of a staff list means: an account is opened, changed or disabled by the same commands as one by one.
//!
//! Who a row means says what it signs in with, else the name. Nobody is renamed by a list, moved to another school, or let in
//! again: a person decides that.

use std::collections::HashSet;

use uuid::Uuid;

use super::lookups::ImportContext;
use super::meaning::{Fate, Meaning, Trouble, reason};
use super::row_refusal::RowRefusal;
use crate::accounts::{Role, Scope};
use crate::app::AppError;
use crate::app::account::staff_words;
use crate::app::people::login_guard;
use crate::app::request::Order;
use crate::app::sealing::Sealing;
use crate::app::sign_in::removal;
use crate::domain::StreamType;
use crate::domain::account::codes::DisablingReason;
use crate::domain::account::{Account, AccountCommand, AccountRefusal, AccountState, Duty};
use crate::domain::ids::{ClassName, SchoolCode, StaffId};
use crate::event_log::EngineError;
use crate::event_log::request::GuardUse;
use crate::intake::kind::Column;
use crate::intake::rows::StaffRow;
use crate::people::{Sealed, masked_name};
use crate::projections::student_register;

/// A member of staff as rows of a list are compared with.
#[derive(Debug, Clone)]
pub(super) struct KnownStaff {
    name: String,
    /// What the list says that the account signs in with.
    login: Option<String>,
    state: AccountState,
    /// The last revision that is sealed.
    last_revision: u32,
}

impl ImportContext<'_> {
    /// Looks up every account; those that are only rehearsed are remembered besides.
    pub(super) async fn look_up_staff(&mut self) -> Result<(), AppError> {
        let mut ids = self.app.log().stream_ids(StreamType::Account).await?;
        ids.extend(self.accounts.keys().map(|known| known.0));
        ids.sort_unstable();
        ids.dedup();
        let unsealed = self.app.unsealed(&ids).await?;
        self.accounts.clear();
        for (id, state) in self.app.account_states(&ids).await? {
            let (name, login) = match unsealed.get(&(id.0, state.name.0)) {
                Some(Sealed::Staff { name, login }) => (name.clone(), Some(login.clone())),
                sealed => (sealed.and_then(Sealed::name).unwrap_or_default().to_owned(), None),
            };
            let revisions = unsealed.keys().filter(|(of, _)| *of == id.0).map(|(_, revision)| *revision);
            let last_revision = revisions.max().unwrap_or(0);
            self.accounts.insert(id, KnownStaff { name, login, state, last_revision });
        }
        Ok(())
    }

    /// Whether a student of the school is in the class, or will be by a roster of the same call.
    async fn has_class(&mut self, school: &SchoolCode, class: &ClassName) -> Result<bool, AppError> {
        if !self.classes.contains_key(school) {
            let scope = Scope::School(school.clone());
            let listed = student_register::students(self.app.log().readers(), &scope, None).await;
            let listed = listed.map_err(EngineError::from)?;
            let classes: HashSet<String> = listed.into_iter().map(|student| student.class).collect();
            self.classes.insert(school.clone(), classes);
        }
        let is_there = self.classes.get(school).is_some_and(|classes| classes.contains(class.as_str()));
        Ok(is_there || self.coming_classes.contains(&(school.clone(), class.clone())))
    }
}

pub(super) async fn staff(
    context: &mut ImportContext<'_>,
    school: &SchoolCode,
    row: &StaffRow,
) -> Result<Meaning, Trouble> {
    match (row.role, &row.class) {
        (Role::Bureau, _) => return reason(Column::Role, RowRefusal::StaffOfBureau),
        (Role::ClassTeacher, None) => return reason(Column::Class, AppError::from(AccountRefusal::ClassMissing)),
        (Role::ClassTeacher, Some(class)) => {
            if row.employment.disabling().is_none() && !context.has_class(school, class).await? {
                return reason(Column::Class, RowRefusal::ClassUnknown);
            }
        }
        (role @ (Role::Principal | Role::Officer | Role::Mentor | Role::Auditor), Some(_)) => {
            return reason(Column::Class, AppError::from(AccountRefusal::ClassSurplus(role)));
        }
        (Role::Principal | Role::Officer | Role::Mentor | Role::Auditor, None) => (),
    }
    match find(context, school, row).await? {
        Some(account) => change(context, school, account, row).await,
        // Nobody opens an account for who has left.
        None if row.employment.disabling().is_some() => {
            Ok(Meaning { fates: vec![Fate::SaidAlready], ..Meaning::default() })
        }
        None => open(context, school, row).await,
    }
}

/// The account that a row means, if there is one.
async fn find(
    context: &mut ImportContext<'_>,
    school: &SchoolCode,
    row: &StaffRow,
) -> Result<Option<StaffId>, Trouble> {
    if let Some(login) = &row.login {
        let used = context.app.log().guard(&login_guard(context.app.people(), login)).await?;
        let used = used.and_then(|used| Uuid::parse_str(&used.stream).ok()).map(StaffId);
        let listed = context.accounts.iter().find(|(_, known)| known.login.as_ref() == Some(login));
        if let Some(account) = used.or(listed.map(|(account, _)| *account)) {
            let known = context.accounts.get(&account).filter(|known| known.state.duty.school.as_ref() == Some(school));
            let Some(known) = known else { return reason(Column::Login, RowRefusal::LoginTaken) };
            if known.name != row.name {
                let registered = masked_name(&known.name);
                return reason(Column::Name, RowRefusal::StaffNameDiffers { registered });
            }
            return Ok(Some(account));
        }
    }
    let is_named = |known: &KnownStaff| {
        known.state.duty.school.as_ref() == Some(school)
            && known.name == row.name
            && (row.login.is_none() || known.login.is_none())
    };
    let named: Vec<_> = context.accounts.iter().filter(|(_, known)| is_named(known)).collect();
    let acting: Vec<_> = named.iter().filter(|(_, known)| known.state.disabled.is_none()).copied().collect();
    match if acting.is_empty() { named } else { acting }.as_slice() {
        [] => Ok(None),
        [(account, _)] => Ok(Some(**account)),
        [_, _, ..] => reason(Column::Name, RowRefusal::StaffAmbiguous),
    }
}

async fn open(context: &mut ImportContext<'_>, school: &SchoolCode, row: &StaffRow) -> Result<Meaning, Trouble> {
    let (account, effective_on) = (StaffId(context.app.new_id()), context.app.today());
    let mut meaning = Meaning { is_new: true, ..Meaning::default() };
    let mut sealing = Sealing::after(context.app, account.0, 0);
    let name = sealing.seal(&staff_words(row.name.clone(), row.login.clone()))?;
    meaning.rows = sealing.rows;
    let command = AccountCommand::Open { name, duty: duty(school, row), effective_on };
    meaning.orders.push(Order::Account { account, command });
    reserve(context, &mut meaning, account, row).await?;
    let is_alike = |known: &KnownStaff| known.state.duty.school.as_ref() == Some(school) && known.name == row.name;
    if context.accounts.values().any(is_alike) {
        meaning.warn(Column::Name, RowRefusal::StaffAlike);
    }
    if context.rehearsal {
        let state = AccountState::opened(effective_on, name, duty(school, row));
        let (name, login) = (row.name.clone(), row.login.clone());
        context.accounts.insert(account, KnownStaff { name, login, state, last_revision: 1 });
    }
    Ok(meaning)
}

async fn change(
    context: &mut ImportContext<'_>,
    school: &SchoolCode,
    account: StaffId,
    row: &StaffRow,
) -> Result<Meaning, Trouble> {
    let effective_on = context.app.today();
    let Some(state) = context.see::<Account>(account.0).await?.on(effective_on) else {
        return Err(Trouble::Failed(AppError::from(AccountRefusal::NotOpened)));
    };
    let mut meaning = Meaning::default();
    let mut commands = vec![];
    match (state.disabled, row.employment.disabling()) {
        (None, None) => (),
        (None, Some(reason)) => {
            commands.push(AccountCommand::Disable { reason, effective_on });
            // Who is enabled again signs in again.
            meaning.removals.push(removal(account, None));
        }
        (Some(_), Some(_)) => meaning.fates.push(Fate::SaidAlready),
        // The list that opened it was undone.
        (Some((_, DisablingReason::EntryError)), None) => commands.push(AccountCommand::Enable { effective_on }),
        (Some((since, why)), None) => {
            return reason(Column::Employment, RowRefusal::StaffDisabled { since, reason: why });
        }
    }
    if row.employment.disabling().is_none() {
        let duty = duty(school, row);
        // What is planned for a later day stays so while the list says what is so today.
        if state.duty != duty {
            commands.push(AccountCommand::ChangeRole { duty, reason: None, effective_on });
        }
        let known = context.accounts.get(&account).cloned();
        if let Some(known) = known.filter(|known| row.login.is_some() && known.login != row.login) {
            let mut sealing = Sealing::after(context.app, account.0, known.last_revision);
            let name = sealing.seal(&staff_words(row.name.clone(), row.login.clone()))?;
            meaning.rows = sealing.rows;
            commands.push(AccountCommand::CorrectName { name, effective_on });
            reserve(context, &mut meaning, account, row).await?;
        }
    }
    if commands.is_empty() {
        meaning.fates = vec![Fate::SaidAlready];
    }
    meaning.orders.extend(commands.into_iter().map(|command| Order::Account { account, command }));
    Ok(meaning)
}

/// Keeps what the row signs in with for the account.
async fn reserve(
    context: &ImportContext<'_>,
    meaning: &mut Meaning,
    account: StaffId,
    row: &StaffRow,
) -> Result<(), Trouble> {
    let Some(login) = &row.login else { return Ok(()) };
    let guard = login_guard(context.app.people(), login);
    let version = context.app.log().guard(&guard).await?.map_or(0, |known| known.version);
    meaning.guards.push(GuardUse { guard, version, set: Some(account.0.to_string()) });
    Ok(())
}

fn duty(school: &SchoolCode, row: &StaffRow) -> Duty {
    Duty { role: row.role, school: Some(school.clone()), class: row.class.clone() }
}
