//! The report for spreadsheets as text: UTF-8 with a byte order mark, one block per table, an empty line between
//! blocks.
//!
//! A block is the title of a table, its headings, its rows and its note. Invariant: a cell that a spreadsheet would
//! take for a formula begins with an apostrophe.

use super::document::{Document, ReportCell, ReportTable, mark};

/// The byte order mark, by which spreadsheets know UTF-8.
pub(super) const MARK: char = '\u{feff}';

/// Writes the report.
///
/// # Errors
/// Never in practice: the lines go to memory.
pub fn write(document: &Document) -> Result<String, csv::Error> {
    let about = document.about.iter().map(|(name, value)| vec![(*name).to_owned(), neutral(value)]);
    let notes = document.notes.iter().enumerate().map(|(index, note)| format!("{} {note}", mark(index)));
    let sentences = document.paragraphs.iter().map(|paragraph| paragraph.marked());
    let sentences = sentences.chain(notes).chain(document.remarks.iter().cloned()).map(|line| vec![neutral(&line)]);
    let mut blocks = vec![block([vec![neutral(&document.title)]].into_iter().chain(about))?, block(sentences)?];
    for table in document.tables.iter().chain(&document.appendix) {
        blocks.push(of_table(table)?);
    }
    Ok(format!("{MARK}{}", blocks.join("\n")))
}

fn of_table(table: &ReportTable) -> Result<String, csv::Error> {
    let title = vec![neutral(&table.title)];
    let headings = table.columns.iter().map(|column| neutral(&column.heading)).collect();
    let rows = table.rows.iter().map(|row| row.cells.iter().map(cell).collect());
    let note = table.note.iter().map(|note| vec![neutral(note)]);
    block([title, headings].into_iter().chain(rows).chain(note))
}

/// A percentage over nobody is an empty cell and not zero.
fn cell(cell: &ReportCell) -> String {
    match cell {
        ReportCell::Text(text) => neutral(text),
        ReportCell::Percent(None) => String::new(),
        ReportCell::Count(_) | ReportCell::Percent(Some(_)) | ReportCell::Blank => cell.shown(),
    }
}

/// Lines of cells as CSV. They may differ in their number of cells.
///
/// # Errors
/// Never in practice: the lines go to memory.
pub(super) fn block(lines: impl Iterator<Item = Vec<String>>) -> Result<String, csv::Error> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(vec![]);
    for line in lines {
        writer.write_record(line)?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The text of a cell, with an apostrophe before it where a spreadsheet would take it for a formula.
pub(super) fn neutral(text: &str) -> String {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '＝' | '＋' | '－' | '＠') => format!("'{text}"),
        Some(_) | None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{compose, example};
    use super::*;

    #[test]
    fn a_cell_that_begins_like_a_formula_is_neutralised() {
        assert_eq!(neutral("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
        assert_eq!(neutral("＋1"), "'＋1");
        assert_eq!(neutral("\t=1"), "'\t=1");
        assert_eq!(neutral("高三1班"), "高三1班");
    }

    #[test]
    fn a_table_is_a_block_of_title_headings_rows_and_note() {
        let text = write(&compose(&example::full())).unwrap();
        let blocks: Vec<Vec<&str>> =
            text.strip_prefix('\u{feff}').unwrap().split("\n\n").map(|block| block.lines().collect()).collect();
        assert!(blocks[0].contains(&"毕业年份,2022 年"));
        let schools = blocks.iter().find(|block| block[0].ends_with(" 按学校")).unwrap();
        assert!(schools[1].starts_with("代码,学校,毕业,就业"));
        assert_eq!(schools[2], "33070001,第一职业学校,8,6,4,2,3,1,75.00%,37.50%,25.00%");
        // Nobody graduated there: no percentage. The name begins like a formula.
        assert_eq!(schools[3], "33070002,'=HYPERLINK(1),0,0,0,0,0,0,,,");
        assert_eq!(schools[4], "合计,,8,6,4,2,3,1,75.00%,37.50%,25.00%");
        assert_eq!(blocks.last().unwrap()[0], "人群");
    }
}
