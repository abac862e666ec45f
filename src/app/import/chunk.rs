//! The rows of a file, gone through in chunks: placed, looked up, understood, and recorded together or only rehearsed.

use std::collections::HashSet;

use serde_json::json;
use uuid::Uuid;

use super::batch::{Batch, Imported, Prepared, Recording, already, imported, reject};
use super::employer as employers;
use super::lookups::ImportContext;
use super::meaning::{self, Meaning, Reason, Trouble};
use super::placement as placements;
use super::row_refusal::RowRefusal;
use crate::accounts::Scope;
use crate::app::people::guards;
use crate::app::request::Request;
use crate::app::{AppError, Done};
use crate::domain::further_study::FurtherStudy;
use crate::domain::ids::{SchoolCode, StudentId};
use crate::domain::outcome::Outcome;
use crate::domain::student::Student;
use crate::event_log::request::{AppendError, GuardKey};
use crate::intake::kind::{Column, Kind};
use crate::intake::rows::{Content, Fault, RejectedRow, Row};
use crate::people::masked_name;
use crate::projections::student_register;
use crate::refusal::Why;

/// Rows decided and appended together.
const CHUNK_LEN: usize = 1_000;

/// The shape in which rows are serialised for their fingerprint.
const ROW_VERSION: u32 = 1;
/// How often rows are re-read and re-interpreted after another process changed their streams.
pub(super) const TRIES_MAX: u32 = 5;

/// Where a chunk's rows come from.
pub(super) struct Chunk<'b> {
    pub sheet: usize,
    pub batch: &'b Batch,
    /// Some rows may be recorded already.
    pub resumed: bool,
    pub kind: Kind,
}

