//! Question: of one cohort, as of a day and as known at a position, how many persons are in each population, by any
//! one or two dimensions? One pass over the movements answers it. Unit: persons.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use strum::VariantArray;

use sqlx::AnyPool;

use super::CohortAsOf;
use super::cohort::{Cohort, CountedSituation, IndexedState, NONE};
use super::graduate_day::JobDetails;
use crate::accounts::Scope;
use crate::domain::figures::PopulationCounts;
use crate::domain::figures::populations::{ALL, DIRECT_EMPLOYMENT};
use crate::domain::ids::SpecialtyCode;
use crate::domain::student::StudentRegistration;
use crate::domain::terms::{Entry, Term, entry};
use crate::projections::NOT_RECORDED;
use crate::projections::columns::unreadable;

/// What a cohort is broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum Dimension {
    School,
    SpecialtyClass,
    Specialty,
    Class,
    Gender,
    Route,
    Kind,
    Industry,
    Place,
    Channel,
    Salary,
    Contract,
    Insurance,
}

impl Term for Dimension {
    const NAME: &'static str = "分组";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::School, "school", "学校", &[]),
        entry(Self::SpecialtyClass, "specialty-class", "专业大类", &[]),
        entry(Self::Specialty, "specialty", "专业", &[]),
        entry(Self::Class, "class", "班级", &[]),
        entry(Self::Gender, "gender", "性别", &[]),
        entry(Self::Route, "route", "学生类型", &[]).en("kind of student"),
        entry(Self::Kind, "kind", "就业类型", &[]).en("kind of employment"),
        entry(Self::Industry, "industry", "行业", &[]),
        entry(Self::Place, "place", "就业地域", &[]),
        entry(Self::Channel, "channel", "就业渠道", &[]).en("job channel"),
        entry(Self::Salary, "salary", "起薪", &[]).en("starting pay"),
        entry(Self::Contract, "contract", "劳动合同", &[]).en("labour contract"),
        entry(Self::Insurance, "insurance", "社会保险", &[]).en("social insurance"),
    ];
}

impl Dimension {
    /// Whether the dimension is a detail of the job, so that only direct employment and its subsets can be counted by
    /// it.
    pub fn is_of_job(self) -> bool {
        match self {
            Self::Kind
            | Self::Industry
            | Self::Place
            | Self::Channel
            | Self::Salary
            | Self::Contract
            | Self::Insurance => true,
            Self::School | Self::SpecialtyClass | Self::Specialty | Self::Class | Self::Gender | Self::Route => false,
        }
    }

    /// The key of persons with this profile; `None` if the dimension is of the job. Class names are a school's own, so
    /// the key of a class names the school, too.
    fn profile_key(self, profile: &StudentRegistration) -> Option<String> {
        let specialty = |of: fn(&SpecialtyCode) -> &str| profile.specialty.as_ref().map_or(NOT_RECORDED, of).to_owned();
        match self {
            Self::School => Some(profile.school.as_str().to_owned()),
            Self::SpecialtyClass => Some(specialty(SpecialtyCode::class)),
            Self::Specialty => Some(specialty(SpecialtyCode::as_str)),
            Self::Class => Some(format!("{}/{}", profile.school.as_str(), profile.class.as_str())),
            Self::Gender => Some(profile.gender.code().to_owned()),
            Self::Route => Some(profile.route.map_or(NOT_RECORDED, Term::code).to_owned()),
            Self::Kind
            | Self::Industry
            | Self::Place
            | Self::Channel
            | Self::Salary
            | Self::Contract
            | Self::Insurance => None,
        }
    }

    /// The key of persons in this situation and job; `None` if the dimension is not of the job.
    fn job_key(self, situation: &CountedSituation, job: &JobDetails) -> Option<String> {
        let code = match self {
            Self::Kind => situation.job_kind.map(Term::code),
            Self::Industry => job.industry.map(Term::code),
            Self::Place => job.place.map(Term::code),
            Self::Channel => job.channel.map(Term::code),
            Self::Salary => job.salary.map(Term::code),
            Self::Contract => job.contract.map(Term::code),
            Self::Insurance => job.insurance.map(Term::code),
            Self::School | Self::SpecialtyClass | Self::Specialty | Self::Class | Self::Gender | Self::Route => {
                return None;
            }
        };
        Some(code.unwrap_or(NOT_RECORDED).to_owned())
    }
}

/// One cell of a breakdown by its key; without dimensions, everybody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CellKey {
    pub by: Vec<Dimension>,
    /// One for each dimension, as `Cohort::count` gives them.
    pub key: Vec<String>,
}

impl CellKey {
    /// Whether persons with this profile may be in the cell.
    pub(super) fn has_profile(&self, profile: &StudentRegistration) -> bool {
        let mut parts = self.by.iter().zip(&self.key);
        parts.all(|(dimension, key)| dimension.profile_key(profile).is_none_or(|of| of == *key))
    }

    /// Whether persons in this situation and job may be in the cell: by a detail of the job those in direct employment.
    pub(super) fn has_state(&self, situation: &CountedSituation, job: &JobDetails) -> bool {
        let mut parts = self.by.iter().zip(&self.key).filter(|(dimension, _)| dimension.is_of_job());
        parts.all(|(dimension, key)| {
            situation.counts.of(&DIRECT_EMPLOYMENT) == 1 && dimension.job_key(situation, job).as_ref() == Some(key)
        })
    }
}

