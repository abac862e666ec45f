//! A value that is another from a day on, in whatever order its days became known.

use jiff::civil::Date;

/// Values by the day from which each holds, that day in order; the earliest holds for all days before it, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated<T> {
    /// `None` is before all days.
    entries: Vec<(Option<Date>, T)>,
}

impl<T> Default for Dated<T> {
    fn default() -> Self {
        Self { entries: vec![] }
    }
}

impl<T: PartialEq> Dated<T> {
    /// The value on a day; `None` while none is known at all.
    pub fn on(&self, day: Date) -> Option<&T> {
        let begun = self.entries.iter().rfind(|(since, _)| *since <= Some(day));
        begun.or(self.entries.first()).map(|(_, value)| value)
    }

    /// The value that holds from the latest of the days on.
    pub fn last(&self) -> Option<&T> {
        self.entries.last().map(|(_, value)| value)
    }

    /// The days from which another value may hold.
    pub fn days(&self) -> impl Iterator<Item = Date> {
        self.entries.iter().filter_map(|(since, _)| *since)
    }

    /// Takes in what holds from a day on. Of one day what was said last holds.
    pub(super) fn say(&mut self, since: Option<Date>, value: T) {
        self.entries.retain(|(known, _)| *known != since);
        let at = self.entries.partition_point(|(known, _)| *known < since);
        self.entries.insert(at, (since, value));
    }
}
