//! What the rows of one graduate say together: words to be recorded, words that are so already, rows that are refused.
//!
//! Nothing is computed here of what stands: the domain weighs the rows. What is found here is whom and what they name.

use super::batch::Batch;
use super::fates::{Fates, reason_of};
use super::lines::Group;
use super::lookups::ImportContext;
use super::meaning::{Fate, Meaning, Reason, Trouble, on_roster};
use super::row_refusal::RowRefusal;
use crate::app::AppError;
use crate::app::request::Order;
use crate::domain::employer::Employer;
use crate::domain::further_study::reading::Reading as Studies;
use crate::domain::further_study::row::{EnrolmentRow, Institution, SittingRow, StudyRow};
use crate::domain::further_study::statement::Sitting;
use crate::domain::further_study::{self, FurtherStudy, FurtherStudyCommand};
use crate::domain::ids::{BatchId, EmployerId, SchoolCode, SealedRevision, StudentId};
use crate::domain::import::{Confirmed, ConfirmedRows};
use crate::domain::outcome::row::DestinationRow;
use crate::domain::outcome::{self, Outcome, OutcomeCommand};
use crate::domain::statements::refusal::StatementRefusal;
use crate::domain::statements::{Operation, Said, Source, Spoken};
use crate::domain::student::Student;
use crate::intake::kind::Column;
use crate::intake::rows::{Content, ExamRow, FurtherStudyRow, OutcomeRow, PersonRef, RowAct, RowOperation};
use crate::people::Sealed;
use crate::refusal::Why;
use crate::text::names;
use jiff::civil::Date;

/// The rows of a group that are of one kind.
type Rows<'r, R> = Vec<&'r R>;

/// What a group says, by its kind.
pub(super) async fn statements(
    context: &mut ImportContext<'_>,
    school: &SchoolCode,
    batch: &Batch,
    group: &Group<'_>,
) -> Result<Meaning, Trouble> {
    let numbers: Vec<u32> = group.lines.iter().map(|line| line.row.number).collect();
    let contents = || group.lines.iter().map(|line| &line.row.content);
    let outcomes: Rows<'_, OutcomeRow> = contents()
        .filter_map(|content| if let Content::Outcome(row) = content { Some(&**row) } else { None })
        .collect();
    if !outcomes.is_empty() {
        return destinations(context, school, batch, &numbers, &outcomes).await;
    }
    let enrolments: Rows<'_, FurtherStudyRow> = contents()
        .filter_map(|content| if let Content::FurtherStudy(row) = content { Some(&**row) } else { None })
        .collect();
    if !enrolments.is_empty() {
        return studies(context, school, batch, &numbers, &enrolments).await;
    }
    let exams: Rows<'_, ExamRow> =
        contents().filter_map(|content| if let Content::Exam(row) = content { Some(&**row) } else { None }).collect();
    sittings(context, school, batch, &numbers, &exams).await
}

/// The graduate whom these rows name, and why some name nobody.
async fn graduate(
    context: &mut ImportContext<'_>,
    school: &SchoolCode,
    persons: impl Iterator<Item = &PersonRef>,
) -> Result<(Option<(StudentId, Student)>, Vec<Option<Reason>>), Trouble> {
    let (mut found, mut refused) = (None, vec![]);
    for person in persons {
        match on_roster(context, school, person).await {
            Ok(of) => {
                found = Some(of);
                refused.push(None);
            }
            Err(Trouble::Reason(reason)) => refused.push(Some(reason)),
            Err(failed) => return Err(failed),
        }
    }
    Ok((found, refused))
}

