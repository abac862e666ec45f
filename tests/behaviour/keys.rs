//! Promise: whoever gives a command again on the same day gives a new one; a command with a key is recorded once however
//! often it is sent, answers the same each time, and a key stands for one command of one caller.

use std::fmt::Write as _;

use gradtrail::accounts::{Caller, Role};
use gradtrail::app::account::{AccountAnswer, AccountOrder, AddAccount};
use gradtrail::app::actions::Command;
use gradtrail::app::agreement::input::{
    AgreementOrder, DocumentSelector, DraftAgreement, RecallDocuments, SendDocuments, SignDocuments, Signatory,
};
use gradtrail::app::agreement::terms::AgreedFields;
use gradtrail::app::employer::{
    CountStaff, EmployerAnswer, EmployerOrder, EmployerSelector, ProfileFields, RecordProfile, RegisterEmployer,
    UndoEmployer,
};
use gradtrail::app::failure::Failure;
use gradtrail::app::key::Key;
use gradtrail::app::placement::PlacementOrder;
use gradtrail::app::placement::draft::{DraftPlacement, RevisePlacement};
use gradtrail::app::placement::input::{
    Decline, EndPlacement, EvaluatePlacement, Interruption, TargetOn, UndoPlacement,
};
use gradtrail::app::reply::Answer;
use gradtrail::app::target::{Target, TargetOnly};
use gradtrail::app::{App, AppError, Done};
use gradtrail::domain::UndoReason;
use gradtrail::domain::agreement::codes::{InsuranceBuyer, InsuranceKind, PayMethod, Provision, RecallReason};
use gradtrail::domain::ids::{CreditCode, PlacementId, StudentId};
use gradtrail::domain::placement::Placement;
use gradtrail::domain::placement::arrangement::PayUnit;
use gradtrail::domain::placement::codes::{
    ComplianceVerdict, DocumentKind, EndReason, HostSource, Initiator, InternshipKind, Region, ReturnReason, SiteKind,
};
use gradtrail::domain::placement::stay::PlacementStage;
use gradtrail::domain::terms::{Industry, SpecialtyMatch};
use gradtrail::event_log::request::{AppendError, Receipt};
use gradtrail::input::fields::PlacementFields;
use jiff::civil::{Date, date};
use sqlx::{Executor, Row as _};

use crate::placements::{OURS, document};
use crate::privacy::everything_stored;
use crate::support::typed::{ARRANGED, CLASS, office, output, position, run, town};
use crate::support::{Database, Town, add_staff, ask, school};

const CODE: &str = "91330700MA28A00001";

/// A school with one student and its staff, and a unit; every clock stands on 1 July 2023, the first day of the stay.
struct Office {
    town: Town,
    officer: Caller,
    principal: Caller,
    student: StudentId,
}

fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

fn fields(last_day: Date) -> PlacementFields {
    PlacementFields {
        kind: Some(InternshipKind::Post),
        source: Some(HostSource::School),
        host: Some(CODE.to_owned()),
        first_day: Some(date(2023, 7, 1)),
        last_day: Some(last_day),
        address: Some("工业路88号".to_owned()),
        post: Some("汽车维修".to_owned()),
        site_kind: Some(SiteKind::Private),
        region: Some(Region::City),
        mentor: Some("郑师傅".to_owned()),
        teacher: Some("吴老师".to_owned()),
        pay: Some(2_400),
        pay_unit: Some(PayUnit::Month),
        on_specialty: Some(SpecialtyMatch::Full),
        ..PlacementFields::default()
    }
}

fn undo(target: Target) -> PlacementOrder {
    PlacementOrder::Undo(UndoPlacement { target, version: None, reason: UndoReason::EntryError, note: None })
}

