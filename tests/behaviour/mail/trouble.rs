//! What goes wrong with one letter, one answer or one server holds up no other, is not taken for something else, and is told
//! without anybody's address.

use super::*;
use gradtrail::app::mail::due::digest_day;
use gradtrail::app::mail::keeping::Fate;
use gradtrail::domain::ids::PlacementId;
use gradtrail::outbox::smtp::Encryption;
use gradtrail::projections::placement_register::List;

use crate::placements::{class, draft, evaluate, execute, officer, submit};

fn three_days_later() -> i64 {
    clock() + 72 * HOUR
}

fn a_hundred_days_later() -> i64 {
    clock() + 2_400 * HOUR
}

/// The same over one connection with another patience for the answer to the content.
fn waiting_for(outbox: Outbox, patience_at_end: Duration) -> Outbox {
    let Post::Smtp(smtp) = outbox.post else { panic!("no server") };
    Outbox { post: Post::Smtp(Box::new(Smtp { patience_at_end, ..*smtp })), connections: 1, ..outbox }
}

/// The messages to so many deputies, each of the one before.
async fn deputies(app: &App, count: usize) {
    mentors(app, count + 1).await;
    for number in 0..count {
        appoint(app, number, number + 1).await;
    }
}

async fn in_state(app: &App, state: MailState) -> Vec<Message> {
    messages(app).await.into_iter().filter(|message| message.state == state).collect()
}

async fn digests(app: &App, state: Option<MailState>) -> Vec<Message> {
    let all = listed(app, state).await.into_iter().filter_map(|of| of.message);
    all.filter(|message| message.kind == MailKind::Digest).collect()
}

#[tokio::test]
async fn what_nobody_knows_just_now_is_kept_and_told_and_sent_when_it_is_known() {
    for database in Database::both().await {
        let folder = database.directory.path().join("mail");
        let outbox = sending_by(Post::Folder(folder.clone()));
        let ([principal, _teacher], students) =
            two_of_three_submitted(&database, [Role::Principal, Role::ClassTeacher]).await;
        let staff = accounts(&principal.app, &Caller::operator("cli")).await.unwrap();
        let teacher = staff.iter().find(|member| member.staff.role == Role::ClassTeacher).unwrap().staff.id.0;
        give_mail(&principal.app, &teacher.to_string(), "teacher@example.cn").await;
        principal.app.plan_mail().await.unwrap();
        let id = students[0].0.to_string();
        let words = [("students", &*id), ("class", "1班"), ("reason", "document_missing"), ("back", "/")];
        assert!(principal.post("/acts/placement/return", &words).await.contains(" 303 "));
        let later = database.open_at(a_day_later).await;
        later.plan_mail().await.unwrap();
        let renamed = |from: &str, to: &str| {
            format!(
                "update log_head set revision = revision + 1, read_models = replace(read_models, '\"{from}\"', '\"{to}\"')"
            )
        };
        let newer = renamed("placement_register", "placement_register_2");
        database.raw().await.execute(sqlx::AssertSqlSafe(newer)).await.unwrap();
        let told = send(&later, &outbox).await;
        assert!(told.len() == 1 && told[0].contains("请升级程序"), "{told:?}");
        assert_eq!(digests(&later, Some(MailState::Waiting)).await.len(), 1);
        assert!(read(&folder).is_empty());
        let again = renamed("placement_register_2", "placement_register");
        database.raw().await.execute(sqlx::AssertSqlSafe(again)).await.unwrap();
        let later = database.open_at(a_day_later).await;
        assert_eq!(send(&later, &outbox).await, Vec::<String>::new());
        assert_eq!(digests(&later, Some(MailState::Filed)).await.len(), 1);
        assert!(read(&folder)[0].text.contains("实习安排被退回：1 份"));
    }
}

