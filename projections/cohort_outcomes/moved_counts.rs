//! Questions: by how many persons does each population change where histories change? In which cohorts did anything
//! move between two positions? Unit: persons.
//!
//! Who counts is decided by the fold of the read model and by the populations' own predicates, before anything is recorded
//! as afterwards: there is no other way of counting here.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sqlx::{AnyPool, AssertSqlSafe, Row as _};

use super::SITUATIONS;
use super::folded::FoldedGraduate;
use super::graduate_day::Situation;
use crate::accounts::Scope;
use crate::domain::day::epoch_day;
use crate::domain::figures::PopulationCounts;
use crate::domain::figures::populations::ALL;
use crate::domain::ids::{ClassName, SchoolCode};
use crate::event_log::record::HistoricEvent;
use crate::event_log::table::Value;

/// What a person's history makes the person count as at the cut-off of the year of graduation.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Counted {
    year: i16,
    school: SchoolCode,
    class: ClassName,
    situation: Situation,
}

/// How many persons more, or fewer, are in each population, by year, school and class.
#[derive(Debug, Default)]
pub struct MovedCounts(BTreeMap<(i16, SchoolCode, ClassName), PopulationCounts>);

impl MovedCounts {
    /// By how many the counts at each year's cut-off differ between two histories of each person.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn between<'h>(
        readers: &AnyPool,
        cut_off: fn(i16) -> Date,
        histories: impl Iterator<Item = (&'h [HistoricEvent], &'h [HistoricEvent])>,
    ) -> Result<Self, sqlx::Error> {
        let mut situations: Vec<Situation> = vec![];
        let mut persons: Vec<(Counted, usize, i64)> = vec![];
        for (before, after) in histories {
            let (before, after) = (counted(before, cut_off), counted(after, cut_off));
            if before == after {
                continue;
            }
            for (person, sign) in [(before, -1), (after, 1)] {
                let Some(person) = person else { continue };
                let known = situations.iter().position(|known| *known == person.situation);
                let index = known.unwrap_or_else(|| {
                    situations.push(person.situation.clone());
                    situations.len() - 1
                });
                persons.push((person, index, sign));
            }
        }
        let members = members(readers, &situations).await?;
        let mut moved = Self::default();
        for (Counted { year, school, class, .. }, index, sign) in persons {
            let sums = moved.0.entry((year, school, class)).or_default();
            for (sum, member) in sums.0.iter_mut().zip(&members[index].0) {
                *sum += sign * member;
            }
        }
        Ok(moved)
    }

    /// Adds what moved after this.
    pub fn add(&mut self, later: &Self) {
        for (key, counts) in &later.0 {
            self.0.entry(key.clone()).or_default().add(counts);
        }
    }

    /// The years in which something of a scope moves.
    pub fn years(&self, scope: &Scope) -> Vec<i16> {
        let mut years: Vec<i16> = self.0.keys().map(|(year, _, _)| *year).collect();
        years.dedup();
        // Who goes from class to class inside the scope moves nothing of it.
        years.retain(|year| self.of(*year, scope).0.iter().any(|count| *count != 0));
        years
    }

    /// By how many the counts of a year and scope change.
    pub fn of(&self, year: i16, scope: &Scope) -> PopulationCounts {
        let mut sum = PopulationCounts::default();
        let inside = self.0.iter().filter(|((of, school, class), _)| *of == year && scope.covers(school, class));
        inside.for_each(|(_, counts)| sum.add(counts));
        sum
    }
}

/// `None` of who is at school.
fn counted(history: &[HistoricEvent], cut_off: fn(i16) -> Date) -> Option<Counted> {
    let mut graduate = FoldedGraduate::default();
    for HistoricEvent { position, version, event } in history {
        graduate.take(*position, *version, event);
    }
    let (membership, _) = graduate.spans()?;
    let year = membership.since.year();
    let (day, _) = graduate.on(epoch_day(cut_off(year)))?;
    let registration = membership.registration;
    Some(Counted { year, school: registration.school, class: registration.class, situation: day.situation })
}

/// For each situation a 1 for each population that a person in it belongs to.
async fn members(readers: &AnyPool, situations: &[Situation]) -> Result<Vec<PopulationCounts>, sqlx::Error> {
    /// Situations asked about at once: with fewer placeholders than any engine's limit.
    const ASKED_MAX: usize = 50;
    let columns = SITUATIONS.columns.iter().skip(1).map(|column| column.name);
    // From whether something contradicts on, no population looks at the columns.
    let columns: Vec<&str> = columns.take_while(|name| *name != "is_conflict").collect();
    let populations = ALL.map(|population| format!("case when {} then 1 else 0 end", population.predicate));
    let mut members = Vec::with_capacity(situations.len());
    for asked in situations.chunks(ASKED_MAX) {
        let row = |index: usize| {
            let first = 1 + index * columns.len();
            let placeholders = (first..first + columns.len()).map(|place| format!("cast(${place} as text)"));
            format!("({index}, {})", placeholders.collect::<Vec<_>>().join(", "))
        };
        let rows: Vec<String> = (0..asked.len()).map(row).collect();
        let sql = format!(
            "with s (place, {}) as (values {}) select {} from s order by place",
            columns.join(", "),
            rows.join(", "),
            populations.join(", ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for situation in asked {
            for value in situation.columns().into_iter().take(columns.len()) {
                let code = if let Value::Text(code) = value { Some(code.as_str().to_owned()) } else { None };
                query = query.bind(code);
            }
        }
        for row in query.fetch_all(readers).await? {
            let counts = (0..ALL.len()).map(|index| row.try_get(index)).collect::<Result<_, _>>()?;
            members.push(PopulationCounts(counts));
        }
    }
    Ok(members)
}

/// The years in which somebody was moved behind a position and up to another.
///
/// # Errors
/// When the database cannot be read, or holds a year that no calendar has.
pub async fn years_moved(readers: &AnyPool, after: i64, up_to: i64) -> Result<Vec<i16>, sqlx::Error> {
    let (mut years, mut last) = (vec![], i64::MIN);
    // From year to year along the key, so that no year is read through.
    let next = "select cohort_year from cohort_movements where cohort_year > $1 order by cohort_year limit 1";
    while let Some(year) = sqlx::query_scalar::<_, i64>(next).bind(last).fetch_optional(readers).await? {
        last = year;
        let sql = "select position from cohort_movements
                   where cohort_year = $1 and position > $2 and position <= $3 limit 1";
        let moved =
            sqlx::query_scalar::<_, i64>(sql).bind(year).bind(after).bind(up_to).fetch_optional(readers).await?;
        if moved.is_some() {
            years.push(i16::try_from(year).map_err(|_| crate::projections::columns::unreadable(0))?);
        }
    }
    Ok(years)
}
