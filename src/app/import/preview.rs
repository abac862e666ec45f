//! What a file changes, told before it is recorded and after: who is on record otherwise, and how the figures move.
//!
//! Invariants: the preview tells what the receipt then does, and the figures are those of the report. Nobody of whom
//! nothing was on record is named or read: the first lists of a city cost nothing here.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use uuid::Uuid;

use super::batch::Batch;
use super::chunk::Chunk;
use super::lines::{Group, Line, states};
use super::lookups::ImportContext;
use super::meaning::{Fate, Meaning};
use super::on_record::{Changed, Graduate, Names, changed};
use crate::accounts::Scope;
use crate::app::report::cut_off;
use crate::app::report_error::ReportError;
use crate::app::{App, AppError};
use crate::domain::day::epoch_day;
use crate::domain::figures::definitions::{DEFINITIONS, Definition};
use crate::domain::figures::populations::{ALL, EMPLOYED, GRADUATES, KNOWN, Population};
use crate::domain::figures::{Figure, PopulationCounts, figure};
use crate::domain::further_study::FurtherStudy;
use crate::domain::ids::{SchoolCode, StudentId};
use crate::domain::outcome::Outcome;
use crate::domain::{Event, StreamType};
use crate::event_log::EngineError;
use crate::event_log::record::HistoricEvent;
use crate::event_log::request::AppendError;
use crate::input::known_at::KnownAt;
use crate::intake::kind::Kind;
use crate::intake::rows::PersonRef;
use crate::people::masked_name;
use crate::projections::cohort_outcomes::CohortAsOf;
use crate::projections::cohort_outcomes::moved_counts::{MovedCounts, years_moved};

/// A graduate's streams.
const STREAMS: [StreamType; 3] = [StreamType::Student, StreamType::Outcome, StreamType::FurtherStudy];
/// Persons whose names are in memory at once.
const PERSONS_MAX: usize = 512;

/// What a file changes.
#[derive(Debug, Default)]
pub struct Moves {
    /// Of whom something was on record and is now otherwise, in the order of their rows.
    pub persons: Vec<MovedPerson>,
    /// The years of which counts move, in order.
    pub years: Vec<MovedYear>,
    /// The read model that has stopped, so that nobody can say how the figures move.
    pub stalled: Option<String>,
}

/// A person who is on record otherwise.
#[derive(Debug)]
pub struct MovedPerson {
    /// Masked; `None` of an erased person.
    pub name: Option<String>,
    /// The index of the sheet and the number of each row.
    pub rows: BTreeSet<(usize, u32)>,
    pub changed: Changed,
}

/// A year's counts as the report has them at the usual cut-off, before and after.
#[derive(Debug, PartialEq, Eq)]
pub struct MovedYear {
    pub year: i16,
    pub as_of: Date,
    /// The cut-off has not come yet.
    pub is_ahead: bool,
    pub scope: Scope,
    /// The name of the one school that the file speaks of.
    pub school_name: Option<String>,
    pub before: PopulationCounts,
    pub after: PopulationCounts,
}

