//! The documents of placements: filled from what is recorded and sealed, printed, and sent with the hash of what was
//! printed.
//!
//! Invariant: the salt of a version is made once and sealed before anything with it is printed or sent, so that what is
//! printed again, sent and signed is one document.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use super::super::request::{Order, Request};
use super::super::{App, AppError};
use super::employers::identity;
use super::printing::{Lookups, Source, is_minor, print};
use super::whom::{Named, Placed, Pupil};
use super::{Errand, Refused, Sealing, SeasonError, again};
use crate::accounts::{Caller, Capability};
use crate::domain::agreement::codes::SheetState;
use crate::domain::agreement::sheets::Contract;
use crate::domain::agreement::signing::{SigningRule, packet};
use crate::domain::agreement::terms::Particulars as Said;
use crate::domain::agreement::{AgreementCommand, placed as placed_now};
use crate::domain::employer::Employer;
use crate::domain::ids::{EmployerId, FileHash, SchoolCode};
use crate::domain::placement::codes::DocumentKind;
use crate::domain::specialties::specialty_name;
use crate::domain::student::Student;
use crate::domain::terms::Term;
use crate::event_log::EngineError;
use crate::packet::paper::Paper;
use crate::packet::templates::Templates;
use crate::people::{PrintedSheet, Sealed};
use crate::projections::school_directory;

/// What is to be sent.
pub(super) struct Wanted<'a> {
    /// All of the packet that is not out or signed when there is none.
    pub kind: Option<DocumentKind>,
    /// What agreements drafted in the same request say, in the order of the placements.
    pub drafted: Option<&'a [Said]>,
}

/// One student's documents.
pub struct Bundle<'t> {
    pub pupil: Pupil,
    pub papers: Vec<Paper<'t>>,
}

