//! Help: what each command does and what each field means, in Chinese and English, by command and field.
//!
//! The names are those of the inputs, so that a form can show the same words as the command line. A field means the same in
//! every command unless `EXCEPTIONS` say otherwise.

mod commands;
mod exceptions;
mod fields;
mod labels;
mod serving;

pub use commands::COMMANDS;
pub use exceptions::EXCEPTIONS;
use fields::FIELDS;
use serving::SERVING;

/// What a command does.
pub struct CommandHelp {
    /// Its path, with blanks between: `placement draft`.
    pub path: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
}

/// What a field means.
pub struct FieldHelp {
    pub field: &'static str,
    /// What stands in the place of the value.
    pub value: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
}

/// What a field means in one command, or in all whose path begins with `path`.
pub struct Exception {
    pub path: &'static str,
    pub of: FieldHelp,
}

/// The help of the command with this path.
pub fn command(path: &str) -> Option<&'static CommandHelp> {
    COMMANDS.iter().find(|command| command.path == path)
}

/// The fields that mean the same in every command.
pub fn fields() -> impl Iterator<Item = &'static FieldHelp> {
    FIELDS.iter().chain(SERVING)
}

/// The help of a field of the command with this path.
pub fn field(path: &str, field: &str) -> Option<&'static FieldHelp> {
    let begins = |exception: &&Exception| {
        let rest = path.strip_prefix(exception.path);
        exception.of.field == field && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let nearest = EXCEPTIONS.iter().filter(begins).max_by_key(|exception| exception.path.len());
    nearest.map(|exception| &exception.of).or_else(|| fields().find(|help| help.field == field))
}

/// What stands before a field on a form of the command with this path, in Chinese and English.
pub fn label(path: &str, field: &str) -> Option<(&'static str, &'static str)> {
    labels::label(path, field).map(|label| (label.zh, label.en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_stands_before_what_a_field_means_elsewhere_and_the_nearest_before_all() {
        let zh = |path, name| field(path, name).map(|help| help.zh);
        assert_ne!(zh("staff add", "name"), zh("employer register", "name"));
        assert_eq!(zh("staff add", "name"), zh("staff rename", "name"));
        assert_eq!(zh("staffing", "name"), fields().find(|help| help.field == "name").map(|help| help.zh));
        assert_eq!(zh("staff add", "no such field"), None);
    }

    #[test]
    fn each_command_and_field_is_told_once() {
        let commands = COMMANDS.iter().map(|command| command.path.to_owned()).collect();
        let fields = fields().map(|help| help.field.to_owned()).collect();
        let exceptions = EXCEPTIONS.iter().map(|of| format!("{} {}", of.path, of.of.field)).collect();
        let all: [Vec<String>; 3] = [commands, fields, exceptions];
        for told in all {
            assert_eq!(told.iter().collect::<std::collections::BTreeSet<_>>().len(), told.len());
        }
    }
}