impl Chunk<'_> {
    pub(super) async fn go_through(
        &mut self,
        context: &mut ImportContext<'_>,
        rows: &[Row],
        result: &mut Imported,
        kept: &mut Vec<Request>,
    ) -> Result<(), AppError> {
        let good = self.without_recorded(context, rows.iter().collect(), result).await?;
        let mut placed = vec![];
        for row in good {
            match row.content.school().map(|school| context.school(school)) {
                None => placed.push((row, None)),
                Some(Ok(school)) => placed.push((row, Some(school))),
                Some(Err(refusal)) => self.reject(result, row, Column::SchoolCode, refusal.into()),
            }
        }
        let persons: Vec<(SchoolCode, String)> = placed
            .iter()
            .filter_map(|(row, school)| Some((school.clone()?, context.index(row.content.person()?))))
            .collect();
        context.forget_persons();
        context.look_up(&persons).await?;
        let named: Vec<_> =
            placed.iter().filter_map(|(row, school)| Some((school.clone()?, row.content.person()?))).collect();
        context.look_up_erased(&named).await?;
        self.register_employers(context, &placed, kept).await?;
        // Rows of one person or unit depend on each other: a chunk is cut where one comes again.
        let mut seen: HashSet<&str> = HashSet::new();
        let mut group: Vec<(&Row, Option<SchoolCode>)> = vec![];
        for (row, school) in placed {
            let subjects = subjects(&row.content);
            if subjects.iter().any(|subject| seen.contains(subject)) {
                self.record(context, std::mem::take(&mut group), result, kept).await?;
                seen.clear();
            }
            seen.extend(subjects);
            group.push((row, school));
        }
        self.record(context, group, result, kept).await
    }

    fn key(&self, row: &Row) -> String {
        self.key_in(self.batch.id, row)
    }

    fn key_in(&self, batch: Uuid, row: &Row) -> String {
        format!("import:{batch}:{}:{}", self.sheet, row.number)
    }

    /// Leaves out the rows that are recorded already: by a killed import, or when the same bytes were imported before and
    /// others of their rows were rejected.
    async fn without_recorded<'r>(
        &self,
        context: &ImportContext<'_>,
        rows: Vec<&'r Row>,
        result: &mut Imported,
    ) -> Result<Vec<&'r Row>, AppError> {
        let before = self.batch.before.filter(|_| !self.kind.goes_on());
        if !self.resumed && before.is_none() {
            return Ok(rows);
        }
        let of_before = |row: &Row| before.map(|before| self.key_in(before.0, row));
        let keys: Vec<String> =
            rows.iter().flat_map(|row| std::iter::once(self.key(row)).chain(of_before(row))).collect();
        let answers = context.app.log().answers(&keys).await?;
        let mut left = vec![];
        for row in rows {
            match answers.get(&self.key(row)) {
                Some(answer) if answer.contains("\"new\"") => result.counts.new += 1,
                Some(_) => result.counts.changed += 1,
                None if of_before(row).is_some_and(|key| answers.contains_key(&key)) => result.counts.unchanged += 1,
                None => left.push(row),
            }
        }
        Ok(left)
    }

    /// Records rows of different persons; those on which another process was faster are understood anew.
    async fn record(
        &self,
        context: &mut ImportContext<'_>,
        mut rows: Vec<(&Row, Option<SchoolCode>)>,
        result: &mut Imported,
        kept: &mut Vec<Request>,
    ) -> Result<(), AppError> {
        for _ in 0..TRIES_MAX {
            if rows.is_empty() {
                return Ok(());
            }
            rows = self.try_record(context, rows, result, kept).await?;
            let mut persons = vec![];
            for (row, school) in &rows {
                if let (Some(person), Some(school)) = (row.content.person(), school) {
                    let index = context.index(person);
                    context.forget_person(school, index.clone());
                    persons.push((school.clone(), index));
                }
            }
            context.look_up(&persons).await?;
        }
        if rows.is_empty() { Ok(()) } else { Err(AppendError::Stale.into()) }
    }

    /// Gives back the rows that were understood from what is no longer so.
    async fn try_record<'r>(
        &self,
        context: &mut ImportContext<'_>,
        rows: Vec<(&'r Row, Option<SchoolCode>)>,
        result: &mut Imported,
        kept: &mut Vec<Request>,
    ) -> Result<Vec<(&'r Row, Option<SchoolCode>)>, AppError> {
        let students: Vec<StudentId> = rows
            .iter()
            .filter_map(|(row, school)| context.student(school.as_ref()?, &context.index(row.content.person()?)))
            .collect();
        let ids: Vec<Uuid> = students.iter().map(|student| student.0).collect();
        context.app.bring_up_to_date::<Student>(&ids).await?;
        match self.kind {
            Kind::Schools | Kind::Roster => (),
            Kind::Outcomes => context.app.bring_up_to_date::<Outcome>(&ids).await?,
            Kind::FurtherStudy | Kind::Exam => context.app.bring_up_to_date::<FurtherStudy>(&ids).await?,
            Kind::Employers => {
                context.look_up_units(&rows).await?;
                context.look_up_hosts(&rows).await?;
            }
            Kind::Placements => {
                context.look_up_units(&rows).await?;
                context.look_up_placements(&students).await?;
                context.look_up_contacts(&rows).await?;
            }
        }
        let mut requests = vec![];
        let mut meant = vec![];
        for (row, school) in rows {
            let meaning = self.meaning(context, row, school.as_ref()).await;
            let seen = context.take_seen();
            match meaning {
                Ok(meaning) => {
                    let units = units_of(&meaning);
                    let mut request = Request::new(self.key(row), asked(&row.content), meaning.orders);
                    request.seen = seen;
                    request.guards = meaning.guards;
                    request.rows = meaning.rows;
                    request.causation = Some(self.batch.id.to_string());
                    request.answer = json!({ "row": if meaning.is_new { "new" } else { "changed" } });
                    requests.push(request);
                    meant.push((row, school, meaning.is_new, meaning.warnings, units));
                }
                Err(Trouble::Reason(Reason { column, why })) => self.reject(result, row, column, why),
                Err(Trouble::Failed(error)) => return Err(error),
            }
        }
        let copies = if context.app.is_rehearsal() { requests.clone() } else { vec![] };
        let answers = context.app.execute_all(context.caller, requests).await;
        let mut copies = copies.into_iter();
        let mut stale = vec![];
        for ((row, school, is_new, warnings, units), answer) in meant.into_iter().zip(answers) {
            let copy = copies.next();
            match answer {
                Ok(Done::Unchanged) => result.counts.unchanged += 1,
                Ok(Done::Recorded(_)) => {
                    let count = if is_new { &mut result.counts.new } else { &mut result.counts.changed };
                    *count += 1;
                    kept.extend(copy);
                    units.into_iter().for_each(|(guard, unit)| context.know_employer(guard, unit));
                }
                Err(AppError::Append(AppendError::Stale)) => {
                    stale.push((row, school));
                    continue;
                }
                Err(error) if error.is_refusal() => {
                    let column = if row.content.person().is_some() { Column::Document } else { Column::Unit };
                    self.reject(result, row, column, error.into());
                    continue;
                }
                Err(error) => return Err(error),
            }
            self.warn(result, row, warnings);
        }
        Ok(stale)
    }

    fn warn(&self, result: &mut Imported, row: &Row, warnings: Vec<Reason>) {
        for warning in row.warnings.clone() {
            result.warnings.push((self.sheet, row.number, warning));
        }
        for Reason { column, why } in warnings {
            let fault = Fault { column: column.title().to_owned(), value: String::new(), reason: why };
            result.warnings.push((self.sheet, row.number, fault));
        }
    }

    async fn meaning(
        &self,
        context: &mut ImportContext<'_>,
        row: &Row,
        school: Option<&SchoolCode>,
    ) -> Result<Meaning, Trouble> {
        match (&row.content, school) {
            (Content::School(row), _) if context.caller.scope == Scope::City => meaning::school(context, row).await,
            (Content::School(_), _) => meaning::reason(Column::SchoolCode, RowRefusal::SchoolsAreTheCitys),
            (Content::Roster(row), Some(school)) => meaning::roster(context, school, row).await,
            (Content::Outcome(row), Some(school)) => meaning::outcome(context, school, row).await,
            (Content::FurtherStudy(row), Some(school)) => meaning::further_study(context, school, row).await,
            (Content::Exam(row), Some(school)) => meaning::exam(context, school, row).await,
            (Content::Employer(row), Some(school)) => employers::employer(context, school, row).await,
            (Content::Placement(row), Some(school)) => placements::placement(context, school, row).await,
            (_, None) => Err(Trouble::Failed(AppError::NotFound)),
        }
    }

    fn reject(&self, result: &mut Imported, row: &Row, column: Column, reason: Why) {
        let fault = Fault { column: column.title().to_owned(), value: row.content.masked(column), reason };
        reject(result, RejectedRow { sheet: self.sheet, number: row.number, faults: vec![fault] });
    }
}

