//! Of a stack everything is recorded or nothing: signatures with their scans, on the papers that were sent and on no other.

use gradtrail::accounts::{Caller, Role, Scope, Staff};
use gradtrail::app::actions::{Command, Question};
use gradtrail::app::agreement::collect::{Collected, PageState};
use gradtrail::app::agreement::input::{AgreementOrder, CollectScans, Signatory};
use gradtrail::app::at_work::{PlacementQuery, ShowGrid};
use gradtrail::app::bulk::Subject;
use gradtrail::app::evidence::GetEvidence;
use gradtrail::app::failure::Failure;
use gradtrail::app::reply::{Answer, Reply};
use gradtrail::app::request::Order;
use gradtrail::domain::UndoReason;
use gradtrail::domain::agreement::codes::{
    DocumentState, InsuranceBuyer, InsuranceKind, PayMethod, Provision, RecallReason, SigningParty, VersionState,
};
use gradtrail::domain::agreement::signatures::Signature;
use gradtrail::domain::agreement::signing::{DocumentRef, SigningManner, SigningRule, packet};
use gradtrail::domain::agreement::terms::{AgreementParticulars, Conditions, Insured, Payment};
use gradtrail::domain::agreement::versions::DocumentVersion;
use gradtrail::domain::agreement::{Agreement, AgreementCommand};
use gradtrail::domain::ids::{ClassName, FileHash, PlacementId, StaffId, StudentId};
use gradtrail::domain::placement::codes::{DocumentKind, InternshipKind};
use gradtrail::domain::terms::Term as _;
use gradtrail::input::file::File;
use gradtrail::input::known_at::KnownAt;
use gradtrail::packet::mark::PageMark;
use gradtrail::packet::scan::pages;
use gradtrail::refusal::Refusal as _;
use uuid::Uuid;

use crate::placements::{OURS, THEIRS, TODAY, class, draft, execute, officer, staff};
use crate::support::papers::{Sheet, pdf};
use crate::support::typed::{AGREED, CLASS, output, position, run};
use crate::support::{Database, Town, school, typed};

/// A class whose papers are all out.
pub struct Sent {
    pub town: Town,
    pub students: Vec<StudentId>,
    pub placements: Vec<PlacementId>,
}

/// What was sent of a student's document: every one has a content of its own.
fn document(student: usize, kind: DocumentKind) -> FileHash {
    let place = DocumentKind::ENTRIES.iter().position(|entry| entry.value == kind).unwrap();
    FileHash::new([u8::try_from(student * 8 + place + 1).unwrap(); 32])
}

impl Sent {
    pub async fn new(database: &Database, size: usize) -> Self {
        let (town, host, students) = class(database, size).await;
        let placements: Vec<PlacementId> = students.iter().map(|_| PlacementId(town.app.new_id())).collect();
        let drafts = placements.iter().zip(&students).map(|(id, student)| draft(*id, *student, host)).collect();
        execute(&town.app, &officer(), drafts).await.unwrap();
        let orders = placements.iter().enumerate().flat_map(|(student, id)| packet_sent(student, *id)).collect();
        execute(&town.app, &officer(), orders).await.unwrap();
        Self { town, students, placements }
    }

    pub fn mark(&self, student: usize, kind: DocumentKind) -> String {
        PageMark::of(kind, 1, self.students[student], document(student, kind)).text()
    }

    /// A page of a student's document as it comes from the glass.
    pub fn page(&self, student: usize, kind: DocumentKind, seed: u64) -> Vec<u8> {
        Sheet::slip(&self.mark(student, kind)).turned(1.0).noisy(15, seed).jpeg(60)
    }

    async fn sheet(&self, student: usize, kind: DocumentKind) -> DocumentVersion {
        let (agreement, _) = self.town.app.load::<Agreement>(self.placements[student].0).await.unwrap();
        agreement.versions().latest(kind).unwrap().clone()
    }

    async fn position(&self) -> i64 {
        self.town.app.log().head().await.unwrap().position()
    }

    async fn collect(&self, caller: &Caller, files: &[Vec<u8>], assign: &[&str]) -> Result<Collected, Failure> {
        self.order(caller, files, assign, false).await
    }

    async fn check(&self, caller: &Caller, files: &[Vec<u8>], assign: &[&str]) -> Collected {
        let before = self.position().await;
        let checked = self.order(caller, files, assign, true).await.unwrap();
        assert!(checked.recorded.is_none() && self.position().await == before, "it is only checked");
        checked
    }

