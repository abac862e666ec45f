//! Promise: staff come in by a name, a password and a code that holds once, after an invitation that holds once; a session
//! ends by time, by its owner, by who answers for the account; whatever is wrong is one refusal, and adds nothing to the log.

mod machine;
mod me;
mod no_longer;
mod over_the_wire;
mod practice;

use gradtrail::accounts::visitor::Visitor;
use gradtrail::accounts::{Caller, Role};
use gradtrail::app::App;
use gradtrail::app::account::AccountAnswer;
use gradtrail::app::actions::{Command, Question};
use gradtrail::app::failure::Failure;
use gradtrail::app::health::CheckHealth;
use gradtrail::app::history::ListEvents;
use gradtrail::app::reply::{Answer, Reply};
use gradtrail::app::session::{ListSessions, ListedSession};
use gradtrail::app::sign_in::invitation::{Acceptance, Opened};
use gradtrail::app::sign_in::{Attempt, IDLE_SECONDS, SESSION_SECONDS, SignInRefusal};
use gradtrail::domain::account::codes::{EmergencyReason, LookingPurpose};
use gradtrail::refusal::{Refusal as _, RefusalKind};
use serde_json::{Value, json};
use totp_rs::Totp;

use crate::privacy::everything_stored;
use crate::support::{Database, Town, add_staff, clock, school};

const OURS: &str = "33070001";
const THEIRS: &str = "33070002";
const PASSWORD: &str = "湖光-秋月-两相和 2077";

fn visitor() -> Visitor {
    Visitor::new(Some([192, 168, 7, 9].into()), "Mozilla/5.0 Chrome/156.0")
}

/// A school with an office, a principal and a mentor, and a bureau.
struct School {
    town: Town,
    officer: Caller,
    principal: Caller,
    mentor: Caller,
}

impl School {
    async fn new(database: &Database) -> Self {
        let town = Town::new(database).await;
        town.add_school(OURS).await;
        town.add_school(THEIRS).await;
        let open = async |name: &str, role: Role| {
            let staff = add_staff(&town.app, &town.caller, name, role, Some(school(OURS))).await.unwrap();
            Caller::operator_for(staff, "test")
        };
        let (officer, principal) = (open("钱五", Role::Officer).await, open("赵校长", Role::Principal).await);
        let mentor = open("吴老师", Role::Mentor).await;
        Self { town, officer, principal, mentor }
    }

    fn app(&self) -> &App {
        &self.town.app
    }

    async fn position(&self) -> i64 {
        self.app().log().head().await.unwrap().position()
    }
}

async fn run(app: &App, caller: &Caller, said: Value) -> Result<Answer, Failure> {
    let command: Command = serde_json::from_value(said).unwrap();
    app.run(caller, None, &command).await
}

async fn invite(app: &App, by: &Caller, staff: &str) -> Result<String, Failure> {
    match run(app, by, json!({ "account": { "invite": { "staff": staff } } })).await? {
        Answer::Account(AccountAnswer::Invited(issued)) => Ok(issued.secret.as_str().to_owned()),
        other => panic!("{other:?}"),
    }
}

/// The code that an authenticator with this secret shows, so many half minutes from the instant that the app sees.
fn code(app: &App, opened: &Opened, steps: i64) -> String {
    let seconds = u64::try_from(app.now() / 1_000_000 + 30 * steps).unwrap();
    Totp::from_url(&opened.address).unwrap().generate(seconds).to_string()
}

async fn opened(app: &App, invitation: &str) -> Opened {
    app.open_invitation(invitation, &visitor()).await.unwrap()
}

async fn accept(app: &App, invitation: &str, login: &str, password: &str, code: &str) -> Result<(), SignInRefusal> {
    let [invitation, login, password, code] = [invitation, login, password, code].map(str::to_owned);
    app.accept_invitation(&Acceptance { invitation, login, password, code }, &visitor()).await
}

fn attempt(login: &str, password: &str, code: &str) -> Attempt {
    Attempt { login: login.to_owned(), password: password.to_owned(), code: code.to_owned() }
}

async fn sign_in(app: &App, login: &str, password: &str, code: &str) -> Result<String, SignInRefusal> {
    let secret = app.sign_in(&attempt(login, password, code), &visitor()).await?;
    Ok(secret.as_str().to_owned())
}

