//! What has to be ordered so that of several things that are said of a graduate one decides, or none.

use jiff::civil::Date;

use super::input::{
    ConflictOrder, OutcomeOrder, ResolveConflict, ReviewAct, ReviewOutcome, ReviewStudy, Reviewed, Statement,
    StudyOrder,
};
use super::show::{Said, ShownStatement};
use crate::app::actions::Command;
use crate::domain::ids::{SchoolCode, StudentId};
use crate::domain::statements::StatementReason;

/// The statements that take part on a day and cannot all be so: destinations, and enrolments of who registered.
pub fn contradicting(all: &[ShownStatement], day: Date) -> Vec<&ShownStatement> {
    let is_of_day = |statement: &&ShownStatement| {
        statement.from.is_some_and(|from| from <= day) && statement.to.is_none_or(|to| to >= day)
    };
    let says_where = |statement: &&ShownStatement| match statement.what {
        Said::Destination(..) => true,
        Said::Study(_, is_registered) => is_registered,
        Said::Exam(..) => false,
    };
    all.iter().filter(|statement| statement.takes_part).filter(is_of_day).filter(says_where).collect()
}

/// The orders by which the chosen one decides, or none of them counts. Among destinations, and among enrolments, one is
/// chosen; a job and a study are not weighed against each other, so that the other kind is not accepted.
pub fn settling(
    student: StudentId,
    school: &SchoolCode,
    said: &[&ShownStatement],
    chosen: Option<usize>,
    reason: StatementReason,
) -> Vec<Command> {
    let is_study = |statement: &ShownStatement| matches!(statement.what, Said::Study(..));
    let of = |shown: &ShownStatement| {
        Some(Statement {
            student: student.0.to_string(),
            school: Some(school.clone()),
            source: shown.source,
            from: shown.from?,
            at: shown.at.clone(),
        })
    };
    let refused = |shown: &ShownStatement| {
        let reviewed = Reviewed { step: ReviewAct::NotAccept, evidence: None, level: None, reason: Some(reason) };
        let statement = of(shown)?;
        Some(match is_study(shown) {
            true => Command::Study(StudyOrder::Review(ReviewStudy { statement, reviewed })),
            false => Command::Outcome(OutcomeOrder::Review(ReviewOutcome { statement, reviewed })),
        })
    };
    let Some(chosen) = chosen.and_then(|index| said.get(index)) else {
        return said.iter().filter_map(|shown| refused(shown)).collect();
    };
    let (alike, others): (Vec<&ShownStatement>, Vec<&ShownStatement>) =
        said.iter().partition(|shown| is_study(shown) == is_study(chosen));
    let mut orders: Vec<Command> = others.into_iter().filter_map(refused).collect();
    if alike.len() > 1 {
        let resolve = |statement| ResolveConflict { statement, study: is_study(chosen), reason };
        orders.extend(of(chosen).map(|statement| Command::Conflict(ConflictOrder::Resolve(resolve(statement)))));
    }
    orders
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::evidence::EvidenceLevel;
    use crate::domain::statements::Source;
    use crate::domain::terms::{DestinationKind, StudyLevel};
    use jiff::civil::date;

    fn shown(source: Source, what: Said) -> ShownStatement {
        ShownStatement {
            source,
            what,
            at: None,
            from: Some(date(2022, 7, 1)),
            to: None,
            level: EvidenceLevel::L0,
            state: None,
            reported_on: date(2022, 7, 1),
            by: vec![],
            takes_part: true,
            decides: false,
        }
    }

    fn job(source: Source) -> ShownStatement {
        shown(source, Said::Destination(DestinationKind::Enterprise, None))
    }

    fn study() -> ShownStatement {
        shown(Source::Institution, Said::Study(StudyLevel::JuniorCollege, true))
    }

    /// Of each order, what it is about: chosen or not accepted, and whether it is about a study.
    fn orders(said: &[&ShownStatement], chosen: Option<usize>) -> Vec<(&'static str, bool)> {
        let school = SchoolCode::parse("33070001").unwrap();
        let student = StudentId(uuid::Uuid::from_u128(1));
        let told = |order: &Command| match order {
            Command::Conflict(ConflictOrder::Resolve(of)) => ("chosen", of.study),
            Command::Study(_) => ("refused", true),
            _ => ("refused", false),
        };
        settling(student, &school, said, chosen, StatementReason::Corrected).iter().map(told).collect()
    }

    #[test]
    fn of_two_jobs_one_is_chosen_and_a_job_beside_a_study_is_not_accepted() {
        let (one, other, study) = (job(Source::School), job(Source::Graduate), study());
        assert_eq!(orders(&[&one, &other], Some(0)), [("chosen", false)]);
        assert_eq!(orders(&[&one, &study], Some(0)), [("refused", true)]);
        assert_eq!(orders(&[&one, &study], Some(1)), [("refused", false)]);
        assert_eq!(orders(&[&one, &other, &study], Some(1)), [("refused", true), ("chosen", false)]);
        assert_eq!(orders(&[&one, &study], None), [("refused", false), ("refused", true)]);
    }

    #[test]
    fn what_is_over_to_come_or_does_not_count_is_not_weighed() {
        let all = [job(Source::School), job(Source::Graduate), study()];
        let ended = ShownStatement { to: Some(date(2022, 8, 1)), ..all[0].clone() };
        let refused = ShownStatement { takes_part: false, ..all[1].clone() };
        let weighed = |all: &[ShownStatement], day| contradicting(all, day).len();
        assert_eq!(weighed(&all, date(2022, 12, 31)), 3);
        assert_eq!(weighed(&all, date(2022, 6, 30)), 0);
        assert_eq!(weighed(&[ended, refused, all[2].clone()], date(2022, 12, 31)), 1);
    }
}
