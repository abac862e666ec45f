//! What is known of one placement when its documents are printed.
//!
//! Invariant: nothing has a default. A field without a value here is a blank on paper.

use jiff::civil::Date;

use crate::domain::placement::arrangement::Pay;

/// All that the documents of one student can say: the fields of the three-party agreement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PacketParticulars {
    /// 协议编号, as the school numbers its agreements.
    pub agreement_number: Option<String>,
    pub school: PartyDetails,
    pub employer: PartyDetails,
    pub student: StudentDetails,
    pub guardian: Guardian,
    pub terms: PrintedTerms,
}

/// The school or the host.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PartyDetails {
    /// The full name, as registered.
    pub name: Option<String>,
    /// 统一社会信用代码.
    pub credit_code: Option<String>,
    /// 法定代表人 or 负责人.
    pub representative: Option<String>,
    pub address: Option<String>,
    /// 联系人: whom to call.
    pub contact: Option<String>,
    /// The telephone number of the contact.
    pub phone: Option<String>,
}

/// The student as the agreement names them. The opaque id belongs to the document, not here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StudentDetails {
    pub name: Option<String>,
    /// 身份证号.
    pub document_number: Option<String>,
    /// 学号.
    pub student_number: Option<String>,
    /// The name of the specialty, not its code.
    pub specialty: Option<String>,
    pub class: Option<String>,
    pub home_address: Option<String>,
    pub phone: Option<String>,
}

/// 法定监护人或家长.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Guardian {
    pub name: Option<String>,
    /// The relation to the student: 父亲, 母亲.
    pub relation: Option<String>,
    /// 身份证号.
    pub document_number: Option<String>,
    pub phone: Option<String>,
}

/// What the three parties agree on, as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrintedTerms {
    /// 认识实习, 岗位实习.
    pub kind: Option<String>,
    /// 岗位.
    pub post: Option<String>,
    /// The address of the workplace.
    pub place: Option<String>,
    /// What the student does and learns.
    pub content: Option<String>,
    /// Equipment, rooms and teaching that the host provides.
    pub conditions: Option<String>,
    pub first_day: Option<Date>,
    /// The last day of the placement, included.
    pub last_day: Option<Date>,
    /// Hours of the day and of the week.
    pub working_time: Option<String>,
    /// 休息休假.
    pub rest: Option<String>,
    /// Whether meals are provided, subsidised or the student's own affair.
    pub meals: Option<String>,
    /// Whether lodging is provided, subsidised or the student's own affair.
    pub lodging: Option<String>,
    /// In whole yuan per month or day.
    pub pay: Option<Pay>,
    /// Transfer to the student's account, cash.
    pub pay_method: Option<String>,
    /// When it is paid: 每月 15 日.
    pub pay_day: Option<String>,
    /// Protective equipment and conditions against hazards of the post.
    pub protection: Option<String>,
    /// The company that insures the student.
    pub insurer: Option<String>,
    pub policy_number: Option<String>,
    /// Who pays the premium: school or host, never the student.
    pub premium_payer: Option<String>,
    /// 考核方式.
    pub assessment: Option<String>,
    /// Days of absence in a row after which the host may end the agreement.
    pub absence_days: Option<u16>,
    /// 违约责任.
    pub breach: Option<String>,
    /// 其他约定.
    pub other: Option<String>,
    /// The school's teacher of the internship (实习指导教师).
    pub teacher: Mentor,
    /// The host's mentor (实习指导人员).
    pub mentor: Mentor,
}

/// Someone who guides the student, for the school or for the host.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mentor {
    pub name: Option<String>,
    pub phone: Option<String>,
}
