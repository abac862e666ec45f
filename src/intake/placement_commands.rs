//! What a row of a placement means: a stay is drafted and submitted, written again, changed from a day on, or ended.
//!
//! The same student and first day are the same placement. A file never approves: what an approved stay only can have waits
//! with a warning, and is recorded when the same file comes again. What a row says of an approved stay and is not so is a
//! change with a day of its own, or a rejection that says so.

use jiff::civil::Date;

use super::agreement_commands;
use super::commands::{Meaning, Trouble, on_roster, reason};
use super::desk::Desk;
use super::kind::Column;
use super::placement_work::Work;
use super::season_rows::PlacementRow;
use crate::app::AppError;
use crate::app::season::Sealing;
use crate::app::season::fields::{Base, Fields, Found};
use crate::app::season::whom::Pupil;
use crate::domain::agreement::Agreement;
use crate::domain::employer::{Employer, Trading};
use crate::domain::ids::{PlacementId, SchoolCode, StudentId};
use crate::domain::placement::arrangement::{Arrangement, Change, Changed};
use crate::domain::placement::codes::ChangeReason;
use crate::domain::placement::stay::{Stage, Stay};
use crate::domain::placement::{Known, NewPlacement, Placement, PlacementCommand};
use crate::domain::specialties::specialty_name;
use crate::domain::student::Student;
use crate::domain::terms::Term;
use crate::people::Sealed;

/// The version of the rules that a verdict in a file is by.
const RULES: u32 = 1;

const AGAIN: &str = "批准后请把同一文件再导入一次";

pub(super) async fn placement(
    desk: &mut Desk<'_>,
    school: &SchoolCode,
    row: &PlacementRow,
) -> Result<Meaning, Trouble> {
    let (student, state) = on_roster(desk, school, &row.person).await?;
    let Some(registered) = state.registered() else { return Ok(Meaning::default()) }; // On the roster: registered.
    let Some(unit) = desk.unit(school, &row.unit).await? else {
        let how = if row.unit.code.is_some() { "统一社会信用代码（和名称）" } else { "名称" };
        let text = format!("没有登记这个{how}的单位；请先导入「实习单位」文件，或核对单位");
        return reason(Column::Unit, text);
    };
    let teacher = match &row.fields.teacher {
        Some(wanted) => Some(desk.teacher(school, wanted).await?),
        None => None,
    };
    let pupil = pupil(desk, school, student, &state);
    if let Some(name) = registered.registration.specialty.as_ref().and_then(|code| specialty_name(code.as_str())) {
        desk.words.specialties.insert(student.0, name.to_owned());
    }
    let mut taken = vec![];
    let mut same: Option<(PlacementId, Placement)> = None;
    for id in desk.placements.get(&student).cloned().unwrap_or_default() {
        let state = desk.see::<Placement>(id.0).await?;
        match state.stay() {
            // One that came to nothing only counts where no other began on that day.
            Some(stay)
                if stay.arranged.period.first_day == row.first_day && (same.is_none() || stay.taken().is_some()) =>
            {
                same = Some((id, state.clone()));
            }
            stay => taken.extend(stay.and_then(Stay::taken)),
        }
    }
    let known = Known {
        standing: Some((registered.standing, registered.standing_since)),
        taken,
        host: desk.see::<Employer>(unit.0).await?.trading(),
    };
    let found = Found { host: Some(unit), teacher };
    let is_known = same.is_some();
    let (id, placement) = same.unwrap_or_else(|| (PlacementId(desk.app.new_id()), Placement::default()));
    let agreement = if is_known { desk.see::<Agreement>(id.0).await? } else { Agreement::default() };
    let sealing = Sealing::after(desk.app, id.0, desk.last_revision(id.0));
    let mut work = Work { desk, id, pupil, placement, agreement, known, sealing, meaning: Meaning::default() };
    arrange(&mut work, row, found).await?;
    Ok(work.finish())
}

fn pupil(desk: &Desk<'_>, school: &SchoolCode, student: StudentId, state: &Student) -> Pupil {
    let registered = state.registered();
    let identity = registered.and_then(|registered| desk.revision(student.0, registered.identity.0));
    let person = identity.and_then(Sealed::person).cloned().unwrap_or_default();
    let class = registered.map(|registered| registered.registration.class.as_str().to_owned()).unwrap_or_default();
    Pupil { student, school: school.clone(), class, person }
}

