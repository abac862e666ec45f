//! A file becomes rows, rows become commands or reasons.
//!
//! In reading order: `sheet` the file's cells (`text` those of a text file), `kind` which columns there are, `headings`
//! which column is which, `cells` and `rows` what a row says; `desk` what is known, `commands` what a row then means,
//! `import` files into batches, `whole` all of them or none, `undo` takes a batch back.

pub mod cells;
mod chunk;
mod commands;
mod desk;
pub mod error_workbook;
pub mod headings;
pub mod import;
pub mod kind;
mod reader;
pub mod rows;
pub mod sheet;
pub mod template;
pub(crate) mod text;
pub mod undo;
mod whole;
mod xls_records;
