//! The rows of a file, gone through in chunks: placed, looked up, understood, and recorded together or only rehearsed.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::batch::{Batch, Imported, Prepared, Recording, already, imported, reject as reject_row};
use super::employer as employers;
use super::lines::{Group, Line, groups, lines};
use super::lookups::ImportContext;
use super::meaning::{self, Fate, Meaning, Reason, Trouble};
use super::placement as placements;
use super::roster::roster;
use super::row_refusal::RowRefusal;
use super::staff;
use super::statements::statements;
use crate::accounts::Scope;
use crate::app::people::guards;
use crate::app::request::Request;
use crate::app::{AppError, Done};
use crate::domain::further_study::FurtherStudy;
use crate::domain::ids::{SchoolCode, StudentId};
use crate::domain::import::RowCounts;
use crate::domain::outcome::Outcome;
use crate::domain::student::Student;
use crate::event_log::request::{AppendError, GuardKey};
use crate::intake::kind::{Column, Kind};
use crate::intake::rows::{Content, Fault, RejectedRow};
use crate::people::masked_name;
use crate::projections::student_register;
use crate::refusal::Why;

/// Rows decided and appended together.
const CHUNK_LEN: usize = 1_000;

/// The shape in which rows are serialised for their fingerprint.
const ROW_VERSION: u32 = 1;
/// How often rows are re-read and re-interpreted after another process changed their streams.
pub(super) const TRIES_MAX: u32 = 5;

/// What the groups of a file are recorded for.
pub(super) struct Chunk<'b> {
    pub batch: &'b Batch,
    /// Some rows may be recorded already.
    pub resumed: bool,
    pub kind: Kind,
}

