//! All files of one call in one append, or nothing of any.
//!
//! Every file is decided on a rehearsal that has seen the files before it; what would have been recorded is kept, and
//! recorded when the last file is through and nothing was rejected.

use std::collections::HashMap;

use uuid::Uuid;

use super::FileResult;
use super::batch::{Imported, Prepared, Recording, batch_of, finish, start};
use super::chunk::rehearse;
use super::lookups::ImportContext;
use super::preview::{self, Moves};
use crate::accounts::Caller;
use crate::app::request::Request;
use crate::app::{App, AppError};
use crate::domain::ids::BatchId;
use crate::domain::import::Import;
use crate::event_log::request::GuardKey;

#[derive(Default)]
pub(super) struct AllOrNothing {
    /// Of each file that is begun here: its guard and its batch.
    begun: HashMap<GuardKey, Uuid>,
    /// The batches, in the order of the call's files.
    batches: Vec<Uuid>,
    requests: Vec<Request>,
}

impl AllOrNothing {
    /// Decides one more file.
    pub(super) async fn rehearse(
        &mut self,
        context: &mut ImportContext<'_>,
        prepared: &mut Prepared,
        progress: &mut impl FnMut(usize, usize),
    ) -> Result<Imported, AppError> {
        let batch = batch_of(context, prepared).await?;
        let begun = preview::begin(context);
        let (mut imported, requests) = rehearse(context, prepared, &batch, progress).await?;
        if imported.recording != Recording::Checked {
            return Ok(imported);
        }
        if let Some(before) = batch.before
            && imported.counts.new + imported.counts.changed + imported.counts.held == 0
        {
            imported.recording = Recording::AlreadyImported(before);
            return Ok(imported);
        }
        // The same bytes twice in one call.
        if let Some(first) = self.begun.get(&batch.guard.guard) {
            imported.recording = Recording::AlreadyImported(BatchId(*first));
            return Ok(imported);
        }
        self.begun.insert(batch.guard.guard.clone(), batch.id);
        self.batches.push(batch.id);
        if batch.state != Import::Started {
            self.requests.push(start(context, prepared, &batch)?);
        }
        self.requests.extend(requests);
        let mut applied = Request::new(String::new(), "applied", vec![finish(context, &batch, imported.counts)]);
        applied.causation = Some(batch.id.to_string());
        self.requests.push(applied);
        imported.recording = Recording::Recorded(BatchId(batch.id));
        imported.moves = preview::preview(context, &batch, imported.kind, begun).await?;
        Ok(imported)
    }

    /// Records the files if all of them are good, and says in the results what became of them.
    pub(super) async fn record(
        self,
        app: &App,
        caller: &Caller,
        results: &mut [(usize, FileResult)],
    ) -> Result<(), AppError> {
        let is_good = |(_, result): &(usize, FileResult)| {
            result.outcome.as_ref().is_ok_and(|imported| imported.rejected.is_empty())
        };
        if !results.iter().all(is_good) {
            for (_, result) in results {
                if let Ok(imported) = &mut result.outcome
                    && let Recording::Recorded(_) = imported.recording
                {
                    imported.recording = Recording::Nothing;
                    imported.moves = Moves::default();
                }
            }
            return Ok(());
        }
        let Some(first) = self.batches.first() else { return Ok(()) };
        app.execute_atomically(caller, format!("import-together:{first}"), &self.requests).await?;
        Ok(())
    }
}
