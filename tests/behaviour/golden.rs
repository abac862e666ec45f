//! Promise: what is stored stays readable. Every kind and version of event has a golden file that is read, and for the
//! current version written, byte for byte. A released file is never edited.

mod graduates;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gradtrail::domain::account::codes::{
    DisablingReason, EmergencyReason, LookingPurpose, Role, RoleReason, WaiverReason,
};
use gradtrail::domain::account::{AccountEvent, Proof};
use gradtrail::domain::agreement::codes::{
    BehalfAuthority, BehalfReason, InsuranceBuyer, InsuranceKind, PayMethod, Provision, RecallReason, RefuseReason,
    SigningParty,
};
use gradtrail::domain::agreement::signing::{DocumentRef, SigningManner};
use gradtrail::domain::agreement::terms::{AgreementParticulars, AgreementTerms, Clause, Conditions, Insured, Payment};
use gradtrail::domain::agreement::{AgreementEvent, PaperSignature, SignedDocument};
use gradtrail::domain::employer::codes::{ApartReason, EmployerSize, Ownership};
use gradtrail::domain::employer::{CreditCodeCheck, EmployerEvent, EmployerProfile, PostStaff, StaffCount};
use gradtrail::domain::exemption::{ExemptionEvent, ExemptionGround, ExemptionRefusalReason};
use gradtrail::domain::further_study::FurtherStudyEvent;
use gradtrail::domain::host::HostEvent;
use gradtrail::domain::host::codes::{Finding, HostReason, VisitHead};
use gradtrail::domain::ids::{
    ClassName, EmployerId, FileHash, OccupationCode, PlacementId, SealedRevision, SecretDigest, SessionId, StaffId,
    StudentId, TokenId,
};
use gradtrail::domain::import::{Confirmed, ConfirmedRows, ImportEvent, RowCounts, Spokesman};
use gradtrail::domain::log::{LogEvent, LostRange};
use gradtrail::domain::outcome::OutcomeEvent;
use gradtrail::domain::placement::PlacementEvent;
use gradtrail::domain::placement::arrangement::{AgreedArrangement, Arrangement, Mentors, Pay, PayUnit, Period, Site};
use gradtrail::domain::placement::codes::{
    AmendmentKind, ChangeReason, ComplianceVerdict, DocumentKind, EndReason, HostSource, Initiator, InternshipKind,
    LateReason, Region, ReturnReason, SiteKind,
};
use gradtrail::domain::school::{SchoolEntry, SchoolEvent};
use gradtrail::domain::season::SeasonEvent;
use gradtrail::domain::statements::Source;
use gradtrail::domain::student::StudentEvent;
use gradtrail::domain::terms::{Industry, SchoolCategory, SpecialtyMatch, Term};
use gradtrail::domain::year_end::{PublicationMedium, PublishedFigure, WithdrawalReason, YearEndEvent};
use gradtrail::domain::{Event, StreamType, UndoReason};
use jiff::civil::date;
use serde::Serialize;
use strum::VariantNames;
use uuid::Uuid;

use crate::support::school;
use graduates::{outcomes, student_row, students, studies};

fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n)
}

fn by() -> Option<StaffId> {
    Some(StaffId(id(2)))
}

fn schools() -> Vec<SchoolEvent> {
    let (on, code) = (date(2020, 1, 1), school("33070001"));
    let entry =
        SchoolEntry { code: code.clone(), name: "某某职业学校".into(), category: SchoolCategory::Private };
    vec![
        SchoolEvent::SchoolRegistered { entry: entry.clone(), effective_on: on },
        SchoolEvent::SchoolCorrected { entry: entry.clone(), effective_on: on },
        SchoolEvent::SchoolClosed { effective_on: on },
        SchoolEvent::Undone {
            code,
            stands: Some(entry),
            version: 2,
            reason: UndoReason::WrongSchool,
            effective_on: on,
        },
    ]
}

