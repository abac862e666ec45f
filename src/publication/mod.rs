//! Figures become sentences, tables and documents: pure, from values to text or bytes.
//!
//! A report file is a `document`, made once from a report, written by one of the writers (`file`).
//! Invariant: no percentage is printed without its numerator and denominator in persons.

mod appendix;
mod chart;
pub mod comparison;
mod csv;
pub mod document;
mod docx;
pub mod english;
pub mod file;
mod html;
pub mod json;
mod paragraphs;
mod table;
mod tables;
mod text;
mod xlsx;

#[cfg(test)]
mod example;

pub use paragraphs::lost;
