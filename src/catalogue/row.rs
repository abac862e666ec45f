//! What is wrong with a row of a file, or to be looked at.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, english, say, values_of};

use crate::domain::terms::Term;
use crate::intake::fault::RowFault;
use crate::intake::kind::Column;

/// Headings in quotes, as the file has them.
pub(super) fn titles(columns: &[Column]) -> (String, String) {
    let zh: Vec<String> = columns.iter().map(|column| format!("「{}」", column.title())).collect();
    let en: Vec<String> = columns.iter().map(|column| format!("\"{}\"", column.title())).collect();
    (zh.join(""), en.join(", "))
}

/// Headings that differ, as they are listed.
pub(super) fn listed(columns: &[Column]) -> (String, String) {
    let zh: Vec<&str> = columns.iter().map(|column| column.title()).collect();
    (zh.join("、"), titles(columns).1)
}

impl Refusal for RowFault {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Empty { column } => {
                say(format!("「{}」不能为空", column.title()), format!("\"{}\" must not be empty", column.title()))
            }
            Self::BothEmpty { one, other } => say(
                format!("「{}」和「{}」至少填一项", one.title(), other.title()),
                format!("Fill in \"{}\" or \"{}\" at least", one.title(), other.title()),
            ),
            Self::NeedsOthers { given, needed } => {
                let (zh, en) = titles(needed);
                say(
                    format!("填了「{}」，还要填{zh}", given.title()),
                    format!("With \"{}\" also fill in {en}", given.title()),
                )
            }
            Self::PartlyFilled { columns } => {
                let (zh, en) = listed(columns);
                say(format!("{zh}须一起填写或都不填"), format!("Fill in all of {en}, or none of them"))
            }
            Self::EndsBeforeStart { first_day } => say(
                format!("结束日期早于开始日期 {first_day}，请核对日期"),
                format!("The last day is before the first, {}; check the days", english(*first_day)),
            ),
            Self::StandingWithoutDay => say(
                "毕业、结业、转出、退学、休学须填日期",
                "Who graduated, completed, transferred, withdrew or suspended needs a day",
            ),
            Self::GenderDiffers { stated } => say(
                format!("与证件号码第 17 位不符（应为{}），请核对两者", stated.zh()),
                format!(
                    "It differs from the 17th digit of the document number, which says {}; check both",
                    stated.en()
                ),
            ),
            Self::SpecialtyDiffers => {
                say("专业名称与专业代码不一致，以代码为准", "Name and code of the specialty differ; the code counts")
            }
            Self::SpecialtyUnknown => say(
                "不在专业目录中，归入「未填报」",
                "It is in no catalogue of specialties, and counts as not recorded",
            ),
            Self::CheckCharacterWrong => say(
                "统一社会信用代码校验位不符，请核对；已照录",
                "The check character of the credit code is wrong; it was recorded as it is, check it",
            ),
            Self::OperationsDiffer => say(
                "「操作」与「状态」不一致，请只填「操作」",
                "The operation and the status say two things; fill in the operation only",
            ),
            Self::OnlyCorrection => say(
                "名册的「操作」只能填「更正」；要撤销整份名册，请撤销导入",
                "In a roster the operation can only be a correction; to take back a roster, undo its import",
            ),
            Self::JobAndStudy => say(
                "同一行既有单位又有录取学校；就业与升学请分两行、两个文件填报",
                "The row has an employer and a college; put the job and the studies into rows of two files",
            ),
            Self::StudyAmongJobs => say(
                "升学不填在去向名单里；请填升学名单（升学渠道、录取学校、报到日期）",
                "Further study is not a destination; put it into a list of further study (channel, college, registration)",
            ),
            Self::EmployerMissing => say("到单位就业须填单位名称", "A job with an employer needs the employer's name"),
            Self::ReachedWithoutExam => {
                say("没有参考却有上线情况，请核对", "There is a result, but the exam was not sat; check both")
            }
            Self::SamePerson { sheet, row } => {
                let of = |zh: &str, en: &str| {
                    sheet.as_ref().map_or((String::new(), String::new()), |sheet| {
                        (format!("{zh}「{sheet}」"), format!("{en} \"{sheet}\" "))
                    })
                };
                let (zh, en) = of("工作表", "of sheet");
                say(
                    format!("与{zh}第 {row} 行是同一证件号码；一人在名册中只能有一行"),
                    format!("Row {row} {en}has the same document number; a roster has one row a person"),
                )
            }
            Self::SameStaff { sheet, row } => {
                let (zh, en) = sheet.as_ref().map_or((String::new(), String::new()), |sheet| {
                    (format!("工作表「{sheet}」"), format!("of sheet \"{sheet}\" "))
                });
                say(
                    format!("与{zh}第 {row} 行是同一登录名（或同名而没有登录名）；名单中一个账号只能有一行"),
                    format!(
                        "Row {row} {en}signs in with the same name (or has that name, and neither says with what); a list has one row an account"
                    ),
                )
            }
            Self::MergedAcross { area } => say(
                format!("{area} 是跨列的合并单元格，不知是哪一列的内容；请取消合并，每列各填各的"),
                format!(
                    "{area} is merged over several columns, and whose its value is cannot be told; split it and fill each"
                ),
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some("files")
    }
}
