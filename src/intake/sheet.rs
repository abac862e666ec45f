//! A file becomes sheets of cells: .xlsx, .xls and .csv, told apart by their bytes, within limits.
//!
//! Invariant: nothing a file declares decides how much memory is taken; rows, columns, cells and unpacked bytes are
//! bounded while they are read.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use calamine::{Data, DataRef, Reader, Xls, Xlsx};
use encoding_rs::GB18030;
use jiff::civil::{Date, date};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::xls_records::{self, Refused};

const FILE_BYTES_MAX: u64 = 50 << 20;
const UNPACKED_BYTES_MAX: u64 = 120 << 20;
const ZIP_ENTRIES_MAX: usize = 2_000;
const ROWS_MAX: u32 = 200_000;
const COLUMNS_MAX: u32 = 200;
const CELLS_MAX: usize = 5_000_000;

/// A cell as the file gives it; a formula gives its stored value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Number(f64),
    Date(Date),
    /// An error value such as #N/A.
    Error(String),
}

/// A row with the number the user sees beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceRow {
    pub number: u32,
    pub cells: Vec<Cell>,
}

impl SourceRow {
    pub fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| match cell {
            Cell::Empty => true,
            Cell::Text(text) => text.trim().is_empty(),
            Cell::Number(_) | Cell::Date(_) | Cell::Error(_) => false,
        })
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    pub name: String,
    pub rows: Vec<SourceRow>,
}

/// A file, read whole.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceFile {
    /// The name without its folder.
    pub name: String,
    /// Of the file's bytes, hexadecimal.
    pub sha256: String,
    pub sheets: Vec<Sheet>,
}

/// Why a file cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FileFault {
    #[error("{file}：不能读取（{reason}）。请检查路径和权限")]
    Io { file: String, reason: String },
    #[error("{file}：文件是空的。请确认导出时选对了内容，再重新导出")]
    Empty { file: String },
    #[error("{file}：文件超过 {max_mb} MB。请拆成几个文件导入")]
    TooLarge { file: String, max_mb: u64 },
    #[error("{file}：文件解压后过大，不像正常的名册。请另存为新的 .xlsx 或 .csv 后再试")]
    Bomb { file: String },
    #[error("{file}：超过 {ROWS_MAX} 行或 {COLUMNS_MAX} 列。请删去多余的行列，或拆成几个文件")]
    TooManyCells { file: String },
    #[error("{file}：工作簿已损坏（{reason}）。请用 Excel 或 WPS 打开后另存一份再试")]
    Damaged { file: String, reason: String },
    #[error("{file}：工作簿有密码。请取消密码保护后另存一份再试")]
    Password { file: String },
    #[error("{file}：这是网页或 XML 文件，不是工作簿。请用 Excel 或 WPS 打开后另存为 .xlsx 再试")]
    Markup { file: String },
    #[error("{file}：不是 .xlsx、.xls 或 .csv 文件。请另存为这三种格式之一")]
    UnknownFormat { file: String },
    #[error("{file}：文字编码不是 UTF-8 或 GB18030。请另存为「CSV UTF-8」再试")]
    Encoding { file: String },
    #[error("{file}：没有找到表头。{hint}")]
    NoHeader { file: String, hint: String },
    #[error("{file}：缺少必需的列：{missing}。文件中的列：{found}")]
    MissingColumns { file: String, missing: String, found: String },
    #[error("{file}：两列是同一个意思：「{first}」和「{second}」。请只保留一列")]
    DoubleColumn { file: String, first: String, second: String },
    #[error("{file}：没有指明学校。请在文件中加「学校代码」列，或加 --school 学校代码")]
    NoSchool { file: String },
}

/// Reads a file, whatever its extension says.
pub fn read(path: &Path) -> Result<SourceFile, FileFault> {
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let io = |error: std::io::Error| FileFault::Io { file: name.clone(), reason: error.to_string() };
    let mut file = File::open(path).map_err(io)?;
    if file.metadata().map_err(io)?.len() > FILE_BYTES_MAX {
        return Err(FileFault::TooLarge { file: name, max_mb: FILE_BYTES_MAX >> 20 });
    }
    let mut bytes = vec![];
    file.by_ref().take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(io)?;
    read_bytes(name, &bytes)
}

