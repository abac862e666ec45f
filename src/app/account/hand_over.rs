//! Handing over from a day on: a class, by which two accounts exchange their duties, so that nobody has two classes and no
//! class has nobody; or those whom somebody guides at work, each by a change of the stay.

use std::collections::HashSet;

use jiff::civil::Date;
use uuid::Uuid;

use super::{AccountAnswer, AccountFailure, HandOver};
use crate::accounts::{Role, Scope};
use crate::app::actions::Action;
use crate::app::bulk::{BulkRequest, Refused, Subject};
use crate::app::execute::again;
use crate::app::failure::Failure;
use crate::app::key::Call;
use crate::app::request::{Order, Request};
use crate::app::{App, AppError, Done};
use crate::domain::StreamType;
use crate::domain::account::codes::RoleReason;
use crate::domain::account::{Account, AccountCommand, AccountRefusal, Duty};
use crate::domain::agreement::Agreement;
use crate::domain::day::epoch_day;
use crate::domain::ids::{ClassName, StaffId};
use crate::domain::placement::arrangement::{ArrangementChange, Changed, Mentors};
use crate::domain::placement::codes::ChangeReason;
use crate::domain::placement::{Placement, PlacementCommand};
use crate::event_log::EngineError;
use crate::event_log::record::StreamKey;
use crate::projections::{placement_register, student_register};

/// Who hands over to whom, what each is on the day, and from which version of the stream that is known.
struct Parties {
    giver: (StaffId, Duty),
    taker: (StaffId, Duty),
    seen: Vec<(StreamKey, u64)>,
}

impl App {
    /// Gives a class or interns to another account. Whoever may change staff hands over a class, an officer interns, too.
    pub(super) async fn hand_over_duty(&self, call: Call<'_>, input: &HandOver) -> Result<AccountAnswer, Failure> {
        let on = input.on.unwrap_or_else(|| self.today());
        match &input.class {
            Some(class) => {
                self.permits(call.caller, Action::StaffChange).await?;
                let done = again(|| async {
                    self.hand_over_class(call, self.parties(call, input, on).await?, class, on).await
                });
                Ok(AccountAnswer::Changed(done.await?))
            }
            None => {
                again(|| async { self.hand_over_interns(call, self.parties(call, input, on).await?, on).await }).await
            }
        }
    }

    async fn parties(&self, call: Call<'_>, input: &HandOver, on: Date) -> Result<Parties, Failure> {
        let giver = self.find_account(call.caller, &input.staff).await?;
        let taker = self.find_account(call.caller, &input.to).await?;
        if giver == taker {
            return Err(AccountFailure::SameAccount.into());
        }
        self.bring_up_to_date::<Account>(&[giver.0, taker.0]).await?;
        let (mut seen, mut states) = (vec![], vec![]);
        for id in [giver.0, taker.0] {
            let (account, version) = self.load::<Account>(id).await?;
            seen.push((StreamKey { kind: StreamType::Account, id }, version));
            states.push(account.on(on));
        }
        // Who has left hands over, too.
        let [Some(given), Some(taken)] = &states[..] else {
            return Err(AppError::from(AccountRefusal::NotOpened).into());
        };
        taken.acting().map_err(AppError::from)?;
        if given.duty.school != taken.duty.school {
            return Err(AccountFailure::OtherSchool.into());
        }
        Ok(Parties { giver: (giver, given.duty.clone()), taker: (taker, taken.duty.clone()), seen })
    }

