//! Taking an import back: what others recorded or confirmed stays as they say it.
//!
//! Of what is said of a person the batch is taken out, and what other batches had confirmed takes its place; other facts are
//! undone one by one. Units that the batch registered stay, with their size
//! and staff: every school sees them and may name them by now. Where others built on a fact, nothing is taken back but what
//! they are named for, unless the rest is asked for.

use super::chunk::TRIES_MAX;
use super::confirmed::Confirmations;
use super::lines::confirms;

use derive_more::From;
use std::collections::{HashMap, HashSet};
use strum::{IntoStaticStr, VariantNames};

use clap::Args;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::accounts::Caller;
use crate::app::bulk::{Refused, Subject};
use crate::app::failure::Failure;
use crate::app::request::{Order, Request};
use crate::app::sign_in::removal;
use crate::app::target::{StudentInfo, TargetRefusal};
use crate::app::{App, AppError, Done};
use crate::domain::account::AccountCommand;
use crate::domain::account::codes::DisablingReason;
use crate::domain::agreement::AgreementCommand;
use crate::domain::exemption::ExemptionCommand;
use crate::domain::further_study::{FurtherStudy, FurtherStudyCommand};
use crate::domain::host::{Host, HostCommand};
use crate::domain::ids::{BatchId, HostId, PlacementId, SchoolCode, StaffId, StudentId};
use crate::domain::import::{ConfirmedRows, Import, ImportCommand, ImportRefusal};
use crate::domain::outcome::{Outcome, OutcomeCommand};
use crate::domain::placement::stay::{PlacementStage, Stay};
use crate::domain::placement::{Placement, PlacementCommand};
use crate::domain::school::SchoolCommand;
use crate::domain::student::{Student, StudentCommand, StudentRefusal, StudentRegistration};
use crate::domain::terms::Term as _;
use crate::domain::{StreamType, UndoReason};
use crate::event_log::record::{Recorded, StreamKey};
use crate::event_log::request::AppendError;
use crate::input::words;
use crate::intake::kind::Kind;
use crate::people::Person;
use crate::projections::import_batches::{self, ImportBatch};
use crate::projections::student_register;

/// Events read at a time.
const PAGE_LEN: i64 = 4_000;

// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, From, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "undo.")]
pub enum UndoError {
    SchoolInUse(SchoolCode),
    #[from]
    #[serde(skip)]
    App(AppError),
}

/// Takes an import back: every fact it recorded is undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct UndoImport {
    /// Id of the batch or its end.
    pub batch: String,
    #[arg(long, value_parser = words::TermParser::<UndoReason>::new())]
    pub reason: UndoReason,
    /// Takes back what nobody built on, and leaves the rest.
    #[arg(long)]
    #[serde(default)]
    pub rest: bool,
}

impl App {
    pub(in crate::app) async fn undo_import(&self, caller: &Caller, input: &UndoImport) -> Result<Undone, Failure> {
        let batch = self.find_batch(&input.batch).await?;
        let listed = self.visible_batches(caller).await?.into_iter().find(|listed| listed.batch == batch);
        let listed = listed.ok_or(TargetRefusal::NoSuchBatch)?;
        if let Some(kind) = Kind::from_code(&listed.kind) {
            self.may_import(caller, kind, false).await?;
        }
        Ok(undo(self, caller, &listed, input).await?)
    }
}

impl App {
    /// Takes back the statement of an answer that changes, whoever recorded it; nothing where that was done before.
    pub(in crate::app) async fn undo_statement(
        &self,
        caller: &Caller,
        batch: BatchId,
        reason: UndoReason,
    ) -> Result<(), Failure> {
        let batches = import_batches::batches(self.log.readers(), &caller.scope).await;
        let batches = batches.map_err(|error| AppError::Read(error.into()))?;
        let Some(listed) = batches.into_iter().find(|listed| listed.batch == batch) else { return Ok(()) };
        if listed.state == "undone" {
            return Ok(());
        }
        let input = UndoImport { batch: batch.0.to_string(), reason, rest: false };
        match undo(self, caller, &listed, &input).await?.refused.into_iter().next() {
            Some(refused) => Err(*refused.why),
            None => Ok(()),
        }
    }
}

