//! The packet of a placement: particulars and templates become documents to be printed and signed.
//!
//! Pure: no database, no clock, no file, no event. In reading order:
//! `particulars` what is known of one placement, `placeholder` what a template may ask for, `requirements` what each
//! document must contain, `template` one text and its mistakes, `templates` all five, `document` one document of one
//! student with its hash, `mark` what the code on each page says, `qr_image` the code as a picture, `file` the formats
//! (`docx`, `html`), `error` why one could not be written. `scan` what comes back
//! signed. `slips` are invitations of staff, on the same paper.
//!
//! Invariants: what is not known is printed as a line to be filled in by hand, never invented; every page carries the
//! code of its document; the same document says the same words in every format.

pub mod document;
mod docx;
pub mod error;
pub mod file;
mod html;
pub mod mark;
pub mod particulars;
pub mod placeholder;
mod qr_image;
pub mod requirements;
pub mod scan;
pub mod slips;
pub mod template;
pub mod templates;

#[cfg(test)]
mod example;
