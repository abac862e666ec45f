//! Figures become sentences, tables and documents: pure, from values to text.

pub mod comparison;
pub mod csv;
pub mod instant;
pub mod json;
pub mod text;
