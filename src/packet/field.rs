//! The placeholders: what a template may ask for.
//!
//! A placeholder is written {{学生.姓名}} or by its code, {{student.name}}. The code goes into the hash of a document: add
//! placeholders, never rename or remove one.

use jiff::civil::Date;

use super::particulars::Particulars;
use crate::domain::placement::arrangement::Pay;
use crate::domain::terms::{Entry, Term, entry};
use crate::text::cleaning::in_one_line;

/// One thing that a template may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
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

impl Term for Field {
    const NAME: &'static str = "占位符";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::AgreementNumber, "agreement.number", "协议.编号", &[]),
        entry(Self::SchoolName, "school.name", "学校.名称", &[]),
        entry(Self::SchoolRepresentative, "school.representative", "学校.负责人", &[]),
        entry(Self::SchoolAddress, "school.address", "学校.地址", &[]),
        entry(Self::SchoolContact, "school.contact", "学校.联系人", &[]),
        entry(Self::SchoolPhone, "school.phone", "学校.电话", &[]),
        entry(Self::EmployerName, "employer.name", "单位.名称", &[]),
        entry(Self::EmployerCreditCode, "employer.credit_code", "单位.信用代码", &[]),
        entry(Self::EmployerRepresentative, "employer.representative", "单位.负责人", &[]),
        entry(Self::EmployerAddress, "employer.address", "单位.地址", &[]),
        entry(Self::EmployerContact, "employer.contact", "单位.联系人", &[]),
        entry(Self::EmployerPhone, "employer.phone", "单位.电话", &[]),
        entry(Self::StudentName, "student.name", "学生.姓名", &[]),
        entry(Self::StudentDocumentNumber, "student.document_number", "学生.身份证号", &[]),
        entry(Self::StudentNumber, "student.number", "学生.学号", &[]),
        entry(Self::StudentSpecialty, "student.specialty", "学生.专业", &[]),
        entry(Self::StudentClass, "student.class", "学生.班级", &[]),
        entry(Self::StudentAddress, "student.address", "学生.住址", &[]),
        entry(Self::StudentPhone, "student.phone", "学生.电话", &[]),
        entry(Self::GuardianName, "guardian.name", "监护人.姓名", &[]),
        entry(Self::GuardianRelation, "guardian.relation", "监护人.关系", &[]),
        entry(Self::GuardianDocumentNumber, "guardian.document_number", "监护人.身份证号", &[]),
        entry(Self::GuardianPhone, "guardian.phone", "监护人.电话", &[]),
        entry(Self::Kind, "internship.kind", "实习.形式", &[]),
        entry(Self::Post, "internship.post", "实习.岗位", &[]),
        entry(Self::Place, "internship.place", "实习.地点", &[]),
        entry(Self::Content, "internship.content", "实习.内容", &[]),
        entry(Self::Conditions, "internship.conditions", "实习.条件保障", &[]),
        entry(Self::FirstDay, "internship.first_day", "实习.开始日期", &[]),
        entry(Self::LastDay, "internship.last_day", "实习.结束日期", &[]),
        entry(Self::WorkingTime, "internship.working_time", "实习.工作时间", &[]),
        entry(Self::Rest, "internship.rest", "实习.休息休假", &[]),
        entry(Self::Meals, "internship.meals", "实习.就餐", &[]),
        entry(Self::Lodging, "internship.lodging", "实习.住宿", &[]),
        entry(Self::Pay, "internship.pay", "实习.报酬", &[]),
        entry(Self::PayMethod, "internship.pay_method", "实习.支付方式", &[]),
        entry(Self::PayDay, "internship.pay_day", "实习.支付时间", &[]),
        entry(Self::Protection, "internship.protection", "实习.劳动保护", &[]),
        entry(Self::Assessment, "internship.assessment", "实习.考核方式", &[]),
        entry(Self::AbsenceDays, "internship.absence_days", "实习.旷工天数", &[]),
        entry(Self::Breach, "internship.breach", "实习.违约责任", &[]),
        entry(Self::Other, "internship.other", "实习.其他约定", &[]),
        entry(Self::Insurer, "insurance.insurer", "保险.保险公司", &[]),
        entry(Self::PolicyNumber, "insurance.policy_number", "保险.保单号", &[]),
        entry(Self::PremiumPayer, "insurance.payer", "保险.付费方", &[]),
        entry(Self::TeacherName, "teacher.name", "指导教师.姓名", &[]),
        entry(Self::TeacherPhone, "teacher.phone", "指导教师.电话", &[]),
        entry(Self::MentorName, "mentor.name", "单位指导人.姓名", &[]),
        entry(Self::MentorPhone, "mentor.phone", "单位指导人.电话", &[]),
    ];
}

