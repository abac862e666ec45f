//! A file becomes sheets of cells: .xlsx, .xls and .csv, told apart by their bytes, within limits.
//!
//! Invariant: nothing a file declares decides how much memory is taken; rows, columns, cells, their text and unpacked
//! bytes are bounded while they are read.

use std::io::{Cursor, Read};

use calamine::{Data, DataRef, Reader, SheetType, SheetVisible, Xls, Xlsx};
use jiff::civil::{Date, date};
use sha2::{Digest, Sha256};

use super::fault::FileFault;
use super::meanings::is_heading;
use super::quotes;
use super::xls_records::{self, XlsRefusal};
use crate::text::cleaning::is_blank;
use crate::text::decoding;

// Limits of a file.
const FILE_BYTES_MAX: usize = 50 << 20;
const XLS_BYTES_MAX: usize = 30 << 20;
const UNPACKED_BYTES_MAX: u64 = 120 << 20;
/// The library reads sheets cell by cell, but holds the table of strings and every other part in memory.
const STRINGS_BYTES_MAX: u64 = 32 << 20;
const PART_BYTES_MAX: u64 = 2 << 20;
const ZIP_ENTRIES_MAX: usize = 2_000;
pub const ROWS_MAX: u32 = 200_000;
pub const COLUMNS_MAX: u32 = 200;
pub const CELLS_MAX: usize = 2_000_000;
/// The most bytes of text in all cells together. A string that is in the file once can be in every cell.
const TEXT_BYTES_MAX: usize = 64 << 20;
/// The most characters of a cell, as in Excel.
pub const CELL_CHARS_MAX: usize = 32_767;
/// Lines of a text among which the headings stand.
const TOP_LINES: usize = 20;
/// Days from the first day of the 1900 system to that of the 1904 system.
const DAYS_TO_1904: f64 = 1462.0;

/// A cell as the file gives it; a formula gives its stored value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Number(f64),
    Date(Date),
    /// An error value such as #N/A.
    Error(String),
    /// A formula whose value no program has computed yet.
    Uncomputed,
}

/// A row with the number the user sees beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceRow {
    /// From 1.
    pub number: u32,
    /// From the first column on, up to the last that is not empty.
    pub cells: Vec<Cell>,
}

impl SourceRow {
    /// Whether the row has nothing but blanks.
    pub fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| match cell {
            Cell::Empty => true,
            Cell::Text(text) => is_blank(text),
            Cell::Number(_) | Cell::Date(_) | Cell::Error(_) | Cell::Uncomputed => false,
        })
    }
}

/// One sheet of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceSheet {
    /// The name of the sheet; of a text file, `CSV`.
    pub name: String,
    /// The rows that have cells, in order.
    pub rows: Vec<SourceRow>,
    /// Serial numbers count days from 1904, as in workbooks of old Macs.
    pub from_1904: bool,
}

impl SourceSheet {
    /// Turns the serial numbers of these columns, in rows below `after`, into the days that they mean. In other columns
    /// a number is a number.
    pub(super) fn settle_days(&mut self, columns: &[usize], after: u32) {
        if !self.from_1904 {
            return;
        }
        for row in self.rows.iter_mut().filter(|row| row.number > after) {
            for column in columns {
                if let Some(cell) = row.cells.get_mut(*column)
                    && let Cell::Number(serial) = cell
                    && let Some(day) = date_of_serial(*serial + DAYS_TO_1904)
                {
                    *cell = Cell::Date(day);
                }
            }
        }
    }
}

/// A file, read whole.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SourceFile {
    /// The name without its folder.
    pub name: String,
    /// SHA-256 of the file's bytes, hexadecimal.
    pub sha256: String,
    /// The sheets that are shown, in order.
    pub sheets: Vec<SourceSheet>,
    /// The names of hidden sheets, which are not read.
    pub hidden: Vec<String>,
    /// The names of sheets that turn out to have no headings.
    pub notes: Vec<String>,
}

