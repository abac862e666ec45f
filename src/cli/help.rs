//! Help in the caller's language: the words of the catalogue put on the tree of subcommands.

use std::fmt::Write as _;

use clap::{Arg, ArgAction, Command};

use gradtrail::catalogue::help;
use gradtrail::text::lang::Lang;

use super::examples;

/// The tree of subcommands with everything that clap says by itself in `lang`.
pub fn localized(command: Command, lang: Lang) -> Command {
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    let command = command.disable_version_flag(true).arg(version).about(lang.of(ABOUT.0, ABOUT.1));
    level(command, "", lang).before_help(lang.of(examples::WAY.0, examples::WAY.1))
}

const ABOUT: (&str, &str) = (
    "实习与毕业去向的事件溯源统计系统：每个数字都能打开到人、事件和佐证",
    "Event-sourced tracking of internships and graduates: every figure opens down to people, events and evidence",
);

/// One command and what is below it.
fn level(command: Command, path: &str, lang: Lang) -> Command {
    let flag = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    let command = command.disable_help_flag(true).disable_help_subcommand(true).arg(flag);
    let command = command.mut_args(|arg| argument(arg, path, lang));
    let command = match help::command(path) {
        Some(help) => command.about(lang.of(help.zh, help.en)),
        None => command,
    };
    let command = command.mut_subcommands(|below| {
        let path = if path.is_empty() { below.get_name().to_owned() } else { format!("{path} {}", below.get_name()) };
        level(below, &path, lang)
    });
    let usage = usage(&command, path, lang);
    let examples = examples::EXAMPLES.iter().find(|example| example.path == path);
    let examples = examples.map_or(String::new(), |example| {
        let (heading, lines) = lang.of(("例：", example.zh), ("Examples:", example.en));
        format!("{heading}\n{}", lines.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n"))
    });
    let end = if path.is_empty() { lang.of(EXIT.0, EXIT.1) } else { "" };
    command
        .override_usage(usage)
        .help_template(lang.of(TEMPLATE.0, TEMPLATE.1))
        .subcommand_help_heading(lang.of("命令", "Commands"))
        .subcommand_value_name(lang.of("命令", "COMMAND"))
        .after_help([examples.as_str(), end].join("\n\n").trim().to_owned())
}

const TEMPLATE: (&str, &str) = (
    "{about-with-newline}\n{before-help}用法：{usage}\n\n{all-args}{after-help}",
    "{about-with-newline}\n{before-help}Usage: {usage}\n\n{all-args}{after-help}",
);
const EXIT: (&str, &str) = ("退出码：0 成功；1 失败；2 用法错误", "Exit codes: 0 success; 1 failure; 2 wrong usage");

/// A field with its help, and under which heading it stands.
fn argument(arg: Arg, path: &str, lang: Lang) -> Arg {
    let heading = if arg.is_global_set() || matches!(arg.get_action(), ArgAction::Help | ArgAction::Version) {
        lang.of("全局选项", "Global options")
    } else if arg.is_positional() {
        lang.of("参数", "Arguments")
    } else {
        lang.of("选项", "Options")
    };
    let Some(help) = help::field(path, arg.get_id().as_str()) else { return arg.help_heading(heading) };
    let takes_value = arg.get_action().takes_values();
    let mut words = lang.of(help.zh, help.en).to_owned();
    if takes_value {
        if let Some(values) = possible(&arg, lang) {
            let _ = write!(words, "{} {values}", lang.of("。可填", "; one of"));
        }
        let defaults: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        if !defaults.is_empty() {
            let _ = write!(words, "{} {}", lang.of("。默认", "; default"), defaults.join(" "));
        }
        if let Some(variable) = arg.get_env() {
            let _ = write!(words, "{} {}", lang.of("。环境变量", "; also by"), variable.to_string_lossy());
        }
    }
    let arg = arg.help(words).help_heading(heading);
    if !takes_value {
        return arg;
    }
    let arg = arg.hide_possible_values(true).hide_default_value(true).hide_env(true);
    if lang == Lang::Zh { arg.value_name(help.value) } else { arg }
}

/// The words that a field takes, if they are few: between blanks, where a line may break.
fn possible(arg: &Arg, lang: Lang) -> Option<String> {
    let values = arg.get_possible_values();
    let word = |value: &clap::builder::PossibleValue| match (lang, value.get_help()) {
        (Lang::Zh, Some(zh)) => zh.to_string(),
        (Lang::Zh, None) | (Lang::En, _) => value.get_name().to_owned(),
    };
    (!values.is_empty()).then(|| values.iter().map(word).collect::<Vec<_>>().join(" / "))
}

/// How a command is written: what must be there, and that more may be.
fn usage(command: &Command, path: &str, lang: Lang) -> String {
    let mut usage = ["gradtrail", path].join(" ").trim_end().to_owned();
    if command.has_subcommands() {
        let _ = write!(usage, " <{}>", lang.of("命令", "COMMAND"));
    }
    let _ = write!(usage, " [{}]", lang.of("选项", "OPTIONS"));
    for arg in command.get_arguments().filter(|arg| arg.is_required_set() || arg.is_positional()) {
        let value =
            arg.get_value_names().and_then(|names| names.first()).map_or(String::new(), |name| name.to_string());
        let more = if matches!(arg.get_action(), ArgAction::Append) { "..." } else { "" };
        let _ = match (arg.get_long(), arg.is_required_set()) {
            (Some(long), _) => write!(usage, " --{long} <{value}>{more}"),
            (None, true) => write!(usage, " <{value}>{more}"),
            (None, false) => write!(usage, " [{value}]{more}"),
        };
    }
    usage
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    /// Calls `look` with every command and its path.
    fn each(command: &Command, path: &str, look: &mut dyn FnMut(&Command, &str)) {
        look(command, path);
        for below in command.get_subcommands() {
            each(below, format!("{path} {}", below.get_name()).trim_start(), look);
        }
    }

    fn is_chinese(c: char) -> bool {
        matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
    }

    #[test]
    fn every_command_and_field_has_its_words_and_none_is_left_over() {
        let mut told: Vec<(String, String)> = vec![];
        let mut missing = vec![];
        let tree = localized(Cli::command(), Lang::Zh);
        each(&tree, "", &mut |command, path| {
            if !path.is_empty() && help::command(path).is_none() {
                missing.push(path.to_owned());
            }
            told.push((path.to_owned(), String::new()));
            for arg in command.get_arguments() {
                match help::field(path, arg.get_id().as_str()) {
                    None => missing.push(format!("{path} {}", arg.get_id())),
                    Some(of) => told.push((path.to_owned(), of.zh.to_owned() + of.field)),
                }
            }
        });
        assert_eq!(missing, Vec::<String>::new());
        let unused = |field: &help::FieldHelp| !told.iter().any(|(_, of)| *of == field.zh.to_owned() + field.field);
        let left: Vec<&str> = help::fields().filter(|of| unused(of)).map(|of| of.field).collect();
        assert_eq!(left, Vec::<&str>::new());
        let unused = |of: &help::FieldHelp, at: &str| {
            !told.iter().any(|(path, words)| path.starts_with(at) && *words == of.zh.to_owned() + of.field)
        };
        let left = help::EXCEPTIONS.iter().filter(|exception| unused(&exception.of, exception.path));
        assert_eq!(left.map(|exception| exception.of.field).collect::<Vec<_>>(), Vec::<&str>::new());
        let unknown = help::COMMANDS.iter().filter(|of| !told.iter().any(|(path, _)| path == of.path));
        assert_eq!(unknown.map(|of| of.path).collect::<Vec<_>>(), Vec::<&str>::new());
    }

    #[test]
    fn help_has_no_word_of_the_other_language_but_names_and_codes() {
        each(&localized(Cli::command(), Lang::En), "", &mut |command, path| {
            let printed = command.clone().render_help().to_string();
            assert!(!printed.contains(is_chinese), "{path}: {printed}");
        });
        each(&localized(Cli::command(), Lang::Zh), "", &mut |command, path| {
            let printed = command.clone().render_help().to_string();
            for english in
                ["Usage", "OPTIONS", "Options", "Commands", "Arguments", "Print", "possible", "default", "the "]
            {
                assert!(!printed.contains(english), "{path}: {english} in {printed}");
            }
        });
    }
}
