//! The report as a document without a format: title, what it is true of, paragraphs with notes, charts, tables.
//!
//! Invariant: it is made once from a report, and every writer prints these tables with these columns and totals. All
//! text in it is printable: control characters have become spaces.

use super::chart::Chart;
use crate::text::cleaning::in_one_line;
use crate::text::width::width;

/// A whole report file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub title: String,
    /// What the figures are true of: name and value.
    pub about: Vec<(&'static str, String)>,
    /// The position in the log and the beginning of its root, printed on each page.
    pub stamp: String,
    /// The instant of the position in microseconds since 1970-01-01 UTC, so that a file made twice is the same file.
    pub made_at: i64,
    /// The text of the report in order.
    pub paragraphs: Vec<Paragraph>,
    /// The notes of the paragraphs. A paragraph calls a note by its place in this list.
    pub notes: Vec<String>,
    /// What a reader must know beside the figures.
    pub remarks: Vec<String>,
    /// Drawings of what the tables print.
    pub charts: Vec<Chart>,
    /// All counts and figures, numbered in order.
    pub tables: Vec<ReportTable>,
    /// The definitions behind the figures.
    pub appendix: Vec<ReportTable>,
}

/// Sentences with calls of notes between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paragraph {
    /// The parts of the paragraph in order.
    pub pieces: Vec<ParagraphPiece>,
}

/// A part of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParagraphPiece {
    /// Words that are printed as they are.
    Words(String),
    /// A call of the note at this place in the document's list.
    Note(usize),
}

/// One table of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportTable {
    /// The title, with the number of the table where it has one.
    pub title: String,
    pub columns: Vec<ReportColumn>,
    /// The rows in order; a total comes last.
    pub rows: Vec<ReportRow>,
    /// What is printed under the table.
    pub note: Option<String>,
}

/// A column of a report's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportColumn {
    pub heading: String,
    /// Whether the column holds words, which are aligned left and may be folded. Numbers are aligned right and are
    /// never folded.
    pub is_text: bool,
}

/// A row of a report's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// One cell for each column.
    pub cells: Vec<ReportCell>,
    /// Whether the row is the sum of those above it.
    pub is_total: bool,
}

/// A cell of a report's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportCell {
    Text(String),
    /// A number of persons.
    Count(i64),
    /// Percent with two decimals as `figures::percent` made it; `None` when the denominator is nobody.
    Percent(Option<String>),
    /// The column does not apply to this row.
    Blank,
}

impl Document {
    /// Replaces control characters by spaces. Names come from files, and one such character in a name would break the
    /// file in some formats.
    pub(super) fn printable(mut self) -> Self {
        in_one_line(&mut self.title);
        self.about.iter_mut().for_each(|(_, value)| in_one_line(value));
        self.notes.iter_mut().chain(&mut self.remarks).for_each(in_one_line);
        for chart in &mut self.charts {
            chart.bars.iter_mut().for_each(|bar| in_one_line(&mut bar.label));
        }
        for row in self.tables.iter_mut().flat_map(|table| &mut table.rows) {
            for cell in &mut row.cells {
                if let ReportCell::Text(text) = cell {
                    in_one_line(text);
                }
            }
        }
        self
    }
}

impl Paragraph {
    /// The sentences with the marks of their notes.
    pub fn marked(&self) -> String {
        let piece = |piece: &ParagraphPiece| match piece {
            ParagraphPiece::Words(words) => words.clone(),
            ParagraphPiece::Note(index) => mark(*index).to_string(),
        };
        self.pieces.iter().map(piece).collect()
    }
}

/// The mark of the note at this place of the list: ① for the first.
pub fn mark(index: usize) -> char {
    u32::try_from(index).ok().filter(|i| *i < 20).and_then(|i| char::from_u32(0x2460 + i)).unwrap_or('*')
}

impl ReportColumn {
    /// A column of words.
    pub fn text(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), is_text: true }
    }

    /// A column of numbers.
    pub fn number(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), is_text: false }
    }
}

impl ReportRow {
    /// A row that is no total.
    pub fn part(cells: Vec<ReportCell>) -> Self {
        Self { cells, is_total: false }
    }

    /// The sum of the rows above it.
    pub fn total(cells: Vec<ReportCell>) -> Self {
        Self { cells, is_total: true }
    }
}

impl ReportTable {
    /// The width of the widest cell of each column, its heading included. A Chinese character counts two.
    pub fn widths(&self) -> Vec<usize> {
        let widest = |(index, column): (usize, &ReportColumn)| {
            let cells = self.rows.iter().filter_map(|row| row.cells.get(index));
            cells.map(|cell| width(&cell.shown())).chain([width(&column.heading)]).max().unwrap_or(0)
        };
        self.columns.iter().enumerate().map(widest).collect()
    }
}

impl ReportCell {
    /// A cell of words.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Whether the cell is so short that it must not be folded.
    pub fn is_short(&self) -> bool {
        width(&self.shown()) <= 10
    }

    /// Whether the cell is aligned right.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Count(_) | Self::Percent(_))
    }

    /// The cell as people read it: a percentage with its sign, a dash when the denominator is nobody.
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Percent(Some(percent)) => format!("{percent}%"),
            Self::Percent(None) => "—".to_owned(),
            Self::Blank => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{compose, example};
    use crate::text::lang::say;

    #[test]
    fn a_control_character_in_a_name_becomes_a_space() {
        let mut full = example::full();
        full.breakdowns[0].cells[0].name = vec![say("第一\u{0}职业\u{1b}学校\t", "")];
        let printed = format!("{:?}", compose(&full));
        assert!(printed.contains("第一 职业 学校 "), "{printed}");
    }

    #[test]
    fn every_row_has_a_cell_for_every_column() {
        for full in [example::full(), example::full_of(example::empty())] {
            let document = compose(&full);
            for table in document.tables.iter().chain(&document.appendix) {
                for row in &table.rows {
                    assert_eq!(row.cells.len(), table.columns.len(), "{}", table.title);
                }
            }
        }
    }
}
