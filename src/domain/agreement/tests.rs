//! Rules of the agreement stream: given events, when a command, then events or a refusal; and walks at random.

mod packet;
mod walks;

use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::civil::date;
use uuid::Uuid;

use super::codes::{
    BehalfAuthority, BehalfReason, DocumentState, InsuranceBuyer, InsuranceKind, PayMethod, Provision, RecallReason,
    RefuseReason, SigningParty,
};
use super::signatures::Signature;
use super::signing::{GuardianRule, SigningManner, SigningRule, SlotState, parties};
use super::terms::{AgreementHead, AgreementParticulars, AgreementTerms, Conditions, Implausible, Insured, Payment};
use super::*;
use crate::domain::UndoReason;
use crate::domain::ids::{EmployerId, FileHash, SealedRevision, StaffId};
use crate::domain::placement::arrangement::{Pay, PayUnit, Period, Site};
use crate::domain::placement::codes::{EndReason, Initiator, Region, SiteKind};
use crate::domain::terms::Term;
use crate::refusal::Refusal;

const OFFICER: StaffId = StaffId(Uuid::from_u128(1));
const MAY: Date = date(2026, 5, 20);
const FIRST: Date = date(2026, 6, 1);
const LAST: Date = date(2026, 11, 30);
const AUGUST: Date = date(2026, 8, 1);
const DOCUMENT: FileHash = FileHash::new([1; 32]);
const AGREEMENT: DocumentKind = DocumentKind::Agreement;

fn agreed() -> AgreedArrangement {
    AgreedArrangement {
        host: EmployerId(Uuid::from_u128(10)),
        period: Period { first_day: FIRST, last_day: LAST },
        site: Some(Site {
            kind: SiteKind::Private,
            region: Region::City,
            described: SealedRevision(1),
            occupation: None,
        }),
        mentor: Some(SealedRevision(2)),
        pay: Some(Pay { yuan: 2_400, per: PayUnit::Month }),
    }
}

fn particulars() -> AgreementParticulars {
    let conditions =
        Conditions { meals: Provision::Provided, lodging: Provision::Own, day_hours_max: 8, week_days_max: 5 };
    let payment = Payment { method: PayMethod::Transfer, day_of_month: 10 };
    let insured = Insured { kind: InsuranceKind::Liability, buyer: InsuranceBuyer::School };
    AgreementParticulars::of_template(conditions, payment, insured)
}

fn terms() -> AgreementTerms {
    AgreementTerms { agreed: agreed(), holds_from: FIRST, particulars: particulars() }
}

fn draft() -> AgreementCommand {
    AgreementCommand::Draft { particulars: particulars(), effective_on: MAY }
}

fn drafted(version: u32) -> AgreementEvent {
    AgreementEvent::AgreementDrafted { version, terms: terms(), by: Some(OFFICER), effective_on: MAY }
}

fn paper(version: u32) -> DocumentRef {
    DocumentRef { kind: AGREEMENT, version }
}

fn send(kind: DocumentKind, document: FileHash) -> AgreementCommand {
    AgreementCommand::Send { kind, document, rule: SigningRule::default(), effective_on: MAY }
}

fn sent(paper: DocumentRef, document: FileHash) -> AgreementEvent {
    let parties = parties(paper.kind, &SigningRule::default());
    AgreementEvent::SentForSignature { paper, document, parties, effective_on: MAY }
}

const ON_PAPER: SigningManner = SigningManner::Paper { scan: None };

fn sign(paper: DocumentRef, party: SigningParty, document: FileHash) -> AgreementCommand {
    sign_on(MAY, paper, party, document)
}

fn sign_on(effective_on: Date, paper: DocumentRef, party: SigningParty, document: FileHash) -> AgreementCommand {
    let signature = Signature { paper, party, manner: ON_PAPER, document };
    AgreementCommand::Sign { signature, effective_on }
}

fn signed_as(paper: DocumentRef, party: SigningParty, manner: SigningManner, completes: bool) -> AgreementEvent {
    let (document, by) = (DOCUMENT, Some(OFFICER));
    AgreementEvent::PartySigned { paper, party, manner, document, completes, by, effective_on: MAY }
}

