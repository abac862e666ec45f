//! Placements: drafted with shared fields and overrides, decided, changed, ended, undone.
//!
//! `input` is what can be ordered, `fields` what a placement arranges as an office writes it, `overrides` what a file says
//! of single students, `shown` what is shown of a placement.

pub mod fields;
pub mod input;
pub mod overrides;
pub mod shown;

use std::collections::HashMap;

use jiff::civil::Date;
use uuid::Uuid;

use super::App;
use super::account::the_one;
use super::bulk::{BulkAnswer, BulkRequest, again};
use super::failure::{Failure, InputRefusal};
use super::key::Call;
use super::request::Order;
use super::sealing::Sealing;
use super::target::{CurrentPlacement, StudentInfo, ends_with};
use crate::accounts::Staff;
use crate::domain::ids::{EmployerId, PlacementId, SchoolCode};
use crate::domain::placement::arrangement::{Arrangement, ArrangementChange, Changed};
use crate::domain::placement::codes::ChangeReason;
use crate::domain::placement::{NewPlacement, Placement, PlacementCommand};
use crate::input::fields::PlacementFields;
use crate::input::file::File;
use crate::people::Sealed;
use fields::{Base, Found};
use input::{
    ApproveLateRegistration, ChangeHost, ChangeMentor, ChangeSite, DraftPlacement, EvaluatePlacement, PlacementOrder,
    RejectPlacement, ReturnPlacement,
};

/// What about a stay is to change; each takes its own fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ChangedPart {
    Host,
    Site,
    Mentor,
    Period,
    Pay,
}

/// Names in fields, found at a school once for all students.
#[derive(Default)]
struct FoundNames {
    staff: Option<Vec<(Staff, String)>>,
    hosts: HashMap<String, EmployerId>,
}