/// Sets the officer up with a second factor.
async fn set_up(school: &School) -> Opened {
    let invitation = invite(school.app(), &school.principal, "钱五").await.unwrap();
    let shown = opened(school.app(), &invitation).await;
    let now = code(school.app(), &shown, 0);
    accept(school.app(), &invitation, "qianwu", PASSWORD, &now).await.unwrap();
    shown
}

async fn sessions(app: &App, caller: &Caller, staff: Option<&str>) -> Result<Vec<ListedSession>, Failure> {
    let question = Question::Sessions(ListSessions { staff: staff.map(str::to_owned) });
    match app.ask(caller, &question).await? {
        Reply::Sessions(sessions) => Ok(sessions),
        other => panic!("{other:?}"),
    }
}

fn codes_of(refusal: &SignInRefusal) -> (&'static str, RefusalKind) {
    (refusal.code(), refusal.kind())
}

#[tokio::test]
async fn who_was_invited_sets_up_a_password_and_a_code_and_signs_in_with_them() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        let app = school.app();
        let invitation = invite(app, &school.principal, "钱五").await.unwrap();
        // However it is typed, and as often as it is looked at.
        let shown = opened(app, &format!(" {} ", invitation.to_lowercase().replace('-', " "))).await;
        assert_eq!(shown, opened(app, &invitation).await);
        assert_eq!((shown.name.as_str(), shown.role, shown.needs_second_factor), ("钱五", Role::Officer, true));
        assert_eq!(shown.recovery.len(), 10);
        let without = accept(app, &invitation, "qianwu", PASSWORD, "").await.unwrap_err();
        assert_eq!(without.code(), "account.second_factor_required");
        let wrong = accept(app, &invitation, "qianwu", PASSWORD, "000000").await.unwrap_err();
        assert_eq!((wrong.code(), wrong.field()), ("sign_in.code_wrong", Some("code")));
        let guessed = accept(app, &invitation, "qianwu", "qianwu330700", &code(app, &shown, 0)).await.unwrap_err();
        assert_eq!((guessed.code(), guessed.field()), ("password.guessable", Some("password")));
        let unnamed = accept(app, &invitation, "q", PASSWORD, &code(app, &shown, 0)).await.unwrap_err();
        assert_eq!((unnamed.code(), unnamed.field()), ("sign_in.login", Some("login")));
        accept(app, &invitation, "QianWu", PASSWORD, &code(app, &shown, 0)).await.unwrap();
        // The code that set it up is used.
        let used = sign_in(app, "qianwu", PASSWORD, &code(app, &shown, 0)).await.unwrap_err();
        assert_eq!(codes_of(&used), ("sign_in.wrong", RefusalKind::NotSignedIn));
        let secret = sign_in(app, "qianwu ", PASSWORD, &code(app, &shown, 1)).await.unwrap();
        let caller = app.caller_of_session(&secret, "web").await.unwrap();
        assert_eq!(caller.staff, school.officer.staff);
        assert_eq!(caller.actor().as_str(), format!("staff {}", school.officer.staff_id().unwrap().0));
        let question = Question::Events(ListEvents { after: 0, limit: 1_000, wait: 0, like: None, stored: true });
        let Reply::Events(events) = app.ask(&school.town.caller, &question).await.unwrap() else { panic!("no events") };
        for kind in ["invitation_accepted", "signed_in"] {
            let event = events.events.iter().find(|listed| *listed.recorded.kind == *kind).unwrap();
            assert_eq!(event.recorded.actor.as_str(), caller.actor().as_str(), "{kind} is the own act");
        }
        // A code holds once, also in the half minute in which it is shown; the next one does.
        let later = database.open_at(|| clock() + 30 * 1_000_000).await;
        let used = sign_in(&later, "qianwu", PASSWORD, &code(&later, &shown, 0)).await.unwrap_err();
        assert_eq!(codes_of(&used), ("sign_in.wrong", RefusalKind::NotSignedIn));
        sign_in(&later, "qianwu", PASSWORD, &code(&later, &shown, 1)).await.unwrap();
        // Nothing of password, code or secrets is stored as it is.
        let stored = everything_stored(&database).await;
        for secret in [PASSWORD, invitation.as_str(), secret.as_str(), "qianwu", &shown.recovery[0]] {
            assert!(!stored.contains(secret), "{secret}");
        }
        app.log().verify(None, |_, _| ()).await.unwrap();
    }
}

