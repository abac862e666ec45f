//! The report as a workbook: 说明 with the sentences, one sheet per table, 定义 and 人群 with the definitions.
//!
//! Invariant: counts and percentages are numbers, everything else is a string, and nothing is a formula.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::document::{Document, ReportCell, ReportRow, ReportTable, mark};
use crate::text::width::width;

const A4: u8 = 9;
/// The number of each printed page.
pub(super) const FOOTER: &str = "&C&9第 &P 页，共 &N 页";
/// The widest and the narrowest column of words, in characters.
pub(super) const WORDS_MAX: usize = 36;
pub(super) const WORDS_MIN: usize = 6;
/// Characters of a line of 说明, and of its column of names.
const LINE: usize = 96;
const NAMES: usize = 12;
/// The height of a row of one line, in points.
const LINE_HEIGHT: f64 = 16.0;

/// The formats of cells.
pub(super) struct Formats {
    title: Format,
    pub heading: Format,
    pub words: Format,
    pub count: Format,
    percent: Format,
    pub day: Format,
    pub note: Format,
}

impl Formats {
    pub fn new() -> Self {
        let cell = || Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::Top);
        Self {
            title: Format::new().set_bold().set_font_size(14),
            heading: cell().set_bold().set_background_color("#E8EEF4").set_text_wrap().set_align(FormatAlign::Center),
            words: cell().set_text_wrap(),
            count: cell().set_num_format("0"),
            percent: cell().set_num_format("0.00%"),
            day: cell().set_num_format("yyyy-mm-dd"),
            note: Format::new().set_text_wrap().set_align(FormatAlign::Top),
        }
    }
}

/// Writes the report.
///
/// # Errors
/// If the library refuses a text or the workbook.
pub fn write(document: &Document) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let made_at = ExcelDateTime::from_timestamp(document.made_at / 1_000_000)?;
    workbook.set_properties(
        &DocProperties::new().set_title(&document.title).set_comment(&document.stamp).set_creation_datetime(&made_at),
    );
    let formats = Formats::new();
    sentences(workbook.add_worksheet(), document, &formats)?;
    for table in &document.tables {
        of_table(workbook.add_worksheet(), document, table, &formats)?;
    }
    for table in &document.appendix {
        of_table(workbook.add_worksheet().set_landscape(), document, table, &formats)?;
    }
    workbook.save_to_buffer()
}

/// Gives a sheet its name, its paper size and the footer of each printed page.
pub(super) fn prepare(sheet: &mut Worksheet, name: &str, footer: &str) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    sheet.set_paper_size(A4).set_print_fit_to_pages(1, 0).set_margins(0.5, 0.5, 0.8, 0.8, 0.4, 0.4);
    sheet.set_footer(footer);
    Ok(())
}

/// Gives each printed page the title and the stamp of the report.
fn set_header(sheet: &mut Worksheet, document: &Document) {
    // In a header & begins a code, and && stands for the sign itself.
    let (title, stamp) = (document.title.replace('&', "&&"), document.stamp.replace('&', "&&"));
    sheet.set_header(format!("&L&9{title}&R&9{stamp}"));
}

fn sentences(sheet: &mut Worksheet, document: &Document, formats: &Formats) -> Result<(), XlsxError> {
    prepare(sheet, "说明", FOOTER)?;
    set_header(sheet, document);
    sheet.set_column_width(0, number(NAMES))?.set_column_width(1, number(LINE - NAMES))?;
    sheet.write_string_with_format(0, 0, &document.title, &formats.title)?;
    let mut line = 1;
    for (name, value) in &document.about {
        sheet.write_string_with_format(line, 0, *name, &formats.note)?;
        sheet.write_string_with_format(line, 1, value, &formats.note)?;
        line += 1;
    }
    line += 1;
    let notes = document.notes.iter().enumerate().map(|(index, note)| format!("{} {note}", mark(index)));
    let paragraphs = document.paragraphs.iter().map(|paragraph| paragraph.marked());
    for text in paragraphs.chain(notes).chain(document.remarks.iter().cloned()) {
        set_height(sheet, line, lines(&text, LINE))?;
        sheet.merge_range(line, 0, line, 1, &text, &formats.note)?;
        line += 1;
    }
    Ok(())
}

