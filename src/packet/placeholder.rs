//! The placeholders: what a template may ask for.
//!
//! A placeholder is written {{学生.姓名}} or by its code, {{student.name}}. Its code and its place in the list go into the
//! hash of a document. Invariant: new placeholders are added at the end; none is renamed, moved or removed.

use jiff::civil::Date;
use strum::VariantArray;

use super::particulars::PacketParticulars;
use crate::domain::placement::arrangement::Pay;
use crate::domain::terms::Term;
use crate::text::cleaning::in_one_line;
use crate::text::lang::{Sentence, say};
use serde::Serialize;

/// One thing that a template may ask for. `VARIANTS` lists all of them in the order of the canonical content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Placeholder {
    AgreementNumber,
    SchoolName,
    SchoolRepresentative,
    SchoolAddress,
    SchoolContact,
    SchoolPhone,
    EmployerName,
    EmployerCreditCode,
    EmployerRepresentative,
    EmployerAddress,
    EmployerContact,
    EmployerPhone,
    StudentName,
    StudentDocumentNumber,
    StudentNumber,
    StudentSpecialty,
    StudentClass,
    StudentAddress,
    StudentPhone,
    GuardianName,
    GuardianRelation,
    GuardianDocumentNumber,
    GuardianPhone,
    Kind,
    Post,
    Place,
    Content,
    Conditions,
    FirstDay,
    LastDay,
    WorkingTime,
    Rest,
    Meals,
    Lodging,
    Pay,
    PayMethod,
    PayDay,
    Protection,
    Assessment,
    AbsenceDays,
    Breach,
    Other,
    Insurer,
    PolicyNumber,
    PremiumPayer,
    TeacherName,
    TeacherPhone,
    MentorName,
    MentorPhone,
}

/// What is printed where nothing is known, to be filled in by hand.
const BLANK: &str = "____________";
const BLANK_DAY: &str = "______年____月____日";
const BLANK_NUMBER: &str = "____";

/// One row of the table of placeholders.
struct Row {
    code: &'static str,
    zh: &'static str,
    read: fn(&PacketParticulars) -> Option<String>,
    blank: &'static str,
}

fn row(code: &'static str, zh: &'static str, read: fn(&PacketParticulars) -> Option<String>) -> Row {
    Row { code, zh, read, blank: BLANK }
}

impl Row {
    /// The row with another blank.
    fn or(self, blank: &'static str) -> Self {
        Self { blank, ..self }
    }
}