fn employers() -> Vec<EmployerEvent> {
    let (identity, credit_code, effective_on) = (SealedRevision(1), CreditCodeCheck::Fails, date(2022, 7, 1));
    let profile = EmployerProfile {
        industry: Some(Industry::C),
        size: Some(EmployerSize::Small),
        ownership: Some(Ownership::Private),
    };
    let post = PostStaff { occupation: OccupationCode::parse("6-31-01-01").unwrap(), staff_count: 12 };
    let staff = StaffCount { total_count: 90, posts: vec![post] };
    let (reason, note) = (UndoReason::Duplicate, Some(SealedRevision(2)));
    vec![
        EmployerEvent::EmployerRegistered { identity, credit_code, effective_on },
        EmployerEvent::IdentityCorrected { identity, credit_code, effective_on },
        EmployerEvent::ProfileRecorded { profile, effective_on },
        EmployerEvent::StaffCounted { staff, effective_on },
        EmployerEvent::EmployerMerged { into: EmployerId(id(7)), effective_on },
        EmployerEvent::ToldApart { from: EmployerId(id(8)), reason: ApartReason::Namesake, note, effective_on },
        EmployerEvent::EmployerClosed { effective_on },
        EmployerEvent::Undone { version: 5, reason, note, effective_on },
    ]
}

fn imports() -> Vec<ImportEvent> {
    let effective_on = date(2023, 1, 5);
    let counts = RowCounts { new: 3, changed: 2, unchanged: 1, held: 5, rejected: 4 };
    vec![
        ImportEvent::ImportStarted {
            file_sha256: "00ff".repeat(16),
            kind: "outcomes".into(),
            school: Some(school("33070001")),
            file_name: SealedRevision(1),
            issuer: Some(SealedRevision(2)),
            spoken: Spokesman { source: Source::Institution, said_on: effective_on },
            effective_on,
        },
        ImportEvent::RowsConfirmed {
            rows: vec![Confirmed {
                student: StudentId(id(7)),
                at: 3,
                rows: ConfirmedRows::Roster(vec![student_row()]),
            }],
            effective_on,
        },
        ImportEvent::ImportApplied { counts, effective_on },
        ImportEvent::ImportUndone { reason: UndoReason::Duplicate, effective_on },
    ]
}