impl Field {
    /// As a template writes it.
    pub fn placeholder(self) -> String {
        format!("{{{{{}}}}}", self.zh())
    }

    /// What the particulars say; `None` when they say nothing. Printable: a control character has become a space.
    pub fn value(self, p: &Particulars) -> Option<String> {
        let mut value = match self {
            Self::AgreementNumber => p.agreement_number.clone(),
            Self::SchoolName => p.school.name.clone(),
            Self::SchoolRepresentative => p.school.representative.clone(),
            Self::SchoolAddress => p.school.address.clone(),
            Self::SchoolContact => p.school.contact.clone(),
            Self::SchoolPhone => p.school.phone.clone(),
            Self::EmployerName => p.employer.name.clone(),
            Self::EmployerCreditCode => p.employer.credit_code.clone(),
            Self::EmployerRepresentative => p.employer.representative.clone(),
            Self::EmployerAddress => p.employer.address.clone(),
            Self::EmployerContact => p.employer.contact.clone(),
            Self::EmployerPhone => p.employer.phone.clone(),
            Self::StudentName => p.student.name.clone(),
            Self::StudentDocumentNumber => p.student.document_number.clone(),
            Self::StudentNumber => p.student.student_number.clone(),
            Self::StudentSpecialty => p.student.specialty.clone(),
            Self::StudentClass => p.student.class.clone(),
            Self::StudentAddress => p.student.home_address.clone(),
            Self::StudentPhone => p.student.phone.clone(),
            Self::GuardianName => p.guardian.name.clone(),
            Self::GuardianRelation => p.guardian.relation.clone(),
            Self::GuardianDocumentNumber => p.guardian.document_number.clone(),
            Self::GuardianPhone => p.guardian.phone.clone(),
            Self::Kind => p.terms.kind.clone(),
            Self::Post => p.terms.post.clone(),
            Self::Place => p.terms.place.clone(),
            Self::Content => p.terms.content.clone(),
            Self::Conditions => p.terms.conditions.clone(),
            Self::FirstDay => p.terms.first_day.map(day),
            Self::LastDay => p.terms.last_day.map(day),
            Self::WorkingTime => p.terms.working_time.clone(),
            Self::Rest => p.terms.rest.clone(),
            Self::Meals => p.terms.meals.clone(),
            Self::Lodging => p.terms.lodging.clone(),
            Self::Pay => p.terms.pay.map(pay),
            Self::PayMethod => p.terms.pay_method.clone(),
            Self::PayDay => p.terms.pay_day.clone(),
            Self::Protection => p.terms.protection.clone(),
            Self::Assessment => p.terms.assessment.clone(),
            Self::AbsenceDays => p.terms.absence_days.map(|days| days.to_string()),
            Self::Breach => p.terms.breach.clone(),
            Self::Other => p.terms.other.clone(),
            Self::Insurer => p.terms.insurer.clone(),
            Self::PolicyNumber => p.terms.policy_number.clone(),
            Self::PremiumPayer => p.terms.premium_payer.clone(),
            Self::TeacherName => p.terms.teacher.name.clone(),
            Self::TeacherPhone => p.terms.teacher.phone.clone(),
            Self::MentorName => p.terms.mentor.name.clone(),
            Self::MentorPhone => p.terms.mentor.phone.clone(),
        }?;
        in_one_line(&mut value);
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// The line to be filled in by hand where nothing is known.
    pub fn blank(self) -> &'static str {
        match self {
            Self::FirstDay | Self::LastDay => "______年____月____日",
            Self::AbsenceDays => "____",
            Self::AgreementNumber
            | Self::SchoolName
            | Self::SchoolRepresentative
            | Self::SchoolAddress
            | Self::SchoolContact
            | Self::SchoolPhone
            | Self::EmployerName
            | Self::EmployerCreditCode
            | Self::EmployerRepresentative
            | Self::EmployerAddress
            | Self::EmployerContact
            | Self::EmployerPhone
            | Self::StudentName
            | Self::StudentDocumentNumber
            | Self::StudentNumber
            | Self::StudentSpecialty
            | Self::StudentClass
            | Self::StudentAddress
            | Self::StudentPhone
            | Self::GuardianName
            | Self::GuardianRelation
            | Self::GuardianDocumentNumber
            | Self::GuardianPhone
            | Self::Kind
            | Self::Post
            | Self::Place
            | Self::Content
            | Self::Conditions
            | Self::WorkingTime
            | Self::Rest
            | Self::Meals
            | Self::Lodging
            | Self::Pay
            | Self::PayMethod
            | Self::PayDay
            | Self::Protection
            | Self::Assessment
            | Self::Breach
            | Self::Other
            | Self::Insurer
            | Self::PolicyNumber
            | Self::PremiumPayer
            | Self::TeacherName
            | Self::TeacherPhone
            | Self::MentorName
            | Self::MentorPhone => "____________",
        }
    }
}

