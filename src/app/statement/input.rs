//! What can be ordered of what is said of a graduate, one statement at a time.
//!
//! A cell is a word, as in a file: what is left out says nothing, 无 says that there is none.

use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::app::actions::Action;
use crate::app::failure::{Failure, InputRefusal};
use crate::domain::evidence::{EvidenceKind, EvidenceLevel};
use crate::domain::identity::IdentityKind;
use crate::domain::ids::SchoolCode;
use crate::domain::statements::review::ReviewStep;
use crate::domain::statements::{Source, StatementReason};
use crate::domain::terms::{
    DestinationKind, Entry, Exam, ExamResult, SpecialtyMatch, Standing, StudyChannel, StudyLevel, Term, entry,
};
use crate::input::words;
use crate::intake::rows::RowOperation;

/// What can be ordered of destinations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeOrder {
    Say(Box<SayOutcome>),
    Review(ReviewOutcome),
    Judge(JudgeOutcome),
}

/// What can be ordered of enrolments and exams.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case")]
pub enum StudyOrder {
    Say(SayStudy),
    Exam(SayExam),
    Review(ReviewStudy),
}

/// What can be ordered of a student as the roster has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case")]
pub enum StudentOrder {
    CorrectNumber(CorrectNumber),
    Standing(SayStanding),
}

/// The document has another number than is on record; the person is the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct CorrectNumber {
    /// Student number, id or its end.
    #[arg(long)]
    pub student: String,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
    /// The right number.
    #[arg(long)]
    pub number: String,
    #[arg(long, value_parser = words::TermParser::<IdentityKind>::new())]
    pub document_kind: Option<IdentityKind>,
}

/// A standing from a day on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct SayStanding {
    /// Student number, id or its end.
    #[arg(long)]
    pub student: String,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
    #[arg(long, value_parser = words::TermParser::<Standing>::new())]
    pub standing: Standing,
    #[arg(long, value_parser = words::day)]
    pub on: Date,
    /// What is on record of leaving school is wrong, and this is right.
    #[arg(long)]
    #[serde(default)]
    pub correct: bool,
}

/// What can be ordered of statements that contradict each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case")]
pub enum ConflictOrder {
    Resolve(ResolveConflict),
}

/// Of which graduate, and who says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct Spoken {
    /// Student number, id or its end.
    #[arg(long)]
    pub student: String,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
    #[arg(long, default_value = Source::School.code(), value_parser = words::TermParser::<Source>::new())]
    #[serde(default)]
    pub source: Source,
    /// The day of which is spoken; today unless given.
    #[arg(long, value_parser = words::day)]
    pub said_on: Option<Date>,
}

/// What a statement does to what was said before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct Act {
    #[arg(long, value_parser = words::TermParser::<RowOperation>::new())]
    pub operation: Option<RowOperation>,
    #[arg(long, value_parser = words::TermParser::<StatementReason>::new())]
    pub operation_reason: Option<StatementReason>,
    /// The day that a correction moves.
    #[arg(long, value_parser = words::day)]
    pub former_day: Option<Date>,
}

/// Where a graduate is, from a day on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct SayOutcome {
    #[command(flatten)]
    #[serde(flatten)]
    pub spoken: Spoken,
    #[arg(long, value_parser = words::TermParser::<DestinationKind>::new())]
    pub kind: DestinationKind,
    #[arg(long, value_parser = words::day)]
    pub from: Date,
    /// The last day.
    #[arg(long)]
    pub to: Option<String>,
    #[arg(long)]
    pub employer: Option<String>,
    #[arg(long)]
    pub code: Option<String>,
    #[arg(long)]
    pub industry: Option<String>,
    #[arg(long)]
    pub place: Option<String>,
    #[arg(long)]
    pub channel: Option<String>,
    /// Yuan a month.
    #[arg(long)]
    pub pay: Option<String>,
    #[arg(long)]
    pub contract: Option<String>,
    #[arg(long)]
    pub insurance: Option<String>,
    #[arg(long)]
    pub on_specialty: Option<String>,
    #[arg(long)]
    pub evidence: Option<String>,
    #[command(flatten)]
    #[serde(flatten)]
    pub act: Act,
}

/// Where a graduate was admitted, registered, left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct SayStudy {
    #[command(flatten)]
    #[serde(flatten)]
    pub spoken: Spoken,
    #[arg(long)]
    pub college: String,
    #[arg(long)]
    pub specialty: Option<String>,
    #[arg(long, value_parser = words::TermParser::<StudyChannel>::new())]
    pub channel: StudyChannel,
    #[arg(long, value_parser = words::TermParser::<StudyLevel>::new())]
    pub level: StudyLevel,
    #[arg(long, value_parser = words::day)]
    pub admitted: Option<Date>,
    #[arg(long, value_parser = words::day)]
    pub registered: Option<Date>,
    /// The last day of the study there.
    #[arg(long)]
    pub to: Option<String>,
    #[arg(long)]
    pub evidence: Option<String>,
    #[command(flatten)]
    #[serde(flatten)]
    pub act: Act,
}

