//! The facts of one graduate, and the days they make: pure.

use std::collections::HashSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::Event;
use crate::domain::day::epoch_day;
use crate::domain::further_study::{self, Enrolment, FurtherStudyEvent, Progress};
use crate::domain::ids::{ClaimId, EnrolmentId};
use crate::domain::outcome::claim::Claim;
use crate::domain::outcome::{self, OutcomeEvent};
use crate::domain::student::{self, Registered, Stage, StudentEvent};
use crate::domain::terms::{ExamResult, SalaryBand, Standing, StudyChannel, StudyLevel, Term};
use crate::event_log::table::Value;
use crate::projections::OPEN_END;

/// An event with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fact<E> {
    #[serde(rename = "p")]
    position: i64,
    #[serde(rename = "v")]
    version: i64,
    #[serde(rename = "e")]
    event: E,
}

/// What stands of a graduate's three streams, oldest first, and the rectangles open at the moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Facts {
    student: Vec<Fact<StudentEvent>>,
    outcome: Vec<Fact<OutcomeEvent>>,
    study: Vec<Fact<FurtherStudyEvent>>,
    /// (true_from, known_from) of each open rectangle.
    pub open: Vec<(i64, i64)>,
}

impl Facts {
    /// Takes one more event of the graduate; an undoing takes the fact it undoes away.
    pub(super) fn take(&mut self, position: i64, version: i64, event: &Event) {
        match event {
            Event::Student(StudentEvent::Undone { version, .. }) => forget(&mut self.student, *version),
            Event::Outcome(OutcomeEvent::Undone { version, .. }) => forget(&mut self.outcome, *version),
            Event::FurtherStudy(FurtherStudyEvent::Undone { version, .. }) => forget(&mut self.study, *version),
            Event::Student(event) => self.student.push(Fact { position, version, event: event.clone() }),
            Event::Outcome(event) => self.outcome.push(Fact { position, version, event: event.clone() }),
            Event::FurtherStudy(event) => self.study.push(Fact { position, version, event: event.clone() }),
            Event::School(_) | Event::Employer(_) | Event::Import(_) | Event::Log(_) => (),
        }
    }

    /// The days from the one on which the person left school, cut where anything changes.
    pub(super) fn tiles(&self) -> Vec<Tile> {
        let stage = self.student.iter().fold(Stage::default(), |stage, fact| student::evolve(stage, &fact.event));
        let Stage::Registered(registered) = stage else { return vec![] };
        if registered.standing == Standing::Enrolled {
            return vec![];
        }
        let claims = self.outcome.iter().fold(vec![], |claims, fact| outcome::evolve(claims, &fact.event));
        let study = self.study.iter().fold(Progress::default(), |p, fact| further_study::evolve(p, &fact.event));
        let claims: Vec<Held> = claims.iter().filter(|claim| claim.counts()).map(|c| held(c, &claims)).collect();
        let first = epoch_day(registered.standing_since);
        let mut tiles: Vec<Tile> = vec![];
        let cuts = cuts(first, &claims, &study);
        for (index, from) in cuts.iter().enumerate() {
            let to = cuts.get(index + 1).copied().unwrap_or(OPEN_END);
            let content = self.content(*from, &registered, &claims, &study);
            match tiles.last_mut() {
                Some(last) if last.content == content => last.true_to = to,
                Some(_) | None => tiles.push(Tile {
                    true_from: *from,
                    true_to: to,
                    cohort_year: i64::from(registered.standing_since.year()),
                    school: registered.registration.school.as_str().to_owned(),
                    content,
                }),
            }
        }
        tiles
    }

