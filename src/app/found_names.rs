//! By what students are found: the names and student numbers of a school, unsealed when somebody first looks there, and kept
//! in memory from then on.
//!
//! Invariants: what is kept follows the log, so that whoever is found or not is so by the latest of what is recorded; an
//! erased person is gone here with the erasure, in this process at once and in others within a second; nothing else of what
//! is sealed is kept, and nothing of it is written anywhere.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use super::people::guards;
use super::target::{StudentInfo, ends_with};
use super::{App, AppError};
use crate::accounts::Scope;
use crate::domain::StreamType;
use crate::domain::ids::{SchoolCode, StudentId};
use crate::event_log::EngineError;
use crate::event_log::request::{GuardKey, LogHead};
use crate::event_log::tail::Addition;
use crate::people::BlindField;
use crate::projections::student_register::{self, ListedStudent};
use crate::text::pinyin;

/// So many students are kept; a city has some 40,000, in 6 MB.
const STUDENTS_MAX: usize = 200_000;
/// Of more students of whom something was recorded the school is read anew.
const READ_AGAIN_MAX: usize = 500;

/// What a student is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    name: Box<str>,
    student_number: Option<Box<str>>,
}

/// The students of a school, by all that is recorded up to a position.
#[derive(Debug, Clone, Default)]
struct School {
    read_to: i64,
    students: HashMap<StudentId, Known>,
}

impl School {
    fn put(&mut self, info: StudentInfo) {
        let student_number = info.person.student_number.map(Into::into);
        self.students.insert(info.student, Known { name: info.person.name.into(), student_number });
    }
}

/// The schools in which somebody looked.
#[derive(Debug, Default)]
pub(super) struct FoundNames {
    schools: Mutex<HashMap<SchoolCode, Arc<School>>>,
    turn: tokio::sync::Mutex<()>,
}

impl FoundNames {
    fn schools(&self) -> MutexGuard<'_, HashMap<SchoolCode, Arc<School>>> {
        self.schools.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets an erased person.
    pub(super) fn forget(&self, student: StudentId) {
        for school in self.schools().values_mut().filter(|school| school.students.contains_key(&student)) {
            Arc::make_mut(school).students.remove(&student);
        }
    }

    fn keep(&self, code: &SchoolCode, school: &Arc<School>) {
        let mut schools = self.schools();
        schools.insert(code.clone(), Arc::clone(school));
        if schools.values().map(|school| school.students.len()).sum::<usize>() > STUDENTS_MAX {
            schools.retain(|kept, _| kept == code);
        }
    }
}

/// How a text means somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A part of the name or how it sounds, or what identifies.
    Like,
    /// The student number, the id or its end.
    Exactly,
}

impl Meaning {
    fn is(self, wanted: &str, student: StudentId, known: &Known) -> bool {
        known.student_number.as_deref() == Some(wanted)
            || ends_with(student.0, wanted)
            || self == Self::Like && (known.name.contains(wanted) || pinyin::spells(wanted, &known.name))
    }
}

impl App {
    /// The students of a scope whom a text means, by school and class.
    pub(super) async fn students_meant(
        &self,
        scope: &Scope,
        wanted: &str,
        meaning: Meaning,
    ) -> Result<Vec<ListedStudent>, AppError> {
        let readers = self.log.readers();
        let (_, head) = self.log.known_now().await?;
        // Every document number has some.
        let has_digits = wanted.contains(|letter: char| letter.is_ascii_digit());
        let mut meant: Vec<StudentId> = vec![];
        for school in student_register::schools(readers, scope).await.map_err(EngineError::from)? {
            let Ok(school) = SchoolCode::parse(&school) else { continue }; // Folds write codes only.
            if meaning == Meaning::Like && has_digits {
                meant.extend(self.student_of_document(&school, wanted).await?);
            }
            let known = self.found_names_of(&school, &head).await?;
            let found = known.students.iter().filter(|(student, known)| meaning.is(wanted, **student, known));
            meant.extend(found.map(|(student, _)| *student));
        }
        meant.sort_unstable();
        meant.dedup();
        Ok(student_register::among(readers, scope, &meant).await.map_err(EngineError::from)?)
    }

    /// Hands over what is kept of each student of a school: name and student number.
    pub(super) async fn each_known_name(
        &self,
        code: &SchoolCode,
        head: &LogHead,
        mut handed: impl FnMut(StudentId, &str, Option<&str>),
    ) -> Result<(), AppError> {
        let school = self.found_names_of(code, head).await?;
        for (student, known) in &school.students {
            handed(*student, &known.name, known.student_number.as_deref());
        }
        Ok(())
    }

    /// Whose document number a text is or was, at a school.
    async fn student_of_document(&self, school: &SchoolCode, number: &str) -> Result<Option<StudentId>, AppError> {
        let key = self.people.blind_index(BlindField::DocumentNumber, &number.to_ascii_uppercase());
        let guard = GuardKey { kind: guards::STUDENT.to_owned(), scope: school.as_str().to_owned(), key };
        let guard = self.log.guard(&guard).await?;
        Ok(guard.and_then(|guard| Uuid::parse_str(&guard.stream).ok()).map(StudentId))
    }

    /// What is kept of a school, brought up to a head just read.
    async fn found_names_of(&self, code: &SchoolCode, head: &LogHead) -> Result<Arc<School>, AppError> {
        self.log.follow(head).await?;
        // Who looks at the same school meanwhile waits for what is read here.
        let _turn = self.names.turn.lock().await;
        let kept = self.names.schools().get(code).cloned();
        let is_of_school = |addition: &Addition| {
            addition.stream.kind == StreamType::Student
                && addition.school.as_ref().is_none_or(|school| school.as_str() == code.as_str())
        };
        let added = kept.as_ref().and_then(|kept| {
            // Somebody may have read on from a later head.
            self.log.added_to(kept.read_to, head.position().max(kept.read_to), is_of_school)
        });
        let mut school = match (kept, added) {
            (Some(kept), Some(added)) if added.is_empty() => return Ok(kept),
            (Some(kept), Some(added)) if added.len() <= READ_AGAIN_MAX => {
                let students: Vec<StudentId> = added.into_iter().map(StudentId).collect();
                let mut school = Arc::unwrap_or_clone(kept);
                students.iter().for_each(|student| drop(school.students.remove(student)));
                self.read_names(&mut school, code, Some(&students)).await?;
                school
            }
            _ => {
                let mut school = School::default();
                self.read_names(&mut school, code, None).await?;
                school
            }
        };
        school.read_to = school.read_to.max(head.position());
        let school = Arc::new(school);
        self.names.keep(code, &school);
        Ok(school)
    }

    /// Reads these students of a school, or all of it.
    async fn read_names(
        &self,
        school: &mut School,
        code: &SchoolCode,
        students: Option<&[StudentId]>,
    ) -> Result<(), AppError> {
        let (readers, scope) = (self.log.readers(), Scope::School(code.clone()));
        let listed = match students {
            Some(students) => student_register::among(readers, &scope, students).await,
            None => student_register::students(readers, &scope, None).await,
        };
        let infos = self.unseal_students(listed.map_err(EngineError::from)?).await?;
        infos.into_iter().for_each(|info| school.put(info));
        Ok(())
    }

    /// Brings what is kept of schools up to date, so that whom another process erased is gone here, too.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn follow_names(&self) -> Result<(), AppError> {
        let opened: Vec<SchoolCode> = self.names.schools().keys().cloned().collect();
        if !opened.is_empty() {
            let (_, head) = self.log.known_now().await?;
            for school in opened {
                self.found_names_of(&school, &head).await?;
            }
        }
        Ok(())
    }
}
