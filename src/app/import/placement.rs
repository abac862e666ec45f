//! What a row of a placement means: a stay is drafted and submitted, written again, changed from a day on, or ended.
//!
//! The same student and first day are the same placement. A file never approves: what an approved stay only can have waits
//! with a warning, and is recorded when the same file comes again. What a row says of an approved stay and is not so is a
//! change with a day of its own, or a rejection that says so.

use std::sync::Arc;

use jiff::civil::Date;

use super::agreement as agreements;
use super::lookups::ImportContext;
use super::meaning::{Meaning, Trouble, on_roster, reason};
use super::placement_row::PlacementRowPlan;
use super::row_refusal::RowRefusal;
use crate::app::AppError;
use crate::app::placement::fields::{Base, Found};
use crate::app::sealing::Sealing;
use crate::app::target::StudentInfo;
use crate::domain::agreement::Agreement;
use crate::domain::employer::{Employer, Trading};
use crate::domain::ids::{PlacementId, SchoolCode, StudentId};
use crate::domain::placement::arrangement::{Arrangement, ArrangementChange, Changed};
use crate::domain::placement::codes::ChangeReason;
use crate::domain::placement::stay::PlacementStage;
use crate::domain::placement::{NewPlacement, Placement, PlacementCommand};
use crate::domain::specialties::specialty_name;
use crate::domain::student::Student;
use crate::input::fields::PlacementFields;
use crate::intake::kind::Column;
use crate::intake::rows::PlacementRow;
use crate::people::Sealed;

/// The version of the rules that a verdict in a file is by.
const RULES: u32 = 1;

pub(super) async fn placement(
    context: &mut ImportContext<'_>,
    school: &SchoolCode,
    row: &PlacementRow,
) -> Result<Meaning, Trouble> {
    let (student, state) = on_roster(context, school, &row.person).await?;
    let Some(registered) = state.registered() else { return Ok(Meaning::default()) }; // On the roster: registered.
    let Some(unit) = context.unit(school, &row.unit).await? else {
        return reason(Column::Unit, RowRefusal::UnitUnknown { by_code: row.unit.code.is_some() });
    };
    let teacher = match &row.fields.teacher {
        Some(wanted) => Some(context.teacher(school, wanted).await?),
        None => None,
    };
    let info = student_info(context, school, student, &state);
    if let Some(name) = registered.registration.specialty.as_ref().and_then(|code| specialty_name(code.as_str())) {
        context.words.specialties.insert(student.0, name.to_owned());
    }
    let mut same: Option<PlacementId> = None;
    for id in context.placements.get(&student).cloned().unwrap_or_default() {
        let state = context.see::<Placement>(id.0).await?;
        // One that came to nothing only counts where no other began on that day.
        if let Some(stay) = state.stay()
            && stay.period().first_day == row.first_day
            && (same.is_none() || stay.taken().is_some())
        {
            same = Some(id);
        }
    }
    let host = context.see::<Employer>(unit.0).await?.trading();
    let found = Found { host: Some(unit), teacher };
    let is_known = same.is_some();
    let id = same.unwrap_or_else(|| PlacementId(context.app.new_id()));
    let agreement = if is_known { context.see::<Agreement>(id.0).await? } else { Agreement::default() };
    let placement = if is_known { context.see::<Placement>(id.0).await? } else { Placement::default() };
    let app = context.app;
    let unit = if is_known { app.tentative() } else { app.tentative_new(id) };
    let sealing = Sealing::after(app, id.0, context.last_revision(id.0));
    let (placement, agreement, meaning) = (Arc::new(placement), Arc::new(agreement), Meaning::default());
    let mut work = PlacementRowPlan { context, id, student: info, placement, agreement, host, unit, sealing, meaning };
    arrange(&mut work, row, found).await?;
    Ok(work.finish())
}

fn student_info(context: &ImportContext<'_>, school: &SchoolCode, student: StudentId, state: &Student) -> StudentInfo {
    let registered = state.registered();
    let identity = registered.and_then(|registered| context.revision(student.0, registered.identity.0));
    let person = identity.and_then(Sealed::person).cloned().unwrap_or_default();
    let class = registered.map(|registered| registered.registration.class.as_str().to_owned()).unwrap_or_default();
    StudentInfo { student, school: school.clone(), class, person }
}

