//! Question: of one cohort, as of a day and as known at a position, how many persons are in each population, by any
//! one or two dimensions? One walk along the movements answers it; unit: persons.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;

use sqlx::AnyPool;

use super::cohort::{Cohort, Job, NONE, Profile, Situation, State};
use crate::accounts::Scope;
use crate::domain::figures::Counts;
use crate::domain::figures::populations::{ALL, DIRECT_EMPLOYMENT};
use crate::domain::terms::{Entry, Term, entry};
use crate::projections::columns::unreadable;

/// What every question about a cohort fixes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub year: i16,
    /// Epoch day on which the facts are to be true.
    pub as_of: i64,
    /// Position up to which the log is to be known.
    pub known_at: i64,
    pub scope: Scope,
}

/// What a cohort is broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
        entry(Self::Route, "route", "学生类型", &[]),
        entry(Self::Kind, "kind", "就业类型", &[]),
        entry(Self::Industry, "industry", "行业", &[]),
        entry(Self::Place, "place", "就业地域", &[]),
        entry(Self::Channel, "channel", "就业渠道", &[]),
        entry(Self::Salary, "salary", "起薪", &[]),
        entry(Self::Contract, "contract", "劳动合同", &[]),
        entry(Self::Insurance, "insurance", "社会保险", &[]),
    ];
}

/// The key of persons of whom the dimension is not recorded.
pub const NOT_RECORDED: &str = "not_recorded";

impl Dimension {
    /// Whether it is a detail of the job, so that only direct employment and its subsets can be counted by it.
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

    /// The key of a person under a profile, in a situation and a job. Class names are the school's own, so their key
    /// holds the school, too.
    fn key(self, profile: &Profile, situation: &Situation, job: &Job) -> String {
        let recorded = |code: &Option<String>| code.clone().unwrap_or_else(|| NOT_RECORDED.to_owned());
        match self {
            Self::School => profile.school.clone(),
            Self::SpecialtyClass if profile.specialty == NOT_RECORDED => NOT_RECORDED.to_owned(),
            Self::SpecialtyClass => profile.specialty.chars().take(2).collect(),
            Self::Specialty => profile.specialty.clone(),
            Self::Class => format!("{}/{}", profile.school, profile.class),
            Self::Gender => profile.gender.clone(),
            Self::Route => profile.route.clone(),
            Self::Kind => recorded(&situation.job_kind),
            Self::Industry => recorded(&job.industry),
            Self::Place => recorded(&job.place),
            Self::Channel => recorded(&job.channel),
            Self::Salary => recorded(&job.salary),
            Self::Contract => recorded(&job.contract),
            Self::Insurance => recorded(&job.insurance),
        }
    }
}

/// What is added up of a cell: its persons, then those of each population.
const WIDTH: usize = 1 + ALL.len();

impl Cohort {
    /// Persons per population, for each combination of the dimensions' keys, in the order of the keys; without dimensions
    /// one cell.
    pub fn count(&self, question: &Question, by: &[Dimension]) -> Vec<(Vec<String>, Counts)> {
        let of_job = by.iter().any(|dimension| dimension.is_of_job());
        let places = self.places(&question.scope, by);
        let details = self.details(by, of_job);
        let members: Vec<[i64; WIDTH]> = self.states.things().iter().map(|state| self.members(*state)).collect();
        let profiles: Vec<u32> = self.persons.things().iter().map(|person| person.profile).collect();
        // A cell for each place and detail, those of a place together.
        let mut sums = vec![[0; WIDTH]; places.keys.len() * details.keys.len()];
        for movement in self.known_at(question.known_at).iter().filter(|movement| movement.from <= question.as_of) {
            let Some(place) = places.of[profiles[movement.person as usize] as usize] else { continue };
            for (state, sign) in [(movement.left as usize, -1), (movement.entered as usize, 1)] {
                let Some(detail) = details.of[state] else { continue };
                for (sum, member) in sums[place * details.keys.len() + detail].iter_mut().zip(members[state]) {
                    *sum += sign * member;
                }
            }
        }
        let keys = places.keys.iter().flat_map(|place| details.keys.iter().map(move |detail| (place, detail)));
        let mut cells: Vec<_> = keys
            .zip(sums)
            // Nobody is there any more, or was at that time.
            .filter(|(_, [persons, ..])| by.is_empty() || *persons != 0)
            .map(|((place, detail), [_, counts @ ..])| (in_order(by, place, detail), Counts(counts.to_vec())))
            .collect();
        if by.is_empty() && cells.is_empty() {
            cells.push((vec![], Counts::default()));
        }
        cells.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        cells
    }

