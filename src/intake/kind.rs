//! The kinds of file, and which columns each has and must have.

pub use super::column::Column;
use crate::domain::terms::{Entry, Term, entry};
use serde::{Deserialize, Serialize};
use strum::VariantArray;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Schools,
    Roster,
    Outcomes,
    FurtherStudy,
    Exam,
    Employers,
    Placements,
    Staff,
}

impl Term for Kind {
    const NAME: &'static str = "文件种类";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Schools, "schools", "学校名单", &[]).en("list of schools"),
        entry(Self::Roster, "roster", "毕业生名册", &[]).en("roster of graduates"),
        entry(Self::Outcomes, "outcomes", "毕业去向", &[]).en("destinations"),
        entry(Self::FurtherStudy, "further-study", "升学名单", &[]),
        entry(Self::Exam, "exam", "职教高考成绩名单", &[]).en("exam results"),
        entry(Self::Employers, "employers", "实习单位", &[]).en("hosts"),
        entry(Self::Placements, "placements", "实习安排", &[]),
        entry(Self::Staff, "staff", "教职工名单", &[]).en("list of staff"),
    ];
}

impl Kind {
    /// When a file's turn comes among the files of one call: what others name goes before.
    pub fn turn(self) -> u8 {
        match self {
            Self::Schools => 0,
            Self::Roster | Self::Employers => 1,
            Self::Outcomes | Self::FurtherStudy | Self::Exam | Self::Placements | Self::Staff => 2,
        }
    }

    /// Whether a file may have more to record when it comes again: its rows wait for decisions of persons.
    pub fn goes_on(self) -> bool {
        matches!(self, Self::Employers | Self::Placements)
    }

