//! What an office looks at: a placement as arranged on a day, its documents, and the numbered facts of its streams.

use clap::Args;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::accounts::Caller;
use crate::app::App;
use crate::app::failure::Failure;
use crate::app::listed_events::Fact;
use crate::app::target::{CurrentPlacement, ShownStudent, Target};
use crate::domain::agreement::Agreement;
use crate::domain::agreement::codes::{DocumentState, SigningParty};
use crate::domain::agreement::signing::{DocumentRef, SigningManner, packet};
use crate::domain::ids::{EmployerId, FileHash, PlacementId, StaffId};
use crate::domain::placement::arrangement::Arrangement;
use crate::domain::placement::codes::{AmendmentKind, DocumentKind};
use crate::domain::placement::stay::PlacementStatus;
use crate::input::words;
use crate::people::Sealed;
use crate::projections::identities::NOW;

/// Placements as arranged on a day, with their documents and facts; those that are over included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ShowPlacement {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    /// Today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

/// A placement as it is shown.
#[derive(Debug)]
pub struct ShownPlacement {
    pub student: ShownStudent,
    pub id: PlacementId,
    /// Where it stands on the day, and what is arranged; nothing where the draft was undone.
    pub stay: Option<(PlacementStatus, ShownArrangement)>,
    pub was_late: bool,
    pub documents: Vec<(DocumentKind, DocumentState)>,
    /// What stands behind signatures: whose, on which document, and the file.
    pub files: Vec<(DocumentRef, SigningParty, SignedFile, FileHash)>,
    /// Changes that no amendment says yet.
    pub unamended: Vec<AmendmentKind>,
    pub facts: Vec<Fact>,
}

/// What is arranged on the day, with what is sealed of it and the names of those whom it names.
#[derive(Debug)]
pub struct ShownArrangement {
    pub arranged: Arrangement,
    /// The name of the unit.
    pub host: String,
    /// Address and post.
    pub site: Option<(String, String)>,
    /// Name and telephone number of who guides the student at the unit.
    pub mentor: Option<(String, Option<String>)>,
    pub teacher: Option<String>,
}

/// A file behind a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedFile {
    Scan,
    /// What the signing service says of an electronic signature.
    Proof,
    /// The paper that lets somebody sign for another.
    Authority,
}

impl SignedFile {
    /// The files behind a signature that was given so.
    pub fn behind(manner: SigningManner) -> impl Iterator<Item = (Self, FileHash)> {
        let files = match manner {
            SigningManner::Paper { scan } => [(Self::Scan, scan), (Self::Proof, None)],
            SigningManner::Electronic { proof } => [(Self::Scan, None), (Self::Proof, proof)],
            SigningManner::OnBehalf { authorised_by, scan, .. } => {
                [(Self::Authority, Some(authorised_by)), (Self::Scan, scan)]
            }
        };
        files.into_iter().filter_map(|(what, hash)| Some((what, hash?)))
    }
}

impl App {
    /// The placements that a command would mean, those that are over included.
    pub(in crate::app) async fn show_placements(
        &self,
        caller: &Caller,
        question: &ShowPlacement,
    ) -> Result<Vec<ShownPlacement>, Failure> {
        let day = question.on.unwrap_or_else(|| self.today());
        let is_meant = |placement: &crate::domain::placement::Placement| placement.student().is_some();
        let placed = self.placements_where(caller, &question.target, is_meant).await?;
        let mut sheets = vec![];
        for current in placed {
            sheets.push(self.shown_placement(caller, current, day, NOW).await?);
        }
        Ok(sheets)
    }

    /// A placement on a day, with what is known at a position beside what was folded up to there.
    pub(in crate::app) async fn shown_placement(
        &self,
        caller: &Caller,
        CurrentPlacement { student, id, placement, agreement }: CurrentPlacement,
        day: Date,
        known_at: i64,
    ) -> Result<ShownPlacement, Failure> {
        let facts = self.facts_at(caller, id.0, known_at).await?;
        let (stay, documents, unamended) = match placement.stay() {
            Some(stay) => {
                let arranged = Arrangement { period: stay.period(), ..stay.on(day) };
                let documents = packet(arranged.kind).iter();
                (
                    Some((stay.status_on(day), self.shown_arrangement(id, arranged, known_at).await?)),
                    documents.map(|kind| (*kind, agreement.versions().state(*kind))).collect(),
                    agreement.unamended(stay, day),
                )
            }
            None => (None, vec![], vec![]),
        };
        let was_late = placement.was_registered_late();
        let (student, files) = (student.shown(caller), files(&agreement));
        Ok(ShownPlacement { student, id, stay, was_late, documents, files, unamended, facts })
    }

    pub(in crate::app) async fn shown_arrangement(
        &self,
        id: PlacementId,
        arranged: Arrangement,
        known_at: i64,
    ) -> Result<ShownArrangement, Failure> {
        let EmployerId(host) = arranged.host;
        let unsealed = self.unsealed(&[id.0]).await?;
        let site = arranged.site.and_then(|site| match unsealed.get(&(id.0, site.described.0))? {
            Sealed::Site { address, post } => Some((address.clone(), post.clone())),
            _ => None,
        });
        let mentor = arranged.mentors.at_host.and_then(|revision| match unsealed.get(&(id.0, revision.0))? {
            Sealed::Contact { name, phone } => Some((name.clone(), phone.clone())),
            _ => None,
        });
        let teacher = match arranged.mentors.teacher {
            Some(StaffId(teacher)) => Some(self.staff_names(&[teacher]).await?.remove(&teacher).unwrap_or_default()),
            None => None,
        };
        let host = self.names_at(&[host], known_at).await?.remove(&host).unwrap_or_default();
        Ok(ShownArrangement { arranged, host, site, mentor, teacher })
    }
}

fn files(agreement: &Agreement) -> Vec<(DocumentRef, SigningParty, SignedFile, FileHash)> {
    let rounds = agreement.versions().all().iter().filter_map(|sheet| Some((sheet.paper, sheet.round.as_ref()?)));
    let signatures = rounds.flat_map(|(paper, round)| round.signatures().map(move |signature| (paper, signature)));
    let mut files = vec![];
    for (paper, (party, manner, _)) in signatures {
        files.extend(SignedFile::behind(manner).map(|(what, hash)| (paper, party, what, hash)));
    }
    files
}
