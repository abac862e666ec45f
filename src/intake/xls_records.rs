//! Measures an .xls stream record by record, before the library reads it.
//!
//! The library that reads .xls reserves the area that a sheet claims, keeps every cell with its text and every shared
//! string, and then allocates the rectangle that the cells span. This file refuses a stream in which any of these is
//! too large. Invariant: it visits the same records as the library. The release of the library is therefore pinned, and
//! this must be proved again before another release is taken.

use std::collections::BTreeSet;

use super::xls_strings::{self, double_word, word};

/// Why a stream is not handed to the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum XlsRefusal {
    /// The stream is encrypted.
    Password,
    /// A record breaks off.
    Damaged,
    /// Too many sheets, too large an area or too many shared strings.
    TooLarge,
    /// Too much text in all cells together.
    TooMuchText,
}

/// The most sheets of a workbook.
const SHEETS_MAX: usize = 256;
/// The most cells that all sheets together may have and span.
const ROOM_MAX: u64 = 3_000_000;
/// The most bytes of the shared strings. Each string takes memory even when it is empty.
const STRINGS_BYTES_MAX: usize = 16 << 20;
/// The most bytes of text in all cells. The library holds the text twice, and we hold it once more.
pub(super) const TEXT_BYTES_MAX: usize = 32 << 20;

// Kinds of records.
const BOUND_SHEET: u16 = 0x0085;
const FILE_PASS: u16 = 0x002F;
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000A;
const DIMENSIONS: u16 = 0x0200;
/// How a row looks, before its cells.
const ROW: u16 = 0x0208;
const SHARED_STRINGS: u16 = 0x00FC;
const CONTINUE: u16 = 0x003C;
/// The text that a formula gave. It is a record of its own behind that of the formula.
const FORMULA_TEXT: u16 = 0x0207;
const LABEL: u16 = 0x0204;
const RICH_LABEL: u16 = 0x00D6;
const SHARED_LABEL: u16 = 0x00FD;
/// Number, label, rich label, boolean, RK, shared label, formula: each begins with its row and column.
const CELLS: [u16; 7] = [0x0203, LABEL, RICH_LABEL, 0x0205, 0x027E, SHARED_LABEL, 0x0006];
/// Several RK numbers in one row: row, first column, the numbers, last column.
const MULTIPLE: u16 = 0x00BD;

/// Refuses a stream with a password, too many sheets, or sheets that together span too large an area or hold too much
/// text. Answers by sheet the numbers, from 1, of its hidden rows.
///
/// # Errors
/// With the reason, if the library must not read the stream.
pub(super) fn check(stream: &[u8]) -> Result<Vec<BTreeSet<u32>>, XlsRefusal> {
    let mut positions = vec![];
    let mut strings: Vec<&[u8]> = vec![];
    let mut strings_bytes = 0;
    let mut is_of_strings = false;
    for (kind, data) in (Records { stream }) {
        match kind {
            FILE_PASS if word(data, 0).is_some_and(|method| method != 0) => return Err(XlsRefusal::Password),
            SHARED_STRINGS => {
                strings = vec![data];
                strings_bytes += data.len();
            }
            CONTINUE if is_of_strings => {
                strings.push(data);
                strings_bytes += data.len();
            }
            BOUND_SHEET => positions.push(double_word(data, 0).ok_or(XlsRefusal::Damaged)?),
            END => break,
            _ => {}
        }
        is_of_strings = kind == SHARED_STRINGS || (kind == CONTINUE && is_of_strings);
    }
    if positions.len() > SHEETS_MAX || strings_bytes > STRINGS_BYTES_MAX {
        return Err(XlsRefusal::TooLarge);
    }
    let sizes = xls_strings::sizes(&strings).ok_or(XlsRefusal::Damaged)?;
    let mut room: u64 = 0;
    let mut text = 0;
    let mut hidden = vec![];
    for position in positions {
        let sheet = stream.get(position as usize..).ok_or(XlsRefusal::Damaged)?;
        let (cells, bytes) = room_of(sheet, &sizes)?;
        room = room.saturating_add(cells);
        text += bytes;
        if room > ROOM_MAX {
            return Err(XlsRefusal::TooLarge);
        }
        if text > TEXT_BYTES_MAX {
            return Err(XlsRefusal::TooMuchText);
        }
        hidden.push(hidden_rows(sheet));
    }
    Ok(hidden)
}

/// The numbers of a sheet's hidden rows, from 1.
fn hidden_rows(sheet: &[u8]) -> BTreeSet<u32> {
    const IS_HIDDEN: u16 = 0x20;
    let rows = Records { stream: sheet }.take_while(|(kind, _)| *kind != END).filter(|(kind, _)| *kind == ROW);
    let hidden = rows.filter(|(_, data)| word(data, 12).is_some_and(|options| options & IS_HIDDEN != 0));
    hidden.filter_map(|(_, data)| word(data, 0)).map(|row| u32::from(row) + 1).collect()
}