async fn destinations(
    context: &mut ImportContext<'_>,
    school: &SchoolCode,
    batch: &Batch,
    numbers: &[u32],
    rows: &[&OutcomeRow],
) -> Result<Meaning, Trouble> {
    let (found, mut refused) = graduate(context, school, rows.iter().map(|row| &row.person)).await?;
    let Some((student, state)) = found else { return Ok(Meaning::of_refused(refused)) };
    let outcome = context.see::<Outcome>(student.0).await?;
    let reading = outcome.reading();
    let mut spoken = vec![];
    for (row, refused) in rows.iter().zip(&mut refused) {
        let employer = employer(context, school, &outcome, row).await?;
        let mut said = said_of(row, employer);
        let same =
            |day: Date| reading.speaks_of(batch.spoken.source, &DestinationRow { starts_on: day, ..said.clone() });
        let others = reading.other_days(batch.spoken.source, &said);
        match operation(row.act, row.starts_on, same(row.starts_on), &others) {
            Ok(operation) => said.operation = operation,
            Err(refusal) => *refused = refused.take().or(Some(reason_of(Column::FormerDay, refusal))),
        }
        spoken.push(said);
    }
    let facts = context.app.statement_facts(context.caller, &state);
    let said = said_by(batch, rows_kept(&spoken, &refused));
    let weighed = outcome::say::weigh(&outcome, &said, &facts);
    let contradicts = |one: usize, other: usize| said.rows[one].contradicts(&said.rows[other]);
    let mut fates = Fates::new(numbers, refused, weighed, contradicts, destination_column);
    let recorded = fates.rows(&said.rows, |fate| matches!(fate, Fate::Recorded | Fate::Held | Fate::SaidBeside));
    let confirmed = fates.rows(&said.rows, |fate| matches!(fate, Fate::SaidAlready));
    for (index, row) in rows.iter().enumerate() {
        if !fates.is_recorded(index) {
            continue;
        }
        if let Some(graduated_on) =
            facts.graduated_on.filter(|day| row.kind.employment().is_some() && row.starts_on < *day)
        {
            fates.warn(index, Column::StartDay, RowRefusal::BeganBeforeGraduation { graduated_on });
        }
        let said = &spoken[index];
        if matches!(said.operation, Operation::Withdraw { .. }) && !reading.speaks_of(batch.spoken.source, said) {
            fates.warn(index, Column::Operation, RowRefusal::NothingWithdrawn);
        }
        let is_new_day = said.operation.is_state() && !reading.speaks_of(batch.spoken.source, said);
        if let Some(known) = reading.other_days(batch.spoken.source, said).last().filter(|_| is_new_day) {
            fates.warn(index, Column::StartDay, RowRefusal::SameFromOtherDay { known: *known });
        } else if let Some(later) = reading.later_start(batch.spoken.source, row.starts_on).filter(|_| is_new_day) {
            fates.warn(index, Column::StartDay, RowRefusal::EarlierThanKnown { later });
        }
    }
    let orders: Vec<Order> = if recorded.is_empty() {
        vec![]
    } else {
        let said = said_by(batch, recorded);
        vec![Order::Outcome { student, command: OutcomeCommand::Say { said } }]
    };
    let confirmed =
        confirmed_at(student, outcome.timeline().version(), &orders, confirmed, ConfirmedRows::Destinations);
    Ok(fates.meaning(orders, reading.is_empty(), confirmed))
}

/// The employer that a row names, as the graduate's stream knows it: a unit that was merged with one of which something was
/// said is the same.
async fn employer(
    context: &ImportContext<'_>,
    school: &SchoolCode,
    outcome: &Outcome,
    row: &OutcomeRow,
) -> Result<Spoken<EmployerId>, AppError> {
    let name = match &row.employer {
        Spoken::Value(name) => name,
        Spoken::None => return Ok(Spoken::None),
        Spoken::Nothing => return Ok(Spoken::Nothing),
    };
    let guard = context.employer_guard(school, name, row.credit_code.as_ref());
    let Some(named) = context.employer(&guard) else { return Ok(Spoken::Nothing) };
    let survivor = survivor(context, EmployerId(named)).await?;
    for known in outcome.reading().employers() {
        if known == survivor || self::survivor(context, known).await? == survivor {
            return Ok(Spoken::Value(known));
        }
    }
    Ok(Spoken::Value(survivor))
}

/// The unit that a unit was merged into, at the end of all mergers.
async fn survivor(context: &ImportContext<'_>, unit: EmployerId) -> Result<EmployerId, AppError> {
    const MERGERS_MAX: usize = 32;
    let mut survivor = unit;
    for _ in 0..MERGERS_MAX {
        let (state, _) = context.app.load::<Employer>(survivor.0).await?;
        match state.registered().and_then(|registered| registered.merged) {
            Some((into, _)) => survivor = into,
            None => break,
        }
    }
    Ok(survivor)
}

