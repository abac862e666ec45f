//! Two states of knowledge of a year beside each other: which figures moved, and by whom.

use std::collections::HashMap;

use clap::Args;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::App;
use super::explain::NamedPerson;
use super::failure::Failure;
use super::report::{Report, ReportQuery};
use crate::accounts::Caller;
use crate::domain::ids::{SchoolCode, StudentId};
use crate::input::known_at::KnownAt;
use crate::input::words;

/// What moved a year's figures between two states of knowledge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct CompareReports {
    /// The one state: a position, a day or an instant.
    pub from: KnownAt,
    /// The other; the head unless given.
    #[arg(default_value = "head", hide_default_value = true)]
    #[serde(default)]
    pub to: KnownAt,
    /// Calendar year of graduation.
    #[arg(long, value_parser = clap::value_parser!(i16).range(1990..=2100))]
    pub year: i16,
    /// The cut-off; 31 December of the year unless given.
    #[arg(long, value_parser = words::day)]
    pub as_of: Option<Date>,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
}

/// A year's figures in two states of knowledge, and who is counted otherwise.
#[derive(Debug)]
pub struct Compared {
    pub before: Report,
    pub after: Report,
    /// In the order of school, class and student.
    pub persons: Vec<MovedPerson>,
}

/// A person as counted in each of the two states; in one of them perhaps not at all.
#[derive(Debug)]
pub struct MovedPerson {
    pub before: Option<NamedPerson>,
    pub after: Option<NamedPerson>,
}

impl MovedPerson {
    /// The person in the second state, else in the first.
    pub fn latest(&self) -> Option<&NamedPerson> {
        self.after.as_ref().or(self.before.as_ref())
    }
}

impl App {
    pub(super) async fn compare(&self, caller: &Caller, asked: &CompareReports) -> Result<Compared, Failure> {
        let query = |known_at| {
            let CompareReports { year, as_of, school, .. } = asked.clone();
            ReportQuery { year, as_of, known_at, school }
        };
        let ((first, _), (second, _)) =
            (self.question(caller, &query(asked.from)).await?, self.question(caller, &query(asked.to)).await?);
        // The cohort is read as far as the question that is put to it.
        let latest = if first.known_at > second.known_at { &first } else { &second };
        let both = (first.clone(), second.clone());
        let (left, entered) = self.ask_cohort(latest, move |cohort, _| cohort.moved(&both.0, &both.1)).await?;
        let before = self.named_of(caller, &first, left).await?;
        let after = self.named_of(caller, &second, entered).await?;
        // Positions were fixed above: what is recorded meanwhile is in neither report.
        let report = async |known_at| self.report(caller, &query(KnownAt::Position(known_at)), &[]).await;
        let (first, second) = (report(first.known_at).await?, report(second.known_at).await?);
        Ok(Compared { before: first, after: second, persons: paired(before, after) })
    }
}

fn paired(before: Vec<NamedPerson>, after: Vec<NamedPerson>) -> Vec<MovedPerson> {
    let mut after: HashMap<StudentId, NamedPerson> =
        after.into_iter().map(|named| (named.person.student, named)).collect();
    let both = |named: NamedPerson| MovedPerson { after: after.remove(&named.person.student), before: Some(named) };
    let mut persons: Vec<MovedPerson> = before.into_iter().map(both).collect();
    persons.extend(after.into_values().map(|named| MovedPerson { before: None, after: Some(named) }));
    let place = |moved: &MovedPerson| {
        moved.latest().map(|named| (named.person.school.clone(), named.person.class.clone(), named.person.student.0))
    };
    persons.sort_by_cached_key(place);
    persons
}
