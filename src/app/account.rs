//! Accounts of staff: opening, changing and disabling them, and finding who is meant, now or as known before. Names are
//! sealed under the account's id.

mod deputy;
mod hand_over;
mod input;
mod record;

use derive_more::From;
use std::collections::HashMap;
use strum::{IntoStaticStr, VariantNames};

use cqrs_es::Aggregate as _;
use jiff::civil::Date;
use serde::Serialize;
use uuid::Uuid;

use super::bulk::BulkAnswer;
use super::failure::Failure;
use super::invitation::{IssuedInvitation, PrintedInvitations};
use super::key::Call;
use super::sign_in::removal;
use super::target::{ends_with, short_id};
use super::token::IssuedToken;
use super::{App, AppError, Done};
use crate::accounts::{Caller, Role, Scope, Staff};
use crate::domain::StreamType;
use crate::domain::account::codes::DisablingReason;
use crate::domain::account::{Account, AccountCommand, AccountEvent, AccountRefusal, AccountState, Duty, SetUp};
use crate::domain::ids::{SchoolCode, StaffId};
use crate::people::Sealed;
use crate::text::cleaning::clean;
use crate::text::names;
pub use input::{
    AccountOrder, AddAccount, ChangeRole, Deputise, DisableAccount, EnableAccount, EndDeputy, HandOver, ListAccounts,
    RenameStaff, UndoAccount,
};

/// A name has at most so many characters.
pub const NAME_MAX: usize = 60;

/// What an order of an account answers.
#[derive(Debug)]
pub enum AccountAnswer {
    Opened(NamedStaff),
    Changed(Done),
    /// Of whose interns, with those who stay where they are.
    HandedOver(BulkAnswer),
    /// With the secret, which no other answer has.
    Token(IssuedToken),
    /// With the secret, which no other answer has.
    Invited(IssuedInvitation),
    /// With the secrets, which no other answer has.
    Printed(PrintedInvitations),
}

/// Several members of staff where one is meant: what was written, and role and end of the id of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeveralStaff {
    pub wanted: String,
    pub candidates: Vec<(Role, String)>,
}

// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, From, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "staff.")]
pub enum AccountFailure {
    Name,
    BeyondScope,
    NoSuchSchool(SchoolCode),
    Address,
    MailAddress,
    SameAccount,
    OtherSchool,
    NothingToHandOver,
    CannotTakeOver(Role),
    Unknown(String),
    Ambiguous(SeveralStaff),
    #[from]
    #[serde(skip)]
    App(AppError),
}

impl From<AccountRefusal> for AccountFailure {
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
    pub set_up: SetUp,
    /// By name, who may act in the place of the account, and until which day.
    pub deputy: Option<(String, Date)>,
}

