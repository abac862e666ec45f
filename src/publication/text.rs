//! The report for a terminal: paragraphs with their notes, remarks, tables.
//!
//! Invariant: no line is wider than a terminal.

use super::document::{Document, ReportTable, mark};
use super::table::{Align, fitted, paragraph};

/// The most cells of a line on a terminal.
pub const LINE: usize = 100;

/// Writes the report for a terminal.
pub fn write(document: &Document) -> String {
    let mut text = paragraph(&document.title, "", LINE);
    for (name, value) in &document.about {
        text.push_str(&paragraph(&format!("{name} {value}"), "  ", LINE));
    }
    text.push('\n');
    for sentences in &document.paragraphs {
        text.push_str(&paragraph(&sentences.marked(), "", LINE));
    }
    for (index, note) in document.notes.iter().enumerate() {
        text.push_str(&paragraph(&format!("  {} {note}", mark(index)), "     ", LINE));
    }
    text.push('\n');
    for remark in &document.remarks {
        text.push_str(&paragraph(remark, "", LINE));
    }
    for table in &document.tables {
        text.push('\n');
        text.push_str(&of_table(table));
    }
    text.push_str("\n指标与人群的定义在 csv、xlsx、docx、html 格式的附录中。\n");
    text
}

fn of_table(table: &ReportTable) -> String {
    let mut rows = vec![table.columns.iter().map(|column| column.heading.clone()).collect::<Vec<_>>()];
    rows.extend(table.rows.iter().map(|row| row.cells.iter().map(super::document::ReportCell::shown).collect()));
    let align: Vec<Align> =
        table.columns.iter().map(|column| if column.is_text { Align::Left } else { Align::Right }).collect();
    let mut text = paragraph(&table.title, "", LINE);
    text.push_str(&fitted(&rows, &align, LINE));
    if let Some(note) = &table.note {
        text.push_str(&paragraph(&format!("注：{note}"), "    ", LINE));
    }
    text
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::super::{compose, example};
    use super::*;
    use crate::text::lang::say;

    #[test]
    fn paragraphs_are_followed_by_their_notes_and_tables_by_theirs() {
        let text = write(&compose(&example::full()));
        for mark in '①'..='⑦' {
            assert_eq!(text.matches(mark).count(), 2, "{mark} is called once and explained once");
        }
        assert!(text.contains("表4 全部指标\n指标"), "{text}");
        assert!(text.contains("注：下界、上界"));
    }

    #[test]
    fn no_line_is_wider_than_a_terminal() {
        let mut long = example::full();
        long.breakdowns[0].cells[0].name = vec![say("第一职业技术教育中心学校".repeat(4), "")];
        let two = example::full_of(example::by_school_and_contract());
        for full in [example::full(), example::full_of(example::empty()), long, two] {
            for line in write(&compose(&full)).lines() {
                assert!(line.width() <= LINE, "{} cells: {line}", line.width());
            }
        }
    }
}
