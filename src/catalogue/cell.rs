//! What is wrong with a cell, a word or a day that people wrote.

use serde_json::{Value, json};

use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::domain::not_listed::NotListed;
use crate::domain::terms::Term;
use crate::input::known_at::UnreadableKnownAt;
use crate::input::words::WordFault;
use crate::intake::cells::YEARS;
use crate::intake::fault::CellFault;
use crate::text::days::DayFault;
use crate::text::names::LOGIN_LEN;

impl Refusal for CellFault {
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
            Self::LastDigitsLost => say(
                "号码成了科学计数法，末几位已经丢失；请把该列设为「文本」格式后重新填写完整的号码",
                "The number became a power of ten and lost its last digits; format the column as text and write the whole number again",
            ),
            Self::BecameDay => say(
                "该格被表格软件变成了日期，请把该列设为文本后重填",
                "The spreadsheet turned the cell into a day; format the column as text and write it again",
            ),
            Self::FormulaFailed { error } => say(
                format!("单元格是公式错误值 {error}，请改为实际内容"),
                format!("The cell is the error {error} of a formula; write what it should be"),
            ),
            Self::FormulaNotComputed => say(
                "单元格是公式，但没有计算结果；请用 Excel 或 WPS 打开文件并保存后再导入，或改为实际内容",
                "The cell is a formula without a result; open the file in Excel or WPS, save it and import it again, or write what it should be",
            ),
            Self::BrokenEncoding => say(
                "有不能识别的文字（文件在这里的编码已损坏），请重新填写这一格",
                "Some characters cannot be read, since the file is damaged here; write the cell again",
            ),
            Self::NameTooLong { chars_max } => say(
                format!("姓名超过 {chars_max} 个字，请核对"),
                format!("The name has more than {chars_max} characters; check it"),
            ),
            Self::DayImplausible { day } => say(
                format!("日期 {day} 不在 {} 至 {} 年之间，请核对", YEARS.start(), YEARS.end()),
                format!("The day {day} is not in the years {} to {}; check it", YEARS.start(), YEARS.end()),
            ),
            Self::NoAmount { text } => say(
                format!("「{text}」不是金额；请写每月元数，如 3500"),
                format!("\"{text}\" is no amount; write yuan a month, like 3500"),
            ),
            Self::AmountNotWhole { text } => say(
                format!("「{text}」不是整元；请写每月的整元数，如 3500（万元、千元请换算成元）"),
                format!("\"{text}\" is no whole number of yuan; write whole yuan a month, like 3500"),
            ),
            Self::PayImplausible { yuan } => say(
                format!("月薪 {yuan} 元太低，请核对单位；请写每月元数，如 3500"),
                format!("{yuan} yuan a month is too little; check the unit, and write yuan a month, like 3500"),
            ),
            Self::ZeroForName => say(
                "0 不是名称；多半是没有算出结果的公式，请填写名称",
                "0 is no name; it may come from a formula without a result, write the name",
            ),
            Self::NoCount { text, max } => say(
                format!("「{text}」不对；请填 1 至 {max} 的整数"),
                format!("\"{text}\" is wrong; write a whole number from 1 to {max}"),
            ),
            Self::NeitherYesNorNo { text } => say(
                format!("「{text}」不是「是」或「否」"),
                format!("\"{text}\" is neither \"是\" (yes) nor \"否\" (no)"),
            ),
            Self::NoLogin => say(
                format!(
                    "登录名为 {} 至 {} 个字符，只能是文字、数字和 . - _ @；请改写，或留空",
                    LOGIN_LEN.start(),
                    LOGIN_LEN.end()
                ),
                format!(
                    "What one signs in with has {} to {} characters: letters, digits and . - _ @; write another, or leave it empty",
                    LOGIN_LEN.start(),
                    LOGIN_LEN.end()
                ),
            ),
            Self::DayOfNobody => say(
                "每个日期前面要写是谁签的，如 学校2026-08-20",
                "Write before each day who signed on it, like \"学校2026-08-20\"",
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some("files")
    }
}

