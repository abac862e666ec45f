//! What is known of one placement when its documents are printed.
//!
//! Invariant: what is absent here is absent on paper; nothing has a default.

use jiff::civil::Date;

use crate::domain::placement::arrangement::Pay;

/// All that the documents of one student can say: the fields of the three-party agreement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Particulars {
    /// 协议编号, as the school numbers its agreements.
    pub agreement_number: Option<String>,
    pub school: Party,
    pub employer: Party,
    pub student: Student,
    pub guardian: Guardian,
    pub terms: Terms,
}

/// The school or the host.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Party {
    pub name: Option<String>,
    /// 统一社会信用代码.
    pub credit_code: Option<String>,
    /// 法定代表人 or 负责人.
    pub representative: Option<String>,
    pub address: Option<String>,
    pub contact: Option<String>,
    pub phone: Option<String>,
}

/// The student as the agreement names them; the opaque id is the paper's, not a particular.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Student {
    pub name: Option<String>,
    pub document_number: Option<String>,
    pub student_number: Option<String>,
    pub specialty: Option<String>,
    pub class: Option<String>,
    pub home_address: Option<String>,
    pub phone: Option<String>,
}

/// 法定监护人或家长.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Guardian {
    pub name: Option<String>,
    /// To the student: 父亲, 母亲.
    pub relation: Option<String>,
    pub document_number: Option<String>,
    pub phone: Option<String>,
}

/// What the three parties agree on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// 认识实习, 岗位实习.
    pub kind: Option<String>,
    pub post: Option<String>,
    pub place: Option<String>,
    /// What the student does and learns.
    pub content: Option<String>,
    /// Equipment, rooms and teaching that the host provides.
    pub conditions: Option<String>,
    pub first_day: Option<Date>,
    pub last_day: Option<Date>,
    /// Hours of the day and of the week.
    pub working_time: Option<String>,
    pub rest: Option<String>,
    /// Provided, subsidised or the student's own affair.
    pub meals: Option<String>,
    pub lodging: Option<String>,
    pub pay: Option<Pay>,
    /// Transfer to the student's account, cash.
    pub pay_method: Option<String>,
    /// When it is paid: 每月 15 日.
    pub pay_day: Option<String>,
    /// Protective equipment and conditions against hazards of the post.
    pub protection: Option<String>,
    pub insurer: Option<String>,
    pub policy_number: Option<String>,
    /// Who pays the premium: school or host, never the student.
    pub premium_payer: Option<String>,
    pub assessment: Option<String>,
    /// Days of absence in a row after which the host may end the agreement.
    pub absence_days: Option<u16>,
    pub breach: Option<String>,
    pub other: Option<String>,
    /// The school's (实习指导教师).
    pub teacher: Mentor,
    /// The host's (实习指导人员).
    pub mentor: Mentor,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mentor {
    pub name: Option<String>,
    pub phone: Option<String>,
}
