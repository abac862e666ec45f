//! The end of the log in memory, without what events say: whoever keeps something made of the log learns whether it still
//! holds, without asking the database for each.
//!
//! Invariants: what is kept are all additions from one position to another. An addition is of this log as long as the event
//! at its position was recorded at the same instant; after a failover that lost events nothing that is kept tells anything.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use sqlx::Row as _;
use uuid::Uuid;

use super::EventLog;
use super::batch::EngineError;
use super::read;
use super::record::StreamKey;
use super::request::LogHead;
use super::text::Text;
use crate::domain::StreamType;

/// More additions than this are not read at once, nor kept: who kept something from before asks the database.
const KEPT_MAX: usize = 40_000;

/// That something was added to a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    pub position: i64,
    /// Microseconds since 1970-01-01 UTC.
    recorded_at: i64,
    pub stream: StreamKey,
    version: u64,
    /// The school whose data it is; `None` for what belongs to the city.
    pub school: Option<Text>,
}

/// The additions after `from` up to `to`, both with the instants at which they were recorded.
#[derive(Debug, Default)]
struct Kept {
    from: (i64, i64),
    to: (i64, i64),
    additions: Vec<Addition>,
    /// The version of each stream after the last of its additions.
    latest: HashMap<StreamKey, u64>,
    /// How often it began anew.
    generation: u64,
}

impl Kept {
    /// One that knows of nothing before this event.
    fn beginning(at: (i64, i64), generation: u64) -> Self {
        Self { from: at, to: at, generation, ..Self::default() }
    }

    /// When the event at a position was recorded; `None` of those that are not kept.
    fn recorded_at(&self, position: i64) -> Option<i64> {
        if position == self.from.0 {
            return Some(self.from.1);
        }
        self.between(position - 1, position)?.first().map(|addition| addition.recorded_at)
    }

    fn between(&self, after: i64, up_to: i64) -> Option<&[Addition]> {
        if after < self.from.0 || up_to > self.to.0 {
            return None;
        }
        let index = |position: i64| self.additions.partition_point(|addition| addition.position <= position);
        self.additions.get(index(after)..index(up_to))
    }

    fn add(&mut self, additions: Vec<Addition>) {
        for addition in additions {
            self.to = (addition.position, addition.recorded_at);
            self.latest.insert(addition.stream, addition.version);
            self.additions.push(addition);
        }
    }
}

/// The end of the log as a process knows it.
#[derive(Debug, Default)]
pub(super) struct Tail {
    kept: RwLock<Kept>,
    /// Who reads on.
    turn: tokio::sync::Mutex<()>,
}

