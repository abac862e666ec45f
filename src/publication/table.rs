//! Columns of Chinese and Latin text on a screen of fixed-width cells.

use crate::text::width::{is_wide, width};

/// How a column is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// Rows of equal length as aligned lines, two spaces between columns.
pub fn aligned(rows: &[Vec<String>], align: &[Align]) -> String {
    let widths: Vec<usize> = (0..align.len())
        .map(|i| rows.iter().filter_map(|row| row.get(i)).map(|c| width(c)).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for ((cell, wanted), align) in row.iter().zip(&widths).zip(align) {
            let pad = " ".repeat(wanted.saturating_sub(width(cell)));
            if !line.is_empty() {
                line.push_str("  ");
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

/// Rows as aligned lines of at most `limit` cells: columns that stand left are folded where all are too wide, the widest
/// first; numbers never are.
pub fn fitted(rows: &[Vec<String>], align: &[Align], limit: usize) -> String {
    let mut widths: Vec<usize> = (0..align.len())
        .map(|i| rows.iter().filter_map(|row| row.get(i)).map(|c| width(c)).max().unwrap_or(0))
        .collect();
    while widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1) > limit {
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
        let cells: Vec<Vec<String>> = cells
            .map(|((cell, align), width)| if *align == Align::Left { fold(cell, *width) } else { vec![cell.clone()] })
            .collect();
        for line in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
            folded.push(cells.iter().map(|cell| cell.get(line).cloned().unwrap_or_default()).collect());
        }
    }
    aligned(&folded, align)
}

/// A column narrower than this is not folded further.
const FOLDED_MIN: usize = 8;

/// A paragraph in lines of at most `limit` cells, later lines behind `indent`; Latin words and numbers stay whole.
pub fn paragraph(text: &str, indent: &str, limit: usize) -> String {
    let lines = fold(text, limit.saturating_sub(width(indent)));
    format!("{}\n", lines.join(&format!("\n{indent}")))
}

fn fold(text: &str, limit: usize) -> Vec<String> {
    let mut lines = vec![];
    let mut line = String::new();
    for piece in pieces(text) {
        if !line.is_empty() && width(&line) + width(piece.trim_end()) > limit {
            lines.push(line.trim_end().to_owned());
            line.clear();
            line.push_str(piece.trim_start());
        } else {
            line.push_str(piece);
        }
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// The pieces between which a line may end: after a wide character or a space, but never before a mark that closes nor
/// behind one that opens.
fn pieces(text: &str) -> Vec<&str> {
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    let mut pieces = vec![];
    let mut start = 0;
    for pair in characters.windows(2) {
        let [(_, before), (at, after)] = *pair else { continue };
        let between = before == ' ' || is_wide(before) || is_wide(after);
        if between && !closes(after) && !opens(before) {
            pieces.push(&text[start..at]);
            start = at;
        }
    }
    pieces.push(&text[start..]);
    pieces
}

fn closes(c: char) -> bool {
    matches!(c, '，' | '。' | '；' | '：' | '、' | '）' | '」' | '”' | '%' | ' ' | '\u{2460}'..='\u{2473}')
}

fn opens(c: char) -> bool {
    matches!(c, '（' | '「' | '“')
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
        // 11 cells behind the indent: 就业率 takes 6, 98.15%①， takes 6 + 2 + 2 and stays whole, 升学 takes 4.
        assert_eq!(paragraph("就业率98.15%①，升学", "  ", 13), "就业率\n  98.15%①，\n  升学\n");
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
