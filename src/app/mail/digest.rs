//! What a daily digest says: counts of what came due, and of what others returned or refused. Nobody is named in it.

use crate::accounts::{Caller, RecordedBy};
use crate::app::actions::{Action, Question};
use crate::app::at_work::{PlacementQuery, QueueReply, ShowQueue};
use crate::app::failure::Failure;
use crate::app::history::PAGE_LEN;
use crate::app::reply::Reply;
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
    /// How many wait, and how many more than at the last digest.
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
    /// What an account is told of the log behind a position and up to another, as far as it may see that today; `None` where
    /// nothing came due and nothing was returned or refused by others.
    ///
    /// # Errors
    /// If the account may not act, or the database does not answer.
    pub async fn digest_of(&self, account: StaffId, since: i64, up_to: i64) -> Result<Option<Digest>, Failure> {
        let caller = Caller::by_token(self.acting_staff(account).await?, "mail", true);
        let lists = self.lists_of_digest(&caller, since, up_to).await?;
        let matters = self.matters_of_digest(&caller, account, since, up_to).await?;
        let is_new = !matters.is_empty() || lists.iter().any(|(_, _, more)| *more > 0);
        Ok(is_new.then_some(Digest { lists, matters }))
    }

    async fn lists_of_digest(&self, caller: &Caller, since: i64, up_to: i64) -> Result<Vec<(List, i64, i64)>, Failure> {
        if self.permits(caller, Action::Queue).await.is_err() {
            return Ok(vec![]); // A mentor has no lists.
        }
        let today = self.today();
        let counts = async |on, position| {
            let known_at = KnownAt::Position(position);
            let query = PlacementQuery { on: Some(on), known_at, ..PlacementQuery::default() };
            match self.ask(caller, &Question::Queue(ShowQueue { list: None, query })).await? {
                Reply::Queue(QueueReply::Counts(counts)) => Ok::<_, Failure>(counts),
                _ => Ok(vec![]), // Not what was asked.
            }
        };
        let before = counts(today.yesterday().unwrap_or(today), since).await?;
        let now = counts(today, up_to).await?.into_iter().filter(|(_, count)| *count > 0);
        let more = |list: List, count: i64| {
            let then = before.iter().find(|(of, _)| *of == list).map_or(0, |(_, then)| *then);
            (count - then).max(0)
        };
        Ok(now.map(|(list, count)| (list, count, more(list, count))).collect())
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
