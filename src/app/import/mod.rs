//! Importing files: each file a batch, each row a request with a key of its own, so that a killed import resumes and
//! the same file records nothing twice.
//!
//! In reading order: `lines` the rows in their groups, `lookups` and `season_lookups` what is known, `meaning`, `roster`, `statements` (with their `fates`),
//! `employer`, `staff`, `placement`, `placement_row` and `agreement` what a row then means, `chunk`, `outcome_employers` and `confirm` a
//! file's rows recorded together, `preview` what that changes of whom (`on_record`) and of the figures, `batch` its batch, `again` the same bytes once more, `newer` an old workbook of errors, `all_or_nothing` all files or none, `undo` takes a batch back, with what others `confirmed`.
//! Of the files of one call schools come first, then rosters and units, then the rest. A check goes through the same
//! decisions on a rehearsal of the log and records nothing.

mod again;
mod agreement;
mod alike;
mod all_or_nothing;
pub mod batch;
mod chunk;
mod confirm;
mod confirmed;
mod employer;
mod fates;
mod lines;
mod lookups;
mod meaning;
mod newer;
pub mod on_record;
mod outcome_employers;
mod placement;
mod placement_row;
pub mod preview;
mod roster;
pub(crate) mod row_refusal;
mod season_lookups;
mod staff;
mod statements;
pub mod undo;

use derive_more::From;
use futures_util::{StreamExt as _, stream};
use std::sync::Arc;
use strum::{IntoStaticStr, VariantNames};

use clap::Args;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tokio::task::{JoinError, JoinHandle};

use super::actions::Action;
use super::failure::Failure;
use super::gate::permits;
use super::listed_events::by;
use super::request::Request;
use super::watch::Watch;
use super::{App, AppError};
use crate::accounts::{Actor, Caller, RecordedBy};
use crate::domain::ids::{BatchId, InvitationId, SchoolCode};
use crate::domain::import::{Import, Spokesman};
use crate::domain::statements::Source;
use crate::domain::terms::Term as _;
use crate::input::file::{File, TextFolder};
use crate::input::words;
use crate::intake::fault::FileFault;
use crate::intake::kind::Kind;
use crate::intake::parse::parse;
use crate::intake::rows::RejectedRow;
use crate::intake::sheet;
use crate::packet::templates::{TemplateError, Templates};
use crate::projections::import_batches;
use crate::refusal::{Refusal as _, RefusalKind};
use crate::text::lang::Sentence;
use all_or_nothing::AllOrNothing;
use batch::{Imported, Prepared, Recording, WordsOf, already, batch_of, finish, imported, start};
use chunk::{go_through, rehearse};
use lookups::ImportContext;
use newer::{Version, newer_imported};

/// Imports files; records good rows and lists the others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct ImportFiles {
    #[arg(skip)]
    pub files: Vec<File>,
    /// The kind of every file; told from the headings unless given.
    #[arg(long, value_parser = words::TermParser::<Kind>::new())]
    pub kind: Option<Kind>,
    /// The one school that the files speak of.
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
    /// Records nothing.
    #[arg(long)]
    pub check: bool,
    /// Records all files together, and only if none of them and none of their rows is rejected.
    #[arg(long)]
    pub all_or_nothing: bool,
    /// Takes hidden sheets and rows, too, which are left out and named otherwise.
    #[arg(long)]
    pub hidden: bool,
    /// Who says what the files say.
    #[arg(long, default_value = Source::School.code(), value_parser = words::TermParser::<Source>::new())]
    pub source: Source,
    /// The name of who issued the lists.
    #[arg(long)]
    pub issuer: Option<String>,
    /// The day of which the files speak; today unless given.
    #[arg(long, value_parser = words::day)]
    pub said_on: Option<Date>,
    /// Says anew what was imported before from the same bytes.
    #[arg(long)]
    pub again: bool,
    /// A school's own templates, by which documents that files call signed are hashed.
    #[arg(long, value_parser = words::text_folder)]
    pub templates: Option<TextFolder>,
}

/// The batches that the caller may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ListImports {}

// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, From, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "import_files.")]
pub enum ImportError {
    NoSuchSchool(SchoolCode),
    /// Only who may review speaks for others.
    SourceNotYours(Source),
    /// A graduate's own word is given through a link.
    NeverByFile(Source),
    /// Who opens accounts imports staff lists, who records other files.
    KindNotYours(Kind),
    #[from]
    #[serde(skip)]
    Templates(TemplateError),
    #[from]
    #[serde(skip)]
    App(AppError),
}

impl From<crate::event_log::EngineError> for ImportError {
    fn from(error: crate::event_log::EngineError) -> Self {
        Self::App(error.into())
    }
}

/// What became of one file.
#[derive(Debug)]
pub struct FileResult {
    /// As its sender named it.
    pub file: String,
    pub outcome: Result<Imported, FileFault>,
}

/// A batch as lists show it.
#[derive(Debug)]
pub struct ListedImport {
    pub batch: import_batches::ImportBatch,
    pub file_name: String,
    /// The kind of file.
    pub kind: Option<Kind>,
    /// Who imported it, by name; nobody where it was the operator.
    pub by: Option<Sentence>,
}

impl App {
    /// Imports files; `progress` is told the file and the rows done of all.
    ///
    /// # Errors
    /// If the school is not there or the templates have mistakes; what is wrong with a file or a row is in its result.
    pub(super) async fn import_files(
        &self,
        caller: &Caller,
        input: &ImportFiles,
        progress: Watch<'_>,
    ) -> Result<Vec<FileResult>, Failure> {
        if let Some(school) = &input.school {
            let known = self.school_stream(school).await?.is_some();
            if !known || caller.scope.narrowed_to(school).is_none() {
                return Err(ImportError::NoSuchSchool(school.clone()).into());
            }
        }
        may_speak(caller, input.source)?;
        self.import_spoken(caller, input, None, progress).await
    }

    /// The same, whoever says it: what comes of a form or an answer has a source that no file has.
    pub(super) async fn import_spoken(
        &self,
        caller: &Caller,
        input: &ImportFiles,
        answer_of: Option<InvitationId>,
        progress: Watch<'_>,
    ) -> Result<Vec<FileResult>, Failure> {
        let mut results = vec![];
        let mut order: Vec<(u8, bool, usize)> = vec![];
        // The kind decides the order; a file is read again when its turn comes, so that few are unpacked at a time.
        let start = |index: usize| start_reading(&input.files[index], input, place);
        let mut places = stream::iter(0..input.files.len()).map(start).buffered(cores()).enumerate();
        while let Some((index, place)) = places.next().await {
            match of_task(place) {
                Ok((kind, is_of_errors)) => {
                    self.may_import(caller, kind, input.check).await?;
                    order.push((kind.turn(), is_of_errors, index));
                }
                Err(fault) => {
                    let file = input.files[index].name.clone();
                    results.push((index, FileResult { file, outcome: Err(fault) }));
                }
            }
        }
        order.sort_unstable();
        let rehearsal = self.rehearsal();
        let only_rehearsed = input.check || input.all_or_nothing;
        let templates =
            Arc::new(Templates::with(&TextFolder::named(input.templates.as_ref())).map_err(ImportError::from)?);
        let app = if only_rehearsed { &rehearsal } else { self };
        let spoken = Spokesman { source: input.source, said_on: input.said_on.unwrap_or_else(|| self.today()) };
        let mut context = ImportContext::open(app, caller, input.school.clone(), templates).await?;
        context.words_of = WordsOf { spoken, issuer: input.issuer.clone(), answer_of, says_anew: input.again };
        let mut together = AllOrNothing::default();
        let mut order = order.into_iter().map(|(_, _, index)| index);
        let mut versions: Vec<Version> = vec![];
        let read_next = |index: usize| (index, start_reading(&input.files[index], input, |prepared| prepared));
        let mut coming = order.next().map(read_next);
        while let Some((index, reading)) = coming {
            let prepared = of_task(reading.await);
            // The next file is read while this one is recorded.
            coming = order.next().map(read_next);
            let outcome = match prepared {
                Err(fault) => Err(fault),
                Ok(mut prepared) => {
                    if let Some(of) = &prepared.source.errors_of
                        && let Some(fault) = newer_imported(&context, &prepared, of, &versions).await?
                    {
                        results
                            .push((index, FileResult { file: input.files[index].name.clone(), outcome: Err(fault) }));
                        continue;
                    }
                    versions.push(prepared.version());
                    let name = prepared.source.name.clone();
                    let mut told = |done, all| progress(&name, done, all);
                    let imported = if input.all_or_nothing && !input.check {
                        together.rehearse(&mut context, &mut prepared, &mut told).await?
                    } else if input.check {
                        let batch = batch_of(&context, &prepared).await?;
                        let begun = preview::begin(&mut context);
                        let mut checked = rehearse(&mut context, &mut prepared, &batch, &mut told).await?.0;
                        checked.moves = preview::preview(&mut context, &batch, checked.kind, begun).await?;
                        checked
                    } else {
                        record(&mut context, &mut prepared, &mut told).await?
                    };
                    Ok(imported.without_good_rows(prepared.source))
                }
            };
            results.push((index, FileResult { file: input.files[index].name.clone(), outcome }));
        }
        results.sort_by_key(|(index, _)| *index);
        if input.all_or_nothing && !input.check {
            together.record(self, caller, &mut results).await?;
        }
        Ok(results.into_iter().map(|(_, result)| result).collect())
    }

