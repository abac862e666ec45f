//! Who recorded how much of what since a day or a position, and which numbers it moved: the log in a few lines.

use std::collections::{HashMap, HashSet};

use clap::Args;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::failure::{Failure, InputRefusal};
use super::history::PAGE_LEN;
use super::listed_events::by;
use super::report::cut_off;
use super::report_error::ReportError;
use super::together::Group;
use super::{App, AppError};
use crate::accounts::Caller;
use crate::domain::StreamType;
use crate::domain::day::{epoch_day, last_instant_of};
use crate::domain::figures::populations::{EMPLOYED, FURTHER_STUDY, GRADUATES, ON_SPECIALTY, Population, UNKNOWN};
use crate::event_log::record::Recorded;
use crate::input::words;
use crate::projections::cohort_outcomes::CohortAsOf;
use crate::projections::cohort_outcomes::moved_counts::years_moved;
use crate::text::lang::Sentence;

/// What was recorded since a day or behind a position, by whom, and what it moved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct ListChanges {
    /// The first day, in Shanghai.
    #[arg(long, value_parser = words::day, required_unless_present = "after")]
    pub since: Option<Date>,
    /// A position, in the place of a day.
    #[arg(long, conflicts_with = "since")]
    pub after: Option<i64>,
    /// Only what this one recorded, by name.
    #[arg(long)]
    pub who: Option<String>,
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
    /// By how many persons these events moved a year's counts at its cut-off; nothing where others recorded between them.
    pub moved: Vec<MovedCount>,
}

/// By how many persons a count of a year moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedCount {
    pub year: i16,
    pub population: &'static Population,
    pub persons: i64,
}

/// The counts of which it is told that they moved.
const TOLD: [&Population; 5] = [&GRADUATES, &EMPLOYED, &FURTHER_STUDY, &ON_SPECIALTY, &UNKNOWN];
/// So many lines are told what they moved, the last ones: each is counted twice.
const COUNTED_MAX: usize = 40;
/// So many years, the latest.
const YEARS_MAX: usize = 3;

#[derive(Debug)]
struct Counted {
    events: usize,
    subjects: HashSet<Uuid>,
    positions: (i64, i64),
}

impl App {
    /// What was recorded since a day, as far as the caller may see it, in the order in which each began.
    pub(super) async fn changes(&self, caller: &Caller, asked: &ListChanges) -> Result<Vec<Change>, Failure> {
        let from = match (asked.after, asked.since) {
            (Some(position), _) => position.max(0),
            (None, Some(day)) => {
                let before = day.yesterday().map(last_instant_of).unwrap_or(i64::MIN);
                self.log.position_at(before).await.map_err(AppError::from)?
            }
            (None, None) => return Err(InputRefusal::FieldsMissing(vec!["since"]).into()),
        };
        let mut after = from;
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
            let (by, subjects) = (by(&actor, &staff), subjects.len());
            Change { day, by, file, stream, events, subjects, positions, moved: vec![] }
        };
        let mut changes: Vec<Change> = groups.into_iter().map(change).collect();
        changes.sort_unstable_by_key(|change| change.positions);
        self.count_moves(caller, (from, after), &mut changes).await?;
        if let Some(who) = asked.who.as_deref().map(str::trim).filter(|who| !who.is_empty()) {
            changes.retain(|change| change.by.as_ref().is_some_and(|by| by.zh == who || by.en == who));
        }
        Ok(changes)
    }

    /// Says of each line what it moved. Lines of one batch that lie within each other are one; of those of several people
    /// nobody can say which of them it was.
    async fn count_moves(
        &self,
        caller: &Caller,
        (from, to): (i64, i64),
        changes: &mut [Change],
    ) -> Result<(), ReportError> {
        let mut years = years_moved(self.log.readers(), from, to).await?;
        let years = years.split_off(years.len().saturating_sub(YEARS_MAX));
        let lines: Vec<usize> = (0..changes.len()).filter(|index| moves_figures(changes[*index].stream)).collect();
        for together in within_each_other(changes, &lines).into_iter().rev().take(COUNTED_MAX) {
            let (Some(first), Some(last)) = (together.first().copied(), together.last().copied()) else { continue };
            let is_of_one = together.iter().all(|index| {
                let (one, other) = (&changes[first], &changes[*index]);
                one.by == other.by && one.file == other.file
            });
            if !is_of_one {
                continue;
            }
            let begin = changes[first].positions.0 - 1;
            let end = together.iter().map(|index| changes[*index].positions.1).max().unwrap_or(begin);
            for year in &years {
                let counts = async |known_at: i64| {
                    let scope = caller.scope.clone();
                    let question = CohortAsOf { year: *year, as_of: epoch_day(cut_off(*year)), known_at, scope };
                    let cells = self.count(&question, &[]).await?;
                    Ok::<_, ReportError>(cells.into_iter().next().map(|(_, counts)| counts).unwrap_or_default())
                };
                let (before, after) = (counts(begin).await?, counts(end).await?);
                let difference = |population: &&'static Population| {
                    let persons = after.of(population) - before.of(population);
                    (persons != 0).then_some(MovedCount { year: *year, population, persons })
                };
                changes[last].moved.extend(TOLD.iter().filter_map(difference));
            }
        }
        Ok(())
    }
}

/// Lines of which one ends after another began, by their places.
fn within_each_other(changes: &[Change], lines: &[usize]) -> Vec<Vec<usize>> {
    let (mut groups, mut end): (Vec<Vec<usize>>, i64) = (vec![], 0);
    for index in lines {
        let (first, last) = changes[*index].positions;
        match groups.last_mut().filter(|_| first <= end) {
            Some(group) => group.push(*index),
            None => groups.push(vec![*index]),
        }
        end = end.max(last);
    }
    groups
}

/// Whether figures are counted from the events of such a stream.
fn moves_figures(stream: StreamType) -> bool {
    match stream {
        StreamType::Student | StreamType::Outcome | StreamType::FurtherStudy => true,
        StreamType::School
        | StreamType::Exemption
        | StreamType::Placement
        | StreamType::Agreement
        | StreamType::Employer
        | StreamType::Host
        | StreamType::Season
        | StreamType::YearEnd
        | StreamType::Import
        | StreamType::Account
        | StreamType::Log => false,
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
