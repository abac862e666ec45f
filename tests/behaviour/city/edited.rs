//! A file of the city, opened to be changed.

use std::path::Path;

use gradtrail::intake::kind::Column;
use gradtrail::intake::parse::{self, Headings};
use gradtrail::intake::sheet::{Cell, SourceSheet, read_bytes};

/// A file of the city as CSV, with its cells under their columns, to be changed and written elsewhere.
pub struct Edited {
    pub sheet: SourceSheet,
    pub headings: Headings,
}

impl Edited {
    pub fn open(path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap();
        let sheet = read_bytes(path.display().to_string(), &bytes).unwrap().sheets.remove(0);
        let headings = parse::find("file", &sheet, None).unwrap();
        Self { sheet, headings }
    }

    pub fn row(&mut self, number: u32) -> &mut Vec<Cell> {
        &mut self.sheet.rows.iter_mut().find(|row| row.number == number).unwrap().cells
    }

    pub fn cell(&mut self, number: u32, column: Column) -> Option<String> {
        let index = *self.headings.columns.get(&column)?;
        match self.row(number).get(index) {
            Some(Cell::Text(text)) => Some(text.clone()),
            Some(Cell::Date(day)) => Some(day.to_string()),
            Some(Cell::Number(number)) => Some(number.to_string()),
            Some(Cell::Empty | Cell::Error(_) | Cell::Uncomputed) | None => None,
        }
    }

    pub fn set(&mut self, number: u32, column: Column, text: &str) -> bool {
        let Some(index) = self.headings.columns.get(&column).copied() else { return false };
        let cells = self.row(number);
        cells.resize(cells.len().max(index + 1), Cell::Empty);
        cells[index] = Cell::Text(text.to_owned());
        true
    }

    pub fn clear(&mut self, number: u32) -> bool {
        self.row(number).clear();
        true
    }

    /// The numbers of the rows of a person.
    pub fn rows_of(&mut self, document: &str) -> Vec<u32> {
        let numbers: Vec<u32> = self.sheet.rows.iter().map(|row| row.number).collect();
        numbers.into_iter().filter(|n| self.cell(*n, Column::Document).as_deref() == Some(document)).collect()
    }

    pub fn write(&self, out: &Path) {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_path(out).unwrap();
        for row in &self.sheet.rows {
            let text = |cell: &Cell| match cell {
                Cell::Empty | Cell::Uncomputed => String::new(),
                Cell::Text(text) | Cell::Error(text) => text.clone(),
                Cell::Number(number) => number.to_string(),
                Cell::Date(day) => day.to_string(),
            };
            writer.write_record(row.cells.iter().map(text).chain([String::new()])).unwrap();
        }
    }
}
