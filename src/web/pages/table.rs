//! A list as a table on a page: the columns, rows and order that its files have, with links and acts beside.

use std::ops::Range;

use askama::Template;

use super::count;
use super::frame::Frame;
use super::offers::Offer;
use crate::publication::list::{ListValue, Listing};
use crate::publication::table::Align;
use crate::text::instants;
use crate::text::lang::say;
use crate::web::error::Error;

/// Rows on one page.
pub(super) const PAGE_LEN: usize = 50;
/// More pages than any list has.
const PAGES_MAX: usize = 1_000_000;

/// A list as a table.
#[derive(Template)]
#[template(path = "table.html")]
pub(super) struct Table {
    frame: Frame,
    /// What is listed, for who does not see the table.
    name: String,
    columns: Vec<Heading>,
    rows: Vec<Row>,
    empty: String,
    has_acts: bool,
    pages: Option<Pages>,
}

/// How a table is ordered by a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SortState {
    Ascending,
    Descending,
    Not,
}

impl SortState {
    /// As those are told who do not see it.
    pub(super) fn aria(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
            Self::Not => "none",
        }
    }

    pub(super) fn mark(self) -> &'static str {
        match self {
            Self::Ascending => "▲",
            Self::Descending => "▼",
            Self::Not => "",
        }
    }
}

/// The head of a column by which the rows can be ordered, and where they are.
pub(super) struct SortHead {
    pub word: String,
    pub address: String,
    pub state: SortState,
}

struct Heading {
    key: &'static str,
    word: &'static str,
    /// Where the rows are ordered by it.
    sorted: Option<(String, SortState)>,
    is_number: bool,
    /// What the row is about.
    is_head: bool,
}

struct Row {
    cells: Vec<Cell>,
    acts: Vec<Offer>,
}

struct Cell {
    text: String,
    address: Option<String>,
}

/// Which of how many rows are shown, and where the others are.
pub(super) struct Pages {
    pub range: String,
    pub all: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl Pages {
    /// The rows of the page with this number; `at` says where another one is.
    ///
    /// # Errors
    /// If there is no such page.
    pub(super) fn of(number: &str, all: usize, at: impl Fn(&str) -> String) -> Result<(Self, Range<usize>), Error> {
        let no_page =
            || Error::Parameter("page", say("没有这一页；页码从 1 起", "there is no such page; they begin with 1"));
        let number = if number.is_empty() { Ok(1) } else { number.parse::<usize>() };
        let last = all.div_ceil(PAGE_LEN).clamp(1, PAGES_MAX);
        let number = number.ok().filter(|number| (1..=last).contains(number)).ok_or_else(no_page)?;
        let range = (number - 1) * PAGE_LEN..(number * PAGE_LEN).min(all);
        let pages = Self {
            range: format!("{}–{}", count((range.start + 1).min(all)), count(range.end)),
            all: count(all),
            before: (number > 1).then(|| at(&(number - 1).to_string())),
            after: (number < last).then(|| at(&(number + 1).to_string())),
        };
        Ok((pages, range))
    }
}

impl Table {
    /// So many rows of a list; `head` is the key of the column that says what a row is about.
    pub(super) fn of(frame: &Frame, listing: &Listing, head: &str, places: Range<usize>) -> Self {
        let columns = listing.columns.iter().map(|column| Heading {
            key: column.key,
            word: frame.say(column.zh, column.en),
            sorted: None,
            is_number: column.align == Align::Right,
            is_head: column.key == head,
        });
        let rows = listing.rows.iter().skip(places.start).take(places.len());
        let row = |values: &Vec<ListValue>| Row {
            cells: values.iter().map(|value| Cell { text: text(value), address: None }).collect(),
            acts: vec![],
        };
        Self {
            name: listing.title.clone(),
            columns: columns.collect(),
            rows: rows.map(row).collect(),
            empty: listing.empty.clone(),
            has_acts: false,
            pages: None,
            frame: frame.clone(),
        }
    }

    /// With where the other rows are, if there are any.
    #[must_use]
    pub(super) fn paged(mut self, pages: Pages) -> Self {
        self.pages = Some(pages).filter(|pages| pages.before.is_some() || pages.after.is_some());
        self
    }

    /// With where the rows are ordered by each column; `sort` is the column by which they are, with a minus sign in front if
    /// the last comes first.
    #[must_use]
    pub(super) fn sortable(mut self, sort: &str, at: impl Fn(&str) -> String) -> Self {
        for column in &mut self.columns {
            let back = format!("-{}", column.key);
            column.sorted = Some(match sort {
                sort if sort == column.key => (at(&back), SortState::Ascending),
                sort if sort == back => (at(column.key), SortState::Descending),
                _ => (at(column.key), SortState::Not),
            });
        }
        self
    }

    /// With where each row's cell of a column leads to.
    #[must_use]
    pub(super) fn linked(mut self, key: &str, addresses: impl IntoIterator<Item = Option<String>>) -> Self {
        if let Some(at) = self.columns.iter().position(|column| column.key == key) {
            for (row, address) in self.rows.iter_mut().zip(addresses) {
                if let Some(cell) = row.cells.get_mut(at) {
                    cell.address = address;
                }
            }
        }
        self
    }

    /// With what can be done about each row.
    #[must_use]
    pub(super) fn acted(mut self, acts: impl IntoIterator<Item = Vec<Offer>>) -> Self {
        for (row, acts) in self.rows.iter_mut().zip(acts) {
            self.has_acts |= !acts.is_empty();
            row.acts = acts;
        }
        self
    }
}

/// A value as pages write it.
fn text(value: &ListValue) -> String {
    match value {
        ListValue::Number(number) => count(*number),
        ListValue::Instant(instant) => instants::in_shanghai(*instant),
        ListValue::Text(_) | ListValue::Day(_) | ListValue::Record(_) | ListValue::Nothing => value.shown(),
    }
}
