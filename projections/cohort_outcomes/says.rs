//! What holds of a graduate on a day, in codes: pure.

use jiff::civil::Date;

use crate::domain::day::epoch_day;
use crate::domain::evidence::EvidenceLevel;
use crate::domain::student::{Registered, Registration};
use crate::domain::terms::{
    Channel, Contract, DestinationKind, ExamResult, Industry, Insurance, Match, Place, SalaryBand, Standing,
    StudyChannel, StudyLevel, Term,
};
use crate::event_log::table::Value;

use super::count::NOT_RECORDED;

/// Where a graduate is counted: what all of a graduate's tiles share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Roll {
    pub registration: Registration,
    pub standing: Standing,
    /// The day on which the person left school; its year is the cohort's.
    pub since: Date,
}

impl Roll {
    /// `None` while the person is at school.
    pub(super) fn of(registered: Registered) -> Option<Self> {
        (registered.standing != Standing::Enrolled).then_some(Self {
            registration: registered.registration,
            standing: registered.standing,
            since: registered.standing_since,
        })
    }

    pub(super) fn first_day(&self) -> i64 {
        epoch_day(self.since)
    }

    /// The columns of its profile.
    pub(super) fn profile(&self) -> Vec<Value> {
        let Registration { school, specialty, class, gender, route } = &self.registration;
        vec![
            Value::text(school.as_str()),
            Value::text(specialty.as_ref().map_or(NOT_RECORDED, |code| code.as_str())),
            Value::text(class.as_str()),
            gender.code().into(),
            route.code().into(),
        ]
    }
}

/// What is counted of a graduate on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Says {
    pub situation: Situation,
    pub job: Option<Job>,
}

/// The positions of the events that decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Deciding {
    pub standing: i64,
    pub study: Option<i64>,
    pub exam: Option<i64>,
    pub job: Option<i64>,
    pub not_employed: Option<i64>,
}

/// What populations are defined by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Situation {
    pub standing: Standing,
    pub study: Option<Study>,
    pub exam: Option<ExamResult>,
    pub job: Option<JobOutline>,
    /// Different employment claims that hold.
    pub claims: i64,
    pub not_employed: Option<DestinationKind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Study {
    pub state: StudyState,
    pub level: StudyLevel,
    pub channel: StudyChannel,
    pub evidence: EvidenceLevel,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum StudyState {
    Admitted,
    Left,
    Registered,
}

impl StudyState {
    fn code(self) -> &'static str {
        match self {
            Self::Admitted => "admitted",
            Self::Left => "left",
            Self::Registered => "registered",
        }
    }
}

/// What is counted of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct JobOutline {
    pub kind: DestinationKind,
    pub level: EvidenceLevel,
    pub on_specialty: Option<Match>,
}

impl Situation {
    /// The columns from `standing` on.
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
            self.claims.into(),
            self.not_employed.map(Term::code).into(),
        ]
    }
}

/// What else is known of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Job {
    pub industry: Option<Industry>,
    pub place: Option<Place>,
    pub channel: Option<Channel>,
    pub salary: Option<SalaryBand>,
    pub contract: Option<Contract>,
    pub insurance: Option<Insurance>,
}

impl Job {
    /// The columns from `job_v1_industry` on.
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
}
