//! Question: one version of one document of a placement: who signed how, when and proved by what, what it says, its other
//! versions, and what was recorded of it.

use clap::Args;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::accounts::Caller;
use crate::app::failure::Failure;
use crate::app::listed_events::ListedEvent;
use crate::app::placement::shown::ShownArrangement;
use crate::app::target::{ShownStudent, StudentInfo, Target};
use crate::app::{App, AppError};
use crate::domain::Event;
use crate::domain::agreement::codes::{SigningParty, VersionState};
use crate::domain::agreement::signing::DocumentRef;
use crate::domain::agreement::terms::{AgreementParticulars, Clause};
use crate::domain::agreement::versions::DocumentVersion;
use crate::domain::agreement::{Agreement, AgreementEvent, AgreementRefusal};
use crate::domain::ids::{PlacementId, SchoolCode, StudentId};
use crate::domain::placement::Placement;
use crate::domain::placement::arrangement::{AgreedArrangement, Arrangement, Mentors};
use crate::domain::placement::codes::DocumentKind;
use crate::input::known_at::KnownAt;
use crate::input::words;
use crate::people::Sealed;

/// One document of a placement, with its signatures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ShowPaper {
    /// Id or its end.
    pub placement: String,
    #[arg(long, value_parser = words::TermParser::<DocumentKind>::new())]
    pub document: DocumentKind,
    /// What is in force, else the latest, unless given.
    #[arg(long)]
    pub version: Option<u32>,
    /// Today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
    #[arg(long, default_value = "head", hide_default_value = true)]
    #[serde(default)]
    pub known_at: KnownAt,
}

/// A version of a document as it is shown.
#[derive(Debug)]
pub struct ShownPaper {
    pub student_id: StudentId,
    pub student: ShownStudent,
    pub school: SchoolCode,
    pub placement: PlacementId,
    pub on: Date,
    pub paper: DocumentVersion,
    /// By name who signs for each place, in the order of the places; nobody where it is no person or unit on record.
    pub signatories: Vec<Option<String>>,
    /// How many of the signatures were there on the day.
    pub signed_by_day: usize,
    /// Whether its terms are those that hold on the day.
    pub holds: bool,
    /// Of a version of the agreement what it says.
    pub says: Option<ShownTerms>,
    /// Every version of the document with its state, the first first.
    pub versions: Vec<(DocumentRef, VersionState)>,
    /// The latest first.
    pub history: Vec<ListedEvent>,
}

/// What a version of the agreement says, with what is sealed of it.
#[derive(Debug)]
pub struct ShownTerms {
    pub arranged: ShownArrangement,
    pub particulars: AgreementParticulars,
    /// The wordings of its own: content, protection, assessment, liability, others.
    pub wordings: [Option<String>; 5],
    pub holds_from: Date,
}

