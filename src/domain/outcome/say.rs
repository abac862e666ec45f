//! Saying where a graduate is, and taking it back.

use jiff::civil::Date;

use super::reading::Reading;
use super::row::DestinationRow;
use super::statement::Statement;
use super::{Outcome, OutcomeEvent};
use crate::domain::statements::facts::StatementFacts;
use crate::domain::statements::refusal::StatementRefusal;
use crate::domain::statements::{Effect, Operation, Said, Spoken, Weighed};

/// What a batch would do: nothing is recorded by it.
pub fn weigh(outcome: &Outcome, said: &Said<DestinationRow>, facts: &StatementFacts) -> Weighed {
    let reading = outcome.reading();
    let rows: Vec<DestinationRow> = said.rows.iter().map(|row| explicit(reading, said, row)).collect();
    let mut weighed: Weighed =
        rows.iter().map(|row| check(reading, said, row, facts).map(|()| Effect::Confirms)).collect();
    // As spoken and as meant: what leaves open where may mean what another row says.
    let meant: Vec<DestinationRow> = said.rows.iter().map(|row| meant(reading, said, row)).collect();
    let contradict = |one: usize, other: usize| {
        said.rows[one].contradicts(&said.rows[other]) || meant[one].contradicts(&meant[other])
    };
    for (index, row) in rows.iter().enumerate() {
        if weighed[index].is_ok() && (0..rows.len()).any(|other| other != index && contradict(index, other)) {
            weighed[index] = Err(StatementRefusal::RowsContradict { on: row.starts_on });
        }
    }
    // What a row makes of the whole statement may be impossible, though the row alone is not; and what one that says nothing
    // leaves unsaid, the others leave unsaid.
    loop {
        for index in 0..rows.len() {
            if weighed[index].is_ok()
                && let Some(known) = left_unsaid(reading, said, &rows, &weighed, rows[index].starts_on)
            {
                weighed[index] = Err(StatementRefusal::LeavesUnsaid { on: rows[index].starts_on, known });
            }
        }
        let good: Vec<usize> = (0..rows.len()).filter(|index| weighed[*index].is_ok()).collect();
        let mut after = reading.clone();
        let spoken = Said { rows: good.iter().map(|index| rows[*index].clone()).collect(), ..said.clone() };
        let effects = after.take(&spoken, outcome.timeline.version() + 1);
        let refused: Vec<(usize, StatementRefusal)> =
            good.iter().filter_map(|index| Some((*index, ends_too_early(&after, said, &rows[*index])?))).collect();
        if refused.is_empty() {
            good.into_iter().zip(effects).for_each(|(index, effect)| weighed[index] = Ok(effect));
            accompany(&rows, &mut weighed);
            return weighed;
        }
        refused.into_iter().for_each(|(index, refusal)| weighed[index] = Err(refusal));
    }
}

/// The event of a batch, of its rows that say something new; none where all is so already.
///
/// # Errors
/// [`StatementRefusal`] of the first row that says nothing.
pub(super) fn say(
    outcome: &Outcome,
    said: Said<DestinationRow>,
    facts: &StatementFacts,
) -> Result<Vec<OutcomeEvent>, StatementRefusal> {
    let mut rows = vec![];
    for (row, weighed) in said.rows.iter().zip(weigh(outcome, &said, facts)) {
        match weighed? {
            Effect::Changes | Effect::Held | Effect::Accompanies => rows.push(explicit(outcome.reading(), &said, row)),
            Effect::Confirms | Effect::HeldAlready => (),
        }
    }
    let Some(effective_on) = rows.iter().map(|row| row.starts_on).min() else { return Ok(vec![]) };
    Ok(vec![OutcomeEvent::Said { said: Said { by: facts.by, rows, ..said }, effective_on }])
}

/// What is said of one day is said together.
fn accompany(rows: &[DestinationRow], weighed: &mut Weighed) {
    let is_new = |at: &usize| {
        let is_said = !matches!(rows[*at].operation, Operation::Withdraw { .. });
        matches!(weighed[*at], Ok(Effect::Changes | Effect::Held)) && is_said
    };
    let days: Vec<Date> = (0..rows.len()).filter(is_new).map(|at| rows[at].starts_on).collect();
    for (row, weighed) in rows.iter().zip(weighed) {
        if *weighed == Ok(Effect::Confirms) && days.contains(&row.starts_on) {
            *weighed = Ok(Effect::Accompanies);
        }
    }
}

/// A withdrawal names for ever what it hits, whatever becomes of what was said before.
fn explicit(reading: &Reading, said: &Said<DestinationRow>, row: &DestinationRow) -> DestinationRow {
    match row.operation {
        Operation::State | Operation::Restore { .. } => row.clone(),
        Operation::Withdraw { .. } | Operation::Move { .. } => meant(reading, said, row),
    }
}

