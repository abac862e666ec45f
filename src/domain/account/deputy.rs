//! Who acts in the place of whom: somebody who is absent for some days is represented by another of the same school.
//!
//! Invariants: at most one acts in the place of an account on a day, who has no less to show at the door than its role asks
//! for; what ends is over for good where the account becomes something else or is disabled.

use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use super::codes::Role;
use super::decide::{Decided, acting};
use super::{Account, AccountEvent, AccountRefusal, AccountState, DEPUTY_DAYS_MAX, Duty, fold_on};
use crate::domain::ids::StaffId;

/// What a decision about an account needs to know beside its stream.
#[derive(Debug, Clone, Default)]
pub struct AccountFacts {
    pub today: Date,
    /// Whose stream it is.
    pub account: Option<StaffId>,
    /// The stream of who is to act in its place.
    pub deputy: Option<Arc<Account>>,
}

/// Who acts in the place of an account, from which day to which, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Deputyship {
    pub deputy: StaffId,
    pub first_day: Date,
    pub last_day: Date,
}

/// Why nobody becomes, or ends being, a deputy.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "deputy.")]
pub enum DeputyRefusal {
    Oneself,
    Elsewhere,
    Audits,
    Factor(Role),
    Period { first_day: Date, last_day: Date },
    Overlap(Deputyship),
    Past { today: Date, effective_on: Date },
    Nobody { effective_on: Date },
}

impl Deputyship {
    fn covers(self, day: Date) -> bool {
        self.first_day <= day && day <= self.last_day
    }
}

impl AccountState {
    /// Whether who is so may act in the place of an account with this duty.
    ///
    /// # Errors
    /// If it may nothing, is of another school, or audits and the other does not, or the other way round.
    pub fn may_represent(&self, duty: &Duty) -> Result<(), AccountRefusal> {
        let own = self.acting()?;
        if own.school != duty.school {
            return Err(DeputyRefusal::Elsewhere.into());
        }
        // Who looks at what others did does none of it.
        if (own.role == Role::Auditor) != (duty.role == Role::Auditor) {
            return Err(DeputyRefusal::Audits.into());
        }
        Ok(())
    }

    /// Who was appointed for a day.
    fn appointed_for(&self, day: Date) -> Option<Deputyship> {
        self.appointed.iter().rev().copied().find(|known| known.covers(day))
    }
}

impl Account {
    /// Who acts in the place of the account on a day, with the days in which that is so.
    pub fn deputy_on(&self, day: Date) -> Option<Deputyship> {
        self.on(day)?.deputy
    }

    /// The same, given what is so on the day.
    pub(super) fn deputy_in(&self, state: &AccountState, day: Date) -> Option<Deputyship> {
        let found = state.appointed_for(day)?;
        let later = self.days_said().filter(|said| day < *said && *said <= found.last_day);
        let appointed = |day| fold_on(self.history.standing(), day)?.appointed_for(day);
        let other = later.filter(|said| appointed(*said) != Some(found)).min();
        let last_day = other.and_then(|other| other.yesterday().ok()).unwrap_or(found.last_day);
        Some(Deputyship { last_day, ..found })
    }

    /// Who acts in the place of the account on a day or later, in the order of their days.
    pub fn deputies_from(&self, day: Date) -> Vec<Deputyship> {
        // One begins when it is said to, or where another is over.
        let over = self.history.standing().filter_map(|event| match event {
            AccountEvent::DeputyAppointed { last_day, .. } => last_day.tomorrow().ok(),
            _ => None,
        });
        let mut days: Vec<Date> = self.days_said().chain(over).filter(|said| *said > day).chain([day]).collect();
        days.sort_unstable();
        let mut found: Vec<Deputyship> = days.into_iter().filter_map(|day| self.deputy_on(day)).collect();
        found.dedup();
        found
    }

    /// Whether the account signs in with what a role asks for on a day.
    ///
    /// # Errors
    /// If it has no second factor, and none was waived for such a role.
    pub fn expect_factor_of(&self, role: Role, day: Date) -> Result<(), AccountRefusal> {
        let needs = self.on(day).is_none_or(|state| state.needs_second_factor_as(role));
        if needs && !self.access.has_second_factor() { Err(DeputyRefusal::Factor(role).into()) } else { Ok(()) }
    }

    pub(super) fn appoint(&self, new: Deputyship, facts: &AccountFacts) -> Decided {
        let Deputyship { deputy, first_day, last_day } = new;
        if facts.account == Some(deputy) {
            return Err(DeputyRefusal::Oneself.into());
        }
        if last_day < first_day || last_day > first_day.saturating_add(DEPUTY_DAYS_MAX.days()) {
            return Err(DeputyRefusal::Period { first_day, last_day }.into());
        }
        let standing = self.deputies_from(first_day).into_iter().find(|known| known.first_day <= last_day);
        if standing == Some(new) {
            return Ok(vec![]);
        }
        if first_day < facts.today {
            return Err(DeputyRefusal::Past { today: facts.today, effective_on: first_day }.into());
        }
        let duty = acting(self, first_day)?.duty;
        let represents = facts.deputy.as_deref().ok_or(AccountRefusal::NotOpened)?;
        acting(represents, first_day)?.may_represent(&duty)?;
        // Who is not set up yet is asked at the door.
        if represents.access.credentials().is_some() {
            represents.expect_factor_of(duty.role, first_day)?;
        }
        match standing {
            Some(standing) => Err(DeputyRefusal::Overlap(standing).into()),
            None => Ok(vec![AccountEvent::DeputyAppointed { deputy, last_day, effective_on: first_day }]),
        }
    }

    pub(super) fn end_deputy(&self, effective_on: Date, today: Date) -> Decided {
        if effective_on < today {
            return Err(DeputyRefusal::Past { today, effective_on }.into());
        }
        if self.deputies_from(effective_on).is_empty() {
            return Err(DeputyRefusal::Nobody { effective_on }.into());
        }
        Ok(vec![AccountEvent::DeputyEnded { effective_on }])
    }

    /// The days from which something was said that stands.
    fn days_said(&self) -> impl Iterator<Item = Date> {
        self.history.standing().map(|event| *event.effective_on())
    }
}
