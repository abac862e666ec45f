//! Promise: a token acts as its account, in today's role and scope, until it expires or is revoked; its secret is told
//! once and kept nowhere; everybody has tokens of the own account only; whatever is wrong with one is one refusal.

use gradtrail::accounts::{Caller, Role, Staff};
use gradtrail::app::account::AccountAnswer;
use gradtrail::app::actions::{Command, Question};
use gradtrail::app::failure::Failure;
use gradtrail::app::history::ListEvents;
use gradtrail::app::key::Key;
use gradtrail::app::reply::{Answer, Reply};
use gradtrail::app::sign_in::SignInRefusal;
use gradtrail::app::token::{IssuedToken, ListTokens, ListedToken};
use gradtrail::app::{App, Done};
use gradtrail::domain::account::codes::LookingPurpose;
use gradtrail::domain::ids::{ClassName, TokenId};
use gradtrail::refusal::{Refusal as _, RefusalKind};
use gradtrail::text::lang::say;
use serde_json::{Value, json};

use crate::command_line::{fails, succeeds};
use crate::placements::document;
use crate::privacy::everything_stored;
use crate::support::{Database, Town, add_staff, ask, clock, day, school};

const OURS: &str = "33070001";
const THEIRS: &str = "33070002";
/// 90 days after the day on which the tests' clock stands.
const LAST: &str = "2023-09-29";

/// Two schools; an officer, a principal and a class teacher of ours, an officer of theirs, and one of the bureau.
struct Staffed {
    town: Town,
    officer: Caller,
    principal: Caller,
    theirs: Caller,
    bureau: Caller,
    teacher: Caller,
}

impl Staffed {
    async fn new(database: &Database) -> Self {
        let town = Town::new(database).await;
        town.add_school(OURS).await;
        town.add_school(THEIRS).await;
        let open = async |name: &str, role: Role, of: Option<&str>| {
            let staff = add_staff(&town.app, &town.caller, name, role, of.map(school)).await.unwrap();
            Caller::operator_for(staff, "test")
        };
        let officer = open("钱五", Role::Officer, Some(OURS)).await;
        let principal = open("赵校长", Role::Principal, Some(OURS)).await;
        let theirs = open("邻五", Role::Officer, Some(THEIRS)).await;
        let bureau = open("周局", Role::Bureau, None).await;
        let teacher = open("吴班", Role::Mentor, Some(OURS)).await;
        let staff = teacher.staff_id().unwrap().0.to_string();
        let change = json!({ "staff": staff, "role": "class-teacher", "school": OURS, "class": "1班" });
        run(&town.app, &town.caller, json!({ "account": { "change": change } })).await.unwrap();
        let teacher = Caller::operator_for(town.app.find_staff("吴班").await.unwrap(), "test");
        Self { town, officer, principal, theirs, bureau, teacher }
    }
}

async fn run(app: &App, caller: &Caller, command: Value) -> Result<Answer, Failure> {
    let command: Command = serde_json::from_value(command).unwrap();
    app.run(caller, None, &command).await
}

fn of(caller: &Caller) -> String {
    id(caller.staff.as_ref().unwrap())
}

fn id(staff: &Staff) -> String {
    staff.id.0.to_string()
}

async fn issue(app: &App, caller: &Caller, staff: Option<&str>, reads_only: bool) -> Result<IssuedToken, Failure> {
    let order = json!({ "staff": staff, "label": "排课系统", "reads_only": reads_only });
    match run(app, caller, json!({ "account": { "issue_token": order } })).await? {
        Answer::Account(AccountAnswer::Token(issued)) => Ok(issued),
        other => panic!("{other:?}"),
    }
}

async fn revoke(app: &App, caller: &Caller, staff: Option<&str>, token: TokenId) -> Result<Done, Failure> {
    let order = json!({ "staff": staff, "token": token });
    match run(app, caller, json!({ "account": { "revoke_token": order } })).await? {
        Answer::Account(AccountAnswer::Changed(done)) => Ok(done),
        other => panic!("{other:?}"),
    }
}

async fn list(app: &App, caller: &Caller, staff: Option<&str>) -> Result<Vec<ListedToken>, Failure> {
    match app.ask(caller, &Question::Tokens(ListTokens { staff: staff.map(str::to_owned) })).await? {
        Reply::Tokens(tokens) => Ok(tokens),
        other => panic!("{other:?}"),
    }
}