/// Decides a file without recording it; gives the requests that would record it.
pub(super) async fn rehearse(
    context: &mut ImportContext<'_>,
    prepared: &mut Prepared,
    batch: &Batch,
    progress: &mut impl FnMut(usize, usize),
) -> Result<(Imported, Vec<Request>), AppError> {
    let mut result = imported(prepared);
    let mut requests = vec![];
    if let Some(before) = batch.is_done(&prepared.parsed) {
        result = already(prepared, batch, before);
    } else {
        go_through(context, prepared, batch, false, &mut result, &mut requests, progress).await?;
        result.recording = Recording::Checked;
    }
    Ok((result, requests))
}

/// Goes through all rows in chunks and counts what became of them.
pub(super) async fn go_through(
    context: &mut ImportContext<'_>,
    prepared: &Prepared,
    batch: &Batch,
    resumed: bool,
    result: &mut Imported,
    kept: &mut Vec<Request>,
    progress: &mut impl FnMut(usize, usize),
) -> Result<(), AppError> {
    let mut done = result.rejected.len();
    let all = done + prepared.parsed.sheets.iter().map(|sheet| sheet.rows.len()).sum::<usize>();
    let mut present: HashSet<StudentId> = HashSet::new();
    let mut schools: HashSet<SchoolCode> = HashSet::new();
    for sheet in &prepared.parsed.sheets {
        for chunk in sheet.rows.chunks(CHUNK_LEN) {
            let mut work = Chunk { sheet: sheet.index, batch, resumed, kind: prepared.parsed.kind };
            work.go_through(context, chunk, result, kept).await?;
            for row in chunk {
                let Some(person) = row.content.person() else { continue };
                let Ok(school) = context.school(&person.school) else { continue };
                present.extend(context.student(&school, &context.index(person)));
                schools.insert(school);
            }
            done += chunk.len();
            progress(done, all);
        }
    }
    result.rejected.sort_by_key(|row| (row.sheet, row.number));
    if prepared.parsed.kind == Kind::Roster {
        result.absent = absent(context, &schools, &present).await?;
    }
    Ok(())
}

/// Students on the register of these schools who are not in the file; they are listed, never touched.
async fn absent(
    context: &ImportContext<'_>,
    schools: &HashSet<SchoolCode>,
    present: &HashSet<StudentId>,
) -> Result<Vec<String>, AppError> {
    let mut missing = vec![];
    let mut sorted: Vec<&SchoolCode> = schools.iter().collect();
    sorted.sort();
    for school in sorted {
        let Some(scope) = context.caller.scope.narrowed_to(school) else { continue };
        let listed = student_register::students(context.app.log().readers(), &scope, None).await;
        let listed = listed.map_err(crate::event_log::EngineError::from)?;
        missing.extend(listed.into_iter().map(|listed| listed.student).filter(|student| !present.contains(student)));
    }
    let ids: Vec<Uuid> = missing.iter().map(|student| student.0).collect();
    let names = context.app.names(&ids).await?;
    Ok(ids.iter().filter_map(|id| names.get(id)).map(|name| masked_name(name)).collect())
}

/// What a row said, for its request's fingerprint.
fn asked(content: &Content) -> String {
    serde_json::to_string(&(ROW_VERSION, content)).unwrap_or_default()
}

/// Whom or what a row is about, by what may name it in another row.
fn subjects(content: &Content) -> Vec<&str> {
    match (content, content.person()) {
        (_, Some(person)) => vec![person.document.as_str()],
        (Content::Employer(row), None) => {
            row.code.iter().map(|code| code.text.as_str()).chain([row.name.as_str()]).collect()
        }
        (_, None) => vec![], // Schools are entered, and no other row of the file is about them.
    }
}

/// The units that are known by new guards once the row is recorded.
fn units_of(meaning: &Meaning) -> Vec<(GuardKey, Uuid)> {
    let employers = meaning.guards.iter().filter(|used| used.guard.kind == guards::EMPLOYER);
    employers.filter_map(|used| Some((used.guard.clone(), Uuid::parse_str(used.set.as_ref()?).ok()?))).collect()
}
