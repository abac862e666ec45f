//! What a roster's row means: who the student is, and what is so from the row's day on.

use jiff::civil::Date;

use super::batch::Batch;
use super::fates::reason_of;
use super::lookups::{ImportContext, new_student_guards};
use super::meaning::{Fate, Meaning, Reason, Trouble, reason};
use super::row_refusal::RowRefusal;
use super::statements::{confirmed_at, said_by};
use crate::app::AppError;
use crate::app::request::Order;
use crate::domain::ids::{SchoolCode, SealedRevision, StudentId};
use crate::domain::import::ConfirmedRows;
use crate::domain::placement::Placement;
use crate::domain::placement::stay::{PlacementStage, Stay};
use crate::domain::statements::{Effect, Said};
use crate::domain::student::row::StudentRow;
use crate::domain::student::standing::Standings;
use crate::domain::student::{Student, StudentCommand, StudentRefusal, say};
use crate::domain::terms::Standing;
use crate::intake::cells::mask_document;
use crate::intake::kind::Column;
use crate::intake::rows::RosterRow;
use crate::people::{Person, Sealed};
use crate::projections::identities::NOW;

pub(super) async fn roster(
    context: &mut ImportContext<'_>,
    school: &SchoolCode,
    batch: &Batch,
    row: &RosterRow,
) -> Result<Meaning, Trouble> {
    let index = context.index(&row.person);
    let (known, former) = (context.student(school, &index), former(context, school, row)?);
    let is_under_number = known.is_some();
    let known = known.or(former);
    if known.is_none()
        && let Some(taken) = taken_number(context, school, row).await?
    {
        return Err(Trouble::Reason(taken));
    }
    let student = known.unwrap_or_else(|| StudentId(context.app.new_id()));
    let state = match known {
        Some(student) => context.see::<Student>(student.0).await?,
        None => Student::default(),
    };
    if state.registered().is_none() && context.is_erased(school, &row.person) {
        return reason(Column::Document, RowRefusal::PersonErased);
    }
    let mut meaning = said_of(context, school, batch, (student, &state), row)?;
    if let (Some(registered), Some(since)) = (state.registered(), row.standing_on) {
        let is_away = matches!(row.standing, Standing::OnLeave | Standing::Deceased);
        if is_away
            && registered.standing != row.standing
            && let Some(last_day) = still_at_work(context, student, since).await?
        {
            meaning.warn(Column::Standing, RowRefusal::StillAtWork { last_day });
        }
    }
    if !is_under_number {
        meaning.guards.extend(new_student_guards(context, school, &row.person, student));
        context.know_student(school, &index, student);
    }
    if known.is_none()
        && let Some(number) = &row.person.student_number
    {
        context.know_number(school, number, student, &row.person.name);
    }
    Ok(meaning)
}

/// What is to be recorded of a row, or confirmed by it.
fn said_of(
    context: &mut ImportContext<'_>,
    school: &SchoolCode,
    batch: &Batch,
    (student, state): (StudentId, &Student),
    row: &RosterRow,
) -> Result<Meaning, Trouble> {
    let reading = state.reading();
    let mut meaning = Meaning { is_new: reading.registered.is_none(), ..Meaning::default() };
    let known = reading.registered.as_ref().map(|registered| registered.identity);
    let known_person = known.and_then(|identity| context.revision(student.0, identity.0)).cloned();
    let person = person(row, known_person.as_ref());
    // What was sealed before, for a row that is held or was undone, is not sealed again.
    let sealed = match known.filter(|_| known_person.as_ref() == Some(&person)) {
        Some(known) => Some(known.0),
        None => context.revision_of(student.0, &person),
    };
    let identity = SealedRevision(sealed.unwrap_or(context.last_revision(student.0) + 1));
    let said = StudentRow {
        school: school.clone(),
        class: row.class.clone(),
        specialty: row.specialty.clone(),
        gender: row.gender,
        route: row.route,
        standing: row.standing,
        since: row.standing_on,
        corrects: row.corrects,
        identity,
    };
    let facts = context.app.student_facts(context.caller);
    let effect = say::weigh(state, &said, batch.spoken.said_on, &facts);
    let effect = effect.map_err(|refusal| Trouble::Reason(reason_of(column(&refusal), refusal)))?;
    let fate = match effect {
        Effect::Changes | Effect::Accompanies => Fate::Recorded,
        Effect::Confirms | Effect::HeldAlready => Fate::SaidAlready,
        Effect::Held => Fate::Held,
    };
    if let (Effect::Held | Effect::HeldAlready, (standing, Some(since))) = (effect, reading.standings.last()) {
        meaning.warn(Column::Standing, RowRefusal::HeldByLeaving { standing, since });
    }
    match fate {
        Fate::Recorded | Fate::Held => {
            if sealed.is_none() {
                context.seal_next(student.0, person.clone());
                meaning.rows.push(context.app.people().seal(student.0, identity.0, &person)?);
            }
            let said = said_by(batch, vec![said]);
            if let Some((from, to)) = moved(state, &said) {
                meaning.warn(Column::StandingDay, RowRefusal::MovesCohort { from, to });
            }
            let is_first = state.timeline().version() == 0;
            let command = if is_first { StudentCommand::Register { said } } else { StudentCommand::Say { said } };
            meaning.orders.push(Order::Student { student, command });
        }
        Fate::SaidAlready | Fate::SaidBeside | Fate::Refused(_) => {
            let version = state.timeline().version();
            meaning.confirmed = confirmed_at(student, version, &meaning.orders, vec![said], ConfirmedRows::Roster);
        }
    }
    meaning.fates.push(fate);
    Ok(meaning)
}