async fn arrange(work: &mut PlacementRowPlan<'_, '_>, row: &PlacementRow, found: Found) -> Result<(), Trouble> {
    let stage = work.stay().map(|stay| stay.stage);
    match (stage, row.change) {
        (None, Some(_)) => {
            return reason(Column::ChangeDay, RowRefusal::NothingToChange { first_day: row.first_day });
        }
        (None, None) => draft(work, row, found).await?,
        (Some(stage @ (PlacementStage::Draft | PlacementStage::Returned | PlacementStage::Submitted)), Some(_)) => {
            return reason(Column::ChangeDay, RowRefusal::NotArrivedYet { status: stage.status() });
        }
        (Some(PlacementStage::Draft | PlacementStage::Returned), None) => revise(work, row, found).await?,
        (Some(PlacementStage::Rejected | PlacementStage::Cancelled | PlacementStage::NoShow), _) => {
            let stay = work.stay().map(|stay| (stay.arranged, stay.stage));
            let Some((arranged, stage)) = stay else { return Ok(()) };
            if differing(work, row, found, arranged).await?.is_empty() || row.change.is_some() {
                return reason(Column::FirstDay, RowRefusal::SaidAlready { status: stage.status() });
            }
            again(work, row, found).await?;
        }
        (Some(stage @ (PlacementStage::Submitted | PlacementStage::Approved | PlacementStage::Ready)), None) => {
            agrees(work, row, found, stage).await?;
        }
        (Some(stage @ (PlacementStage::Arrived | PlacementStage::Suspended | PlacementStage::EndedEarly)), None) => {
            agrees(work, row, found, stage).await?;
        }
        (
            Some(
                PlacementStage::Approved
                | PlacementStage::Ready
                | PlacementStage::Arrived
                | PlacementStage::Suspended
                | PlacementStage::EndedEarly,
            ),
            Some(_),
        ) => (),
    }
    match row.change {
        None => {
            evaluate(work, row).await?;
            agreements::agreement(work, row).await?;
            arrive(work, row).await?;
        }
        Some((from, why)) => {
            arrive(work, row).await?;
            change(work, row, found, (from, why)).await?;
            let days = work.stay().into_iter().flat_map(|stay| &stay.changes).map(|changed| changed.effective_on);
            let is_latest = days.max() == Some(from);
            if is_latest {
                evaluate(work, row).await?;
            }
            agreements::amendment(work, row, from, is_latest).await?;
        }
    }
    end(work, row).await
}

/// A stay that came to nothing and whose days another one takes.
async fn again(work: &mut PlacementRowPlan<'_, '_>, row: &PlacementRow, found: Found) -> Result<(), Trouble> {
    work.id = PlacementId(work.context.app.new_id());
    (work.placement, work.agreement) = (Arc::default(), Arc::default());
    work.unit = work.context.app.tentative_new(work.id);
    work.sealing = Sealing::after(work.context.app, work.id.0, 0);
    draft(work, row, found).await
}

async fn draft(work: &mut PlacementRowPlan<'_, '_>, row: &PlacementRow, found: Found) -> Result<(), Trouble> {
    takes_students(work)?;
    let base = Base { arranged: None, site: None, mentor: None };
    let arrangement = row.fields.arrange(&base, found, &mut work.sealing).map_err(unclear)?;
    let new = NewPlacement { student: work.student.student, arrangement, follows: None };
    work.order(Column::FirstDay, PlacementCommand::Draft(new)).await?;
    work.meaning.is_new = true;
    submit(work).await
}

/// A unit that was merged or closed is named, with what to write instead.
fn takes_students(work: &PlacementRowPlan<'_, '_>) -> Result<(), Trouble> {
    if let Trading::Merged { into } = work.host {
        let into = work.context.unit_name(into);
        return reason(Column::Unit, RowRefusal::UnitMerged { into: into.to_owned() });
    }
    Ok(())
}

