//! Signed papers that come back as scans: each page is sorted to its paper, each paper is one file of evidence, and what is
//! signed on it is recorded, of all papers or of none.
//!
//! Invariants: a page belongs to a paper by a code whose hash is that of what was sent, or because somebody says so; every
//! page is sorted, set aside, or refused with its reason, none is passed over. A page of somebody outside the scope is told as
//! one of nobody.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Semaphore;

use super::input::CollectScans;
use super::stack::{Meant, Says, StackPage, stack};
use crate::accounts::Caller;
use crate::app::bulk::{BulkAnswer, BulkRequest, Refused, Subject};
use crate::app::execute::again;
use crate::app::failure::{Failure, InputRefusal};
use crate::app::key::Call;
use crate::app::request::{Order, Request};
use crate::app::sealing::Sealing;
use crate::app::target::{ShownStudent, StudentInfo, Target, TargetRefusal};
use crate::app::watch::Watch;
use crate::app::{App, AppError};
use crate::domain::agreement::codes::SigningParty;
use crate::domain::agreement::signatures::Signature;
use crate::domain::agreement::signing::{DocumentRef, SigningManner};
use crate::domain::agreement::versions::DocumentVersion;
use crate::domain::agreement::{Agreement, AgreementCommand, AgreementRefusal};
use crate::domain::ids::{FileHash, PlacementId, StudentId};
use crate::event_log::EngineError;
use crate::evidence::EvidenceFile;
use crate::packet::mark::PageMark;
use crate::packet::scan::ScanFault;
use crate::packet::scan::bound::bound;
use crate::packet::scan::picture::Picture;
use crate::projections::student_register;
use crate::refusal::Why;

/// Pages that are decoded at once, whoever sent them: it is the processor that takes its time.
static DECODING: Semaphore = Semaphore::const_new(2);

/// What a stack of scans came to.
#[derive(Debug)]
pub struct Collected {
    /// In the order of the stack.
    pub pages: Vec<CollectedPage>,
    /// How many papers they are of.
    pub papers: usize,
    /// What was recorded; nothing of a check.
    pub recorded: Option<BulkAnswer>,
}

/// A page of a stack.
#[derive(Debug, Clone)]
pub struct CollectedPage {
    /// From 1, over all files of the stack.
    pub number: usize,
    pub file: String,
    /// From 1 in its file; 0 of a file that cannot be read.
    pub page: usize,
    pub picture: Option<Picture>,
    pub state: PageState,
    /// The paper that it is of, as far as it is known.
    pub paper: Option<SortedPaper>,
}

/// What becomes of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageState {
    /// It is of its paper; what is noteworthy of it.
    Sorted(Option<Why>),
    /// It is not recorded: somebody says so, or there is nothing on it.
    Aside(Option<Why>),
    Refused(Why),
}

/// A paper that pages are of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortedPaper {
    pub student: ShownStudent,
    pub student_id: StudentId,
    pub paper: DocumentRef,
    /// What the code on its pages says.
    pub mark: String,
}

/// Where a page belongs.
#[derive(Clone)]
struct Place {
    student: StudentInfo,
    placement: PlacementId,
    agreement: Arc<Agreement>,
    paper: DocumentRef,
}

impl App {
    /// Sorts a stack and records what is signed on it, or with `check` only says what it would.
    pub(super) async fn collect_scans(
        &self,
        call: Call<'_>,
        collect: &CollectScans,
        progress: Watch<'_>,
    ) -> Result<Collected, Failure> {
        let read = stack(&collect.files, &collect.assign, &DECODING, progress).await?;
        again(|| async { self.collect_read(call, collect, &read).await }).await
    }

