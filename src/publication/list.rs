//! A list of anything that can be asked for: on a terminal, for spreadsheets, for other programs.
//!
//! Invariants: every format has the same rows and columns in the same order; no text becomes a formula; a list without
//! rows says why it has none and what to do.

use jiff::civil::Date;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};
use serde_json::{Map, Value, json};

use super::csv::{MARK, block, neutral};
use super::table::{Align, fitted, paragraph, widest};
use super::xlsx::{FOOTER, Formats, WORDS_MAX, WORDS_MIN, column, lines, number, prepare, set_height, sheet_name};
use crate::text::cleaning::in_one_line;
use crate::text::instants::rfc3339;
use crate::text::lang::Lang;
use crate::text::pinyin::sounds;

/// Rows of values under headings, with what they are true of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// What is listed, in one line.
    pub title: String,
    pub columns: Vec<ListColumn>,
    /// One value for each column.
    pub rows: Vec<Vec<ListValue>>,
    /// What the list is true of and where it comes from: conditions, day, instant, who asked. One phrase each.
    pub notes: Vec<String>,
    /// Why there are no rows and what to do, if there are none.
    pub empty: String,
    /// So many columns at the beginning say what a row is about. On a terminal they stand once for all rows that say the
    /// same there, one behind the other.
    pub repeated: usize,
}

/// A column of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListColumn {
    /// The name for other programs, which never changes.
    pub key: &'static str,
    /// The heading in Chinese.
    pub zh: &'static str,
    /// The heading in English.
    pub en: &'static str,
    /// Columns that are aligned left are folded when the list is too wide, the others are not.
    pub align: Align,
}

/// One value of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListValue {
    Text(String),
    /// A whole number, aligned and sorted as one.
    Number(i64),
    /// A day of the calendar, printed as 2022-12-31.
    Day(Date),
    /// An instant in microseconds since 1970-01-01 UTC, printed in RFC 3339.
    Instant(i64),
    /// A stored record as JSON: its text for people, the value itself for programs.
    Record(String),
    /// There is no value here.
    Nothing,
}

/// Whole numbers up to this size are exact in a spreadsheet, where every number is a float. Others are written as text.
const EXACT_MAX: u64 = 1 << 53;
/// Lists of more characters are printed across the page.
const PORTRAIT: usize = 100;

impl Listing {
    /// The same rows in the order of a column: numbers and days by size, words as they sound; with a minus sign in front of
    /// its key the last first. Rows without a value there are last. No such column changes nothing.
    #[must_use]
    pub fn sorted_by(mut self, sort: &str) -> Self {
        let (key, is_descending) = sort.strip_prefix('-').map_or((sort, false), |key| (key, true));
        let Some(at) = self.columns.iter().position(|column| column.key == key) else { return self };
        let place = |row: Vec<ListValue>| (row.get(at).and_then(ListValue::place), row);
        let mut rows: Vec<_> = self.rows.drain(..).map(place).collect();
        rows.sort_by(|(one, _), (other, _)| match (one, other) {
            (Some(one), Some(other)) if is_descending => other.cmp(one),
            (Some(one), Some(other)) => one.cmp(other),
            (one, other) => one.is_none().cmp(&other.is_none()),
        });
        // What stood once for several rows would stand over others now.
        Self { rows: rows.into_iter().map(|(_, row)| row).collect(), repeated: 0, ..self }
    }

    /// The list for a terminal of `width` cells. Columns of words are folded to fit. Lines are longer than the terminal
    /// only when the numbers leave no room for 8 cells of each folded column.
    pub fn text(&self, language: Lang, width: usize) -> String {
        let mut text = paragraph(&printable(&self.title), "", width);
        for note in &self.notes {
            text.push_str(&paragraph(&printable(note), "  ", width));
        }
        text.push('\n');
        if self.rows.is_empty() {
            text.push_str(&paragraph(&printable(&self.empty), "", width));
            return text;
        }
        let align: Vec<Align> = self.columns.iter().map(|column| column.align).collect();
        text.push_str(&fitted(&self.once(self.shown(language)), &align, width));
        text
    }

