//! Promise: staff are told by mail what came due, once each, whatever becomes of the process or of the mail server; nobody is
//! named in it but staff, and who wants none, may not act or cannot be reached gets none.

mod server;
mod trouble;

use std::sync::Arc;
use std::time::Duration;

use gradtrail::accounts::{Caller, Role};
use gradtrail::app::App;
use gradtrail::app::account::{AccountOrder, Deputise, DisableAccount};
use gradtrail::app::actions::{Command, Question};
use gradtrail::app::mail::address::SetMail;
use gradtrail::app::mail::digest::Matter;
use gradtrail::app::mail::listed::{ListMail, ListedMail};
use gradtrail::app::mail::message::{MailKind, MailState, Message};
use gradtrail::app::reply::Reply;
use gradtrail::domain::ErasureReason;
use gradtrail::domain::account::codes::DisablingReason;
use gradtrail::outbox::bounce::{Taken, note};
use gradtrail::outbox::letter::Letterhead;
use gradtrail::outbox::post::Post;
use gradtrail::outbox::sending::Outbox;
use gradtrail::outbox::smtp::{Login, Smtp, mailbox};
use gradtrail::refusal::Refusal as _;
use sqlx::Executor as _;
use tokio_util::sync::CancellationToken;

use crate::acts::{Browser, two_of_three_submitted};
use crate::privacy::everything_stored;
use crate::serving::process::Process;
use crate::support::ask::accounts;
use crate::support::{Database, add_school, add_staff, clock, day, erase, school};
use server::{Came, MailServer, PASSWORD, USER, read};

const ORIGIN: &str = "http://localhost:8080";
const HOUR: i64 = 3_600_000_000;
/// How long a mail server is waited for here.
const PATIENCE: Duration = Duration::from_secs(2);

fn a_day_later() -> i64 {
    clock() + 24 * HOUR
}

fn two_days_later() -> i64 {
    clock() + 48 * HOUR
}

/// The machine's, for the process of a test.
#[expect(clippy::disallowed_methods, reason = "the server that is killed has the machine's clock")]
fn now() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}

fn sending_by(post: Post) -> Outbox {
    let sender = mailbox("\"实习办, 第一职校\" <office@example.cn>").unwrap();
    let bounces_to = Some(mailbox("bounce@example.cn").unwrap().email);
    Outbox { letterhead: Letterhead { sender, bounces_to }, post, connections: 2, per_minute: 60_000, returned: None }
}

fn smtp(server: &MailServer) -> Outbox {
    let login = Login::new(USER.to_owned(), PASSWORD.to_owned());
    let smtp = Smtp::at(&server.url(), Some(&server.file("tls.crt")), Some(login), PATIENCE);
    let smtp = smtp.unwrap_or_else(|fault| panic!("{}", fault.sentence().en));
    sending_by(Post::Smtp(Box::new(Smtp { patience_at_end: PATIENCE, ..smtp })))
}

/// Sends what is due and takes in what came back; what was told to the operator.
async fn send(app: &App, outbox: &Outbox) -> Vec<String> {
    let sent = outbox.send_due(app, ORIGIN, &CancellationToken::new()).await;
    let taken_in = outbox.take_in(app).await;
    [sent, taken_in].into_iter().filter_map(Result::err).map(|fault| fault.sentence().zh).collect()
}

async fn order(app: &App, order: AccountOrder) {
    app.run(&Caller::operator("cli"), None, &Command::Account(order)).await.unwrap();
}

async fn give_mail(app: &App, staff: &str, mail: &str) {
    let (staff, mail) = (Some(staff.to_owned()), Some(mail.to_owned()));
    order(app, AccountOrder::Mail(SetMail { staff, mail, no_mail: false, digest: None })).await;
}

/// A school with so many mentors, each with an address, whose mail is followed from here on.
async fn mentors(app: &App, count: usize) {
    let operator = Caller::operator("cli");
    add_school(app, &operator, "33070001", "第一职业学校").await.unwrap();
    for number in 0..count {
        let name = format!("教师{number}");
        add_staff(app, &operator, &name, Role::Mentor, Some(school("33070001"))).await.unwrap();
        give_mail(app, &name, &format!("t{number}@example.cn")).await;
    }
    app.plan_mail().await.unwrap();
}

/// Has one mentor be the deputy of another: a message to the deputy.
async fn appoint(app: &App, absent: usize, deputy: usize) {
    let (from, to) = (app.today(), app.today().saturating_add(jiff::ToSpan::days(7)));
    let (staff, deputy) = (format!("教师{absent}"), format!("教师{deputy}"));
    order(app, AccountOrder::Deputise(Deputise { staff, deputy, from, to })).await;
}