fn placements() -> Vec<PlacementEvent> {
    let (on, by, note) = (date(2026, 6, 1), StaffId(id(8)), Some(SealedRevision(4)));
    let site = Site {
        kind: SiteKind::Private,
        region: Region::Province,
        described: SealedRevision(1),
        occupation: OccupationCode::parse("4-07-03").ok(),
    };
    let mentors = Mentors { teacher: Some(by), at_host: Some(SealedRevision(2)) };
    let pay = Pay { yuan: 2_400, per: PayUnit::Month };
    let arrangement = Arrangement {
        kind: InternshipKind::Post,
        source: HostSource::SelfFound,
        host: EmployerId(id(5)),
        period: Period { first_day: on, last_day: date(2026, 11, 30) },
        site: Some(site),
        mentors,
        pay: Some(pay),
        on_specialty: Some(SpecialtyMatch::Near),
        applied_on: Some(date(2026, 5, 6)),
    };
    let (returned, changed, ended) = (ReturnReason::DocumentMissing, ChangeReason::StudentAsked, EndReason::HostClosed);
    vec![
        PlacementEvent::PlacementDrafted {
            student: StudentId(id(1)),
            arrangement,
            follows: Some(PlacementId(id(9))),
            by: Some(by),
            effective_on: on,
        },
        PlacementEvent::PlacementRevised { arrangement, by: Some(by), effective_on: on },
        PlacementEvent::PlacementSubmitted { effective_on: on },
        PlacementEvent::ComplianceEvaluated {
            verdict: ComplianceVerdict::Warned,
            rules: 1,
            by: Some(by),
            effective_on: on,
        },
        PlacementEvent::PlacementReturned { reason: returned, note, by, effective_on: on },
        PlacementEvent::PlacementRejected { reason: returned, note, by, effective_on: on },
        PlacementEvent::PlacementApproved { by, effective_on: on },
        PlacementEvent::LateRegistrationApproved { reason: LateReason::PaperRecords, by, effective_on: on },
        PlacementEvent::ReadinessConfirmed { effective_on: on },
        PlacementEvent::ArrivalConfirmed { effective_on: on },
        PlacementEvent::NoShowRecorded { reason: ended, note, effective_on: on },
        PlacementEvent::HostChanged {
            host: EmployerId(id(6)),
            source: HostSource::Referral,
            site,
            at_host: note,
            reason: changed,
            effective_on: on,
        },
        PlacementEvent::SiteChanged { site, reason: changed, effective_on: on },
        PlacementEvent::MentorChanged { mentors, reason: changed, effective_on: on },
        PlacementEvent::PeriodChanged {
            first_day: Some(date(2026, 7, 6)),
            last_day: date(2026, 12, 31),
            reason: changed,
            effective_on: date(2026, 7, 6),
        },
        PlacementEvent::PayChanged { pay, reason: changed, effective_on: on },
        PlacementEvent::PlacementSuspended { reason: ended, note, effective_on: on },
        PlacementEvent::PlacementResumed { effective_on: on },
        PlacementEvent::TerminatedEarly { initiator: Initiator::Host, reason: ended, note, effective_on: on },
        PlacementEvent::PlacementCancelled { reason: ended, note, effective_on: on },
        PlacementEvent::Undone { version: 3, reason: UndoReason::EntryError, note, effective_on: on },
    ]
}

fn exemptions() -> Vec<ExemptionEvent> {
    let (effective_on, by, note) = (date(2026, 4, 8), StaffId(id(8)), Some(SealedRevision(2)));
    let (evidence, reason) = (Some(FileHash::new([7; 32])), ExemptionRefusalReason::EvidenceMissing);
    let ground = ExemptionGround::Health;
    vec![
        ExemptionEvent::ExemptionRequested { ground, evidence, note, by: Some(by), effective_on },
        ExemptionEvent::ExemptionGranted { by, effective_on },
        ExemptionEvent::ExemptionRefused { reason, note, by, effective_on },
        ExemptionEvent::ExemptionWithdrawn { effective_on },
        ExemptionEvent::Undone { version: 2, reason: UndoReason::EntryError, note, effective_on },
    ]
}