impl Chunk<'_> {
    pub(super) async fn go_through(
        &self,
        context: &mut ImportContext<'_>,
        groups: &[Group<'_>],
        result: &mut Imported,
        kept: &mut Vec<Request>,
    ) -> Result<(), AppError> {
        let good = self.without_recorded(context, groups.to_vec(), result).await?;
        let mut placed = vec![];
        for mut group in good {
            match group.first().row.content.school().map(|school| context.school(school)) {
                None => placed.push(group),
                Some(Ok(school)) => {
                    group.school = Some(school);
                    placed.push(group);
                }
                Some(Err(refusal)) => {
                    for line in &group.lines {
                        reject(result, *line, Column::SchoolCode, refusal.clone().into());
                    }
                }
            }
        }
        context.forget_persons();
        self.look_up(context, &placed).await?;
        if let Some(students) = &self.batch.compared {
            placed.retain(|group| student(context, group).is_some_and(|student| students.contains(&student.0)));
        }
        let named: Vec<_> =
            lines(&placed).filter_map(|(line, school)| Some((school.cloned()?, line.row.content.person()?))).collect();
        context.look_up_erased(&named).await?;
        self.register_employers(context, &placed, kept).await?;
        // Rows of one person or unit depend on each other: a chunk is cut where one comes again.
        let mut seen: HashSet<&str> = HashSet::new();
        let mut together: Vec<Group<'_>> = vec![];
        for group in placed {
            let subjects = subjects(&group.first().row.content);
            if subjects.iter().any(|subject| seen.contains(subject)) {
                self.record(context, std::mem::take(&mut together), result, kept).await?;
                seen.clear();
            }
            seen.extend(subjects);
            together.push(group);
        }
        self.record(context, together, result, kept).await
    }

    async fn look_up(&self, context: &mut ImportContext<'_>, groups: &[Group<'_>]) -> Result<(), AppError> {
        let mut persons: Vec<(SchoolCode, String)> = vec![];
        for (line, school) in lines(groups) {
            let (Some(school), Some(person)) = (school, line.row.content.person()) else { continue };
            persons.push((school.clone(), context.index(person)));
            if let Content::Roster(roster) = &line.row.content {
                persons.extend(roster.former_document.as_ref().map(|of| (school.clone(), context.index_of(of))));
            }
        }
        context.look_up(&persons).await
    }

    fn key(&self, line: Line<'_>) -> String {
        key_in(self.batch.id, line)
    }

    /// Leaves out the rows that are recorded already: by a killed import, or when the same bytes were imported before and
    /// others of their rows were rejected. The answer of a group names its rows.
    async fn without_recorded<'r>(
        &self,
        context: &mut ImportContext<'_>,
        groups: Vec<Group<'r>>,
        result: &mut Imported,
    ) -> Result<Vec<Group<'r>>, AppError> {
        let before = self.batch.before.filter(|_| !self.kind.goes_on() && !self.batch.says_anew);
        if !self.resumed && before.is_none() {
            return Ok(groups);
        }
        let of_before = |line| before.map(|before| key_in(before.0, line));
        let keys: Vec<String> = groups
            .iter()
            .flat_map(|group| group.lines.iter())
            .flat_map(|line| std::iter::once(self.key(*line)).chain(of_before(*line)))
            .collect();
        let answers = context.app.log().answers(&keys).await?;
        let mut left = vec![];
        for mut group in groups {
            let told = |of: fn(&Told) -> &[u32]| {
                let told = |line: &Line<'_>| answers.get(&self.key(*line)).and_then(|answer| Told::read(answer));
                group.lines.iter().filter_map(told).flat_map(|told| of(&told).to_vec()).collect::<HashSet<u32>>()
            };
            let (new, changed, held) = (told(|told| &told.new), told(|told| &told.changed), told(|told| &told.held));
            let stood: HashSet<u32> = group
                .lines
                .iter()
                .filter_map(|line| Told::read(answers.get(&of_before(*line)?)?))
                .flat_map(Told::into_rows)
                .collect();
            group.lines.retain(|line| {
                let number = line.row.number;
                if changed.contains(&number) && self.resumed {
                    context.touched.add_resumed(*line);
                }
                let counted = match () {
                    () if new.contains(&number) => &mut result.counts.new,
                    () if changed.contains(&number) => &mut result.counts.changed,
                    () if held.contains(&number) => &mut result.counts.held,
                    () if stood.contains(&number) => &mut result.counts.unchanged,
                    () => return true,
                };
                *counted += 1;
                false
            });
            if !group.lines.is_empty() {
                left.push(group);
            }
        }
        Ok(left)
    }

    /// Records groups of different persons; those on which another process was faster are understood anew.
    async fn record(
        &self,
        context: &mut ImportContext<'_>,
        mut groups: Vec<Group<'_>>,
        result: &mut Imported,
        kept: &mut Vec<Request>,
    ) -> Result<(), AppError> {
        for _ in 0..TRIES_MAX {
            if groups.is_empty() {
                return Ok(());
            }
            groups = self.try_record(context, groups, result, kept).await?;
            for (line, school) in lines(&groups) {
                if let (Some(person), Some(school)) = (line.row.content.person(), school) {
                    context.forget_person(school, context.index(person));
                }
            }
            self.look_up(context, &groups).await?;
        }
        if groups.is_empty() { Ok(()) } else { Err(AppendError::Stale.into()) }
    }

    /// Gives back the groups that were understood from what is no longer so.
    async fn try_record<'r>(
        &self,
        context: &mut ImportContext<'_>,
        groups: Vec<Group<'r>>,
        result: &mut Imported,
        kept: &mut Vec<Request>,
    ) -> Result<Vec<Group<'r>>, AppError> {
        self.bring_up_to_date(context, &groups).await?;
        let (mut requests, mut touches) = (vec![], vec![]);
        let mut meant = vec![];
        for group in groups {
            let meaning = self.meaning(context, &group).await;
            let seen = context.take_seen();
            match meaning {
                Ok(meaning) if meaning.orders.is_empty() && !meaning.fates.is_empty() => {
                    meant.push((group, meaning, None))
                }
                Ok(meaning) => {
                    let asked: Vec<&Content> = group.lines.iter().map(|line| &line.row.content).collect();
                    let mut request = Request::new(self.key(group.first()), asked_of(&asked), meaning.orders.clone());
                    request.seen = seen;
                    request.guards = meaning.guards.clone();
                    request.rows = meaning.rows.clone();
                    request.removals = meaning.removals.clone();
                    request.causation = Some(self.batch.id.to_string());
                    request.answer = json!(Told::of(&group, &meaning));
                    touches.push(self.touch(context, &group, &meaning).await?);
                    meant.push((group, meaning, Some(requests.len())));
                    requests.push(request);
                }
                Err(Trouble::Reason(Reason { column, why })) => reject(result, group.first(), column, why),
                Err(Trouble::Failed(error)) => return Err(error),
            }
        }
        let copies = if context.app.is_rehearsal() { requests.clone() } else { vec![] };
        let answers = context.app.execute_all(context.caller, requests).await;
        let mut answers: Vec<Option<Result<Done, AppError>>> = answers.into_iter().map(Some).collect();
        let (mut done, mut stale) = (vec![], vec![]);
        for (group, meaning, request) in meant {
            let answer = request.map(|index| (index, answers[index].take()));
            match answer {
                None | Some((_, Some(Ok(Done::Unchanged)))) => done.push((group, meaning, false)),
                Some((index, Some(Ok(Done::Recorded(_))))) => {
                    kept.extend(copies.get(index).cloned());
                    touches[index].take().into_iter().for_each(|touch| context.touched.add(touch));
                    units_of(&meaning).into_iter().for_each(|(guard, unit)| context.know_employer(guard, unit));
                    done.push((group, meaning, true));
                }
                Some((_, Some(Err(AppError::Append(AppendError::Stale))) | None)) => stale.push(group),
                Some((_, Some(Err(error)))) if error.is_refusal() => {
                    let (column, why) = (group.first().row.content.subject_column(), Why::from(error));
                    group.lines.iter().for_each(|line| reject(result, *line, column, why.clone()));
                }
                Some((_, Some(Err(error)))) => return Err(error),
            }
        }
        let mut confirmed = vec![];
        for (at, (group, meaning, _)) in done.iter().enumerate() {
            confirmed.extend(meaning.confirmed.clone().map(|rows| (at, group, rows)));
        }
        let changed_meanwhile = self.confirm(context, &confirmed, kept).await?;
        for (at, (group, meaning, is_recorded)) in done.into_iter().enumerate() {
            if changed_meanwhile.contains(&at) {
                stale.push(group);
            } else {
                count(result, &group, &meaning, is_recorded, self.batch.compared.is_some());
            }
        }
        Ok(stale)
    }

    async fn bring_up_to_date(&self, context: &mut ImportContext<'_>, groups: &[Group<'_>]) -> Result<(), AppError> {
        let students: Vec<StudentId> = lines(groups)
            .filter_map(|(line, school)| context.student(school?, &context.index(line.row.content.person()?)))
            .collect();
        let ids: Vec<Uuid> = students.iter().map(|student| student.0).collect();
        context.app.bring_up_to_date::<Student>(&ids).await?;
        match self.kind {
            Kind::Schools | Kind::Roster => (),
            Kind::Staff => context.look_up_staff().await?,
            Kind::Outcomes => {
                context.app.bring_up_to_date::<Outcome>(&ids).await?;
                context.look_at_employers(groups).await?;
            }
            Kind::FurtherStudy | Kind::Exam => context.app.bring_up_to_date::<FurtherStudy>(&ids).await?,
            Kind::Employers => {
                context.look_up_units(groups).await?;
                context.look_up_hosts(groups).await?;
            }
            Kind::Placements => {
                context.look_up_units(groups).await?;
                context.look_up_placements(&students).await?;
                context.look_up_contacts(groups).await?;
            }
        }
        Ok(())
    }

    async fn meaning(&self, context: &mut ImportContext<'_>, group: &Group<'_>) -> Result<Meaning, Trouble> {
        match (&group.first().row.content, &group.school) {
            (Content::School(row), _) if context.caller.scope == Scope::City => meaning::school(context, row).await,
            (Content::School(_), _) => meaning::reason(Column::SchoolCode, RowRefusal::SchoolsAreTheCitys),
            (Content::Roster(row), Some(school)) => roster(context, school, self.batch, row).await,
            (Content::Outcome(_) | Content::FurtherStudy(_) | Content::Exam(_), Some(school)) => {
                statements(context, school, self.batch, group).await
            }
            (Content::Employer(row), Some(school)) => employers::employer(context, school, row).await,
            (Content::Placement(row), Some(school)) => placements::placement(context, school, row).await,
            (Content::Staff(row), Some(school)) => staff::staff(context, school, row).await,
            (_, None) => Err(Trouble::Failed(AppError::NotFound)),
        }
    }
}