/// Reads a file of this name from its bytes, which tell its format, whatever its extension says.
///
/// # Errors
/// If the bytes are of another format, are damaged or encrypted, or exceed a limit.
pub fn read_bytes(name: String, bytes: &[u8]) -> Result<SourceFile, FileFault> {
    let file = name.clone();
    if bytes.len() > FILE_BYTES_MAX {
        return Err(too_large(&file, FILE_BYTES_MAX));
    }
    let (sheets, hidden) = if decoding::is_blank(bytes) {
        return Err(FileFault::Empty { file });
    } else if bytes.starts_with(b"PK\x03\x04") {
        guarded(&file, || read_xlsx(&file, bytes))?
    } else if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        guarded(&file, || read_xls(&file, bytes))?
    } else {
        read_csv(&file, bytes)?
    };
    if sheets.iter().all(|sheet| sheet.rows.is_empty()) {
        let empty = if hidden.is_empty() {
            FileFault::Empty { file }
        } else {
            FileFault::Hidden { file, sheets: hidden.join("、") }
        };
        return Err(empty);
    }
    Ok(SourceFile { name, sha256: hex::encode(Sha256::digest(bytes)), sheets, hidden, notes: vec![] })
}

/// What is in a file: its sheets, and the names of the hidden ones.
type Contents = (Vec<SourceSheet>, Vec<String>);

thread_local! {
    static GUARDED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Whether a panic on this thread will be caught and become a fault of a file, so that the panic need not be printed.
pub fn is_guarded() -> bool {
    GUARDED.get()
}

/// Reads a workbook, and takes it for damaged if the library panics on it.
fn guarded(file: &str, read: impl FnOnce() -> Result<Contents, FileFault>) -> Result<Contents, FileFault> {
    GUARDED.set(true);
    let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(read));
    GUARDED.set(false);
    read.unwrap_or_else(|_| Err(FileFault::Damaged { file: file.to_owned(), reason: None }))
}

fn damaged(file: &str, error: &dyn std::fmt::Display) -> FileFault {
    FileFault::Damaged { file: file.to_owned(), reason: Some(error.to_string()) }
}

fn too_large(file: &str, bytes_max: usize) -> FileFault {
    FileFault::TooLarge { file: file.to_owned(), max_mb: bytes_max >> 20 }
}

fn too_much_text(file: &str, bytes_max: usize) -> FileFault {
    FileFault::TooMuchText { file: file.to_owned(), max_mb: bytes_max >> 20 }
}

/// Unpacks every entry once and counts the bytes without keeping them, since the sizes that an archive declares can be
/// false.
fn check_archive(file: &str, bytes: &[u8]) -> Result<(), FileFault> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(file, &error))?;
    if archive.len() > ZIP_ENTRIES_MAX {
        return Err(FileFault::Bomb { file: file.to_owned() });
    }
    let mut unpacked = 0;
    let mut is_workbook = false;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|error| damaged(file, &error))?;
        let name = entry.name().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
        is_workbook |= name == "xl/workbook.xml";
        let most = part_bytes_max(&name).min(UNPACKED_BYTES_MAX - unpacked);
        let mut entry = entry.take(most + 1);
        let length = std::io::copy(&mut entry, &mut std::io::sink()).map_err(|error| damaged(file, &error))?;
        if length > most {
            return Err(FileFault::Bomb { file: file.to_owned() });
        }
        unpacked += length;
    }
    if is_workbook { Ok(()) } else { Err(FileFault::UnknownFormat { file: file.to_owned() }) }
}

/// The most bytes of a part of a workbook. Sheets are read cell by cell; pictures, pivot tables, links to other workbooks
/// and the like are not read at all, and count only towards the whole.
fn part_bytes_max(name: &str) -> u64 {
    match name {
        "xl/sharedstrings.xml" => STRINGS_BYTES_MAX,
        "xl/workbook.xml" | "xl/styles.xml" | "[content_types].xml" => PART_BYTES_MAX,
        name if name.ends_with(".rels") => PART_BYTES_MAX,
        _ => UNPACKED_BYTES_MAX,
    }
}

/// The names of the sheets of cells, shown and hidden. Charts and macros have no rows.
fn names(sheets: &[calamine::Sheet]) -> (Vec<String>, Vec<String>) {
    let of_cells = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let (shown, hidden): (Vec<_>, Vec<_>) = of_cells.partition(|sheet| sheet.visible == SheetVisible::Visible);
    let names = |sheets: Vec<&calamine::Sheet>| sheets.into_iter().map(|sheet| sheet.name.clone()).collect();
    (names(shown), names(hidden))
}

