//! What is wrong with an input itself, whatever is recorded.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, english, say, values_of};
use crate::app::failure::{FieldName, InputRefusal};
use crate::domain::terms::Term;

/// What people call a field.
fn field_words(name: FieldName) -> (&'static str, &'static str) {
    const WORDS: [(FieldName, &str, &str); 28] = [
        ("address", "实习地址", "address"),
        ("code", "统一社会信用代码", "credit code"),
        ("day_hours", "每日时数", "hours a day"),
        ("employer", "单位", "employer"),
        ("first_day", "第一天", "first day"),
        ("host", "实习单位", "host"),
        ("insurance", "保险", "insurance"),
        ("insurance_buyer", "投保人", "who buys the insurance"),
        ("kind", "实习类别", "kind of internship"),
        ("last_day", "最后一天", "last day"),
        ("lodging", "住宿", "lodging"),
        ("meals", "用餐", "meals"),
        ("mentor", "企业指导教师", "mentor at the host"),
        ("name", "名称", "name"),
        ("on_specialty", "专业对口程度", "on-specialty level"),
        ("pay", "报酬", "pay"),
        ("pay_day", "支付日", "day of payment"),
        ("pay_method", "支付方式", "way of payment"),
        ("pay_unit", "报酬按月还是按天", "whether the pay is by month or by day"),
        ("post", "岗位", "post"),
        ("region", "实习去向", "region"),
        ("site_kind", "实习场所类型", "kind of workplace"),
        ("source", "实习单位来源", "source of the host"),
        ("staff", "人员", "member of staff"),
        ("submit", "提交审核", "submitting it"),
        ("teacher", "校内指导教师", "teacher of the school"),
        ("text", "要找的文字", "text to look for"),
        ("week_days", "每周天数", "days a week"),
    ];
    WORDS.iter().find(|(known, ..)| *known == name).map_or((name, name), |(_, zh, en)| (zh, en))
}

