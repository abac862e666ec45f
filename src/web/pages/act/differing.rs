//! What differs for single students of a class that is placed: a row for each, of which only what differs is typed.

use super::people::Person;
use super::typed::{Typed, cell_name};
use crate::web::pages::frame::Frame;

/// Students who have a row; of more a table is pasted.
const ROWS_MAX: usize = 60;
/// What mostly differs: the heading in a table, what it is called in English, and whose names are suggested there.
const COLUMNS: [(&str, &str, &str); 6] = [
    ("实习单位", "Host", "host-list"),
    ("岗位", "Post", ""),
    ("学校指导教师", "Teacher", "teacher-list"),
    ("报酬", "Pay", ""),
    ("开始日期", "First day", ""),
    ("结束日期", "Last day", ""),
];

/// The row of a student.
pub(super) struct DifferingRow {
    pub student_number: String,
    pub name: String,
    pub cells: Vec<DifferingCell>,
}

/// A cell in which something is typed.
pub(super) struct DifferingCell {
    pub name: String,
    pub label: &'static str,
    pub value: String,
    /// Where what is suggested is found.
    pub list: &'static str,
}

/// What stands over the cells.
pub(super) fn headings(frame: &Frame) -> Vec<&'static str> {
    COLUMNS.iter().map(|(zh, en, _)| frame.say(zh, en)).collect()
}

/// A row for each of these students who has a student number.
pub(super) fn rows(frame: &Frame, people: &[&Person], typed: &Typed) -> Vec<DifferingRow> {
    if people.len() > ROWS_MAX {
        return vec![];
    }
    let cell = |number: &str, (heading, en, list): (&'static str, &'static str, &'static str)| {
        let name = cell_name(number, heading);
        DifferingCell { value: typed.get(&name).to_owned(), label: frame.say(heading, en), list, name }
    };
    let has_number = people.iter().filter(|person| !person.student_number.is_empty());
    let row = |person: &&Person| DifferingRow {
        student_number: person.student_number.clone(),
        name: person.name.clone(),
        cells: COLUMNS.iter().map(|column| cell(&person.student_number, *column)).collect(),
    };
    has_number.map(row).collect()
}