impl Placeholder {
    /// The table of placeholders: code, Chinese name, how the value is read, what is printed without one.
    fn row(self) -> Row {
        match self {
            Self::AgreementNumber => row("agreement.number", "协议.编号", |p| p.agreement_number.clone()),
            Self::SchoolName => row("school.name", "学校.名称", |p| p.school.name.clone()),
            Self::SchoolRepresentative => {
                row("school.representative", "学校.负责人", |p| p.school.representative.clone())
            }
            Self::SchoolAddress => row("school.address", "学校.地址", |p| p.school.address.clone()),
            Self::SchoolContact => row("school.contact", "学校.联系人", |p| p.school.contact.clone()),
            Self::SchoolPhone => row("school.phone", "学校.电话", |p| p.school.phone.clone()),
            Self::EmployerName => row("employer.name", "单位.名称", |p| p.employer.name.clone()),
            Self::EmployerCreditCode => {
                row("employer.credit_code", "单位.信用代码", |p| p.employer.credit_code.clone())
            }
            Self::EmployerRepresentative => {
                row("employer.representative", "单位.负责人", |p| p.employer.representative.clone())
            }
            Self::EmployerAddress => row("employer.address", "单位.地址", |p| p.employer.address.clone()),
            Self::EmployerContact => row("employer.contact", "单位.联系人", |p| p.employer.contact.clone()),
            Self::EmployerPhone => row("employer.phone", "单位.电话", |p| p.employer.phone.clone()),
            Self::StudentName => row("student.name", "学生.姓名", |p| p.student.name.clone()),
            Self::StudentDocumentNumber => {
                row("student.document_number", "学生.身份证号", |p| p.student.document_number.clone())
            }
            Self::StudentNumber => row("student.number", "学生.学号", |p| p.student.student_number.clone()),
            Self::StudentSpecialty => row("student.specialty", "学生.专业", |p| p.student.specialty.clone()),
            Self::StudentClass => row("student.class", "学生.班级", |p| p.student.class.clone()),
            Self::StudentAddress => row("student.address", "学生.住址", |p| p.student.home_address.clone()),
            Self::StudentPhone => row("student.phone", "学生.电话", |p| p.student.phone.clone()),
            Self::GuardianName => row("guardian.name", "监护人.姓名", |p| p.guardian.name.clone()),
            Self::GuardianRelation => row("guardian.relation", "监护人.关系", |p| p.guardian.relation.clone()),
            Self::GuardianDocumentNumber => {
                row("guardian.document_number", "监护人.身份证号", |p| p.guardian.document_number.clone())
            }
            Self::GuardianPhone => row("guardian.phone", "监护人.电话", |p| p.guardian.phone.clone()),
            Self::Kind => row("internship.kind", "实习.形式", |p| p.terms.kind.clone()),
            Self::Post => row("internship.post", "实习.岗位", |p| p.terms.post.clone()),
            Self::Place => row("internship.place", "实习.地点", |p| p.terms.place.clone()),
            Self::Content => row("internship.content", "实习.内容", |p| p.terms.content.clone()),
            Self::Conditions => row("internship.conditions", "实习.条件保障", |p| p.terms.conditions.clone()),
            Self::FirstDay => {
                row("internship.first_day", "实习.开始日期", |p| p.terms.first_day.map(day)).or(BLANK_DAY)
            }
            Self::LastDay => row("internship.last_day", "实习.结束日期", |p| p.terms.last_day.map(day)).or(BLANK_DAY),
            Self::WorkingTime => {
                row("internship.working_time", "实习.工作时间", |p| p.terms.working_time.clone())
            }
            Self::Rest => row("internship.rest", "实习.休息休假", |p| p.terms.rest.clone()),
            Self::Meals => row("internship.meals", "实习.就餐", |p| p.terms.meals.clone()),
            Self::Lodging => row("internship.lodging", "实习.住宿", |p| p.terms.lodging.clone()),
            Self::Pay => row("internship.pay", "实习.报酬", |p| p.terms.pay.map(pay)),
            Self::PayMethod => row("internship.pay_method", "实习.支付方式", |p| p.terms.pay_method.clone()),
            Self::PayDay => row("internship.pay_day", "实习.支付时间", |p| p.terms.pay_day.clone()),
            Self::Protection => row("internship.protection", "实习.劳动保护", |p| p.terms.protection.clone()),
            Self::Assessment => row("internship.assessment", "实习.考核方式", |p| p.terms.assessment.clone()),
            Self::AbsenceDays => {
                row("internship.absence_days", "实习.旷工天数", |p| p.terms.absence_days.map(number)).or(BLANK_NUMBER)
            }
            Self::Breach => row("internship.breach", "实习.违约责任", |p| p.terms.breach.clone()),
            Self::Other => row("internship.other", "实习.其他约定", |p| p.terms.other.clone()),
            Self::Insurer => row("insurance.insurer", "保险.保险公司", |p| p.terms.insurer.clone()),
            Self::PolicyNumber => row("insurance.policy_number", "保险.保单号", |p| p.terms.policy_number.clone()),
            Self::PremiumPayer => row("insurance.payer", "保险.付费方", |p| p.terms.premium_payer.clone()),
            Self::TeacherName => row("teacher.name", "指导教师.姓名", |p| p.terms.teacher.name.clone()),
            Self::TeacherPhone => row("teacher.phone", "指导教师.电话", |p| p.terms.teacher.phone.clone()),
            Self::MentorName => row("mentor.name", "单位指导人.姓名", |p| p.terms.mentor.name.clone()),
            Self::MentorPhone => row("mentor.phone", "单位指导人.电话", |p| p.terms.mentor.phone.clone()),
        }
    }

