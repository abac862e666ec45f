//! Accounts of staff: opening them, and finding who is meant. Names are sealed under the account's id.

use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::Row as _;
use thiserror::Error;
use uuid::Uuid;

use super::actions::Action;
use super::failure::Failure;
use super::key::Call;
use super::{App, AppError};
use crate::accounts::{Caller, Role, Scope, Staff};
use crate::domain::ids::{ClassName, SchoolCode, StaffId};
use crate::domain::terms::Term;
use crate::event_log::request::AppendRequest;
use crate::event_log::table::{STAFF, TableRows, Value};
use crate::input::words;
use crate::people::Sealed;
use crate::text::names;

/// What can be ordered of accounts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case")]
pub enum AccountOrder {
    Add(AddAccount),
}

/// Opens an account for a member of staff.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct AddAccount {
    #[arg(long)]
    pub name: String,
    #[arg(long, value_parser = words::term::<Role>)]
    pub role: Role,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
    #[arg(long, value_parser = words::class_name)]
    pub class: Option<ClassName>,
}

/// Everybody whom the caller may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ListAccounts {}

impl AccountOrder {
    pub fn action(&self) -> Action {
        match self {
            Self::Add(_) => Action::StaffAdd,
        }
    }
}
#[derive(Debug, Error)]
pub enum AccountFailure {
    #[error("角色「{}」需要指明学校：加 --school 学校代码", .0.zh())]
    SchoolMissing(Role),
    #[error("班主任需要指明班级：加 --class 班级名称")]
    ClassMissing,
    #[error("角色「{}」不限于一个学校，不要加 --school 或 --class", .0.zh())]
    ScopeSurplus(Role),
    #[error("角色「{}」不限于一个班级，不要加 --class", .0.zh())]
    ClassSurplus(Role),
    #[error("姓名是空的；请填写姓名")]
    NameMissing,
    #[error("没有学校 {0}，请先用 gradtrail school add 登记")]
    NoSuchSchool(SchoolCode),
    #[error("没有编号或姓名为「{0}」的人员，请用 gradtrail staff list 查看")]
    Unknown(String),
    #[error("「{0}」不止一人，请用人员编号")]
    Ambiguous(String),
    #[error(transparent)]
    App(#[from] AppError),
}

/// A member of staff with the name unsealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedStaff {
    pub staff: Staff,
    pub name: String,
}

impl App {
    pub(super) async fn order_account(&self, call: Call<'_>, order: &AccountOrder) -> Result<NamedStaff, Failure> {
        let AccountOrder::Add(add) = order;
        Ok(NamedStaff { staff: self.add_staff(call, add).await?, name: add.name.clone() })
    }

    /// The staff of one school, with their names.
    pub(super) async fn staff_of(&self, school: &SchoolCode) -> Result<Vec<(Staff, String)>, AppError> {
        let all = self.staff(&Caller::operator("cli")).await?.into_iter();
        let of_school = all.filter(|member| member.staff.scope.school() == Some(school));
        Ok(of_school.map(|member| (member.staff, member.name)).collect())
    }

    /// Opens an account; of the same command sent twice at once both are answered the same.
    async fn add_staff(&self, call: Call<'_>, add: &AddAccount) -> Result<Staff, AccountFailure> {
        let AddAccount { name, role, school, class } = add;
        let name = names::person(name);
        if name.is_empty() {
            return Err(AccountFailure::NameMissing);
        }
        let scope = scope_of(*role, school.clone(), class.clone())?;
        if let Some(school) = scope.school()
            && self.school_stream(school).await?.is_none()
        {
            return Err(AccountFailure::NoSuchSchool(school.clone()));
        }
        let id = self.new_id();
        let staff = Staff { id: StaffId(id), role: *role, scope };
        let row = vec![
            Value::text(id.to_string()),
            Value::text(role.code()),
            staff.scope.school().map(|school| school.as_str().to_owned()).into(),
            staff.scope.class().map(|class| class.as_str().to_owned()).into(),
            Value::Int(self.now()),
        ];
        let sealed = self.people.seal(id, 1, &Sealed::Name { name }).map_err(AppError::from)?;
        let request = AppendRequest {
            key: call.key.to_owned().into(),
            fingerprint: self.people.command_fingerprint(call.asked.as_bytes()),
            streams: vec![],
            guards: vec![],
            events: vec![],
            rows: vec![TableRows { table: &STAFF, name: STAFF.name.to_owned(), rows: vec![row] }, sealed],
            removals: vec![],
            actor: call.caller.actor(),
            source: call.caller.source.into(),
            answer: json!({ "staff": id }).to_string().into(),
        };
        let receipt = self.log.append(request).await.map_err(AppError::from)?;
        let answer: serde_json::Value = serde_json::from_str(&receipt.answer).unwrap_or_default();
        let recorded = answer["staff"].as_str().and_then(|id| Uuid::parse_str(id).ok());
        Ok(Staff { id: StaffId(recorded.unwrap_or(id)), ..staff })
    }

