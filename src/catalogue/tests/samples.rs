//! One refusal of each code. The codes are written out: clients rely on them.

mod files;
mod inputs;
mod operation;
mod surveys;

use jiff::civil::{Date, date};
use uuid::Uuid;

use crate::accounts::Actor;
use crate::accounts::password::PasswordRefusal;
use crate::app::AppError;
use crate::app::actions::Action;
use crate::app::bulk::{Refused, Subject};
use crate::app::failure::Failure;
use crate::app::gate::{Denied, GateRefusal};
use crate::app::seen::VersionRefusal;
use crate::app::sign_in::SignInRefusal;
use crate::app::token::TokenRefusal;
use crate::domain::account::codes::{DisablingReason, Role};
use crate::domain::account::{AccountRefusal, DeputyRefusal, Deputyship};
use crate::domain::agreement::AgreementRefusal;
use crate::domain::agreement::codes::{SigningParty, VersionState};
use crate::domain::agreement::signing::DocumentRef;
use crate::domain::agreement::terms::{AgreementHead, Implausible};
use crate::domain::employer::EmployerRefusal;
use crate::domain::evidence::EvidenceLevel;
use crate::domain::evidence::ReviewState;
use crate::domain::exemption::{ExemptionRefusal, ExemptionStage};
use crate::domain::host::HostRefusal;
use crate::domain::host::codes::{HostStage, VisitHead};
use crate::domain::identity::{IdentityFault, IdentityKind};
use crate::domain::ids::{
    CitizenIdFault, ClassName, EmployerId, FileHash, HostId, InvalidName, OccupationCode, SchoolCode, StaffId,
};
use crate::domain::import::ImportRefusal;
use crate::domain::log::{LogRefusal, LostRange};
use crate::domain::placement::PlacementRefusal;
use crate::domain::placement::arrangement::{ArrangementField, Period};
use crate::domain::placement::codes::{AmendmentKind, DocumentKind};
use crate::domain::placement::stay::PlacementStage;
use crate::domain::school::SchoolRefusal;
use crate::domain::season::SeasonRefusal;
use crate::domain::statements::refusal::StatementRefusal;
use crate::domain::student::StudentRefusal;
use crate::domain::terms::Standing;
use crate::domain::year_end::YearEndRefusal;
use crate::event_log::EngineError;
use crate::event_log::fault::{DatabaseFault, MachineFault};
use crate::event_log::request::AppendError;
use crate::people::{SealError, UnsealError};
use crate::refusal::Refusal;

