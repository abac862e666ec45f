//! What each heading means in each kind of file.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::kind::{Column, Kind};
use crate::domain::terms::Term;
use crate::text::names::heading;

/// By kind and the heading as [`heading`] writes it: a column's own title before another's synonym.
static MEANINGS: LazyLock<HashMap<(Kind, String), Column>> = LazyLock::new(|| {
    let mut meanings = HashMap::new();
    for kind in Kind::ENTRIES.iter().map(|entry| entry.value) {
        let columns = || kind.columns().iter().map(|(column, _)| *column);
        let titles = columns().map(|column| (column, column.title()));
        let names = columns().flat_map(|column| {
            let (title, synonyms) = column.names();
            std::iter::once(title).chain(synonyms.iter().copied()).map(move |name| (column, name))
        });
        for (column, name) in titles.chain(names) {
            meanings.entry((kind, heading(name))).or_insert(column);
        }
    }
    meanings
});

/// The column that a heading names in files of one kind.
pub(super) fn column_of(kind: Kind, text: &str) -> Option<Column> {
    MEANINGS.get(&(kind, heading(text))).copied()
}

/// Of the columns that a file of this kind lacks the one whose heading is most like a text, if any is like it.
pub(super) fn nearest(kind: Kind, text: &str, lacking: impl Fn(Column) -> bool) -> Option<Column> {
    const LIKE: f64 = 0.6;
    let written = heading(text);
    let likeness = |(title, synonyms): (&'static str, &[&'static str])| {
        let names = std::iter::once(&title).chain(synonyms);
        names.map(|name| strsim::normalized_damerau_levenshtein(&heading(name), &written)).fold(0.0, f64::max)
    };
    let columns = kind.columns().iter().map(|(column, _)| *column).filter(|column| lacking(*column));
    let best = columns.map(|column| (likeness(column.names()), column)).max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(likeness, _)| *likeness >= LIKE).map(|(_, column)| column)
}

/// Whether a text is a heading in files of some kind.
pub(super) fn is_heading(text: &str) -> bool {
    Kind::ENTRIES.iter().any(|kind| column_of(kind.value, text).is_some())
}
