//! The rejected rows as they were given, with a last column that says what is wrong and of which file they are, ready to be
//! mended and imported again.

use std::path::Path;

use rust_xlsxwriter::{ExcelDateTime, Format, FormatPattern, Workbook, Worksheet, XlsxError};

use super::origin::{Origin, REASON};
use super::rows::{Fault, RejectedRow};
use super::sheet::{Cell, SourceFile, SourceRow};
use crate::private_file;
use crate::text::lang::Lang;

/// Writes one sheet for each sheet of the file that has rejected rows, under its row of headings.
pub fn write(
    source: &SourceFile,
    headings: &[(usize, SourceRow)],
    rejected: &[RejectedRow],
    out: &Path,
    lang: Lang,
) -> Result<(), XlsxError> {
    workbook(source, headings, rejected, lang)?.save_to_writer(private_file::create_new(out)?)
}

/// The same in memory.
pub fn bytes(
    source: &SourceFile,
    headings: &[(usize, SourceRow)],
    rejected: &[RejectedRow],
    lang: Lang,
) -> Result<Vec<u8>, XlsxError> {
    workbook(source, headings, rejected, lang)?.save_to_buffer()
}

fn workbook(
    source: &SourceFile,
    headings: &[(usize, SourceRow)],
    rejected: &[RejectedRow],
    lang: Lang,
) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    for (index, sheet) in source.sheets.iter().enumerate() {
        let rejected: Vec<&RejectedRow> = rejected.iter().filter(|row| row.sheet == index).collect();
        let header = headings.iter().find(|(of, _)| *of == index).map(|(_, row)| row);
        let (Some(header), false) = (header, rejected.is_empty()) else { continue };
        let row = |number: u32| {
            let found = sheet.rows.binary_search_by_key(&number, |row| row.number);
            found.ok().map(|index| &sheet.rows[index])
        };
        let page = workbook.add_worksheet_with_constant_memory()?;
        page.set_name(sheet_name(&sheet.name, index))?;
        // A workbook of errors that still has some has its old reasons there.
        let is_reason = |cell: &Cell| matches!(cell, Cell::Text(text) if Origin::read(text).is_some());
        let before = header.cells.iter().position(is_reason);
        let widest = || sheet.rows.iter().chain([header]).map(|row| row.cells.len()).max().unwrap_or(0);
        let columns = before.unwrap_or_else(widest);
        let reason_column = u16::try_from(columns).unwrap_or(u16::MAX - 1);
        page.set_column_width(reason_column, 60)?;
        let bold = Format::new().set_bold().set_background_color("#F2F2F2").set_pattern(FormatPattern::Solid);
        write_row(page, 0, header, Some(&bold))?;
        let Origin { file, code } = origin_of(source);
        let reason = lang.of(format!("{}（{file}#{code}）", REASON[0]), format!("{} ({file}#{code})", REASON[1]));
        page.write_string_with_format(0, reason_column, reason, &bold)?;
        for (line, rejected) in rejected.into_iter().enumerate() {
            let line = u32::try_from(line + 1).unwrap_or(u32::MAX);
            if let Some(source) = row(rejected.number) {
                write_row(page, line, source, None)?;
            }
            let reason = |fault: &Fault| {
                format!("{}{}{}", fault.column, lang.of("：", ": "), fault.reason.sentence().in_lang(lang))
            };
            let reasons: Vec<String> = rejected.faults.iter().map(reason).collect();
            page.write_string(line, reason_column, reasons.join(lang.of("；", "; ")))?;
        }
    }
    Ok(workbook)
}

fn origin_of(source: &SourceFile) -> Origin {
    let code = source.sha256.chars().take(Origin::CODE_LEN).collect();
    source.errors_of.clone().unwrap_or_else(|| Origin { file: source.name.clone(), code })
}

/// Sheet names hold at most 31 characters and none of `[]:*?/\`.
fn sheet_name(name: &str, index: usize) -> String {
    let name: String = name.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect();
    if name.is_empty() { format!("表{}", index + 1) } else { name }
}

fn write_row(page: &mut Worksheet, line: u32, row: &SourceRow, format: Option<&Format>) -> Result<(), XlsxError> {
    let plain = Format::new();
    let day_format = Format::new().set_num_format("yyyy-mm-dd");
    for (column, cell) in row.cells.iter().enumerate() {
        let column = u16::try_from(column).unwrap_or(u16::MAX);
        match cell {
            Cell::Empty | Cell::Uncomputed => (),
            Cell::Text(text) | Cell::Error(text) => {
                page.write_string_with_format(line, column, text, format.unwrap_or(&plain))?;
            }
            Cell::Number(number) => {
                page.write_number(line, column, *number)?;
            }
            // A day stays one: as text it would pass where only text is allowed.
            Cell::Date(day) => match ExcelDateTime::parse_from_str(&day.to_string()) {
                Ok(at) => {
                    page.write_datetime_with_format(line, column, &at, &day_format)?;
                }
                Err(_) => {
                    page.write_string(line, column, day.to_string())?;
                }
            },
        }
    }
    Ok(())
}
