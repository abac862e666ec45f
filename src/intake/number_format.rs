//! Numbers as a spreadsheet shows them, where that is more than the number: zeros in front, words around it.

/// From here on a number is none that a format would complete.
const SHOWN_MAX: f64 = 1e15;

/// A format of whole numbers: words, at least so many digits, words.
#[derive(Debug, Default, PartialEq, Eq)]
struct WholeFormat {
    before: String,
    digits_min: usize,
    after: String,
}

/// Whether a format may show a whole number as more than its digits: `0000000`, `"高三"0"班"`.
pub(super) fn says_more(format: &str) -> bool {
    parse(format)
        .is_some_and(|format| format != WholeFormat { digits_min: format.digits_min.min(1), ..WholeFormat::default() })
}

/// What is shown of a whole number under such a format.
pub(super) fn shown(number: f64, format: &str) -> Option<String> {
    let WholeFormat { before, digits_min, after } = parse(format)?;
    let is_whole = number.fract() == 0.0 && (0.0..SHOWN_MAX).contains(&number);
    is_whole.then(|| format!("{before}{number:0>digits_min$.0}{after}"))
}

/// Of a format of several sections the first, which is that of positive numbers. `None` for formats of other than whole
/// numbers, such as of days, amounts with a point or shares.
fn parse(format: &str) -> Option<WholeFormat> {
    let mut parsed = WholeFormat::default();
    let (mut has_digits, mut is_behind) = (false, false);
    let mut characters = format.chars();
    while let Some(c) = characters.next() {
        let words = match c {
            ';' => break,
            '0' | '#' | '?' if is_behind => return None,
            '0' | '#' | '?' => {
                has_digits = true;
                parsed.digits_min += usize::from(c == '0');
                continue;
            }
            // A colour, a condition, a currency with its country.
            '[' => {
                characters.by_ref().take_while(|c| *c != ']').for_each(drop);
                continue;
            }
            // A blank as wide as the next character; the next character as often as there is room.
            '_' | '*' => {
                characters.next();
                continue;
            }
            '"' => characters.by_ref().take_while(|c| *c != '"').collect(),
            '\\' => characters.next().map(String::from).unwrap_or_default(),
            c if c.is_ascii_alphabetic() || matches!(c, '.' | ',' | '%' | '/' | '@') => return None,
            c => c.to_string(),
        };
        is_behind = has_digits;
        if is_behind { parsed.after.push_str(&words) } else { parsed.before.push_str(&words) }
    }
    has_digits.then_some(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_is_read_with_the_zeros_and_words_that_its_format_shows() {
        for (format, number, seen) in [
            ("0000000", 190_121.0, "0190121"),
            ("000", 1234.0, "1234"),
            ("\"高三\"0\"班\"", 2.0, "高三2班"),
            ("0\\班", 2.0, "2班"),
            ("[红色]000;[蓝色]-000", 7.0, "007"),
            ("00-", 7.0, "07-"),
        ] {
            assert!(says_more(format), "{format}");
            assert_eq!(shown(number, format).as_deref(), Some(seen), "{format}");
        }
    }

    #[test]
    fn other_formats_leave_the_number_as_it_is() {
        for format in [
            "General",
            "0",
            "#",
            "#,##0",
            "0.00",
            "0%",
            "yyyy/m/d",
            "@",
            "0.0,\"千元\"",
            "0E+00",
            "000-0000",
            "",
            "# ?/?",
        ] {
            assert!(!says_more(format), "{format}");
        }
        for number in [1.5, -3.0, 1e15] {
            assert_eq!(shown(number, "000"), None, "{number}");
        }
    }
}