#[tokio::test]
async fn news_are_those_who_wait_now_and_did_not_before_whenever_it_is_asked() {
    for database in Database::both().await {
        let (town, host, students) = class(&database, 3).await;
        let ids: Vec<PlacementId> = students.iter().map(|_| PlacementId(town.app.new_id())).collect();
        let drafts = ids.iter().zip(&students).map(|(id, student)| draft(*id, *student, host));
        execute(&town.app, &officer(), drafts.collect()).await.unwrap();
        for order in [submit, evaluate] {
            execute(&town.app, &officer(), ids[..2].iter().map(|id| order(*id)).collect()).await.unwrap();
        }
        let [principal] = Browser::of(town.app, [Role::Principal]).await;
        let app = Arc::clone(&principal.app);
        let staff = accounts(&app, &Caller::operator("cli")).await.unwrap();
        let account = staff.iter().find(|member| member.staff.role == Role::Principal).unwrap().staff.id.0;
        give_mail(&app, &account.to_string(), "principal@example.cn").await;
        app.plan_mail().await.unwrap();
        // One leaves the list and another comes: as many as before, and one of them new.
        let id = students[0].0.to_string();
        let words = [("students", &*id), ("class", "1班"), ("reason", "document_missing"), ("back", "/")];
        assert!(principal.post("/acts/placement/return", &words).await.contains(" 303 "));
        execute(&app, &officer(), vec![submit(ids[2])]).await.unwrap();
        // Nothing was sent for three days: it is compared with the day of the digest before, not with yesterday.
        let later = database.open_at(three_days_later).await;
        later.plan_mail().await.unwrap();
        let [digest]: [Message; 1] = digests(&later, None).await.try_into().unwrap();
        assert_eq!(
            (digest.since_day, digest_day(digest.due_at)),
            (digest_day(clock()), digest_day(three_days_later()))
        );
        let told = later.digest_of(&digest).await.unwrap().unwrap();
        let awaiting = told.lists.iter().find(|(list, _, _)| *list == List::AwaitingApproval);
        assert_eq!(awaiting, Some(&(List::AwaitingApproval, 2, 1)), "{told:?}");
        let much_later = database.open_at(a_hundred_days_later).await;
        assert_eq!(much_later.digest_of(&digest).await.unwrap(), Some(told), "the same counts whenever it is written");
    }
}

#[tokio::test]
async fn an_answer_that_takes_long_is_waited_for_and_one_that_never_comes_is_waited_for_three_times() {
    let database = Database::sqlite();
    let server = MailServer::start();
    let app = database.open_at(clock).await;
    deputies(&app, 1).await;
    server.answers("hang");
    let hasty = waiting_for(smtp(&server), Duration::from_millis(500));
    for (open_at, state) in [
        (clock as fn() -> i64, MailState::Waiting),
        (a_day_later, MailState::Waiting),
        (two_days_later, MailState::Parked),
        (three_days_later, MailState::Parked),
    ] {
        let app = database.open_at(open_at).await;
        send(&app, &hasty).await;
        assert_eq!(the_message(&app).await.state, state);
    }
    assert_eq!((server.came().len(), the_message(&app).await.doubts), (3, 3));
    // Longer than any other step may take.
    server.answers("slow");
    appoint(&app, 1, 0).await;
    assert_eq!(send(&app, &waiting_for(smtp(&server), PATIENCE * 10)).await, Vec::<String>::new());
    let [sent]: [Message; 1] = in_state(&app, MailState::Sent).await.try_into().unwrap();
    assert_eq!(sent.doubts, 0);
}

#[tokio::test]
async fn a_recipient_at_whom_the_server_breaks_off_holds_up_nobody_else() {
    for (mode, status) in [("over t1@example.cn 421 4.3.2 bye", "4.3.2"), ("gone t1@example.cn", "4.4.2")] {
        let database = Database::sqlite();
        let server = MailServer::start();
        let app = database.open_at(clock).await;
        deputies(&app, 3).await;
        server.answers(mode);
        assert_eq!(send(&app, &waiting_for(smtp(&server), PATIENCE)).await, Vec::<String>::new(), "{mode}");
        assert_eq!((server.came().len(), in_state(&app, MailState::Sent).await.len()), (2, 2), "{mode}");
        let [waiting]: [Message; 1] = in_state(&app, MailState::Waiting).await.try_into().unwrap();
        assert_eq!((waiting.tries, waiting.told.as_deref(), waiting.doubts), (1, Some(status), 0), "{mode}");
        server.answers("ok");
        send(&database.open_at(a_day_later).await, &smtp(&server)).await;
        assert_eq!(in_state(&app, MailState::Sent).await.len(), 3);
    }
}