fn signed(paper: DocumentRef, party: SigningParty) -> AgreementEvent {
    signed_as(paper, party, ON_PAPER, party == SigningParty::Guardian)
}

fn out() -> Vec<AgreementEvent> {
    vec![drafted(1), sent(paper(1), DOCUMENT)]
}

const PARTIES: [SigningParty; 4] =
    [SigningParty::School, SigningParty::Host, SigningParty::Student, SigningParty::Guardian];

/// In force by four signatures on paper.
fn in_force() -> Vec<AgreementEvent> {
    let signatures = PARTIES.map(|party| signed(paper(1), party));
    out().into_iter().chain(signatures).collect()
}

/// Paid better from August on.
fn better_paid() -> Amendment {
    let agreed = AgreedArrangement { pay: Some(Pay { yuan: 3_000, per: PayUnit::Month }), ..agreed() };
    Amendment { agreed, holds_from: AUGUST, particulars: None, also: None }
}

fn amend(amendment: Amendment) -> AgreementCommand {
    AgreementCommand::Amend { amendment, effective_on: MAY }
}

fn amended(amendment: Amendment, kinds: Vec<AmendmentKind>) -> AgreementEvent {
    let Amendment { agreed, holds_from, .. } = amendment;
    let terms = AgreementTerms { agreed, holds_from, particulars: particulars() };
    AgreementEvent::AmendmentDrafted { version: 2, amends: 1, kinds, terms, by: Some(OFFICER), effective_on: MAY }
}

fn recall(paper: DocumentRef) -> AgreementCommand {
    AgreementCommand::Recall { paper, reason: RecallReason::EntryError, note: None, effective_on: MAY }
}

fn recalled(paper: DocumentRef) -> AgreementEvent {
    AgreementEvent::RecalledForCorrection { paper, reason: RecallReason::EntryError, note: None, effective_on: MAY }
}

/// The officer acts in May, and the placement arranges what is agreed.
fn usual() -> AgreementFacts {
    AgreementFacts { by: Some(OFFICER), today: MAY, arranged: Some(agreed()) }
}

fn knowing(facts: AgreementFacts) -> TestFramework<Agreement> {
    TestFramework::with(facts)
}

fn given(events: Vec<AgreementEvent>) -> AggregateTestExecutor<Agreement> {
    knowing(usual()).given(events)
}

fn folded(events: Vec<AgreementEvent>) -> Agreement {
    let mut agreement = Agreement::default();
    events.into_iter().for_each(|event| agreement.apply(event));
    agreement
}

#[test]
fn an_agreement_is_in_force_with_the_last_of_four_signatures() {
    given(vec![]).when(draft()).then_expect_events(vec![drafted(1)]);
    given(vec![drafted(1)]).when(send(AGREEMENT, DOCUMENT)).then_expect_events(vec![sent(paper(1), DOCUMENT)]);
    let mut so_far = out();
    for party in PARTIES {
        let signature = signed(paper(1), party);
        given(so_far.clone()).when(sign(paper(1), party, DOCUMENT)).then_expect_events(vec![signature.clone()]);
        so_far.push(signature);
    }
    let agreement = folded(so_far);
    assert_eq!(agreement.versions().state(AGREEMENT), DocumentState::SignedOnPaper);
    assert_eq!(agreement.versions().terms_on(FIRST), Some(&terms()));
    assert!(!agreement.missing(InternshipKind::Post).contains(&AGREEMENT));
}

#[test]
fn who_signs_follows_from_the_rule() {
    let minors_only = |is_minor| SigningRule { guardian: GuardianRule::MinorsOnly, is_minor, also: vec![] };
    assert_eq!(parties(AGREEMENT, &minors_only(true)), PARTIES);
    assert_eq!(parties(AGREEMENT, &minors_only(false)), PARTIES[..3]);
    assert_eq!(parties(AGREEMENT, &SigningRule::default()), PARTIES);
    let also = SigningRule { also: vec![SigningParty::SiteOwner, SigningParty::Host], ..SigningRule::default() };
    assert_eq!(parties(AGREEMENT, &also), [&PARTIES[..], &[SigningParty::SiteOwner]].concat());
    assert_eq!(parties(DocumentKind::GuardianConsent, &also), [SigningParty::Student, SigningParty::Guardian]);
    assert_eq!(parties(DocumentKind::LetterToParents, &minors_only(false)), []);
    assert_eq!(packet(InternshipKind::Orientation), []);
}

