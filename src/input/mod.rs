//! What inputs are made of, whatever way they come in: files as bytes, words that become values, the fields of a
//! placement.

pub mod fields;
pub mod file;
pub mod known_at;
pub mod pairs;
pub mod words;