    /// The batches that a caller may see and undo, latest first. A class teacher's are those of the own hand, or
    /// recorded in the teacher's place.
    pub(super) async fn visible_batches(&self, caller: &Caller) -> Result<Vec<import_batches::ImportBatch>, AppError> {
        let batches = import_batches::batches(self.log.readers(), &caller.scope).await;
        let mut batches = batches.map_err(|error| AppError::Read(error.into()))?;
        // A batch is of a school, and a class has those that were imported for it.
        if caller.scope.class().is_some() {
            batches.retain(|batch| RecordedBy::of(&batch.actor).map(RecordedBy::role_of) == caller.role_of());
        }
        Ok(batches)
    }

    /// The batches that a caller may see, latest first, with the names of their files.
    pub(super) async fn imports(&self, caller: &Caller) -> Result<Vec<ListedImport>, Failure> {
        let batches = self.visible_batches(caller).await?;
        let ids: Vec<uuid::Uuid> = batches.iter().map(|batch| batch.batch.0).collect();
        let mut names = self.names(&ids).await?;
        let staff = self.recorders(batches.iter().map(|batch| &*batch.actor)).await?;
        let listed = |batch: import_batches::ImportBatch| {
            let file_name = names.remove(&batch.batch.0).unwrap_or_default();
            let by = by(&batch.actor, &staff);
            let kind = Kind::from_code(&batch.kind);
            ListedImport { batch, file_name, kind, by }
        };
        Ok(batches.into_iter().map(listed).collect())
    }
}

/// Whether a caller may import what a source says: what counts as proof needs the right to review.
pub(super) fn may_speak(caller: &Caller, source: Source) -> Result<(), ImportError> {
    let is_of_city = caller.scope.school().is_none();
    let may = match source {
        Source::School | Source::ClassTeacher => true,
        Source::Graduate | Source::GraduateUnconfirmed => return Err(ImportError::NeverByFile(source)),
        Source::Institution | Source::Register => permits(caller, Action::OutcomeReview).is_ok(),
        Source::Bureau => is_of_city,
    };
    if may { Ok(()) } else { Err(ImportError::SourceNotYours(source)) }
}