impl MovedYear {
    /// Graduates and employed, and every other count that moves: before and after.
    pub fn counts(&self) -> impl Iterator<Item = (&'static Population, i64, i64)> + '_ {
        // Who is known is not unknown: it is one count.
        let counted = ALL.into_iter().filter(|population| **population != KNOWN);
        let both = counted.map(|population| (population, self.before.of(population), self.after.of(population)));
        both.filter(|(population, was, is)| was != is || **population == GRADUATES || **population == EMPLOYED)
    }

    /// Every figure of which persons move: before and after.
    pub fn figures(&self) -> impl Iterator<Item = (&'static Definition, Figure, Figure)> + '_ {
        let both = DEFINITIONS.iter().map(|of| (of, figure(of, &self.before), figure(of, &self.after)));
        both.filter(|(_, was, is)| (was.numerator, was.denominator) != (is.numerator, is.denominator))
    }
}

/// Whose rows are recorded, and what the files of a call before this one moved that only rehearses.
#[derive(Default)]
pub(super) struct Touched {
    /// Of whom something of the kind was on record.
    known: BTreeMap<StudentId, BTreeSet<(usize, u32)>>,
    /// Of whom nothing of the kind was.
    first: BTreeMap<StudentId, BTreeSet<(usize, u32)>>,
    /// Whose rows an import recorded before it was killed.
    resumed: Vec<(PersonRef, (usize, u32))>,
    earlier: MovedCounts,
}

/// The rows of a person that are about to be recorded.
pub(super) struct Touch {
    student: StudentId,
    is_known: bool,
    rows: BTreeSet<(usize, u32)>,
}

/// How many events had been rehearsed when a file began.
pub(super) struct Begun(usize);

/// A person's events, of which the first stood before.
struct History {
    events: Vec<HistoricEvent>,
    before: usize,
}

impl Touched {
    pub(super) fn add(&mut self, touch: Touch) {
        let persons = if touch.is_known { &mut self.known } else { &mut self.first };
        persons.entry(touch.student).or_default().extend(touch.rows);
    }

    /// A row that was recorded before the import was killed.
    pub(super) fn add_resumed(&mut self, line: Line<'_>) {
        self.resumed.extend(line.row.content.person().map(|of| (of.clone(), (line.sheet, line.row.number))));
    }
}

impl Chunk<'_> {
    /// Whom the rows of a group would change, if they are recorded.
    pub(super) async fn touch(
        &self,
        context: &ImportContext<'_>,
        group: &Group<'_>,
        meaning: &Meaning,
    ) -> Result<Option<Touch>, AppError> {
        let (Some(school), Some(person)) = (&group.school, group.first().row.content.person()) else { return Ok(None) };
        let Some(student) = context.student(school, &context.index(person)).filter(|_| tells(self.kind)) else {
            return Ok(None);
        };
        let is_known = match self.kind {
            Kind::Outcomes => !context.app.load::<Outcome>(student.0).await?.0.reading().is_empty(),
            Kind::FurtherStudy => !context.app.load::<FurtherStudy>(student.0).await?.0.reading().enrolments.is_empty(),
            Kind::Exam => !context.app.load::<FurtherStudy>(student.0).await?.0.reading().sittings.is_empty(),
            Kind::Schools | Kind::Roster | Kind::Employers | Kind::Placements | Kind::Staff => !meaning.is_new,
        };
        let is_recorded = |index: &usize| matches!(meaning.fates.get(*index), None | Some(Fate::Recorded));
        let recorded = (0..group.lines.len()).filter(is_recorded).map(|index| group.lines[index]);
        let rows: BTreeSet<(usize, u32)> = recorded.map(|line| (line.sheet, line.row.number)).collect();
        Ok((!rows.is_empty()).then_some(Touch { student, is_known, rows }))
    }
}

/// Whether the rows of a kind of file are about what students are and become.
fn tells(kind: Kind) -> bool {
    kind == Kind::Roster || states(kind)
}

/// A file begins: what is touched from now on is its own.
pub(super) fn begin(context: &mut ImportContext<'_>) -> Begun {
    let earlier = std::mem::take(&mut context.touched.earlier);
    context.touched = Touched { earlier, ..Touched::default() };
    Begun(context.app.rehearsed().map_or(0, |rehearsed| rehearsed.event_count()))
}

/// What a file would change that was only rehearsed.
pub(super) async fn preview(
    context: &mut ImportContext<'_>,
    batch: &Batch,
    kind: Kind,
    begun: Begun,
) -> Result<Moves, AppError> {
    let app = context.app;
    let Some(rehearsed) = app.rehearsed().filter(|_| tells(kind)) else { return Ok(Moves::default()) };
    let position = app.log().head().await?.position();
    let mut said = rehearsed.events_after(begun.0);
    let graduates: Vec<Uuid> = said.keys().copied().collect();
    let mut earlier = rehearsed.events_before(begun.0, &graduates);
    let mut recorded = app.log().events_up_to(&STREAMS, &graduates, position).await?;
    let mut histories: HashMap<Uuid, History> = HashMap::new();
    for graduate in graduates {
        let mut history = History { events: recorded.remove(&graduate).unwrap_or_default(), before: 0 };
        history.extend(position, earlier.remove(&graduate).unwrap_or_default());
        history.before = history.events.len();
        history.extend(position, said.remove(&graduate).unwrap_or_default());
        histories.insert(graduate, history);
    }
    let both = histories.values().map(|history| (history.before(), history.events.as_slice()));
    let moved = MovedCounts::between(app.log().readers(), cut_off, both).await.map_err(EngineError::from)?;
    let persons = persons(context, kind, &mut histories).await?;
    let scope = scope_of(context, batch);
    let mut moves = Moves { persons, years: vec![], stalled: stalled(app).await? };
    let years = if moves.stalled.is_none() { moved.years(&scope) } else { vec![] };
    for year in years {
        let mut before = counts(app, year, position, &scope).await?;
        before.add(&context.touched.earlier.of(year, &scope));
        let mut after = before.clone();
        after.add(&moved.of(year, &scope));
        moves.years.push(moved_year(context, year, &scope, (before, after)));
    }
    context.touched.earlier.add(&moved);
    Ok(moves)
}

/// What a file changed that is recorded.
pub(super) async fn receipt(context: &mut ImportContext<'_>, batch: &Batch, kind: Kind) -> Result<Moves, AppError> {
    if !tells(kind) {
        return Ok(Moves::default());
    }
    let app = context.app;
    let (after, up_to) = app.span(crate::domain::ids::BatchId(batch.id)).await?;
    find_resumed(context).await?;
    find_other_streams(context, kind).await?;
    let mut known: Vec<Uuid> = context.touched.known.keys().map(|student| student.0).collect();
    known.sort_unstable();
    let mut found = vec![];
    // Few histories are in memory at once.
    for some in known.chunks(PERSONS_MAX) {
        let recorded = app.log().events_up_to(&STREAMS, some, up_to).await?;
        let mut histories = recorded
            .into_iter()
            .map(|(graduate, events)| {
                let before = events.partition_point(|event| event.position <= after);
                (graduate, History { events, before })
            })
            .collect();
        found.extend(persons(context, kind, &mut histories).await?);
    }
    found.sort_by(|one, other| one.rows.cmp(&other.rows));
    let scope = scope_of(context, batch);
    let mut moves = Moves { persons: found, years: vec![], stalled: stalled(app).await? };
    if moves.stalled.is_some() {
        return Ok(moves);
    }
    for year in years_moved(app.log().readers(), after, up_to).await.map_err(EngineError::from)? {
        let (before, after) = (counts(app, year, after, &scope).await?, counts(app, year, up_to, &scope).await?);
        if before != after {
            moves.years.push(moved_year(context, year, &scope, (before, after)));
        }
    }
    Ok(moves)
}

impl History {
    fn before(&self) -> &[HistoricEvent] {
        &self.events[..self.before]
    }

