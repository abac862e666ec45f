//! What each document must contain: the parts that the regulation requires, and who signs.
//!
//! Placeholders show that a part is there: a template that does not ask for the pay is no agreement.

use strum::VariantArray;

use super::placeholder::Placeholder;
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::{Entry, Term, entry};
use serde::Serialize;

/// Who signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Signer {
    /// A representative and the stamp of the school.
    School,
    /// A representative and the stamp of the host.
    Employer,
    Student,
    /// A legal guardian or parent of the student.
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
    /// The lines of the block in which this party signs. An empty line leaves room.
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
pub struct RequiredPart {
    /// The name of the part, as a mistake in a template names it.
    pub zh: &'static str,
    /// A template must use each of them.
    pub placeholders: &'static [Placeholder],
}

/// 实习管理规定 2021, article 15: what an agreement must contain.
const AGREEMENT_PARTS: [RequiredPart; 9] = [
    RequiredPart {
        zh: "第 1 项 各方基本信息",
        placeholders: &[
            Placeholder::SchoolName,
            Placeholder::SchoolAddress,
            Placeholder::SchoolContact,
            Placeholder::SchoolPhone,
            Placeholder::EmployerName,
            Placeholder::EmployerCreditCode,
            Placeholder::EmployerAddress,
            Placeholder::EmployerContact,
            Placeholder::EmployerPhone,
            Placeholder::StudentName,
            Placeholder::StudentDocumentNumber,
            Placeholder::StudentSpecialty,
            Placeholder::StudentPhone,
            Placeholder::GuardianName,
            Placeholder::GuardianRelation,
            Placeholder::GuardianPhone,
        ],
    },
    RequiredPart {
        zh: "第 2 项 实习的时间、地点、内容、要求与条件保障",
        placeholders: &[
            Placeholder::FirstDay,
            Placeholder::LastDay,
            Placeholder::Place,
            Placeholder::Post,
            Placeholder::Content,
            Placeholder::Conditions,
            Placeholder::TeacherName,
            Placeholder::MentorName,
        ],
    },
    RequiredPart {
        zh: "第 3 项 食宿、工作时间和休息休假",
        placeholders: &[Placeholder::Meals, Placeholder::Lodging, Placeholder::WorkingTime, Placeholder::Rest],
    },
    RequiredPart {
        zh: "第 4 项 实习报酬及支付方式",
        placeholders: &[Placeholder::Pay, Placeholder::PayMethod, Placeholder::PayDay],
    },
    RequiredPart {
        zh: "第 5 项 劳动保护、安全、卫生和职业病危害防护条件", placeholders: &[Placeholder::Protection]
    },
    RequiredPart {
        zh: "第 6 项 责任保险与伤亡事故处理办法",
        placeholders: &[Placeholder::Insurer, Placeholder::PremiumPayer],
    },
    RequiredPart { zh: "第 7 项 实习考核方式", placeholders: &[Placeholder::Assessment] },
    RequiredPart { zh: "第 8 项 违约责任", placeholders: &[Placeholder::Breach] },
    RequiredPart { zh: "第 9 项 三方认为应当约定的其他事项", placeholders: &[Placeholder::Other] },
];

const CONSENT_PARTS: [RequiredPart; 2] = [
    RequiredPart {
        zh: "学生和监护人",
        placeholders: &[
            Placeholder::StudentName,
            Placeholder::StudentClass,
            Placeholder::GuardianName,
            Placeholder::GuardianRelation,
            Placeholder::GuardianPhone,
        ],
    },
    RequiredPart {
        zh: "所同意的实习",
        placeholders: &[
            Placeholder::SchoolName,
            Placeholder::EmployerName,
            Placeholder::Post,
            Placeholder::Place,
            Placeholder::FirstDay,
            Placeholder::LastDay,
            Placeholder::Lodging,
            Placeholder::Pay,
        ],
    },
];

const SAFETY_PARTS: [RequiredPart; 2] = [
    RequiredPart {
        zh: "三方",
        placeholders: &[Placeholder::SchoolName, Placeholder::EmployerName, Placeholder::StudentName],
    },
    RequiredPart {
        zh: "岗位、时间和防护",
        placeholders: &[
            Placeholder::Post,
            Placeholder::Place,
            Placeholder::FirstDay,
            Placeholder::LastDay,
            Placeholder::Protection,
        ],
    },
];

const COMMITMENT_PARTS: [RequiredPart; 1] = [RequiredPart {
    zh: "学生和实习",
    placeholders: &[
        Placeholder::StudentName,
        Placeholder::StudentClass,
        Placeholder::SchoolName,
        Placeholder::EmployerName,
        Placeholder::FirstDay,
        Placeholder::LastDay,
    ],
}];

const LETTER_PARTS: [RequiredPart; 1] = [RequiredPart {
    zh: "家长须知道的实习情况",
    placeholders: &[
        Placeholder::StudentName,
        Placeholder::SchoolName,
        Placeholder::EmployerName,
        Placeholder::Place,
        Placeholder::FirstDay,
        Placeholder::LastDay,
        Placeholder::Pay,
        Placeholder::Insurer,
        Placeholder::TeacherName,
        Placeholder::TeacherPhone,
    ],
}];

/// The parts that a template of this kind must have.
pub fn required_parts(kind: DocumentKind) -> &'static [RequiredPart] {
    match kind {
        DocumentKind::Agreement => &AGREEMENT_PARTS,
        DocumentKind::GuardianConsent => &CONSENT_PARTS,
        DocumentKind::SafetyAgreement => &SAFETY_PARTS,
        DocumentKind::Commitment => &COMMITMENT_PARTS,
        DocumentKind::LetterToParents => &LETTER_PARTS,
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
