//! What refuses the command of an employer.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, english, nothing_to_undo, say, values_of};
use crate::domain::employer::EmployerRefusal;

impl Refusal for EmployerRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotRegistered => RefusalKind::NotFound,
            Self::NobodyThere
            | Self::PostsExceedTotal { .. }
            | Self::PostTwice(_)
            | Self::WithItself
            | Self::TargetUnknown
            | Self::TargetMerged { .. }
            | Self::TargetClosed { .. }
            | Self::NothingToUndo { .. } => RefusalKind::Invalid,
            Self::AlreadyRegistered | Self::HasCode | Self::MergedAway { .. } | Self::RegistrationStays => {
                RefusalKind::Conflict
            }
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::AlreadyRegistered => say("该单位已登记", "The employer is registered already"),
            Self::NotRegistered => {
                say("没有登记该单位，请先登记单位", "The employer is not registered; register it first")
            }
            Self::HasCode => say(
                "该单位已有统一社会信用代码；代码有误请由市局更正",
                "The employer has a unified social credit code already; if it is wrong, ask the bureau to correct it",
            ),
            Self::NobodyThere => {
                say("在岗职工总数应大于 0，请核对", "The total staff must be greater than 0; check the number")
            }
            Self::PostsExceedTotal { posts_count, total_count } => say(
                format!("各岗位人数之和 {posts_count} 大于在岗职工总数 {total_count}，请核对"),
                format!("The staff of all posts, {posts_count}, is more than the total staff, {total_count}; check it"),
            ),
            Self::PostTwice(occupation) => say(
                format!("岗位类别 {occupation} 填了两次，请合并为一行"),
                format!("The kind of post {occupation} is given twice; make it one line"),
            ),
            Self::WithItself => say("两个是同一个单位，请核对", "Both are the same employer; check which is meant"),
            Self::TargetUnknown => {
                say("没有登记另一个单位，请核对单位编号", "The other employer is not registered; check its id")
            }
            Self::TargetMerged { into } => say(
                format!("另一个单位已并入单位 {}，请改用该单位", into.0),
                format!("The other employer was itself merged into employer {}; name that one", into.0),
            ),
            Self::TargetClosed { since } => say(
                format!("要并入的单位已于 {since} 注销，请核对单位编号"),
                format!("The employer to merge into closed on {}; check its id", english(*since)),
            ),
            Self::MergedAway { into } => say(
                format!("该单位已并入单位 {}，请在合并后的单位上办理", into.0),
                format!("The employer was merged into employer {}; use that one", into.0),
            ),
            Self::RegistrationStays => say(
                "单位登记不能撤销：实习或去向可能已引用该单位；名称或代码有误请更正，重复登记请合并",
                "The registration of an employer cannot be undone, because placements or destinations may refer to it; \
                 correct a wrong name or code, and merge an employer that is registered twice",
            ),
            Self::NothingToUndo { version } => nothing_to_undo(*version),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NobodyThere => Some("total_count"),
            Self::PostsExceedTotal { .. } | Self::PostTwice(_) => Some("posts"),
            Self::WithItself | Self::TargetUnknown | Self::TargetMerged { .. } | Self::TargetClosed { .. } => {
                Some("into")
            }
            Self::NothingToUndo { .. } => Some("version"),
            _ => None,
        }
    }
}