async fn get_in(app: &App, issued: &IssuedToken) -> Caller {
    app.caller_of_token(issued.secret.as_str(), "api").await.unwrap()
}

/// Nobody gets in by this, and hears the same as everybody.
async fn is_out(app: &App, shown: &str) -> bool {
    let refused = app.caller_of_token(shown, "api").await.unwrap_err();
    assert_eq!((refused.code(), refused.values()), ("sign_in.token_invalid", json!({})));
    assert_eq!((refused.kind(), refused.kind().http_status()), (RefusalKind::NotSignedIn, 401));
    assert_eq!(refused.sentence(), SignInRefusal::TokenInvalid.sentence());
    true
}

fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> &'static str {
    result.unwrap_err().code()
}

fn register(name: &str) -> Value {
    json!({ "employer": { "register": { "name": name } } })
}

#[tokio::test]
async fn a_token_acts_as_its_account_with_its_scope_and_events_name_the_member_of_staff() {
    for database in Database::both().await {
        let Staffed { town, officer, .. } = Staffed::new(&database).await;
        let app = &town.app;
        town.student(OURS, "1班", "张一", &document(1), None).await;
        town.student(THEIRS, "1班", "张二", &document(2), None).await;
        let issued = issue(app, &officer, None, false).await.unwrap();
        assert_eq!(issued.until, day(LAST));
        let caller = get_in(app, &issued).await;
        assert_eq!((&caller.staff, &caller.scope), (&officer.staff, &officer.scope));
        assert_eq!((caller.source, caller.reads_only), ("api", false));
        let seen = ask::students(app, &caller, "张").await.unwrap();
        assert_eq!(seen.iter().map(|found| found.student.name.as_deref()).collect::<Vec<_>>(), [Some("张一")]);

        let after = app.log().head().await.unwrap().position();
        run(app, &caller, register("东方汽车服务有限公司")).await.unwrap();
        let events = ListEvents { after, limit: 10, wait: 0, like: None, stored: false };
        let Reply::Events(listed) = app.ask(&caller, &Question::Events(events)).await.unwrap() else { panic!() };
        let events = listed.events;
        assert_eq!(events.len(), 1);
        assert_eq!(&*events[0].recorded.actor, &*format!("staff {}", of(&officer)));
        assert_eq!((&*events[0].recorded.source, events[0].by.clone()), ("api", Some(say("钱五", "钱五"))));
        // What the operator recorded in somebody's name is told alike.
        run(app, &officer, register("南方机械厂")).await.unwrap();
        let changes = json!({ "changes": { "since": "2023-01-01" } });
        let question: Question = serde_json::from_value(changes).unwrap();
        let Reply::Changes(changes) = app.ask(&caller, &question).await.unwrap() else { panic!() };
        assert_eq!(changes.iter().filter(|change| change.by == Some(say("钱五", "钱五"))).count(), 3, "{changes:?}");
    }
}

#[tokio::test]
async fn a_token_that_only_reads_asks_and_has_every_command_refused() {
    for database in Database::both().await {
        let Staffed { town, officer, .. } = Staffed::new(&database).await;
        let app = &town.app;
        town.student(OURS, "1班", "张一", &document(1), None).await;
        let caller = get_in(app, &issue(app, &officer, None, true).await.unwrap()).await;
        assert!(caller.reads_only);
        assert_eq!(ask::students(app, &caller, "张一").await.unwrap().len(), 1);
        let before = app.log().head().await.unwrap();
        assert_eq!(code(run(app, &caller, register("东方汽车服务有限公司")).await), "gate.reads_only");
        assert_eq!(code(issue(app, &caller, None, false).await), "gate.reads_only");
        // Before anything else is looked at: the role may not do this either.
        let add = json!({ "code": "33070077", "name": "七中", "category": "private" });
        let refused = run(app, &caller, json!({ "school": { "add": add } })).await.unwrap_err();
        assert_eq!((refused.code(), refused.kind()), ("gate.reads_only", RefusalKind::NotAllowed));
        assert_eq!(app.log().head().await.unwrap(), before);
        // Who looks at persons in full is recorded, and that is no command.
        let find = json!({ "students": { "text": "张一", "school": null } });
        let question: Question = serde_json::from_value(find).unwrap();
        app.ask_showing(&caller, LookingPurpose::ContactStudent, &question).await.unwrap();
        assert_eq!(app.log().head().await.unwrap().position(), before.position() + 1);
    }
}