impl Office {
    async fn new(database: &Database) -> Self {
        let town = Town::new(database).await;
        town.add_school(OURS).await;
        let student = town.student(OURS, "1班", "学生", &document(0), None).await.id;
        let mut staff = vec![];
        for (name, role) in [("钱五", Role::Officer), ("赵校长", Role::Principal), ("吴老师", Role::Mentor)] {
            let added = add_staff(&town.app, &town.caller, name, role, Some(school(OURS))).await.unwrap();
            staff.push(Caller::operator_for(added, "test"));
        }
        let (name, code) = ("东方汽车服务有限公司".to_owned(), CreditCode::parse(CODE));
        let register = RegisterEmployer { name, code, profile: ProfileFields::default(), school: None };
        let register = Command::Employer(EmployerOrder::Register(register));
        town.app.run(&town.caller, None, &register).await.unwrap();
        Self { town, officer: staff[0].clone(), principal: staff[1].clone(), student }
    }

    fn app(&self) -> &App {
        &self.town.app
    }

    fn target(&self) -> Target {
        Target { student: Some(self.student.0.to_string()), ..Target::default() }
    }

    fn draft(&self) -> PlacementOrder {
        PlacementOrder::Draft(Box::new(DraftPlacement {
            target: self.target(),
            fields: fields(date(2023, 12, 31)),
            overrides: None,
            submit: false,
            verdict: None,
            rules: 1,
        }))
    }

    fn submit(&self) -> PlacementOrder {
        PlacementOrder::Submit(TargetOnly { target: self.target() })
    }

    fn suspend(&self) -> PlacementOrder {
        let reason = EndReason::Health;
        PlacementOrder::Suspend(Interruption { target: self.target(), reason, on: None, note: None })
    }

    /// Gives a command without a key, which must record what was not recorded before; says what was.
    async fn records(&self, caller: &Caller, command: Command) -> Receipt {
        let before = self.app().log().head().await.unwrap().position();
        let done = match self.app().run(caller, None, &command).await {
            Ok(Answer::Bulk(answer)) if answer.refused.is_empty() && answer.count == 1 => answer.done,
            Ok(Answer::Employer(EmployerAnswer::Ordered { done, .. })) => done,
            other => panic!("{command:?}: {other:?}"),
        };
        let Done::Recorded(receipt) = done else { panic!("{command:?} changes something") };
        assert!(!receipt.repeated && receipt.first_position == before + 1, "{command:?}: {receipt:?}");
        receipt
    }

    /// The same of the student's stay, which is then in this stage.
    async fn becomes(&self, caller: &Caller, order: PlacementOrder, stage: PlacementStage) {
        self.records(caller, Command::Placement(order)).await;
        let id = *self.placements().await.last().unwrap();
        self.app().bring_up_to_date::<Placement>(&[id.0]).await.unwrap();
        assert_eq!(self.app().load::<Placement>(id.0).await.unwrap().0.stay().unwrap().stage, stage);
    }

    async fn placements(&self) -> Vec<PlacementId> {
        self.app().placement_streams(self.student).await.unwrap()
    }

    async fn agrees(&self, order: AgreementOrder) -> Receipt {
        self.records(&self.officer, Command::Agreement(order)).await
    }

    async fn draft_agreement(&self) {
        let terms = AgreedFields {
            meals: Some(Provision::Provided),
            lodging: Some(Provision::Own),
            day_hours: Some(8),
            week_days: Some(5),
            pay_method: Some(PayMethod::Transfer),
            pay_day: Some(15),
            insurance: Some(InsuranceKind::Liability),
            insurance_buyer: Some(InsuranceBuyer::School),
            ..AgreedFields::default()
        };
        let draft = DraftAgreement { target: self.target(), terms, send: true, templates: None };
        self.agrees(AgreementOrder::Draft(Box::new(draft))).await;
    }