/// Two measures of a sheet. The first is its number of cells, added to the larger of the area that it claims and the
/// area that its cells span. The second is the bytes of text in its cells.
fn room_of(sheet: &[u8], sizes: &[usize]) -> Result<(u64, usize), XlsRefusal> {
    let mut claimed: u64 = 0;
    let mut text: usize = 0;
    let mut span = Span::default();
    let mut cells: u64 = 0;
    let mut depth = 0_u32;
    for (kind, data) in (Records { stream: sheet }) {
        match kind {
            BEGIN => depth += 1,
            END if depth <= 1 => break,
            END => depth -= 1,
            // Cells of an embedded chart are not the sheet's.
            _ if depth > 1 => {}
            DIMENSIONS => claimed = claimed.saturating_add(claimed_area(data).ok_or(XlsRefusal::Damaged)?),
            MULTIPLE => {
                cells = cells.saturating_add(data.len() as u64 / 6);
                let (row, first) = (word(data, 0), word(data, 2));
                let last = data.len().checked_sub(2).and_then(|at| word(data, at));
                if let (Some(row), Some(first), Some(last)) = (row, first, last) {
                    span.widen(row, first);
                    // The library counts the numbers, not the stated last column.
                    let counted = u64::from(first) + data.len() as u64 / 6;
                    span.widen(row, u16::try_from(counted).unwrap_or(u16::MAX).max(last));
                }
            }
            FORMULA_TEXT => {
                cells = cells.saturating_add(1);
                text = text.saturating_add(text_room(data, 0));
            }
            _ if CELLS.contains(&kind) => {
                cells = cells.saturating_add(1);
                if let (Some(row), Some(column)) = (word(data, 0), word(data, 2)) {
                    span.widen(row, column);
                }
                text = text.saturating_add(match kind {
                    LABEL | RICH_LABEL => text_room(data, 6),
                    SHARED_LABEL => {
                        double_word(data, 6).and_then(|index| sizes.get(index as usize)).map_or(0, |size| *size)
                    }
                    _ => 0,
                });
            }
            _ => {}
        }
    }
    Ok((claimed.max(span.area()).saturating_add(cells), text))
}

/// The bytes that the library reserves for the text at the end of a record: as many as the length of the text claims.
fn text_room(data: &[u8], at: usize) -> usize {
    word(data, at).map_or(0, usize::from).max(data.len())
}

fn claimed_area(data: &[u8]) -> Option<u64> {
    // Ten bytes with 16-bit rows before Excel 97, fourteen with 32-bit rows since.
    let (rows, columns) = if data.len() == 10 {
        ((u32::from(word(data, 0)?), u32::from(word(data, 2)?)), (word(data, 4)?, word(data, 6)?))
    } else {
        ((double_word(data, 0)?, double_word(data, 4)?), (word(data, 8)?, word(data, 10)?))
    };
    // The end is exclusive, and zero in an empty sheet. A start after the end is nonsense. A first column beyond the
    // last that a sheet can have is read as column 0.
    let first_column = if columns.0 > 0xFF || columns.1 < columns.0 { 0 } else { columns.0 };
    let height = u64::from(rows.1.max(1).checked_sub(rows.0)?) + 1;
    let width = u64::from(columns.1.max(1).checked_sub(first_column)?) + 1;
    Some(height.saturating_mul(width))
}

/// The first and the last row and column of the cells seen so far.
#[derive(Default)]
struct Span {
    rows: Option<(u16, u16)>,
    columns: Option<(u16, u16)>,
}

impl Span {
    fn widen(&mut self, row: u16, column: u16) {
        let wider =
            |range: Option<(u16, u16)>, at: u16| range.map_or((at, at), |(first, last)| (first.min(at), last.max(at)));
        self.rows = Some(wider(self.rows, row));
        self.columns = Some(wider(self.columns, column));
    }

    fn area(&self) -> u64 {
        let length = |range: Option<(u16, u16)>| range.map_or(0, |(first, last)| u64::from(last - first) + 1);
        length(self.rows) * length(self.columns)
    }
}

