//! Students: found by what an office knows of them, and erased.
//!
//! Of an erased person the sealed data goes, and what figures count stays under the opaque id.
//! The ledger is told first, so that a crash, or a backup restored later, is put right when the database is opened
//! next.

use derive_more::From;
use std::collections::BTreeSet;
use strum::{IntoStaticStr, VariantNames};

use clap::Args;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::failure::{Failure, InputRefusal};
use super::found_names::Meaning;
use super::key::Call;
use super::people::{guards, listed, placement_guard, tombstone};
use super::request::{Order, Request};
use super::target::ShownStudent;
use super::{App, AppError, Done};
use crate::accounts::{Caller, Scope};
use crate::domain::ids::{SchoolCode, StudentId};
use crate::domain::student::{Student, StudentCommand};
use crate::domain::terms::Standing;
use crate::domain::{ErasureReason, StreamType};
use crate::event_log::request::{AppendError, GuardKey, GuardUse};
use crate::event_log::table::{EVIDENCE, GUARD, OUTBOX, Removal, SEALED, Value};
use crate::input::words;
use crate::ledger::{LedgerEntry, LedgerError};
use crate::people::{BlindField, Person, Sealed};
use crate::projections::school_directory;

/// Erases a person's names, numbers, contacts, notes and files for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct EraseStudent {
    /// Id or its end, or document number.
    pub person: String,
    #[arg(long, value_parser = words::TermParser::<ErasureReason>::new())]
    pub reason: ErasureReason,
}

/// The students of whom this is a part of the name or spells its beginning, the student number, the document number or the
/// id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct FindStudents {
    pub text: String,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
}

/// A student who was found.
#[derive(Debug)]
pub struct FoundStudent {
    pub school: SchoolCode,
    pub student: ShownStudent,
    pub id: StudentId,
    pub standing: Standing,
    /// Its last digits.
    pub document_number: Option<String>,
    /// Its first and last digits.
    pub phone: Option<String>,
}

/// The students who were found.
#[derive(Debug, Default)]
pub struct FoundStudents {
    pub students: Vec<FoundStudent>,
    /// How many more there are: of all schools together no more are told than anybody reads.
    pub left_off: usize,
}

/// Students of all schools together who are told.
const CITY_MAX: usize = 100;

// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, From, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "erasure.")]
pub enum EraseError {
    NotFound,
    AtSeveralSchools(Vec<StudentId>),
    #[from]
    #[serde(skip)]
    Ledger(LedgerError),
    #[from]
    #[serde(skip)]
    App(AppError),
}

impl From<crate::event_log::EngineError> for EraseError {
    fn from(error: crate::event_log::EngineError) -> Self {
        Self::App(error.into())
    }
}

/// The key of an erasure to which no caller gave one.
fn erasure_key(student: StudentId) -> String {
    format!("erase:{}", student.0)
}

impl App {
    /// The students in scope of whom a text is a part of the name or spells it, or all of a number or the end of the id.
    pub(super) async fn find_students(
        &self,
        caller: &Caller,
        question: &FindStudents,
    ) -> Result<FoundStudents, Failure> {
        const LEN_MIN: usize = 1;
        let wanted = question.text.trim();
        if wanted.chars().count() < LEN_MIN {
            return Err(InputRefusal::FieldsMissing(vec!["text"]).into());
        }
        let scope = self.scope_of(caller, question.school.as_ref()).await?;
        let mut listed = self.students_meant(&scope, wanted, Meaning::Like).await?;
        let left_off = if scope == Scope::City { listed.len().saturating_sub(CITY_MAX) } else { 0 };
        listed.truncate(listed.len() - left_off);
        let standings: std::collections::HashMap<StudentId, Standing> =
            listed.iter().map(|listed| (listed.student, listed.standing)).collect();
        let mut found = self.unseal_students(listed).await?;
        // A document number may have been corrected since.
        found.retain(|info| info.is_like(wanted));
        let found = self.seen_by(caller, found).await?;
        let students = found
            .into_iter()
            .map(|info| FoundStudent {
                standing: standings.get(&info.student).copied().unwrap_or(Standing::Enrolled),
                school: info.school.clone(),
                student: info.shown(caller),
                id: info.student,
                document_number: info.person.document_number.as_deref().map(|number| caller.shown_document(number)),
                phone: info.person.phone.as_deref().map(|phone| caller.shown_phone(phone)),
            })
            .collect();
        Ok(FoundStudents { students, left_off })
    }

    /// The student with this id, end of an id or document number, as far as the caller may see.
    pub(super) async fn find_student(&self, caller: &Caller, wanted: &str) -> Result<StudentId, EraseError> {
        if let [one] = self.streams_ending(StreamType::Student, wanted).await?.as_slice() {
            return Ok(StudentId(*one));
        }
        let number = wanted.trim().to_ascii_uppercase();
        let index = self.people.blind_index(BlindField::DocumentNumber, &number);
        let head = self.log.head().await?;
        let schools = school_directory::schools(self.log.readers(), head.position()).await;
        let mut found = vec![];
        for school in schools.map_err(crate::event_log::EngineError::from)? {
            if caller.scope.covers_school(&school.code) {
                let guard = self.student_guard(school.code.as_str(), &index);
                let stream = self.log.guard(&guard).await?.and_then(|guard| Uuid::parse_str(&guard.stream).ok());
                found.extend(stream.map(StudentId));
            }
        }
        match found.as_slice() {
            [] => Err(EraseError::NotFound),
            [one] => Ok(*one),
            [_, _, ..] => Err(EraseError::AtSeveralSchools(found)),
        }
    }

