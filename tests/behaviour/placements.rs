//! Promise: a student is at one place at a time, whoever places whom at the same moment; a class is placed as a whole or
//! not at all; nobody approves their own; and a school deals with its own students and hosts only.

use gradtrail::accounts::{Caller, Role, Scope, Staff};
use gradtrail::app::failure::{Failure, InputRefusal};
use gradtrail::app::people::{guards, placement_guard};
use gradtrail::app::request::{Order, Request};
use gradtrail::app::{App, AppError, Done};
use gradtrail::domain::agreement::codes::{InsuranceBuyer, InsuranceKind, PayMethod, Provision, SigningParty};
use gradtrail::domain::agreement::signatures::Signature;
use gradtrail::domain::agreement::signing::{DocumentRef, SigningManner, SigningRule, packet, parties};
use gradtrail::domain::agreement::terms::{AgreementParticulars, Conditions, Insured, Payment};
use gradtrail::domain::agreement::{Agreement, AgreementCommand, AgreementRefusal};
use gradtrail::domain::employer::{CreditCodeCheck, EmployerCommand};
use gradtrail::domain::exemption::{ExemptionCommand, ExemptionGround, ExemptionRefusal};
use gradtrail::domain::host::HostCommand;
use gradtrail::domain::ids::{
    ClassName, EmployerId, FileHash, HostId, PlacementId, SealedRevision, StaffId, StudentId,
};
use gradtrail::domain::placement::arrangement::{Arrangement, Mentors, Pay, PayUnit, Period, Site};
use gradtrail::domain::placement::codes::{
    ComplianceVerdict, DocumentKind, EndReason, HostSource, InternshipKind, Region, SiteKind,
};
use gradtrail::domain::placement::stay::PlacementStage;
use gradtrail::domain::placement::{NewPlacement, Placement, PlacementCommand, PlacementRefusal};
use gradtrail::domain::student::StudentRefusal;
use gradtrail::domain::terms::{SpecialtyMatch, Standing};
use gradtrail::domain::{ErasureReason, UndoReason};
use gradtrail::event_log::request::{AppendError, Receipt};
use gradtrail::people::Sealed;
use gradtrail::refusal::Refusal;
use jiff::civil::{Date, date};
use uuid::Uuid;

use crate::support::rosters::stand;
use crate::support::{Database, Town, a_year_later, ask, clock, erase, school};

pub const OURS: &str = "33070001";
pub const THEIRS: &str = "33070002";
pub const TODAY: Date = date(2023, 7, 1);
pub const PERIOD: Period = Period { first_day: date(2023, 9, 1), last_day: date(2024, 2, 29) };

pub fn staff(number: u128, role: Role, code: &str) -> Caller {
    let scope = Scope::School(school(code));
    Caller::operator_for(Staff { id: StaffId(Uuid::from_u128(number)), role, scope }, "test")
}

pub fn officer() -> Caller {
    staff(1, Role::Officer, OURS)
}

pub fn principal() -> Caller {
    staff(2, Role::Principal, OURS)
}

/// Ten documents whose check digits hold, of a pupil's number.
pub fn document(number: usize) -> String {
    let digits = format!("3307022007031{number:04}");
    let check = gradtrail::domain::ids::citizen_check_digit(digits.as_bytes());
    format!("{digits}{}", char::from(check))
}

pub async fn employer(app: &App, caller: &Caller) -> EmployerId {
    let id = EmployerId(app.new_id());
    let (identity, credit_code) = (SealedRevision(1), CreditCodeCheck::NoCode);
    let command = EmployerCommand::Register { identity, credit_code, effective_on: TODAY };
    execute(app, caller, vec![Order::Employer { id: id.0, command }]).await.unwrap();
    id
}

pub async fn execute(app: &App, caller: &Caller, orders: Vec<Order>) -> Result<Done, AppError> {
    app.execute(caller, Request::new(Uuid::new_v4().to_string(), "test", orders)).await
}

