//! The student stream: one person at one school, from registration to the way the person left.
//!
//! Invariant: nothing here knows a name or a number; identity is a revision in the people store.

mod refusal;
pub mod standing;
#[cfg(test)]
mod tests;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use enum_common_fields::EnumCommonFields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

pub use refusal::StudentRefusal;

use super::ids::{ClassName, SchoolCode, SealedRevision, SpecialtyCode};
use super::placement::arrangement::Period;
use super::terms::{Gender, Route, Standing};
use super::{ErasureReason, History, SCHEMA_VERSION, Stream, StreamType, UndoReason};

/// What a roster says of a student besides identity and standing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudentRegistration {
    pub school: SchoolCode,
    pub class: ClassName,
    /// `None` when the school's word for the specialty is in no catalogue.
    pub specialty: Option<SpecialtyCode>,
    pub gender: Gender,
    pub route: Route,
}

/// What is recorded of a student.
// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EnumCommonFields, IntoStaticStr, VariantNames)]
#[common_field(effective_on: Date)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum StudentEvent {
    StudentRegistered {
        registration: StudentRegistration,
        identity: SealedRevision,
        effective_on: Date,
    },
    /// The registration was wrong from the start; these are the right values.
    RegistrationCorrected {
        registration: StudentRegistration,
        effective_on: Date,
    },
    IdentityCorrected {
        identity: SealedRevision,
        effective_on: Date,
    },
    ClassChanged {
        class: ClassName,
        effective_on: Date,
    },
    SpecialtyChanged {
        specialty: SpecialtyCode,
        effective_on: Date,
    },
    LeaveStarted {
        effective_on: Date,
    },
    LeaveEnded {
        effective_on: Date,
    },
    StudentTransferredOut {
        effective_on: Date,
    },
    StudentWithdrew {
        effective_on: Date,
    },
    GraduationConfirmed {
        effective_on: Date,
    },
    CompletionConfirmed {
        effective_on: Date,
    },
    StudentDied {
        effective_on: Date,
    },
    /// The standing recorded last was wrong; this one held from `effective_on`.
    StandingCorrected {
        standing: Standing,
        effective_on: Date,
    },
    /// Names, numbers, contacts and notes of the person are gone; what figures count stays.
    PersonErased {
        reason: ErasureReason,
        effective_on: Date,
    },
    /// The fact with this version in the stream never held.
    Undone {
        version: u64,
        reason: UndoReason,
        effective_on: Date,
    },
}

/// What is wanted of a student's entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StudentCommand {
    Register {
        registration: StudentRegistration,
        identity: SealedRevision,
        effective_on: Date,
    },
    CorrectRegistration {
        registration: StudentRegistration,
        effective_on: Date,
    },
    CorrectIdentity {
        identity: SealedRevision,
        effective_on: Date,
    },
    ChangeClass {
        class: ClassName,
        effective_on: Date,
    },
    ChangeSpecialty {
        specialty: SpecialtyCode,
        effective_on: Date,
    },
    /// Enrolled (again), on leave, or left in one of the ways a student leaves.
    RecordStanding {
        standing: Standing,
        effective_on: Date,
    },
    /// As `RecordStanding`, over a terminal standing that was recorded by mistake.
    CorrectStanding {
        standing: Standing,
        effective_on: Date,
    },
    /// The person's sealed data goes; what figures count stays under the opaque id.
    Erase {
        reason: ErasureReason,
        effective_on: Date,
    },
    Undo {
        version: u64,
        reason: UndoReason,
        effective_on: Date,
    },
}

/// What a decision about a student needs beside the stream and the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudentFacts {
    pub today: Date,
    /// The days of the student's placements; empty where the command is not to leave in the middle of school.
    pub taken: Vec<Period>,
}

/// What is known of a registered student.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisteredStudent {
    pub registration: StudentRegistration,
    pub identity: SealedRevision,
    pub standing: Standing,
    /// `None` of who was enrolled from the start.
    pub standing_since: Option<Date>,
}

/// The stages of the stream. After everything in it was undone, a student is unregistered again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum StudentStage {
    #[default]
    Unregistered,
    Registered(RegisteredStudent),
}

/// The folded stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Student {
    history: History<StudentEvent>,
    #[serde(skip)]
    stage: StudentStage,
    #[serde(skip)]
    last_registration: Option<StudentRegistration>,
    #[serde(skip)]
    is_erased: bool,
}

