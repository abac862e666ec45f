//! Days as people write them.

use jiff::civil::Date;
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use super::cleaning::clean;

/// Why a text is no day.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "day.")]
pub enum DayFault {
    MonthOnly,
    YearOnly,
    NoDay,
}

/// A calendar day: `2026-07-01`, `2026-7-1`, `2026/7/1`, `2026.7.1`, `2026年7月1日`, `20260701`, in digits of either
/// width, with blanks beside the marks. Any mark divides year, month and day; one may stand behind the day.
///
/// # Errors
/// When the text is none of these, or the calendar has no such day.
pub fn read(text: &str) -> Result<Date, DayFault> {
    let text = clean(text);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_mark = |c: char| matches!(c, '年' | '月' | '日' | '号') || !(c.is_alphanumeric() || c == ' ');
    let parts: Vec<&str> = match text.len() {
        6 | 8 if is_number(&text) => vec![&text[..4], &text[4..6], &text[6..]],
        _ => text.split(is_mark).map(str::trim).collect(),
    };
    let (year, month, day) = match parts.as_slice() {
        [year, month, day] | [year, month, day, ""] => (*year, *month, *day),
        [year] | [year, ""] if is_number(year) && year.len() == 4 => return Err(DayFault::YearOnly),
        [year, month] => (*year, *month, ""),
        _ => return Err(DayFault::NoDay),
    };
    let is_short = |part: &str| is_number(part) && part.len() <= 2;
    if !(is_number(year) && year.len() == 4 && is_short(month)) {
        return Err(DayFault::NoDay);
    }
    if day.is_empty() {
        return Err(DayFault::MonthOnly);
    }
    if !is_short(day) {
        return Err(DayFault::NoDay);
    }
    let read = (year.parse(), month.parse(), day.parse());
    let (Ok(year), Ok(month), Ok(day)) = read else { return Err(DayFault::NoDay) };
    Date::new(year, month, day).map_err(|_| DayFault::NoDay)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_is_read_however_people_write_it() {
        for text in [
            "2026-07-01",
            "2026-7-1",
            "2026/7/1",
            "2026.7.1",
            "2026年7月1日",
            "2026年07月01号",
            "20260701",
            "２０２６－０７－０１",
            "２０２６年７月１日",
            " 2026 年 7 月 1 日　",
            "2026.07.01.",
            "2026–7–1",
        ] {
            assert_eq!(read(text), Ok(date(2026, 7, 1)), "{text}");
        }
    }

    #[test]
    fn a_month_and_a_day_that_is_not_there_are_refused_saying_what_to_write() {
        for text in ["2026年7月", "2026-07", "202607", "2026/7/"] {
            assert_eq!(read(text), Err(DayFault::MonthOnly), "{text}");
        }
        for text in ["2026", "2026年"] {
            assert_eq!(read(text), Err(DayFault::YearOnly), "{text}");
        }
        for text in [
            "",
            "2026-02-30",
            "2026-13-01",
            "26-07-01",
            "7/1/2026",
            "2026-07-011",
            "2026-07-01x",
            "x2026-07-01",
            "2026--07-01",
            "2026-07-01-02",
            "七月一日",
            "2026070１1",
            "2026年7月1日3",
            "2026-7-1 8",
            "2026 07 01",
        ] {
            assert_eq!(read(text), Err(DayFault::NoDay), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_reader_panic_and_what_is_printed_is_read(text in ".*", day in 0i32..200_000) {
            let _ = read(&text);
            let day = date(1900, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap();
            proptest::prop_assert_eq!(read(&day.to_string()), Ok(day));
        }
    }
}
