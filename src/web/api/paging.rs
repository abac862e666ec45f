//! Long lists in pages. All pages of one list are of one state of the log: the first fixes it, and the cursor carries it on,
//! so that nobody is missed and nobody comes twice, whatever is recorded between two pages. For that reason questions are
//! paged that can be asked as known at a position.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::problem::{RequestFault, Stop};
use crate::accounts::Caller;
use crate::app::App;
use crate::app::called::{Called, Input};
use crate::app::inputs::{Field, FieldFault, FieldKind};
use crate::domain::day::epoch_day;

/// The words of a question for so many rows at most, and for those behind a cursor.
pub(super) const WORDS: [&str; 2] = ["limit", "after"];
/// Rows of a page.
pub(super) const LIMIT_MAX: usize = 10_000;
/// The field by which a state of the log is named.
const KNOWN_AT: &str = "known_at";

/// Which rows are wanted.
pub(super) struct Wanted {
    limit: usize,
    after: Option<Cursor>,
}

/// Where a page ends.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cursor {
    /// Of which the pages are; nothing where the question itself says so.
    position: Option<i64>,
    /// What is not said of days is as of today: the next day it is another list.
    day: i64,
    rows: usize,
    /// Of the question, and of who asks it in which scope.
    of: String,
}

/// A page on its way.
pub(super) struct Page {
    limit: usize,
    from: Cursor,
}

/// Whether what answers a question is a list that comes in pages.
pub(super) fn is_paged(called: Called, fields: &[Field]) -> bool {
    match called.input {
        // A report is no list.
        Input::Question("report") | Input::Command(_) => false,
        Input::Question(_) => fields.iter().any(|field| field.name == KNOWN_AT),
    }
}

impl Wanted {
    /// Takes what is said of pages out of the words; `None` if the whole list is wanted.
    pub(super) fn taken(words: &mut Vec<(String, String)>) -> Result<Option<Self>, RequestFault> {
        let mut take = |name: &str| {
            let at = words.iter().position(|(word, _)| word == name)?;
            Some(words.remove(at).1)
        };
        let [limit, after] = WORDS.map(&mut take);
        let other =
            || RequestFault::from(FieldFault::Other { field: WORDS[0].to_owned(), expected: FieldKind::Integer });
        let limit = match &limit {
            Some(text) => text.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit)).ok_or_else(other)?,
            None if after.is_none() => return Ok(None),
            None => LIMIT_MAX,
        };
        let after = after.map(|text| Cursor::parse(&text).ok_or(RequestFault::Cursor)).transpose()?;
        Ok(Some(Self { limit, after }))
    }

    /// Fixes the state of the log of which the page is, in the input of the question.
    pub(super) async fn pin(self, app: &App, caller: &Caller, words: &str, input: &mut Value) -> Result<Page, Stop> {
        let asked = format!("{words} {input} {} {}", caller.actor(), caller.scope);
        let of: String = hex::encode(Sha256::digest(asked)).chars().take(Cursor::OF_LEN).collect();
        let day = epoch_day(app.today());
        let from = match self.after {
            Some(cursor) if cursor.of == of && cursor.day == day => cursor,
            Some(_) => return Err(RequestFault::Cursor.into()),
            None if input.get(KNOWN_AT).is_some() => Cursor { position: None, day, rows: 0, of },
            None => {
                let position = app.log().head().await.map_err(Stop::refused)?.position();
                Cursor { position: Some(position), day, rows: 0, of }
            }
        };
        if let (Some(position), Value::Object(said)) = (from.position, input) {
            said.insert(KNOWN_AT.to_owned(), Value::String(position.to_string()));
        }
        Ok(Page { limit: self.limit, from })
    }
}

impl Page {
    /// Leaves of the list what is on the page, with where the next begins.
    pub(super) fn cut(&self, list: &mut Value) {
        let Some(rows) = list.get_mut("rows").and_then(Value::as_array_mut) else { return };
        let end = self.from.rows.saturating_add(self.limit);
        let next = (end < rows.len()).then(|| Cursor { rows: end, ..self.from.clone() }.text());
        rows.truncate(end);
        rows.drain(..self.from.rows.min(rows.len()));
        list["next"] = json!(next);
    }
}

impl Cursor {
    const OF_LEN: usize = 16;

    fn text(&self) -> String {
        let position = self.position.map(|position| position.to_string()).unwrap_or_default();
        format!("{position}.{}.{}.{}", self.day, self.rows, self.of)
    }

    fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        let [position, day, rows, of] = parts[..] else { return None };
        let position = if position.is_empty() { None } else { Some(position.parse().ok()?) };
        Some(Self { position, day: day.parse().ok()?, rows: rows.parse().ok()?, of: of.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_nothing_else_is_one() {
        let cursor = Cursor { position: Some(42), day: 20_000, rows: 7, of: "00ff".to_owned() };
        assert_eq!(Cursor::parse(&cursor.text()), Some(cursor.clone()));
        let of_the_question = Cursor { position: None, ..cursor };
        assert_eq!(Cursor::parse(&of_the_question.text()), Some(of_the_question));
        for text in ["", "7", "a.1.1.x", "1.1.-1.x", "1.1.1.x.y"] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
    }

    #[test]
    fn pages_are_cut_until_nothing_is_left() {
        let list = json!({ "rows": [1, 2, 3, 4, 5] });
        let mut from = Cursor { position: None, day: 0, rows: 0, of: String::new() };
        let mut seen = vec![];
        loop {
            let mut page = list.clone();
            Page { limit: 2, from: from.clone() }.cut(&mut page);
            seen.extend(page["rows"].as_array().unwrap().clone());
            let Some(next) = page["next"].as_str() else { break };
            from = Cursor::parse(next).unwrap();
        }
        assert_eq!(json!(seen), list["rows"]);
    }
}