/// The row with the employer that it means, if only one can be meant.
fn meant(reading: &Reading, said: &Said<DestinationRow>, row: &DestinationRow) -> DestinationRow {
    let day = match row.operation {
        Operation::State | Operation::Restore { .. } | Operation::Withdraw { .. } => row.starts_on,
        Operation::Move { from, .. } => from,
    };
    let mut meant = of_day(reading, said, day).filter(|known| known.is_of(row));
    match (meant.next(), meant.next()) {
        (Some(one), None) => {
            let employer = one.destination.employer.map_or(Spoken::None, Spoken::Value);
            DestinationRow { employer, ..row.clone() }
        }
        (Some(_), Some(_)) | (None, _) => row.clone(),
    }
}

/// What the source says from a day on.
fn of_day<'r>(reading: &'r Reading, said: &Said<DestinationRow>, day: Date) -> impl Iterator<Item = &'r Statement> {
    let source = said.source;
    reading.statements.iter().filter(move |known| (known.source, known.starts_on) == (source, day))
}

fn check(
    reading: &Reading,
    said: &Said<DestinationRow>,
    row: &DestinationRow,
    facts: &StatementFacts,
) -> Result<(), StatementRefusal> {
    facts.check(row.starts_on)?;
    let meant = |day: Date| of_day(reading, said, day).filter(|known| known.is_of(row)).count();
    let is_withdrawn = |day: Date| reading.is_withdrawn(said.source, day, row);
    match row.operation {
        Operation::State | Operation::Restore { .. } if row.employer.is_nothing() && meant(row.starts_on) > 1 => {
            Err(StatementRefusal::LeavesOpenWhich)
        }
        Operation::State => Ok(()),
        Operation::Withdraw { .. } => match meant(row.starts_on) {
            0 | 1 => Ok(()),
            2.. => Err(StatementRefusal::LeavesOpenWhich),
        },
        Operation::Restore { .. } => {
            let is_known = is_withdrawn(row.starts_on) || meant(row.starts_on) > 0;
            if is_known { Ok(()) } else { Err(StatementRefusal::NothingToRestore) }
        }
        Operation::Move { from, .. } => match meant(from) {
            0 if is_withdrawn(from) && meant(row.starts_on) > 0 => Ok(()),
            0 => Err(StatementRefusal::NothingToMove { from }),
            1 => Ok(()),
            2.. => Err(StatementRefusal::LeavesOpenWhich),
        },
    }
}

/// How many jobs the source says from a day on, where there are several and these rows, all of which are jobs, leave one
/// unsaid, or one of them is none.
fn left_unsaid(
    reading: &Reading,
    said: &Said<DestinationRow>,
    rows: &[DestinationRow],
    weighed: &Weighed,
    day: Date,
) -> Option<usize> {
    let known: Vec<&Statement> = of_day(reading, said, day).collect();
    let good = || rows.iter().zip(weighed).filter(|(_, weighed)| weighed.is_ok()).map(|(row, _)| row);
    let speaks_of = |row: &&DestinationRow| match row.operation {
        Operation::State | Operation::Restore { .. } => row.starts_on == day,
        Operation::Withdraw { .. } => false,
        Operation::Move { from, .. } => row.starts_on == day && from != day,
    };
    // What is restored comes back beside the others.
    let takes_place = |row: &&DestinationRow| !matches!(row.operation, Operation::Restore { .. });
    let stands = |row: &&DestinationRow| speaks_of(row) && !reading.is_withdrawn(said.source, day, row);
    if known.len() < 2 || !good().filter(stands).any(|row| takes_place(&row)) {
        return None;
    }
    let is_said = |known: &&Statement| {
        good().any(|row| {
            let takes_away = match row.operation {
                Operation::State | Operation::Restore { .. } => None,
                Operation::Withdraw { .. } => Some(row.starts_on),
                Operation::Move { from, .. } => Some(from),
            };
            known.is_of(row) && (row.starts_on == day || takes_away == Some(day))
        })
    };
    (!known.iter().all(is_said)).then_some(known.len())
}

fn ends_too_early(after: &Reading, said: &Said<DestinationRow>, row: &DestinationRow) -> Option<StatementRefusal> {
    let made = of_day(after, said, row.starts_on).find(|known| known.is_of(row))?;
    let last_day = made.destination.last_day.filter(|last_day| *last_day < made.starts_on)?;
    Some(StatementRefusal::EndsBeforeStart { starts_on: made.starts_on, last_day })
}
