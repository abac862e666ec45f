//! A file becomes rows.
//!
//! In reading order: `sheet` the file's cells (`quotes` for a text file, `xls_records` and `xls_strings` for
//! an old workbook), `kind` which columns there are and `meanings` how schools
//! call them, `parse` which column is which, and each row through
//! `reader` and `cells`; `rows` what a row says; `template` blank files, `error_workbook` rejected rows to be mended.
//! Not here: what a row means, which depends on what is recorded (`app/import`).

pub mod cells;
pub mod error_workbook;
pub mod fault;
pub mod kind;
mod meanings;
pub mod parse;
mod quotes;
mod reader;
pub mod rows;
mod season_reader;
pub mod sheet;
pub mod template;
mod xls_records;
mod xls_strings;
