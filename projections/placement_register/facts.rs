//! The facts of one placement and its agreement, and the days they make: pure.

use cqrs_es::Aggregate as _;
use jiff::civil::Date;

use super::tile::{Ended, Says};
use crate::domain::Event;
use crate::domain::agreement::codes::{DocumentState, SheetState};
use crate::domain::agreement::sheets::{Contract, Sheet};
use crate::domain::agreement::{Agreement, AgreementEvent};
use crate::domain::day::{epoch_day, from_epoch_day};
use crate::domain::placement::arrangement::{Agreed, Arrangement};
use crate::domain::placement::codes::{AmendmentKind, DocumentKind};
use crate::domain::placement::stay::{Stage, Stay};
use crate::domain::placement::{Placement, PlacementEvent};
use crate::event_log::record::Recorded;
use crate::projections::rectangles::{Tile, tiles};

/// Every day.
const ALWAYS: i64 = i64::MIN;

/// What stands of a placement's two streams.
#[derive(Debug, Default)]
pub(super) struct Facts {
    placement: Placement,
    agreement: Agreement,
    decisions: Vec<Decision>,
    signings: Vec<Signing>,
}

/// A fact of the placement that decides where, or how far, it is.
#[derive(Debug)]
struct Decision {
    version: i64,
    position: i64,
    /// The first epoch day on which it says something.
    from: i64,
    says_where: bool,
    /// What it says of the stage, where that is new.
    stage: Option<Stage>,
}

/// A fact by which a version of the agreement came into another state.
#[derive(Debug)]
struct Signing {
    version: i64,
    position: i64,
    sheet: u32,
    state: SheetState,
}

impl Facts {
    /// Takes one more event of the placement; an undoing takes the fact it undoes away.
    pub(super) fn take(&mut self, recorded: &Recorded, event: &Event) {
        match event {
            Event::Placement(event) => self.take_decision(recorded, event),
            Event::Agreement(event) => self.take_signing(recorded, event),
            Event::School(_)
            | Event::Student(_)
            | Event::Outcome(_)
            | Event::FurtherStudy(_)
            | Event::Exemption(_)
            | Event::Employer(_)
            | Event::Host(_)
            | Event::Season(_)
            | Event::Import(_)
            | Event::Account(_)
            | Event::Log(_) => (),
        }
    }

    fn take_decision(&mut self, recorded: &Recorded, event: &PlacementEvent) {
        let stage = |placement: &Placement| placement.stay().map(|stay| stay.stage);
        let before = stage(&self.placement);
        self.placement.apply(event.clone());
        if let PlacementEvent::Undone { version, .. } = event {
            return self.decisions.retain(|decision| decision.version.unsigned_abs() != *version);
        }
        let (from, says_where) = reach(event);
        let stage = stage(&self.placement).filter(|after| before != Some(*after));
        if says_where || stage.is_some() {
            let (version, position) = (recorded.version, recorded.position);
            self.decisions.push(Decision { version, position, from, says_where, stage });
        }
    }

    fn take_signing(&mut self, recorded: &Recorded, event: &AgreementEvent) {
        let before: Vec<(u32, SheetState)> = self.contracts().map(|sheet| (sheet.paper.version, sheet.state)).collect();
        self.agreement.apply(event.clone());
        if let AgreementEvent::Undone { version, .. } = event {
            return self.signings.retain(|signing| signing.version.unsigned_abs() != *version);
        }
        let (version, position) = (recorded.version, recorded.position);
        let changed = self.contracts().map(|sheet| (sheet.paper.version, sheet.state));
        let changed: Vec<Signing> = changed
            .filter(|after| !before.contains(after))
            .map(|(sheet, state)| Signing { version, position, sheet, state })
            .collect();
        self.signings.extend(changed);
    }

    /// A document of the packet, as the grid of a class shows it.
    pub(super) fn paper(&self, document: DocumentKind) -> DocumentState {
        self.agreement.sheets().state(document)
    }

    /// The days from the first day of the stay, cut where anything changes; none while no draft stands.
    pub(super) fn tiles(&self) -> Vec<Tile<Says>> {
        let Some(stay) = self.placement.stay() else { return vec![] };
        tiles(self.cuts(epoch_day(stay.arranged.period.first_day)), |day| Some(self.says(stay, day)))
    }

    /// Every day, from the first on, on which something may change.
    fn cuts(&self, first: i64) -> Vec<i64> {
        let mut cuts = vec![first];
        cuts.extend(self.decisions.iter().map(|decision| decision.from));
        for contract in self.contracts().filter_map(|sheet| sheet.contract.as_ref()) {
            cuts.push(epoch_day(contract.terms.holds_from));
            cuts.extend(contract.terminated_on.map(epoch_day));
        }
        cuts.retain(|day| *day >= first);
        cuts
    }

