//! Importing files: each file a batch, each row a request with a key of its own, so that a killed import resumes and
//! the same file records nothing twice.
//!
//! Of the files of one call schools come first, then rosters and units, then the rest. `check` goes through the same decisions
//! on a rehearsal of the log and records nothing; `whole` rehearses all files, and records them in one append.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use thiserror::Error;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::chunk::Chunk;
use super::desk::Desk;
use super::kind::Kind;
use super::rows::{Fault, Parsed, RejectedRow, parse};
use super::sheet::{FileFault, SourceFile, SourceRow, read};
use super::whole::Whole;
use crate::accounts::{Caller, Capability};
use crate::app::people::guards;
use crate::app::request::{Order, Request};
use crate::app::{App, AppError};
use crate::domain::ids::{BatchId, SchoolCode, SealedRevision, StudentId};
use crate::domain::import::{Import, ImportCommand, RowCounts};
use crate::domain::terms::Term;
use crate::event_log::request::{GuardKey, GuardUse};
use crate::packet::templates::{TemplateError, Templates};
use crate::people::{Sealed, masked_name};
use crate::projections::student_register;
use crate::text::cleaning::in_one_line;

/// Rows decided and appended together.
const CHUNK_LEN: usize = 1_000;

#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The kind of every file; told from the headings when absent.
    pub kind: Option<Kind>,
    /// The one school that the files speak of.
    pub school: Option<SchoolCode>,
    /// Records nothing.
    pub check: bool,
    /// Records all files together, and only if none of them and none of their rows is rejected.
    pub all_or_nothing: bool,
    /// The folder of a school's own templates, by which documents that files call signed are hashed.
    pub templates: Option<PathBuf>,
}

