//! Each refusal that can be provoked is provoked by some test: by its code, its variant, or its words.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{declared, is_chinese, samples};

/// What no test can bring about, and why.
const UNREACHABLE: [(&str, &str); 11] = [
    ("password.unhashed", "the system always gives randomness, and the parameters of the hash are fixed"),
    ("request.not_writable", "every command and question can be written as JSON"),
    ("sealed.not_written", "the system always gives randomness, and the cipher takes every length"),
    ("key_export.seal", "the system always gives randomness, and the parameters of the passphrase's hash are fixed"),
    ("engine.sqlite_too_old", "the program brings its own SQLite"),
    ("engine.unexpected", "only a fault of the program itself brings it about"),
    ("packet.not_written", "documents are written into memory"),
    ("report.not_written", "reports are written into memory"),
    ("sample.xlsx", "workbooks of the sample are written into memory, within the format's limits"),
    ("sample.csv", "texts of the sample are written into memory"),
    ("sample.xls", "old workbooks of the sample are written into memory"),
];

/// What begins the tests that stand in the file they test.
const TESTS: &str = "\n#[cfg(test)]\nmod tests {";

/// The files below a folder of the project.
fn files(folder: &str) -> Vec<PathBuf> {
    let (mut found, mut folders) = (vec![], vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    found
}

/// The text of all tests but those of the catalogue, which hold a sample of each refusal.
fn tests() -> String {
    let is_of_the_catalogue = |path: &PathBuf| path.iter().any(|part| part == "catalogue");
    let mut tests = String::new();
    for path in ["src", "projections", "tests"].into_iter().flat_map(files).filter(|path| !is_of_the_catalogue(path)) {
        let (text, is_whole) = (std::fs::read_to_string(&path).unwrap(), path.iter().any(|part| part == "tests"));
        let own =
            if is_whole || path.ends_with("tests.rs") { Some(&*text) } else { text.split_once(TESTS).map(|t| t.1) };
        tests.push_str(own.unwrap_or_default());
    }
    tests
}

/// `placement.not_drafted` is `NotDrafted`.
fn variant(code: &str) -> String {
    let words = code.split_once('.').unwrap().1.split('_');
    words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect()
}

fn names(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| !text[at + name.len()..].starts_with(|c: char| c.is_alphanumeric()))
}

/// Words of a text: at least three Chinese characters with no mark between.
fn words(text: &str) -> BTreeSet<&str> {
    let is_mark = |c: char| !is_chinese(c) || matches!(c, '，' | '；' | '：' | '。' | '、' | '「' | '」' | '（' | '）');
    text.split(is_mark).filter(|words| words.chars().count() >= 3).collect()
}

/// The codes of which a test has words that no other refusal has.
fn told(tests: &str, sentences: &[(&'static str, String)]) -> BTreeSet<&'static str> {
    let only_one = |words: &str| {
        let mut saying = sentences.iter().filter(|(_, sentence)| sentence.contains(words)).map(|(code, _)| *code);
        saying.next().filter(|_| saying.next().is_none())
    };
    words(tests).into_iter().filter_map(only_one).collect()
}

#[test]
fn each_refusal_is_expected_by_a_test() {
    let (tests, types) = (tests(), declared());
    let sentences: Vec<_> = samples::all().iter().map(|(code, refusal)| (*code, refusal.sentence().zh)).collect();
    let told = told(&tests, &sentences);
    let mut unexpected = vec![];
    for (code, _) in sentences {
        let of = types.iter().find(|(_, codes)| codes.contains(&code)).map(|(of, _)| *of);
        let is_named = of.is_some_and(|of| names(&tests, &format!("{of}::{}", variant(code))));
        if !is_named && !told.contains(code) && !tests.contains(&format!("\"{code}\"")) {
            unexpected.push(code);
        }
    }
    let mut unreachable = UNREACHABLE.map(|(code, _)| code);
    unexpected.sort_unstable();
    unreachable.sort_unstable();
    assert_eq!(unexpected, unreachable);
}
