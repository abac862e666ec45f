//! What was planted, counted: the sums over a plan that the system has to answer.

use std::collections::BTreeMap;

use super::days::Wave;
use super::fate::{Fate, Part};
use super::plan::{Planned, Pupil};
use super::units::Unit;
use crate::domain::agreement::codes::VersionState;
use crate::domain::placement::codes::{HostSource, InternshipKind};
use crate::domain::placement::stay::PlacementStatus;
use crate::domain::terms::Term;
use crate::projections::placement_register::List;

/// Counts by code.
pub type Counts = BTreeMap<String, usize>;

/// The code of what there is none of.
pub const NONE: &str = "none";

/// Counts of one or many schools.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Planted {
    pub schools: usize,
    pub students: usize,
    /// Stays; who is placed anew has two.
    pub placements: usize,
    /// Units with a credit code, wherever they are listed.
    pub units_with_code: usize,
    /// Units without one, at each school its own.
    pub units_without_code: usize,
    /// Placements by stage, as people read it on the day.
    pub shown: Counts,
    /// Placements by how far the agreement is, [`NONE`] where there is none.
    pub agreement: Counts,
    /// Students on each list of the work queue.
    pub queue: Counts,
    /// Students at work on the day, by dimension and part.
    pub at_work: BTreeMap<&'static str, Counts>,
    /// Students by fate, as SEASON.md names them.
    pub fates: Counts,
}

/// What a stay is like on the day.
struct Stay<'a> {
    unit: &'a Unit,
    /// The unit that it is part of by now.
    survivor: &'a Unit,
    kind: InternshipKind,
    source: HostSource,
}

/// A student's first stay on the day, after its changes.
fn stay<'a>(planned: &'a Planned, pupil: &Pupil, is_first: bool) -> Stay<'a> {
    let has_moved = matches!(pupil.fate, Fate::Changed(Part::Host, _));
    let unit = if has_moved { pupil.next_unit } else { pupil.unit };
    Stay {
        unit: &planned.units.all[unit],
        survivor: &planned.units.all[planned.units.survivor(unit, is_first)],
        kind: kind(planned.wave(pupil)),
        source: if has_moved { HostSource::School } else { pupil.source },
    }
}

pub fn kind(wave: Wave) -> InternshipKind {
    if wave == Wave::Visit { InternshipKind::Orientation } else { InternshipKind::Post }
}

impl Planted {
    pub fn of(plan: &[Planned]) -> Self {
        // Also the lists on which nobody is.
        let queue = List::ENTRIES.iter().map(|list| (list.code.to_owned(), 0)).collect();
        let mut planted = Self { schools: plan.len(), queue, ..Self::default() };
        let mut codes = std::collections::HashSet::new();
        for (index, school) in plan.iter().enumerate() {
            for unit in &school.units.all {
                match &unit.credit_code {
                    Some(code) => planted.units_with_code += usize::from(codes.insert(code)),
                    None => planted.units_without_code += 1,
                }
            }
            school.pupils.iter().for_each(|pupil| planted.count(school, pupil, index == 0));
            *planted.queue.entry(List::NotEnrolled.code().to_owned()).or_default() +=
                usize::from(school.on_leave().is_some());
        }
        planted
    }

    fn count(&mut self, school: &Planned, pupil: &Pupil, is_first: bool) {
        let (fate, wave) = (pupil.fate, school.wave(pupil));
        let add = |counts: &mut Counts, code: &str| *counts.entry(code.to_owned()).or_default() += 1;
        self.students += 1;
        add(&mut self.fates, fate.zh());
        let agreement = |state: Option<VersionState>| state.map_or(NONE, Term::code);
        if let Some(shown) = fate.shown() {
            self.placements += 1;
            add(&mut self.shown, shown.code());
            add(&mut self.agreement, agreement(fate.agreement(wave)));
        }
        if fate == Fate::PlacedAgain {
            self.placements += 1;
            add(&mut self.shown, PlacementStatus::Submitted.code());
            add(&mut self.agreement, VersionState::Drafted.code());
        }
        fate.waits(wave).into_iter().for_each(|list| add(&mut self.queue, list));
        if !fate.is_at_work() {
            return;
        }
        let (stay, class) = (stay(school, pupil, is_first), &school.classes[pupil.class]);
        let is_visit = wave == Wave::Visit;
        let parts = [
            ("all", "all".to_owned()),
            ("school", school.school.code.clone()),
            ("class", format!("{}/{}", school.school.code, class.name)),
            ("specialty", class.specialty.to_owned()),
            ("kind", stay.kind.code().to_owned()),
            ("source", stay.source.code().to_owned()),
            ("site-kind", stay.unit.site_kind.code().to_owned()),
            ("region", stay.unit.region.code().to_owned()),
            ("employer", stay.survivor.name.clone()),
            ("ownership", stay.survivor.ownership.code().to_owned()),
            ("industry", stay.survivor.industry.code().to_owned()),
            ("size", stay.survivor.size.code().to_owned()),
            ("on-specialty", if is_visit { "not_recorded" } else { pupil.matched.code() }.to_owned()),
            ("agreement", if is_visit { "not_recorded" } else { VersionState::InForce.code() }.to_owned()),
        ];
        for (dimension, part) in parts {
            add(self.at_work.entry(dimension).or_default(), &part);
        }
    }
}
