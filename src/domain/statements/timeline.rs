//! What was said of a person in the order in which it was recorded, without the batches that were undone.

use serde::{Deserialize, Serialize};

use super::{Confirmation, Said};
use crate::domain::ids::BatchId;

/// The words and marks of one stream that stand. `M` is what else is recorded about statements.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Timeline<R, M> {
    /// In their order.
    moments: Vec<Moment<R, M>>,
    undone: Vec<BatchId>,
    /// Of the stream's last event.
    version: u64,
}

/// Something that was said or noted at one place in the order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Moment<R, M> {
    /// The version after which it was said; of a confirmation that of the stream when it was given.
    place: u64,
    /// The version of the event that brought it into the stream.
    pub version: u64,
    pub what: What<R, M>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum What<R, M> {
    Said(Said<R>),
    Noted(M),
}

impl<R, M> Default for Timeline<R, M> {
    fn default() -> Self {
        Self { moments: vec![], undone: vec![], version: 0 }
    }
}

impl<R: PartialEq, M> Timeline<R, M> {
    /// In their order.
    pub fn moments(&self) -> impl Iterator<Item = &Moment<R, M>> {
        self.moments.iter()
    }

    /// The version of the stream's last event.
    pub fn version(&self) -> u64 {
        self.version
    }

    pub fn say(&mut self, version: u64, said: Said<R>) {
        self.add(version, What::Said(said));
    }

    pub fn note(&mut self, version: u64, mark: M) {
        self.add(version, What::Noted(mark));
    }

    fn add(&mut self, version: u64, what: What<R, M>) {
        self.version = version;
        self.moments.push(Moment { place: version, version, what });
    }

    /// Takes a batch out, and puts in what other batches had confirmed: at the place where they did.
    pub fn undo(&mut self, version: u64, batch: BatchId, also: Vec<Confirmation<R>>) {
        self.version = version;
        self.undone.push(batch);
        self.moments.retain(|moment| moment.batch() != Some(batch));
        for Confirmation { at, said } in also {
            let known = |moment: &Moment<R, M>| moment.place == at && moment.says(&said);
            if self.undone.contains(&said.batch) || self.moments.iter().any(known) {
                continue;
            }
            let index = self.moments.partition_point(|moment| moment.place <= at);
            self.moments.insert(index, Moment { place: at, version, what: What::Said(said) });
        }
    }

    /// Whether something of the batch stands.
    pub fn has(&self, batch: BatchId) -> bool {
        self.moments.iter().any(|moment| moment.batch() == Some(batch))
    }

    /// Whether something that another batch says stands.
    pub fn has_others_than(&self, batch: BatchId) -> bool {
        self.moments.iter().any(|moment| moment.batch().is_some_and(|said| said != batch))
    }

    /// Whether undoing the batch changes something; `None` of a batch that never said anything here.
    pub fn may_undo(&self, batch: BatchId) -> Option<bool> {
        let stands = self.has(batch);
        (stands || self.undone.contains(&batch)).then_some(stands)
    }
}

impl<R: PartialEq, M> Moment<R, M> {
    fn says(&self, other: &Said<R>) -> bool {
        matches!(&self.what, What::Said(said) if said.batch == other.batch && said.rows == other.rows)
    }

    fn batch(&self) -> Option<BatchId> {
        match &self.what {
            What::Said(said) => Some(said.batch),
            What::Noted(_) => None,
        }
    }
}
