//! The employers that a file of outcomes names: found by credit code or by name at the school, registered when nobody
//! knows them, given their code when the file has it and they have none.

use std::collections::HashMap;

use uuid::Uuid;

use super::chunk::{Chunk, TRIES_MAX};
use super::employer::check;
use super::lines::{Group, Line, lines};
use super::lookups::ImportContext;
use crate::app::AppError;
use crate::app::people::employer_name_guard;
use crate::app::request::{Order, Request};
use crate::domain::employer::{CreditCodeCheck, Employer, EmployerCommand, RegisteredEmployer};
use crate::domain::ids::{CreditCode, SealedRevision};
use crate::domain::statements::Spoken;
use crate::event_log::request::{AppendError, GuardKey, GuardUse};
use crate::intake::rows::Content;
use crate::people::Sealed;

/// An employer as a row names it.
struct Named<'r> {
    name: &'r str,
    code: Option<&'r CreditCode>,
    /// By which it is known: its code, or its name.
    guard: GuardKey,
    by_name: GuardKey,
}

impl Chunk<'_> {
    /// Registers the employers that these rows name and nobody knows yet.
    pub(super) async fn register_employers(
        &self,
        context: &mut ImportContext<'_>,
        groups: &[Group<'_>],
        kept: &mut Vec<Request>,
    ) -> Result<(), AppError> {
        let named = named(context, groups);
        for _ in 0..TRIES_MAX {
            let guards = named.iter().flat_map(|named| [named.guard.clone(), named.by_name.clone()]).collect();
            context.look_up_employers(guards).await?;
            let (mut known, mut requests) = (vec![], vec![]);
            let mut begun: HashMap<&GuardKey, Uuid> = HashMap::new();
            for named in named.iter().filter(|named| context.employer(&named.guard).is_none()) {
                let id = match (context.employer(&named.by_name), begun.get(&named.by_name)) {
                    // RegisteredEmployer a moment ago by a row with its code.
                    (None, Some(begun)) if named.code.is_none() => *begun,
                    (Some(known), _) if let Some(request) = self.add_code(context, known, named).await? => {
                        requests.push(request);
                        known
                    }
                    (by_name, begun_by_name) => {
                        let id = context.app.new_id();
                        let is_free = by_name.is_none() && begun_by_name.is_none();
                        requests.push(self.register_employer(context, id, named, is_free)?);
                        if is_free {
                            begun.insert(&named.by_name, id);
                        }
                        id
                    }
                };
                known.push((named, id));
            }
            if known.is_empty() {
                return Ok(());
            }
            let copies = if context.app.is_rehearsal() { requests.clone() } else { vec![] };
            kept.extend(copies);
            let answers = context.app.execute_all(context.caller, requests).await;
            let mut all_recorded = true;
            for answer in answers {
                match answer {
                    Ok(_) => (),
                    // Another process was faster: it is found when looked up again.
                    Err(error) if error.is_refusal() || matches!(error, AppError::Append(AppendError::Stale)) => {
                        all_recorded = false;
                    }
                    Err(error) => return Err(error),
                }
            }
            if all_recorded {
                for (named, id) in known {
                    context.know_employer(named.guard.clone(), id);
                }
                for (by_name, id) in begun {
                    context.know_employer(by_name.clone(), id);
                }
                return Ok(());
            }
        }
        Err(AppendError::Stale.into())
    }

    fn register_employer(
        &self,
        context: &ImportContext<'_>,
        id: Uuid,
        named: &Named<'_>,
        name_is_free: bool,
    ) -> Result<Request, AppError> {
        let credit_code = check(named.code);
        let command =
            EmployerCommand::Register { identity: SealedRevision(1), credit_code, effective_on: context.app.today() };
        let mut request = Request::new(format!("employer:{id}"), "register", vec![Order::Employer { id, command }]);
        request.rows.push(context.app.people().seal(id, 1, &named.sealed())?);
        let by_name = Some(&named.by_name).filter(|by_name| name_is_free && **by_name != named.guard);
        request.guards.extend(std::iter::once(&named.guard).chain(by_name).map(|guard| begins(guard, id)));
        request.causation = Some(self.batch.id.to_string());
        Ok(request)
    }

    /// Gives its code to the employer of this name; nothing when it has one, so that it is another of the same name.
    async fn add_code(
        &self,
        context: &ImportContext<'_>,
        id: Uuid,
        named: &Named<'_>,
    ) -> Result<Option<Request>, AppError> {
        let (state, _) = context.app.load::<Employer>(id).await?;
        let lacks_code = |of: &&RegisteredEmployer| of.credit_code == CreditCodeCheck::NoCode && of.merged.is_none();
        let registered = state.registered().filter(lacks_code);
        let (Some(registered), Some(_)) = (registered, named.code) else { return Ok(None) };
        let revision = registered.identity.0 + 1;
        let (credit_code, effective_on) = (check(named.code), context.app.today());
        let command = EmployerCommand::AddCode { identity: SealedRevision(revision), credit_code, effective_on };
        let orders = vec![Order::Employer { id, command }];
        let mut request = Request::new(format!("employer:{id}:code:{revision}"), "add code", orders);
        request.rows.push(context.app.people().seal(id, revision, &named.sealed())?);
        request.guards.push(begins(&named.guard, id));
        request.causation = Some(self.batch.id.to_string());
        Ok(Some(request))
    }
}

impl ImportContext<'_> {
    /// Units that these rows name may have been merged by another process.
    pub(super) async fn look_at_employers(&self, groups: &[Group<'_>]) -> Result<(), AppError> {
        let mut units: Vec<Uuid> = named(self, groups).iter().filter_map(|named| self.employer(&named.guard)).collect();
        units.sort_unstable();
        units.dedup();
        self.app.bring_up_to_date::<Employer>(&units).await
    }
}

impl Named<'_> {
    fn sealed(&self) -> Sealed {
        Sealed::Employer { name: self.name.to_owned(), credit_code: self.code.map(|code| code.text.clone()) }
    }
}

/// The employers of these rows, each once; those with a code first, so that a row without one finds them.
fn named<'r>(context: &ImportContext<'_>, groups: &'r [Group<'_>]) -> Vec<Named<'r>> {
    let mut named: HashMap<GuardKey, Named<'r>> = HashMap::new();
    for (Line { row, .. }, school) in lines(groups) {
        if let (Content::Outcome(outcome), Some(school)) = (&row.content, school)
            && let Spoken::Value(name) = &outcome.employer
        {
            let code = outcome.credit_code.as_ref();
            let guard = context.employer_guard(school, name, code);
            let by_name = || employer_name_guard(context.app.people(), school, name);
            named.entry(guard).or_insert_with_key(|guard| Named {
                name,
                code,
                by_name: by_name(),
                guard: guard.clone(),
            });
        }
    }
    let mut named: Vec<Named<'r>> = named.into_values().collect();
    named.sort_unstable_by(|one, other| (one.code.is_none(), &one.guard).cmp(&(other.code.is_none(), &other.guard)));
    named
}

fn begins(guard: &GuardKey, employer: Uuid) -> GuardUse {
    GuardUse { guard: guard.clone(), version: 0, set: Some(employer.to_string()) }
}
