//! Employers as an office registers and finds them: by credit code, by name at the school, or by id.

pub mod apart;

use std::collections::HashMap;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::apart::TellApart;
use super::actions::Action;
use super::failure::{Failure, InputRefusal};
use super::key::Call;
use super::people::{employer_code_guard, employer_name_guard};
use super::registration::{Registration, Unlike};
use super::request::{Order, Request};
use super::sealing::Sealing;
use super::target::ends_with;
use super::{App, AppError, Done};
use crate::accounts::Caller;
use crate::domain::employer::codes::{EmployerSize, Ownership};
use crate::domain::employer::{
    CreditCodeCheck, Employer, EmployerCommand, EmployerProfile, PostStaff, RegisteredEmployer, StaffCount,
};
use crate::domain::ids::{CreditCode, EmployerId, SchoolCode, SealedRevision};
use crate::domain::terms::Industry;
use crate::domain::{StreamType, UndoReason};
use crate::event_log::request::GuardUse;
use crate::event_log::table::{GUARD, Removal, Value};
use crate::input::{pairs, words};
use crate::people::Sealed;
use crate::text::names;

/// What can be ordered of employers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case")]
pub enum EmployerOrder {
    Register(RegisterEmployer),
    Profile(RecordProfile),
    Staff(CountStaff),
    Merge(MergeEmployer),
    TellApart(TellApart),
    Close(CloseEmployer),
    Correct(CorrectEmployer),
    Undo(UndoEmployer),
}

/// Which unit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct EmployerSelector {
    /// Id or its end, credit code, or name at the school.
    pub employer: String,
    /// Needed to find a unit by its name.
    #[arg(long, value_parser = words::school_code)]
    #[serde(default)]
    pub school: Option<SchoolCode>,
}

/// What kind of unit it is, as far as it is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct ProfileFields {
    #[arg(long, value_parser = words::TermParser::<Industry>::new())]
    pub industry: Option<Industry>,
    #[arg(long, value_parser = words::TermParser::<EmployerSize>::new())]
    pub size: Option<EmployerSize>,
    #[arg(long, value_parser = words::TermParser::<Ownership>::new())]
    pub ownership: Option<Ownership>,
}

impl ProfileFields {
    fn profile(self) -> EmployerProfile {
        EmployerProfile { industry: self.industry, size: self.size, ownership: self.ownership }
    }
}

/// A legal unit as an office registers it; of one that is registered the answer is its id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct RegisterEmployer {
    #[arg(long)]
    pub name: String,
    /// A unit without one is known by its name at the school.
    #[arg(long, value_parser = words::credit_code)]
    pub code: Option<CreditCode>,
    #[command(flatten)]
    #[serde(flatten)]
    pub profile: ProfileFields,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
}

/// What is given is recorded; what is not given stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct RecordProfile {
    #[command(flatten)]
    #[serde(flatten)]
    pub unit: EmployerSelector,
    #[command(flatten)]
    #[serde(flatten)]
    pub profile: ProfileFields,
}

/// How many persons work there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct CountStaff {
    #[command(flatten)]
    #[serde(flatten)]
    pub unit: EmployerSelector,
    #[arg(long)]
    pub total: u32,
    /// Persons at one kind of post.
    #[arg(long, value_parser = words::post_staff)]
    #[serde(default, with = "pairs::posts")]
    pub post: Vec<PostStaff>,
    /// The day of the count; today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

