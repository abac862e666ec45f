//! The rules, pure: no I/O, no clock, no randomness. A file per stream of events.

pub mod ids;
pub mod terms;
