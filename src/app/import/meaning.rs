//! What a row means, given what is recorded: orders, nothing to do, or a reason why not.
//!
//! Rows of one person may come in any order of files. What statements of graduates mean is in `statements`.

use jiff::civil::Date;

use super::lookups::{ImportContext, new_student_guards};
use super::row_refusal::RowRefusal;
use crate::app::AppError;
use crate::app::people::school_guard;
use crate::app::request::Order;
use crate::domain::ids::{SchoolCode, SealedRevision, StudentId};
use crate::domain::import::Confirmed;
use crate::domain::placement::Placement;
use crate::domain::placement::stay::{PlacementStage, Stay};
use crate::domain::school::{SchoolCommand, SchoolEntry};
use crate::domain::student::{RegisteredStudent, Student, StudentCommand, StudentRegistration};
use crate::domain::terms::{Route, Standing};
use crate::event_log::request::GuardUse;
use crate::event_log::table::TableRows;
use crate::intake::cells::mask_document;
use crate::intake::kind::Column;
use crate::intake::rows::{PersonRef, RosterRow, SchoolRow};
use crate::people::{Person, Sealed};
use crate::refusal::Why;
use crate::text::names;

/// What is to be recorded for one row.
#[derive(Debug, Default)]
pub(super) struct Meaning {
    pub orders: Vec<Order>,
    pub guards: Vec<GuardUse>,
    pub rows: Vec<TableRows>,
    /// Nothing was recorded of it before.
    pub is_new: bool,
    /// What a person should look at, though it is recorded: by the place of its row in the group.
    pub warnings: Vec<(usize, Reason)>,
    /// What becomes of each row of the group, where that is known before anything is recorded.
    pub fates: Vec<Fate>,
    /// What is so already.
    pub confirmed: Option<Confirmed>,
}

/// What becomes of a row.
#[derive(Debug)]
pub(super) enum Fate {
    Recorded,
    SaidAlready,
    /// So already, and recorded beside what is new of the same day.
    SaidBeside,
    Held,
    Refused(Reason),
}

impl Meaning {
    /// Of a group of which every row is refused.
    pub(super) fn of_refused(reasons: Vec<Option<Reason>>) -> Self {
        Self { fates: reasons.into_iter().flatten().map(Fate::Refused).collect(), ..Self::default() }
    }

    pub(super) fn warn(&mut self, column: Column, why: impl Into<Why>) {
        self.warnings.push((0, Reason { column, why: why.into() }));
    }
}

/// A row that cannot be recorded: the column to look at, and why.
#[derive(Debug)]
pub(super) struct Reason {
    pub column: Column,
    pub why: Why,
}

/// A row's reason, or a failure of the system.
pub(super) enum Trouble {
    Reason(Reason),
    Failed(AppError),
}

impl<E: Into<AppError>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

pub(super) fn reason<T>(column: Column, why: impl Into<Why>) -> Result<T, Trouble> {
    Err(Trouble::Reason(Reason { column, why: why.into() }))
}

pub(super) async fn school(context: &mut ImportContext<'_>, row: &SchoolRow) -> Result<Meaning, Trouble> {
    let entry = SchoolEntry { code: row.code.clone(), name: row.name.clone(), category: row.category };
    let known = context.app.school_stream(&row.code).await?;
    let id = known.unwrap_or_else(|| context.app.new_id());
    context.know_school(&row.code, &row.name);
    let command = SchoolCommand::Enter { entry, effective_on: context.app.today() };
    let order = Order::School { id, code: row.code.clone(), command };
    let guard = GuardUse { guard: school_guard(&row.code), version: 0, set: Some(id.to_string()) };
    let guards = if known.is_none() { vec![guard] } else { vec![] };
    Ok(Meaning { orders: vec![order], guards, is_new: known.is_none(), ..Meaning::default() })
}