impl<T: Term> Refusal for NotListed<T> {
    fn code(&self) -> &'static str {
        "term.not_listed"
    }

    fn values(&self) -> Value {
        let allowed: Vec<&str> = T::ENTRIES.iter().map(|entry| entry.code).collect();
        json!({ "text": self.text, "likely": self.likely().map(Term::code), "allowed": allowed })
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn sentence(&self) -> Sentence {
        let names: Vec<&str> = T::ENTRIES.iter().map(|entry| entry.zh).collect();
        let codes: Vec<&str> = T::ENTRIES.iter().map(|entry| entry.code).collect();
        let likely = self.likely().map_or((String::new(), String::new()), |likely| {
            (format!("，多半是「{}」", likely.zh()), format!(", probably {}", likely.code()))
        });
        say(
            format!("{}没有「{}」{}；可填：{}", T::NAME, self.text, likely.0, names.join("、")),
            format!("\"{}\" is not in the list{}; write one of: {}", self.text, likely.1, codes.join(", ")),
        )
    }

    fn field(&self) -> Option<&'static str> {
        Some("files")
    }
}

impl Refusal for DayFault {
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
            Self::MonthOnly => say(
                "日期只到月；请写到日，如 2026-07-01",
                "The day ends with the month; write the day too, like 2026-07-01",
            ),
            Self::YearOnly => say(
                "日期只到年；请写到日，如 2026-07-01",
                "The day is a year only; write the month and the day too, like 2026-07-01",
            ),
            Self::NoDay => say(
                "不是日期：写法不认识，或日期不存在；请写成 2026-07-01 这样",
                "This is no day: it is not written like one, or the calendar has none such; write it like 2026-07-01",
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some("day")
    }
}

impl Refusal for UnreadableKnownAt {
    fn code(&self) -> &'static str {
        "known_at.unreadable"
    }

    fn values(&self) -> Value {
        json!({})
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn sentence(&self) -> Sentence {
        say(
            "写日志位置（从 0 起的整数）、日期如 2023-01-15（到当天结束为止），或时刻如 2023-01-15T08:00:00Z",
            "Write a position of the log (a whole number from 0 on), a day like 2023-01-15 (until it ended), or an instant like 2023-01-15T08:00:00Z",
        )
    }

    fn field(&self) -> Option<&'static str> {
        Some("known_at")
    }
}

impl Refusal for WordFault {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NoPostStaff | Self::NoStaffCount(_) | Self::NoFinding | Self::NoAnswer | Self::FileTooLong { .. } => {
                RefusalKind::Invalid
            }
            Self::NoFile { .. } | Self::NoFolder { .. } | Self::NoTemplates { .. } => RefusalKind::NotFound,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NoPostStaff => say(
                "请写成 职业代码=人数，如 4-12-01=45",
                "Write the code of the occupation and the number of persons, like 4-12-01=45",
            ),
            Self::NoStaffCount(count) => {
                say(format!("「{count}」不是人数"), format!("\"{count}\" is no number of persons"))
            }
            Self::NoFinding => say(
                "请写成 考察内容=结论，如 安全防护=符合",
                "Write what was looked at and what was found, like safety=met",
            ),
            Self::NoAnswer => {
                say("请写成 题=回答，如 status=enterprise", "Write the question and its answer, like status=enterprise")
            }
            Self::NoFile { path, reason } => {
                say(format!("不能读取 {path}：{reason}"), format!("\"{path}\" cannot be read: {reason}"))
            }
            Self::FileTooLong { path, max_mb } => say(
                format!("{path} 超过 {max_mb} MB，不会是要交的文件；请核对"),
                format!("\"{path}\" has more than {max_mb} MB and cannot be the file that is meant; check it"),
            ),
            Self::NoFolder { path, reason } => say(
                format!("读不出模板文件夹 {path}：{reason}；请检查路径和权限"),
                format!("The folder of templates \"{path}\" cannot be read: {reason}; check path and permissions"),
            ),
            Self::NoTemplates { path } => say(
                format!("模板文件夹 {path} 中没有模板（.txt）；请核对文件夹"),
                format!("The folder \"{path}\" holds no template (.txt); check which folder is meant"),
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NoPostStaff | Self::NoStaffCount(_) => Some("staff"),
            Self::NoFinding => Some("findings"),
            Self::NoAnswer => Some("answer"),
            Self::FileTooLong { .. } => Some("file"),
            Self::NoFile { .. } | Self::NoFolder { .. } | Self::NoTemplates { .. } => None,
        }
    }
}
