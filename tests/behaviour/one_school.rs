//! Promise: where one school is all there is, its principal may what is the bureau's elsewhere; with an account of the bureau,
//! or another school, no longer.

use gradtrail::accounts::{Caller, Role};
use gradtrail::app::actions::{Action, Command};
use gradtrail::app::failure::Failure;
use gradtrail::app::import::ImportFiles;
use gradtrail::refusal::Refusal as _;
use serde_json::{Value, json};

use crate::placements::document;
use crate::support::{self, Database, Town, add_staff, school};

const OURS: &str = "33070001";
const THEIRS: &str = "33070002";

struct OneSchool {
    database: Database,
    town: Town,
    principal: Caller,
    student: String,
}

impl OneSchool {
    async fn all() -> Vec<Self> {
        let mut all = vec![];
        for database in Database::both().await {
            let town = Town::new(&database).await;
            town.add_school(OURS).await;
            let principal = add_staff(&town.app, &town.caller, "赵校长", Role::Principal, Some(school(OURS))).await;
            let student = town.student(OURS, "1班", "张一", &document(1), None).await.id.0.to_string();
            let principal = Caller::operator_for(principal.unwrap(), "test");
            all.push(Self { database, town, principal, student });
        }
        all
    }

    async fn run(&self, caller: &Caller, command: Value) -> Result<(), Failure> {
        let command: Command = serde_json::from_value(command).unwrap();
        self.town.app.run(caller, None, &command).await.map(|_| ())
    }

    async fn refused(&self, command: Value) -> &'static str {
        self.run(&self.principal, command).await.map_or_else(|failure| failure.code(), |()| "nothing")
    }

    fn erase(&self) -> Value {
        json!({ "erase": { "person": self.student, "reason": "request" } })
    }

    async fn import(&self) -> Result<usize, Failure> {
        let roster = format!(
            "学校代码,姓名,证件号码,专业代码,班级,学籍状态,毕业日期\n{OURS},新生,{},700206,1班,在籍,\n",
            document(2)
        );
        let paths = self.database.write(&[("roster.csv", &roster)]);
        let results = support::import(&self.town.app, &self.principal, &paths, ImportFiles::default()).await?;
        Ok(support::imported(results)[0].rejected.len())
    }

    /// Whether what is the bureau's is refused, as before; nothing is recorded then.
    async fn expect_nothing_of_the_bureau(&self) {
        assert_eq!(self.refused(self.erase()).await, "request.denied");
        assert_eq!(self.refused(register("北方机械厂")).await, "request.denied");
        assert_eq!(self.refused(merge()).await, "request.denied");
        assert_eq!(self.refused(add_school(OURS)).await, "request.denied");
        assert_eq!(self.import().await.unwrap_err().code(), "import_files.kind_not_yours");
    }
}

fn register(name: &str) -> Value {
    json!({ "employer": { "register": { "name": name, "school": OURS } } })
}

fn merge() -> Value {
    json!({ "employer": { "merge": { "employer": "东方汽车公司", "into": "东方汽车服务有限公司" } } })
}

fn add_school(code: &str) -> Value {
    json!({ "school": { "add": { "code": code, "name": "第一职业学校", "category": "public" } } })
}

fn of_unit(verb: &str, mut said: Value) -> Value {
    said["employer"] = json!("东方汽车服务有限公司");
    json!({ "employer": { verb: said } })
}

#[tokio::test]
async fn the_principal_of_the_only_school_erases_merges_closes_corrects_and_undoes() {
    for one in OneSchool::all().await {
        let run = async |command| one.run(&one.principal, command).await.unwrap();
        for name in ["东方汽车公司", "东方汽车服务有限公司"] {
            run(register(name)).await;
        }
        run(merge()).await;
        run(of_unit("correct", json!({ "code": "91330700MA28A00001" }))).await;
        run(of_unit("close", json!({}))).await;
        run(of_unit("undo", json!({ "reason": "entry_error" }))).await;
        run(add_school(OURS)).await;
        assert_eq!(one.import().await.unwrap(), 0);
        run(one.erase()).await;
        let of_that = json!({ "student": { "correct_number": { "student": one.student, "number": "1" } } });
        assert_ne!(one.refused(of_that).await, "request.denied");
    }
}

#[tokio::test]
async fn the_principal_of_the_only_school_makes_neither_another_school_nor_an_account_of_the_bureau() {
    for one in OneSchool::all().await {
        let before = one.town.app.log().head().await.unwrap();
        assert_eq!(one.refused(add_school(THEIRS)).await, "request.denied");
        let bureau = json!({ "account": { "add": { "name": "孙局", "role": "bureau" } } });
        assert_eq!(one.refused(bureau).await, "staff.beyond_scope");
        assert_eq!(one.town.app.log().head().await.unwrap(), before);
    }
}

#[tokio::test]
async fn with_an_account_of_the_bureau_be_it_disabled_the_principal_is_one_like_any_other() {
    for one in OneSchool::all().await {
        let operator = &one.town.caller;
        add_staff(&one.town.app, operator, "孙局", Role::Bureau, None).await.unwrap();
        one.expect_nothing_of_the_bureau().await;
        one.run(operator, json!({ "account": { "disable": { "staff": "孙局", "reason": "left" } } })).await.unwrap();
        one.expect_nothing_of_the_bureau().await;
        let other_role = json!({ "staff": "孙局", "role": "officer", "school": OURS });
        one.run(operator, json!({ "account": { "change": other_role } })).await.unwrap();
        assert!(one.town.app.permits(&one.principal, Action::StudentErase).await.is_ok());
    }
}

#[tokio::test]
async fn with_another_school_or_another_role_it_is_as_the_table_says() {
    for one in OneSchool::all().await {
        let add = async |name: &str, role| {
            let staff = add_staff(&one.town.app, &one.town.caller, name, role, Some(school(OURS))).await;
            Caller::operator_for(staff.unwrap(), "test")
        };
        for (name, role) in [("钱五", Role::Officer), ("吴老师", Role::Mentor), ("周审", Role::Auditor)] {
            let denied = one.town.app.permits(&add(name, role).await, Action::StudentErase).await;
            assert_eq!(denied.unwrap_err().code(), "request.denied", "{name}");
        }
        assert!(one.town.app.permits(&one.principal, Action::StudentErase).await.is_ok());
        one.town.add_school(THEIRS).await;
        one.expect_nothing_of_the_bureau().await;
    }
}
