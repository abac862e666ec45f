//! The disposable side: read models, dropped and rebuilt from the log by the same folds that keep them current.
//!
//! A folder per read model: `mod.rs` says its row and its fold, `schema.sql` its tables, the rest its questions.
//! Invariants: a fold is pure and names every event; no read model reads another's tables in its fold; each row keeps
//! the position that last wrote it, one that its key determines the position that came to it first.

pub mod cohort_outcomes;
mod columns;
pub mod employer_directory;
pub mod final_year;
pub mod host_register;
pub mod import_batches;
pub mod placement_register;
mod rectangles;
pub mod school_directory;
pub mod student_register;

use crate::event_log::projector::Model;

/// Every read model of this program.
pub static MODELS: &[&Model] = &[
    &school_directory::MODEL,
    &student_register::MODEL,
    &cohort_outcomes::MODEL,
    &placement_register::MODEL,
    &employer_directory::MODEL,
    &host_register::MODEL,
    &final_year::MODEL,
    &import_batches::MODEL,
];

/// A position or day after all others: the open end of a rectangle.
pub const OPEN_END: i64 = i64::MAX;

/// The read model with this name.
pub fn by_name(name: &str) -> Option<&'static Model> {
    MODELS.iter().copied().find(|model| model.name == name)
}
