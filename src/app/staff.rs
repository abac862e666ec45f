//! Adding and finding staff. Names are sealed under the account's id.

use serde_json::json;
use sqlx::Row as _;
use thiserror::Error;
use uuid::Uuid;

use super::{App, AppError};
use crate::accounts::{Caller, Capability, Role, Scope, Staff};
use crate::domain::ids::{ClassName, SchoolCode, StaffId};
use crate::domain::terms::Term;
use crate::event_log::request::AppendRequest;
use crate::event_log::table::{STAFF, TableRows, Value};
use crate::people::Sealed;
use crate::text::names;

#[derive(Debug, Error)]
pub enum StaffError {
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
    /// Adds a member of staff.
    pub async fn add_staff(
        &self,
        caller: &Caller,
        name: &str,
        role: Role,
        school: Option<SchoolCode>,
        class: Option<ClassName>,
    ) -> Result<Staff, StaffError> {
        if !caller.may(Capability::Administer) {
            return Err(AppError::NotAllowed.into());
        }
        let name = names::person(name);
        if name.is_empty() {
            return Err(StaffError::NameMissing);
        }
        let scope = scope_of(role, school, class)?;
        if let Some(school) = scope.school()
            && self.school_stream(school).await?.is_none()
        {
            return Err(StaffError::NoSuchSchool(school.clone()));
        }
        let id = self.new_id();
        let staff = Staff { id: StaffId(id), role, scope };
        let row = vec![
            Value::text(id.to_string()),
            Value::text(role.code()),
            staff.scope.school().map(|school| school.as_str().to_owned()).into(),
            staff.scope.class().map(|class| class.as_str().to_owned()).into(),
            Value::Int(self.now()),
        ];
        let sealed = self.people.seal(id, 1, &Sealed::Name { name }).map_err(AppError::from)?;
        let request = AppendRequest {
            key: format!("staff:{id}").into(),
            fingerprint: self.people.command_fingerprint(id.as_bytes()),
            streams: vec![],
            guards: vec![],
            events: vec![],
            rows: vec![TableRows { table: &STAFF, name: STAFF.name.to_owned(), rows: vec![row] }, sealed],
            removals: vec![],
            actor: caller.actor(),
            source: caller.source.into(),
            answer: json!({ "staff": id }).to_string().into(),
        };
        self.log.append(request).await.map_err(AppError::from)?;
        Ok(staff)
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
    pub async fn find_staff(&self, wanted: &str) -> Result<Staff, StaffError> {
        let all = self.staff(&Caller::operator("cli")).await?;
        let wanted = names::person(wanted);
        let by_id = |member: &&NamedStaff| wanted.len() >= 8 && member.staff.id.0.to_string().starts_with(&wanted);
        let mut found: Vec<&NamedStaff> = all.iter().filter(by_id).collect();
        if found.is_empty() {
            found = all.iter().filter(|member| member.name == wanted).collect();
        }
        match found.as_slice() {
            [one] => Ok(one.staff.clone()),
            [] => Err(StaffError::Unknown(wanted)),
            [_, _, ..] => Err(StaffError::Ambiguous(wanted)),
        }
    }
}

fn scope_of(role: Role, school: Option<SchoolCode>, class: Option<ClassName>) -> Result<Scope, StaffError> {
    match (role, school, class) {
        (Role::Bureau, None, None) => Ok(Scope::City),
        (Role::Bureau, _, _) => Err(StaffError::ScopeSurplus(role)),
        (_, None, _) => Err(StaffError::SchoolMissing(role)),
        (Role::ClassTeacher, Some(school), Some(class)) => Ok(Scope::Class { school, class }),
        (Role::ClassTeacher, Some(_), None) => Err(StaffError::ClassMissing),
        (Role::Principal | Role::Officer | Role::Mentor, Some(school), None) => Ok(Scope::School(school)),
        (Role::Principal | Role::Officer | Role::Mentor, Some(_), Some(_)) => Err(StaffError::ClassSurplus(role)),
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
