//! The pages that staff use: one file per page, its template beside it under the same name.
//!
//! `act` is one page for every command and `list` one for every question that a list answers, both made of what the input
//! declares; the others are made for a task. `offers` has the buttons by role, `verbs` what they say.
//!
//! A page builds a `Command` or asks a `Question`, and shows the answer; rules, SQL and rights are elsewhere. Each sentence
//! stands in both languages where it is shown: `frame.say`. Every number leads to what it counts; people stand by name,
//! 学号 and class, ids in addresses only. All of it works without script.

pub(super) mod access;
pub(super) mod accounts;
pub(super) mod act;
mod addresses;
pub(super) mod changes;
pub(super) mod class;
pub(super) mod classes;
pub(super) mod compare;
mod confirm;
pub(super) mod conflicts;
pub(super) mod definition;
pub(super) mod drafts;
pub(super) mod duplicates;
pub(super) mod employer;
pub(super) mod employers;
pub(super) mod error;
mod facts;
pub(super) mod find;
pub(super) mod frame;
pub(super) mod further_study;
pub(super) mod head;
pub(super) mod home;
pub(super) mod imports;
pub(super) mod invitation;
pub(super) mod list;
mod listing_file;
pub(super) mod me;
pub(super) mod moment;
mod offers;
pub(super) mod outcomes;
pub(super) mod paper;
pub(super) mod papers;
pub(super) mod people_behind;
pub(super) mod practice;
pub(super) mod preferences;
pub(super) mod record;
pub(super) mod report;
mod roster_query;
mod roster_row;
pub(super) mod scans;
mod schools;
pub(super) mod set_up;
pub(super) mod sign_in;
pub(super) mod staff_member;
pub(super) mod student;
pub(super) mod students;
pub(super) mod system;
mod table;
mod under_way;
pub(super) mod unsubscribe;
mod verbs;

use super::error::Error;
use crate::text::instants;

/// The years that have a page.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2100;

/// Every address that is not in the table.
pub(super) async fn not_found() -> Error {
    Error::NotFound
}

/// The year in an address. An address with another text there is not found.
fn year_of(text: &str) -> Result<i16, Error> {
    text.parse().ok().filter(|year| YEARS.contains(year)).ok_or(Error::NotFound)
}

/// Position 0 is before the first event and has no instant.
fn recorded_at(position: i64, instant: i64) -> String {
    if position > 0 { instants::rfc3339(instant) } else { "—".to_owned() }
}

/// A number as people read it: 18,081.
fn count(number: impl TryInto<i64>) -> String {
    let number = number.try_into().unwrap_or(i64::MAX);
    let digits = number.unsigned_abs().to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
    format!("{}{}", if number < 0 { "-" } else { "" }, groups.join(","))
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_set_apart() {
        let shown = [0, 999, 1_000, 18_081, -1_234_567].map(super::count);
        assert_eq!(shown, ["0", "999", "1,000", "18,081", "-1,234,567"]);
    }
}
