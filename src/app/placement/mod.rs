//! Placements: drafted with shared fields and overrides, decided, changed, ended, undone.
//!
//! Here is what can be ordered and how an order becomes commands; `input` has the fields of those that need more than
//! whom, `draft` and `change` those that arrange something; `fields` what a placement arranges as an office writes it,
//! `overrides` what a file says of single students, `shown` what is shown of a placement.

pub mod change;
pub mod draft;
pub mod fields;
pub mod input;
pub mod overrides;
pub mod shown;

use std::collections::HashMap;

use clap::Subcommand;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::App;
use super::actions::Action;
use super::bulk::{BulkAnswer, BulkRequest};
use super::execute::again;
use super::failure::{Failure, InputRefusal};
use super::key::Call;
use super::request::Order;
use super::sealing::Sealing;
use super::target::{CurrentPlacement, StudentInfo, Target, TargetOnly};
use crate::domain::placement::arrangement::Changed;
use crate::domain::placement::{Placement, PlacementCommand};
use change::{ChangeHost, ChangeMentor, ChangePay, ChangePeriod, ChangeSite, change, changing};
use draft::{DraftPlacement, FoundNames, RevisePlacement, differing};
use input::{ApproveLateRegistration, Decline, EndPlacement, EvaluatePlacement, Interruption, TargetOn, UndoPlacement};

/// What can be ordered of placements.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case")]
pub enum PlacementOrder {
    Draft(Box<DraftPlacement>),
    Revise(Box<RevisePlacement>),
    Submit(TargetOnly),
    Evaluate(EvaluatePlacement),
    Return(Decline),
    Reject(Decline),
    Approve(TargetOnly),
    Late(ApproveLateRegistration),
    Ready(TargetOnly),
    Arrive(TargetOn),
    NoShow(Interruption),
    ChangeHost(Box<ChangeHost>),
    ChangeSite(ChangeSite),
    ChangeMentor(ChangeMentor),
    ChangePeriod(ChangePeriod),
    ChangePay(ChangePay),
    Suspend(Interruption),
    Resume(TargetOn),
    End(EndPlacement),
    Cancel(Interruption),
    Undo(UndoPlacement),
}

impl App {
    /// Gives one order about the placement of each student named, all or none; of a batch each for itself.
    pub(super) async fn order_placements(&self, call: Call<'_>, order: &PlacementOrder) -> Result<BulkAnswer, Failure> {
        if let PlacementOrder::Draft(draft) = order {
            return self.draft_placements(call, draft).await;
        }
        again(|| async {
            let placements = match order {
                // What is over can be undone, too.
                PlacementOrder::Undo(_) => {
                    let is_meant = |placement: &Placement| placement.last_standing().is_some();
                    self.placements_where(call.caller, order.target(), is_meant).await?
                }
                _ => self.current_placements(call.caller, order.target()).await?,
            };
            let students: Vec<StudentInfo> = placements.iter().map(|placed| placed.student.clone()).collect();
            let differing = match order {
                PlacementOrder::Revise(revise) => differing(revise.overrides.as_ref(), &students)?,
                _ => HashMap::new(),
            };
            let ids: Vec<Uuid> = placements.iter().map(|placed| placed.id.0).collect();
            let unsealed = self.unsealed(&ids).await?;
            let (mut bulk, mut names) = (BulkRequest::default(), FoundNames::default());
            for (index, placed) in placements.into_iter().enumerate() {
                let mut sealing = Sealing::new(self, placed.id.0, &unsealed);
                let command = match order {
                    PlacementOrder::Revise(revise) => {
                        let own = differing.get(&index).map(|own| own.over(&revise.fields));
                        let fields = own.as_ref().unwrap_or(&revise.fields);
                        bulk.seen.push(placed.id);
                        self.revised(&placed, fields, &mut names, &unsealed, &mut sealing).await?
                    }
                    _ => match changing(order, self.today()) {
                        Some((part, fields, from, reason)) => {
                            bulk.seen.push(placed.id);
                            let found = self.find_names(&mut names, &placed.student.school, &fields).await?;
                            let change = change(&placed, part, &fields, from, found, &unsealed, &mut sealing)?;
                            PlacementCommand::Change(Changed { change, reason, effective_on: from })
                        }
                        None => self.plain(order, &placed, &mut sealing)?,
                    },
                };
                let whose = bulk.about_placement(placed.student, placed.id);
                bulk.orders.push((whose, Order::Placement { placement: placed.id, command }));
                bulk.rows.extend(sealing.rows);
            }
            if order.target().batch.is_some() && order.is_for_each() {
                self.record_each(call, bulk).await
            } else {
                self.record_bulk(call, bulk).await
            }
        })
        .await
    }