    async fn order(
        &self,
        caller: &Caller,
        files: &[Vec<u8>],
        assign: &[&str],
        check: bool,
    ) -> Result<Collected, Failure> {
        let file = |(index, bytes): (usize, &Vec<u8>)| File { name: format!("{index}.pdf"), bytes: bytes.clone() };
        let assign = assign.iter().map(|said| (*said).to_owned()).collect();
        let files = files.iter().enumerate().map(file).collect();
        let collect = CollectScans { files, assign, party: Signatory::All, on: None, check };
        let command = Command::Agreement(AgreementOrder::Collect(Box::new(collect)));
        match self.town.app.run(caller, None, &command).await? {
            Answer::Collected(collected) => Ok(*collected),
            other => panic!("{other:?}"),
        }
    }

    async fn undo(&self, student: usize) {
        let (agreement, _) = self.town.app.load::<Agreement>(self.placements[student].0).await.unwrap();
        let version = agreement.last_standing().unwrap();
        let (reason, note) = (UndoReason::EntryError, None);
        let command = AgreementCommand::Undo { version, reason, note, effective_on: TODAY };
        let order = Order::Agreement { placement: self.placements[student], command };
        execute(&self.town.app, &officer(), vec![order]).await.unwrap();
    }

    /// How far a document is by the grid, as known at a position.
    async fn state(&self, student: usize, kind: DocumentKind, known_at: KnownAt) -> DocumentState {
        let class = Some(ClassName::parse("1班").unwrap());
        let query = PlacementQuery { school: Some(school(OURS)), class, known_at, ..PlacementQuery::default() };
        let question = Question::Grid(ShowGrid { query });
        let Reply::Grid(packets) = self.town.app.ask(&officer(), &question).await.unwrap() else { panic!("no grid") };
        let of = packets.into_iter().find(|packet| packet.of.student == self.students[student]).unwrap().of;
        of.documents.into_iter().find(|paper| paper.kind == kind).unwrap().state
    }
}

fn packet_sent(student: usize, placement: PlacementId) -> Vec<Order> {
    let conditions =
        Conditions { meals: Provision::Provided, lodging: Provision::Own, day_hours_max: 8, week_days_max: 5 };
    let payment = Payment { method: PayMethod::Transfer, day_of_month: 10 };
    let insured = Insured { kind: InsuranceKind::Liability, buyer: InsuranceBuyer::School };
    let particulars = AgreementParticulars::of_template(conditions, payment, insured);
    let drafted = AgreementCommand::Draft { particulars, effective_on: TODAY };
    let send = |kind: &DocumentKind| AgreementCommand::Send {
        kind: *kind,
        document: document(student, *kind),
        rule: SigningRule::default(),
        effective_on: TODAY,
    };
    let commands = [drafted].into_iter().chain(packet(InternshipKind::Post).iter().map(send));
    commands.map(|command| Order::Agreement { placement, command }).collect()
}

/// The code of what is said of each page; nothing of a page that is sorted.
fn said(collected: &Collected) -> Vec<&'static str> {
    let said = |state: &PageState| match state {
        PageState::Sorted(note) => note.as_ref().map_or("", |why| why.code()),
        PageState::Aside(None) => "aside",
        PageState::Aside(Some(why)) | PageState::Refused(why) => why.code(),
    };
    collected.pages.iter().map(|page| said(&page.state)).collect()
}

/// The pages that a refusal names, each with its code.
fn refused(failure: Failure) -> Vec<(usize, &'static str)> {
    let Failure::Refused(refused) = failure else { panic!("{failure:?}") };
    let of = |one: gradtrail::app::bulk::Refused| match one.whom {
        Subject::Page { number, .. } => (number, one.why.code()),
        other => panic!("{other:?}"),
    };
    refused.into_iter().map(of).collect()
}

const CONSENT: DocumentKind = DocumentKind::GuardianConsent;
const COMMITMENT: DocumentKind = DocumentKind::Commitment;
const SAFETY: DocumentKind = DocumentKind::SafetyAgreement;

