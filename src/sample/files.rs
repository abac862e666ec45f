//! Writing rows as the files that schools keep: .xlsx, .xls, .csv in GB18030 or UTF-8, each with its own way with days.
//!
//! Invariant: the same rows give the same bytes; no clock, no temporary names inside.

use jiff::civil::{Date, date};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook};

use super::SampleError;
use super::headings::{FileKind, Under, layout};
use super::rows::{Cell, Row};
use super::schools::School;
use super::xls;

/// The day on which the files of the city's graduates were made.
pub const CITY_MADE_ON: Date = date(2022, 12, 31);

/// What a file is stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Storage {
    Xlsx,
    Xls,
    CsvGb18030,
    CsvUtf8,
}

/// How a file writes days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DayStyle {
    Iso,
    Slash,
    Compact,
    Chinese,
    Serial,
}

/// A file ready to be written, and where its rows went.
pub struct SchoolFile {
    pub name: String,
    pub sheet: String,
    pub bytes: Vec<u8>,
    /// The number, as a spreadsheet counts, of the first data row.
    pub first_row: usize,
}

/// What stands over the rows of a file, and the day on which it was made.
pub struct Made {
    pub title: String,
    pub on: Date,
}

impl Made {
    /// A file of those who graduate in a year.
    pub fn of(kind: FileKind, school: &School, year: i16, on: Date) -> Self {
        Self { title: format!("{}{year}届{}", school.name, kind.title()), on }
    }
}

/// The file of one kind of the `at`-th school.
pub fn school_file(kind: FileKind, at: usize, made: &Made, rows: &[Row]) -> Result<SchoolFile, SampleError> {
    let storage = storage(kind, at);
    let columns = layout(kind, at, |place| rows.iter().any(|row| row.cells[place] != Cell::Empty));
    let titled = !at.is_multiple_of(3);
    let mut table: Vec<Vec<Cell>> = Vec::with_capacity(rows.len() + 2);
    if titled {
        let mut title = vec![Cell::Empty; columns.len()];
        title[0] = Cell::Text(made.title.clone());
        table.push(title);
    }
    table.push(columns.iter().map(|(_, heading)| Cell::from(*heading)).collect());
    let style = day_style(kind, at, storage);
    for (i, row) in (1u32..).zip(rows) {
        let cells = columns.iter().map(|(under, _)| match under {
            Under::Column(place) => styled(&row.cells[*place], style),
            Under::Serial => Cell::Number(f64::from(i)),
            Under::Unknown => {
                if i.is_multiple_of(97) {
                    Cell::from("已电话核实")
                } else {
                    Cell::Empty
                }
            }
        });
        table.push(cells.collect());
    }
    let sheet = if at % 4 == 1 { "Sheet1" } else { kind.title() };
    let (bytes, extension) = match storage {
        Storage::Xlsx => (xlsx(sheet, &table, usize::from(titled), made.on)?, "xlsx"),
        Storage::Xls => (xls::workbook(sheet, &table).map_err(SampleError::Xls)?, "xls"),
        Storage::CsvGb18030 => (encoding_rs::GB18030.encode(&csv(&table)?).0.into_owned(), "csv"),
        Storage::CsvUtf8 => (format!("\u{feff}{}", csv(&table)?).into_bytes(), "csv"),
    };
    let sheet = if extension == "csv" { String::new() } else { sheet.to_owned() };
    Ok(SchoolFile { name: format!("{}.{extension}", kind.title()), sheet, bytes, first_row: usize::from(titled) + 2 })
}

/// The list of schools.
pub fn school_list(schools: &[School]) -> Result<Vec<u8>, SampleError> {
    use crate::domain::terms::Term;
    let mut table = vec![["学校代码", "学校名称", "办学类别"].map(Cell::from).to_vec()];
    for school in schools {
        table.push([school.code.as_str(), school.name.as_str(), school.category.zh()].map(Cell::from).to_vec());
    }
    xlsx("学校名单", &table, 0, CITY_MADE_ON)
}