    async fn collect_read(
        &self,
        call: Call<'_>,
        collect: &CollectScans,
        read: &[StackPage],
    ) -> Result<Collected, Failure> {
        let places = self.places(call.caller, read).await?;
        let mut pages: Vec<CollectedPage> =
            read.iter().enumerate().map(|(index, page)| unsorted(index, page)).collect();
        let mut papers: Vec<(Place, Vec<usize>)> = vec![];
        for (index, place) in places.into_iter().enumerate() {
            match place {
                None => (),
                Some(Err(why)) => pages[index].state = PageState::Refused(why),
                Some(Ok(place)) => sort(call.caller, &mut pages, &mut papers, index, place),
            }
        }
        let mut bulk = BulkRequest::default();
        // Which paper each order is about.
        let mut about = vec![];
        for (nth, (place, of_paper)) in papers.iter().enumerate() {
            match self.orders(collect, place, &pages_of(&pages, of_paper)) {
                Ok((orders, rows)) => {
                    let whose = bulk.about_placement(place.student.clone(), place.placement);
                    about.extend(orders.iter().map(|_| nth));
                    let placement = place.placement;
                    bulk.orders
                        .extend(orders.into_iter().map(|command| (whose, Order::Agreement { placement, command })));
                    bulk.rows.extend(rows);
                }
                Err(failure) => refuse(&mut pages, of_paper, &Why::from(failure)),
            }
        }
        for (index, refusal) in self.refused_orders(call, &bulk).await? {
            if let Some((_, of_paper)) = about.get(index).and_then(|nth| papers.get(*nth)) {
                refuse(&mut pages, of_paper, &Why::from(refusal));
            }
        }
        let mut collected = Collected { pages, papers: papers.len(), recorded: None };
        if collect.check {
            return Ok(collected);
        }
        let refused = collected.refused();
        if !refused.is_empty() {
            return Err(Failure::Refused(refused));
        }
        if bulk.orders.is_empty() {
            return Err(ScanFault::NothingLeft.into());
        }
        collected.recorded = Some(self.record_bulk(call, bulk).await?);
        Ok(collected)
    }

    /// Where each page belongs; nowhere where it is not to be recorded.
    async fn places(&self, caller: &Caller, read: &[StackPage]) -> Result<Vec<Option<Result<Place, Why>>>, Failure> {
        let ids: Vec<StudentId> = read.iter().filter_map(StackPage::mark).map(|mark| mark.student).collect();
        let failed = |error| AppError::from(EngineError::from(error));
        let mut listed = match ids.as_slice() {
            [] => vec![],
            _ => student_register::students(self.log.readers(), &caller.scope, None).await.map_err(failed)?,
        };
        listed.retain(|listed| ids.contains(&listed.student));
        let known = self.seen_by(caller, self.unseal_students(listed).await?).await?;
        let mut students: HashMap<StudentId, StudentInfo> =
            known.into_iter().map(|student| (student.student, student)).collect();
        let mut named: HashMap<&str, Result<StudentId, Why>> = HashMap::new();
        for wanted in read.iter().filter_map(StackPage::named) {
            if !named.contains_key(wanted) {
                let target = Target { student: Some(wanted.to_owned()), ..Target::default() };
                let found = match self.students_of(caller, &target).await {
                    Ok(mut found) => found.pop().ok_or_else(|| Why::from(TargetRefusal::NoSuchStudent)),
                    Err(Failure::Target(refusal)) => Err(refusal.into()),
                    Err(failure) => return Err(failure),
                };
                let found = found.map(|student| {
                    let id = student.student;
                    students.insert(id, student);
                    id
                });
                named.insert(wanted, found);
            }
        }
        let ids: Vec<StudentId> = students.keys().copied().collect();
        let placements = self.placements_of(&ids).await?;
        let mut agreements: HashMap<StudentId, Vec<(PlacementId, Arc<Agreement>)>> = HashMap::new();
        for (student, ids) in placements {
            for id in ids {
                let agreement = self.load::<Agreement>(id.0).await?.0;
                agreements.entry(student).or_default().push((id, agreement));
            }
        }
        let place = |page: &StackPage| {
            let meant = match &page.says {
                Says::Paper(meant) => meant,
                Says::Aside(_) | Says::Unread(_) => return None,
            };
            let student = match meant {
                Meant::Mark(mark) => students.get(&mark.student).ok_or_else(|| Why::from(TargetRefusal::NoSuchStudent)),
                Meant::Named { student, .. } => match named.get(student.as_str()) {
                    Some(Ok(id)) => students.get(id).ok_or_else(|| Why::from(TargetRefusal::NoSuchStudent)),
                    Some(Err(why)) => Err(why.clone()),
                    None => Err(TargetRefusal::NoSuchStudent.into()),
                },
            };
            Some(student.and_then(|student| {
                let agreements = agreements.get(&student.student).map(Vec::as_slice).unwrap_or_default();
                let (placement, agreement, paper) = of_meant(agreements, meant)?;
                Ok(Place { student: student.clone(), placement, agreement, paper })
            }))
        };
        Ok(read.iter().map(place).collect())
    }