/// Reads a file's bytes.
pub fn read_bytes(name: String, bytes: &[u8]) -> Result<SourceFile, FileFault> {
    let file = name.clone();
    let sheets = if bytes.iter().all(u8::is_ascii_whitespace) || bytes == b"\xef\xbb\xbf" {
        return Err(FileFault::Empty { file });
    } else if bytes.starts_with(b"PK\x03\x04") {
        guarded(&file, || read_xlsx(&file, bytes))?
    } else if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        guarded(&file, || read_xls(&file, bytes))?
    } else {
        read_csv(&file, bytes)?
    };
    if sheets.iter().all(|sheet| sheet.rows.is_empty()) {
        return Err(FileFault::Empty { file });
    }
    Ok(SourceFile { name, sha256: hex::encode(Sha256::digest(bytes)), sheets })
}

/// A workbook on which the library panics is a damaged one.
fn guarded(file: &str, read: impl FnOnce() -> Result<Vec<Sheet>, FileFault>) -> Result<Vec<Sheet>, FileFault> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(damaged(file, &"内部结构不一致")))
}

fn damaged(file: &str, error: &dyn std::fmt::Display) -> FileFault {
    FileFault::Damaged { file: file.to_owned(), reason: error.to_string() }
}

/// Unpacks every entry once into nothing, counting, since the sizes that an archive declares may lie.
fn check_archive(file: &str, bytes: &[u8]) -> Result<(), FileFault> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(file, &error))?;
    if archive.len() > ZIP_ENTRIES_MAX {
        return Err(FileFault::Bomb { file: file.to_owned() });
    }
    let mut unpacked = 0;
    let mut is_workbook = false;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|error| damaged(file, &error))?;
        is_workbook |= entry.name().is_ok_and(|name| name.eq_ignore_ascii_case("xl/workbook.xml"));
        let mut entry = entry.take(UNPACKED_BYTES_MAX - unpacked + 1);
        unpacked += std::io::copy(&mut entry, &mut std::io::sink()).map_err(|error| damaged(file, &error))?;
        if unpacked > UNPACKED_BYTES_MAX {
            return Err(FileFault::Bomb { file: file.to_owned() });
        }
    }
    if is_workbook { Ok(()) } else { Err(FileFault::UnknownFormat { file: file.to_owned() }) }
}

fn read_xlsx(file: &str, bytes: &[u8]) -> Result<Vec<Sheet>, FileFault> {
    check_archive(file, bytes)?;
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| damaged(file, &error))?;
    let mut sheets = vec![];
    for name in workbook.sheet_names() {
        let mut grid = Grid::new(file);
        let mut cells = workbook.worksheet_cells_reader(&name).map_err(|error| damaged(file, &error))?;
        while let Some(cell) = cells.next_cell().map_err(|error| damaged(file, &error))? {
            let (row, column) = cell.get_position();
            let value = match cell.get_value() {
                DataRef::Empty => continue,
                DataRef::Int(value) => Cell::Number(*value as f64),
                DataRef::Float(value) => Cell::Number(*value),
                DataRef::String(text) => Cell::Text(text.clone()),
                DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
                DataRef::Bool(value) => Cell::Text(if *value { "是" } else { "否" }.to_owned()),
                DataRef::DateTime(value) => date_cell(value),
                DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Text(text.clone()),
                DataRef::Error(error) => Cell::Error(error.to_string()),
            };
            grid.put(row, column, value)?;
        }
        sheets.push(Sheet { name, rows: grid.rows });
    }
    Ok(sheets)
}

fn read_xls(file: &str, bytes: &[u8]) -> Result<Vec<Sheet>, FileFault> {
    let password = || FileFault::Password { file: file.to_owned() };
    let mut container = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|error| damaged(file, &error))?;
    // An encrypted .xlsx is such a container, too.
    if container.is_stream("/EncryptedPackage") {
        return Err(password());
    }
    let name = ["/Workbook", "/Book"].into_iter().find(|name| container.is_stream(name));
    let name = name.ok_or_else(|| FileFault::UnknownFormat { file: file.to_owned() })?;
    let mut stream = vec![];
    let mut reader = container.open_stream(name).map_err(|error| damaged(file, &error))?.take(FILE_BYTES_MAX);
    reader.read_to_end(&mut stream).map_err(|error| damaged(file, &error))?;
    // The library reserves whatever area a sheet claims.
    xls_records::check(&stream).map_err(|refused| match refused {
        Refused::Password => password(),
        Refused::Damaged => damaged(file, &"记录不完整"),
        Refused::TooLarge => FileFault::TooManyCells { file: file.to_owned() },
    })?;
    let mut workbook: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsError::Password => password(),
        error => damaged(file, &error),
    })?;
    let mut sheets = vec![];
    for name in workbook.sheet_names() {
        let range = workbook.worksheet_range(&name).map_err(|error| damaged(file, &error))?;
        let (first_row, first_column) = range.start().unwrap_or_default();
        let mut grid = Grid::new(file);
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
        sheets.push(Sheet { name, rows: grid.rows });
    }
    Ok(sheets)
}

