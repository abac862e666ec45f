//! What a row of a unit means: the unit is registered or found, what is new of it is recorded, and the school deals with it.
//!
//! Whether a school accepts a host is decided by a person, never by a file; what only an accepted host can have waits for
//! that with a warning.

use super::lookups::ImportContext;
use super::meaning::{Meaning, Trouble, reason};
use super::row_refusal::RowRefusal;
use super::season_lookups::unit_of;
use crate::app::AppError;
use crate::app::request::Order;
use crate::app::sealing::Sealing;
use crate::domain::employer::{
    CreditCodeCheck, Employer, EmployerCommand, EmployerProfile, RegisteredEmployer, StaffCount, Trading,
};
use crate::domain::host::codes::{HostStage, VisitHead};
use crate::domain::host::{Findings, Host, HostCommand, ProposedHost};
use crate::domain::ids::{CreditCode, EmployerId, HostId, SchoolCode, SealedRevision};
use crate::domain::terms::Term;
use crate::event_log::request::GuardUse;
use crate::intake::kind::Column;
use crate::intake::rows::EmployerRow;
use crate::people::Sealed;
use crate::text::names;

pub(super) async fn employer(
    context: &mut ImportContext<'_>,
    school: &SchoolCode,
    row: &EmployerRow,
) -> Result<Meaning, Trouble> {
    let mut meaning = Meaning::default();
    let decisive = context.employer_guard(school, &row.name, row.code.as_ref());
    let unit = match context.unit(school, &unit_of(row)).await? {
        Some(unit) => unit,
        None => EmployerId(context.coming.get(&decisive).copied().unwrap_or_else(|| context.app.new_id())),
    };
    let state = context.see::<Employer>(unit.0).await?;
    match state.trading() {
        Trading::Open | Trading::Unknown => (),
        Trading::Closed { since } => return reason(Column::Unit, RowRefusal::UnitClosed { since }),
        Trading::Merged { into } => {
            let into = context.unit_name(into);
            return reason(Column::Unit, RowRefusal::UnitMerged { into: into.to_owned() });
        }
    }
    match state.registered() {
        Some(registered) => find(context, &mut meaning, unit, registered, row)?,
        None => register(context, &mut meaning, unit, row).await?,
    }
    // By this name and code it is found from now on.
    for guard in context.guards_of(school, &unit_of(row)) {
        if context.employer(&guard).is_none() {
            meaning.guards.push(GuardUse { guard, version: 0, set: Some(unit.0.to_string()) });
        }
    }
    let effective_on = context.app.today();
    let mut orders = vec![];
    if row.profile != EmployerProfile::default() {
        orders.push(EmployerCommand::RecordProfile { profile: row.profile, effective_on });
    }
    if let Some((total_count, counted_on)) = row.staff {
        let known = state.registered().and_then(|registered| registered.staff_on(counted_on));
        // Who counted posts, too, said more.
        if known.is_none_or(|(staff, on)| (staff.total_count, *on) != (total_count, counted_on)) {
            let staff = StaffCount { total_count, posts: vec![] };
            orders.push(EmployerCommand::CountStaff { staff, effective_on: counted_on });
        }
    }
    meaning.orders.extend(orders.into_iter().map(|command| Order::Employer { id: unit.0, command }));
    host(context, &mut meaning, school, unit, row).await?;
    Ok(meaning)
}

pub(super) fn check(code: Option<&CreditCode>) -> CreditCodeCheck {
    match code {
        Some(code) if code.check_holds => CreditCodeCheck::Holds,
        Some(_) => CreditCodeCheck::Fails,
        None => CreditCodeCheck::NoCode,
    }
}

async fn register(
    context: &mut ImportContext<'_>,
    meaning: &mut Meaning,
    unit: EmployerId,
    row: &EmployerRow,
) -> Result<(), Trouble> {
    if context.alike.is_none() {
        let mut alike = super::alike::Alike::default();
        for (employer, name) in context.app.unit_names().await? {
            alike.add(employer.0, &name);
        }
        context.alike = Some(alike);
    }
    let code = row.code.as_ref().map(|code| code.text.clone());
    let sealed = Sealed::Employer { name: row.name.clone(), credit_code: code.clone() };
    meaning.rows.push(context.app.people().seal(unit.0, 1, &sealed)?);
    let (credit_code, effective_on) = (check(row.code.as_ref()), context.app.today());
    let command = EmployerCommand::Register { identity: SealedRevision(1), credit_code, effective_on };
    meaning.orders.push(Order::Employer { id: unit.0, command });
    if let Some(alike) = &mut context.alike {
        if let Some(other) = alike.find(unit.0, &row.name) {
            meaning.warn(Column::Unit, RowRefusal::UnitAlike { other: other.to_owned() });
        }
        alike.add(unit.0, &row.name);
    }
    context.words.employers.insert(unit.0, (row.name.clone(), code));
    Ok(())
}

