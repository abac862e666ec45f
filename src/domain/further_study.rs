//! The further-study stream of a graduate: the entrance exam, and enrolments at colleges.
//!
//! Invariant: admission is not enrolment; what counts is registration (报到), and only until the student leaves.
//! Absent on purpose: applications and eligibility before an admission list; no figure counts them.

#[cfg(test)]
mod tests;

use std::error::Error;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use enum_common_fields::EnumCommonFields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::evidence::StatementSource;
use super::ids::{EnrolmentId, SealedRevision};
use super::terms::{ExamResult, StudyChannel, StudyLevel};
use super::{History, SCHEMA_VERSION, Stream, StreamType, UndoReason};

/// What an admission list says; the college's name and the student's new specialty are sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admission {
    pub channel: StudyChannel,
    pub level: StudyLevel,
    pub source: StatementSource,
    pub college: SealedRevision,
}

/// What is recorded of a graduate's entrance exam and enrolments.
// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EnumCommonFields, IntoStaticStr, VariantNames)]
#[common_field(effective_on: Date)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum FurtherStudyEvent {
    ExamSat {
        effective_on: Date,
    },
    /// Qualified in the exam; says how far.
    ExamQualified {
        undergraduate: bool,
        effective_on: Date,
    },
    /// The exam results recorded so far were wrong; this is the right one.
    ExamCorrected {
        result: ExamResult,
        effective_on: Date,
    },
    /// Admitted by exam or application.
    Admitted {
        enrolment: EnrolmentId,
        admission: Admission,
        effective_on: Date,
    },
    /// Admitted by conversion from an integrated programme.
    ConversionApproved {
        enrolment: EnrolmentId,
        admission: Admission,
        effective_on: Date,
    },
    AdmissionCorrected {
        enrolment: EnrolmentId,
        admission: Admission,
        effective_on: Date,
    },
    StudyRegistered {
        enrolment: EnrolmentId,
        effective_on: Date,
    },
    StudyLeft {
        enrolment: EnrolmentId,
        effective_on: Date,
    },
    /// The enrolment was never true.
    EnrolmentWithdrawn {
        enrolment: EnrolmentId,
        effective_on: Date,
    },
    /// The fact with this version in the stream never held.
    Undone {
        version: u64,
        reason: UndoReason,
        effective_on: Date,
    },
}

/// An enrolment as a list brings it; a missing day says that the step is not known to have been taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEnrolment {
    pub enrolment: EnrolmentId,
    pub admission: Admission,
    pub admitted_on: Date,
    pub registered_on: Option<Date>,
    pub left_on: Option<Date>,
}

/// What is wanted of a graduate's exam and enrolments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FurtherStudyCommand {
    RecordExam {
        result: ExamResult,
        effective_on: Date,
    },
    CorrectExam {
        result: ExamResult,
        effective_on: Date,
    },
    /// Records a new enrolment, or what is new about a known one.
    RecordEnrolment {
        enrolment: NewEnrolment,
    },
    WithdrawEnrolment {
        enrolment: EnrolmentId,
        effective_on: Date,
    },
    Undo {
        version: u64,
        reason: UndoReason,
        effective_on: Date,
    },
}

/// What a decision about further study needs beside the stream and the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FurtherStudyFacts {
    /// What the student stream says; `None` for everybody who is not a graduate.
    pub graduated_on: Option<Date>,
}

/// The rule that forbids a command, with its values.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, strum::Display, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "further_study.")]
pub enum FurtherStudyRefusal {
    NotGraduated,
    RegisteredBeforeAdmission { admitted_on: Date, registered_on: Date },
    LeftBeforeRegistration { registered_on: Date, left_on: Date },
    LeftWithoutRegistration { left_on: Date },
    NoSuchEnrolment,
    NothingToUndo { version: u64 },
}

impl Error for FurtherStudyRefusal {}

/// One enrolment, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    pub id: EnrolmentId,
    pub admission: Admission,
    pub admitted_on: Date,
    pub registered_on: Option<Date>,
    /// The first day on which the graduate no longer studied there.
    pub left_on: Option<Date>,
}

/// What stands: the exam results in order, and the enrolments that were not withdrawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    pub exam: Vec<(ExamResult, Date)>,
    pub enrolments: Vec<Enrolment>,
}

impl Progress {
    /// The enrolment with this id, unless it was withdrawn.
    pub fn enrolment(&self, id: EnrolmentId) -> Option<&Enrolment> {
        self.enrolments.iter().find(|enrolment| enrolment.id == id)
    }

    /// The furthest exam result, whatever the day.
    pub fn exam_result(&self) -> Option<ExamResult> {
        self.exam.iter().map(|(result, _)| *result).max()
    }
}

/// The folded stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct FurtherStudy {
    history: History<FurtherStudyEvent>,
    #[serde(skip)]
    progress: Progress,
}