async fn arrange(work: &mut Work<'_, '_>, row: &PlacementRow, found: Found) -> Result<(), Trouble> {
    let stage = work.stay().map(|stay| stay.stage);
    match (stage, row.change) {
        (None, Some(_)) => {
            let text = format!("没有该生 {} 开始的实习安排，不能变更；请先导入原来的安排", row.first_day);
            return reason(Column::ChangeDay, text);
        }
        (None, None) => draft(work, row, found).await?,
        (Some(stage @ (Stage::Draft | Stage::Returned | Stage::Submitted)), Some(_)) => {
            let text = format!("该实习还是「{}」，到岗后才能登记变更；改原来的安排请不填变更日期", stage.shown().zh());
            return reason(Column::ChangeDay, text);
        }
        (Some(Stage::Draft | Stage::Returned), None) => revise(work, row, found).await?,
        (Some(Stage::Rejected | Stage::Cancelled | Stage::NoShow), _) => {
            let stay = work.stay().map(|stay| (stay.arranged, stay.stage));
            let Some((arranged, stage)) = stay else { return Ok(()) };
            if differing(work, row, found, arranged).await?.is_empty() || row.change.is_some() {
                let text = format!("该生这一天开始的实习安排「{}」，内容相同，不再登记", stage.shown().zh());
                return reason(Column::FirstDay, text);
            }
            again(work, row, found).await?;
        }
        (Some(stage @ (Stage::Submitted | Stage::Approved | Stage::Ready)), None) => {
            agrees(work, row, found, stage).await?;
        }
        (Some(stage @ (Stage::Arrived | Stage::Suspended | Stage::EndedEarly)), None) => {
            agrees(work, row, found, stage).await?;
        }
        (Some(Stage::Approved | Stage::Ready | Stage::Arrived | Stage::Suspended | Stage::EndedEarly), Some(_)) => (),
    }
    match row.change {
        None => {
            evaluate(work, row)?;
            agreement_commands::agreement(work, row)?;
            arrive(work, row)?;
        }
        Some((from, why)) => {
            arrive(work, row)?;
            change(work, row, found, (from, why)).await?;
            let days = work.stay().into_iter().flat_map(|stay| &stay.changes).map(|changed| changed.effective_on);
            let is_latest = days.max() == Some(from);
            if is_latest {
                evaluate(work, row)?;
            }
            agreement_commands::amendment(work, row, from, is_latest)?;
        }
    }
    end(work, row)
}

/// A stay that came to nothing and whose days another one takes.
async fn again(work: &mut Work<'_, '_>, row: &PlacementRow, found: Found) -> Result<(), Trouble> {
    work.id = PlacementId(work.desk.app.new_id());
    (work.placement, work.agreement) = (Placement::default(), Agreement::default());
    work.sealing = Sealing::after(work.desk.app, work.id.0, 0);
    draft(work, row, found).await
}

async fn draft(work: &mut Work<'_, '_>, row: &PlacementRow, found: Found) -> Result<(), Trouble> {
    takes_students(work)?;
    let base = Base { arranged: None, site: None, mentor: None };
    let arrangement = row.fields.arrange(&base, found, &mut work.sealing).map_err(unclear)?;
    let (student, follows, by, known) = (work.pupil.student, None, None, Known::default());
    let new = NewPlacement { student, arrangement, follows, by, known };
    work.order(Column::FirstDay, PlacementCommand::Draft(new))?;
    work.meaning.is_new = true;
    submit(work)
}

/// A unit that was merged or closed is named, with what to write instead.
fn takes_students(work: &Work<'_, '_>) -> Result<(), Trouble> {
    if let Trading::Merged { into } = work.known.host {
        let into = work.desk.unit_name(into);
        return reason(Column::Unit, format!("该单位已并入「{into}」；请改填合并后的单位"));
    }
    Ok(())
}

async fn revise(work: &mut Work<'_, '_>, row: &PlacementRow, found: Found) -> Result<(), Trouble> {
    let Some((arranged, stage)) = work.stay().map(|stay| (stay.arranged, stay.stage)) else { return Ok(()) };
    let differs = !differing(work, row, found, arranged).await?.is_empty();
    if differs {
        takes_students(work)?;
        let fields = without_known(work, row, arranged);
        let (site, mentor) = sealed_of(work, arranged);
        let base = Base { arranged: Some(arranged), site: site.as_ref(), mentor: mentor.as_ref() };
        let arrangement = fields.arrange(&base, found, &mut work.sealing).map_err(unclear)?;
        work.order(Column::FirstDay, PlacementCommand::Revise { arrangement, by: None, known: Known::default() })?;
    }
    // Who sent it back wants something to be changed.
    if differs || stage == Stage::Draft { submit(work) } else { Ok(()) }
}

