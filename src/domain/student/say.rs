//! Saying what is so of a student.

use jiff::civil::Date;

use super::row::StudentRow;
use super::{Student, StudentEvent, StudentFacts, StudentRefusal};
use crate::domain::placement::arrangement::Period;
use crate::domain::statements::{Effect, Said};
use crate::domain::terms::Standing;

/// What a row would do, given what stands: nothing is recorded by it.
///
/// # Errors
/// [`StudentRefusal`] of a row that cannot be so.
pub fn weigh(
    student: &Student,
    row: &StudentRow,
    said_on: Date,
    facts: &StudentFacts,
) -> Result<Effect, StudentRefusal> {
    if student.is_erased() {
        return Err(StudentRefusal::Erased);
    }
    let reading = student.reading();
    if let Some(known) = &reading.registered
        && known.registration.school != row.school
    {
        let registered = known.registration.school.clone();
        return Err(StudentRefusal::OtherSchool { registered, given: row.school.clone() });
    }
    let of_standing = reading.standings.weigh(row)?;
    if of_standing == Effect::Changes
        && let Some(on) = row.since
    {
        may_have_come(row.standing, on, facts.today)?;
        // A correction of what was said of the past is not asked.
        if !row.corrects || !reading.standings.last().0.is_terminal() {
            may_leave(row.standing, on, &facts.taken)?;
        }
    }
    Ok(reading.effect(row, said_on, of_standing))
}

/// The event of a batch, of its rows that say something new; none where all is so already.
pub(super) fn say(
    student: &Student,
    said: Said<StudentRow>,
    facts: &StudentFacts,
) -> Result<Vec<StudentEvent>, StudentRefusal> {
    let mut after = student.clone();
    let mut rows = vec![];
    for row in &said.rows {
        match weigh(&after, row, said.said_on, facts)? {
            Effect::Changes | Effect::Held | Effect::Accompanies => {
                let spoken = Said { rows: vec![row.clone()], ..said.clone() };
                after.reading.take(&spoken, student.timeline.version() + 1);
                rows.push(row.clone());
            }
            Effect::Confirms | Effect::HeldAlready => (),
        }
    }
    let days = rows.iter().map(|row: &StudentRow| row.since.unwrap_or(said.said_on));
    let Some(effective_on) = days.min() else { return Ok(vec![]) };
    Ok(vec![StudentEvent::Said { said: Said { by: facts.by, rows, ..said }, effective_on }])
}

/// Nobody has left school, in whatever way, on a day that has not come.
fn may_have_come(given: Standing, on: Date, today: Date) -> Result<(), StudentRefusal> {
    if given.is_terminal() && on > today { Err(StudentRefusal::StandingAhead { given, on, today }) } else { Ok(()) }
}

/// Who leaves in the middle of school has no placement that goes on behind that day; `taken` are the days of the
/// student's placements.
fn may_leave(given: Standing, on: Date, taken: &[Period]) -> Result<(), StudentRefusal> {
    match given {
        Standing::TransferredOut | Standing::Withdrawn => {
            let open = taken.iter().find(|period| on < period.last_day);
            open.map_or(Ok(()), |period| Err(StudentRefusal::StillPlaced { period: *period, given }))
        }
        Standing::Enrolled | Standing::OnLeave | Standing::Graduated | Standing::Completed | Standing::Deceased => {
            Ok(())
        }
    }
}