/// Writes a table on a sheet of its own: title, headings, rows, note. The headings stay in sight when the sheet is
/// scrolled and are repeated on every printed page.
fn of_table(
    sheet: &mut Worksheet,
    document: &Document,
    table: &ReportTable,
    formats: &Formats,
) -> Result<(), XlsxError> {
    prepare(sheet, &sheet_name(&table.title), FOOTER)?;
    set_header(sheet, document);
    sheet.set_repeat_rows(1, 1)?.set_freeze_panes(2, 0)?;
    sheet.write_string_with_format(0, 0, &table.title, &formats.title)?;
    let widths: Vec<usize> = table.widths().iter().map(|width| (*width).clamp(WORDS_MIN, WORDS_MAX)).collect();
    for (index, (of, width)) in table.columns.iter().zip(&widths).enumerate() {
        sheet.set_column_width(column(index), number(width + 2))?;
        sheet.write_string_with_format(1, column(index), &of.heading, &formats.heading)?;
    }
    let mut line = 2;
    for row in &table.rows {
        let folded = row.cells.iter().zip(&widths).map(|(cell, room)| lines(&cell.shown(), *room));
        set_height(sheet, line, folded.max().unwrap_or(1))?;
        write_row(sheet, line, row, formats)?;
        line += 1;
    }
    if let Some(note) = &table.note {
        set_height(sheet, line, lines(note, widths.iter().sum()))?;
        sheet.merge_range(line, 0, line, column(widths.len().saturating_sub(1)), note, &formats.note)?;
    }
    Ok(())
}

/// Makes a row high enough for its folded words, which not every program does by itself.
pub(super) fn set_height(sheet: &mut Worksheet, line: u32, lines: usize) -> Result<(), XlsxError> {
    if lines > 1 {
        sheet.set_row_height(line, number(lines) * LINE_HEIGHT)?;
    }
    Ok(())
}

/// How many lines a text takes in a column of so many characters. Lines may end early, before a long word.
pub(super) fn lines(text: &str, room: usize) -> usize {
    match width(text) {
        short if short <= room => 1,
        long => long.div_ceil(room.saturating_sub(6).max(1)),
    }
}

fn write_row(sheet: &mut Worksheet, line: u32, row: &ReportRow, formats: &Formats) -> Result<(), XlsxError> {
    let bold = |format: &Format| if row.is_total { format.clone().set_bold() } else { format.clone() };
    for (index, cell) in row.cells.iter().enumerate() {
        let column = column(index);
        match cell {
            ReportCell::Text(text) => sheet.write_string_with_format(line, column, text, &bold(&formats.words))?,
            ReportCell::Count(count) => {
                // Persons of a city: far from where a float would lose one.
                #[expect(clippy::cast_precision_loss, reason = "a spreadsheet has no other number")]
                let count = *count as f64;
                sheet.write_number_with_format(line, column, count, &bold(&formats.count))?
            }
            ReportCell::Percent(percent) => match percent.as_ref().and_then(|percent| percent.parse::<f64>().ok()) {
                Some(percent) => {
                    sheet.write_number_with_format(line, column, percent / 100.0, &bold(&formats.percent))?
                }
                None => sheet.write_blank(line, column, &formats.percent)?,
            },
            ReportCell::Blank => sheet.write_blank(line, column, &formats.words)?,
        };
    }
    Ok(())
}

/// A small number as spreadsheets count.
pub(super) fn number(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// The column of this index.
pub(super) fn column(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

/// The title as the name of a sheet. Such names hold at most 31 characters and none of `[]:*?/\`.
pub(super) fn sheet_name(title: &str) -> String {
    title.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::super::{compose, example};
    use super::*;

    #[test]
    fn numbers_are_numbers_and_a_name_like_a_formula_is_a_string() {
        let bytes = write(&compose(&example::full())).unwrap();
        let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
        let sheet = book.worksheet_range("表5 按学校").unwrap();
        assert_eq!(sheet.get_value((2, 2)), Some(&Data::Float(8.0)));
        assert_eq!(sheet.get_value((2, 8)), Some(&Data::Float(0.75)));
        assert_eq!(sheet.get_value((3, 1)), Some(&Data::String("=HYPERLINK(1)".to_owned())));
        assert!(book.worksheet_formula("表5 按学校").unwrap().used_cells().next().is_none());
        assert_eq!(book.sheet_names()[6..], ["定义", "人群"]);
    }

    #[test]
    fn the_same_report_is_the_same_file() {
        let document = compose(&example::full());
        assert_eq!(write(&document).unwrap(), write(&document).unwrap());
    }
}
