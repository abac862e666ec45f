//! Building read models anew beside the live ones, and putting them in place in one append transaction.
//!
//! The caller reads the log page by page, once for all models, and hands the pages over. The writer folds them into
//! shadow tables with the same folds. For the last page it takes the head row, drops the live tables, and gives their
//! names to the shadow tables.

use tokio::sync::oneshot;

use super::batch::EngineError;
use super::engine::Engine;
use super::fault::LogFault;
use super::group::GroupPlan;
use super::job::{AloneJob, EventPage, Job, RebuildError, RebuildStep, StepAnswer};
use super::projector::{Model, ModelRunner, RunError, shadow_suffix};
use super::record::Recorded;
use super::request::AppendError;
use super::writer::Writer;
use super::{EventLog, read};
use crate::domain::Event;

/// Events folded in one transaction.
const PAGE_LEN: i64 = 3_000;

/// The rebuild under way: shadow tables, and how far they are folded.
#[derive(Default)]
pub(super) struct ShadowTables {
    begun: i64,
    shadows: Vec<Shadow>,
}

/// The shadow tables of one read model.
struct Shadow {
    generation: u32,
    runner: ModelRunner,
}

impl EventLog {
    /// Builds read models anew from the log while others go on writing, calling `progress` with the position reached
    /// and the head's.
    ///
    /// # Errors
    /// When the log cannot be read, a fold fails, the tables cannot be written, or another rebuild began meanwhile. The
    /// live read models stay as they were.
    pub async fn rebuild(&self, models: &[&'static Model], progress: impl FnMut(i64, i64)) -> Result<(), RebuildError> {
        self.rebuild_by(models, PAGE_LEN, progress).await
    }

    /// The same with pages of `page_len` events. If the caller gives up half-way, the live read models stay as they
    /// were.
    ///
    /// # Errors
    /// As for [`Self::rebuild`].
    pub async fn rebuild_by(
        &self,
        models: &[&'static Model],
        page_len: i64,
        mut progress: impl FnMut(i64, i64),
    ) -> Result<(), RebuildError> {
        let models = models.to_vec();
        let begun = self.step(|answer| RebuildStep::Begin { models, answer }).await?;
        let mut reader = Engine::connect(&self.location).await?;
        let mut after = 0;
        let mut page = read_page(&mut reader, after, page_len).await?;
        while let Some(last) = page.last().map(|(recorded, _)| recorded.position) {
            after = last;
            // The next page is read while this one is folded.
            let events = std::mem::take(&mut page);
            let (folded, next) = tokio::join!(
                self.step(|answer| RebuildStep::Page { begun, events, answer }),
                read_page(&mut reader, after, page_len)
            );
            folded?;
            page = next?;
            progress(after, self.head().await?.position());
        }
        self.step(|answer| RebuildStep::Finish { begun, after, answer }).await?;
        Ok(())
    }

    async fn step(&self, step: impl FnOnce(StepAnswer) -> RebuildStep) -> Result<i64, RebuildError> {
        let (answer, answered) = oneshot::channel();
        self.jobs.send(Job::Alone(AloneJob::Rebuild(step(answer)))).await.map_err(|_| AppendError::Stopped)?;
        answered.await.map_err(|_| AppendError::Stopped)?
    }
}

async fn read_page(reader: &mut Engine, after: i64, page_len: i64) -> Result<EventPage, EngineError> {
    read::decode_page(reader.events(after, page_len).await?)
}

impl ShadowTables {
    /// Takes one step of a rebuild and answers it.
    pub(super) async fn take(&mut self, writer: &mut Writer, step: RebuildStep) {
        writer.in_doubt = false;
        let (result, begun, answer) = match step {
            RebuildStep::Begin { models, answer } => (self.begin(writer, models).await, None, answer),
            RebuildStep::Page { begun, events, answer } => {
                (self.take_page(writer, begun, &events).await, Some(begun), answer)
            }
            RebuildStep::Finish { begun, after, answer } => {
                (self.finish(writer, begun, after).await, Some(begun), answer)
            }
        };
        if result.is_err() {
            writer.engine.lock().await.rollback().await;
            // A late step of an earlier rebuild must not end the one that began after it.
            if begun.is_none_or(|begun| begun == self.begun) {
                *self = Self::default();
            }
            writer.distrust();
        }
        let result = result.map(|()| begun.unwrap_or(self.begun));
        let _caller_gone = answer.send(result.map_err(|error| match error {
            EngineError::Refused(fault) => RebuildError::Refused(fault),
            error => RebuildError::Write(writer.failed(&error)),
        }));
    }

    /// Takes the head row for the rebuild that began at this revision. Refuses if another rebuild has begun since, in
    /// this process or in another: its shadow tables have the same names.
    async fn lock(&mut self, writer: &mut Writer, begun: i64) -> Result<(), EngineError> {
        writer.lock().await?;
        let is_under_way = |shadow: &Shadow| {
            let mark = writer.head.read_models.get(shadow.runner.model.name);
            mark.is_some_and(|mark| mark.rebuilding == Some(begun))
        };
        if self.begun == begun && !self.shadows.is_empty() && self.shadows.iter().all(is_under_way) {
            Ok(())
        } else {
            Err(EngineError::Refused(LogFault::RebuildOvertaken))
        }
    }

    async fn begin(&mut self, writer: &mut Writer, models: Vec<&'static Model>) -> Result<(), EngineError> {
        writer.reconnect().await?;
        writer.lock().await?;
        let begun = writer.head.revision;
        let mut read_models = writer.head.read_models.clone();
        let mut shadows = vec![];
        for model in models {
            let mark = read_models.entry(model.name.to_owned()).or_insert_with(|| model.mark(0));
            mark.rebuilding = Some(begun);
            let generation = mark.generation + 1;
            let suffix = shadow_suffix(generation);
            let mut engine = writer.engine.lock().await;
            for table in model.tables {
                engine.execute(&format!("drop table if exists {}{suffix}", table.name)).await?;
            }
            model.create_tables(&mut engine, &suffix).await?;
            shadows.push(Shadow { generation, runner: ModelRunner::new(model, suffix) });
        }
        let batch = GroupPlan::new(&writer.head).into_batch(&read_models, vec![])?;
        writer.write_batch(batch).await?;
        writer.commit_batch().await?;
        *self = Self { begun, shadows };
        Ok(())
    }

    async fn take_page(
        &mut self,
        writer: &mut Writer,
        begun: i64,
        events: &[(Recorded, Event)],
    ) -> Result<(), EngineError> {
        self.lock(writer, begun).await?;
        self.fold(writer, events).await?;
        writer.commit_batch().await
    }

    /// Folds events into the shadow tables inside the transaction that `lock` began.
    async fn fold(&mut self, writer: &mut Writer, events: &[(Recorded, Event)]) -> Result<(), EngineError> {
        let mut rows = vec![];
        for shadow in &mut self.shadows {
            match shadow.runner.fold(&writer.engine, events).await {
                Ok(folded) => rows.extend(folded),
                Err(RunError::Engine(error)) => return Err(error),
                Err(RunError::Fold(stall)) => {
                    let (position, reason) = (stall.position, stall.reason);
                    return Err(EngineError::Refused(LogFault::NotFoldable { position, reason }));
                }
            }
        }
        let batch = GroupPlan::new(&writer.head).into_batch(&writer.head.read_models, rows)?;
        writer.write_batch(batch).await
    }

    async fn finish(&mut self, writer: &mut Writer, begun: i64, mut after: i64) -> Result<(), EngineError> {
        self.lock(writer, begun).await?;
        loop {
            let page = read::decode_page(writer.engine.lock().await.events(after, PAGE_LEN).await?)?;
            let Some((last, _)) = page.last() else { break };
            after = last.position;
            self.fold(writer, &page).await?;
        }
        let mut read_models = writer.head.read_models.clone();
        for Shadow { generation, runner } in std::mem::take(self).shadows {
            let model = runner.model;
            let suffix = shadow_suffix(generation);
            for table in model.tables {
                let name = table.name;
                let mut engine = writer.engine.lock().await;
                engine.execute(&format!("drop table if exists {name}")).await?;
                engine.execute(&format!("alter table {name}{suffix} rename to {name}")).await?;
            }
            read_models.insert(model.name.to_owned(), model.mark(generation));
        }
        let batch = GroupPlan::new(&writer.head).into_batch(&read_models, vec![])?;
        writer.write_batch(batch).await?;
        writer.commit_batch().await?;
        writer.forget();
        Ok(())
    }
}
