//! A file's sheets become typed rows, or rejections that name every fault of a row: which row has the headings and what
//! each column means, however a school writes them; then each row below.

use std::collections::HashMap;

use super::fault::{FileFault, RowFault};
use super::kind::{Column, Kind};
use super::meanings::{self, column_of, is_heading};
use super::merged;
use super::origin::Origin;
use super::reader::Reader;
use super::rows::{Content, RejectedRow, Row};
use super::sheet::{Cell, SourceFile, SourceRow, SourceSheet};
use super::template::EXPLANATIONS;
use crate::domain::terms::Term;
use crate::text::cleaning::is_blank;

/// Titles and notes may stand above the headings, in this many rows.
pub const ROWS_ABOVE_MAX: usize = 20;

/// The headings of a sheet.
#[derive(Debug, Clone)]
pub struct Headings {
    pub kind: Kind,
    /// The row of headings; of headings in two rows, one above the other, both in one with the lower one's number.
    pub row: SourceRow,
    pub columns: HashMap<Column, usize>,
    /// Headings that mean nothing here: (index of the column, text).
    pub unknown: Vec<(usize, String)>,
    /// In a workbook of errors, the file that it is of.
    pub errors_of: Option<Origin>,
}

impl Headings {
    /// The headings that mean nothing here, each with the column that may be meant and is lacking.
    pub fn unknown_columns(&self) -> impl Iterator<Item = (String, Option<Column>)> {
        let meant = |text: &str| meanings::nearest(self.kind, text, |column| !self.columns.contains_key(&column));
        self.unknown.iter().map(move |(_, text)| (text.clone(), meant(text)))
    }
}

/// Finds the headings of a sheet; `kind` when the user named one.
pub fn find(file: &str, sheet: &SourceSheet, kind: Option<Kind>) -> Result<Headings, FileFault> {
    let kinds: Vec<Kind> = match kind {
        Some(kind) => vec![kind],
        None => Kind::ENTRIES.iter().map(|entry| entry.value).collect(),
    };
    let mut best: Option<(usize, Kind, SourceRow)> = None;
    let above = &sheet.rows[..sheet.rows.len().min(ROWS_ABOVE_MAX)];
    // A row by itself wins over the same row with the one below it, which adds nothing if it is the first of the data.
    let lone = above.iter().cloned();
    let pairs = above.windows(2).filter(|pair| pair[0].number + 1 == pair[1].number && is_of_headings(&pair[1]));
    for row in lone.chain(pairs.map(|pair| one_above_other(&kinds, &pair[0], &pair[1]))) {
        for kind in &kinds {
            let matched = matched(*kind, &row);
            let tells = kind.telling().iter().all(|column| matched.contains(column))
                && (*kind != Kind::Employers || !names_persons(&row));
            let score = matched.len() + if tells { 100 } else { 0 };
            if matched.len() >= 2 && best.as_ref().is_none_or(|(most, _, _)| score > *most) {
                best = Some((score, *kind, row.clone()));
            }
        }
    }
    let Some((score, kind, row)) = best else {
        return Err(FileFault::NoHeader { file: file.to_owned() });
    };
    let found = recognised(&row);
    let headings = read_row(file, kind, row)?;
    let missing: Vec<&str> = kind
        .columns()
        .iter()
        .filter(|(column, required)| *required && !headings.columns.contains_key(column))
        .map(|(column, _)| column.title())
        .collect();
    const PERSON: (Column, Column, &str) = (Column::Document, Column::StudentNumber, "证件号码（或学号）");
    let either: &[(Column, Column, &str)] = match kind {
        Kind::Roster => &[(Column::SpecialtyCode, Column::SpecialtyName, "专业代码（或专业名称）")],
        Kind::Placements => &[PERSON, (Column::Unit, Column::CreditCode, "单位名称（或统一社会信用代码）")],
        Kind::Outcomes | Kind::FurtherStudy | Kind::Exam => &[PERSON],
        Kind::Schools | Kind::Employers | Kind::Staff => &[],
    };
    let has = |column| headings.columns.contains_key(&column);
    let neither: Vec<&str> =
        either.iter().filter(|(one, other, _)| !has(*one) && !has(*other)).map(|(_, _, titles)| *titles).collect();
    if !missing.is_empty() || !neither.is_empty() || (score < 100 && kinds.len() > 1) {
        let mut missing = missing;
        missing.extend(neither);
        if missing.is_empty() {
            missing.extend(kind.telling().iter().map(|column| column.title()));
        }
        let lacking = missing.join("、");
        return Err(FileFault::ColumnsMissing { file: file.to_owned(), kind, lacking, found });
    }
    Ok(headings)
}