/// How many numbers a cell has: its persons, then the persons of each population.
const WIDTH: usize = 1 + ALL.len();

impl Cohort {
    /// How many persons are in each population, for each combination of the dimensions' keys, in the order of the keys;
    /// without dimensions, one cell.
    pub fn count(&self, question: &CohortAsOf, by: &[Dimension]) -> Vec<(Vec<String>, PopulationCounts)> {
        let of_job = by.iter().any(|dimension| dimension.is_of_job());
        let of_profiles = self.profile_keys(&question.scope, by);
        let of_states = self.state_keys(by, of_job);
        let members: Vec<[i64; WIDTH]> = self.states.items().iter().map(|state| self.members(*state)).collect();
        let profiles: Vec<u32> = self.persons.items().iter().map(|person| person.profile).collect();
        // There is a cell for each key of profiles with each key of states.
        let mut sums = vec![[0; WIDTH]; of_profiles.keys.len() * of_states.keys.len()];
        for movement in self.known_at(question.known_at).iter().filter(|movement| movement.from <= question.as_of) {
            let Some(row) = of_profiles.index_of[profiles[movement.person as usize] as usize] else { continue };
            for (state, sign) in [(movement.left as usize, -1), (movement.entered as usize, 1)] {
                let Some(column) = of_states.index_of[state] else { continue };
                for (sum, member) in sums[row * of_states.keys.len() + column].iter_mut().zip(members[state]) {
                    *sum += sign * member;
                }
            }
        }
        let keys = of_profiles.keys.iter().flat_map(|row| of_states.keys.iter().map(move |column| (row, column)));
        let mut cells: Vec<_> = keys
            .zip(sums)
            // Cells that nobody is in are left out.
            .filter(|(_, [persons, ..])| by.is_empty() || *persons != 0)
            .map(|((row, column), [_, counts @ ..])| (in_order(by, row, column), PopulationCounts(counts.to_vec())))
            .collect();
        if by.is_empty() && cells.is_empty() {
            cells.push((vec![], PopulationCounts::default()));
        }
        cells.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        cells
    }

    /// The key of each profile, by the dimensions that are not of the job. Profiles outside the scope are not counted.
    fn profile_keys(&self, scope: &Scope, by: &[Dimension]) -> Keyed {
        let keys =
            |profile: &StudentRegistration| by.iter().filter_map(|dimension| dimension.profile_key(profile)).collect();
        Keyed::of(self.profiles.items().iter().map(|profile| is_inside(scope, profile).then(|| keys(profile))))
    }

    /// The key of each state, by the dimensions that are of the job. If there is one, only direct employment is
    /// counted.
    fn state_keys(&self, by: &[Dimension], of_job: bool) -> Keyed {
        Keyed::of(self.states.items().iter().map(|state| {
            let (situation, job) = self.of_state(*state);
            let is_counted = !of_job || situation.counts.of(&DIRECT_EMPLOYMENT) == 1;
            is_counted.then(|| by.iter().filter_map(|dimension| dimension.job_key(situation, job)).collect())
        }))
    }

    /// What one person in a state adds to a cell.
    fn members(&self, state: IndexedState) -> [i64; WIDTH] {
        let mut members = [0; WIDTH];
        members[0] = i64::from(state.situation != NONE);
        members[1..].copy_from_slice(&self.of_state(state).0.counts.0);
        members
    }
}

/// The keys under which the items of a list are counted.
struct Keyed {
    /// The keys, without repetition.
    keys: Vec<Vec<String>>,
    /// For each item the index of its key; `None` if it is not counted.
    index_of: Vec<Option<usize>>,
}

impl Keyed {
    /// `items` gives the key of each item.
    fn of(items: impl Iterator<Item = Option<Vec<String>>>) -> Self {
        let mut indexes = HashMap::new();
        let mut keys = vec![];
        let mut index = |key: Vec<String>| {
            *indexes.entry(key).or_insert_with_key(|key| {
                keys.push(key.clone());
                keys.len() - 1
            })
        };
        let index_of = items.map(|key| key.map(&mut index)).collect();
        Self { keys, index_of }
    }
}

/// The latest year that has graduates; `None` if no year has.
///
/// # Errors
/// When the database cannot be read.
pub async fn latest_year(readers: &AnyPool) -> Result<Option<i16>, sqlx::Error> {
    let sql = "select m.cohort_year from cohort_movements m
               join cohort_situations s on s.situation = m.entered_situation
               where s.standing = 'graduated' order by m.cohort_year desc limit 1";
    let year: Option<i64> = sqlx::query_scalar(sql).fetch_optional(readers).await?;
    year.map(|year| i16::try_from(year).map_err(|_| unreadable(0))).transpose()
}

/// Whether a profile is inside a scope.
pub(super) fn is_inside(scope: &Scope, profile: &StudentRegistration) -> bool {
    scope.school().is_none_or(|school| *school == profile.school)
        && scope.class().is_none_or(|class| *class == profile.class)
}

/// The key of a cell, in the order of the dimensions, from its key of profiles and its key of states.
fn in_order(by: &[Dimension], of_profile: &[String], of_state: &[String]) -> Vec<String> {
    let (mut of_profile, mut of_state) = (of_profile.iter(), of_state.iter());
    by.iter()
        .filter_map(|dimension| if dimension.is_of_job() { of_state.next() } else { of_profile.next() })
        .cloned()
        .collect()
}
