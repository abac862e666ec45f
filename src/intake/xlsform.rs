//! A questionnaire as an XLSForm workbook, read: sheets `survey`, `choices` and `settings`, as KoboToolbox and ODK have them.
//!
//! The subset is what a questionnaire holds (`domain::survey::questionnaire`); what is outside of it is refused by its cell.

use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use super::fault::FileFault;
use super::sheet::{Cell, SourceRow, SourceSheet, read};
use crate::domain::survey::condition::Condition;
use crate::domain::survey::questionnaire::{
    Choice, ChoiceList, Part, Place, Question, QuestionKind, Questionnaire, QuestionnaireFault, Words,
};
use crate::input::file::File;
use crate::text::cleaning::{as_written, clean};

/// What stands between the two languages of a title.
pub const BETWEEN_TITLES: &str = " / ";

/// Why a workbook is no questionnaire.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "xlsform.")]
pub enum XlsformFault {
    File(FileFault),
    NoSheet(String),
    NoColumn {
        sheet: String,
        column: String,
    },
    /// What is wrong in a cell, named as `B4`.
    Cell {
        sheet: String,
        cell: String,
        fault: QuestionnaireFault,
    },
}

/// A sheet by its headings.
struct Headed<'s> {
    sheet: &'s SourceSheet,
    headings: Vec<String>,
    /// The rows below that say something.
    rows: Vec<&'s SourceRow>,
}

/// The columns of a sheet of questions or choices: type or list, name, both labels.
struct Columns {
    first: usize,
    name: usize,
    zh: usize,
    en: usize,
}

/// Reads a questionnaire and checks it.
///
/// # Errors
/// [`XlsformFault`] with the sheet and cell of the first thing that is wrong.
pub fn questionnaire(file: &File) -> Result<Questionnaire, XlsformFault> {
    let source = read(file.short_name().to_owned(), &file.bytes, true).map_err(XlsformFault::File)?;
    let survey = Headed::of(&source.sheets, "survey")?;
    let columns = survey.columns("type")?;
    let rest = |name: &str| survey.headings.iter().position(|heading| heading == name);
    let (required, relevant, constraint) = (rest("required"), rest("relevant"), rest("constraint"));
    let mut questions = vec![];
    for row in &survey.rows {
        let refused = |column: usize, fault| survey.refused(row, column, fault);
        let kind = text(row, columns.first);
        let unknown = || refused(columns.first, QuestionnaireFault::UnknownType(kind.clone()));
        let condition = |column: Option<usize>| {
            let Some(column) = column.filter(|column| !text(row, *column).is_empty()) else { return Ok(None) };
            let read = Condition::parse(&text(row, column));
            read.map(Some).map_err(|_| refused(column, QuestionnaireFault::NotACondition(text(row, column))))
        };
        let is_required = match required.map(|column| (column, text(row, column).to_ascii_lowercase())) {
            None => false,
            Some((_, said)) if ["", "no", "false", "false()", "否"].contains(&said.as_str()) => false,
            Some((_, said)) if ["yes", "true", "true()", "1", "是"].contains(&said.as_str()) => true,
            Some((column, said)) => return Err(refused(column, QuestionnaireFault::NotACondition(said))),
        };
        questions.push(Question {
            name: text(row, columns.name),
            kind: QuestionKind::of_xlsform(&kind).ok_or_else(unknown)?,
            label: Words::new(words(row, columns.zh), words(row, columns.en)),
            required: is_required,
            relevant: condition(relevant)?,
            constraint: condition(constraint)?,
        });
    }
    let choices = Headed::of(&source.sheets, "choices").ok();
    let choice_columns = choices.as_ref().map(|choices| choices.columns("list_name")).transpose()?;
    let mut lists: Vec<ChoiceList> = vec![];
    let mut rows_of: Vec<Vec<&SourceRow>> = vec![];
    if let (Some(choices), Some(columns)) = (&choices, &choice_columns) {
        for row in &choices.rows {
            let (list, label) = (text(row, columns.first), Words::new(words(row, columns.zh), words(row, columns.en)));
            let choice = Choice { name: text(row, columns.name), label };
            match lists.iter().position(|known| known.name == list) {
                Some(index) => {
                    lists[index].choices.push(choice);
                    rows_of[index].push(row);
                }
                None => {
                    lists.push(ChoiceList { name: list, choices: vec![choice] });
                    rows_of.push(vec![row]);
                }
            }
        }
    }
    let settings = Headed::of(&source.sheets, "settings")?;
    let title_column = settings.headings.iter().position(|heading| heading == "form_title");
    let title_column = title_column.ok_or_else(|| settings.lacks("form_title"))?;
    let title_row = settings.rows.first().copied();
    let title = title_row.map(|row| words(row, title_column)).unwrap_or_default();
    let (zh, en) = title.split_once(BETWEEN_TITLES).unwrap_or((&title, ""));
    let questionnaire = Questionnaire { title: Words::new(zh.trim(), en.trim()), lists, questions };
    questionnaire.check().map_err(|(place, fault)| match place {
        Place::Title => match title_row {
            Some(row) => settings.refused(row, title_column, fault),
            None => settings.lacks("form_title"),
        },
        Place::Question(index, part) => {
            let column = match part {
                Part::Type => columns.first,
                Part::Name => columns.name,
                Part::Zh => columns.zh,
                Part::En => columns.en,
                Part::Relevant => relevant.unwrap_or(columns.name),
                Part::Constraint => constraint.unwrap_or(columns.name),
            };
            survey.refused(survey.rows[index], column, fault)
        }
        Place::Choice(list, at, part) => match (&choices, &choice_columns) {
            (Some(choices), Some(columns)) => {
                let column = match part {
                    Part::Type | Part::Relevant | Part::Constraint => columns.first,
                    Part::Name => columns.name,
                    Part::Zh => columns.zh,
                    Part::En => columns.en,
                };
                choices.refused(rows_of[list][at], column, fault)
            }
            _ => XlsformFault::NoSheet("choices".to_owned()),
        },
    })?;
    Ok(questionnaire)
}

