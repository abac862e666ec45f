//! How words of the command line become the values of inputs: terms, days, codes, files.
//!
//! Inputs are declared once, for the command line, the API and forms (`app`); here is what the command line needs besides.
//! Here and nowhere else in the library a path is opened for an input.

use std::ffi::OsStr;
use std::io::Read as _;
use std::marker::PhantomData;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use jiff::civil::Date;
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use super::file::{File, TextFolder};
use crate::domain::employer::PostStaff;
use crate::domain::figures::definitions::DEFINITIONS;
use crate::domain::host::codes::{Finding, VisitHead};
use crate::domain::ids::{ClassName, CreditCode, InvalidName, OccupationCode, SchoolCode};
use crate::domain::not_listed::NotListed;
use crate::domain::terms::{Entry, Term};
use crate::refusal::Why;
use crate::text::cleaning::clean;
use crate::text::days;

/// Bytes of one file; more is a wrong file.
const FILE_LEN_MAX: u64 = 256 << 20;

/// Why a word is no value of an input, or names no file.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "word.")]
pub enum WordFault {
    /// It says no kind of post and number of persons.
    NoPostStaff,
    NoStaffCount(String),
    /// It says no head of a visit and what was found.
    NoFinding,
    /// It says no question and answer.
    NoAnswer,
    NoFile {
        path: String,
        reason: String,
    },
    FileTooLong {
        path: String,
        max_mb: u64,
    },
    NoFolder {
        path: String,
        reason: String,
    },
    NoTemplates {
        path: String,
    },
}

/// A value of a closed vocabulary, by its code or its Chinese name.
///
/// # Errors
/// If it is none.
pub fn term<T: Term>(text: &str) -> Result<T, Why> {
    Ok(T::from_text(text).ok_or_else(|| NotListed::<T>::new(text))?)
}

/// Reads a value of a closed vocabulary, by its code or its Chinese name, and tells help which there are.
#[derive(Debug, Clone)]
pub struct TermParser<T>(PhantomData<T>);

impl<T> TermParser<T> {
    #[expect(clippy::new_without_default, reason = "nobody needs a default parser")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: Term + Clone + Send + Sync + 'static> TypedValueParser for TermParser<T> {
    type Value = T;

