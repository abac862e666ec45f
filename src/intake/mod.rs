//! A file becomes rows, rows become commands or reasons.
//!
//! In reading order: `sheet` the file's cells (`quotes` for a text file, `xls_records` and `xls_strings` for
//! an old workbook), `kind` which columns there are, `headings` which column is which, `cells`, `rows` and
//! `season_rows` what a row says; `desk` and `season_desk` what is known, `commands`, `employer_commands`,
//! `placement_commands` and `agreement_commands` what a row then means, `chunk` and `outcome_employers` rows recorded
//! together, `import` files into batches, `whole` all of them or none, `undo` takes a batch back.

mod agreement_commands;
mod alike;
pub mod cells;
mod chunk;
mod commands;
mod desk;
mod employer_commands;
pub mod error_workbook;
pub mod headings;
pub mod import;
pub mod kind;
mod outcome_employers;
mod placement_commands;
mod placement_work;
mod quotes;
mod reader;
pub mod rows;
mod season_desk;
mod season_reader;
pub mod season_rows;
pub mod sheet;
pub mod template;
pub mod undo;
mod whole;
mod xls_records;
mod xls_strings;