impl App {
    /// Gives one order about the placement of each student named, all or none; of a batch each for itself.
    pub(super) async fn order_placements(&self, call: Call<'_>, order: &PlacementOrder) -> Result<BulkAnswer, Failure> {
        if let PlacementOrder::Draft(draft) = order {
            return self.draft_placements(call, draft).await;
        }
        again(async || {
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
                    _ => match changing(order) {
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

    /// Drafts a placement for each student named, all or none.
    async fn draft_placements(&self, call: Call<'_>, draft: &DraftPlacement) -> Result<BulkAnswer, Failure> {
        if draft.verdict.is_some() && !draft.submit {
            return Err(InputRefusal::FieldsMissing(vec!["submit"]).into());
        }
        let students = self.students_of(call.caller, &draft.target).await?;
        let differing = differing(draft.overrides.as_ref(), &students)?;
        let (mut bulk, mut names, effective_on) = (BulkRequest::default(), FoundNames::default(), self.today());
        for (index, student) in students.into_iter().enumerate() {
            let own = differing.get(&index).map(|own| own.over(&draft.fields));
            let fields = own.as_ref().unwrap_or(&draft.fields);
            let placement = PlacementId(self.new_id());
            let found = self.find_names(&mut names, &student.school, fields).await?;
            let mut sealing = Sealing::after(self, placement.0, 0);
            let base = Base { arranged: None, site: None, mentor: None };
            let arrangement = fields.arrange(&base, found, &mut sealing)?;
            let new = NewPlacement { student: student.student, arrangement, follows: None };
            let mut commands = vec![PlacementCommand::Draft(new)];
            if draft.submit {
                commands.push(PlacementCommand::Submit { effective_on });
            }
            if let Some(verdict) = draft.verdict {
                commands.push(PlacementCommand::Evaluate { verdict, rules: draft.rules, effective_on });
            }
            let whose = bulk.about_placement(student, placement);
            bulk.orders.extend(commands.into_iter().map(|command| (whose, Order::Placement { placement, command })));
            bulk.rows.extend(sealing.rows);
        }
        self.record_bulk(call, bulk).await
    }

    async fn revised(
        &self,
        placed: &CurrentPlacement,
        fields: &PlacementFields,
        names: &mut FoundNames,
        unsealed: &HashMap<(Uuid, u32), Sealed>,
        sealing: &mut Sealing<'_>,
    ) -> Result<PlacementCommand, Failure> {
        let found = self.find_names(names, &placed.student.school, fields).await?;
        let arranged = placed.placement.stay().map(|stay| stay.arranged);
        let arrangement = fields.arrange(&base_of(unsealed, placed.id, arranged), found, sealing)?;
        Ok(PlacementCommand::Revise { arrangement })
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
            PlacementOrder::Return(ReturnPlacement { reason, note, .. }) => {
                PlacementCommand::SendBack { reason: *reason, note: sealing.note(note.as_ref())?, effective_on }
            }
            PlacementOrder::Reject(RejectPlacement { reason, note, .. }) => {
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

    async fn find_names(
        &self,
        names: &mut FoundNames,
        school: &SchoolCode,
        fields: &PlacementFields,
    ) -> Result<Found, Failure> {
        let host = match &fields.host {
            None => None,
            Some(wanted) => Some(match names.hosts.get(wanted) {
                Some(known) => *known,
                None => {
                    let found = self.find_employer(Some(school), wanted).await?;
                    names.hosts.insert(wanted.clone(), found);
                    found
                }
            }),
        };
        let Some(wanted) = &fields.teacher else { return Ok(Found { host, teacher: None }) };
        if names.staff.is_none() {
            names.staff = Some(self.staff_of(school).await?);
        }
        let is_meant = |(staff, name): &&(Staff, String)| name == wanted || ends_with(staff.id.0, wanted);
        let found: Vec<&Staff> = names.staff.iter().flatten().filter(is_meant).map(|(staff, _)| staff).collect();
        Ok(Found { host, teacher: Some(the_one(&found, wanted)?) })
    }
}

fn differing(file: Option<&File>, students: &[StudentInfo]) -> Result<HashMap<usize, PlacementFields>, Failure> {
    Ok(match file {
        Some(file) => overrides::read(file, students)?,
        None => HashMap::new(),
    })
}

/// The part of a stay that an order changes, the fields that it says, and from which day and why.
fn changing(order: &PlacementOrder) -> Option<(ChangedPart, PlacementFields, Date, ChangeReason)> {
    let none = PlacementFields::default();
    Some(match order {
        PlacementOrder::ChangeHost(change) => {
            let ChangeHost { host, source, address, post, site_kind, region, occupation, .. } = (**change).clone();
            let ChangeHost { mentor, mentor_phone, teacher, from, reason, .. } = (**change).clone();
            let site = PlacementFields { address, post, site_kind, region, occupation, ..none };
            let fields = PlacementFields { host, source, mentor, mentor_phone, teacher, ..site };
            (ChangedPart::Host, fields, from, reason)
        }
        PlacementOrder::ChangeSite(change) => {
            let ChangeSite { address, post, site_kind, region, occupation, from, reason, .. } = change.clone();
            let fields = PlacementFields { address, post, site_kind, region, occupation, ..none };
            (ChangedPart::Site, fields, from, reason)
        }
        PlacementOrder::ChangeMentor(change) => {
            let ChangeMentor { mentor, mentor_phone, teacher, from, reason, .. } = change.clone();
            (ChangedPart::Mentor, PlacementFields { mentor, mentor_phone, teacher, ..none }, from, reason)
        }
        PlacementOrder::ChangePeriod(change) => {
            let fields = PlacementFields { last_day: Some(change.last_day), ..none };
            (ChangedPart::Period, fields, change.from, change.reason)
        }
        PlacementOrder::ChangePay(change) => {
            let fields = PlacementFields { pay: change.pay, pay_unit: change.pay_unit, ..none };
            (ChangedPart::Pay, fields, change.from, change.reason)
        }
        _ => return None, // Changes nothing from a day on.
    })
}

fn base_of(unsealed: &HashMap<(Uuid, u32), Sealed>, id: PlacementId, arranged: Option<Arrangement>) -> Base<'_> {
    let site = arranged.and_then(|arranged| arranged.site).map(|site| site.described);
    let mentor = arranged.and_then(|arranged| arranged.mentors.at_host);
    Base {
        arranged,
        site: site.and_then(|revision| unsealed.get(&(id.0, revision.0))),
        mentor: mentor.and_then(|revision| unsealed.get(&(id.0, revision.0))),
    }
}

/// What changes from a day on. At another host, site and mentor cannot stay the same.
fn change(
    placed: &CurrentPlacement,
    part: ChangedPart,
    fields: &PlacementFields,
    from: Date,
    found: Found,
    unsealed: &HashMap<(Uuid, u32), Sealed>,
    sealing: &mut Sealing<'_>,
) -> Result<ArrangementChange, Failure> {
    let missing = |names: &[&'static str]| InputRefusal::FieldsMissing(names.to_vec());
    let stay = placed.placement.stay();
    let mut arranged = stay.map(|stay| Arrangement { period: stay.period(), ..stay.on(from) });
    if let (ChangedPart::Host, Some(arranged)) = (part, &mut arranged) {
        arranged.site = None;
        arranged.mentors.at_host = None;
    }
    if *fields == PlacementFields::default() {
        return Err(InputRefusal::NothingChanges.into());
    }
    let after = fields.arrange(&base_of(unsealed, placed.id, arranged), found, sealing)?;
    match part {
        ChangedPart::Host => {
            let site = after.site.ok_or_else(|| missing(&["address", "post", "site_kind", "region"]))?;
            let (host, source) = (after.host, after.source);
            Ok(ArrangementChange::Host { host, source, site, at_host: after.mentors.at_host })
        }
        ChangedPart::Site => Ok(ArrangementChange::Site(after.site.ok_or_else(|| missing(&["address", "post"]))?)),
        ChangedPart::Mentor => Ok(ArrangementChange::Mentors(after.mentors)),
        ChangedPart::Period => Ok(ArrangementChange::Period { last_day: after.period.last_day }),
        ChangedPart::Pay => Ok(ArrangementChange::Pay(after.pay.ok_or_else(|| missing(&["pay"]))?)),
    }
}