/// Among which year's graduates a graduate was and is, where what is said makes that another.
fn moved(state: &Student, said: &Said<StudentRow>) -> Option<(Option<i16>, Option<i16>)> {
    let year = |standings: &Standings| standings.graduated_on().map(Date::year);
    let before = year(&state.reading().standings);
    let mut after = state.reading().clone();
    after.take(said, state.timeline().version() + 1);
    let after = year(&after.standings);
    // Who graduates is moved nowhere.
    (before.is_some() && before != after).then_some((before, after))
}

fn column(refusal: &StudentRefusal) -> Column {
    match refusal {
        StudentRefusal::StandingWithoutDay { .. }
        | StudentRefusal::BeforeStanding { .. }
        | StudentRefusal::StandingAhead { .. } => Column::StandingDay,
        StudentRefusal::AlreadyLeft { .. } | StudentRefusal::StillPlaced { .. } => Column::Standing,
        StudentRefusal::OtherSchool { .. } => Column::SchoolCode,
        StudentRefusal::NotRegistered
        | StudentRefusal::AlreadyRegistered
        | StudentRefusal::NothingToUndo
        | StudentRefusal::RecordsStand
        | StudentRefusal::Erased => Column::Document,
    }
}

/// The student whose number a row corrects.
fn former(context: &ImportContext<'_>, school: &SchoolCode, row: &RosterRow) -> Result<Option<StudentId>, Trouble> {
    let Some(document) = &row.former_document else { return Ok(None) };
    let known = context.student(school, &context.index(&row.person));
    match (context.student(school, &context.index_of(document)), known) {
        (None, None) => reason(Column::FormerDocument, RowRefusal::FormerUnknown),
        (Some(former), Some(known)) if former != known => reason(Column::Document, RowRefusal::NumberTaken),
        (former, _) => Ok(former),
    }
}

/// Why nobody is registered of a row: the student number and the name are those of somebody under another number.
async fn taken_number(
    context: &mut ImportContext<'_>,
    school: &SchoolCode,
    row: &RosterRow,
) -> Result<Option<Reason>, AppError> {
    let Some(number) = &row.person.student_number else { return Ok(None) };
    let known = context.of_number(school, number).await?;
    let Some((student, _)) = known.iter().find(|(_, name)| *name == row.person.name) else { return Ok(None) };
    let person = context.app.persons_at(&[student.0], NOW).await?.remove(&student.0);
    let number = person.and_then(|person| person.document_number);
    let registered = number.map(|number| mask_document(&number)).unwrap_or_default();
    Ok(Some(Reason { column: Column::Document, why: RowRefusal::OtherNumber { registered }.into() }))
}

/// The last day of a stay that goes on behind a day.
async fn still_at_work(context: &ImportContext<'_>, student: StudentId, since: Date) -> Result<Option<Date>, AppError> {
    for placement in context.app.placements_of(&[student]).await?.into_values().flatten() {
        let (placement, _) = context.app.load::<Placement>(placement.0).await?;
        let is_under_way = |stay: &&Stay| matches!(stay.stage, PlacementStage::Arrived | PlacementStage::Suspended);
        let last_day = placement.stay().filter(is_under_way).map(|stay| stay.period().last_day);
        if let Some(last_day) = last_day.filter(|last_day| since < *last_day) {
            return Ok(Some(last_day));
        }
    }
    Ok(None)
}

/// What a roster row says of the person, over what was known.
fn person(row: &RosterRow, known: Option<&Sealed>) -> Sealed {
    let known = known.and_then(Sealed::person).cloned().unwrap_or_default();
    Sealed::Person(Person {
        name: row.person.name.clone(),
        document_number: row.person.document.as_ref().map(|document| document.as_str().to_owned()),
        student_number: row.person.student_number.clone().or(known.student_number),
        phone: row.phone.clone().or(known.phone),
        specialty_name: row.specialty_name.clone().or(known.specialty_name),
        guardian: row.guardian.clone().or(known.guardian),
        guardian_phone: row.guardian_phone.clone().or(known.guardian_phone),
        home_address: row.home_address.clone().or(known.home_address),
    })
}