    fn says(&self, stay: &Stay, day: i64) -> Says {
        // Cuts are days of events, which are dates.
        let date = from_epoch_day(day).unwrap_or(stay.arranged.period.first_day);
        let latest = |decision: &&Decision| (decision.from, decision.position);
        let holding = || self.decisions.iter().filter(|decision| decision.from <= day);
        let place = holding().filter(|decision| decision.says_where).max_by_key(latest);
        // The days of a stay follow each other, so that of its stages the later recorded one holds.
        let staged = holding().rev().find_map(|decision| Some((decision.stage?, decision.position)));
        let (stage, stage_position) = staged.unwrap_or((stay.stage, 0));
        let (agreement, agreement_position) = self.agreement_on(date).unzip();
        let is_end = |decision: &&Decision| decision.stage == Some(Stage::EndedEarly);
        let end_position = self.decisions.iter().rev().find(is_end).map(|decision| decision.position);
        let ended = stay.ended.zip(end_position);
        Says {
            student: stay.student,
            arranged: Arrangement { period: stay.period(), ..stay.on(date) },
            stage,
            is_late: self.placement.was_registered_late(),
            agreement,
            lacks_amendment: self.lacks_amendment(stay, date),
            place_position: place.map_or(0, |decision| decision.position),
            stage_position,
            agreement_position: agreement_position.flatten(),
            ended: ended.map(|(end, position)| Ended { on: epoch_day(end.on), by: end.initiator, position }),
        }
    }

    /// The versions of the agreement, in the order in which they were begun.
    fn contracts(&self) -> impl DoubleEndedIterator<Item = &Sheet> {
        self.agreement.sheets().all().iter().filter(|sheet| sheet.contract.is_some())
    }

    fn signed(&self) -> impl DoubleEndedIterator<Item = (&Sheet, &Contract)> {
        let signed = self.contracts().filter_map(|sheet| Some((sheet, sheet.contract.as_ref()?)));
        signed.filter(|(_, contract)| contract.in_force_from.is_some())
    }

    /// The signed version that holds on a day: the latest that has begun, else the first, since what is agreed is agreed
    /// for the whole stay. None from the day on which the agreement was ended.
    fn contract_on(&self, day: Date) -> Option<(&Sheet, &Contract)> {
        let binds = |(_, contract): &(&Sheet, &Contract)| contract.terminated_on.is_none_or(|ended_on| day < ended_on);
        let begun = self.signed().rev().filter(binds).find(|(_, contract)| contract.terms.holds_from <= day);
        begun.or_else(|| self.signed().find(binds))
    }

    /// How far the agreement is on a day, and the position that says so: what holds, that it was ended, else how far the
    /// latest version has come, which no day decides.
    fn agreement_on(&self, day: Date) -> Option<(SheetState, Option<i64>)> {
        let position = |sheet: Option<u32>, state: SheetState| {
            let says = |signing: &&Signing| signing.state == state && sheet.is_none_or(|sheet| sheet == signing.sheet);
            self.signings.iter().rev().find(says).map(|signing| signing.position)
        };
        if let Some((sheet, _)) = self.contract_on(day) {
            let state = SheetState::InForce;
            // A version that ends the agreement is ended with its last signature.
            let signed = position(Some(sheet.paper.version), state);
            return Some((state, signed.or_else(|| position(Some(sheet.paper.version), SheetState::Terminated))));
        }
        if self.signed().next().is_some() {
            return Some((SheetState::Terminated, position(None, SheetState::Terminated)));
        }
        let latest = self.contracts().next_back()?;
        Some((latest.state, position(Some(latest.paper.version), latest.state)))
    }

    /// Whether the stay is on a day what the agreement that holds then does not say. Of the last day there is one word,
    /// the latest signed.
    fn lacks_amendment(&self, stay: &Stay, day: Date) -> bool {
        let (Some((_, contract)), Some((_, latest))) = (self.contract_on(day), self.signed().next_back()) else {
            return false;
        };
        let agreed = Agreed { period: latest.terms.agreed.period, ..contract.terms.agreed };
        let says = |kind: &AmendmentKind| *kind == AmendmentKind::Suspension && contract.kinds.contains(kind);
        stay.amendments(&agreed, day).iter().any(|kind| !says(kind))
    }
}

/// From which epoch day an event says something, and whether it says where the student is. A new last day is no word
/// on that; decisions before the stay are about all its days.
fn reach(event: &PlacementEvent) -> (i64, bool) {
    match event {
        PlacementEvent::PlacementDrafted { .. } | PlacementEvent::PlacementRevised { .. } => (ALWAYS, true),
        PlacementEvent::HostChanged { effective_on, .. }
        | PlacementEvent::SiteChanged { effective_on, .. }
        | PlacementEvent::MentorChanged { effective_on, .. }
        | PlacementEvent::PayChanged { effective_on, .. } => (epoch_day(*effective_on), true),
        PlacementEvent::ArrivalConfirmed { effective_on }
        | PlacementEvent::PlacementSuspended { effective_on, .. }
        | PlacementEvent::PlacementResumed { effective_on }
        | PlacementEvent::TerminatedEarly { effective_on, .. } => (epoch_day(*effective_on), false),
        PlacementEvent::PlacementSubmitted { .. }
        | PlacementEvent::ComplianceEvaluated { .. }
        | PlacementEvent::PlacementReturned { .. }
        | PlacementEvent::PlacementRejected { .. }
        | PlacementEvent::PlacementApproved { .. }
        | PlacementEvent::LateRegistrationApproved { .. }
        | PlacementEvent::ReadinessConfirmed { .. }
        | PlacementEvent::NoShowRecorded { .. }
        | PlacementEvent::PlacementCancelled { .. }
        | PlacementEvent::PeriodChanged { .. }
        | PlacementEvent::Undone { .. } => (ALWAYS, false),
    }
}
