//! gradtrail: events in, figures out.

pub mod domain;
pub mod event_log;
pub mod people;
