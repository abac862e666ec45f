//! The disposable side: read models, which can be dropped and rebuilt from the log by the same folds that keep them
//! current.
//!
//! There is a folder for each read model. Its `mod.rs` has the tables and the fold, the other files the questions to
//! them. Invariants: a fold is pure and names every kind of event; no fold reads the tables of another read model. Each
//! row stores the position of the last event that wrote it. A row whose content is fixed by its key stores the first.

pub mod cohort_outcomes;
mod columns;
pub mod employer_directory;
pub mod final_year;
pub mod host_register;
pub mod identities;
pub mod import_batches;
pub mod placement_register;
pub mod published_figures;
mod rectangles;
pub mod school_directory;
pub mod student_register;
pub mod survey_progress;

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
    &published_figures::MODEL,
    &survey_progress::MODEL,
];

/// A position or day after all others: the end of a rectangle that has none yet.
pub const OPEN_END: i64 = i64::MAX;

/// A day before all others.
pub const OPEN_BEGIN: i64 = i64::MIN;

/// The key, in any breakdown, of what is not recorded.
pub const NOT_RECORDED: &str = "not_recorded";

/// The read model with this name.
pub fn by_name(name: &str) -> Option<&'static Model> {
    MODELS.iter().copied().find(|model| model.name == name)
}
