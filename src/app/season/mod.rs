//! What an internship office orders: of one student or of a whole class, recorded together or not at all.
//!
//! In reading order: `whom` whom an order is about, `fields` what a placement arranges as an office writes it,
//! `overrides` what a file says of single students, `placements` the orders of placements, `agreements` those of
//! agreements with their `terms`, `papers` the documents that are printed and sent, `printing` what they say,
//! `exemptions` who need not go, `sheets` and `facts` what is shown, `employers` and `hosts` the units behind them, `plans`
//! which classes are to be placed.
//!
//! Invariants: one order for a class is one request with one receipt; when anybody in it is refused, nothing is recorded
//! and each refused student is named by masked name and class. An order for an imported batch is recorded student by
//! student, as the import was. What persons wrote is sealed beside the events.

pub mod agreements;
pub mod employers;
pub mod exemptions;
pub mod facts;
pub mod fields;
pub mod hosts;
pub mod overrides;
pub mod papers;
pub mod placements;
pub mod plans;
pub(crate) mod printing;
pub mod sheets;
pub mod terms;
pub mod whom;

use std::collections::HashMap;
use std::fmt;

use thiserror::Error;
use uuid::Uuid;

use super::account::StaffError;
use super::report::ReportError;
use super::request::{Order, Request};
use super::{App, AppError, Done, TRIES_MAX};
use crate::accounts::Caller;
use crate::domain::agreement::Agreement;
use crate::domain::ids::{FileHash, PlacementId, SealedRevision};
use crate::domain::placement::Placement;
use crate::domain::{Stream, StreamType};
use crate::event_log::record::StreamKey;
use crate::event_log::request::{AppendError, Receipt};
use crate::event_log::table::TableRows;
use crate::evidence::EvidenceFile;
use crate::people::Sealed;
use whom::{Pupil, WhomError};

/// So many hexadecimal digits of a command's fingerprint are its key.
const KEY_LEN: usize = 32;

/// A student who was refused, and why.
#[derive(Debug)]
pub struct Refused {
    pub whom: String,
    pub why: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}：{}", self.whom, self.why)
    }
}