impl App {
    /// A version of a document, as on a day and as known at a position.
    pub(in crate::app) async fn show_paper(&self, caller: &Caller, asked: &ShowPaper) -> Result<ShownPaper, Failure> {
        let target = Target { placement: Some(asked.placement.clone()), ..Target::default() };
        let placed = self.placements_where(caller, &target, |_| true).await?.pop().ok_or(AppError::NotFound)?;
        let on = asked.on.unwrap_or_else(|| self.today());
        let known = self.known(asked.known_at, &[]).await?.position;
        let (id, is_of_now) = (placed.id, known == self.log.head().await?.position());
        let info = if is_of_now { placed.student } else { self.info_at(placed.student, known).await? };
        let placement = self.load_at::<Placement>(id.0, known).await?;
        let agreement = self.load_at::<Agreement>(id.0, known).await?;
        let versions = agreement.versions();
        let paper = match asked.version {
            Some(version) => versions.get(DocumentRef { kind: asked.document, version }),
            None => versions.decisive(asked.document),
        };
        let none = DocumentRef { kind: asked.document, version: asked.version.unwrap_or(1) };
        let paper = paper.ok_or_else(|| AppError::from(AgreementRefusal::NoSuchPaper(none)))?.clone();
        let says = match (&paper.contract, placement.stay()) {
            (Some(contract), Some(stay)) => {
                let arranged = as_agreed(stay.arranged, contract.terms.agreed);
                Some(ShownTerms {
                    arranged: self.shown_arrangement(id, arranged, known).await?,
                    wordings: self.wordings(id, contract.terms.particulars).await?,
                    particulars: contract.terms.particulars,
                    holds_from: contract.terms.holds_from,
                })
            }
            _ => None,
        };
        let host = match placement.stay() {
            Some(stay) => {
                let host = paper.contract.as_ref().map_or(stay.on(on).host, |contract| contract.terms.agreed.host).0;
                self.names_at(&[host], known).await?.remove(&host)
            }
            None => None,
        };
        let slots = paper.round.iter().flat_map(|round| &round.slots);
        let signed = slots.clone().filter_map(|slot| slot.signed()).filter(|(_, day)| *day <= on).count();
        Ok(ShownPaper {
            student_id: info.student,
            school: info.school.clone(),
            placement: id,
            on,
            signatories: slots.map(|slot| signatory(caller, &info, slot.party, host.as_deref())).collect(),
            student: info.shown(caller),
            signed_by_day: signed,
            holds: versions.binding_on(on).is_some_and(|binding| binding.paper == paper.paper),
            says,
            versions: versions
                .all()
                .iter()
                .filter(|other| other.paper.kind == asked.document)
                .map(|other| (other.paper, other.state))
                .collect(),
            history: self.paper_history(caller, id, paper.paper, known).await?,
            paper,
        })
    }

    /// What was recorded of one version of a document, with what took it back.
    async fn paper_history(
        &self,
        caller: &Caller,
        id: PlacementId,
        paper: DocumentRef,
        known: i64,
    ) -> Result<Vec<ListedEvent>, Failure> {
        let mut recorded = self.history(caller, id.0).await?;
        recorded.retain(|event| event.position <= known);
        let mut listed = self.listed_events(caller, recorded).await?;
        let mut about = vec![];
        listed.retain(|listed| {
            let Event::Agreement(event) = &listed.event else { return false };
            let is_about = match event {
                AgreementEvent::Undone { version, .. } => about.contains(version),
                event => event.is_about(paper),
            };
            if is_about {
                about.push(listed.recorded.version.unsigned_abs());
            }
            is_about
        });
        listed.reverse();
        Ok(listed)
    }

    /// The wordings of an agreement that are not its template's.
    async fn wordings(&self, id: PlacementId, said: AgreementParticulars) -> Result<[Option<String>; 5], Failure> {
        let unsealed = self.unsealed(&[id.0]).await?;
        let worded = |clause: Option<Clause>| match clause {
            Some(Clause::Own(revision)) => match unsealed.get(&(id.0, revision.0)) {
                Some(Sealed::Wording { text }) => Some(text.clone()),
                Some(_) | None => None,
            },
            Some(Clause::Template) | None => None,
        };
        Ok([said.content, said.protection, said.assessment, said.liability, said.other].map(worded))
    }
}

/// The arrangement of a stay as an agreement has it.
fn as_agreed(arranged: Arrangement, agreed: AgreedArrangement) -> Arrangement {
    let AgreedArrangement { host, period, site, mentor, pay } = agreed;
    let mentors = Mentors { at_host: mentor, teacher: arranged.mentors.teacher };
    Arrangement { host, period, site, mentors, pay, ..arranged }
}

/// Who signs for a party, as far as the caller may see the names.
fn signatory(caller: &Caller, info: &StudentInfo, party: SigningParty, host: Option<&str>) -> Option<String> {
    match party {
        SigningParty::Host => host.map(str::to_owned),
        SigningParty::Student => info.shown(caller).name,
        SigningParty::Guardian => info.person.guardian.as_deref().map(|name| caller.shown_name(name)),
        SigningParty::School | SigningParty::SiteOwner | SigningParty::Authority => None,
    }
}
