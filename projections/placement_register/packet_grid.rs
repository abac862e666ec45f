//! Question: as known at a position, how far is each document of the packet of each student of a class? Unit:
//! documents.

use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};
use strum::VariantArray;

use super::List;
use super::question::{PlacementsAsOf, bind};
use crate::domain::agreement::codes::{DocumentState, SigningParty};
use crate::domain::ids::{ClassName, PlacementId, SchoolCode, StudentId};
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::{Entry, Term, entry};
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

/// How far the papers of somebody's packet are. A packet may lack several signatures, and be in several of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum PapersState {
    /// However far they are.
    All,
    /// Something is not signed by everybody.
    Open,
    /// Something is not out yet.
    NotSent,
    /// Something that is out lacks the signature of this party.
    LacksStudent,
    LacksGuardian,
    LacksHost,
    LacksSchool,
    Refused,
    /// What was agreed has changed, and no amendment says so.
    AmendmentDue,
    Finished,
}

impl Term for PapersState {
    const NAME: &'static str = "材料情况";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::All, "all", "全部", &[]),
        entry(Self::Open, "open", "没有办齐", &[]).en("not finished"),
        entry(Self::NotSent, "not-sent", "没有发出", &[]).en("not sent"),
        entry(Self::LacksStudent, "lacks-student", "缺学生签", &[]).en("student to sign"),
        entry(Self::LacksGuardian, "lacks-guardian", "缺监护人签", &[]).en("guardian to sign"),
        entry(Self::LacksHost, "lacks-host", "缺单位签", &[]).en("unit to sign"),
        entry(Self::LacksSchool, "lacks-school", "缺学校签", &[]).en("school to sign"),
        entry(Self::Refused, "refused", "有拒签", &[]).en("refused"),
        entry(Self::AmendmentDue, "amendment-due", "该签补充协议", &[]).en("amendment due"),
        entry(Self::Finished, "finished", "已办齐", &[]).en("finished"),
    ];
}

impl PapersState {
    /// Whether these papers of somebody whom these lists name are so.
    pub fn is_of(self, papers: &[Paper], waits: &[List]) -> bool {
        let is_out = |paper: &Paper| matches!(paper.state, DocumentState::Out | DocumentState::PartlySigned);
        let lacks = |party| papers.iter().any(|paper| is_out(paper) && paper.lacking.contains(&party));
        let any = |state| papers.iter().any(|paper| paper.state == state);
        let is_finished = papers.iter().all(|paper| paper.state.is_signed());
        match self {
            Self::All => true,
            Self::Open => !is_finished,
            Self::NotSent => any(DocumentState::Missing),
            Self::LacksStudent => lacks(SigningParty::Student),
            Self::LacksGuardian => lacks(SigningParty::Guardian),
            Self::LacksHost => lacks(SigningParty::Host),
            Self::LacksSchool => lacks(SigningParty::School),
            Self::Refused => any(DocumentState::Refused),
            Self::AmendmentDue => waits.contains(&List::Unamended),
            Self::Finished => is_finished,
        }
    }
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
    const SQL: &str = concat!(
        "with ",
        include_str!("known.sql"),
        include_str!("packet_grid.sql"),
        "  and s.class = $6 order by p.student, p.first_day, p.placement, d.document"
    );
    let query = bind(SQL, question).bind(school.as_str().to_owned()).bind(class.as_str().to_owned());
    packets(&query.fetch_all(readers).await?)
}

/// The same for every class of a school.
///
/// # Errors
/// When the database cannot be read.
pub async fn packets_of_school(
    readers: &AnyPool,
    question: &PlacementsAsOf,
    school: &SchoolCode,
) -> Result<Vec<Packet>, sqlx::Error> {
    const SQL: &str = concat!(
        "with ",
        include_str!("known.sql"),
        include_str!("packet_grid.sql"),
        "order by p.student, p.first_day, p.placement, d.document"
    );
    packets(&bind(SQL, question).bind(school.as_str().to_owned()).fetch_all(readers).await?)
}

fn packets(rows: &[AnyRow]) -> Result<Vec<Packet>, sqlx::Error> {
    let mut packets: Vec<Packet> = vec![];
    for row in rows {
        let (student, placement) = (StudentId(id(row, 0)?), PlacementId(id(row, 1)?));
        if packets.last().is_none_or(|packet| packet.placement != placement) {
            packets.push(Packet::empty(student, placement));
        }
        let (Some(kind), Some(state)) = (code::<DocumentKind>(row, 2)?, code(row, 3)?) else { continue };
        let lacking: String = row.try_get(4)?;
        let lacking = lacking.split(',').filter_map(SigningParty::from_code).collect();
        let shown = packets.last_mut().and_then(|packet| packet.documents.iter_mut().find(|paper| paper.kind == kind));
        if let Some(shown) = shown {
            *shown = Paper { kind, state, lacking };
        }
    }
    Ok(packets)
}
