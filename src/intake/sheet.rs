//! A file becomes sheets of cells: .xlsx, .xls and .csv, told apart by their bytes, within limits.
//!
//! Invariant: nothing a file declares decides how much memory is taken; rows, columns, cells, their text and unpacked
//! bytes are bounded while they are read.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::{Cursor, Read};
use std::rc::Rc;

use calamine::{Data, DataRef, Reader, SheetType, SheetVisible, Xls, Xlsx};
use jiff::civil::{Date, date};
use sha2::{Digest, Sha256};

use super::area::Area;
use super::fault::FileFault;
use super::number_format::{says_more, shown};
use super::origin::Origin;
use super::text_file;
use super::xls_records::{self, XlsRefusal};
use super::xlsx_marks::{Marks, Scan, SheetMarks};
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
pub(super) const TEXT_BYTES_MAX: usize = 64 << 20;
/// The most characters of a cell, as in Excel.
pub const CELL_CHARS_MAX: usize = 32_767;
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
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SourceSheet {
    /// The name of the sheet; of a text file, `CSV`.
    pub name: String,
    /// The rows that have cells, in order.
    pub rows: Vec<SourceRow>,
    /// Serial numbers count days from 1904, as in workbooks of old Macs.
    pub from_1904: bool,
    /// The numbers of the rows that are hidden, by hand or by a filter.
    pub hidden: BTreeSet<u32>,
    /// The merged areas, in the order of the file.
    pub merged: Vec<Area>,
}

impl SourceRow {
    /// Puts a value into a cell that says nothing.
    pub(super) fn fill(&mut self, column: usize, value: &Cell) {
        if self.cells.len() <= column {
            self.cells.resize(column + 1, Cell::Empty);
        }
        let cell = &mut self.cells[column];
        if matches!(cell, Cell::Empty) || matches!(cell, Cell::Text(text) if is_blank(text)) {
            *cell = value.clone();
        }
    }
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
    /// In order; without the hidden ones unless these were asked for.
    pub sheets: Vec<SourceSheet>,
    /// The names of hidden sheets that are left out.
    pub hidden: Vec<String>,
    /// Hidden sheets and rows are taken like others.
    pub takes_hidden: bool,
    /// The names of sheets that turn out to have no headings.
    pub notes: Vec<String>,
    /// The file that this one has the rejected rows of.
    pub errors_of: Option<Origin>,
}

/// Reads a file of this name from its bytes, which tell its format, whatever its extension says. Hidden sheets and rows
/// are left out.
///
/// # Errors
/// If the bytes are of another format, are damaged or encrypted, or exceed a limit.
pub fn read_bytes(name: String, bytes: &[u8]) -> Result<SourceFile, FileFault> {
    read(name, bytes, false)
}

/// [`read_bytes`], with hidden sheets and rows if they are asked for.
///
/// # Errors
/// As there.
pub fn read(name: String, bytes: &[u8], takes_hidden: bool) -> Result<SourceFile, FileFault> {
    let file = name.clone();
    if bytes.len() > FILE_BYTES_MAX {
        return Err(too_large(&file, FILE_BYTES_MAX));
    }
    let (sheets, hidden) = if decoding::is_blank(bytes) {
        return Err(FileFault::Empty { file });
    } else if bytes.starts_with(b"PK\x03\x04") {
        guarded(&file, || read_xlsx(&file, bytes, takes_hidden))?
    } else if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        guarded(&file, || read_xls(&file, bytes, takes_hidden))?
    } else {
        read_text(&file, bytes)?
    };
    if sheets.iter().all(|sheet| sheet.rows.is_empty()) {
        let empty = if hidden.is_empty() {
            FileFault::Empty { file }
        } else {
            FileFault::Hidden { file, sheets: hidden.join("、") }
        };
        return Err(empty);
    }
    Ok(SourceFile {
        name,
        sha256: hex::encode(Sha256::digest(bytes)),
        sheets,
        hidden,
        takes_hidden,
        notes: vec![],
        errors_of: None,
    })
}

/// What is in a file: its sheets, and the names of the hidden ones that are left out.
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
/// false. Answers what the workbook says beside its cells.
fn check_archive<'b>(file: &str, bytes: &'b [u8]) -> Result<Marks<'b>, FileFault> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(file, &error))?;
    if archive.len() > ZIP_ENTRIES_MAX {
        return Err(FileFault::Bomb { file: file.to_owned() });
    }
    let mut unpacked = 0;
    let mut is_workbook = false;
    let mut marked = HashSet::new();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|error| damaged(file, &error))?;
        let name = entry.name().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
        is_workbook |= name == "xl/workbook.xml";
        let most = part_bytes_max(&name).min(UNPACKED_BYTES_MAX - unpacked);
        let mut entry = entry.take(most + 1);
        let mut scan = Scan::default();
        let length = std::io::copy(&mut entry, &mut scan).map_err(|error| damaged(file, &error))?;
        if length > most {
            return Err(FileFault::Bomb { file: file.to_owned() });
        }
        unpacked += length;
        if scan.is_marked {
            marked.insert(name);
        }
    }
    if is_workbook { Ok(Marks::read(archive, marked)) } else { Err(FileFault::UnknownFormat { file: file.to_owned() }) }
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

