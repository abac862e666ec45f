//! What a row of each kind says, and what is wrong with one.
//!
//! An optional field that is `None` was an empty cell: it changes nothing.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::cells;
use super::kind::Column;
use crate::domain::account::codes::{DisablingReason, Role};
use crate::domain::agreement::codes::SigningParty;
use crate::domain::agreement::terms::{Conditions, Insured, Payment};
use crate::domain::employer::EmployerProfile;
use crate::domain::evidence::{EvidenceKind, HeardFrom};
use crate::domain::host::codes::Finding;
use crate::domain::identity::IdentityNumber;
use crate::domain::ids::{ClassName, CreditCode, SchoolCode, SpecialtyCode};
use crate::domain::placement::codes::{ChangeReason, ComplianceVerdict, EndReason, Initiator};
use crate::domain::statements::{Spoken, StatementReason};
use crate::domain::terms::{
    Channel, DestinationKind, Entry, Exam, ExamResult, Gender, Industry, Insurance, JobPlace, LabourContract, Route,
    SchoolCategory, SpecialtyMatch, Standing, StudyChannel, StudyLevel, Term, entry,
};
use crate::input::fields::PlacementFields;
use crate::refusal::Why;

/// How a row names its school.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SchoolRef {
    pub code: Option<SchoolCode>,
    pub name: Option<String>,
}

/// Whose row it is: by the document, else by the student number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonRef {
    pub school: SchoolRef,
    pub name: String,
    /// `None` only where there is a student number.
    pub document: Option<IdentityNumber>,
    pub student_number: Option<String>,
}

impl PersonRef {
    /// The text that tells the person from others of the file.
    pub fn number(&self) -> &str {
        self.document.as_ref().map(IdentityNumber::as_str).or(self.student_number.as_deref()).unwrap_or_default()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SchoolRow {
    pub code: SchoolCode,
    pub name: String,
    pub category: SchoolCategory,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RosterRow {
    pub person: PersonRef,
    /// Under which the person is on record, where the number is corrected.
    pub former_document: Option<IdentityNumber>,
    pub phone: Option<String>,
    pub guardian: Option<String>,
    pub guardian_phone: Option<String>,
    pub home_address: Option<String>,
    pub gender: Gender,
    pub specialty: Option<SpecialtyCode>,
    pub specialty_name: Option<String>,
    pub class: ClassName,
    pub route: Option<Route>,
    pub standing: Standing,
    /// `None` only for a student who is enrolled.
    pub standing_on: Option<Date>,
    /// What is recorded of leaving school is wrong, and this row is right.
    pub corrects: bool,
}

/// What a row does to what is recorded (操作).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum RowOperation {
    #[default]
    State,
    Withdraw,
    Restore,
    Correct,
}

impl Term for RowOperation {
    const NAME: &'static str = "操作";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::State, "state", "填报", &["有效", "正常", "新增", "是", "1"]),
        entry(Self::Withdraw, "withdraw", "撤销", &["作废", "无效", "撤回", "放弃", "否", "0"]),
        entry(Self::Restore, "restore", "恢复", &["恢复有效"]),
        entry(Self::Correct, "correct", "更正", &[]).en("correction"),
    ];
}

/// What a row does, why, and to what was said from which day on, where it says so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RowAct {
    pub operation: RowOperation,
    pub reason: StatementReason,
    pub former_day: Option<Date>,
}

