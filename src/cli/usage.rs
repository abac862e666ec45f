//! What was typed, read by clap; and what was typed wrongly, in the caller's language, by its kind.

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory as _, FromArgMatches as _};

use gradtrail::refusal::Why;
use gradtrail::text::lang::Lang;

use super::{Cli, help, screen};

/// The code of the process for what was typed wrongly.
const WRONG_USAGE: u8 = 2;

/// What was typed, or how the program ends because of it.
pub fn parsed() -> Result<Cli, ExitCode> {
    let lang = language(std::env::args_os());
    let tree = help::localized(Cli::command(), lang);
    let read = tree.try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    read.map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // That the reader closed the pipe is no failure.
            let _closed = error.print();
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _closed = error.print();
            ExitCode::from(WRONG_USAGE)
        }
        _ => {
            screen::complaint(lang.of("错误：", "Error: "), &sentence(&error, lang));
            ExitCode::from(WRONG_USAGE)
        }
    })
}

/// The language that the words of the command line ask for, before they are read as a whole.
fn language(words: impl Iterator<Item = std::ffi::OsString>) -> Lang {
    let mut asked = Lang::Zh;
    let mut is_next = false;
    for word in words {
        let word = word.to_string_lossy();
        let said = if is_next { Some(&*word) } else { word.strip_prefix("--lang=") };
        asked = match said {
            Some("en") => Lang::En,
            Some("zh") => Lang::Zh,
            Some(_) | None => asked,
        };
        is_next = word == "--lang";
    }
    asked
}

/// What is wrong with what was typed, and how it is written.
fn sentence(error: &clap::Error, lang: Lang) -> String {
    let one = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(lang.of("、", ", ")),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let (arg, value) = (one(ContextKind::InvalidArg), one(ContextKind::InvalidValue));
    let said = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => {
            lang.of(format!("{arg} 后面要写值"), format!("{arg} needs a value"))
        }
        ErrorKind::InvalidValue => {
            let codes = one(ContextKind::ValidValue);
            let names = Some(one(ContextKind::Custom)).filter(|names| !names.is_empty());
            lang.of(
                format!("{arg} 不能是「{value}」；可填：{}", names.unwrap_or_else(|| codes.clone())),
                format!("{arg} cannot be '{value}'; it takes: {codes}"),
            )
        }
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map_or(String::new(), |why| match why.downcast_ref::<Why>() {
                Some(why) => why.sentence().in_lang(lang).to_owned(),
                None => why.to_string(),
            });
            lang.of(format!("{arg} 不能是「{value}」：{why}"), format!("{arg} cannot be '{value}': {why}"))
        }
        ErrorKind::UnknownArgument => {
            let alike = suggestion(one(ContextKind::SuggestedArg), lang);
            lang.of(format!("没有「{arg}」这一项{alike}"), format!("there is no {arg}{alike}"))
        }
        ErrorKind::InvalidSubcommand => {
            let (typed, alike) =
                (one(ContextKind::InvalidSubcommand), suggestion(one(ContextKind::SuggestedSubcommand), lang));
            lang.of(format!("没有命令「{typed}」{alike}"), format!("there is no command '{typed}'{alike}"))
        }
        ErrorKind::ArgumentConflict => {
            let prior = one(ContextKind::PriorArg);
            lang.of(format!("{arg} 与 {prior} 只能写一个"), format!("{arg} and {prior} exclude each other"))
        }
        ErrorKind::MissingRequiredArgument => lang.of(format!("还要写明：{arg}"), format!("still needed: {arg}")),
        ErrorKind::MissingSubcommand => lang.of("还要写明命令".to_owned(), "a command is needed".to_owned()),
        ErrorKind::TooManyValues | ErrorKind::WrongNumberOfValues | ErrorKind::TooFewValues => lang.of(
            format!(
                "{arg} 的值的个数不对{}",
                if value.is_empty() { String::new() } else { format!("：多了「{value}」") }
            ),
            format!("{arg} has the wrong number of values"),
        ),
        ErrorKind::NoEquals => {
            lang.of(format!("{arg} 的值要用等号连写"), format!("the value of {arg} is written after an equals sign"))
        }
        ErrorKind::InvalidUtf8 => lang.of("有一个词不是 UTF-8 文字".to_owned(), "a word is no UTF-8 text".to_owned()),
        // Help and version are no errors, and the rest are failures of printing.
        _ => return error.to_string(),
    };
    let usage = one(ContextKind::Usage);
    let usage = usage.trim_start_matches("Usage:").trim();
    if usage.is_empty() {
        return said;
    }
    lang.of(format!("{said}\n用法：{usage}\n说明：加 --help"), format!("{said}\nUsage: {usage}\nFor help add --help"))
}

fn suggestion(alike: String, lang: Lang) -> String {
    match alike.as_str() {
        "" => String::new(),
        alike => lang.of(format!("；是不是 {alike}？"), format!("; is {alike} meant?")),
    }
}
