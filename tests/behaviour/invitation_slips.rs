//! Promise: everybody of a school who has not set up signing in is invited at once, each by a code of the own that is on a
//! slip and nowhere else; another school's staff is not there.

use gradtrail::accounts::visitor::Visitor;
use gradtrail::accounts::{Caller, Role};
use gradtrail::app::account::{AccountAnswer, AccountOrder, DisableAccount};
use gradtrail::app::actions::Command;
use gradtrail::app::failure::Failure;
use gradtrail::app::invitation::{InviteSchool, PrintedInvitations};
use gradtrail::app::reply::Answer;
use gradtrail::app::{App, Done};
use gradtrail::domain::account::codes::DisablingReason;
use gradtrail::refusal::Refusal as _;

use crate::privacy::everything_stored;
use crate::support::{Database, Town, add_staff, school};

const OURS: &str = "33070001";
const THEIRS: &str = "33070002";

async fn invite(app: &App, caller: &Caller, input: &InviteSchool) -> Result<Option<PrintedInvitations>, Failure> {
    match app.run(caller, None, &Command::Account(AccountOrder::InviteSchool(input.clone()))).await? {
        Answer::Account(AccountAnswer::Printed(printed)) => Ok(Some(printed)),
        Answer::Account(AccountAnswer::Changed(Done::Unchanged)) => Ok(None),
        other => panic!("{other:?}"),
    }
}

fn of(code: &str) -> InviteSchool {
    InviteSchool { school: school(code), until: None, address: None }
}

/// The codes that the slips say, in order.
fn codes(printed: &PrintedInvitations) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slips.docx");
    std::fs::write(&path, &printed.file.bytes).unwrap();
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("word/document.xml").unwrap(), &mut text).unwrap();
    let is_code = |word: &&str| word.len() == 31 && word.matches('-').count() == 5;
    text.split(['<', '>']).filter(is_code).map(str::to_owned).collect()
}

async fn town(database: &Database) -> (Town, Caller) {
    let town = Town::new(database).await;
    let mut principal = None;
    for code in [OURS, THEIRS] {
        town.add_school(code).await;
        for (name, role) in [("赵校长", Role::Principal), ("钱五", Role::Officer), ("郑七", Role::Mentor)] {
            let staff = add_staff(&town.app, &town.caller, name, role, Some(school(code))).await.unwrap();
            if (code, role) == (OURS, Role::Principal) {
                principal = Some(Caller::operator_for(staff, "test"));
            }
        }
    }
    let principal = principal.unwrap();
    let disable = DisableAccount { staff: "郑七".to_owned(), reason: DisablingReason::Left, on: None };
    let disable = Command::Account(AccountOrder::Disable(disable));
    town.app.run(&principal, None, &disable).await.unwrap();
    (town, principal)
}

#[tokio::test]
async fn everybody_of_a_school_who_may_act_is_invited_by_a_code_that_opens_the_own_account_and_is_stored_nowhere() {
    for database in Database::both().await {
        let (town, principal) = town(&database).await;
        let before = town.app.log().head().await.unwrap().position();
        let printed = invite(&town.app, &principal, &of(OURS)).await.unwrap().unwrap();
        assert_eq!((printed.count, printed.file.name.as_str()), (2, "邀请-33070001.docx"));
        assert_eq!(town.app.log().head().await.unwrap().position(), before + 2);
        let visitor = Visitor::new(Some([192, 168, 7, 9].into()), "Mozilla/5.0 Chrome/156.0");
        let mut names = vec![];
        let stored = everything_stored(&database).await;
        for code in codes(&printed) {
            names.push(town.app.open_invitation(&code, &visitor).await.unwrap().name);
            assert!(!stored.contains(&code));
        }
        names.sort();
        assert_eq!(names, ["赵校长", "钱五"]);
        // Another printing takes the place of the one before.
        let again = invite(&town.app, &principal, &of(OURS)).await.unwrap().unwrap();
        assert_eq!(again.count, 2);
        assert!(town.app.open_invitation(&codes(&printed)[0], &visitor).await.is_err());
    }
}

#[tokio::test]
async fn another_school_is_not_there_and_what_is_no_address_is_refused() {
    for database in Database::both().await {
        let (town, principal) = town(&database).await;
        for code in [THEIRS, "33070099"] {
            let refused = invite(&town.app, &principal, &of(code)).await.unwrap_err();
            assert_eq!(refused.code(), "staff.no_such_school");
        }
        for address in ["jy.example.cn", "https://", "https://jy.example.cn/a?b", "javascript:1"] {
            let input = InviteSchool { address: Some(address.to_owned()), ..of(OURS) };
            assert_eq!(invite(&town.app, &principal, &input).await.unwrap_err().code(), "staff.address");
        }
        let input = InviteSchool { address: Some("https://jy.example.cn:8443/".to_owned()), ..of(OURS) };
        assert!(invite(&town.app, &principal, &input).await.unwrap().is_some());
        let nobody = add_staff(&town.app, &town.caller, "王九", Role::Officer, Some(school(OURS))).await.unwrap();
        let officer = invite(&town.app, &Caller::operator_for(nobody, "test"), &of(OURS)).await.unwrap_err();
        assert_eq!(officer.code(), "request.denied");
    }
}