impl Student {
    /// Whether the student is registered, and with what.
    pub fn stage(&self) -> &StudentStage {
        &self.stage
    }

    /// `None` unless the registration stands.
    pub fn registered(&self) -> Option<&RegisteredStudent> {
        match &self.stage {
            StudentStage::Registered(registered) => Some(registered),
            StudentStage::Unregistered => None,
        }
    }

    /// How the person was registered last, also after that was undone.
    pub fn last_registration(&self) -> Option<&StudentRegistration> {
        self.last_registration.as_ref()
    }

    /// Whether the person's sealed data was erased; whatever is undone, it stays so.
    pub fn is_erased(&self) -> bool {
        self.is_erased
    }

    /// The day of graduation, also of who died since; `None` for everybody who did not graduate.
    pub fn graduated_on(&self) -> Option<Date> {
        let known = standing::standings(self.registered().map(|_| self.history.standing()).into_iter().flatten());
        known.into_iter().rfind(|(_, standing)| *standing == Standing::Graduated).map(|(day, _)| day)
    }
}

impl Standing {
    /// Whether nothing but a correction can follow.
    pub fn is_terminal(self) -> bool {
        match self {
            Self::Enrolled | Self::OnLeave => false,
            Self::Graduated | Self::Completed | Self::TransferredOut | Self::Withdrawn | Self::Deceased => true,
        }
    }
}

/// The events that a command brings; none when what it wants is so already.
///
/// # Errors
/// [`StudentRefusal`] when the student is not registered, or already is; belongs to another school; has left already;
/// leaves before the day of a standing that is known, or has left on a day that has not come; was erased, which stays; or nothing can be undone under the
/// given number.
pub fn decide(
    student: &Student,
    command: StudentCommand,
    facts: &StudentFacts,
) -> Result<Vec<StudentEvent>, StudentRefusal> {
    if let StudentCommand::Undo { version, reason, effective_on } = command {
        return if student.history.is(version, |event| matches!(event, StudentEvent::PersonErased { .. })) {
            Err(StudentRefusal::ErasureStays)
        } else if student.history.stands(version) {
            Ok(vec![StudentEvent::Undone { version, reason, effective_on }])
        } else {
            student.history.refuse_unknown(version, StudentRefusal::NothingToUndo { version })
        };
    }
    match (&student.stage, command) {
        (_, StudentCommand::Erase { .. }) if student.is_erased => Ok(vec![]),
        // Also of a person whose registration was undone: the sealed data is still there.
        (_, StudentCommand::Erase { reason, effective_on }) if !student.history.is_empty() => {
            Ok(vec![StudentEvent::PersonErased { reason, effective_on }])
        }
        (_, StudentCommand::Register { .. } | StudentCommand::CorrectIdentity { .. }) if student.is_erased => {
            Err(StudentRefusal::Erased)
        }
        (StudentStage::Unregistered, StudentCommand::Register { registration, identity, effective_on }) => {
            Ok(vec![StudentEvent::StudentRegistered { registration, identity, effective_on }])
        }
        (StudentStage::Unregistered, _) => Err(StudentRefusal::NotRegistered),
        (StudentStage::Registered(_), StudentCommand::Register { .. }) => Err(StudentRefusal::AlreadyRegistered),
        (StudentStage::Registered(now), StudentCommand::CorrectRegistration { registration, effective_on }) => {
            correct_registration(now, registration, effective_on)
        }
        (StudentStage::Registered(now), StudentCommand::CorrectIdentity { identity, effective_on }) => {
            Ok(changed(now.identity != identity, StudentEvent::IdentityCorrected { identity, effective_on }))
        }
        (StudentStage::Registered(now), StudentCommand::ChangeClass { class, effective_on }) => {
            Ok(changed(now.registration.class != class, StudentEvent::ClassChanged { class, effective_on }))
        }
        (StudentStage::Registered(now), StudentCommand::ChangeSpecialty { specialty, effective_on }) => {
            let differs = now.registration.specialty.as_ref() != Some(&specialty);
            Ok(changed(differs, StudentEvent::SpecialtyChanged { specialty, effective_on }))
        }
        (StudentStage::Registered(now), StudentCommand::RecordStanding { standing, effective_on }) => {
            may_have_come(standing, effective_on, facts.today)?;
            may_leave(standing, effective_on, &facts.taken)?;
            record_standing(student, now, standing, effective_on)
        }
        (StudentStage::Registered(now), StudentCommand::CorrectStanding { standing, effective_on }) => {
            may_have_come(standing, effective_on, facts.today)?;
            let differs = (now.standing, now.standing_since) != (standing, Some(effective_on));
            Ok(changed(differs, StudentEvent::StandingCorrected { standing, effective_on }))
        }
        (StudentStage::Registered(_), StudentCommand::Undo { .. } | StudentCommand::Erase { .. }) => Ok(vec![]), // Answered above.
    }
}

