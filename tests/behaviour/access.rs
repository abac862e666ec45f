//! Promise: who may do or ask what is one table, printed for people; and whoever may, reaches the own data only: to others'
//! students, classes and schools every action answers as if they were not there.

mod addresses;
pub mod deeds;
mod pages;

use std::path::Path;

use deeds::{Bound, Data, Deed, SPARE, UNIT, deed};
use gradtrail::accounts::{Actor, Caller, Role, Staff};
use gradtrail::app::account::{AccountAnswer, AccountOrder, AddAccount};
use gradtrail::app::actions::{Action, Command};
use gradtrail::app::failure::Failure;
use gradtrail::app::gate::{Denied, permits};
use gradtrail::app::import::ImportFiles;
use gradtrail::app::import::batch::Recording;
use gradtrail::app::reply::Answer;
use gradtrail::domain::ids::ClassName;
use gradtrail::domain::terms::Term as _;
use gradtrail::evidence::EvidenceFile;
use serde_json::json;
use strum::IntoEnumIterator;
use uuid::Uuid;

use crate::placements::{OURS, document};
use crate::support::{Database, Town, add_staff, school, with};

/// The table of `ops/roles.md`: a row for each action, a column for each kind of caller.
fn table() -> String {
    let actors: Vec<Actor> = Actor::iter().collect();
    let names: Vec<&str> = actors.iter().map(|actor| actor.into()).collect();
    let mut table = format!("| action | {} |\n|---|{}\n", names.join(" | "), "---|".repeat(names.len()));
    for action in Action::iter() {
        let mark = |actor: &Actor| if action.actors().contains(actor) { "✓" } else { "" };
        let marks: Vec<&str> = actors.iter().map(mark).collect();
        table.push_str(&format!("| {} | {} |\n", action.name(), marks.join(" | ")));
    }
    table
}

#[test]
fn the_printed_table_of_roles_is_the_gate_s() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ops/roles.md");
    let printed = std::fs::read_to_string(path).unwrap();
    let table = table();
    assert!(printed.ends_with(&table), "ops/roles.md should end with:\n{table}");
}

#[test]
fn the_operator_decides_nothing_for_which_a_person_stands_by_name() {
    let operator = Caller::operator("test");
    for action in [
        Action::PlacementApprove,
        Action::PlacementLate,
        Action::PlacementReturn,
        Action::PlacementReject,
        Action::HostAccept,
        Action::HostRefuse,
        Action::ExemptionGrant,
        Action::ExemptionRefuse,
    ] {
        assert_eq!(permits(&operator, action), Err(Denied { actor: Actor::Operator, action }));
    }
}

const THEIRS: &str = "33070002";

/// Whose data an action is about, as seen from a school, its class 1 and the first of its two mentors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Own,
    OtherMentors,
    OtherClass,
    OtherSchools,
}

const ALL: [Whose; 4] = [Whose::Own, Whose::OtherMentors, Whose::OtherClass, Whose::OtherSchools];

/// Two schools, two classes, three mentors; a student of each kind with a placement and a file of evidence.
pub struct Tenants {
    pub town: Town,
    pub callers: Vec<(Actor, Caller)>,
    pub data: Vec<(Whose, Data)>,
}

fn name(whose: Whose) -> &'static str {
    match whose {
        Whose::Own => "甲一",
        Whose::OtherMentors => "乙二",
        Whose::OtherClass => "丙三",
        Whose::OtherSchools => "丁四",
    }
}

/// The scope of each role, by hand: the rule that the table below is compared with.
fn sees(actor: Actor, bound: Bound, whose: Whose) -> bool {
    match (actor, bound) {
        (Actor::Operator | Actor::Bureau | Actor::Auditor, _) | (_, Bound::Nothing) => true,
        (Actor::Principal | Actor::Officer, _) => whose != Whose::OtherSchools,
        // A class teacher undoes what the own hand imported.
        (Actor::ClassTeacher | Actor::Mentor, Bound::Batch) => false,
        (Actor::ClassTeacher, Bound::Student | Bound::Class) => matches!(whose, Whose::Own | Whose::OtherMentors),
        (Actor::Mentor, Bound::Student) => whose == Whose::Own,
        (Actor::ClassTeacher | Actor::Mentor, Bound::School) => whose != Whose::OtherSchools,
        (Actor::Mentor, Bound::Class) => whose != Whose::OtherSchools,
    }
}

