//! Rules of invitations, second factors and sessions.

use super::*;

const DIGEST: SecretDigest = SecretDigest::new([7; 32]);
const NEXT_DAY: Date = date(2024, 9, 2);
/// What showed that the authenticator has the secret.
const CODE: Proof = Proof::Code { step: 6 };

fn invite(expires_on: Date) -> AccountCommand {
    AccountCommand::Invite { digest: DIGEST, expires_on, effective_on: ON }
}

fn invited() -> AccountEvent {
    AccountEvent::Invited { digest: DIGEST, expires_on: date(2024, 9, 8), effective_on: ON }
}

fn accept(proof: Proof, effective_on: Date) -> AccountCommand {
    let credentials = SealedRevision(2);
    AccountCommand::AcceptInvitation { digest: DIGEST, credentials, proof, effective_on }
}

fn accepted(proof: Proof) -> AccountEvent {
    let credentials = SealedRevision(2);
    AccountEvent::InvitationAccepted { credentials, proof, effective_on: NEXT_DAY }
}

fn session() -> SessionId {
    SessionId(uuid::Uuid::from_u128(9))
}

fn sign_in(proof: Proof) -> AccountCommand {
    AccountCommand::SignIn { session: session(), proof, effective_on: NEXT_DAY }
}

fn signed_in(proof: Proof) -> AccountEvent {
    AccountEvent::SignedIn { session: session(), proof, effective_on: NEXT_DAY }
}

fn set_up() -> Vec<AccountEvent> {
    vec![opened(officer()), invited(), accepted(CODE)]
}

#[test]
fn an_invitation_holds_thirty_days_at_most() {
    given(vec![opened(officer())]).when(invite(date(2024, 10, 1))).then_expect_events(vec![AccountEvent::Invited {
        digest: DIGEST,
        expires_on: date(2024, 10, 1),
        effective_on: ON,
    }]);
    for expires_on in [date(2024, 10, 2), date(2024, 8, 31)] {
        let refused = AccountRefusal::InvitationExpiry { effective_on: ON, expires_on };
        given(vec![opened(officer())]).when(invite(expires_on)).then_expect_error(refused);
    }
}

#[test]
fn an_invitation_is_accepted_once_until_its_day_and_by_its_own_secret() {
    let invited_only = vec![opened(officer()), invited()];
    given(invited_only.clone()).when(accept(CODE, NEXT_DAY)).then_expect_events(vec![accepted(CODE)]);
    given(invited_only).when(accept(CODE, date(2024, 9, 9))).then_expect_error(AccountRefusal::InvitationInvalid);
    given(set_up()).when(accept(CODE, NEXT_DAY)).then_expect_error(AccountRefusal::InvitationInvalid);
    let other = AccountEvent::Invited { digest: SecretDigest::new([8; 32]), expires_on: LATER, effective_on: ON };
    let followed = vec![opened(officer()), invited(), other];
    given(followed).when(accept(CODE, NEXT_DAY)).then_expect_error(AccountRefusal::InvitationInvalid);
}

#[test]
fn an_officer_needs_a_second_factor_and_a_teacher_may_be_freed_of_it_and_bound_again() {
    let required = |role| AccountRefusal::SecondFactorRequired(role);
    given(vec![opened(officer()), invited()])
        .when(accept(Proof::Password, NEXT_DAY))
        .then_expect_error(required(Role::Officer));
    let reason = WaiverReason::NoDevice;
    let waive = AccountCommand::WaiveSecondFactor { reason, effective_on: ON };
    let waived = AccountEvent::SecondFactorWaived { reason, effective_on: ON };
    given(vec![opened(officer())]).when(waive.clone()).then_expect_error(AccountRefusal::WaiverOfRole(Role::Officer));
    given(vec![opened(teacher("1班"))]).when(waive.clone()).then_expect_events(vec![waived.clone()]);
    given(vec![opened(teacher("1班")), waived.clone()]).when(waive).then_expect_events(vec![]);
    let freed = vec![opened(teacher("1班")), waived, invited()];
    given(freed.clone()).when(accept(Proof::Password, NEXT_DAY)).then_expect_events(vec![accepted(Proof::Password)]);
    // Undone, the teacher signs in without it no more.
    let without = [freed, vec![accepted(Proof::Password)]].concat();
    given(without.clone()).when(sign_in(Proof::Password)).then_expect_events(vec![signed_in(Proof::Password)]);
    let bound = [without, vec![undone(2)]].concat();
    given(bound).when(sign_in(Proof::Password)).then_expect_error(required(Role::ClassTeacher));
}

#[test]
fn a_code_is_used_once_and_none_before_it_later() {
    let code = |step| Proof::Code { step };
    given(set_up()).when(sign_in(CODE)).then_expect_error(AccountRefusal::CodeUsed);
    given(set_up()).when(sign_in(code(7))).then_expect_events(vec![signed_in(code(7))]);
    let used = [set_up(), vec![signed_in(code(7))]].concat();
    for step in [6, 7] {
        given(used.clone()).when(sign_in(code(step))).then_expect_error(AccountRefusal::CodeUsed);
    }
    given(used.clone()).when(sign_in(code(8))).then_expect_events(vec![signed_in(code(8))]);
    // Whoever confirms who it is uses a code as well.
    let confirm = AccountCommand::ConfirmSession { session: session(), proof: code(7), effective_on: NEXT_DAY };
    given(used).when(confirm).then_expect_error(AccountRefusal::CodeUsed);
}

#[test]
fn a_recovery_code_is_used_once_and_a_password_alone_is_not_enough() {
    let recovery = |number| Proof::Recovery { number };
    let used = [set_up(), vec![signed_in(recovery(3))]].concat();
    given(used.clone()).when(sign_in(recovery(3))).then_expect_error(AccountRefusal::CodeUsed);
    given(used.clone()).when(sign_in(recovery(4))).then_expect_events(vec![signed_in(recovery(4))]);
    given(set_up()).when(sign_in(Proof::Password)).then_expect_error(AccountRefusal::NotSetUp);
    given(vec![opened(officer())]).when(sign_in(recovery(0))).then_expect_error(AccountRefusal::NotSetUp);
    assert_eq!(after(used).access().recovery_left(), 9);
}