fn day(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

fn pay(pay: Pay) -> String {
    format!("{} {}", pay.yuan, pay.per.zh())
}

#[cfg(test)]
mod tests {
    use super::super::demand;
    use super::super::example;
    use super::*;
    use crate::domain::placement::codes::DocumentKind;

    #[test]
    fn every_placeholder_is_listed_once_and_read_by_both_its_names() {
        assert_eq!(Field::ENTRIES.len(), Field::MentorPhone as usize + 1);
        for (index, entry) in Field::ENTRIES.iter().enumerate() {
            assert_eq!(entry.value as usize, index, "{}", entry.zh);
            assert_eq!(Field::from_text(entry.zh), Some(entry.value));
            assert_eq!(Field::from_text(entry.code), Some(entry.value));
        }
    }

    #[test]
    fn every_placeholder_is_filled_from_full_particulars_and_none_from_empty_ones() {
        for entry in Field::ENTRIES {
            assert!(entry.value.value(&example::particulars()).is_some(), "{}", entry.zh);
            assert_eq!(entry.value.value(&Particulars::default()), None, "{}", entry.zh);
            assert!(entry.value.blank().contains("____"), "{}", entry.zh);
        }
    }

    #[test]
    fn days_and_amounts_are_written_out_and_blanks_count_as_nothing() {
        let mut particulars = example::particulars();
        assert_eq!(Field::FirstDay.value(&particulars).as_deref(), Some("2026年9月1日"));
        assert_eq!(Field::Pay.value(&particulars).as_deref(), Some("2400 元/月"));
        particulars.student.name = Some(" \u{0}\n".to_owned());
        assert_eq!(Field::StudentName.value(&particulars), None);
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
        for entry in Field::ENTRIES {
            let is_demanded = |kind| demand::heads(kind).iter().any(|head| head.fields.contains(&entry.value));
            let names: Vec<&str> =
                columns.iter().filter(|(kind, _)| is_demanded(*kind)).map(|(_, name)| *name).collect();
            let row = format!("| `{}` | {} |", entry.value.placeholder(), names.join("、"));
            assert!(guide.contains(&row), "{row}");
        }
    }
}
