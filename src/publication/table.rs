//! Columns of Chinese and Latin text on a screen of fixed-width cells.
//!
//! Widths are those of Unicode's standard annex 11: a Chinese character or full-width mark takes two cells, and a
//! character that only some fonts draw wide, such as ① or “, takes one. Lines end where annex 14 lets them: never
//! before a closing mark nor behind an opening one, never inside a number.

use std::borrow::Cow;

use textwrap::{Options, WordSplitter, WrapAlgorithm};
use unicode_width::UnicodeWidthStr;

/// How a column is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words, which may be folded.
    Left,
    /// Numbers, which are never folded.
    Right,
}

/// Rows of equal length as aligned lines, two spaces between columns.
pub fn aligned(rows: &[Vec<String>], align: &[Align]) -> String {
    let widths = widest(rows, align.len());
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for ((cell, wanted), align) in row.iter().zip(&widths).zip(align) {
            let pad = " ".repeat(wanted.saturating_sub(cell.width()));
            if !line.is_empty() {
                line.push_str(GAP);
            }
            match align {
                Align::Left => line.push_str(&format!("{cell}{pad}")),
                Align::Right => line.push_str(&format!("{pad}{cell}")),
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Between two columns.
const GAP: &str = "  ";

/// The width of the widest cell of each column.
pub(super) fn widest(rows: &[Vec<String>], columns: usize) -> Vec<usize> {
    let of = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0);
    (0..columns).map(of).collect()
}

/// Rows as aligned lines of at most `limit` cells. When the columns together are wider, those that are aligned left are
/// folded, the widest first; numbers never are.
pub fn fitted(rows: &[Vec<String>], align: &[Align], limit: usize) -> String {
    let mut widths = widest(rows, align.len());
    while widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1) > limit {
        let words = widths.iter_mut().zip(align).filter(|(_, align)| **align == Align::Left);
        let Some((widest, _)) = words.max_by_key(|(width, _)| **width) else { break };
        if *widest <= FOLDED_MIN {
            break;
        }
        *widest -= 1;
    }
    let mut folded = vec![];
    for row in rows {
        let cells = row.iter().zip(align).zip(&widths);
        let cells: Vec<Vec<Cow<'_, str>>> = cells
            .map(|((cell, align), width)| if *align == Align::Left { fold(cell, *width) } else { vec![cell.into()] })
            .collect();
        for line in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
            folded.push(cells.iter().map(|cell| cell.get(line).cloned().unwrap_or_default().into_owned()).collect());
        }
    }
    aligned(&folded, align)
}

/// A column narrower than this is not folded further.
const FOLDED_MIN: usize = 8;

/// A paragraph in lines of at most `limit` cells, later lines behind `indent`.
pub fn paragraph(text: &str, indent: &str, limit: usize) -> String {
    let lines = fold(text, limit.saturating_sub(indent.width()));
    format!("{}\n", lines.join(&format!("\n{indent}")))
}

/// The lines of a text. Only a word that is wider than a whole line is cut.
fn fold(text: &str, limit: usize) -> Vec<Cow<'_, str>> {
    let options = Options::new(limit)
        .wrap_algorithm(WrapAlgorithm::FirstFit)
        // A date must not be cut at its hyphens.
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(text, options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_chinese_line_up() {
        let rows = vec![vec!["升学".to_owned(), "12".to_owned()], vec!["a".to_owned(), "3".to_owned()]];
        assert_eq!(aligned(&rows, &[Align::Left, Align::Right]), "升学  12\na      3\n");
    }

    #[test]
    fn a_folded_paragraph_keeps_numbers_whole_and_starts_no_line_with_a_closing_mark() {
        // 10 cells behind the indent: 就业率 takes 6, 98.15%①， takes 6 + 1 + 2 and stays whole, 升学 takes 4.
        assert_eq!(paragraph("就业率98.15%①，升学", "  ", 12), "就业率\n  98.15%①，\n  升学\n");
    }

    #[test]
    fn the_widest_words_are_folded_and_numbers_stand_on_their_first_line() {
        let row = ["校", "一二三四五六七八九十甲乙", "12"].map(str::to_owned).to_vec();
        let written = fitted(&[row], &[Align::Left, Align::Left, Align::Right], 28);
        assert_eq!(written, "校  一二三四五六七八九十  12\n    甲乙\n");
    }

    proptest::proptest! {
        #[test]
        fn folding_loses_nothing_but_spaces(text in "[a-z0-9 就业率（），。%①]{0,80}", limit in 1usize..40) {
            let joined: String = fold(&text, limit).concat();
            let bare = |text: &str| text.replace(' ', "");
            proptest::prop_assert_eq!(bare(&joined), bare(&text));
        }
    }
}
