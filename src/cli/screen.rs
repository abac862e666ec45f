//! Printing: lines, JSON, errors, progress bars on a terminal.
//!
//! Invariant: what was read from files and databases gives the terminal no orders.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use gradtrail::text::cleaning::{is_active, printable};

use super::CliError;

/// Prints a line; that the reader closed the pipe is no failure.
pub fn line(text: &str) -> Result<(), CliError> {
    match writeln!(std::io::stdout().lock(), "{}", printable(text)) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}

pub fn json(value: &serde_json::Value) -> Result<(), CliError> {
    line(&escaped(&serde_json::to_string_pretty(value)?))
}

/// Prints a sentence to whom the command failed or is to be warned.
pub fn complaint(kind: &str, error: &dyn std::fmt::Display) {
    eprintln!("{kind}{}", printable(&error.to_string()));
}

/// The same JSON without a character that acts on a terminal: they stand in strings, where they may be escaped.
fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if is_active(c) && c != '\n' {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| escaped.push_str(&format!("\\u{unit:04x}")));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// A progress bar on a terminal, nothing elsewhere.
pub fn progress(what: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len}") {
        bar.set_style(style);
    }
    bar.set_prefix(printable(what).into_owned());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_says_the_same_without_a_character_that_acts_on_a_terminal() {
        let value = serde_json::json!({ "name": "张\u{1b}[2J\u{202e}三\u{9b}\u{7f}\n\u{10ffff}", "count": 1 });
        let text = escaped(&serde_json::to_string_pretty(&value).unwrap());
        assert_eq!(printable(&text), text);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }
}