    fn sign(&self, document: Option<DocumentKind>) -> AgreementOrder {
        AgreementOrder::Sign(Box::new(SignDocuments {
            target: self.target(),
            documents: DocumentSelector { document, version: None },
            party: Signatory::All,
            scan: None,
            electronic: false,
            proof: None,
            on_behalf: None,
            authority: None,
            authorised_by: None,
            mark: None,
            on: None,
        }))
    }

    /// From nothing to the first day at work, all on that day.
    async fn arrive(&self) {
        let (officer, target) = (&self.officer, self.target());
        self.becomes(officer, self.draft(), PlacementStage::Draft).await;
        self.becomes(officer, self.submit(), PlacementStage::Submitted).await;
        let evaluate = EvaluatePlacement { target: target.clone(), verdict: ComplianceVerdict::Passed, rules: 1 };
        self.becomes(officer, PlacementOrder::Evaluate(evaluate), PlacementStage::Submitted).await;
        let approve = TargetOnly { target: target.clone() };
        self.becomes(&self.principal, PlacementOrder::Approve(approve), PlacementStage::Approved).await;
        self.draft_agreement().await;
        self.agrees(self.sign(None)).await;
        let ready = TargetOnly { target: target.clone() };
        self.becomes(officer, PlacementOrder::Ready(ready), PlacementStage::Ready).await;
        let arrival = TargetOn { target, on: None };
        self.becomes(officer, PlacementOrder::Arrive(arrival), PlacementStage::Arrived).await;
    }
}

#[tokio::test]
async fn one_officer_submits_is_returned_revises_and_submits_again_on_one_day() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        let (officer, target) = (&office.officer, office.target());
        office.becomes(officer, office.draft(), PlacementStage::Draft).await;
        for last_day in [date(2023, 11, 30), date(2023, 10, 31)] {
            office.becomes(officer, office.submit(), PlacementStage::Submitted).await;
            let (reason, note) = (ReturnReason::EntryError, None);
            let send_back = PlacementOrder::Return(Decline { target: target.clone(), reason, note });
            office.becomes(&office.principal, send_back, PlacementStage::Returned).await;
            let (target, fields) = (target.clone(), fields(last_day));
            let revise = PlacementOrder::Revise(Box::new(RevisePlacement { target, fields, overrides: None }));
            office.becomes(officer, revise, PlacementStage::Returned).await;
        }
        office.becomes(officer, office.submit(), PlacementStage::Submitted).await;
    }
}

#[tokio::test]
async fn what_was_undone_can_be_recorded_again_on_the_same_day() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        let (officer, target) = (&office.officer, office.target());
        office.arrive().await;
        for _ in 0..2 {
            office.becomes(officer, office.suspend(), PlacementStage::Suspended).await;
            office.becomes(officer, undo(target.clone()), PlacementStage::Arrived).await;
        }
        office.becomes(officer, office.suspend(), PlacementStage::Suspended).await;
        let end = || {
            let (target, reason, by) = (target.clone(), EndReason::Family, Initiator::Student);
            PlacementOrder::End(EndPlacement { target, by, reason, on: None, note: None })
        };
        for _ in 0..2 {
            office.becomes(officer, end(), PlacementStage::EndedEarly).await;
            office.becomes(officer, undo(target.clone()), PlacementStage::Suspended).await;
        }
        office.becomes(officer, end(), PlacementStage::EndedEarly).await;
        office.app().log().verify(None, |_, _| ()).await.unwrap();
    }
}

