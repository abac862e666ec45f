//! What is so of a graduate on a day, and the columns in which it is stored.

use jiff::civil::Date;
use sqlx::Row as _;
use sqlx::any::AnyRow;
use uuid::Uuid;

use crate::domain::day::epoch_day;
use crate::domain::evidence::EvidenceLevel;
use crate::domain::ids::{ClassName, EmployerId, SchoolCode, SpecialtyCode};
use crate::domain::student::{RegisteredStudent, StudentRegistration};
use crate::domain::terms::{
    Channel, DestinationKind, ExamResult, Industry, Insurance, JobPlace, LabourContract, SalaryBand, SpecialtyMatch,
    Standing, StudyChannel, StudyLevel, Term,
};
use crate::event_log::table::Value;
use crate::projections::NOT_RECORDED;
use crate::projections::columns::{code, unreadable};

/// In which cohort and as whom a graduate is counted: what is the same on all days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CohortMembership {
    pub registration: StudentRegistration,
    pub standing: Standing,
    /// The day on which the person left school; its year is the cohort's.
    pub since: Date,
    /// Of who left school and died later. Who died at school left it by that.
    pub died_on: Option<Date>,
}

impl CohortMembership {
    /// `None` while the person is at school. `standings` are all that is known of, by their days.
    pub(super) fn of(registered: RegisteredStudent, standings: &[(Date, Standing)]) -> Option<Self> {
        let ((since, standing), died_on) = match standings {
            [.., (left_on, left), (died_on, Standing::Deceased)] if left.is_terminal() => {
                ((*left_on, *left), Some(*died_on))
            }
            [.., last] => (*last, None),
            [] => return None,
        };
        let registration = registered.registration;
        (standing != Standing::Enrolled).then_some(Self { registration, standing, since, died_on })
    }

    pub(super) fn standing_on(&self, day: i64) -> Standing {
        match self.died_on {
            Some(died_on) if epoch_day(died_on) <= day => Standing::Deceased,
            Some(_) | None => self.standing,
        }
    }

    /// Epoch day.
    pub(super) fn first_day(&self) -> i64 {
        epoch_day(self.since)
    }

    /// The columns of a profile after its number.
    pub(super) fn profile(&self) -> Vec<Value> {
        let StudentRegistration { school, specialty, class, gender, route } = &self.registration;
        vec![
            Value::text(school.as_str()),
            Value::text(specialty.as_ref().map_or(NOT_RECORDED, |code| code.as_str())),
            Value::text(class.as_str()),
            gender.code().into(),
            route.map_or(NOT_RECORDED, Term::code).into(),
        ]
    }
}

/// Reads the columns that `CohortMembership::profile` wrote, which follow the row's first.
pub(super) fn read_profile(row: &AnyRow) -> Result<StudentRegistration, sqlx::Error> {
    let (school, class): (&str, &str) = (row.try_get(1)?, row.try_get(3)?);
    let specialty = match row.try_get::<&str, _>(2)? {
        NOT_RECORDED => None,
        code => Some(SpecialtyCode::parse(code).map_err(|_| unreadable(2))?),
    };
    Ok(StudentRegistration {
        school: SchoolCode::parse(school).map_err(|_| unreadable(1))?,
        specialty,
        class: ClassName::parse(class).map_err(|_| unreadable(3))?,
        gender: required(row, 4)?,
        route: match row.try_get::<&str, _>(5)? {
            NOT_RECORDED => None,
            _ => Some(required(row, 5)?),
        },
    })
}

fn required<T: Term>(row: &AnyRow, index: usize) -> Result<T, sqlx::Error> {
    code(row, index)?.ok_or_else(|| unreadable(index))
}

/// What is counted of a graduate on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GraduateDay {
    pub situation: Situation,
    pub job: Option<JobDetails>,
}

/// The positions of the events that decide what is counted on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DecidingPositions {
    pub standing: i64,
    pub study: Option<i64>,
    pub exam: Option<i64>,
    pub job: Option<i64>,
    pub not_employed: Option<i64>,
}

