//! A sheet's rows become typed rows, or rejections that name every fault of a row.
//!
//! An optional field that is `None` was an empty cell: it changes nothing.

use serde::Serialize;
use std::collections::HashMap;

use jiff::civil::Date;

use super::cells;
use super::fault::{FileFault, RowFault};
use super::headings::{Headings, find};
use super::kind::{Column, Kind};
use super::reader::Reader;
use super::season_rows::{EmployerRow, PlacementRow};
use super::sheet::{SourceFile, SourceRow, SourceSheet};
use super::template::EXPLANATIONS;
use crate::domain::evidence::{EvidenceKind, StatementSource};
use crate::domain::ids::{CitizenId, ClassName, CreditCode, SchoolCode, SpecialtyCode};
use crate::domain::terms::{
    Channel, DestinationKind, ExamResult, Gender, Industry, Insurance, JobPlace, LabourContract, Route, SchoolCategory,
    SpecialtyMatch, Standing, StudyChannel, StudyLevel,
};
use crate::refusal::Why;

/// How a row names its school.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SchoolRef {
    pub code: Option<SchoolCode>,
    pub name: Option<String>,
}

/// Whose row it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonRef {
    pub school: SchoolRef,
    pub name: String,
    pub document: CitizenId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SchoolRow {
    pub code: SchoolCode,
    pub name: String,
    pub category: SchoolCategory,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RosterRow {
    pub person: PersonRef,
    pub student_number: Option<String>,
    pub phone: Option<String>,
    pub guardian: Option<String>,
    pub guardian_phone: Option<String>,
    pub home_address: Option<String>,
    pub gender: Gender,
    pub specialty: Option<SpecialtyCode>,
    pub specialty_name: Option<String>,
    pub class: ClassName,
    pub route: Option<Route>,
    pub standing: Standing,
    /// `None` only for a student who is enrolled.
    pub standing_on: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutcomeRow {
    pub person: PersonRef,
    pub kind: DestinationKind,
    pub employer: Option<String>,
    pub credit_code: Option<CreditCode>,
    pub industry: Option<Industry>,
    pub place: Option<JobPlace>,
    pub channel: Option<Channel>,
    pub salary_yuan: Option<u32>,
    pub contract: Option<LabourContract>,
    pub insurance: Option<Insurance>,
    pub starts_on: Date,
    pub ends_on: Option<Date>,
    pub withdrawn: bool,
    pub evidence: Vec<EvidenceKind>,
    pub on_specialty: Option<SpecialtyMatch>,
    pub source: StatementSource,
    pub reported_on: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FurtherStudyRow {
    pub person: PersonRef,
    pub channel: StudyChannel,
    pub level: StudyLevel,
    pub college: String,
    pub college_specialty: Option<String>,
    pub admitted_on: Option<Date>,
    pub registered_on: Option<Date>,
    pub left_on: Option<Date>,
    pub withdrawn: bool,
    pub source: StatementSource,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExamRow {
    pub person: PersonRef,
    /// `None`: did not sit the exam.
    pub result: Option<ExamResult>,
    pub exam_on: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Content {
    School(SchoolRow),
    Roster(Box<RosterRow>),
    Outcome(Box<OutcomeRow>),
    FurtherStudy(Box<FurtherStudyRow>),
    Exam(Box<ExamRow>),
    Employer(Box<EmployerRow>),
    Placement(Box<PlacementRow>),
}

impl Content {
    /// Whose row it is; `None` for a school's or a unit's.
    pub fn person(&self) -> Option<&PersonRef> {
        match self {
            Self::School(_) | Self::Employer(_) => None,
            Self::Roster(row) => Some(&row.person),
            Self::Outcome(row) => Some(&row.person),
            Self::FurtherStudy(row) => Some(&row.person),
            Self::Exam(row) => Some(&row.person),
            Self::Placement(row) => Some(&row.person),
        }
    }

    /// The school whose row it is; `None` for the row that says what schools there are.
    pub fn school(&self) -> Option<&SchoolRef> {
        match self {
            Self::Employer(row) => Some(&row.school),
            Self::School(_)
            | Self::Roster(_)
            | Self::Outcome(_)
            | Self::FurtherStudy(_)
            | Self::Exam(_)
            | Self::Placement(_) => self.person().map(|person| &person.school),
        }
    }

    /// What a message may show of the columns that a look-up can fault.
    pub fn masked(&self, column: Column) -> String {
        let shown = match column {
            Column::Document => self.person().map(|person| cells::mask_document(person.document.as_str())),
            Column::Name => self.person().map(|person| crate::people::masked_name(&person.name)),
            Column::SchoolCode => self.school().and_then(|school| match &school.code {
                Some(code) => Some(code.as_str().to_owned()),
                None => school.name.as_deref().map(cells::unless_of_a_person),
            }),
            Column::Unit => match self {
                Self::Employer(row) => Some(cells::unless_of_a_person(&row.name)),
                Self::Placement(row) => {
                    row.unit.name.clone().or_else(|| row.unit.code.as_ref().map(|code| code.text.clone()))
                }
                Self::School(_) | Self::Roster(_) | Self::Outcome(_) | Self::FurtherStudy(_) | Self::Exam(_) => None,
            },
            _ => None,
        };
        shown.unwrap_or_default()
    }
}

/// A row without faults.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub number: u32,
    pub content: Content,
    pub warnings: Vec<Fault>,
}

/// What is wrong with one cell; the value is masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub column: String,
    pub value: String,
    pub reason: Why,
}

/// A row that is not recorded, and all that is wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub struct RejectedRow {
    pub sheet: usize,
    pub number: u32,
    pub faults: Vec<Fault>,
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
}

#[derive(Debug, Clone)]
pub struct Parsed {
    pub kind: Kind,
    pub sheets: Vec<ParsedSheet>,
}

/// Where a document number stands first: which of the file's sheets, and the row.
type ByDocument = HashMap<CitizenId, (usize, u32)>;

/// Parses every sheet, all of one kind. Only the template's explanations and sheets without headings, as of notes, are
/// passed over beside others; any other fault of a sheet is the file's. Serial numbers become days in the file, too.
pub fn parse(file: &mut SourceFile, kind: Option<Kind>) -> Result<Parsed, FileFault> {
    let mut parsed: Option<Parsed> = None;
    let mut fault = None;
    let mut by_document = ByDocument::new();
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
                let sheet = parse_sheet(&file.sheets, index, headings, &mut by_document);
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

fn parse_sheet(sheets: &[SourceSheet], index: usize, headings: Headings, by_document: &mut ByDocument) -> ParsedSheet {
    let (mut rows, mut rejected) = (vec![], vec![]);
    for row in sheets[index].rows.iter().filter(|row| row.number > headings.row.number && !row.is_empty()) {
        let mut reader = Reader { headings: &headings, row, faults: vec![], warnings: vec![] };
        let content = reader.content();
        let (mut faults, warnings) = (std::mem::take(&mut reader.faults), std::mem::take(&mut reader.warnings));
        if let (Some(Content::Roster(roster)), true) = (&content, faults.is_empty()) {
            let document = &roster.person.document;
            match by_document.get(document) {
                Some((of, first)) => {
                    let value = cells::mask_document(document.as_str());
                    let sheet = (*of != index).then(|| sheets[*of].name.clone());
                    let reason = RowFault::SamePerson { sheet, row: *first }.into();
                    faults.push(Fault { column: Column::Document.title().to_owned(), value, reason });
                }
                None => {
                    by_document.insert(document.clone(), (index, row.number));
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
    ParsedSheet { index, headings, rows, rejected }
}

#[cfg(test)]
mod tests;
