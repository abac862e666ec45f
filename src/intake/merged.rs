//! Merged cells: a value that is shown once over several rows is each row's.

use std::collections::HashMap;

use super::area::Area;
use super::fault::FileFault;
use super::kind::Column;
use super::sheet::{CELLS_MAX, Cell, SourceRow, TEXT_BYTES_MAX};

/// What became of a sheet's merged areas.
#[derive(Debug, Clone, Default)]
pub struct Merged {
    /// The areas whose value now stands in each of their rows.
    pub filled: Vec<String>,
    /// By a row's number: an area over several columns that mean something, of which the value may be any's, with the
    /// first of these columns.
    pub across: HashMap<u32, (Column, String)>,
}

/// Fills the areas below the row of headings, whose number is `headings`, downwards. A cell that says something keeps it.
///
/// # Errors
/// When the areas together cover more cells, or their values are together more text, than a file may have.
pub(super) fn fill(
    file: &str,
    rows: &mut [SourceRow],
    areas: &[Area],
    headings: u32,
    columns: &HashMap<Column, usize>,
) -> Result<Merged, FileFault> {
    let too_many = || FileFault::TooManyCells { file: file.to_owned() };
    let (mut merged, mut cells_left, mut text_left) = (Merged::default(), CELLS_MAX, TEXT_BYTES_MAX);
    let mut known: Vec<(usize, Column)> = columns.iter().map(|(column, index)| (*index, *column)).collect();
    known.sort_unstable();
    for area in areas.iter().filter(|area| area.rows.0 >= headings) {
        let begin = rows.partition_point(|row| row.number <= area.rows.0);
        let end = rows.partition_point(|row| row.number <= area.rows.1 + 1);
        cells_left = cells_left.checked_sub(end - begin).ok_or_else(too_many)?;
        // A file may say that an area is as wide as it likes.
        let (first, last) = (area.columns.0 as usize, area.columns.1 as usize);
        let mut covered = known.iter().copied().filter(|(index, _)| (first..=last).contains(index));
        match (covered.next(), covered.next()) {
            (Some((_, column)), Some(_)) => {
                let rows = rows[begin..end].iter().map(|row| (row.number, (column, area.name())));
                merged.across.extend(rows);
            }
            (Some((index, _)), None) if index == first && begin + 1 < end && rows[begin].number == area.rows.0 + 1 => {
                let value = rows[begin].cells.get(first).cloned().unwrap_or(Cell::Empty);
                if let Cell::Text(text) = &value {
                    let copied = text.len().saturating_mul(end - begin);
                    text_left = text_left.checked_sub(copied).ok_or_else(too_many)?;
                }
                for row in &mut rows[begin + 1..end] {
                    row.fill(first, &value);
                }
                merged.filled.push(area.name());
            }
            (Some(_) | None, _) => (),
        }
    }
    Ok(merged)
}