    /// The code that goes into the hash of a document: `student.name`.
    pub fn code(self) -> &'static str {
        self.row().code
    }

    /// The Chinese name, group and item: 学生.姓名.
    pub fn zh(self) -> &'static str {
        self.row().zh
    }

    /// What it is called where people read of it: 学生姓名, student name.
    pub fn words(self) -> Sentence {
        say(self.zh().replace('.', ""), self.code().replace(['.', '_'], " "))
    }

    /// The placeholder of this Chinese name or code.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|placeholder| placeholder.zh() == text || placeholder.code() == text)
    }

    /// The placeholder as a template writes it, with its braces.
    pub fn written(self) -> String {
        format!("{{{{{}}}}}", self.zh())
    }

    /// The value in the particulars, or nothing when it is absent or blank. A control character in it becomes a space.
    pub fn value(self, particulars: &PacketParticulars) -> Option<String> {
        let mut value = (self.row().read)(particulars)?;
        in_one_line(&mut value);
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// The line that is printed where nothing is known, to be filled in by hand.
    pub fn blank(self) -> &'static str {
        self.row().blank
    }
}

fn day(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

fn number(number: u16) -> String {
    number.to_string()
}

fn pay(pay: Pay) -> String {
    format!("{} {}", pay.yuan, pay.per.zh())
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::super::{example, requirements};
    use super::*;
    use crate::domain::placement::codes::DocumentKind;

    #[test]
    fn every_placeholder_is_read_by_both_its_names_and_no_two_share_one() {
        for placeholder in Placeholder::VARIANTS {
            assert_eq!(Placeholder::from_text(placeholder.zh()), Some(*placeholder));
            assert_eq!(Placeholder::from_text(placeholder.code()), Some(*placeholder));
        }
    }

    /// The order goes into the hash of a document that was signed.
    #[test]
    fn the_first_49_placeholders_keep_their_codes_and_their_order() {
        let codes: Vec<&str> = Placeholder::VARIANTS.iter().map(|placeholder| placeholder.code()).take(49).collect();
        let digest = Sha256::digest(codes.join("\n").as_bytes());
        assert_eq!(hex::encode(digest), "7087257ee218ab1c49dc924434c822b88da3b96277ce2560c0102237e3a90c1e");
    }

    #[test]
    fn every_placeholder_is_filled_from_full_particulars_and_none_from_empty_ones() {
        for placeholder in Placeholder::VARIANTS {
            assert!(placeholder.value(&example::particulars()).is_some(), "{}", placeholder.zh());
            assert_eq!(placeholder.value(&PacketParticulars::default()), None, "{}", placeholder.zh());
            assert!(placeholder.blank().contains("____"), "{}", placeholder.zh());
        }
    }

    #[test]
    fn days_and_amounts_are_written_out_and_blanks_count_as_nothing() {
        let mut particulars = example::particulars();
        assert_eq!(Placeholder::FirstDay.value(&particulars).as_deref(), Some("2026年9月1日"));
        assert_eq!(Placeholder::Pay.value(&particulars).as_deref(), Some("2400 元/月"));
        particulars.student.name = Some(" \u{0}\n".to_owned());
        assert_eq!(Placeholder::StudentName.value(&particulars), None);
    }

    #[test]
    fn the_guide_for_schools_lists_every_placeholder_and_where_it_must_be() {
        let guide = include_str!("../../templates/packet/README.md");
        let columns = [
            (DocumentKind::Agreement, "协议"),
            (DocumentKind::GuardianConsent, "同意书"),
            (DocumentKind::SafetyAgreement, "安全"),
            (DocumentKind::Commitment, "承诺"),
            (DocumentKind::LetterToParents, "家长书"),
        ];
        for placeholder in Placeholder::VARIANTS {
            let is_demanded =
                |kind| requirements::required_parts(kind).iter().any(|part| part.placeholders.contains(placeholder));
            let names: Vec<&str> =
                columns.iter().filter(|(kind, _)| is_demanded(*kind)).map(|(_, name)| *name).collect();
            let row = format!("| `{}` | {} |", placeholder.written(), names.join("、"));
            assert!(guide.contains(&row), "{row}");
        }
    }
}