/// The sheets of cells that are read, by their place among all sheets, and the names of those that are left out because
/// they are hidden. Charts and macros have no rows.
fn sheets_of(all: &[calamine::Sheet], takes_hidden: bool) -> (Vec<(usize, String)>, Vec<String>) {
    let of_cells = all.iter().enumerate().filter(|(_, sheet)| sheet.typ == SheetType::WorkSheet);
    let (read, left_out): (Vec<_>, Vec<_>) =
        of_cells.partition(|(_, sheet)| takes_hidden || sheet.visible == SheetVisible::Visible);
    let left_out = left_out.into_iter().map(|(_, sheet)| sheet.name.clone()).collect();
    (read.into_iter().map(|(index, sheet)| (index, sheet.name.clone())).collect(), left_out)
}

fn read_xlsx(file: &str, bytes: &[u8], takes_hidden: bool) -> Result<Contents, FileFault> {
    let mut marks = check_archive(file, bytes)?;
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| damaged(file, &error))?;
    let from_1904 = workbook.has_1904_epoch();
    let (read, left_out) = sheets_of(workbook.sheets_metadata(), takes_hidden);
    let mut sheets = vec![];
    let mut grid = Grid::new(file);
    for (_, name) in read {
        let formats = formats_of(&mut workbook, &name).map_err(|error| damaged(file, &error))?;
        let mut cells = workbook.worksheet_cells_reader(&name).map_err(|error| damaged(file, &error))?;
        while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|error| damaged(file, &error))? {
            let value = match cell.value {
                value if cell.formula.is_some() && has_no_result(&value, marks.computes_anew) => Cell::Uncomputed,
                DataRef::Empty => continue,
                DataRef::Int(value) => number(value as f64, formats.get(&cell.pos)),
                DataRef::Float(value) => number(value, formats.get(&cell.pos)),
                DataRef::SharedString(text) => Cell::Text(text.to_owned()),
                DataRef::Bool(value) => Cell::Text(if value { "是" } else { "否" }.to_owned()),
                DataRef::DateTime(value) => date_cell(&value),
                DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Text(text),
                DataRef::Error(error) => Cell::Error(error.to_string()),
            };
            grid.put(cell.pos.0, cell.pos.1, value)?;
        }
        let SheetMarks { hidden, merged } = marks.of(&name);
        sheets.push(SourceSheet { name, rows: grid.take_rows(), from_1904, hidden, merged });
    }
    Ok((sheets, left_out))
}

/// Whether nothing has computed a formula yet: libraries that write workbooks leave it without a value, or with 0 and the
/// order to compute everything when the file is opened.
fn has_no_result(value: &DataRef<'_>, computes_anew: bool) -> bool {
    match value {
        DataRef::Empty => true,
        DataRef::Int(0) => computes_anew,
        DataRef::Float(value) => computes_anew && *value == 0.0,
        DataRef::String(text) => computes_anew && text.is_empty(),
        DataRef::Int(_)
        | DataRef::SharedString(_)
        | DataRef::Bool(_)
        | DataRef::DateTime(_)
        | DataRef::DateTimeIso(_)
        | DataRef::DurationIso(_)
        | DataRef::Error(_) => false,
    }
}

/// By row and column, the formats under which numbers look like something else.
fn formats_of(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    sheet: &str,
) -> Result<HashMap<(u32, u32), Rc<str>>, calamine::XlsxError> {
    let mut cells = workbook.worksheet_cells_reader(sheet)?;
    let code = |style: &calamine::Style| style.number_format.as_ref().map(|format| format.format_code.clone());
    let codes: Vec<Option<Rc<str>>> =
        cells.styles().iter().map(|style| code(style).filter(|code| says_more(code)).map(Rc::from)).collect();
    let mut formats = HashMap::new();
    if codes.iter().any(Option::is_some) {
        while let Some((cell, style)) = cells.next_cell_with_style_id()? {
            if let Some(Some(code)) = codes.get(style) {
                formats.insert(cell.get_position(), Rc::clone(code));
            }
        }
    }
    Ok(formats)
}

/// A number as its format shows it.
fn number(value: f64, format: Option<&Rc<str>>) -> Cell {
    format.and_then(|format| shown(value, format)).map_or(Cell::Number(value), Cell::Text)
}

fn read_text(file: &str, bytes: &[u8]) -> Result<Contents, FileFault> {
    let mut grid = Grid::new(file);
    text_file::read(file, bytes, |row, column, text| grid.put(row, column, Cell::Text(text.to_owned())))?;
    Ok((vec![SourceSheet { name: "CSV".to_owned(), rows: grid.take_rows(), ..SourceSheet::default() }], vec![]))
}

fn read_xls(file: &str, bytes: &[u8], takes_hidden: bool) -> Result<Contents, FileFault> {
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
    let mut hidden = xls_records::check(&stream).map_err(|refused| match refused {
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
    let (read, left_out) = sheets_of(workbook.sheets_metadata(), takes_hidden);
    let mut sheets = vec![];
    let mut grid = Grid::new(file);
    for (index, name) in read {
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
        let merged = workbook.merge_cells_by_sheet_name(&name).map_err(|error| damaged(file, &error))?;
        let merged = merged.iter().map(Area::from).collect();
        let hidden = hidden.get_mut(index).map(std::mem::take).unwrap_or_default();
        sheets.push(SourceSheet { name, rows: grid.take_rows(), from_1904, hidden, merged });
    }
    Ok((sheets, left_out))
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
