//! Figures become sentences, tables and documents: pure, from values to text.
//!
//! Invariant: no percentage is printed without its numerator and denominator in persons.

pub mod comparison;
pub mod csv;
pub mod instant;
pub mod json;
mod table;
pub mod text;

#[cfg(test)]
mod example;