impl Refusal for InputRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NoSuchId(_)
            | Self::UnitIdUnknown
            | Self::UnitCodeUnknown
            | Self::UnitNameUnknown
            | Self::NobodyToOpen(_)
            | Self::NoSuchPage { .. } => RefusalKind::NotFound,
            Self::NothingToScan
            | Self::NothingToRecall
            | Self::NothingToSign
            | Self::NothingToSend
            | Self::ChangedSinceSent { .. }
            | Self::ChangedSincePrinted { .. }
            | Self::AgreementNotDrafted
            | Self::UnitKnownAs { .. }
            | Self::SeveralIds(_) => RefusalKind::Conflict,
            Self::FieldsMissing(_)
            | Self::NothingChanges
            | Self::FileOfOneStudent
            | Self::MarkOfAnother
            | Self::MarkOfAnotherDocument
            | Self::MannerUnclear
            | Self::BehalfIncomplete
            | Self::MarkSaysAll
            | Self::UnitNameEmpty
            | Self::OneOrAllHosts
            | Self::DaysReversed { .. }
            | Self::NotAYear(_)
            | Self::SeveralTimes
            | Self::Dimensions
            | Self::Years { .. }
            | Self::PartWithoutDimension
            | Self::NoSuchPart { .. }
            | Self::PageUnclear(_)
            | Self::SchoolNameEmpty => RefusalKind::Invalid,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::FieldsMissing(fields) => {
                let (zh, en): (Vec<_>, Vec<_>) = fields.iter().map(|name| field_words(name)).unzip();
                say(format!("还要写明：{}", zh.join("、")), format!("Still needed: {}", en.join(", ")))
            }
            Self::PageUnclear(text) => say(
                format!("「{text}」没有写清是哪一页的什么；写「页=学号/材料」，或「页=none」表示不登记这一页"),
                format!(
                    "\"{text}\" does not say what a page is; write PAGE=NUMBER/DOCUMENT, or PAGE=none for one that is not recorded"
                ),
            ),
            Self::NoSuchPage { page, pages } => say(
                format!("没有第 {page} 页，这一叠共 {pages} 页；请核对页号"),
                format!("There is no page {page}, the stack has {pages}; check the number"),
            ),
            Self::NothingChanges => say("没有写变更后的内容", "It does not say what changes"),
            Self::FileOfOneStudent => {
                say("文件是一名学生的；请逐人登记", "The file is one student's; record it student by student")
            }
            Self::NothingToScan => say("没有缺扫描件的纸质签署", "No signature on paper lacks a scan"),
            Self::NothingToRecall => say("没有发出的材料", "No document is out"),
            Self::NothingToSign => {
                say("没有待签的材料；请先发出", "No document waits for a signature; send it out first")
            }
            Self::NothingToSend => say("材料都已发出或已签署", "All documents are out or signed"),
            Self::MarkOfAnother => say(
                "二维码是另一名学生的材料；请核对",
                "The QR code is of another student's document; check which is meant",
            ),
            Self::MarkOfAnotherDocument => say(
                "二维码所在的文件不是发出的那一份，签署不作数；请核对文件",
                "The document with this QR code is not the one that was sent out, so the signature does not count; check it",
            ),
            Self::MannerUnclear => say(
                "电子签署、扫描件和代签不能同时填写；请核对签署方式",
                "An electronic signature, a scan and a signature on behalf exclude each other; check how it was signed",
            ),
            Self::BehalfIncomplete => say(
                "代签要同时写明原因、依据和依据的文件",
                "A signature on behalf needs its reason, its authority and the file of it",
            ),
            Self::MarkSaysAll => say(
                "二维码已说明是哪份材料的第几版；请不要另填材料和版本，也不要对全班使用",
                "The QR code says which version of which document it is; name neither, and do not use it for a class",
            ),
            Self::ChangedSinceSent { document } => say(
                format!("{}发出之后内容或模板有变；请撤回后重新发出，或用原来的模板打印", document.zh()),
                format!(
                    "Contents or template of the {} changed since it was sent out; recall it and send it again, or print it with the template of then",
                    document.en()
                ),
            ),
            Self::ChangedSincePrinted { document } => say(
                format!("{}打印之后内容或模板有变；请重新打印，再发出", document.zh()),
                format!(
                    "Contents or template of the {} changed since it was printed; print it again, then send it out",
                    document.en()
                ),
            ),
            Self::AgreementNotDrafted => {
                say("还没有拟协议；请先拟协议", "The agreement is not drafted yet; draft it first")
            }
            Self::UnitNameEmpty => say(
                "单位名称是空的；请填写营业执照上的全称",
                "The employer's name is empty; write the full one of its business licence",
            ),
            Self::UnitKnownAs { other } => say(
                format!("这个名称或信用代码已登记为单位 {other}；是同一单位时请合并"),
                format!("This name or credit code is registered as employer {other}; merge them if they are one"),
            ),
            Self::UnitIdUnknown => unit_unknown("编号", "id"),
            Self::UnitCodeUnknown => unit_unknown("信用代码", "credit code"),
            Self::UnitNameUnknown => unit_unknown("名称", "name"),
            Self::OneOrAllHosts => say(
                "请写明一个单位，或核定所有待核的单位，二者选一",
                "Name one host or all that are proposed, one of the two",
            ),
            Self::DaysReversed { first_day, last_day } => say(
                format!("最后一天 {last_day} 早于第一天 {first_day}，请核对"),
                format!(
                    "The last day, {}, is before the first, {}; check them",
                    english(*last_day),
                    english(*first_day)
                ),
            ),
            Self::NotAYear(year) => {
                say(format!("「{year}」不是年份，请写成 2026 这样"), format!("{year} is no year; write it like 2026"))
            }
            Self::SeveralTimes => {
                say("「年」「学年」「某一天」只能写一个", "Year, school year and day exclude each other")
            }
            Self::Years { first, last, most } => say(
                format!("{first} 届至 {last} 届：起始的一届不晚于末一届，最多 {most} 届"),
                format!("From {first} to {last}: the first year is not after the last, and there are at most {most}"),
            ),
            Self::Dimensions => say("最多两个分组，且不能相同", "There are at most two groupings, and they differ"),
            Self::PartWithoutDimension => {
                say("打开一个数字要写明按什么分组", "To open a count say what it is grouped by")
            }
            Self::NobodyToOpen(part) => say(
                format!("没有人在岗，没有可打开的「{part}」；请核对日期和截至的记录"),
                format!(
                    "Nobody is at work, so that there is no \"{part}\" to open; check the day and up to where the log is read"
                ),
            ),
            Self::NoSuchPart { dimension, part, known } => {
                let names = |of: fn(&Sentence) -> &str, mark: &str| known.iter().map(of).collect::<Vec<_>>().join(mark);
                say(
                    format!("{}分组中没有「{part}」；有的是：{}", dimension.zh(), names(|name| &name.zh, "、")),
                    format!(
                        "Grouped by {} there is no \"{part}\"; there are: \"{}\"",
                        dimension.en(),
                        names(|name| &name.en, "\", \"")
                    ),
                )
            }
            Self::NoSuchId(id) => say(format!("没有找到编号 {id}"), format!("There is no id \"{id}\"")),
            Self::SeveralIds(id) => say(
                format!("编号 {id} 对应不止一个对象；请写完整的编号"),
                format!("The id \"{id}\" means several things; write all of it"),
            ),
            Self::SchoolNameEmpty => {
                say("学校的名称是空的；请填写全称", "The school's name is empty; write the full one")
            }
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::FieldsMissing(fields) => fields.first().copied(),
            Self::NothingChanges => Some("fields"),
            Self::FileOfOneStudent => Some("file"),
            Self::MarkOfAnother | Self::MarkOfAnotherDocument | Self::MarkSaysAll => Some("mark"),
            Self::PageUnclear(_) => Some("assign"),
            Self::MannerUnclear => Some("manner"),
            Self::BehalfIncomplete => Some("behalf"),
            Self::UnitNameEmpty | Self::SchoolNameEmpty => Some("name"),
            Self::OneOrAllHosts => Some("employer"),
            Self::DaysReversed { .. } => Some("last_day"),
            Self::NotAYear(_) | Self::SeveralTimes => Some("year"),
            Self::Dimensions | Self::PartWithoutDimension => Some("by"),
            Self::Years { .. } => Some("first_year"),
            Self::NoSuchPart { .. } => Some("open"),
            Self::NothingToScan
            | Self::NothingToRecall
            | Self::NothingToSign
            | Self::NothingToSend
            | Self::ChangedSinceSent { .. }
            | Self::ChangedSincePrinted { .. }
            | Self::AgreementNotDrafted
            | Self::UnitKnownAs { .. }
            | Self::UnitIdUnknown
            | Self::UnitCodeUnknown
            | Self::UnitNameUnknown
            | Self::NobodyToOpen(_)
            | Self::NoSuchId(_)
            | Self::SeveralIds(_)
            | Self::NoSuchPage { .. } => None,
        }
    }
}

fn unit_unknown(zh: &str, en: &str) -> Sentence {
    say(
        format!("没有登记这个{zh}的单位；请核对，或先登记单位"),
        format!("No employer of this {en} is registered; check it, or register the employer first"),
    )
}