#[tokio::test]
async fn an_invitation_holds_once_until_its_day_and_until_the_next_one() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        let app = school.app();
        let first = invite(app, &school.principal, "钱五").await.unwrap();
        let second = invite(app, &school.town.caller, "钱五").await.unwrap();
        let invalid = async |invitation: &str| app.open_invitation(invitation, &visitor()).await.unwrap_err().code();
        assert_eq!(invalid(&first).await, "account.invitation_invalid");
        assert_eq!(invalid("ABCDE-FGHJK-MNPQR-STVWX-YZ0123").await, "account.invitation_invalid");
        assert_eq!(invalid("").await, "account.invitation_invalid");
        let shown = opened(app, &second).await;
        accept(app, &second, "qianwu", PASSWORD, &code(app, &shown, 0)).await.unwrap();
        assert_eq!(invalid(&second).await, "account.invitation_invalid");
        // Seven days, the seventh included.
        let third = invite(app, &school.principal, "吴老师").await.unwrap();
        let on_the_last = database.open_at(|| clock() + 7 * 86_400 * 1_000_000).await;
        opened(&on_the_last, &third).await;
        let after = database.open_at(|| clock() + 8 * 86_400 * 1_000_000).await;
        let late = after.open_invitation(&third, &visitor()).await.unwrap_err();
        assert_eq!(late.code(), "account.invitation_invalid");
    }
}

#[tokio::test]
async fn whatever_is_wrong_is_one_refusal_and_adds_nothing_to_the_log() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        let app = school.app();
        let shown = set_up(&school).await;
        let now = code(app, &shown, 0);
        let before = school.position().await;
        for (login, password, code) in [
            ("qianwu", "another-password-9", now.as_str()),
            ("qianwu", PASSWORD, "000000"),
            ("qianwu", PASSWORD, ""),
            ("nobody", PASSWORD, now.as_str()),
            ("", "", ""),
        ] {
            let refused = sign_in(app, login, password, code).await.unwrap_err();
            assert_eq!(codes_of(&refused), ("sign_in.wrong", RefusalKind::NotSignedIn), "{login} {code}");
            assert_eq!(refused.values(), json!({}));
        }
        let question = Question::Health(CheckHealth {});
        let Reply::Health(health) = app.ask(&school.town.caller, &question).await.unwrap() else { panic!("no health") };
        assert_eq!(health.failed_sign_ins, 5);
        assert_eq!(school.position().await, before);
        for secret in ["", "gs_", "gs_0000000000000000000000000000000000000000000000000000000000000000"] {
            let refused = app.caller_of_session(secret, "web").await.unwrap_err();
            assert_eq!(codes_of(&refused), ("sign_in.no_session", RefusalKind::NotSignedIn));
        }
    }
}

#[tokio::test]
async fn after_ten_tries_an_account_waits_whether_there_is_one_or_not() {
    let database = Database::sqlite();
    let school = School::new(&database).await;
    set_up(&school).await;
    for login in ["qianwu", "nobody"] {
        for _ in 0..10 {
            assert_eq!(sign_in(school.app(), login, "wrong", "").await.unwrap_err().code(), "sign_in.wrong", "{login}");
        }
        let waits = sign_in(school.app(), login, PASSWORD, "").await.unwrap_err();
        assert_eq!(codes_of(&waits), ("sign_in.wait", RefusalKind::TooOften), "{login}");
    }
    assert_eq!(school.app().sign_in_failures(), 20, "who has to wait makes no write");
}

#[tokio::test]
async fn a_recovery_code_stands_in_once() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        let app = school.app();
        let shown = set_up(&school).await;
        let typed = shown.recovery[3].to_lowercase();
        sign_in(app, "qianwu", PASSWORD, &typed).await.unwrap();
        assert_eq!(sign_in(app, "qianwu", PASSWORD, &typed).await.unwrap_err().code(), "sign_in.wrong");
        sign_in(app, "qianwu", PASSWORD, &shown.recovery[4]).await.unwrap();
        // Invited again everything is another, and the sessions have ended.
        let again = invite(app, &school.principal, "钱五").await.unwrap();
        let other = opened(app, &again).await;
        assert_eq!(other.login.as_deref(), Some("qianwu"));
        accept(app, &again, "qianwu5", PASSWORD, &code(app, &other, 0)).await.unwrap();
        assert!(sessions(app, &school.officer, None).await.unwrap().is_empty());
        assert_eq!(sign_in(app, "qianwu5", PASSWORD, &shown.recovery[5]).await.unwrap_err().code(), "sign_in.wrong");
        sign_in(app, "qianwu5", PASSWORD, &other.recovery[5]).await.unwrap();
        assert_eq!(sign_in(app, "qianwu", PASSWORD, &other.recovery[6]).await.unwrap_err().code(), "sign_in.wrong");
        // The name that was given up is free for others.
        let mentors = invite(app, &school.principal, "吴老师").await.unwrap();
        let taken = accept(app, &mentors, "qianwu5", PASSWORD, "").await.unwrap_err();
        let shown = opened(app, &mentors).await;
        assert_eq!(codes_of(&taken), ("sign_in.login_taken", RefusalKind::Conflict));
        accept(app, &mentors, "qianwu", PASSWORD, &code(app, &shown, 0)).await.unwrap();
    }
}