#[tokio::test]
async fn a_stack_is_sorted_recorded_with_one_file_for_each_paper_undone_and_recorded_again() {
    for database in Database::both().await {
        let sent = Sent::new(&database, 2).await;
        let before = sent.position().await;
        let of_consent = [sent.page(0, CONSENT, 1), sent.page(0, CONSENT, 2)];
        let stack = pdf(&[
            std::slice::from_ref(&of_consent[0]),
            std::slice::from_ref(&of_consent[1]),
            &[sent.page(1, COMMITMENT, 3)],
            &[Sheet::blank(100).jpeg(50)],
        ]);
        let files = [stack, sent.page(1, CONSENT, 4)];
        let checked = sent.check(&officer(), &files, &[]).await;
        assert_eq!(said(&checked), ["", "", "", "scan.blank", ""]);
        assert_eq!(checked.papers, 3);
        let whose: Vec<_> =
            checked.pages.iter().map(|page| page.paper.as_ref().map(|of| (of.student_id, of.paper.kind))).collect();
        let [first, second] = [sent.students[0], sent.students[1]];
        let consent = Some((first, CONSENT));
        assert_eq!(whose, [consent, consent, Some((second, COMMITMENT)), None, Some((second, CONSENT))]);
        let collected = sent.collect(&officer(), &files, &[]).await.unwrap();
        assert_eq!(said(&collected), ["", "", "", "scan.blank", ""]);
        let sheet = sent.sheet(0, CONSENT).await;
        assert_eq!(sheet.state, VersionState::InForce);
        let scans: Vec<Option<FileHash>> =
            sheet.round.unwrap().signatures().map(|(_, manner, _)| scan(manner)).collect();
        assert!(scans.len() == 2 && scans[0].is_some() && scans[0] == scans[1], "{scans:?}");
        // What is kept holds both pages, to the last bit, and is given back.
        let question = Question::Evidence(GetEvidence { hash: scans[0].unwrap().to_string() });
        let Reply::Evidence(kept) = sent.town.app.ask(&officer(), &question).await.unwrap() else { panic!("no file") };
        let kept = pages(&File { name: String::new(), bytes: kept.bytes().to_vec() }).unwrap();
        let kept: Vec<Vec<u8>> = kept.into_iter().map(|page| page.unwrap().bytes.to_vec()).collect();
        assert_eq!(kept, of_consent);
        // As known before, and now.
        assert_eq!(sent.state(0, CONSENT, KnownAt::Position(before)).await, DocumentState::Out);
        assert_eq!(sent.state(0, CONSENT, KnownAt::Head).await, DocumentState::SignedOnPaper);
        // The same stack once more brings nothing; undone, it does again.
        let position = sent.position().await;
        let again = refused(sent.collect(&officer(), &files, &[]).await.unwrap_err());
        let already = "scan.signed_already";
        assert_eq!(again, [(1, already), (2, already), (3, already), (5, already)]);
        assert_eq!(sent.position().await, position);
        sent.undo(1).await;
        assert_ne!(sent.state(1, CONSENT, KnownAt::Head).await, DocumentState::SignedOnPaper);
        let late = sent.collect(&officer(), &files[1..], &[]).await.unwrap();
        assert_eq!((said(&late), sent.sheet(1, CONSENT).await.state), (vec![""], VersionState::InForce));
    }
}