#[derive(Debug, Error)]
pub enum ImportError {
    #[error("没有学校 {0}")]
    NoSuchSchool(SchoolCode),
    #[error(transparent)]
    Templates(#[from] TemplateError),
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<crate::event_log::EngineError> for ImportError {
    fn from(error: crate::event_log::EngineError) -> Self {
        Self::App(error.into())
    }
}

/// What became of one file.
#[derive(Debug)]
pub struct FileResult {
    pub file: PathBuf,
    pub outcome: Result<Imported, FileFault>,
}

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

/// Imports files; `progress` is told the file and the rows done of all.
pub async fn import(
    app: &App,
    caller: &Caller,
    files: &[PathBuf],
    options: &Options,
    mut progress: impl FnMut(&str, usize, usize),
) -> Result<Vec<FileResult>, ImportError> {
    if !caller.may(Capability::Record) {
        return Err(AppError::NotAllowed.into());
    }
    if let Some(school) = &options.school {
        let known = app.school_stream(school).await?.is_some();
        if !known || caller.scope.narrowed_to(school).is_none() {
            return Err(ImportError::NoSuchSchool(school.clone()));
        }
    }
    let mut results = vec![];
    let mut kinds: Vec<(Kind, usize)> = vec![];
    for (index, path) in files.iter().enumerate() {
        // The kind decides the order; a file is read again when its turn comes, so that few are in memory at a time.
        match prepare(path, options.kind) {
            Ok(prepared) => kinds.push((prepared.parsed.kind, index)),
            Err(fault) => results.push((index, FileResult { file: path.clone(), outcome: Err(fault) })),
        }
    }
    kinds.sort_by_key(|(kind, index)| (kind.turn(), *index));
    let rehearsal = app.rehearsal();
    let only_rehearsed = options.check || options.all_or_nothing;
    let templates = Arc::new(Templates::load(options.templates.as_deref())?);
    let mut desk =
        Desk::open(if only_rehearsed { &rehearsal } else { app }, caller, options.school.clone(), templates).await?;
    let mut whole = Whole::default();
    let mut order = kinds.into_iter().map(|(_, index)| index);
    let read_next = |index: usize| (index, start_reading(&files[index], options.kind));
    let mut coming = order.next().map(read_next);
    while let Some((index, reading)) = coming {
        let path = &files[index];
        let prepared = match reading.await {
            Ok(prepared) => prepared,
            Err(stopped) => std::panic::resume_unwind(stopped.into_panic()),
        };
        // The next file is read while this one is recorded.
        coming = order.next().map(read_next);
        let outcome = match prepared {
            Err(fault) => Err(fault),
            Ok(mut prepared) => {
                let name = prepared.source.name.clone();
                let mut told = |done, all| progress(&name, done, all);
                let imported = if options.all_or_nothing && !options.check {
                    whole.rehearse(&mut desk, &mut prepared, &mut told).await?
                } else if options.check {
                    let batch = batch_of(&desk, &prepared).await?;
                    rehearse(&mut desk, &mut prepared, &batch, &mut told).await?.0
                } else {
                    record(&mut desk, &mut prepared, &mut told).await?
                };
                Ok(imported.without_good_rows(prepared.source))
            }
        };
        results.push((index, FileResult { file: path.clone(), outcome }));
    }
    results.sort_by_key(|(index, _)| *index);
    if options.all_or_nothing && !options.check {
        whole.record(app, caller, &mut results).await?;
    }
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

fn start_reading(path: &Path, kind: Option<Kind>) -> JoinHandle<Result<Prepared, FileFault>> {
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || prepare(&path, kind))
}

fn prepare(path: &Path, kind: Option<Kind>) -> Result<Prepared, FileFault> {
    let mut source = read(path)?;
    let parsed = parse(&mut source, kind)?;
    Ok(Prepared { source, parsed })
}

/// The batch of a file: where it stands, and how to begin it.
pub(super) struct Batch {
    pub id: Uuid,
    pub state: Import,
    pub guard: GuardUse,
    /// The batch in which the same bytes were recorded before.
    pub before: Option<BatchId>,
    school: Option<SchoolCode>,
}

impl Batch {
    /// What became of the same bytes when they were imported before, if nothing of them can become more: a row that was
    /// rejected may be right by now.
    fn is_done(&self, kind: Kind) -> Option<RowCounts> {
        match self.state {
            Import::Applied(before) if !kind.goes_on() && before.rejected == 0 => Some(before),
            Import::Applied(_) | Import::Started | Import::Undone | Import::Absent => None,
        }
    }
}

pub(super) async fn batch_of(desk: &Desk<'_>, prepared: &Prepared) -> Result<Batch, AppError> {
    let school = desk.caller.scope.school().cloned().or_else(|| single_school(desk, &prepared.parsed));
    let scope = school.as_ref().map_or(String::new(), |school| school.as_str().to_owned());
    let key = format!("{}:{}", prepared.parsed.kind.code(), prepared.source.sha256);
    let guard = GuardKey { kind: guards::IMPORT.to_owned(), scope, key };
    let known = desk.app.log().guard(&guard).await?;
    let version = known.as_ref().map_or(0, |guard| guard.version);
    let last = known.and_then(|guard| Uuid::parse_str(&guard.stream).ok());
    let state = match last {
        Some(id) => {
            desk.app.bring_up_to_date::<Import>(&[id]).await?;
            *desk.app.load::<Import>(id).await?.0
        }
        None => Import::Absent,
    };
    let goes_on = prepared.parsed.kind.goes_on();
    let id = match (last, state) {
        (Some(id), Import::Applied(counts)) if !goes_on && counts.rejected == 0 => id,
        (Some(id), Import::Started) => id,
        (Some(_), Import::Applied(_) | Import::Undone | Import::Absent) | (None, _) => desk.app.new_id(),
    };
    let before = last.map(BatchId).filter(|_| matches!(state, Import::Applied(_)));
    let guard = GuardUse { guard, version, set: Some(id.to_string()) };
    Ok(Batch { id, state, guard, before, school })
}

/// The one school that all good rows name, if there is one.
fn single_school(desk: &Desk<'_>, parsed: &Parsed) -> Option<SchoolCode> {
    let rows = parsed.sheets.iter().flat_map(|sheet| sheet.rows.iter());
    let schools: HashSet<SchoolCode> = rows.filter_map(|row| desk.school(row.content.school()?).ok()).collect();
    let mut schools = schools.into_iter();
    schools.next().filter(|_| schools.next().is_none())
}

pub(super) fn start(desk: &Desk<'_>, prepared: &Prepared, batch: &Batch) -> Result<Request, AppError> {
    let mut name = prepared.source.name.clone();
    in_one_line(&mut name);
    let sealed = Sealed::Name { name };
    let command = ImportCommand::Start {
        file_sha256: prepared.source.sha256.clone(),
        kind: prepared.parsed.kind.code().to_owned(),
        school: batch.school.clone(),
        file_name: SealedRevision(1),
        effective_on: desk.app.today(),
    };
    let order = Order::Import { id: batch.id, school: batch.school.clone(), command };
    let mut request = Request::new(format!("import:{}", batch.id), "start", vec![order]);
    request.guards.push(batch.guard.clone());
    request.rows.push(desk.app.people().seal(batch.id, 1, &sealed)?);
    request.causation = Some(batch.id.to_string());
    request.answer = json!({ "batch": batch.id });
    Ok(request)
}

pub(super) fn finish(desk: &Desk<'_>, batch: &Batch, counts: RowCounts) -> Order {
    let command = ImportCommand::Finish { counts, effective_on: desk.app.today() };
    Order::Import { id: batch.id, school: batch.school.clone(), command }
}

/// What the file had become when it was imported before.
fn already(prepared: &mut Prepared, batch: &Batch, before: RowCounts) -> Imported {
    let counts = RowCounts {
        new: 0,
        changed: 0,
        unchanged: before.new + before.changed + before.unchanged,
        rejected: before.rejected,
    };
    let recording = Recording::AlreadyImported(BatchId(batch.id));
    Imported { counts, recording, rejected: vec![], ..imported(prepared) }
}

impl Imported {
    /// Keeps of the file what its error workbook needs: many files may wait for the end of the call.
    fn without_good_rows(mut self, mut source: SourceFile) -> Self {
        let rejected: HashSet<(usize, u32)> = self.rejected.iter().map(|row| (row.sheet, row.number)).collect();
        for (index, sheet) in source.sheets.iter_mut().enumerate() {
            sheet.rows.retain(|row| rejected.contains(&(index, row.number)));
        }
        self.source = source;
        self
    }
}

fn imported(prepared: &mut Prepared) -> Imported {
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

/// Records a file row by row: good rows go in, the others are listed.
async fn record(
    desk: &mut Desk<'_>,
    prepared: &mut Prepared,
    progress: &mut impl FnMut(usize, usize),
) -> Result<Imported, AppError> {
    let batch = batch_of(desk, prepared).await?;
    if let Some(before) = batch.is_done(prepared.parsed.kind) {
        return Ok(already(prepared, &batch, before));
    }
    if let Some(before) = batch.before {
        let rejected: Vec<Vec<RejectedRow>> =
            prepared.parsed.sheets.iter().map(|sheet| sheet.rejected.clone()).collect();
        let rehearsal = desk.app.rehearsal();
        let (mut result, _) = rehearse(&mut desk.on(&rehearsal).await?, prepared, &batch, &mut |_, _| ()).await?;
        if result.counts.new + result.counts.changed == 0 {
            result.recording = Recording::AlreadyImported(before);
            return Ok(result);
        }
        prepared.parsed.sheets.iter_mut().zip(rejected).for_each(|(sheet, rejected)| sheet.rejected = rejected);
    }
    if batch.state != Import::Started {
        let begin = start(desk, prepared, &batch)?;
        desk.app.execute(desk.caller, begin).await?;
    }
    let resumed = batch.state == Import::Started;
    let mut result = imported(prepared);
    result.recording = Recording::Recorded(BatchId(batch.id));
    let mut requests = vec![];
    go_through(desk, prepared, &batch, resumed, &mut result, &mut requests, progress).await?;
    let order = finish(desk, &batch, result.counts);
    let mut request = Request::new(format!("import:{}:applied", batch.id), "applied", vec![order]);
    request.causation = Some(batch.id.to_string());
    desk.app.execute(desk.caller, request).await?;
    Ok(result)
}

/// Decides a file without recording it; gives the requests that would record it.
pub(super) async fn rehearse(
    desk: &mut Desk<'_>,
    prepared: &mut Prepared,
    batch: &Batch,
    progress: &mut impl FnMut(usize, usize),
) -> Result<(Imported, Vec<Request>), AppError> {
    let mut result = imported(prepared);
    let mut requests = vec![];
    if let Some(before) = batch.is_done(prepared.parsed.kind) {
        result = already(prepared, batch, before);
    } else {
        go_through(desk, prepared, batch, false, &mut result, &mut requests, progress).await?;
        result.recording = Recording::Checked;
    }
    Ok((result, requests))
}

/// Goes through all rows in chunks and counts what became of them.
async fn go_through(
    desk: &mut Desk<'_>,
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
            work.go_through(desk, chunk, result, kept).await?;
            for row in chunk {
                let Some(person) = row.content.person() else { continue };
                let Ok(school) = desk.school(&person.school) else { continue };
                present.extend(desk.student(&school, &desk.index(person)));
                schools.insert(school);
            }
            done += chunk.len();
            progress(done, all);
        }
    }
    result.rejected.sort_by_key(|row| (row.sheet, row.number));
    if prepared.parsed.kind == Kind::Roster {
        result.absent = absent(desk, &schools, &present).await?;
    }
    Ok(())
}

/// Students on the register of these schools who are not in the file; they are listed, never touched.
async fn absent(
    desk: &Desk<'_>,
    schools: &HashSet<SchoolCode>,
    present: &HashSet<StudentId>,
) -> Result<Vec<String>, AppError> {
    let mut missing = vec![];
    let mut sorted: Vec<&SchoolCode> = schools.iter().collect();
    sorted.sort();
    for school in sorted {
        let Some(scope) = desk.caller.scope.narrowed_to(school) else { continue };
        let listed = student_register::students(desk.app.log().readers(), &scope, None).await;
        let listed = listed.map_err(crate::event_log::EngineError::from)?;
        missing.extend(listed.into_iter().map(|listed| listed.student).filter(|student| !present.contains(student)));
    }
    let ids: Vec<Uuid> = missing.iter().map(|student| student.0).collect();
    let names = desk.app.names(&ids).await?;
    Ok(ids.iter().filter_map(|id| names.get(id)).map(|name| masked_name(name)).collect())
}

/// Notes a row that is not recorded.
pub(super) fn reject(result: &mut Imported, rejected: RejectedRow) {
    result.counts.rejected += 1;
    result.rejected.push(rejected);
}
