//! What the writer task is asked to do, and what it answers.

use derive_more::From;
use tokio::sync::oneshot;

use super::batch::{EngineError, WriteBatch};
use super::fault::LogFault;
use super::projector::Model;
use super::record::Recorded;
use super::request::{AppendError, AppendRequest, Receipt};
use super::table::{Change, Removal, TableRows};
use crate::domain::Event;

/// What a request is answered.
pub(super) type AppendResult = Result<Receipt, AppendError>;

/// A request that waits for its answer.
pub(super) struct Pending {
    pub request: AppendRequest,
    pub answer: oneshot::Sender<AppendResult>,
}

/// One thing that the writer task is asked to do.
pub(super) enum Job {
    Append(Vec<Pending>),
    /// After everything that came before it.
    Alone(AloneJob),
}

/// What is done while no group is being written.
pub(super) enum AloneJob {
    Rebuild(RebuildStep),
    Keep(KeptRows),
}

/// Changes of working tables: rows to write, rows to change where they are still there, and rows to delete.
pub(super) struct KeptRows {
    pub rows: Vec<TableRows>,
    pub changes: Vec<Change>,
    pub removals: Vec<Removal>,
    pub answer: oneshot::Sender<Result<(), AppendError>>,
}

/// Consecutive events of the log, each beside its row.
pub(super) type EventPage = Vec<(Recorded, Event)>;

/// Why read models were not built anew. The live ones stay as they were.
#[derive(Debug, From)]
pub enum RebuildError {
    Read(EngineError),
    Write(AppendError),
    /// The database did what it was told, and yet the rebuild does not go on.
    Refused(LogFault),
}

/// Where the answer to a step of a rebuild goes. The answer names the rebuild: it is the head's revision when it began.
pub(super) type StepAnswer = oneshot::Sender<Result<i64, RebuildError>>;

/// A step of a rebuild; `begun` names the rebuild.
pub(super) enum RebuildStep {
    /// Create empty shadow tables.
    Begin { models: Vec<&'static Model>, answer: StepAnswer },
    /// Fold these events, the next of the log, into the shadow tables.
    Page { begun: i64, events: EventPage, answer: StepAnswer },
    /// Fold the events after this position and put the shadow tables in place of the live ones.
    Finish { begun: i64, after: i64, answer: StepAnswer },
}

/// A group of requests that is decided and not yet written.
pub(super) struct PlannedGroup {
    /// `None` if there is nothing to write.
    pub batch: Option<WriteBatch>,
    /// What the requests are answered once the batch is written.
    pub answers: Vec<AppendResult>,
}

/// Gives each request of a group its answer.
pub(super) fn answer(group: Vec<Pending>, answers: Vec<AppendResult>) {
    for (pending, answer) in group.into_iter().zip(answers) {
        let _caller_gone = pending.answer.send(answer);
    }
}
