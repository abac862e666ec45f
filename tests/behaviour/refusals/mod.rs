//! Promise: whatever is ordered or asked in vain is refused with the code that says why, and nothing of it is recorded.

mod agreements;
mod files;
mod languages;
mod questions;
mod targets;
mod units;

use gradtrail::accounts::{Caller, Role};
use gradtrail::app::actions::{Command, Question};
use gradtrail::app::failure::Failure;
use gradtrail::app::import::ImportFiles;
use gradtrail::app::reply::Answer;
use gradtrail::refusal::Refusal as _;
use serde_json::{Value, json};

use crate::placements::{OURS, document};
use crate::support::{Database, Town, add_staff, school, with};

pub const CODE: &str = "91330700MA28A00001";

/// Students of a class with student numbers, as a school lists them.
pub fn roster(school: &str, numbers: std::ops::Range<usize>) -> String {
    let row = |number| format!("{school},学生,{},2023{number:04},700206,1班,在籍,2022-09-01\n", document(number));
    let rows: String = numbers.map(row).collect();
    format!("学校代码,姓名,证件号码,学号,专业代码,班级,学籍状态,状态日期\n{rows}")
}

/// A school with an officer and a principal, a class of three, and a unit.
pub struct Office {
    pub town: Town,
    pub officer: Caller,
    pub principal: Caller,
}

impl Office {
    pub async fn new(database: &Database) -> Self {
        let town = Town::new(database).await;
        town.add_school(OURS).await;
        town.import(&database.write(&[("名册.csv", &roster(OURS, 0..3))]), ImportFiles::default()).await;
        let mut members = vec![];
        for (name, role) in [("钱五", Role::Officer), ("赵校长", Role::Principal), ("吴老师", Role::Mentor)] {
            let added = add_staff(&town.app, &town.caller, name, role, Some(school(OURS))).await.unwrap();
            members.push(Caller::operator_for(added, "test"));
        }
        let (officer, principal) = (members[0].clone(), members[1].clone());
        let office = Self { town, officer, principal };
        office.does(json!({ "employer": { "register": { "name": "东方汽车服务有限公司", "code": CODE } } })).await;
        office
    }

    pub async fn position(&self) -> i64 {
        self.town.app.log().head().await.unwrap().position()
    }

    /// Runs a command that is written as a client writes it.
    pub async fn run(&self, caller: &Caller, command: &Value) -> Result<Answer, Failure> {
        let command: Command = serde_json::from_value(command.clone()).unwrap_or_else(|e| panic!("{e}: {command}"));
        self.town.app.run(caller, None, &command).await
    }

    /// What the officer orders is done.
    pub async fn does(&self, command: Value) -> Answer {
        self.run(&self.officer, &command).await.unwrap_or_else(|failure| panic!("{command}: {failure:?}"))
    }

    /// The code with which the officer's command is refused.
    pub async fn refuses(&self, command: Value) -> &'static str {
        self.refuses_to(&self.officer, command).await
    }

    /// The code with which somebody's command is refused; of a command for several students, the first one's.
    pub async fn refuses_to(&self, caller: &Caller, command: Value) -> &'static str {
        let before = self.position().await;
        let failure = self.run(caller, &command).await.map(|answer| panic!("{command}: {answer:?}")).unwrap_err();
        assert_eq!(self.position().await, before, "{command}");
        match &failure {
            Failure::Refused(refused) => refused[0].why.code(),
            other => other.code(),
        }
    }

    /// The code with which somebody's question is refused.
    pub async fn answers_not(&self, caller: &Caller, question: Value) -> &'static str {
        let asked: Question = serde_json::from_value(question.clone()).unwrap_or_else(|e| panic!("{e}: {question}"));
        let failure = self.town.app.ask(caller, &asked).await.map(|reply| panic!("{question}: {reply:?}")).unwrap_err();
        failure.code()
    }

    /// Everybody of the class is placed at the unit.
    pub async fn places_the_class(&self) {
        let draft = with(with(of_class(), arranged()), json!({ "submit": true, "verdict": "passed" }));
        self.does(json!({ "placement": { "draft": draft } })).await;
    }

    /// The agreement of everybody of the class is drafted.
    pub async fn drafts_the_agreements(&self) {
        self.does(json!({ "agreement": { "draft": with(of_class(), agreed()) } })).await;
    }
}

pub fn of_class() -> Value {
    json!({ "class": "1班" })
}

/// One student of the class.
pub fn of_student(number: usize) -> Value {
    json!({ "student": format!("2023{number:04}") })
}

pub fn arranged() -> Value {
    json!({
        "kind": "post", "source": "school", "host": CODE, "first_day": "2023-09-01", "last_day": "2024-02-29",
        "address": "工业路88号", "post": "汽车维修", "site_kind": "private", "region": "city", "mentor": "郑师傅",
        "teacher": "吴老师", "pay": 2400, "pay_unit": "month", "on_specialty": "full",
    })
}

pub fn agreed() -> Value {
    json!({
        "meals": "provided", "lodging": "own", "day_hours": 8, "week_days": 5, "pay_method": "transfer", "pay_day": 15,
        "insurance": "liability", "insurance_buyer": "school",
    })
}

/// A file as it is sent along with a command.
pub fn sent(name: &str, bytes: &[u8]) -> Value {
    json!({ "name": name, "bytes": hex::encode(bytes) })
}
