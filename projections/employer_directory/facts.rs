//! The facts of one unit, and the days they make: pure.

use cqrs_es::Aggregate as _;
use jiff::civil::Date;

use crate::domain::day::{epoch_day, from_epoch_day};
use crate::domain::employer::{CreditCodeCheck, Employer, EmployerEvent, Profile, Registered};
use crate::domain::ids::{EmployerId, SealedRevision};
use crate::event_log::record::Recorded;
use crate::projections::rectangles::{Tile, tiles};

/// The first of all days.
const ALWAYS: i64 = i64::MIN;

/// What stands of a unit's stream.
#[derive(Debug, Default)]
pub(super) struct Facts {
    employer: Employer,
    profiles: Vec<Said>,
}

/// A word on what kind of unit it is.
#[derive(Debug)]
struct Said {
    version: i64,
    /// Epoch day.
    from: i64,
    profile: Profile,
}

/// What a unit is on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Says {
    pub credit_code: CreditCodeCheck,
    pub identity: SealedRevision,
    pub profile: Profile,
    /// Persons, and the day of the count.
    pub staff: Option<(u32, Date)>,
    pub merged: Option<(EmployerId, Date)>,
    pub closed_on: Option<Date>,
}

impl Facts {
    /// Takes one more event of the unit; an undoing takes the fact it undoes away.
    pub(super) fn take(&mut self, recorded: &Recorded, event: &EmployerEvent) {
        self.employer.apply(event.clone());
        match event {
            EmployerEvent::ProfileRecorded { profile, effective_on } => {
                let (version, from) = (recorded.version, epoch_day(*effective_on));
                self.profiles.push(Said { version, from, profile: *profile });
                // Of words from the same day on the later recorded one holds.
                self.profiles.sort_by_key(|said| said.from);
            }
            EmployerEvent::Undone { version, .. } => {
                self.profiles.retain(|said| said.version.unsigned_abs() != *version);
            }
            EmployerEvent::EmployerRegistered { .. }
            | EmployerEvent::IdentityCorrected { .. }
            | EmployerEvent::StaffCounted { .. }
            | EmployerEvent::EmployerMerged { .. }
            | EmployerEvent::EmployerClosed { .. } => (),
        }
    }

    /// All days, cut where anything changes; none while no registration stands.
    pub(super) fn tiles(&self) -> Vec<Tile<Says>> {
        let Some(registered) = self.employer.registered() else { return vec![] };
        let said = self.profiles.iter().map(|said| said.from);
        let counted = registered.staff.iter().map(|(_, on)| epoch_day(*on));
        let cuts = std::iter::once(ALWAYS).chain(said).chain(counted).collect();
        tiles(cuts, |day| Some(self.says(registered, day)))
    }

    fn says(&self, registered: &Registered, day: i64) -> Says {
        // The first of all days is no date.
        let date = Some(day).filter(|day| *day != ALWAYS).and_then(from_epoch_day);
        let staff = date.and_then(|date| registered.staff_on(date));
        Says {
            credit_code: registered.credit_code,
            identity: registered.identity,
            profile: Profile {
                industry: self.on(day, |profile| profile.industry),
                size: self.on(day, |profile| profile.size),
                ownership: self.on(day, |profile| profile.ownership),
            },
            staff: staff.map(|(staff, on)| (staff.total_count, *on)),
            merged: registered.merged,
            closed_on: registered.closed_on,
        }
    }

    /// The latest word on a detail by a day, else what holds from the day of the first word on.
    fn on<T>(&self, day: i64, detail: impl Fn(&Profile) -> Option<T>) -> Option<T> {
        let by = |day: i64| {
            let said = self.profiles.iter().rev().filter(|said| said.from <= day);
            said.map(|said| &said.profile).find_map(&detail)
        };
        let first = || self.profiles.iter().find(|said| detail(&said.profile).is_some());
        by(day).or_else(|| by(first()?.from))
    }
}
