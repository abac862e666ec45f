//! What the domain says of a graduate on a day.

use gradtrail::domain::evidence::EvidenceLevel;
use gradtrail::domain::further_study::FurtherStudy;
use gradtrail::domain::outcome::Outcome;
use gradtrail::domain::terms::{DestinationKind, ExamResult, SpecialtyMatch};
use gradtrail::projections::cohort_outcomes::deciding::Deciding;

/// What counts of a graduate on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether at undergraduate level, and what that is worth.
    pub studying: Option<(bool, EvidenceLevel)>,
    /// What decides of who does not study.
    pub destination: Option<(DestinationKind, EvidenceLevel, Option<SpecialtyMatch>)>,
    pub is_conflict: bool,
    /// The furthest that was reached.
    pub exam: Option<ExamResult>,
}

/// What decides on an epoch day of what the domain says stands.
pub fn real(outcome: &Outcome, study: &FurtherStudy, day: i64, graduated_on: i64) -> Answer {
    let deciding = Deciding::of(outcome.reading(), study.reading());
    let exam = deciding.exam_on(day, graduated_on).map(|(result, _)| result);
    if let Some(going_on) = deciding.study_on(day) {
        let level = going_on.statement.enrolment.level.is_undergraduate();
        let studying = Some((level, going_on.statement.review.level));
        return Answer { studying, destination: None, is_conflict: going_on.is_contradicted, exam };
    }
    let decides = deciding.destination_on(day);
    let destination = decides.as_ref().map(|decides| {
        let statement = decides.statement;
        (statement.destination.kind, statement.review.level, statement.on_specialty)
    });
    Answer { studying: None, destination, is_conflict: decides.is_some_and(|decides| decides.is_contradicted), exam }
}