#[tokio::test]
async fn a_server_that_breaks_off_at_everybody_is_told_without_anybodys_address() {
    let database = Database::sqlite();
    let server = MailServer::start();
    let app = database.open_at(clock).await;
    deputies(&app, 4).await;
    server.answers("rcpt 421 4.3.2 <t1@example.cn>: too many for t1@example.cn");
    let told = send(&app, &waiting_for(smtp(&server), PATIENCE)).await;
    assert!(told.len() == 1 && told[0].ends_with("：RCPT 4.3.2"), "{told:?}");
    let tried = messages(&app).await.iter().filter(|message| message.tries == 1).count();
    assert_eq!((tried, in_state(&app, MailState::Waiting).await.len()), (3, 4), "the fourth is not tried");
}

#[tokio::test]
async fn a_connection_that_the_server_closed_meanwhile_is_made_anew() {
    let database = Database::sqlite();
    let server = MailServer::start();
    let app = database.open_at(clock).await;
    deputies(&app, 3).await;
    server.answers("once");
    // Five letters a second: each connection is closed by then.
    let outbox = Outbox { per_minute: 300, ..waiting_for(smtp(&server), PATIENCE) };
    assert_eq!(send(&app, &outbox).await, Vec::<String>::new());
    let sent = in_state(&app, MailState::Sent).await;
    assert_eq!((sent.len(), sent.iter().filter(|message| message.is_possibly_twice()).count()), (3, 0));
    assert_eq!(server.came().len(), 3);
}

#[tokio::test]
async fn a_server_without_starttls_that_has_to_offer_it_is_sent_nothing() {
    let database = Database::sqlite();
    let server = MailServer::start();
    let app = database.open_at(clock).await;
    deputies(&app, 1).await;
    server.answers("plain");
    let by = |encryption| {
        let smtp = Smtp::at(&server.url(), Some(&server.file("tls.crt")), None, PATIENCE);
        sending_by(Post::Smtp(Box::new(Smtp { encryption, ..smtp.unwrap_or_else(|_| panic!()) })))
    };
    assert_eq!(send(&app, &by(Encryption::StartTls)).await.len(), 1);
    assert_eq!((server.came().len(), the_message(&app).await.tries), (0, 0));
    // The same server on this machine.
    assert_eq!(send(&app, &by(Encryption::Loopback)).await, Vec::<String>::new());
    assert_eq!(server.came().len(), 1);
}

#[tokio::test]
async fn a_folder_of_returned_mail_that_cannot_be_read_holds_up_no_letter_and_a_file_no_other() {
    let database = Database::sqlite();
    let folder = database.directory.path().join("mail");
    let returned = database.directory.path().join("returned");
    let outbox = Outbox { returned: Some(returned.clone()), ..sending_by(Post::Folder(folder.clone())) };
    let app = database.open_at(clock).await;
    deputies(&app, 1).await;
    let told = send(&app, &outbox).await;
    assert!(told.len() == 1 && told[0].contains("退信读不了"), "{told:?}");
    assert_eq!(read(&folder).len(), 1);
    let new = returned.join("new");
    std::fs::create_dir_all(&new).unwrap();
    let id = the_message(&app).await.id;
    let text = format!("To: bounce+{id}@example.cn\r\nSubject: x\r\n\r\n550 5.2.2 full\r\n");
    // One that another server took away meanwhile, one that leads to itself, and one that is to be noted.
    for (name, leads_to) in [("0", "nowhere"), ("1", "1"), ("3", "3")] {
        std::os::unix::fs::symlink(leads_to, new.join(name)).unwrap();
    }
    std::fs::write(new.join("2"), text).unwrap();
    let told = send(&app, &outbox).await;
    assert!(told.len() == 1 && told[0].contains("退信读不了"), "{told:?}");
    assert_eq!(the_message(&app).await.state, MailState::Returned);
    assert!(returned.join("cur/2:2,S").exists());
}