/// What populations are defined by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Situation {
    pub standing: Standing,
    pub study: Option<Study>,
    pub exam: Option<ExamResult>,
    pub job: Option<JobOutline>,
    pub not_employed: Option<DestinationKind>,
    /// Something takes part that contradicts what decides.
    pub is_conflict: bool,
    /// The units that contradict each other, if nothing else does; as recorded.
    pub rivals: Vec<EmployerId>,
}

/// The enrolment that decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Study {
    pub state: StudyState,
    pub level: StudyLevel,
    pub channel: StudyChannel,
    pub evidence: EvidenceLevel,
}

/// How far an enrolment has come. Of several enrolments the one whose state is the greatest decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum StudyState {
    Admitted,
    Left,
    Registered,
}

impl StudyState {
    /// The state that was stored under a code.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        [Self::Admitted, Self::Left, Self::Registered].into_iter().find(|state| state.code() == code)
    }

    fn code(self) -> &'static str {
        match self {
            Self::Admitted => "admitted",
            Self::Left => "left",
            Self::Registered => "registered",
        }
    }
}

/// What populations are defined by of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct JobOutline {
    pub kind: DestinationKind,
    pub level: EvidenceLevel,
    pub on_specialty: Option<SpecialtyMatch>,
}

fn rivals_column(rivals: &[EmployerId]) -> Value {
    let ids: Vec<String> = rivals.iter().map(|unit| unit.0.to_string()).collect();
    if ids.is_empty() { Value::Null } else { Value::text(ids.join(",")) }
}

/// Reads the units of this column.
pub(super) fn read_rivals(row: &AnyRow, index: usize) -> Result<Vec<EmployerId>, sqlx::Error> {
    let column: Option<String> = row.try_get(index)?;
    let ids = column.iter().flat_map(|ids| ids.split(',')).map(Uuid::parse_str).collect::<Result<Vec<_>, _>>();
    Ok(ids.map_err(|_| unreadable(index))?.into_iter().map(EmployerId).collect())
}

impl Situation {
    /// The columns of a situation after its number.
    pub(super) fn columns(&self) -> Vec<Value> {
        let (study, job) = (self.study, self.job);
        vec![
            self.standing.code().into(),
            study.map(|study| study.state.code()).into(),
            study.map(|study| study.level.code()).into(),
            study.map(|study| study.channel.code()).into(),
            study.map(|study| study.evidence.code()).into(),
            self.exam.map(Term::code).into(),
            job.map(|job| job.kind.code()).into(),
            job.and_then(|job| job.kind.employment()).map(Term::code).into(),
            job.map(|job| job.level.code()).into(),
            job.and_then(|job| job.on_specialty).map(Term::code).into(),
            self.not_employed.map(Term::code).into(),
            i64::from(self.is_conflict).into(),
            rivals_column(&self.rivals),
        ]
    }
}

/// What else is counted of a job.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct JobDetails {
    pub industry: Option<Industry>,
    pub place: Option<JobPlace>,
    pub channel: Option<Channel>,
    pub salary: Option<SalaryBand>,
    pub contract: Option<LabourContract>,
    pub insurance: Option<Insurance>,
}

impl JobDetails {
    /// The columns of a job after its number.
    pub(super) fn columns(&self) -> Vec<Value> {
        vec![
            self.industry.map(Term::code).into(),
            self.place.map(Term::code).into(),
            self.channel.map(Term::code).into(),
            self.salary.map(Term::code).into(),
            self.contract.map(Term::code).into(),
            self.insurance.map(Term::code).into(),
        ]
    }

    /// Reads these columns, which follow the row's first.
    pub(super) fn read(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            industry: code(row, 1)?,
            place: code(row, 2)?,
            channel: code(row, 3)?,
            salary: code(row, 4)?,
            contract: code(row, 5)?,
            insurance: code(row, 6)?,
        })
    }
}