    /// The command of an order that needs nothing looked up.
    fn plain(
        &self,
        order: &PlacementOrder,
        placed: &CurrentPlacement,
        sealing: &mut Sealing<'_>,
    ) -> Result<PlacementCommand, Failure> {
        let effective_on = self.today();
        let on = |on: Option<Date>| on.unwrap_or(effective_on);
        Ok(match order {
            PlacementOrder::Submit(_) => PlacementCommand::Submit { effective_on },
            PlacementOrder::Evaluate(EvaluatePlacement { verdict, rules, .. }) => {
                PlacementCommand::Evaluate { verdict: *verdict, rules: *rules, effective_on }
            }
            PlacementOrder::Return(Decline { reason, note, .. }) => {
                PlacementCommand::SendBack { reason: *reason, note: sealing.note(note.as_ref())?, effective_on }
            }
            PlacementOrder::Reject(Decline { reason, note, .. }) => {
                PlacementCommand::Reject { reason: *reason, note: sealing.note(note.as_ref())?, effective_on }
            }
            PlacementOrder::Approve(_) => PlacementCommand::Approve { effective_on },
            PlacementOrder::Late(ApproveLateRegistration { reason, .. }) => {
                PlacementCommand::ApproveLateRegistration { reason: *reason, effective_on }
            }
            PlacementOrder::Ready(_) => PlacementCommand::ConfirmReadiness { effective_on },
            PlacementOrder::Arrive(arrive) => PlacementCommand::ConfirmArrival { effective_on: on(arrive.on) },
            PlacementOrder::NoShow(no_show) => PlacementCommand::RecordNoShow {
                reason: no_show.reason,
                note: sealing.note(no_show.note.as_ref())?,
                effective_on: on(no_show.on),
            },
            PlacementOrder::Suspend(suspend) => PlacementCommand::Suspend {
                reason: suspend.reason,
                note: sealing.note(suspend.note.as_ref())?,
                effective_on: on(suspend.on),
            },
            PlacementOrder::Resume(resume) => PlacementCommand::Resume { effective_on: on(resume.on) },
            PlacementOrder::End(end) => PlacementCommand::EndEarly {
                initiator: end.by,
                reason: end.reason,
                note: sealing.note(end.note.as_ref())?,
                effective_on: on(end.on),
            },
            PlacementOrder::Cancel(cancel) => PlacementCommand::Cancel {
                reason: cancel.reason,
                note: sealing.note(cancel.note.as_ref())?,
                effective_on: on(cancel.on),
            },
            PlacementOrder::Undo(undo) => PlacementCommand::Undo {
                version: undo.version.or(placed.placement.last_standing()).unwrap_or_default(),
                reason: undo.reason,
                note: sealing.note(undo.note.as_ref())?,
                effective_on,
            },
            PlacementOrder::Draft(_)
            | PlacementOrder::Revise(_)
            | PlacementOrder::ChangeHost(_)
            | PlacementOrder::ChangeSite(_)
            | PlacementOrder::ChangeMentor(_)
            | PlacementOrder::ChangePeriod(_)
            | PlacementOrder::ChangePay(_) => return Err(InputRefusal::NothingChanges.into()), // Made elsewhere.
        })
    }
}

impl PlacementOrder {
    pub fn action(&self) -> Action {
        match self {
            Self::Draft(_) => Action::PlacementDraft,
            Self::Revise(_) => Action::PlacementRevise,
            Self::Submit(_) => Action::PlacementSubmit,
            Self::Evaluate(_) => Action::PlacementEvaluate,
            Self::Return(_) => Action::PlacementReturn,
            Self::Reject(_) => Action::PlacementReject,
            Self::Approve(_) => Action::PlacementApprove,
            Self::Late(_) => Action::PlacementLate,
            Self::Ready(_) => Action::PlacementReady,
            Self::Arrive(_) => Action::PlacementArrive,
            Self::NoShow(_) => Action::PlacementNoShow,
            Self::ChangeHost(_) => Action::PlacementChangeHost,
            Self::ChangeSite(_) => Action::PlacementChangeSite,
            Self::ChangeMentor(_) => Action::PlacementChangeMentor,
            Self::ChangePeriod(_) => Action::PlacementChangePeriod,
            Self::ChangePay(_) => Action::PlacementChangePay,
            Self::Suspend(_) => Action::PlacementSuspend,
            Self::Resume(_) => Action::PlacementResume,
            Self::End(_) => Action::PlacementEnd,
            Self::Cancel(_) => Action::PlacementCancel,
            Self::Undo(_) => Action::PlacementUndo,
        }
    }

    fn target(&self) -> &Target {
        match self {
            Self::Draft(order) => &order.target,
            Self::Revise(order) => &order.target,
            Self::Submit(order) => &order.target,
            Self::Evaluate(order) => &order.target,
            Self::Return(order) => &order.target,
            Self::Reject(order) => &order.target,
            Self::Approve(order) => &order.target,
            Self::Late(order) => &order.target,
            Self::Ready(order) => &order.target,
            Self::Arrive(order) => &order.target,
            Self::NoShow(order) => &order.target,
            Self::ChangeHost(order) => &order.target,
            Self::ChangeSite(order) => &order.target,
            Self::ChangeMentor(order) => &order.target,
            Self::ChangePeriod(order) => &order.target,
            Self::ChangePay(order) => &order.target,
            Self::Suspend(order) => &order.target,
            Self::Resume(order) => &order.target,
            Self::End(order) => &order.target,
            Self::Cancel(order) => &order.target,
            Self::Undo(order) => &order.target,
        }
    }

    /// Whether it is recorded student by student for an imported batch: what is written beside a reason, or again, is
    /// one fact for all.
    fn is_for_each(&self) -> bool {
        match self {
            Self::Submit(_)
            | Self::Evaluate(_)
            | Self::Approve(_)
            | Self::Late(_)
            | Self::Ready(_)
            | Self::Arrive(_)
            | Self::Resume(_) => true,
            Self::Return(Decline { note, .. })
            | Self::Reject(Decline { note, .. })
            | Self::NoShow(Interruption { note, .. })
            | Self::Suspend(Interruption { note, .. })
            | Self::Cancel(Interruption { note, .. })
            | Self::End(EndPlacement { note, .. }) => note.is_none(),
            Self::Draft(_)
            | Self::Revise(_)
            | Self::ChangeHost(_)
            | Self::ChangeSite(_)
            | Self::ChangeMentor(_)
            | Self::ChangePeriod(_)
            | Self::ChangePay(_)
            | Self::Undo(_) => false,
        }
    }
}