pub fn arrangement(host: EmployerId) -> Arrangement {
    Arrangement {
        kind: InternshipKind::Post,
        source: HostSource::School,
        host,
        period: PERIOD,
        site: Some(Site {
            kind: SiteKind::Private,
            region: Region::City,
            described: SealedRevision(1),
            occupation: None,
        }),
        mentors: Mentors { teacher: Some(StaffId(Uuid::from_u128(9))), at_host: Some(SealedRevision(2)) },
        pay: Some(Pay { yuan: 2_400, per: PayUnit::Month }),
        on_specialty: Some(SpecialtyMatch::Full),
        applied_on: None,
    }
}

pub fn draft_of(placement: PlacementId, student: StudentId, arrangement: Arrangement) -> Order {
    let new = NewPlacement { student, arrangement, follows: None };
    Order::Placement { placement, command: PlacementCommand::Draft(new) }
}

pub fn draft(placement: PlacementId, student: StudentId, host: EmployerId) -> Order {
    draft_of(placement, student, arrangement(host))
}

pub fn placement(placement: PlacementId, command: PlacementCommand) -> Order {
    Order::Placement { placement, command }
}

pub fn propose(employer: EmployerId) -> HostCommand {
    HostCommand::Propose { employer, partner_since: None, effective_on: TODAY }
}

pub fn submit(id: PlacementId) -> Order {
    placement(id, PlacementCommand::Submit { effective_on: TODAY })
}

pub fn evaluate(id: PlacementId) -> Order {
    let (verdict, rules) = (ComplianceVerdict::Passed, 1);
    placement(id, PlacementCommand::Evaluate { verdict, rules, effective_on: TODAY })
}

pub fn approve(id: PlacementId) -> Order {
    placement(id, PlacementCommand::Approve { effective_on: TODAY })
}

pub fn confirm_readiness(id: PlacementId) -> Order {
    placement(id, PlacementCommand::ConfirmReadiness { effective_on: TODAY })
}

/// The whole packet, drafted, sent and signed by all on paper.
pub fn signed_packet(id: PlacementId) -> Vec<Order> {
    let conditions =
        Conditions { meals: Provision::Provided, lodging: Provision::Own, day_hours_max: 8, week_days_max: 5 };
    let payment = Payment { method: PayMethod::Transfer, day_of_month: 10 };
    let insured = Insured { kind: InsuranceKind::Liability, buyer: InsuranceBuyer::School };
    let particulars = AgreementParticulars::of_template(conditions, payment, insured);
    let mut commands = vec![AgreementCommand::Draft { particulars, effective_on: TODAY }];
    for (number, kind) in packet(InternshipKind::Post).iter().enumerate() {
        let document = FileHash::new([u8::try_from(number).unwrap(); 32]);
        let (rule, paper) = (SigningRule::default(), DocumentRef { kind: *kind, version: 1 });
        commands.push(AgreementCommand::Send { kind: *kind, document, rule: rule.clone(), effective_on: TODAY });
        for party in parties(*kind, &rule) {
            let manner = SigningManner::Paper { scan: None };
            let signature = Signature { paper, party, manner, document };
            commands.push(AgreementCommand::Sign { signature, effective_on: TODAY });
        }
    }
    commands.into_iter().map(|command| Order::Agreement { placement: id, command }).collect()
}

/// A school with pupils of one class, and a host.
pub async fn class(database: &Database, size: usize) -> (Town, EmployerId, Vec<StudentId>) {
    class_at(database, size, clock).await
}

/// The same a year later, when it is known who arrived and who did not.
pub async fn class_looking_back(database: &Database, size: usize) -> (Town, EmployerId, Vec<StudentId>) {
    class_at(database, size, a_year_later).await
}

async fn class_at(database: &Database, size: usize, clock: fn() -> i64) -> (Town, EmployerId, Vec<StudentId>) {
    let town = Town::at(database, clock).await;
    town.add_school(OURS).await;
    let host = employer(&town.app, &town.caller).await;
    let mut students = vec![];
    for number in 0..size {
        students.push(town.student(OURS, "1班", "学生", &document(number), None).await.id);
    }
    (town, host, students)
}

