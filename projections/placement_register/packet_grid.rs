//! Question: as known at a position, how far is each document of the packet of each student of a class? Unit:
//! documents.

use sqlx::AnyPool;

use super::question::{PlacementsAsOf, bind};
use crate::domain::agreement::codes::DocumentState;
use crate::domain::ids::{ClassName, PlacementId, SchoolCode, StudentId};
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term;
use crate::projections::columns::{code, id};

/// The documents of one placement, in the order of `DocumentKind::ENTRIES`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    pub student: StudentId,
    pub placement: PlacementId,
    pub documents: Vec<(DocumentKind, DocumentState)>,
}

impl Packet {
    /// A packet whose documents are all missing.
    fn empty(student: StudentId, placement: PlacementId) -> Self {
        let documents = DocumentKind::ENTRIES.iter().map(|entry| (entry.value, DocumentState::Missing)).collect();
        Self { student, placement, documents }
    }
}

/// A packet for each placement of the class, by student. Visits and placements that came to nothing have none.
///
/// # Errors
/// When the database cannot be read.
pub async fn packet_grid(
    readers: &AnyPool,
    question: &PlacementsAsOf,
    school: &SchoolCode,
    class: &ClassName,
) -> Result<Vec<Packet>, sqlx::Error> {
    let sql = concat!("with ", include_str!("known.sql"), include_str!("packet_grid.sql"));
    let query = bind(sql, question).bind(school.as_str().to_owned()).bind(class.as_str().to_owned());
    let mut packets: Vec<Packet> = vec![];
    for row in query.fetch_all(readers).await? {
        let (student, placement) = (StudentId(id(&row, 0)?), PlacementId(id(&row, 1)?));
        if packets.last().is_none_or(|packet| packet.placement != placement) {
            packets.push(Packet::empty(student, placement));
        }
        let (Some(kind), Some(state)) = (code::<DocumentKind>(&row, 2)?, code(&row, 3)?) else { continue };
        let documents = packets.last_mut().into_iter().flat_map(|packet| packet.documents.iter_mut());
        documents.filter(|(document, _)| *document == kind).for_each(|(_, shown)| *shown = state);
    }
    Ok(packets)
}