fn read_xlsx(file: &str, bytes: &[u8]) -> Result<Contents, FileFault> {
    check_archive(file, bytes)?;
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| damaged(file, &error))?;
    let from_1904 = workbook.has_1904_epoch();
    let (shown, hidden) = names(workbook.sheets_metadata());
    let mut sheets = vec![];
    let mut grid = Grid::new(file);
    for name in shown {
        let mut cells = workbook.worksheet_cells_reader(&name).map_err(|error| damaged(file, &error))?;
        while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|error| damaged(file, &error))? {
            let value = match cell.value {
                DataRef::Empty if cell.formula.is_some() => Cell::Uncomputed,
                DataRef::Empty => continue,
                DataRef::Int(value) => Cell::Number(value as f64),
                DataRef::Float(value) => Cell::Number(value),
                DataRef::SharedString(text) => Cell::Text(text.to_owned()),
                DataRef::Bool(value) => Cell::Text(if value { "是" } else { "否" }.to_owned()),
                DataRef::DateTime(value) => date_cell(&value),
                DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Text(text),
                DataRef::Error(error) => Cell::Error(error.to_string()),
            };
            grid.put(cell.pos.0, cell.pos.1, value)?;
        }
        sheets.push(SourceSheet { name, rows: grid.take_rows(), from_1904 });
    }
    Ok((sheets, hidden))
}

fn read_xls(file: &str, bytes: &[u8]) -> Result<Contents, FileFault> {
    if bytes.len() > XLS_BYTES_MAX {
        return Err(too_large(file, XLS_BYTES_MAX));
    }
    let password = || FileFault::Password { file: file.to_owned() };
    let mut container = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|error| damaged(file, &error))?;
    // An encrypted .xlsx is such a container, too.
    if container.is_stream("/EncryptedPackage") {
        return Err(password());
    }
    let name = ["/Workbook", "/Book"].into_iter().find(|name| container.is_stream(name));
    let name = name.ok_or_else(|| FileFault::UnknownFormat { file: file.to_owned() })?;
    let mut stream = vec![];
    let mut reader = container.open_stream(name).map_err(|error| damaged(file, &error))?.take(FILE_BYTES_MAX as u64);
    reader.read_to_end(&mut stream).map_err(|error| damaged(file, &error))?;
    // The library reserves whatever area a sheet claims, so that the stream is measured first.
    xls_records::check(&stream).map_err(|refused| match refused {
        XlsRefusal::Password => password(),
        XlsRefusal::Damaged => FileFault::Truncated { file: file.to_owned() },
        XlsRefusal::TooLarge => FileFault::TooManyCells { file: file.to_owned() },
        XlsRefusal::TooMuchText => too_much_text(file, xls_records::TEXT_BYTES_MAX),
    })?;
    drop(stream);
    let mut workbook: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsError::Password => password(),
        error => damaged(file, &error),
    })?;
    let from_1904 = workbook.has_1904_epoch();
    let (shown, hidden) = names(workbook.sheets_metadata());
    let mut sheets = vec![];
    let mut grid = Grid::new(file);
    for name in shown {
        let range = workbook.worksheet_range(&name).map_err(|error| damaged(file, &error))?;
        let (first_row, first_column) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            let value = match value {
                Data::Empty => continue,
                Data::Int(value) => Cell::Number(*value as f64),
                Data::Float(value) => Cell::Number(*value),
                Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Cell::Text(text.clone()),
                Data::Bool(value) => Cell::Text(if *value { "是" } else { "否" }.to_owned()),
                Data::DateTime(value) => date_cell(value),
                Data::Error(error) => Cell::Error(error.to_string()),
            };
            let row = first_row.saturating_add(u32::try_from(row).unwrap_or(u32::MAX));
            let column = first_column.saturating_add(u32::try_from(column).unwrap_or(u32::MAX));
            grid.put(row, column, value)?;
        }
        sheets.push(SourceSheet { name, rows: grid.take_rows(), from_1904 });
    }
    Ok((sheets, hidden))
}

/// The day of a date cell. What is less than a minute short of midnight means the day that begins there: web pages write
/// days 43 seconds early, by the local time of Shanghai before 1901.
fn date_cell(value: &calamine::ExcelDateTime) -> Cell {
    let (year, month, day, hour, minute, ..) = value.to_ymd_hms_milli();
    let parts = (i16::try_from(year), i8::try_from(month), i8::try_from(day));
    let day = if let (Ok(year), Ok(month), Ok(day)) = parts { Date::new(year, month, day).ok() } else { None };
    let is_next = (hour, minute) == (23, 59);
    let day = day.and_then(|day| if is_next { day.tomorrow().ok() } else { Some(day) });
    day.map_or(Cell::Number(value.as_f64()), Cell::Date)
}

