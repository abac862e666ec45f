//! One graduate's history, and what it makes of each day. Pure.

use jiff::civil::Date;

use super::deciding::Deciding;
use super::graduate_day::{
    CohortMembership, DecidingPositions, GraduateDay, JobDetails, JobOutline, Situation, Study, StudyState,
};
use crate::domain::Event;
use crate::domain::day::epoch_day;
use crate::domain::further_study::row::StudyRow;
use crate::domain::further_study::statement::EnrolmentStatement;
use crate::domain::further_study::{self, FurtherStudyEvent};
use crate::domain::outcome::row::DestinationRow;
use crate::domain::outcome::statement::Statement;
use crate::domain::outcome::{self, OutcomeEvent};
use crate::domain::statements::timeline::Timeline;
use crate::domain::student::reading::Reading;
use crate::domain::student::row::StudentRow;
use crate::domain::student::standing::Standings;
use crate::domain::student::{self, StudentEvent};
use crate::domain::terms::{SalaryBand, Standing};
use crate::projections::OPEN_END;
use crate::projections::rectangles::{ValidSpan, valid_spans};

/// What a stream of statements says, and the position of each of its events, the first being of version 1.
#[derive(Debug)]
struct Stated<R, M> {
    timeline: Timeline<R, M>,
    positions: Vec<i64>,
}

impl<R, M> Default for Stated<R, M> {
    fn default() -> Self {
        Self { timeline: Timeline::default(), positions: vec![] }
    }
}

impl<R, M> Stated<R, M> {
    fn position(&self, version: u64) -> Option<i64> {
        let index = usize::try_from(version).ok()?.checked_sub(1)?;
        self.positions.get(index).copied()
    }
}

/// A graduate's three streams.
#[derive(Debug, Default)]
pub(super) struct FoldedGraduate {
    student: Stated<StudentRow, StudentEvent>,
    outcome: Stated<DestinationRow, OutcomeEvent>,
    study: Stated<StudyRow, FurtherStudyEvent>,
}

impl FoldedGraduate {
    /// Adds an event of the graduate.
    pub(super) fn take(&mut self, position: i64, version: i64, event: &Event) {
        match event {
            Event::Student(event) => {
                self.student.positions.push(position);
                student::evolve(&mut self.student.timeline, version.unsigned_abs(), event.clone());
            }
            Event::Outcome(event) => {
                self.outcome.positions.push(position);
                outcome::evolve(&mut self.outcome.timeline, version.unsigned_abs(), event.clone());
            }
            Event::FurtherStudy(event) => {
                self.study.positions.push(position);
                further_study::evolve(&mut self.study.timeline, version.unsigned_abs(), event.clone());
            }
            Event::School(_)
            | Event::Exemption(_)
            | Event::Placement(_)
            | Event::Agreement(_)
            | Event::Employer(_)
            | Event::Host(_)
            | Event::Season(_)
            | Event::Import(_)
            | Event::YearEnd(_)
            | Event::Account(_)
            | Event::Log(_) => (),
        }
    }

    /// In which cohort the person is counted, and what is so from which day on; `None` while the person is at school.
    pub(super) fn spans(&self) -> Option<(CohortMembership, Vec<ValidSpan<GraduateDay>>)> {
        let (membership, standings) = self.membership()?;
        let (destinations, studies) = self.readings();
        let deciding = Deciding::of(&destinations, &studies);
        let first = membership.first_day();
        let mut cuts = deciding.cuts();
        cuts.push(first);
        cuts.extend(membership.died_on.map(epoch_day));
        cuts.retain(|day| *day >= first && *day < OPEN_END);
        cuts.sort_unstable();
        cuts.dedup();
        let spans = valid_spans(cuts, |day| Some(self.on_day(day, &membership, &standings, &deciding).0));
        Some((membership, spans))
    }

    /// What is so on a day, and the events that decide it; `None` if the person was at school on that day.
    pub(super) fn on(&self, day: i64) -> Option<(GraduateDay, DecidingPositions)> {
        let (membership, standings) = self.membership().filter(|(membership, _)| membership.first_day() <= day)?;
        let (destinations, studies) = self.readings();
        Some(self.on_day(day, &membership, &standings, &Deciding::of(&destinations, &studies)))
    }

