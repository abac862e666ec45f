//! The work on an upload: checking it, and recording what was confirmed. Nobody waits for it: its page says how far it is.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;

use crate::accounts::Caller;
use crate::app::App;
use crate::app::actions::Command;
use crate::app::failure::Failure;
use crate::app::import::batch::Recording;
use crate::app::import::{FileResult, ImportFiles};
use crate::app::reply::Answer;
use crate::publication::receipt;
use crate::refusal::{Refusal as _, RefusalKind};
use crate::text::lang::Lang;
use crate::web::api::RequestFault;
use crate::web::session::{Site, begin_long_work};
use crate::web::uploads::{Ended, Uploads};

/// What is done within this time is seen at once, without a page that tells how far it is.
const WAITED_FOR: Duration = Duration::from_millis(900);

/// Begins the check of what was sent.
pub(super) async fn check(site: &Site, caller: &Caller, id: Uuid, input: ImportFiles) {
    begin(site, caller, id, input, None).await;
}

/// Begins the recording of what was confirmed, as the check had shown it.
pub(super) async fn record(site: &Site, caller: &Caller, id: Uuid, input: ImportFiles, seen: Arc<Ended>) {
    begin(site, caller, id, input, Some(seen)).await;
}

/// Begins to work on it, and waits a moment.
async fn begin(site: &Site, caller: &Caller, id: Uuid, input: ImportFiles, seen: Option<Arc<Ended>>) {
    let (app, uploads, caller) = (Arc::clone(&site.app), Arc::clone(&site.uploads), caller.clone());
    let telling = Arc::clone(&uploads);
    let working = begin_long_work(async move {
        match seen {
            None => checked(&app, &telling, &caller, id, input).await,
            Some(seen) => recorded(&app, &telling, &caller, id, input, &seen).await,
        }
    });
    let ending = tokio::spawn(async move {
        let (mut input, ended) = working.await.unwrap_or_else(|_| {
            let fault = Some(RequestFault::Failed.sentence());
            (ImportFiles::default(), Ended { fault, ..Ended::default() })
        });
        if ended.is_recorded {
            input.files.clear();
        }
        uploads.end(id, input, ended);
    });
    _ = tokio::time::timeout(WAITED_FOR, ending).await;
}

async fn checked(
    app: &App,
    uploads: &Uploads<ImportFiles>,
    caller: &Caller,
    id: Uuid,
    mut input: ImportFiles,
) -> (ImportFiles, Ended) {
    input.check = true;
    let position = match app.log().head().await {
        Ok(head) => head.position(),
        Err(error) => return (input, failed(&Failure::from(error), &Ended::default())),
    };
    let (input, answered) = run(app, uploads, caller, id, input).await;
    let ended = match answered {
        Ok(results) => Ended { results: Arc::new(results), position, ..Ended::default() },
        Err(failure) => failed(&failure, &Ended::default()),
    };
    (input, ended)
}

/// Records what was confirmed. If others recorded something meanwhile it is checked again, and confirmed again where the
/// rows would do something else.
async fn recorded(
    app: &App,
    uploads: &Uploads<ImportFiles>,
    caller: &Caller,
    id: Uuid,
    mut input: ImportFiles,
    seen: &Ended,
) -> (ImportFiles, Ended) {
    match app.log().head().await {
        Ok(head) if head.position() == seen.position => (),
        Ok(_) => {
            let (unchanged, again) = checked(app, uploads, caller, id, input).await;
            if again.fault.is_some() || told(&again.results) != told(&seen.results) {
                let is_moved = again.fault.is_none();
                return (unchanged, Ended { is_moved, ..again });
            }
            input = unchanged;
        }
        Err(error) => return (input, failed(&Failure::from(error), seen)),
    }
    input.check = false;
    let (input, answered) = run(app, uploads, caller, id, input).await;
    let ended = match answered {
        Ok(results) => {
            let is_recorded = results.iter().any(is_recorded);
            Ended { results: Arc::new(results), is_recorded, position: seen.position, ..Ended::default() }
        }
        Err(failure) => failed(&failure, seen),
    };
    (input, ended)
}

async fn run(
    app: &App,
    uploads: &Uploads<ImportFiles>,
    caller: &Caller,
    id: Uuid,
    input: ImportFiles,
) -> (ImportFiles, Result<Vec<FileResult>, Failure>) {
    let command = Command::Import(input);
    let mut tell = |file: &str, done, all| uploads.tell(id, file, done, all);
    let answered = app.run_watched(caller, None, &command, &mut tell).await;
    let results = answered.map(|answer| match answer {
        Answer::Imported(results) => results,
        _ => vec![], // Not what was ordered.
    });
    match command {
        Command::Import(input) => (input, results),
        _ => (ImportFiles::default(), results),
    }
}

fn is_recorded(result: &FileResult) -> bool {
    let recording = result.outcome.as_ref().map(|imported| imported.recording);
    matches!(recording, Ok(Recording::Recorded(_) | Recording::AlreadyImported(_)))
}

/// Why nothing was done; what was shown before stays.
fn failed(failure: &Failure, seen: &Ended) -> Ended {
    let sentence = match failure.kind() {
        RefusalKind::Broken => RequestFault::Failed.sentence(),
        _ => failure.sentence(),
    };
    Ended {
        results: Arc::clone(&seen.results),
        position: seen.position,
        fault: Some(sentence),
        is_to_confirm: failure.code() == "gate.confirm_first",
        ..Ended::default()
    }
}

/// What the rows do: not how the figures move, which the records of others move, too.
fn told(results: &[FileResult]) -> Vec<Value> {
    let told = |result: &FileResult| {
        let mut told = receipt::json(result, None, Lang::Zh);
        if let Some(fields) = told.as_object_mut() {
            fields.remove("figures");
        }
        told
    };
    results.iter().map(told).collect()
}