/// The student whom a group is about, if it is on record.
fn student(context: &ImportContext<'_>, group: &Group<'_>) -> Option<StudentId> {
    context.student(group.school.as_ref()?, &context.index(group.first().row.content.person()?))
}

fn key_in(batch: Uuid, line: Line<'_>) -> String {
    format!("import:{batch}:{}:{}", line.sheet, line.row.number)
}

/// Counts what became of a group's rows, and lists what is to be looked at.
fn count(result: &mut Imported, group: &Group<'_>, meaning: &Meaning, is_recorded: bool, compares: bool) {
    for (index, line) in group.lines.iter().enumerate() {
        let recorded = |counts: &mut RowCounts| {
            let count = if meaning.is_new { &mut counts.new } else { &mut counts.changed };
            *count += 1;
        };
        match meaning.fates.get(index) {
            None if is_recorded => recorded(&mut result.counts),
            Some(Fate::Recorded) => recorded(&mut result.counts),
            None | Some(Fate::SaidAlready | Fate::SaidBeside) => result.counts.unchanged += 1,
            Some(Fate::Held) => result.counts.held += 1,
            Some(Fate::Refused(Reason { column, why })) => {
                reject(result, *line, *column, why.clone());
                continue;
            }
        }
        if compares {
            if let Some(Fate::Recorded | Fate::Held) = meaning.fates.get(index) {
                let (column, why) = (Column::Name, RowRefusal::NoLongerSo.into());
                let fault =
                    Fault { column: column.title().to_owned(), value: line.row.content.masked(column), reason: why };
                result.warnings.push((line.sheet, line.row.number, fault));
            }
            continue;
        }
        for warning in line.row.warnings.clone() {
            result.warnings.push((line.sheet, line.row.number, warning));
        }
        for (_, Reason { column, why }) in meaning.warnings.iter().filter(|(of, _)| *of == index) {
            let fault = Fault { column: column.title().to_owned(), value: String::new(), reason: why.clone() };
            result.warnings.push((line.sheet, line.row.number, fault));
        }
    }
}