impl App {
    /// The documents of each placement named, in the order of the packet; salts of what was never printed are sealed
    /// before. Drafts nothing.
    pub async fn packet<'t>(
        &self,
        caller: &Caller,
        named: &Named,
        templates: &'t Templates,
    ) -> Result<Vec<Bundle<'t>>, SeasonError> {
        again(async || {
            let placed = self.placed(caller, named).await?;
            let ids: Vec<Uuid> = placed.iter().map(|placed| placed.id.0).collect();
            let unsealed = self.unsealed(&ids).await?;
            let lookups = self.look_up(&placed).await?;
            let (mut bundles, mut refused, mut rows, mut sealed_of) = (vec![], vec![], vec![], vec![]);
            for placed in placed {
                let mut printed = latest_printed(&unsealed, placed.id.0);
                let before = printed.clone();
                let mut papers = vec![];
                let kinds = placed.placement.stay().map(|stay| packet(stay.arranged.kind)).unwrap_or_default();
                for kind in kinds {
                    let version = match version_to_print(&placed, *kind) {
                        Ok(version) => version,
                        Err(why) => {
                            refused.push(Refused { whom: placed.pupil.shown(), why: why.to_owned() });
                            break;
                        }
                    };
                    let row = |revision: u32| unsealed.get(&(placed.id.0, revision));
                    let particulars = source(&placed, *kind, None).particulars(row, &lookups);
                    let student = placed.pupil.student;
                    let paper = print(templates, student, (*kind, version), &particulars, &mut printed)?;
                    let sent = placed.agreement.sheets().latest(*kind).and_then(|sheet| sheet.round.as_ref());
                    if sent.is_some_and(|round| round.document != FileHash::new(paper.hash.0)) && is_out(&placed, *kind)
                    {
                        let why = format!("{}发出之后内容或模板有变；请撤回后重新发出，或用原来的模板打印", kind.zh());
                        refused.push(Refused { whom: placed.pupil.shown(), why });
                        break;
                    }
                    papers.push(paper);
                }
                if printed != before {
                    let mut sealing = Sealing::new(self, placed.id.0, &unsealed);
                    sealing.seal(&Sealed::Printed { sheets: printed })?;
                    rows.extend(sealing.rows);
                    sealed_of.push(placed.pupil.student);
                }
                bundles.push(Bundle { pupil: placed.pupil, papers });
            }
            if !refused.is_empty() {
                return Err(SeasonError::Refused(refused));
            }
            if !rows.is_empty() {
                if !caller.may(Capability::Record) {
                    return Err(AppError::NotAllowed.into());
                }
                let mut request = Request::new(format!("printed:{}", self.new_id()), "packet", vec![]);
                (request.rows, request.sealed_of) = (rows, sealed_of);
                self.execute(caller, request).await?;
            }
            Ok(bundles)
        })
        .await
    }

    /// Adds the orders that send documents to an errand about these placements.
    pub(super) async fn send_papers(
        &self,
        placed: &[Placed],
        templates: &Templates,
        wanted: &Wanted<'_>,
        unsealed: &mut HashMap<(Uuid, u32), Sealed>,
        errand: &mut Errand,
    ) -> Result<(), SeasonError> {
        let lookups = self.look_up(placed).await?;
        let mut refused = vec![];
        for (index, placed) in placed.iter().enumerate() {
            let drafted = wanted.drafted.and_then(|drafted| drafted.get(index));
            let mut printed = latest_printed(unsealed, placed.id.0);
            let before = printed.clone();
            for kind in kinds_to_send(placed, wanted.kind) {
                let version = match (drafted, kind) {
                    (Some(_), DocumentKind::Agreement) => version_to_draft(placed),
                    (Some(_) | None, _) => version_to_print(placed, kind).unwrap_or(1),
                };
                let row = |revision: u32| unsealed.get(&(placed.id.0, revision));
                let particulars = source(placed, kind, drafted).particulars(row, &lookups);
                let student = placed.pupil.student;
                let paper = print(templates, student, (kind, version), &particulars, &mut printed)?;
                let on_paper = before.iter().find(|sheet| (sheet.kind, sheet.version) == (kind, version));
                if on_paper.is_some_and(|sheet| sheet.hash != paper.hash.to_string()) {
                    let why = format!("{}打印之后内容或模板有变；请重新打印（gradtrail packet），再发出", kind.zh());
                    refused.push(Refused { whom: placed.pupil.shown(), why });
                    break;
                }
                let first_day = placed.placement.stay().map(|stay| stay.arranged.period.first_day);
                let is_minor = is_minor(placed.pupil.person.document_number.as_deref(), first_day);
                let rule = SigningRule { is_minor, ..SigningRule::default() };
                let (document, effective_on) = (FileHash::new(paper.hash.0), self.today());
                let command = AgreementCommand::Send { kind, document, rule, placed: None, effective_on };
                errand.orders.push((index, Order::Agreement { placement: placed.id, command }));
            }
            if printed != before {
                let mut sealing = Sealing::new(self, placed.id.0, unsealed);
                let sealed = Sealed::Printed { sheets: printed };
                let revision = sealing.seal(&sealed)?;
                unsealed.insert((placed.id.0, revision.0), sealed);
                errand.rows.extend(sealing.rows);
            }
        }
        if refused.is_empty() { Ok(()) } else { Err(SeasonError::Refused(refused)) }
    }

    async fn look_up(&self, placed: &[Placed]) -> Result<Lookups, AppError> {
        let position = self.log.head().await?.position();
        let schools = school_directory::schools(self.log.readers(), position).await.map_err(EngineError::from)?;
        let schools = schools.into_iter().map(|school| (school.code.as_str().to_owned(), school.name)).collect();
        let stays = || placed.iter().filter_map(|placed| placed.placement.stay());
        let mut at_schools: BTreeMap<&SchoolCode, BTreeSet<EmployerId>> = BTreeMap::new();
        for placed in placed {
            at_schools.entry(&placed.pupil.school).or_default().extend(hosts_of(placed));
        }
        let (mut contacts, mut hosts) = (HashMap::new(), vec![]);
        for (school, at_school) in at_schools {
            let at_school: Vec<EmployerId> = at_school.into_iter().collect();
            let found = self.host_contacts(school, &at_school).await?;
            contacts.extend(found.into_iter().map(|(host, contact)| ((school.clone(), host), contact)));
            hosts.extend(at_school.into_iter().map(|host| host.0));
        }
        self.bring_up_to_date::<Employer>(&hosts).await?;
        let unsealed = self.unsealed(&hosts).await?;
        let mut employers = HashMap::new();
        for host in hosts {
            let (employer, _) = self.load::<Employer>(host).await?;
            if let Some(registered) = employer.registered() {
                employers.insert(host, identity(&unsealed, host, registered));
            }
        }
        let mut teachers: Vec<Uuid> =
            stays().filter_map(|stay| stay.arranged.mentors.teacher).map(|teacher| teacher.0).collect();
        teachers.sort_unstable();
        teachers.dedup();
        let teachers = self.staff_names(&teachers).await?;
        let students: Vec<Uuid> = placed.iter().map(|placed| placed.pupil.student.0).collect();
        self.bring_up_to_date::<Student>(&students).await?;
        let mut specialties = HashMap::new();
        for student in students {
            let (state, _) = self.load::<Student>(student).await?;
            let code = state.registered().and_then(|registered| registered.registration.specialty.clone());
            let name = code.and_then(|code| specialty_name(code.as_str()));
            specialties.extend(name.map(|name| (student, name.to_owned())));
        }
        Ok(Lookups { schools, employers, contacts, teachers, specialties })
    }
}