/// What became of the undoing of a batch.
#[derive(Debug)]
pub struct Undone {
    /// Facts that were undone.
    pub count: usize,
    /// Whose facts stay, since others were recorded on top of them. The batch stands until they are undone, too.
    pub refused: Vec<Refused>,
}

/// Undoes a batch, its latest facts first. Killed and called again, it goes on.
async fn undo(app: &App, caller: &Caller, listed: &ImportBatch, input: &UndoImport) -> Result<Undone, UndoError> {
    let batch = listed.batch;
    app.bring_up_to_date::<Import>(&[batch.0]).await?;
    if *app.load::<Import>(batch.0).await?.0 == Import::Undone {
        return Err(AppError::from(ImportRefusal::AlreadyUndone).into());
    }
    let (after, head) = app.span(batch).await?;
    let (mut count, mut refused) = (0, vec![]);
    let mut up_to = head;
    if !input.rest {
        while let Some(page) = page(app, batch, after, up_to).await? {
            up_to = page.first().map_or(after, |first| first.position - 1);
            refused.extend(built_on(app, batch, &page, &confirmations(app, listed, &page).await?).await?);
        }
        let handed_over = handed_over(app, listed).await?;
        refused.extend(built_on(app, batch, &handed_over, &confirmations(app, listed, &handed_over).await?).await?);
        if !refused.is_empty() {
            return Ok(Undone { count, refused: named(app, caller, refused).await? });
        }
        up_to = head;
    }
    while let Some(page) = page(app, batch, after, up_to).await? {
        up_to = page.first().map_or(after, |first| first.position - 1);
        let (undone, kept) = undo_page(app, caller, listed, input.reason, &page).await?;
        count += undone;
        refused.extend(kept);
    }
    let handed_over = handed_over(app, listed).await?;
    let (undone, kept) = undo_page(app, caller, listed, input.reason, &handed_over).await?;
    count += undone;
    refused.extend(kept);
    if refused.is_empty() || input.rest {
        let school = listed.school.as_deref().and_then(|code| SchoolCode::parse(code).ok());
        let command = ImportCommand::Undo { reason: input.reason, effective_on: app.today() };
        let order = Order::Import { id: batch.0, school, command };
        app.execute(caller, Request::new(format!("undo:{}", batch.0), "undo", vec![order])).await?;
    }
    Ok(Undone { count, refused: named(app, caller, refused).await? })
}

/// The events of a batch up to a position, the first of them first; nothing when there are none.
async fn page(app: &App, batch: BatchId, after: i64, up_to: i64) -> Result<Option<Vec<Recorded>>, AppError> {
    let mut page = app.log().caused_events(&batch.0.to_string(), after, up_to, PAGE_LEN).await?;
    page.reverse();
    Ok(Some(page).filter(|page| !page.is_empty()))
}

async fn confirmations(app: &App, listed: &ImportBatch, page: &[Recorded]) -> Result<Confirmations, AppError> {
    let schools: HashSet<SchoolCode> =
        page.iter().filter_map(|recorded| SchoolCode::parse(recorded.school.as_deref()?).ok()).collect();
    Confirmations::read(app, listed.batch, &listed.kind, schools.into_iter()).await
}

/// Students of whom only the batch says who they are, and of whom others recorded something that would stand alone.
async fn built_on(
    app: &App,
    batch: BatchId,
    page: &[Recorded],
    confirmations: &Confirmations,
) -> Result<Vec<(Uuid, AppError)>, AppError> {
    let is_student = |recorded: &&Recorded| StreamType::parse(&recorded.stream_type) == Some(StreamType::Student);
    let mut ids: Vec<Uuid> = page.iter().filter(is_student).map(Recorded::subject).collect();
    ids.sort_unstable();
    ids.dedup();
    app.bring_up_to_date::<Student>(&ids).await?;
    let mut alone = vec![];
    for id in ids {
        let (student, _) = app.load::<Student>(id).await?;
        if !student.timeline().has_others_than(batch) && confirmations.rosters_of(StudentId(id)).is_empty() {
            alone.push(id);
        }
    }
    let ids = alone;
    let students: Vec<StudentId> = ids.iter().copied().map(StudentId).collect();
    app.bring_up_to_date::<Outcome>(&ids).await?;
    app.bring_up_to_date::<FurtherStudy>(&ids).await?;
    let mut placed = HashSet::new();
    for (student, placements) in app.placements_of(&students).await? {
        for placement in placements {
            let (placement, _) = app.load::<Placement>(placement.0).await?;
            let is_live = |stay: &Stay| stay.stage != PlacementStage::Cancelled;
            if placement.stay().is_some_and(is_live) {
                placed.insert(student);
            }
        }
    }
    let mut blocked = vec![];
    for student in students {
        let (outcome, _) = app.load::<Outcome>(student.0).await?;
        let (study, _) = app.load::<FurtherStudy>(student.0).await?;
        let is_stated = outcome.timeline().has_others_than(batch) || study.timeline().has_others_than(batch);
        if is_stated || placed.contains(&student) {
            blocked.push((student.0, StudentRefusal::RecordsStand.into()));
        }
    }
    Ok(blocked)
}

