//! A file of text, whose lines are rows: .csv and its kin, with whatever mark between columns.

use super::fault::FileFault;
use super::meanings::is_heading;
use super::quotes;
use crate::text::decoding;

/// Lines among which the headings stand.
const TOP_LINES: usize = 20;
/// Columns among which headings are looked for.
const COLUMNS_MAX: usize = 200;

/// Reads a text whose lines are rows, and hands on every cell that is not empty: row and column, from 0, and its text.
///
/// # Errors
/// If it is no text, or of another kind, a quote is not closed, or a cell is refused.
pub(super) fn read(
    file: &str,
    bytes: &[u8],
    mut put: impl FnMut(u32, u32, &str) -> Result<(), FileFault>,
) -> Result<(), FileFault> {
    let text = decoding::decode(bytes).ok_or_else(|| FileFault::Encoding { file: file.to_owned() })?;
    let start = text.trim_start();
    if start.starts_with('<') {
        return Err(FileFault::Markup { file: file.to_owned() });
    }
    if text.contains('\0') || text.starts_with("%PDF") {
        return Err(FileFault::UnknownFormat { file: file.to_owned() });
    }
    let delimiter = delimiter(start);
    if let Some(line) = quotes::unclosed(&text, delimiter as u8) {
        return Err(FileFault::OpenQuote { file: file.to_owned(), line });
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter as u8)
        .from_reader(text.as_bytes());
    for record in reader.records() {
        let record =
            record.map_err(|error| FileFault::Damaged { file: file.to_owned(), reason: Some(error.to_string()) })?;
        let row = record.position().map_or(0, |position| row_of(&text, position));
        for (column, value) in record.iter().enumerate().filter(|(_, value)| !value.is_empty()) {
            put(row, u32::try_from(column).unwrap_or(u32::MAX), value)?;
        }
    }
    Ok(())
}

/// The mark between columns: the one that parts most headings in a line at the top, whatever titles and notes stand above
/// them and whatever the cells below hold; in a file without headings the one that stands most often in such a line.
fn delimiter(text: &str) -> char {
    let headings =
        |line: &str, mark| line.split(mark).take(COLUMNS_MAX).filter(|part| is_heading(part.trim_matches('"'))).count();
    let most = |mark| {
        let lines = text.lines().take(TOP_LINES);
        lines.map(|line| (headings(line, mark), line.matches(mark).count())).max().unwrap_or_default()
    };
    // Of equal ones the last counts.
    let marks = ['|', ';', '\t', ','].map(|mark| (most(mark), mark));
    marks.into_iter().max_by_key(|(most, _)| *most).map_or(',', |(_, mark)| mark)
}

/// The row of a record, counted from 0. The library counts the empty lines before a record as its beginning.
fn row_of(text: &str, position: &csv::Position) -> u32 {
    let begin = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let empty = text.bytes().skip(begin).take_while(|byte| *byte == b'\n').count();
    let row = usize::try_from(position.line().saturating_sub(1)).unwrap_or(usize::MAX).saturating_add(empty);
    u32::try_from(row).unwrap_or(u32::MAX)
}
