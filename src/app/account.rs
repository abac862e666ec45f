//! Accounts of staff: opening, changing and disabling them, and finding who is meant, now or as known before. Names are
//! sealed under the account's id.

use std::collections::HashMap;

use cqrs_es::Aggregate as _;
use jiff::civil::Date;
use serde_json::json;
use thiserror::Error;
use uuid::Uuid;

use super::request::{Order, Request};
use super::store::Unit;
use super::{App, AppError, Done, TRIES_MAX};
use crate::accounts::{Caller, Role, Scope, Staff};
use crate::domain::account::codes::{DisablingReason, RoleReason};
use crate::domain::account::{Account, AccountCommand, AccountRefusal, AccountState, Duty};
use crate::domain::ids::{ClassName, SchoolCode, SealedRevision, StaffId};
use crate::domain::{Stream as _, StreamType, UndoReason};
use crate::event_log::record::Audience;
use crate::event_log::request::AppendError;
use crate::event_log::table::TableRows;
use crate::people::Sealed;

/// A name has at most so many characters.
const NAME_MAX: usize = 60;

#[derive(Debug, Error)]
pub enum StaffError {
    #[error("姓名不能为空，且不超过 {NAME_MAX} 个字")]
    Name,
    #[error("没有学校 {0}，请先登记学校")]
    NoSuchSchool(SchoolCode),
    #[error("没有编号或姓名为「{0}」的人员，请用 gradtrail staff list 查看")]
    Unknown(String),
    #[error("「{0}」不止一人，请用人员编号")]
    Ambiguous(String),
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<AccountRefusal> for StaffError {
    fn from(refusal: AccountRefusal) -> Self {
        Self::App(refusal.into())
    }
}

/// A member of staff with the name unsealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedStaff {
    pub staff: Staff,
    pub name: String,
    /// Since when the account may nothing, and why; `None` while it may act.
    pub disabled: Option<(Date, DisablingReason)>,
}

impl App {
    /// Adds a member of staff, whose account may act from today.
    pub async fn add_staff(
        &self,
        caller: &Caller,
        name: &str,
        role: Role,
        school: Option<SchoolCode>,
        class: Option<ClassName>,
    ) -> Result<Staff, StaffError> {
        let id = StaffId(self.new_id());
        let duty = Duty { role, school, class };
        self.expect_school(&duty).await?;
        let words = Sealed::Name { name: checked(name)?.to_owned() };
        let effective_on = self.today();
        let open = |name| AccountCommand::Open { name, duty: duty.clone(), effective_on };
        self.order_sealed(caller, id, &words, open).await?;
        self.acting_staff(id).await
    }

    /// Gives an account another role, school or class from a day on.
    pub async fn change_role(
        &self,
        caller: &Caller,
        account: StaffId,
        duty: Duty,
        reason: Option<RoleReason>,
        effective_on: Date,
    ) -> Result<Done, StaffError> {
        self.expect_school(&duty).await?;
        self.order_account(caller, account, AccountCommand::ChangeRole { duty, reason, effective_on }, vec![]).await
    }

    /// From a day on the account may nothing.
    pub async fn disable_account(
        &self,
        caller: &Caller,
        account: StaffId,
        reason: DisablingReason,
        effective_on: Date,
    ) -> Result<Done, StaffError> {
        self.order_account(caller, account, AccountCommand::Disable { reason, effective_on }, vec![]).await
    }

    /// From a day on a disabled account may act again.
    pub async fn enable_account(
        &self,
        caller: &Caller,
        account: StaffId,
        effective_on: Date,
    ) -> Result<Done, StaffError> {
        self.order_account(caller, account, AccountCommand::Enable { effective_on }, vec![]).await
    }

    /// Corrects the name of a member of staff.
    pub async fn correct_staff_name(
        &self,
        caller: &Caller,
        account: StaffId,
        name: &str,
        effective_on: Date,
    ) -> Result<Done, StaffError> {
        let name = checked(name)?;
        let correct = |name| AccountCommand::CorrectName { name, effective_on };
        let (states, unsealed) = (self.account_states(&[account.0]).await?, self.unsealed(&[account.0]).await?);
        match states.first() {
            // The same name again is not sealed once more, so that the stream can tell.
            Some((_, state)) if name_of(&unsealed, account, state).as_deref() == Some(name) => {
                self.order_account(caller, account, correct(state.name), vec![]).await
            }
            Some(_) | None => {
                self.order_sealed(caller, account, &Sealed::Name { name: name.to_owned() }, correct).await
            }
        }
    }

