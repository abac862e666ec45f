//! What is done to the stays, step by step: what a student, an office and a unit may come to do in any order.

use gradtrail::app::request::Order;
use gradtrail::domain::UndoReason;
use gradtrail::domain::agreement::codes::{RecallReason, RefuseReason, SigningParty};
use gradtrail::domain::agreement::signatures::Signature;
use gradtrail::domain::agreement::signing::{DocumentRef, SigningManner, SigningRule};
use gradtrail::domain::agreement::{Agreement, AgreementCommand, Amendment};
use gradtrail::domain::ids::{EmployerId, FileHash, PlacementId, SealedRevision, StudentId};
use gradtrail::domain::placement::arrangement::{
    Arrangement, ArrangementChange, Changed, Mentors, Pay, PayUnit, Period, Site,
};
use gradtrail::domain::placement::codes::{
    AmendmentKind, ChangeReason, DocumentKind, EndReason, HostSource, Initiator, LateReason, Region, ReturnReason,
    SiteKind,
};
use gradtrail::domain::placement::stay::PlacementStage;
use gradtrail::domain::placement::{Placement, PlacementCommand};
use jiff::ToSpan;
use proptest::option;
use proptest::prelude::*;

use super::around::{Around, around};
use super::{DAYS, on};
use crate::placements::{
    TODAY, approve, arrangement, confirm_readiness, draft_of, evaluate, placement, signed_packet, submit,
};
use crate::support::Town;

/// One thing that somebody does; what a stream refuses is skipped.
#[derive(Debug, Clone)]
pub enum Step {
    /// The next thing on the way to the first day at work.
    Advance,
    Revise(i64, i64),
    SendBack,
    Late,
    NoShow,
    Cancel,
    Host(usize, i64),
    Place(i64),
    Pay(u32, i64),
    Mentors(u32, i64),
    Days(Option<i64>, i64, i64),
    Suspend(i64),
    Resume(i64),
    End(i64),
    DraftAgreement,
    Send,
    Sign(usize),
    RevokeSignature,
    Refuse,
    Recall,
    Void,
    /// What is so on the first day is agreed from the second on; also that the stay is interrupted, or ends.
    Amend(i64, i64, usize),
    Terminate(i64),
    Undo {
        of_agreement: bool,
        back: u64,
    },
    Around(Around),
}

const PARTIES: [SigningParty; 4] =
    [SigningParty::School, SigningParty::Host, SigningParty::Student, SigningParty::Guardian];

pub fn step() -> impl Strategy<Value = Step> {
    let day = || 0..DAYS;
    prop_oneof![
        10 => Just(Step::Advance),
        1 => (day(), day()).prop_map(|(first, length)| Step::Revise(first, length)),
        1 => Just(Step::SendBack),
        1 => Just(Step::Late),
        1 => Just(Step::NoShow),
        1 => Just(Step::Cancel),
        3 => (0..2_usize, day()).prop_map(|(host, on)| Step::Host(host, on)),
        1 => day().prop_map(Step::Place),
        2 => (1..3_u32, day()).prop_map(|(pay, on)| Step::Pay(pay, on)),
        1 => (1..3_u32, day()).prop_map(|(mentor, on)| Step::Mentors(mentor, on)),
        3 => (option::weighted(0.4, day()), day(), day()).prop_map(|(first, last, on)| Step::Days(first, last, on)),
        2 => day().prop_map(Step::Suspend),
        2 => day().prop_map(Step::Resume),
        1 => day().prop_map(Step::End),
        1 => Just(Step::DraftAgreement),
        1 => Just(Step::Send),
        2 => (0..5_usize).prop_map(Step::Sign),
        1 => Just(Step::RevokeSignature),
        1 => Just(Step::Refuse),
        1 => Just(Step::Recall),
        1 => Just(Step::Void),
        4 => (day(), day(), 0..6_usize).prop_map(|(so, from, also)| Step::Amend(so, from, also)),
        1 => day().prop_map(Step::Terminate),
        2 => (any::<bool>(), 0..2_u64).prop_map(|(of_agreement, back)| Step::Undo { of_agreement, back }),
        16 => around().prop_map(Step::Around),
    ]
}