fn said_of(row: &OutcomeRow, employer: Spoken<EmployerId>) -> DestinationRow {
    DestinationRow {
        employer,
        industry: row.industry,
        place: row.place,
        channel: row.channel,
        salary_yuan: row.salary_yuan,
        contract: row.contract,
        insurance: row.insurance,
        last_day: row.last_day,
        on_specialty: row.on_specialty,
        evidence: row.evidence.clone(),
        reported_on: row.reported_on,
        heard_from: row.heard_from,
        ..DestinationRow::new(row.kind, row.starts_on)
    }
}

/// What a row does. A correction moves the day that it names, or the only other one of the same; where the row's own day is
/// known and nothing is left to move, it was done before.
fn operation(act: RowAct, on: Date, is_known: bool, others: &[Date]) -> Result<Operation, StatementRefusal> {
    let RowAct { operation, reason, former_day } = act;
    Ok(match (operation, former_day, others) {
        (RowOperation::State, _, _) => Operation::State,
        (RowOperation::Withdraw, _, _) => Operation::Withdraw { reason },
        (RowOperation::Restore, _, _) => Operation::Restore { reason },
        (RowOperation::Correct, Some(from), _) if from == on => Operation::State,
        (RowOperation::Correct, Some(from), _) => Operation::Move { from, reason },
        // What it says is of its own day.
        (RowOperation::Correct, None, _) if is_known => Operation::State,
        (RowOperation::Correct, None, [from]) => Operation::Move { from: *from, reason },
        (RowOperation::Correct, None, []) => return Err(StatementRefusal::NothingToMove { from: on }),
        (RowOperation::Correct, None, [_, _, ..]) => return Err(StatementRefusal::LeavesOpenWhich),
    })
}

/// What is sealed of colleges, and what rows about to be recorded would seal.
struct Colleges<'c> {
    known: Vec<(u32, &'c Sealed)>,
    coming: Vec<(u32, Sealed)>,
    next: u32,
}

impl Colleges<'_> {
    fn find(&self, is_it: impl Fn(&str, Option<&str>) -> bool) -> Option<u32> {
        let all = self.known.iter().map(|(revision, sealed)| (*revision, *sealed));
        let all = all.chain(self.coming.iter().map(|(revision, sealed)| (*revision, sealed)));
        let is_it = |sealed: &Sealed| matches!(sealed, Sealed::College { name, specialty } if is_it(name, specialty.as_deref()));
        all.filter(|(_, sealed)| is_it(sealed)).map(|(revision, _)| revision).min()
    }

    /// The institution that a row names, and what is sealed of it where the row says something new.
    fn name(&mut self, row: &FurtherStudyRow) -> (Institution, Option<SealedRevision>) {
        let key = names::key(&row.college);
        let known = self.find(|name, _| names::key(name) == key);
        let specialty = row.college_specialty.as_ref().value();
        let exact = self.find(|name, of| names::key(name) == key && of == specialty.map(String::as_str));
        let sealed = match (known, exact) {
            (Some(_), _) if row.college_specialty.is_nothing() => None,
            (_, Some(exact)) => Some(exact),
            (_, None) => {
                let sealed = Sealed::College { name: row.college.clone(), specialty: specialty.cloned() };
                self.coming.push((self.next, sealed));
                self.next += 1;
                Some(self.next - 1)
            }
        };
        let institution = known.or(sealed).unwrap_or_default();
        (Institution(SealedRevision(institution)), sealed.map(SealedRevision))
    }
}