fn agreements() -> Vec<AgreementEvent> {
    let (effective_on, by, note) = (date(2026, 5, 20), Some(StaffId(id(8))), Some(SealedRevision(4)));
    let (document, scan) = (FileHash::new([1; 32]), FileHash::new([9; 32]));
    let (paper, party) = (DocumentRef { kind: DocumentKind::Agreement, version: 2 }, SigningParty::Guardian);
    let conditions =
        Conditions { meals: Provision::Provided, lodging: Provision::Own, day_hours_max: 8, week_days_max: 5 };
    let payment = Payment { method: PayMethod::Transfer, day_of_month: 10 };
    let insured = Insured { kind: InsuranceKind::Liability, buyer: InsuranceBuyer::School };
    let particulars = AgreementParticulars {
        template: Some(FileHash::new([3; 32])),
        other: Some(Clause::Own(SealedRevision(5))),
        ..AgreementParticulars::of_template(conditions, payment, insured)
    };
    let agreed = AgreedArrangement {
        host: EmployerId(id(5)),
        period: Period { first_day: date(2026, 6, 1), last_day: date(2026, 11, 30) },
        site: None,
        mentor: Some(SealedRevision(2)),
        pay: Some(Pay { yuan: 2_400, per: PayUnit::Month }),
    };
    let terms = AgreementTerms { agreed, holds_from: date(2026, 6, 1), particulars };
    let manner = SigningManner::OnBehalf {
        reason: BehalfReason::CannotWrite,
        authority: BehalfAuthority::PowerOfAttorney,
        authorised_by: FileHash::new([8; 32]),
        scan: Some(scan),
    };
    let (kinds, recalled) = (vec![AmendmentKind::Pay], RecallReason::EntryError);
    vec![
        AgreementEvent::AgreementDrafted { version: 1, terms, by, effective_on },
        AgreementEvent::AmendmentDrafted { version: 2, amends: 1, kinds: kinds.clone(), terms, by, effective_on },
        AgreementEvent::TermsRevised { version: 2, kinds, terms, by, effective_on },
        AgreementEvent::SentForSignature { paper, document, parties: vec![SigningParty::School, party], effective_on },
        AgreementEvent::PartyViewed { paper, party, effective_on },
        AgreementEvent::PartySigned { paper, party, manner, document, completes: true, by, effective_on },
        AgreementEvent::PacketSigned {
            documents: vec![SignedDocument {
                paper,
                document,
                sent_to: Some(vec![SigningParty::School, party]),
                signatures: vec![PaperSignature { party, on: effective_on }],
                completes: true,
            }],
            by,
            effective_on,
        },
        AgreementEvent::ScanAttached { paper, party, scan, effective_on },
        AgreementEvent::SignatureRevoked { paper, party, reason: recalled, note, effective_on },
        AgreementEvent::PartyRefused { paper, party, reason: RefuseReason::Pay, note, effective_on },
        AgreementEvent::RecalledForCorrection { paper, reason: recalled, note, effective_on },
        AgreementEvent::AgreementTerminated {
            version: 2,
            initiator: Initiator::Host,
            reason: EndReason::HostClosed,
            note,
            effective_on,
        },
        AgreementEvent::AgreementVoided { version: 2, reason: recalled, note, effective_on },
        AgreementEvent::Undone { version: 3, reason: UndoReason::EntryError, note, effective_on },
    ]
}

fn hosts() -> Vec<HostEvent> {
    let (effective_on, by, note) = (date(2026, 3, 2), StaffId(id(8)), Some(SealedRevision(2)));
    let (document, reason) = (Some(FileHash::new([6; 32])), HostReason::Unsafe);
    let findings = VisitHead::ENTRIES.iter().map(|head| (head.value, Finding::Met)).collect();
    vec![
        HostEvent::HostProposed {
            school: school("33070001"),
            employer: EmployerId(id(5)),
            partner_since: Some(date(2018, 9, 1)),
            by: Some(by),
            effective_on,
        },
        HostEvent::SiteVisitReported { findings, report: document, note, by: Some(by), effective_on },
        HostEvent::HostAccepted { by, effective_on },
        HostEvent::HostRefused { reason, note, by, effective_on },
        HostEvent::HostPublished { effective_on },
        HostEvent::HostSuspended { reason, note, effective_on },
        HostEvent::HostResumed { effective_on },
        HostEvent::FrameworkAgreed { last_day: date(2027, 3, 1), document, effective_on },
        HostEvent::ContactsRecorded { contacts: SealedRevision(1), effective_on },
        HostEvent::Undone { version: 3, reason: UndoReason::EntryError, note, effective_on },
    ]
}

fn seasons() -> Vec<SeasonEvent> {
    let (effective_on, note) = (date(2026, 6, 1), Some(SealedRevision(1)));
    let period = Period { first_day: date(2026, 9, 1), last_day: date(2027, 2, 28) };
    let classes = vec![student_row().class, ClassName::parse("高三数控1班").unwrap()];
    vec![
        SeasonEvent::SeasonPlanned { school: school("33070001"), year: 2027, classes, period, effective_on },
        SeasonEvent::Undone { version: 1, reason: UndoReason::EntryError, note, effective_on },
    ]
}