async fn revise(work: &mut PlacementRowPlan<'_, '_>, row: &PlacementRow, found: Found) -> Result<(), Trouble> {
    let Some((arranged, stage)) = work.stay().map(|stay| (stay.arranged, stay.stage)) else { return Ok(()) };
    let differs = !differing(work, row, found, arranged).await?.is_empty();
    if differs {
        takes_students(work)?;
        let fields = without_known(work, row, arranged);
        let (site, mentor) = sealed_of(work, arranged);
        let base = Base { arranged: Some(arranged), site: site.as_ref(), mentor: mentor.as_ref() };
        let arrangement = fields.arrange(&base, found, &mut work.sealing).map_err(unclear)?;
        work.order(Column::FirstDay, PlacementCommand::Revise { arrangement }).await?;
    }
    // Who sent it back wants something to be changed.
    if differs || stage == PlacementStage::Draft { submit(work).await } else { Ok(()) }
}

async fn submit(work: &mut PlacementRowPlan<'_, '_>) -> Result<(), Trouble> {
    let missing = work.stay().map(|stay| stay.arranged.missing()).unwrap_or_default();
    if missing.is_empty() {
        let effective_on = work.today();
        return work.order(Column::FirstDay, PlacementCommand::Submit { effective_on }).await;
    }
    work.warn(Column::FirstDay, RowRefusal::DraftIncomplete { missing });
    Ok(())
}

/// Whether a row says of a stay what is so, at its beginning or now.
async fn agrees(
    work: &mut PlacementRowPlan<'_, '_>,
    row: &PlacementRow,
    found: Found,
    stage: PlacementStage,
) -> Result<(), Trouble> {
    let Some(stay) = work.stay().cloned() else { return Ok(()) };
    let now = Arrangement { period: stay.period(), ..stay.on(stay.period().last_day) };
    let differing_then = differing(work, row, found, stay.arranged).await?;
    if differing_then.is_empty() || differing(work, row, found, now).await?.is_empty() {
        return Ok(());
    }
    let column = differing_then.first().copied().unwrap_or(Column::FirstDay);
    let (status, columns) = (stage.status(), differing_then);
    if stage == PlacementStage::Submitted {
        return reason(column, RowRefusal::DiffersSubmitted { status, columns });
    }
    reason(column, RowRefusal::DiffersApproved { status, columns })
}

/// The columns in which a row says something else than what is arranged; an empty cell says nothing.
async fn differing(
    work: &PlacementRowPlan<'_, '_>,
    row: &PlacementRow,
    found: Found,
    arranged: Arrangement,
) -> Result<Vec<Column>, Trouble> {
    let host = match found.host {
        Some(host) => host != arranged.host && work.context.now(host).await? != work.context.now(arranged.host).await?,
        None => false,
    };
    let fields = &row.fields;
    let (site, mentor) = sealed_of(work, arranged);
    let (address, post) = match &site {
        Some(Sealed::Site { address, post }) => (Some(address), Some(post)),
        Some(_) | None => (None, None),
    };
    let (name, phone) = match &mentor {
        Some(Sealed::Contact { name, phone }) => (Some(name), phone.as_ref()),
        Some(_) | None => (None, None),
    };
    let place = arranged.site;
    let pay = arranged.pay;
    let differs = [
        (Column::InternshipKind, fields.kind.is_some_and(|kind| kind != arranged.kind)),
        (Column::HostSource, fields.source.is_some_and(|source| source != arranged.source)),
        (Column::Unit, host),
        (Column::LastDay, fields.last_day.is_some_and(|day| day != arranged.period.last_day)),
        (Column::Address, fields.address.is_some() && fields.address.as_ref() != address),
        (Column::Post, fields.post.is_some() && fields.post.as_ref() != post),
        (Column::SiteKind, fields.site_kind.is_some() && fields.site_kind != place.map(|site| site.kind)),
        (Column::Region, fields.region.is_some() && fields.region != place.map(|site| site.region)),
        (
            Column::Occupation,
            fields.occupation.is_some() && fields.occupation != place.and_then(|site| site.occupation),
        ),
        (Column::Mentor, fields.mentor.is_some() && fields.mentor.as_ref() != name),
        (Column::MentorPhone, fields.mentor_phone.is_some() && fields.mentor_phone.as_ref() != phone),
        (Column::Teacher, found.teacher.is_some() && found.teacher != arranged.mentors.teacher),
        (Column::Pay, fields.pay.is_some() && fields.pay != pay.map(|pay| pay.yuan)),
        (Column::PayUnit, fields.pay_unit.is_some() && fields.pay_unit != pay.map(|pay| pay.per)),
        (Column::Match, fields.on_specialty.is_some() && fields.on_specialty != arranged.on_specialty),
        (Column::ApplicationDay, fields.applied_on.is_some() && fields.applied_on != arranged.applied_on),
    ];
    Ok(differs.into_iter().filter(|(_, differs)| *differs).map(|(column, _)| column).collect())
}

