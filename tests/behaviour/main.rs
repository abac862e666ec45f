//! Behaviour, one file per promise. Every promise is kept on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

mod access;
mod accounts;
mod annual_counts;
mod append;
mod as_known;
mod at_work;
mod bad_input;
mod city;
mod cohorts;
mod command_line;
mod compare;
mod concurrency;
mod evidence;
mod faults;
mod final_year;
mod formats;
mod golden;
mod hosts;
mod import_again;
mod imports;
mod keeping;
mod keys;
mod lacking;
mod languages;
mod layout;
mod lists;
mod mergers;
mod names;
mod neighbours;
mod packet;
mod pages;
mod placement_register;
mod placement_times;
mod placements;
mod privacy;
mod private_files;
mod properties;
mod readme;
mod refusals;
mod report_files;
mod scope;
mod season;
mod season_demo;
mod season_imports;
mod season_walks;
mod statements;
mod student_days;
mod tokens;
mod two_times;
mod verify;
mod vocabularies;
