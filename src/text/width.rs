//! The room that a text takes where every character takes one cell or two, as on a terminal.

/// Cells that a text takes: two for each Chinese character or full-width mark.
pub fn width(text: &str) -> usize {
    text.chars().map(cells).sum()
}

/// Whether a character takes two cells.
pub fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{115f}' | '\u{2460}'..='\u{24ff}' | '\u{2e80}'..='\u{303e}' | '\u{3041}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}')
}

/// A text in at most so many cells: its beginning and an ellipsis where it is longer.
pub fn cut(text: &str, cells_max: usize) -> String {
    if width(text) <= cells_max {
        return text.to_owned();
    }
    // Fonts for Chinese give the ellipsis two cells.
    let mut left = cells_max.saturating_sub(2);
    let mut short = String::new();
    for c in text.chars() {
        let Some(rest) = left.checked_sub(cells(c)) else { break };
        left = rest;
        short.push(c);
    }
    short.push('…');
    short
}

fn cells(c: char) -> usize {
    if is_wide(c) { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_takes_two_cells() {
        assert_eq!(width("升学 12"), 7);
    }

    #[test]
    fn a_text_that_is_too_long_ends_in_an_ellipsis() {
        assert_eq!(cut("第一职业学校", 12), "第一职业学校");
        assert_eq!(cut("第一职业学校", 11), "第一职业…");
        assert_eq!(cut("abcdef", 5), "abc…");
        assert_eq!(cut("第一", 1), "…");
    }

    proptest::proptest! {
        #[test]
        fn what_is_cut_fits(text in ".*", cells_max in 2usize..40) {
            proptest::prop_assert!(width(&cut(&text, cells_max)) <= cells_max);
        }
    }
}