#[tokio::test]
async fn who_was_cancelled_is_drafted_again_and_another_bare_undo_undoes_the_fact_before() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        let (officer, target) = (&office.officer, office.target());
        for _ in 0..2 {
            office.becomes(officer, office.draft(), PlacementStage::Draft).await;
            let (target, reason) = (target.clone(), EndReason::EntryError);
            let cancel = PlacementOrder::Cancel(Interruption { target, reason, on: None, note: None });
            office.becomes(officer, cancel, PlacementStage::Cancelled).await;
        }
        office.becomes(officer, office.draft(), PlacementStage::Draft).await;
        assert_eq!(office.placements().await.len(), 3);
        office.becomes(officer, office.submit(), PlacementStage::Submitted).await;
        let evaluate = EvaluatePlacement { target: target.clone(), verdict: ComplianceVerdict::Warned, rules: 1 };
        office.becomes(officer, PlacementOrder::Evaluate(evaluate), PlacementStage::Submitted).await;
        office.becomes(officer, undo(target.clone()), PlacementStage::Submitted).await;
        office.becomes(officer, undo(target.clone()), PlacementStage::Draft).await;
        let id = *office.placements().await.last().unwrap();
        let facts = ask::history(office.app(), officer, id.0).await.unwrap();
        let undone: Vec<bool> = [3, 2]
            .iter()
            .zip(&facts[3..])
            .map(|(of, fact)| fact.payload.contains(&format!("\"version\":{of}")))
            .collect();
        assert_eq!((undone, facts.len()), (vec![true, true], 5));
    }
}

#[tokio::test]
async fn a_unit_s_staff_is_counted_undone_and_counted_again_on_the_same_day() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        let unit = || EmployerSelector { employer: CODE.to_owned(), school: None };
        let profile = ProfileFields { industry: Some(Industry::C), ..ProfileFields::default() };
        let undo = || {
            let (version, reason, note) = (None, UndoReason::EntryError, None);
            EmployerOrder::Undo(UndoEmployer { unit: unit(), version, reason, note })
        };
        let count = || EmployerOrder::Staff(CountStaff { unit: unit(), total: 40, post: vec![], on: None });
        let record = || EmployerOrder::Profile(RecordProfile { unit: unit(), profile });
        for order in [record(), count(), undo(), count(), undo(), undo(), record(), count()] {
            let receipt = office.records(&office.town.caller, Command::Employer(order)).await;
            assert_eq!(receipt.event_count, 1);
        }
    }
}

#[tokio::test]
async fn what_is_sent_again_after_a_recall_is_signed_again_on_the_same_day() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        office.becomes(&office.officer, office.draft(), PlacementStage::Draft).await;
        office.draft_agreement().await;
        let commitment = Some(DocumentKind::Commitment);
        let by = |party| match office.sign(commitment) {
            AgreementOrder::Sign(sign) => AgreementOrder::Sign(Box::new(SignDocuments { party, ..*sign })),
            other => panic!("{other:?}"),
        };
        let student = Signatory::One(gradtrail::domain::agreement::codes::SigningParty::Student);
        for _ in 0..2 {
            office.agrees(by(student)).await;
            let (target, reason, note) = (office.target(), RecallReason::EntryError, None);
            let documents = DocumentSelector { document: commitment, version: None };
            office.agrees(AgreementOrder::Recall(RecallDocuments { target, documents, reason, note })).await;
            let send = SendDocuments { target: office.target(), document: commitment, templates: None };
            office.agrees(AgreementOrder::Send(send)).await;
        }
        office.agrees(by(student)).await;
    }
}

/// The ids that a receipt answers with.
fn ids(receipt: &Receipt) -> serde_json::Value {
    serde_json::from_str(&receipt.answer).unwrap()
}