    /// The columns from `class` to `not_employed_v1_position` on one day.
    fn content(&self, day: i64, registered: &Registered, claims: &[Held<'_>], study: &Progress) -> Vec<Value> {
        let registration = &registered.registration;
        let specialty = registration.specialty.as_ref();
        let mut content = vec![
            Value::text(registration.class.as_str()),
            specialty.map(|code| code.as_str()).into(),
            specialty.map(|code| code.class()).into(),
            Value::text(registration.gender.code()),
            Value::text(registration.route.code()),
            Value::text(registered.standing.code()),
            Value::Int(epoch_day(registered.standing_since)),
            Value::Int(self.standing_position()),
        ];
        content.extend(self.study_columns(day, study));
        content.extend(self.exam_columns(day, study));
        content.extend(self.job_columns(day, claims));
        content.extend(self.not_employed_columns(day, claims));
        content
    }

    /// The position of the event that gave the present standing.
    fn standing_position(&self) -> i64 {
        self.student.iter().rev().find(|fact| fact.event.standing().is_some()).map_or(0, |fact| fact.position)
    }

    fn study_columns(&self, day: i64, study: &Progress) -> [Value; 5] {
        let state = |enrolment: &Enrolment| enrolment_state(enrolment, day);
        let chosen = study.enrolments.iter().filter_map(|enrolment| Some((state(enrolment)?, enrolment))).max_by_key(
            |(state, e)| {
                (
                    *state,
                    e.registered_on,
                    e.admitted_on,
                    level_rank(e.admission.level),
                    channel_rank(e.admission.channel),
                )
            },
        );
        let Some((state, enrolment)) = chosen else {
            return [Value::Null, Value::Null, Value::Null, Value::Null, Value::Null];
        };
        [
            Value::text(state.code()),
            Value::text(enrolment.admission.level.code()),
            Value::text(enrolment.admission.channel.code()),
            Value::text(enrolment.admission.source.level().code()),
            self.study_position(enrolment.id, state).into(),
        ]
    }

    /// The position of the last event that says this of the enrolment.
    fn study_position(&self, id: EnrolmentId, state: StudyState) -> Option<i64> {
        let says = |event: &FurtherStudyEvent| match event {
            FurtherStudyEvent::Admitted { enrolment, .. } | FurtherStudyEvent::ConversionApproved { enrolment, .. } => {
                *enrolment == id && state == StudyState::Admitted
            }
            FurtherStudyEvent::StudyRegistered { enrolment, .. } => *enrolment == id && state == StudyState::Registered,
            FurtherStudyEvent::StudyLeft { enrolment, .. } => *enrolment == id && state == StudyState::Left,
            FurtherStudyEvent::AdmissionCorrected { .. }
            | FurtherStudyEvent::ExamSat { .. }
            | FurtherStudyEvent::ExamQualified { .. }
            | FurtherStudyEvent::ExamCorrected { .. }
            | FurtherStudyEvent::EnrolmentWithdrawn { .. }
            | FurtherStudyEvent::Undone { .. } => false,
        };
        self.study.iter().rev().find(|fact| says(&fact.event)).map(|fact| fact.position)
    }

    fn exam_columns(&self, day: i64, study: &Progress) -> [Value; 2] {
        let reached = study.exam.iter().filter(|(_, on)| epoch_day(*on) <= day).map(|(result, _)| *result).max();
        let Some(result) = reached else { return [Value::Null, Value::Null] };
        let says = |event: &FurtherStudyEvent| match event {
            FurtherStudyEvent::ExamSat { .. } => result == ExamResult::Sat,
            FurtherStudyEvent::ExamQualified { undergraduate, .. } => {
                *undergraduate == (result == ExamResult::QualifiedUndergraduate)
            }
            FurtherStudyEvent::ExamCorrected { result: corrected, .. } => *corrected == result,
            FurtherStudyEvent::Admitted { .. }
            | FurtherStudyEvent::ConversionApproved { .. }
            | FurtherStudyEvent::AdmissionCorrected { .. }
            | FurtherStudyEvent::StudyRegistered { .. }
            | FurtherStudyEvent::StudyLeft { .. }
            | FurtherStudyEvent::EnrolmentWithdrawn { .. }
            | FurtherStudyEvent::Undone { .. } => false,
        };
        let position = self.study.iter().rev().find(|fact| says(&fact.event)).map(|fact| fact.position);
        [Value::text(result.code()), position.into()]
    }

    fn job_columns(&self, day: i64, claims: &[Held<'_>]) -> Vec<Value> {
        let jobs =
            || claims.iter().filter(|held| held.holds_on(day) && held.claim.destination.kind.employment().is_some());
        // Two sources that say the same are no conflict.
        let distinct: HashSet<_> =
            jobs().map(|held| (held.claim.destination.kind.code(), held.claim.destination.employer)).collect();
        let count = Value::Int(i64::try_from(distinct.len()).unwrap_or(i64::MAX));
        let Some(held) = jobs().max_by(|a, b| precedence(a.claim, b.claim)) else {
            let mut absent = vec![Value::Null; 11];
            absent.push(count);
            return absent;
        };
        let (claim, destination) = (held.claim, &held.claim.destination);
        vec![
            Value::text(destination.kind.code()),
            destination.kind.employment().map(Term::code).into(),
            Value::text(claim.level.code()),
            destination.industry.map(Term::code).into(),
            destination.place.map(Term::code).into(),
            destination.channel.map(Term::code).into(),
            destination.salary_yuan.map(|yuan| SalaryBand::of(yuan).code()).into(),
            destination.contract.map(Term::code).into(),
            destination.insurance.map(Term::code).into(),
            claim.on_specialty.map(Term::code).into(),
            self.claim_position(claim.id).into(),
            count,
        ]
    }

    fn not_employed_columns(&self, day: i64, claims: &[Held<'_>]) -> [Value; 2] {
        let held = claims
            .iter()
            .filter(|held| held.holds_on(day) && held.claim.destination.kind.employment().is_none())
            .max_by(|a, b| precedence(a.claim, b.claim));
        let Some(held) = held else { return [Value::Null, Value::Null] };
        [Value::text(held.claim.destination.kind.code()), self.claim_position(held.claim.id).into()]
    }

    /// The position of the claim's assertion.
    fn claim_position(&self, id: ClaimId) -> Option<i64> {
        let asserts =
            |event: &OutcomeEvent| matches!(event, OutcomeEvent::DestinationAsserted { claim, .. } if *claim == id);
        self.outcome.iter().find(|fact| asserts(&fact.event)).map(|fact| fact.position)
    }
}

fn forget<E>(facts: &mut Vec<Fact<E>>, version: u64) {
    facts.retain(|fact| fact.version.unsigned_abs() != version);
}

/// A stretch of days on which nothing changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tile {
    pub true_from: i64,
    pub true_to: i64,
    /// The year in which the person left school.
    pub cohort_year: i64,
    pub school: String,
    /// The columns from `class` to `not_employed_v1_position`.
    pub content: Vec<Value>,
}

/// A counting claim and the days on which it holds.
struct Held<'c> {
    claim: &'c Claim,
    from: i64,
    to: i64,
}

impl Held<'_> {
    fn holds_on(&self, day: i64) -> bool {
        self.from <= day && day < self.to
    }
}

