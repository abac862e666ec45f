//! What each document must contain: the heads that the regulation demands, and who signs.
//!
//! A head is shown to be there by its placeholders: a template without the pay is no agreement.

use super::field::Field;
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::{Entry, Term, entry};

/// Who signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signer {
    School,
    Employer,
    Student,
    Guardian,
}

impl Term for Signer {
    const NAME: &'static str = "签署方";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::School, "school", "学校", &[]),
        entry(Self::Employer, "employer", "单位", &["实习单位"]),
        entry(Self::Student, "student", "学生", &[]),
        entry(Self::Guardian, "guardian", "监护人", &["家长"]),
    ];
}

impl Signer {
    /// The lines of a block of signature.
    pub fn lines(self) -> &'static [&'static str] {
        match self {
            Self::School => &["学校（盖章）：", "代表签字：", SIGNED_ON],
            Self::Employer => &["实习单位（盖章）：", "代表签字：", SIGNED_ON],
            Self::Student => &["学生签字：", "", SIGNED_ON],
            Self::Guardian => &["法定监护人（或家长）签字：", "与学生的关系：", SIGNED_ON],
        }
    }
}

const SIGNED_ON: &str = "日期：______年____月____日";

/// A part that a document must have, and the placeholders that show it is there.
#[derive(Debug, PartialEq, Eq)]
pub struct Head {
    pub zh: &'static str,
    pub fields: &'static [Field],
}

/// 实习管理规定 2021, article 15: what an agreement must contain.
pub const AGREEMENT_HEADS: [Head; 9] = [
    Head {
        zh: "第 1 项 各方基本信息",
        fields: &[
            Field::SchoolName,
            Field::SchoolAddress,
            Field::SchoolContact,
            Field::SchoolPhone,
            Field::EmployerName,
            Field::EmployerCreditCode,
            Field::EmployerAddress,
            Field::EmployerContact,
            Field::EmployerPhone,
            Field::StudentName,
            Field::StudentDocumentNumber,
            Field::StudentSpecialty,
            Field::StudentPhone,
            Field::GuardianName,
            Field::GuardianRelation,
            Field::GuardianPhone,
        ],
    },
    Head {
        zh: "第 2 项 实习的时间、地点、内容、要求与条件保障",
        fields: &[
            Field::FirstDay,
            Field::LastDay,
            Field::Place,
            Field::Post,
            Field::Content,
            Field::Conditions,
            Field::TeacherName,
            Field::MentorName,
        ],
    },
    Head {
        zh: "第 3 项 食宿、工作时间和休息休假",
        fields: &[Field::Meals, Field::Lodging, Field::WorkingTime, Field::Rest],
    },
    Head { zh: "第 4 项 实习报酬及支付方式", fields: &[Field::Pay, Field::PayMethod, Field::PayDay] },
    Head { zh: "第 5 项 劳动保护、安全、卫生和职业病危害防护条件", fields: &[Field::Protection] },
    Head { zh: "第 6 项 责任保险与伤亡事故处理办法", fields: &[Field::Insurer, Field::PremiumPayer] },
    Head { zh: "第 7 项 实习考核方式", fields: &[Field::Assessment] },
    Head { zh: "第 8 项 违约责任", fields: &[Field::Breach] },
    Head { zh: "第 9 项 三方认为应当约定的其他事项", fields: &[Field::Other] },
];

const CONSENT_HEADS: [Head; 2] = [
    Head {
        zh: "学生和监护人",
        fields: &[
            Field::StudentName,
            Field::StudentClass,
            Field::GuardianName,
            Field::GuardianRelation,
            Field::GuardianPhone,
        ],
    },
    Head {
        zh: "所同意的实习",
        fields: &[
            Field::SchoolName,
            Field::EmployerName,
            Field::Post,
            Field::Place,
            Field::FirstDay,
            Field::LastDay,
            Field::Lodging,
            Field::Pay,
        ],
    },
];

const SAFETY_HEADS: [Head; 2] = [
    Head { zh: "三方", fields: &[Field::SchoolName, Field::EmployerName, Field::StudentName] },
    Head {
        zh: "岗位、时间和防护",
        fields: &[Field::Post, Field::Place, Field::FirstDay, Field::LastDay, Field::Protection],
    },
];

const COMMITMENT_HEADS: [Head; 1] = [Head {
    zh: "学生和实习",
    fields: &[
        Field::StudentName,
        Field::StudentClass,
        Field::SchoolName,
        Field::EmployerName,
        Field::FirstDay,
        Field::LastDay,
    ],
}];

const LETTER_HEADS: [Head; 1] = [Head {
    zh: "家长须知道的实习情况",
    fields: &[
        Field::StudentName,
        Field::SchoolName,
        Field::EmployerName,
        Field::Place,
        Field::FirstDay,
        Field::LastDay,
        Field::Pay,
        Field::Insurer,
        Field::TeacherName,
        Field::TeacherPhone,
    ],
}];

/// What a template of this kind must ask for.
pub fn heads(kind: DocumentKind) -> &'static [Head] {
    match kind {
        DocumentKind::Agreement => &AGREEMENT_HEADS,
        DocumentKind::GuardianConsent => &CONSENT_HEADS,
        DocumentKind::SafetyAgreement => &SAFETY_HEADS,
        DocumentKind::Commitment => &COMMITMENT_HEADS,
        DocumentKind::LetterToParents => &LETTER_HEADS,
    }
}

/// Who must sign a document of this kind. A letter is handed over; its slip is the school's choice.
pub fn signers(kind: DocumentKind) -> &'static [Signer] {
    match kind {
        DocumentKind::Agreement => &[Signer::School, Signer::Employer, Signer::Student, Signer::Guardian],
        DocumentKind::GuardianConsent => &[Signer::Student, Signer::Guardian],
        DocumentKind::SafetyAgreement => &[Signer::School, Signer::Employer, Signer::Student],
        DocumentKind::Commitment => &[Signer::Student],
        DocumentKind::LetterToParents => &[],
    }
}