/// A stay of the students that are played with.
pub struct Played {
    pub id: PlacementId,
    pub student: StudentId,
    pub hosts: [EmployerId; 2],
    /// Before this day it does not begin.
    pub from: i64,
}

impl Played {
    fn arranged(&self, first: i64, length: i64) -> Arrangement {
        let period = Period { first_day: on(first), last_day: on(first + length) };
        Arrangement { period, ..arrangement(self.hosts[0]) }
    }

    fn agree(&self, command: AgreementCommand) -> Vec<Order> {
        vec![Order::Agreement { placement: self.id, command }]
    }
}

fn site(described: u32) -> Site {
    Site { kind: SiteKind::Private, region: Region::Province, described: SealedRevision(described), occupation: None }
}

/// What a step orders; documents are numbered, since no bytes go out twice.
pub async fn orders(town: &Town, played: &Played, step: &Step, number: u8) -> Vec<Order> {
    let id = played.id;
    let stay = town.app.load::<Placement>(id.0).await.unwrap().0;
    let agreement = town.app.load::<Agreement>(id.0).await.unwrap().0;
    let latest = agreement.versions().latest(DocumentKind::Agreement);
    let paper = DocumentRef { kind: DocumentKind::Agreement, version: latest.map_or(1, |sheet| sheet.paper.version) };
    let order = |command| vec![placement(id, command)];
    let change = |change, day| {
        let changed = Changed { change, reason: ChangeReason::Other, effective_on: on(day) };
        order(PlacementCommand::Change(changed))
    };
    match step {
        Step::Advance => advance(played, &stay, &agreement, number),
        Step::Revise(first, length) => {
            order(PlacementCommand::Revise { arrangement: played.arranged(*first, *length) })
        }
        Step::SendBack => {
            order(PlacementCommand::SendBack { reason: ReturnReason::Other, note: None, effective_on: TODAY })
        }
        Step::Late => {
            order(PlacementCommand::ApproveLateRegistration { reason: LateReason::Other, effective_on: TODAY })
        }
        Step::NoShow => {
            let effective_on = stay.stay().map_or(TODAY, |stay| stay.period().first_day);
            order(PlacementCommand::RecordNoShow { reason: EndReason::Other, note: None, effective_on })
        }
        Step::Cancel => order(PlacementCommand::Cancel { reason: EndReason::Other, note: None, effective_on: TODAY }),
        Step::Host(host, day) => {
            let (host, source, at_host) = (played.hosts[*host], HostSource::SelfFound, Some(SealedRevision(7)));
            change(ArrangementChange::Host { host, source, site: site(3), at_host }, *day)
        }
        Step::Place(day) => change(ArrangementChange::Site(site(4)), *day),
        Step::Pay(yuan, day) => change(ArrangementChange::Pay(Pay { yuan: *yuan, per: PayUnit::Day }), *day),
        Step::Mentors(at_host, day) => {
            let mentors = Mentors { teacher: None, at_host: Some(SealedRevision(*at_host)) };
            change(ArrangementChange::Mentors(mentors), *day)
        }
        Step::Days(first, last, day) => {
            change(ArrangementChange::Period { first_day: first.map(on), last_day: on(*last) }, *day)
        }
        Step::Suspend(day) => {
            order(PlacementCommand::Suspend { reason: EndReason::Other, note: None, effective_on: on(*day) })
        }
        Step::Resume(day) => order(PlacementCommand::Resume { effective_on: on(*day) }),
        Step::End(day) => {
            let (initiator, reason, note) = (Initiator::Host, EndReason::Other, None);
            order(PlacementCommand::EndEarly { initiator, reason, note, effective_on: on(*day) })
        }
        Step::Around(_) => vec![], // Is no order about the stay.
        Step::DraftAgreement => vec![signed_packet(id).remove(0)],
        Step::Send => played.agree(send(number)),
        Step::Sign(party) => {
            let Some(round) = latest.and_then(|sheet| sheet.round.as_ref()) else { return vec![] };
            let manner = SigningManner::Paper { scan: None };
            let parties: Vec<SigningParty> = PARTIES.get(*party).map_or(PARTIES.to_vec(), |party| vec![*party]);
            let document = round.document;
            let sign = |party| {
                let signature = Signature { paper, party, manner, document };
                played.agree(AgreementCommand::Sign { signature, effective_on: round.sent_on })
            };
            round.open().filter(|party| parties.contains(party)).flat_map(sign).collect()
        }
        Step::RevokeSignature => {
            let (party, reason) = (SigningParty::School, RecallReason::Other);
            played.agree(AgreementCommand::RevokeSignature { paper, party, reason, note: None, effective_on: TODAY })
        }
        Step::Refuse => {
            let (party, reason) = (SigningParty::Guardian, RefuseReason::Other);
            played.agree(AgreementCommand::Refuse { paper, party, reason, note: None, effective_on: TODAY })
        }
        Step::Recall => {
            let reason = RecallReason::Other;
            played.agree(AgreementCommand::Recall { paper, reason, note: None, effective_on: TODAY })
        }
        Step::Void => {
            let (version, reason) = (paper.version, RecallReason::Other);
            played.agree(AgreementCommand::Void { version, reason, note: None, effective_on: TODAY })
        }
        Step::Amend(so, from, also) => {
            let Some(stay) = stay.stay() else { return vec![] };
            let agreed = Arrangement { period: stay.period(), ..stay.on(on(*so)) }.agreed();
            let also =
                [Some(AmendmentKind::Suspension), Some(AmendmentKind::Termination)].get(*also).copied().flatten();
            let amendment = Amendment { agreed, holds_from: on(*from), particulars: None, also };
            let amend = AgreementCommand::Amend { amendment, effective_on: TODAY };
            [played.agree(amend), played.agree(send(number))].concat()
        }
        Step::Terminate(day) => {
            let (initiator, reason, note) = (Initiator::School, EndReason::Other, None);
            played.agree(AgreementCommand::Terminate { initiator, reason, note, effective_on: on(*day) })
        }
        Step::Undo { of_agreement: true, back } => {
            let version = town.app.load::<Agreement>(id.0).await.unwrap().1.saturating_sub(*back);
            let reason = UndoReason::Other;
            played.agree(AgreementCommand::Undo { version, reason, note: None, effective_on: TODAY })
        }
        Step::Undo { of_agreement: false, back } => {
            let version = town.app.load::<Placement>(id.0).await.unwrap().1.saturating_sub(*back);
            let reason = UndoReason::Other;
            order(PlacementCommand::Undo { version, reason, note: None, effective_on: TODAY })
        }
    }
}

