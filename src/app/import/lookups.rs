//! What an import knows while it works: schools, students, employers and identities, looked up many at a time.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use uuid::Uuid;

use super::alike::Alike;
use super::batch::WordsOf;
use super::preview::Touched;
use super::row_refusal::RowRefusal;
use super::staff::KnownStaff;
use crate::accounts::{Caller, Scope};
use crate::app::packet::printing::Lookups;
use crate::app::people::{employer_code_guard, employer_name_guard, guards, tombstone};
use crate::app::{App, AppError};
use crate::domain::Stream;
use crate::domain::identity::IdentityNumber;
use crate::domain::ids::{ClassName, CreditCode, EmployerId, HostId, PlacementId, SchoolCode, StaffId, StudentId};
use crate::event_log::record::StreamKey;
use crate::event_log::request::{GuardKey, GuardUse};
use crate::intake::cells::unless_of_a_person;
use crate::intake::rows::{PersonRef, SchoolRef};
use crate::packet::templates::Templates;
use crate::people::{BlindField, Sealed};
use crate::projections::school_directory;
use crate::projections::student_register;
use crate::text::names;

/// Marks a student number among what persons are looked up by; no index begins so.
const BY_STUDENT_NUMBER: &str = "number:";
/// Employers remembered during one call.
const EMPLOYERS_MAX: usize = 50_000;

pub(super) struct ImportContext<'a> {
    pub app: &'a App,
    pub caller: &'a Caller,
    /// School by code and by name.
    schools: HashMap<String, SchoolCode>,
    /// The one school the user named.
    only: Option<SchoolCode>,
    students: HashMap<(SchoolCode, String), StudentId>,
    /// The students of a school by student number, once one was asked for.
    numbers: HashMap<SchoolCode, HashMap<String, Vec<(StudentId, String)>>>,
    /// Tombstones of persons who were erased.
    erased: HashSet<GuardKey>,
    employers: HashMap<GuardKey, Uuid>,
    /// Sealed rows by subject: students, and what the rows at hand are about.
    pub(super) sealed: HashMap<Uuid, Vec<(u32, Sealed)>>,
    /// The placements of the students at hand, oldest first.
    pub(super) placements: HashMap<StudentId, Vec<PlacementId>>,
    /// The hosts of the units at hand.
    pub(super) hosts: HashMap<(SchoolCode, EmployerId), HostId>,
    /// Units that will be registered by the rows at hand.
    pub(super) coming: HashMap<GuardKey, Uuid>,
    /// The staff of each school by name and by id, once somebody was named.
    pub(super) staff: Option<HashMap<(SchoolCode, String), Vec<StaffId>>>,
    /// Every account, for the rows of staff lists.
    pub(super) accounts: HashMap<StaffId, KnownStaff>,
    /// The classes of each school that a staff list names.
    pub(super) classes: HashMap<SchoolCode, HashSet<String>>,
    /// The classes of the rosters of this call, which may only be rehearsed.
    pub(super) coming_classes: HashSet<(SchoolCode, ClassName)>,
    /// Names as documents print them.
    pub(super) words: Lookups,
    pub(super) templates: Arc<Templates>,
    /// Who says what the files of this call say.
    pub(super) words_of: WordsOf,
    /// Every unit by its name, once one is to be registered.
    pub(super) alike: Option<Alike>,
    /// Streams and versions that the row at hand was understood from.
    seen: Vec<(StreamKey, u64)>,
    /// Whom the rows of the file at hand change.
    pub(super) touched: Touched,
    /// Rows of a rehearsal are nowhere else: nothing is forgotten.
    pub(super) rehearsal: bool,
}

