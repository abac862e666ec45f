//! The history of one unit, and what it makes of each day. Pure.

use cqrs_es::Aggregate as _;
use jiff::civil::Date;

use crate::domain::day::{epoch_day, from_epoch_day};
use crate::domain::employer::{CreditCodeCheck, Employer, EmployerEvent, EmployerProfile, RegisteredEmployer};
use crate::domain::ids::{EmployerId, SealedRevision};
use crate::event_log::record::Recorded;
use crate::projections::rectangles::{ValidSpan, valid_spans};

/// A day before all others.
const FIRST_OF_ALL_DAYS: i64 = i64::MIN;

/// The state of a unit's stream, and the profiles that were recorded.
#[derive(Debug, Default)]
pub(super) struct FoldedEmployer {
    employer: Employer,
    /// In the order of their days, and on one day in the order of recording.
    profiles: Vec<RecordedProfile>,
}

/// What one event says of the kind of unit; details that it leaves out are `None`.
#[derive(Debug)]
struct RecordedProfile {
    version: i64,
    /// The first epoch day on which it holds.
    from: i64,
    profile: EmployerProfile,
}

/// What a unit is on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EmployerDay {
    pub credit_code: CreditCodeCheck,
    /// The sealed row of name and code.
    pub identity: SealedRevision,
    pub profile: EmployerProfile,
    /// Persons on the staff, and the day of the count.
    pub staff: Option<(u32, Date)>,
    /// The unit into which it was merged, and from which day.
    pub merged: Option<(EmployerId, Date)>,
    pub closed_on: Option<Date>,
}

impl FoldedEmployer {
    /// Adds an event of the unit. An undoing removes the event that it undoes.
    pub(super) fn take(&mut self, recorded: &Recorded, event: &EmployerEvent) {
        self.employer.apply(event.clone());
        match event {
            EmployerEvent::ProfileRecorded { profile, effective_on } => {
                let (version, from) = (recorded.version, epoch_day(*effective_on));
                self.profiles.push(RecordedProfile { version, from, profile: *profile });
                // The sort is stable, so that of one day the last recorded profile comes last, and holds.
                self.profiles.sort_by_key(|recorded| recorded.from);
            }
            EmployerEvent::Undone { version, .. } => {
                self.profiles.retain(|recorded| recorded.version.unsigned_abs() != *version);
            }
            EmployerEvent::EmployerRegistered { .. }
            | EmployerEvent::IdentityCorrected { .. }
            | EmployerEvent::StaffCounted { .. }
            | EmployerEvent::EmployerMerged { .. }
            | EmployerEvent::ToldApart { .. }
            | EmployerEvent::EmployerClosed { .. } => (),
        }
    }

    /// All days, as spans; none while no registration stands.
    pub(super) fn spans(&self) -> Vec<ValidSpan<EmployerDay>> {
        let Some(registered) = self.employer.registered() else { return vec![] };
        let profiles = self.profiles.iter().map(|recorded| recorded.from);
        let counted = registered.staff.iter().map(|(_, on)| epoch_day(*on));
        let cuts = std::iter::once(FIRST_OF_ALL_DAYS).chain(profiles).chain(counted).collect();
        valid_spans(cuts, |day| Some(self.on_day(registered, day)))
    }

    /// What is so on an epoch day.
    fn on_day(&self, registered: &RegisteredEmployer, day: i64) -> EmployerDay {
        // The first of all days is no date.
        let date = Some(day).filter(|day| *day != FIRST_OF_ALL_DAYS).and_then(from_epoch_day);
        let staff = date.and_then(|date| registered.staff_on(date));
        EmployerDay {
            credit_code: registered.credit_code,
            identity: registered.identity,
            profile: EmployerProfile {
                industry: self.detail_on(day, |profile| profile.industry),
                size: self.detail_on(day, |profile| profile.size),
                ownership: self.detail_on(day, |profile| profile.ownership),
            },
            staff: staff.map(|(staff, on)| (staff.total_count, *on)),
            merged: registered.merged,
            closed_on: registered.closed_on,
        }
    }

    /// A detail of the profile on a day: the latest that was recorded for a day up to it, or else the first that was
    /// recorded at all.
    fn detail_on<T>(&self, day: i64, detail: impl Fn(&EmployerProfile) -> Option<T>) -> Option<T> {
        let by = |day: i64| {
            let recorded = self.profiles.iter().rev().filter(|recorded| recorded.from <= day);
            recorded.map(|recorded| &recorded.profile).find_map(&detail)
        };
        let first = || self.profiles.iter().find(|recorded| detail(&recorded.profile).is_some());
        by(day).or_else(|| by(first()?.from))
    }
}