/// The calendar day of an Excel serial number (1900 system, with its day that never was); the next one if less than a
/// minute is missing.
pub fn date_of_serial(serial: f64) -> Option<Date> {
    const MINUTE: f64 = 1.0 / 1_440.0;
    let serial = if serial.fract() > 1.0 - MINUTE { serial.ceil() } else { serial };
    if !(1.0..2_958_466.0).contains(&serial) {
        return None;
    }
    // In range, so that the whole part is exact in 32 bits.
    let days: i32 = format!("{:.0}", serial.floor()).parse().ok()?;
    let base = if days > 59 { date(1899, 12, 30) } else { date(1899, 12, 31) };
    base.checked_add(jiff::Span::new().days(days)).ok()
}

/// Collects the cells of one sheet after another into rows, in whatever order of rows they come.
struct Grid<'f> {
    file: &'f str,
    rows: Vec<SourceRow>,
    /// How many more cells, and how many more bytes of text in them, the file may have.
    cells_left: usize,
    text_left: usize,
}

impl<'f> Grid<'f> {
    fn new(file: &'f str) -> Self {
        Self { file, rows: vec![], cells_left: CELLS_MAX, text_left: TEXT_BYTES_MAX }
    }

    /// The rows of the sheet that ends.
    fn take_rows(&mut self) -> Vec<SourceRow> {
        std::mem::take(&mut self.rows)
    }

    fn take(&mut self, cells: usize) -> Result<(), FileFault> {
        let left = self.cells_left.checked_sub(cells);
        self.cells_left = left.ok_or_else(|| FileFault::TooManyCells { file: self.file.to_owned() })?;
        Ok(())
    }

    fn take_text(&mut self, row: u32, text: &str) -> Result<(), FileFault> {
        if text.len() > CELL_CHARS_MAX && text.chars().count() > CELL_CHARS_MAX {
            return Err(FileFault::LongCell { file: self.file.to_owned(), row });
        }
        let left = self.text_left.checked_sub(text.len());
        self.text_left = left.ok_or_else(|| too_much_text(self.file, TEXT_BYTES_MAX))?;
        Ok(())
    }

    fn put(&mut self, row: u32, column: u32, cell: Cell) -> Result<(), FileFault> {
        if row >= ROWS_MAX || column >= COLUMNS_MAX {
            return Err(FileFault::TooManyCells { file: self.file.to_owned() });
        }
        self.take(1)?;
        let number = row + 1;
        if let Cell::Text(text) | Cell::Error(text) = &cell {
            self.take_text(number, text)?;
        }
        let index = match self.rows.last() {
            Some(last) if last.number == number => self.rows.len() - 1,
            Some(last) if last.number > number => match self.rows.binary_search_by_key(&number, |row| row.number) {
                Ok(index) => index,
                Err(index) => {
                    self.rows.insert(index, SourceRow { number, cells: vec![] });
                    index
                }
            },
            Some(_) | None => {
                self.rows.push(SourceRow { number, cells: vec![] });
                self.rows.len() - 1
            }
        };
        let column = column as usize;
        // Empty cells before this one take memory like any cell.
        self.take(column.saturating_sub(self.rows[index].cells.len()))?;
        let cells = &mut self.rows[index].cells;
        if cells.len() <= column {
            cells.resize(column + 1, Cell::Empty);
        }
        cells[column] = cell;
        Ok(())
    }
}

fn read_csv(file: &str, bytes: &[u8]) -> Result<Contents, FileFault> {
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
    let mut grid = Grid::new(file);
    for record in reader.records() {
        let record = record.map_err(|error| damaged(file, &error))?;
        let row = record.position().map_or(0, |position| row_of(&text, position));
        for (column, value) in record.iter().enumerate() {
            if !value.is_empty() {
                let column = u32::try_from(column).unwrap_or(u32::MAX);
                grid.put(row, column, Cell::Text(value.to_owned()))?;
            }
        }
    }
    Ok((vec![SourceSheet { name: "CSV".to_owned(), rows: grid.rows, from_1904: false }], vec![]))
}

/// The mark between columns: the one that parts most headings in a line at the top, whatever titles and notes stand above
/// them and whatever the cells below hold; in a file without headings the one that stands most often in such a line.
fn delimiter(text: &str) -> char {
    let headings = |line: &str, mark| {
        line.split(mark).take(COLUMNS_MAX as usize).filter(|part| is_heading(part.trim_matches('"'))).count()
    };
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
