//! The closed vocabularies of accounts.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::domain::terms::{Entry, Term, entry};

/// What a member of staff is, which says what the account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// 市局: all schools.
    Bureau,
    /// 校长: reads, reviews and signs for the school.
    Principal,
    /// 就业办: records and reviews for the school.
    Officer,
    /// 班主任: records for one class.
    ClassTeacher,
    /// 实习指导教师: reads the school's data.
    Mentor,
    /// 审计: reads the city's data or one school's, persons masked, and records nothing.
    Auditor,
}

impl Term for Role {
    const NAME: &'static str = "角色";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Bureau, "bureau", "市局", &["教育局"]),
        entry(Self::Principal, "principal", "校长", &[]),
        entry(Self::Officer, "officer", "就业办", &["实习办", "干事"]).en("employment office"),
        entry(Self::ClassTeacher, "class-teacher", "班主任", &[]),
        entry(Self::Mentor, "mentor", "实习指导教师", &["指导教师"]).en("internship mentor"),
        entry(Self::Auditor, "auditor", "审计", &[]),
    ];
}

/// Why a role is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum RoleReason {
    Reassigned,
    ClassChanged,
    SchoolChanged,
    EntryError,
    Other,
}

impl Term for RoleReason {
    const NAME: &'static str = "角色变更原因";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Reassigned, "reassigned", "岗位调整", &[]),
        entry(Self::ClassChanged, "class_changed", "换班", &[]).en("another class"),
        entry(Self::SchoolChanged, "school_changed", "调往他校", &["调动"]).en("another school"),
        entry(Self::EntryError, "entry_error", "填报有误", &[]),
        entry(Self::Other, "other", "其他", &[]),
    ];
}

/// For what somebody looks at persons whom lists show masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum LookingPurpose {
    ContactStudent,
    CheckDocuments,
    Submission,
    StudentRequest,
}

impl Term for LookingPurpose {
    const NAME: &'static str = "查看用途";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::ContactStudent, "contact_student", "联系学生", &["联系"]).en("contact the student"),
        entry(Self::CheckDocuments, "check_documents", "核对材料", &["核对"]).en("check documents"),
        entry(Self::Submission, "submission", "报送", &[]),
        entry(Self::StudentRequest, "student_request", "学生要求", &[]).en("the student asked"),
    ];
}

/// Why an account is disabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum DisablingReason {
    Left,
    Retired,
    Reassigned,
    LongLeave,
    Security,
    Duplicate,
    EntryError,
    Other,
}

impl Term for DisablingReason {
    const NAME: &'static str = "停用原因";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Left, "left", "离职", &["调离"]).en("left the school"),
        entry(Self::Retired, "retired", "退休", &[]),
        entry(Self::Reassigned, "reassigned", "岗位调整", &[]),
        entry(Self::LongLeave, "long_leave", "长期休假", &["休假"]),
        entry(Self::Security, "security", "账号安全", &[]).en("security of the account"),
        entry(Self::Duplicate, "duplicate", "重复登记", &["重复"]).en("registered twice"),
        entry(Self::EntryError, "entry_error", "填报有误", &[]),
        entry(Self::Other, "other", "其他", &[]),
    ];
}

/// Why an account may sign in without a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum WaiverReason {
    NoDevice,
    Hardship,
    Demonstration,
}

impl Term for WaiverReason {
    const NAME: &'static str = "免用动态码原因";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::NoDevice, "no_device", "没有可用的手机", &["无手机"]).en("no telephone to use"),
        entry(Self::Hardship, "hardship", "使用确有困难", &[]).en("cannot use one"),
        entry(Self::Demonstration, "demonstration", "演示数据", &["演示"]).en("samples only"),
    ];
}

/// Why the operator decides in the name of somebody who could have signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum EmergencyReason {
    StaffUnreachable,
    SignInBroken,
    Deadline,
    Other,
}

impl Term for EmergencyReason {
    const NAME: &'static str = "应急代办原因";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::StaffUnreachable, "staff_unreachable", "本人无法联系", &[])
            .en("the member of staff cannot be reached"),
        entry(Self::SignInBroken, "sign_in_broken", "无法登录", &[]).en("signing in does not work"),
        entry(Self::Deadline, "deadline", "期限将至", &[]).en("a deadline is near"),
        entry(Self::Other, "other", "其他", &[]),
    ];
}
