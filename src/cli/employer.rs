//! Employers: the legal units behind the hosts.

use clap::{Args, Subcommand};
use jiff::civil::Date;
use uuid::Uuid;

use gradtrail::app::at_work::Asked;
use gradtrail::app::directory::{self, ListedUnit};
use gradtrail::app::report::KnownAt;
use gradtrail::app::season::employers::NewEmployer;
use gradtrail::domain::UndoReason;
use gradtrail::domain::employer::codes::{EmployerSize, Ownership};
use gradtrail::domain::employer::{CreditCodeCheck, EmployerCommand, PostStaff, Profile, StaffCount, Trading};
use gradtrail::domain::ids::{CreditCode, EmployerId, OccupationCode, SchoolCode};
use gradtrail::domain::placement::arrangement::Period;
use gradtrail::domain::terms::{Industry, Term};
use gradtrail::text::cleaning::clean;

use super::at_work::line;
use super::placement_show::facts;
use super::records::{school_code, term};
use super::whom::{day, done};
use super::{Failure, Session, at_work, screen};

#[derive(Subcommand)]
#[command(after_help = "例：
  gradtrail employer register --name 东方汽车服务有限公司 --code 91330700MA00000019 --industry 制造业
  gradtrail employer staff 91330700MA00000019 --total 320 --post 4-12-01=45 --on 2026-03-01
  gradtrail employer correct 单位编号 --name 东方汽车服务（集团）有限公司
  gradtrail employer merge 单位编号 --into 另一单位编号
  gradtrail employer duplicates
  gradtrail employer interns 91330700MA00000019 --from 2026-11-01 --to 2026-11-30")]
pub enum EmployerArgs {
    /// 登记单位；已登记的只给出编号
    Register {
        /// 营业执照上的全称（加密保存）
        #[arg(long)]
        name: String,
        /// 统一社会信用代码；没有代码的单位不填，按本校的单位名称识别
        #[arg(long, value_parser = credit_code)]
        code: Option<CreditCode>,
        #[command(flatten)]
        profile: ProfileArgs,
        /// 学校代码；没有信用代码时必填
        #[arg(long, value_parser = school_code)]
        school: Option<SchoolCode>,
    },
    /// 记录行业、规模、性质；没有填的不变
    Profile {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        profile: ProfileArgs,
    },
    /// 记录在岗职工人数
    Staff {
        #[command(flatten)]
        which: Which,
        /// 在岗职工总数
        #[arg(long)]
        total: u32,
        /// 某类岗位的人数：职业代码=人数；可多次
        #[arg(long, value_parser = post_staff, value_name = "代码=人数")]
        post: Vec<PostStaff>,
        /// 统计日期；不填为今天
        #[arg(long, value_parser = day)]
        on: Option<Date>,
    },
    /// 并入另一单位；原有的实习和去向以后按合并后的单位读出
    Merge {
        #[command(flatten)]
        which: Which,
        /// 并入的单位：编号、信用代码或名称
        #[arg(long)]
        into: String,
        /// 自哪天起；不填为今天
        #[arg(long, value_parser = day)]
        on: Option<Date>,
    },
    /// 记录单位注销
    Close {
        #[command(flatten)]
        which: Which,
        /// 自哪天起；不填为今天
        #[arg(long, value_parser = day)]
        on: Option<Date>,
    },
    /// 更正名称或统一社会信用代码；没有填的不变
    Correct {
        #[command(flatten)]
        which: Which,
        /// 营业执照上的全称（加密保存）
        #[arg(long)]
        name: Option<String>,
        /// 统一社会信用代码
        #[arg(long, value_parser = credit_code)]
        code: Option<CreditCode>,
    },
    /// 撤销一条记录；不填 --version 撤销最近一条。登记不能撤销，只能更正或合并
    Undo {
        #[command(flatten)]
        which: Which,
        /// 记录的序号（见 employer show）
        #[arg(long)]
        version: Option<u64>,
        #[arg(long, value_parser = term::<UndoReason>)]
        reason: UndoReason,
        /// 说明（加密保存）
        #[arg(long)]
        note: Option<String>,
    },
    /// 显示一个单位和它的记录
    Show {
        #[command(flatten)]
        which: Which,
    },
    /// 列出单位：本校的实习单位和有本校学生在岗的单位；市局为全部
    List {
        #[command(flatten)]
        asked: at_work::Which,
        /// 列出所有学校登记的单位
        #[arg(long)]
        all: bool,
    },
    /// 可能重复登记的单位：信用代码相同，或名称只有写法、公司形式不同
    Duplicates {
        #[command(flatten)]
        asked: at_work::Which,
    },
    /// 每天的实习生人数：本校的，和各校合计
    Interns {
        /// 单位：编号、信用代码或名称
        employer: String,
        #[command(flatten)]
        asked: at_work::Which,
        /// 第一天
        #[arg(long, value_parser = day)]
        from: Date,
        /// 最后一天
        #[arg(long, value_parser = day)]
        to: Date,
    },
}