/// Whether at least half of what a row says are headings. A row of data may have one by chance: 对口.
fn is_of_headings(row: &SourceRow) -> bool {
    let texts: Vec<String> = row.cells.iter().filter_map(heading_text).collect();
    2 * texts.iter().filter(|text| is_heading(text)).count() >= texts.len()
}

/// Headings in two rows, where cells are merged: what the lower cell says if it means something, else the upper one.
fn one_above_other(kinds: &[Kind], upper: &SourceRow, lower: &SourceRow) -> SourceRow {
    let means =
        |cell: &Cell| heading_text(cell).is_some_and(|text| kinds.iter().any(|kind| column_of(*kind, &text).is_some()));
    let length = upper.cells.len().max(lower.cells.len());
    let cell = |index: usize| {
        let (upper, lower) = (upper.cells.get(index), lower.cells.get(index));
        lower.filter(|cell| means(cell)).or(upper).cloned().unwrap_or(Cell::Empty)
    };
    SourceRow { number: lower.number, cells: (0..length).map(cell).collect() }
}

/// The headings of a row that mean something in some kind of file; the rest may be a person's data.
fn recognised(row: &SourceRow) -> String {
    row.cells.iter().filter_map(heading_text).filter(|text| is_heading(text)).collect::<Vec<_>>().join("、")
}

fn heading_text(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Text(text) if !is_blank(text) => Some(text.trim().to_owned()),
        Cell::Text(_) | Cell::Empty | Cell::Number(_) | Cell::Date(_) | Cell::Error(_) | Cell::Uncomputed => None,
    }
}

fn matched(kind: Kind, row: &SourceRow) -> Vec<Column> {
    let mut columns: Vec<Column> =
        row.cells.iter().filter_map(heading_text).filter_map(|text| column_of(kind, &text)).collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}

/// Whether a heading of pay says in brackets that it is not in yuan a month.
fn names_another_unit(text: &str) -> bool {
    let unit = text.split_once(['(', '（', '[', '【']).map_or("", |(_, unit)| unit);
    let of_another_time = ["/年", "每年", "年薪", "/日", "每日", "日薪", "天", "时", "周"];
    unit.contains(['万', '千', '百', '%', 'k', 'K']) || of_another_time.iter().any(|time| unit.contains(time))
}

/// Whether there is a column of document numbers: then the rows are persons, whatever else they name.
fn names_persons(row: &SourceRow) -> bool {
    matched(Kind::Roster, row).contains(&Column::Document)
}

fn read_row(file: &str, kind: Kind, row: SourceRow) -> Result<Headings, FileFault> {
    let mut columns: HashMap<Column, usize> = HashMap::new();
    let mut texts: HashMap<Column, String> = HashMap::new();
    let (mut unknown, mut errors_of) = (vec![], None);
    for (index, cell) in row.cells.iter().enumerate() {
        let Some(text) = heading_text(cell) else { continue };
        let Some(column) = column_of(kind, &text) else {
            match Origin::read(&text) {
                Some(of) => errors_of = Some(of),
                None => unknown.push((index, text)),
            }
            continue;
        };
        if matches!(column, Column::Salary | Column::Pay) && names_another_unit(&text) {
            return Err(FileFault::UnitInHeading { file: file.to_owned(), heading: text });
        }
        if let Some(first) = texts.get(&column) {
            return Err(FileFault::DoubleColumn { file: file.to_owned(), first: first.clone(), second: text });
        }
        columns.insert(column, index);
        texts.insert(column, text);
    }
    Ok(Headings { kind, row, columns, unknown, errors_of })
}