#[tokio::test]
async fn a_key_sent_twice_is_recorded_once_and_answers_the_same_ids() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        let (app, officer, draft) = (office.app(), &office.officer, Command::Placement(office.draft()));
        let first = app.run(officer, Some(&key("起草-7")), &draft).await.unwrap();
        let Answer::Bulk(first) = first else { panic!("{first:?}") };
        let position = app.log().head().await.unwrap().position();
        // Also from another process.
        let other = database.open().await;
        for app in [app, &other] {
            let again = app.run(officer, Some(&key("起草-7")), &draft).await.unwrap();
            let Answer::Repeated(receipt) = again else { panic!("{again:?}") };
            assert!(receipt.repeated);
            let placements: Vec<String> = first.placements.iter().map(|id| id.0.to_string()).collect();
            assert_eq!((placements.len(), ids(&receipt)), (1, serde_json::json!({ "placements": placements })));
        }
        let add = AddAccount { name: "周七".to_owned(), role: Role::Bureau, school: None, class: None };
        let add = Command::Account(AccountOrder::Add(add));
        let added = app.run(&office.town.caller, Some(&key("周七")), &add).await.unwrap();
        let Answer::Account(AccountAnswer::Opened(added)) = added else { panic!("{added:?}") };
        let again = app.run(&office.town.caller, Some(&key("周七")), &add).await.unwrap();
        let Answer::Repeated(receipt) = again else { panic!("{again:?}") };
        assert_eq!(ids(&receipt), serde_json::json!({ "account": added.staff.id.0 }));
        assert_eq!(ask::accounts(app, &office.town.caller).await.unwrap().len(), 4);
        // The account that was opened is the one event since.
        assert_eq!(app.log().head().await.unwrap().position(), position + 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_one_key_sent_from_two_processes_at_once_both_are_answered_the_same() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        let (here, there) = (office.app(), database.open().await);
        let draft = Command::Placement(office.draft());
        let placements = async |app: &App| match app.run(&office.officer, Some(&key("k")), &draft).await.unwrap() {
            Answer::Bulk(answer) => serde_json::json!({ "placements": [answer.placements[0].0] }),
            Answer::Repeated(receipt) => ids(&receipt),
            other => panic!("{other:?}"),
        };
        let (one, two) = tokio::join!(placements(here), placements(&there));
        assert_eq!(one, two);
        assert_eq!(office.placements().await.len(), 1);
        let add = AddAccount { name: "周七".to_owned(), role: Role::Bureau, school: None, class: None };
        let add = Command::Account(AccountOrder::Add(add));
        let staff = async |app: &App| match app.run(&office.town.caller, Some(&key("s")), &add).await.unwrap() {
            Answer::Account(AccountAnswer::Opened(named)) => serde_json::json!({ "account": named.staff.id.0 }),
            Answer::Repeated(receipt) => ids(&receipt),
            other => panic!("{other:?}"),
        };
        let (one, two) = tokio::join!(staff(here), staff(&there));
        assert_eq!(one, two);
        assert_eq!(ask::accounts(here, &office.town.caller).await.unwrap().len(), 4);
    }
}

#[tokio::test]
async fn a_key_of_another_command_or_of_another_caller_is_refused() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        let (app, given) = (office.app(), key("k"));
        let draft = Command::Placement(office.draft());
        app.run(&office.officer, Some(&given), &draft).await.unwrap();
        let before = app.log().head().await.unwrap().position();
        let submit = Command::Placement(office.submit());
        let other_class = Target { student: Some("20240001".to_owned()), ..Target::default() };
        let other_target = Command::Placement(PlacementOrder::Submit(TargetOnly { target: other_class }));
        for (caller, command) in [
            (&office.officer, &submit),
            (&office.officer, &other_target),
            (&office.town.caller, &draft),
            (&office.town.caller, &submit),
        ] {
            let refused = app.run(caller, Some(&given), command).await;
            let is_reused = matches!(refused, Err(Failure::App(AppError::Append(AppendError::KeyReused))));
            assert!(is_reused, "{command:?}: {refused:?}");
        }
        assert_eq!(app.log().head().await.unwrap().position(), before);
        // What was not recorded leaves its key free.
        app.run(&office.officer, Some(&key("other")), &other_target).await.unwrap_err();
        app.run(&office.officer, Some(&key("other")), &submit).await.unwrap();
    }
}

