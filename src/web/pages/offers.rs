//! What a page offers to do: the next step of whom a list names, and what else there is, as far as the reader's role may.
//! Whether it is possible for somebody is seen on the page of the act, which rehearses it.

use std::collections::HashSet;

use super::{addresses, verbs};
use crate::accounts::Caller;
use crate::app::actions::Action;
use crate::projections::placement_register::List;
use crate::text::lang::Lang;
use crate::web::session::Site;

/// Harm first, then what has the nearest day, then what others wait for.
pub(super) const ORDER: [List; 6] =
    [List::NotEnrolled, List::Unsigned, List::NotPlaced, List::AwaitingApproval, List::Unamended, List::NotArrived];

/// What is done with internships, in their order.
pub(super) const INTERNSHIP: [Action; 19] = [
    Action::PlacementDraft,
    Action::PlacementRevise,
    Action::PlacementSubmit,
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
pub(super) const PAPERS: [Action; 9] = [
    Action::AgreementDraft,
    Action::PacketPrint,
    Action::AgreementSend,
    Action::AgreementSign,
    Action::AgreementScan,
    Action::AgreementAmend,
    Action::AgreementRefuse,
    Action::AgreementRecall,
    Action::AgreementTerminate,
];

/// What is done with exemptions.
pub(super) const EXEMPTION: [Action; 4] =
    [Action::ExemptionRequest, Action::ExemptionGrant, Action::ExemptionRefuse, Action::ExemptionWithdraw];

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

impl Offers {
    /// Which of these acts the caller's role may do.
    pub(super) async fn of(site: &Site, caller: &Caller, lang: Lang, acts: Vec<Action>) -> Self {
        let mut permitted = HashSet::new();
        for act in acts {
            if site.app.permits(caller, act).await.is_ok() {
                permitted.insert(act);
            }
        }
        Self { lang, permitted }
    }

    /// A button for an act, with what the address says of it already.
    pub(super) fn offer(&self, action: Action, words: &[(&str, &str)]) -> Option<Offer> {
        let (zh, en) = verbs::verb(action).filter(|_| self.permitted.contains(&action))?;
        let words = form_urlencoded::Serializer::new(String::new()).extend_pairs(words).finish();
        let asked = if words.is_empty() { String::new() } else { format!("?{words}") };
        Some(Offer { verb: self.lang.of(zh, en), address: format!("{}{asked}", addresses::act(action)) })
    }

    pub(super) fn offers(&self, actions: &[Action], words: &[(&str, &str)]) -> Vec<Offer> {
        actions.iter().filter_map(|action| self.offer(*action, words)).collect()
    }

    /// The next step of somebody who is on these lists.
    pub(super) fn next<'l>(&self, lists: impl IntoIterator<Item = &'l List>, words: &[(&str, &str)]) -> Option<Offer> {
        let lists: Vec<List> = lists.into_iter().copied().collect();
        let waiting = ORDER.iter().filter(|list| lists.contains(list));
        waiting.map(|list| next_for(*list)).find_map(|action| self.offer(action, words))
    }
}
