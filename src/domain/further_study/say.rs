//! Saying what a graduate studies and which exams the graduate sat, and taking it back.

use super::reading::{Reading, moved_from};
use super::row::{EnrolmentRow, SittingRow, StudyRow};
use super::statement::{EnrolmentStatement, Round};
use super::{FurtherStudy, FurtherStudyEvent};
use crate::domain::statements::facts::StatementFacts;
use crate::domain::statements::refusal::StatementRefusal;
use crate::domain::statements::{Effect, Operation, Said, Source, Weighed};

/// What a batch would do: nothing is recorded by it.
pub fn weigh(study: &FurtherStudy, said: &Said<StudyRow>, facts: &StatementFacts) -> Weighed {
    let reading = study.reading();
    let rows: Vec<StudyRow> = said.rows.iter().map(|row| explicit(reading, said.source, row)).collect();
    let mut weighed: Weighed =
        rows.iter().map(|row| check(reading, said.source, row, facts).map(|()| Effect::Confirms)).collect();
    for (index, row) in rows.iter().enumerate() {
        let contradicts = |other: &StudyRow| {
            row.contradicts(other)
                || leaves_open_which(reading, said.source, row, other)
                || leaves_open_which(reading, said.source, other, row)
        };
        if weighed[index].is_ok() && rows.iter().enumerate().any(|(at, other)| at != index && contradicts(other)) {
            let on = row.day().or(facts.graduated_on).unwrap_or(facts.today);
            weighed[index] = Err(StatementRefusal::RowsContradict { on });
        }
    }
    // What a row makes of the whole record may be impossible, though the row alone is not.
    loop {
        let good: Vec<usize> = (0..rows.len()).filter(|index| weighed[*index].is_ok()).collect();
        let mut after = reading.clone();
        let spoken = Said { rows: good.iter().map(|index| rows[*index].clone()).collect(), ..said.clone() };
        let effects = after.take(&spoken, study.timeline.version() + 1);
        let refused: Vec<(usize, StatementRefusal)> =
            good.iter().filter_map(|index| Some((*index, impossible(&after, said.source, &rows[*index])?))).collect();
        if refused.is_empty() {
            good.into_iter().zip(effects).for_each(|(index, effect)| weighed[index] = Ok(effect));
            return weighed;
        }
        refused.into_iter().for_each(|(index, refusal)| weighed[index] = Err(refusal));
    }
}

/// Whether a row without a day of registration may be about a round that is known, and as well about the one of which another
/// row of the batch says the day.
fn leaves_open_which(reading: &Reading, source: Source, row: &StudyRow, other: &StudyRow) -> bool {
    let (StudyRow::Enrolment(row), StudyRow::Enrolment(other)) = (row, other) else { return false };
    let (None, Some(day)) = (row.registered_on.value(), other.registered_on.value()) else { return false };
    let is_other_round = |at: &usize| reading.enrolments[*at].enrolment.registered_on.is_some_and(|known| known != day);
    row.may_be_of(other) && reading.meant(source, &Round::of(row), row).iter().any(is_other_round)
}

/// The event of a batch, of its rows that say something new; none where all is so already.
///
/// # Errors
/// [`StatementRefusal`] of the first row that says nothing.
pub(super) fn say(
    study: &FurtherStudy,
    said: Said<StudyRow>,
    facts: &StatementFacts,
) -> Result<Vec<FurtherStudyEvent>, StatementRefusal> {
    let mut rows = vec![];
    for (row, weighed) in said.rows.iter().zip(weigh(study, &said, facts)) {
        match weighed? {
            Effect::Changes | Effect::Held | Effect::Accompanies => {
                rows.push(explicit(study.reading(), said.source, row))
            }
            Effect::Confirms | Effect::HeldAlready => (),
        }
    }
    if rows.is_empty() {
        return Ok(vec![]);
    }
    let effective_on = rows.iter().filter_map(StudyRow::day).min().unwrap_or(facts.today);
    Ok(vec![FurtherStudyEvent::Said { said: Said { by: facts.by, rows, ..said }, effective_on }])
}