fn submit(work: &mut Work<'_, '_>) -> Result<(), Trouble> {
    let missing = work.stay().map(|stay| stay.arranged.missing()).unwrap_or_default();
    if missing.is_empty() {
        let (known, effective_on) = (Known::default(), work.today());
        return work.order(Column::FirstDay, PlacementCommand::Submit { known, effective_on });
    }
    let missing: Vec<&str> = missing.iter().map(|field| field.zh()).collect();
    let text = format!("尚缺：{}；已存为草稿，没有提交，补齐后请再导入", missing.join("、"));
    work.warn(Column::FirstDay, text);
    Ok(())
}

/// Whether a row says of a stay what is so, at its beginning or now.
async fn agrees(work: &mut Work<'_, '_>, row: &PlacementRow, found: Found, stage: Stage) -> Result<(), Trouble> {
    let Some(stay) = work.stay().cloned() else { return Ok(()) };
    let now = Arrangement { period: stay.period(), ..stay.on(stay.period().last_day) };
    let differing_then = differing(work, row, found, stay.arranged).await?;
    if differing_then.is_empty() || differing(work, row, found, now).await?.is_empty() {
        return Ok(());
    }
    let titles: Vec<&str> = differing_then.iter().map(|column| column.title()).collect();
    let (titles, now) = (titles.join("、"), stage.shown().zh());
    let column = differing_then.first().copied().unwrap_or(Column::FirstDay);
    if stage == Stage::Submitted {
        let text = format!("与「{now}」的安排不同：{titles}；请先退回（gradtrail placement return），再导入");
        return reason(column, text);
    }
    reason(column, format!("与「{now}」的安排不同：{titles}；如是变更，请填变更日期和变更原因"))
}

/// The columns in which a row says something else than what is arranged; an empty cell says nothing.
async fn differing(
    work: &Work<'_, '_>,
    row: &PlacementRow,
    found: Found,
    arranged: Arrangement,
) -> Result<Vec<Column>, Trouble> {
    let host = match found.host {
        Some(host) => host != arranged.host && work.desk.now(host).await? != work.desk.now(arranged.host).await?,
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
        (Column::Pay, fields.pay_yuan.is_some() && fields.pay_yuan != pay.map(|pay| pay.yuan)),
        (Column::PayUnit, fields.pay_unit.is_some() && fields.pay_unit != pay.map(|pay| pay.per)),
        (Column::Match, fields.on_specialty.is_some() && fields.on_specialty != arranged.on_specialty),
        (Column::ApplicationDay, fields.applied_on.is_some() && fields.applied_on != arranged.applied_on),
    ];
    Ok(differs.into_iter().filter(|(_, differs)| *differs).map(|(column, _)| column).collect())
}

/// What is sealed of an arrangement: the site and the mentor at the host.
fn sealed_of(work: &Work<'_, '_>, arranged: Arrangement) -> (Option<Sealed>, Option<Sealed>) {
    let site = arranged.site.and_then(|site| work.row(site.described.0)).cloned();
    (site, arranged.mentors.at_host.and_then(|mentor| work.row(mentor.0)).cloned())
}

/// The fields without a mentor who is known under a number that the row leaves empty.
fn without_known(work: &Work<'_, '_>, row: &PlacementRow, arranged: Arrangement) -> Fields {
    let mut fields = row.fields.clone();
    if let (None, (_, Some(Sealed::Contact { name, .. }))) = (&fields.mentor_phone, sealed_of(work, arranged))
        && fields.mentor.as_ref() == Some(&name)
    {
        fields.mentor = None;
    }
    fields
}

/// A verdict is on what is arranged now; after a change it is another row's to say.
fn evaluate(work: &mut Work<'_, '_>, row: &PlacementRow) -> Result<(), Trouble> {
    let (Some(verdict), Some(stay)) = (row.verdict, work.stay()) else { return Ok(()) };
    let is_of_row = row.change.is_some() || stay.changes.is_empty();
    let can_be = match stay.stage {
        Stage::Submitted | Stage::Approved | Stage::Ready | Stage::Arrived | Stage::Suspended => true,
        Stage::Draft | Stage::Returned | Stage::Rejected | Stage::EndedEarly | Stage::NoShow | Stage::Cancelled => {
            false
        }
    };
    if !is_of_row || !can_be || stay.verdict == Some(verdict) {
        return Ok(());
    }
    let (rules, by, effective_on) = (RULES, None, work.today());
    work.order(Column::Verdict, PlacementCommand::Evaluate { verdict, rules, by, effective_on })
}