impl FurtherStudy {
    /// The exam results and enrolments that stand.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// What was recorded, and later withdrawn: the admissions with their days.
    pub fn withdrawn(&self) -> impl Iterator<Item = (&Admission, Date)> {
        let standing = || self.history.standing();
        let withdrawn = move |id: &EnrolmentId| {
            standing().any(
                |event| matches!(event, FurtherStudyEvent::EnrolmentWithdrawn { enrolment, .. } if enrolment == id),
            )
        };
        standing().filter_map(move |event| match event {
            FurtherStudyEvent::Admitted { enrolment, admission, effective_on }
            | FurtherStudyEvent::ConversionApproved { enrolment, admission, effective_on }
            | FurtherStudyEvent::AdmissionCorrected { enrolment, admission, effective_on } => {
                withdrawn(enrolment).then_some((admission, *effective_on))
            }
            FurtherStudyEvent::ExamSat { .. }
            | FurtherStudyEvent::ExamQualified { .. }
            | FurtherStudyEvent::ExamCorrected { .. }
            | FurtherStudyEvent::StudyRegistered { .. }
            | FurtherStudyEvent::StudyLeft { .. }
            | FurtherStudyEvent::EnrolmentWithdrawn { .. }
            | FurtherStudyEvent::Undone { .. } => None,
        })
    }
}

/// The events that a command brings; none when what it wants is so already.
///
/// # Errors
/// [`FurtherStudyRefusal`] when there is no graduation, the days of admission, registration and leaving are out of
/// order, the enrolment is not there, or nothing can be undone under the given number.
pub fn decide(
    study: &FurtherStudy,
    command: FurtherStudyCommand,
    facts: &FurtherStudyFacts,
) -> Result<Vec<FurtherStudyEvent>, FurtherStudyRefusal> {
    match command {
        FurtherStudyCommand::RecordExam { result, effective_on } => {
            record_exam(&study.progress, result, effective_on, facts)
        }
        FurtherStudyCommand::CorrectExam { result, effective_on } => {
            let now = study.progress.exam_result();
            let differs = now != Some(result);
            Ok(if differs { vec![FurtherStudyEvent::ExamCorrected { result, effective_on }] } else { vec![] })
        }
        FurtherStudyCommand::RecordEnrolment { enrolment } => record_enrolment(&study.progress, enrolment, facts),
        FurtherStudyCommand::WithdrawEnrolment { enrolment, effective_on } => {
            study.progress.enrolment(enrolment).ok_or(FurtherStudyRefusal::NoSuchEnrolment)?;
            Ok(vec![FurtherStudyEvent::EnrolmentWithdrawn { enrolment, effective_on }])
        }
        FurtherStudyCommand::Undo { version, reason, effective_on } => {
            if study.history.stands(version) {
                Ok(vec![FurtherStudyEvent::Undone { version, reason, effective_on }])
            } else {
                study.history.refuse_unknown(version, FurtherStudyRefusal::NothingToUndo { version })
            }
        }
    }
}

/// Records how far the graduate got, with the steps before it that are not recorded yet.
fn record_exam(
    progress: &Progress,
    result: ExamResult,
    effective_on: Date,
    facts: &FurtherStudyFacts,
) -> Result<Vec<FurtherStudyEvent>, FurtherStudyRefusal> {
    if facts.graduated_on.is_none() {
        return Err(FurtherStudyRefusal::NotGraduated);
    }
    let reached = progress.exam_result();
    let mut events = vec![];
    if reached.is_none() {
        events.push(FurtherStudyEvent::ExamSat { effective_on });
    }
    if result > ExamResult::Sat && reached.is_none_or(|reached| reached < result) {
        let undergraduate = result == ExamResult::QualifiedUndergraduate;
        events.push(FurtherStudyEvent::ExamQualified { undergraduate, effective_on });
    }
    Ok(events)
}

fn record_enrolment(
    progress: &Progress,
    new: NewEnrolment,
    facts: &FurtherStudyFacts,
) -> Result<Vec<FurtherStudyEvent>, FurtherStudyRefusal> {
    if facts.graduated_on.is_none() {
        return Err(FurtherStudyRefusal::NotGraduated);
    }
    let known = progress.enrolment(new.enrolment);
    let registered_on = new.registered_on.or(known.and_then(|k| k.registered_on));
    match (registered_on, new.left_on) {
        (Some(registered_on), _) if registered_on < new.admitted_on => {
            let admitted_on = new.admitted_on;
            return Err(FurtherStudyRefusal::RegisteredBeforeAdmission { admitted_on, registered_on });
        }
        (Some(registered_on), Some(left_on)) if left_on <= registered_on => {
            return Err(FurtherStudyRefusal::LeftBeforeRegistration { registered_on, left_on });
        }
        (None, Some(left_on)) => return Err(FurtherStudyRefusal::LeftWithoutRegistration { left_on }),
        (Some(_), _) | (None, None) => (),
    }
    let enrolment = new.enrolment;
    let mut events = vec![];
    match known {
        None => events.push(admitted(&new)),
        Some(known) if (&known.admission, known.admitted_on) != (&new.admission, new.admitted_on) => {
            events.push(FurtherStudyEvent::AdmissionCorrected {
                enrolment,
                admission: new.admission,
                effective_on: new.admitted_on,
            });
        }
        Some(_) => (),
    }
    if let Some(effective_on) = new.registered_on.filter(|day| known.and_then(|k| k.registered_on) != Some(*day)) {
        events.push(FurtherStudyEvent::StudyRegistered { enrolment, effective_on });
    }
    if let Some(effective_on) = new.left_on.filter(|day| known.and_then(|k| k.left_on) != Some(*day)) {
        events.push(FurtherStudyEvent::StudyLeft { enrolment, effective_on });
    }
    Ok(events)
}

