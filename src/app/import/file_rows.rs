//! The rows of one file: gone through in chunks, recorded or only rehearsed, and counted.

use std::collections::HashSet;

use uuid::Uuid;

use super::batch::{Batch, Imported, Prepared, Recording, already, imported};
use super::chunk::Chunk;
use super::lookups::ImportContext;
use crate::app::AppError;
use crate::app::request::Request;
use crate::domain::ids::{SchoolCode, StudentId};
use crate::intake::kind::Kind;
use crate::people::masked_name;
use crate::projections::student_register;

/// Rows decided and appended together.
const CHUNK_LEN: usize = 1_000;

/// Decides a file without recording it; gives the requests that would record it.
pub(super) async fn rehearse(
    context: &mut ImportContext<'_>,
    prepared: &mut Prepared,
    batch: &Batch,
    progress: &mut impl FnMut(usize, usize),
) -> Result<(Imported, Vec<Request>), AppError> {
    let mut result = imported(prepared);
    let mut requests = vec![];
    if let Some(before) = batch.is_done(prepared.parsed.kind) {
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
    for sheet in &prepared.parsed.sheets {
        for chunk in sheet.rows.chunks(CHUNK_LEN) {
            let mut work = Chunk { sheet: sheet.index, batch, resumed, kind: prepared.parsed.kind };
            work.go_through(context, chunk, result, kept).await?;
            for row in chunk {
                let Some(person) = row.content.person() else { continue };
                let Ok(school) = context.school(&person.school) else { continue };
                present.extend(context.student(&school, &context.index(person)));
                schools.insert(school);
            }
            done += chunk.len();
            progress(done, all);
        }
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
