//! Building read models anew beside the live ones, and putting them in place in one append transaction.
//!
//! The caller reads the log page by page, once for all models, and hands the pages over; the writer folds them into
//! shadow tables with the same folds, takes the head row for the last page, drops the live tables and renames the
//! shadows.

use thiserror::Error;
use tokio::sync::oneshot;

use super::engine::{Engine, EngineError};
use super::group::Plan;
use super::projector::{FollowError, Follower, Model, shadow_suffix};
use super::record::Recorded;
use super::request::AppendError;
use super::writer::{Job, Writer};
use super::{EventLog, read};
use crate::domain::Event;

/// Events folded in one transaction.
const PAGE_LEN: i64 = 3_000;

/// Names the rebuild: the head's revision when it began.
type Answer = oneshot::Sender<Result<i64, AppendError>>;
type Page = Vec<(Recorded, Event)>;

#[derive(Debug, Error)]
pub enum RebuildError {
    #[error(transparent)]
    Read(#[from] EngineError),
    #[error(transparent)]
    Write(#[from] AppendError),
}

/// A step of a rebuild, asked of the writer.
pub(super) enum Step {
    /// Creates empty shadow tables.
    Begin { models: Vec<&'static Model>, answer: Answer },
    /// Folds these events, the next of the log, into them.
    Page { begun: i64, events: Page, answer: Answer },
    /// Folds what the log holds after this position and puts the tables in place.
    Finish { begun: i64, after: i64, answer: Answer },
}

/// A rebuild under way: read models' shadows on their way along the log.
#[derive(Default)]
pub(super) struct Shadows {
    begun: i64,
    shadows: Vec<Shadow>,
}

struct Shadow {
    generation: u32,
    follower: Follower,
}

impl EventLog {
    /// Builds read models anew from the log while others go on writing, calling `progress` with the position reached
    /// and the head's.
    pub async fn rebuild(&self, models: &[&'static Model], progress: impl FnMut(i64, i64)) -> Result<(), RebuildError> {
        self.rebuild_by(models, PAGE_LEN, progress).await
    }

    /// The same by pages of a length of one's own. Abandoned half-way, it leaves the live read models as they were.
    pub async fn rebuild_by(
        &self,
        models: &[&'static Model],
        page_len: i64,
        mut progress: impl FnMut(i64, i64),
    ) -> Result<(), RebuildError> {
        let models = models.to_vec();
        let begun = self.step(|answer| Step::Begin { models, answer }).await?;
        let mut reader = Engine::connect(&self.location).await?;
        let mut after = 0;
        let mut page = read_page(&mut reader, after, page_len).await?;
        while let Some(last) = page.last().map(|(recorded, _)| recorded.position) {
            after = last;
            // The next page is read while this one is folded.
            let events = std::mem::take(&mut page);
            let (folded, next) = tokio::join!(
                self.step(|answer| Step::Page { begun, events, answer }),
                read_page(&mut reader, after, page_len)
            );
            folded?;
            page = next?;
            progress(after, self.head().await?.position());
        }
        self.step(|answer| Step::Finish { begun, after, answer }).await?;
        Ok(())
    }

    async fn step(&self, step: impl FnOnce(Answer) -> Step) -> Result<i64, AppendError> {
        let (answer, answered) = oneshot::channel();
        self.jobs.send(Job::Rebuild(step(answer))).await.map_err(|_| AppendError::Stopped)?;
        answered.await.map_err(|_| AppendError::Stopped)?
    }
}

async fn read_page(reader: &mut Engine, after: i64, page_len: i64) -> Result<Page, EngineError> {
    read::decode_page(reader.events(after, page_len).await?)
}

impl Writer {
    pub(super) async fn rebuild(&mut self, step: Step) {
        self.in_doubt = false;
        let (result, begun, answer) = match step {
            Step::Begin { models, answer } => (self.begin_rebuild(models).await, None, answer),
            Step::Page { begun, events, answer } => (self.rebuild_page(begun, &events).await, Some(begun), answer),
            Step::Finish { begun, after, answer } => (self.finish_rebuild(begun, after).await, Some(begun), answer),
        };
        if result.is_err() {
            self.engine.lock().await.rollback().await;
            // Those of a rebuild that began later are not touched by the end of an earlier one.
            if begun.is_none_or(|begun| begun == self.rebuild.begun) {
                self.rebuild = Shadows::default();
            }
            self.distrust();
        }
        let result = result.map(|()| begun.unwrap_or(self.rebuild.begun));
        let _caller_gone = answer.send(result.map_err(|error| self.failed(&error)));
    }

    /// Takes the head row for a rebuild, unless another one has begun since: here or in another process, whose shadows
    /// have the same names.
    async fn lock_for(&mut self, begun: i64) -> Result<(), EngineError> {
        self.lock().await?;
        let is_under_way = |shadow: &Shadow| {
            let mark = self.head.read_models.get(shadow.follower.model.name);
            mark.is_some_and(|mark| mark.rebuilding == Some(begun))
        };
        let Shadows { begun: latest, shadows } = &self.rebuild;
        if *latest == begun && !shadows.is_empty() && shadows.iter().all(is_under_way) {
            Ok(())
        } else {
            Err(EngineError::Refused("另一次重建已经开始，本次重建到此为止；请等它完成".to_owned()))
        }
    }

    async fn begin_rebuild(&mut self, models: Vec<&'static Model>) -> Result<(), EngineError> {
        self.reconnect().await?;
        self.lock().await?;
        let begun = self.head.revision;
        let mut read_models = self.head.read_models.clone();
        let mut shadows = vec![];
        for model in models {
            let mark = read_models.entry(model.name.to_owned()).or_insert_with(|| model.mark(0));
            mark.rebuilding = Some(begun);
            let generation = mark.generation + 1;
            let suffix = shadow_suffix(generation);
            for table in model.tables {
                self.engine.lock().await.execute(&format!("drop table if exists {}{suffix}", table.name)).await?;
            }
            self.engine.lock().await.create(model, &suffix).await?;
            shadows.push(Shadow { generation, follower: Follower::new(model, suffix) });
        }
        let batch = Plan::new(&self.head).into_batch(&read_models, vec![])?;
        self.write_batch(batch).await?;
        self.commit_batch().await?;
        self.rebuild = Shadows { begun, shadows };
        Ok(())
    }

    async fn rebuild_page(&mut self, begun: i64, events: &[(Recorded, Event)]) -> Result<(), EngineError> {
        self.lock_for(begun).await?;
        self.follow_shadows(events).await?;
        self.commit_batch().await
    }

    /// Folds events into the shadow tables inside the transaction that `lock` began.
    async fn follow_shadows(&mut self, events: &[(Recorded, Event)]) -> Result<(), EngineError> {
        let mut rows = vec![];
        for shadow in &mut self.rebuild.shadows {
            match shadow.follower.follow(&self.engine, events).await {
                Ok(folded) => rows.extend(folded),
                Err(FollowError::Engine(error)) => return Err(error),
                Err(FollowError::Fold(stall)) => {
                    let (position, reason) = (stall.position, stall.reason);
                    return Err(EngineError::Refused(format!("位置 {position} 的事件无法处理：{reason}")));
                }
            }
        }
        let batch = Plan::new(&self.head).into_batch(&self.head.read_models, rows)?;
        self.write_batch(batch).await?;
        Ok(())
    }

    async fn finish_rebuild(&mut self, begun: i64, mut after: i64) -> Result<(), EngineError> {
        self.lock_for(begun).await?;
        loop {
            let page = read::decode_page(self.engine.lock().await.events(after, PAGE_LEN).await?)?;
            let Some((last, _)) = page.last() else { break };
            after = last.position;
            self.follow_shadows(&page).await?;
        }
        let mut read_models = self.head.read_models.clone();
        for Shadow { generation, follower } in std::mem::take(&mut self.rebuild).shadows {
            let model = follower.model;
            let suffix = shadow_suffix(generation);
            for table in model.tables {
                let name = table.name;
                self.engine.lock().await.execute(&format!("drop table if exists {name}")).await?;
                self.engine.lock().await.execute(&format!("alter table {name}{suffix} rename to {name}")).await?;
            }
            read_models.insert(model.name.to_owned(), model.mark(generation));
        }
        let batch = Plan::new(&self.head).into_batch(&read_models, vec![])?;
        self.write_batch(batch).await?;
        self.commit_batch().await?;
        self.forget();
        Ok(())
    }
}
