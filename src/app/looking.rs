//! Looking at persons in full: for a stated purpose, which the account's stream records before the answer is given.

use std::collections::HashSet;

use super::App;
use super::actions::Question;
use super::at_work::{AtWorkReply, QueueReply};
use super::execute::again;
use super::failure::Failure;
use super::gate::GateRefusal;
use super::key::Call;
use super::listed_events::ListedEvent;
use super::reply::Reply;
use crate::accounts::Caller;
use crate::domain::account::AccountCommand;
use crate::domain::account::codes::LookingPurpose;
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

/// Why nobody is shown in full.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "looking.")]
pub enum LookingRefusal {
    NoAccount,
}

impl App {
    /// Answers a question with names, numbers and contacts in full, of those who are in scope, and records who looked at
    /// how many persons for what. Whom is not recorded.
    ///
    /// # Errors
    /// If nobody's account can be charged with it, as [`App::ask`] otherwise; nothing is shown then.
    pub async fn ask_showing(
        &self,
        caller: &Caller,
        purpose: LookingPurpose,
        question: &Question,
    ) -> Result<Reply, Failure> {
        let action = question.action();
        self.permits(caller, action).await?;
        if caller.is_to_confirm() {
            return Err(GateRefusal::ConfirmFirst.into());
        }
        let account = caller.staff_id().ok_or(LookingRefusal::NoAccount)?;
        let reply = self.ask(&caller.looking_for(purpose), question).await?;
        let count = u32::try_from(person_count(&reply)).unwrap_or(u32::MAX);
        again(|| async {
            let stored = self.stored_key(None);
            let call = Call { caller, key: &stored, is_keyed: false, asked: action.name() };
            let (question, effective_on) = (action.name().to_owned(), self.today());
            let command = AccountCommand::ShowPersons { purpose, question, count, effective_on };
            self.record_account(call, account, command, vec![]).await
        })
        .await?;
        Ok(reply)
    }
}

/// The persons whom a reply names, each as often as it does.
fn person_count(reply: &Reply) -> usize {
    match reply {
        Reply::Students(found) => found.students.len(),
        Reply::Roster(roster) => roster.students.len(),
        Reply::Exemptions(applicants) => applicants.len(),
        Reply::Statements(_) | Reply::StudentFile(_) | Reply::Paper(_) => 1,
        Reply::Placement(shown) => shown.len(),
        Reply::Explain(explained) => explained.persons.len(),
        Reply::Missing(missing) => missing.graduates.len(),
        Reply::Studies(studied) => studied.persons.len(),
        Reply::Compared(compared) => compared.persons.len(),
        Reply::Conflicts(conflicts) => conflicts.contradicted.len() + 2 * conflicts.at_two_schools.len(),
        Reply::Queue(QueueReply::Waiting { waiting, .. }) => waiting.len(),
        Reply::AtWork(AtWorkReply::List { at_work, .. }) => at_work.len(),
        Reply::AtWork(AtWorkReply::Opened { behind, .. }) => behind.len(),
        Reply::Grid(packets) => packets.len(),
        Reply::Host(shown) => usize::from(shown.contact.is_some()),
        Reply::Events(listed) => students_of(&listed.events),
        Reply::History(events) => students_of(events),
        Reply::Queue(QueueReply::Counts(_))
        | Reply::AtWork(AtWorkReply::Counts { .. })
        | Reply::Changes(_)
        | Reply::Schools(_)
        | Reply::Classes(_)
        | Reply::Accounts(_)
        | Reply::Tokens(_)
        | Reply::Sessions(_)
        | Reply::Mail(_)
        | Reply::Imports(_)
        | Reply::Employer(_)
        | Reply::Employers(_)
        | Reply::Duplicates(_)
        | Reply::Interns(_)
        | Reply::Hosts(_)
        | Reply::Seasons(_)
        | Reply::Evidence(_)
        | Reply::Report(_)
        | Reply::Trend(_)
        | Reply::Publications(_)
        | Reply::Definitions(_)
        | Reply::LatestYear(_)
        | Reply::Head(_)
        | Reply::Health(_) => 0,
    }
}

fn students_of(events: &[ListedEvent]) -> usize {
    let students = events.iter().filter_map(|listed| Some(listed.student.as_ref()?.id.as_str()));
    students.collect::<HashSet<_>>().len()
}
