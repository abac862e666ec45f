//! Questions about the students of a scope by how far their internships are: each of them, or counts of each class.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use clap::Args;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::VariantArray as _;
use uuid::Uuid;

use super::App;
use super::at_work::PlacementQuery;
use super::failure::Failure;
use super::kept_rosters::{SchoolRoster, Starts};
use super::report_error::ReportError;
use super::roster_order::RosterOrder;
use super::target::shown_person;
use crate::accounts::{Caller, Scope};
use crate::domain::day::from_epoch_day;
use crate::domain::ids::{PlacementId, SchoolCode, StudentId};
use crate::domain::placement::stay::PlacementStatus;
use crate::input::words;
use crate::people::Sealed;
use crate::projections::employer_directory;
use crate::projections::placement_register::List;
use crate::projections::placement_register::packet_grid::{self, Paper, PapersState};
use crate::projections::placement_register::question::PlacementsAsOf;
use crate::projections::placement_register::roster::{self, Progress, StudentProgress};
use crate::projections::student_register;

/// The students of a scope, with their internships; of a class with the papers, too.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct ListStudents {
    #[command(flatten)]
    #[serde(flatten)]
    pub query: PlacementQuery,
    /// Only whom this list names.
    #[arg(long, value_parser = words::TermParser::<List>::new())]
    pub list: Option<List>,
    /// Only whose internship is so far.
    #[arg(long, value_parser = words::TermParser::<Progress>::new())]
    pub progress: Option<Progress>,
    /// Only who has a packet whose papers are so; the papers of each are told, too.
    #[arg(long, value_parser = words::TermParser::<PapersState>::new())]
    pub papers: Option<PapersState>,
    /// Only whose stay begins on this day.
    #[arg(long, value_parser = words::day)]
    pub starts: Option<Date>,
    /// Only who has an internship.
    #[arg(long)]
    pub placed: bool,
    /// In another order than by school, class and student number.
    #[arg(long, value_parser = words::TermParser::<RosterOrder>::new())]
    pub sort: Option<RosterOrder>,
    /// The last first.
    #[arg(long, requires = "sort")]
    pub descending: bool,
    /// Only the students at these places of the list; nobody else is unsealed but those of their classes.
    #[arg(skip)]
    #[serde(skip)]
    pub places: Option<Range<usize>>,
    /// Only these students; everybody where none is named.
    #[arg(skip)]
    #[serde(skip)]
    pub only: Vec<StudentId>,
}

/// How many students of each class are how far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct ListClasses {
    #[command(flatten)]
    #[serde(flatten)]
    pub query: PlacementQuery,
}

/// The students who were asked for, by school, class, student number and name.
#[derive(Debug)]
pub struct Roster {
    pub on: Date,
    /// Up to where the log was used.
    pub known_at: i64,
    /// Everybody of the scope, or who of them has an internship, whatever list was asked for.
    pub counts: ClassCounts,
    /// Where papers are asked for: how many packets of the scope are how far.
    pub papers: HashMap<PapersState, usize>,
    /// How many were asked for, of whom some may be left out.
    pub found: usize,
    pub students: Vec<RosterStudent>,
}

/// A student on a roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterStudent {
    /// As the caller may see them; of an erased person there are none.
    pub name: Option<String>,
    pub student_number: Option<String>,
    pub of: StudentProgress,
    /// The name of the unit that the host is part of.
    pub unit: Option<String>,
    pub post: Option<String>,
    /// Of the packet, where one class was asked for and the student has a placement.
    pub papers: Vec<Paper>,
}

/// The classes of a scope.
#[derive(Debug)]
pub struct Classes {
    pub on: Date,
    pub known_at: i64,
    /// By school and name.
    pub classes: Vec<ClassCounts>,
    /// The days of the coming week on which stays begin: how many, and for how many signatures are missing.
    pub starts: Starts,
}

/// How many students of a class are how far, and how many each list names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClassCounts {
    pub school: String,
    pub class: String,
    /// Whether it is to be placed.
    pub is_final: bool,
    pub students: usize,
    pub progress: HashMap<Progress, usize>,
    pub lists: HashMap<List, usize>,
    /// The earliest first day of a placement that is to come.
    pub starts_on: Option<Date>,
}

impl ClassCounts {
    /// How many are so far.
    pub fn of(&self, progress: Progress) -> usize {
        self.progress.get(&progress).copied().unwrap_or_default()
    }