#[test]
fn a_signature_counts_only_for_the_bytes_that_the_party_saw() {
    let other = FileHash::new([2; 32]);
    let refusal = AgreementRefusal::OtherDocument { seen: other, sent: DOCUMENT };
    assert_eq!(
        refusal.sentence().zh,
        "签署的文件（校验值 02020202…）不是发出的那一份（01010101…），签署不作数；请核对文件"
    );
    given(out()).when(sign(paper(1), SigningParty::Student, other)).then_expect_error(refusal);
    // The first version came back; what the student signed of it says nothing of the second.
    let second = FileHash::new([3; 32]);
    let again = [out(), vec![recalled(paper(1)), drafted(2), sent(paper(2), second)]].concat();
    given(again)
        .when(sign(paper(1), SigningParty::Student, DOCUMENT))
        .then_expect_error(AgreementRefusal::OtherVersion { signed: 1, current: 2 });
}

#[test]
fn what_was_sent_is_not_sent_again_without_a_recall_and_its_signatures_stay() {
    let partly = [out(), vec![signed(paper(1), SigningParty::Student)]].concat();
    let out_already = AgreementRefusal::OutAlready { paper: paper(1), now: VersionState::PartiallySigned };
    assert_eq!(out_already.sentence().zh, "三方协议第 1 版已发出签署（部分签署），不能再次发出；要修改请先撤回");
    given(partly.clone()).when(send(AGREEMENT, FileHash::new([2; 32]))).then_expect_error(out_already.clone());
    given(partly.clone()).when(draft()).then_expect_error(out_already);
    given(partly.clone()).when(recall(paper(1))).then_expect_events(vec![recalled(paper(1))]);
    let again = [partly, vec![recalled(paper(1))]].concat();
    given(again.clone()).when(draft()).then_expect_events(vec![drafted(2)]);
    let agreement = folded([again.clone(), vec![drafted(2)]].concat());
    let kept = agreement.versions().get(paper(1)).unwrap();
    let student = kept.round.as_ref().unwrap().slot(SigningParty::Student).unwrap().state;
    assert_eq!((kept.state, student), (VersionState::Recalled, SlotState::Signed { manner: ON_PAPER, on: MAY }));
    assert_eq!(agreement.versions().state(AGREEMENT), DocumentState::Missing);
    // The second version needs bytes of its own.
    given([again, vec![drafted(2)]].concat())
        .when(send(AGREEMENT, DOCUMENT))
        .then_expect_error(AgreementRefusal::SameDocument(paper(1)));
}

#[test]
fn nothing_goes_out_without_the_nine_heads() {
    let mut bare = terms();
    bare.particulars = AgreementParticulars { liability: None, payment: None, ..bare.particulars };
    let drafted = AgreementEvent::AgreementDrafted { version: 1, terms: bare, by: None, effective_on: MAY };
    let refusal = AgreementRefusal::HeadsMissing(vec![AgreementHead::Pay, AgreementHead::Liability]);
    assert_eq!(refusal.sentence().zh, "协议缺少必备内容：报酬及支付方式、违约责任；请补齐后再发出");
    given(vec![drafted]).when(send(AGREEMENT, DOCUMENT)).then_expect_error(refusal);
    let empty = AgreementTerms { particulars: AgreementParticulars::default(), ..terms() };
    let nine: Vec<AgreementHead> = AgreementHead::ENTRIES.iter().map(|entry| entry.value).collect();
    assert_eq!(empty.missing(), nine);
    let mut nonsense = particulars();
    nonsense.payment = Some(Payment { method: PayMethod::Cash, day_of_month: 32 });
    given(vec![])
        .when(AgreementCommand::Draft { particulars: nonsense, effective_on: MAY })
        .then_expect_error(AgreementRefusal::Implausible(Implausible::PayDay(32)));
}