/// A withdrawal names for ever what it hits, whatever becomes of what was said before.
fn explicit(reading: &Reading, source: Source, row: &StudyRow) -> StudyRow {
    let Operation::Withdraw { .. } = row.operation() else { return row.clone() };
    match row {
        StudyRow::Enrolment(row) => {
            let mut named = row.clone();
            if let [one] = reading.meant(source, &Round::of(row), row).as_slice() {
                let round = reading.enrolments[*one].enrolment.round();
                (named.admitted_on, named.registered_on) = (round.admitted_on.into(), round.registered_on.into());
            }
            StudyRow::Enrolment(named)
        }
        StudyRow::Sitting(row) => {
            let mut named = row.clone();
            if let [one] = reading.sittings_meant(source, row.exam, row.on).as_slice() {
                named.on = reading.sittings[*one].on;
            }
            StudyRow::Sitting(named)
        }
    }
}

fn check(reading: &Reading, source: Source, row: &StudyRow, facts: &StatementFacts) -> Result<(), StatementRefusal> {
    match row {
        StudyRow::Enrolment(row) => check_enrolment(reading, source, row, facts),
        StudyRow::Sitting(row) => check_sitting(reading, source, row, facts),
    }
}

fn check_enrolment(
    reading: &Reading,
    source: Source,
    row: &EnrolmentRow,
    facts: &StatementFacts,
) -> Result<(), StatementRefusal> {
    // Without a day nobody knows which round is meant.
    facts.check(row.day().ok_or(StatementRefusal::Incomplete)?)?;
    let round = Round::of(row);
    let meant = |round: &Round| reading.meant(source, round, row).len();
    let is_new = row.channel.is_some() && row.level.is_some();
    match (row.operation, meant(&round)) {
        (Operation::State, 0) if reading.is_withdrawn(source, &round) => Ok(()),
        (Operation::State, 0) if !is_new => Err(StatementRefusal::Incomplete),
        (Operation::State, 2..) | (Operation::Withdraw { .. }, 2..) => Err(StatementRefusal::LeavesOpenWhich),
        (Operation::Restore { .. }, 0) if !reading.is_withdrawn(source, &round) => {
            Err(StatementRefusal::NothingToRestore)
        }
        (Operation::Move { from, .. }, known) => match meant(&moved_from(row, from)) {
            0 if known > 0 && reading.is_withdrawn(source, &moved_from(row, from)) => Ok(()),
            0 => Err(StatementRefusal::NothingToMove { from }),
            1 => Ok(()),
            2.. => Err(StatementRefusal::LeavesOpenWhich),
        },
        (Operation::State | Operation::Withdraw { .. } | Operation::Restore { .. }, _) => Ok(()),
    }
}

fn check_sitting(
    reading: &Reading,
    source: Source,
    row: &SittingRow,
    facts: &StatementFacts,
) -> Result<(), StatementRefusal> {
    facts.check(row.on.unwrap_or(facts.today))?;
    let meant = |on| reading.sittings_meant(source, row.exam, on).len();
    if meant(row.on) > 1 {
        return Err(StatementRefusal::LeavesOpenWhich);
    }
    let is_known = meant(row.on) == 1;
    let is_withdrawn = reading.is_withdrawn_sitting(source, row.exam, row.on);
    match row.operation {
        Operation::State => Ok(()),
        Operation::Restore { .. } if !is_known && !is_withdrawn => Err(StatementRefusal::NothingToRestore),
        Operation::Move { from, .. } => {
            let was_moved = is_known && reading.is_withdrawn_sitting(source, row.exam, Some(from));
            if meant(Some(from)) == 1 || was_moved { Ok(()) } else { Err(StatementRefusal::NothingToMove { from }) }
        }
        Operation::Withdraw { .. } | Operation::Restore { .. } => Ok(()),
    }
}

/// Why what a row made cannot be.
fn impossible(after: &Reading, source: Source, row: &StudyRow) -> Option<StatementRefusal> {
    let StudyRow::Enrolment(row) = row else { return None };
    let made: Option<&EnrolmentStatement> =
        after.meant(source, &Round::of(row), row).last().map(|at| &after.enrolments[*at]);
    let enrolment = made?.enrolment;
    match (enrolment.admitted_on, enrolment.registered_on, enrolment.last_day) {
        (Some(admitted_on), Some(registered_on), _) if registered_on < admitted_on => {
            Some(StatementRefusal::RegisteredBeforeAdmission { admitted_on, registered_on })
        }
        (_, Some(registered_on), Some(last_day)) if last_day < registered_on => {
            Some(StatementRefusal::LeftBeforeRegistration { registered_on, last_day })
        }
        (_, None, Some(last_day)) => Some(StatementRefusal::LeftWithoutRegistration { last_day }),
        (_, _, _) => None,
    }
}