impl App {
    pub(super) async fn order_account(&self, call: Call<'_>, order: &AccountOrder) -> Result<AccountAnswer, Failure> {
        let on = |day: Option<Date>| day.unwrap_or_else(|| self.today());
        let done = match order {
            AccountOrder::Add(add) => return Ok(AccountAnswer::Opened(self.add_staff(call, add).await?)),
            AccountOrder::Change(ChangeRole { staff, role, school, class, reason, on: day }) => {
                let duty = Duty { role: *role, school: school.clone(), class: class.clone() };
                self.expect_school(call.caller, &duty).await?;
                let command = AccountCommand::ChangeRole { duty, reason: *reason, effective_on: on(*day) };
                let account = self.find_account(call.caller, staff).await?;
                self.record_account(call, account, command, vec![]).await?
            }
            AccountOrder::HandOver(hand_over) => return self.hand_over_duty(call, hand_over).await,
            AccountOrder::Deputise(deputise) => self.deputise(call, deputise).await?,
            AccountOrder::EndDeputy(end) => self.end_deputy(call, end, on(end.on)).await?,
            AccountOrder::Disable(DisableAccount { staff, reason, on: day }) => {
                let effective_on = on(*day);
                let command = AccountCommand::Disable { reason: *reason, effective_on };
                let account = self.find_account(call.caller, staff).await?;
                // Who is enabled again signs in again.
                let sessions = (effective_on <= self.today()).then(|| removal(account, None));
                let beside = (vec![], vec![], sessions.into_iter().collect());
                self.record_of_account(call, account, command, beside).await?
            }
            AccountOrder::Enable(EnableAccount { staff, on: day }) => {
                let command = AccountCommand::Enable { effective_on: on(*day) };
                let account = self.find_account(call.caller, staff).await?;
                self.record_account(call, account, command, vec![]).await?
            }
            AccountOrder::Rename(rename) => self.rename_staff(call, rename, on(rename.on)).await?,
            AccountOrder::Undo(undo) => self.undo_account(call, undo).await?,
            AccountOrder::IssueToken(issue) => match self.issue_token(call, issue).await? {
                // Recorded by the same command at the same time, with a secret that was told there.
                (Done::Recorded(receipt), _) if receipt.repeated => Done::Recorded(receipt),
                (_, issued) => return Ok(AccountAnswer::Token(issued)),
            },
            AccountOrder::Invite(invite) => match self.invite(call, invite, vec![]).await? {
                // Recorded by the same command at the same time, with a secret that was told there.
                (Done::Recorded(receipt), _) if receipt.repeated => Done::Recorded(receipt),
                (_, issued) => return Ok(AccountAnswer::Invited(issued)),
            },
            AccountOrder::InviteSchool(invite) => match self.invite_school(call, invite).await? {
                (_, Some(printed)) => return Ok(AccountAnswer::Printed(printed)),
                (done, None) => done,
            },
            AccountOrder::WaiveSecondFactor(waive) => self.waive_second_factor(call, waive).await?,
            AccountOrder::Mail(input) => self.set_mail(call, input).await?,
            AccountOrder::RevokeSessions(revoke) => self.revoke_sessions(call, revoke).await?,
            AccountOrder::RevokeToken(revoke) => self.revoke_token(call, revoke).await?,
        };
        Ok(AccountAnswer::Changed(done))
    }

    /// Opens an account; of the same command sent twice at once both are answered the same.
    async fn add_staff(&self, call: Call<'_>, add: &AddAccount) -> Result<NamedStaff, Failure> {
        let duty = Duty { role: add.role, school: add.school.clone(), class: add.class.clone() };
        self.expect_school(call.caller, &duty).await?;
        let (id, name, effective_on) = (StaffId(self.new_id()), checked(&add.name)?, self.today());
        let words = Sealed::Name { name: name.clone() };
        let open = |name| AccountCommand::Open { name, duty: duty.clone(), effective_on };
        let recorded = match self.record_sealed(call, id, &words, open).await? {
            Done::Recorded(receipt) => account_in(&receipt.answer).unwrap_or(id),
            Done::Unchanged => id,
        };
        Ok(NamedStaff {
            staff: self.acting_staff(recorded).await?,
            name,
            disabled: None,
            deputy: None,
            set_up: SetUp::No,
        })
    }

    async fn rename_staff(&self, call: Call<'_>, rename: &RenameStaff, effective_on: Date) -> Result<Done, Failure> {
        let account = self.find_account(call.caller, &rename.staff).await?;
        let name = checked(&rename.name)?;
        let correct = |name| AccountCommand::CorrectName { name, effective_on };
        let (states, unsealed) = (self.account_states(&[account.0]).await?, self.unsealed(&[account.0]).await?);
        match states.first() {
            // The same name again is not sealed once more.
            Some((_, state)) if name_of(&unsealed, account, state).as_deref() == Some(name.as_str()) => {
                Ok(Done::Unchanged)
            }
            Some((_, state)) => {
                let login = self.listed_login(account, state).await?;
                self.record_sealed(call, account, &staff_words(name, login), correct).await
            }
            None => self.record_sealed(call, account, &Sealed::Name { name }, correct).await,
        }
    }

    async fn undo_account(&self, call: Call<'_>, undo: &UndoAccount) -> Result<Done, Failure> {
        let account = self.find_account(call.caller, &undo.staff).await?;
        let (version, reason, effective_on) = (undo.version, undo.reason, self.today());
        let command = |note| AccountCommand::Undo { version, reason, note, effective_on };
        match &undo.note {
            None => self.record_account(call, account, command(None), vec![]).await,
            Some(text) => {
                let words = Sealed::Note { text: text.clone() };
                self.record_sealed(call, account, &words, |note| command(Some(note))).await
            }
        }
    }

