//! Reading the columns of rows that folds wrote. A value that no fold writes is an error.

use jiff::civil::Date;
use sqlx::Row as _;
use sqlx::any::AnyRow;
use uuid::Uuid;

use crate::domain::day::from_epoch_day;
use crate::domain::ids::SealedRevision;
use crate::domain::terms::Term;
pub(super) use crate::event_log::read::{id, unreadable};

/// The id in a column; `None` if the column is null.
pub(super) fn id_if_any(row: &AnyRow, index: usize) -> Result<Option<Uuid>, sqlx::Error> {
    let text: Option<&str> = row.try_get(index)?;
    text.map(|text| Uuid::parse_str(text).map_err(|_| unreadable(index))).transpose()
}

/// The ids in a column that holds several, one after another; no ids if the column is null.
pub(super) fn ids(row: &AnyRow, index: usize) -> Result<Vec<Uuid>, sqlx::Error> {
    /// How many bytes an id has as text.
    const ID_LEN: usize = 36;
    let text: Option<String> = row.try_get(index)?;
    let read = |id: &[u8]| Uuid::try_parse_ascii(id).map_err(|_| unreadable(index));
    text.unwrap_or_default().as_bytes().chunks(ID_LEN).map(read).collect()
}

/// The term whose code is in a column; `None` if the column is null.
pub(super) fn code<T: Term>(row: &AnyRow, index: usize) -> Result<Option<T>, sqlx::Error> {
    let code: Option<String> = row.try_get(index)?;
    code.map(|code| T::from_code(&code).ok_or_else(|| unreadable(index))).transpose()
}

/// The date of the epoch day in a column; `None` if the column is null.
pub(super) fn date(row: &AnyRow, index: usize) -> Result<Option<Date>, sqlx::Error> {
    let day: Option<i64> = row.try_get(index)?;
    day.map(|day| from_epoch_day(day).ok_or_else(|| unreadable(index))).transpose()
}

/// The sealed revision in a column; `None` if the column is null.
pub(super) fn revision(row: &AnyRow, index: usize) -> Result<Option<SealedRevision>, sqlx::Error> {
    let revision: Option<i64> = row.try_get(index)?;
    revision.map(|revision| u32::try_from(revision).map(SealedRevision).map_err(|_| unreadable(index))).transpose()
}