    /// How many a list names.
    pub fn on(&self, list: List) -> usize {
        self.lists.get(&list).copied().unwrap_or_default()
    }

    /// Adds what another class counts.
    pub fn add_class(&mut self, other: &Self) {
        self.is_final |= other.is_final;
        self.students += other.students;
        for (progress, number) in &other.progress {
            *self.progress.entry(*progress).or_default() += number;
        }
        for (list, number) in &other.lists {
            *self.lists.entry(*list).or_default() += number;
        }
        self.starts_on = [self.starts_on, other.starts_on].into_iter().flatten().min();
    }

    /// Adds a student as of a day.
    pub(super) fn add(&mut self, student: &StudentProgress, on: Date) {
        self.is_final |= student.is_final;
        self.students += 1;
        *self.progress.entry(student.progress).or_default() += 1;
        for list in &student.waits {
            *self.lists.entry(*list).or_default() += 1;
        }
        let first_day = student.placement.as_ref().map(|placement| placement.period.first_day);
        let starts_on = first_day.filter(|day| *day >= on);
        self.starts_on = [self.starts_on, starts_on].into_iter().flatten().min();
    }
}

impl App {
    pub(super) async fn list_classes(&self, caller: &Caller, asked: &ListClasses) -> Result<Classes, Failure> {
        let (question, rosters) = self.rosters(caller, &asked.query).await?;
        let mut starts = Starts::default();
        for (day, (begun, unsigned)) in rosters.iter().flat_map(|roster| &roster.starts) {
            let (all, all_unsigned) = starts.entry(*day).or_default();
            *all += begun;
            *all_unsigned += unsigned;
        }
        let classes = rosters.iter().flat_map(|roster| roster.classes.iter().cloned()).collect();
        Ok(Classes { on: day(&question)?, known_at: question.known_at, classes, starts })
    }

    pub(super) async fn list_students(&self, caller: &Caller, asked: &ListStudents) -> Result<Roster, Failure> {
        let (question, rosters) = self.rosters(caller, &asked.query).await?;
        let mut counts = ClassCounts::default();
        if asked.placed {
            let placed =
                rosters.iter().flat_map(|roster| &roster.students).filter(|student| student.placement.is_some());
            let on = day(&question)?;
            placed.for_each(|student| counts.add(student, on));
        } else {
            rosters.iter().flat_map(|roster| &roster.classes).for_each(|class| counts.add_class(class));
        }
        let packets = match asked.papers {
            Some(_) => self.packets_under_way(&question, &rosters).await?,
            None => HashMap::new(),
        };
        let papers_of = |student: &StudentProgress| packets.get(&student.placement.as_ref()?.placement);
        let is_asked_for = |student: &&StudentProgress| {
            (!asked.placed || student.placement.is_some())
                && asked
                    .papers
                    .is_none_or(|state| papers_of(student).is_some_and(|papers| state.is_of(papers, &student.waits)))
                && asked.list.is_none_or(|list| student.waits.contains(&list))
                && asked.progress.is_none_or(|progress| student.progress == progress)
                && asked.starts.is_none_or(|day| student.first_day() == Some(day))
                && (asked.only.is_empty() || asked.only.contains(&student.student))
        };
        let students: Vec<&StudentProgress> =
            rosters.iter().flat_map(|roster| &roster.students).filter(is_asked_for).collect();
        let found = students.len();
        let mut students = match asked.sort {
            Some(order) => self.sorted(caller, &question, students, order, asked).await?,
            None => self.in_places(caller, &question, students, asked.places.as_ref()).await?,
        };
        for student in &mut students {
            if let Some(papers) = papers_of(&student.of) {
                student.papers.clone_from(papers);
            }
        }
        let with_papers =
            || rosters.iter().flat_map(|roster| &roster.students).filter_map(|of| Some((papers_of(of)?, of)));
        let count = |state: PapersState| with_papers().filter(|(papers, of)| state.is_of(papers, &of.waits)).count();
        let papers = PapersState::VARIANTS.iter().map(|state| (*state, count(*state))).collect();
        Ok(Roster { on: day(&question)?, known_at: question.known_at, counts, papers, found, students })
    }