#[derive(Args)]
pub struct Which {
    /// 单位：编号、信用代码或名称
    employer: String,
    /// 学校代码；用名称查找时必填
    #[arg(long, value_parser = school_code)]
    school: Option<SchoolCode>,
    /// 操作编号，自定：同一编号只记录一次。不填时，同一天的同一条命令只记录一次
    #[arg(long, value_name = "编号")]
    key: Option<String>,
}

#[derive(Args)]
pub struct ProfileArgs {
    /// 行业（GB/T 4754 门类）：如 C 或 制造业
    #[arg(long, value_parser = term::<Industry>)]
    industry: Option<Industry>,
    /// 单位规模：大型、中型、小型、微型……
    #[arg(long, value_parser = term::<EmployerSize>)]
    size: Option<EmployerSize>,
    /// 单位性质：国有企业、民营企业、事业单位……
    #[arg(long, value_parser = term::<Ownership>)]
    ownership: Option<Ownership>,
}

impl ProfileArgs {
    fn profile(&self) -> Profile {
        Profile { industry: self.industry, size: self.size, ownership: self.ownership }
    }
}

fn credit_code(text: &str) -> Result<CreditCode, String> {
    let fault = "统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z）";
    CreditCode::parse(&clean(text)).ok_or_else(|| fault.to_owned())
}

fn post_staff(text: &str) -> Result<PostStaff, String> {
    let (code, count) = text.split_once('=').ok_or("请写成 职业代码=人数，如 4-12-01=45")?;
    let occupation = OccupationCode::parse(code).map_err(|error| error.to_string())?;
    let staff_count = count.parse().map_err(|_| format!("「{count}」不是人数"))?;
    Ok(PostStaff { occupation, staff_count })
}

impl EmployerArgs {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let today = session.app.today();
        match self {
            Self::Register { name, code, profile, school } => {
                let new = NewEmployer { name, credit_code: code, profile: profile.profile() };
                register(session, school.as_ref(), new).await
            }
            Self::Profile { which, profile } => {
                let command = EmployerCommand::RecordProfile { profile: profile.profile(), effective_on: today };
                order(session, &which, command).await
            }
            Self::Staff { which, total, post, on } => {
                let staff = StaffCount { total_count: total, posts: post };
                let command = EmployerCommand::CountStaff { staff, effective_on: on.unwrap_or(today) };
                order(session, &which, command).await
            }
            Self::Merge { which, into, on } => {
                let into = session.app.find_employer(school_of(session, &which).as_ref(), &into).await?;
                let (itself, target) = (EmployerId(Uuid::nil()), Trading::Unknown);
                let command = EmployerCommand::Merge { itself, into, target, effective_on: on.unwrap_or(today) };
                order(session, &which, command).await
            }
            Self::Close { which, on } => {
                order(session, &which, EmployerCommand::Close { effective_on: on.unwrap_or(today) }).await
            }
            Self::Correct { which, name, code } => {
                warn_of_check(code.as_ref())?;
                let (employer, school) = (find(session, &which).await?, school_of(session, &which));
                let (app, caller, key) = (&session.app, &session.caller, which.key.as_deref());
                let corrected = (name.as_deref(), code);
                let answer = app.correct_employer(caller, school.as_ref(), employer, corrected, key).await?;
                done(&format!("单位 {}", employer.0), &answer)
            }
            Self::Undo { which, version, reason, note } => {
                let (employer, school) = (find(session, &which).await?, school_of(session, &which));
                let (app, caller, key) = (&session.app, &session.caller, which.key.as_deref());
                let undone = (version, reason, note.as_deref());
                let answer = app.undo_employer(caller, school.as_ref(), employer, undone, key).await?;
                done(&format!("单位 {}", employer.0), &answer)
            }
            Self::Show { which } => {
                let employer = find(session, &which).await?;
                let (on, school) = (session.app.today(), school_of(session, &which));
                let asked = Asked { on, known_at: KnownAt::Head, school, class: None };
                let listed = session.app.units(&session.caller, &asked, directory::Which::All).await?;
                for listed in listed.iter().filter(|listed| listed.unit.employer == employer) {
                    unit_line(listed, on)?;
                }
                facts(&session.app.facts(&session.caller, employer.0).await?)
            }
            Self::List { asked, all } => list(session, &asked.asked(session), all).await,
            Self::Duplicates { asked } => duplicates(session, &asked.asked(session)).await,
            Self::Interns { employer, asked, from, to } => {
                let asked = asked.asked(session);
                let which = Which { employer, school: asked.school.clone(), key: None };
                interns(session, &which, &asked, Period { first_day: from, last_day: to }).await
            }
        }
    }
}

