//! The documents of placements: filled from what is recorded and sealed, printed, and sent with the hash of what was
//! printed.
//!
//! Invariant: the salt of a version is made once and sealed before anything with it is printed or sent, so that what is
//! printed again, sent and signed is one document.

pub(crate) mod printing;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use clap::Args;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::bulk::{BulkRequest, Refused, Subject};
use super::employer::identity;
use super::execute::again;
use super::failure::{Failure, InputRefusal};
use super::key::Call;
use super::request::{Order, Request};
use super::sealing::Sealing;
use super::target::{CurrentPlacement, ShownStudent, StudentInfo, Target, short_id};
use super::{App, AppError};
use crate::accounts::Caller;
use crate::domain::agreement::codes::VersionState;
use crate::domain::agreement::signing::{SigningRule, packet};
use crate::domain::agreement::terms::AgreementParticulars as Said;
use crate::domain::agreement::versions::AgreementVersion;
use crate::domain::agreement::{AgreementCommand, placed as placed_now};
use crate::domain::employer::Employer;
use crate::domain::ids::{EmployerId, SchoolCode};
use crate::domain::placement::codes::DocumentKind;
use crate::domain::specialties::specialty_name;
use crate::domain::student::Student;
use crate::event_log::EngineError;
use crate::input::file::{File, TextFolder};
use crate::input::words;
use crate::packet::document::FilledDocument;
use crate::packet::file::{self as packet_file, RenderError};
use crate::packet::placeholder::Placeholder;
use crate::packet::templates::Templates;
use crate::people::{PrintedSheet, Sealed};
use crate::projections::school_directory;
use printing::{Lookups, Source, is_minor, print};

/// Prints the documents of placements; sends nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct PrintPacket {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    /// The school's own templates; the built-in ones where it has none.
    #[arg(long, value_parser = words::text_folder)]
    pub templates: Option<TextFolder>,
    #[arg(long, value_enum, default_value = "docx")]
    #[serde(default)]
    pub format: PacketFormat,
    /// A file for each student instead of one for all.
    #[arg(long)]
    #[serde(default)]
    pub each: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum PacketFormat {
    /// For word processors.
    #[default]
    #[value(help = "Word、WPS 文字", alias = "for word processors")]
    Docx,
    /// A page to print.
    #[value(help = "网页，打开就能打印", alias = "a page to print")]
    Html,
}

/// What was printed.
#[derive(Debug)]
pub struct PrintedPacket {
    pub files: Vec<File>,
    pub student_count: usize,
    pub paper_count: usize,
    /// What is not known of whom, and is printed as a line to be filled in by hand; in the order of the students.
    pub gaps: Vec<(ShownStudent, Vec<Placeholder>)>,
}

impl PrintedPacket {
    /// What is known of nobody; of one student alone nothing is said to be.
    pub fn known_of_nobody(&self) -> Vec<Placeholder> {
        let Some((_, first)) = self.gaps.first().filter(|_| self.gaps.len() == self.student_count) else {
            return vec![];
        };
        let is_of_all = |blank: &&Placeholder| self.gaps.iter().all(|(_, blanks)| blanks.contains(blank));
        if self.student_count > 1 { first.iter().filter(is_of_all).copied().collect() } else { vec![] }
    }
}

/// What is to be sent.
pub(super) struct Wanted<'a> {
    /// All of the packet that is not out or signed when there is none.
    pub kind: Option<DocumentKind>,
    /// What agreements drafted in the same request say, in the order of the placements.
    pub drafted: Option<&'a [Said]>,
}

/// One student's documents.
struct Bundle<'t> {
    student: StudentInfo,
    papers: Vec<FilledDocument<'t>>,
}

impl App {
    /// The documents of each placement named, in the order of the packet; salts of what was never printed are sealed
    /// before. Drafts nothing.
    pub(super) async fn print_packet(
        &self,
        call: Call<'_>,
        print_packet: &PrintPacket,
    ) -> Result<PrintedPacket, Failure> {
        let templates = Templates::with(&TextFolder::named(print_packet.templates.as_ref()))?;
        let bundles = self.bundles(call, &print_packet.target, &templates).await?;
        // Who only wants to know what would be printed waits for no file.
        let files = if self.is_rehearsal() { vec![] } else { rendered(&bundles, print_packet, self.now())? };
        let paper_count = bundles.iter().map(|bundle| bundle.papers.len()).sum();
        let gaps = bundles.iter().map(|bundle| (bundle.student.shown(call.caller), blanks(&bundle.papers)));
        let gaps = gaps.filter(|(_, blanks)| !blanks.is_empty()).collect();
        Ok(PrintedPacket { files, student_count: bundles.len(), paper_count, gaps })
    }