    /// The two exchange their duties: who takes over a class gives the own one, or guides interns no more.
    async fn hand_over_class(
        &self,
        call: Call<'_>,
        parties: Parties,
        class: &ClassName,
        effective_on: Date,
    ) -> Result<Done, Failure> {
        let Parties { giver: (giver, given), taker: (taker, taken), seen } = parties;
        if taken.class.as_ref() == Some(class) {
            return Ok(Done::Unchanged);
        }
        if given.class.as_ref() != Some(class) {
            return Err(AccountFailure::NothingToHandOver.into());
        }
        match taken.role {
            Role::ClassTeacher | Role::Mentor => (),
            role @ (Role::Bureau | Role::Principal | Role::Officer | Role::Auditor) => {
                return Err(AccountFailure::CannotTakeOver(role).into());
            }
        }
        let change = |account, duty| {
            let command = AccountCommand::ChangeRole { duty, reason: Some(RoleReason::Reassigned), effective_on };
            Order::Account { account, command }
        };
        let mut request = Request::new(call.key, call.asked, vec![change(giver, taken), change(taker, given)]);
        request.seen = seen;
        Ok(self.execute(call.caller, request).await?)
    }

    /// Whoever is at work is guided by the other from the day on; who cannot be, as one who has not arrived, is named.
    async fn hand_over_interns(&self, call: Call<'_>, parties: Parties, on: Date) -> Result<AccountAnswer, Failure> {
        let Parties { giver: (giver, given), taker: (taker, taken), .. } = parties;
        if taken.role != Role::Mentor {
            return Err(AccountFailure::CannotTakeOver(taken.role).into());
        }
        let failed = |error| AppError::from(EngineError::from(error));
        let readers = self.log.readers();
        let guided = placement_register::guided_by(readers, giver, epoch_day(on)).await.map_err(failed)?;
        let guided: HashSet<_> = guided.into_iter().collect();
        let scope = given.school.map_or(Scope::City, Scope::School);
        let mut listed = student_register::students(readers, &scope, None).await.map_err(failed)?;
        listed.retain(|listed| guided.contains(&listed.student));
        let students = self.unseal_students(listed).await?;
        let mut placements = self.placements_of(&students.iter().map(|of| of.student).collect::<Vec<_>>()).await?;
        let ids: Vec<Uuid> = placements.values().flatten().map(|placement| placement.0).collect();
        self.bring_up_to_date::<Placement>(&ids).await?;
        self.bring_up_to_date::<Agreement>(&ids).await?;
        let mut changes = vec![];
        for student in students {
            for id in placements.remove(&student.student).unwrap_or_default() {
                let placement = self.load::<Placement>(id.0).await?.0;
                let stay = placement.stay().filter(|stay| !stay.stage.is_over() && on <= stay.period().last_day);
                let Some(mentors) = stay.map(|stay| stay.on(on).mentors) else { continue };
                if mentors.teacher == Some(giver) {
                    let change = ArrangementChange::Mentors(Mentors { teacher: Some(taker), ..mentors });
                    let changed = Changed { change, reason: ChangeReason::SchoolArranged, effective_on: on };
                    let order = Order::Placement { placement: id, command: PlacementCommand::Change(changed) };
                    changes.push((student.clone(), id, order));
                }
            }
        }
        if changes.is_empty() {
            return Err(AccountFailure::NothingToHandOver.into());
        }
        let orders = changes.iter().map(|(_, _, order)| order.clone()).collect();
        let mut refusals =
            self.refusals(call.caller, &Request::new(call.key, call.asked, orders)).await?.into_iter().peekable();
        let (mut bulk, mut refused) = (BulkRequest::default(), vec![]);
        for (index, (student, id, order)) in changes.into_iter().enumerate() {
            match refusals.next_if(|(of, _)| *of == index) {
                Some((_, refusal)) => {
                    let whom = Subject::Student(student.shown(call.caller));
                    refused.push(Refused { whom, why: Box::new(refusal.into()) });
                }
                None => {
                    bulk.seen.push(id);
                    let whose = bulk.about_placement(student, id);
                    bulk.orders.push((whose, order));
                }
            }
        }
        if bulk.orders.is_empty() {
            return Err(Failure::Refused(refused));
        }
        let mut answer = self.record_bulk(call, bulk).await?;
        answer.refused = refused;
        Ok(AccountAnswer::HandedOver(answer))
    }
}
