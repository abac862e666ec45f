//! Whom a command of the season is about, and what it answers.

use clap::Args;
use jiff::civil::Date;
use uuid::Uuid;

use gradtrail::app::Done;
use gradtrail::app::season::whom::{Named, Whom};
use gradtrail::app::season::{Answer, Refused};
use gradtrail::domain::ids::{BatchId, ClassName, PlacementId, SchoolCode};
use gradtrail::event_log::request::Receipt;
use gradtrail::text::days::{self, DayFault};

use super::records::{class_name, school_code};
use super::{Failure, screen};

/// Refusals printed at most.
const PRINTED_MAX: usize = 50;

/// Exactly one of these.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Who {
    /// 全班一次办理：一人不能办理，全班都不记录
    #[arg(long, value_parser = class_name, value_name = "班级")]
    class: Option<ClassName>,
    /// 一名学生：学号、编号或编号后 8 位
    #[arg(long, value_name = "学号")]
    student: Option<String>,
    /// 一项实习安排：实习编号（见 gradtrail placement show）
    #[arg(long, value_name = "实习编号")]
    placement: Option<Uuid>,
    /// 一次导入起草的全部安排（批次编号见 gradtrail imports）：各人分别记录，不能办理的列出原因
    #[arg(long, value_name = "批次编号")]
    batch: Option<Uuid>,
}

#[derive(Args)]
pub struct WhomArgs {
    #[command(flatten)]
    who: Who,
    /// 学校代码；几所学校有同名班级时必填
    #[arg(long, value_parser = school_code, value_name = "CODE")]
    school: Option<SchoolCode>,
    /// 略去班里的这些学生：学号或编号后 8 位，用逗号分开
    #[arg(long, value_delimiter = ',', requires = "class", value_name = "学号")]
    except: Vec<String>,
    /// 操作编号，自定：同一编号只记录一次。不填时，同一天的同一条命令只记录一次
    #[arg(long, value_name = "编号")]
    key: Option<String>,
}

impl WhomArgs {
    /// The parser sees to it that one of the four is there.
    pub fn named(&self) -> Named {
        let whom = match (&self.who.class, &self.who.student, self.who.batch) {
            (Some(class), _, _) => Whom::Class(class.clone()),
            (None, Some(student), _) => Whom::Student(student.trim().to_owned()),
            (None, None, Some(batch)) => Whom::Batch(BatchId(batch)),
            (None, None, None) => Whom::Placement(PlacementId(self.who.placement.unwrap_or_default())),
        };
        Named { whom, school: self.school.clone(), except: self.except.clone(), key: self.key.clone() }
    }
}

/// A day of an option.
pub fn day(text: &str) -> Result<Date, DayFault> {
    days::read(text)
}

/// What became of an order for one or many.
pub fn answer(what: &str, answer: &Answer) -> Result<(), Failure> {
    done(&format!("{what} {} 人", answer.count), &answer.done)?;
    if let [one] = answer.placements.as_slice() {
        screen::line(&format!("实习编号 {}", one.0))?;
    }
    not_all(&answer.refused)
}

/// Lists who or what could not be dealt with, if anything.
pub fn not_all(refused: &[Refused]) -> Result<(), Failure> {
    for one in refused.iter().take(PRINTED_MAX) {
        screen::line(&format!("  {one}"))?;
    }
    if refused.len() > PRINTED_MAX {
        screen::line(&format!("  …另有 {} 项", refused.len() - PRINTED_MAX))?;
    }
    if refused.is_empty() { Ok(()) } else { Err(format!("{} 项不能办理，没有记录", refused.len()).into()) }
}

pub fn done(what: &str, done: &Done) -> Result<(), Failure> {
    match done {
        Done::Unchanged => screen::line(&format!("{what}：已是如此，没有改动")),
        Done::Recorded(receipt) if receipt.repeated => screen::line(&format!(
            "{what}：同样的命令此前已记录（{}），没有重复记录；确要再办一次请加 --key 和一个新的操作编号",
            positions(receipt)
        )),
        Done::Recorded(receipt) => {
            screen::line(&format!("{what}：已记录（{}）", positions(receipt)))?;
            if receipt.stalled.is_empty() {
                return Ok(());
            }
            screen::line(&format!("提醒：读模型「{}」已停住，还看不到这次记录", receipt.stalled.join("、")))
        }
    }
}

fn positions(receipt: &Receipt) -> String {
    let (first, count) = (receipt.first_position, receipt.event_count);
    if count > 1 { format!("位置 {first} 至 {}", first + count - 1) } else { format!("位置 {first}") }
}
