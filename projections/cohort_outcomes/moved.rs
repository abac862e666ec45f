//! Question: who is counted otherwise in one question about a cohort than in another? Unit: persons.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::CohortAsOf;
use super::cohort::{Cohort, NONE};
use super::count::is_inside;
use super::explain::{Counted, FigurePart};
use crate::domain::figures::PopulationCounts;
use crate::domain::figures::populations::GRADUATES;

/// A person as counted in a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedAs {
    pub counted: Counted,
    /// 1 for each population that the person belongs to.
    pub counts: PopulationCounts,
}

/// A person as counted in each of two questions; in one of them perhaps not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub before: Option<CountedAs>,
    pub after: Option<CountedAs>,
    /// On the first question's day the second counts the person as the first does: the day alone makes the difference.
    pub is_by_day: bool,
}

/// A person's profile and state, by their indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    profile: u32,
    state: u32,
}

impl Cohort {
    /// The persons for whom `is_asked` holds of how the two questions count them, and of whether these differ; in no order.
    /// Both questions are about one scope.
    pub fn moved(
        &self,
        first: &CohortAsOf,
        second: &CohortAsOf,
        is_asked: impl Fn(Option<&PopulationCounts>, Option<&PopulationCounts>, bool) -> bool,
    ) -> Vec<Moved> {
        let (before, after) = (self.places(first), self.places(second));
        let between = self.places(&CohortAsOf { as_of: first.as_of, ..second.clone() });
        let everybody: HashSet<Uuid> = before.keys().chain(after.keys()).copied().collect();
        let moved = |student: Uuid| {
            let [was, is, on_that_day] = [&before, &after, &between].map(|places| places.get(&student).copied());
            let counts = |place: Option<Place>| place.map(|place| self.counts(place));
            is_asked(counts(was), counts(is), was != is).then(|| Moved {
                before: was.map(|place| self.at(student, place)),
                after: is.map(|place| self.at(student, place)),
                is_by_day: was != is && on_that_day == was,
            })
        };
        everybody.into_iter().filter_map(moved).collect()
    }

    /// Where each person of the cohort is.
    fn places(&self, question: &CohortAsOf) -> HashMap<Uuid, Place> {
        let mut times: HashMap<(u32, u32), i64> = HashMap::new();
        for movement in self.known_at(question.known_at).iter().filter(|movement| movement.from <= question.as_of) {
            *times.entry((movement.person, movement.left)).or_default() -= 1;
            *times.entry((movement.person, movement.entered)).or_default() += 1;
        }
        let is_there = |state: u32| self.states.items()[state as usize].situation != NONE;
        let place = |((person, state), times): ((u32, u32), i64)| {
            let person = &self.persons.items()[person as usize];
            let profile = &self.profiles.items()[person.profile as usize];
            let is_asked = times != 0 && is_there(state) && is_inside(&question.scope, profile);
            is_asked.then_some((person.student, Place { profile: person.profile, state }))
        };
        times.into_iter().filter_map(place).collect()
    }

    fn counts(&self, place: Place) -> &PopulationCounts {
        &self.of_state(self.states.items()[place.state as usize]).0.counts
    }

    fn at(&self, student: Uuid, place: Place) -> CountedAs {
        let profile = &self.profiles.items()[place.profile as usize];
        let counts = self.counts(place).clone();
        let part = if counts.of(&GRADUATES) == 1 { FigurePart::Numerator } else { FigurePart::Excluded };
        let (school, class) = (profile.school.as_str().to_owned(), profile.class.as_str().to_owned());
        CountedAs { counted: Counted { student, school, class, part }, counts }
    }
}
