//! What a daily digest says: counts of what came due, and of what others returned or refused. Nobody is named in it.

use crate::accounts::{Caller, RecordedBy};
use crate::app::actions::Action;
use crate::app::at_work::PlacementQuery;
use crate::app::failure::Failure;
use crate::app::history::PAGE_LEN;
use crate::app::mail::due;
use crate::app::mail::message::Message;
use crate::app::{App, AppError};
use crate::domain::Event;
use crate::domain::agreement::AgreementEvent;
use crate::domain::exemption::ExemptionEvent;
use crate::domain::host::HostEvent;
use crate::domain::ids::StaffId;
use crate::domain::placement::PlacementEvent;
use crate::event_log::decode;
use crate::input::known_at::KnownAt;
use crate::projections::placement_register::List;

/// What others did that somebody has to go on from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    PlacementReturned,
    PlacementRejected,
    SigningRefused,
    ExemptionRefused,
    HostRefused,
}

/// What a digest says; lists and matters of which there is nothing are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Digest {
    /// How many wait, and how many of them did not at the last digest.
    pub lists: Vec<(List, i64, i64)>,
    pub matters: Vec<(Matter, usize)>,
}

const MATTERS: [Matter; 5] = [
    Matter::PlacementReturned,
    Matter::PlacementRejected,
    Matter::SigningRefused,
    Matter::ExemptionRefused,
    Matter::HostRefused,
];

impl Matter {
    fn of(event: &Event) -> Option<Self> {
        match event {
            Event::Placement(PlacementEvent::PlacementReturned { .. }) => Some(Self::PlacementReturned),
            Event::Placement(PlacementEvent::PlacementRejected { .. }) => Some(Self::PlacementRejected),
            Event::Agreement(AgreementEvent::PartyRefused { .. }) => Some(Self::SigningRefused),
            Event::Exemption(ExemptionEvent::ExemptionRefused { .. }) => Some(Self::ExemptionRefused),
            Event::Host(HostEvent::HostRefused { .. }) => Some(Self::HostRefused),
            Event::Placement(_)
            | Event::Agreement(_)
            | Event::Exemption(_)
            | Event::Host(_)
            | Event::Account(_)
            | Event::School(_)
            | Event::Student(_)
            | Event::Outcome(_)
            | Event::FurtherStudy(_)
            | Event::Employer(_)
            | Event::Season(_)
            | Event::YearEnd(_)
            | Event::Survey(_)
            | Event::Invitation(_)
            | Event::Import(_)
            | Event::Log(_) => None,
        }
    }
}

impl App {
    /// What an account is told of the log behind the position of a message and up to its fact, as far as it may see that today;
    /// `None` where it may not act, nothing came due and nothing was returned or refused by others.
    ///
    /// # Errors
    /// If it is not known: the database does not answer, or a read model is behind.
    pub async fn digest_of(&self, message: &Message) -> Result<Option<Digest>, Failure> {
        let account = StaffId(message.recipient);
        let Some(staff) = self.staff_if_acting(account).await? else { return Ok(None) };
        let caller = Caller::by_token(staff, "mail", true);
        let lists = self.lists_of_digest(&caller, message).await?;
        let matters = self.matters_of_digest(&caller, account, message.since, message.fact).await?;
        let is_new = !matters.is_empty() || lists.iter().any(|(_, _, more)| *more > 0);
        Ok(is_new.then_some(Digest { lists, matters }))
    }

    /// Who waits on the day of the digest, and who of them did not on the day of the one before: the one may have come from a
    /// list on which another stands now.
    async fn lists_of_digest(&self, caller: &Caller, message: &Message) -> Result<Vec<(List, i64, i64)>, Failure> {
        match self.permits(caller, Action::Queue).await {
            Ok(()) => (),
            Err(Failure::Denied(_)) => return Ok(vec![]), // A mentor has no lists.
            Err(failure) => return Err(failure),
        }
        let at = |on, position| PlacementQuery {
            on: Some(on),
            known_at: KnownAt::Position(position),
            ..PlacementQuery::default()
        };
        let before = at(message.since_day, message.since);
        let now = at(due::digest_day(message.due_at), message.fact);
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let mut lists = vec![];
        for (list, count) in self.queue(caller, &now).await? {
            if count == 0 {
                continue;
            }
            let then = self.who_waits(caller, &before, list).await?;
            let waiting = self.who_waits(caller, &now, list).await?;
            lists.push((list, number(waiting.len()), number(waiting.difference(&then).count())));
        }
        Ok(lists)
    }

    /// What others returned and refused.
    async fn matters_of_digest(
        &self,
        caller: &Caller,
        account: StaffId,
        since: i64,
        up_to: i64,
    ) -> Result<Vec<(Matter, usize)>, AppError> {
        let sight = self.sight(caller).await?;
        let school = caller.scope.school().map(|school| school.as_str());
        let mut found = vec![];
        let mut after = since;
        loop {
            let page = self.log.events_of(school, (after, up_to), PAGE_LEN).await?;
            let Some(last) = page.last() else { break };
            after = last.position;
            for recorded in &page {
                let is_own = RecordedBy::of(&recorded.actor).is_some_and(|by| by.named().any(|id| id == account.0));
                let Some(matter) = Matter::of(&decode(recorded)?).filter(|_| !is_own) else { continue };
                if self.may_see(&sight, recorded).await? {
                    found.push(matter);
                }
            }
        }
        let count = |matter: &Matter| found.iter().filter(|of| *of == matter).count();
        Ok(MATTERS.into_iter().map(|matter| (matter, count(&matter))).filter(|(_, count)| *count > 0).collect())
    }
}
