//! gradtrail: events in, figures out.
//!
//! In reading order: `domain` the rules and the figures' definitions, pure; `event_log` the log and its writers;
//! `people` sealed personal data; `evidence` sealed files; `private_file` files that only their owner reads; `ledger` what
//! is kept beside the key; `accounts` who acts, in which scope; `projections` the read models and their questions; `input`
//! what inputs are made of; `intake` files that become rows; `packet` the documents of a placement; `app` what can be done
//! and asked; `refusal` what a refusal is, and `catalogue` what people read of it and of each input, in both languages;
//! `publication` figures that become documents; `runtime` threads and memory of a process; `outbox` sends mail; `web` the pages; `sample` the
//! sample city; `demo` its season played through the app.

pub mod accounts;
pub mod app;
pub mod catalogue;
pub mod demo;
pub mod domain;
pub mod event_log;
pub mod evidence;
pub mod input;
pub mod intake;
pub mod ledger;
pub mod outbox;
pub mod packet;
pub mod people;
pub mod private_file;
pub mod publication;
pub mod refusal;
pub mod runtime;
pub mod text;

#[path = "../projections/mod.rs"]
pub mod projections;

pub mod sample;
pub mod web;
