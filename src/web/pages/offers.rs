//! What a page offers to do: the next step of whom a list names, and what else there is, as far as the reader's role may.
//! Whether it is possible for somebody is seen on the page of the act, which rehearses it.

use std::collections::HashSet;

use super::{addresses, verbs};
use crate::accounts::{Actor, Caller};
use crate::app::actions::Action;
use crate::app::roster::RosterStudent;
use crate::domain::agreement::codes::{DocumentState, VersionState};
use crate::domain::placement::stay::PlacementStatus;
use crate::projections::placement_register::List;
use crate::text::lang::Lang;
use crate::web::session::Site;

/// Harm first, then what has the nearest day, then what others wait for.
const ORDER: [List; 6] =
    [List::NotEnrolled, List::Unsigned, List::NotPlaced, List::AwaitingApproval, List::Unamended, List::NotArrived];
/// Of a principal others wait for the approval, before there are papers to sign.
const ORDER_OF_PRINCIPAL: [List; 6] =
    [List::AwaitingApproval, List::NotEnrolled, List::Unsigned, List::NotPlaced, List::Unamended, List::NotArrived];

/// The lists as their order is for somebody.
pub(super) fn order_for(caller: &Caller) -> [List; 6] {
    if caller.actor_kind() == Actor::Principal { ORDER_OF_PRINCIPAL } else { ORDER }
}

/// What is done with internships, in their order.
pub(super) const INTERNSHIP: [Action; 20] = [
    Action::PlacementDraft,
    Action::PlacementRevise,
    Action::PlacementSubmit,
    Action::PlacementEvaluate,
    Action::PlacementApprove,
    Action::PlacementReturn,
    Action::PlacementReject,
    Action::PlacementLate,
    Action::PlacementReady,
    Action::PlacementArrive,
    Action::PlacementNoShow,
    Action::PlacementChangePeriod,
    Action::PlacementChangePay,
    Action::PlacementChangeSite,
    Action::PlacementChangeHost,
    Action::PlacementChangeMentor,
    Action::PlacementSuspend,
    Action::PlacementResume,
    Action::PlacementEnd,
    Action::PlacementCancel,
];

/// What is done with papers.
pub(super) const PAPERS: [Action; 11] = [
    Action::AgreementDraft,
    Action::PacketPrint,
    Action::AgreementSend,
    Action::AgreementSign,
    Action::AgreementScan,
    Action::AgreementAmend,
    Action::AgreementRevoke,
    Action::AgreementRefuse,
    Action::AgreementRecall,
    Action::AgreementTerminate,
    Action::AgreementVoid,
];

/// What is done with one document that has come so far.
pub(super) const fn of_paper(state: VersionState) -> &'static [Action] {
    match state {
        VersionState::Drafted => &[Action::AgreementSend, Action::PacketPrint, Action::AgreementVoid],
        VersionState::OutForSignature | VersionState::PartiallySigned => &[
            Action::AgreementSign,
            Action::AgreementScan,
            Action::AgreementRefuse,
            Action::AgreementRevoke,
            Action::AgreementRecall,
        ],
        VersionState::Refused => &[Action::AgreementRecall],
        VersionState::Recalled => &[Action::AgreementDraft, Action::AgreementSend],
        VersionState::InForce => &[Action::AgreementScan, Action::AgreementAmend, Action::AgreementTerminate],
        VersionState::Superseded | VersionState::Terminated | VersionState::Void => &[],
    }
}

/// What is done with exemptions.
pub(super) const EXEMPTION: [Action; 4] =
    [Action::ExemptionRequest, Action::ExemptionGrant, Action::ExemptionRefuse, Action::ExemptionWithdraw];

/// Whether somebody as a roster has one may have an act, by how far the internship and the papers are. Who can have it indeed
/// is said on its page.
pub(super) fn fits(action: Action, student: &RosterStudent) -> bool {
    use PlacementStatus::{Approved, Draft, InProgress, PeriodEnded, Ready, Returned, Submitted, Suspended};
    let status = student.of.placement.as_ref().map(|placement| placement.shown);
    let is = |wanted: &[PlacementStatus]| status.is_some_and(|status| wanted.contains(&status));
    let has = |wanted: &[DocumentState]| student.papers.iter().any(|paper| wanted.contains(&paper.state));
    let is_out = || has(&[DocumentState::Out, DocumentState::PartlySigned]);
    let is_signed = || student.papers.iter().any(|paper| paper.state.is_signed());
    match action {
        Action::PlacementDraft => status.is_none() || student.of.waits.contains(&List::NotPlaced),
        Action::PlacementRevise | Action::PlacementSubmit => is(&[Draft, Returned]),
        Action::PlacementEvaluate => is(&[Draft, Returned, Submitted]),
        Action::PlacementApprove | Action::PlacementReturn | Action::PlacementReject => is(&[Submitted]),
        Action::PlacementLate => is(&[Submitted, Approved]),
        Action::PlacementReady => is(&[Approved]),
        Action::PlacementArrive | Action::PlacementNoShow => is(&[Ready]),
        Action::PlacementChangePeriod
        | Action::PlacementChangePay
        | Action::PlacementChangeSite
        | Action::PlacementChangeHost
        | Action::PlacementChangeMentor => is(&[Approved, Ready, InProgress, Suspended]),
        Action::PlacementSuspend => is(&[InProgress]),
        Action::PlacementResume => is(&[Suspended]),
        Action::PlacementEnd => is(&[InProgress, Suspended, PeriodEnded]),
        Action::PlacementCancel => is(&[Draft, Submitted, Returned, Approved, Ready]),
        Action::AgreementDraft | Action::AgreementSend | Action::AgreementVoid => has(&[DocumentState::Missing]),
        Action::AgreementSign | Action::AgreementRefuse => is_out(),
        Action::AgreementRevoke => has(&[DocumentState::PartlySigned]),
        Action::AgreementRecall => is_out() || has(&[DocumentState::Refused]),
        Action::AgreementScan => is_signed() || has(&[DocumentState::PartlySigned]),
        Action::AgreementAmend | Action::AgreementTerminate => is_signed(),
        Action::PacketPrint => !student.papers.is_empty(),
        Action::ExemptionRequest => status.is_none(),
        Action::PlacementUndo => status.is_some(),
        Action::AgreementUndo => student.papers.iter().any(|paper| paper.state != DocumentState::Missing),
        _ => false,
    }
}

