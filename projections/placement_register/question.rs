//! What every question about placements fixes first.

use sqlx::Any;
use sqlx::any::AnyArguments;
use sqlx::query::Query;

use crate::accounts::Scope;

/// The day, the position and the scope of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacementsAsOf {
    /// Epoch day on which the facts are to be true.
    pub as_of: i64,
    /// Position up to which the log is to be known.
    pub known_at: i64,
    /// Whose placements may be seen.
    pub scope: Scope,
}

/// A city's schools are asked in so many parts at once, each on a connection of its own.
pub(super) const PARTS: usize = 2;

/// A statement with the question's values bound to $1 to $4: day, position, and the scope's school and class, which may
/// be null.
pub(super) fn bind(sql: &'static str, question: &PlacementsAsOf) -> Query<'static, Any, AnyArguments> {
    sqlx::query(sql)
        .bind(question.as_of)
        .bind(question.known_at)
        .bind(question.scope.school().map(|school| school.as_str().to_owned()))
        .bind(question.scope.class().map(|class| class.as_str().to_owned()))
}
