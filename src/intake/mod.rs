//! A file becomes rows.
//!
//! In reading order: `sheet` the file's cells (`text_file` and `quotes` for a text, `xls_records` and `xls_strings` for an old
//! workbook, `xlsx_marks` and `number_format` for what a workbook shows beside its values), `kind` which columns there are
//! and `meanings` how schools call them, `parse` which column is which (`merged` for cells shown as one), and each row
//! through `reader` and `cells`; `rows` what a row says; `template` blank files, `error_workbook` rejected rows to be mended, with the
//! `origin` that they come from.
//! Not here: what a row means, which depends on what is recorded (`app/import`).

mod area;
pub mod cells;
pub mod column;
pub mod error_workbook;
pub mod fault;
pub mod kind;
mod meanings;
pub mod merged;
mod number_format;
pub mod origin;
pub mod parse;
pub mod questionnaires;
mod quotes;
mod reader;
pub mod rows;
mod season_reader;
pub mod sheet;
pub mod template;
mod text_file;
mod xls_records;
mod xls_strings;
pub mod xlsform;
mod xlsx_marks;
