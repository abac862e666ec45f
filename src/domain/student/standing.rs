//! A student's standings by their days, whatever the order in which they were recorded.

use jiff::civil::Date;

use super::{Student, StudentEvent};
use crate::domain::placement::arrangement::Period;
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

/// The standings that events say, each from a day on, the days in order. Before the first the student is enrolled. A
/// correction says that whatever was recorded of leaving school never was; one of a death, that only the death was another.
pub fn standings<'e>(events: impl Iterator<Item = &'e StudentEvent>) -> Vec<(Date, Standing)> {
    let mut standings: Vec<(Date, Standing)> = vec![];
    for event in events {
        let Some((standing, day)) = event.standing() else { continue };
        if matches!(event, StudentEvent::StandingCorrected { .. }) {
            let is_death = standing == Standing::Deceased;
            let left_before = |since: Date, before: Standing| before != Standing::Deceased && since <= day;
            standings.retain(|(since, before)| !before.is_terminal() || (is_death && left_before(*since, *before)));
        }
        // Of one day what was recorded last holds.
        standings.retain(|(before, _)| *before != day);
        standings.push((day, standing));
    }
    standings.sort_by_key(|(day, _)| *day);
    standings
}

impl Student {
    /// Whether this is what is known of the day: this standing began on it.
    pub fn took(&self, standing: Standing, on: Date) -> bool {
        standings(self.history.standing()).contains(&(on, standing))
    }

    /// When the student is not enrolled, in the order of the days.
    pub fn absences(&self) -> Vec<Absence> {
        let standings = standings(self.history.standing());
        let until = |index: usize| standings.get(index + 1).map(|(day, _)| *day);
        let absence = |(index, (since, standing)): (usize, &(Date, Standing))| {
            (*standing != Standing::Enrolled).then(|| Absence {
                standing: *standing,
                since: *since,
                until: until(index),
            })
        };
        standings.iter().enumerate().filter_map(absence).collect()
    }
}