#[tokio::test]
async fn a_class_goes_from_nothing_to_ready_in_five_requests_and_one_packet() {
    for database in Database::both().await {
        let (town, host, students) = class(&database, 45).await;
        let placements: Vec<PlacementId> = students.iter().map(|_| PlacementId(town.app.new_id())).collect();
        let drafts = placements.iter().zip(&students).map(|(id, student)| draft(*id, *student, host)).collect();
        let each = |order: fn(PlacementId) -> Order| placements.iter().map(|id| order(*id)).collect::<Vec<_>>();
        let packets = placements.iter().flat_map(|id| signed_packet(*id)).collect();
        for (caller, orders) in [
            (officer(), drafts),
            (officer(), each(submit)),
            (officer(), each(evaluate)),
            (principal(), each(approve)),
            (officer(), packets),
            (officer(), each(confirm_readiness)),
        ] {
            assert!(matches!(execute(&town.app, &caller, orders).await, Ok(Done::Recorded(_))));
        }
        for id in placements {
            let (state, _) = town.app.load::<Placement>(id.0).await.unwrap();
            assert_eq!(state.stay().unwrap().stage, PlacementStage::Ready);
        }
    }
}

#[tokio::test]
async fn a_class_with_one_who_has_left_school_is_not_placed_at_all() {
    for database in Database::both().await {
        let (town, host, students) = class(&database, 4).await;
        let left = stand(&town.app, students[3], Standing::Withdrawn, TODAY).await;
        execute(&town.app, &town.caller, vec![left]).await.unwrap();
        let placements: Vec<PlacementId> = students.iter().map(|_| PlacementId(town.app.new_id())).collect();
        let drafts = placements.iter().zip(&students).map(|(id, student)| draft(*id, *student, host)).collect();
        let before = town.app.log().head().await.unwrap().position();
        let request = Request::new("class", "class", drafts);
        let result = town.app.execute(&officer(), request.clone()).await;
        let Err(AppError::Placement(refusal)) = result else { panic!("{result:?}") };
        assert_eq!(
            refusal,
            PlacementRefusal::NotEnrolled { standing: Standing::Withdrawn, since: TODAY, until: None, period: PERIOD }
        );
        // Each that is refused is named.
        let refusals = town.app.refusals(&officer(), &request).await.unwrap();
        let named: Vec<(usize, String)> =
            refusals.into_iter().map(|(index, error)| (index, error.to_string())).collect();
        assert_eq!(named, [(3, refusal.sentence().zh)]);
        assert_eq!(town.app.log().head().await.unwrap().position(), before);
        assert!(town.app.log().guard(&placement_guard(students[0])).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn who_is_placed_does_not_leave_school_before_the_placement_is_ended_or_cancelled() {
    for database in Database::both().await {
        let (town, host, students) = class(&database, 1).await;
        let id = PlacementId(town.app.new_id());
        execute(&town.app, &officer(), vec![draft(id, students[0], host)]).await.unwrap();
        let leave = vec![stand(&town.app, students[0], Standing::TransferredOut, TODAY).await];
        let result = execute(&town.app, &officer(), leave.clone()).await;
        let Err(AppError::Student(refusal)) = result else { panic!("{result:?}") };
        assert_eq!(refusal, StudentRefusal::StillPlaced { period: PERIOD, given: Standing::TransferredOut });
        let (reason, note) = (EndReason::LeftSchool, None);
        let cancel = placement(id, PlacementCommand::Cancel { reason, note, effective_on: TODAY });
        execute(&town.app, &officer(), [vec![cancel], leave].concat()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_offices_that_claim_a_student_at_once_exactly_one_wins_and_the_other_is_told_why() {
    for database in Database::both().await {
        let (town, host, students) = class(&database, 8).await;
        let other = database.open().await;
        for student in students {
            let (first, second) = (PlacementId(town.app.new_id()), PlacementId(other.new_id()));
            let (ours, theirs) = (officer(), staff(3, Role::Officer, OURS));
            let (one, two) = tokio::join!(
                execute(&town.app, &ours, vec![draft(first, student, host)]),
                execute(&other, &theirs, vec![draft(second, student, host)]),
            );
            let refused = match (one, two) {
                (Ok(_), Err(error)) | (Err(error), Ok(_)) => error,
                (one, two) => panic!("{one:?} {two:?}"),
            };
            let AppError::Placement(refusal) = refused else { panic!("{refused:?}") };
            assert_eq!(refusal, PlacementRefusal::Overlaps { period: PERIOD, taken: PERIOD });
        }
    }
}

#[tokio::test]
async fn one_place_at_a_time_also_when_an_end_is_undone_and_through_many_requests_at_once() {
    for database in Database::both().await {
        let (town, host, students) = class(&database, 2).await;
        let (app, caller) = (&town.app, officer());
        let (first, second) = (PlacementId(app.new_id()), PlacementId(app.new_id()));
        let request = |order| Request::new(Uuid::new_v4().to_string(), "test", vec![order]);
        // Many at once: the second draft of one student meets the first, which is not answered yet.
        let third = PlacementId(app.new_id());
        let requests = vec![
            request(draft(first, students[0], host)),
            request(draft(second, students[0], host)),
            request(draft(third, students[1], host)),
        ];
        let answers = app.execute_all(&caller, requests).await;
        assert!(matches!(answers[0], Ok(Done::Recorded(_))), "{:?}", answers[0]);
        let overlaps = PlacementRefusal::Overlaps { period: PERIOD, taken: PERIOD };
        assert!(matches!(&answers[1], Err(AppError::Placement(refusal)) if *refusal == overlaps), "{:?}", answers[1]);
        assert!(matches!(answers[2], Ok(Done::Recorded(_))), "{:?}", answers[2]);
        // The first is cancelled, the second takes its days, and the cancelling cannot be undone any more.
        let (reason, note) = (EndReason::EntryError, None);
        let cancel = placement(first, PlacementCommand::Cancel { reason, note, effective_on: TODAY });
        execute(app, &caller, vec![cancel]).await.unwrap();
        execute(app, &caller, vec![draft(second, students[0], host)]).await.unwrap();
        assert_eq!(app.placement_streams(students[0]).await.unwrap(), [first, second]);
        let undo = PlacementCommand::Undo { version: 2, reason: UndoReason::Other, note, effective_on: TODAY };
        let result = execute(app, &caller, vec![placement(first, undo)]).await;
        assert!(matches!(&result, Err(AppError::Placement(refusal)) if *refusal == overlaps), "{result:?}");
    }
}

#[tokio::test]
async fn nobody_approves_their_own_draft_and_nobody_in_particular_approves_any() {
    for database in Database::both().await {
        let (town, host, students) = class(&database, 1).await;
        let id = PlacementId(town.app.new_id());
        let orders = vec![draft(id, students[0], host), submit(id), evaluate(id)];
        execute(&town.app, &officer(), orders).await.unwrap();
        let result = execute(&town.app, &officer(), vec![approve(id)]).await;
        assert!(matches!(result, Err(AppError::Placement(PlacementRefusal::ApproverDrafted))), "{result:?}");
        let result = execute(&town.app, &town.caller, vec![approve(id)]).await;
        assert!(matches!(result, Err(AppError::Placement(PlacementRefusal::NobodyDecides))), "{result:?}");
        execute(&town.app, &principal(), vec![approve(id)]).await.unwrap();
        // Ready it is only with the packet, which the agreement knows.
        let result = execute(&town.app, &officer(), vec![confirm_readiness(id)]).await;
        let Err(AppError::Placement(PlacementRefusal::PacketIncomplete(missing))) = result else { panic!() };
        assert_eq!(missing, packet(InternshipKind::Post));
    }
}

#[tokio::test]
async fn a_signature_for_another_document_is_recorded_nowhere() {
    for database in Database::both().await {
        let (town, host, students) = class(&database, 1).await;
        let id = PlacementId(town.app.new_id());
        let mut orders = vec![draft(id, students[0], host)];
        orders.extend(signed_packet(id).into_iter().take(2));
        execute(&town.app, &officer(), orders).await.unwrap();
        let (seen, sent) = (FileHash::new([99; 32]), FileHash::new([0; 32]));
        let signature = Signature {
            paper: DocumentRef { kind: DocumentKind::Agreement, version: 1 },
            party: SigningParty::Student,
            manner: SigningManner::Paper { scan: None },
            document: seen,
        };
        let command = AgreementCommand::Sign { signature, effective_on: TODAY };
        let result = execute(&town.app, &officer(), vec![Order::Agreement { placement: id, command }]).await;
        let Err(AppError::Agreement(refusal)) = result else { panic!("{result:?}") };
        assert_eq!(refusal, AgreementRefusal::OtherDocument { seen, sent });
        let (agreement, version) = town.app.load::<Agreement>(id.0).await.unwrap();
        assert_eq!(version, 2);
        let round = agreement.versions().all()[0].round.as_ref().unwrap();
        assert_eq!(round.signatures().count(), 0);
    }
}

#[tokio::test]
async fn a_school_reaches_no_placement_host_or_exemption_of_another() {
    for database in Database::both().await {
        let (town, employer, students) = class(&database, 1).await;
        town.add_school(THEIRS).await;
        let (id, theirs) = (PlacementId(town.app.new_id()), staff(4, Role::Officer, THEIRS));
        execute(&town.app, &officer(), vec![draft(id, students[0], employer)]).await.unwrap();
        let host = HostId(town.app.new_id());
        let of = |host, code, command| Order::Host { host, school: school(code), command };
        execute(&town.app, &officer(), vec![of(host, OURS, propose(employer))]).await.unwrap();
        let before = town.app.log().head().await.unwrap().position();
        let contacts = HostCommand::RecordContacts { contacts: SealedRevision(1), effective_on: TODAY };
        let request = ExemptionCommand::Request {
            ground: ExemptionGround::Health,
            evidence: None,
            note: None,
            effective_on: TODAY,
        };
        let recall = AgreementCommand::Void {
            version: 1,
            reason: gradtrail::domain::agreement::codes::RecallReason::Other,
            note: None,
            effective_on: TODAY,
        };
        for order in [
            submit(id),
            draft(PlacementId(town.app.new_id()), students[0], employer),
            Order::Agreement { placement: id, command: recall },
            Order::Exemption { student: students[0], command: request },
            // Neither under our school's name nor under their own.
            of(host, OURS, contacts.clone()),
            of(host, THEIRS, contacts),
            of(HostId(town.app.new_id()), OURS, propose(employer)),
        ] {
            let result = execute(&town.app, &theirs, vec![order]).await;
            assert!(matches!(result, Err(AppError::NotFound)), "{result:?}");
        }
        assert_eq!(town.app.log().head().await.unwrap().position(), before);
        let visible = ask::events(&town.app, &theirs, 0, 10_000).await.unwrap();
        assert!(visible.iter().all(|event| event.stream_type == "school" || event.stream_type == "employer"));
        // At the same employer, each has its own host.
        execute(&town.app, &theirs, vec![of(HostId(town.app.new_id()), THEIRS, propose(employer))]).await.unwrap();
        assert_eq!(town.app.host_stream(&school(OURS), employer).await.unwrap(), Some(host));
    }
}

#[tokio::test]
async fn a_class_teacher_sees_the_placements_of_the_class_only() {
    for database in Database::both().await {
        let (town, host, students) = class(&database, 1).await;
        let other = town.student(OURS, "2班", "学生", &document(50), None).await.id;
        let (ours, theirs) = (PlacementId(town.app.new_id()), PlacementId(town.app.new_id()));
        let orders = vec![draft(ours, students[0], host), draft(theirs, other, host)];
        execute(&town.app, &officer(), orders).await.unwrap();
        let scope = Scope::Class { school: school(OURS), class: ClassName::parse("1班").unwrap() };
        let member = Staff { id: StaffId(Uuid::from_u128(5)), role: Role::ClassTeacher, scope };
        let teacher = Caller::operator_for(member, "test");
        assert_eq!(ask::history(&town.app, &teacher, ours.0).await.unwrap().len(), 1);
        let hidden = ask::history(&town.app, &teacher, theirs.0).await;
        assert!(matches!(hidden, Err(Failure::Input(InputRefusal::NoSuchId(_)))), "{hidden:?}");
        let result = execute(&town.app, &teacher, vec![submit(theirs)]).await;
        assert!(matches!(result, Err(AppError::NotFound)), "{result:?}");
    }
}

#[tokio::test]
async fn who_recorded_an_application_for_exemption_does_not_grant_it() {
    for database in Database::both().await {
        let (town, _, students) = class(&database, 1).await;
        let order = |command| vec![Order::Exemption { student: students[0], command }];
        let request = ExemptionCommand::Request {
            ground: ExemptionGround::Enlisted,
            evidence: None,
            note: None,
            effective_on: TODAY,
        };
        let grant = ExemptionCommand::Grant { effective_on: TODAY };
        execute(&town.app, &officer(), order(request)).await.unwrap();
        let result = execute(&town.app, &officer(), order(grant.clone())).await;
        assert!(matches!(result, Err(AppError::Exemption(ExemptionRefusal::DeciderRequested))), "{result:?}");
        execute(&town.app, &principal(), order(grant)).await.unwrap();
    }
}

#[tokio::test]
async fn with_a_person_the_sealed_rows_of_the_persons_placements_go() {
    for database in Database::both().await {
        let (town, host, students) = class(&database, 1).await;
        let id = PlacementId(town.app.new_id());
        let mut request = Request::new("placed", "placed", vec![draft(id, students[0], host)]);
        let described = Sealed::Name { name: "某路 1 号".into() };
        request.rows.push(town.app.people().seal(id.0, 1, &described).unwrap());
        town.app.execute(&officer(), request).await.unwrap();
        assert_eq!(town.app.unsealed(&[id.0]).await.unwrap().len(), 1);
        erase(&town.app, &town.caller, students[0], ErasureReason::Request).await.unwrap();
        assert!(town.app.unsealed(&[id.0]).await.unwrap().is_empty());
        let guard = town.app.log().guard(&placement_guard(students[0])).await.unwrap().unwrap();
        assert_eq!((guard.version, guard.stream), (1, id.0.to_string()), "{}", guards::PLACEMENT);
        // Nothing is sealed of the person again, neither beside an order nor alone.
        let (reason, note) = (EndReason::LeftSchool, None);
        let cancel = placement(id, PlacementCommand::Cancel { reason, note, effective_on: TODAY });
        let noted = Request::new("noted", "noted", vec![cancel.clone()]);
        let mut printed = Request::new("printed", "printed", vec![]);
        printed.sealed_of.push(students[0]);
        for mut request in [noted, printed] {
            request.rows.push(town.app.people().seal(id.0, 2, &described).unwrap());
            let result = town.app.execute(&officer(), request).await;
            assert_eq!(result.unwrap_err().code(), "person.erased");
        }
        execute(&town.app, &officer(), vec![cancel]).await.unwrap();
        assert!(town.app.unsealed(&[id.0]).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_command_sent_again_has_its_first_answer_although_there_is_nothing_left_to_do() {
    for database in Database::both().await {
        let (town, _, students) = class(&database, 1).await;
        let order = stand(&town.app, students[0], Standing::OnLeave, TODAY).await;
        let request = |asked: &str| Request::new("leave", asked, vec![order.clone()]);
        let done = town.app.execute(&town.caller, request("leave")).await.unwrap();
        let Done::Recorded(receipt) = done else { panic!("{done:?}") };
        let again = town.app.execute(&town.caller, request("leave")).await.unwrap();
        assert_eq!(again, Done::Recorded(Receipt { repeated: true, ..receipt }));
        let other = town.app.execute(&town.caller, request("another")).await;
        assert!(matches!(other, Err(AppError::Append(AppendError::KeyReused))), "{other:?}");
        assert_eq!(town.execute(vec![order]).await.unwrap(), Done::Unchanged);
    }
}