async fn studies(
    context: &mut ImportContext<'_>,
    school: &SchoolCode,
    batch: &Batch,
    numbers: &[u32],
    rows: &[&FurtherStudyRow],
) -> Result<Meaning, Trouble> {
    let (found, mut refused) = graduate(context, school, rows.iter().map(|row| &row.person)).await?;
    let Some((student, state)) = found else { return Ok(Meaning::of_refused(refused)) };
    let study = context.see::<FurtherStudy>(student.0).await?;
    let (spoken, coming) = {
        let known = context.sealed.get(&student.0).into_iter().flatten();
        let known = known.map(|(revision, sealed)| (*revision, sealed)).collect();
        let mut colleges = Colleges { known, coming: vec![], next: context.last_revision(student.0) + 1 };
        let mut spoken = vec![];
        for (row, refused) in rows.iter().zip(&mut refused) {
            let (institution, sealed) = colleges.name(row);
            let mut said = EnrolmentRow {
                institution,
                operation: Operation::State,
                channel: Some(row.channel),
                level: Some(row.level),
                admitted_on: row.admitted_on,
                registered_on: row.registered_on,
                last_day: row.last_day,
                sealed: sealed.filter(|sealed| *sealed != institution.0 || row.college_specialty == Spoken::None),
                evidence: row.evidence.clone(),
                reported_on: row.reported_on,
                heard_from: row.heard_from,
            };
            let on = said.day().unwrap_or_else(|| context.app.today());
            let (is_known, others) = study.reading().rounds_of(batch.spoken.source, &said);
            match operation(row.act, on, is_known, &others) {
                Ok(operation) => said.operation = operation,
                Err(refusal) => *refused = refused.take().or(Some(reason_of(Column::FormerDay, refusal))),
            }
            spoken.push(StudyRow::Enrolment(said));
        }
        (spoken, colleges.coming)
    };
    let mut meaning = weigh_studies(context, batch, (student, &state), &study, &spoken, numbers, refused)?;
    let is_told = |revision: u32| {
        let told = meaning.orders.iter().flat_map(|order| match order {
            Order::FurtherStudy { command: FurtherStudyCommand::Say { said }, .. } => said.rows.as_slice(),
            _ => &[],
        });
        let names = |row: &StudyRow| match row {
            StudyRow::Enrolment(row) => {
                [Some(row.institution.0), row.sealed].into_iter().flatten().any(|of| of.0 == revision)
            }
            StudyRow::Sitting(_) => false,
        };
        told.into_iter().any(names)
    };
    let coming: Vec<(u32, Sealed)> = coming.into_iter().filter(|(revision, _)| is_told(*revision)).collect();
    for (revision, sealed) in coming {
        meaning.rows.push(context.app.people().seal(student.0, revision, &sealed)?);
        context.sealed.entry(student.0).or_default().push((revision, sealed));
    }
    Ok(meaning)
}

async fn sittings(
    context: &mut ImportContext<'_>,
    school: &SchoolCode,
    batch: &Batch,
    numbers: &[u32],
    rows: &[&ExamRow],
) -> Result<Meaning, Trouble> {
    let (found, mut refused) = graduate(context, school, rows.iter().map(|row| &row.person)).await?;
    let Some((student, state)) = found else { return Ok(Meaning::of_refused(refused)) };
    let study = context.see::<FurtherStudy>(student.0).await?;
    let mut spoken = vec![];
    for (row, refused) in rows.iter().zip(&mut refused) {
        match sitting(batch, study.reading(), row) {
            Ok(sitting) => spoken.push(StudyRow::Sitting(sitting)),
            Err((column, refusal)) => {
                *refused = refused.take().or(Some(Reason { column, why: refusal }));
                let (exam, on, operation, result) = (row.exam, row.exam_on, Operation::State, Spoken::Nothing);
                spoken.push(StudyRow::Sitting(SittingRow { exam, on, operation, result, reported_on: None }));
            }
        }
    }
    // Who did not sit, sat nowhere: nothing is said by it.
    let absent: Vec<usize> = (0..rows.len()).filter(|index| !rows[*index].sat && refused[*index].is_none()).collect();
    for index in &absent {
        refused[*index] = Some(reason_of(Column::ExamSat, StatementRefusal::NoSuchStatement));
    }
    let mut meaning = weigh_studies(context, batch, (student, &state), &study, &spoken, numbers, refused)?;
    for index in absent {
        meaning.fates[index] = Fate::SaidAlready;
    }
    Ok(meaning)
}

/// What a row says of a sitting.
fn sitting(batch: &Batch, known: &Studies, row: &ExamRow) -> Result<SittingRow, (Column, Why)> {
    let own = || known.sittings.iter().filter(|known| (known.source, known.exam) == (batch.spoken.source, row.exam));
    let is_meant = |known: &&Sitting| row.exam_on.is_none_or(|on| known.is_in_month_of(on));
    if !row.sat
        && let Some(sat) = own().find(is_meant)
    {
        return Err((Column::ExamSat, RowRefusal::SatBefore { reached: sat.reached() }.into()));
    }
    let is_known = own().any(|known| is_meant(&known));
    let others: Vec<Date> = own().filter(|known| !is_meant(known)).filter_map(|known| known.on).collect();
    let on = row.exam_on.unwrap_or(batch.spoken.said_on);
    let operation =
        operation(row.act, on, is_known, &others).map_err(|refusal| (Column::FormerDay, Why::from(refusal)))?;
    Ok(SittingRow { exam: row.exam, on: row.exam_on, operation, result: row.result, reported_on: None })
}