    /// Adds what is only rehearsed: behind everything that is recorded, with the versions that it would have.
    fn extend(&mut self, position: i64, rehearsed: Vec<Event>) {
        for event in rehearsed {
            let is_same = |known: &&HistoricEvent| {
                std::mem::discriminant(&known.event) == std::mem::discriminant(&event) // The same stream.
            };
            let version = self.events.iter().filter(is_same).count() + 1;
            let last = self.events.last().map_or(position, |known| known.position.max(position));
            let version = i64::try_from(version).unwrap_or(i64::MAX);
            self.events.push(HistoricEvent { position: last + 1, version, event });
        }
    }
}

/// Those among these persons who are on record otherwise than before, in the order of their rows.
async fn persons(
    context: &ImportContext<'_>,
    kind: Kind,
    histories: &mut HashMap<Uuid, History>,
) -> Result<Vec<MovedPerson>, AppError> {
    let app = context.app;
    let touched = &context.touched;
    let mut both = vec![];
    for (student, rows) in touched.known.iter().chain(&touched.first) {
        let Some(history) = histories.remove(&student.0) else { continue };
        let before = Graduate::of(student.0, history.before());
        if before.has_before(kind) {
            both.push((before, Graduate::of(student.0, &history.events), rows));
        }
    }
    let mut moved = vec![];
    for some in both.chunks(PERSONS_MAX) {
        let graduates: Vec<Uuid> = some.iter().map(|(before, _, _)| before.id).collect();
        let said = some.iter().flat_map(|(before, after, _)| [before, after]);
        let mut units: Vec<Uuid> =
            said.flat_map(|of| of.outcome.reading().employers()).map(|employer| employer.0).collect();
        units.sort_unstable();
        units.dedup();
        let names = Names { units: app.names(&units).await?, sealed: app.unsealed(&graduates).await? };
        for (before, after, rows) in some {
            let Some(changed) = changed(kind, before, after, &names) else { continue };
            let name = after.person(&names).map(|person| masked_name(&person.name));
            moved.push(MovedPerson { name, rows: (*rows).clone(), changed });
        }
    }
    moved.sort_by(|one, other| one.rows.cmp(&other.rows));
    Ok(moved)
}

/// Finds the persons whose rows were recorded before the import was killed.
async fn find_resumed(context: &mut ImportContext<'_>) -> Result<(), AppError> {
    for (person, row) in std::mem::take(&mut context.touched.resumed) {
        let Ok(school) = context.school(&person.school) else { continue };
        let index = context.index(&person);
        context.look_up(&[(school.clone(), index.clone())]).await?;
        if let Some(student) = context.student(&school, &index) {
            context.touched.known.entry(student).or_default().insert(row);
        }
    }
    Ok(())
}

/// Of whom the file is the first to say something of its kind, the other kind of destination may be on record.
async fn find_other_streams(context: &mut ImportContext<'_>, kind: Kind) -> Result<(), AppError> {
    let other = match kind {
        Kind::Outcomes => StreamType::FurtherStudy,
        Kind::FurtherStudy => StreamType::Outcome,
        Kind::Schools | Kind::Roster | Kind::Exam | Kind::Employers | Kind::Placements | Kind::Staff => return Ok(()),
    };
    let first: Vec<Uuid> = context.touched.first.keys().map(|student| student.0).collect();
    for (id, _) in context.app.log().stream_versions(other, &first).await? {
        if let Some(rows) = context.touched.first.remove(&StudentId(id)) {
            context.touched.known.entry(StudentId(id)).or_default().extend(rows);
        }
    }
    Ok(())
}

/// The one school that a file speaks of, as far as the caller sees it, else everything that the caller sees.
fn scope_of(context: &ImportContext<'_>, batch: &Batch) -> Scope {
    let scope = &context.caller.scope;
    let narrowed = batch.school.as_ref().and_then(|school| scope.narrowed_to(school));
    narrowed.unwrap_or_else(|| scope.clone())
}

/// The read model that has stopped, so that it counts nothing.
async fn stalled(app: &App) -> Result<Option<String>, AppError> {
    match app.known(KnownAt::Head, &["cohort_outcomes"]).await {
        Ok(_) => Ok(None),
        Err(ReportError::Stalled { model, .. }) => Ok(Some(model)),
        Err(error) => Err(failed(error)),
    }
}

/// The counts of the report at the usual cut-off, as known at a position.
async fn counts(app: &App, year: i16, known_at: i64, scope: &Scope) -> Result<PopulationCounts, AppError> {
    let question = CohortAsOf { year, as_of: epoch_day(cut_off(year)), known_at, scope: scope.clone() };
    let mut sum = PopulationCounts::default();
    app.count(&question, &[]).await.map_err(failed)?.iter().for_each(|(_, counts)| sum.add(counts));
    Ok(sum)
}

fn failed(error: ReportError) -> AppError {
    match error {
        ReportError::App(error) => error,
        // After a failover the log may end before what was recorded; the others are not about counts.
        ReportError::BeyondHead { .. }
        | ReportError::Stalled { .. }
        | ReportError::Imbalance { .. }
        | ReportError::NoSuchFigure(_)
        | ReportError::NoSuchCell(_)
        | ReportError::NotFound
        | ReportError::Target(_)
        | ReportError::SchoolNeeded => AppendError::Stale.into(),
    }
}

fn moved_year(
    context: &ImportContext<'_>,
    year: i16,
    scope: &Scope,
    (before, after): (PopulationCounts, PopulationCounts),
) -> MovedYear {
    let as_of = cut_off(year);
    let school_name = scope.school().and_then(|school| context.words.schools.get(SchoolCode::as_str(school)).cloned());
    MovedYear { year, as_of, is_ahead: as_of > context.app.today(), scope: scope.clone(), school_name, before, after }
}
