//! Who recorded how much of what since a day: the log in a few lines.

use std::collections::{HashMap, HashSet};

use clap::Args;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::failure::Failure;
use super::history::PAGE_LEN;
use super::listed_events::by;
use super::{App, AppError};
use crate::accounts::Caller;
use crate::domain::StreamType;
use crate::domain::day::{day_of, last_instant_of};
use crate::event_log::record::Recorded;
use crate::input::words;
use crate::text::lang::Sentence;

/// What was recorded since a day, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ListChanges {
    /// The first day, in Shanghai.
    #[arg(long, value_parser = words::day)]
    pub since: Date,
}

/// What one person recorded on one day in one go: a file, or else everything one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub day: Date,
    /// Who recorded it, by name; nobody where it was the operator.
    pub by: Option<Sentence>,
    /// The name of the file that brought it.
    pub file: Option<String>,
    pub stream: StreamType,
    pub events: usize,
    /// Different subjects: persons, placements, units.
    pub subjects: usize,
    /// Position of the first event and of the last.
    pub positions: (i64, i64),
}

/// What the events of one line have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Group {
    day: Date,
    actor: String,
    batch: Option<Uuid>,
    stream: StreamType,
}

#[derive(Debug)]
struct Counted {
    events: usize,
    subjects: HashSet<Uuid>,
    positions: (i64, i64),
}

impl App {
    /// What was recorded since a day, as far as the caller may see it, in the order in which each began.
    pub(super) async fn changes(&self, caller: &Caller, asked: &ListChanges) -> Result<Vec<Change>, Failure> {
        let before = asked.since.yesterday().map(last_instant_of).unwrap_or(i64::MIN);
        let mut after = self.log.position_at(before).await.map_err(AppError::from)?;
        let sight = self.sight(caller).await?;
        let mut groups: HashMap<Group, Counted> = HashMap::new();
        loop {
            let page = self.log.events(after, PAGE_LEN).await.map_err(AppError::from)?;
            let Some(last) = page.last() else { break };
            after = last.position;
            for recorded in &page {
                if let Some(group) = Group::of(recorded)
                    && self.may_see(&sight, recorded).await?
                {
                    groups.entry(group).or_insert_with(|| Counted::beginning(recorded)).add(recorded);
                }
            }
        }
        let batches: HashSet<Uuid> = groups.keys().filter_map(|group| group.batch).collect();
        let files = self.names(&batches.into_iter().collect::<Vec<_>>()).await?;
        let staff = self.recorders(groups.keys().map(|group| group.actor.as_str())).await?;
        let change = |(Group { day, actor, batch, stream }, Counted { events, subjects, positions })| {
            let file = batch.and_then(|batch| files.get(&batch).cloned());
            Change { day, by: by(&actor, &staff), file, stream, events, subjects: subjects.len(), positions }
        };
        let mut changes: Vec<Change> = groups.into_iter().map(change).collect();
        changes.sort_unstable_by_key(|change| change.positions);
        Ok(changes)
    }
}

impl Group {
    /// `None` of a kind of stream that this version does not know.
    fn of(recorded: &Recorded) -> Option<Self> {
        let batch = recorded.causation.as_deref().and_then(|batch| Uuid::parse_str(batch).ok());
        let stream = StreamType::parse(&recorded.stream_type)?;
        Some(Self { day: day_of(recorded.recorded_at), actor: recorded.actor.to_string(), batch, stream })
    }
}

impl Counted {
    fn beginning(recorded: &Recorded) -> Self {
        Self { events: 0, subjects: HashSet::new(), positions: (recorded.position, recorded.position) }
    }

    fn add(&mut self, recorded: &Recorded) {
        self.events += 1;
        self.subjects.insert(recorded.subject());
        self.positions.1 = recorded.position;
    }
}