/// How far a graduate got in an exam.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct SayExam {
    #[command(flatten)]
    #[serde(flatten)]
    pub spoken: Spoken,
    #[arg(long, default_value = Exam::Vocational.code(), value_parser = words::TermParser::<Exam>::new())]
    #[serde(default)]
    pub exam: Exam,
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
    #[arg(long, value_parser = words::TermParser::<ExamResult>::new())]
    pub result: Option<ExamResult>,
    #[command(flatten)]
    #[serde(flatten)]
    pub act: Act,
}

/// One statement among those of a graduate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Student number, id or its end.
    #[arg(long)]
    pub student: String,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
    #[arg(long, default_value = Source::School.code(), value_parser = words::TermParser::<Source>::new())]
    #[serde(default)]
    pub source: Source,
    /// Its first day; of an enrolment that of registration, before it that of admission.
    #[arg(long, value_parser = words::day)]
    pub from: Date,
    /// The employer or college; only needed where several begin on that day.
    #[arg(long)]
    pub at: Option<String>,
}

/// One step of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct Reviewed {
    #[arg(long, value_parser = words::TermParser::<ReviewAct>::new())]
    pub step: ReviewAct,
    #[arg(long, value_parser = words::TermParser::<EvidenceKind>::new())]
    pub evidence: Option<EvidenceKind>,
    /// What the papers are worth; L2 unless given.
    #[arg(long, value_parser = words::TermParser::<EvidenceLevel>::new())]
    pub level: Option<EvidenceLevel>,
    #[arg(long, value_parser = words::TermParser::<StatementReason>::new())]
    pub reason: Option<StatementReason>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ReviewOutcome {
    #[command(flatten)]
    #[serde(flatten)]
    pub statement: Statement,
    #[command(flatten)]
    #[serde(flatten)]
    pub reviewed: Reviewed,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ReviewStudy {
    #[command(flatten)]
    #[serde(flatten)]
    pub statement: Statement,
    #[command(flatten)]
    #[serde(flatten)]
    pub reviewed: Reviewed,
}

/// Whether a job is on specialty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct JudgeOutcome {
    #[command(flatten)]
    #[serde(flatten)]
    pub statement: Statement,
    #[arg(long, value_parser = words::TermParser::<SpecialtyMatch>::new())]
    pub level: SpecialtyMatch,
}

/// Which of several statements decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ResolveConflict {
    #[command(flatten)]
    #[serde(flatten)]
    pub statement: Statement,
    /// An enrolment is chosen, and not a destination.
    #[arg(long)]
    #[serde(default)]
    pub study: bool,
    #[arg(long, value_parser = words::TermParser::<StatementReason>::new())]
    pub reason: StatementReason,
}

/// Everything that is said of a graduate, by every source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ShowStatements {
    /// Student number, id or its end.
    #[arg(long)]
    pub student: String,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
}

/// What a reviewer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum ReviewAct {
    Attach,
    Open,
    Verify,
    NotAccept,
    Recheck,
    Uphold,
    Overturn,
}

impl Term for ReviewAct {
    const NAME: &'static str = "审核步骤";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Attach, "attach", "附上佐证", &[]).en("attach evidence"),
        entry(Self::Open, "open", "送审", &[]).en("open the review"),
        entry(Self::Verify, "verify", "核实", &[]),
        entry(Self::NotAccept, "not_accept", "不予认定", &[]).en("do not accept"),
        entry(Self::Recheck, "recheck", "复核", &[]).en("check again"),
        entry(Self::Uphold, "uphold", "复核维持", &["维持"]).en("uphold after the check"),
        entry(Self::Overturn, "overturn", "复核推翻", &["推翻"]).en("overturn after the check"),
    ];
}

impl Reviewed {
    pub(super) fn step(&self) -> Result<ReviewStep, Failure> {
        let missing = |field| Failure::from(InputRefusal::FieldsMissing(vec![field]));
        Ok(match self.step {
            ReviewAct::Attach => ReviewStep::Attach { kind: self.evidence.ok_or_else(|| missing("evidence"))? },
            ReviewAct::Open => ReviewStep::Open,
            ReviewAct::Verify => ReviewStep::Verify { level: self.level.unwrap_or(EvidenceLevel::L2) },
            ReviewAct::NotAccept => ReviewStep::NotAccept { reason: self.reason.ok_or_else(|| missing("reason"))? },
            ReviewAct::Recheck => ReviewStep::OpenRecheck,
            ReviewAct::Uphold => ReviewStep::CloseRecheck { upheld: true },
            ReviewAct::Overturn => ReviewStep::CloseRecheck { upheld: false },
        })
    }
}

impl OutcomeOrder {
    pub fn action(&self) -> Action {
        match self {
            Self::Say(_) => Action::OutcomeSay,
            Self::Review(_) => Action::OutcomeReview,
            Self::Judge(_) => Action::OutcomeJudge,
        }
    }
}

impl StudyOrder {
    pub fn action(&self) -> Action {
        match self {
            Self::Say(_) => Action::StudySay,
            Self::Exam(_) => Action::StudyExam,
            Self::Review(_) => Action::StudyReview,
        }
    }
}

impl StudentOrder {
    pub fn action(&self) -> Action {
        match self {
            Self::CorrectNumber(_) => Action::StudentCorrectNumber,
            Self::Standing(_) => Action::StudentStanding,
        }
    }
}

impl ConflictOrder {
    pub fn action(&self) -> Action {
        match self {
            Self::Resolve(_) => Action::ConflictResolve,
        }
    }
}