impl App {
    /// The kinds of files that a caller may import.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn importable(&self, caller: &Caller) -> Result<Vec<Kind>, Failure> {
        let mut kinds = vec![];
        for kind in Kind::ENTRIES.iter().map(|entry| entry.value) {
            // A list of schools says nothing of one's own.
            let is_of_others = kind == Kind::Schools && self.permits(caller, Action::SchoolAdd).await.is_err();
            match self.may_import(caller, kind, true).await {
                Ok(()) if !is_of_others => kinds.push(kind),
                Err(failure) if failure.kind() == RefusalKind::Broken => return Err(failure),
                Ok(()) | Err(_) => (),
            }
        }
        Ok(kinds)
    }

    /// Whether a caller may import, or undo, files of a kind: by a staff list accounts are opened, and by no other file.
    async fn may_import(&self, caller: &Caller, kind: Kind, only_checks: bool) -> Result<(), Failure> {
        if kind != Kind::Staff {
            let is_principal = caller.actor_kind() == Actor::Principal;
            let may = !is_principal || self.is_of_one_school().await?;
            return if may { Ok(()) } else { Err(ImportError::KindNotYours(kind).into()) };
        }
        if permits(caller, Action::StaffAdd).is_err() {
            return Err(ImportError::KindNotYours(kind).into());
        }
        if only_checks { Ok(()) } else { self.lets_in(caller, Action::StaffAdd).await }
    }
}

/// Reads a file on a thread that may take its time, and keeps of it what is wanted.
fn start_reading<T: Send + 'static>(
    file: &File,
    input: &ImportFiles,
    keep: fn(Prepared) -> T,
) -> JoinHandle<Result<T, FileFault>> {
    let (file, kind, hidden) = (file.clone(), input.kind, input.hidden);
    tokio::task::spawn_blocking(move || prepare(&file, kind, hidden).map(keep))
}

/// The file's kind, which has a turn among the others; what lists errors of another file comes behind it.
fn place(prepared: Prepared) -> (Kind, bool) {
    (prepared.parsed.kind, prepared.source.errors_of.is_some())
}

fn of_task<T>(ended: Result<T, JoinError>) -> T {
    ended.unwrap_or_else(|stopped| std::panic::resume_unwind(stopped.into_panic()))
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn prepare(file: &File, kind: Option<Kind>, takes_hidden: bool) -> Result<Prepared, FileFault> {
    let mut source = sheet::read(file.short_name().to_owned(), &file.bytes, takes_hidden)?;
    let parsed = parse(&mut source, kind)?;
    Ok(Prepared { source, parsed })
}

/// Records a file row by row: good rows go in, the others are listed.
async fn record(
    context: &mut ImportContext<'_>,
    prepared: &mut Prepared,
    progress: &mut impl FnMut(usize, usize),
) -> Result<Imported, AppError> {
    let batch = batch_of(context, prepared).await?;
    if let Some(before) = batch.is_done(&prepared.parsed) {
        let no_longer_so = again::no_longer_so(context, prepared, &batch).await?;
        return Ok(Imported { warnings: no_longer_so, ..already(prepared, &batch, before) });
    }
    if let Some(before) = batch.before {
        let rejected: Vec<Vec<RejectedRow>> =
            prepared.parsed.sheets.iter().map(|sheet| sheet.rejected.clone()).collect();
        let rehearsal = context.app.rehearsal();
        let (mut result, _) = rehearse(&mut context.on(&rehearsal).await?, prepared, &batch, &mut |_, _| ()).await?;
        if result.counts.new + result.counts.changed + result.counts.held == 0 {
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
    preview::begin(context);
    go_through(context, prepared, &batch, resumed, &mut result, &mut requests, progress).await?;
    let order = finish(context, &batch, result.counts);
    let mut request = Request::new(format!("import:{}:applied", batch.id), "applied", vec![order]);
    request.causation = Some(batch.id.to_string());
    context.app.execute(context.caller, request).await?;
    result.moves = preview::receipt(context, &batch, result.kind).await?;
    Ok(result)
}

impl Imported {
    /// Keeps of the file what its error workbook needs: many files may wait for the end of the call.
    fn without_good_rows(mut self, mut source: crate::intake::sheet::SourceFile) -> Self {
        use std::collections::HashSet;
        let rejected: HashSet<(usize, u32)> = self.rejected.iter().map(|row| (row.sheet, row.number)).collect();
        for (index, sheet) in source.sheets.iter_mut().enumerate() {
            sheet.rows.retain(|row| rejected.contains(&(index, row.number)));
        }
        self.source = source;
        self
    }
}