#[tokio::test]
async fn of_two_who_take_one_name_to_sign_in_at_the_same_moment_one_is_told_that_it_is_taken() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        let app = school.app();
        let [first, second] = ["钱五", "吴老师"].map(|staff| invite(app, &school.principal, staff));
        let (first, second) = (first.await.unwrap(), second.await.unwrap());
        let shown = [opened(app, &first).await, opened(app, &second).await];
        let codes = shown.map(|shown| code(app, &shown, 0));
        let taking = tokio::join!(
            accept(app, &first, "jiuye", PASSWORD, &codes[0]),
            accept(app, &second, "jiuye", PASSWORD, &codes[1])
        );
        let refused = match taking {
            (Ok(()), Err(refused)) | (Err(refused), Ok(())) => refused,
            other => panic!("{other:?}"),
        };
        assert_eq!(codes_of(&refused), ("sign_in.login_taken", RefusalKind::Conflict));
    }
}

#[tokio::test]
async fn a_session_ends_an_hour_after_it_was_last_seen_and_in_any_case_after_a_day_s_work() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        let shown = set_up(&school).await;
        let secret = sign_in(school.app(), "qianwu", PASSWORD, &code(school.app(), &shown, 1)).await.unwrap();
        let is_in = async |app: &App| app.caller_of_session(&secret, "web").await.is_ok();
        let minutes_later = database.open_at(|| clock() + (IDLE_SECONDS - 60) * 1_000_000).await;
        // Heard of after 59 minutes it goes on for another hour.
        assert!(is_in(&minutes_later).await);
        let later = database.open_at(|| clock() + (2 * IDLE_SECONDS - 180) * 1_000_000).await;
        assert!(is_in(&later).await);
        let idle = database.open_at(|| clock() + 4 * IDLE_SECONDS * 1_000_000).await;
        assert!(!is_in(&idle).await);
        let next_day = database.open_at(|| clock() + (SESSION_SECONDS + 60) * 1_000_000).await;
        assert!(!is_in(&next_day).await);
        next_day.forget_ended_sessions().await.unwrap();
        assert!(sessions(school.app(), &school.officer, None).await.unwrap().is_empty(), "it is forgotten");
    }
}

#[tokio::test]
async fn a_session_is_listed_and_ended_by_its_owner_and_by_who_answers_for_the_account_and_by_nobody_else() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        let app = school.app();
        let shown = set_up(&school).await;
        let one = sign_in(app, "qianwu", PASSWORD, &code(app, &shown, 1)).await.unwrap();
        let other = sign_in(app, "qianwu", PASSWORD, &shown.recovery[1]).await.unwrap();
        let caller = app.caller_of_session(&one, "web").await.unwrap();
        let listed = sessions(app, &caller, None).await.unwrap();
        assert_eq!(listed.iter().filter(|session| session.is_own).count(), 1);
        assert_eq!(
            (listed.len(), listed[0].agent.as_str(), listed[0].address.as_str()),
            (2, "Chrome", "192.168.7.0/24")
        );
        let refused = sessions(app, &school.mentor, Some("钱五")).await.unwrap_err();
        assert_eq!(refused.code(), "account.token_of_another");
        let foreign =
            add_staff(app, &school.town.caller, "邻校长", Role::Principal, Some(crate::support::school(THEIRS)));
        let foreign = Caller::operator_for(foreign.await.unwrap(), "test");
        assert_eq!(sessions(app, &foreign, Some("钱五")).await.unwrap_err().kind(), RefusalKind::NotFound);
        let theirs = listed.iter().find(|session| !session.is_own).unwrap().session.0.to_string();
        let end = json!({ "account": { "revoke_sessions": { "session": theirs } } });
        run(app, &caller, end).await.unwrap();
        assert!(app.caller_of_session(&other, "web").await.is_err());
        assert!(app.caller_of_session(&one, "web").await.is_ok());
        let all = json!({ "account": { "revoke_sessions": { "staff": "钱五" } } });
        run(app, &school.principal, all).await.unwrap();
        assert!(app.caller_of_session(&one, "web").await.is_err());
        // Signing out is nobody's business but the owner's.
        let third = sign_in(app, "qianwu", PASSWORD, &shown.recovery[0]).await.unwrap();
        let before = school.position().await;
        app.sign_out(&third).await.unwrap();
        app.sign_out(&third).await.unwrap();
        assert!(app.caller_of_session(&third, "web").await.is_err());
        assert_eq!(school.position().await, before);
    }
}