impl Tail {
    fn kept(&self) -> RwLockReadGuard<'_, Kept> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept_mut(&self) -> RwLockWriteGuard<'_, Kept> {
        self.kept.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl EventLog {
    /// Reads the additions up to a head.
    ///
    /// # Errors
    /// When the database cannot be read, or holds a value that this program never writes.
    pub async fn follow(&self, head: &LogHead) -> Result<(), EngineError> {
        let last = (head.position(), head.last_recorded_at);
        // Of a head that was read before another everything is kept.
        let is_kept = |kept: &Kept| kept.recorded_at(last.0).map(|recorded_at| recorded_at == last.1);
        if is_kept(&self.tail.kept()) == Some(true) {
            return Ok(());
        }
        let _turn = self.tail.turn.lock().await;
        let (is_of_this_log, (after, recorded_at), length) = {
            let kept = self.tail.kept();
            match is_kept(&kept) {
                Some(true) => return Ok(()),
                known => (known.is_none(), kept.to, kept.additions.len()),
            }
        };
        let missing = usize::try_from(last.0 - after).unwrap_or(usize::MAX);
        let mut read = vec![];
        if is_of_this_log && after > 0 && missing.saturating_add(length) <= KEPT_MAX {
            read = self.additions(after, last.0).await?;
            // The first is the last that is kept, if the log still has it.
            let is_it = read.first().is_some_and(|first| (first.position, first.recorded_at) == (after, recorded_at));
            if is_it && read.len() == missing + 1 {
                read.remove(0);
                self.tail.kept_mut().add(read);
                return Ok(());
            }
        }
        drop(read);
        let mut kept = self.tail.kept_mut();
        *kept = Kept::beginning(last, kept.generation + 1);
        Ok(())
    }

    /// The events from one position to another, both included.
    async fn additions(&self, from: i64, up_to: i64) -> Result<Vec<Addition>, EngineError> {
        let sql = "select position, recorded_at, stream_type, stream_id, version, school from event
                   where position >= $1 and position <= $2 order by position";
        let rows = sqlx::query(sql).bind(from).bind(up_to).fetch_all(&self.readers).await?;
        let addition = |row: &sqlx::any::AnyRow| {
            let kind: &str = row.try_get(2)?;
            let kind = StreamType::parse(kind).ok_or_else(|| read::unreadable(2))?;
            Ok(Addition {
                position: row.try_get(0)?,
                recorded_at: row.try_get(1)?,
                stream: StreamKey { kind, id: read::id(row, 3)? },
                version: row.try_get::<i64, _>(4)?.unsigned_abs(),
                school: row.try_get::<Option<String>, _>(5)?.map(Text::from),
            })
        };
        Ok(rows.iter().map(addition).collect::<Result<_, sqlx::Error>>()?)
    }

    /// How often what is known of the end of the log began anew: of what was kept before nothing is known, since the log may be
    /// another.
    pub fn tail_generation(&self) -> u64 {
        self.tail.kept().generation
    }

    /// Whether a stream of which everything up to a position was read, and which then had this version, is still so as far
    /// as the log was followed; `None` if that is not known.
    pub fn has_still(&self, stream: StreamKey, version: u64, read_to: i64) -> Option<bool> {
        let kept = self.tail.kept();
        let is_known = kept.from.0 <= read_to && read_to <= kept.to.0;
        is_known.then(|| kept.latest.get(&stream).is_none_or(|latest| *latest <= version))
    }

    /// Whether one of the additions after a position up to another is such; `None` if that is not known.
    pub fn any_added(&self, after: i64, up_to: i64, is_such: impl Fn(&Addition) -> bool) -> Option<bool> {
        Some(self.tail.kept().between(after, up_to)?.iter().any(is_such))
    }

    /// The streams of such additions after a position up to another; `None` if that is not known.
    pub fn added_to(&self, after: i64, up_to: i64, is_such: impl Fn(&Addition) -> bool) -> Option<Vec<Uuid>> {
        let kept = self.tail.kept();
        let such = kept.between(after, up_to)?.iter().filter(|addition| is_such(addition));
        let mut ids: Vec<Uuid> = such.map(|addition| addition.stream.id).collect();
        ids.sort_unstable();
        ids.dedup();
        Some(ids)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addition(position: i64, id: u128, version: u64) -> Addition {
        let stream = StreamKey { kind: StreamType::Student, id: Uuid::from_u128(id) };
        Addition { position, recorded_at: position * 10, stream, version, school: None }
    }

    #[test]
    fn what_is_kept_tells_of_every_position_from_its_beginning_to_its_end_and_of_no_other() {
        let mut kept = Kept::beginning((5, 50), 1);
        kept.add(vec![addition(6, 1, 1), addition(7, 2, 4), addition(8, 1, 2)]);
        assert_eq!(kept.to, (8, 80));
        assert_eq!(kept.recorded_at(5), Some(50));
        assert_eq!(kept.recorded_at(8), Some(80));
        assert_eq!((kept.recorded_at(4), kept.recorded_at(9)), (None, None));
        assert_eq!(kept.between(5, 7).map(<[_]>::len), Some(2));
        assert_eq!(kept.between(8, 8).map(<[_]>::len), Some(0));
        assert_eq!((kept.between(4, 7), kept.between(7, 9)), (None, None));
        let stream = addition(0, 1, 0).stream;
        assert_eq!(kept.latest.get(&stream), Some(&2));
    }
}
