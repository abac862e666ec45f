//! The batch of a file: where it stands, how it begins and ends, and what became of its rows.

use std::collections::HashSet;

use jiff::civil::Date;
use serde_json::json;
use uuid::Uuid;

use super::lookups::ImportContext;
use super::preview::Moves;
use crate::app::AppError;
use crate::app::people::guards;
use crate::app::request::{Order, Request};
use crate::domain::ids::{BatchId, InvitationId, SchoolCode, SealedRevision};
use crate::domain::import::{Import, ImportCommand, RowCounts, Spokesman};
use crate::domain::statements::Source;
use crate::domain::terms::Term;
use crate::event_log::request::{GuardKey, GuardUse};
use crate::intake::kind::{Column, Kind};
use crate::intake::parse::{Parsed, ParsedSheet};
use crate::intake::rows::{Fault, RejectedRow};
use crate::intake::sheet::{SourceFile, SourceRow};
use crate::people::Sealed;

/// How a file's rows ended up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recording {
    Recorded(BatchId),
    /// The same bytes were imported before.
    AlreadyImported(BatchId),
    /// Only checked.
    Checked,
    /// All or nothing was asked, and some row of the call or a whole file is rejected.
    Nothing,
}

#[derive(Debug)]
pub struct Imported {
    pub kind: Kind,
    pub recording: Recording,
    pub counts: RowCounts,
    pub rejected: Vec<RejectedRow>,
    /// Of recorded rows: (sheet, row, what to look at).
    pub warnings: Vec<(usize, u32, Fault)>,
    /// How many rows say nothing: headings again, titles, totals, notes.
    pub passed_over: usize,
    /// Hidden rows that are left out: by the sheet's index, their numbers.
    pub hidden_rows: Vec<(usize, Vec<u32>)>,
    /// Merged areas whose value was taken for each of their rows: by the sheet's index, `E2:E5` and the like.
    pub filled: Vec<(usize, Vec<String>)>,
    /// Headings that mean nothing here, each with the column that may be meant.
    pub unknown_columns: Vec<(String, Option<Column>)>,
    /// Students of the file's schools who are on the register and not in this roster: masked names.
    pub absent: Vec<String>,
    /// Who is on record otherwise than before, and how the figures move; or would, where it is only checked.
    pub moves: Moves,
    /// The file, of its rows only the rejected ones.
    pub source: SourceFile,
    /// By the sheet's index: its row of headings.
    pub headings: Vec<(usize, SourceRow)>,
}

pub(super) struct Prepared {
    pub source: SourceFile,
    pub parsed: Parsed,
}

/// Who says what the files of a call say.
#[derive(Debug, Clone)]
pub(super) struct WordsOf {
    pub spoken: Spokesman,
    pub issuer: Option<String>,
    /// The invitation whose answer it is: the same words of another one, or of a form, are a batch of their own.
    pub answer_of: Option<InvitationId>,
    /// Also what the same bytes said before.
    pub says_anew: bool,
}

impl WordsOf {
    pub(super) fn of_school(said_on: Date) -> Self {
        Self { spoken: Spokesman { source: Source::School, said_on }, issuer: None, answer_of: None, says_anew: false }
    }
}

/// The batch of a file: where it stands, and how to begin it.
pub(super) struct Batch {
    pub id: Uuid,
    pub state: Import,
    pub guard: GuardUse,
    /// The batch in which the same bytes were recorded before.
    pub before: Option<BatchId>,
    pub school: Option<SchoolCode>,
    pub spoken: Spokesman,
    /// Also what the same bytes said before.
    pub says_anew: bool,
    /// Only to name which of its rows about these students are no longer so.
    pub compared: Option<HashSet<Uuid>>,
}

impl Batch {
    /// The same said anew, to be rehearsed.
    pub(super) fn said_again(&self, id: Uuid, students: HashSet<Uuid>) -> Self {
        let (guard, school, spoken) = (self.guard.clone(), self.school.clone(), self.spoken);
        Self {
            id,
            state: Import::Absent,
            guard,
            before: None,
            school,
            spoken,
            says_anew: true,
            compared: Some(students),
        }
    }

    /// What became of the same bytes when they were imported before, if nothing of them can become more: a row that was
    /// rejected may be right by now, and one that was hidden may be asked for.
    pub(super) fn is_done(&self, parsed: &Parsed) -> Option<RowCounts> {
        match self.state {
            Import::Applied(before) if !self.says_anew && is_whole(before, parsed) => Some(before),
            Import::Applied(_) | Import::Started | Import::Undone | Import::Absent => None,
        }
    }
}