#[test]
fn an_agreement_says_what_the_placement_says_when_it_goes_out() {
    let revised = AgreedArrangement { pay: None, mentor: None, ..agreed() };
    let when_arranged = |arranged| knowing(AgreementFacts { arranged, ..usual() });
    let differs = AgreementRefusal::DiffersFromPlacement(vec![AmendmentKind::Mentor, AmendmentKind::Pay]);
    assert_eq!(differs.sentence().zh, "协议与实习安排不一致：指导人、报酬；请按现在的安排重拟协议");
    when_arranged(Some(revised)).given(vec![drafted(1)]).when(send(AGREEMENT, DOCUMENT)).then_expect_error(differs);
    when_arranged(None)
        .given(vec![drafted(1)])
        .when(send(AGREEMENT, DOCUMENT))
        .then_expect_error(AgreementRefusal::NotPlaced);
    when_arranged(None).given(vec![]).when(draft()).then_expect_error(AgreementRefusal::NotPlaced);
}

#[test]
fn paper_screen_and_on_behalf_mix_and_the_grid_says_so() {
    let on_screen = SigningManner::Electronic { proof: Some(FileHash::new([7; 32])) };
    let behalf = SigningManner::OnBehalf {
        reason: BehalfReason::CannotWrite,
        authority: BehalfAuthority::PowerOfAttorney,
        authorised_by: FileHash::new([8; 32]),
        scan: None,
    };
    let manners = [ON_PAPER, ON_PAPER, on_screen, behalf];
    let signatures = PARTIES
        .iter()
        .zip(manners)
        .map(|(party, manner)| signed_as(paper(1), *party, manner, *party == SigningParty::Guardian));
    let mixed = folded(out().into_iter().chain(signatures).collect());
    assert_eq!(mixed.versions().state(AGREEMENT), DocumentState::SignedMixed);
    // The stack of paper is scanned later; there is nothing to scan of what was signed on screen.
    let scan = FileHash::new([9; 32]);
    let attach = |party| AgreementCommand::AttachScan { paper: paper(1), party, scan, effective_on: AUGUST };
    let attached = |party| AgreementEvent::ScanAttached { paper: paper(1), party, scan, effective_on: AUGUST };
    given(in_force()).when(attach(SigningParty::Guardian)).then_expect_events(vec![attached(SigningParty::Guardian)]);
    given([in_force(), vec![attached(SigningParty::Guardian)]].concat())
        .when(attach(SigningParty::Guardian))
        .then_expect_events(vec![]);
    let signed_on_screen = signed_as(paper(1), SigningParty::Student, on_screen, false);
    given([out(), vec![signed_on_screen]].concat())
        .when(attach(SigningParty::Student))
        .then_expect_error(AgreementRefusal::NothingToScan(SigningParty::Student));
    given(out()).when(attach(SigningParty::Host)).then_expect_error(AgreementRefusal::NotSigned(SigningParty::Host));
}

#[test]
fn a_refused_agreement_is_recalled_before_there_is_another() {
    let refuse = |party| AgreementCommand::Refuse {
        paper: paper(1),
        party,
        reason: RefuseReason::Pay,
        note: Some(SealedRevision(3)),
        effective_on: MAY,
    };
    let refused = |party| AgreementEvent::PartyRefused {
        paper: paper(1),
        party,
        reason: RefuseReason::Pay,
        note: Some(SealedRevision(3)),
        effective_on: MAY,
    };
    given(out()).when(refuse(SigningParty::Guardian)).then_expect_events(vec![refused(SigningParty::Guardian)]);
    let given_up = [out(), vec![refused(SigningParty::Guardian)]].concat();
    assert_eq!(folded(given_up.clone()).versions().state(AGREEMENT), DocumentState::Refused);
    let wrong = AgreementRefusal::WrongState {
        paper: paper(1),
        now: VersionState::Refused,
        allowed: &[VersionState::Recalled, VersionState::Void],
    };
    given(given_up.clone()).when(draft()).then_expect_error(wrong);
    given([given_up, vec![recalled(paper(1))]].concat()).when(draft()).then_expect_events(vec![drafted(2)]);
    // Who has signed takes the signature back first.
    given([out(), vec![signed(paper(1), SigningParty::Host)]].concat())
        .when(refuse(SigningParty::Host))
        .then_expect_error(AgreementRefusal::SignedAlready { party: SigningParty::Host, on: MAY });
}