/// A unit known by name only is given its code; another name for a known code is for a person to look at.
fn find(
    context: &mut ImportContext<'_>,
    meaning: &mut Meaning,
    unit: EmployerId,
    registered: &RegisteredEmployer,
    row: &EmployerRow,
) -> Result<(), AppError> {
    let name = context.unit_name(unit).to_owned();
    if names::key(&name) != names::key(&row.name) {
        meaning.warn(Column::Unit, RowRefusal::UnitNameDiffers { registered: name.clone() });
    }
    if let (Some(code), CreditCodeCheck::NoCode) = (&row.code, registered.credit_code) {
        let mut sealing = Sealing::after(context.app, unit.0, context.last_revision(unit.0));
        let sealed = Sealed::Employer { name, credit_code: Some(code.text.clone()) };
        let identity = sealing.seal(&sealed)?;
        let (credit_code, effective_on) = (check(Some(code)), context.app.today());
        let command = EmployerCommand::AddCode { identity, credit_code, effective_on };
        meaning.orders.push(Order::Employer { id: unit.0, command });
        meaning.rows.extend(sealing.rows);
        context.words.employers.remove(&unit.0);
    }
    Ok(())
}

/// What the school has to do with the unit.
async fn host(
    context: &mut ImportContext<'_>,
    meaning: &mut Meaning,
    school: &SchoolCode,
    unit: EmployerId,
    row: &EmployerRow,
) -> Result<(), Trouble> {
    let known = context.hosts.get(&(school.clone(), unit)).copied();
    let host = known.unwrap_or_else(|| HostId(context.app.new_id()));
    let state = match known {
        Some(host) => context.see::<Host>(host.0).await?,
        None => Host::default(),
    };
    let effective_on = context.app.today();
    let proposed = state.proposed();
    let mut commands = vec![];
    match proposed {
        Some(ProposedHost { stage: HostStage::Refused, .. }) => {
            return reason(Column::Unit, RowRefusal::HostRefused);
        }
        Some(_) => (),
        None => {
            meaning.is_new = true;
            let partner_since = row.partner_since;
            commands.push(HostCommand::Propose { employer: unit, partner_since, effective_on });
        }
    }
    if let Some((visited_on, finding)) = row.visit {
        let findings: Findings = VisitHead::ENTRIES.iter().map(|entry| (entry.value, finding)).collect();
        let reported = proposed.and_then(|proposed| proposed.visit.as_ref());
        if reported.is_none_or(|reported| (&reported.findings, reported.visited_on) != (&findings, visited_on)) {
            let (report, note) = (None, None);
            commands.push(HostCommand::ReportVisit { findings, report, note, effective_on: visited_on });
        }
    }
    if let Some((name, phone)) = &row.contact {
        let contact = proposed.and_then(|proposed| proposed.contacts);
        let contact = contact.and_then(|revision| context.revision(host.0, revision.0));
        let is_known = match contact {
            Some(Sealed::Contact { name: known, phone: number }) => {
                known == name && (phone.is_none() || number == phone)
            }
            Some(_) | None => false,
        };
        if !is_known {
            let mut sealing = Sealing::after(context.app, host.0, context.last_revision(host.0));
            let contacts = sealing.seal(&Sealed::Contact { name: name.clone(), phone: phone.clone() })?;
            commands.push(HostCommand::RecordContacts { contacts, effective_on });
            meaning.rows.extend(sealing.rows);
            context.sealed.entry(host.0).or_default().extend(sealing.sealed);
        }
    }
    if let Some((from, last_day)) = row.framework {
        match proposed.map(|proposed| proposed.stage) {
            Some(HostStage::Accepted | HostStage::Published | HostStage::Suspended) => {
                let frameworks = proposed.into_iter().flat_map(|proposed| &proposed.frameworks);
                let is_known = |known: &crate::domain::host::Framework| {
                    known.last_day == last_day && from.is_none_or(|from| from == known.first_day)
                };
                if !frameworks.into_iter().any(is_known) {
                    let effective_on = from.unwrap_or(effective_on);
                    commands.push(HostCommand::AgreeFramework { last_day, document: None, effective_on });
                }
            }
            Some(HostStage::Proposed | HostStage::Refused) | None => {
                meaning.warn(Column::FrameworkLastDay, RowRefusal::HostNotDecided);
            }
        }
    }
    let orders = commands.into_iter().map(|command| Order::Host { host, school: school.clone(), command });
    meaning.orders.extend(orders);
    Ok(())
}
