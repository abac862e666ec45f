//! Taking an import back: every fact it recorded is undone by an event of its own; what others recorded stays.
//!
//! Employers that the batch registered stay, too: they are no facts about graduates.

use std::collections::HashMap;

use thiserror::Error;
use uuid::Uuid;

use crate::accounts::{Caller, Capability};
use crate::app::request::{Order, Request};
use crate::app::{App, AppError};
use crate::domain::agreement::AgreementCommand;
use crate::domain::exemption::ExemptionCommand;
use crate::domain::further_study::FurtherStudyCommand;
use crate::domain::host::HostCommand;
use crate::domain::ids::{BatchId, HostId, PlacementId, SchoolCode, StudentId};
use crate::domain::import::{Import, ImportCommand, ImportRefusal};
use crate::domain::outcome::OutcomeCommand;
use crate::domain::placement::{Known, PlacementCommand};
use crate::domain::school::SchoolCommand;
use crate::domain::student::StudentCommand;
use crate::domain::{StreamType, UndoReason};
use crate::event_log::record::Recorded;
use crate::projections::{import_batches, student_register};

/// Events read at a time.
const PAGE_LEN: i64 = 4_000;

#[derive(Debug, Error)]
pub enum UndoError {
    #[error("没有导入批次 {0}，请用 gradtrail imports 查看批次编号")]
    NoSuchBatch(Uuid),
    #[error("学校 {0} 已有学生名册，不能撤销其登记；请先撤销该校的名册")]
    SchoolInUse(SchoolCode),
    #[error(transparent)]
    App(#[from] AppError),
}

/// Undoes a batch; gives the number of facts undone. Killed and called again, it goes on.
pub async fn undo(app: &App, caller: &Caller, batch: BatchId, reason: UndoReason) -> Result<usize, UndoError> {
    let visible = import_batches::batches(app.log().readers(), &caller.scope).await;
    let visible = visible.map_err(|error| AppError::Read(error.into()))?;
    let listed = visible.into_iter().find(|listed| listed.batch == batch);
    let listed = listed.ok_or(UndoError::NoSuchBatch(batch.0))?;
    if !caller.may(Capability::Record) {
        return Err(AppError::NotAllowed.into());
    }
    app.bring_up_to_date::<Import>(&[batch.0]).await?;
    if app.load::<Import>(batch.0).await?.0 == Import::Undone {
        return Err(AppError::from(ImportRefusal::AlreadyUndone).into());
    }
    let mut undone = 0;
    let (mut after, up_to) = span(app, batch).await?;
    loop {
        let page = app.log().caused_events(&batch.0.to_string(), after, up_to, PAGE_LEN).await;
        let page = page.map_err(AppError::from)?;
        let Some(last) = page.last() else { break };
        after = last.position;
        let (requests, count) = requests(app, batch, reason, &page).await?;
        for done in app.execute_all(caller, requests).await {
            done?;
        }
        undone += count;
    }
    let school = listed.school.as_deref().and_then(|code| SchoolCode::parse(code).ok());
    let command = ImportCommand::Undo { reason, effective_on: app.today() };
    let order = Order::Import { id: batch.0, school, command };
    app.execute(caller, Request::new(format!("undo:{}", batch.0), "undo", vec![order])).await?;
    Ok(undone)
}

/// Behind which position and up to which a batch recorded: from its start to its end, or to the head when it was killed.
async fn span(app: &App, batch: BatchId) -> Result<(i64, i64), AppError> {
    let events = app.log().subject_events(batch.0).await?;
    let up_to = match &events[..] {
        [_, .., last] => last.position,
        _ => app.log().head().await?.position(),
    };
    Ok((events.first().map_or(0, |started| started.position - 1), up_to))
}

/// One request per subject with all its facts of this page, latest first.
async fn requests(
    app: &App,
    batch: BatchId,
    reason: UndoReason,
    page: &[Recorded],
) -> Result<(Vec<Request>, usize), UndoError> {
    let mut by_subject: HashMap<Uuid, Vec<Order>> = HashMap::new();
    let mut order_of_subjects = vec![];
    let mut count = 0;
    for recorded in page.iter().rev() {
        let Some(order) = order(app, recorded, reason).await? else { continue };
        count += 1;
        let orders = by_subject.entry(recorded.subject()).or_default();
        if orders.is_empty() {
            order_of_subjects.push(recorded.subject());
        }
        orders.push(order);
    }
    let first = page.first().map_or(0, |recorded| recorded.position);
    let requests = order_of_subjects
        .into_iter()
        .filter_map(|subject| Some((subject, by_subject.remove(&subject)?)))
        .map(|(subject, orders)| Request::new(format!("undo:{}:{first}:{subject}", batch.0), "undo", orders))
        .collect();
    Ok((requests, count))
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
            let students = student_register::students(app.log().readers(), &scope).await;
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
            let (placement, note, known) = (PlacementId(id), None, Known::default());
            let command = PlacementCommand::Undo { version, reason, note, known, effective_on };
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
        Some(StreamType::Employer | StreamType::Season | StreamType::Import | StreamType::Log) | None => None,
    })
}
