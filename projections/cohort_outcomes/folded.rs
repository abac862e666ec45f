//! One graduate's history, and what it makes of each day. Pure.

use std::collections::HashSet;

use jiff::civil::Date;

use super::graduate_day::{
    CohortMembership, DecidingPositions, GraduateDay, JobDetails, JobOutline, Situation, Study, StudyState,
};
use crate::domain::Event;
use crate::domain::day::epoch_day;
use crate::domain::further_study::{self, Enrolment, FurtherStudyEvent, Progress};
use crate::domain::ids::{ClaimId, EnrolmentId};
use crate::domain::outcome::claim::Claim;
use crate::domain::outcome::{self, OutcomeEvent};
use crate::domain::student::standing::standings;
use crate::domain::student::{self, StudentEvent, StudentStage};
use crate::domain::terms::{DestinationKind, ExamResult, SalaryBand, Standing, StudyChannel, StudyLevel, Term};
use crate::projections::OPEN_END;
use crate::projections::rectangles::{ValidSpan, valid_spans};

/// An event that stands, with its position in the log and its version in its stream.
#[derive(Debug)]
struct Fact<E> {
    position: i64,
    version: i64,
    event: E,
}

/// The events that stand in a graduate's three streams, oldest first.
#[derive(Debug, Default)]
pub(super) struct FoldedGraduate {
    student: Vec<Fact<StudentEvent>>,
    outcome: Vec<Fact<OutcomeEvent>>,
    study: Vec<Fact<FurtherStudyEvent>>,
}

impl FoldedGraduate {
    /// Adds an event of the graduate. An undoing removes the event that it undoes.
    pub(super) fn take(&mut self, position: i64, version: i64, event: &Event) {
        match event {
            Event::Student(StudentEvent::Undone { version, .. }) => forget(&mut self.student, *version),
            Event::Outcome(OutcomeEvent::Undone { version, .. }) => forget(&mut self.outcome, *version),
            Event::FurtherStudy(FurtherStudyEvent::Undone { version, .. }) => forget(&mut self.study, *version),
            Event::Student(event) => self.student.push(Fact { position, version, event: event.clone() }),
            Event::Outcome(event) => self.outcome.push(Fact { position, version, event: event.clone() }),
            Event::FurtherStudy(event) => self.study.push(Fact { position, version, event: event.clone() }),
            Event::School(_)
            | Event::Exemption(_)
            | Event::Placement(_)
            | Event::Agreement(_)
            | Event::Employer(_)
            | Event::Host(_)
            | Event::Season(_)
            | Event::Import(_)
            | Event::Account(_)
            | Event::Log(_) => (),
        }
    }

    /// In which cohort the person is counted, and what is so from which day on; `None` while the person is at school.
    pub(super) fn spans(&self) -> Option<(CohortMembership, Vec<ValidSpan<GraduateDay>>)> {
        let evolved = self.evolved()?;
        let claims = evolved.held();
        let mut cuts = cuts(evolved.membership.first_day(), &claims, &evolved.study);
        cuts.extend(evolved.membership.died_on.map(epoch_day));
        let spans = valid_spans(cuts, |day| Some(self.on_day(day, &evolved.membership, &claims, &evolved.study).0));
        Some((evolved.membership, spans))
    }

    /// What is so on a day, and the events that decide it; `None` if the person was at school on that day.
    pub(super) fn on(&self, day: i64) -> Option<(GraduateDay, DecidingPositions)> {
        let evolved = self.evolved().filter(|evolved| evolved.membership.first_day() <= day)?;
        Some(self.on_day(day, &evolved.membership, &evolved.held(), &evolved.study))
    }

    /// The states of the three streams; `None` while the person is at school.
    fn evolved(&self) -> Option<Evolved> {
        let stage =
            self.student.iter().fold(StudentStage::default(), |stage, fact| student::evolve(stage, &fact.event));
        let StudentStage::Registered(registered) = stage else { return None };
        let standings = standings(self.student.iter().map(|fact| &fact.event));
        let membership = CohortMembership::of(registered, &standings)?;
        let claims = self.outcome.iter().fold(vec![], |claims, fact| outcome::evolve(claims, &fact.event));
        let study = self.study.iter().fold(Progress::default(), |p, fact| further_study::evolve(p, &fact.event));
        Some(Evolved { membership, claims, study })
    }

