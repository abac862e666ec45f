//! The packet of a placement: particulars and templates become documents to be printed and signed.
//!
//! Pure: no database, no clock, no file, no event. In reading order:
//! `particulars` what is known of one placement, `field` the placeholders, `demand` what each document must contain,
//! `template` one text and its mistakes, `templates` all five, `paper` one document of one student with its hash, `mark`
//! what the code on each page says, `file` the formats.
//!
//! Invariants: what is not known is printed as a line to be filled in by hand, never invented; every page carries the
//! code of its document; the same paper says the same words in every format.

mod code;
pub mod demand;
mod docx;
pub mod field;
pub mod file;
mod html;
pub mod mark;
pub mod paper;
pub mod particulars;
pub mod template;
pub mod templates;

#[cfg(test)]
mod example;