    /// The staff of one school who may act, with their names.
    pub(super) async fn staff_of(&self, school: &SchoolCode) -> Result<Vec<(Staff, String)>, AppError> {
        let all = self.staff(&Caller::operator("cli")).await?.into_iter();
        let of_school = all.filter(|member| member.disabled.is_none() && member.staff.scope.school() == Some(school));
        Ok(of_school.map(|member| (member.staff, member.name)).collect())
    }

    /// Everybody whom the caller may see: the city all, a school its own. The disabled are among them.
    pub(super) async fn staff(&self, caller: &Caller) -> Result<Vec<NamedStaff>, AppError> {
        let ids = self.log.stream_ids(StreamType::Account).await?;
        let mut states = vec![];
        for (id, state) in self.account_states(&ids).await? {
            let (account, _) = self.load::<Account>(id.0).await?;
            states.push((id, state, account.access().set_up(self.today())));
        }
        self.named_staff(caller, states).await
    }

    /// Everybody whom the caller may see, as was so on a day and known at a position of the log.
    pub async fn accounts_at(&self, caller: &Caller, position: i64, on: Date) -> Result<Vec<NamedStaff>, AppError> {
        let ids = self.log.stream_ids(StreamType::Account).await?;
        let mut histories = self.log.events_up_to(&[StreamType::Account], &ids, position).await?;
        let known = |id: Uuid| {
            let mut account = Account::default();
            let events = histories.remove(&id)?.into_iter();
            for event in events.filter_map(|historic| AccountEvent::try_from(historic.event).ok()) {
                account.apply(event);
            }
            Some((StaffId(id), account.on(on)?, account.access().set_up(on)))
        };
        let states = ids.into_iter().filter_map(known).collect();
        self.named_staff(caller, states).await
    }

    /// The member of staff with this id, end of an id, or name, who is to act.
    pub async fn find_staff(&self, wanted: &str) -> Result<Staff, AccountFailure> {
        let all = self.staff(&Caller::operator("cli")).await?;
        let wanted = clean(wanted);
        let found = matching(&all, &wanted);
        // Who came back under a new account is meant, not the one who had left.
        let acting: Vec<_> = found.iter().copied().filter(|member| member.disabled.is_none()).collect();
        let id = the_one(&staff_in(if acting.is_empty() { &found } else { &acting }), &wanted)?;
        self.acting_staff(id).await
    }

    /// The account with this id, end of an id, or name, be it disabled, as far as the caller may see.
    pub async fn find_account(&self, caller: &Caller, wanted: &str) -> Result<StaffId, AccountFailure> {
        let all = self.staff(caller).await?;
        let wanted = clean(wanted);
        the_one(&staff_in(&matching(&all, &wanted)), &wanted)
    }