fn on_the_last_day() -> i64 {
    clock() + 90 * 86_400 * 1_000_000
}

fn on_the_day_after() -> i64 {
    clock() + 91 * 86_400 * 1_000_000
}

#[tokio::test]
async fn an_unknown_malformed_revoked_or_expired_token_and_one_of_a_disabled_account_are_one_refusal() {
    for database in Database::both().await {
        let Staffed { town, officer, .. } = Staffed::new(&database).await;
        let app = &town.app;
        let (one, other) =
            (issue(app, &officer, None, false).await.unwrap(), issue(app, &officer, None, false).await.unwrap());
        let secret = one.secret.as_str();
        let unknown = format!("gt_{}", "0".repeat(64));
        let close =
            [&secret[3..], &secret.to_ascii_uppercase(), &secret[..66], &format!(" {secret}")].map(str::to_owned);
        for shown in [String::new(), "钱五".to_owned(), "gt_".to_owned(), unknown].into_iter().chain(close) {
            assert!(is_out(app, &shown).await);
        }
        // Neither the id nor the digest is the secret.
        assert!(is_out(app, &one.token.0.to_string()).await);

        // The last day is included.
        let later = Town::at(&database, on_the_last_day).await.app;
        assert_eq!(get_in(&later, &one).await.staff, officer.staff);
        assert!(is_out(&Town::at(&database, on_the_day_after).await.app, secret).await);

        assert!(matches!(revoke(app, &officer, None, one.token).await.unwrap(), Done::Recorded(_)));
        assert_eq!(revoke(app, &officer, None, one.token).await.unwrap(), Done::Unchanged);
        assert!(is_out(app, secret).await);
        assert!(is_out(&later, secret).await, "another process hears of it");
        assert_eq!(get_in(app, &other).await.staff, officer.staff);

        let disable = json!({ "staff": of(&officer), "reason": "left" });
        run(app, &town.caller, json!({ "account": { "disable": disable } })).await.unwrap();
        assert!(is_out(app, other.secret.as_str()).await);
        let enable = json!({ "account": { "enable": { "staff": of(&officer) } } });
        run(app, &town.caller, enable).await.unwrap();
        assert_eq!(get_in(app, &other).await.staff, officer.staff);
    }
}

#[tokio::test]
async fn what_one_server_did_to_a_token_holds_at_once_on_another_whoever_else_wrote_in_between() {
    for database in Database::both().await {
        let Staffed { town, officer, .. } = Staffed::new(&database).await;
        let (one, other) = (&town.app, &Town::at(&database, clock).await.app);
        for round in 0..4 {
            let (here, there) = if round % 2 == 0 { (one, other) } else { (other, one) };
            let issued = issue(here, &officer, None, false).await.unwrap();
            assert_eq!(get_in(there, &issued).await.staff, officer.staff);
            // Who asks has written itself, of something else, before or after.
            if round > 1 {
                run(there, &officer, register(&format!("第{round}厂"))).await.unwrap();
                assert_eq!(get_in(there, &issued).await.staff, officer.staff);
            }
            revoke(here, &officer, None, issued.token).await.unwrap();
            if round == 3 {
                run(there, &officer, register("后来的厂")).await.unwrap();
            }
            assert!(is_out(there, issued.secret.as_str()).await);
            assert!(is_out(here, issued.secret.as_str()).await);
        }
    }
}

