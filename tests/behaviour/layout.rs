//! Promise: the folders are what the map says, and each keeps to what it may do.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What begins the tests that stand in the file they test.
pub const TESTS: &str = "\n#[cfg(test)]\nmod tests {";

pub fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = vec![];
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                // Tests of the same file stand at its end.
                let text = text.split(TESTS).next().unwrap_or_default().to_owned();
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty(), "there is nothing to look at");
    found
}

fn assert_none_in(folder: &str, banned: &[&str]) {
    for (path, text) in sources(folder) {
        for word in banned {
            assert!(!text.contains(word), "{} says {word}", path.display());
        }
    }
}

/// Whether the character is one that only Chinese text has.
pub fn is_chinese(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
}

/// Whether the whole file holds tests.
pub fn is_test(path: &Path) -> bool {
    let path = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(path);
    path.ends_with("tests.rs") || path.iter().any(|folder| folder == "tests")
}

/// The sentences are in `catalogue`; what the domain says in Chinese are the names in its code lists and definitions.
#[test]
fn the_domain_holds_no_sentence() {
    for (path, text) in sources("src/domain") {
        let is_list = path.ends_with("specialties.rs") || path.iter().any(|folder| folder == "figures");
        if is_list || is_test(&path) {
            continue;
        }
        let mut in_vocabulary = false;
        for line in text.lines() {
            in_vocabulary |= line.starts_with("impl ") && line.contains("Term for ");
            let code = line.split("//").next().unwrap_or_default();
            assert!(in_vocabulary || !code.chars().any(is_chinese), "{} says {code}", path.display());
            in_vocabulary &= line != "}";
        }
    }
}

#[test]
fn the_domain_knows_no_database_no_clock_and_no_way_in() {
    assert_none_in(
        "src/domain",
        &["sqlx", "axum", "::now(", "std::env", "std::fs", "crate::app", "crate::event_log", "crate::people"],
    );
}

#[test]
fn the_log_knows_no_stream_of_the_domain() {
    assert_none_in(
        "src/event_log",
        &["StudentEvent", "OutcomeEvent", "crate::app", "crate::projections", "crate::people"],
    );
}

#[test]
fn pages_hold_no_sql_and_publications_no_input() {
    assert_none_in("src/web", &["sqlx::", "select "]);
    assert_none_in("src/publication", &["sqlx", "std::fs", "async fn"]);
}

#[test]
fn a_packet_is_made_of_what_is_handed_in_and_of_templates() {
    assert_none_in("src/packet", &["sqlx", "async fn", "::now("]);
}

/// The rooms of the crate that a room's files name, their tests aside.
fn named_by(room: &str) -> BTreeSet<String> {
    let is_of_room = |path: &Path| {
        let path = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(path);
        let path = path.strip_prefix("src").unwrap_or(path).with_extension("");
        let is_of_tests = path.iter().any(|part| part == "tests" || part == "example");
        path.starts_with(room) && !is_of_tests
    };
    let mut named = BTreeSet::new();
    for (_, text) in sources("src").into_iter().chain(sources("projections")).filter(|(path, _)| is_of_room(path)) {
        let after = text.split("crate::").skip(1);
        let first = |path: &str| path.split(|c: char| !c.is_alphanumeric() && c != '_').next().map(str::to_owned);
        named.extend(after.filter_map(first).filter(|name| name != room));
    }
    named
}

/// The rooms that a room depends on, through others, too.
fn reached_from(room: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut rooms = vec![room.to_owned()];
    while let Some(room) = rooms.pop() {
        rooms.extend(named_by(&room).into_iter().filter(|named| reached.insert(named.clone())));
    }
    reached
}

#[test]
fn text_stands_alone_and_the_domain_and_packets_on_it() {
    let rooms = |rooms: &[&str]| rooms.iter().map(|room| (*room).to_owned()).collect();
    assert_eq!(reached_from("text"), BTreeSet::new());
    assert_eq!(reached_from("domain"), rooms(&["text"]));
    assert_eq!(reached_from("packet"), rooms(&["domain", "text"]));
    assert!(named_by("app").contains("domain"), "rooms are found by their name");
    assert!(!named_by("publication").contains("intake"));
}

#[test]
fn folds_read_no_clock() {
    assert_none_in("projections", &["::now(", "std::env", "std::fs"]);
}

/// A file past 500 lines is a missing noun; its tests do not count.
#[test]
fn no_file_is_longer_than_500_lines() {
    for folder in ["src", "projections"] {
        for (path, text) in sources(folder) {
            let lines = text.lines().count();
            assert!(lines <= 500, "{} has {lines} lines", path.display());
        }
    }
}
