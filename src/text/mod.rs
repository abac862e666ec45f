//! Texts, whatever they are about: cleaned, compared, decoded, measured, read as days and instants.
//!
//! In reading order: `cleaning` single characters and what is left of words, `names` names as they are kept and when two
//! are one, `pinyin` how they sound, `days` and `instants` what people write for a time, `lang` the languages of what they read, `decoding` bytes of a file, `width` cells on a screen.
//!
//! Invariant: pure, and nothing else of this crate is known here.

pub mod cleaning;
pub mod days;
pub mod decoding;
pub mod instants;
pub mod lang;
pub mod names;
pub mod pinyin;
pub mod width;
