//! Orders for many students as one request, and what became of them.

use serde::Serialize;

use super::Done;
use super::failure::Failure;
use super::request::Order;
use super::target::{ShownStudent, StudentInfo};
use crate::domain::ids::PlacementId;
use crate::event_log::table::TableRows;

/// Whom or what a refusal is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Student(ShownStudent),
    /// A unit by its name.
    Unit(String),
    /// A page of a stack of scans: its number over all files, and where it is.
    Page {
        number: usize,
        file: String,
        page: usize,
    },
}

/// Somebody who was refused, and why.
#[derive(Debug)]
pub struct Refused {
    pub whom: Subject,
    pub why: Box<Failure>,
}

/// What became of a command for one or many students.
#[derive(Debug)]
pub struct BulkAnswer {
    pub done: Done,
    /// How many students it was about.
    pub count: usize,
    /// The placements, in the order of the students; of a repeated command those recorded then.
    pub placements: Vec<PlacementId>,
    /// Of a command for a batch, who could not have it; the others have.
    pub refused: Vec<Refused>,
}

/// Orders on their way to one request, each with the student whom it is about.
#[derive(Default)]
pub(super) struct BulkRequest {
    pub(super) students: Vec<StudentInfo>,
    pub(super) placements: Vec<PlacementId>,
    pub orders: Vec<(usize, Order)>,
    pub rows: Vec<TableRows>,
    /// Placements whose current state these orders were computed from; if one changes, recompute instead of retrying.
    pub seen: Vec<PlacementId>,
}

impl BulkRequest {
    /// The student to whom the next orders belong.
    pub(super) fn about(&mut self, student: StudentInfo) -> usize {
        self.students.push(student);
        self.students.len() - 1
    }

    /// The student and placement to which the next orders belong.
    pub(super) fn about_placement(&mut self, student: StudentInfo, placement: PlacementId) -> usize {
        self.placements.push(placement);
        self.about(student)
    }
}