/// A sheet with its headings understood.
#[derive(Debug, Clone)]
pub struct ParsedSheet {
    /// Which of the file's sheets it is.
    pub index: usize,
    pub headings: Headings,
    /// The rows without faults.
    pub rows: Vec<Row>,
    pub rejected: Vec<RejectedRow>,
    /// How many rows say nothing: headings again, titles, totals, notes, numbers written in advance.
    pub passed_over: usize,
    /// The numbers of hidden rows that are left out.
    pub hidden: Vec<u32>,
    /// The merged areas whose value was taken for each of their rows.
    pub filled: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct Parsed {
    pub kind: Kind,
    pub sheets: Vec<ParsedSheet>,
}

/// Where whoever has one row in a file stands first: which of its sheets, and the row.
type FirstRows = HashMap<String, (usize, u32)>;

/// Parses every sheet, all of one kind. Only the template's explanations and sheets without headings, as of notes, are
/// passed over beside others; any other fault of a sheet is the file's. Serial numbers become days in the file, too.
pub fn parse(file: &mut SourceFile, kind: Option<Kind>) -> Result<Parsed, FileFault> {
    let mut parsed: Option<Parsed> = None;
    let mut fault = None;
    let mut first_rows = FirstRows::new();
    let is_alone = file.sheets.len() == 1;
    for index in 0..file.sheets.len() {
        let sheet = &file.sheets[index];
        // The explanations list headings, and words that may be some.
        if sheet.rows.iter().all(SourceRow::is_empty) || (sheet.name == EXPLANATIONS && !is_alone) {
            continue;
        }
        let place = if is_alone { file.name.clone() } else { format!("{}「{}」", file.name, sheet.name) };
        match headings_of(&place, sheet, kind, parsed.as_ref().map(|parsed| parsed.kind)) {
            Ok(headings) => {
                let kind = headings.kind;
                let days = headings.columns.iter().filter(|(column, _)| column.is_day());
                let days: Vec<usize> = days.map(|(_, index)| *index).collect();
                file.sheets[index].settle_days(&days, headings.row.number);
                file.errors_of = file.errors_of.take().or_else(|| headings.errors_of.clone());
                let sheet = parse_sheet(&place, file, index, headings, &mut first_rows)?;
                parsed.get_or_insert_with(|| Parsed { kind, sheets: vec![] }).sheets.push(sheet);
            }
            Err(error) if is_without_headings(&error) => {
                file.notes.push(sheet.name.clone());
                fault = fault.or(Some(error));
            }
            Err(error) => return Err(error),
        }
    }
    parsed.ok_or_else(|| fault.unwrap_or(FileFault::Empty { file: file.name.clone() }))
}

fn is_without_headings(fault: &FileFault) -> bool {
    matches!(fault, FileFault::NoHeader { .. })
}

/// The headings of a sheet, of the kind that the user named or that the sheets before it are of.
fn headings_of(
    place: &str,
    sheet: &SourceSheet,
    kind: Option<Kind>,
    before: Option<Kind>,
) -> Result<Headings, FileFault> {
    let Some(wanted) = kind.or(before) else { return find(place, sheet, None) };
    let as_wanted = find(place, sheet, Some(wanted));
    let is_lacking = as_wanted.as_ref().is_err_and(is_without_headings);
    if kind.is_some() && !is_lacking {
        return as_wanted;
    }
    // Of two kinds that share columns, the sheet itself tells which it is.
    match find(place, sheet, None) {
        Ok(other) if other.kind != wanted => {
            Err(FileFault::OtherKind { file: place.to_owned(), kind: other.kind, wanted })
        }
        Err(fault) if is_lacking => Err(fault),
        Ok(_) | Err(_) => as_wanted,
    }
}

/// So many rejected rows of a sheet keep all their faults. The others keep their first: a file of nothing but bad rows
/// must not take many times the memory of a good one.
const FULLY_LISTED_MAX: usize = 10_000;

fn parse_sheet(
    place: &str,
    file: &mut SourceFile,
    index: usize,
    headings: Headings,
    first_rows: &mut FirstRows,
) -> Result<ParsedSheet, FileFault> {
    let SourceSheet { rows, merged, .. } = &mut file.sheets[index];
    let merged = merged::fill(place, rows, merged, headings.row.number, &headings.columns)?;
    let sheets = &file.sheets;
    let is_hidden = |row: &SourceRow| !file.takes_hidden && sheets[index].hidden.contains(&row.number);
    let (mut rows, mut rejected, mut passed_over, mut left_out) = (vec![], vec![], 0, vec![]);
    for row in sheets[index].rows.iter().filter(|row| row.number > headings.row.number && !row.is_empty()) {
        if is_hidden(row) {
            left_out.push(row.number);
            continue;
        }
        if are_headings_again(&headings, row) {
            let columns = read_row(place, headings.kind, row.clone())?.columns;
            let is_elsewhere = |(column, at): (&Column, &usize)| headings.columns.get(column) != Some(at);
            if columns.iter().any(is_elsewhere) {
                return Err(FileFault::OtherHeadings { file: place.to_owned(), row: row.number });
            }
            passed_over += 1;
            continue;
        }
        if says_nothing(&headings, row) {
            passed_over += 1;
            continue;
        }
        if let Some((column, area)) = merged.across.get(&row.number) {
            let reader = Reader { headings: &headings, row, faults: vec![], warnings: vec![] };
            let faults = vec![reader.described(*column, RowFault::MergedAcross { area: area.clone() })];
            rejected.push(RejectedRow { sheet: index, number: row.number, faults });
            continue;
        }
        let mut reader = Reader { headings: &headings, row, faults: vec![], warnings: vec![] };
        let content = reader.content();
        let (mut faults, warnings) = (std::mem::take(&mut reader.faults), std::mem::take(&mut reader.warnings));
        if let Some((whose, column)) = content.as_ref().filter(|_| faults.is_empty()).and_then(one_row_of) {
            match first_rows.get(&whose) {
                Some((of, first)) => {
                    let sheet = (*of != index).then(|| sheets[*of].name.clone());
                    let reason = match column {
                        Column::Document => RowFault::SamePerson { sheet, row: *first },
                        _ => RowFault::SameStaff { sheet, row: *first },
                    };
                    faults.push(reader.described(column, reason));
                }
                None => {
                    first_rows.insert(whose, (index, row.number));
                }
            }
        }
        match content {
            Some(content) if faults.is_empty() => rows.push(Row { number: row.number, content, warnings }),
            Some(_) | None => {
                if rejected.len() >= FULLY_LISTED_MAX {
                    faults.truncate(1);
                }
                faults.shrink_to_fit();
                rejected.push(RejectedRow { sheet: index, number: row.number, faults });
            }
        }
    }
    Ok(ParsedSheet { index, headings, rows, rejected, passed_over, hidden: left_out, filled: merged.filled })
}

/// Who may have one row in a file, in words that tell one from another, and the column that says so.
fn one_row_of(content: &Content) -> Option<(String, Column)> {
    match content {
        Content::Roster(row) => row.person.document.as_ref().map(|of| (of.as_str().to_owned(), Column::Document)),
        Content::Staff(row) => Some(match &row.login {
            Some(login) => (login.clone(), Column::Login),
            None => (format!("{:?} {}", row.school, row.name), Column::Name),
        }),
        Content::School(_)
        | Content::Outcome(_)
        | Content::FurtherStudy(_)
        | Content::Exam(_)
        | Content::Employer(_)
        | Content::Placement(_) => None,
    }
}

/// Whether at least half of a row's columns are headings of its kind.
fn are_headings_again(headings: &Headings, row: &SourceRow) -> bool {
    let matched = matched(headings.kind, row).len();
    matched >= 3 && matched * 2 >= headings.columns.len()
}

/// Whether a row is no row of data: nothing in the columns that mean something, a lone title or note, or a total.
fn says_nothing(headings: &Headings, row: &SourceRow) -> bool {
    const WORDS: [&str; 8] = ["合计", "小计", "总计", "共计", "注：", "注:", "填表", "制表"];
    let is_filled = |cell: &Cell| match cell {
        Cell::Empty => false,
        Cell::Text(text) => !is_blank(text),
        Cell::Number(_) | Cell::Date(_) | Cell::Error(_) | Cell::Uncomputed => true,
    };
    let at = |index: &usize| row.cells.get(*index).is_some_and(is_filled);
    let mut filled = row.cells.iter().filter(|cell| is_filled(cell));
    let is_word =
        |cell: &Cell| matches!(cell, Cell::Text(text) if WORDS.iter().any(|word| text.trim().starts_with(word)));
    let is_of_nobody = headings.columns.get(&Column::Document).is_some_and(|document| !at(document));
    !headings.columns.values().any(at)
        || (is_of_nobody && row.cells.iter().any(is_word))
        || (is_of_nobody && filled.next().is_some_and(|cell| matches!(cell, Cell::Text(_))) && filled.next().is_none())
}

#[cfg(test)]
mod tests;
