//! Employers as an office registers and finds them: by credit code, by name at the school, or by id.

use std::collections::HashMap;

use uuid::Uuid;

use super::super::people::{employer_code_guard, employer_name_guard};
use super::super::request::{Order, Request};
use super::super::{App, AppError, Done};
use super::whom::scope_of;
use super::{Sealing, SeasonError};
use crate::accounts::Caller;
use crate::domain::UndoReason;
use crate::domain::employer::{CreditCodeCheck, Employer, EmployerCommand, Profile, Registered};
use crate::domain::ids::{CreditCode, EmployerId, SchoolCode, SealedRevision};
use crate::event_log::request::GuardUse;
use crate::event_log::table::{GUARD, Removal, Value};
use crate::people::Sealed;
use crate::text::names;

/// A legal unit as an office registers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEmployer {
    pub name: String,
    pub credit_code: Option<CreditCode>,
    pub profile: Profile,
}

/// What became of a registration.
#[derive(Debug)]
pub struct Registration {
    pub employer: EmployerId,
    /// It was registered before.
    pub is_known: bool,
    /// Another unit of the same name, registered without this code: perhaps the same.
    pub alike: Option<EmployerId>,
}

impl App {
    /// Registers a unit, or finds it registered already.
    pub async fn register_employer(
        &self,
        caller: &Caller,
        school: Option<&SchoolCode>,
        new: NewEmployer,
    ) -> Result<Registration, SeasonError> {
        let school = match (school, &new.credit_code) {
            (Some(school), _) => Some(self.own_school(caller, Some(school))?),
            (None, Some(_)) => caller.scope.school().cloned(),
            (None, None) => Some(self.own_school(caller, None)?),
        };
        let name = written(&new.name)?;
        let by_code = new.credit_code.as_ref().map(|code| (employer_code_guard(&self.people, code), true));
        let by_name = school.as_ref().map(|school| employer_name_guard(&self.people, school, &name));
        let by_name = by_name.map(|guard| (guard, new.credit_code.is_none()));
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
            let alike = alike.filter(|alike| alike.0 != known);
            return Ok(Registration { employer: EmployerId(known), is_known: true, alike });
        }
        let credit_code = check(new.credit_code.as_ref());
        let effective_on = self.today();
        let register = EmployerCommand::Register { identity: SealedRevision(1), credit_code, effective_on };
        let mut orders = vec![Order::Employer { id: id.0, command: register }];
        if new.profile != Profile::default() {
            let command = EmployerCommand::RecordProfile { profile: new.profile, effective_on };
            orders.push(Order::Employer { id: id.0, command });
        }
        let mut request = Request::new(format!("employer:{}", id.0), "register", orders);
        let sealed = Sealed::Employer { name, credit_code: new.credit_code.map(|code| code.text) };
        request.rows.push(self.people.seal(id.0, 1, &sealed).map_err(AppError::from)?);
        request.guards = guards;
        self.execute(caller, request).await?;
        Ok(Registration { employer: id, is_known: false, alike })
    }

    /// The unit that an office means.
    pub async fn find_employer(&self, school: Option<&SchoolCode>, wanted: &str) -> Result<EmployerId, SeasonError> {
        let wanted = names::exact(wanted);
        if let Ok(id) = Uuid::parse_str(&wanted) {
            self.bring_up_to_date::<Employer>(&[id]).await?;
            return match self.load::<Employer>(id).await?.0.registered() {
                Some(_) => Ok(EmployerId(id)),
                None => Err(unknown("编号")),
            };
        }
        let (what, guard) = match (CreditCode::parse(&wanted), school) {
            (Some(code), _) => ("信用代码", employer_code_guard(&self.people, &code)),
            (None, Some(school)) => ("名称", employer_name_guard(&self.people, school, &wanted)),
            (None, None) => return Err(school_missing()),
        };
        let guard = self.log.guard(&guard).await.map_err(AppError::from)?;
        let id = guard.and_then(|guard| Uuid::parse_str(&guard.stream).ok());
        id.map(EmployerId).ok_or_else(|| unknown(what))
    }

    /// Corrects the name or the credit code of a unit; what is not given stays. From then on it is found by those.
    pub async fn correct_employer(
        &self,
        caller: &Caller,
        school: Option<&SchoolCode>,
        id: EmployerId,
        (name, code): (Option<&str>, Option<CreditCode>),
        key: Option<&str>,
    ) -> Result<Done, SeasonError> {
        if name.is_none() && code.is_none() {
            return Err(SeasonError::Unclear("还要写明：名称（--name）或信用代码（--code）".to_owned()));
        }
        let asked = format!("{} employer {} {name:?} {code:?}", caller.actor(), id.0);
        self.bring_up_to_date::<Employer>(&[id.0]).await?;
        let (employer, _) = self.load::<Employer>(id.0).await?;
        let registered = employer.registered().ok_or_else(|| unknown("编号"))?;
        let unsealed = self.unsealed(&[id.0]).await?;
        let before = identity(&unsealed, id.0, registered);
        let name = name.map(written).transpose()?.unwrap_or_else(|| before.0.clone());
        let code = code.or_else(|| CreditCode::parse(before.1.as_deref()?));
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
        let mut request = Request::new(self.key(&asked, key), asked, vec![Order::Employer { id: id.0, command }]);
        request.rows = sealing.rows;
        self.find_by(&mut request, school, id, &before, &after).await?;
        Ok(self.execute(caller, request).await?)
    }

    /// Undoes a fact of a unit, the latest that stands when none is named. A name or code corrected back finds it again.
    pub async fn undo_employer(
        &self,
        caller: &Caller,
        school: Option<&SchoolCode>,
        id: EmployerId,
        (version, reason, note): (Option<u64>, UndoReason, Option<&str>),
        key: Option<&str>,
    ) -> Result<Done, SeasonError> {
        let asked = format!("{} employer {} undo {version:?} {reason:?} {note:?}", caller.actor(), id.0);
        self.bring_up_to_date::<Employer>(&[id.0]).await?;
        let (employer, _) = self.load::<Employer>(id.0).await?;
        let version = version.or(employer.last_standing()).unwrap_or_default();
        let unsealed = self.unsealed(&[id.0]).await?;
        let mut sealing = Sealing::new(self, id.0, &unsealed);
        let note = sealing.note(note)?;
        let command = EmployerCommand::Undo { version, reason, note, effective_on: self.today() };
        let mut request = Request::new(self.key(&asked, key), asked, vec![Order::Employer { id: id.0, command }]);
        request.rows = sealing.rows;
        if let (Some(now), Some(then)) = (employer.registered(), employer.registered_without(version)) {
            let (before, after) = (identity(&unsealed, id.0, now), identity(&unsealed, id.0, &then));
            self.find_by(&mut request, school, id, &before, &after).await?;
        }
        Ok(self.execute(caller, request).await?)
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
    ) -> Result<(), SeasonError> {
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
                        let why =
                            format!("这个名称或信用代码已登记为单位 {other}；是同一单位时请合并（employer merge）");
                        return Err(SeasonError::Unclear(why));
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

    /// Gives an order about a unit.
    pub async fn order_employer(
        &self,
        caller: &Caller,
        employer: EmployerId,
        command: EmployerCommand,
        key: Option<&str>,
    ) -> Result<Done, SeasonError> {
        let asked = format!("{} employer {} {command:?}", caller.actor(), employer.0);
        let request = Request::new(self.key(&asked, key), asked, vec![Order::Employer { id: employer.0, command }]);
        Ok(self.execute(caller, request).await?)
    }

    /// The one school that an order is for.
    pub(super) fn own_school(&self, caller: &Caller, school: Option<&SchoolCode>) -> Result<SchoolCode, SeasonError> {
        let school = school.or(caller.scope.school()).ok_or_else(school_missing)?;
        Ok(scope_of(caller, Some(school)).map(|_| school.clone())?)
    }
}

/// The name and the credit code of a unit.
pub(crate) type Identity = (String, Option<String>);

/// The name and code of a unit, as its stream says.
pub(crate) fn identity(unsealed: &HashMap<(Uuid, u32), Sealed>, id: Uuid, registered: &Registered) -> Identity {
    match unsealed.get(&(id, registered.identity.0)) {
        Some(Sealed::Employer { name, credit_code }) => (name.clone(), credit_code.clone()),
        Some(_) | None => (String::new(), None),
    }
}

/// A name as it is kept.
fn written(name: &str) -> Result<String, SeasonError> {
    let name = names::exact(name);
    if name.is_empty() {
        return Err(SeasonError::Unclear("单位名称是空的；请填写营业执照上的全称".to_owned()));
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

fn school_missing() -> SeasonError {
    SeasonError::Unclear("没有指明学校；请加 --school 学校代码".to_owned())
}

fn unknown(what: &str) -> SeasonError {
    SeasonError::Unclear(format!(
        "没有登记这个{what}的单位；请用 gradtrail employer list --all 查看，或先用 gradtrail employer register 登记"
    ))
}
