//! Why a command or question was not answered: a refusal that says what to do, or a failure of the system.

use derive_more::From;
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use super::AppError;
use super::account::AccountFailure;
use super::bulk::Refused;
use super::evidence::EvidenceError;
use super::gate::{Denied, GateRefusal};
use super::import::ImportError;
use super::import::undo::UndoError;
use super::key::KeyRefusal;
use super::looking::LookingRefusal;
use super::placement::overrides::OverridesError;
use super::report_error::ReportError;
use super::student::EraseError;
use super::target::TargetRefusal;
use super::token::TokenRefusal;
use crate::domain::placement::codes::DocumentKind;
use crate::domain::survey::answers::AnswerRefusal;
use crate::event_log::EngineError;
use crate::evidence::EvidenceFault;
use crate::intake::xlsform::XlsformFault;
use crate::packet::file::RenderError;
use crate::packet::mark::MarkError;
use crate::packet::scan::ScanFault;
use crate::packet::templates::TemplateError;
use crate::projections::placement_register::counts::PlacementDimension;
use crate::refusal::Why;
use crate::text::lang::Sentence;

/// Everything that `App::run` and `App::ask` can say instead of an answer.
#[derive(Debug, From)]
pub enum Failure {
    #[from]
    Denied(Denied),
    #[from]
    Gate(GateRefusal),
    #[from]
    Key(KeyRefusal),
    Refused(Vec<Refused>),
    #[from]
    Input(InputRefusal),
    #[from]
    Target(TargetRefusal),
    #[from]
    Overrides(OverridesError),
    #[from]
    Account(AccountFailure),
    #[from]
    Token(TokenRefusal),
    #[from]
    Looking(LookingRefusal),
    #[from]
    Report(ReportError),
    #[from]
    Erase(EraseError),
    #[from]
    Evidence(EvidenceError),
    #[from]
    File(EvidenceFault),
    #[from]
    Templates(TemplateError),
    #[from]
    Xlsform(XlsformFault),
    #[from]
    Answer(AnswerRefusal),
    #[from]
    Mark(MarkError),
    #[from]
    Scan(ScanFault),
    /// What was refused of a part, kept beside it.
    Kept(Why),
    #[from]
    Render(RenderError),
    #[from]
    Import(ImportError),
    #[from]
    Undo(UndoError),
    #[from]
    Serialize(serde_json::Error),
    #[from]
    App(AppError),
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self::App(error.into())
    }
}

/// A field of an input by its name, the same for command line, API and form.
pub type FieldName = &'static str;

/// What is wrong with an input itself, whatever is recorded.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "input.")]
pub enum InputRefusal {
    FieldsMissing(Vec<FieldName>),
    NothingChanges,
    FileOfOneStudent,
    NothingToScan,
    NothingToRecall,
    NothingToSign,
    NothingToSend,
    MarkOfAnother,
    MarkOfAnotherDocument,
    MannerUnclear,
    BehalfIncomplete,
    MarkSaysAll,
    ChangedSinceSent {
        document: DocumentKind,
    },
    ChangedSincePrinted {
        document: DocumentKind,
    },
    AgreementNotDrafted,
    UnitNameEmpty,
    UnitKnownAs {
        other: uuid::Uuid,
    },
    UnitIdUnknown,
    UnitCodeUnknown,
    UnitNameUnknown,
    OneOrAllHosts,
    DaysReversed {
        first_day: jiff::civil::Date,
        last_day: jiff::civil::Date,
    },
    NotAYear(i16),
    SeveralTimes,
    Dimensions,
    Years {
        first: i16,
        last: i16,
        most: i16,
    },
    PartWithoutDimension,
    NobodyToOpen(String),
    NoSuchPart {
        dimension: PlacementDimension,
        part: String,
        known: Vec<Sentence>,
    },
    NoSuchId(String),
    SeveralIds(String),
    SchoolNameEmpty,
    /// What somebody says of a page of a stack.
    PageUnclear(String),
    NoSuchPage {
        page: usize,
        pages: usize,
    },
}