    /// What is recorded of a paper: the signatures that it brings, and its scan for those that had none.
    fn orders(
        &self,
        collect: &CollectScans,
        place: &Place,
        pictures: &[&Picture],
    ) -> Result<(Vec<AgreementCommand>, Vec<crate::event_log::table::TableRows>), Failure> {
        let bytes = bound(pictures).map_err(Failure::Scan)?;
        let name = format!("{}.pdf", place.paper.version);
        let file = EvidenceFile::of(&name, &bytes)?;
        let sheet = place.agreement.versions().get(place.paper);
        let commands = commands(sheet, collect, place.paper, file.hash, self.today());
        if commands.is_empty() {
            return Err(ScanFault::SignedAlready.into());
        }
        let mut sealing = Sealing::after(self, place.placement.0, 0);
        if !collect.check {
            sealing.file(Some(&file))?;
        }
        Ok((commands, sealing.rows))
    }

    /// Which orders of the request are refused, by their place in it.
    async fn refused_orders(&self, call: Call<'_>, bulk: &BulkRequest) -> Result<Vec<(usize, AppError)>, Failure> {
        let orders: Vec<Order> = bulk.orders.iter().map(|(_, order)| order.clone()).collect();
        let request = Request::new(call.key, call.asked, orders);
        self.prefetch(call.caller, std::slice::from_ref(&request)).await?;
        Ok(self.refusals(call.caller, &request).await?)
    }
}

impl Collected {
    /// The pages that keep the stack from being recorded.
    pub fn refused(&self) -> Vec<Refused> {
        let refused = |page: &CollectedPage| match &page.state {
            PageState::Refused(why) => Some(Refused {
                whom: Subject::Page { number: page.number, file: page.file.clone(), page: page.page },
                why: Box::new(Failure::Kept(why.clone())),
            }),
            PageState::Sorted(_) | PageState::Aside(_) => None,
        };
        self.pages.iter().filter_map(refused).collect()
    }
}

/// A page of which only that is known which was read of it.
fn unsorted(index: usize, page: &StackPage) -> CollectedPage {
    let state = match &page.says {
        Says::Paper(_) => PageState::Sorted(None),
        Says::Aside(why) => PageState::Aside(why.clone()),
        Says::Unread(why) => PageState::Refused(why.clone()),
    };
    let (file, picture) = (page.file.clone(), page.picture.clone());
    CollectedPage { number: index + 1, file, page: page.page, picture, state, paper: None }
}

/// Puts a page to the others of its paper. One that is there already, to the last bit, is set aside.
fn sort(
    caller: &Caller,
    pages: &mut [CollectedPage],
    papers: &mut Vec<(Place, Vec<usize>)>,
    index: usize,
    place: Place,
) {
    let sheet = place.agreement.versions().get(place.paper);
    let sent = sheet.and_then(|sheet| sheet.round.as_ref()).map(|round| round.document);
    let mark = sent.map(|sent| PageMark::of(place.paper.kind, place.paper.version, place.student.student, sent).text());
    pages[index].paper = Some(SortedPaper {
        student: place.student.shown(caller),
        student_id: place.student.student,
        paper: place.paper,
        mark: mark.unwrap_or_default(),
    });
    let is_it = |(of, _): &&mut (Place, Vec<usize>)| (of.placement, of.paper) == (place.placement, place.paper);
    let Some((_, others)) = papers.iter_mut().find(is_it) else {
        papers.push((place, vec![index]));
        return;
    };
    if let Some(same) = others.iter().find(|other| pages[**other].picture == pages[index].picture) {
        pages[index].state = PageState::Aside(Some(ScanFault::Double { page: same + 1 }.into()));
        return;
    }
    if let (Some(last), Some(first)) = (others.last(), others.first())
        && last + 1 != index
    {
        pages[index].state = PageState::Sorted(Some(ScanFault::Apart { page: first + 1 }.into()));
    }
    others.push(index);
}

