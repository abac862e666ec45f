//! The history of one placement and its agreement, and what it makes of each day. Pure.

use cqrs_es::Aggregate as _;
use jiff::civil::Date;

use super::placement_day::{PlacementDay, RecordedEnd};
use crate::domain::Event;
use crate::domain::agreement::codes::{DocumentState, SigningParty, VersionState};
use crate::domain::agreement::versions::{AgreementVersion, DocumentVersion};
use crate::domain::agreement::{Agreement, AgreementEvent};
use crate::domain::day::{epoch_day, from_epoch_day};
use crate::domain::placement::arrangement::{AgreedArrangement, Arrangement};
use crate::domain::placement::codes::{AmendmentKind, DocumentKind};
use crate::domain::placement::stay::{PlacementStage, Stay};
use crate::domain::placement::{Placement, PlacementEvent};
use crate::event_log::record::Recorded;
use crate::projections::rectangles::{ValidSpan, valid_spans};

/// A day before all others.
const FIRST_OF_ALL_DAYS: i64 = i64::MIN;

/// The states of a placement's two streams, and which events brought them about.
#[derive(Debug, Default)]
pub(super) struct FoldedPlacement {
    placement: Placement,
    agreement: Agreement,
    decisions: Vec<Decision>,
    agreement_changes: Vec<AgreementChange>,
}

/// An event of the placement that decides where the student is, or how far the placement has come.
#[derive(Debug)]
struct Decision {
    version: i64,
    position: i64,
    /// The first epoch day on which it holds.
    from: i64,
    /// Whether it decides on the place.
    is_of_place: bool,
    /// The stage to which it brought the placement; `None` if it left the stage as it was.
    stage: Option<PlacementStage>,
}

/// An event that brought a version of the agreement into another state.
#[derive(Debug)]
struct AgreementChange {
    version: i64,
    position: i64,
    sheet: u32,
    state: VersionState,
}

