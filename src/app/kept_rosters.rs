//! How far the students of each school are, kept as long as nothing is recorded of the school: pages ask it again and again,
//! and it takes the register of all students and placements to tell.
//!
//! Invariants: what is kept of a school holds at every position from the one as known at which it was worked out to the last
//! at which it was found untouched, and equals what the read models say there. The unit that a host is part of is not kept
//! but looked up by whoever asks: mergers are of all schools. Nothing sealed is kept.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::civil::Date;

use super::report_error::ReportError;
use super::roster::ClassCounts;
use crate::accounts::Scope;
use crate::domain::StreamType;
use crate::domain::day::{epoch_day, from_epoch_day};
use crate::domain::ids::SchoolCode;
use crate::event_log::EventLog;
use crate::event_log::request::{LogHead, ModelMark};
use crate::event_log::tail::Addition;
use crate::projections::placement_register::List;
use crate::projections::placement_register::question::PlacementsAsOf;
use crate::projections::placement_register::roster::{StudentProgress, roster};

/// So many days of schools are kept, and so many students of them all; a student takes some 500 bytes.
const SCHOOLS_MAX: usize = 512;
const STUDENTS_MAX: usize = 60_000;
/// Days that are shown ahead.
const DAYS_AHEAD: i64 = 7;

/// The days of the coming week on which stays begin: how many, and for how many signatures are missing.
pub(super) type Starts = BTreeMap<Date, (usize, usize)>;

/// How far the students of a school are on a day.
#[derive(Debug, Default)]
pub(super) struct SchoolRoster {
    /// By class and student.
    pub students: Vec<StudentProgress>,
    /// By name.
    pub classes: Vec<ClassCounts>,
    pub starts: Starts,
}

impl SchoolRoster {
    /// Counts these students, who come by school, class and student, as of an epoch day.
    pub(super) fn of(students: Vec<StudentProgress>, as_of: i64) -> Self {
        let (mut classes, mut starts): (Vec<ClassCounts>, Starts) = Default::default();
        let on = from_epoch_day(as_of).unwrap_or(Date::MAX);
        for student in &students {
            if let Some(day) = student.first_day().filter(|day| (0..=DAYS_AHEAD).contains(&(epoch_day(*day) - as_of))) {
                let (begun, unsigned) = starts.entry(day).or_default();
                *begun += 1;
                *unsigned += usize::from(student.waits.contains(&List::Unsigned));
            }
            match classes.last_mut() {
                Some(class) if class.school == student.school && class.class == student.class => class.add(student, on),
                Some(_) | None => {
                    let (school, class) = (student.school.clone(), student.class.clone());
                    let mut counts = ClassCounts { school, class, ..ClassCounts::default() };
                    counts.add(student, on);
                    classes.push(counts);
                }
            }
        }
        Self { students, classes, starts }
    }
}

/// A school on a day.
type Place = (SchoolCode, i64);

/// What is kept of a school on a day, and from which position to which it holds.
#[derive(Debug)]
struct Kept {
    from: i64,
    to: i64,
    roster: Arc<SchoolRoster>,
    /// When it was asked for last.
    used: u64,
}

#[derive(Debug, Default)]
struct Schools {
    kept: HashMap<Place, Kept>,
    /// Those of the tables from which everything here was read: a rebuild may say something else.
    read_models: BTreeMap<String, ModelMark>,
    /// Of the end of the log.
    generation: u64,
    asked: u64,
}

impl Schools {
    fn is_of(&self, head: &LogHead, generation: u64) -> bool {
        self.generation == generation && self.read_models == head.read_models
    }
}

/// The rosters that are kept.
#[derive(Debug, Default)]
pub(super) struct KeptRosters {
    schools: Mutex<Schools>,
    turn: tokio::sync::Mutex<()>,
}

impl KeptRosters {
    /// The roster of a school as of a day and as known at a position, from memory or from the read models. `head` is the
    /// log's, read after that position was fixed.
    ///
    /// # Errors
    /// When the database cannot be read, or holds a value that no fold writes.
    pub(super) async fn of(
        &self,
        log: &EventLog,
        head: &LogHead,
        (school, as_of): Place,
        known_at: i64,
    ) -> Result<Arc<SchoolRoster>, ReportError> {
        let place = (school, as_of);
        log.follow(head).await?;
        if let Some(kept) = self.get(log, head, &place, known_at) {
            return Ok(kept);
        }
        // One at a time: who asks the same meanwhile finds it kept.
        let _turn = self.turn.lock().await;
        if let Some(kept) = self.get(log, head, &place, known_at) {
            return Ok(kept);
        }
        let (scope, generation) = (Scope::School(place.0.clone()), log.tail_generation());
        let students = roster(log.readers(), &PlacementsAsOf { as_of, known_at, scope }).await?;
        let roster = Arc::new(SchoolRoster::of(students, as_of));
        self.keep(head, generation, place, known_at, &roster);
        Ok(roster)
    }

    /// What is kept, if it is known to hold.
    pub(super) fn get(
        &self,
        log: &EventLog,
        head: &LogHead,
        place: &Place,
        known_at: i64,
    ) -> Option<Arc<SchoolRoster>> {
        let mut schools = self.schools();
        let generation = log.tail_generation();
        if !schools.is_of(head, generation) {
            *schools = Schools { read_models: head.read_models.clone(), generation, ..Schools::default() };
        }
        schools.asked += 1;
        let asked = schools.asked;
        let kept = schools.kept.get_mut(place)?;
        if known_at < kept.from {
            return None;
        }
        if known_at > kept.to {
            if log.any_added(kept.to, known_at, |addition| moves(&place.0, addition))? {
                return None;
            }
            kept.to = known_at;
        }
        kept.used = asked;
        Some(Arc::clone(&kept.roster))
    }

    fn keep(&self, head: &LogHead, generation: u64, place: Place, known_at: i64, roster: &Arc<SchoolRoster>) {
        let mut schools = self.schools();
        // What was known earlier is asked for more rarely.
        if !schools.is_of(head, generation) || schools.kept.get(&place).is_some_and(|kept| kept.to > known_at) {
            return;
        }
        let kept = Kept { from: known_at, to: known_at, roster: Arc::clone(roster), used: schools.asked };
        schools.kept.insert(place, kept);
        let mut students: usize = schools.kept.values().map(|kept| kept.roster.students.len()).sum();
        while (students > STUDENTS_MAX || schools.kept.len() > SCHOOLS_MAX) && schools.kept.len() > 1 {
            let oldest = schools.kept.iter().min_by_key(|(_, kept)| kept.used).map(|(place, _)| place.clone());
            let Some(gone) = oldest.and_then(|place| schools.kept.remove(&place)) else { return };
            students -= gone.roster.students.len();
        }
    }

    fn schools(&self) -> MutexGuard<'_, Schools> {
        self.schools.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an addition may move somebody on a school's roster.
fn moves(school: &SchoolCode, addition: &Addition) -> bool {
    let is_of_school = || addition.school.as_ref().is_none_or(|of| of.as_str() == school.as_str());
    match addition.stream.kind {
        StreamType::Student
        | StreamType::Placement
        | StreamType::Agreement
        | StreamType::Exemption
        | StreamType::Season => is_of_school(),
        // A unit that became part of another is looked up.
        StreamType::School
        | StreamType::Outcome
        | StreamType::FurtherStudy
        | StreamType::Employer
        | StreamType::Host
        | StreamType::YearEnd
        | StreamType::Survey
        | StreamType::Invitation
        | StreamType::Import
        | StreamType::Account
        | StreamType::Log => false,
    }
}
