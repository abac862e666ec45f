//! Erasing a person: the sealed data goes, what figures count stays under the opaque id.
//!
//! The ledger is told first, so that a crash, or a backup restored later, is put right when the database is opened
//! next.

use std::collections::BTreeSet;

use thiserror::Error;
use uuid::Uuid;

use super::people::{guards, listed, placement_guard, tombstone};
use super::request::{Order, Request};
use super::{App, AppError, Done};
use crate::accounts::{Caller, Capability};
use crate::domain::ErasureReason;
use crate::domain::ids::{CitizenId, StudentId};
use crate::domain::student::{Student, StudentCommand};
use crate::event_log::request::{AppendError, GuardKey, GuardUse};
use crate::event_log::table::{EVIDENCE, GUARD, Removal, SEALED, Value};
use crate::ledger::{LedgerEntry, LedgerError};
use crate::people::{BlindField, Sealed};
use crate::projections::school_directory;

#[derive(Debug, Error)]
pub enum EraseError {
    #[error("没有找到这名学生；请用学生编号或证件号码，编号可用 gradtrail explain 或 gradtrail history 查看")]
    NotFound,
    #[error("同一证件号码在 {} 所学校有记录：{}。请用学生编号逐一匿名化", .0.len(), .0.iter().map(|s| s.0.to_string()).collect::<Vec<_>>().join("、"))]
    AtSeveralSchools(Vec<StudentId>),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<crate::event_log::EngineError> for EraseError {
    fn from(error: crate::event_log::EngineError) -> Self {
        Self::App(error.into())
    }
}

impl App {
    /// The student with this id or document number, as far as the caller may see.
    pub async fn find_student(&self, caller: &Caller, wanted: &str) -> Result<StudentId, EraseError> {
        if let Ok(id) = Uuid::parse_str(wanted) {
            return Ok(StudentId(id));
        }
        let document = CitizenId::parse(wanted).map_err(|_| EraseError::NotFound)?;
        let index = self.people.blind_index(BlindField::DocumentNumber, document.as_str());
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
    pub async fn erase(&self, caller: &Caller, student: StudentId, reason: ErasureReason) -> Result<Done, EraseError> {
        if !caller.may(Capability::Administer) {
            return Err(AppError::NotAllowed.into());
        }
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
        let order = Order::Student { student, command };
        let mut request = Request::new(format!("erase:{}", student.0), "erase", vec![order]);
        // Notes, places, mentors and files of the person's placements go, too; none may be drafted meanwhile.
        let guard = placement_guard(student);
        let named = self.log.guard(&guard).await?;
        let version = named.as_ref().map_or(0, |named| named.version);
        request.guards.push(GuardUse { guard, version, set: None });
        let placements = named.map(|named| listed(&named.stream)).unwrap_or_default();
        let placements = placements.into_iter().map(|placement| placement.0);
        for subject in std::iter::once(student.0).chain(placements) {
            let key = vec![Value::text(subject.to_string())];
            request.removals.extend([&SEALED, &EVIDENCE].map(|table| Removal { table, key: key.clone() }));
        }
        let sealed = self.unsealed(&[student.0]).await?.into_values();
        let documents: BTreeSet<String> = sealed
            .filter_map(|sealed| match sealed {
                Sealed::Person { document_number, .. } => Some(document_number),
                Sealed::Employer { .. }
                | Sealed::College { .. }
                | Sealed::Name { .. }
                | Sealed::Site { .. }
                | Sealed::Contact { .. }
                | Sealed::Note { .. }
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
        Ok(self.execute(caller, request).await?)
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
            match self.erase(&Caller::operator("restore"), student, ErasureReason::Restored).await {
                Ok(_) => (),
                Err(EraseError::App(AppError::Append(AppendError::Upgrade(_)))) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
