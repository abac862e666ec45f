//! Promise: of each requirement of the OWASP Application Security Verification Standard that is to be looked at,
//! `ops/security.md` says once what holds here, names code that is there, counts rightly, and says what would meet the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use gradtrail::accounts::password;
use gradtrail::app::sign_in::{IDLE_SECONDS, SESSION_SECONDS};
use gradtrail::domain::account::{INVITATION_DAYS_MAX, TOKEN_DAYS_MAX};
use gradtrail::evidence;
use gradtrail::intake::sheet::{CELLS_MAX, COLUMNS_MAX, ROWS_MAX};

const TOLD: &str = include_str!("../../ops/security.md");
/// Numbers of requirements and their levels, one a line.
const REQUIREMENTS: &str = include_str!("../golden/asvs-5.0.0-l1-l2.txt");
const STATES: [&str; 4] = ["met", "partly", "not met", "not applicable"];

/// What is told of a requirement.
struct Row {
    id: &'static str,
    told: &'static str,
    state: &'static str,
    shown: &'static str,
}

fn cells(line: &'static str) -> Vec<&'static str> {
    line.trim_matches('|').split('|').map(str::trim).collect()
}

fn rows() -> Vec<Row> {
    let lines = TOLD.lines().filter(|line| line.starts_with("| v5.0.0-"));
    let row = |line| match cells(line).as_slice() {
        &[id, told, state, shown] => Row { id, told, state, shown },
        other => panic!("{other:?} is no row"),
    };
    lines.map(row).collect()
}

/// Each requirement with its level.
fn requirements() -> BTreeMap<&'static str, &'static str> {
    REQUIREMENTS.lines().map(|line| line.split_once(' ').unwrap()).collect()
}

/// What stands in a text as code.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The names of the functions of the sources and tests.
fn functions() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<_> = ["src", "projections", "tests"].map(|folder| root.join(folder)).into();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(path).unwrap();
                let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
                let names = text.split("fn ").skip(1).map(|rest| rest.split(|c| !is_of_name(c)).next().unwrap());
                found.extend(names.map(str::to_owned));
            }
        }
    }
    found
}

#[test]
fn every_requirement_has_one_row_and_no_row_is_of_another() {
    let (rows, wanted) = (rows(), requirements());
    let mut told = BTreeSet::new();
    for row in &rows {
        assert!(wanted.contains_key(row.id), "{} is not in the list", row.id);
        assert!(told.insert(row.id), "{} has two rows", row.id);
        let words = row.told.split_whitespace().count();
        assert!((3..=14).contains(&words), "{}: {words} words: {}", row.id, row.told);
    }
    let missing: Vec<_> = wanted.keys().filter(|id| !told.contains(*id)).collect();
    assert!(missing.is_empty(), "no row of {missing:?}");
    assert_eq!(wanted.len(), REQUIREMENTS.lines().count(), "a requirement is listed twice");
}

#[test]
fn a_row_has_one_of_four_states_and_what_it_names_is_there() {
    let (root, functions) = (Path::new(env!("CARGO_MANIFEST_DIR")), functions());
    for Row { id, state, shown, .. } in rows() {
        assert!(STATES.contains(&state), "{id} is {state}");
        assert!(!shown.is_empty(), "{id} is {state} for no reason");
        assert!(state != "met" || named(shown).next().is_some(), "{id} is met, and nothing shows it");
        for name in named(shown) {
            assert!(functions.contains(name) || root.join(name).exists(), "{id}: there is no {name}");
        }
    }
}

#[test]
fn the_counts_told_are_those_of_the_rows() {
    let (rows, level) = (rows(), requirements());
    for state in STATES {
        let of = |wanted: &str| rows.iter().filter(|row| row.state == state && level[row.id] == wanted).count();
        let (first, second) = (of("L1"), of("L2"));
        let line = format!("| {state} | {first} | {second} | {} |", first + second);
        assert!(TOLD.lines().any(|told| told == line), "{line}");
    }
    let of = |wanted: &str| level.values().filter(|level| **level == wanted).count();
    let (first, second) = (of("L1"), of("L2"));
    let line = format!("Of {} requirements, {first} of level 1 and {second} of level 2", first + second);
    assert!(TOLD.contains(&line), "{line}");
}

#[test]
fn of_everything_that_is_not_met_it_is_said_what_would_meet_it_and_of_nothing_else() {
    let (_, missing) = TOLD.split_once("\n## What is missing\n").unwrap();
    let numbers = missing.split(|c: char| !c.is_ascii_digit() && c != '.').map(|number| number.trim_matches('.'));
    let told: BTreeSet<_> = numbers.filter(|number| number.split('.').count() == 3).collect();
    let rows = rows();
    let unmet = rows.iter().filter(|row| matches!(row.state, "partly" | "not met"));
    let unmet: BTreeSet<_> = unmet.map(|row| row.id.trim_start_matches("v5.0.0-")).collect();
    assert_eq!(told, unmet);
}

/// With the marks between its thousands.
fn in_thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|group| str::from_utf8(group).unwrap()).collect();
    groups.join(",")
}

#[test]
fn the_limits_told_are_those_of_the_code() {
    let (rows, columns) = (usize::try_from(ROWS_MAX).unwrap(), COLUMNS_MAX);
    let limits = [
        format!("{} to {} characters", password::LEN_MIN, password::LEN_MAX),
        format!("{} minutes idle, {} hours in all", IDLE_SECONDS / 60, SESSION_SECONDS / 3_600),
        format!("{INVITATION_DAYS_MAX} days at most"),
        format!("90 days unless said, {TOKEN_DAYS_MAX} at most"),
        format!("PDF, JPEG, PNG by content, {} MB each", evidence::LEN_MAX >> 20),
        format!("{} rows, {columns} columns, {} cells", in_thousands(rows), in_thousands(CELLS_MAX)),
    ];
    for limit in limits {
        assert!(TOLD.contains(&limit), "{limit}");
    }
}