/// Undoes what stands of a page; gives how many facts were undone, and whose stay. Where another process confirmed something
/// meanwhile, it is done again.
async fn undo_page(
    app: &App,
    caller: &Caller,
    listed: &ImportBatch,
    reason: UndoReason,
    page: &[Recorded],
) -> Result<(usize, Vec<(Uuid, AppError)>), UndoError> {
    let mut count = 0;
    for _ in 0..TRIES_MAX {
        let confirmations = confirmations(app, listed, page).await?;
        let mut refused = built_on(app, listed.batch, page, &confirmations).await?;
        let stay: HashSet<Uuid> = refused.iter().map(|(subject, _)| *subject).collect();
        let undone: Vec<&Recorded> = page.iter().filter(|recorded| !stay.contains(&recorded.subject())).collect();
        let requests = requests(app, listed.batch, reason, &undone, &confirmations).await?;
        let (undone, is_stale, kept) = execute(app, caller, requests).await?;
        count += undone;
        refused.extend(kept);
        if !is_stale {
            return Ok((count, refused));
        }
        let ids: Vec<Uuid> = page.iter().map(Recorded::subject).collect();
        app.bring_up_to_date::<Student>(&ids).await?;
        app.bring_up_to_date::<Outcome>(&ids).await?;
        app.bring_up_to_date::<FurtherStudy>(&ids).await?;
    }
    Err(AppError::from(AppendError::Stale).into())
}

/// What stands by this batch's word, though other batches recorded it: the undoings by which its words took the place of
/// those that it had confirmed.
async fn handed_over(app: &App, listed: &ImportBatch) -> Result<Vec<Recorded>, AppError> {
    let Some(kind) = Kind::from_code(&listed.kind).filter(|kind| confirms(*kind)) else { return Ok(vec![]) };
    let stream = match kind {
        Kind::Roster => StreamType::Student,
        Kind::Outcomes => StreamType::Outcome,
        Kind::FurtherStudy | Kind::Exam => StreamType::FurtherStudy,
        Kind::Schools | Kind::Employers | Kind::Placements | Kind::Staff => return Ok(vec![]),
    };
    let confirmations = Confirmations::read(app, listed.batch, &listed.kind, std::iter::empty()).await?;
    let ids: Vec<Uuid> = confirmations.own.iter().map(|student| student.0).collect();
    app.bring_up_to_date::<Student>(&ids).await?;
    app.bring_up_to_date::<Outcome>(&ids).await?;
    app.bring_up_to_date::<FurtherStudy>(&ids).await?;
    let mut handed_over = vec![];
    for student in &confirmations.own {
        let says = match stream {
            StreamType::Student => app.load::<Student>(student.0).await?.0.timeline().has(listed.batch),
            StreamType::Outcome => app.load::<Outcome>(student.0).await?.0.timeline().has(listed.batch),
            _ => app.load::<FurtherStudy>(student.0).await?.0.timeline().has(listed.batch),
        };
        if !says {
            continue;
        }
        let recorded = app.log().stream_events(StreamKey { kind: stream, id: student.0 }, 0, PAGE_LEN).await?;
        handed_over.extend(recorded.into_iter().filter(|recorded| recorded.kind == "batch_undone"));
    }
    handed_over.sort_by_key(|recorded| recorded.position);
    Ok(handed_over)
}