    /// The columns in the order of the template, and whether each must be there.
    pub fn columns(self) -> &'static [(Column, bool)] {
        use Column as C;
        match self {
            Self::Schools => &[(C::SchoolCode, true), (C::SchoolName, true), (C::SchoolCategory, true)],
            Self::Roster => &[
                (C::SchoolCode, false),
                (C::SchoolName, false),
                (C::Name, true),
                (C::DocumentKind, false),
                (C::Document, true),
                (C::FormerDocument, false),
                (C::StudentNumber, false),
                (C::Gender, false),
                (C::SpecialtyCode, false),
                (C::SpecialtyName, false),
                (C::Class, true),
                (C::Route, false),
                (C::Standing, true),
                (C::StandingDay, true),
                (C::Operation, false),
                (C::Phone, false),
                (C::Guardian, false),
                (C::GuardianPhone, false),
                (C::HomeAddress, false),
            ],
            Self::Outcomes => &[
                (C::SchoolCode, false),
                (C::SchoolName, false),
                (C::Name, true),
                (C::DocumentKind, false),
                (C::Document, false),
                (C::StudentNumber, false),
                (C::DestinationKind, true),
                (C::Employer, false),
                (C::CreditCode, false),
                (C::College, false),
                (C::Industry, false),
                (C::Place, false),
                (C::Channel, false),
                (C::Salary, false),
                (C::Contract, false),
                (C::Insurance, false),
                (C::StartDay, true),
                (C::EndDay, false),
                (C::Operation, false),
                (C::OperationReason, false),
                (C::FormerDay, false),
                (C::Status, false),
                (C::Evidence, false),
                (C::Match, false),
                (C::Source, false),
                (C::ReportedDay, false),
            ],
            Self::FurtherStudy => &[
                (C::SchoolCode, false),
                (C::SchoolName, false),
                (C::Name, true),
                (C::DocumentKind, false),
                (C::Document, false),
                (C::StudentNumber, false),
                (C::StudyChannel, true),
                (C::College, true),
                (C::CollegeSpecialty, false),
                (C::StudyLevel, true),
                (C::AdmissionDay, false),
                (C::RegistrationDay, false),
                (C::LeavingDay, false),
                (C::Operation, false),
                (C::OperationReason, false),
                (C::FormerDay, false),
                (C::Status, false),
                (C::Employer, false),
                (C::Evidence, false),
                (C::Source, false),
                (C::ReportedDay, false),
            ],
            Self::Exam => &[
                (C::SchoolCode, false),
                (C::SchoolName, false),
                (C::Name, true),
                (C::DocumentKind, false),
                (C::Document, false),
                (C::StudentNumber, false),
                (C::ExamName, false),
                (C::ExamDay, false),
                (C::ExamSat, true),
                (C::ExamResult, false),
                (C::Operation, false),
                (C::OperationReason, false),
                (C::FormerDay, false),
            ],
            Self::Employers => &[
                (C::SchoolCode, false),
                (C::SchoolName, false),
                (C::Unit, true),
                (C::CreditCode, false),
                (C::Industry, false),
                (C::Size, false),
                (C::Ownership, false),
                (C::StaffTotal, false),
                (C::StaffDay, false),
                (C::PartnerSince, false),
                (C::VisitedDay, false),
                (C::Finding, false),
                (C::FrameworkDay, false),
                (C::FrameworkLastDay, false),
                (C::Contact, false),
                (C::Phone, false),
            ],
            Self::Placements => &[
                (C::SchoolCode, false),
                (C::SchoolName, false),
                (C::Name, true),
                (C::DocumentKind, false),
                (C::Document, false),
                (C::StudentNumber, false),
                (C::InternshipKind, true),
                (C::HostSource, true),
                (C::Unit, false),
                (C::CreditCode, false),
                (C::FirstDay, true),
                (C::LastDay, true),
                (C::Post, false),
                (C::Address, false),
                (C::SiteKind, false),
                (C::Region, false),
                (C::Occupation, false),
                (C::Mentor, false),
                (C::MentorPhone, false),
                (C::Teacher, false),
                (C::Pay, false),
                (C::PayUnit, false),
                (C::Match, false),
                (C::ApplicationDay, false),
                (C::Verdict, false),
                (C::DayHours, false),
                (C::WeekDays, false),
                (C::Meals, false),
                (C::Lodging, false),
                (C::PayMethod, false),
                (C::PayDay, false),
                (C::InsuranceKind, false),
                (C::InsuranceBuyer, false),
                (C::Version, false),
                (C::SignedDay, false),
                (C::SignedBy, false),
                (C::PacketDay, false),
                (C::ArrivalDay, false),
                (C::ChangeDay, false),
                (C::ChangeReason, false),
                (C::EndedDay, false),
                (C::EndedBy, false),
                (C::EndReason, false),
                (C::TerminationDay, false),
            ],
            Self::Staff => &[
                (C::SchoolCode, false),
                (C::SchoolName, false),
                (C::Name, true),
                (C::Login, false),
                (C::Phone, false),
                (C::Role, true),
                (C::Class, false),
                (C::Employment, false),
            ],
        }
    }

    /// The columns that tell this kind from the others.
    pub fn telling(self) -> &'static [Column] {
        use Column as C;
        match self {
            Self::Schools => &[C::SchoolCode, C::SchoolName, C::SchoolCategory],
            Self::Roster => &[C::Class, C::Standing],
            Self::Outcomes => &[C::DestinationKind, C::StartDay],
            Self::FurtherStudy => &[C::StudyChannel, C::College],
            Self::Exam => &[C::ExamSat],
            Self::Employers => &[C::Unit, C::CreditCode],
            Self::Placements => &[C::InternshipKind, C::FirstDay],
            Self::Staff => &[C::Name, C::Role],
        }
    }

    /// The columns that a new file has: 状态 is only understood, since 操作 says the same and more.
    pub fn template_columns(self) -> impl Iterator<Item = (Column, bool)> {
        self.columns().iter().copied().filter(|(column, _)| *column != Column::Status)
    }
}