    fn parse_ref(&self, command: &clap::Command, arg: Option<&clap::Arg>, word: &OsStr) -> Result<T, clap::Error> {
        let text = word.to_string_lossy();
        T::from_text(&text).ok_or_else(|| {
            let mut error = clap::Error::new(ErrorKind::InvalidValue).with_cmd(command);
            let codes = T::ENTRIES.iter().map(|entry| entry.code.to_owned()).collect();
            let names = T::ENTRIES.iter().map(|entry| format!("{}（{}）", entry.code, entry.zh)).collect();
            error.insert(ContextKind::InvalidArg, ContextValue::String(arg.map_or(String::new(), ToString::to_string)));
            error.insert(ContextKind::InvalidValue, ContextValue::String(text.into_owned()));
            error.insert(ContextKind::ValidValue, ContextValue::Strings(codes));
            // The names are for those who are answered in Chinese.
            error.insert(ContextKind::Custom, ContextValue::Strings(names));
            error
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(T::ENTRIES.iter().map(possible_value)))
    }
}

/// A value of a vocabulary as declarations list it. Forms show the names; the English one is not read from a command line.
pub fn possible_value<T>(entry: &Entry<T>) -> PossibleValue {
    let value = PossibleValue::new(entry.code).help(entry.zh);
    match entry.en {
        Some(en) => value.alias(en),
        None => value,
    }
}

/// The id of a rate that is defined, with its name for help and forms.
pub fn rate() -> PossibleValuesParser {
    PossibleValuesParser::new(
        DEFINITIONS.iter().map(|definition| PossibleValue::new(definition.id).help(definition.zh).alias(definition.en)),
    )
}

pub fn school_code(text: &str) -> Result<SchoolCode, Why> {
    Ok(SchoolCode::parse(&clean(text))?)
}

pub fn class_name(text: &str) -> Result<ClassName, Why> {
    Ok(ClassName::parse(text)?)
}

pub fn occupation(text: &str) -> Result<OccupationCode, Why> {
    Ok(OccupationCode::parse(text)?)
}

/// A day in any of the ways in which people write one.
pub fn day(text: &str) -> Result<Date, Why> {
    Ok(days::read(text)?)
}

pub fn credit_code(text: &str) -> Result<CreditCode, Why> {
    Ok(CreditCode::parse(&clean(text)).ok_or(InvalidName::CreditCode)?)
}

/// How many persons work at a kind of post: `4-12-01=45`.
pub fn post_staff(text: &str) -> Result<PostStaff, Why> {
    let (code, count) = text.split_once('=').ok_or(WordFault::NoPostStaff)?;
    let occupation = OccupationCode::parse(code)?;
    let staff_count = count.parse().map_err(|_| WordFault::NoStaffCount(count.to_owned()))?;
    Ok(PostStaff { occupation, staff_count })
}

/// What was found under one head of a visit: `安全防护=符合`.
pub fn finding(text: &str) -> Result<(VisitHead, Finding), Why> {
    let (head, found) = text.split_once('=').ok_or(WordFault::NoFinding)?;
    Ok((term(head)?, term(found)?))
}

/// A question and its answer: `status=enterprise`.
pub fn answer(text: &str) -> Result<(String, String), Why> {
    let (question, answer) = text.split_once('=').ok_or(WordFault::NoAnswer)?;
    Ok((question.trim().to_owned(), answer.trim().to_owned()))
}

/// Reads the file at a path.
///
/// # Errors
/// If it cannot be read, or is longer than any file that is taken.
pub fn file(path: &str) -> Result<File, Why> {
    let refused = |error: std::io::Error| WordFault::NoFile { path: path.to_owned(), reason: error.to_string() };
    let mut bytes = vec![];
    let opened = std::fs::File::open(path).map_err(refused)?;
    let len = opened.take(FILE_LEN_MAX + 1).read_to_end(&mut bytes).map_err(refused)? as u64;
    if len > FILE_LEN_MAX {
        return Err(WordFault::FileTooLong { path: path.to_owned(), max_mb: FILE_LEN_MAX >> 20 }.into());
    }
    Ok(File { name: path.to_owned(), bytes })
}

/// Reads the text files of a folder.
///
/// # Errors
/// If the folder or a file in it cannot be read, or there is none.
pub fn text_folder(path: &str) -> Result<TextFolder, Why> {
    let refused = |error: std::io::Error| WordFault::NoFolder { path: path.to_owned(), reason: error.to_string() };
    let mut files = vec![];
    for entry in std::fs::read_dir(path).map_err(refused)? {
        let path = entry.map_err(refused)?.path();
        // Editors leave other files behind; only texts can be mistaken for templates.
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("txt")) {
            files.push(file(&path.display().to_string())?);
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    if files.is_empty() {
        return Err(WordFault::NoTemplates { path: path.to_owned() }.into());
    }
    Ok(TextFolder(files))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::terms::SchoolCategory;

    fn code<T: std::fmt::Debug>(refused: Result<T, Why>) -> &'static str {
        refused.unwrap_err().code()
    }

    #[test]
    fn a_word_that_is_no_value_is_refused_with_what_is_wrong_with_it() {
        let cases = [
            (code(term::<SchoolCategory>("公立")), "term.not_listed"),
            (code(school_code("一中")), "name.school_code"),
            (code(class_name("330702200703154510")), "name.class_name"),
            (code(occupation("汽车维修工")), "name.occupation"),
            (code(credit_code("9133")), "name.credit_code"),
            (code(day("2026-02-30")), "day.no_day"),
            (code(day("2026年2月")), "day.month_only"),
            (code(post_staff("4-12-01")), "word.no_post_staff"),
            (code(post_staff("x=45")), "name.occupation"),
            (code(post_staff("4-12-01=许多")), "word.no_staff_count"),
            (code(finding("安全防护")), "word.no_finding"),
            (code(finding("安全=符合")), "term.not_listed"),
            (code(finding("安全防护=好")), "term.not_listed"),
        ];
        for (found, wanted) in cases {
            assert_eq!(found, wanted);
        }
    }

    #[test]
    fn a_path_that_leads_to_nothing_that_can_be_taken_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name).display().to_string();
        std::fs::write(at("note.md"), "text").unwrap();
        assert_eq!(code(file(&at("missing.xlsx"))), "word.no_file");
        assert_eq!(code(text_folder(&at("missing"))), "word.no_folder");
        assert_eq!(code(text_folder(&at("note.md"))), "word.no_folder");
        assert_eq!(code(text_folder(&at(""))), "word.no_templates");
        // Longer than it may be, though nothing of it is on the disk.
        std::fs::File::create(at("long.csv")).unwrap().set_len(FILE_LEN_MAX + 1).unwrap();
        assert_eq!(code(file(&at("long.csv"))), "word.file_too_long");
        std::fs::write(at("agreement.zh.txt"), "text").unwrap();
        assert_eq!(text_folder(&at("")).unwrap().0.len(), 1);
    }
}
