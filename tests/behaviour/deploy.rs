//! Promise: what the files for installing say can be typed and set is what the program takes.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// The files, and what is told beside them.
fn files() -> Vec<(String, String)> {
    let ops = Path::new(env!("CARGO_MANIFEST_DIR")).join("ops");
    let mut paths: Vec<_> = std::fs::read_dir(ops.join("deploy")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(paths.len() >= 6, "{paths:?}");
    paths.push(ops.join("README.md"));
    paths.into_iter().map(|path| (path.display().to_string(), std::fs::read_to_string(path).unwrap())).collect()
}

fn help(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_gradtrail")).args(words).arg("--help").output().unwrap();
    assert!(output.status.success(), "{words:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The variables that a text names.
fn variables(text: &str) -> BTreeSet<&str> {
    let is_name = |c: char| c.is_ascii_uppercase() || c == '_';
    let names = text.match_indices("GRADTRAIL_").map(|(at, _)| {
        let rest = &text[at..];
        &rest[..rest.find(|c| !is_name(c)).unwrap_or(rest.len())]
    });
    names.collect()
}

/// What is typed behind the program's name: the words of the command, then its flags.
fn typed(text: &str) -> Vec<(Vec<&str>, Vec<&str>)> {
    let calls = text.split("gradtrail ").skip(1).map(|rest| {
        let end = rest.find(['`', '\n', '；', '，', '。', '"', ';']).unwrap_or(rest.len());
        let words: Vec<&str> = rest[..end].split_whitespace().collect();
        let is_word = |word: &&&str| word.starts_with(|c: char| c.is_ascii_lowercase());
        let command: Vec<&str> = words.iter().take_while(is_word).copied().collect();
        let flags = words.into_iter().map(|word| word.trim_start_matches('[').trim_end_matches([']', '.', ',']));
        (command, flags.filter(|word| word.starts_with("--")).collect())
    });
    calls.filter(|(_, flags): &(_, Vec<_>)| !flags.is_empty()).collect()
}

#[test]
fn every_variable_of_the_files_is_one_that_the_help_of_the_server_names() {
    let told = help(&["serve"]);
    let known = variables(&told);
    for variable in ["GRADTRAIL_LISTEN", "GRADTRAIL_TLS_CERT", "GRADTRAIL_DATABASE_URL", "GRADTRAIL_DATA_DIR"] {
        assert!(known.contains(variable), "{told}");
    }
    for (path, text) in files() {
        for variable in variables(&text) {
            let is_of_tests = ["GRADTRAIL_TEST_", "GRADTRAIL_FAULT_"].iter().any(|of| variable.starts_with(of));
            assert!(is_of_tests || known.contains(variable), "{path} names {variable}");
        }
    }
}

#[test]
fn every_option_of_the_server_can_be_set_by_a_variable_of_its_name() {
    let told = help(&["serve"]);
    let options = told.split("选项：").nth(1).or_else(|| told.split("选项").nth(1)).unwrap();
    for line in options.lines().filter_map(|line| line.trim_start().strip_prefix("--")) {
        let option = line.split_whitespace().next().unwrap();
        // Who acts, under which key, in which language is said with each command.
        if ["as", "key", "lang", "emergency"].contains(&option) {
            continue;
        }
        let variable = format!("GRADTRAIL_{}", option.to_uppercase().replace('-', "_"));
        assert!(variables(&told).contains(variable.as_str()), "{variable}: {told}");
    }
}

#[test]
fn every_command_and_flag_of_the_files_is_one_that_help_tells_of() {
    let mut looked_at = 0;
    for (path, text) in files() {
        for (command, flags) in typed(&text) {
            let told = help(&command);
            for flag in flags {
                looked_at += 1;
                let is_told = told.split_whitespace().any(|word| word.trim_end_matches(',') == flag);
                assert!(is_told, "{path}: gradtrail {command:?} {flag}");
            }
        }
    }
    assert!(looked_at >= 5, "{looked_at}");
}
