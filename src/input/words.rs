//! How words of the command line become the values of inputs: terms, days, codes, files.
//!
//! Inputs are declared once, for the command line, the API and forms (`app`); here is what the command line needs besides.
//! Here and nowhere else in the library a path is opened for an input.

use std::ffi::OsStr;
use std::io::Read as _;
use std::marker::PhantomData;
use std::path::Path;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use jiff::civil::Date;

use super::file::{File, TextFolder};
use crate::domain::employer::PostStaff;
use crate::domain::host::codes::{Finding, VisitHead};
use crate::domain::ids::{ClassName, CreditCode, OccupationCode, SchoolCode};
use crate::domain::terms::Term;
use crate::refusal::Refusal;
use crate::text::cleaning::clean;
use crate::text::days::{self, DayFault};

/// Bytes of one file; more is a wrong file.
const FILE_LEN_MAX: u64 = 256 << 20;

/// A value of a closed vocabulary, by its code or its Chinese name.
///
/// # Errors
/// If it is none; says which there are.
pub fn term<T: Term + Send + Sync>(text: &str) -> Result<T, String> {
    T::from_text(text).ok_or_else(|| {
        let values: Vec<String> = T::ENTRIES.iter().map(|entry| format!("{}（{}）", entry.code, entry.zh)).collect();
        format!("可填：{}", values.join("、"))
    })
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
        Some(Box::new(T::ENTRIES.iter().map(|entry| PossibleValue::new(entry.code).help(entry.zh))))
    }
}

pub fn school_code(text: &str) -> Result<SchoolCode, String> {
    SchoolCode::parse(&clean(text)).map_err(|error| error.sentence().zh)
}

pub fn class_name(text: &str) -> Result<ClassName, String> {
    ClassName::parse(text).map_err(|error| error.sentence().zh)
}

pub fn occupation(text: &str) -> Result<OccupationCode, String> {
    OccupationCode::parse(text).map_err(|error| error.sentence().zh)
}

/// A day in any of the ways in which people write one.
pub fn day(text: &str) -> Result<Date, DayFault> {
    days::read(text)
}

pub fn credit_code(text: &str) -> Result<CreditCode, String> {
    let fault = "统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z）";
    CreditCode::parse(&clean(text)).ok_or_else(|| fault.to_owned())
}

/// How many persons work at a kind of post: `4-12-01=45`.
pub fn post_staff(text: &str) -> Result<PostStaff, String> {
    let (code, count) = text.split_once('=').ok_or("请写成 职业代码=人数，如 4-12-01=45")?;
    let occupation = OccupationCode::parse(code).map_err(|error| error.sentence().zh)?;
    let staff_count = count.parse().map_err(|_| format!("「{count}」不是人数"))?;
    Ok(PostStaff { occupation, staff_count })
}

/// What was found under one head of a visit: `安全防护=符合`.
pub fn finding(text: &str) -> Result<(VisitHead, Finding), String> {
    let (head, found) = text.split_once('=').ok_or("请写成 考察内容=结论，如 安全防护=符合")?;
    Ok((term(head)?, term(found)?))
}

/// Reads the file at a path.
///
/// # Errors
/// If it cannot be read, or is longer than any file that is taken.
pub fn file(path: &str) -> Result<File, String> {
    let refused = |error: std::io::Error| format!("不能读取 {path}：{error}");
    let mut bytes = vec![];
    let opened = std::fs::File::open(path).map_err(refused)?;
    let len = opened.take(FILE_LEN_MAX + 1).read_to_end(&mut bytes).map_err(refused)? as u64;
    if len > FILE_LEN_MAX {
        return Err(format!("{path} 超过 {} MB，不会是要交的文件；请核对", FILE_LEN_MAX >> 20));
    }
    Ok(File { name: path.to_owned(), bytes })
}

/// Reads the text files of a folder.
///
/// # Errors
/// If the folder or a file in it cannot be read, or there is none.
pub fn text_folder(path: &str) -> Result<TextFolder, String> {
    let folder = Path::new(path);
    let refused = |error: std::io::Error| format!("读不出模板文件夹 {}：{error}；请检查路径和权限", folder.display());
    let mut files = vec![];
    for entry in std::fs::read_dir(folder).map_err(refused)? {
        let path = entry.map_err(refused)?.path();
        // Editors leave other files behind; only texts can be mistaken for templates.
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("txt")) {
            files.push(file(&path.display().to_string())?);
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    if files.is_empty() {
        return Err(format!("模板文件夹 {} 中没有模板（.txt）；请核对文件夹", folder.display()));
    }
    Ok(TextFolder(files))
}