fn admitted(new: &NewEnrolment) -> FurtherStudyEvent {
    let (enrolment, admission, effective_on) = (new.enrolment, new.admission.clone(), new.admitted_on);
    match admission.channel {
        StudyChannel::Integrated | StudyChannel::FiveYear | StudyChannel::ThreePlusTwo => {
            FurtherStudyEvent::ConversionApproved { enrolment, admission, effective_on }
        }
        StudyChannel::VocationalExam
        | StudyChannel::GeneralExam
        | StudyChannel::Abroad
        | StudyChannel::CollegeTransfer
        | StudyChannel::GraduateExam => FurtherStudyEvent::Admitted { enrolment, admission, effective_on },
    }
}

/// The progress after one more event. Events of an enrolment that is not there are ignored.
pub fn evolve(mut progress: Progress, event: &FurtherStudyEvent) -> Progress {
    match event {
        FurtherStudyEvent::ExamSat { effective_on } => progress.exam.push((ExamResult::Sat, *effective_on)),
        FurtherStudyEvent::ExamQualified { undergraduate, effective_on } => {
            let result = if *undergraduate { ExamResult::QualifiedUndergraduate } else { ExamResult::Qualified };
            progress.exam.push((result, *effective_on));
        }
        FurtherStudyEvent::ExamCorrected { result, effective_on } => progress.exam = vec![(*result, *effective_on)],
        FurtherStudyEvent::Admitted { enrolment, admission, effective_on }
        | FurtherStudyEvent::ConversionApproved { enrolment, admission, effective_on } => {
            progress.enrolments.push(Enrolment {
                id: *enrolment,
                admission: admission.clone(),
                admitted_on: *effective_on,
                registered_on: None,
                left_on: None,
            });
        }
        FurtherStudyEvent::AdmissionCorrected { enrolment, admission, effective_on } => {
            if let Some(known) = progress.enrolments.iter_mut().find(|e| e.id == *enrolment) {
                known.admission = admission.clone();
                known.admitted_on = *effective_on;
            }
        }
        FurtherStudyEvent::StudyRegistered { enrolment, effective_on } => {
            if let Some(known) = progress.enrolments.iter_mut().find(|e| e.id == *enrolment) {
                known.registered_on = Some(*effective_on);
            }
        }
        FurtherStudyEvent::StudyLeft { enrolment, effective_on } => {
            if let Some(known) = progress.enrolments.iter_mut().find(|e| e.id == *enrolment) {
                known.left_on = Some(*effective_on);
            }
        }
        FurtherStudyEvent::EnrolmentWithdrawn { enrolment, .. } => progress.enrolments.retain(|e| e.id != *enrolment),
        FurtherStudyEvent::Undone { .. } => (),
    }
    progress
}

// The cqrs-es adapter: the framework's lines of this file.
impl DomainEvent for FurtherStudyEvent {
    fn event_type(&self) -> String {
        <&str>::from(self).to_owned()
    }

    fn event_version(&self) -> String {
        SCHEMA_VERSION.to_string()
    }
}

impl Aggregate for FurtherStudy {
    const TYPE: &'static str = "further_study";
    type Command = FurtherStudyCommand;
    type Event = FurtherStudyEvent;
    type Error = FurtherStudyRefusal;
    type Services = FurtherStudyFacts;

    async fn handle(
        &mut self,
        command: FurtherStudyCommand,
        facts: &FurtherStudyFacts,
        sink: &EventSink<Self>,
    ) -> Result<(), FurtherStudyRefusal> {
        for event in decide(self, command, facts)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: FurtherStudyEvent) {
        let undone = if let FurtherStudyEvent::Undone { version, .. } = &event { Some(*version) } else { None };
        self.history.apply(&mut self.progress, event, undone, evolve);
    }
}

impl Stream for FurtherStudy {
    const KIND: StreamType = StreamType::FurtherStudy;
}