    /// The list as CSV: UTF-8 with a byte order mark, the first line as one cell, the headings, the rows. A cell that a
    /// spreadsheet would take for a formula begins with an apostrophe.
    ///
    /// # Errors
    /// Never in practice: the lines go to memory.
    pub fn csv(&self, language: Lang) -> Result<String, csv::Error> {
        let first = vec![neutral(&self.first_line())];
        let headings = self.headings(language).collect();
        let cell = |value: &ListValue| match value {
            ListValue::Text(_) | ListValue::Record(_) => neutral(&value.shown()),
            ListValue::Number(_) | ListValue::Day(_) | ListValue::Instant(_) | ListValue::Nothing => value.shown(),
        };
        let rows = self.rows.iter().map(|row| row.iter().map(cell).collect());
        Ok(format!("{MARK}{}", block([first, headings].into_iter().chain(rows))?))
    }

    /// The list as a workbook of one sheet: the first line, the headings with filters, the rows. Numbers and days are
    /// numbers and days of the spreadsheet; everything else is a string.
    ///
    /// `made_at` is in microseconds since 1970-01-01 UTC and goes into the file, so that a list written twice is the
    /// same file.
    ///
    /// # Errors
    /// If the library refuses a text or the number of rows: a sheet holds 1,048,576 rows, and a cell 32,767 characters.
    pub fn xlsx(&self, language: Lang, made_at: i64) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let made_at = ExcelDateTime::from_timestamp(made_at / 1_000_000)?;
        let title = printable(&self.title);
        workbook.set_properties(&DocProperties::new().set_title(&title).set_creation_datetime(&made_at));
        let sheet = workbook.add_worksheet();
        let name = sheet_name(&title);
        let footer = match language {
            Lang::Zh => FOOTER,
            Lang::En => "&C&9Page &P of &N",
        };
        prepare(sheet, if name.trim().is_empty() { "1" } else { &name }, footer)?;
        self.write_sheet(sheet, language)?;
        workbook.save_to_buffer()
    }

    fn write_sheet(&self, sheet: &mut Worksheet, language: Lang) -> Result<(), XlsxError> {
        let formats = Formats::new();
        sheet.set_repeat_rows(0, 1)?.set_freeze_panes(2, 0)?;
        let shown = self.shown(language);
        let widths = widest(&shown, self.columns.len()).into_iter().map(|width| width.clamp(WORDS_MIN, WORDS_MAX));
        let widths: Vec<usize> = widths.collect();
        let (first, last) = (self.first_line(), column(self.columns.len().saturating_sub(1)));
        let width = widths.iter().sum();
        if width > PORTRAIT {
            sheet.set_landscape();
        }
        set_height(sheet, 0, lines(&first, width))?;
        if last > 0 {
            sheet.merge_range(0, 0, 0, last, &first, &formats.note)?;
        } else {
            sheet.write_string_with_format(0, 0, &first, &formats.note)?;
        }
        for (index, (heading, width)) in self.headings(language).zip(&widths).enumerate() {
            // Two for the edges of a cell, two for the arrow of its filter.
            sheet.set_column_width(column(index), number(width + 4))?;
            sheet.write_string_with_format(1, column(index), heading, &formats.heading)?;
        }
        for (line, (row, shown)) in (2..).zip(self.rows.iter().zip(shown.iter().skip(1))) {
            let folded = shown.iter().zip(&widths).map(|(cell, room)| lines(cell, *room));
            set_height(sheet, line, folded.max().unwrap_or(1))?;
            for (index, value) in row.iter().enumerate() {
                write_value(sheet, (line, column(index)), value, &formats)?;
            }
        }
        let rows = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        if rows > 0 && !self.columns.is_empty() {
            sheet.autofilter(1, 0, rows.saturating_add(1), last)?;
        }
        Ok(())
    }

    /// The list for other programs: title, notes, columns, and each row as an object with the keys of the columns.
    pub fn json(&self) -> Value {
        let column = |column: &ListColumn| json!({ "key": column.key, "zh": column.zh, "en": column.en });
        let row = |row: &Vec<ListValue>| {
            let values = self.columns.iter().zip(row).map(|(column, value)| (column.key.to_owned(), value.json()));
            Value::Object(values.collect::<Map<_, _>>())
        };
        json!({
            "title": self.title,
            "notes": self.notes,
            "columns": self.columns.iter().map(column).collect::<Vec<_>>(),
            "rows": self.rows.iter().map(row).collect::<Vec<_>>(),
            "empty": self.rows.is_empty().then_some(&self.empty),
        })
    }

    /// The first line of a file: title and notes, and why there are no rows if there are none.
    fn first_line(&self) -> String {
        let empty = self.rows.is_empty().then_some(&self.empty);
        let phrases = [&self.title].into_iter().chain(&self.notes).chain(empty);
        phrases.map(|phrase| printable(phrase)).collect::<Vec<_>>().join(" · ")
    }

    fn headings(&self, language: Lang) -> impl Iterator<Item = String> {
        self.columns.iter().map(move |column| match language {
            Lang::Zh => column.zh.to_owned(),
            Lang::En => column.en.to_owned(),
        })
    }

    /// The list without a column.
    #[must_use]
    pub fn without(mut self, key: &str) -> Self {
        if let Some(index) = self.columns.iter().position(|column| column.key == key) {
            self.columns.remove(index);
            self.rows.iter_mut().filter(|row| index < row.len()).for_each(|row| _ = row.remove(index));
        }
        self
    }

    /// The rows without what the row above says already.
    fn once(&self, mut shown: Vec<Vec<String>>) -> Vec<Vec<String>> {
        let mut above: Vec<String> = vec![];
        for row in shown.iter_mut().filter(|_| self.repeated > 0) {
            let about: Vec<String> = row.iter().take(self.repeated).cloned().collect();
            if about == above {
                row.iter_mut().take(self.repeated).for_each(String::clear);
            }
            above = about;
        }
        shown
    }

    /// The headings and the rows as people read them.
    fn shown(&self, language: Lang) -> Vec<Vec<String>> {
        let rows = self.rows.iter().map(|row| row.iter().map(ListValue::shown).collect());
        [self.headings(language).collect()].into_iter().chain(rows).collect()
    }
}