    /// What an account may act as today.
    pub(in crate::app) async fn acting_staff(&self, account: StaffId) -> Result<Staff, AccountFailure> {
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

    /// What the staff list says that an account signs in with.
    pub(in crate::app) async fn listed_login(
        &self,
        account: StaffId,
        state: &AccountState,
    ) -> Result<Option<String>, AppError> {
        match self.unsealed(&[account.0]).await?.remove(&(account.0, state.name.0)) {
            Some(Sealed::Staff { login, .. }) => Ok(Some(login)),
            Some(_) | None => Ok(None),
        }
    }

    /// What is so today of those of these accounts that are opened; they are brought into memory together.
    pub(in crate::app) async fn account_states(&self, ids: &[Uuid]) -> Result<Vec<(StaffId, AccountState)>, AppError> {
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
        states: Vec<(StaffId, AccountState, SetUp)>,
    ) -> Result<Vec<NamedStaff>, AppError> {
        let visible: Vec<(Staff, AccountState, SetUp)> = states
            .into_iter()
            .filter_map(|(id, state, set_up)| Some((staff_of(id, &state)?, state, set_up)))
            .filter(|(staff, ..)| covers_staff(caller, staff.scope.school()))
            .collect();
        let ids: Vec<Uuid> = visible.iter().map(|(staff, ..)| staff.id.0).collect();
        let unsealed = self.unsealed(&ids).await?;
        let named = |(staff, state, set_up): &(Staff, AccountState, SetUp)| {
            let name = name_of(&unsealed, staff.id, state).unwrap_or_default();
            let deputy = state.deputy.and_then(|of| {
                let found = visible.iter().find(|(other, ..)| other.id == of.deputy);
                let (other, known, _) = found.filter(|(_, known, _)| known.may_represent(&state.duty).is_ok())?;
                Some((name_of(&unsealed, other.id, known).unwrap_or_default(), of.last_day))
            });
            NamedStaff { staff: staff.clone(), name, disabled: state.disabled, set_up: *set_up, deputy }
        };
        Ok(visible.iter().map(named).collect())
    }

    /// The school of a duty that the caller may give.
    async fn expect_school(&self, caller: &Caller, duty: &Duty) -> Result<(), AccountFailure> {
        match &duty.school {
            None if caller.scope != Scope::City => Err(AccountFailure::BeyondScope),
            Some(school) if !caller.scope.covers_school(school) => Err(AccountFailure::NoSuchSchool(school.clone())),
            Some(school) if self.school_stream(school).await?.is_none() => {
                Err(AccountFailure::NoSuchSchool(school.clone()))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// The account that a recorded answer names.
fn account_in(answer: &str) -> Option<StaffId> {
    let answer: serde_json::Value = serde_json::from_str(answer).ok()?;
    Uuid::parse_str(answer["account"].as_str()?).ok().map(StaffId)
}

/// Whether staff of this school, or of the city, are inside the caller's scope.
pub(super) fn covers_staff(caller: &Caller, school: Option<&SchoolCode>) -> bool {
    match school {
        Some(school) => caller.scope.covers_school(school),
        None => caller.scope == Scope::City,
    }
}

/// The member of staff whose account is in this state.
pub(super) fn staff_of(id: StaffId, state: &AccountState) -> Option<Staff> {
    let Duty { role, school, class } = state.duty.clone();
    Some(Staff { id, role, scope: Scope::of(school, class)? })
}

/// The name in the revision that the stream names, which need not be the latest.
fn name_of(unsealed: &HashMap<(Uuid, u32), Sealed>, id: StaffId, state: &AccountState) -> Option<String> {
    unsealed.get(&(id.0, state.name.0))?.name().map(str::to_owned)
}

/// What is sealed of who a member of staff is.
pub(in crate::app) fn staff_words(name: String, login: Option<String>) -> Sealed {
    match login {
        Some(login) => Sealed::Staff { name, login },
        None => Sealed::Name { name },
    }
}

fn checked(name: &str) -> Result<String, AccountFailure> {
    let name = names::person(name);
    if name.is_empty() || name.chars().count() > NAME_MAX { Err(AccountFailure::Name) } else { Ok(name) }
}

fn matching<'a>(all: &'a [NamedStaff], wanted: &str) -> Vec<&'a NamedStaff> {
    let by_id = |member: &&NamedStaff| ends_with(member.staff.id.0, wanted);
    let found: Vec<&NamedStaff> = all.iter().filter(by_id).collect();
    if found.is_empty() { all.iter().filter(|member| member.name == names::person(wanted)).collect() } else { found }
}

fn staff_in<'a>(members: &[&'a NamedStaff]) -> Vec<&'a Staff> {
    members.iter().map(|member| &member.staff).collect()
}

/// The only one of those who were found.
pub(super) fn the_one(found: &[&Staff], wanted: &str) -> Result<StaffId, AccountFailure> {
    match found {
        [one] => Ok(one.id),
        [] => Err(AccountFailure::Unknown(wanted.to_owned())),
        several => {
            let shown = |staff: &&Staff| (staff.role, short_id(staff.id.0));
            let candidates = several.iter().map(shown).collect();
            Err(AccountFailure::Ambiguous(SeveralStaff { wanted: wanted.to_owned(), candidates }))
        }
    }
}
