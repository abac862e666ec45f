//! A minimal workbook in the format of Excel 97 to 2003: BIFF8 records in a compound file.
//!
//! Texts are LABEL records (no shared strings), days are numbers in a date format, so that each cell stands alone.

use std::io::{Cursor, Write};
use std::time::{Duration, SystemTime};

use super::rows::Cell;

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const CODE_PAGE: u16 = 0x0042;
const WINDOW1: u16 = 0x003D;
const FONT: u16 = 0x0031;
const FORMAT: u16 = 0x041E;
const XF: u16 = 0x00E0;
const STYLE: u16 = 0x0293;
const BOUND_SHEET: u16 = 0x0085;
const DIMENSIONS: u16 = 0x0200;
const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const WINDOW2: u16 = 0x023E;

/// The first number of a custom format.
const DATE_FORMAT: u16 = 164;
/// Cell formats: 0 to 14 are styles, 15 the default cell, 16 a day.
const PLAIN: u16 = 15;
const DAY: u16 = 16;

/// The bytes of a workbook with one sheet.
pub fn workbook(sheet: &str, rows: &[Vec<Cell>]) -> std::io::Result<Vec<u8>> {
    let mut stream = globals(sheet);
    let sheet_at = u32::try_from(stream.len()).unwrap_or(u32::MAX);
    let position = position_of_bound_sheet(&stream);
    stream[position..position + 4].copy_from_slice(&sheet_at.to_le_bytes());
    write_sheet(&mut stream, rows);

    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new()))?;
    file.create_stream("/Workbook")?.write_all(&stream)?;
    let written = SystemTime::UNIX_EPOCH + Duration::from_secs(1_672_502_400);
    file.set_created_time("/", written)?;
    file.set_modified_time("/", written)?;
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

fn record(stream: &mut Vec<u8>, kind: u16, data: &[u8]) {
    stream.extend(kind.to_le_bytes());
    stream.extend(u16::try_from(data.len()).unwrap_or(u16::MAX).to_le_bytes());
    stream.extend(data);
}

fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// Length in `length_bytes` bytes, the flag for 16-bit characters, the characters.
fn text(text: &str, length_bytes: usize) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().take(255).collect();
    let mut bytes = u16::try_from(units.len()).unwrap_or(u16::MAX).to_le_bytes()[..length_bytes].to_vec();
    bytes.push(1);
    bytes.extend(words(&units));
    bytes
}

fn globals(sheet: &str) -> Vec<u8> {
    let mut stream = Vec::new();
    record(&mut stream, BOF, &words(&[0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 0, 6, 0]));
    record(&mut stream, CODE_PAGE, &words(&[1200]));
    record(&mut stream, WINDOW1, &words(&[0, 0, 0x4000, 0x2000, 0x38, 0, 0, 1, 0x0258]));
    for _ in 0..4 {
        let mut font = words(&[220, 0, 0x7FFF, 400, 0, 0, 0x0086]);
        font.extend(text("宋体", 1));
        record(&mut stream, FONT, &font);
    }
    let mut format = words(&[DATE_FORMAT]);
    format.extend(text("yyyy/m/d", 2));
    record(&mut stream, FORMAT, &format);
    for _ in 0..15 {
        record(&mut stream, XF, &words(&[0, 0, 0xFFF5, 0x0020, 0, 0, 0, 0, 0, 0x20C0]));
    }
    for format in [0, DATE_FORMAT] {
        record(&mut stream, XF, &words(&[0, format, 0x0001, 0x0020, 0x0400, 0, 0, 0, 0, 0x20C0]));
    }
    record(&mut stream, STYLE, &[0x00, 0x80, 0x00, 0xFF]);
    let mut bound = vec![0, 0, 0, 0, 0, 0];
    bound.extend(text(sheet, 1));
    record(&mut stream, BOUND_SHEET, &bound);
    record(&mut stream, EOF, &[]);
    stream
}

/// Where the record of the sheet holds the sheet's offset.
fn position_of_bound_sheet(stream: &[u8]) -> usize {
    let mut at = 0;
    while at + 4 <= stream.len() {
        if stream[at..at + 2] == BOUND_SHEET.to_le_bytes() {
            return at + 4;
        }
        at += 4 + usize::from(u16::from_le_bytes([stream[at + 2], stream[at + 3]]));
    }
    0
}

fn write_sheet(stream: &mut Vec<u8>, rows: &[Vec<Cell>]) {
    record(stream, BOF, &words(&[0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 0, 6, 0]));
    let width = rows.iter().map(Vec::len).max().unwrap_or_default();
    let (height, width) = (u32::try_from(rows.len()).unwrap_or(u32::MAX), u16::try_from(width).unwrap_or(u16::MAX));
    let mut dimensions = [0u32.to_le_bytes(), height.to_le_bytes()].concat();
    dimensions.extend(words(&[0, width, 0]));
    record(stream, DIMENSIONS, &dimensions);
    for (y, row) in (0u16..).zip(rows) {
        for (x, cell) in (0u16..).zip(row) {
            match cell {
                Cell::Empty => {}
                Cell::Text(content) => {
                    let mut data = words(&[y, x, PLAIN]);
                    data.extend(text(content, 2));
                    record(stream, LABEL, &data);
                }
                Cell::Number(value) => number(stream, y, x, PLAIN, *value),
                Cell::Day(day) => number(stream, y, x, DAY, f64::from(super::files::excel_serial(*day))),
            }
        }
    }
    record(stream, WINDOW2, &words(&[0x06B6, 0, 0, 0x40, 0, 0, 0, 0, 0]));
    record(stream, EOF, &[]);
}

fn number(stream: &mut Vec<u8>, y: u16, x: u16, format: u16, value: f64) {
    let mut data = words(&[y, x, format]);
    data.extend(value.to_le_bytes());
    record(stream, NUMBER, &data);
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader, Xls};
    use jiff::civil::date;

    #[test]
    fn a_workbook_reads_back_with_its_texts_numbers_and_days() {
        let rows = vec![
            vec![Cell::from("姓名"), Cell::from("毕业时间"), Cell::from("起薪")],
            vec![Cell::from("王小明"), Cell::Day(date(2022, 6, 30)), Cell::Number(3500.0)],
            vec![Cell::Empty, Cell::from("2022-07-01")],
        ];
        let bytes = workbook("名册", &rows).unwrap();
        let mut read: Xls<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        let range = read.worksheet_range("名册").unwrap();
        assert_eq!(range.get_value((0, 1)), Some(&Data::String("毕业时间".into())));
        assert_eq!(range.get_value((1, 2)), Some(&Data::Float(3500.0)));
        let day = range.get_value((1, 1)).unwrap();
        assert!(matches!(day, Data::DateTime(value) if value.as_f64() == 44742.0), "{day:?}");
        assert_eq!(range.get_value((2, 1)), Some(&Data::String("2022-07-01".into())));
    }
}
