//! Promise: what the README shows of the sample city is what the program answers.

use std::path::Path;
use std::process::Command;

/// The commands that the README shows, each with its remark.
fn shown() -> Vec<(Vec<String>, String)> {
    let shown = include_str!("../../README.md").lines().filter_map(|line| line.strip_prefix("$ gradtrail "));
    let words = |typed: &str| typed.split_whitespace().map(str::to_owned).collect();
    shown.map(|line| line.split_once('#').unwrap()).map(|(typed, remark)| (words(typed), remark.to_owned())).collect()
}

/// The numbers in a text, without the marks between their thousands.
fn numbers(text: &str) -> Vec<String> {
    let text = text.replace(',', "");
    text.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() >= 3).map(str::to_owned).collect()
}

/// Runs the commands in the folder of a database that holds the city and nothing else.
pub fn holds(data_dir: &Path, position: i64, root: &str) {
    let commands = shown();
    assert_eq!(commands.len(), 6, "{commands:?}");
    for (mut words, remark) in commands {
        for word in &mut words {
            // The root is another in each database: it is of events with ids of their own.
            if let Some((noted, _)) = word.strip_suffix('…').and_then(|word| word.split_once(':')) {
                assert_eq!(noted, position.to_string());
                *word = format!("{noted}:{root}");
            }
        }
        let output = Command::new(env!("CARGO_BIN_EXE_gradtrail"))
            .args(["--data-dir", "."])
            .args(&words)
            .current_dir(data_dir)
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{words:?}: {printed}{}", String::from_utf8_lossy(&output.stderr));
        for number in numbers(&remark) {
            assert!(printed.replace(',', "").contains(&number), "{words:?} does not say {number}: {printed}");
        }
    }
    assert!(data_dir.join("2022.docx").exists());
}

#[test]
fn every_file_that_the_readme_names_is_there() {
    let named = include_str!("../../README.md").split('`').filter(|word| {
        let is_path = word.contains('/') && !word.contains(char::is_whitespace);
        is_path && ["src/", "projections/", "tests/", "ops/", "migrations/"].iter().any(|top| word.starts_with(top))
    });
    let missing: Vec<&str> = named.filter(|path| !Path::new(env!("CARGO_MANIFEST_DIR")).join(path).exists()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
