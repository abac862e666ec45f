//! Taking an import back: every fact it recorded is undone by an event of its own; what others recorded stays.
//!
//! Units that the batch registered stay, with their size and staff: every school sees them and may name them by now.
//! Where others recorded something on top of a fact, it stays, and whose it is is named.

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
use crate::app::target::{StudentInfo, TargetRefusal};
use crate::app::{App, AppError, Done};
use crate::domain::agreement::AgreementCommand;
use crate::domain::exemption::ExemptionCommand;
use crate::domain::further_study::FurtherStudyCommand;
use crate::domain::host::{Host, HostCommand};
use crate::domain::ids::{BatchId, HostId, PlacementId, SchoolCode, StudentId};
use crate::domain::import::{Import, ImportCommand, ImportRefusal};
use crate::domain::outcome::OutcomeCommand;
use crate::domain::placement::{Placement, PlacementCommand};
use crate::domain::school::SchoolCommand;
use crate::domain::student::{Student, StudentCommand, StudentRegistration};
use crate::domain::{StreamType, UndoReason};
use crate::event_log::record::Recorded;
use crate::input::words;
use crate::people::Person;
use crate::projections::import_batches::ImportBatch;
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
}

impl App {
    pub(in crate::app) async fn undo_import(&self, caller: &Caller, input: &UndoImport) -> Result<Undone, Failure> {
        let batch = self.find_batch(&input.batch).await?;
        let listed = self.visible_batches(caller).await?.into_iter().find(|listed| listed.batch == batch);
        Ok(undo(self, caller, &listed.ok_or(TargetRefusal::NoSuchBatch)?, input.reason).await?)
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
async fn undo(app: &App, caller: &Caller, listed: &ImportBatch, reason: UndoReason) -> Result<Undone, UndoError> {
    let batch = listed.batch;
    app.bring_up_to_date::<Import>(&[batch.0]).await?;
    if *app.load::<Import>(batch.0).await?.0 == Import::Undone {
        return Err(AppError::from(ImportRefusal::AlreadyUndone).into());
    }
    let (mut count, mut refused) = (0, vec![]);
    let (after, mut up_to) = app.span(batch).await?;
    loop {
        let page = app.log().caused_events(&batch.0.to_string(), after, up_to, PAGE_LEN).await;
        let page = page.map_err(AppError::from)?;
        let Some(first) = page.last() else { break };
        up_to = first.position - 1;
        let requests = requests(app, batch, reason, &page).await?;
        let (subjects, requests): (Vec<Uuid>, Vec<Request>) = requests.into_iter().unzip();
        for (subject, done) in subjects.into_iter().zip(app.execute_all(caller, requests).await) {
            match done {
                Ok(Done::Recorded(receipt)) if !receipt.repeated => {
                    count += usize::try_from(receipt.event_count).unwrap_or_default();
                }
                Ok(_) => (),
                Err(error) if error.is_refusal() => refused.push((subject, error)),
                Err(error) => return Err(error.into()),
            }
        }
    }
    if refused.is_empty() {
        let school = listed.school.as_deref().and_then(|code| SchoolCode::parse(code).ok());
        let command = ImportCommand::Undo { reason, effective_on: app.today() };
        let order = Order::Import { id: batch.0, school, command };
        app.execute(caller, Request::new(format!("undo:{}", batch.0), "undo", vec![order])).await?;
    }
    Ok(Undone { count, refused: named(app, caller, refused).await? })
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
    page: &[Recorded],
) -> Result<Vec<(Uuid, Request)>, UndoError> {
    let mut by_subject: HashMap<Uuid, Vec<Order>> = HashMap::new();
    let mut order_of_subjects = vec![];
    for recorded in page {
        let Some(order) = order(app, recorded, reason).await? else { continue };
        let orders = by_subject.entry(recorded.subject()).or_default();
        if orders.is_empty() {
            order_of_subjects.push(recorded.subject());
        }
        orders.push(order);
    }
    // Another key when it is tried again: what stood in the way may be undone by then.
    let tried_at = app.log().head().await.map_err(AppError::from)?.position();
    let request = |subject, orders| Request::new(format!("undo:{}:{tried_at}:{subject}", batch.0), "undo", orders);
    let requests = order_of_subjects.into_iter();
    Ok(requests.filter_map(|subject| Some((subject, request(subject, by_subject.remove(&subject)?)))).collect())
}

async fn order(app: &App, recorded: &Recorded, reason: UndoReason) -> Result<Option<Order>, UndoError> {
    let (id, version) = (recorded.subject(), recorded.version.unsigned_abs());
    let (student, effective_on) = (StudentId(id), app.today());
    Ok(match StreamType::parse(&recorded.stream_type) {
        Some(StreamType::Student) => {
            Some(Order::Student { student, command: StudentCommand::Undo { version, reason, effective_on } })
        }
        Some(StreamType::Outcome) => {
            Some(Order::Outcome { student, command: OutcomeCommand::Undo { version, reason, effective_on } })
        }
        Some(StreamType::FurtherStudy) => {
            Some(Order::FurtherStudy { student, command: FurtherStudyCommand::Undo { version, reason, effective_on } })
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
        Some(
            StreamType::Employer | StreamType::Season | StreamType::Import | StreamType::Account | StreamType::Log,
        )
        | None => None,
    })
}