/// The number by which spreadsheets know a day.
pub fn excel_serial(day: Date) -> i32 {
    day.since(date(1899, 12, 30)).map_or(0, |span| span.get_days())
}

fn storage(kind: FileKind, at: usize) -> Storage {
    match (at, kind) {
        (4 | 9 | 15 | 20, _) => Storage::CsvGb18030,
        (12, FileKind::Outcomes) => Storage::CsvUtf8,
        (7, FileKind::Roster | FileKind::Employers) | (2, FileKind::Placements) => Storage::Xls,
        _ => Storage::Xlsx,
    }
}

fn day_style(kind: FileKind, at: usize, storage: Storage) -> DayStyle {
    let styles = [DayStyle::Iso, DayStyle::Slash, DayStyle::Serial, DayStyle::Compact, DayStyle::Chinese];
    let style = styles[(at + kind as usize) % styles.len()];
    match (storage, style) {
        (Storage::Xls, _) => DayStyle::Serial,
        (Storage::CsvGb18030 | Storage::CsvUtf8, DayStyle::Serial) => DayStyle::Slash,
        _ => style,
    }
}

fn styled(cell: &Cell, style: DayStyle) -> Cell {
    let Cell::Day(day) = cell else { return cell.clone() };
    let (year, month, date) = (day.year(), day.month(), day.day());
    Cell::Text(match style {
        DayStyle::Serial => return cell.clone(),
        DayStyle::Iso => format!("{year}-{month:02}-{date:02}"),
        DayStyle::Slash => format!("{year}/{month}/{date}"),
        DayStyle::Compact => format!("{year}{month:02}{date:02}"),
        DayStyle::Chinese => format!("{year}年{month}月{date}日"),
    })
}

/// `head` is the row of the headings; a title row above is merged over the table.
fn xlsx(sheet: &str, table: &[Vec<Cell>], head: usize, made_on: Date) -> Result<Vec<u8>, SampleError> {
    let mut workbook = Workbook::new();
    let [month, day] = [made_on.month(), made_on.day()].map(i8::unsigned_abs);
    let created = ExcelDateTime::from_ymd(made_on.year().unsigned_abs(), month, day)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let bold = Format::new().set_bold().set_align(FormatAlign::Center);
    let day_format = Format::new().set_num_format("yyyy/m/d");
    let worksheet = workbook.add_worksheet();
    worksheet.set_name(sheet)?;
    for (y, row) in (0u32..).zip(table) {
        for (x, cell) in (0u16..).zip(row) {
            match cell {
                Cell::Empty => {}
                Cell::Text(text) if y <= u32::try_from(head).unwrap_or_default() => {
                    worksheet.write_string_with_format(y, x, text, &bold)?;
                }
                Cell::Text(text) => {
                    worksheet.write_string(y, x, text)?;
                }
                Cell::Number(value) => {
                    worksheet.write_number(y, x, *value)?;
                }
                Cell::Day(day) => {
                    worksheet.write_number_with_format(y, x, f64::from(excel_serial(*day)), &day_format)?;
                }
            }
        }
    }
    let headings = &table[head];
    for (x, heading) in (0u16..).zip(headings) {
        let Cell::Text(heading) = heading else { continue };
        let width = if heading.contains('证') || heading.contains("代码") { 21.0 } else { 13.0 };
        worksheet.set_column_width(x, width)?;
    }
    if let (1, Some(Cell::Text(title)), Ok(last)) = (head, table[0].first(), u16::try_from(headings.len() - 1)) {
        worksheet.merge_range(0, 0, 0, last, title, &bold)?;
    }
    Ok(workbook.save_to_buffer()?)
}

fn csv(table: &[Vec<Cell>]) -> Result<String, SampleError> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in table {
        writer.write_record(row.iter().map(|cell| match cell {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Number(value) if *value > 1e15 => "3.30702E+17".to_owned(),
            Cell::Number(value) => format!("{value}"),
            Cell::Day(day) => day.to_string(),
        }))?;
    }
    let bytes = writer.into_inner().map_err(|error| SampleError::Csv(error.into_error().into()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