#[tokio::test]
async fn two_servers_on_one_database_send_each_letter_once() {
    let database = Database::postgres().await;
    let server = MailServer::start();
    let (one, other) = (database.open_at(clock).await, database.open_at(clock).await);
    deputies(&one, 30).await;
    let (of_one, of_other) = (smtp(&server), smtp(&server));
    let told = tokio::join!(send(&one, &of_one), send(&other, &of_other));
    assert_eq!(told, (vec![], vec![]));
    let mut came: Vec<String> = server.came().into_iter().map(|came| came.id).collect();
    came.sort();
    let mut sent: Vec<String> = in_state(&one, MailState::Sent).await.into_iter().map(|message| message.id).collect();
    sent.sort();
    assert_eq!((came.len(), came), (30, sent));
}

#[tokio::test]
async fn who_was_too_slow_settles_nothing_of_the_attempt_of_another() {
    for database in Database::both().await {
        let (one, other) = (database.open_at(clock).await, database.open_at(clock).await);
        deputies(&one, 1).await;
        one.plan_mail().await.unwrap();
        let message = the_message(&one).await;
        let slow = one.take_mail(&message, 1, 0).await.unwrap().unwrap();
        other.resume_mail().await.unwrap();
        let quick = other.take_mail(&the_message(&other).await, 1, HOUR).await.unwrap().unwrap();
        one.settle_mail(&slow, &Fate::Later("4.2.2".to_owned())).await.unwrap();
        assert_eq!(the_message(&one).await.state, MailState::Sending);
        // Nor does who read it before another was told to try later.
        other.settle_mail(&quick, &Fate::Later("4.2.2".to_owned())).await.unwrap();
        assert_eq!(one.take_mail(&message, 1, HOUR).await.unwrap(), None);
    }
}

#[tokio::test]
async fn without_a_server_letters_are_called_files_and_go_with_their_messages() {
    for database in Database::both().await {
        let folder = database.directory.path().join("mail");
        let outbox = sending_by(Post::Folder(folder.clone()));
        let app = database.open_at(clock).await;
        deputies(&app, 2).await;
        send(&app, &outbox).await;
        assert_eq!((in_state(&app, MailState::Filed).await.len(), read(&folder).len()), (2, 2));
        let others = "Message-ID: <x@example.cn>\r\n\r\nof somebody else\r\n";
        std::fs::write(folder.join("notes.eml"), others).unwrap();
        outbox.forget_ended(&app).await.unwrap();
        assert_eq!(read(&folder).len(), 3, "not yet");
        let later = database.open_at(a_hundred_days_later).await;
        outbox.forget_ended(&later).await.unwrap();
        assert_eq!(messages(&later).await, vec![]);
        let [left]: [Came; 1] = read(&folder).try_into().unwrap();
        assert!(left.text.contains("of somebody else"));
    }
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_waits_for_the_letter_under_way() {
    let database = Database::sqlite();
    let server = MailServer::start();
    let app = database.open_at(now).await;
    deputies(&app, 1).await;
    server.answers("slow");
    let (url, certificate, password) = (server.url(), server.file("tls.crt"), server.file("password"));
    let typed = [
        ["--smtp", &url],
        ["--smtp-ca", certificate.to_str().unwrap()],
        ["--smtp-user", USER],
        ["--smtp-password-file", password.to_str().unwrap()],
        ["--mail-from", "office@example.cn"],
    ]
    .concat();
    let process = Process::start(&database, &typed);
    until(|| server.came().len() == 1, "mail").await;
    process.end();
    let message = the_message(&app).await;
    assert_eq!((message.state, message.doubts), (MailState::Sent, 0));
}