fn reject(result: &mut Imported, line: Line<'_>, column: Column, reason: Why) {
    let fault = Fault { column: column.title().to_owned(), value: line.row.content.masked(column), reason };
    reject_row(result, RejectedRow { sheet: line.sheet, number: line.row.number, faults: vec![fault] });
}

/// Which rows of a group were recorded: the answer under the group's key.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Told {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    new: Vec<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changed: Vec<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    held: Vec<u32>,
}

impl Told {
    fn of(group: &Group<'_>, meaning: &Meaning) -> Self {
        let mut told = Self::default();
        for (index, line) in group.lines.iter().enumerate() {
            let rows = match meaning.fates.get(index) {
                None | Some(Fate::Recorded) if meaning.is_new => &mut told.new,
                None | Some(Fate::Recorded) => &mut told.changed,
                Some(Fate::Held) => &mut told.held,
                Some(Fate::SaidAlready | Fate::SaidBeside | Fate::Refused(_)) => continue,
            };
            rows.push(line.row.number);
        }
        told
    }

    fn read(answer: &str) -> Option<Self> {
        serde_json::from_str(answer).ok()
    }

    fn into_rows(self) -> Vec<u32> {
        [self.new, self.changed, self.held].concat()
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
    let work = Chunk { batch, resumed, kind: prepared.parsed.kind };
    for chunk in groups(&prepared.parsed.sheets, work.kind).chunks(CHUNK_LEN) {
        work.go_through(context, chunk, result, kept).await?;
        for (line, _) in lines(chunk) {
            let Some(person) = line.row.content.person() else { continue };
            let Ok(school) = context.school(&person.school) else { continue };
            if let Content::Roster(row) = &line.row.content
                && context.rehearsal
            {
                context.coming_classes.insert((school.clone(), row.class.clone()));
            }
            present.extend(context.student(&school, &context.index(person)));
            schools.insert(school);
        }
        done += lines(chunk).count();
        progress(done, all);
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

/// What a group's rows said, for its request's fingerprint.
fn asked_of(contents: &[&Content]) -> String {
    serde_json::to_string(&(ROW_VERSION, contents)).unwrap_or_default()
}

/// Whom or what a row is about, by what may name it in another row.
fn subjects(content: &Content) -> Vec<&str> {
    match (content, content.person()) {
        (_, Some(person)) => vec![person.number()],
        (Content::Employer(row), None) => {
            row.code.iter().map(|code| code.text.as_str()).chain([row.name.as_str()]).collect()
        }
        (_, None) => vec![], // No other row of the file is about the same school or member of staff.
    }
}

/// The units that are known by new guards once the row is recorded.
fn units_of(meaning: &Meaning) -> Vec<(GuardKey, Uuid)> {
    let employers = meaning.guards.iter().filter(|used| used.guard.kind == guards::EMPLOYER);
    employers.filter_map(|used| Some((used.guard.clone(), Uuid::parse_str(used.set.as_ref()?).ok()?))).collect()
}