fn held<'c>(claim: &'c Claim, claims: &[Claim]) -> Held<'c> {
    let to = outcome::claim::ends_on(claim, claims).map_or(OPEN_END, epoch_day);
    Held { claim, from: epoch_day(claim.starts_on), to }
}

/// Precedence v1 among claims that hold: the latest start, then the evidence level, then the reporting day, then the
/// content, so that it never depends on the order of recording.
fn precedence(a: &Claim, b: &Claim) -> std::cmp::Ordering {
    let rank = |claim: &Claim| {
        let d = &claim.destination;
        (
            claim.starts_on,
            claim.level,
            claim.reported_on,
            d.kind.code(),
            claim.on_specialty.map(Term::code),
            d.salary_yuan,
        )
    };
    let details = |claim: &Claim| {
        let d = &claim.destination;
        let (industry, place) = (d.industry.map(Term::code), d.place.map(Term::code));
        (industry, place, d.channel.map(Term::code), d.contract.map(Term::code), d.insurance.map(Term::code))
    };
    rank(a).cmp(&rank(b)).then_with(|| details(a).cmp(&details(b))).then_with(|| a.id.cmp(&b.id))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum StudyState {
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

fn enrolment_state(enrolment: &Enrolment, day: i64) -> Option<StudyState> {
    let reached = |on: Option<Date>| on.is_some_and(|on| epoch_day(on) <= day);
    if reached(enrolment.left_on) {
        Some(StudyState::Left)
    } else if reached(enrolment.registered_on) {
        Some(StudyState::Registered)
    } else {
        reached(Some(enrolment.admitted_on)).then_some(StudyState::Admitted)
    }
}

fn level_rank(level: StudyLevel) -> usize {
    StudyLevel::ENTRIES.iter().position(|entry| entry.value == level).unwrap_or_default()
}

fn channel_rank(channel: StudyChannel) -> usize {
    StudyChannel::ENTRIES.iter().position(|entry| entry.value == channel).unwrap_or_default()
}

/// Every day, from the first on, on which something may change.
fn cuts(first: i64, claims: &[Held<'_>], study: &Progress) -> Vec<i64> {
    let mut cuts = vec![first];
    for held in claims {
        cuts.extend([held.from, held.to]);
    }
    for enrolment in &study.enrolments {
        let days = [Some(enrolment.admitted_on), enrolment.registered_on, enrolment.left_on];
        cuts.extend(days.into_iter().flatten().map(epoch_day));
    }
    cuts.extend(study.exam.iter().map(|(_, on)| epoch_day(*on)));
    cuts.retain(|day| *day >= first && *day < OPEN_END);
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}
