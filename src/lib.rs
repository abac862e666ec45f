//! gradtrail: events in, figures out.

pub mod domain;