    fn student_guard(&self, school: &str, index: &str) -> GuardKey {
        GuardKey { kind: guards::STUDENT.to_owned(), scope: school.to_owned(), key: index.to_owned() }
    }

    /// Erases a person. `Unchanged` when that was done before.
    pub(super) async fn erase_student(
        &self,
        call: Call<'_>,
        erase: &EraseStudent,
    ) -> Result<(StudentId, Done), Failure> {
        let student = self.find_student(call.caller, &erase.person).await?;
        // Without a key of the caller's, who erases at the same moment is answered the same.
        let key = if call.is_keyed { call.key.to_owned() } else { erasure_key(student) };
        let request = Request::new(key, call.asked, vec![]);
        Ok((student, self.erase(call.caller, student, erase.reason, request).await?))
    }

    async fn erase(
        &self,
        caller: &Caller,
        student: StudentId,
        reason: ErasureReason,
        mut request: Request,
    ) -> Result<Done, EraseError> {
        self.bring_up_to_date::<Student>(&[student.0]).await?;
        let (state, _) = self.load::<Student>(student.0).await?;
        let school = state.last_registration().ok_or(EraseError::NotFound)?.school.clone();
        if !caller.scope.covers_school(&school) {
            return Err(EraseError::NotFound);
        }
        if state.is_erased() {
            return Ok(Done::Unchanged);
        }
        self.ledger.append(&LedgerEntry::Erased { student })?;
        let command = StudentCommand::Erase { reason, effective_on: self.today() };
        request.orders.push(Order::Student { student, command });
        // Notes, places, mentors and files of the person's placements go, too; none may be drafted meanwhile.
        let guard = placement_guard(student);
        let named = self.log.guard(&guard).await?;
        let version = named.as_ref().map_or(0, |named| named.version);
        request.guards.push(GuardUse { guard, version, set: None });
        let placements = named.map(|named| listed(&named.stream)).unwrap_or_default();
        let placements = placements.into_iter().map(|placement| placement.0);
        let subjects: Vec<Uuid> = std::iter::once(student.0).chain(placements).collect();
        for subject in &subjects {
            let key = vec![Value::text(subject.to_string())];
            request.removals.extend([&SEALED, &EVIDENCE, &OUTBOX].map(|table| Removal { table, key: key.clone() }));
        }
        let sealed = self.unsealed(&[student.0]).await?;
        let known = sealed.values().filter_map(Sealed::person).flat_map(|person| {
            let Person { name, document_number, student_number, phone, guardian, guardian_phone, .. } = person.clone();
            [Some(name), document_number, student_number, phone, guardian, guardian_phone].into_iter().flatten()
        });
        let known: Vec<String> = subjects.iter().map(Uuid::to_string).chain(known).collect();
        request.removals.extend(self.drafts_naming(&known).await?);
        let documents: BTreeSet<String> = sealed
            .into_values()
            .filter_map(|sealed| match sealed {
                Sealed::Person(person) => person.document_number,
                Sealed::Employer { .. }
                | Sealed::College { .. }
                | Sealed::Name { .. }
                | Sealed::Staff { .. }
                | Sealed::Site { .. }
                | Sealed::Contact { .. }
                | Sealed::Mail { .. }
                | Sealed::Note { .. }
                | Sealed::Credentials(_)
                | Sealed::Wording { .. }
                | Sealed::Printed { .. } => None,
            })
            .collect();
        for document_number in documents {
            let index = self.people.blind_index(BlindField::DocumentNumber, &document_number);
            let held = self.student_guard(school.as_str(), &index);
            if self.log.guard(&held).await?.is_some_and(|guard| guard.stream == student.0.to_string()) {
                let key = [held.kind, held.scope, held.key].map(Value::text).to_vec();
                request.removals.push(Removal { table: &GUARD, key });
            }
            let guard = tombstone(&self.people, &school, &document_number);
            if self.log.guard(&guard).await?.is_none() {
                request.guards.push(GuardUse { guard, version: 0, set: Some(student.0.to_string()) });
            }
        }
        let done = self.execute(caller, request).await?;
        self.names.forget(student);
        Ok(done)
    }

    /// Erases again everybody whom the ledger knows as erased and this log does not: a crash came in between, or an
    /// older database was put back. One whose read models must be rebuilt first is left for the next opening.
    pub(super) async fn apply_erasures(&self) -> Result<(), EraseError> {
        let erased: Vec<StudentId> = self.ledger.erased()?.into_iter().collect();
        let ids: Vec<Uuid> = erased.iter().map(|student| student.0).collect();
        self.bring_up_to_date::<Student>(&ids).await?;
        for student in erased {
            let (state, version) = self.load::<Student>(student.0).await?;
            if version == 0 || state.is_erased() {
                continue;
            }
            let request = Request::new(erasure_key(student), "erase", vec![]);
            match self.erase(&Caller::operator("restore"), student, ErasureReason::Restored, request).await {
                Ok(_) => (),
                Err(EraseError::App(AppError::Append(AppendError::Upgrade(_)))) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