/// What a document says of a placement: what its agreement says, or the one being drafted.
fn source<'a>(placed: &'a Placed, kind: DocumentKind, drafted: Option<&'a Said>) -> Source<'a> {
    let stay = placed.placement.stay();
    let (agreed, said) = match (drafted, contract_of(placed, kind)) {
        (Some(said), _) => (stay.and_then(placed_now), Some(said)),
        (None, Some(contract)) => (Some(contract.terms.agreed), Some(&contract.terms.particulars)),
        (None, None) => (stay.and_then(placed_now), None),
    };
    let teacher = stay.and_then(|stay| stay.arranged.mentors.teacher);
    Source { pupil: &placed.pupil, kind: stay.map(|stay| stay.arranged.kind), teacher, agreed, said }
}

/// The agreement whose terms a document says: the latest version, or for the other documents of the packet, which have
/// no amendments, the latest that is none.
fn contract_of(placed: &Placed, kind: DocumentKind) -> Option<&Contract> {
    let mut contracts = placed.agreement.sheets().all().iter().rev().filter_map(|sheet| sheet.contract.as_ref());
    contracts.find(|contract| kind == DocumentKind::Agreement || contract.amends.is_none())
}

/// The employers that the stay and the versions of its agreement name.
fn hosts_of(placed: &Placed) -> Vec<EmployerId> {
    let contracts = placed.agreement.sheets().all().iter().filter_map(|sheet| sheet.contract.as_ref());
    let agreed = contracts.map(|contract| contract.terms.agreed.host);
    agreed.chain(placed.placement.stay().map(|stay| stay.arranged.host)).collect()
}

fn latest_printed(unsealed: &HashMap<(Uuid, u32), Sealed>, subject: Uuid) -> Vec<PrintedSheet> {
    let printed = unsealed.iter().filter_map(|((of, revision), sealed)| match sealed {
        Sealed::Printed { sheets } if *of == subject => Some((revision, sheets)),
        _ => None, // Another subject's, or something else.
    });
    printed.max_by_key(|(revision, _)| **revision).map(|(_, sheets)| sheets.clone()).unwrap_or_default()
}

/// The document named, or those of the packet that are neither out nor signed.
fn kinds_to_send(placed: &Placed, named: Option<DocumentKind>) -> Vec<DocumentKind> {
    match (named, placed.placement.stay()) {
        (Some(kind), _) => vec![kind],
        (None, Some(stay)) => {
            packet(stay.arranged.kind).iter().copied().filter(|kind| !is_out(placed, *kind)).collect()
        }
        (None, None) => vec![],
    }
}

/// Whether signatures are being collected for a document, or are complete.
fn is_out(placed: &Placed, kind: DocumentKind) -> bool {
    placed.agreement.sheets().latest(kind).is_some_and(|sheet| match sheet.state {
        SheetState::OutForSignature | SheetState::PartiallySigned | SheetState::InForce => true,
        SheetState::Drafted
        | SheetState::Refused
        | SheetState::Recalled
        | SheetState::Superseded
        | SheetState::Terminated
        | SheetState::Void => false,
    })
}

/// The version of a document that is printed now; an agreement is drafted before.
fn version_to_print(placed: &Placed, kind: DocumentKind) -> Result<u32, &'static str> {
    const NOT_DRAFTED: &str = "还没有拟协议；请先 gradtrail agreement draft";
    match placed.agreement.sheets().latest(kind) {
        None if kind == DocumentKind::Agreement => Err(NOT_DRAFTED),
        None => Ok(1),
        Some(sheet) => match sheet.state {
            SheetState::Recalled | SheetState::Void if kind == DocumentKind::Agreement => Err(NOT_DRAFTED),
            SheetState::Recalled | SheetState::Void => Ok(sheet.paper.version + 1),
            SheetState::Drafted
            | SheetState::OutForSignature
            | SheetState::PartiallySigned
            | SheetState::InForce
            | SheetState::Refused
            | SheetState::Superseded
            | SheetState::Terminated => Ok(sheet.paper.version),
        },
    }
}

/// The version that drafting an agreement makes.
fn version_to_draft(placed: &Placed) -> u32 {
    placed.agreement.sheets().latest(DocumentKind::Agreement).map_or(1, |sheet| match sheet.state {
        SheetState::Drafted => sheet.paper.version,
        SheetState::OutForSignature
        | SheetState::PartiallySigned
        | SheetState::InForce
        | SheetState::Refused
        | SheetState::Recalled
        | SheetState::Superseded
        | SheetState::Terminated
        | SheetState::Void => sheet.paper.version + 1,
    })
}