    /// Takes back what was said of an account, but for its opening.
    pub async fn undo_account(
        &self,
        caller: &Caller,
        account: StaffId,
        version: u64,
        reason: UndoReason,
        note: Option<&str>,
    ) -> Result<Done, StaffError> {
        let effective_on = self.today();
        let undo = |note| AccountCommand::Undo { version, reason, note, effective_on };
        match note {
            None => self.order_account(caller, account, undo(None), vec![]).await,
            Some(text) => {
                let words = Sealed::Note { text: text.to_owned() };
                self.order_sealed(caller, account, &words, |note| undo(Some(note))).await
            }
        }
    }

    /// Everybody whom the caller may see: the city all, a school its own. The disabled are among them.
    pub async fn staff(&self, caller: &Caller) -> Result<Vec<NamedStaff>, AppError> {
        let ids = self.log.stream_ids(StreamType::Account).await?;
        let states = self.account_states(&ids).await?;
        self.named_staff(caller, states).await
    }

    /// Everybody whom the caller may see, as was so on a day and known at a position of the log.
    pub async fn accounts_at(&self, caller: &Caller, position: i64, on: Date) -> Result<Vec<NamedStaff>, AppError> {
        let ids = self.log.stream_ids(StreamType::Account).await?;
        let mut told = self.log.told(&[StreamType::Account], &ids, position).await?;
        let known = |id: Uuid| {
            let mut account = Account::default();
            for event in told.remove(&id)?.into_iter().filter_map(|told| Account::unwrap(told.event)) {
                account.apply(event);
            }
            Some((StaffId(id), account.on(on)?))
        };
        let states = ids.into_iter().filter_map(known).collect();
        self.named_staff(caller, states).await
    }

    /// The member of staff with this id, beginning of an id, or name, who is to act.
    pub async fn find_staff(&self, wanted: &str) -> Result<Staff, StaffError> {
        let all = self.staff(&Caller::operator("cli")).await?;
        let found = matching(&all, wanted);
        // Who came back under a new account is meant, not the one who had left.
        let acting: Vec<_> = found.iter().copied().filter(|member| member.disabled.is_none()).collect();
        let id = the_one(if acting.is_empty() { &found } else { &acting }, wanted)?;
        self.acting_staff(id).await
    }

    /// The account with this id, beginning of an id, or name, be it disabled, as far as the caller may see.
    pub async fn find_account(&self, caller: &Caller, wanted: &str) -> Result<StaffId, StaffError> {
        let all = self.staff(caller).await?;
        the_one(&matching(&all, wanted), wanted)
    }

    /// What an account may act as today.
    pub async fn acting_staff(&self, account: StaffId) -> Result<Staff, StaffError> {
        let states = self.account_states(&[account.0]).await?;
        let (_, state) = states.first().ok_or(AccountRefusal::NotOpened)?;
        state.acting()?;
        Ok(staff_of(account, state).ok_or(AccountRefusal::NotOpened)?)
    }