/// The records of a stream: kind and data of each.
struct Records<'a> {
    stream: &'a [u8],
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let kind = word(self.stream, 0)?;
        let length = usize::from(word(self.stream, 2)?);
        let data = self.stream.get(4..4 + length)?;
        self.stream = &self.stream[4 + length..];
        Some((kind, data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap();
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
    }

    /// A workbook stream with one sheet that holds these records.
    fn stream(records: &[Vec<u8>]) -> Vec<u8> {
        let globals_length = 4 + 8 + 4;
        let position = u32::try_from(globals_length).unwrap().to_le_bytes();
        let globals = [record(BOUND_SHEET, &[&position[..], &[0; 4]].concat()), record(END, &[])].concat();
        assert_eq!(globals.len(), globals_length);
        [globals, record(BEGIN, &[0, 6]), records.concat(), record(END, &[])].concat()
    }

    #[test]
    fn an_outlying_cell_is_refused_before_anything_is_allocated() {
        let corner = [&u16::MAX.to_le_bytes()[..], &u16::MAX.to_le_bytes(), &[0; 10]].concat();
        let origin = [0; 14];
        let sheet = stream(&[record(0x0203, &origin), record(0x0203, &corner)]);
        assert_eq!(check(&sheet), Err(XlsRefusal::TooLarge));
        assert!(check(&stream(&[record(0x0203, &origin)])).is_ok());
    }

    #[test]
    fn a_sheet_that_claims_a_vast_area_is_refused() {
        let claim = [&0_u32.to_le_bytes()[..], &u32::MAX.to_le_bytes(), &[0, 0, 255, 255, 0, 0]].concat();
        let sheet = stream(&[record(DIMENSIONS, &claim)]);
        assert_eq!(check(&sheet), Err(XlsRefusal::TooLarge));
    }

    /// The library takes a first column past the last there is for column 0, and reserved 160 GB.
    #[test]
    fn a_claimed_width_is_measured_as_the_library_measures_it() {
        for columns in [[0xFE, 0xFF, 0xFF, 0xFF], [0x40, 0x01, 0x3F, 0x01], [9, 0, 8, 0x01]] {
            let claim = [&0_u32.to_le_bytes()[..], &0xFFFF_u32.to_le_bytes(), &columns, &[0, 0]].concat();
            assert_eq!(check(&stream(&[record(DIMENSIONS, &claim)])), Err(XlsRefusal::TooLarge), "{columns:?}");
        }
    }

    #[test]
    fn the_same_cell_millions_of_times_and_too_many_shared_strings_are_refused() {
        let numbers = record(MULTIPLE, &[0; 8_000]);
        assert_eq!(check(&stream(&vec![numbers.clone(); 3_000])), Err(XlsRefusal::TooLarge));
        assert!(check(&stream(&vec![numbers; 300])).is_ok());
        let strings = record(SHARED_STRINGS, &[0; 8_000]);
        let more = record(CONTINUE, &[0; 8_000]);
        let globals = |records: usize| [strings.clone(), more.repeat(records), stream(&[])].concat();
        assert_eq!(check(&globals(2_500)), Err(XlsRefusal::TooLarge));
        assert!(check(&globals(100)[..8_004]).is_ok());
    }

    #[test]
    fn one_long_string_in_many_cells_is_refused_and_many_cells_of_short_ones_are_not() {
        let strings = |length: u16| {
            let text = vec![b'a'; usize::from(length)];
            record(SHARED_STRINGS, &[&[0; 8][..], &[1, 0, 0, b'b'], &length.to_le_bytes(), &[0], &text].concat())
        };
        let named = |cells: usize, index: u8| record(SHARED_LABEL, &[0, 0, 0, 0, 0, 0, index, 0, 0, 0]).repeat(cells);
        let with = |length: u16, cells: &[Vec<u8>]| {
            // The position of the sheet is behind the strings.
            let (strings, mut whole) = (strings(length), stream(cells));
            let position = u32::try_from(strings.len() + 16).unwrap().to_le_bytes();
            whole[4..8].copy_from_slice(&position);
            [strings, whole].concat()
        };
        assert_eq!(check(&with(30_000, &[named(20_000, 1)])), Err(XlsRefusal::TooMuchText));
        // A long note is in one cell, short words are in the others.
        assert!(check(&with(30_000, &[named(1, 1), named(100_000, 0)])).is_ok());
        assert!(check(&with(30, &[named(100_000, 1)])).is_ok());
    }

    /// The library reserves what a text claims to be long.
    #[test]
    fn many_cells_that_claim_long_texts_are_refused() {
        let claim = record(LABEL, &[0, 0, 0, 0, 0, 0, 0xff, 0xff, 0]);
        assert_eq!(check(&stream(&[claim.repeat(1_000)])), Err(XlsRefusal::TooMuchText));
        let formula = record(FORMULA_TEXT, &[0xff, 0xff, 0]);
        assert_eq!(check(&stream(&[formula.repeat(1_000)])), Err(XlsRefusal::TooMuchText));
    }

    #[test]
    fn a_stream_with_a_password_is_refused_as_such() {
        let sheet = [record(FILE_PASS, &[1, 0]), stream(&[])].concat();
        assert_eq!(check(&sheet), Err(XlsRefusal::Password));
    }
}
