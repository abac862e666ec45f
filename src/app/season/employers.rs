//! Employers as an office registers and finds them: by credit code, by name at the school, or by id.

use std::collections::HashMap;

use uuid::Uuid;

use super::super::people::{employer_code_guard, employer_name_guard};
use super::super::request::{Order, Request};
use super::super::{App, AppError, Done};
use super::SeasonError;
use crate::accounts::Caller;
use crate::domain::employer::{CreditCodeCheck, Employer, EmployerCommand, Profile, Registered};
use crate::domain::ids::{CreditCode, EmployerId, SchoolCode, SealedRevision};
use crate::event_log::request::GuardUse;
use crate::intake::headings::half_width;
use crate::people::Sealed;

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
        let name: String = new.name.chars().map(half_width).collect::<String>().trim().to_owned();
        if name.is_empty() {
            return Err(SeasonError::Unclear("单位名称是空的；请填写营业执照上的全称".to_owned()));
        }
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
        let credit_code = match &new.credit_code {
            Some(code) if code.check_holds => CreditCodeCheck::Holds,
            Some(_) => CreditCodeCheck::Fails,
            None => CreditCodeCheck::NoCode,
        };
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
        let wanted: String = wanted.chars().map(half_width).collect::<String>().trim().to_owned();
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
        let inside = caller.scope.narrowed_to(school).is_some();
        if inside { Ok(school.clone()) } else { Err(AppError::NotFound.into()) }
    }
}

/// The name and code of a unit, as its stream says now.
pub(crate) fn identity(
    unsealed: &HashMap<(Uuid, u32), Sealed>,
    id: Uuid,
    registered: &Registered,
) -> (String, Option<String>) {
    match unsealed.get(&(id, registered.identity.0)) {
        Some(Sealed::Employer { name, credit_code }) => (name.clone(), credit_code.clone()),
        Some(_) | None => (String::new(), None),
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
