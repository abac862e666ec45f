//! Promise: the folders are what the map says, and each keeps to what it may do.

use std::path::{Path, PathBuf};

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
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
                // Tests stand at the end, behind their cfg line.
                let text = text.split("\n#[cfg(test)]").next().unwrap_or_default().to_owned();
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
    assert_none_in("src/packet", &["sqlx", "async fn", "::now(", "crate::app", "crate::event_log", "crate::people"]);
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