#[tokio::test]
async fn the_secret_is_in_no_table_and_in_no_answer_of_a_repeated_command() {
    for database in Database::both().await {
        let Staffed { town, officer, .. } = Staffed::new(&database).await;
        let order = json!({ "account": { "issue_token": { "label": "排课系统", "reads_only": false } } });
        let (command, key): (Command, _) = (serde_json::from_value(order).unwrap(), Key::parse("令牌-1").unwrap());
        let again = async || town.app.run(&officer, Some(&key), &command).await.unwrap();
        // Of two at once one is told the secret.
        let (one, other) = tokio::join!(again(), again());
        let secret = |answer: &Answer| match answer {
            Answer::Account(AccountAnswer::Token(issued)) => Some(issued.secret.as_str().to_owned()),
            Answer::Repeated(_) | Answer::Account(AccountAnswer::Changed(Done::Recorded(_))) => None,
            other => panic!("{other:?}"),
        };
        let told: Vec<String> = [&one, &other].into_iter().filter_map(secret).collect();
        assert_eq!(told.len(), 1, "{one:?} {other:?}");
        assert!(town.app.caller_of_token(&told[0], "api").await.is_ok());
        assert!(!format!("{one:?} {other:?}").contains(&told[0][3..]));
        let Answer::Repeated(receipt) = again().await else { panic!("recorded before") };
        assert!(!format!("{receipt:?}").contains(&told[0][3..]) && receipt.answer.contains("\"token\""));
        let listed = list(&town.app, &officer, None).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert!(!format!("{listed:?}").contains(&told[0][3..]));

        let stored = everything_stored(&database).await;
        assert!(stored.contains("token_issued"), "the look finds what is there");
        for hidden in [&told[0][3..], &told[0], "排课系统", "令牌-1"] {
            assert!(!stored.contains(hidden), "{hidden}");
        }
    }
}

#[tokio::test]
async fn everybody_deals_with_the_own_tokens_and_who_answers_for_an_account_revokes_and_lists_them() {
    for database in Database::both().await {
        let Staffed { town, officer, principal, theirs, bureau, teacher } = Staffed::new(&database).await;
        let app = &town.app;
        let ours = of(&officer);
        // The operator issues for anybody, and says for whom.
        assert_eq!(code(issue(app, &town.caller, None, false).await), "input.fields_missing");
        let issued = issue(app, &town.caller, Some("钱五"), false).await.unwrap();
        assert_eq!(get_in(app, &issued).await.staff, officer.staff);
        // Everybody for the own account, with or without naming it.
        for caller in [&officer, &principal, &theirs, &bureau, &teacher] {
            let own = issue(app, caller, None, false).await.unwrap();
            let named = issue(app, caller, Some(&of(caller)), true).await.unwrap();
            assert_eq!(get_in(app, &own).await.staff, caller.staff);
            let listed = list(app, caller, None).await.unwrap();
            let found = |token| listed.iter().any(|listed| listed.token == token);
            assert!(found(own.token) && found(named.token), "{listed:?}");
            assert!(listed.iter().all(|token| Some(token.owner) == caller.staff_id()), "{listed:?}");
            revoke(app, caller, None, own.token).await.unwrap();
        }
        // Nobody else issues for another, be the other there or not.
        for caller in [&principal, &theirs, &bureau, &teacher] {
            for wanted in [ours.as_str(), "钱五", "没有这个人"] {
                assert_eq!(code(issue(app, caller, Some(wanted), false).await), "account.token_of_another");
            }
        }
        for caller in [&theirs, &teacher] {
            for wanted in [ours.as_str(), "没有这个人"] {
                assert_eq!(code(list(app, caller, Some(wanted)).await), "account.token_of_another");
                let refused = revoke(app, caller, Some(wanted), issued.token).await;
                assert_eq!(code(refused), "account.token_of_another");
            }
            assert_eq!(code(revoke(app, caller, None, issued.token).await), "account.no_such_token");
        }
        // Who answers for the account lists and revokes, as far as the own scope reaches.
        for caller in [&principal, &bureau, &town.caller] {
            assert_eq!(list(app, caller, Some(&ours)).await.unwrap().len(), 3);
        }
        let names = [of(&theirs), "邻五".to_owned(), "没有这个人".to_owned()];
        for wanted in names {
            assert_eq!(code(list(app, &principal, Some(&wanted)).await), "staff.unknown");
            assert_eq!(code(revoke(app, &principal, Some(&wanted), issued.token).await), "staff.unknown");
        }
        assert!(matches!(revoke(app, &principal, Some(&ours), issued.token).await.unwrap(), Done::Recorded(_)));
        assert!(is_out(app, issued.secret.as_str()).await);
        let all = list(app, &town.caller, None).await.unwrap();
        assert_eq!(all.len(), 11);
        let one = all.iter().find(|listed| listed.token == issued.token).unwrap();
        assert_eq!((&*one.label, &*one.owner_name, one.until), ("排课系统", "钱五", day(LAST)));
        assert_eq!((one.reads_only, one.revoked_on), (false, Some(day("2023-07-01"))));
    }
}