#[test]
fn a_revoked_signature_is_asked_for_again() {
    let revoke = AgreementCommand::RevokeSignature {
        paper: paper(1),
        party: SigningParty::School,
        reason: RecallReason::SignatureWrong,
        note: None,
        effective_on: MAY,
    };
    let revoked = AgreementEvent::SignatureRevoked {
        paper: paper(1),
        party: SigningParty::School,
        reason: RecallReason::SignatureWrong,
        note: None,
        effective_on: MAY,
    };
    let partly = [out(), vec![signed(paper(1), SigningParty::School)]].concat();
    given(partly.clone()).when(revoke.clone()).then_expect_events(vec![revoked.clone()]);
    let open = [partly, vec![revoked]].concat();
    assert_eq!(folded(open.clone()).versions().state(AGREEMENT), DocumentState::Out);
    given(open)
        .when(sign(paper(1), SigningParty::School, DOCUMENT))
        .then_expect_events(vec![signed(paper(1), SigningParty::School)]);
    given(out()).when(revoke).then_expect_error(AgreementRefusal::NotSigned(SigningParty::School));
}

#[test]
fn an_amendment_takes_the_place_of_what_it_amends_when_all_have_signed_it() {
    let pay = vec![AmendmentKind::Pay];
    given(in_force()).when(amend(better_paid())).then_expect_events(vec![amended(better_paid(), pay.clone())]);
    given(in_force()).when(draft()).then_expect_error(AgreementRefusal::InForceAlready { version: 1 });
    let same = Amendment { agreed: agreed(), ..better_paid() };
    given(in_force()).when(amend(same)).then_expect_error(AgreementRefusal::NothingAmended);
    given(out()).when(amend(better_paid())).then_expect_error(AgreementRefusal::NotInForce);
    let second = FileHash::new([2; 32]);
    let amendment = vec![amended(better_paid(), pay), sent(paper(2), second)];
    let signatures = PARTIES.map(|party| AgreementEvent::PartySigned {
        paper: paper(2),
        party,
        manner: ON_PAPER,
        document: second,
        completes: party == SigningParty::Guardian,
        by: Some(OFFICER),
        effective_on: AUGUST,
    });
    let partly = folded([in_force(), amendment.clone(), signatures[..3].to_vec()].concat());
    assert_eq!(partly.versions().in_force().unwrap().paper, paper(1));
    let whole = folded([in_force(), amendment, signatures.to_vec()].concat());
    assert_eq!(whole.versions().in_force().unwrap().paper, paper(2));
    assert_eq!(whole.versions().get(paper(1)).unwrap().state, VersionState::Superseded);
    let yuan = |day| whole.versions().terms_on(day).and_then(|terms| terms.agreed.pay).map(|pay| pay.yuan);
    assert_eq!(yuan(MAY), None);
    assert_eq!(yuan(date(2026, 7, 31)), Some(2_400));
    assert_eq!(yuan(AUGUST), Some(3_000));
}

#[test]
fn what_an_amendment_is_about_follows_from_its_terms() {
    let ended = Amendment { also: Some(AmendmentKind::Termination), agreed: agreed(), ..better_paid() };
    let claimed = Amendment { also: Some(AmendmentKind::Host), ..better_paid() };
    given(in_force())
        .when(amend(claimed))
        .then_expect_error(AgreementRefusal::KindFollowsFromTerms(AmendmentKind::Host));
    given(in_force()).when(amend(ended)).then_expect_events(vec![amended(ended, vec![AmendmentKind::Termination])]);
}