impl Tenants {
    pub async fn new(database: &Database) -> Self {
        let town = Town::new(database).await;
        let mut callers = vec![(Actor::Operator, Caller::operator("test"))];
        let mut mentors = vec![];
        for code in [OURS, THEIRS] {
            town.add_school(code).await;
        }
        let at = |code: &str| Some(school(code));
        let open = async |name: &str, role: Role, of| add_staff(&town.app, &town.caller, name, role, of).await.unwrap();
        for role in [Role::Bureau, Role::Auditor] {
            let staff = open(role.zh(), role, None).await;
            callers.push((if role == Role::Bureau { Actor::Bureau } else { Actor::Auditor }, caller(staff)));
        }
        for (actor, role) in [(Actor::Principal, Role::Principal), (Actor::Officer, Role::Officer)] {
            callers.push((actor, caller(open(role.zh(), role, at(OURS)).await)));
        }
        let class = Some(ClassName::parse("1班").unwrap());
        let (title, role, of) = ("班主任".to_owned(), Role::ClassTeacher, Some(school(OURS)));
        let add = AccountOrder::Add(AddAccount { name: title, role, school: of, class });
        let Answer::Account(AccountAnswer::Opened(teacher)) =
            town.app.run(&town.caller, None, &Command::Account(add)).await.unwrap()
        else {
            panic!("an account was opened")
        };
        callers.push((Actor::ClassTeacher, caller(teacher.staff)));
        for (name, code) in [("第一教师", OURS), ("第二教师", OURS), ("第三教师", THEIRS)] {
            mentors.push(open(name, Role::Mentor, at(code)).await);
        }
        callers.push((Actor::Mentor, caller(mentors[0].clone())));
        open(SPARE, Role::Officer, at(OURS)).await;
        let register = json!({ "employer": { "register": { "name": "东方汽车服务有限公司", "code": UNIT } } });
        run(&town, register).await;
        let mut data = vec![];
        for (number, whose) in ALL.into_iter().enumerate() {
            let (code, class, mentor) = match whose {
                Whose::Own => (OURS, "1班", 0),
                Whose::OtherMentors => (OURS, "1班", 1),
                Whose::OtherClass => (OURS, "2班", 1),
                Whose::OtherSchools => (THEIRS, "1班", 2),
            };
            let student = town.student(code, class, name(whose), &document(number), None).await.id.0.to_string();
            let proof = format!("%PDF-1.4 {number}");
            let file = json!({ "name": "proof.pdf", "bytes": hex::encode(&proof) });
            let request = json!({ "student": student, "ground": "health", "evidence": file, "on": "2023-06-01" });
            run(&town, json!({ "exemption": { "request": request } })).await;
            run(&town, json!({ "exemption": { "withdraw": { "student": student, "on": "2023-06-02" } } })).await;
            let fields = json!({
                "kind": "post", "source": "school", "host": UNIT, "first_day": "2023-07-01", "last_day": "2023-12-31",
                "address": "工业路88号", "post": "汽车维修", "site_kind": "private", "region": "city", "mentor": "郑师傅",
                "teacher": mentors[mentor].id.0.to_string(), "pay": 2400, "pay_unit": "month", "on_specialty": "full",
            });
            let draft = with(fields, json!({ "student": student, "submit": false }));
            let drafted = run(&town, json!({ "placement": { "draft": draft } })).await;
            let Answer::Bulk(drafted) = drafted else { panic!("a placement was drafted") };
            let placement = drafted.placements[0].0.to_string();
            run(&town, json!({ "agreement": { "draft": terms(&student) } })).await;
            let hash = EvidenceFile::of("proof.pdf", proof.as_bytes()).unwrap().hash.to_string();
            let batch = batch(database, &town, code, class, 10 + number).await;
            data.push((
                whose,
                Data { school: code.to_owned(), class: class.to_owned(), student, placement, batch, hash },
            ));
        }
        Self { town, callers, data }
    }
}

fn caller(staff: Staff) -> Caller {
    Caller::operator_for(staff, "test")
}