#[tokio::test]
async fn nothing_of_a_key_stands_in_the_log() {
    const WRITTEN: &str = "张小明13900000001";
    for database in Database::both().await {
        let office = Office::new(&database).await;
        let draft = Command::Placement(office.draft());
        office.app().run(&office.officer, Some(&key(WRITTEN)), &draft).await.unwrap();
        let submit = Command::Placement(office.submit());
        office.app().run(&office.officer, None, &submit).await.unwrap();
        let stored = everything_stored(&database).await;
        assert!(stored.contains("placement_drafted"), "the look finds what is there");
        assert!(!stored.contains("张小明") && !stored.contains("13900000001"));
        let mut bytes = String::new();
        WRITTEN.bytes().for_each(|byte| write!(bytes, "{byte:02x}").unwrap());
        assert!(!stored.contains(&bytes));
        // What stands there is as long for every key, and the same in the event.
        let id = office.placements().await[0];
        let facts = ask::history(office.app(), &office.officer, id.0).await.unwrap();
        let keys: Vec<&str> = facts.iter().map(|fact| fact.command_key.as_str()).collect();
        let (kept, of_call) = (keys[0].strip_prefix("key:").unwrap(), keys[1].strip_prefix("call:").unwrap());
        assert!(kept.len() == 64 && kept.bytes().all(|digit| digit.is_ascii_hexdigit()), "{kept}");
        assert!(uuid::Uuid::parse_str(of_call).is_ok(), "{of_call}");
        let mut raw = database.raw().await;
        for stored in keys {
            let found = sqlx::query("select count(*) from command where key = $1").bind(stored.to_owned());
            assert_eq!(raw.fetch_one(found).await.unwrap().get::<i64, _>(0), 1);
        }
    }
}

#[tokio::test]
async fn the_command_line_takes_a_key_for_every_command_and_needs_none() {
    for database in Database::both().await {
        town(&database, 1, 0);
        office(&database, &[&["placement", "draft", "--student", "20240000"], ARRANGED].concat());
        let submit = ["placement", "submit", "--student", "20240000"];
        let send_back = ["--as", "赵校长", "placement", "return", "--student", "20240000", "--reason", "材料不全"];
        for _ in 0..2 {
            assert!(office(&database, &submit).contains("提交 1 人：已记录"));
            assert!(run(&database, &send_back).contains("退回 1 人：已记录"));
        }
        let keyed = [&submit[..], &["--key", "提交-1"]].concat();
        assert!(office(&database, &keyed).contains("提交 1 人：已记录"));
        assert!(run(&database, &send_back).contains("退回 1 人：已记录"));
        let before = position(&database);
        // The placement waits again, and the command was still recorded before.
        assert!(office(&database, &keyed).contains("此前已记录"));
        for other in [
            &["--as", "孙六", "placement", "submit", "--student", "20240000"][..],
            &["--as", "钱五", "placement", "submit", "--class", CLASS],
            &["--as", "钱五", "employer", "staff", CODE, "--total", "40"],
            &["school", "add", "--code", "33070009", "--name", "九中", "--category", "民办"],
        ] {
            let (code, told) = output(&database, &[other, &["--key", "提交-1"]].concat());
            assert!(code == Some(1) && told.contains("同一个操作编号用于不同的内容"), "{other:?}: {told}");
        }
        assert_eq!(position(&database), before);
        for (what, command) in [
            ("单位", &["--as", "钱五", "employer", "staff", CODE, "--total", "40", "--key", "b"][..]),
            ("实习单位", &["--as", "钱五", "host", "propose", CODE, "--key", "c"]),
            ("人员", &["staff", "add", "--name", "周七", "--role", "bureau", "--key", "d"]),
        ] {
            let first = run(&database, command);
            let again = run(&database, command);
            assert!(again.contains(what) && again.contains("此前已记录"), "{again}");
            if what == "人员" {
                assert!(again.contains(first.split_whitespace().next().unwrap()), "{first}{again}");
            }
        }
        assert_eq!(run(&database, &["staff", "list"]).matches("周七").count(), 1);
        run(&database, &["verify"]);
    }
}