/// What is said of where a graduate is.
pub(super) const DESTINATION: [Action; 3] = [Action::OutcomeSay, Action::StudySay, Action::StudyExam];

/// What is said of a person.
pub(super) const PERSON: [Action; 2] = [Action::StudentCorrectNumber, Action::StudentStanding];

/// A button.
pub(super) struct Offer {
    pub verb: &'static str,
    pub address: String,
}

/// What a reader's role may do.
pub(super) struct Offers {
    lang: Lang,
    permitted: HashSet<Action>,
    order: [List; 6],
}

/// The next step of those whom a list names.
pub(super) const fn next_for(list: List) -> Action {
    match list {
        List::NotPlaced => Action::PlacementDraft,
        List::Unsigned => Action::AgreementSign,
        List::Unamended => Action::AgreementAmend,
        List::AwaitingApproval => Action::PlacementApprove,
        List::NotArrived => Action::PlacementArrive,
        List::NotEnrolled => Action::PlacementEnd,
    }
}

/// What is to be done before somebody can have an act that was refused with this code.
pub(super) fn before(act: Action, code: &str) -> &'static [Action] {
    match (act, code) {
        (Action::PlacementSubmit, "placement.fields_missing") => &[Action::PlacementRevise],
        (_, "placement.not_evaluated") => &[Action::PlacementEvaluate],
        (_, "placement.packet_incomplete") => &[Action::AgreementSign],
        (_, "input.agreement_not_drafted") => &[Action::AgreementDraft],
        (_, "input.nothing_to_sign") => &[Action::AgreementDraft, Action::AgreementSend],
        _ => &[],
    }
}

impl Offers {
    /// Which of these acts the caller's role may do.
    pub(super) async fn of(site: &Site, caller: &Caller, lang: Lang, acts: Vec<Action>) -> Self {
        let mut permitted = HashSet::new();
        for act in acts {
            if site.app.permits(caller, act).await.is_ok() {
                permitted.insert(act);
            }
        }
        Self { lang, permitted, order: order_for(caller) }
    }

    /// Whether the caller's role may do one of them.
    pub(super) fn may(&self, action: Action) -> bool {
        self.permitted.contains(&action)
    }

    /// A button for an act, with what the address says of it already.
    pub(super) fn offer(&self, action: Action, words: &[(&str, &str)]) -> Option<Offer> {
        let (zh, en) = verbs::verb(action).filter(|_| self.may(action))?;
        let words = form_urlencoded::Serializer::new(String::new()).extend_pairs(words).finish();
        let asked = if words.is_empty() { String::new() } else { format!("?{words}") };
        Some(Offer { verb: self.lang.of(zh, en), address: format!("{}{asked}", addresses::act(action)) })
    }

    pub(super) fn offers(&self, actions: &[Action], words: &[(&str, &str)]) -> Vec<Offer> {
        actions.iter().filter_map(|action| self.offer(*action, words)).collect()
    }

    /// The next step of somebody who is on these lists and whose papers are so, as far as they were asked for.
    pub(super) fn next<'l>(
        &self,
        lists: impl IntoIterator<Item = &'l List>,
        papers: impl IntoIterator<Item = DocumentState>,
        words: &[(&str, &str)],
    ) -> Option<Offer> {
        let lists: Vec<List> = lists.into_iter().copied().collect();
        self.steps(|list| lists.contains(&list), papers).into_iter().find_map(|action| self.offer(action, words))
    }

    /// The next steps of those who are on such lists, in their order; `papers` are those of all of them.
    pub(super) fn steps(
        &self,
        is_such: impl Fn(List) -> bool,
        papers: impl IntoIterator<Item = DocumentState>,
    ) -> Vec<Action> {
        let mut papers = papers.into_iter().peekable();
        let has_none = papers.peek().is_some() && papers.all(|state| state == DocumentState::Missing);
        let step = |list: &List| match next_for(*list) {
            Action::AgreementSign if has_none => Action::AgreementDraft,
            action => action,
        };
        self.order.iter().filter(|list| is_such(**list)).map(step).collect()
    }
}