fn scan(manner: SigningManner) -> Option<FileHash> {
    match manner {
        SigningManner::Paper { scan } => scan,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_page_of_nobody_of_another_content_or_recalled_is_named_and_nothing_is_recorded() {
    for database in Database::both().await {
        let sent = Sent::new(&database, 2).await;
        let recall = AgreementCommand::Recall {
            paper: DocumentRef { kind: SAFETY, version: 1 },
            reason: RecallReason::EntryError,
            note: None,
            effective_on: TODAY,
        };
        let recall = Order::Agreement { placement: sent.placements[1], command: recall };
        execute(&sent.town.app, &officer(), vec![recall]).await.unwrap();
        let before = sent.position().await;
        let page = |text: &str| Sheet::slip(text).jpeg(70);
        let stranger = PageMark::of(CONSENT, 1, StudentId(Uuid::from_u128(99)), document(0, CONSENT)).text();
        // Somebody has made a code up: the student is right, the content is not that which was sent.
        let forged = PageMark::of(CONSENT, 1, sent.students[0], FileHash::new([0xaa; 32])).text();
        let never = PageMark::of(CONSENT, 3, sent.students[0], document(0, CONSENT)).text();
        let files = [
            sent.page(0, COMMITMENT, 1),
            page(&stranger),
            page(&forged),
            page(&never),
            sent.page(1, SAFETY, 2),
            b"%PDF-1.4 broken".to_vec(),
            page("https://example.org/"),
        ];
        let codes = [
            "",
            "target.no_such_student",
            "input.mark_of_another_document",
            "agreement.no_such_paper",
            "agreement.wrong_state",
            "scan.pdf_broken",
            "mark.not_ours",
        ];
        assert_eq!(said(&sent.check(&officer(), &files, &[]).await), codes);
        let failure = sent.collect(&officer(), &files, &[]).await.unwrap_err();
        let sentence = failure.sentence();
        assert!(sentence.zh.contains("第 3 页") && sentence.en.contains("Page 3"), "{sentence:?}");
        let expected: Vec<(usize, &str)> = codes.iter().enumerate().skip(1).map(|(at, code)| (at + 1, *code)).collect();
        assert_eq!(refused(failure), expected);
        assert_eq!(sent.position().await, before);
        // With the others set aside the one is recorded.
        let aside: Vec<String> = (2..=7).map(|number| format!("{number}=none")).collect();
        let aside: Vec<&str> = aside.iter().map(String::as_str).collect();
        let collected = sent.collect(&officer(), &files, &aside).await.unwrap();
        assert_eq!(said(&collected), ["", "aside", "aside", "aside", "aside", "aside", "aside"]);
        assert_eq!(sent.sheet(0, COMMITMENT).await.state, VersionState::InForce);
    }
}

#[tokio::test]
async fn who_is_of_another_school_or_class_sorts_no_page_of_this_one() {
    for database in Database::both().await {
        let sent = Sent::new(&database, 1).await;
        sent.town.add_school(THEIRS).await;
        let files = [sent.page(0, CONSENT, 1)];
        let of_class = |name: &str| {
            let scope = Scope::Class { school: school(OURS), class: ClassName::parse(name).unwrap() };
            Caller::operator_for(Staff { id: StaffId(Uuid::from_u128(5)), role: Role::ClassTeacher, scope }, "test")
        };
        for stranger in [staff(3, Role::Officer, THEIRS), of_class("2班")] {
            let codes = said(&sent.check(&stranger, &files, &[]).await);
            assert_eq!(codes, ["target.no_such_student"]);
            let id = sent.students[0].0.to_string();
            let by_hand = format!("1={id}/guardian_consent");
            let codes = said(&sent.check(&stranger, &files, &[&by_hand]).await);
            assert_eq!(codes, ["target.no_such_student"]);
        }
        for role in [Role::Auditor, Role::Principal, Role::Mentor] {
            let denied = sent.collect(&staff(4, role, OURS), &files, &[]).await.unwrap_err();
            assert_eq!(denied.code(), "request.denied", "{role:?}");
        }
        let collected = sent.collect(&of_class("1班"), &files, &[]).await.unwrap();
        assert_eq!(said(&collected), [""]);
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_told_by_hand_and_what_is_told_wrong_says_so() {
    for database in Database::both().await {
        let sent = Sent::new(&database, 1).await;
        let unread = Sheet::slip("");
        let files = [unread.jpeg(60), sent.page(0, SAFETY, 1)];
        assert_eq!(said(&sent.check(&officer(), &files, &[]).await), ["scan.no_code", ""]);
        let id = sent.students[0].0.to_string();
        for (unclear, code) in
            [("1", "input.page_unclear"), ("1=somebody", "input.page_unclear"), ("9=none", "input.no_such_page")]
        {
            let failure = sent.collect(&officer(), &files, &[unclear]).await.unwrap_err();
            assert_eq!(failure.code(), code, "{unclear}");
        }
        let nobody = said(&sent.check(&officer(), &files, &["1=20990001/guardian_consent"]).await);
        assert_eq!(nobody, ["target.no_such_student", ""]);
        let none = sent.collect(&officer(), &files, &["1=none", "2=none"]).await.unwrap_err();
        assert_eq!(none.code(), "scan.nothing_left");
        let by_hand = format!("1={id}/{}", CONSENT.zh());
        let collected = sent.collect(&officer(), &files, &[&by_hand]).await.unwrap();
        assert_eq!(said(&collected), ["", ""]);
        assert_eq!(sent.sheet(0, CONSENT).await.state, VersionState::InForce);
    }
}

#[tokio::test]
async fn signatures_that_were_recorded_before_take_the_scan_and_the_others_are_signed_by_it() {
    for database in Database::both().await {
        let sent = Sent::new(&database, 1).await;
        let signature = Signature {
            paper: DocumentRef { kind: CONSENT, version: 1 },
            party: SigningParty::Student,
            manner: SigningManner::Paper { scan: None },
            document: document(0, CONSENT),
        };
        let command = AgreementCommand::Sign { signature, effective_on: TODAY };
        let order = Order::Agreement { placement: sent.placements[0], command };
        execute(&sent.town.app, &officer(), vec![order]).await.unwrap();
        let before = sent.position().await;
        sent.collect(&officer(), &[sent.page(0, CONSENT, 1)], &[]).await.unwrap();
        assert_eq!(sent.position().await, before + 2, "a scan for the one, a signature of the other");
        let round = sent.sheet(0, CONSENT).await.round.unwrap();
        assert!(round.signatures().all(|(_, manner, _)| scan(manner).is_some()));
    }
}

#[tokio::test]
async fn a_page_that_lies_there_twice_is_recorded_once_and_one_apart_is_noted() {
    for database in Database::both().await {
        let sent = Sent::new(&database, 2).await;
        let twice = sent.page(0, CONSENT, 1);
        let files = [twice.clone(), sent.page(1, CONSENT, 2), twice, sent.page(0, CONSENT, 3)];
        let checked = sent.check(&officer(), &files, &[]).await;
        assert_eq!(said(&checked), ["", "", "scan.double", "scan.apart"]);
        assert_eq!(checked.papers, 2);
        sent.collect(&officer(), &files, &[]).await.unwrap();
    }
}

/// The marks that a printed packet carries, in its order.
fn printed(html: &str) -> Vec<String> {
    html.split("aria-label=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_was_printed_comes_back_on_the_command_line_checked_first_and_recorded_all_or_none() {
    for database in Database::both().await {
        typed::town(&database, 2, 0);
        typed::draft(&database, &["--submit", "--verdict", "通过"]);
        typed::office(&database, &[&["agreement", "draft", "--class", CLASS, "--send"], AGREED].concat());
        let out = database.directory.path().join("打印");
        let print = ["packet", "--class", CLASS, "--format", "html", "--out", out.to_str().unwrap()];
        let told = typed::office(&database, &print);
        assert!(told.contains("每份都留空待填：") && told.contains("2 人 10 份材料"), "{told}");
        let packet = std::fs::read_dir(&out).unwrap().next().unwrap().unwrap().path();
        let marks = printed(&std::fs::read_to_string(packet).unwrap());
        assert_eq!(marks.len(), 10);
        let sheets: Vec<Vec<u8>> = marks.iter().map(|mark| Sheet::slip(mark).turned(-1.0).jpeg(60)).collect();
        let of_pages: Vec<&[Vec<u8>]> = sheets.chunks(1).collect();
        let stack = database.directory.path().join("一叠.pdf");
        std::fs::write(&stack, pdf(&of_pages)).unwrap();
        let unread = database.directory.path().join("读不出.jpg");
        std::fs::write(&unread, Sheet::slip("").jpeg(40)).unwrap();
        let [stack, unread] = [&stack, &unread].map(|path| path.to_str().unwrap());
        let before = position(&database);
        let checked = output(&database, &["--as", "钱五", "agreement", "collect", "--check", stack, unread]);
        assert!(checked.0 == Some(1) && checked.1.contains("✕  11  没有读到二维码"), "{checked:?}");
        assert!(checked.1.contains("20240000 在校生 监护人知情同意书 第 1 版"), "{checked:?}");
        let (code, told) = output(&database, &["--as", "钱五", "agreement", "collect", stack, unread]);
        assert!(code == Some(1) && told.contains("第 11 页（读不出.jpg 第 1 页）"), "{told}");
        assert_eq!(position(&database), before);
        let told = typed::office(&database, &["agreement", "collect", stack, unread, "--assign", "11=none"]);
        assert!(told.contains("10 份材料") && told.contains("已记录"), "{told}");
        let grid = run(&database, &["grid", "--school", "33070001", "--class", CLASS]);
        assert!(!grid.contains("已发出") && grid.matches("已签").count() >= 10, "{grid}");
    }
}