/// What is sealed of an arrangement: the site and the mentor at the host.
fn sealed_of(work: &PlacementRowPlan<'_, '_>, arranged: Arrangement) -> (Option<Sealed>, Option<Sealed>) {
    let site = arranged.site.and_then(|site| work.row(site.described.0)).cloned();
    (site, arranged.mentors.at_host.and_then(|mentor| work.row(mentor.0)).cloned())
}

/// The fields without a mentor who is known under a number that the row leaves empty.
fn without_known(work: &PlacementRowPlan<'_, '_>, row: &PlacementRow, arranged: Arrangement) -> PlacementFields {
    let mut fields = row.fields.clone();
    if let (None, (_, Some(Sealed::Contact { name, .. }))) = (&fields.mentor_phone, sealed_of(work, arranged))
        && fields.mentor.as_ref() == Some(&name)
    {
        fields.mentor = None;
    }
    fields
}

/// A verdict is on what is arranged now; after a change it is another row's to say.
async fn evaluate(work: &mut PlacementRowPlan<'_, '_>, row: &PlacementRow) -> Result<(), Trouble> {
    let (Some(verdict), Some(stay)) = (row.verdict, work.stay()) else { return Ok(()) };
    let is_of_row = row.change.is_some() || stay.changes.is_empty();
    let can_be = match stay.stage {
        PlacementStage::Submitted
        | PlacementStage::Approved
        | PlacementStage::Ready
        | PlacementStage::Arrived
        | PlacementStage::Suspended => true,
        PlacementStage::Draft
        | PlacementStage::Returned
        | PlacementStage::Rejected
        | PlacementStage::EndedEarly
        | PlacementStage::NoShow
        | PlacementStage::Cancelled => false,
    };
    if !is_of_row || !can_be || stay.verdict == Some(verdict) {
        return Ok(());
    }
    let (rules, effective_on) = (RULES, work.today());
    work.order(Column::Verdict, PlacementCommand::Evaluate { verdict, rules, effective_on }).await
}

/// Arrival, for which the packet has to be complete, waits for the approval.
async fn arrive(work: &mut PlacementRowPlan<'_, '_>, row: &PlacementRow) -> Result<(), Trouble> {
    let (Some(on), Some(stay)) = (row.arrived_on, work.stay()) else { return Ok(()) };
    match (stay.stage, stay.arrived_on) {
        (PlacementStage::Draft | PlacementStage::Returned | PlacementStage::Submitted, _) => {
            work.warn(Column::ArrivalDay, RowRefusal::ArrivalWaits { has_ended: row.ended.is_some() });
            Ok(())
        }
        (_, Some(known)) if known == on => Ok(()),
        (_, Some(known)) => reason(Column::ArrivalDay, RowRefusal::ArrivedAlready { on: known }),
        (stage, None) => {
            if stage == PlacementStage::Approved {
                let effective_on = work.today();
                work.order(Column::ArrivalDay, PlacementCommand::ConfirmReadiness { effective_on }).await?;
            }
            work.order(Column::ArrivalDay, PlacementCommand::ConfirmArrival { effective_on: on }).await
        }
    }
}

