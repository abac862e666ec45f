//! A file becomes rows, rows become commands or reasons.
//!
//! In reading order: `sheet` the file's cells, `kind` which columns there are, `headings` which column is which,
//! `cells` and `rows` what a row says.

pub mod cells;
pub mod headings;
pub mod kind;
pub mod rows;
pub mod sheet;
