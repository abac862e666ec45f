//! Question: as known at a position, how far is each document of the packet of each student of a class? Unit:
//! documents.

use sqlx::{AnyPool, Row as _};

use super::question::{PlacementsAsOf, bind};
use crate::domain::agreement::codes::{DocumentState, SigningParty};
use crate::domain::ids::{ClassName, PlacementId, SchoolCode, StudentId};
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term;
use crate::projections::columns::{code, id};

/// The documents of one placement, in the order of `DocumentKind::ENTRIES`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    pub student: StudentId,
    pub placement: PlacementId,
    pub documents: Vec<Paper>,
}

/// How far one document has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    pub kind: DocumentKind,
    pub state: DocumentState,
    /// Who refused where it was refused, else who has not signed yet.
    pub lacking: Vec<SigningParty>,
}

impl Packet {
    /// A packet whose documents are all missing.
    fn empty(student: StudentId, placement: PlacementId) -> Self {
        let missing = |kind| Paper { kind, state: DocumentState::Missing, lacking: vec![] };
        let documents = DocumentKind::ENTRIES.iter().map(|entry| missing(entry.value)).collect();
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
        let lacking: String = row.try_get(4)?;
        let lacking = lacking.split(',').filter_map(SigningParty::from_code).collect();
        let shown = packets.last_mut().and_then(|packet| packet.documents.iter_mut().find(|paper| paper.kind == kind));
        if let Some(shown) = shown {
            *shown = Paper { kind, state, lacking };
        }
    }
    Ok(packets)
}
