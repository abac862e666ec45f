//! Orders for many students as one request, or student by student.
//!
//! Invariants: one command for a class is one request with one receipt; when anybody in it is refused, nothing is
//! recorded and each refused student is named. A command for an imported batch is recorded student by student, as the
//! import was.

use uuid::Uuid;

use super::failure::Failure;
use super::key::Call;
use super::request::{Order, Request};
use super::target::{ShownStudent, StudentInfo};
use super::{App, AppError, Done};
use crate::domain::agreement::Agreement;
use crate::domain::ids::PlacementId;
use crate::domain::placement::Placement;
use crate::domain::{Stream, StreamType};
use crate::event_log::record::StreamKey;
use crate::event_log::request::{AppendError, Receipt};
use crate::event_log::table::TableRows;
use serde::Serialize;

/// Whom or what a refusal is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Student(ShownStudent),
    /// A unit by its name.
    Unit(String),
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
    students: Vec<StudentInfo>,
    placements: Vec<PlacementId>,
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

/// Works something out again when somebody else was faster, so that it is refused for what the other one did.
pub(super) async fn again<T>(work: impl AsyncFn() -> Result<T, Failure>) -> Result<T, Failure> {
    let mut tries = 1;
    loop {
        match work().await {
            Err(Failure::App(AppError::Append(AppendError::Stale))) if tries < super::execute::TRIES_MAX => tries += 1,
            result => return result,
        }
    }
}

impl App {
    /// Records a bulk request as one; of a refused one, every student who is refused is named.
    pub(super) async fn record_bulk(&self, call: Call<'_>, bulk: BulkRequest) -> Result<BulkAnswer, Failure> {
        let BulkRequest { students, placements, orders, rows, seen } = bulk;
        let (whose, orders): (Vec<usize>, Vec<Order>) = orders.into_iter().unzip();
        let mut request = Request::new(call.key, call.asked, orders);
        request.rows = rows;
        let ids: Vec<String> = placements.iter().map(|placement| placement.0.to_string()).collect();
        request.answer = serde_json::json!({ "placements": ids });
        for placement in seen {
            request.seen.push(self.seen::<Placement>(StreamType::Placement, placement).await?);
            request.seen.push(self.seen::<Agreement>(StreamType::Agreement, placement).await?);
        }
        self.prefetch(call.caller, std::slice::from_ref(&request)).await?;
        match self.execute(call.caller, request.clone()).await {
            Ok(done) => {
                let recorded = match &done {
                    Done::Recorded(receipt) if receipt.repeated => recorded_then(receipt),
                    Done::Recorded(_) | Done::Unchanged => placements,
                };
                Ok(BulkAnswer { done, count: students.len(), placements: recorded, refused: vec![] })
            }
            Err(error) if error.is_refusal() => {
                let mut refused: Vec<(usize, Refused)> = vec![];
                for (index, refusal) in self.refusals(call.caller, &request).await? {
                    let Some(place) = whose.get(index) else { continue };
                    let Some(student) = students.get(*place) else { continue };
                    if !refused.iter().any(|(known, _)| known == place) {
                        let whom = Subject::Student(student.shown(call.caller));
                        refused.push((*place, Refused { whom, why: Box::new(refusal.into()) }));
                    }
                }
                if refused.is_empty() {
                    return Err(error.into());
                }
                Err(Failure::Refused(refused.into_iter().map(|(_, refused)| refused).collect()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Records a bulk request student by student, as an import does: who is refused is named, and the others have what
    /// was ordered.
    pub(super) async fn record_each(&self, call: Call<'_>, bulk: BulkRequest) -> Result<BulkAnswer, Failure> {
        let BulkRequest { students, placements, orders, .. } = bulk;
        let mut of: Vec<Vec<Order>> = students.iter().map(|_| vec![]).collect();
        for (whose, order) in orders {
            of[whose].push(order);
        }
        let request = |(placement, orders): (&PlacementId, Vec<Order>)| {
            Request::new(format!("{}:{}", call.key, placement.0), call.asked, orders)
        };
        let requests = placements.iter().zip(of).map(request).collect();
        let (mut recorded, mut refused, mut total) = (vec![], vec![], None::<Receipt>);
        let done = self.execute_all(call.caller, requests).await;
        for ((student, placement), done) in students.iter().zip(placements).zip(done) {
            match done {
                Ok(Done::Unchanged) => recorded.push(placement),
                Ok(Done::Recorded(receipt)) => {
                    recorded.push(placement);
                    total = Some(match total {
                        None => receipt,
                        Some(sum) => Receipt {
                            event_count: sum.event_count + receipt.event_count,
                            repeated: sum.repeated && receipt.repeated,
                            ..sum
                        },
                    });
                }
                // Also what the database could not do for one: the others have been recorded.
                Err(error) => {
                    let whom = Subject::Student(student.shown(call.caller));
                    refused.push(Refused { whom, why: Box::new(error.into()) });
                }
            }
        }
        let done = total.map_or(Done::Unchanged, Done::Recorded);
        Ok(BulkAnswer { done, count: recorded.len(), placements: recorded, refused })
    }

    async fn seen<A: Stream>(&self, kind: StreamType, placement: PlacementId) -> Result<(StreamKey, u64), AppError> {
        let (_, version) = self.load::<A>(placement.0).await?;
        Ok((StreamKey { kind, id: placement.0 }, version))
    }
}

fn recorded_then(receipt: &Receipt) -> Vec<PlacementId> {
    let answer: serde_json::Value = serde_json::from_str(&receipt.answer).unwrap_or_default();
    let ids = answer["placements"].as_array().into_iter().flatten();
    ids.filter_map(|id| Uuid::parse_str(id.as_str()?).ok()).map(PlacementId).collect()
}