impl<'a> ImportContext<'a> {
    pub(super) async fn open(
        app: &'a App,
        caller: &'a Caller,
        only: Option<SchoolCode>,
        templates: Arc<Templates>,
    ) -> Result<Self, AppError> {
        let head = app.log().head().await?;
        let schools = school_directory::schools(app.log().readers(), head.position()).await;
        let mut context = Self {
            app,
            caller,
            schools: HashMap::new(),
            only: only.or_else(|| caller.scope.school().cloned()),
            students: HashMap::new(),
            numbers: HashMap::new(),
            erased: HashSet::new(),
            employers: HashMap::new(),
            sealed: HashMap::new(),
            placements: HashMap::new(),
            hosts: HashMap::new(),
            coming: HashMap::new(),
            staff: None,
            accounts: HashMap::new(),
            classes: HashMap::new(),
            coming_classes: HashSet::new(),
            words: Lookups::default(),
            templates,
            words_of: WordsOf::of_school(app.today()),
            alike: None,
            seen: vec![],
            touched: Touched::default(),
            rehearsal: app.is_rehearsal(),
        };
        for school in schools.map_err(crate::event_log::EngineError::from)? {
            context.know_school(&school.code, &school.name);
        }
        Ok(context)
    }

    /// Another context for the same call on a rehearsal.
    pub(super) async fn on<'b>(&self, rehearsal: &'b App) -> Result<ImportContext<'b>, AppError>
    where
        'a: 'b,
    {
        let open = ImportContext::open(rehearsal, self.caller, self.only.clone(), Arc::clone(&self.templates));
        Ok(ImportContext { words_of: self.words_of.clone(), ..open.await? })
    }

    /// Remembers a school; one outside the caller's scope is as if it were not there.
    pub(super) fn know_school(&mut self, code: &SchoolCode, name: &str) {
        if self.caller.scope.narrowed_to(code).is_some() {
            self.schools.insert(code.as_str().to_owned(), code.clone());
            self.schools.insert(names::key(name), code.clone());
            self.words.schools.insert(code.as_str().to_owned(), name.to_owned());
        }
    }

    /// The school that a row means, or why none.
    pub(super) fn school(&self, named: &SchoolRef) -> Result<SchoolCode, RowRefusal> {
        let Some(text) = named.code.as_ref().map(SchoolCode::as_str).or(named.name.as_deref()) else {
            return self.only.clone().ok_or(RowRefusal::SchoolUnnamed);
        };
        let shown = || unless_of_a_person(text);
        let known = |name: &str| self.schools.get(&names::key(name));
        let unknown = || RowRefusal::SchoolUnknown { by_code: named.code.is_some(), wanted: shown() };
        let school = known(text).ok_or_else(unknown)?;
        let by_name = named.name.as_deref().and_then(known);
        if by_name.is_some_and(|by_name| by_name != school) {
            return Err(RowRefusal::SchoolsDiffer);
        }
        match &self.only {
            Some(only) if only != school => Err(RowRefusal::OtherSchool { school: shown(), only: only.clone() }),
            Some(_) | None => Ok(school.clone()),
        }
    }

    /// What a person of a row is looked up by: the index of the document's number, else the student number, marked as one.
    pub(super) fn index(&self, person: &PersonRef) -> String {
        match &person.document {
            Some(document) => self.index_of(document),
            None => format!("{BY_STUDENT_NUMBER}{}", person.number()),
        }
    }

    pub(super) fn index_of(&self, document: &IdentityNumber) -> String {
        self.app.people().blind_index(BlindField::DocumentNumber, document.as_str())
    }

    /// A stream's state; the row at hand depends on it.
    pub(super) async fn see<A: Stream>(&mut self, id: Uuid) -> Result<A, AppError> {
        let (state, version) = self.app.load::<A>(id).await?;
        self.seen.push((StreamKey { kind: A::KIND, id }, version));
        Ok(Arc::unwrap_or_clone(state))
    }

    /// What was seen since this was last asked.
    pub(super) fn take_seen(&mut self) -> Vec<(StreamKey, u64)> {
        std::mem::take(&mut self.seen)
    }

    /// Forgets the persons known so far.
    pub(super) fn forget_persons(&mut self) {
        if !self.rehearsal {
            self.students.clear();
            self.sealed.clear();
            self.placements.clear();
            self.words.specialties.clear();
        }
    }

    /// Forgets what was known, or taken for granted, of one person.
    pub(super) fn forget_person(&mut self, school: &SchoolCode, index: String) {
        if let Some(student) = self.students.remove(&(school.clone(), index)) {
            self.sealed.remove(&student.0);
        }
    }

    /// Looks these persons up, with everything sealed of them.
    pub(super) async fn look_up(&mut self, persons: &[(SchoolCode, String)]) -> Result<(), AppError> {
        let mut by_school: HashMap<&SchoolCode, Vec<String>> = HashMap::new();
        let mut found = vec![];
        for (school, index) in persons {
            if self.students.contains_key(&(school.clone(), index.clone())) {
                continue;
            }
            if let Some(number) = index.strip_prefix(BY_STUDENT_NUMBER) {
                let known = self.of_number(school, number).await?;
                if let [(student, _)] = known.as_slice() {
                    self.students.insert((school.clone(), index.clone()), *student);
                    found.push(student.0);
                }
                continue;
            }
            by_school.entry(school).or_default().push(index.clone());
        }
        for (school, indexes) in by_school {
            let guards = self.app.log().guards(guards::STUDENT, school.as_str(), &indexes).await?;
            for (index, guard) in indexes.into_iter().zip(guards) {
                if let Some(id) = guard.and_then(|guard| Uuid::parse_str(&guard.stream).ok()) {
                    self.students.insert((school.clone(), index), StudentId(id));
                    found.push(id);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        for ((id, revision), sealed) in self.app.unsealed(&found).await? {
            self.sealed.entry(id).or_default().push((revision, sealed));
        }
        Ok(())
    }

    /// The students of a school who have a student number, with their names. All of the school are read once for a call.
    pub(super) async fn of_number(
        &mut self,
        school: &SchoolCode,
        number: &str,
    ) -> Result<Vec<(StudentId, String)>, AppError> {
        if !self.numbers.contains_key(school) {
            let listed =
                student_register::students(self.app.log().readers(), &Scope::School(school.clone()), None).await;
            let listed = listed.map_err(crate::event_log::EngineError::from)?;
            let mut of_school: HashMap<String, Vec<(StudentId, String)>> = HashMap::new();
            for info in self.app.unseal_students(listed).await? {
                if let Some(number) = info.person.student_number {
                    of_school.entry(number).or_default().push((info.student, info.person.name));
                }
            }
            self.numbers.insert(school.clone(), of_school);
        }
        let of_school = self.numbers.get(school);
        Ok(of_school.and_then(|numbers| numbers.get(number)).cloned().unwrap_or_default())
    }

    /// Looks up which of these persons, of whom nothing else is known, were erased.
    pub(super) async fn look_up_erased(&mut self, persons: &[(SchoolCode, &PersonRef)]) -> Result<(), AppError> {
        let mut by_school: HashMap<&SchoolCode, Vec<GuardKey>> = HashMap::new();
        for (school, person) in persons {
            if self.student(school, &self.index(person)).is_none() {
                by_school.entry(school).or_default().push(self.tombstone(school, person));
            }
        }
        for (school, tombstones) in by_school {
            let keys: Vec<String> = tombstones.iter().map(|guard| guard.key.clone()).collect();
            let found = self.app.log().guards(guards::TOMBSTONE, school.as_str(), &keys).await?;
            self.erased.extend(tombstones.into_iter().zip(found).filter_map(|(key, found)| found.map(|_| key)));
        }
        Ok(())
    }

    pub(super) fn is_erased(&self, school: &SchoolCode, person: &PersonRef) -> bool {
        !self.erased.is_empty() && self.erased.contains(&self.tombstone(school, person))
    }

    /// Who is known by a student number only, is on no tombstone.
    fn tombstone(&self, school: &SchoolCode, person: &PersonRef) -> GuardKey {
        tombstone(self.app.people(), school, person.number())
    }

    pub(super) fn student(&self, school: &SchoolCode, index: &str) -> Option<StudentId> {
        self.students.get(&(school.clone(), index.to_owned())).copied()
    }

    /// Remembers the student number of somebody whom this import registers.
    pub(super) fn know_number(&mut self, school: &SchoolCode, number: &str, student: StudentId, name: &str) {
        if let Some(numbers) = self.numbers.get_mut(school) {
            numbers.entry(number.to_owned()).or_default().push((student, name.to_owned()));
        }
    }

    /// Remembers a student that this import registers.
    pub(super) fn know_student(&mut self, school: &SchoolCode, index: &str, student: StudentId) {
        self.students.insert((school.clone(), index.to_owned()), student);
    }

    /// The sealed row of a subject's revision.
    pub(super) fn revision(&self, subject: Uuid, revision: u32) -> Option<&Sealed> {
        self.sealed.get(&subject)?.iter().find(|(known, _)| *known == revision).map(|(_, sealed)| sealed)
    }

    /// The latest revision under which the same is sealed of a subject.
    pub(super) fn revision_of(&self, subject: Uuid, sealed: &Sealed) -> Option<u32> {
        let same = self.sealed.get(&subject).into_iter().flatten().filter(|(_, known)| known == sealed);
        same.map(|(revision, _)| *revision).max()
    }

    /// The number of a subject's latest sealed row.
    pub(super) fn last_revision(&self, subject: Uuid) -> u32 {
        self.sealed.get(&subject).into_iter().flatten().map(|(revision, _)| *revision).max().unwrap_or(0)
    }

    /// Remembers what is sealed under the subject's next revision.
    pub(super) fn seal_next(&mut self, subject: Uuid, sealed: Sealed) -> u32 {
        let revision = self.last_revision(subject) + 1;
        self.sealed.entry(subject).or_default().push((revision, sealed));
        revision
    }

    pub(super) fn employer(&self, guard: &GuardKey) -> Option<Uuid> {
        self.employers.get(guard).copied()
    }

    pub(super) fn know_employer(&mut self, guard: GuardKey, employer: Uuid) {
        self.employers.insert(guard, employer);
    }

    /// Forgets under which guards employers are known.
    pub(super) fn forget_employers(&mut self, guards: &[GuardKey]) {
        if !self.rehearsal {
            for guard in guards {
                self.employers.remove(guard);
            }
        }
    }

    /// Looks these employers up; gives those that are not registered yet.
    pub(super) async fn look_up_employers(&mut self, guards: Vec<GuardKey>) -> Result<Vec<GuardKey>, AppError> {
        if self.employers.len() > EMPLOYERS_MAX && !self.rehearsal {
            self.employers.clear();
        }
        let mut unknown: Vec<GuardKey> = guards.into_iter().filter(|g| !self.employers.contains_key(g)).collect();
        unknown.sort_unstable();
        unknown.dedup();
        let mut missing = vec![];
        let mut by_scope: HashMap<String, Vec<GuardKey>> = HashMap::new();
        for guard in unknown {
            by_scope.entry(guard.scope.clone()).or_default().push(guard);
        }
        for (scope, keys) in by_scope {
            let names: Vec<String> = keys.iter().map(|guard| guard.key.clone()).collect();
            let found = self.app.log().guards(guards::EMPLOYER, &scope, &names).await?;
            for (key, guard) in keys.into_iter().zip(found) {
                match guard.and_then(|guard| Uuid::parse_str(&guard.stream).ok()) {
                    Some(employer) => self.know_employer(key, employer),
                    None => missing.push(key),
                }
            }
        }
        missing.sort_unstable();
        Ok(missing)
    }

    /// The guard by which an employer is known: its credit code, or its name at the school.
    pub(super) fn employer_guard(&self, school: &SchoolCode, name: &str, code: Option<&CreditCode>) -> GuardKey {
        match code {
            Some(code) => employer_code_guard(self.app.people(), code),
            None => employer_name_guard(self.app.people(), school, name),
        }
    }
}

/// What a new student's registration relies on: the document number is nobody's yet, and nobody's who was erased.
pub(super) fn new_student_guards(
    context: &ImportContext<'_>,
    school: &SchoolCode,
    person: &PersonRef,
    student: StudentId,
) -> Vec<GuardUse> {
    let scope = school.as_str().to_owned();
    let guard = GuardKey { kind: guards::STUDENT.to_owned(), scope, key: context.index(person) };
    vec![
        GuardUse { guard, version: 0, set: Some(student.0.to_string()) },
        GuardUse { guard: context.tombstone(school, person), version: 0, set: None },
    ]
}