fn changed(differs: bool, event: StudentEvent) -> Vec<StudentEvent> {
    if differs { vec![event] } else { vec![] }
}

/// Nobody has left school, in whatever way, on a day that has not come.
fn may_have_come(given: Standing, on: Date, today: Date) -> Result<(), StudentRefusal> {
    if given.is_terminal() && on > today { Err(StudentRefusal::StandingAhead { given, on, today }) } else { Ok(()) }
}

/// Who leaves in the middle of school has no placement that goes on behind that day; `taken` are the days of the
/// student's placements.
fn may_leave(given: Standing, on: Date, taken: &[Period]) -> Result<(), StudentRefusal> {
    match given {
        Standing::TransferredOut | Standing::Withdrawn => {
            let open = taken.iter().find(|period| on < period.last_day);
            open.map_or(Ok(()), |period| Err(StudentRefusal::StillPlaced { period: *period, given }))
        }
        Standing::Enrolled | Standing::OnLeave | Standing::Graduated | Standing::Completed | Standing::Deceased => {
            Ok(())
        }
    }
}

fn correct_registration(
    now: &RegisteredStudent,
    registration: StudentRegistration,
    effective_on: Date,
) -> Result<Vec<StudentEvent>, StudentRefusal> {
    if registration.school != now.registration.school {
        let registered = now.registration.school.clone();
        return Err(StudentRefusal::OtherSchool { registered, given: registration.school });
    }
    let differs = registration != now.registration;
    Ok(changed(differs, StudentEvent::RegistrationCorrected { registration, effective_on }))
}

/// Who has left school has; only death can follow. What is said of an earlier day fills the history.
fn record_standing(
    student: &Student,
    now: &RegisteredStudent,
    given: Standing,
    on: Date,
) -> Result<Vec<StudentEvent>, StudentRefusal> {
    let known = standing::standings(student.history.standing());
    let before = known.iter().rfind(|(day, _)| *day <= on);
    let is_known = match before {
        Some((day, standing)) => *standing == given && (!given.is_terminal() || *day == on),
        None => given == Standing::Enrolled,
    };
    if is_known {
        return Ok(vec![]);
    }
    let left = known.iter().find(|(_, standing)| standing.is_terminal());
    if let Some((since, standing)) = left.filter(|(since, _)| given.is_terminal() || *since <= on) {
        let dies = given == Standing::Deceased && now.standing != Standing::Deceased && *since <= on;
        if !dies {
            return Err(StudentRefusal::AlreadyLeft { standing: *standing, since: *since, given });
        }
    } else if let Some((since, standing)) = known.last().filter(|(since, _)| given.is_terminal() && on < *since) {
        return Err(StudentRefusal::BeforeStanding { standing: *standing, since: *since, given: on });
    }
    Ok(vec![match given {
        Standing::Enrolled => StudentEvent::LeaveEnded { effective_on: on },
        Standing::OnLeave => StudentEvent::LeaveStarted { effective_on: on },
        Standing::Graduated => StudentEvent::GraduationConfirmed { effective_on: on },
        Standing::Completed => StudentEvent::CompletionConfirmed { effective_on: on },
        Standing::TransferredOut => StudentEvent::StudentTransferredOut { effective_on: on },
        Standing::Withdrawn => StudentEvent::StudentWithdrew { effective_on: on },
        Standing::Deceased => StudentEvent::StudentDied { effective_on: on },
    }])
}