#[tokio::test]
async fn a_role_that_changes_holds_at_once_and_a_disabled_account_is_out() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        let app = school.app();
        let shown = set_up(&school).await;
        let secret = sign_in(app, "qianwu", PASSWORD, &code(app, &shown, 1)).await.unwrap();
        let change = json!({ "staff": "钱五", "role": "mentor", "school": OURS });
        run(app, &school.principal, json!({ "account": { "change": change } })).await.unwrap();
        assert_eq!(app.caller_of_session(&secret, "web").await.unwrap().mentor(), school.officer.staff_id());
        let disable = json!({ "staff": "钱五", "reason": "left" });
        run(app, &school.principal, json!({ "account": { "disable": disable } })).await.unwrap();
        assert!(app.caller_of_session(&secret, "web").await.is_err());
        assert!(
            sessions(app, &school.town.caller, Some("钱五")).await.unwrap().is_empty(),
            "enabled again it is not in"
        );
        let refused = sign_in(app, "qianwu", PASSWORD, &shown.recovery[0]).await.unwrap_err();
        assert_eq!(refused.code(), "account.disabled", "who has shown everything is told why");
    }
}

#[tokio::test]
async fn some_may_do_without_a_second_factor_and_others_may_not() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        let app = school.app();
        let waive = |staff: &str, reason: &str| json!({ "account": { "waive_second_factor": { "staff": staff, "reason": reason } } });
        let refused = run(app, &school.principal, waive("钱五", "no_device")).await.unwrap_err();
        assert_eq!(refused.code(), "account.waiver_of_role");
        let refused = run(app, &school.principal, waive("钱五", "demonstration")).await.unwrap_err();
        assert_eq!(refused.code(), "account.demonstration_by_staff");
        run(app, &school.principal, waive("吴老师", "no_device")).await.unwrap();
        let invitation = invite(app, &school.principal, "吴老师").await.unwrap();
        accept(app, &invitation, "wu", PASSWORD, "").await.unwrap();
        sign_in(app, "wu", PASSWORD, "").await.unwrap();
        let before = sign_in(app, "wu", PASSWORD, "").await.unwrap();
        // As an officer the same person needs one, and is out.
        let change = json!({ "staff": "吴老师", "role": "officer", "school": OURS });
        run(app, &school.principal, json!({ "account": { "change": change } })).await.unwrap();
        assert_eq!(sign_in(app, "wu", PASSWORD, "").await.unwrap_err().code(), "account.second_factor_required");
        assert!(app.caller_of_session(&before, "web").await.is_err());
    }
}

#[tokio::test]
async fn a_principal_deals_with_accounts_of_the_own_school_only() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        let app = school.app();
        let add = |role: &str, code: Option<&str>| json!({ "account": { "add": { "name": "新人", "role": role, "school": code } } });
        let refused = run(app, &school.principal, add("officer", Some(THEIRS))).await.unwrap_err();
        assert_eq!(refused.kind(), RefusalKind::NotFound);
        let refused = run(app, &school.principal, add("bureau", None)).await.unwrap_err();
        assert_eq!(refused.code(), "staff.beyond_scope");
        run(app, &school.principal, add("officer", Some(OURS))).await.unwrap();
        add_staff(app, &school.town.caller, "周局", Role::Bureau, None).await.unwrap();
        let refused = invite(app, &school.principal, "周局").await.unwrap_err();
        assert_eq!(refused.kind(), RefusalKind::NotFound);
        assert_eq!(invite(app, &school.officer, "吴老师").await.unwrap_err().code(), "request.denied");
    }
}