type Executed = (usize, bool, Vec<(Uuid, AppError)>);

/// How many facts were undone, whether something was stale, and what was refused.
async fn execute(app: &App, caller: &Caller, requests: Vec<(Uuid, Request)>) -> Result<Executed, AppError> {
    let (mut count, mut is_stale, mut refused) = (0, false, vec![]);
    let (subjects, requests): (Vec<Uuid>, Vec<Request>) = requests.into_iter().unzip();
    for (subject, done) in subjects.into_iter().zip(app.execute_all(caller, requests).await) {
        match done {
            Ok(Done::Recorded(receipt)) if !receipt.repeated => {
                count += usize::try_from(receipt.event_count).unwrap_or_default();
            }
            Ok(_) => (),
            Err(AppError::Append(AppendError::Stale)) => is_stale = true,
            Err(error) if error.is_refusal() => refused.push((subject, error)),
            Err(error) => return Err(error),
        }
    }
    Ok((count, is_stale, refused))
}

/// Refusals with the student or the unit whose facts they are.
async fn named(app: &App, caller: &Caller, refused: Vec<(Uuid, AppError)>) -> Result<Vec<Refused>, AppError> {
    let mut about = vec![];
    let mut subjects = HashSet::new();
    for (subject, why) in refused.into_iter().filter(|(subject, _)| subjects.insert(*subject)) {
        let student = app.load::<Placement>(subject).await?.0.student().map(|student| student.0);
        let unit = app.load::<Host>(subject).await?.0.proposed().map(|proposed| proposed.employer.0);
        about.push((student.or(unit).unwrap_or(subject), why));
    }
    let ids: Vec<Uuid> = about.iter().map(|(id, _)| *id).collect();
    app.bring_up_to_date::<Student>(&ids).await?;
    let names = app.names(&ids).await?;
    let mut named = vec![];
    for (id, why) in about {
        let name = names.get(&id).cloned().unwrap_or_default();
        let whom = match app.load::<Student>(id).await?.0.registered().map(|registered| &registered.registration) {
            Some(StudentRegistration { school, class, .. }) => {
                let (student, school, class) = (StudentId(id), school.clone(), class.as_str().to_owned());
                let info = StudentInfo { student, school, class, person: Person { name, ..Person::default() } };
                Subject::Student(info.shown(caller))
            }
            None => Subject::Unit(name),
        };
        named.push(Refused { whom, why: Box::new(why.into()) });
    }
    Ok(named)
}

/// One request per subject with all its facts of this page, latest first.
async fn requests(
    app: &App,
    batch: BatchId,
    reason: UndoReason,
    page: &[&Recorded],
    confirmations: &Confirmations,
) -> Result<Vec<(Uuid, Request)>, UndoError> {
    let mut by_subject: HashMap<Uuid, Request> = HashMap::new();
    let mut order_of_subjects = vec![];
    // Another key when it is tried again: what stood in the way may be undone by then.
    let tried_at = app.log().head().await.map_err(AppError::from)?.position();
    for recorded in page.iter().rev() {
        let subject = recorded.subject();
        let Some(order) = order(app, batch, recorded, reason, confirmations).await? else { continue };
        let request = by_subject.entry(subject).or_insert_with(|| {
            order_of_subjects.push(subject);
            Request::new(format!("undo:{}:{tried_at}:{subject}", batch.0), "undo", vec![])
        });
        let school = recorded.school.as_deref().and_then(|code| SchoolCode::parse(code).ok());
        // An order about statements is given once for all that the batch says of a person in one stream.
        if request.orders.iter().any(|known| is_same_batch(known, &order)) {
            continue;
        }
        if request.guards.is_empty() {
            request.guards.extend(school.and_then(|school| confirmations.guard(&school)));
        }
        if let Order::Account { account, command: AccountCommand::Disable { .. } } = &order {
            request.removals.push(removal(*account, None));
        }
        request.orders.push(order);
    }
    let requests = order_of_subjects.into_iter();
    Ok(requests.filter_map(|subject| Some((subject, by_subject.remove(&subject)?))).collect())
}