#[derive(Debug, Error)]
pub enum SeasonError {
    #[error("{} 人不能办理，全部都没有记录：\n{}", .0.len(), lines(.0))]
    Refused(Vec<Refused>),
    #[error("没有要办理的：{0}")]
    Nothing(&'static str),
    #[error("{0}")]
    Unclear(String),
    #[error(transparent)]
    Whom(#[from] WhomError),
    #[error(transparent)]
    Overrides(#[from] overrides::OverridesError),
    #[error(transparent)]
    Staff(#[from] StaffError),
    #[error(transparent)]
    Report(#[from] ReportError),
    #[error(transparent)]
    App(#[from] AppError),
}

impl SeasonError {
    fn one_by_one() -> Self {
        Self::Unclear("文件是一名学生的；请用 --student 逐人登记".to_owned())
    }
}

/// A line per student; those who are refused for the same reason share it.
fn lines(refused: &[Refused]) -> String {
    let mut by_reason: Vec<(&str, Vec<&Refused>)> = vec![];
    for one in refused {
        match by_reason.iter_mut().find(|(why, _)| *why == one.why) {
            Some((_, alike)) => alike.push(one),
            None => by_reason.push((&one.why, vec![one])),
        }
    }
    let line = |(why, alike): &(&str, Vec<&Refused>)| match alike.as_slice() {
        [one] => format!("  {one}"),
        alike => {
            let whom: Vec<&str> = alike.iter().map(|one| one.whom.as_str()).collect();
            format!("  {why}（{} 人）：{}", alike.len(), whom.join("、"))
        }
    };
    by_reason.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What became of an order.
#[derive(Debug)]
pub struct Answer {
    pub done: Done,
    /// How many students it was about.
    pub count: usize,
    /// The placements, in the order of the students; of a repeated order those recorded then.
    pub placements: Vec<PlacementId>,
    /// Of an order for a batch, who could not have it; the others have.
    pub refused: Vec<Refused>,
}

impl Answer {
    pub fn receipt(&self) -> Option<&Receipt> {
        match &self.done {
            Done::Recorded(receipt) => Some(receipt),
            Done::Unchanged => None,
        }
    }
}

/// Orders on their way to one request, each with the student whom it is about.
struct Errand {
    pupils: Vec<Pupil>,
    placements: Vec<PlacementId>,
    orders: Vec<(usize, Order)>,
    rows: Vec<TableRows>,
    /// Placements from whose state the orders were worked out.
    seen: Vec<PlacementId>,
    asked: String,
    key: Option<String>,
}

impl Errand {
    /// `asked` says the same when the same is asked again.
    fn new(asked: String, key: Option<&str>) -> Self {
        let (pupils, placements, orders, rows, seen) = (vec![], vec![], vec![], vec![], vec![]);
        Self { pupils, placements, orders, rows, seen, asked, key: key.map(str::to_owned) }
    }

    /// The student to whom the next orders belong.
    fn about(&mut self, pupil: Pupil) -> usize {
        self.pupils.push(pupil);
        self.pupils.len() - 1
    }

    /// The student and placement to which the next orders belong.
    fn about_placement(&mut self, pupil: Pupil, placement: PlacementId) -> usize {
        self.placements.push(placement);
        self.about(pupil)
    }
}

/// Numbers what is sealed of one subject.
pub(crate) struct Sealing<'a> {
    app: &'a App,
    subject: Uuid,
    last: u32,
    pub rows: Vec<TableRows>,
    /// What the rows hold, by revision, for who needs it again at once.
    pub sealed: Vec<(u32, Sealed)>,
}

impl<'a> Sealing<'a> {
    fn new(app: &'a App, subject: Uuid, known: &HashMap<(Uuid, u32), Sealed>) -> Self {
        let last = known.keys().filter(|(of, _)| *of == subject).map(|(_, revision)| *revision).max().unwrap_or(0);
        Self::after(app, subject, last)
    }

    /// Goes on behind the last revision.
    pub(crate) fn after(app: &'a App, subject: Uuid, last: u32) -> Self {
        Self { app, subject, last, rows: vec![], sealed: vec![] }
    }

    pub(crate) fn seal(&mut self, sealed: &Sealed) -> Result<SealedRevision, AppError> {
        self.last += 1;
        self.rows.push(self.app.people().seal(self.subject, self.last, sealed)?);
        self.sealed.push((self.last, sealed.clone()));
        Ok(SealedRevision(self.last))
    }

    /// What was sealed so far, as it will be unsealed.
    fn sealed(&self) -> impl Iterator<Item = ((Uuid, u32), Sealed)> {
        self.sealed.iter().map(|(revision, sealed)| ((self.subject, *revision), sealed.clone()))
    }

    fn note(&mut self, text: Option<&str>) -> Result<Option<SealedRevision>, AppError> {
        text.map(|text| self.seal(&Sealed::Note { text: text.to_owned() })).transpose()
    }

    /// A file, which has its hash for a number.
    fn file(&mut self, file: Option<&EvidenceFile>) -> Result<Option<FileHash>, AppError> {
        let Some(file) = file else { return Ok(None) };
        self.rows.push(file.seal(self.app.people(), self.subject)?);
        Ok(Some(file.hash))
    }
}

/// Works something out again when somebody else was faster, so that it is refused for what the other one did.
async fn again<T>(work: impl AsyncFn() -> Result<T, SeasonError>) -> Result<T, SeasonError> {
    let mut tries = 1;
    loop {
        match work().await {
            Err(SeasonError::App(AppError::Append(AppendError::Stale))) if tries < TRIES_MAX => tries += 1,
            result => return result,
        }
    }
}

impl App {
    /// Records an errand as one request; of a refused one, every student who is refused is named.
    async fn run(&self, caller: &Caller, errand: Errand) -> Result<Answer, SeasonError> {
        let Errand { pupils, placements, orders, rows, seen, asked, key } = errand;
        let (whose, orders): (Vec<usize>, Vec<Order>) = orders.into_iter().unzip();
        let asked = format!("{} {asked}", caller.actor());
        let mut request = Request::new(self.key(&asked, key.as_deref()), asked, orders);
        request.rows = rows;
        let ids: Vec<String> = placements.iter().map(|placement| placement.0.to_string()).collect();
        request.answer = serde_json::json!({ "placements": ids });
        for placement in seen {
            request.seen.push(self.seen::<Placement>(StreamType::Placement, placement).await?);
            request.seen.push(self.seen::<Agreement>(StreamType::Agreement, placement).await?);
        }
        self.prefetch(std::slice::from_ref(&request)).await?;
        match self.execute(caller, request.clone()).await {
            Ok(done) => {
                let recorded = match &done {
                    Done::Recorded(receipt) if receipt.repeated => recorded_then(receipt),
                    Done::Recorded(_) | Done::Unchanged => placements,
                };
                Ok(Answer { done, count: pupils.len(), placements: recorded, refused: vec![] })
            }
            Err(error) if error.is_refusal() => {
                let mut refused: Vec<(usize, Refused)> = vec![];
                for (index, refusal) in self.refusals(caller, &request).await? {
                    let Some(pupil) = whose.get(index) else { continue };
                    if !refused.iter().any(|(known, _)| known == pupil) {
                        let whom = pupils.get(*pupil).map(Pupil::shown).unwrap_or_default();
                        refused.push((*pupil, Refused { whom, why: refusal.to_string() }));
                    }
                }
                if refused.is_empty() {
                    return Err(error.into());
                }
                Err(SeasonError::Refused(refused.into_iter().map(|(_, refused)| refused).collect()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Records an errand student by student, as an import does: who is refused is named, and the others have what was
    /// ordered.
    async fn run_each(&self, caller: &Caller, errand: Errand) -> Result<Answer, SeasonError> {
        let Errand { pupils, placements, orders, asked, key, .. } = errand;
        let mut of: Vec<Vec<Order>> = pupils.iter().map(|_| vec![]).collect();
        for (whose, order) in orders {
            of[whose].push(order);
        }
        let request = |(placement, orders): (&PlacementId, Vec<Order>)| {
            let asked = format!("{} {} {asked}", caller.actor(), placement.0);
            let key = key.as_ref().map(|key| format!("{key}:{}", placement.0));
            Request::new(self.key(&asked, key.as_deref()), asked, orders)
        };
        let requests = placements.iter().zip(of).map(request).collect();
        let (mut recorded, mut refused, mut total) = (vec![], vec![], None::<Receipt>);
        for ((pupil, placement), done) in pupils.iter().zip(placements).zip(self.execute_all(caller, requests).await) {
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
                Err(error) => refused.push(Refused { whom: pupil.shown(), why: error.to_string() }),
            }
        }
        let done = total.map_or(Done::Unchanged, Done::Recorded);
        Ok(Answer { done, count: recorded.len(), placements: recorded, refused })
    }

    /// The key of a command: as given, or one that the same command has on the same day.
    fn key(&self, asked: &str, given: Option<&str>) -> String {
        match given {
            Some(given) => format!("season:{given}"),
            None => {
                let content = format!("{} {asked}", self.today());
                let fingerprint = hex::encode(self.people.command_fingerprint(content.as_bytes()));
                format!("season:{}", &fingerprint[..KEY_LEN])
            }
        }
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