#[tokio::test]
async fn a_quarter_of_an_hour_after_the_last_proof_what_is_delicate_asks_for_another() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        let shown = set_up(&school).await;
        let secret = sign_in(school.app(), "qianwu", PASSWORD, &code(school.app(), &shown, 1)).await.unwrap();
        let later = database.open_at(|| clock() + 16 * 60 * 1_000_000).await;
        let caller = later.caller_of_session(&secret, "web").await.unwrap();
        let issue = json!({ "account": { "issue_token": { "label": "排课", "reads_only": false } } });
        let refused = run(&later, &caller, issue.clone()).await.unwrap_err();
        assert_eq!(refused.code(), "gate.confirm_first");
        let question: Question = serde_json::from_value(json!({ "students": { "text": "张" } })).unwrap();
        let refused = later.ask_showing(&caller, LookingPurpose::ContactStudent, &question).await.unwrap_err();
        assert_eq!(refused.code(), "gate.confirm_first");
        let wrong = later.confirm_session(&caller, &attempt("", "wrong", &shown.recovery[0]), &visitor()).await;
        assert_eq!(wrong.unwrap_err().code(), "sign_in.wrong");
        let right = attempt("", PASSWORD, &code(&later, &shown, 0));
        let renewed = later.confirm_session(&caller, &right, &visitor()).await.unwrap();
        assert_eq!(later.confirm_session(&caller, &right, &visitor()).await.unwrap_err().code(), "sign_in.wrong");
        // Who has the secret of before is out.
        assert!(later.caller_of_session(&secret, "web").await.is_err());
        let caller = later.caller_of_session(renewed.as_str(), "web").await.unwrap();
        run(&later, &caller, issue).await.unwrap();
        later.ask_showing(&caller, LookingPurpose::ContactStudent, &question).await.unwrap();
    }
}

#[tokio::test]
async fn another_password_ends_the_other_sessions() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        let app = school.app();
        let shown = set_up(&school).await;
        let one = sign_in(app, "qianwu", PASSWORD, &shown.recovery[0]).await.unwrap();
        let other = sign_in(app, "qianwu", PASSWORD, &shown.recovery[1]).await.unwrap();
        let caller = app.caller_of_session(&one, "web").await.unwrap();
        let right = |number: usize| attempt("", PASSWORD, &shown.recovery[number]);
        let weak = app.change_password(&caller, &right(2), "aaaaaaaaaaaa", &visitor()).await.unwrap_err();
        assert_eq!(weak.code(), "password.guessable");
        let another = "三更-灯火-五更鸡 8086";
        let renewed = app.change_password(&caller, &right(3), another, &visitor()).await.unwrap();
        assert!(app.caller_of_session(renewed.as_str(), "web").await.is_ok());
        assert!(app.caller_of_session(&one, "web").await.is_err(), "under its old secret");
        assert!(app.caller_of_session(&other, "web").await.is_err());
        assert_eq!(sign_in(app, "qianwu", PASSWORD, &shown.recovery[4]).await.unwrap_err().code(), "sign_in.wrong");
        sign_in(app, "qianwu", another, &code(app, &shown, 1)).await.unwrap();
    }
}

#[tokio::test]
async fn once_somebody_has_signed_in_the_operator_decides_in_nobodys_name_but_in_an_emergency() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        let app = school.app();
        let approve = json!({ "placement": { "approve": { "student": "00000000" } } });
        let decided = async |caller: &Caller| run(app, caller, approve.clone()).await.unwrap_err().code();
        assert_ne!(decided(&school.officer).await, "gate.in_the_name_of_staff");
        let shown = set_up(&school).await;
        let secret = sign_in(app, "qianwu", PASSWORD, &code(app, &shown, 1)).await.unwrap();
        assert_eq!(decided(&school.officer).await, "gate.in_the_name_of_staff");
        let own = app.caller_of_session(&secret, "web").await.unwrap();
        assert_ne!(decided(&own).await, "gate.in_the_name_of_staff");
        let before = school.position().await;
        let urgent = school.officer.clone().in_emergency(Some(EmergencyReason::StaffUnreachable));
        assert_ne!(decided(&urgent).await, "gate.in_the_name_of_staff");
        let question = Question::Events(ListEvents { after: before, limit: 10, wait: 0, like: None, stored: true });
        let Reply::Events(events) = app.ask(&school.town.caller, &question).await.unwrap() else { panic!("no events") };
        let kinds: Vec<&str> = events.events.iter().map(|listed| &*listed.recorded.kind).collect();
        assert_eq!(kinds, ["emergency_used"]);
    }
}