pub(super) async fn batch_of(context: &ImportContext<'_>, prepared: &Prepared) -> Result<Batch, AppError> {
    let school = context.caller.scope.school().cloned().or_else(|| single_school(context, &prepared.parsed));
    let scope = school.as_ref().map_or(String::new(), |school| school.as_str().to_owned());
    let bytes = format!("{}:{}", prepared.parsed.kind.code(), prepared.source.sha256);
    let key = context.words_of.answer_of.map_or(bytes.clone(), |invitation| format!("{bytes}:{}", invitation.0));
    let guard = GuardKey { kind: guards::IMPORT.to_owned(), scope, key };
    let known = context.app.log().guard(&guard).await?;
    let version = known.as_ref().map_or(0, |guard| guard.version);
    let last = known.and_then(|guard| Uuid::parse_str(&guard.stream).ok());
    let state = match last {
        Some(id) => {
            context.app.bring_up_to_date::<Import>(&[id]).await?;
            *context.app.load::<Import>(id).await?.0
        }
        None => Import::Absent,
    };
    let (spoken, says_anew) = (context.words_of.spoken, context.words_of.says_anew);
    let id = match (last, state) {
        (Some(id), Import::Applied(before)) if !says_anew && is_whole(before, &prepared.parsed) => id,
        (Some(id), Import::Started) => id,
        (Some(_), Import::Applied(_) | Import::Undone | Import::Absent) | (None, _) => context.app.new_id(),
    };
    let before = last.map(BatchId).filter(|_| matches!(state, Import::Applied(_)));
    let guard = GuardUse { guard, version, set: Some(id.to_string()) };
    Ok(Batch { id, state, guard, before, school, spoken, says_anew, compared: None })
}

/// Whether every row that is read was recorded then, and none waits for the decision of a person.
fn is_whole(before: RowCounts, parsed: &Parsed) -> bool {
    let rows: usize = parsed.sheets.iter().map(|sheet| sheet.rows.len() + sheet.rejected.len()).sum();
    !parsed.kind.goes_on() && before.rejected == 0 && usize::try_from(before.total()).is_ok_and(|total| total >= rows)
}

/// The one school that all good rows name, if there is one.
fn single_school(context: &ImportContext<'_>, parsed: &Parsed) -> Option<SchoolCode> {
    let rows = parsed.sheets.iter().flat_map(|sheet| sheet.rows.iter());
    let schools: HashSet<SchoolCode> = rows.filter_map(|row| context.school(row.content.school()?).ok()).collect();
    let mut schools = schools.into_iter();
    schools.next().filter(|_| schools.next().is_none())
}

pub(super) fn start(context: &ImportContext<'_>, prepared: &Prepared, batch: &Batch) -> Result<Request, AppError> {
    let sealed = Sealed::Name { name: prepared.source.name.clone() };
    let command = ImportCommand::Start {
        file_sha256: prepared.source.sha256.clone(),
        kind: prepared.parsed.kind.code().to_owned(),
        school: batch.school.clone(),
        file_name: SealedRevision(1),
        issuer: context.words_of.issuer.as_ref().map(|_| SealedRevision(2)),
        spoken: batch.spoken,
        effective_on: context.app.today(),
    };
    let order = Order::Import { id: batch.id, school: batch.school.clone(), command };
    let mut request = Request::new(format!("import:{}", batch.id), "start", vec![order]);
    request.guards.push(batch.guard.clone());
    request.rows.push(context.app.people().seal(batch.id, 1, &sealed)?);
    if let Some(issuer) = &context.words_of.issuer {
        request.rows.push(context.app.people().seal(batch.id, 2, &Sealed::Name { name: issuer.clone() })?);
    }
    request.causation = Some(batch.id.to_string());
    request.answer = json!({ "batch": batch.id });
    Ok(request)
}

pub(super) fn finish(context: &ImportContext<'_>, batch: &Batch, counts: RowCounts) -> Order {
    let command = ImportCommand::Finish { counts, effective_on: context.app.today() };
    Order::Import { id: batch.id, school: batch.school.clone(), command }
}

/// What the file had become when it was imported before.
pub(super) fn already(prepared: &mut Prepared, batch: &Batch, before: RowCounts) -> Imported {
    let counts = RowCounts {
        new: 0,
        changed: 0,
        unchanged: before.new + before.changed + before.unchanged,
        held: before.held,
        rejected: before.rejected,
    };
    let recording = Recording::AlreadyImported(BatchId(batch.id));
    Imported { counts, recording, rejected: vec![], ..imported(prepared) }
}

pub(super) fn imported(prepared: &mut Prepared) -> Imported {
    let sheets = &mut prepared.parsed.sheets;
    let rejected: Vec<RejectedRow> = sheets.iter_mut().flat_map(|sheet| std::mem::take(&mut sheet.rejected)).collect();
    let mut unknown: Vec<_> = sheets.iter().flat_map(|sheet| sheet.headings.unknown_columns()).collect();
    unknown.sort();
    unknown.dedup();
    Imported {
        kind: prepared.parsed.kind,
        recording: Recording::Nothing,
        counts: RowCounts { rejected: u32::try_from(rejected.len()).unwrap_or(u32::MAX), ..RowCounts::default() },
        rejected,
        warnings: vec![],
        passed_over: sheets.iter().map(|sheet| sheet.passed_over).sum(),
        hidden_rows: by_sheet(sheets, |sheet| &sheet.hidden),
        filled: by_sheet(sheets, |sheet| &sheet.filled),
        unknown_columns: unknown,
        absent: vec![],
        moves: Moves::default(),
        source: SourceFile::default(),
        headings: sheets.iter().map(|sheet| (sheet.index, sheet.headings.row.clone())).collect(),
    }
}

fn by_sheet<T: Clone>(sheets: &[ParsedSheet], of: impl Fn(&ParsedSheet) -> &Vec<T>) -> Vec<(usize, Vec<T>)> {
    sheets.iter().filter(|sheet| !of(sheet).is_empty()).map(|sheet| (sheet.index, of(sheet).clone())).collect()
}

/// Notes a row that is not recorded.
pub(super) fn reject(result: &mut Imported, rejected: RejectedRow) {
    result.counts.rejected += 1;
    result.rejected.push(rejected);
}