fn school_of(session: &Session, which: &Which) -> Option<SchoolCode> {
    which.school.clone().or_else(|| session.caller.scope.school().cloned())
}

async fn find(session: &Session, which: &Which) -> Result<EmployerId, Failure> {
    Ok(session.app.find_employer(school_of(session, which).as_ref(), &which.employer).await?)
}

fn warn_of_check(code: Option<&CreditCode>) -> Result<(), Failure> {
    match code {
        Some(code) if !code.check_holds => screen::line("注意：信用代码的校验位不符，按填报的代码记录，请核对"),
        Some(_) | None => Ok(()),
    }
}

async fn register(session: &Session, school: Option<&SchoolCode>, new: NewEmployer) -> Result<(), Failure> {
    warn_of_check(new.credit_code.as_ref())?;
    let registration = session.app.register_employer(&session.caller, school, new).await?;
    let what = if registration.is_known { "此前已登记" } else { "已登记" };
    screen::line(&format!("{}\t{what}", registration.employer.0))?;
    match registration.alike {
        Some(alike) => screen::line(&format!("注意：本校有同名单位 {}；如是同一单位，请合并", alike.0)),
        None => Ok(()),
    }
}

async fn order(session: &Session, which: &Which, command: EmployerCommand) -> Result<(), Failure> {
    let employer = find(session, which).await?;
    let answer = session.app.order_employer(&session.caller, employer, command, which.key.as_deref()).await?;
    done(&format!("单位 {}", employer.0), &answer)
}

async fn list(session: &Session, asked: &Asked, all: bool) -> Result<(), Failure> {
    let which = if all { directory::Which::All } else { directory::Which::Own };
    let listed = session.app.units(&session.caller, asked, which).await?;
    if listed.is_empty() && !all {
        return screen::line("没有本校的实习单位，也没有本校学生在岗的单位；加 --all 列出所有学校登记的单位");
    }
    line(&["单位编号", "名称", "信用代码", "行业", "规模", "性质", "在岗职工", "本校实习生", "全部实习生", "状态"])?;
    for listed in listed {
        unit_line(&listed, asked.on)?;
    }
    Ok(())
}

async fn duplicates(session: &Session, asked: &Asked) -> Result<(), Failure> {
    let proposed = session.app.duplicates(&session.caller, asked).await?;
    screen::line(&format!(
        "可能重复登记的单位：{} 组；确是同一单位的，用 gradtrail employer merge 合并",
        proposed.len()
    ))?;
    for duplicates in proposed {
        screen::line(&format!("{}：", duplicates.alike.zh()))?;
        for listed in &duplicates.units {
            unit_line(listed, asked.on)?;
        }
    }
    Ok(())
}

fn unit_line(listed: &ListedUnit, today: Date) -> Result<(), Failure> {
    let unit = &listed.unit;
    let state = match (unit.merged, unit.closed_on) {
        (Some((into, since)), _) => format!("{since} 并入 {}", into.0),
        (None, Some(since)) if since <= today => format!("{since} 注销"),
        (None, Some(since)) => format!("将于 {since} 注销"),
        (None, None) => String::new(),
    };
    let code = match (&listed.code, unit.credit_code) {
        (Some(code), CreditCodeCheck::Fails) => format!("{code}（校验位不符）"),
        (Some(code), CreditCodeCheck::Holds | CreditCodeCheck::NoCode) => code.clone(),
        (None, _) => "无代码".to_owned(),
    };
    let staff = unit.staff.map_or(String::new(), |(count, on)| format!("{count} 人（{on}）"));
    let (id, own, total) =
        (unit.employer.0.to_string(), listed.interns.own.to_string(), listed.interns.total.to_string());
    let (industry, size) = (unit.profile.industry.map_or("", Term::zh), unit.profile.size.map_or("", Term::zh));
    let ownership = unit.profile.ownership.map_or("", Term::zh);
    line(&[&id, &listed.name, &code, industry, size, ownership, &staff, &own, &total, &state])
}

async fn interns(session: &Session, which: &Which, asked: &Asked, days: Period) -> Result<(), Failure> {
    if days.last_day < days.first_day {
        return Err(format!("最后一天 {} 早于第一天 {}，请核对", days.last_day, days.first_day).into());
    }
    let employer = session.app.find_employer(school_of(session, which).as_ref(), &which.employer).await?;
    line(&["日期", "本校实习生", "全部实习生"])?;
    for (day, interns) in session.app.interns(&session.caller, asked, employer, days).await? {
        line(&[&day.to_string(), &interns.own.to_string(), &interns.total.to_string()])?;
    }
    Ok(())
}