fn pages_of<'p>(pages: &'p [CollectedPage], of_paper: &[usize]) -> Vec<&'p Picture> {
    of_paper.iter().filter_map(|index| pages[*index].picture.as_ref()).collect()
}

/// All pages of a paper are refused for what the paper is.
fn refuse(pages: &mut [CollectedPage], of_paper: &[usize], why: &Why) {
    for index in of_paper {
        pages[*index].state = PageState::Refused(why.clone());
    }
}

/// The paper that is meant, of all agreements of a student: by its code the one that was sent so; by its name the latest that
/// is out, else the latest.
fn of_meant(
    agreements: &[(PlacementId, Arc<Agreement>)],
    meant: &Meant,
) -> Result<(PlacementId, Arc<Agreement>, DocumentRef), Why> {
    let kind = match meant {
        Meant::Mark(mark) => mark.kind,
        Meant::Named { kind, .. } => *kind,
    };
    let sent = || {
        let all = agreements.iter().rev().flat_map(|(id, agreement)| {
            agreement.versions().all().iter().rev().map(move |sheet| (*id, agreement, sheet))
        });
        all.filter(|(.., sheet)| sheet.paper.kind == kind && sheet.round.is_some())
    };
    let none = |version| Why::from(AppError::from(AgreementRefusal::NoSuchPaper(DocumentRef { kind, version })));
    let found = match meant {
        Meant::Mark(mark) => {
            let of_version = || sent().filter(|(.., sheet)| sheet.paper.version == mark.version);
            let is_so = |sheet: &DocumentVersion| sheet.round.iter().any(|round| mark.is_of(round.document));
            let Some(found) = of_version().find(|(.., sheet)| is_so(sheet)) else {
                let is_another = of_version().next().is_some();
                return Err(if is_another { InputRefusal::MarkOfAnotherDocument.into() } else { none(mark.version) });
            };
            found
        }
        Meant::Named { .. } => {
            sent().find(|(.., sheet)| sheet.is_out()).or_else(|| sent().next()).ok_or_else(|| none(1))?
        }
    };
    let (placement, agreement, sheet) = found;
    Ok((placement, Arc::clone(agreement), sheet.paper))
}

/// The signatures that a scanned paper brings: of whom did not sign yet, and its scan for who did.
fn commands(
    sheet: Option<&DocumentVersion>,
    collect: &CollectScans,
    paper: DocumentRef,
    scan: FileHash,
    today: jiff::civil::Date,
) -> Vec<AgreementCommand> {
    let Some(round) = sheet.and_then(|sheet| sheet.round.as_ref()) else { return vec![] };
    let effective_on = collect.on.unwrap_or(today);
    let is_meant = |party: &SigningParty| collect.party.party().is_none_or(|only| only == *party);
    let lacking: Vec<SigningParty> =
        round.signatures().filter(|(_, manner, _)| manner.lacks_scan()).map(|(party, ..)| party).collect();
    let mut open: Vec<SigningParty> = round.open().filter(is_meant).collect();
    if open.is_empty()
        && let Some(only) = collect.party.party().filter(|only| !lacking.contains(only))
    {
        // Refused for what it is.
        open.push(only);
    }
    let attach = |party| AgreementCommand::AttachScan { paper, party, scan, effective_on: today };
    let sign = |party| AgreementCommand::Sign {
        signature: Signature {
            paper,
            party,
            manner: SigningManner::Paper { scan: Some(scan) },
            document: round.document,
        },
        effective_on,
    };
    // A paper that is complete takes scans still; one that becomes complete by the last signature has its scans before.
    lacking.into_iter().filter(is_meant).map(attach).chain(open.into_iter().map(sign)).collect()
}
