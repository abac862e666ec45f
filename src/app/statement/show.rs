//! Question: what does every source say of a graduate, and what decides today?

use std::collections::HashMap;

use jiff::civil::Date;
use uuid::Uuid;

use super::input::ShowStatements;
use crate::accounts::Caller;
use crate::app::App;
use crate::app::failure::Failure;
use crate::app::target::{ShownStudent, StudentInfo, Target};
use crate::domain::StreamType;
use crate::domain::day::epoch_day;
use crate::domain::evidence::EvidenceLevel;
use crate::domain::evidence::ReviewState;
use crate::domain::further_study::FurtherStudy;
use crate::domain::further_study::statement::{EnrolmentStatement, Sitting};
use crate::domain::ids::StaffId;
use crate::domain::outcome::Outcome;
use crate::domain::outcome::statement::Statement;
use crate::domain::statements::Source;
use crate::domain::terms::{DestinationKind, Exam, ExamResult, SpecialtyMatch, StudyLevel};
use crate::event_log::record::StreamKey;
use crate::people::Sealed;
use crate::projections::cohort_outcomes::deciding::Deciding;
use crate::projections::identities::NOW;

/// What is said of a graduate.
#[derive(Debug)]
pub struct ShownStatements {
    pub student: ShownStudent,
    pub statements: Vec<ShownStatement>,
    /// Rows that were recorded and do not stand.
    pub held: usize,
    /// The streams that say so, as they were looked at.
    pub versions: [(StreamKey, u64); 2],
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownStatement {
    pub source: Source,
    pub what: Said,
    /// The employer or the college.
    pub at: Option<String>,
    pub from: Option<Date>,
    /// The last day, stated or by what follows.
    pub to: Option<Date>,
    pub level: EvidenceLevel,
    /// Of an exam there is no review.
    pub state: Option<ReviewState>,
    pub reported_on: Date,
    /// By name, who recorded something of it; nobody where it was the operator.
    pub by: Vec<String>,
    /// Whether it counts for anything: what is not accepted, or under re-check, does not.
    pub takes_part: bool,
    /// Whether it decides on the day of the question.
    pub decides: bool,
}

/// What a statement says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    Destination(DestinationKind, Option<SpecialtyMatch>),
    /// `true` once registered.
    Study(StudyLevel, bool),
    Exam(Exam, ExamResult),
}

impl App {
    pub(in crate::app) async fn statements(
        &self,
        caller: &Caller,
        asked: &ShowStatements,
    ) -> Result<ShownStatements, Failure> {
        let target = Target { student: Some(asked.student.clone()), school: asked.school.clone(), ..Target::default() };
        let mut students = self.students_of(caller, &target).await?;
        let info = students.pop().ok_or(crate::app::AppError::NotFound)?;
        let id = info.student.0;
        self.bring_up_to_date::<Outcome>(&[id]).await?;
        self.bring_up_to_date::<FurtherStudy>(&[id]).await?;
        let (outcome, of_outcome) = self.load::<Outcome>(id).await?;
        let (study, of_study) = self.load::<FurtherStudy>(id).await?;
        let shown = self.shown_statements(caller, &info, (&*outcome, &*study), self.today(), NOW).await?;
        let versions = [(StreamType::Outcome, of_outcome), (StreamType::FurtherStudy, of_study)]
            .map(|(kind, version)| (StreamKey { kind, id }, version));
        Ok(ShownStatements { versions, ..shown })
    }

    /// What two streams say of a graduate, and which of it decides on a day; names as known at a position.
    pub(in crate::app) async fn shown_statements(
        &self,
        caller: &Caller,
        info: &StudentInfo,
        (outcome, study): (&Outcome, &FurtherStudy),
        day: Date,
        known_at: i64,
    ) -> Result<ShownStatements, Failure> {
        let id = info.student.0;
        let (said, studied) = (outcome.reading(), study.reading());
        let day = epoch_day(day);
        let deciding = Deciding::of(said, studied);
        let going_on = deciding.study_on(day).and_then(|decides| decides.statement.key());
        let decides = deciding.destination_on(day).filter(|_| going_on.is_none()).map(|of| of.statement.key());
        let ids: Vec<Uuid> = said.employers().into_iter().map(|employer| employer.0).collect();
        let (units, sealed) = (self.names_at(&ids, known_at).await?, self.unsealed(&[id]).await?);
        let spoke = said.statements.iter().flat_map(|known| &known.by);
        let spoke = spoke.chain(studied.enrolments.iter().flat_map(|known| &known.by));
        let staff = self.staff_names(&spoke.map(|staff| staff.0).collect::<Vec<_>>()).await?;
        let names = |by: &[StaffId]| by.iter().filter_map(|one| staff.get(&one.0).cloned()).collect::<Vec<String>>();
        let mut statements: Vec<ShownStatement> = said
            .statements
            .iter()
            .map(|known| ShownStatement {
                decides: Some(known.key()) == decides,
                by: names(&known.by),
                ..destination(known, &said.statements, &units)
            })
            .collect();
        statements.extend(studied.enrolments.iter().map(|known| ShownStatement {
            by: names(&known.by),
            decides: going_on.is_some() && known.key() == going_on,
            ..enrolment(known, id, &sealed)
        }));
        statements.extend(studied.sittings.iter().map(sitting));
        let held = said.held.len() + studied.held.len();
        let versions = [StreamType::Outcome, StreamType::FurtherStudy].map(|kind| (StreamKey { kind, id }, 0));
        Ok(ShownStatements { student: info.shown(caller), statements, held, versions })
    }
}

/// A destination as it is shown, among all that are said.
pub(in crate::app) fn destination(
    known: &Statement,
    all: &[Statement],
    units: &HashMap<Uuid, String>,
) -> ShownStatement {
    ShownStatement {
        source: known.source,
        what: Said::Destination(known.destination.kind, known.on_specialty),
        at: known.destination.employer.and_then(|employer| units.get(&employer.0).cloned()),
        from: Some(known.starts_on),
        to: known.ends_on(all).and_then(|day| day.yesterday().ok()),
        level: known.review.level,
        state: Some(known.review.state),
        reported_on: known.reported_on,
        by: vec![],
        takes_part: known.takes_part(),
        decides: false,
    }
}

/// A graduate's enrolment as it is shown; `sealed` has the names of colleges.
pub(in crate::app) fn enrolment(
    known: &EnrolmentStatement,
    graduate: Uuid,
    sealed: &HashMap<(Uuid, u32), Sealed>,
) -> ShownStatement {
    ShownStatement {
        source: known.source,
        what: Said::Study(known.enrolment.level, known.enrolment.registered_on.is_some()),
        at: match sealed.get(&(graduate, known.enrolment.institution.0.0)) {
            Some(Sealed::College { name, .. }) => Some(name.clone()),
            Some(_) | None => None,
        },
        from: known.enrolment.on(),
        to: known.enrolment.last_day,
        level: known.review.level,
        state: Some(known.review.state),
        reported_on: known.reported_on,
        by: vec![],
        takes_part: known.takes_part(),
        decides: false,
    }
}

/// A sitting of an exam as it is shown.
pub(in crate::app) fn sitting(known: &Sitting) -> ShownStatement {
    ShownStatement {
        source: known.source,
        what: Said::Exam(known.exam, known.reached()),
        at: None,
        from: known.on,
        to: None,
        level: known.source.level(),
        state: None,
        reported_on: known.reported_on,
        by: vec![],
        takes_part: false,
        decides: false,
    }
}
