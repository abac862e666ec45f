//! Promise: the folders are what the map says, and each keeps to what it may do.

mod imports;

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

/// The rooms, each of which names only rooms before it.
const ROOMS: [&str; 22] = [
    "text",
    "private_file",
    "runtime",
    "refusal",
    "domain",
    "event_log",
    "people",
    "evidence",
    "ledger",
    "accounts",
    "projections",
    "input",
    "intake",
    "packet",
    "app",
    "publication",
    "sample",
    "demo",
    "catalogue",
    "outbox",
    "web",
    "cli",
];

#[test]
fn no_room_names_a_higher_one() {
    let height = |room: &str| ROOMS.iter().position(|of| *of == room).unwrap_or_else(|| panic!("{room} has no place"));
    let graph = imports::graph();
    assert!(
        graph["app::facts"].iter().any(|name| imports::room(name) == "domain"),
        "files are found by the paths that name them"
    );
    for (module, named) in &graph {
        for name in named {
            let is_below = height(imports::room(name)) <= height(imports::room(module));
            assert!(is_below, "{module} names {name}, which stands higher");
        }
    }
}

/// Files that name each other, and why they may.
const CIRCLES: [(&str, &str); 5] = [
    ("publication::lists", "a list of events is one of the lists, whose columns it shares"),
    (
        "app::failure",
        "a noun answers with Failure, which holds each noun's own errors; and each noun's order names its Action in the list that holds the orders",
    ),
    ("app::unit_of_work", "a unit of work fills the cache of the streams that it reads"),
    ("intake::reader", "a reader hands the rows of a season to their own file, which uses its columns"),
    ("sample::files", "the sample is written by its files, whose rows and faults are made of each other's details"),
];

#[test]
fn files_name_each_other_only_where_a_line_says_why() {
    let circles = imports::circles(&imports::graph());
    for circle in &circles {
        let is_told = CIRCLES.iter().any(|(member, _)| circle.iter().any(|module| module == member));
        assert!(is_told, "{circle:?} name each other");
    }
    let (found, told): (Vec<_>, Vec<_>) = (circles.iter().map(|circle| &circle[0]).collect(), CIRCLES.iter().collect());
    assert_eq!(found.len(), told.len(), "{found:?} {told:?}");
}

#[test]
fn no_person_and_no_fact_is_made_up_and_the_app_opens_no_path() {
    for folder in ["src/domain", "src/app", "src/intake", "src/cli", "src/web"] {
        assert_none_in(folder, &["Known::default()", "StaffId(Uuid::nil", "StudentId(Uuid::nil", "missing: vec![]"]);
    }
    assert_none_in("src/app", &["PathBuf", "std::fs", "std::env"]);
}

/// Whether a line says what to type: the program's name with a command behind it, or a flag.
fn types_a_command(code: &str) -> bool {
    let told = |after: &str| {
        after.starts_with(|c: char| c.is_ascii_lowercase()) && !HEADERS.iter().any(|h| after.starts_with(h))
    };
    code.split("gradtrail ").skip(1).any(told)
        || code.split("--").skip(1).any(|flag| flag.starts_with(|c: char| c.is_ascii_lowercase()))
}

/// What follows the program's name in the first lines of its own files.
const HEADERS: [&str; 3] = ["key 1", "key export 1", "document 1"];

/// What to type belongs to the command line; the pages of the sample tell how to import it.
#[test]
fn no_sentence_of_the_library_names_a_command_or_a_flag() {
    let is_told = |path: &Path| {
        let told = ["src/cli", "src/catalogue/help", "src/sample/season/page.rs", "src/sample/report.rs"];
        told.iter().any(|told| path.starts_with(Path::new(env!("CARGO_MANIFEST_DIR")).join(told))) || is_test(path)
    };
    for (path, text) in ["src", "projections"].into_iter().flat_map(sources).filter(|(path, _)| !is_told(path)) {
        for line in text.lines() {
            let code = line.split("//").next().unwrap_or_default();
            assert!(!code.contains('"') || !types_a_command(code), "{} says {code}", path.display());
        }
    }
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
