//! The days of a season as seen from one day: what began weeks ago, what begins this week, what begins next month.

use jiff::ToSpan;
use jiff::civil::Date;

/// When a class is at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wave {
    /// A visit of three weeks (认识实习), begun one to two weeks ago.
    Visit,
    /// Begun so many weeks ago, 8 to 10; registered only now.
    Begun(i64),
    /// Begins within the next 7 days.
    Soon,
    /// Begins in four to five weeks.
    NextMonth,
}

/// Weeks from the first Monday to the last Friday of a stay.
const VISIT_WEEKS: i64 = 3;
const STAY_WEEKS: i64 = 22;

/// The calendar of a season.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub today: Date,
}

impl Days {
    /// So many days before today.
    pub fn ago(self, days: i64) -> Date {
        self.today.saturating_sub(days.days())
    }

    /// The Monday of this week.
    fn monday(self) -> Date {
        self.ago(self.today.weekday().to_monday_zero_offset().into())
    }

    /// A Monday.
    pub fn first_day(self, wave: Wave) -> Date {
        let weeks = match wave {
            Wave::Visit => -1,
            Wave::Begun(ago) => -ago,
            Wave::Soon => 1,
            Wave::NextMonth => 5,
        };
        self.monday().saturating_add(weeks.weeks())
    }

    /// A Friday.
    pub fn last_day(self, wave: Wave) -> Date {
        let weeks = if wave == Wave::Visit { VISIT_WEEKS } else { STAY_WEEKS };
        self.first_day(wave).saturating_add(weeks.weeks()).saturating_sub(3.days())
    }

    /// The year in which the final year graduates: from May on the next one.
    pub fn graduation_year(self) -> i16 {
        self.today.year() + i16::from(self.today.month() >= 5)
    }

    /// The first of September, three years before.
    pub fn entered_on(self) -> Date {
        Date::new(self.graduation_year() - 3, 9, 1).unwrap_or(self.today)
    }

    /// Who is born from this day on, in two years, is 17 or 18 when the final year begins.
    pub fn first_birth(self) -> Date {
        Date::new(self.graduation_year() - 19, 9, 1).unwrap_or(self.today)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// 26 November 2026 is a Thursday, 23 November its Monday.
    #[test]
    fn waves_begin_on_mondays_around_the_day() {
        let days = Days { today: date(2026, 11, 26) };
        let first = |wave| days.first_day(wave);
        assert_eq!(first(Wave::Visit), date(2026, 11, 16));
        assert_eq!(first(Wave::Begun(8)), date(2026, 9, 28));
        assert_eq!(first(Wave::Soon), date(2026, 11, 30));
        assert_eq!(first(Wave::NextMonth), date(2026, 12, 28));
        assert_eq!(days.last_day(Wave::Visit), date(2026, 12, 4));
        assert_eq!((days.graduation_year(), days.entered_on()), (2027, date(2024, 9, 1)));
    }

    /// Whatever the weekday: a visit is under way, a stay has 8 weeks behind it, the next one begins within 7 days.
    #[test]
    fn on_every_day_of_a_week_the_waves_are_where_they_should_be() {
        for offset in 0..7 {
            let days = Days { today: date(2023, 7, 1).saturating_add(offset.days()) };
            let until = |day: Date| days.today.until(day).map_or(0, |span| span.get_days());
            assert!((-13..=-7).contains(&until(days.first_day(Wave::Visit))));
            assert!(until(days.last_day(Wave::Visit)) >= 5);
            assert!((-76..=-56).contains(&until(days.first_day(Wave::Begun(10)))));
            assert!((1..=7).contains(&until(days.first_day(Wave::Soon))));
            assert!((29..=35).contains(&until(days.first_day(Wave::NextMonth))));
        }
    }
}