fn weigh_studies(
    context: &ImportContext<'_>,
    batch: &Batch,
    (student, state): (StudentId, &Student),
    study: &FurtherStudy,
    spoken: &[StudyRow],
    numbers: &[u32],
    refused: Vec<Option<Reason>>,
) -> Result<Meaning, Trouble> {
    let facts = context.app.statement_facts(context.caller, state);
    let said = said_by(batch, rows_kept(spoken, &refused));
    let weighed = further_study::say::weigh(study, &said, &facts);
    let contradicts = |one: usize, other: usize| said.rows[one].contradicts(&said.rows[other]);
    let mut fates = Fates::new(numbers, refused, weighed, contradicts, study_column);
    let recorded = fates.rows(&said.rows, |fate| matches!(fate, Fate::Recorded | Fate::Held | Fate::SaidBeside));
    let confirmed = fates.rows(&said.rows, |fate| matches!(fate, Fate::SaidAlready));
    for (index, row) in spoken.iter().enumerate().filter(|(index, _)| fates.is_recorded(*index)).collect::<Vec<_>>() {
        let row = match row {
            StudyRow::Enrolment(row) => row,
            StudyRow::Sitting(row) => {
                let takes_back = matches!(row.operation, Operation::Withdraw { .. });
                if takes_back && !study.reading().speaks_of_sitting(batch.spoken.source, row) {
                    fates.warn(index, Column::Operation, RowRefusal::NothingWithdrawn);
                }
                continue;
            }
        };
        let (is_known, others) = study.reading().rounds_of(batch.spoken.source, row);
        if matches!(row.operation, Operation::Withdraw { .. }) && !is_known {
            fates.warn(index, Column::Operation, RowRefusal::NothingWithdrawn);
        }
        if let Some(known) = others.last().filter(|_| row.operation.is_state() && !is_known) {
            fates.warn(index, Column::RegistrationDay, RowRefusal::SameFromOtherDay { known: *known });
        }
    }
    let orders: Vec<Order> = if recorded.is_empty() {
        vec![]
    } else {
        let said = said_by(batch, recorded);
        vec![Order::FurtherStudy { student, command: FurtherStudyCommand::Say { said } }]
    };
    let confirmed = confirmed_at(student, study.timeline().version(), &orders, confirmed, ConfirmedRows::Studies);
    Ok(fates.meaning(orders, study.reading().is_empty(), confirmed))
}

pub(super) fn said_by<R>(batch: &Batch, rows: Vec<R>) -> Said<R> {
    let (source, said_on): (Source, Date) = (batch.spoken.source, batch.spoken.said_on);
    Said { batch: BatchId(batch.id), source, said_on, by: None, rows }
}

/// The rows that are not refused already.
fn rows_kept<R: Clone>(rows: &[R], refused: &[Option<Reason>]) -> Vec<R> {
    rows.iter().zip(refused).filter(|(_, refused)| refused.is_none()).map(|(row, _)| row.clone()).collect()
}

/// What is confirmed is so at the version after what is recorded beside it.
pub(super) fn confirmed_at<R>(
    student: StudentId,
    version: u64,
    orders: &[Order],
    rows: Vec<R>,
    of: impl Fn(Vec<R>) -> ConfirmedRows,
) -> Option<Confirmed> {
    let at = version + orders.len() as u64;
    (!rows.is_empty()).then(|| Confirmed { student, at, rows: of(rows) })
}

fn destination_column(refusal: &StatementRefusal) -> Column {
    match refusal {
        StatementRefusal::EndsBeforeStart { .. } => Column::EndDay,
        StatementRefusal::NothingToMove { .. } => Column::FormerDay,
        StatementRefusal::NotGraduated => Column::Document,
        _ => Column::StartDay,
    }
}

fn study_column(refusal: &StatementRefusal) -> Column {
    match refusal {
        StatementRefusal::LeftBeforeRegistration { .. } | StatementRefusal::LeftWithoutRegistration { .. } => {
            Column::LeavingDay
        }
        StatementRefusal::NothingToMove { .. } => Column::FormerDay,
        StatementRefusal::NotGraduated => Column::Document,
        _ => Column::RegistrationDay,
    }
}
