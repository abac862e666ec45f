//! What a refusal is called and how it reads: every code, every sentence in Chinese and English, side by side.
//!
//! Invariants: the matches over refusals name every variant, so that a sentence missing in one language does not compile;
//! a sentence says what is wrong with its values and what to do, and names no flag, subcommand or button: that advice
//! belongs to the way in. Codes never change; sentences may.

mod account;
mod agreement;
mod app;
mod append;
mod cell;
mod copy;
mod database;
mod deputy;
mod employer;
mod exemption;
pub mod failure;
mod file;
pub mod help;
mod host;
mod import;
mod import_row;
mod input;
mod key_file;
mod log;
mod name;

pub mod packet;
mod placement;
mod report;
mod row;
mod sample;
mod scan;
mod school;
mod seal;
mod season;
mod seen;
mod statement;
mod student;
mod survey;
mod target;
#[cfg(test)]
mod tests;
mod token;
mod verify;
mod year_end;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::terms::Term;
use crate::refusal::{Refusal, RefusalKind};
use crate::text::lang::{Sentence, say};

/// The values of a refusal that serialises as nothing but them.
fn values_of(refusal: &impl Serialize) -> Value {
    match serde_json::to_value(refusal) {
        Ok(values @ Value::Object(_)) => values,
        Ok(Value::Null) | Err(_) => json!({}), // No refusal holds what JSON cannot.
        Ok(value) => json!({ "value": value }),
    }
}

/// The names of some terms, all of which are meant.
fn all_of<T: Term>(terms: &[T]) -> Sentence {
    let en: Vec<String> = terms.iter().map(|term| term.en()).collect();
    say(zh(terms), en.join(", "))
}

/// The names of some terms, one of which is meant; in English each in quotes.
fn one_of<T: Term>(terms: &[T]) -> Sentence {
    let en: Vec<String> = terms.iter().map(|term| format!("\"{}\"", term.en())).collect();
    say(zh(terms), en.join(" or "))
}

fn zh<T: Term>(terms: &[T]) -> String {
    terms.iter().map(|term| term.zh()).collect::<Vec<_>>().join("、")
}

/// A day as English sentences write it: 28 Nov 2026.
fn english(day: Date) -> String {
    day.strftime("%-d %b %Y").to_string()
}

fn nothing_to_undo(version: u64) -> Sentence {
    say(format!("没有可撤销的第 {version} 号记录"), format!("There is no record number {version} that could be undone"))
}

fn later_stands(version: u64, latest: u64) -> Sentence {
    say(
        format!("第 {version} 号记录之后还有第 {latest} 号记录，请先撤销第 {latest} 号"),
        format!("Record number {latest} stands after number {version}; undo number {latest} first"),
    )
}

fn nobody_decides() -> Sentence {
    say(
        "审批和审核要由具体人员作出；请以该人员的身份办理",
        "Approvals and reviews are made by a person; do this in the name of that person",
    )
}