    /// Where each profile is counted, by the dimensions that are not of the job; nowhere outside the scope.
    fn places(&self, scope: &Scope, by: &[Dimension]) -> Keyed {
        let (nothing, none) = (Situation::default(), Job::default());
        let by: Vec<Dimension> = by.iter().copied().filter(|dimension| !dimension.is_of_job()).collect();
        Keyed::of(self.profiles.things().iter().map(|profile| {
            is_inside(scope, profile)
                .then(|| by.iter().map(|dimension| dimension.key(profile, &nothing, &none)).collect())
        }))
    }

    /// How each state is counted, by the dimensions that are of the job; where there is one, only direct employment is.
    fn details(&self, by: &[Dimension], of_job: bool) -> Keyed {
        let nobody = Profile::default();
        let by: Vec<Dimension> = by.iter().copied().filter(|dimension| dimension.is_of_job()).collect();
        Keyed::of(self.states.things().iter().map(|state| {
            let (situation, job) = self.of_state(*state);
            let is_counted = !of_job || situation.counts.of(&DIRECT_EMPLOYMENT) == 1;
            is_counted.then(|| by.iter().map(|dimension| dimension.key(&nobody, situation, job)).collect())
        }))
    }

    /// What one person in a state adds to a cell.
    fn members(&self, state: State) -> [i64; WIDTH] {
        let mut members = [0; WIDTH];
        members[0] = i64::from(state.situation != NONE);
        members[1..].copy_from_slice(&self.of_state(state).0.counts.0);
        members
    }
}

/// Things by the key under which they are counted.
struct Keyed {
    keys: Vec<Vec<String>>,
    /// Of each thing the place of its key; `None` where it is not counted.
    of: Vec<Option<usize>>,
}

impl Keyed {
    fn of(things: impl Iterator<Item = Option<Vec<String>>>) -> Self {
        let mut places = HashMap::new();
        let mut keys = vec![];
        let mut place = |key: Vec<String>| {
            *places.entry(key).or_insert_with_key(|key| {
                keys.push(key.clone());
                keys.len() - 1
            })
        };
        let of = things.map(|key| key.map(&mut place)).collect();
        Self { keys, of }
    }
}

/// The latest year that has graduates.
pub async fn latest_year(readers: &AnyPool) -> Result<Option<i16>, sqlx::Error> {
    let sql = "select m.cohort_year from cohort_movements m
               join cohort_situations s on s.situation = m.entered_situation
               where s.standing = 'graduated' order by m.cohort_year desc limit 1";
    let year: Option<i64> = sqlx::query_scalar(sql).fetch_optional(readers).await?;
    year.map(|year| i16::try_from(year).map_err(|_| unreadable(0))).transpose()
}

/// Whether a profile is inside a scope.
pub(super) fn is_inside(scope: &Scope, profile: &Profile) -> bool {
    scope.school().is_none_or(|school| school.as_str() == profile.school)
        && scope.class().is_none_or(|class| class.as_str() == profile.class)
}

/// The key of a cell, in the order of the dimensions.
fn in_order(by: &[Dimension], place: &[String], detail: &[String]) -> Vec<String> {
    let (mut place, mut detail) = (place.iter(), detail.iter());
    by.iter()
        .filter_map(|dimension| if dimension.is_of_job() { detail.next() } else { place.next() })
        .cloned()
        .collect()
}