impl StudentEvent {
    /// The standing this event gives the student, and since when; `None` when it is about something else.
    pub fn standing(&self) -> Option<(Standing, Date)> {
        match self {
            Self::LeaveEnded { effective_on } => Some((Standing::Enrolled, *effective_on)),
            Self::LeaveStarted { effective_on } => Some((Standing::OnLeave, *effective_on)),
            Self::StudentTransferredOut { effective_on } => Some((Standing::TransferredOut, *effective_on)),
            Self::StudentWithdrew { effective_on } => Some((Standing::Withdrawn, *effective_on)),
            Self::GraduationConfirmed { effective_on } => Some((Standing::Graduated, *effective_on)),
            Self::CompletionConfirmed { effective_on } => Some((Standing::Completed, *effective_on)),
            Self::StudentDied { effective_on } => Some((Standing::Deceased, *effective_on)),
            Self::StandingCorrected { standing, effective_on } => Some((*standing, *effective_on)),
            // Everybody is enrolled when registered, on the days before as well.
            Self::StudentRegistered { .. }
            | Self::RegistrationCorrected { .. }
            | Self::IdentityCorrected { .. }
            | Self::ClassChanged { .. }
            | Self::SpecialtyChanged { .. }
            | Self::PersonErased { .. }
            | Self::Undone { .. } => None,
        }
    }
}

/// The stage after one more event.
pub fn evolve(stage: StudentStage, event: &StudentEvent) -> StudentStage {
    let mut next = match (stage, event) {
        (_, StudentEvent::StudentRegistered { registration, identity, .. }) => RegisteredStudent {
            registration: registration.clone(),
            identity: *identity,
            standing: Standing::Enrolled,
            standing_since: None,
        },
        // The other events of a student whose registration was undone are ignored.
        (StudentStage::Unregistered, _) => return StudentStage::Unregistered,
        (StudentStage::Registered(registered), _) => registered,
    };
    // An older standing fills the history and undoes nothing later.
    if let Some((standing, since)) = event.standing()
        && (next.standing_since <= Some(since) || matches!(event, StudentEvent::StandingCorrected { .. }))
    {
        next.standing = standing;
        next.standing_since = Some(since);
    }
    match event {
        StudentEvent::RegistrationCorrected { registration, .. } => next.registration = registration.clone(),
        StudentEvent::IdentityCorrected { identity, .. } => next.identity = *identity,
        StudentEvent::ClassChanged { class, .. } => next.registration.class = class.clone(),
        StudentEvent::SpecialtyChanged { specialty, .. } => next.registration.specialty = Some(specialty.clone()),
        StudentEvent::StudentRegistered { .. }
        | StudentEvent::LeaveStarted { .. }
        | StudentEvent::LeaveEnded { .. }
        | StudentEvent::StudentTransferredOut { .. }
        | StudentEvent::StudentWithdrew { .. }
        | StudentEvent::GraduationConfirmed { .. }
        | StudentEvent::CompletionConfirmed { .. }
        | StudentEvent::StudentDied { .. }
        | StudentEvent::StandingCorrected { .. }
        | StudentEvent::PersonErased { .. }
        | StudentEvent::Undone { .. } => (),
    }
    StudentStage::Registered(next)
}

// The cqrs-es adapter: the framework's lines of this file.
impl DomainEvent for StudentEvent {
    fn event_type(&self) -> String {
        <&str>::from(self).to_owned()
    }

    fn event_version(&self) -> String {
        SCHEMA_VERSION.to_string()
    }
}

impl Aggregate for Student {
    const TYPE: &'static str = "student";
    type Command = StudentCommand;
    type Event = StudentEvent;
    type Error = StudentRefusal;
    type Services = StudentFacts;

    async fn handle(
        &mut self,
        command: StudentCommand,
        facts: &StudentFacts,
        sink: &EventSink<Self>,
    ) -> Result<(), StudentRefusal> {
        for event in decide(self, command, facts)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: StudentEvent) {
        self.is_erased |= matches!(event, StudentEvent::PersonErased { .. });
        let undone = if let StudentEvent::Undone { version, .. } = &event { Some(*version) } else { None };
        self.history.apply(&mut self.stage, event, undone, evolve);
        if let StudentStage::Registered(registered) = &self.stage {
            self.last_registration = Some(registered.registration.clone());
        }
    }
}

impl Stream for Student {
    const KIND: StreamType = StreamType::Student;
}
