//! Schools and staff.

use clap::Subcommand;
use uuid::Uuid;

use gradtrail::accounts::Role;
use gradtrail::app::Done;
use gradtrail::app::people::school_guard;
use gradtrail::app::request::{Order, Request};
use gradtrail::domain::ids::{ClassName, SchoolCode};
use gradtrail::domain::school::{SchoolCommand as Command, SchoolEntry};
use gradtrail::domain::terms::{SchoolCategory, Term};
use gradtrail::event_log::request::GuardUse;
use gradtrail::projections::school_directory;
use gradtrail::text::cleaning::clean;

use super::{Failure, Session, screen};

/// Parses a value of a closed vocabulary from its code or its Chinese name.
pub fn term<T: Term + Send + Sync>(text: &str) -> Result<T, String> {
    T::from_text(text).ok_or_else(|| {
        let values: Vec<String> = T::ENTRIES.iter().map(|entry| format!("{}（{}）", entry.code, entry.zh)).collect();
        format!("可填：{}", values.join("、"))
    })
}

pub fn school_code(text: &str) -> Result<SchoolCode, String> {
    SchoolCode::parse(&clean(text)).map_err(|error| error.to_string())
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
        /// 角色：bureau 市局、principal 校长、officer 就业办、class-teacher 班主任、mentor 实习指导教师
        #[arg(long, value_parser = term::<Role>)]
        role: Role,
        /// 学校代码；市局不填
        #[arg(long, value_parser = school_code)]
        school: Option<SchoolCode>,
        /// 班级；班主任必填
        #[arg(long, value_parser = class_name)]
        class: Option<ClassName>,
    },
    /// 列出人员
    List,
}

impl StaffCommand {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Add { name, role, school, class } => {
                let staff = session.app.add_staff(&session.caller, &name, role, school, class).await?;
                screen::line(&format!("{}\t{}\t{name}", staff.id.0, role.zh()))
            }
            Self::List => {
                for member in session.app.staff(&session.caller).await? {
                    let staff = member.staff;
                    let id: Uuid = staff.id.0;
                    screen::line(&format!("{id}\t{}\t{}\t{}", staff.role.zh(), staff.scope, member.name))?;
                }
                Ok(())
            }
        }
    }
}