/// What an agreement says of somebody, that is not sent yet.
fn terms(student: &str) -> serde_json::Value {
    json!({
        "student": student, "meals": "own", "lodging": "own", "day_hours": 8, "week_days": 5, "pay_method": "transfer",
        "pay_day": 10, "insurance": "liability", "insurance_buyer": "school",
    })
}

async fn run(town: &Town, command: serde_json::Value) -> Answer {
    let command: Command = serde_json::from_value(command).unwrap();
    town.app.run(&town.caller, None, &command).await.unwrap()
}

/// Imports a roster of one more student; the batch's id.
async fn batch(database: &Database, town: &Town, code: &str, class: &str, number: usize) -> String {
    let roster = format!(
        "学校代码,姓名,证件号码,专业代码,班级,学籍状态,毕业日期\n{code},新生,{},700206,{class},在籍,\n",
        document(number)
    );
    let paths = database.write(&[(&format!("roster-{number}.csv"), &roster)]);
    let imported = town.import(&paths, ImportFiles::default()).await;
    let Recording::Recorded(batch) = imported[0].recording else { panic!("{:?}", imported[0]) };
    batch.0.to_string()
}

/// What came of it, in words that are alike for whoever is not there: the ids that were sent are taken out.
async fn said(town: &Town, caller: &Caller, action: Action, data: &Data) -> Result<String, Denied> {
    let (_, deed) = deed(action, data);
    let (answer, failure) = match deed {
        Deed::Command(command) => {
            assert_eq!(command.action(), action);
            match town.app.run(caller, None, &command).await {
                Ok(answer) => (format!("{answer:?}"), None),
                Err(failure) => (String::new(), Some(failure)),
            }
        }
        Deed::Question(question) => {
            assert_eq!(question.action(), action);
            match town.app.ask(caller, &question).await {
                Ok(reply) => (format!("{reply:?}"), None),
                Err(failure) => (String::new(), Some(failure)),
            }
        }
    };
    let said = match failure {
        Some(Failure::Denied(denied)) => return Err(denied),
        Some(failure) => format!("refused: {failure} {failure:?}"),
        None => answer,
    };
    let sent = [&data.student, &data.placement, &data.batch, &data.hash, &data.school, &data.class];
    Ok(sent.into_iter().fold(said, |said, sent| said.replace(sent.as_str(), "*")))
}

#[tokio::test]
async fn every_action_of_every_role_reaches_the_own_data_and_finds_no_other() {
    for database in Database::both().await {
        let tenants = Tenants::new(&database).await;
        let nobody = Data {
            school: "33070099".to_owned(),
            class: "9班".to_owned(),
            student: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + 1).to_string(),
            placement: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + 3).to_string(),
            batch: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + 2).to_string(),
            hash: "0".repeat(64),
        };
        let mut wrong = vec![];
        // Who is erased is not there for whoever comes later.
        let (last, before): (Vec<Action>, Vec<Action>) = Action::iter()
            .partition(|action| matches!(action, Action::StudentErase | Action::ImportUndo | Action::StaffDisable));
        for action in before.into_iter().chain(last) {
            let (bound, _) = deed(action, &nobody);
            for (actor, caller) in &tenants.callers {
                let permitted = action.actors().contains(actor);
                let missing = said(&tenants.town, caller, action, &nobody).await;
                for (whose, data) in &tenants.data {
                    let said = said(&tenants.town, caller, action, data).await;
                    let case = format!("{} {actor:?} {whose:?}", action.name());
                    let said = match said {
                        Err(denied) => {
                            assert_eq!((denied.actor, denied.action, permitted), (*actor, action, false), "{case}");
                            continue;
                        }
                        Ok(said) => said,
                    };
                    assert!(permitted, "{case}: {said}");
                    for (hidden, other) in &tenants.data {
                        if !sees(*actor, Bound::Student, *hidden)
                            && (said.contains(&other.student) || said.contains(name(*hidden)))
                        {
                            wrong.push(format!("{case} shows {hidden:?}: {said}"));
                        }
                    }
                    if bound != Bound::Nothing {
                        let is_hidden = missing.as_ref() == Ok(&said);
                        if is_hidden == sees(*actor, bound, *whose) {
                            wrong.push(format!("{case}: {said}, and of nobody's: {missing:?}"));
                        }
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
    }
}