    /// The students at the places that were asked for, as their order is.
    async fn in_places(
        &self,
        caller: &Caller,
        question: &PlacementsAsOf,
        students: Vec<&StudentProgress>,
        places: Option<&Range<usize>>,
    ) -> Result<Vec<RosterStudent>, Failure> {
        let (before, students) = match places {
            Some(places) => classes_at(&students, places),
            None => (0, students),
        };
        let students = self.with_units(question, students.into_iter().cloned().collect()).await?;
        let mut students = self.named_on_roster(caller, question, students).await?;
        if let Some(places) = places {
            let first = places.start.saturating_sub(before).min(students.len());
            students.drain(..first);
            students.truncate(places.len());
        }
        Ok(students)
    }

    /// The same in another order.
    async fn sorted(
        &self,
        caller: &Caller,
        question: &PlacementsAsOf,
        students: Vec<&StudentProgress>,
        order: RosterOrder,
        asked: &ListStudents,
    ) -> Result<Vec<RosterStudent>, Failure> {
        let students = self.with_units(question, students.into_iter().cloned().collect()).await?;
        let mut students = self.in_order(caller, question, students, order, asked.descending).await?;
        if let Some(places) = &asked.places {
            students.drain(..places.start.min(students.len()));
            students.truncate(places.len());
        }
        let ids: Vec<StudentId> = students.iter().map(|student| student.student).collect();
        let mut students = self.named_on_roster(caller, question, students).await?;
        let places: HashMap<StudentId, usize> = ids.into_iter().enumerate().map(|(at, id)| (id, at)).collect();
        students.sort_by_key(|student| places.get(&student.of.student).copied());
        Ok(students)
    }

    /// The packets of the placements that are to come or under way, of those who are on these rosters.
    async fn packets_under_way(
        &self,
        question: &PlacementsAsOf,
        rosters: &[Arc<SchoolRoster>],
    ) -> Result<HashMap<PlacementId, Vec<Paper>>, ReportError> {
        let school = question.scope.school().ok_or(ReportError::SchoolNeeded)?;
        let packets = match &question.scope {
            Scope::Class { school, class } => {
                packet_grid::packet_grid(self.log.readers(), question, school, class).await?
            }
            Scope::City | Scope::School(_) => {
                packet_grid::packets_of_school(self.log.readers(), question, school).await?
            }
        };
        let placed =
            rosters.iter().flat_map(|roster| &roster.students).filter_map(|student| student.placement.as_ref());
        let is_over = |status| matches!(status, PlacementStatus::PeriodEnded | PlacementStatus::EndedEarly);
        let under_way: HashSet<PlacementId> =
            placed.filter(|placement| !is_over(placement.shown)).map(|placement| placement.placement).collect();
        let packets = packets.into_iter().filter(|packet| under_way.contains(&packet.placement));
        Ok(packets.map(|packet| (packet.placement, packet.documents)).collect())
    }

    /// Everybody in scope, by school; of a mentor the own interns.
    async fn rosters(
        &self,
        caller: &Caller,
        query: &PlacementQuery,
    ) -> Result<(PlacementsAsOf, Vec<Arc<SchoolRoster>>), ReportError> {
        let question = self.question_of_placements(caller, query).await?;
        let (_, head) = self.log.known_now().await?;
        let PlacementsAsOf { as_of, known_at, scope } = question.clone();
        if let Scope::Class { school, class } = &scope {
            // A class is asked for by itself, unless the school's is at hand.
            self.log.follow(&head).await?;
            let mut students = match self.rosters.get(&self.log, &head, &(school.clone(), as_of), known_at) {
                Some(kept) => kept.students.iter().filter(|student| student.class == class.as_str()).cloned().collect(),
                None => roster::roster(self.log.readers(), &question).await?,
            };
            if let Some(own) = self.own_interns(caller).await? {
                students.retain(|student| own.contains(&student.student));
            }
            return Ok((question, vec![Arc::new(SchoolRoster::of(students, as_of))]));
        }
        let mut rosters = vec![];
        for school in student_register::schools(self.log.readers(), &scope).await? {
            let Ok(school) = SchoolCode::parse(&school) else { continue }; // Folds write codes only.
            rosters.push(self.rosters.of(&self.log, &head, (school, as_of), known_at).await?);
        }
        if let Some(own) = self.own_interns(caller).await? {
            let students = rosters.iter().flat_map(|roster| &roster.students);
            let students = students.filter(|student| own.contains(&student.student)).cloned().collect();
            rosters = vec![Arc::new(SchoolRoster::of(students, as_of))];
        }
        Ok((question, rosters))
    }