/// What names the unit is read as the other unit's from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct MergeEmployer {
    #[command(flatten)]
    #[serde(flatten)]
    pub unit: EmployerSelector,
    /// Id, credit code or name.
    #[arg(long)]
    pub into: String,
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct CloseEmployer {
    #[command(flatten)]
    #[serde(flatten)]
    pub unit: EmployerSelector,
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

/// Name or code were wrong; what is not given stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct CorrectEmployer {
    #[command(flatten)]
    #[serde(flatten)]
    pub unit: EmployerSelector,
    #[arg(long)]
    pub name: Option<String>,
    #[arg(long, value_parser = words::credit_code)]
    pub code: Option<CreditCode>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct UndoEmployer {
    #[command(flatten)]
    #[serde(flatten)]
    pub unit: EmployerSelector,
    /// The number of the fact; the latest that stands unless given.
    #[arg(long)]
    pub version: Option<u64>,
    #[arg(long, value_parser = words::TermParser::<UndoReason>::new())]
    pub reason: UndoReason,
    #[arg(long)]
    pub note: Option<String>,
}

impl EmployerOrder {
    pub fn action(&self) -> Action {
        match self {
            Self::Register(_) => Action::EmployerRegister,
            Self::Profile(_) => Action::EmployerProfile,
            Self::Staff(_) => Action::EmployerStaff,
            Self::Merge(_) => Action::EmployerMerge,
            Self::TellApart(_) => Action::EmployerTellApart,
            Self::Close(_) => Action::EmployerClose,
            Self::Correct(_) => Action::EmployerCorrect,
            Self::Undo(_) => Action::EmployerUndo,
        }
    }
}

/// What became of an order about a unit.
#[derive(Debug)]
pub enum EmployerAnswer {
    Registered(Registration),
    Ordered { employer: EmployerId, done: Done },
}

impl App {
    /// Gives one order about a unit.
    pub(super) async fn order_employer(
        &self,
        call: Call<'_>,
        order: &EmployerOrder,
    ) -> Result<EmployerAnswer, Failure> {
        let today = self.today();
        let (unit, command) = match order {
            EmployerOrder::Register(new) => {
                return Ok(EmployerAnswer::Registered(self.register_employer(call, new).await?));
            }
            EmployerOrder::Correct(correct) => return self.correct_employer(call, correct).await,
            EmployerOrder::TellApart(tell) => return self.tell_apart(call, tell).await,
            EmployerOrder::Undo(undo) => return self.undo_employer(call, undo).await,
            EmployerOrder::Profile(RecordProfile { unit, profile }) => {
                (unit, EmployerCommand::RecordProfile { profile: profile.profile(), effective_on: today })
            }
            EmployerOrder::Staff(CountStaff { unit, total, post, on }) => {
                let staff = StaffCount { total_count: *total, posts: post.clone() };
                (unit, EmployerCommand::CountStaff { staff, effective_on: on.unwrap_or(today) })
            }
            EmployerOrder::Merge(MergeEmployer { unit, into, on }) => {
                let into = self.find_employer(school_of(call.caller, unit), into).await?;
                (unit, EmployerCommand::Merge { into, effective_on: on.unwrap_or(today) })
            }
            EmployerOrder::Close(CloseEmployer { unit, on }) => {
                (unit, EmployerCommand::Close { effective_on: on.unwrap_or(today) })
            }
        };
        let employer = self.selected_employer(call.caller, unit).await?;
        let order = Order::Employer { id: employer.0, command };
        let done = self.execute(call.caller, Request::new(call.key, call.asked, vec![order])).await?;
        Ok(EmployerAnswer::Ordered { employer, done })
    }

    /// Registers a unit, or finds it registered already.
    async fn register_employer(&self, call: Call<'_>, new: &RegisterEmployer) -> Result<Registration, Failure> {
        let caller = call.caller;
        let school = match (&new.school, &new.code) {
            (Some(school), _) => Some(self.own_school(caller, Some(school)).await?),
            (None, Some(_)) => caller.scope.school().cloned(),
            (None, None) => Some(self.own_school(caller, None).await?),
        };
        let name = written(&new.name)?;
        let by_code = new.code.as_ref().map(|code| (employer_code_guard(&self.people, code), true));
        let by_name = school.as_ref().map(|school| employer_name_guard(&self.people, school, &name));
        let by_name = by_name.map(|guard| (guard, new.code.is_none()));
        let id = EmployerId(self.new_id());
        let (mut guards, mut alike, mut known) = (vec![], None, None);
        for (guard, is_decisive) in by_code.into_iter().chain(by_name) {
            match self.log.guard(&guard).await.map_err(AppError::from)? {
                Some(found) if is_decisive => known = Uuid::parse_str(&found.stream).ok(),
                Some(found) => alike = Uuid::parse_str(&found.stream).ok().map(EmployerId),
                None => guards.push(GuardUse { guard, version: 0, set: Some(id.0.to_string()) }),
            }
        }
        if let Some(known) = known {
            // Perhaps by this very command, sent twice at once.
            if call.is_keyed
                && let Some(receipt) = self.recorded_before(call.key, call.asked).await?
            {
                return Ok(Registration::new(EmployerId(known), Done::Recorded(receipt), alike));
            }
            let alike = alike.filter(|alike| alike.0 != known);
            let unlike = self.unlike(known, &name, new.profile).await?;
            let of = Registration::new(EmployerId(known), Done::Unchanged, alike);
            return Ok(Registration { is_known: true, unlike, ..of });
        }
        let credit_code = check(new.code.as_ref());
        let effective_on = self.today();
        let register = EmployerCommand::Register { identity: SealedRevision(1), credit_code, effective_on };
        let mut orders = vec![Order::Employer { id: id.0, command: register }];
        if new.profile != ProfileFields::default() {
            let command = EmployerCommand::RecordProfile { profile: new.profile.profile(), effective_on };
            orders.push(Order::Employer { id: id.0, command });
        }
        let mut request = Request::new(call.key, call.asked, orders);
        let sealed = Sealed::Employer { name, credit_code: new.code.as_ref().map(|code| code.text.clone()) };
        request.rows.push(self.people.seal(id.0, 1, &sealed).map_err(AppError::from)?);
        request.guards = guards;
        request.answer = serde_json::json!({ "employer": id.0 });
        let done = self.execute(caller, request).await?;
        Ok(Registration::new(id, done, alike))
    }

    /// What is otherwise on record of a unit than an office says that registers it once more.
    async fn unlike(&self, known: Uuid, name: &str, given: ProfileFields) -> Result<Unlike, AppError> {
        self.bring_up_to_date::<Employer>(&[known]).await?;
        let (employer, _) = self.load::<Employer>(known).await?;
        let Some(registered) = employer.registered() else { return Ok(Unlike::default()) };
        let (on_record, _) = identity(&self.unsealed(&[known]).await?, known, registered);
        let of = registered.profile;
        Ok(Unlike {
            name: Some(on_record).filter(|on_record| names::key(on_record) != names::key(name)),
            profile: given.industry.is_some_and(|industry| of.industry != Some(industry))
                || given.size.is_some_and(|size| of.size != Some(size))
                || given.ownership.is_some_and(|ownership| of.ownership != Some(ownership)),
        })
    }

    /// The unit that an office means: by id or its end, credit code, or name at the school; else by the name that one unit
    /// alone has, whoever registered it.
    pub(super) async fn find_employer(&self, school: Option<&SchoolCode>, wanted: &str) -> Result<EmployerId, Failure> {
        let wanted = names::exact(wanted);
        if Uuid::parse_str(&wanted).is_ok() {
            return match self.streams_ending(StreamType::Employer, &wanted).await?.as_slice() {
                [one] => Ok(EmployerId(*one)),
                _ => Err(InputRefusal::UnitIdUnknown.into()),
            };
        }
        let (unknown, guard) = match (CreditCode::parse(&wanted), school) {
            (Some(code), _) => (InputRefusal::UnitCodeUnknown, Some(employer_code_guard(&self.people, &code))),
            (None, Some(school)) => {
                (InputRefusal::UnitNameUnknown, Some(employer_name_guard(&self.people, school, &wanted)))
            }
            (None, None) => (InputRefusal::UnitNameUnknown, None),
        };
        if let Some(guard) = &guard
            && let Some(found) = self.log.guard(guard).await.map_err(AppError::from)?
            && let Ok(id) = Uuid::parse_str(&found.stream)
        {
            return Ok(EmployerId(id));
        }
        match self.streams_ending(StreamType::Employer, &wanted).await?.as_slice() {
            [one] if ends_with(*one, &wanted) => Ok(EmployerId(*one)),
            [_, _, ..] => Err(InputRefusal::SeveralIds(wanted).into()),
            _ if let Some(only) = self.only_unit_named(&wanted).await? => Ok(only),
            _ if guard.is_none() => Err(super::target::TargetRefusal::SchoolMissing.into()),
            _ => Err(unknown.into()),
        }
    }

    async fn only_unit_named(&self, wanted: &str) -> Result<Option<EmployerId>, AppError> {
        let key = names::key(wanted);
        let named = self.unit_names().await?.into_iter().filter(|(_, name)| names::key(name) == key);
        let found: Vec<EmployerId> = named.map(|(employer, _)| employer).collect();
        Ok(if let [only] = found.as_slice() { Some(*only) } else { None })
    }

    /// The unit that a command or question selects.
    pub(super) async fn selected_employer(
        &self,
        caller: &Caller,
        unit: &EmployerSelector,
    ) -> Result<EmployerId, Failure> {
        if let Some(school) = &unit.school {
            self.own_school(caller, Some(school)).await?;
        }
        self.find_employer(school_of(caller, unit), &unit.employer).await
    }

    /// Corrects the name or the credit code of a unit. From then on it is found by those.
    async fn correct_employer(&self, call: Call<'_>, correct: &CorrectEmployer) -> Result<EmployerAnswer, Failure> {
        let CorrectEmployer { unit, name, code } = correct;
        if name.is_none() && code.is_none() {
            return Err(InputRefusal::FieldsMissing(vec!["name", "code"]).into());
        }
        let id = self.selected_employer(call.caller, unit).await?;
        self.bring_up_to_date::<Employer>(&[id.0]).await?;
        let (employer, _) = self.load::<Employer>(id.0).await?;
        let registered = employer.registered().ok_or(InputRefusal::UnitIdUnknown)?;
        let unsealed = self.unsealed(&[id.0]).await?;
        let before = identity(&unsealed, id.0, registered);
        let name = name.as_deref().map(written).transpose()?.unwrap_or_else(|| before.0.clone());
        let code = code.clone().or_else(|| CreditCode::parse(before.1.as_deref()?));
        let after = (name, code.as_ref().map(|code| code.text.clone()));
        let mut sealing = Sealing::new(self, id.0, &unsealed);
        let identity = if after == before {
            registered.identity
        } else {
            sealing.seal(&Sealed::Employer { name: after.0.clone(), credit_code: after.1.clone() })?
        };
        let (credit_code, effective_on) = (check(code.as_ref()), self.today());
        let adds_code = after.0 == before.0 && before.1.is_none() && code.is_some();
        let command = if adds_code {
            EmployerCommand::AddCode { identity, credit_code, effective_on }
        } else {
            EmployerCommand::CorrectIdentity { identity, credit_code, effective_on }
        };
        let mut request = Request::new(call.key, call.asked, vec![Order::Employer { id: id.0, command }]);
        request.rows = sealing.rows;
        self.find_by(&mut request, school_of(call.caller, unit), id, &before, &after).await?;
        let done = self.execute(call.caller, request).await?;
        Ok(EmployerAnswer::Ordered { employer: id, done })
    }

    /// Undoes a fact of a unit. A name or code corrected back finds it again.
    async fn undo_employer(&self, call: Call<'_>, undo: &UndoEmployer) -> Result<EmployerAnswer, Failure> {
        let id = self.selected_employer(call.caller, &undo.unit).await?;
        self.bring_up_to_date::<Employer>(&[id.0]).await?;
        let (employer, _) = self.load::<Employer>(id.0).await?;
        let version = undo.version.or(employer.last_standing()).unwrap_or_default();
        let unsealed = self.unsealed(&[id.0]).await?;
        let mut sealing = Sealing::new(self, id.0, &unsealed);
        let note = sealing.note(undo.note.as_ref())?;
        let command = EmployerCommand::Undo { version, reason: undo.reason, note, effective_on: self.today() };
        let mut request = Request::new(call.key, call.asked, vec![Order::Employer { id: id.0, command }]);
        request.rows = sealing.rows;
        if let (Some(now), Some(then)) = (employer.registered(), employer.registered_without(version)) {
            let (before, after) = (identity(&unsealed, id.0, now), identity(&unsealed, id.0, &then));
            self.find_by(&mut request, school_of(call.caller, &undo.unit), id, &before, &after).await?;
        }
        let done = self.execute(call.caller, request).await?;
        Ok(EmployerAnswer::Ordered { employer: id, done })
    }

    /// Has a unit found by its new name at the school and its new code, and no longer by the former ones. Other schools
    /// still find it by the name that they know.
    async fn find_by(
        &self,
        request: &mut Request,
        school: Option<&SchoolCode>,
        id: EmployerId,
        before: &Identity,
        after: &Identity,
    ) -> Result<(), Failure> {
        let finders = |(name, code): &Identity| {
            let code = code.as_deref().and_then(CreditCode::parse);
            let by_code = code.map(|code| employer_code_guard(&self.people, &code));
            let by_name = school.map(|school| employer_name_guard(&self.people, school, name));
            [by_code, by_name]
        };
        for (former, now) in finders(before).into_iter().zip(finders(after)).filter(|(former, now)| former != now) {
            if let Some(guard) = now {
                match self.log.guard(&guard).await.map_err(AppError::from)?.map(|found| found.stream) {
                    None => request.guards.push(GuardUse { guard, version: 0, set: Some(id.0.to_string()) }),
                    Some(other) if other == id.0.to_string() => (),
                    // Of the same name another unit may be, if codes tell them apart.
                    Some(_) if !guard.scope.is_empty() && after.1.is_some() => (),
                    Some(other) => {
                        let other = Uuid::parse_str(&other).unwrap_or_default();
                        return Err(InputRefusal::UnitKnownAs { other }.into());
                    }
                }
            }
            if let Some(guard) = former
                && self
                    .log
                    .guard(&guard)
                    .await
                    .map_err(AppError::from)?
                    .is_some_and(|held| held.stream == id.0.to_string())
            {
                let key = [guard.kind, guard.scope, guard.key].map(Value::text).to_vec();
                request.removals.push(Removal { table: &GUARD, key });
            }
        }
        Ok(())
    }
}

/// The school at which a unit is known by its name.
pub(super) fn school_of<'a>(caller: &'a Caller, unit: &'a EmployerSelector) -> Option<&'a SchoolCode> {
    unit.school.as_ref().or(caller.scope.school())
}

/// The name and the credit code of a unit.
pub(crate) type Identity = (String, Option<String>);

/// The name and code of a unit, as its stream says.
pub(crate) fn identity(unsealed: &HashMap<(Uuid, u32), Sealed>, id: Uuid, registered: &RegisteredEmployer) -> Identity {
    match unsealed.get(&(id, registered.identity.0)) {
        Some(Sealed::Employer { name, credit_code }) => (name.clone(), credit_code.clone()),
        Some(_) | None => (String::new(), None),
    }
}

/// A name as it is kept.
fn written(name: &str) -> Result<String, Failure> {
    let name = names::exact(name);
    if name.is_empty() {
        return Err(InputRefusal::UnitNameEmpty.into());
    }
    Ok(name)
}

fn check(code: Option<&CreditCode>) -> CreditCodeCheck {
    match code {
        Some(code) if code.check_holds => CreditCodeCheck::Holds,
        Some(_) => CreditCodeCheck::Fails,
        None => CreditCodeCheck::NoCode,
    }
}