    async fn bundles<'t>(
        &self,
        call: Call<'_>,
        target: &Target,
        templates: &'t Templates,
    ) -> Result<Vec<Bundle<'t>>, Failure> {
        again(|| async {
            let placed = self.current_placements(call.caller, target).await?;
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
                            refused.push(refusal(call.caller, &placed, why));
                            break;
                        }
                    };
                    let row = |revision: u32| unsealed.get(&(placed.id.0, revision));
                    let particulars = source(&placed, *kind, None).particulars(row, &lookups);
                    let student = placed.student.student;
                    let paper = print(templates, student, (*kind, version), &particulars, &mut printed)?;
                    let sent = placed.agreement.versions().latest(*kind).and_then(|sheet| sheet.round.as_ref());
                    if sent.is_some_and(|round| round.document != paper.hash) && is_out(&placed, *kind) {
                        let why = InputRefusal::ChangedSinceSent { document: *kind };
                        refused.push(refusal(call.caller, &placed, why));
                        break;
                    }
                    papers.push(paper);
                }
                if printed != before {
                    let mut sealing = Sealing::new(self, placed.id.0, &unsealed);
                    sealing.seal(&Sealed::Printed { sheets: printed })?;
                    rows.extend(sealing.rows);
                    sealed_of.push(placed.student.student);
                }
                bundles.push(Bundle { student: placed.student, papers });
            }
            if !refused.is_empty() {
                return Err(Failure::Refused(refused));
            }
            if !rows.is_empty() {
                let mut request = Request::new(call.key, call.asked, vec![]);
                (request.rows, request.sealed_of) = (rows, sealed_of);
                self.execute(call.caller, request).await?;
            }
            Ok(bundles)
        })
        .await
    }

    /// Adds the orders that send documents to a bulk request about these placements.
    pub(super) async fn send_papers(
        &self,
        caller: &Caller,
        placed: &[CurrentPlacement],
        templates: &Templates,
        wanted: &Wanted<'_>,
        unsealed: &mut HashMap<(Uuid, u32), Sealed>,
        bulk: &mut BulkRequest,
    ) -> Result<(), Failure> {
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
                let student = placed.student.student;
                let paper = print(templates, student, (kind, version), &particulars, &mut printed)?;
                let on_paper = before.iter().find(|sheet| (sheet.kind, sheet.version) == (kind, version));
                if on_paper.is_some_and(|sheet| sheet.hash != paper.hash.to_string()) {
                    let why = InputRefusal::ChangedSincePrinted { document: kind };
                    refused.push(refusal(caller, placed, why));
                    break;
                }
                let first_day = placed.placement.stay().map(|stay| stay.period().first_day);
                let is_minor = is_minor(placed.student.person.document_number.as_deref(), first_day);
                let rule = SigningRule { is_minor, ..SigningRule::default() };
                let (document, effective_on) = (paper.hash, self.today());
                let command = AgreementCommand::Send { kind, document, rule, effective_on };
                bulk.orders.push((index, Order::Agreement { placement: placed.id, command }));
            }
            if printed != before {
                let mut sealing = Sealing::new(self, placed.id.0, unsealed);
                let sealed = Sealed::Printed { sheets: printed };
                let revision = sealing.seal(&sealed)?;
                unsealed.insert((placed.id.0, revision.0), sealed);
                bulk.rows.extend(sealing.rows);
            }
        }
        if refused.is_empty() { Ok(()) } else { Err(Failure::Refused(refused)) }
    }

    async fn look_up(&self, placed: &[CurrentPlacement]) -> Result<Lookups, AppError> {
        let position = self.log.head().await?.position();
        let schools = school_directory::schools(self.log.readers(), position).await.map_err(EngineError::from)?;
        let schools = schools.into_iter().map(|school| (school.code.as_str().to_owned(), school.name)).collect();
        let stays = || placed.iter().filter_map(|placed| placed.placement.stay());
        let mut at_schools: BTreeMap<&SchoolCode, BTreeSet<EmployerId>> = BTreeMap::new();
        for placed in placed {
            at_schools.entry(&placed.student.school).or_default().extend(hosts_of(placed));
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
        let students: Vec<Uuid> = placed.iter().map(|placed| placed.student.student.0).collect();
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

/// What is not known of somebody, in the order of the papers, each once.
fn blanks(papers: &[FilledDocument<'_>]) -> Vec<Placeholder> {
    let mut blanks: Vec<Placeholder> = vec![];
    for blank in papers.iter().flat_map(FilledDocument::blanks) {
        if !blanks.contains(&blank) {
            blanks.push(blank);
        }
    }
    blanks
}

/// One file for all, or one for each student.
fn rendered(bundles: &[Bundle<'_>], print_packet: &PrintPacket, made_at: i64) -> Result<Vec<File>, RenderError> {
    let (format, extension) = match print_packet.format {
        PacketFormat::Docx => (packet_file::PacketFormat::Docx, "docx"),
        PacketFormat::Html => (packet_file::PacketFormat::Html, "html"),
    };
    let file = |name: &str, papers: &[FilledDocument<'_>]| {
        let name = format!("实习材料-{}.{extension}", name.replace(['/', '\\', ':'], "_"));
        Ok(File { name, bytes: packet_file::render(papers, made_at, format)? })
    };
    if print_packet.each {
        let name = |bundle: &Bundle<'_>| format!("{}-{}", bundle.student.class, short_id(bundle.student.student.0));
        return bundles.iter().map(|bundle| file(&name(bundle), &bundle.papers)).collect();
    }
    let Some(first) = bundles.first() else { return Ok(vec![]) };
    let papers: Vec<FilledDocument<'_>> = bundles.iter().flat_map(|bundle| bundle.papers.iter().cloned()).collect();
    Ok(vec![file(&first.student.class, &papers)?])
}

fn refusal(caller: &Caller, placed: &CurrentPlacement, why: InputRefusal) -> Refused {
    Refused { whom: Subject::Student(placed.student.shown(caller)), why: Box::new(why.into()) }
}

/// What a document says of a placement: what its agreement says, or the one being drafted.
fn source<'a>(placed: &'a CurrentPlacement, kind: DocumentKind, drafted: Option<&'a Said>) -> Source<'a> {
    let stay = placed.placement.stay();
    let (agreed, said) = match (drafted, contract_of(placed, kind)) {
        (Some(said), _) => (stay.and_then(placed_now), Some(said)),
        (None, Some(contract)) => (Some(contract.terms.agreed), Some(&contract.terms.particulars)),
        (None, None) => (stay.and_then(placed_now), None),
    };
    let teacher = stay.and_then(|stay| stay.arranged.mentors.teacher);
    Source { student: &placed.student, kind: stay.map(|stay| stay.arranged.kind), teacher, agreed, said }
}

/// The agreement whose terms a document says: the latest version, or for the other documents of the packet, which have
/// no amendments, the latest that is none.
fn contract_of(placed: &CurrentPlacement, kind: DocumentKind) -> Option<&AgreementVersion> {
    let mut contracts = placed.agreement.versions().all().iter().rev().filter_map(|sheet| sheet.contract.as_ref());
    contracts.find(|contract| kind == DocumentKind::Agreement || contract.amends.is_none())
}

/// The employers that the stay and the versions of its agreement name.
fn hosts_of(placed: &CurrentPlacement) -> Vec<EmployerId> {
    let contracts = placed.agreement.versions().all().iter().filter_map(|sheet| sheet.contract.as_ref());
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
fn kinds_to_send(placed: &CurrentPlacement, named: Option<DocumentKind>) -> Vec<DocumentKind> {
    match (named, placed.placement.stay()) {
        (Some(kind), _) => vec![kind],
        (None, Some(stay)) => {
            packet(stay.arranged.kind).iter().copied().filter(|kind| !is_out(placed, *kind)).collect()
        }
        (None, None) => vec![],
    }
}

/// Whether signatures are being collected for a document, or are complete.
fn is_out(placed: &CurrentPlacement, kind: DocumentKind) -> bool {
    placed.agreement.versions().latest(kind).is_some_and(|sheet| match sheet.state {
        VersionState::OutForSignature | VersionState::PartiallySigned | VersionState::InForce => true,
        VersionState::Drafted
        | VersionState::Refused
        | VersionState::Recalled
        | VersionState::Superseded
        | VersionState::Terminated
        | VersionState::Void => false,
    })
}

/// The version of a document that is printed now; an agreement is drafted before.
fn version_to_print(placed: &CurrentPlacement, kind: DocumentKind) -> Result<u32, InputRefusal> {
    const NOT_DRAFTED: InputRefusal = InputRefusal::AgreementNotDrafted;
    match placed.agreement.versions().latest(kind) {
        None if kind == DocumentKind::Agreement => Err(NOT_DRAFTED),
        None => Ok(1),
        Some(sheet) => match sheet.state {
            VersionState::Recalled | VersionState::Void if kind == DocumentKind::Agreement => Err(NOT_DRAFTED),
            VersionState::Recalled | VersionState::Void => Ok(sheet.paper.version + 1),
            VersionState::Drafted
            | VersionState::OutForSignature
            | VersionState::PartiallySigned
            | VersionState::InForce
            | VersionState::Refused
            | VersionState::Superseded
            | VersionState::Terminated => Ok(sheet.paper.version),
        },
    }
}

/// The version that drafting an agreement makes.
fn version_to_draft(placed: &CurrentPlacement) -> u32 {
    placed.agreement.versions().latest(DocumentKind::Agreement).map_or(1, |sheet| match sheet.state {
        VersionState::Drafted => sheet.paper.version,
        VersionState::OutForSignature
        | VersionState::PartiallySigned
        | VersionState::InForce
        | VersionState::Refused
        | VersionState::Recalled
        | VersionState::Superseded
        | VersionState::Terminated
        | VersionState::Void => sheet.paper.version + 1,
    })
}
