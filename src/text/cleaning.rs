//! Characters that are no words: full-width forms, blanks, marks that nobody sees, marks that act on their surroundings.

use std::borrow::Cow;

/// The half-width form of a full-width ASCII character or blank; every other character as it is.
pub fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Words as they are kept: half-width where that is ASCII, one blank for each run of blanks and control characters, none
/// at the ends, and no mark that nobody sees.
pub fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut is_apart = false;
    for c in text.chars().map(half_width).filter(|c| !is_invisible(*c)) {
        if c.is_whitespace() || is_control(c) {
            is_apart = !cleaned.is_empty();
            continue;
        }
        if is_apart {
            cleaned.push(' ');
            is_apart = false;
        }
        cleaned.push(c);
    }
    cleaned
}

/// Words as they were written: without blanks at the ends, what acts on a screen, and marks that nobody sees.
pub fn as_written(text: &str) -> String {
    let kept: String = text.chars().filter(|c| !is_invisible(*c) && (*c == '\n' || !is_active(*c))).collect();
    kept.trim().to_owned()
}

/// Whether nothing is left of a text when it is cleaned.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_control(c) || is_invisible(c))
}

/// A text as a screen may show it: U+FFFD stands for each character that acts on the screen instead of being shown, but
/// for line feeds and tabs.
pub fn printable(text: &str) -> Cow<'_, str> {
    let acts = |c: char| is_active(c) && !matches!(c, '\n' | '\t');
    if text.contains(acts) { text.replace(acts, "\u{fffd}").into() } else { text.into() }
}

/// Has a text fit into one line of a document: each character that acts on its surroundings becomes a blank.
pub fn in_one_line(text: &mut String) {
    if text.contains(is_active) {
        *text = text.replace(is_active, " ");
    }
}

/// Whether a character acts on what stands around it, or is none that may be in a text.
pub fn is_active(c: char) -> bool {
    is_control(c) || is_directional(c)
}

/// Control characters, the separators of lines and paragraphs, and what Unicode keeps from being a character.
fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{fdd0}'..='\u{fdef}') || c as u32 & 0xfffe == 0xfffe
}

/// Marks that turn the direction of what follows (Unicode `Bidi_Control`).
fn is_directional(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Marks that show nothing by themselves (Unicode `Default_Ignorable_Code_Point`, and the marks of annotations): zero
/// width, direction, soft hyphens, selectors of variants, tags.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_in_half_width_with_single_blanks_and_nothing_unseen() {
        for (written, kept) in [
            ("　第一　　职业\t学校\n", "第一 职业 学校"),
            ("ＡＢＣ（１）", "ABC(1)"),
            ("\u{feff}张\u{200b}三\u{202e}\u{ad}\u{fe0f}\u{e0100}", "张三"),
            ("张\u{0}三\u{1b}[31m\u{85}", "张 三 [31m"),
            ("a\u{a0}\u{200b} \u{2003}b", "a b"),
            ("\u{200b} \u{7f}", ""),
        ] {
            assert_eq!(clean(written), kept, "{written:?}");
        }
    }

    #[test]
    fn a_screen_is_given_lines_and_columns_and_no_orders() {
        assert_eq!(printable("第一\t职业\n学校"), "第一\t职业\n学校");
        assert!(matches!(printable("学校"), Cow::Borrowed(_)));
        assert_eq!(
            printable("\u{1b}[2J张\u{202e}三\r\u{9b}1m\u{2028}"),
            "\u{fffd}[2J张\u{fffd}三\u{fffd}\u{fffd}1m\u{fffd}"
        );
    }

    #[test]
    fn a_line_of_a_document_has_a_blank_for_what_no_format_may_hold() {
        let mut text = "第一\u{0}职业\u{1b}学校\t\u{ffff}\u{202e}".to_owned();
        in_one_line(&mut text);
        assert_eq!(text, "第一 职业 学校   ");
    }

    proptest::proptest! {
        #[test]
        fn cleaning_again_changes_nothing(text in proptest::prop_oneof![
            ".*", "[ 　\t\u{0}\u{a0}\u{ad}\u{200b}\u{202e}\u{3164}\u{ffa0}\u{fe0f}Ａａ（a张]*",
        ]) {
            let cleaned = clean(&text);
            proptest::prop_assert_eq!(is_blank(&text), cleaned.is_empty());
            proptest::prop_assert_eq!(clean(&cleaned), cleaned);
        }

        #[test]
        fn no_control_character_and_no_mark_of_direction_survives(
            text in proptest::collection::vec(proptest::char::any(), 0..40)
        ) {
            let text: String = text.into_iter().collect();
            let acts = |c: char| is_active(c) || c.is_control();
            proptest::prop_assert!(!clean(&text).contains(acts));
            proptest::prop_assert!(!printable(&text).replace(['\n', '\t'], "").contains(acts));
            let mut line = text;
            in_one_line(&mut line);
            proptest::prop_assert!(!line.contains(acts));
        }
    }
}