    /// Everybody whom the caller may see: the city all, a school its own.
    pub async fn staff(&self, caller: &Caller) -> Result<Vec<NamedStaff>, AppError> {
        let rows = sqlx::query("select id, role, school, class from staff order by id")
            .fetch_all(self.log.readers())
            .await
            .map_err(crate::event_log::EngineError::from)?;
        let mut staff = vec![];
        for row in rows {
            if let Some(member) = read_staff(&row) {
                let visible = match member.scope.school() {
                    Some(school) => caller.scope.covers_school(school),
                    None => caller.scope == Scope::City,
                };
                if visible {
                    staff.push(member);
                }
            }
        }
        let ids: Vec<Uuid> = staff.iter().map(|member| member.id.0).collect();
        let names = self.names(&ids).await?;
        Ok(staff
            .into_iter()
            .map(|staff| NamedStaff { name: names.get(&staff.id.0).cloned().unwrap_or_default(), staff })
            .collect())
    }

    /// The member of staff with this id, beginning of an id, or name.
    pub async fn find_staff(&self, wanted: &str) -> Result<Staff, AccountFailure> {
        let all = self.staff(&Caller::operator("cli")).await?;
        let wanted = names::person(wanted);
        let by_id = |member: &&NamedStaff| wanted.len() >= 8 && member.staff.id.0.to_string().starts_with(&wanted);
        let mut found: Vec<&NamedStaff> = all.iter().filter(by_id).collect();
        if found.is_empty() {
            found = all.iter().filter(|member| member.name == wanted).collect();
        }
        match found.as_slice() {
            [one] => Ok(one.staff.clone()),
            [] => Err(AccountFailure::Unknown(wanted)),
            [_, _, ..] => Err(AccountFailure::Ambiguous(wanted)),
        }
    }
}

fn scope_of(role: Role, school: Option<SchoolCode>, class: Option<ClassName>) -> Result<Scope, AccountFailure> {
    match (role, school, class) {
        (Role::Bureau | Role::Auditor, None, None) => Ok(Scope::City),
        (Role::Bureau, _, _) => Err(AccountFailure::ScopeSurplus(role)),
        (_, None, _) => Err(AccountFailure::SchoolMissing(role)),
        (Role::ClassTeacher, Some(school), Some(class)) => Ok(Scope::Class { school, class }),
        (Role::ClassTeacher, Some(_), None) => Err(AccountFailure::ClassMissing),
        (Role::Principal | Role::Officer | Role::Mentor | Role::Auditor, Some(school), None) => {
            Ok(Scope::School(school))
        }
        (Role::Principal | Role::Officer | Role::Mentor | Role::Auditor, _, Some(_)) => {
            Err(AccountFailure::ClassSurplus(role))
        }
    }
}

fn read_staff(row: &sqlx::any::AnyRow) -> Option<Staff> {
    let id = Uuid::parse_str(&row.try_get::<String, _>(0).ok()?).ok()?;
    let role = Role::from_code(&row.try_get::<String, _>(1).ok()?)?;
    let school = row.try_get::<Option<String>, _>(2).ok()?;
    let class = row.try_get::<Option<String>, _>(3).ok()?;
    let school = school.map(|code| SchoolCode::parse(&code)).transpose().ok()?;
    let class = class.map(|name| ClassName::parse(&name)).transpose().ok()?;
    Some(Staff { id: StaffId(id), role, scope: scope_of(role, school, class).ok()? })
}