    fn on_day(
        &self,
        day: i64,
        membership: &CohortMembership,
        claims: &[Held<'_>],
        study: &Progress,
    ) -> (GraduateDay, DecidingPositions) {
        let (enrolled, study_position) = self.study_on(day, study).unzip();
        let (exam, exam_position) = self.exam_on(day, study).unzip();
        let (not_employed, not_employed_position) = self.not_employed_on(day, claims).unzip();
        let (job, standing) = (job_on(day, claims), membership.standing_on(day));
        let situation = Situation {
            standing,
            study: enrolled,
            exam,
            job: job.map(outline),
            claims: distinct_jobs_on(day, claims),
            not_employed,
        };
        let deciding = DecidingPositions {
            standing: self.standing_position(standing),
            study: study_position.flatten(),
            exam: exam_position.flatten(),
            job: job.and_then(|claim| self.claim_position(claim.id)),
            not_employed: not_employed_position.flatten(),
        };
        (GraduateDay { situation, job: job.map(details) }, deciding)
    }

    /// The position of the event that gave a standing last.
    fn standing_position(&self, given: Standing) -> i64 {
        let gives = |event: &StudentEvent| event.standing().is_some_and(|(standing, _)| standing == given);
        self.student.iter().rev().find(|fact| gives(&fact.event)).map_or(0, |fact| fact.position)
    }

    /// The enrolment that has come furthest by a day, and the position of the event that brought it there.
    fn study_on(&self, day: i64, study: &Progress) -> Option<(Study, Option<i64>)> {
        let state = |enrolment: &Enrolment| enrolment_state(enrolment, day);
        let (state, enrolment) = study
            .enrolments
            .iter()
            .filter_map(|enrolment| Some((state(enrolment)?, enrolment)))
            .max_by_key(|(state, e)| {
            (*state, e.registered_on, e.admitted_on, level_rank(e.admission.level), channel_rank(e.admission.channel))
        })?;
        let admission = &enrolment.admission;
        let study =
            Study { state, level: admission.level, channel: admission.channel, evidence: admission.source.level() };
        Some((study, self.study_position(enrolment.id, state)))
    }

    /// The position of the last event that brought the enrolment into this state.
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

    /// The best result in the exam by a day, and the position of the event that says so.
    fn exam_on(&self, day: i64, study: &Progress) -> Option<(ExamResult, Option<i64>)> {
        let reached = study.exam.iter().filter(|(_, on)| epoch_day(*on) <= day).map(|(result, _)| *result);
        let result = reached.max()?;
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
        Some((result, position))
    }

    /// The kind of the claim of no employment that decides on a day, and the position of its assertion.
    fn not_employed_on(&self, day: i64, claims: &[Held<'_>]) -> Option<(DestinationKind, Option<i64>)> {
        let held = claims
            .iter()
            .filter(|held| held.holds_on(day) && held.claim.destination.kind.employment().is_none())
            .max_by(|a, b| precedence(a.claim, b.claim))?;
        Some((held.claim.destination.kind, self.claim_position(held.claim.id)))
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

/// The states of a graduate's three streams.
struct Evolved {
    membership: CohortMembership,
    claims: Vec<Claim>,
    study: Progress,
}

impl Evolved {
    /// The claims that count, with their days.
    fn held(&self) -> Vec<Held<'_>> {
        self.claims.iter().filter(|claim| claim.counts()).map(|claim| held(claim, &self.claims)).collect()
    }
}

/// A claim that counts, and the epoch days, half open, on which it holds.
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

fn jobs_on<'c>(day: i64, claims: &'c [Held<'c>]) -> impl Iterator<Item = &'c Claim> {
    let is_job = move |held: &&Held<'_>| held.holds_on(day) && held.claim.destination.kind.employment().is_some();
    claims.iter().filter(is_job).map(|held| held.claim)
}

/// The claim of employment that decides on a day.
fn job_on<'c>(day: i64, claims: &'c [Held<'c>]) -> Option<&'c Claim> {
    jobs_on(day, claims).max_by(|a, b| precedence(a, b))
}

/// How many different claims of employment hold. Two sources that claim the same are no conflict.
fn distinct_jobs_on(day: i64, claims: &[Held<'_>]) -> i64 {
    let distinct: HashSet<_> =
        jobs_on(day, claims).map(|claim| (claim.destination.kind.code(), claim.destination.employer)).collect();
    i64::try_from(distinct.len()).unwrap_or(i64::MAX)
}

fn outline(claim: &Claim) -> JobOutline {
    JobOutline { kind: claim.destination.kind, level: claim.level, on_specialty: claim.on_specialty }
}

fn details(claim: &Claim) -> JobDetails {
    let destination = &claim.destination;
    JobDetails {
        industry: destination.industry,
        place: destination.place,
        channel: destination.channel,
        salary: destination.salary_yuan.map(SalaryBand::of),
        contract: destination.contract,
        insurance: destination.insurance,
    }
}

/// Precedence v1 among claims that hold: the latest start decides, then the evidence level, then the reporting day. The
/// content comes last, so that the order of recording never decides.
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

/// Every day, from the first on, on which something can change.
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