fn date_cell(value: &calamine::ExcelDateTime) -> Cell {
    let (year, month, day, ..) = value.to_ymd_hms_milli();
    let parts = (i16::try_from(year), i8::try_from(month), i8::try_from(day));
    let day = if let (Ok(year), Ok(month), Ok(day)) = parts { Date::new(year, month, day).ok() } else { None };
    day.map_or(Cell::Number(value.as_f64()), Cell::Date)
}

/// The calendar day of an Excel serial number (1900 system, with its day that never was).
pub fn date_of_serial(serial: f64) -> Option<Date> {
    if !(1.0..2_958_466.0).contains(&serial) {
        return None;
    }
    // In range, so that the whole part is exact in 32 bits.
    let days: i32 = format!("{:.0}", serial.floor()).parse().ok()?;
    let base = if days > 59 { date(1899, 12, 30) } else { date(1899, 12, 31) };
    base.checked_add(jiff::Span::new().days(days)).ok()
}

/// The rows of a sheet as its cells come, in any order of rows.
struct Grid<'f> {
    file: &'f str,
    rows: Vec<SourceRow>,
    cells: usize,
}

impl<'f> Grid<'f> {
    fn new(file: &'f str) -> Self {
        Self { file, rows: vec![], cells: 0 }
    }

    fn put(&mut self, row: u32, column: u32, cell: Cell) -> Result<(), FileFault> {
        self.cells += 1;
        if row >= ROWS_MAX || column >= COLUMNS_MAX || self.cells > CELLS_MAX {
            return Err(FileFault::TooManyCells { file: self.file.to_owned() });
        }
        let number = row + 1;
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
        let cells = &mut self.rows[index].cells;
        let column = column as usize;
        if cells.len() <= column {
            // Padding takes memory like any cell.
            self.cells += column - cells.len();
            cells.resize(column + 1, Cell::Empty);
        }
        cells[column] = cell;
        Ok(())
    }
}

fn read_csv(file: &str, bytes: &[u8]) -> Result<Vec<Sheet>, FileFault> {
    // The reader counts lines by line feeds; a carriage return before one would put two records on one line.
    let text = decode_text(file, bytes)?.replace("\r\n", "\n").replace('\r', "\n");
    let start = text.trim_start();
    if start.starts_with('<') {
        return Err(FileFault::Markup { file: file.to_owned() });
    }
    if text.contains('\0') || text.starts_with("%PDF") {
        return Err(FileFault::UnknownFormat { file: file.to_owned() });
    }
    let first_line = start.lines().next().unwrap_or_default();
    let count = |delimiter: char| first_line.matches(delimiter).count();
    let delimiter = [',', '\t', ';'].into_iter().max_by_key(|d| count(*d)).filter(|d| count(*d) > 0).unwrap_or(',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter as u8)
        .from_reader(text.as_bytes());
    let mut grid = Grid::new(file);
    for record in reader.records() {
        let record = record.map_err(|error| damaged(file, &error))?;
        let line = record.position().map_or(1, csv::Position::line);
        let row = u32::try_from(line.saturating_sub(1)).unwrap_or(u32::MAX);
        for (column, value) in record.iter().enumerate() {
            if !value.is_empty() {
                let column = u32::try_from(column).unwrap_or(u32::MAX);
                grid.put(row, column, Cell::Text(value.to_owned()))?;
            }
        }
    }
    Ok(vec![Sheet { name: "CSV".to_owned(), rows: grid.rows }])
}

/// UTF-8 if the bytes are, else GB18030 if they are.
fn decode_text(file: &str, bytes: &[u8]) -> Result<String, FileFault> {
    let plain = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(plain) {
        return Ok(text.to_owned());
    }
    let (text, malformed) = GB18030.decode_without_bom_handling(bytes);
    if malformed { Err(FileFault::Encoding { file: file.to_owned() }) } else { Ok(text.into_owned()) }
}