impl ListValue {
    /// Where a value stands among others of its column.
    fn place(&self) -> Option<(i64, String)> {
        match self {
            Self::Nothing => None,
            Self::Number(number) | Self::Instant(number) => Some((*number, String::new())),
            Self::Day(day) => Some((0, day.to_string())),
            Self::Text(text) | Self::Record(text) if text.is_empty() => None,
            Self::Text(text) | Self::Record(text) => Some((0, sounds(text))),
        }
    }

    /// As people read it.
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Record(text) => printable(text),
            Self::Number(number) => number.to_string(),
            Self::Day(day) => day.to_string(),
            Self::Instant(instant) => rfc3339(*instant),
            Self::Nothing => String::new(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Text(text) => json!(text),
            Self::Record(text) => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
            Self::Number(number) => json!(number),
            Self::Day(_) | Self::Instant(_) => json!(self.shown()),
            Self::Nothing => Value::Null,
        }
    }
}

impl From<&str> for ListValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for ListValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for ListValue {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<Date> for ListValue {
    fn from(day: Date) -> Self {
        Self::Day(day)
    }
}

impl<T: Into<Self>> From<Option<T>> for ListValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, T::into)
    }
}

/// The text in one line that every format can hold.
fn printable(text: &str) -> String {
    let mut text = text.to_owned();
    in_one_line(&mut text);
    text
}

fn write_value(
    sheet: &mut Worksheet,
    (line, column): (u32, u16),
    value: &ListValue,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match value {
        ListValue::Number(count) if count.unsigned_abs() <= EXACT_MAX => {
            #[expect(clippy::cast_precision_loss, reason = "a float holds it exactly")]
            let count = *count as f64;
            sheet.write_number_with_format(line, column, count, &formats.count)?
        }
        ListValue::Day(day) => match spreadsheet_day(*day) {
            Some(day) => sheet.write_datetime_with_format(line, column, day, &formats.day)?,
            None => sheet.write_string_with_format(line, column, value.shown(), &formats.words)?,
        },
        ListValue::Text(_) | ListValue::Record(_) | ListValue::Number(_) | ListValue::Instant(_) => {
            sheet.write_string_with_format(line, column, value.shown(), &formats.words)?
        }
        ListValue::Nothing => sheet.write_blank(line, column, &formats.words)?,
    };
    Ok(())
}