pub(super) async fn roster(
    context: &mut ImportContext<'_>,
    school: &SchoolCode,
    row: &RosterRow,
) -> Result<Meaning, Trouble> {
    let index = context.index(&row.person);
    let (known, former) = (context.student(school, &index), former(context, school, row)?);
    let corrects_number = known.is_none() && former.is_some();
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
    match state.registered() {
        Some(registered) => {
            let mut meaning = correct_student(context, school, student, &state, registered, row)?;
            let is_away = matches!(row.standing, Standing::OnLeave | Standing::Deceased);
            if let Some(since) = row.standing_on.filter(|_| is_away && registered.standing != row.standing)
                && let Some(last_day) = still_at_work(context, student, since).await?
            {
                meaning.warn(Column::Standing, RowRefusal::StillAtWork { last_day });
            }
            if corrects_number {
                meaning.guards.extend(new_student_guards(context, school, &row.person, student));
                context.know_student(school, &index, student);
            }
            Ok(meaning)
        }
        None if context.is_erased(school, &row.person) => reason(Column::Document, RowRefusal::PersonErased),
        None => register_student(context, school, &index, student, known.is_none(), row),
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
    let sealed = context.app.unsealed(&[student.0]).await?.into_values();
    let numbers = sealed.filter_map(|sealed| sealed.person()?.document_number.clone());
    let registered = numbers.last().map(|number| mask_document(&number)).unwrap_or_default();
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

fn register_student(
    context: &mut ImportContext<'_>,
    school: &SchoolCode,
    index: &str,
    student: StudentId,
    is_unknown: bool,
    row: &RosterRow,
) -> Result<Meaning, Trouble> {
    let mut meaning = Meaning { is_new: true, ..Meaning::default() };
    let identity = seal(context, &mut meaning, student, person(row, None))?;
    let registration = StudentRegistration {
        school: school.clone(),
        class: row.class.clone(),
        specialty: row.specialty.clone(),
        gender: row.gender,
        route: row.route.unwrap_or(Route::Regular),
    };
    let effective_on = row.standing_on.unwrap_or_else(|| context.app.today());
    let register = StudentCommand::Register { registration, identity, effective_on };
    meaning.orders.push(Order::Student { student, command: register });
    if row.standing != Standing::Enrolled {
        let command = StudentCommand::RecordStanding { standing: row.standing, effective_on };
        meaning.orders.push(Order::Student { student, command });
    }
    if is_unknown {
        meaning.guards.extend(new_student_guards(context, school, &row.person, student));
        context.know_student(school, index, student);
        if let Some(number) = &row.person.student_number {
            context.know_number(school, number, student, &row.person.name);
        }
    }
    Ok(meaning)
}

fn correct_student(
    context: &mut ImportContext<'_>,
    school: &SchoolCode,
    student: StudentId,
    state: &Student,
    registered: &RegisteredStudent,
    row: &RosterRow,
) -> Result<Meaning, Trouble> {
    let mut meaning = Meaning::default();
    let today = context.app.today();
    let before = &registered.registration;
    let registration = StudentRegistration {
        school: school.clone(),
        class: row.class.clone(),
        specialty: row.specialty.clone().or_else(|| before.specialty.clone()),
        gender: row.gender,
        route: row.route.unwrap_or(before.route),
    };
    let mut order = |command| meaning.orders.push(Order::Student { student, command });
    // Class and specialty are another from the row's day on; what else differs was wrong from the start.
    let since = row.standing_on.unwrap_or(today);
    if registration.class != before.class {
        order(StudentCommand::ChangeClass { class: registration.class.clone(), effective_on: since });
    }
    if let Some(specialty) = registration.specialty.clone().filter(|_| registration.specialty != before.specialty) {
        order(StudentCommand::ChangeSpecialty { specialty, effective_on: since });
    }
    if (registration.gender, registration.route) != (before.gender, before.route) {
        order(StudentCommand::CorrectRegistration { registration, effective_on: today });
    }
    let known = context.revision(student.0, registered.identity.0).cloned();
    let sealed = person(row, known.as_ref());
    if known.as_ref() != Some(&sealed) {
        let identity = seal(context, &mut meaning, student, sealed)?;
        let command = StudentCommand::CorrectIdentity { identity, effective_on: today };
        meaning.orders.push(Order::Student { student, command });
    }
    if let Some(command) = standing_command(state, registered, row)? {
        meaning.orders.push(Order::Student { student, command });
    }
    Ok(meaning)
}

/// What is to be recorded of the standing that a row says. Who has left school has: only death is new, and everything else
/// is a correction that the row has to call one.
fn standing_command(
    state: &Student,
    registered: &RegisteredStudent,
    row: &RosterRow,
) -> Result<Option<StudentCommand>, Trouble> {
    let (known, standing) = (registered.standing, row.standing);
    let Some(effective_on) = row.standing_on else {
        // Only of who is enrolled no day is asked.
        return match known {
            Standing::Enrolled => Ok(None),
            known if known.is_terminal() => left_already(registered),
            _ => reason(Column::StandingDay, RowRefusal::ReturnWithoutDay),
        };
    };
    // Who is said to have died and did not is corrected to the standing before.
    let is_correction = row.corrects && standing != known;
    if state.took(standing, effective_on) && !is_correction {
        return Ok(None);
    }
    let since = registered.standing_since.filter(|_| known.is_terminal());
    let is_older = since.is_some_and(|since| effective_on < since) && !standing.is_terminal();
    let is_death = standing == Standing::Deceased && known != Standing::Deceased;
    Ok(Some(match since {
        Some(_) if row.corrects => StudentCommand::CorrectStanding { standing, effective_on },
        Some(_) if !is_older && !is_death => return left_already(registered),
        Some(_) | None => StudentCommand::RecordStanding { standing, effective_on },
    }))
}

fn left_already<T>(registered: &RegisteredStudent) -> Result<T, Trouble> {
    let RegisteredStudent { standing, standing_since, .. } = registered;
    reason(Column::Standing, RowRefusal::LeftAlready { standing: *standing, since: *standing_since })
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

fn seal(
    context: &mut ImportContext<'_>,
    meaning: &mut Meaning,
    student: StudentId,
    sealed: Sealed,
) -> Result<SealedRevision, AppError> {
    let revision = context.seal_next(student.0, sealed.clone());
    meaning.rows.push(context.app.people().seal(student.0, revision, &sealed)?);
    Ok(SealedRevision(revision))
}

/// The registered student that a row is about: on the roster, with the roster's name.
pub(super) async fn on_roster(
    context: &mut ImportContext<'_>,
    school: &SchoolCode,
    row: &PersonRef,
) -> Result<(StudentId, Student), Trouble> {
    let Some(student) = context.student(school, &context.index(row)) else {
        if context.is_erased(school, row) {
            return reason(Column::Document, RowRefusal::PersonErased);
        }
        return reason(Column::Document, RowRefusal::NotOnRoster);
    };
    let state = context.see::<Student>(student.0).await?;
    let Some(registered) = state.registered() else { return reason(Column::Document, RowRefusal::NotOnRoster) };
    if !context.caller.scope.covers(school, &registered.registration.class) {
        return reason(Column::Document, RowRefusal::NotOnRoster);
    }
    if let Some(Sealed::Person(Person { name, .. })) = context.revision(student.0, registered.identity.0)
        && *name != row.name
    {
        let (on_roster, at) = (crate::people::masked_name(name), names::only_difference(name, &row.name));
        return reason(Column::Name, RowRefusal::NameDiffers { on_roster, at });
    }
    Ok((student, state))
}
