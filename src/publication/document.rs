//! The report as a document without a format: title, what it is true of, paragraphs with notes, charts, tables.
//!
//! Invariant: it is made once from a report, and every writer prints these tables with these columns and totals. Text in
//! it is printable: a control character has become a space.

use super::chart::Chart;
use super::{appendix, paragraphs, tables};
use crate::app::full_report::FullReport;
use crate::app::report::{PROFILE, Report};
use crate::text::cleaning::in_one_line;
use crate::text::instants::rfc3339;
use crate::text::width::width;

/// A whole report file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub title: String,
    /// What the figures are true of: name and value.
    pub about: Vec<(&'static str, String)>,
    /// Position and the beginning of the root, for the edge of each page.
    pub stamp: String,
    /// The instant of the position in microseconds since 1970-01-01 UTC, so that a file made twice is the same file.
    pub made_at: i64,
    pub paragraphs: Vec<Paragraph>,
    /// Called by the paragraphs by their place in this list.
    pub notes: Vec<String>,
    /// What a reader must know beside the figures.
    pub remarks: Vec<String>,
    pub charts: Vec<Chart>,
    pub tables: Vec<Table>,
    /// The definitions behind the figures.
    pub appendix: Vec<Table>,
}

/// Sentences with calls of notes between.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paragraph {
    pub pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Words(String),
    /// Calls the note of this place in the document's list.
    Note(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub title: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// What stands under it.
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub heading: String,
    /// Words stand left and may be folded; numbers stand right and may not.
    pub is_text: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// As many as columns.
    pub cells: Vec<Cell>,
    pub is_total: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    /// Persons.
    Count(i64),
    /// Percent with two decimals as `figures::percent` made it; `None` over nobody.
    Percent(Option<String>),
    /// Does not apply.
    Blank,
}

/// A spreadsheet shows at most this much of the root; the whole of it is in `about`.
const ROOT_SHOWN: usize = 16;

impl Document {
    pub fn of(full: &FullReport) -> Self {
        let report = &full.report;
        let mut notes = vec![];
        let paragraphs = vec![paragraphs::employment(report, &mut notes), paragraphs::progression(report, &mut notes)];
        let document = Self {
            title: format!("{}中等职业学校 {} 届毕业生去向统计", scope(report), report.year),
            about: about(report),
            stamp: format!(
                "位置 {} · 日志根 {}…",
                report.known_at.position,
                report.root.get(..ROOT_SHOWN).unwrap_or(&report.root)
            ),
            made_at: report.known_at.recorded_at,
            paragraphs,
            notes,
            remarks: paragraphs::remarks(report),
            charts: Chart::of(full),
            tables: tables::of(full),
            appendix: appendix::of(report),
        };
        document.printable()
    }

    /// Names come from files; one control character in them would make a broken document of some format.
    fn printable(mut self) -> Self {
        in_one_line(&mut self.title);
        self.about.iter_mut().for_each(|(_, value)| in_one_line(value));
        self.notes.iter_mut().chain(&mut self.remarks).for_each(in_one_line);
        for chart in &mut self.charts {
            chart.bars.iter_mut().for_each(|bar| in_one_line(&mut bar.label));
        }
        for row in self.tables.iter_mut().flat_map(|table| &mut table.rows) {
            for cell in &mut row.cells {
                if let Cell::Text(text) = cell {
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
        let piece = |piece: &Piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Note(index) => mark(*index).to_string(),
        };
        self.pieces.iter().map(piece).collect()
    }
}

/// The mark of a note: ① for the first.
pub fn mark(index: usize) -> char {
    u32::try_from(index).ok().filter(|i| *i < 20).and_then(|i| char::from_u32(0x2460 + i)).unwrap_or('*')
}

impl Column {
    pub fn text(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), is_text: true }
    }

    pub fn number(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), is_text: false }
    }
}

impl Row {
    pub fn part(cells: Vec<Cell>) -> Self {
        Self { cells, is_total: false }
    }

    pub fn total(cells: Vec<Cell>) -> Self {
        Self { cells, is_total: true }
    }
}

impl Table {
    /// The widest cell of each column, its heading included, two for each Chinese character.
    pub fn widths(&self) -> Vec<usize> {
        let widest = |(index, column): (usize, &Column)| {
            let cells = self.rows.iter().filter_map(|row| row.cells.get(index));
            cells.map(|cell| width(&cell.shown())).chain([width(&column.heading)]).max().unwrap_or(0)
        };
        self.columns.iter().enumerate().map(widest).collect()
    }
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Short enough never to be folded.
    pub fn is_short(&self) -> bool {
        width(&self.shown()) <= 10
    }

    pub fn is_number(&self) -> bool {
        matches!(self, Self::Count(_) | Self::Percent(_))
    }

    /// As people read it: a percentage with its sign, a dash where there is none.
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

/// 全市, a school or a class.
pub fn scope(report: &Report) -> String {
    match (report.scope.school(), report.scope.class()) {
        (None, _) => "全市".to_owned(),
        (Some(school), None) => format!("学校 {school} "),
        (Some(school), Some(class)) => format!("学校 {school} {} ", class.as_str()),
    }
}

fn about(report: &Report) -> Vec<(&'static str, String)> {
    // Position 0 is before the first event and has no instant.
    let recorded_at = match report.known_at.position {
        0 => "尚无事件".to_owned(),
        _ => rfc3339(report.known_at.recorded_at),
    };
    vec![
        ("统计范围", scope(report).trim_end().to_owned()),
        ("毕业年份", format!("{} 年", report.year)),
        ("截止日", format!("{}（当日为真的事实）", report.as_of)),
        ("所知", format!("截至日志位置 {}（{recorded_at}）", report.known_at.position)),
        ("日志根", report.root.clone()),
        ("口径", PROFILE.to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    #[test]
    fn a_document_says_what_it_is_true_of_and_stamps_its_pages() {
        let document = Document::of(&example::full());
        assert_eq!(document.title, "全市中等职业学校 2022 届毕业生去向统计");
        assert_eq!(document.stamp, "位置 42 · 日志根 0123456789abcdef…");
        let about: Vec<&str> = document.about.iter().map(|(name, _)| *name).collect();
        assert_eq!(about, ["统计范围", "毕业年份", "截止日", "所知", "日志根", "口径"]);
        assert!(document.about[3].1.contains("42（1970-01-01T00:00:01.000000Z）"));
    }

    #[test]
    fn a_control_character_in_a_name_becomes_a_space() {
        let mut full = example::full();
        full.breakdowns[0].cells[0].name = vec!["第一\u{0}职业\u{1b}学校\t".to_owned()];
        let printed = format!("{:?}", Document::of(&full));
        assert!(printed.contains("第一 职业 学校 "), "{printed}");
    }

    #[test]
    fn every_row_has_a_cell_for_every_column() {
        for full in [example::full(), example::full_of(example::empty())] {
            let document = Document::of(&full);
            for table in document.tables.iter().chain(&document.appendix) {
                for row in &table.rows {
                    assert_eq!(row.cells.len(), table.columns.len(), "{}", table.title);
                }
            }
        }
    }
}