fn is_same_batch(one: &Order, other: &Order) -> bool {
    matches!(
        (one, other),
        (
            Order::Outcome { command: OutcomeCommand::UndoBatch { .. }, .. },
            Order::Outcome { command: OutcomeCommand::UndoBatch { .. }, .. }
        ) | (
            Order::Student { command: StudentCommand::UndoBatch { .. }, .. },
            Order::Student { command: StudentCommand::UndoBatch { .. }, .. }
        ) | (
            Order::FurtherStudy { command: FurtherStudyCommand::UndoBatch { .. }, .. },
            Order::FurtherStudy { command: FurtherStudyCommand::UndoBatch { .. }, .. }
        )
    )
}

async fn order(
    app: &App,
    batch: BatchId,
    recorded: &Recorded,
    reason: UndoReason,
    confirmations: &Confirmations,
) -> Result<Option<Order>, UndoError> {
    let (id, version) = (recorded.subject(), recorded.version.unsigned_abs());
    let (student, effective_on) = (StudentId(id), app.today());
    Ok(match StreamType::parse(&recorded.stream_type) {
        Some(StreamType::Student) => {
            let also = confirmations.rosters_of(student);
            Some(Order::Student { student, command: StudentCommand::UndoBatch { batch, reason, also, effective_on } })
        }
        Some(StreamType::Outcome) => {
            let also = confirmations.of(student, |rows| match rows {
                ConfirmedRows::Destinations(rows) => Some(rows.clone()),
                ConfirmedRows::Roster(_) | ConfirmedRows::Studies(_) => None,
            });
            let command = OutcomeCommand::UndoBatch { batch, reason, also, effective_on };
            Some(Order::Outcome { student, command })
        }
        Some(StreamType::FurtherStudy) => {
            let also = confirmations.of(student, |rows| match rows {
                ConfirmedRows::Studies(rows) => Some(rows.clone()),
                ConfirmedRows::Roster(_) | ConfirmedRows::Destinations(_) => None,
            });
            let command = FurtherStudyCommand::UndoBatch { batch, reason, also, effective_on };
            Some(Order::FurtherStudy { student, command })
        }
        Some(StreamType::School) => {
            let code = recorded.school.as_deref().and_then(|code| SchoolCode::parse(code).ok());
            let Some(code) = code else { return Ok(None) };
            let scope = crate::accounts::Scope::School(code.clone());
            let students = student_register::students(app.log().readers(), &scope, None).await;
            if !students.map_err(|error| AppError::Read(error.into()))?.is_empty() {
                return Err(UndoError::SchoolInUse(code));
            }
            Some(Order::School { id, code, command: SchoolCommand::Undo { version, reason, effective_on } })
        }
        Some(StreamType::Exemption) => {
            let command = ExemptionCommand::Undo { version, reason, note: None, effective_on };
            Some(Order::Exemption { student, command })
        }
        Some(StreamType::Placement) => {
            let (placement, note) = (PlacementId(id), None);
            let command = PlacementCommand::Undo { version, reason, note, effective_on };
            Some(Order::Placement { placement, command })
        }
        Some(StreamType::Agreement) => {
            let command = AgreementCommand::Undo { version, reason, note: None, effective_on };
            Some(Order::Agreement { placement: PlacementId(id), command })
        }
        Some(StreamType::Host) => {
            let school = recorded.school.as_deref().and_then(|code| SchoolCode::parse(code).ok());
            let command = HostCommand::Undo { version, reason, note: None, effective_on };
            school.map(|school| Order::Host { host: HostId(id), school, command })
        }
        // An account is never unmade; whom the list opened may nothing.
        Some(StreamType::Account) if recorded.kind == "account_opened" => {
            let command = AccountCommand::Disable { reason: DisablingReason::EntryError, effective_on };
            Some(Order::Account { account: StaffId(id), command })
        }
        Some(StreamType::Account) => {
            let command = AccountCommand::Undo { version, reason, note: None, effective_on };
            Some(Order::Account { account: StaffId(id), command })
        }
        Some(
            StreamType::Employer
            | StreamType::Season
            | StreamType::YearEnd
            | StreamType::Survey
            | StreamType::Invitation
            | StreamType::Import
            | StreamType::Log,
        )
        | None => None,
    })
}
