//! A student's standings by their days, whatever the order in which they were said.

use jiff::civil::Date;

use super::StudentRefusal;
use super::row::StudentRow;
use crate::domain::placement::arrangement::Period;
use crate::domain::statements::Effect;
use crate::domain::terms::Standing;

/// Days, half open, on which a student is not enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    pub standing: Standing,
    pub since: Date,
    /// The first day on which it is over; `None` while nothing ends it.
    pub until: Option<Date>,
}

impl Absence {
    /// Whether a stay goes on behind its first day and begins before it is over. The first day may be a stay's last: who
    /// leaves was there until then.
    pub fn interrupts(&self, stay: Period) -> bool {
        self.since < stay.last_day && self.until.is_none_or(|until| stay.first_day < until)
    }
}

impl Standing {
    /// Whether nothing but a correction can follow.
    pub fn is_terminal(self) -> bool {
        match self {
            Self::Enrolled | Self::OnLeave => false,
            Self::Graduated | Self::Completed | Self::TransferredOut | Self::Withdrawn | Self::Deceased => true,
        }
    }
}

/// A standing, the first day on which it is so, and the version of the event that says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    since: Date,
    standing: Standing,
    version: u64,
}

/// Everything that is said of a student's standing, the days in order. Before the first the student is enrolled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standings {
    entries: Vec<Entry>,
}

impl Standings {
    /// Each standing from a day on, the days in order, without days that begin nothing: who is enrolled again and again is
    /// enrolled, and who has left school only dies, whatever else is said of later days.
    pub fn by_day(&self) -> Vec<(Date, Standing)> {
        let mut by_day: Vec<(Date, Standing)> = vec![];
        for Entry { since, standing, .. } in &self.entries {
            let before = by_day.last().map_or(Standing::Enrolled, |(_, before)| *before);
            if before != *standing && (!before.is_terminal() || *standing == Standing::Deceased) {
                by_day.push((*since, *standing));
            }
        }
        by_day
    }

    /// The standing that follows all others, and its first day; `None` of who never was anything but enrolled.
    pub fn last(&self) -> (Standing, Option<Date>) {
        self.by_day().last().map_or((Standing::Enrolled, None), |(since, standing)| (*standing, Some(*since)))
    }

    /// The version of the event that says a standing; of several the one of the latest day.
    pub fn version_of(&self, standing: Standing) -> Option<u64> {
        self.entries.iter().rfind(|entry| entry.standing == standing).map(|entry| entry.version)
    }

    /// The day of graduation, also of who died since; `None` for everybody who did not graduate.
    pub fn graduated_on(&self) -> Option<Date> {
        self.by_day().into_iter().find(|(_, standing)| *standing == Standing::Graduated).map(|(since, _)| since)
    }

    /// When the student is not enrolled, in the order of the days.
    pub fn absences(&self) -> Vec<Absence> {
        let by_day = self.by_day();
        let until = |index: usize| by_day.get(index + 1).map(|(day, _)| *day);
        let absence = |(index, (since, standing)): (usize, &(Date, Standing))| {
            (*standing != Standing::Enrolled).then(|| Absence {
                standing: *standing,
                since: *since,
                until: until(index),
            })
        };
        by_day.iter().enumerate().filter_map(absence).collect()
    }

    /// What becomes of the standing that a row says. Who has left school has: only death can follow, unless the row calls
    /// itself a correction. What is said of an earlier day fills the history.
    ///
    /// # Errors
    /// [`StudentRefusal`] of a row without a day that says another standing than the last, and of leaving school before the
    /// day of a standing that is known.
    pub(super) fn weigh(&self, row: &StudentRow) -> Result<Effect, StudentRefusal> {
        let (by_day, given) = (self.by_day(), row.standing);
        let (now, now_since) = self.last();
        let Some(on) = row.since else {
            return match now_since {
                _ if now == given => Ok(Effect::Confirms),
                Some(since) if now.is_terminal() => Err(StudentRefusal::AlreadyLeft { standing: now, since, given }),
                Some(_) | None => Err(StudentRefusal::StandingWithoutDay { standing: now, given }),
            };
        };
        let left = by_day.iter().find(|(_, standing)| standing.is_terminal());
        if left.is_some() && row.corrects {
            return Ok(if (now, now_since) == (given, Some(on)) { Effect::Confirms } else { Effect::Changes });
        }
        // Another day is another statement, though the standing may be the same: it bounds what is said of days before it.
        if self.entries.iter().any(|entry| (entry.since, entry.standing) == (on, given)) {
            return Ok(Effect::Confirms);
        }
        if let Some((since, _)) = left.filter(|(since, _)| given.is_terminal() || *since <= on) {
            let dies = given == Standing::Deceased && now != Standing::Deceased && *since <= on;
            return Ok(if dies { Effect::Changes } else { Effect::Held });
        }
        match by_day.last().filter(|(since, _)| given.is_terminal() && on < *since) {
            Some((since, standing)) => {
                Err(StudentRefusal::BeforeStanding { standing: *standing, since: *since, given: on })
            }
            None => Ok(Effect::Changes),
        }
    }

    /// Takes in the standing that a row says from its day on. A correction says that whatever was said of leaving school
    /// never was; one of a death, that only the death was another.
    pub(super) fn say(&mut self, row: &StudentRow, version: u64) {
        let Some(since) = row.since else { return };
        if row.corrects {
            let is_death = row.standing == Standing::Deceased;
            let left_before = |entry: &Entry| entry.standing != Standing::Deceased && entry.since <= since;
            self.entries.retain(|entry| !entry.standing.is_terminal() || (is_death && left_before(entry)));
        }
        // Of one day what was said last holds.
        self.entries.retain(|entry| entry.since != since);
        let at = self.entries.partition_point(|entry| entry.since < since);
        self.entries.insert(at, Entry { since, standing: row.standing, version });
    }
}