/// A spreadsheet counts days from 1900; earlier ones it cannot show.
fn spreadsheet_day(day: Date) -> Option<ExcelDateTime> {
    let (year, month) = (u16::try_from(day.year()).ok()?, u8::try_from(day.month()).ok()?);
    ExcelDateTime::from_ymd(year, month, u8::try_from(day.day()).ok()?).ok().filter(|_| year >= 1900)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};
    use jiff::civil::date;
    use unicode_width::UnicodeWidthStr;

    use super::*;
    use crate::text::lang::Lang::{En, Zh};

    const COLUMNS: [ListColumn; 5] = [
        ListColumn { key: "unit", zh: "单位", en: "unit", align: Align::Left },
        ListColumn { key: "interns", zh: "实习生", en: "interns", align: Align::Right },
        ListColumn { key: "since", zh: "起始日", en: "since", align: Align::Left },
        ListColumn { key: "recorded_at", zh: "记录时刻", en: "recorded at", align: Align::Left },
        ListColumn { key: "remark", zh: "备注", en: "remark", align: Align::Left },
    ];
    const LONG: &str = "该单位新增的夜班岗位不符合实习管理规定，须在九月一日以前改正，否则暂停派出";

    fn hosts() -> Listing {
        let rows = vec![
            vec![
                "东方汽车服务有限公司".into(),
                12.into(),
                date(2026, 9, 1).into(),
                ListValue::Instant(1_000_000),
                LONG.into(),
            ],
            vec!["=HYPERLINK(1)".into(), (-3).into(), None::<Date>.into(), ListValue::Nothing, "无\n备注".into()],
        ];
        Listing {
            title: "实习单位".to_owned(),
            columns: COLUMNS.to_vec(),
            rows,
            notes: vec!["学校 33070001".to_owned(), "截至 2026-09-01".to_owned(), "钱五".to_owned()],
            empty: "这所学校还没有实习单位；请用「导入」登记".to_owned(),
            repeated: 0,
        }
    }

    fn nobody() -> Listing {
        Listing { rows: vec![], ..hosts() }
    }

    #[test]
    fn columns_line_up_behind_chinese_and_long_cells_are_folded() {
        let mut list = hosts();
        list.rows.iter_mut().for_each(|row| _ = row.remove(3));
        list.columns.remove(3);
        let text = list.text(Zh, 62);
        assert_eq!(
            text,
            "实习单位\n学校 33070001\n截至 2026-09-01\n钱五\n\n\
             单位                  实习生  起始日      备注\n\
             东方汽车服务有限公司      12  2026-09-01  该单位新增的夜班岗位\n\
             \x20                                         不符合实习管理规定，\n\
             \x20                                         须在九月一日以前改\n\
             \x20                                         正，否则暂停派出\n\
             =HYPERLINK(1)             -3              无 备注\n"
        );
    }

    #[test]
    fn no_line_is_wider_than_asked_even_with_words_that_are() {
        let mut list = hosts();
        list.rows[0][4] = "https://example.org/".repeat(9).into();
        list.notes.push(LONG.repeat(3));
        for width in [72, 100] {
            for line in list.text(En, width).lines() {
                assert!(line.width() <= width, "{} cells: {line}", line.width());
            }
        }
    }

    #[test]
    fn a_file_begins_with_one_line_of_title_and_conditions_and_no_cell_is_a_formula() {
        let text = hosts().csv(En).unwrap();
        let lines: Vec<&str> = text.strip_prefix('\u{feff}').unwrap().lines().collect();
        assert_eq!(lines[0], "实习单位 · 学校 33070001 · 截至 2026-09-01 · 钱五");
        assert_eq!(lines[1], "unit,interns,since,recorded at,remark");
        assert_eq!(lines[2], format!("东方汽车服务有限公司,12,2026-09-01,1970-01-01T00:00:01.000000Z,{LONG}"));
        // A negative number is a number; a text like a formula is neutralised; a line has no line breaks.
        assert_eq!(lines[3], "'=HYPERLINK(1),-3,,,无 备注");
        assert_eq!(lines.len(), 4);
        let formula = Listing { title: "+1".to_owned(), ..hosts() };
        assert!(formula.csv(Zh).unwrap().starts_with("\u{feff}'+1 · "));
    }

    #[test]
    fn a_workbook_has_numbers_days_and_strings_and_never_a_formula() {
        let bytes = hosts().xlsx(Zh, 0).unwrap();
        assert_eq!(bytes, hosts().xlsx(Zh, 0).unwrap(), "the same list is the same file");
        let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
        assert_eq!(book.sheet_names(), ["实习单位"]);
        let sheet = book.worksheet_range("实习单位").unwrap();
        let text = |line: u32, column: u32| sheet.get_value((line, column)).unwrap().to_string();
        assert_eq!(text(0, 0), "实习单位 · 学校 33070001 · 截至 2026-09-01 · 钱五");
        assert_eq!([text(1, 0), text(1, 4)], ["单位", "备注"]);
        assert_eq!(sheet.get_value((2, 1)), Some(&Data::Float(12.0)));
        let Some(Data::DateTime(day)) = sheet.get_value((2, 2)) else { panic!("no day: {sheet:?}") };
        assert_eq!(day.to_ymd_hms_milli(), (2026, 9, 1, 0, 0, 0, 0));
        assert_eq!(text(2, 3), "1970-01-01T00:00:01.000000Z");
        assert_eq!(sheet.get_value((3, 0)), Some(&Data::String("=HYPERLINK(1)".to_owned())));
        assert!(matches!(sheet.get_value((3, 2)), None | Some(Data::Empty)));
        assert!(book.worksheet_formula("实习单位").unwrap().used_cells().next().is_none());
    }

    #[test]
    fn what_a_spreadsheet_cannot_hold_as_a_number_or_a_day_is_written_as_text() {
        let mut list = hosts();
        list.rows[0][1] = i64::MAX.into();
        list.rows[0][2] = date(1899, 12, 31).into();
        let mut book = Xlsx::new(Cursor::new(list.xlsx(Zh, 0).unwrap())).unwrap();
        let sheet = book.worksheet_range("实习单位").unwrap();
        assert_eq!(sheet.get_value((2, 1)), Some(&Data::String(i64::MAX.to_string())));
        assert_eq!(sheet.get_value((2, 2)), Some(&Data::String("1899-12-31".to_owned())));
    }

    #[test]
    fn other_programs_get_objects_with_the_keys_of_the_columns() {
        let value = hosts().json();
        let first = json!({
            "unit": "东方汽车服务有限公司",
            "interns": 12,
            "since": "2026-09-01",
            "recorded_at": "1970-01-01T00:00:01.000000Z",
            "remark": LONG,
        });
        assert_eq!(value["rows"][0].to_string(), first.to_string());
        assert_eq!(value["rows"][1]["since"], Value::Null);
        assert_eq!(value["columns"][1], json!({ "key": "interns", "zh": "实习生", "en": "interns" }));
        assert_eq!(value["empty"], Value::Null);
    }

    #[test]
    fn an_empty_list_says_why_and_what_to_do_in_every_format() {
        let list = nobody();
        let wanted = "这所学校还没有实习单位；请用「导入」登记";
        assert_eq!(list.text(Zh, 80), format!("实习单位\n学校 33070001\n截至 2026-09-01\n钱五\n\n{wanted}\n"));
        let csv = list.csv(Zh).unwrap();
        let lines: Vec<&str> = csv.lines().collect();
        assert!(lines[0].ends_with(wanted) && lines[1] == "单位,实习生,起始日,记录时刻,备注" && lines.len() == 2);
        let mut book = Xlsx::new(Cursor::new(list.xlsx(Zh, 0).unwrap())).unwrap();
        let sheet = book.worksheet_range("实习单位").unwrap();
        assert!(sheet.get_value((0, 0)).unwrap().to_string().ends_with(wanted));
        assert_eq!(list.json()["empty"], wanted);
        assert_eq!(list.json()["rows"], json!([]));
    }
}
