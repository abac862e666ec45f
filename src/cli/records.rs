//! Schools and staff.

use clap::Subcommand;
use jiff::civil::Date;

use gradtrail::accounts::Role;
use gradtrail::app::Done;
use gradtrail::app::account::NamedStaff;
use gradtrail::app::people::school_guard;
use gradtrail::app::request::{Order, Request};
use gradtrail::domain::account::Duty;
use gradtrail::domain::account::codes::{DisablingReason, RoleReason};
use gradtrail::domain::ids::{ClassName, SchoolCode};
use gradtrail::domain::school::{SchoolCommand as Command, SchoolEntry};
use gradtrail::domain::terms::{SchoolCategory, Term};
use gradtrail::event_log::request::GuardUse;
use gradtrail::projections::school_directory;

use super::{Failure, Session, screen};

/// Parses a value of a closed vocabulary from its code or its Chinese name.
pub fn term<T: Term + Send + Sync>(text: &str) -> Result<T, String> {
    T::from_text(text).ok_or_else(|| {
        let values: Vec<String> = T::ENTRIES.iter().map(|entry| format!("{}（{}）", entry.code, entry.zh)).collect();
        format!("可填：{}", values.join("、"))
    })
}

pub fn school_code(text: &str) -> Result<SchoolCode, String> {
    SchoolCode::parse(text).map_err(|error| error.to_string())
}

pub fn class_name(text: &str) -> Result<ClassName, String> {
    ClassName::parse(text).map_err(|error| error.to_string())
}

#[derive(Subcommand)]
pub enum SchoolCommand {
    /// 登记一所学校，或更正其名称、类别
    Add {
        /// 学校代码
        #[arg(long, value_parser = school_code)]
        code: SchoolCode,
        /// 学校名称
        #[arg(long)]
        name: String,
        /// 办学类别：教育部门、民办、技工
        #[arg(long, value_parser = term::<SchoolCategory>)]
        category: SchoolCategory,
    },
    /// 列出学校
    List,
}

impl SchoolCommand {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Add { code, name, category } => add_school(session, SchoolEntry { code, name, category }).await,
            Self::List => list_schools(session).await,
        }
    }
}

async fn add_school(session: &Session, entry: SchoolEntry) -> Result<(), Failure> {
    let app = &session.app;
    let known = app.school_stream(&entry.code).await?;
    let id = known.unwrap_or_else(|| app.new_id());
    let code = entry.code.clone();
    let text = format!("{} {}", entry.code, entry.name);
    let command = Command::Enter { entry, effective_on: app.today() };
    let order = Order::School { id, code: code.clone(), command };
    let mut request = Request::new(format!("school:{}", app.new_id()), &text, vec![order]);
    if known.is_none() {
        request.guards.push(GuardUse { guard: school_guard(&code), version: 0, set: Some(id.to_string()) });
    }
    match app.execute(&session.caller, request).await? {
        Done::Unchanged => screen::line(&format!("{text}：已是如此，没有改动")),
        Done::Recorded(receipt) => screen::line(&format!("{text}：已登记（位置 {}）", receipt.first_position)),
    }
}

async fn list_schools(session: &Session) -> Result<(), Failure> {
    let position = session.app.log().head().await?.position();
    for school in school_directory::schools(session.app.log().readers(), position).await? {
        screen::line(&format!("{}\t{}\t{}", school.code, school.category.zh(), school.name))?;
    }
    Ok(())
}