impl FoldedPlacement {
    /// Adds an event of the placement or its agreement. An undoing removes what it undoes.
    pub(super) fn take(&mut self, recorded: &Recorded, event: &Event) {
        match event {
            Event::Placement(event) => self.take_decision(recorded, event),
            Event::Agreement(event) => self.take_agreement_change(recorded, event),
            Event::School(_)
            | Event::Student(_)
            | Event::Outcome(_)
            | Event::FurtherStudy(_)
            | Event::Exemption(_)
            | Event::Employer(_)
            | Event::Host(_)
            | Event::Season(_)
            | Event::Import(_)
            | Event::YearEnd(_)
            | Event::Survey(_)
            | Event::Invitation(_)
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
        let (from, is_of_place) = reach(event);
        let stage = stage(&self.placement).filter(|after| before != Some(*after));
        if is_of_place || stage.is_some() {
            let (version, position) = (recorded.version, recorded.position);
            self.decisions.push(Decision { version, position, from, is_of_place, stage });
        }
    }

    fn take_agreement_change(&mut self, recorded: &Recorded, event: &AgreementEvent) {
        let before: Vec<(u32, VersionState)> =
            self.contracts().map(|sheet| (sheet.paper.version, sheet.state)).collect();
        self.agreement.apply(event.clone());
        if let AgreementEvent::Undone { version, .. } = event {
            return self.agreement_changes.retain(|change| change.version.unsigned_abs() != *version);
        }
        let (version, position) = (recorded.version, recorded.position);
        let changed = self.contracts().map(|sheet| (sheet.paper.version, sheet.state));
        let changed: Vec<AgreementChange> = changed
            .filter(|after| !before.contains(after))
            .map(|(sheet, state)| AgreementChange { version, position, sheet, state })
            .collect();
        self.agreement_changes.extend(changed);
    }

    /// How far a document of the packet has come.
    pub(super) fn document(&self, document: DocumentKind) -> DocumentState {
        self.agreement.versions().state(document)
    }

    /// Whose signatures a document of the packet lacks.
    pub(super) fn lacking(&self, document: DocumentKind) -> Vec<SigningParty> {
        self.agreement.versions().lacking(document)
    }

    /// The days from the first day of the stay on, as spans; none while no draft stands.
    pub(super) fn spans(&self) -> Vec<ValidSpan<PlacementDay>> {
        let Some(stay) = self.placement.stay() else { return vec![] };
        valid_spans(self.cuts(epoch_day(stay.period().first_day)), |day| Some(self.on_day(stay, day)))
    }

    /// Every day, from the first on, on which something can change.
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

    /// What is so on an epoch day.
    fn on_day(&self, stay: &Stay, day: i64) -> PlacementDay {
        // Every cut is the day of an event, and so a date.
        let date = from_epoch_day(day).unwrap_or(stay.period().first_day);
        let latest = |decision: &&Decision| (decision.from, decision.position);
        let holding = || self.decisions.iter().filter(|decision| decision.from <= day);
        let place = holding().filter(|decision| decision.is_of_place).max_by_key(latest);
        // Stages are recorded in the order of their days, so that the last recorded one that has begun holds.
        let staged = holding().rev().find_map(|decision| Some((decision.stage?, decision.position)));
        let (stage, stage_position) = staged.unwrap_or((stay.stage, 0));
        let (agreement, agreement_position) = self.agreement_on(date).unzip();
        let is_end = |decision: &&Decision| decision.stage == Some(PlacementStage::EndedEarly);
        let end_position = self.decisions.iter().rev().find(is_end).map(|decision| decision.position);
        let ended = stay.ended.zip(end_position);
        PlacementDay {
            student: stay.student,
            arranged: Arrangement { period: stay.period(), ..stay.on(date) },
            stage,
            is_late: self.placement.was_registered_late(),
            agreement,
            lacks_amendment: self.lacks_amendment(stay, date),
            place_position: place.map_or(0, |decision| decision.position),
            stage_position,
            agreement_position: agreement_position.flatten(),
            ended: ended.map(|(end, position)| RecordedEnd { on: epoch_day(end.on), by: end.initiator, position }),
        }
    }

    /// The versions of the agreement, in the order in which they were begun.
    fn contracts(&self) -> impl DoubleEndedIterator<Item = &DocumentVersion> {
        self.agreement.versions().all().iter().filter(|sheet| sheet.contract.is_some())
    }

    /// The versions that everybody has signed.
    fn signed(&self) -> impl DoubleEndedIterator<Item = (&DocumentVersion, &AgreementVersion)> {
        let signed = self.contracts().filter_map(|sheet| Some((sheet, sheet.contract.as_ref()?)));
        signed.filter(|(_, contract)| contract.in_force_from.is_some())
    }

    /// The signed version that holds on a day: the latest that has begun, or else the first, since it is agreed for the
    /// whole stay. There is none from the day on which the agreement was terminated.
    fn contract_on(&self, day: Date) -> Option<(&DocumentVersion, &AgreementVersion)> {
        let binds = |(_, contract): &(&DocumentVersion, &AgreementVersion)| {
            contract.terminated_on.is_none_or(|ended_on| day < ended_on)
        };
        let begun = self.signed().rev().filter(binds).find(|(_, contract)| contract.terms.holds_from <= day);
        begun.or_else(|| self.signed().find(binds))
    }

    /// The agreement's state on a day, and the position of the event that brought it about. If no signed version holds
    /// on the day and none was terminated, it is the state of the latest version, which does not depend on the day.
    fn agreement_on(&self, day: Date) -> Option<(VersionState, Option<i64>)> {
        let position = |sheet: Option<u32>, state: VersionState| {
            let is_it =
                |change: &&AgreementChange| change.state == state && sheet.is_none_or(|sheet| sheet == change.sheet);
            self.agreement_changes.iter().rev().find(is_it).map(|change| change.position)
        };
        if let Some((sheet, _)) = self.contract_on(day) {
            let state = VersionState::InForce;
            // A version that terminates the agreement is terminated by its last signature.
            let signed = position(Some(sheet.paper.version), state);
            return Some((state, signed.or_else(|| position(Some(sheet.paper.version), VersionState::Terminated))));
        }
        if self.signed().next().is_some() {
            return Some((VersionState::Terminated, position(None, VersionState::Terminated)));
        }
        let latest = self.contracts().next_back()?;
        Some((latest.state, position(Some(latest.paper.version), latest.state)))
    }

    /// Whether the stay differs on a day from the agreement that holds then. The period is compared with that of the
    /// latest signed version.
    fn lacks_amendment(&self, stay: &Stay, day: Date) -> bool {
        let (Some((_, contract)), Some((_, latest))) = (self.contract_on(day), self.signed().next_back()) else {
            return false;
        };
        let agreed = AgreedArrangement { period: latest.terms.agreed.period, ..contract.terms.agreed };
        let is_agreed = |kind: &AmendmentKind| *kind == AmendmentKind::Suspension && contract.kinds.contains(kind);
        stay.amendments(&agreed, day).iter().any(|kind| !is_agreed(kind))
    }
}

/// The epoch day from which an event holds, and whether it decides on the place. Other days of the stay do not. Decisions
/// from before the stay hold on all its days.
fn reach(event: &PlacementEvent) -> (i64, bool) {
    match event {
        PlacementEvent::PlacementDrafted { .. } | PlacementEvent::PlacementRevised { .. } => (FIRST_OF_ALL_DAYS, true),
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
        | PlacementEvent::Undone { .. } => (FIRST_OF_ALL_DAYS, false),
    }
}