fn send(number: u8) -> AgreementCommand {
    AgreementCommand::Send {
        kind: DocumentKind::Agreement,
        document: FileHash::new([100 + number; 32]),
        rule: SigningRule::default(),
        effective_on: TODAY,
    }
}

fn advance(played: &Played, placed: &Placement, agreement: &Agreement, number: u8) -> Vec<Order> {
    let Some(stay) = placed.stay() else {
        let first = played.from + i64::from(number % 3);
        return vec![draft_of(played.id, played.student, played.arranged(first, 9))];
    };
    match stay.stage {
        PlacementStage::Draft | PlacementStage::Returned => vec![submit(played.id)],
        PlacementStage::Submitted if stay.verdict.is_none() => vec![evaluate(played.id)],
        PlacementStage::Submitted => vec![approve(played.id)],
        PlacementStage::Approved if agreement.versions().all().is_empty() => signed_packet(played.id),
        PlacementStage::Approved => vec![confirm_readiness(played.id)],
        PlacementStage::Ready => {
            let effective_on = stay.period().first_day.checked_add(i64::from(number % 2).days()).unwrap();
            vec![placement(played.id, PlacementCommand::ConfirmArrival { effective_on })]
        }
        PlacementStage::Arrived
        | PlacementStage::Suspended
        | PlacementStage::Rejected
        | PlacementStage::EndedEarly
        | PlacementStage::NoShow
        | PlacementStage::Cancelled => {
            vec![]
        }
    }
}