    /// The latest day up to this one on which somebody reported where the person is, studies or sat an exam; what was taken
    /// back does not count.
    pub(super) fn informed_on(&self, day: i64) -> Option<Date> {
        let (destinations, studies) = self.readings();
        let said = destinations.statements.iter().map(|statement| statement.reported_on);
        let studied = studies.enrolments.iter().map(|statement| statement.reported_on);
        let sat = studies.sittings.iter().map(|sitting| sitting.reported_on);
        said.chain(studied).chain(sat).filter(|reported_on| epoch_day(*reported_on) <= day).max()
    }

    fn readings(&self) -> (outcome::reading::Reading, further_study::reading::Reading) {
        let destinations = outcome::reading::Reading::of(&self.outcome.timeline);
        (destinations, further_study::reading::Reading::of(&self.study.timeline))
    }

    /// `None` while the person is at school.
    fn membership(&self) -> Option<(CohortMembership, Standings)> {
        let Reading { registered, standings, .. } = Reading::of(&self.student.timeline);
        let membership = CohortMembership::of(registered?, &standings.by_day())?;
        Some((membership, standings))
    }

    fn on_day(
        &self,
        day: i64,
        membership: &CohortMembership,
        standings: &Standings,
        deciding: &Deciding<'_>,
    ) -> (GraduateDay, DecidingPositions) {
        let standing = membership.standing_on(day);
        let going_on = deciding.study_on(day);
        let study = match going_on {
            Some(going_on) => Some((going_on.statement, StudyState::Registered)),
            None => deciding
                .studied_before(day)
                .map(|(statement, left)| (statement, if left { StudyState::Left } else { StudyState::Admitted })),
        };
        let destination = deciding.destination_on(day);
        let (job, idle) = match destination.as_ref().map(|decides| decides.statement) {
            Some(statement) if statement.destination.is_job() => (Some(statement), None),
            other => (None, other),
        };
        let exam = deciding.exam_on(day, membership.first_day());
        let (is_conflict, rivals) = match (going_on, destination) {
            _ if standing != Standing::Graduated => (false, vec![]),
            (Some(going_on), _) => (going_on.is_contradicted, vec![]),
            (None, Some(destination)) => (destination.is_contradicted, destination.rivals),
            (None, None) => (false, vec![]),
        };
        let situation = Situation {
            standing,
            study: study.map(|(statement, state)| outlined(statement, state)),
            exam: exam.map(|(result, _)| result),
            job: job.map(outline),
            not_employed: idle.map(|statement| statement.destination.kind),
            is_conflict,
            rivals,
        };
        let positions = DecidingPositions {
            standing: standings
                .version_of(standing)
                .and_then(|version| self.student.position(version))
                .unwrap_or_default(),
            study: study.and_then(|(statement, _)| self.study.position(statement.version)),
            exam: exam.and_then(|(_, version)| self.study.position(version)),
            job: job.and_then(|statement| self.outcome.position(statement.version)),
            not_employed: idle.and_then(|statement| self.outcome.position(statement.version)),
        };
        (GraduateDay { situation, job: job.map(details) }, positions)
    }
}

fn outlined(statement: &EnrolmentStatement, state: StudyState) -> Study {
    let enrolment = &statement.enrolment;
    Study { state, level: enrolment.level, channel: enrolment.channel, evidence: statement.review.level }
}

fn outline(statement: &Statement) -> JobOutline {
    let kind = statement.destination.kind;
    JobOutline { kind, level: statement.review.level, on_specialty: statement.on_specialty }
}

fn details(statement: &Statement) -> JobDetails {
    let destination = &statement.destination;
    JobDetails {
        industry: destination.industry,
        place: destination.place,
        channel: destination.channel,
        salary: destination.salary_yuan.map(SalaryBand::of),
        contract: destination.contract,
        insurance: destination.insurance,
    }
}
