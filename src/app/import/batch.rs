//! The batch of a file: where it stands, how it begins and ends; its rows, recorded or only rehearsed, in chunks; and
//! what became of them.

use std::collections::HashSet;

use serde_json::json;
use uuid::Uuid;

use super::chunk::Chunk;
use super::lookups::ImportContext;
use crate::app::AppError;
use crate::app::people::guards;
use crate::app::request::{Order, Request};
use crate::domain::ids::{BatchId, SchoolCode, SealedRevision, StudentId};
use crate::domain::import::{Import, ImportCommand, RowCounts};
use crate::domain::terms::Term;
use crate::event_log::request::{GuardKey, GuardUse};
use crate::intake::kind::Kind;
use crate::intake::parse::Parsed;
use crate::intake::rows::{Fault, RejectedRow};
use crate::intake::sheet::{SourceFile, SourceRow};
use crate::people::{Sealed, masked_name};
use crate::projections::student_register;

/// Rows decided and appended together.
const CHUNK_LEN: usize = 1_000;

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
    /// Headings that mean nothing here.
    pub unknown_columns: Vec<String>,
    /// Students of the file's schools who are on the register and not in this roster: masked names.
    pub absent: Vec<String>,
    /// The file, of its rows only the rejected ones.
    pub source: SourceFile,
    /// By the sheet's index: its row of headings.
    pub headings: Vec<(usize, SourceRow)>,
}

pub(super) struct Prepared {
    pub source: SourceFile,
    pub parsed: Parsed,
}

/// The batch of a file: where it stands, and how to begin it.
pub(super) struct Batch {
    pub id: Uuid,
    pub state: Import,
    pub guard: GuardUse,
    /// The batch in which the same bytes were recorded before.
    pub before: Option<BatchId>,
    pub school: Option<SchoolCode>,
}

impl Batch {
    /// What became of the same bytes when they were imported before, if nothing of them can become more: a row that was
    /// rejected may be right by now.
    pub(super) fn is_done(&self, kind: Kind) -> Option<RowCounts> {
        match self.state {
            Import::Applied(before) if !kind.goes_on() && before.rejected == 0 => Some(before),
            Import::Applied(_) | Import::Started | Import::Undone | Import::Absent => None,
        }
    }
}

pub(super) async fn batch_of(context: &ImportContext<'_>, prepared: &Prepared) -> Result<Batch, AppError> {
    let school = context.caller.scope.school().cloned().or_else(|| single_school(context, &prepared.parsed));
    let scope = school.as_ref().map_or(String::new(), |school| school.as_str().to_owned());
    let key = format!("{}:{}", prepared.parsed.kind.code(), prepared.source.sha256);
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
    let goes_on = prepared.parsed.kind.goes_on();
    let id = match (last, state) {
        (Some(id), Import::Applied(counts)) if !goes_on && counts.rejected == 0 => id,
        (Some(id), Import::Started) => id,
        (Some(_), Import::Applied(_) | Import::Undone | Import::Absent) | (None, _) => context.app.new_id(),
    };
    let before = last.map(BatchId).filter(|_| matches!(state, Import::Applied(_)));
    let guard = GuardUse { guard, version, set: Some(id.to_string()) };
    Ok(Batch { id, state, guard, before, school })
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
        effective_on: context.app.today(),
    };
    let order = Order::Import { id: batch.id, school: batch.school.clone(), command };
    let mut request = Request::new(format!("import:{}", batch.id), "start", vec![order]);
    request.guards.push(batch.guard.clone());
    request.rows.push(context.app.people().seal(batch.id, 1, &sealed)?);
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
        rejected: before.rejected,
    };
    let recording = Recording::AlreadyImported(BatchId(batch.id));
    Imported { counts, recording, rejected: vec![], ..imported(prepared) }
}

pub(super) fn imported(prepared: &mut Prepared) -> Imported {
    let sheets = &mut prepared.parsed.sheets;
    let rejected: Vec<RejectedRow> = sheets.iter_mut().flat_map(|sheet| std::mem::take(&mut sheet.rejected)).collect();
    let mut unknown: Vec<String> =
        sheets.iter().flat_map(|sheet| sheet.headings.unknown.iter().map(|(_, text)| text.clone())).collect();
    unknown.sort();
    unknown.dedup();
    Imported {
        kind: prepared.parsed.kind,
        recording: Recording::Nothing,
        counts: RowCounts { rejected: u32::try_from(rejected.len()).unwrap_or(u32::MAX), ..RowCounts::default() },
        rejected,
        warnings: vec![],
        unknown_columns: unknown,
        absent: vec![],
        source: SourceFile::default(),
        headings: sheets.iter().map(|sheet| (sheet.index, sheet.headings.row.clone())).collect(),
    }
}

/// Notes a row that is not recorded.
pub(super) fn reject(result: &mut Imported, rejected: RejectedRow) {
    result.counts.rejected += 1;
    result.rejected.push(rejected);
}

