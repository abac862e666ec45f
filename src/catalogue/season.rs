//! What refuses the plan of a season.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, english, nothing_to_undo, say, values_of};
use crate::domain::ids::ClassName;
use crate::domain::season::SeasonRefusal;

impl Refusal for SeasonRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotPlanned => RefusalKind::NotFound,
            Self::NoClasses
            | Self::ClassTwice(_)
            | Self::ClassUnknown(_)
            | Self::EndsBeforeStart { .. }
            | Self::Over { .. }
            | Self::AfterGraduation { .. }
            | Self::NothingToUndo { .. } => RefusalKind::Invalid,
            Self::OtherSeason { .. } | Self::PlannedElsewhere { .. } => RefusalKind::Conflict,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NoClasses => say("没有写明毕业班级；请至少写一个班级", "No final class is given; give at least one"),
            Self::ClassTwice(class) => say(
                format!("班级 {} 写了两次，请只写一次", class.as_str()),
                format!("Class \"{}\" is given twice; give it once", class.as_str()),
            ),
            Self::ClassUnknown(classes) => unknown(classes),
            Self::EndsBeforeStart { first_day, last_day } => say(
                format!("实习结束日期 {last_day} 早于开始日期 {first_day}，请核对"),
                format!(
                    "The internship's last day {} is before its first day {}; check the dates",
                    english(*last_day),
                    english(*first_day)
                ),
            ),
            Self::Over { last_day, effective_on } => say(
                format!("实习已于 {last_day} 结束，{effective_on} 不能再作安排，请核对日期"),
                format!(
                    "The internship ended on {}, so it cannot be planned on {} any more; check the dates",
                    english(*last_day),
                    english(*effective_on)
                ),
            ),
            Self::AfterGraduation { last_day, year } => say(
                format!("实习到 {last_day} 才结束，而这一届 {year} 年毕业，请核对毕业年份"),
                format!(
                    "The internship lasts until {}, but this cohort graduates in {year}; check the year of graduation",
                    english(*last_day)
                ),
            ),
            Self::OtherSeason { school, year } => say(
                format!("这是 {school} {year} 届的实习计划，不能改为别的学校或别的届次"),
                format!("This is the plan of school {school} for {year}; it stays that school's and that year's"),
            ),
            Self::PlannedElsewhere { school, year } => say(
                format!("{school} {year} 届的实习计划刚由别人记录，请查看该计划后再办理"),
                format!("Somebody else has just recorded the plan of school {school} for {year}; look at it first"),
            ),
            Self::NotPlanned => say("没有记录过实习计划", "No plan has been recorded"),
            Self::NothingToUndo { version } => nothing_to_undo(*version),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NoClasses | Self::ClassTwice(_) | Self::ClassUnknown(_) => Some("classes"),
            Self::EndsBeforeStart { .. } | Self::Over { .. } => Some("last_day"),
            Self::AfterGraduation { .. } => Some("year"),
            Self::NothingToUndo { .. } => Some("version"),
            _ => None,
        }
    }
}

fn unknown(classes: &[ClassName]) -> Sentence {
    let names: Vec<&str> = classes.iter().map(ClassName::as_str).collect();
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    say(
        format!("本校名册里没有班级 {}；请核对班级名称，或先导入名册", names.join("、")),
        format!("The school's roster has no class {}; check the names, or import the roster first", quoted.join(", ")),
    )
}
