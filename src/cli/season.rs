//! What a school plans for its final classes.

use clap::Subcommand;
use jiff::civil::Date;

use gradtrail::app::season::plans::OfYear;
use gradtrail::domain::UndoReason;
use gradtrail::domain::ids::{ClassName, SchoolCode};
use gradtrail::domain::placement::arrangement::Period;
use gradtrail::domain::season::Plan;

use super::at_work::{self, line};
use super::records::{class_name, school_code, term};
use super::whom::{day, done};
use super::{Failure, Session, screen};

#[derive(Subcommand)]
#[command(after_help = "例：
  gradtrail --as 钱五 season plan --year 2027 --class 高三汽修1班 --class 高三汽修2班 \\
      --first-day 2026-09-01 --last-day 2027-02-28
  gradtrail season list --on 2026-10-01
  gradtrail --as 钱五 season undo --year 2027 --version 2 --reason 填报有误")]
pub enum SeasonArgs {
    /// 写明一届的毕业班和实习起止日期；再次写明时，自那天起以后写的为准
    Plan {
        #[command(flatten)]
        of: Of,
        /// 毕业班；可多次
        #[arg(long, value_parser = class_name, required = true, value_name = "班级")]
        class: Vec<ClassName>,
        /// 实习第一天
        #[arg(long, value_parser = day)]
        first_day: Date,
        /// 实习最后一天
        #[arg(long, value_parser = day)]
        last_day: Date,
        /// 自哪天起按这个计划；不填为今天
        #[arg(long, value_parser = day)]
        on: Option<Date>,
    },
    /// 撤销一次计划；撤销后以前一次为准
    Undo {
        #[command(flatten)]
        of: Of,
        /// 第几号记录，见 season list
        #[arg(long)]
        version: u64,
        #[arg(long, value_parser = term::<UndoReason>)]
        reason: UndoReason,
    },
    /// 列出当天有效的计划
    List {
        #[command(flatten)]
        asked: at_work::Which,
    },
}

#[derive(clap::Args)]
pub struct Of {
    /// 毕业年份
    #[arg(long)]
    year: i16,
    /// 学校代码；操作员必填
    #[arg(long, value_parser = school_code)]
    school: Option<SchoolCode>,
    /// 这次办理的标识：同一标识只记录一次
    #[arg(long, value_name = "标识")]
    key: Option<String>,
}

impl Of {
    fn year(self) -> OfYear {
        OfYear { school: self.school, year: self.year, key: self.key }
    }
}

impl SeasonArgs {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Plan { of, class, first_day, last_day, on } => {
                let plan = Plan { classes: class, period: Period { first_day, last_day } };
                let on = on.unwrap_or_else(|| session.app.today());
                done("实习计划", &session.app.plan_season(&session.caller, &of.year(), plan, on).await?)
            }
            Self::Undo { of, version, reason } => {
                done("实习计划", &session.app.undo_plan(&session.caller, &of.year(), version, reason).await?)
            }
            Self::List { asked } => {
                let plans = session.app.season_plans(&session.caller, &asked.asked(session)).await?;
                if plans.is_empty() {
                    return screen::line("没有当天有效的计划；用 gradtrail season plan 写明毕业班");
                }
                for plan in plans {
                    let days = format!("{} 起，到 {}", plan.from, plan.last_day);
                    let version = format!("第 {} 号", plan.version);
                    line(&[&plan.school, &version, &days, &plan.classes.join("、")])?;
                }
                Ok(())
            }
        }
    }
}