fn year_ends() -> Vec<YearEndEvent> {
    let (effective_on, note) = (date(2020, 1, 15), Some(SealedRevision(1)));
    let figure = "employment_rate".to_owned();
    let published = PublishedFigure {
        figure: figure.clone(),
        definition_version: Some(1),
        numerator: 1_320,
        denominator: 1_371,
        medium: PublicationMedium::QualityReport,
        title: "2019年质量年度报告第12页".to_owned(),
    };
    let school = Some(school("33070001"));
    vec![
        YearEndEvent::FigurePublished { school, year: 2019, published, effective_on },
        YearEndEvent::FigureWithdrawn { figure, reason: WithdrawalReason::FoundWrong, note, effective_on },
        YearEndEvent::Undone { version: 1, reason: UndoReason::EntryError, note, effective_on },
    ]
}

fn accounts() -> Vec<AccountEvent> {
    let (effective_on, name, note) = (date(2024, 9, 1), SealedRevision(1), Some(SealedRevision(3)));
    let (school, class) = (Some(school("33070001")), Some(student_row().class));
    vec![
        AccountEvent::AccountOpened { name, role: Role::ClassTeacher, school: school.clone(), class, effective_on },
        AccountEvent::RoleChanged {
            role: Role::Officer,
            school,
            class: None,
            reason: Some(RoleReason::Reassigned),
            effective_on,
        },
        AccountEvent::NameCorrected { name: SealedRevision(2), effective_on },
        AccountEvent::AccountDisabled { reason: DisablingReason::Left, effective_on },
        AccountEvent::AccountEnabled { effective_on },
        AccountEvent::PersonsShown {
            purpose: LookingPurpose::ContactStudent,
            question: "missing_list".to_owned(),
            count: 12,
            effective_on,
        },
        AccountEvent::TokenIssued {
            token: TokenId(id(11)),
            digest: SecretDigest::new([11; 32]),
            label: SealedRevision(4),
            reads_only: true,
            expires_on: date(2024, 11, 30),
            effective_on,
        },
        AccountEvent::TokenRevoked { token: TokenId(id(11)), effective_on },
        AccountEvent::Invited { digest: SecretDigest::new([12; 32]), expires_on: date(2024, 9, 8), effective_on },
        AccountEvent::InvitationAccepted {
            credentials: SealedRevision(5),
            proof: Proof::Code { step: 57 },
            effective_on,
        },
        AccountEvent::PasswordChanged { credentials: SealedRevision(6), effective_on },
        AccountEvent::SecondFactorWaived { reason: WaiverReason::NoDevice, effective_on },
        AccountEvent::SignedIn { session: SessionId(id(13)), proof: Proof::Code { step: 57_000_000 }, effective_on },
        AccountEvent::SessionConfirmed {
            session: SessionId(id(13)),
            proof: Proof::Recovery { number: 3 },
            effective_on,
        },
        AccountEvent::SessionsRevoked { session: Some(SessionId(id(13))), effective_on },
        AccountEvent::EmergencyUsed {
            reason: EmergencyReason::StaffUnreachable,
            action: "placement_approve".to_owned(),
            effective_on,
        },
        AccountEvent::DeputyAppointed { deputy: StaffId(id(14)), last_day: date(2024, 9, 15), effective_on },
        AccountEvent::DeputyEnded { effective_on },
        AccountEvent::MailAddressGiven { address: SealedRevision(5), effective_on },
        AccountEvent::MailAddressTaken { effective_on },
        AccountEvent::MailAddressDead { address: SealedRevision(5), status: "5.1.1".to_owned(), effective_on },
        AccountEvent::DigestChosen { wanted: false, effective_on },
        AccountEvent::Undone { version: 2, reason: UndoReason::EntryError, note, effective_on },
    ]
}