async fn listed(app: &App, state: Option<MailState>) -> Vec<ListedMail> {
    let question = Question::Mail(ListMail { state });
    match app.ask(&Caller::operator("cli"), &question).await.unwrap() {
        Reply::Mail(listed) => listed,
        other => panic!("{other:?}"),
    }
}

/// Those to deputies; digests come by themselves.
async fn messages(app: &App) -> Vec<Message> {
    let all = listed(app, None).await.into_iter().filter_map(|of| of.message);
    all.filter(|message| message.kind == MailKind::Deputy).collect()
}

/// The only message there is.
async fn the_message(app: &App) -> Message {
    let [one] = messages(app).await.try_into().unwrap();
    one
}

#[tokio::test]
async fn ten_kills_lose_no_mail_and_send_none_twice_but_what_says_so() {
    const COUNT: usize = 36;
    for database in Database::both().await {
        let server = MailServer::start();
        let app = database.open_at(now).await;
        mentors(&app, COUNT).await;
        for number in 0..COUNT {
            appoint(&app, number, (number + 1) % COUNT).await;
        }
        let (url, certificate, password) = (server.url(), server.file("tls.crt"), server.file("password"));
        let typed = [
            ["--smtp", &url],
            ["--smtp-ca", certificate.to_str().unwrap()],
            ["--smtp-user", USER],
            ["--smtp-password-file", password.to_str().unwrap()],
            ["--smtp-timeout", "1"],
            ["--smtp-answer-timeout", "1"],
            ["--mail-from", "office@example.cn"],
            ["--mail-per-minute", "1200"],
        ]
        .concat();
        for killed in 1..=10 {
            let process = Process::start(&database, &typed);
            // Dropped is killed, wherever it is just then.
            until(|| server.came().len() >= killed * 3, "mail").await;
            drop(process);
        }
        let process = Process::start(&database, &typed);
        let mut waiting = usize::MAX;
        for _ in 0..600 {
            waiting = messages(&app).await.iter().filter(|message| message.state != MailState::Sent).count();
            if waiting == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(waiting, 0, "{:?}", messages(&app).await);
        process.end();
        let came = server.came();
        for message in messages(&app).await {
            let copies = came.iter().filter(|came| came.id == message.id).count();
            assert!(copies == 1 || (copies > 1 && message.is_possibly_twice()), "{copies} of {message:?}");
        }
        let doubts = messages(&app).await.iter().filter(|message| message.is_possibly_twice()).count();
        assert!(doubts < COUNT, "of some it is certain: {doubts}");
    }
}

async fn until(is_so: impl Fn() -> bool, what: &str) {
    for _ in 0..2_400 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("no {what}");
}

#[tokio::test]
async fn what_a_mail_server_says_decides_whether_it_is_tried_again_parked_or_the_address_is_dead() {
    for database in Database::both().await {
        let server = MailServer::start();
        let outbox = smtp(&server);
        let app = Arc::new(database.open_at(clock).await);
        mentors(&app, 2).await;
        appoint(&app, 0, 1).await;
        // Later: it waits, with a pause.
        server.answers("rcpt 452 4.2.2 mailbox full");
        assert_eq!(send(&app, &outbox).await, Vec::<String>::new());
        let waiting = the_message(&app).await;
        assert_eq!((waiting.state, waiting.tries, waiting.told.as_deref()), (MailState::Waiting, 1, Some("4.2.2")));
        assert!(waiting.next_at > app.now() + HOUR / 20, "{waiting:?}");
        assert!(app.mailbox(gradtrail::domain::ids::StaffId(waiting.recipient)).await.unwrap().is_some());
        // No, by policy: somebody has to look, and nobody is marked.
        server.answers("data 554 5.7.1 not welcome");
        let later = Arc::new(database.open_at(a_day_later).await);
        send(&later, &outbox).await;
        let parked = the_message(&later).await;
        assert_eq!((parked.state, parked.told.as_deref()), (MailState::Parked, Some("5.7.1")));
        assert_eq!(later.retry_mail(None).await.unwrap(), 1);
        // No such mailbox: a fact of the account, until the address is corrected.
        server.answers("rcpt 550 5.1.1 no such user");
        send(&later, &outbox).await;
        assert_eq!(the_message(&later).await.told.as_deref(), Some("5.1.1"));
        let account = gradtrail::domain::ids::StaffId(parked.recipient);
        assert!(later.mailbox(account).await.unwrap().is_none());
        give_mail(&later, "教师1", "t1@example.cn").await;
        assert!(later.mailbox(account).await.unwrap().is_some(), "said again it is tried again");
        server.answers("ok");
        later.retry_mail(Some(&parked.id)).await.unwrap();
        send(&later, &outbox).await;
        assert_eq!(the_message(&later).await.state, MailState::Sent);
        let [came]: [Came; 1] = server.came().try_into().unwrap();
        assert_eq!((came.id.as_str(), came.from.as_str()), (&*parked.id, &*format!("bounce+{}@example.cn", parked.id)));
        assert!(came.to.contains("t1@example.cn") && came.text.contains("教师0"), "{came:?}");
        assert!(!everything_stored(&database).await.contains("example.cn"), "addresses are sealed");
    }
}

#[tokio::test]
async fn a_mail_server_that_hangs_breaks_off_or_is_not_there_loses_nothing_and_what_may_be_twice_says_so() {
    let database = Database::sqlite();
    let server = MailServer::start();
    let outbox = smtp(&server);
    let app = Arc::new(database.open_at(clock).await);
    mentors(&app, 2).await;
    appoint(&app, 0, 1).await;
    // Not there, or one that asks for another password: everything waits as it was.
    let nowhere = Smtp::at("smtp://127.0.0.1:9", None, None, PATIENCE).unwrap_or_else(|_| panic!());
    let told = send(&app, &sending_by(Post::Smtp(Box::new(nowhere)))).await;
    assert!(told.len() == 1 && told[0].contains("邮件服务器现在不能用"), "{told:?}");
    let login = Login::new(USER.to_owned(), "wrong".to_owned());
    let wrong = Smtp::at(&server.url(), Some(&server.file("tls.crt")), Some(login), PATIENCE);
    let told = send(&app, &sending_by(Post::Smtp(Box::new(wrong.unwrap_or_else(|_| panic!()))))).await;
    assert!(told.iter().all(|sentence| !sentence.contains("wrong")) && told.len() == 1, "{told:?}");
    // One whose certificate nobody vouches for.
    let strange = Smtp::at(&server.url(), None, None, PATIENCE).unwrap_or_else(|_| panic!());
    assert_eq!(send(&app, &sending_by(Post::Smtp(Box::new(strange)))).await.len(), 1);
    let waiting = the_message(&app).await;
    assert_eq!((waiting.state, waiting.tries, waiting.doubts), (MailState::Waiting, 0, 0));
    assert!(server.came().is_empty());
    // It took the content, and nobody knows.
    server.answers("hang");
    send(&app, &outbox).await;
    let unknown = the_message(&app).await;
    assert_eq!((unknown.state, unknown.doubts), (MailState::Waiting, 1));
    server.answers("late");
    let later = Arc::new(database.open_at(a_day_later).await);
    send(&later, &outbox).await;
    assert_eq!(the_message(&later).await.state, MailState::Sent);
    let came: Vec<String> = server.came().into_iter().map(|came| came.id).collect();
    assert_eq!(came, [unknown.id.clone(), unknown.id], "twice, under one id, and it said so");
    // It breaks off.
    appoint(&later, 1, 0).await;
    server.answers("drop");
    send(&later, &outbox).await;
    let dropped = messages(&later).await.into_iter().find(|message| message.state == MailState::Waiting).unwrap();
    assert!(dropped.is_possibly_twice(), "{dropped:?}");
}

#[tokio::test]
async fn a_digest_tells_in_numbers_what_others_returned_and_is_stopped_by_its_link_but_not_by_looking() {
    for database in Database::both().await {
        let roles = [Role::Principal, Role::ClassTeacher];
        let folder = database.directory.path().join("mail");
        let outbox = sending_by(Post::Folder(folder.clone()));
        let ([principal, _teacher], students) = two_of_three_submitted(&database, roles).await;
        let app = Arc::clone(&principal.app);
        let staff = accounts(&app, &Caller::operator("cli")).await.unwrap();
        let id = |role| staff.iter().find(|member| member.staff.role == role).unwrap().staff.id.0.to_string();
        give_mail(&app, &id(Role::Principal), "principal@example.cn").await;
        let teacher = id(Role::ClassTeacher);
        give_mail(&app, &teacher, "teacher@example.cn").await;
        app.plan_mail().await.unwrap();
        let id = students[0].0.to_string();
        let words = [("students", &*id), ("class", "1班"), ("reason", "document_missing"), ("back", "/")];
        assert!(principal.post("/acts/placement/return", &words).await.contains(" 303 "));
        // The plan can be read before it runs.
        let planned = listed(&app, None).await;
        assert_eq!((planned[0].people, planned[0].message.clone()), (2, None), "{planned:?}");
        send(&app, &outbox).await;
        assert!(read(&folder).is_empty(), "the digest of today was due before");
        let later = Arc::new(database.open_at(a_day_later).await);
        send(&later, &outbox).await;
        let came = read(&folder);
        let to_teacher = came.iter().find(|came| came.to.contains("teacher@example.cn")).unwrap();
        assert!(to_teacher.text.contains("实习安排被退回：1 份"), "{to_teacher:?}");
        assert!(!to_teacher.text.contains("3307022") && !to_teacher.text.contains(&id), "{to_teacher:?}");
        assert!(to_teacher.text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{to_teacher:?}");
        // The same of both accounts: what one did oneself is no news.
        let digests = listed(&later, None).await.into_iter().filter_map(|of| of.message);
        for digest in digests.filter(|message| message.kind == MailKind::Digest) {
            let told = later.digest_of(&digest).await.unwrap().unwrap_or_default();
            let is_teacher = digest.recipient.to_string() == teacher;
            let returned = if is_teacher { vec![(Matter::PlacementReturned, 1)] } else { vec![] };
            assert_eq!(told.matters, returned, "{digest:?}");
        }
        // Once, however often it is looked at.
        send(&later, &outbox).await;
        assert_eq!(read(&folder).len(), came.len());
        let address = to_teacher.text.split("List-Unsubscribe: <").nth(1).unwrap().split('>').next().unwrap();
        let path = address.strip_prefix(ORIGIN).unwrap().to_owned();
        assert!(address.len() < 70, "{address}");
        let stranger = Browser::stranger(Arc::clone(&later)).await;
        let before = stranger.position().await;
        let asked = stranger.get(&path).await;
        assert!(asked.starts_with("HTTP/1.1 200") && asked.contains("不再接收"), "{asked}");
        assert_eq!(stranger.position().await, before, "looking changes nothing");
        assert!(stranger.get("/u/000000000000000000000000").await.starts_with("HTTP/1.1 404"));
        let body = "List-Unsubscribe=One-Click";
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\norigin: https://mail.example\r\nsec-fetch-site: cross-site\r\n\
             connection: close\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        for _ in 0..2 {
            let stopped = stranger.send_bytes(request.as_bytes()).await;
            assert!(stopped.starts_with("HTTP/1.1 200") && stopped.contains("不再发每日提醒"), "{stopped}");
        }
        assert_eq!(stranger.position().await, before + 1, "twice is once");
        assert_eq!(listed(&later, None).await[0].people, 1);
        // The next day there is nothing to tell anybody.
        let next = Arc::new(database.open_at(two_days_later).await);
        send(&next, &outbox).await;
        assert_eq!(read(&folder).len(), came.len());
        let dropped = listed(&next, Some(MailState::Dropped)).await;
        assert!(!dropped.is_empty(), "{:?}", listed(&next, None).await);
    }
}

#[tokio::test]
async fn who_may_not_act_any_more_or_is_erased_gets_nothing() {
    for database in Database::both().await {
        let folder = database.directory.path().join("mail");
        let outbox = sending_by(Post::Folder(folder.clone()));
        let (_, students) = two_of_three_submitted(&database, []).await;
        let app = Arc::new(database.open_at(clock).await);
        let operator = Caller::operator("cli");
        for number in 0..2 {
            let name = format!("教师{number}");
            add_staff(&app, &operator, &name, Role::Mentor, Some(school("33070001"))).await.unwrap();
            give_mail(&app, &name, &format!("t{number}@example.cn")).await;
        }
        app.plan_mail().await.unwrap();
        appoint(&app, 0, 1).await;
        let (staff, on) = ("教师1".to_owned(), None);
        order(&app, AccountOrder::Disable(DisableAccount { staff, reason: DisablingReason::Left, on })).await;
        // A message to a person goes with the person.
        let row = format!(
            "insert into outbox values ('{}', 'to-be-erased', 'deputy', 1, 0, 0, 0, 9000000000000000000, 9000000000000000000, \
             'waiting', 0, 0, 0, null)",
            students[0].0
        );
        database.raw().await.execute(sqlx::AssertSqlSafe(row)).await.unwrap();
        erase(&app, &operator, students[0], ErasureReason::Request).await.unwrap();
        let left = "select cast(count(*) as bigint) from outbox where id = 'to-be-erased'";
        let left: i64 = sqlx::query_scalar(left).fetch_one(&mut database.raw().await).await.unwrap();
        assert_eq!(left, 0);
        send(&app, &outbox).await;
        assert!(read(&folder).is_empty());
        assert_eq!(the_message(&app).await.state, MailState::Dropped);
    }
}

#[tokio::test]
async fn what_comes_back_is_noted_once_and_by_who_can_name_the_message() {
    for database in Database::both().await {
        let folder = database.directory.path().join("mail");
        let returned = database.directory.path().join("returned");
        let outbox = Outbox { returned: Some(returned.clone()), ..sending_by(Post::Folder(folder.clone())) };
        std::fs::create_dir_all(returned.join("new")).unwrap();
        let app = Arc::new(database.open_at(clock).await);
        mentors(&app, 3).await;
        appoint(&app, 0, 1).await;
        appoint(&app, 1, 2).await;
        send(&app, &outbox).await;
        let [first, second]: [Message; 2] = messages(&app).await.try_into().unwrap();
        let report = |id: &str, status: &str| {
            format!(
                "From: MAILER-DAEMON@mail.example.cn\r\nTo: bounce+{id}@example.cn\r\nMIME-Version: 1.0\r\nContent-Type: \
                 multipart/report; report-type=delivery-status; boundary=B\r\n\r\n--B\r\nContent-Type: \
                 message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nAction: failed\r\nStatus: {status}\r\n--B--\r\n"
            )
        };
        let before = app.log().head().await.unwrap().position();
        let forged = report("000000000000000000000000", "5.1.1");
        assert_eq!(note(&app, forged.as_bytes()).await.unwrap(), Taken::Unknown);
        assert_eq!(note(&app, b"Subject: lunch?\r\n\r\nhello").await.unwrap(), Taken::Nothing);
        // A full mailbox says nothing of the address.
        assert_eq!(note(&app, report(&first.id, "5.2.2").as_bytes()).await.unwrap(), Taken::Noted);
        assert_eq!(app.log().head().await.unwrap().position(), before);
        // From the folder, once.
        std::fs::write(returned.join("new/1.mail"), report(&second.id, "5.1.1")).unwrap();
        send(&app, &outbox).await;
        assert_eq!(std::fs::read_dir(returned.join("new")).unwrap().count(), 0);
        assert_eq!(note(&app, report(&second.id, "5.1.1").as_bytes()).await.unwrap(), Taken::Noted);
        assert_eq!(app.log().head().await.unwrap().position(), before + 1);
        assert_eq!(listed(&app, Some(MailState::Returned)).await.len(), 2);
        let of = |message: &Message| gradtrail::domain::ids::StaffId(message.recipient);
        assert!(app.mailbox(of(&first)).await.unwrap().is_some());
        assert!(app.mailbox(of(&second)).await.unwrap().is_none());
        assert!(!everything_stored(&database).await.contains("example.cn"));
    }
}

#[tokio::test]
async fn a_name_with_commas_and_line_feeds_is_one_name_and_a_letter_has_one_recipient() {
    let database = Database::sqlite();
    let server = MailServer::start();
    let app = Arc::new(database.open_at(clock).await);
    mentors(&app, 1).await;
    let operator = Caller::operator("cli");
    let name = "Qian, Wu\r\nBcc: all@example.cn";
    add_staff(&app, &operator, name, Role::Mentor, Some(school("33070001"))).await.unwrap();
    let staff = accounts(&app, &operator).await.unwrap();
    let known = staff.iter().find(|member| member.name.starts_with("Qian")).unwrap();
    give_mail(&app, &known.staff.id.0.to_string(), "qian@example.cn").await;
    let (staff, deputy) = ("教师0".to_owned(), known.staff.id.0.to_string());
    order(&app, AccountOrder::Deputise(Deputise { staff, deputy, from: day("2023-07-01"), to: day("2023-07-02") }))
        .await;
    send(&app, &smtp(&server)).await;
    let [came]: [Came; 1] = server.came().try_into().unwrap();
    assert!(came.text.contains("X-Rcpt-To: qian@example.cn\n"), "{came:?}");
    assert!(!came.text.contains("\nBcc:"), "{came:?}");
    // An address is one mailbox, and either said or taken away.
    let set = |mail: Option<&str>, no_mail| {
        let (staff, mail) = (Some("教师0".to_owned()), mail.map(str::to_owned));
        Command::Account(AccountOrder::Mail(SetMail { staff, mail, no_mail, digest: None }))
    };
    for (mail, no_mail) in [(Some("a@example.cn, b@example.cn"), false), (Some("a@example.cn"), true)] {
        let refused = app.run(&operator, None, &set(mail, no_mail)).await.unwrap_err();
        assert_eq!(refused.code(), "staff.mail_address");
    }
    app.run(&operator, None, &set(None, true)).await.unwrap();
}