    /// Students with the units that the hosts of their stays are part of.
    async fn with_units(
        &self,
        question: &PlacementsAsOf,
        mut students: Vec<StudentProgress>,
    ) -> Result<Vec<StudentProgress>, ReportError> {
        let mergers = employer_directory::mergers(self.log.readers(), question.known_at).await?;
        for placement in students.iter_mut().filter_map(|student| student.placement.as_mut()) {
            placement.unit = mergers.unit(placement.host);
        }
        Ok(students)
    }

    /// How far one student in scope is.
    pub(super) async fn progress_of_student(
        &self,
        caller: &Caller,
        query: &PlacementQuery,
        student: StudentId,
    ) -> Result<Option<StudentProgress>, ReportError> {
        let (question, rosters) = self.rosters(caller, query).await?;
        let mut students = rosters.iter().flat_map(|roster| &roster.students);
        let known = students.find(|progress| progress.student == student).cloned();
        Ok(self.with_units(&question, Vec::from_iter(known)).await?.pop())
    }

    async fn named_on_roster(
        &self,
        caller: &Caller,
        question: &PlacementsAsOf,
        students: Vec<StudentProgress>,
    ) -> Result<Vec<RosterStudent>, Failure> {
        let placed = || students.iter().filter_map(|student| student.placement.as_ref());
        let units: HashSet<Uuid> = placed().map(|placement| placement.unit.0).collect();
        let units = self.names_at(&units.into_iter().collect::<Vec<_>>(), question.known_at).await?;
        let (mut papers, mut posts): (HashMap<PlacementId, Vec<Paper>>, HashMap<PlacementId, String>) =
            Default::default();
        if let Scope::Class { school, class } = &question.scope {
            let packets = packet_grid::packet_grid(self.log.readers(), question, school, class).await;
            papers.extend(
                packets.map_err(ReportError::from)?.into_iter().map(|packet| (packet.placement, packet.documents)),
            );
            let unsealed = self.unsealed(&placed().map(|placement| placement.placement.0).collect::<Vec<_>>()).await?;
            posts.extend(placed().filter_map(|placement| {
                match unsealed.get(&(placement.placement.0, placement.site?.0))? {
                    Sealed::Site { post, .. } => Some((placement.placement, post.clone())),
                    _ => None,
                }
            }));
        }
        let ids: Vec<Uuid> = students.iter().map(|student| student.student.0).collect();
        let persons = self.persons_at(&ids, question.known_at).await?;
        let mut named: Vec<(Option<String>, RosterStudent)> = students
            .into_iter()
            .map(|of| {
                let person = persons.get(&of.student.0);
                let (name, student_number) = shown_person(caller, person);
                let unit = of.placement.as_ref().and_then(|placement| units.get(&placement.unit.0).cloned());
                let placement = of.placement.as_ref().map(|placement| placement.placement);
                let post = placement.and_then(|placement| posts.remove(&placement));
                let papers = placement.and_then(|placement| papers.remove(&placement)).unwrap_or_default();
                let order = person.map(|person| format!("{:?} {}", person.student_number, person.name));
                (order, RosterStudent { name, student_number, of, unit, post, papers })
            })
            .collect();
        named.sort_by(|(one, first), (other, second)| {
            (&first.of.school, &first.of.class, one).cmp(&(&second.of.school, &second.of.class, other))
        });
        Ok(named.into_iter().map(|(_, student)| student).collect())
    }
}

/// The classes of which somebody is at these places, and how many students come before them: within a class the order is
/// known only of whom is unsealed.
fn classes_at<'r>(students: &[&'r StudentProgress], places: &Range<usize>) -> (usize, Vec<&'r StudentProgress>) {
    let is_class_of =
        |one: &&StudentProgress, other: &&StudentProgress| (&one.school, &one.class) == (&other.school, &other.class);
    let (mut before, mut taken, mut start) = (0, 0, 0);
    for class in students.chunk_by(is_class_of) {
        let end = start + class.len();
        if end <= places.start {
            before = end;
        } else if start < places.end {
            taken = end;
        }
        start = end;
    }
    (before, students[before..taken.max(before)].to_vec())
}

fn day(question: &PlacementsAsOf) -> Result<Date, ReportError> {
    from_epoch_day(question.as_of).ok_or(ReportError::NotFound)
}
