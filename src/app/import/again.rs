//! The same bytes once more: nothing is said anew, but what of them no longer stands is named.

use std::collections::HashSet;

use uuid::Uuid;

use super::batch::{Batch, Prepared};
use super::chunk::rehearse;
use super::lines::confirms;
use super::lookups::ImportContext;
use crate::accounts::Scope;
use crate::app::AppError;
use crate::domain::ids::SchoolCode;
use crate::domain::terms::Term as _;
use crate::event_log::EngineError;
use crate::intake::rows::{Fault, RejectedRow};
use crate::projections::import_batches::{self, ImportBatch};

/// Rows of a file that was imported before which no longer stand as it says them, where others of its kind came later: of
/// those persons the file is gone through as if it were said anew.
pub(super) async fn no_longer_so(
    context: &ImportContext<'_>,
    prepared: &mut Prepared,
    batch: &Batch,
) -> Result<Vec<(usize, u32, Fault)>, AppError> {
    if !confirms(prepared.parsed.kind) {
        return Ok(vec![]);
    }
    let students = said_of_later(context, prepared, batch).await?;
    if students.is_empty() {
        return Ok(vec![]);
    }
    let rejected: Vec<Vec<RejectedRow>> = prepared.parsed.sheets.iter().map(|sheet| sheet.rejected.clone()).collect();
    let rehearsal = context.app.rehearsal();
    let again = batch.said_again(context.app.new_id(), students);
    let (result, _) = rehearse(&mut context.on(&rehearsal).await?, prepared, &again, &mut |_, _| ()).await?;
    prepared.parsed.sheets.iter_mut().zip(rejected).for_each(|(sheet, rejected)| sheet.rejected = rejected);
    Ok(result.warnings)
}

/// Of whom a later batch of the same kind said something that it recorded.
async fn said_of_later(
    context: &ImportContext<'_>,
    prepared: &Prepared,
    batch: &Batch,
) -> Result<HashSet<Uuid>, AppError> {
    let batches = import_batches::batches(context.app.log().readers(), &Scope::City).await;
    let school = batch.school.as_ref().map(SchoolCode::as_str);
    let may_meet = |other: &ImportBatch| {
        let is_of_kind = other.kind == prepared.parsed.kind.code() && other.state != "undone";
        is_of_kind && (school.is_none() || other.school.is_none() || other.school.as_deref() == school)
    };
    let mut students = HashSet::new();
    // The latest stand first.
    for later in batches.map_err(EngineError::from)?.iter().take_while(|other| other.batch.0 != batch.id) {
        if may_meet(later) {
            let span = context.app.span(later.batch).await?;
            students.extend(context.app.log().caused_subjects(&later.batch.0.to_string(), span).await?);
        }
    }
    Ok(students)
}