    /// The names of these members of staff, as far as there are such.
    pub(super) async fn staff_names(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, AppError> {
        let states = self.account_states(ids).await?;
        let unsealed = self.unsealed(ids).await?;
        let name = |(id, state): (StaffId, AccountState)| Some((id.0, name_of(&unsealed, id, &state)?));
        Ok(states.into_iter().filter_map(name).collect())
    }

    /// What is so today of those of these accounts that are opened; they are brought into memory together.
    async fn account_states(&self, ids: &[Uuid]) -> Result<Vec<(StaffId, AccountState)>, AppError> {
        self.bring_up_to_date::<Account>(ids).await?;
        let today = self.today();
        let mut states = Vec::with_capacity(ids.len());
        for id in ids {
            let (account, _) = self.load::<Account>(*id).await?;
            states.extend(account.on(today).map(|state| (StaffId(*id), state)));
        }
        Ok(states)
    }

    async fn named_staff(
        &self,
        caller: &Caller,
        states: Vec<(StaffId, AccountState)>,
    ) -> Result<Vec<NamedStaff>, AppError> {
        let visible: Vec<(Staff, AccountState)> = states
            .into_iter()
            .filter_map(|(id, state)| Some((staff_of(id, &state)?, state)))
            .filter(|(staff, _)| is_inside(caller, staff.scope.school()))
            .collect();
        let ids: Vec<Uuid> = visible.iter().map(|(staff, _)| staff.id.0).collect();
        let unsealed = self.unsealed(&ids).await?;
        let named = |(staff, state): (Staff, AccountState)| {
            let name = name_of(&unsealed, staff.id, &state).unwrap_or_default();
            NamedStaff { staff, name, disabled: state.disabled }
        };
        Ok(visible.into_iter().map(named).collect())
    }

    async fn expect_school(&self, duty: &Duty) -> Result<(), StaffError> {
        match &duty.school {
            Some(school) if self.school_stream(school).await?.is_none() => {
                Err(StaffError::NoSuchSchool(school.clone()))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Orders what refers to words sealed under the account's next revision; when somebody else has taken that one, it is
    /// worked out again.
    async fn order_sealed(
        &self,
        caller: &Caller,
        account: StaffId,
        words: &Sealed,
        command: impl Fn(SealedRevision) -> AccountCommand,
    ) -> Result<Done, StaffError> {
        let mut tries = 1;
        loop {
            let sealed = self.log.sealed(&[account.0]).await.map_err(AppError::from)?;
            let revision = sealed.iter().map(|(_, revision, _)| *revision).max().unwrap_or(0) + 1;
            let row = self.people.seal(account.0, revision, words).map_err(AppError::from)?;
            match self.order_account(caller, account, command(SealedRevision(revision)), vec![row]).await {
                Err(StaffError::App(AppError::Append(AppendError::Stale))) if tries < TRIES_MAX => tries += 1,
                result => return result,
            }
        }
    }

    async fn order_account(
        &self,
        caller: &Caller,
        account: StaffId,
        command: AccountCommand,
        rows: Vec<TableRows>,
    ) -> Result<Done, StaffError> {
        let asked = format!("{} account {} {command:?}", caller.actor(), account.0);
        let order = Order::Account { account, command };
        let mut request = Request::new(format!("account:{}", self.new_id()), asked, vec![order]);
        request.rows = rows;
        request.answer = json!({ "account": account });
        Ok(self.execute(caller, request).await?)
    }

    /// Who may order it: whoever administers the school of the account, before and after.
    pub(super) async fn decide_account(
        &self,
        caller: &Caller,
        unit: &mut Unit<'_>,
        account: StaffId,
        command: AccountCommand,
    ) -> Result<(), AppError> {
        let known = unit.rely_on::<Account>(account.0).await?;
        let (before, school) = (known.on(self.today()), known.school_after(&command));
        let was_inside = before.is_none_or(|state| is_inside(caller, state.duty.school.as_ref()));
        if !was_inside || !is_inside(caller, school.as_ref()) {
            return Err(AppError::NotFound);
        }
        let audience = if school.is_some() { Audience::School } else { Audience::City };
        unit.handle::<Account>(account.0, command, school, audience).await
    }
}

/// Whether staff of this school, or of the city, are inside the caller's scope.
fn is_inside(caller: &Caller, school: Option<&SchoolCode>) -> bool {
    match school {
        Some(school) => caller.scope.covers_school(school),
        None => caller.scope == Scope::City,
    }
}

fn staff_of(id: StaffId, state: &AccountState) -> Option<Staff> {
    let Duty { role, school, class } = state.duty.clone();
    Some(Staff { id, role, scope: Scope::of(school, class)? })
}

/// The name in the revision that the stream names, which need not be the latest.
fn name_of(unsealed: &HashMap<(Uuid, u32), Sealed>, id: StaffId, state: &AccountState) -> Option<String> {
    unsealed.get(&(id.0, state.name.0))?.name().map(str::to_owned)
}

fn checked(name: &str) -> Result<&str, StaffError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX { Err(StaffError::Name) } else { Ok(name) }
}

fn matching<'a>(all: &'a [NamedStaff], wanted: &str) -> Vec<&'a NamedStaff> {
    let by_id = |member: &&NamedStaff| wanted.len() >= 8 && member.staff.id.0.to_string().starts_with(wanted);
    let found: Vec<&NamedStaff> = all.iter().filter(by_id).collect();
    if found.is_empty() { all.iter().filter(|member| member.name == wanted).collect() } else { found }
}

fn the_one(found: &[&NamedStaff], wanted: &str) -> Result<StaffId, StaffError> {
    match found {
        [one] => Ok(one.staff.id),
        [] => Err(StaffError::Unknown(wanted.to_owned())),
        [_, _, ..] => Err(StaffError::Ambiguous(wanted.to_owned())),
    }
}