#[test]
fn an_agreement_in_force_is_terminated_and_never_recalled_or_void() {
    let terminate = AgreementCommand::Terminate {
        initiator: Initiator::Host,
        reason: EndReason::HostClosed,
        note: None,
        effective_on: AUGUST,
    };
    let terminated = AgreementEvent::AgreementTerminated {
        version: 1,
        initiator: Initiator::Host,
        reason: EndReason::HostClosed,
        note: None,
        effective_on: AUGUST,
    };
    given(in_force()).when(terminate.clone()).then_expect_events(vec![terminated.clone()]);
    given(out()).when(terminate.clone()).then_expect_error(AgreementRefusal::NotInForce);
    let void = AgreementCommand::Void { version: 1, reason: RecallReason::Other, note: None, effective_on: MAY };
    for command in [recall(paper(1)), void] {
        let error = decide(&folded(in_force()), command, &usual()).unwrap_err();
        assert!(matches!(error, AgreementRefusal::WrongState { now: VersionState::InForce, .. }), "{error}");
    }
    let amendment = vec![amended(better_paid(), vec![AmendmentKind::Pay])];
    given([in_force(), amendment].concat())
        .when(terminate)
        .then_expect_error(AgreementRefusal::AmendmentOpen { version: 2 });
    let over = folded([in_force(), vec![terminated]].concat());
    assert_eq!(over.versions().terms_on(date(2026, 7, 31)), Some(&terms()));
    assert_eq!(over.versions().terms_on(AUGUST), None);
    assert_eq!(decide(&over, draft(), &usual()), Err(AgreementRefusal::Ended));
}

#[test]
fn a_signature_is_the_parties_own_once_and_not_before_it_was_asked_for() {
    given(out())
        .when(sign(paper(1), SigningParty::Authority, DOCUMENT))
        .then_expect_error(AgreementRefusal::NotAParty { given: SigningParty::Authority, parties: PARTIES.to_vec() });
    let partly = [out(), vec![signed(paper(1), SigningParty::Host)]].concat();
    given(partly.clone()).when(sign(paper(1), SigningParty::Host, DOCUMENT)).then_expect_events(vec![]);
    let on = |day| sign_on(day, paper(1), SigningParty::Host, DOCUMENT);
    let (earlier, later) = (date(2026, 5, 1), MAY.tomorrow().unwrap());
    given(partly)
        .when(on(earlier))
        .then_expect_error(AgreementRefusal::SignedAlready { party: SigningParty::Host, on: MAY });
    given(out())
        .when(on(earlier))
        .then_expect_error(AgreementRefusal::SignedBeforeSent { sent_on: MAY, signed_on: earlier });
    given(out()).when(on(later)).then_expect_error(AgreementRefusal::NotYetSigned { signed_on: later, today: MAY });
    given(vec![drafted(1)])
        .when(sign(paper(2), SigningParty::Host, DOCUMENT))
        .then_expect_error(AgreementRefusal::NoSuchPaper(paper(2)));
}

#[test]
fn undoing_the_last_signature_takes_the_agreement_out_of_force() {
    let undo = |version| AgreementCommand::Undo {
        version,
        reason: UndoReason::EntryError,
        note: Some(SealedRevision(4)),
        effective_on: MAY,
    };
    let undone = |version| AgreementEvent::Undone {
        version,
        reason: UndoReason::EntryError,
        note: Some(SealedRevision(4)),
        effective_on: MAY,
    };
    given(in_force()).when(undo(5)).then_expect_error(AgreementRefusal::LaterStands { version: 5, latest: 6 });
    given(in_force()).when(undo(6)).then_expect_events(vec![undone(6)]);
    given(in_force()).when(undo(7)).then_expect_error(AgreementRefusal::NothingToUndo { version: 7 });
    let agreement = folded([in_force(), vec![undone(6)]].concat());
    assert_eq!(agreement.versions().state(AGREEMENT), DocumentState::PartlySigned);
    assert_eq!(agreement.versions().in_force(), None);
}

#[test]
fn every_code_of_the_vocabularies_is_read_back() {
    fn all<T: Term + std::fmt::Debug>() {
        for entry in T::ENTRIES {
            assert_eq!(T::from_code(entry.code), Some(entry.value));
            assert_eq!(T::from_text(entry.zh), Some(entry.value));
        }
    }
    all::<SigningParty>();
    all::<Provision>();
    all::<PayMethod>();
    all::<InsuranceKind>();
    all::<InsuranceBuyer>();
    all::<BehalfReason>();
    all::<BehalfAuthority>();
    all::<RefuseReason>();
    all::<RecallReason>();
    all::<VersionState>();
    all::<DocumentState>();
    all::<AgreementHead>();
}
