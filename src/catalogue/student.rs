//! What refuses the command of a student, and what keeps one from being erased.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, english, say, values_of};
use crate::app::student::EraseError;
use crate::domain::student::StudentRefusal;
use crate::domain::terms::Term;

impl Refusal for StudentRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotRegistered | Self::NothingToUndo => RefusalKind::NotFound,
            Self::OtherSchool { .. }
            | Self::BeforeStanding { .. }
            | Self::StandingAhead { .. }
            | Self::StandingWithoutDay { .. } => RefusalKind::Invalid,
            Self::AlreadyRegistered
            | Self::AlreadyLeft { .. }
            | Self::StillPlaced { .. }
            | Self::RecordsStand
            | Self::Erased => RefusalKind::Conflict,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NotRegistered => say(
                "该学生尚未登记，请先导入毕业生名册",
                "The student is not registered yet; import the roster of graduates first",
            ),
            Self::AlreadyRegistered => say("该学生已在本校登记", "The student is registered at this school already"),
            Self::OtherSchool { registered, given } => say(
                format!("该学生登记在学校 {registered}，不能改为 {given}；转学请登记转出"),
                format!(
                    "The student is registered at school {registered}, which cannot become {given}; who changes school \
                     is registered as transferred out"
                ),
            ),
            Self::AlreadyLeft { standing, since, given } => say(
                format!(
                    "该学生已于 {since} {}，没有写日期，不能登记为{}；如原登记有误，请写明日期并作更正",
                    standing.zh(),
                    given.zh()
                ),
                format!(
                    "Since {} the student's standing is \"{}\", so without a day it cannot be \"{}\"; if that was wrong, \
                     name the day and correct it",
                    english(*since),
                    standing.en(),
                    given.en()
                ),
            ),
            Self::StandingWithoutDay { standing, given } => say(
                format!("该生现为「{}」；改为「{}」须填状态日期", standing.zh(), given.zh()),
                format!(
                    "The student's standing is \"{}\"; from which day on it is \"{}\" has to be said",
                    standing.en(),
                    given.en()
                ),
            ),
            Self::BeforeStanding { standing, since, given } => say(
                format!("{given} 早于当前学籍状态「{}」的起始日 {since}", standing.zh()),
                format!(
                    "{} is before the first day, {}, of the present standing \"{}\"",
                    english(*given),
                    english(*since),
                    standing.en()
                ),
            ),
            Self::StandingAhead { given, on, today } => say(
                format!("{on} 还没有到（今天 {today}），不能登记为{}；请在那一天或之后登记，或核对日期", given.zh()),
                format!(
                    "{} has not come yet (today is {}), so the standing cannot be \"{}\"; record it on that day or \
                     later, or check the date",
                    english(*on),
                    english(*today),
                    given.en()
                ),
            ),
            Self::StillPlaced { period, given } => say(
                format!(
                    "该生还有实习（{} 至 {}）没有结束，不能登记为{}；请先结束或取消该实习",
                    period.first_day,
                    period.last_day,
                    given.zh()
                ),
                format!(
                    "An internship of the student ({} to {}) is not over, so the standing cannot become \"{}\"; end or \
                     cancel the internship first",
                    english(period.first_day),
                    english(period.last_day),
                    given.en()
                ),
            ),
            Self::NothingToUndo => say("该批次没有登记过这名学生", "The batch said nothing of the student"),
            Self::RecordsStand => say(
                "其他批次登记了该生的去向、升学或实习，撤销名册会使它们失去学生；请先撤销那些批次，或只撤销其余学生",
                "Others recorded destinations, further study or placements of the student, which would be left without one; \
                 undo those first, or take back the other students only",
            ),
            Self::Erased => say(
                "该学生的个人信息已匿名化，不能再登记或更改身份信息",
                "The student's personal data were erased; no identity can be registered or changed any more",
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::OtherSchool { .. } => Some("school"),
            Self::BeforeStanding { .. } | Self::StandingAhead { .. } | Self::StandingWithoutDay { .. } => {
                Some("effective_on")
            }
            _ => None,
        }
    }
}

impl EraseError {
    /// The refusal that it passes on.
    fn inner(&self) -> Option<&dyn Refusal> {
        match self {
            Self::Ledger(refusal) => Some(refusal),
            Self::App(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl Refusal for EraseError {
    fn code(&self) -> &'static str {
        self.inner().map_or_else(|| self.into(), Refusal::code)
    }

    fn values(&self) -> Value {
        self.inner().map_or_else(|| values_of(self), Refusal::values)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotFound => RefusalKind::NotFound,
            Self::AtSeveralSchools(_) => RefusalKind::Conflict,
            Self::Ledger(error) => error.kind(),
            Self::App(error) => error.kind(),
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NotFound => say(
                "没有找到这名学生；请核对学生编号或证件号码",
                "There is no such student; check id or document number",
            ),
            Self::AtSeveralSchools(students) => {
                let ids: Vec<String> = students.iter().map(|student| student.0.to_string()).collect();
                let (count, ids) = (ids.len(), ids.join("、"));
                say(
                    format!("同一证件号码在 {count} 所学校有记录：{ids}。请用学生编号逐一匿名化"),
                    format!(
                        "{count} schools have records of this document number: \"{ids}\"; erase each by the student's id"
                    ),
                )
            }
            Self::Ledger(error) => error.sentence(),
            Self::App(error) => error.sentence(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        self.inner().and_then(Refusal::field)
    }
}
