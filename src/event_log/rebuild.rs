//! Building a read model anew beside the live one, and putting it in place in one append transaction.
//!
//! The caller reads the log page by page and hands the pages over; the writer folds them into shadow tables with the
//! same fold, takes the head row for the last page, drops the live tables and renames the shadow's.

use tokio::sync::oneshot;

use super::engine::EngineError;
use super::group::Plan;
use super::projector::{FollowError, Follower, Model, shadow_suffix};
use super::record::Recorded;
use super::request::AppendError;
use super::writer::Writer;
use crate::domain::Event;

/// Events folded in one transaction.
pub(super) const PAGE_LEN: i64 = 4_000;

type Answer = oneshot::Sender<Result<(), AppendError>>;

/// A step of a rebuild, asked of the writer.
pub(super) enum Step {
    /// Creates empty shadow tables.
    Begin { model: &'static Model, answer: Answer },
    /// Folds these events, the next of the log, into them.
    Page { events: Vec<(Recorded, Event)>, answer: Answer },
    /// Folds what the log holds after this position and puts the tables in place.
    Finish { after: i64, answer: Answer },
}

impl Writer {
    pub(super) async fn rebuild(&mut self, step: Step) {
        let (result, answer) = match step {
            Step::Begin { model, answer } => (self.begin_rebuild(model).await, answer),
            Step::Page { events, answer } => (self.rebuild_page(&events).await, answer),
            Step::Finish { after, answer } => (self.finish_rebuild(after).await, answer),
        };
        if result.is_err() {
            self.engine.rollback().await;
            self.shadow = None;
        }
        let _caller_gone = answer.send(result.map_err(|error| AppendError::Database(error.to_string())));
    }

    async fn begin_rebuild(&mut self, model: &'static Model) -> Result<(), EngineError> {
        self.lock().await?;
        let generation = self.head.read_models.get(model.name).map_or(0, |mark| mark.generation) + 1;
        let suffix = shadow_suffix(generation);
        for table in model.tables {
            self.engine.execute(&format!("drop table if exists {}{suffix}", table.name)).await?;
        }
        self.engine.execute(&model.schema(&suffix)).await?;
        let batch = Plan::new(&self.head).into_batch(&self.head.read_models, vec![])?;
        self.write_batch(batch, true).await?;
        self.engine.commit().await?;
        self.shadow = Some((generation, Follower::new(model, suffix)));
        Ok(())
    }

    async fn rebuild_page(&mut self, events: &[(Recorded, Event)]) -> Result<(), EngineError> {
        self.lock().await?;
        self.follow_shadow(events).await?;
        self.engine.commit().await
    }

    /// Folds events into the shadow tables inside the transaction that `lock` began.
    async fn follow_shadow(&mut self, events: &[(Recorded, Event)]) -> Result<(), EngineError> {
        let Some((_, follower)) = &mut self.shadow else {
            return Err(EngineError::Refused("没有进行中的重建".to_owned()));
        };
        let rows = match follower.follow(&mut self.engine, events).await {
            Ok(rows) => rows,
            Err(FollowError::Engine(error)) => return Err(error),
            Err(FollowError::Fold(stall)) => {
                return Err(EngineError::Refused(format!("位置 {} 的事件无法处理：{}", stall.position, stall.reason)));
            }
        };
        let batch = Plan::new(&self.head).into_batch(&self.head.read_models, rows)?;
        self.write_batch(batch, true).await?;
        Ok(())
    }

    async fn finish_rebuild(&mut self, mut after: i64) -> Result<(), EngineError> {
        self.lock().await?;
        loop {
            let page = super::read::decode_page(self.engine.events(after, PAGE_LEN).await?)?;
            let Some((last, _)) = page.last() else { break };
            after = last.position;
            self.follow_shadow(&page).await?;
        }
        let Some((generation, follower)) = self.shadow.take() else {
            return Err(EngineError::Refused("没有进行中的重建".to_owned()));
        };
        let model = follower.model;
        let suffix = shadow_suffix(generation);
        for table in model.tables {
            let name = table.name;
            self.engine.execute(&format!("drop table if exists {name}")).await?;
            self.engine.execute(&format!("alter table {name}{suffix} rename to {name}")).await?;
        }
        let mut read_models = self.head.read_models.clone();
        read_models.insert(model.name.to_owned(), model.mark(generation));
        let batch = Plan::new(&self.head).into_batch(&read_models, vec![])?;
        self.write_batch(batch, true).await?;
        self.engine.commit().await?;
        self.forget();
        Ok(())
    }
}