impl<'s> Headed<'s> {
    fn of(sheets: &'s [SourceSheet], name: &str) -> Result<Self, XlsformFault> {
        let found = sheets.iter().find(|sheet| sheet.name.trim().eq_ignore_ascii_case(name));
        let sheet = found.ok_or_else(|| XlsformFault::NoSheet(name.to_owned()))?;
        let mut rows = sheet.rows.iter().filter(|row| !row.is_empty());
        let first = rows.next();
        let headings = first.map(|row| (0..row.cells.len()).map(|column| heading(row, column)).collect());
        Ok(Self { sheet, headings: headings.unwrap_or_default(), rows: rows.collect() })
    }

    fn columns(&self, first: &str) -> Result<Columns, XlsformFault> {
        let named = |name: &str| {
            let found = self.headings.iter().position(|heading| heading == name);
            found.ok_or_else(|| self.lacks(name))
        };
        let label = |code: &str, column: &str| {
            let is_so = |heading: &String| heading.starts_with("label::") && heading.contains(code);
            self.headings.iter().position(is_so).ok_or_else(|| self.lacks(column))
        };
        Ok(Columns {
            first: named(first)?,
            name: named("name")?,
            zh: label("(zh)", LABEL_ZH)?,
            en: label("(en)", LABEL_EN)?,
        })
    }

    fn lacks(&self, column: &str) -> XlsformFault {
        XlsformFault::NoColumn { sheet: self.sheet.name.clone(), column: column.to_owned() }
    }

    fn refused(&self, row: &SourceRow, column: usize, fault: QuestionnaireFault) -> XlsformFault {
        let cell = format!("{}{}", letters(column), row.number);
        XlsformFault::Cell { sheet: self.sheet.name.clone(), cell, fault }
    }
}

/// The headings of the labels, as XLSForm names languages.
pub const LABEL_ZH: &str = "label::中文 (zh)";
pub const LABEL_EN: &str = "label::English (en)";

fn heading(row: &SourceRow, column: usize) -> String {
    text(row, column).to_ascii_lowercase().replace(":: ", "::")
}

/// A name, a type or a condition.
fn text(row: &SourceRow, column: usize) -> String {
    clean(&cell(row, column))
}

/// A label or a title, which goes out as it came in.
fn words(row: &SourceRow, column: usize) -> String {
    as_written(&cell(row, column))
}

fn cell(row: &SourceRow, column: usize) -> String {
    match row.cells.get(column) {
        Some(Cell::Text(text)) => text.clone(),
        Some(Cell::Number(number)) => number.to_string(),
        Some(Cell::Date(day)) => day.to_string(),
        Some(Cell::Empty | Cell::Error(_) | Cell::Uncomputed) | None => String::new(),
    }
}

/// A column as spreadsheets name it.
fn letters(column: usize) -> String {
    let letter = |index: usize| char::from(b'A' + u8::try_from(index % 26).unwrap_or_default());
    if column < 26 { letter(column).to_string() } else { format!("{}{}", letter(column / 26 - 1), letter(column)) }
}