/// A cell that was empty says nothing; one of a word for nothing says that there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutcomeRow {
    pub person: PersonRef,
    pub act: RowAct,
    pub kind: DestinationKind,
    pub employer: Spoken<String>,
    pub credit_code: Option<CreditCode>,
    pub industry: Spoken<Industry>,
    pub place: Spoken<JobPlace>,
    pub channel: Spoken<Channel>,
    pub salary_yuan: Spoken<u32>,
    pub contract: Spoken<LabourContract>,
    pub insurance: Spoken<Insurance>,
    pub starts_on: Date,
    pub last_day: Spoken<Date>,
    pub evidence: Vec<EvidenceKind>,
    pub on_specialty: Spoken<SpecialtyMatch>,
    pub heard_from: Option<HeardFrom>,
    pub reported_on: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FurtherStudyRow {
    pub person: PersonRef,
    pub act: RowAct,
    pub channel: StudyChannel,
    pub level: StudyLevel,
    pub college: String,
    pub college_specialty: Spoken<String>,
    pub admitted_on: Spoken<Date>,
    pub registered_on: Spoken<Date>,
    pub last_day: Spoken<Date>,
    pub evidence: Vec<EvidenceKind>,
    pub heard_from: Option<HeardFrom>,
    pub reported_on: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExamRow {
    pub person: PersonRef,
    pub act: RowAct,
    pub exam: Exam,
    pub sat: bool,
    /// Nothing says only whether the graduate sat.
    pub result: Spoken<ExamResult>,
    pub exam_on: Option<Date>,
}

/// How a row names a legal unit: by one of these at least.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitRef {
    pub name: Option<String>,
    pub code: Option<CreditCode>,
}

/// A unit, and what a school has to do with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EmployerRow {
    pub school: SchoolRef,
    pub name: String,
    pub code: Option<CreditCode>,
    pub profile: EmployerProfile,
    /// Persons on the staff (在岗职工总数), counted on that day.
    pub staff: Option<(u32, Date)>,
    pub partner_since: Option<Date>,
    /// What was found under each of the nine heads.
    pub visit: Option<(Date, Finding)>,
    /// Last day of a framework agreement, and its first where that is said.
    pub framework: Option<(Option<Date>, Date)>,
    /// Name and telephone.
    pub contact: Option<(String, Option<String>)>,
}

/// What an agreement says besides what the placement arranges.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Agreed {
    pub conditions: Option<Conditions>,
    pub payment: Option<Payment>,
    pub insured: Option<Insured>,
}

/// Who signed, and on which day where the row names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SignedBy {
    pub party: SigningParty,
    pub on: Option<Date>,
}

/// Signatures on paper under the agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signed {
    /// The version that was signed; the one that is out where none is named.
    pub version: Option<u32>,
    pub on: Date,
    /// Empty for all.
    pub by: Vec<SignedBy>,
}

/// An end before the last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Ended {
    /// The last day at work.
    pub on: Date,
    pub initiator: Initiator,
    pub reason: EndReason,
    /// From this day the agreement binds nobody.
    pub agreement_ends_on: Option<Date>,
}

/// A student's stay. Where `change` is there, what is said holds from that day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlacementRow {
    pub person: PersonRef,
    pub unit: UnitRef,
    /// Without the host, which `unit` names.
    pub fields: PlacementFields,
    pub first_day: Date,
    pub verdict: Option<ComplianceVerdict>,
    pub agreed: Agreed,
    pub signed: Option<Signed>,
    /// When all signed the other documents of the packet.
    pub packet_signed_on: Option<Date>,
    pub arrived_on: Option<Date>,
    pub change: Option<(Date, ChangeReason)>,
    pub ended: Option<Ended>,
}

/// Whether somebody is on the staff, or why not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Employment {
    #[default]
    Employed,
    Left,
    Retired,
    LongLeave,
    Disabled,
}

impl Term for Employment {
    const NAME: &'static str = "在职状态";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Employed, "employed", "在职", &["在岗", "正常", "启用", "是", "1"]).en("on the staff"),
        entry(Self::Left, "left", "离职", &["调离", "调出", "辞职", "否", "0"]).en("left the school"),
        entry(Self::Retired, "retired", "退休", &[]),
        entry(Self::LongLeave, "long_leave", "长期休假", &["休假"]),
        entry(Self::Disabled, "disabled", "停用", &[]),
    ];
}

impl Employment {
    /// Why the account is disabled; `None` of who is on the staff.
    pub fn disabling(self) -> Option<DisablingReason> {
        match self {
            Self::Employed => None,
            Self::Left => Some(DisablingReason::Left),
            Self::Retired => Some(DisablingReason::Retired),
            Self::LongLeave => Some(DisablingReason::LongLeave),
            Self::Disabled => Some(DisablingReason::Other),
        }
    }
}

