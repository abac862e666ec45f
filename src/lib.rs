//! gradtrail: events in, figures out.
//!
//! In reading order: `text` names, days and characters; `domain` the rules and the figures' definitions, pure;
//! `event_log` the log and its writers; `people` sealed personal data; `evidence` sealed files; `accounts` who may see
//! what; `app` load, decide, append, answer; `projections` the read models and their questions; `intake` files that
//! become commands; `publication` figures that become documents; `packet` the documents of a placement; `ledger` what is
//! kept beside the key; `runtime` threads and memory of a process; `web` the pages; `sample` the sample city; `demo` its
//! season played through the app.

pub mod accounts;
pub mod app;
pub mod demo;
pub mod domain;
pub mod event_log;
pub mod evidence;
pub mod intake;
pub mod ledger;
pub mod packet;
pub mod people;
pub mod publication;
pub mod runtime;
pub mod text;

#[path = "../projections/mod.rs"]
pub mod projections;

pub mod sample;
pub mod web;