/// Arrival, for which the packet has to be complete, waits for the approval.
fn arrive(work: &mut Work<'_, '_>, row: &PlacementRow) -> Result<(), Trouble> {
    let (Some(on), Some(stay)) = (row.arrived_on, work.stay()) else { return Ok(()) };
    match (stay.stage, stay.arrived_on) {
        (Stage::Draft | Stage::Returned | Stage::Submitted, _) => {
            let ended = if row.ended.is_some() { "和提前终止" } else { "" };
            work.warn(Column::ArrivalDay, format!("尚未批准，还没有登记到岗{ended}；{AGAIN}"));
            Ok(())
        }
        (_, Some(known)) if known == on => Ok(()),
        (_, Some(known)) => {
            reason(Column::ArrivalDay, format!("已登记 {known} 到岗；有误请先撤销（gradtrail placement undo），再导入"))
        }
        (stage, None) => {
            if stage == Stage::Approved {
                let (known, effective_on) = (Known::default(), work.today());
                let ready = PlacementCommand::ConfirmReadiness { missing: vec![], known, effective_on };
                work.order(Column::ArrivalDay, ready)?;
            }
            let today = work.today();
            work.order(Column::ArrivalDay, PlacementCommand::ConfirmArrival { effective_on: on, today })
        }
    }
}

/// What is different from a day on.
async fn change(
    work: &mut Work<'_, '_>,
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
        return reason(*column, format!("「{}」批准后不能变更；请填与原来相同的内容或不填", column.title()));
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
    let mut changes: Vec<(Column, Change)> = vec![];
    if is_other_host {
        let Some(site) = after.site else {
            let text = "变更单位还要填新单位的实习地址、岗位、实习场所类型和实习去向";
            return reason(Column::Address, text);
        };
        let at_host = after.mentors.at_host;
        changes.push((Column::Unit, Change::Host { host: after.host, source: after.source, site, at_host }));
        if after.mentors.teacher != arranged.mentors.teacher {
            changes.push((Column::Teacher, Change::Mentors(after.mentors)));
        }
    } else {
        let site = after.site.filter(|site| Some(*site) != arranged.site);
        changes.extend(site.map(|site| (Column::Address, Change::Site(site))));
        if after.mentors != arranged.mentors {
            changes.push((Column::Mentor, Change::Mentors(after.mentors)));
        }
    }
    if after.period != arranged.period {
        changes.push((Column::LastDay, Change::Period { last_day: after.period.last_day }));
    }
    let pay = after.pay.filter(|pay| Some(*pay) != arranged.pay);
    changes.extend(pay.map(|pay| (Column::Pay, Change::Pay(pay))));
    for (column, change) in changes {
        let changed = Changed { change, reason: why, effective_on: from };
        let column = if column == Column::Unit { column } else { Column::ChangeDay };
        work.order(column, PlacementCommand::Change { changed, known: Known::default() })?;
    }
    Ok(())
}

/// The end before the last day, and that of the agreement.
fn end(work: &mut Work<'_, '_>, row: &PlacementRow) -> Result<(), Trouble> {
    let (Some(ended), Some(stay)) = (row.ended, work.stay()) else { return Ok(()) };
    let last_day = stay.period().last_day;
    match (stay.stage, stay.ended) {
        // That it waits is said with the arrival.
        (Stage::Draft | Stage::Returned | Stage::Submitted, _) if row.arrived_on.is_some() => return Ok(()),
        (_, Some(known)) => {
            if known.on.yesterday().ok() != Some(ended.on) || known.initiator != ended.initiator {
                let on = known.on;
                let text =
                    format!("已登记自 {on} 起提前终止，与本行不同；有误请先撤销（gradtrail placement undo），再导入");
                return reason(Column::EndedDay, text);
            }
        }
        _ if ended.on == last_day => {
            work.warn(Column::EndedDay, "实际结束日期就是实习的结束日期，不是提前终止，没有登记");
            return Ok(());
        }
        _ if ended.on > last_day => {
            let text = format!("实际结束日期晚于实习的结束日期 {last_day}；延长请填变更日期和新的结束日期");
            return reason(Column::EndedDay, text);
        }
        _ => {
            let Ok(effective_on) = ended.on.tomorrow() else { return Ok(()) }; // The end of the calendar.
            let (initiator, reason) = (ended.initiator, ended.reason);
            let command = PlacementCommand::EndEarly { initiator, reason, note: None, effective_on };
            work.order(Column::EndedDay, command)?;
        }
    }
    agreement_commands::terminate(work, &ended)
}

fn unclear(error: crate::app::season::SeasonError) -> Trouble {
    match error {
        crate::app::season::SeasonError::App(error) => Trouble::Failed(error),
        error => Trouble::Failed(AppError::Corrupt(error.to_string())), // Unreachable: the reader saw what is said together.
    }
}
