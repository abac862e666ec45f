//! What a row means, given what is recorded: orders, nothing to do, or a reason why not.
//!
//! Rows of one person may come in any order of files. What statements of graduates mean is in `statements`.

use super::lookups::ImportContext;
use super::row_refusal::RowRefusal;
use crate::app::AppError;
use crate::app::people::school_guard;
use crate::app::request::Order;
use crate::domain::ids::{SchoolCode, StudentId};
use crate::domain::import::Confirmed;
use crate::domain::school::{SchoolCommand, SchoolEntry};
use crate::domain::student::Student;
use crate::event_log::request::GuardUse;
use crate::event_log::table::{Removal, TableRows};
use crate::intake::kind::Column;
use crate::intake::rows::{PersonRef, SchoolRow};
use crate::people::{Person, Sealed};
use crate::refusal::Why;
use crate::text::names;

/// What is to be recorded for one row.
#[derive(Debug, Default)]
pub(super) struct Meaning {
    pub orders: Vec<Order>,
    pub guards: Vec<GuardUse>,
    pub rows: Vec<TableRows>,
    /// Rows that go.
    pub removals: Vec<Removal>,
    /// Nothing was recorded of it before.
    pub is_new: bool,
    /// What a person should look at, though it is recorded: by the place of its row in the group.
    pub warnings: Vec<(usize, Reason)>,
    /// What becomes of each row of the group, where that is known before anything is recorded.
    pub fates: Vec<Fate>,
    /// What is so already.
    pub confirmed: Option<Confirmed>,
}

/// What becomes of a row.
#[derive(Debug)]
pub(super) enum Fate {
    Recorded,
    SaidAlready,
    /// So already, and recorded beside what is new of the same day.
    SaidBeside,
    Held,
    Refused(Reason),
}

impl Meaning {
    /// Of a group of which every row is refused.
    pub(super) fn of_refused(reasons: Vec<Option<Reason>>) -> Self {
        Self { fates: reasons.into_iter().flatten().map(Fate::Refused).collect(), ..Self::default() }
    }

    pub(super) fn warn(&mut self, column: Column, why: impl Into<Why>) {
        self.warnings.push((0, Reason { column, why: why.into() }));
    }
}

/// A row that cannot be recorded: the column to look at, and why.
#[derive(Debug)]
pub(super) struct Reason {
    pub column: Column,
    pub why: Why,
}

/// A row's reason, or a failure of the system.
pub(super) enum Trouble {
    Reason(Reason),
    Failed(AppError),
}

impl<E: Into<AppError>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

pub(super) fn reason<T>(column: Column, why: impl Into<Why>) -> Result<T, Trouble> {
    Err(Trouble::Reason(Reason { column, why: why.into() }))
}

pub(super) async fn school(context: &mut ImportContext<'_>, row: &SchoolRow) -> Result<Meaning, Trouble> {
    let entry = SchoolEntry { code: row.code.clone(), name: row.name.clone(), category: row.category };
    let known = context.app.school_stream(&row.code).await?;
    let id = known.unwrap_or_else(|| context.app.new_id());
    context.know_school(&row.code, &row.name);
    let command = SchoolCommand::Enter { entry, effective_on: context.app.today() };
    let order = Order::School { id, code: row.code.clone(), command };
    let guard = GuardUse { guard: school_guard(&row.code), version: 0, set: Some(id.to_string()) };
    let guards = if known.is_none() { vec![guard] } else { vec![] };
    Ok(Meaning { orders: vec![order], guards, is_new: known.is_none(), ..Meaning::default() })
}

/// The registered student that a row is about: on the roster, with the roster's name.
pub(super) async fn on_roster(
    context: &mut ImportContext<'_>,
    school: &SchoolCode,
    row: &PersonRef,
) -> Result<(StudentId, Student), Trouble> {
    let Some(student) = context.student(school, &context.index(row)) else {
        if context.is_erased(school, row) {
            return reason(Column::Document, RowRefusal::PersonErased);
        }
        return reason(Column::Document, RowRefusal::NotOnRoster);
    };
    let state = context.see::<Student>(student.0).await?;
    let Some(registered) = state.registered() else { return reason(Column::Document, RowRefusal::NotOnRoster) };
    if !context.caller.scope.covers(school, &registered.registration.class) {
        return reason(Column::Document, RowRefusal::NotOnRoster);
    }
    if let Some(Sealed::Person(Person { name, .. })) = context.revision(student.0, registered.identity.0)
        && *name != row.name
    {
        let (on_roster, at) = (crate::people::masked_name(name), names::only_difference(name, &row.name));
        return reason(Column::Name, RowRefusal::NameDiffers { on_roster, at });
    }
    Ok((student, state))
}