/// Records a file row by row: good rows go in, the others are listed.
pub(super) async fn record(
    context: &mut ImportContext<'_>,
    prepared: &mut Prepared,
    progress: &mut impl FnMut(usize, usize),
) -> Result<Imported, AppError> {
    let batch = batch_of(context, prepared).await?;
    if let Some(before) = batch.is_done(prepared.parsed.kind) {
        return Ok(already(prepared, &batch, before));
    }
    if let Some(before) = batch.before {
        let rejected: Vec<Vec<RejectedRow>> =
            prepared.parsed.sheets.iter().map(|sheet| sheet.rejected.clone()).collect();
        let rehearsal = context.app.rehearsal();
        let (mut result, _) = rehearse(&mut context.on(&rehearsal).await?, prepared, &batch, &mut |_, _| ()).await?;
        if result.counts.new + result.counts.changed == 0 {
            result.recording = Recording::AlreadyImported(before);
            return Ok(result);
        }
        prepared.parsed.sheets.iter_mut().zip(rejected).for_each(|(sheet, rejected)| sheet.rejected = rejected);
    }
    if batch.state != Import::Started {
        let begin = start(context, prepared, &batch)?;
        context.app.execute(context.caller, begin).await?;
    }
    let resumed = batch.state == Import::Started;
    let mut result = imported(prepared);
    result.recording = Recording::Recorded(BatchId(batch.id));
    let mut requests = vec![];
    go_through(context, prepared, &batch, resumed, &mut result, &mut requests, progress).await?;
    let order = finish(context, &batch, result.counts);
    let mut request = Request::new(format!("import:{}:applied", batch.id), "applied", vec![order]);
    request.causation = Some(batch.id.to_string());
    context.app.execute(context.caller, request).await?;
    Ok(result)
}

/// Decides a file without recording it; gives the requests that would record it.
pub(super) async fn rehearse(
    context: &mut ImportContext<'_>,
    prepared: &mut Prepared,
    batch: &Batch,
    progress: &mut impl FnMut(usize, usize),
) -> Result<(Imported, Vec<Request>), AppError> {
    let mut result = imported(prepared);
    let mut requests = vec![];
    if let Some(before) = batch.is_done(prepared.parsed.kind) {
        result = already(prepared, batch, before);
    } else {
        go_through(context, prepared, batch, false, &mut result, &mut requests, progress).await?;
        result.recording = Recording::Checked;
    }
    Ok((result, requests))
}

/// Goes through all rows in chunks and counts what became of them.
async fn go_through(
    context: &mut ImportContext<'_>,
    prepared: &Prepared,
    batch: &Batch,
    resumed: bool,
    result: &mut Imported,
    kept: &mut Vec<Request>,
    progress: &mut impl FnMut(usize, usize),
) -> Result<(), AppError> {
    let mut done = result.rejected.len();
    let all = done + prepared.parsed.sheets.iter().map(|sheet| sheet.rows.len()).sum::<usize>();
    let mut present: HashSet<StudentId> = HashSet::new();
    let mut schools: HashSet<SchoolCode> = HashSet::new();
    for sheet in &prepared.parsed.sheets {
        for chunk in sheet.rows.chunks(CHUNK_LEN) {
            let mut work = Chunk { sheet: sheet.index, batch, resumed, kind: prepared.parsed.kind };
            work.go_through(context, chunk, result, kept).await?;
            for row in chunk {
                let Some(person) = row.content.person() else { continue };
                let Ok(school) = context.school(&person.school) else { continue };
                present.extend(context.student(&school, &context.index(person)));
                schools.insert(school);
            }
            done += chunk.len();
            progress(done, all);
        }
    }
    result.rejected.sort_by_key(|row| (row.sheet, row.number));
    if prepared.parsed.kind == Kind::Roster {
        result.absent = absent(context, &schools, &present).await?;
    }
    Ok(())
}

/// Students on the register of these schools who are not in the file; they are listed, never touched.
async fn absent(
    context: &ImportContext<'_>,
    schools: &HashSet<SchoolCode>,
    present: &HashSet<StudentId>,
) -> Result<Vec<String>, AppError> {
    let mut missing = vec![];
    let mut sorted: Vec<&SchoolCode> = schools.iter().collect();
    sorted.sort();
    for school in sorted {
        let Some(scope) = context.caller.scope.narrowed_to(school) else { continue };
        let listed = student_register::students(context.app.log().readers(), &scope, None).await;
        let listed = listed.map_err(crate::event_log::EngineError::from)?;
        missing.extend(listed.into_iter().map(|listed| listed.student).filter(|student| !present.contains(student)));
    }
    let ids: Vec<Uuid> = missing.iter().map(|student| student.0).collect();
    let names = context.app.names(&ids).await?;
    Ok(ids.iter().filter_map(|id| names.get(id)).map(|name| masked_name(name)).collect())
}