type Sample = (&'static str, Box<dyn Refusal>);

const MAY: Date = date(2026, 5, 20);
const FIRST: Date = date(2026, 6, 1);
const LAST: Date = date(2026, 11, 30);
const PERIOD: Period = Period { first_day: FIRST, last_day: LAST };
const UNIT: EmployerId = EmployerId(Uuid::from_u128(1));

fn of(code: &'static str, refusal: impl Refusal + 'static) -> Sample {
    (code, Box::new(refusal))
}

fn disk() -> DatabaseFault {
    DatabaseFault { machine: Some(MachineFault::Disk), log: None, cause: "disk I/O error".into() }
}

fn school() -> SchoolCode {
    SchoolCode::parse("33070001").unwrap()
}

fn class() -> ClassName {
    ClassName::parse("高三汽修2班").unwrap()
}

pub fn all() -> Vec<Sample> {
    let groups = [
        placement(),
        agreement(),
        host(),
        exemption(),
        statement(),
        employer(),
        season(),
        year_end(),
        surveys::campaigns(),
        surveys::answers(),
        school_and_student(),
        import_and_log(),
        names(),
        account(),
        sign_in(),
        app(),
        gate(),
        inputs::commands(),
        inputs::words(),
        files::rows(),
        files::documents(),
        operation::operation(),
    ];
    groups.into_iter().flatten().collect()
}

fn placement() -> Vec<Sample> {
    let (version, latest) = (1, 2);
    vec![
        of("placement.not_drafted", PlacementRefusal::NotDrafted),
        of("placement.already_drafted", PlacementRefusal::AlreadyDrafted),
        of("placement.other_student", PlacementRefusal::OtherStudent),
        of("placement.not_registered", PlacementRefusal::NotRegistered),
        of(
            "placement.not_enrolled",
            PlacementRefusal::NotEnrolled { standing: Standing::Withdrawn, since: FIRST, until: None, period: PERIOD },
        ),
        of("placement.host_unknown", PlacementRefusal::HostUnknown),
        of("placement.host_closed", PlacementRefusal::HostClosed { since: FIRST }),
        of("placement.host_merged", PlacementRefusal::HostMerged { into: UNIT }),
        of("placement.ends_before_start", PlacementRefusal::EndsBeforeStart { first_day: LAST, last_day: FIRST }),
        of("placement.orientation_self_found", PlacementRefusal::OrientationSelfFound),
        of("placement.overlaps", PlacementRefusal::Overlaps { period: PERIOD, taken: PERIOD }),
        of(
            "placement.fields_missing",
            PlacementRefusal::FieldsMissing(vec![ArrangementField::Site, ArrangementField::Pay]),
        ),
        of(
            "placement.wrong_stage",
            PlacementRefusal::WrongStage {
                now: PlacementStage::Draft,
                allowed: &[PlacementStage::Arrived, PlacementStage::Suspended],
            },
        ),
        of("placement.approver_drafted", PlacementRefusal::ApproverDrafted),
        of("placement.blocked", PlacementRefusal::Blocked),
        of("placement.begun_already", PlacementRefusal::BegunAlready { first_day: FIRST, today: LAST }),
        of("placement.not_evaluated", PlacementRefusal::NotEvaluated),
        of("placement.packet_incomplete", PlacementRefusal::PacketIncomplete(vec![DocumentKind::Agreement])),
        of("placement.outside_period", PlacementRefusal::OutsidePeriod { day: MAY, period: PERIOD }),
        of("placement.not_yet", PlacementRefusal::NotYet { day: FIRST, today: MAY }),
        of("placement.before_pause", PlacementRefusal::BeforePause { day: MAY, since: FIRST }),
        of("placement.cancelled_too_late", PlacementRefusal::CancelledTooLate { first_day: FIRST }),
        of("placement.nobody_decides", PlacementRefusal::NobodyDecides),
        of("placement.nothing_to_undo", PlacementRefusal::NothingToUndo { version }),
        of("placement.later_stands", PlacementRefusal::LaterStands { version, latest }),
    ]
}

fn agreement() -> Vec<Sample> {
    let paper = DocumentRef { kind: DocumentKind::Agreement, version: 2 };
    let (seen, sent) = (FileHash::new([2; 32]), FileHash::new([1; 32]));
    let (version, latest) = (1, 2);
    vec![
        of("agreement.not_placed", AgreementRefusal::NotPlaced),
        of("agreement.no_such_paper", AgreementRefusal::NoSuchPaper(paper)),
        of(
            "agreement.wrong_state",
            AgreementRefusal::WrongState { paper, now: VersionState::Drafted, allowed: &[VersionState::InForce] },
        ),
        of("agreement.out_already", AgreementRefusal::OutAlready { paper, now: VersionState::OutForSignature }),
        of("agreement.in_force_already", AgreementRefusal::InForceAlready { version: 1 }),
        of("agreement.ended", AgreementRefusal::Ended),
        of("agreement.not_in_force", AgreementRefusal::NotInForce),
        of("agreement.amendment_open", AgreementRefusal::AmendmentOpen { version: 2 }),
        of("agreement.nothing_amended", AgreementRefusal::NothingAmended),
        of("agreement.kind_follows_from_terms", AgreementRefusal::KindFollowsFromTerms(AmendmentKind::Host)),
        of(
            "agreement.heads_missing",
            AgreementRefusal::HeadsMissing(vec![AgreementHead::Pay, AgreementHead::Liability]),
        ),
        of("agreement.implausible", AgreementRefusal::Implausible(Implausible::DayHours(25))),
        of("agreement.differs_from_placement", AgreementRefusal::DiffersFromPlacement(vec![AmendmentKind::Pay])),
        of("agreement.nobody_signs", AgreementRefusal::NobodySigns(DocumentKind::LetterToParents)),
        of("agreement.same_document", AgreementRefusal::SameDocument(paper)),
        of("agreement.other_version", AgreementRefusal::OtherVersion { signed: 1, current: 2 }),
        of("agreement.other_document", AgreementRefusal::OtherDocument { seen, sent }),
        of(
            "agreement.not_a_party",
            AgreementRefusal::NotAParty {
                given: SigningParty::Authority,
                parties: vec![SigningParty::School, SigningParty::Host],
            },
        ),
        of("agreement.signed_already", AgreementRefusal::SignedAlready { party: SigningParty::Host, on: MAY }),
        of("agreement.not_signed", AgreementRefusal::NotSigned(SigningParty::Student)),
        of("agreement.nothing_to_scan", AgreementRefusal::NothingToScan(SigningParty::Guardian)),
        of("agreement.signed_before_sent", AgreementRefusal::SignedBeforeSent { sent_on: FIRST, signed_on: MAY }),
        of("agreement.not_yet_signed", AgreementRefusal::NotYetSigned { signed_on: FIRST, today: MAY }),
        of("agreement.nothing_to_undo", AgreementRefusal::NothingToUndo { version }),
        of("agreement.later_stands", AgreementRefusal::LaterStands { version, latest }),
    ]
}

fn host() -> Vec<Sample> {
    let (now, allowed) = (HostStage::Proposed, &[HostStage::Accepted, HostStage::Published]);
    let (version, latest) = (1, 2);
    vec![
        of("host.not_proposed", HostRefusal::NotProposed),
        of("host.already_proposed", HostRefusal::AlreadyProposed(now)),
        of("host.other_host", HostRefusal::OtherHost),
        of("host.listed_already", HostRefusal::ListedAlready(HostId(Uuid::from_u128(3)))),
        of("host.employer_unknown", HostRefusal::EmployerUnknown),
        of("host.employer_closed", HostRefusal::EmployerClosed { since: MAY }),
        of("host.employer_merged", HostRefusal::EmployerMerged { into: UNIT }),
        of("host.wrong_stage", HostRefusal::WrongStage { now, allowed }),
        of("host.heads_missing", HostRefusal::HeadsMissing(vec![VisitHead::Integrity])),
        of("host.not_visited", HostRefusal::NotVisited),
        of("host.heads_not_met", HostRefusal::HeadsNotMet(vec![VisitHead::Safety])),
        of("host.decider_proposed", HostRefusal::DeciderProposed),
        of(
            "host.framework_ends_before_start",
            HostRefusal::FrameworkEndsBeforeStart { first_day: LAST, last_day: FIRST },
        ),
        of("host.nobody_decides", HostRefusal::NobodyDecides),
        of("host.nothing_to_undo", HostRefusal::NothingToUndo { version }),
        of("host.later_stands", HostRefusal::LaterStands { version, latest }),
    ]
}

fn exemption() -> Vec<Sample> {
    let (version, latest) = (1, 2);
    vec![
        of("exemption.not_requested", ExemptionRefusal::NotRequested),
        of("exemption.already_requested", ExemptionRefusal::AlreadyRequested(ExemptionStage::Granted)),
        of("exemption.has_left", ExemptionRefusal::HasLeft(Standing::Graduated)),
        of("exemption.not_registered", ExemptionRefusal::NotRegistered),
        of("exemption.wrong_stage", ExemptionRefusal::WrongStage(ExemptionStage::Refused)),
        of("exemption.decider_requested", ExemptionRefusal::DeciderRequested),
        of("exemption.nobody_decides", ExemptionRefusal::NobodyDecides),
        of("exemption.nothing_to_undo", ExemptionRefusal::NothingToUndo { version }),
        of("exemption.later_stands", ExemptionRefusal::LaterStands { version, latest }),
    ]
}

fn statement() -> Vec<Sample> {
    use StatementRefusal as Refused;
    let (admitted_on, registered_on, last_day) = (FIRST, LAST, LAST);
    vec![
        of("statement.not_graduated", Refused::NotGraduated),
        of("statement.starts_too_late", Refused::StartsTooLate { starts_on: LAST, latest: FIRST }),
        of("statement.ends_before_start", Refused::EndsBeforeStart { starts_on: LAST, last_day: FIRST }),
        of("statement.registered_before_admission", Refused::RegisteredBeforeAdmission { admitted_on, registered_on }),
        of("statement.left_before_registration", Refused::LeftBeforeRegistration { registered_on, last_day }),
        of("statement.left_without_registration", Refused::LeftWithoutRegistration { last_day }),
        of("statement.incomplete", Refused::Incomplete),
        of("statement.rows_contradict", Refused::RowsContradict { on: FIRST }),
        of("statement.leaves_unsaid", Refused::LeavesUnsaid { on: FIRST, known: 2 }),
        of("statement.leaves_open_which", Refused::LeavesOpenWhich),
        of("statement.nothing_to_restore", Refused::NothingToRestore),
        of("statement.nothing_to_move", Refused::NothingToMove { from: FIRST }),
        of("statement.no_such_statement", Refused::NoSuchStatement),
        of("statement.wrong_state", Refused::WrongState(ReviewState::UnderReview)),
        of("statement.reviewer_stated", Refused::ReviewerStated),
        of("statement.nobody_decides", Refused::NobodyDecides),
        of("statement.evidence_missing", Refused::EvidenceMissing(EvidenceLevel::L2)),
        of("statement.no_conflict", Refused::NoConflict),
        of("statement.nothing_to_undo", Refused::NothingToUndo),
    ]
}

fn employer() -> Vec<Sample> {
    let occupation = OccupationCode::parse("4-07-03").unwrap();
    vec![
        of("employer.already_registered", EmployerRefusal::AlreadyRegistered),
        of("employer.not_registered", EmployerRefusal::NotRegistered),
        of("employer.has_code", EmployerRefusal::HasCode),
        of("employer.nobody_there", EmployerRefusal::NobodyThere),
        of("employer.posts_exceed_total", EmployerRefusal::PostsExceedTotal { posts_count: 11, total_count: 10 }),
        of("employer.post_twice", EmployerRefusal::PostTwice(occupation)),
        of("employer.with_itself", EmployerRefusal::WithItself),
        of("employer.target_unknown", EmployerRefusal::TargetUnknown),
        of("employer.target_merged", EmployerRefusal::TargetMerged { into: UNIT }),
        of("employer.target_closed", EmployerRefusal::TargetClosed { since: MAY }),
        of("employer.merged_away", EmployerRefusal::MergedAway { into: UNIT }),
        of("employer.registration_stays", EmployerRefusal::RegistrationStays),
        of("employer.nothing_to_undo", EmployerRefusal::NothingToUndo { version: 1 }),
    ]
}

fn season() -> Vec<Sample> {
    vec![
        of("season.no_classes", SeasonRefusal::NoClasses),
        of("season.class_twice", SeasonRefusal::ClassTwice(class())),
        of("season.class_unknown", SeasonRefusal::ClassUnknown(vec![class(), class()])),
        of("season.ends_before_start", SeasonRefusal::EndsBeforeStart { first_day: LAST, last_day: FIRST }),
        of("season.over", SeasonRefusal::Over { last_day: FIRST, effective_on: LAST }),
        of("season.after_graduation", SeasonRefusal::AfterGraduation { last_day: LAST, year: 2025 }),
        of("season.other_season", SeasonRefusal::OtherSeason { school: school(), year: 2026 }),
        of("season.planned_elsewhere", SeasonRefusal::PlannedElsewhere { school: school(), year: 2026 }),
        of("season.not_planned", SeasonRefusal::NotPlanned),
        of("season.nothing_to_undo", SeasonRefusal::NothingToUndo { version: 1 }),
    ]
}

fn year_end() -> Vec<Sample> {
    let figure = "employment_rate".to_owned();
    vec![
        of("publication.no_such_figure", YearEndRefusal::NoSuchFigure("shoe_size".to_owned())),
        of("publication.persons", YearEndRefusal::Persons { numerator: 9, denominator: 8 }),
        of("publication.title", YearEndRefusal::Title { least: 4, most: 120 }),
        of("publication.title_numbers_person", YearEndRefusal::TitleNumbersPerson),
        of("publication.before_graduation", YearEndRefusal::BeforeGraduation { published_on: MAY, year: 2027 }),
        of("publication.published_ahead", YearEndRefusal::PublishedAhead { published_on: LAST, today: FIRST }),
        of("publication.withdrawn_ahead", YearEndRefusal::WithdrawnAhead { on: LAST, today: FIRST }),
        of("publication.other_year", YearEndRefusal::OtherYear { year: 2019 }),
        of("publication.recorded_elsewhere", YearEndRefusal::RecordedElsewhere { year: 2019 }),
        of("publication.not_published", YearEndRefusal::NotPublished { figure }),
        of("publication.withdrawn_before", YearEndRefusal::WithdrawnBefore { published_on: LAST, on: FIRST }),
        of("publication.nothing_to_undo", YearEndRefusal::NothingToUndo { version: 1 }),
    ]
}

fn school_and_student() -> Vec<Sample> {
    let (registered, given) = (school(), SchoolCode::parse("33070002").unwrap());
    let (standing, since) = (Standing::OnLeave, FIRST);
    vec![
        of("school.name", SchoolRefusal::Name),
        of("school.other_code", SchoolRefusal::OtherCode { registered: registered.clone(), given: given.clone() }),
        of("school.not_registered", SchoolRefusal::NotRegistered),
        of("school.nothing_to_undo", SchoolRefusal::NothingToUndo { version: 1 }),
        of("student.not_registered", StudentRefusal::NotRegistered),
        of("student.already_registered", StudentRefusal::AlreadyRegistered),
        of("student.other_school", StudentRefusal::OtherSchool { registered, given }),
        of(
            "student.already_left",
            StudentRefusal::AlreadyLeft { standing: Standing::Graduated, since, given: Standing::Withdrawn },
        ),
        of("student.standing_without_day", StudentRefusal::StandingWithoutDay { standing, given: Standing::Enrolled }),
        of("student.before_standing", StudentRefusal::BeforeStanding { standing, since, given: MAY }),
        of("student.standing_ahead", StudentRefusal::StandingAhead { given: standing, on: MAY, today: MAY }),
        of("student.still_placed", StudentRefusal::StillPlaced { period: PERIOD, given: Standing::Withdrawn }),
        of("student.nothing_to_undo", StudentRefusal::NothingToUndo),
        of("student.erased", StudentRefusal::Erased),
        of("student.records_stand", StudentRefusal::RecordsStand),
    ]
}

fn import_and_log() -> Vec<Sample> {
    vec![
        of("import.no_such_batch", ImportRefusal::NoSuchBatch),
        of("import.already_undone", ImportRefusal::AlreadyUndone),
        of("import.already_started", ImportRefusal::AlreadyStarted),
        of("import.already_applied", ImportRefusal::AlreadyApplied),
        of("log.empty_range", LogRefusal::EmptyRange(LostRange { from: 9, to: 5 })),
    ]
}

fn names() -> Vec<Sample> {
    let given = || "x".to_owned();
    vec![
        of("name.school_code", InvalidName::SchoolCode(given())),
        of("name.specialty_code", InvalidName::SpecialtyCode(given())),
        of("name.class_name", InvalidName::ClassName),
        of("name.occupation", InvalidName::Occupation(given())),
        of("name.credit_code", InvalidName::CreditCode),
        of("name.file_hash", InvalidName::FileHash),
        of("citizen_id.shape", CitizenIdFault::Shape),
        of("citizen_id.birth_date", CitizenIdFault::BirthDate),
        of("citizen_id.check_digit", CitizenIdFault::CheckDigit),
        of("identity.shape", IdentityFault::Shape { kind: IdentityKind::Passport }),
    ]
}

/// What the app says itself, and what it passes on of the log and the people store.
fn app() -> Vec<Sample> {
    let subject = Uuid::from_u128(1);
    let unseal = |error| AppError::Unseal(error);
    vec![
        of("request.not_found", AppError::NotFound),
        of("person.erased", AppError::Erased),
        of("database.unreadable", AppError::Read(EngineError::Sql(sqlx::Error::RowNotFound))),
        of("event.corrupt", AppError::Corrupt("foreign event".into())),
        of("version.moved", AppError::Version(VersionRefusal::Moved { seen: 3, version: 4 })),
        of("version.several", AppError::Version(VersionRefusal::Several)),
        of("append.busy", AppError::Append(AppendError::Busy)),
        of("append.stale", AppError::Append(AppendError::Stale)),
        of("append.key_reused", AppError::Append(AppendError::KeyReused)),
        of("append.upgrade", AppError::Append(AppendError::Upgrade("student_register".into()))),
        of("append.database", AppError::Append(AppendError::Database(disk()))),
        of("append.unreachable", AppError::Append(AppendError::Unreachable)),
        of("append.unknown", AppError::Append(AppendError::Unknown)),
        of("append.stopped", AppError::Append(AppendError::Stopped)),
        of("sealed.broken", unseal(UnsealError::Broken { subject, revision: 1 })),
        of("sealed.broken_file", unseal(UnsealError::BrokenFile { subject, hash: FileHash::new([1; 32]) })),
        of("sealed.algorithm", unseal(UnsealError::Algorithm(9))),
        of("sealed.not_written", AppError::Seal(SealError("aead".into()))),
    ]
}

/// What the gate says, and what is said of several persons or of none.
fn gate() -> Vec<Sample> {
    let whom = Subject::Unit("x".to_owned());
    let refused = Refused { whom, why: Box::new(Failure::from(AppError::NotFound)) };
    let unwritable = <serde_json::Error as serde::ser::Error>::custom("x");
    vec![
        of("gate.reads_only", GateRefusal::ReadsOnly),
        of("gate.confirm_first", GateRefusal::ConfirmFirst),
        of("gate.in_the_name_of_staff", GateRefusal::InTheNameOfStaff),
        of("gate.not_deputy", GateRefusal::NotDeputy),
        of("gate.in_place_of", GateRefusal::InPlaceOf),
        of("request.denied", Denied { actor: Actor::Mentor, action: Action::SchoolAdd }),
        of("request.refused", Failure::Refused(vec![refused])),
        of("request.not_writable", Failure::Serialize(unwritable)),
    ]
}

fn account() -> Vec<Sample> {
    vec![
        of("deputy.oneself", DeputyRefusal::Oneself),
        of("deputy.elsewhere", DeputyRefusal::Elsewhere),
        of("deputy.audits", DeputyRefusal::Audits),
        of("deputy.factor", DeputyRefusal::Factor(Role::Principal)),
        of("deputy.period", DeputyRefusal::Period { first_day: MAY, last_day: FIRST }),
        of(
            "deputy.overlap",
            DeputyRefusal::Overlap(Deputyship { deputy: StaffId(Uuid::from_u128(5)), first_day: FIRST, last_day: MAY }),
        ),
        of("deputy.past", DeputyRefusal::Past { today: MAY, effective_on: FIRST }),
        of("deputy.nobody", DeputyRefusal::Nobody { effective_on: MAY }),
        of("account.school_missing", AccountRefusal::SchoolMissing(Role::Officer)),
        of("account.class_missing", AccountRefusal::ClassMissing),
        of("account.school_surplus", AccountRefusal::SchoolSurplus(Role::Bureau)),
        of("account.class_surplus", AccountRefusal::ClassSurplus(Role::Officer)),
        of("account.opened", AccountRefusal::Opened),
        of("account.not_opened", AccountRefusal::NotOpened),
        of("account.before_opening", AccountRefusal::BeforeOpening { opened_on: FIRST, effective_on: MAY }),
        of("account.disabled", AccountRefusal::Disabled { since: MAY, reason: DisablingReason::Left }),
        of("account.opening_stands", AccountRefusal::OpeningStands),
        of("account.nothing_to_undo", AccountRefusal::NothingToUndo { version: 1 }),
        of("account.token_expiry", AccountRefusal::TokenExpiry { effective_on: FIRST, expires_on: MAY }),
        of("account.no_such_token", AccountRefusal::NoSuchToken),
        of("account.token_of_another", TokenRefusal::TokenOfAnother),
        of("account.token_label", TokenRefusal::TokenLabel),
        of("account.token_by_token", TokenRefusal::TokenByToken),
        of("account.several_tokens", TokenRefusal::SeveralTokens("01234567".to_owned())),
        of("account.no_such_session", TokenRefusal::NoSuchSession),
        of("account.several_sessions", TokenRefusal::SeveralSessions("01234567".to_owned())),
        of("account.demonstration_by_staff", TokenRefusal::DemonstrationByStaff),
        of("account.invitation_expiry", AccountRefusal::InvitationExpiry { effective_on: FIRST, expires_on: MAY }),
        of("account.invitation_invalid", AccountRefusal::InvitationInvalid),
        of("account.second_factor_required", AccountRefusal::SecondFactorRequired(Role::Officer)),
        of("account.waiver_of_role", AccountRefusal::WaiverOfRole(Role::Officer)),
        of("account.not_set_up", AccountRefusal::NotSetUp),
        of("account.code_used", AccountRefusal::CodeUsed),
    ]
}

fn sign_in() -> Vec<Sample> {
    vec![
        of("sign_in.token_invalid", SignInRefusal::TokenInvalid),
        of("sign_in.wrong", SignInRefusal::Wrong),
        of("sign_in.no_session", SignInRefusal::NoSession),
        of("sign_in.wait", SignInRefusal::Wait { seconds: 30 }),
        of("sign_in.hashing_busy", SignInRefusal::HashingBusy),
        of("sign_in.login", SignInRefusal::Login),
        of("sign_in.login_taken", SignInRefusal::LoginTaken),
        of("sign_in.code_wrong", SignInRefusal::CodeWrong),
        of("sign_in.set_up_invalid", SignInRefusal::SetUpInvalid),
        of("password.short", PasswordRefusal::Short),
        of("password.long", PasswordRefusal::Long),
        of("password.guessable", PasswordRefusal::Guessable),
        of("password.unhashed", PasswordRefusal::Unhashed("x".to_owned())),
    ]
}