/// A member of staff of a school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StaffRow {
    pub school: SchoolRef,
    pub name: String,
    /// What the account signs in with, as it is compared; `None` where only the name says who it is.
    pub login: Option<String>,
    pub role: Role,
    /// Of a class teacher.
    pub class: Option<ClassName>,
    pub employment: Employment,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Content {
    School(SchoolRow),
    Roster(Box<RosterRow>),
    Outcome(Box<OutcomeRow>),
    FurtherStudy(Box<FurtherStudyRow>),
    Exam(Box<ExamRow>),
    Employer(Box<EmployerRow>),
    Placement(Box<PlacementRow>),
    Staff(Box<StaffRow>),
}

impl Content {
    /// The student whose row it is; `None` for a school's, a unit's or a member of staff's.
    pub fn person(&self) -> Option<&PersonRef> {
        match self {
            Self::School(_) | Self::Employer(_) | Self::Staff(_) => None,
            Self::Roster(row) => Some(&row.person),
            Self::Outcome(row) => Some(&row.person),
            Self::FurtherStudy(row) => Some(&row.person),
            Self::Exam(row) => Some(&row.person),
            Self::Placement(row) => Some(&row.person),
        }
    }

    /// The school whose row it is; `None` for the row that says what schools there are.
    pub fn school(&self) -> Option<&SchoolRef> {
        match self {
            Self::Employer(row) => Some(&row.school),
            Self::Staff(row) => Some(&row.school),
            Self::School(_)
            | Self::Roster(_)
            | Self::Outcome(_)
            | Self::FurtherStudy(_)
            | Self::Exam(_)
            | Self::Placement(_) => self.person().map(|person| &person.school),
        }
    }

    /// The column that says what a row is about.
    pub fn subject_column(&self) -> Column {
        match self {
            Self::Staff(_) => Column::Name,
            Self::School(_) | Self::Employer(_) => Column::Unit,
            Self::Roster(_) | Self::Outcome(_) | Self::FurtherStudy(_) | Self::Exam(_) | Self::Placement(_) => {
                Column::Document
            }
        }
    }

    /// What a message may show of the columns that a look-up can fault.
    pub fn masked(&self, column: Column) -> String {
        let shown = match column {
            Column::Document => self.person().map(|person| cells::mask_document(person.number())),
            Column::Name => match self {
                Self::Staff(row) => Some(crate::people::masked_name(&row.name)),
                _ => self.person().map(|person| crate::people::masked_name(&person.name)),
            },
            Column::SchoolCode => self.school().and_then(|school| match &school.code {
                Some(code) => Some(code.as_str().to_owned()),
                None => school.name.as_deref().map(cells::unless_of_a_person),
            }),
            Column::Class | Column::Role | Column::Login => match self {
                Self::Staff(row) if column == Column::Class => row.class.as_ref().map(|of| of.as_str().to_owned()),
                Self::Staff(row) if column == Column::Role => Some(row.role.zh().to_owned()),
                Self::Staff(row) => row.login.as_deref().map(cells::mask_document),
                _ => None,
            },
            Column::Unit => match self {
                Self::Employer(row) => Some(cells::unless_of_a_person(&row.name)),
                Self::Placement(row) => {
                    row.unit.name.clone().or_else(|| row.unit.code.as_ref().map(|code| code.text.clone()))
                }
                Self::School(_)
                | Self::Roster(_)
                | Self::Outcome(_)
                | Self::FurtherStudy(_)
                | Self::Exam(_)
                | Self::Staff(_) => None,
            },
            _ => None,
        };
        shown.unwrap_or_default()
    }
}

/// A row without faults.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub number: u32,
    pub content: Content,
    pub warnings: Vec<Fault>,
}

/// What is wrong with one cell; the value is masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub column: String,
    pub value: String,
    pub reason: Why,
}

/// A row that is not recorded, and all that is wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub struct RejectedRow {
    pub sheet: usize,
    pub number: u32,
    pub faults: Vec<Fault>,
}