#[derive(Subcommand)]
pub enum StaffCommand {
    /// 登记一位人员：身份、角色和范围
    Add {
        /// 姓名（加密保存）
        #[arg(long)]
        name: String,
        /// 角色：bureau 市局、principal 校长、officer 就业办、class-teacher 班主任、mentor 实习指导教师、auditor 审计
        #[arg(long, value_parser = term::<Role>)]
        role: Role,
        /// 学校代码；市局不填，审计可不填
        #[arg(long, value_parser = school_code)]
        school: Option<SchoolCode>,
        /// 班级；班主任必填
        #[arg(long, value_parser = class_name)]
        class: Option<ClassName>,
    },
    /// 变更角色、学校或班级
    Change {
        /// 编号、编号前 8 位或姓名
        #[arg(value_name = "STAFF")]
        which: String,
        /// 新的角色
        #[arg(long, value_parser = term::<Role>)]
        role: Role,
        /// 学校代码；市局不填，审计可不填
        #[arg(long, value_parser = school_code)]
        school: Option<SchoolCode>,
        /// 班级；班主任必填
        #[arg(long, value_parser = class_name)]
        class: Option<ClassName>,
        /// 原因
        #[arg(long, value_parser = term::<RoleReason>)]
        reason: Option<RoleReason>,
        /// 从哪天起；不填为今天
        #[arg(long, value_name = "DATE")]
        on: Option<Date>,
    },
    /// 停用账号：此人不能再办理任何事
    Disable {
        /// 编号、编号前 8 位或姓名
        #[arg(value_name = "STAFF")]
        which: String,
        /// 原因
        #[arg(long, value_parser = term::<DisablingReason>)]
        reason: DisablingReason,
        /// 从哪天起；不填为今天
        #[arg(long, value_name = "DATE")]
        on: Option<Date>,
    },
    /// 重新启用账号
    Enable {
        /// 编号、编号前 8 位或姓名
        #[arg(value_name = "STAFF")]
        which: String,
        /// 从哪天起；不填为今天
        #[arg(long, value_name = "DATE")]
        on: Option<Date>,
    },
    /// 更正姓名
    Rename {
        /// 编号、编号前 8 位或姓名
        #[arg(value_name = "STAFF")]
        which: String,
        /// 正确的姓名（加密保存）
        #[arg(long)]
        name: String,
        /// 从哪天起；不填为今天
        #[arg(long, value_name = "DATE")]
        on: Option<Date>,
    },
    /// 列出人员
    List,
}

impl StaffCommand {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (app, caller) = (&session.app, &session.caller);
        let day = |on: Option<Date>| on.unwrap_or_else(|| app.today());
        let (which, done) = match self {
            Self::Add { name, role, school, class } => {
                let staff = app.add_staff(caller, &name, role, school, class).await?;
                return screen::line(&format!("{}\t{}\t{name}", staff.id.0, role.zh()));
            }
            Self::List => return list_staff(session).await,
            Self::Change { which, role, school, class, reason, on } => {
                let account = app.find_account(caller, &which).await?;
                let duty = Duty { role, school, class };
                (which, app.change_role(caller, account, duty, reason, day(on)).await?)
            }
            Self::Disable { which, reason, on } => {
                let account = app.find_account(caller, &which).await?;
                (which, app.disable_account(caller, account, reason, day(on)).await?)
            }
            Self::Enable { which, on } => {
                let account = app.find_account(caller, &which).await?;
                (which, app.enable_account(caller, account, day(on)).await?)
            }
            Self::Rename { which, name, on } => {
                let account = app.find_account(caller, &which).await?;
                (which, app.correct_staff_name(caller, account, &name, day(on)).await?)
            }
        };
        match done {
            Done::Unchanged => screen::line(&format!("{which}：已是如此，没有改动")),
            Done::Recorded(receipt) => screen::line(&format!("{which}：已记录（位置 {}）", receipt.first_position)),
        }
    }
}

async fn list_staff(session: &Session) -> Result<(), Failure> {
    for NamedStaff { staff, name, disabled } in session.app.staff(&session.caller).await? {
        let state = match disabled {
            None => String::new(),
            Some((since, reason)) => format!("\t自 {since} 停用：{}", reason.zh()),
        };
        screen::line(&format!("{}\t{}\t{}\t{name}{state}", staff.id.0, staff.role.zh(), staff.scope))?;
    }
    Ok(())
}