/// What is different from a day on.
async fn change(
    work: &mut PlacementRowPlan<'_, '_>,
    row: &PlacementRow,
    found: Found,
    (from, why): (Date, ChangeReason),
) -> Result<(), Trouble> {
    let Some(stay) = work.stay() else { return Ok(()) };
    let mut arranged = Arrangement { period: stay.period(), ..stay.on(from) };
    let differs = differing(work, row, found, arranged).await?;
    if differs.is_empty() {
        return Ok(());
    }
    let is_other_host = differs.contains(&Column::Unit);
    let fixed = [Column::InternshipKind, Column::Match, Column::ApplicationDay];
    let fixed =
        differs.iter().find(|column| fixed.contains(column) || (**column == Column::HostSource && !is_other_host));
    if let Some(column) = fixed {
        return reason(*column, RowRefusal::FixedOnceApproved { column: *column });
    }
    if is_other_host {
        takes_students(work)?;
        arranged.site = None;
        arranged.mentors.at_host = None;
    }
    let fields = without_known(work, row, arranged);
    let (site, mentor) = sealed_of(work, arranged);
    let base = Base { arranged: Some(arranged), site: site.as_ref(), mentor: mentor.as_ref() };
    // A merged unit keeps the id under which it was chosen.
    let found = Found { host: found.host.filter(|_| is_other_host), ..found };
    let after = fields.arrange(&base, found, &mut work.sealing).map_err(unclear)?;
    let mut changes: Vec<(Column, ArrangementChange)> = vec![];
    if is_other_host {
        let Some(site) = after.site else {
            return reason(Column::Address, RowRefusal::SiteOfNewHost);
        };
        let at_host = after.mentors.at_host;
        changes.push((Column::Unit, ArrangementChange::Host { host: after.host, source: after.source, site, at_host }));
        if after.mentors.teacher != arranged.mentors.teacher {
            changes.push((Column::Teacher, ArrangementChange::Mentors(after.mentors)));
        }
    } else {
        let site = after.site.filter(|site| Some(*site) != arranged.site);
        changes.extend(site.map(|site| (Column::Address, ArrangementChange::Site(site))));
        if after.mentors != arranged.mentors {
            changes.push((Column::Mentor, ArrangementChange::Mentors(after.mentors)));
        }
    }
    if after.period != arranged.period {
        changes.push((Column::LastDay, ArrangementChange::Period { first_day: None, last_day: after.period.last_day }));
    }
    let pay = after.pay.filter(|pay| Some(*pay) != arranged.pay);
    changes.extend(pay.map(|pay| (Column::Pay, ArrangementChange::Pay(pay))));
    for (column, change) in changes {
        let changed = Changed { change, reason: why, effective_on: from };
        let column = if column == Column::Unit { column } else { Column::ChangeDay };
        work.order(column, PlacementCommand::Change(changed)).await?;
    }
    Ok(())
}

/// The end before the last day, and that of the agreement.
async fn end(work: &mut PlacementRowPlan<'_, '_>, row: &PlacementRow) -> Result<(), Trouble> {
    let (Some(ended), Some(stay)) = (row.ended, work.stay()) else { return Ok(()) };
    let last_day = stay.period().last_day;
    match (stay.stage, stay.ended) {
        // That it waits is said with the arrival.
        (PlacementStage::Draft | PlacementStage::Returned | PlacementStage::Submitted, _)
            if row.arrived_on.is_some() =>
        {
            return Ok(());
        }
        (_, Some(known)) => {
            if known.on.yesterday().ok() != Some(ended.on) || known.initiator != ended.initiator {
                let on = known.on;
                return reason(Column::EndedDay, RowRefusal::EndedAlready { on });
            }
        }
        _ if ended.on == last_day => {
            work.warn(Column::EndedDay, RowRefusal::EndIsLastDay);
            return Ok(());
        }
        _ if ended.on > last_day => {
            return reason(Column::EndedDay, RowRefusal::EndsAfterLastDay { last_day });
        }
        _ => {
            let Ok(effective_on) = ended.on.tomorrow() else { return Ok(()) }; // The end of the calendar.
            let (initiator, reason) = (ended.initiator, ended.reason);
            let command = PlacementCommand::EndEarly { initiator, reason, note: None, effective_on };
            work.order(Column::EndedDay, command).await?;
        }
    }
    agreements::terminate(work, &ended).await
}

fn unclear(error: crate::app::failure::Failure) -> Trouble {
    match error {
        crate::app::failure::Failure::App(error) => Trouble::Failed(error),
        error => Trouble::Failed(AppError::Corrupt(error.to_string())), // Unreachable: the reader saw what is said together.
    }
}
