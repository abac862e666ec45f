//! Question: under which revision is it sealed who a student or what a unit is, as known at a position?

use std::collections::HashMap;

use sqlx::{AnyPool, AssertSqlSafe};
use uuid::Uuid;

use super::OPEN_END;
use super::columns::{id, revision, unreadable};
use crate::domain::ids::SealedRevision;
use crate::event_log::lookup::{LOOKUP_LEN, lookup_values, padded};

/// The position of everything that is recorded by now.
pub const NOW: i64 = OPEN_END - 1;

/// Read models whose rectangles hold the revision, and the column of the subject.
const SOURCES: [(&str, &str); 2] = [("student_register", "student"), ("employer_directory", "employer")];

/// The revisions of those subjects that are students or units and were known at the position. The revision is the same on all
/// days: a name that was corrected was never another.
///
/// # Errors
/// When the database cannot be read, or holds a value that no fold writes.
pub async fn identities(
    readers: &AnyPool,
    subjects: &[Uuid],
    known_at: i64,
) -> Result<HashMap<Uuid, SealedRevision>, sqlx::Error> {
    let mut identities = HashMap::new();
    for (table, column) in SOURCES {
        for chunk in subjects.chunks(LOOKUP_LEN) {
            let sql = format!(
                "with k (id) as (values {}) select t.{column}, t.identity from k cross join {table} t
                 where t.{column} = k.id and t.known_from <= $1 and t.known_to > $1 and t.true_to = $2",
                lookup_values(chunk.len(), 3)
            );
            let mut query = sqlx::query(AssertSqlSafe(sql)).bind(known_at).bind(OPEN_END);
            for id in padded(chunk) {
                query = query.bind(id.map(Uuid::to_string));
            }
            for row in query.fetch_all(readers).await? {
                identities.insert(id(&row, 0)?, revision(&row, 1)?.ok_or_else(|| unreadable(1))?);
            }
        }
    }
    Ok(identities)
}