/// (stream, kind, event, payload) of one event of every kind.
fn samples() -> Vec<(StreamType, &'static str, Event, String)> {
    fn of<E: Serialize + Clone>(
        kind: StreamType,
        events: Vec<E>,
        wrap: fn(E) -> Event,
    ) -> impl Iterator<Item = (StreamType, &'static str, Event, String)> {
        events.into_iter().map(move |event| {
            let payload = serde_json::to_string(&event).unwrap();
            let event = wrap(event);
            (kind, event.kind(), event, payload)
        })
    }
    let mut samples: Vec<_> = of(StreamType::Student, students(), Event::Student).collect();
    samples.extend(of(StreamType::Outcome, outcomes(), Event::Outcome));
    samples.extend(of(StreamType::FurtherStudy, studies(), Event::FurtherStudy));
    samples.extend(of(StreamType::Exemption, exemptions(), Event::Exemption));
    samples.extend(of(StreamType::Placement, placements(), Event::Placement));
    samples.extend(of(StreamType::Agreement, agreements(), Event::Agreement));
    samples.extend(of(StreamType::School, schools(), Event::School));
    samples.extend(of(StreamType::Employer, employers(), Event::Employer));
    samples.extend(of(StreamType::Host, hosts(), Event::Host));
    samples.extend(of(StreamType::Season, seasons(), Event::Season));
    samples.extend(of(StreamType::YearEnd, year_ends(), Event::YearEnd));
    samples.extend(of(StreamType::Import, imports(), Event::Import));
    samples.extend(of(StreamType::Account, accounts(), Event::Account));
    let restored = LogEvent::LogRestored { lost: LostRange { from: 101, to: 120 }, effective_on: date(2026, 3, 1) };
    samples.extend(of(StreamType::Log, vec![restored], Event::Log));
    samples
}

/// The name of the golden file of a kind of event.
fn file(stream: StreamType, kind: &str) -> String {
    format!("{}.{kind}.v1.json", stream.as_str())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/events")
}

#[test]
fn every_kind_of_event_is_written_and_read_as_its_golden_file_says() {
    for (stream, kind, event, payload) in samples() {
        let path = folder().join(file(stream, kind));
        let golden = std::fs::read_to_string(&path)
            .unwrap_or_else(|_| panic!("{} is missing; a new kind of event needs it:\n{payload}", path.display()));
        assert_eq!(payload, golden.trim_end(), "{}", path.display());
        assert_eq!(Event::decode(stream, golden.trim_end()).unwrap(), event);
    }
}

/// The stored names of all kinds, as the events themselves give them: a kind without a sample is found here.
#[test]
fn every_kind_of_event_has_a_sample_and_every_golden_file_a_kind() {
    let sampled: BTreeSet<String> = samples().into_iter().map(|(stream, kind, _, _)| file(stream, kind)).collect();
    let files: BTreeSet<String> =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(files, sampled);
    let kinds = [
        (StreamType::Student, StudentEvent::VARIANTS),
        (StreamType::Account, AccountEvent::VARIANTS),
        (StreamType::Outcome, OutcomeEvent::VARIANTS),
        (StreamType::FurtherStudy, FurtherStudyEvent::VARIANTS),
        (StreamType::Exemption, ExemptionEvent::VARIANTS),
        (StreamType::Placement, PlacementEvent::VARIANTS),
        (StreamType::Agreement, AgreementEvent::VARIANTS),
        (StreamType::School, SchoolEvent::VARIANTS),
        (StreamType::Employer, EmployerEvent::VARIANTS),
        (StreamType::Host, HostEvent::VARIANTS),
        (StreamType::Season, SeasonEvent::VARIANTS),
        (StreamType::YearEnd, YearEndEvent::VARIANTS),
        (StreamType::Import, ImportEvent::VARIANTS),
        (StreamType::Log, LogEvent::VARIANTS),
    ];
    let named = |(stream, kinds): (StreamType, &'static [&str])| kinds.iter().map(move |kind| file(stream, kind));
    assert_eq!(kinds.into_iter().flat_map(named).collect::<BTreeSet<String>>(), sampled);
}