#[tokio::test]
async fn a_label_is_short_and_a_last_day_within_a_year_and_neither_issue_nor_revocation_is_undone() {
    for database in Database::both().await {
        let Staffed { town, officer, .. } = Staffed::new(&database).await;
        let app = &town.app;
        let with = async |label: &str, until: &str| {
            let order = json!({ "label": label, "until": until, "reads_only": true });
            run(app, &officer, json!({ "account": { "issue_token": order } })).await
        };
        for label in ["  ", &"字".repeat(61)] {
            assert_eq!(code(with(label, LAST).await), "account.token_label");
        }
        for until in ["2023-07-01", "2024-07-02"] {
            assert_eq!(code(with("排课系统", until).await), "account.token_expiry");
        }
        assert!(matches!(with(&"字".repeat(60), "2024-07-01").await, Ok(Answer::Account(AccountAnswer::Token(_)))));
        let undo = json!({ "staff": of(&officer), "version": 2, "reason": "entry_error" });
        let refused = run(app, &town.caller, json!({ "account": { "undo": undo } })).await;
        assert_eq!(code(refused), "account.nothing_to_undo");
        assert_eq!(app.verify_sealed().await.unwrap(), 6, "five names and a label");
    }
}

#[tokio::test]
async fn after_a_change_of_role_the_token_acts_in_the_new_one_and_the_name_stays_the_account_s() {
    for database in Database::both().await {
        let Staffed { town, officer, .. } = Staffed::new(&database).await;
        let app = &town.app;
        let issued = issue(app, &officer, None, false).await.unwrap();
        let change = json!({ "staff": of(&officer), "role": "class-teacher", "school": OURS, "class": "2班" });
        run(app, &town.caller, json!({ "account": { "change": change } })).await.unwrap();
        let caller = get_in(app, &issued).await;
        assert_eq!(caller.staff.as_ref().map(|staff| staff.role), Some(Role::ClassTeacher));
        assert_eq!(caller.scope.class(), ClassName::parse("2班").ok().as_ref());
        assert_eq!(code(run(app, &caller, register("东方汽车服务有限公司")).await), "request.denied");
        // The label that is sealed beside the name is no name.
        assert!(ask::accounts(app, &town.caller).await.unwrap().iter().any(|member| member.name == "钱五"));
    }
}

#[test]
fn the_command_line_tells_a_secret_once_and_in_both_languages_how_to_get_another() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    succeeds(directory, &["school", "add", "--code", OURS, "--name", "一中", "--category", "民办"]);
    succeeds(directory, &["staff", "add", "--name", "钱五", "--role", "就业办", "--school", OURS]);
    let issue = ["--as", "钱五", "--key", "一", "token", "issue", "--label", "排课系统", "--read-only"];
    let told = succeeds(directory, &issue);
    let secret = told.lines().next().unwrap().to_owned();
    assert!(secret.starts_with("gt_") && secret.len() == 67, "{told}");
    assert!(told.contains("只显示这一次"), "{told}");
    let id = told.split("令牌编号 ").nth(1).unwrap()[..36].to_owned();
    let again = succeeds(directory, &issue);
    assert!(again.contains("令牌只在签发时显示一次") && again.contains("另发一个") && again.contains(&id), "{again}");
    let again = succeeds(directory, &[&["--lang", "en"], &issue[..]].concat());
    assert!(again.contains("shown once only") && !again.contains(&secret), "{again}");
    let english = ["--lang", "en", "token", "issue", "--staff", "钱五", "--label", "x", "--until"];
    let refused = fails(directory, 1, &[&english[..], &["2020-01-01"]].concat());
    assert!(refused.contains("its last day"), "{refused}");
    assert!(fails(directory, 1, &["token", "issue", "--label", "x"]).contains("人员"));

    let listed = succeeds(directory, &["--as", "钱五", "token", "list"]);
    assert!(listed.contains("排课系统") && listed.contains("只读") && listed.contains(&id[28..]), "{listed}");
    assert!(!listed.contains(&secret));
    succeeds(directory, &["token", "revoke", "--staff", "钱五", &id[28..]]);
    let listed = succeeds(directory, &["--lang", "en", "token", "list", "--format", "json"]);
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert!(!listed["rows"][0]["revoked_on"].is_null(), "{listed}");
    let history = succeeds(directory, &["--as", "钱五", "events"]);
    assert!(history.contains("签发令牌") && history.contains("吊销令牌"), "{history}");
}
