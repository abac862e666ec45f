//! Promise: of two schools that place at the same employer, neither sees or touches anything of the other's season.

use crate::support::Database;
use crate::support::typed::{
    ARRANGED, CLASS, CODE, document_number, office, output, position, rows, run, town, until_signed,
};

/// The neighbours' class and their officer.
const THEIRS: &str = "邻校2班";

/// Both schools place at the same employer; gives the id of our placement.
fn two_schools(database: &Database) -> String {
    town(database, 1, 0);
    until_signed(database);
    run(database, &["school", "add", "--code", "33070002", "--name", "二中", "--category", "民办"]);
    for (name, role) in [("邻五", "officer"), ("邻校长", "principal"), ("邻老师", "mentor")] {
        run(database, &["staff", "add", "--name", name, "--role", role, "--school", "33070002"]);
    }
    let roster = format!(
        "学校代码,姓名,证件号码,学号,专业代码,班级,学籍状态,状态日期\n\
         33070002,陌生人,{},X1,700206,{THEIRS},在籍,2024-09-01\n",
        document_number(77)
    );
    let file = database.write(&[("邻校名册.csv", &roster)]).remove(0);
    run(database, &["import", "--kind", "roster", file.to_str().unwrap()]);
    let theirs = |word: &&'static str| match *word {
        "工业路88号" => "邻校路1号",
        "郑师傅" => "邻师傅",
        "吴老师" => "邻老师",
        word => word,
    };
    let drafted = ["--as", "邻五", "placement", "draft", "--class", THEIRS, "--submit", "--verdict", "通过"];
    run(database, &drafted.into_iter().chain(ARRANGED.iter().map(theirs)).collect::<Vec<_>>());
    for who in ["钱五", "邻五"] {
        run(database, &["--as", who, "host", "propose", CODE]);
        run(database, &["--as", who, "host", "contact", CODE, "--name", "李经理"]);
    }
    office(database, &["exemption", "request", "--class", CLASS, "--ground", "其他"]);
    rows(database, &["placement", "show", "--class", CLASS])[0]["placement"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn no_question_of_the_season_answers_anything_of_the_other_school() {
    for database in Database::both().await {
        let placement = two_schools(&database);
        let questions = [
            "placement show --class CLASS",
            "placement show --class CLASS --school 33070001",
            "placement show --student 20240000",
            "placement show --placement PLACEMENT",
            "agreement show --placement PLACEMENT",
            "packet --placement PLACEMENT --out OUT",
            "exemption list",
            "exemption list --school 33070001",
            "host list",
            "host list --school 33070001",
            "host show CODE",
            "host show CODE --school 33070001",
            "employer list",
            "employer show CODE",
            "queue",
            "queue unsigned --on 2099-09-01",
            "queue awaiting-approval",
            "queue unsigned --school 33070001 --on 2099-09-01",
            "at-work --on 2099-10-01",
            "at-work --on 2099-10-01 --by school",
            "at-work --on 2099-10-01 --by employer",
            "at-work --on 2099-10-01 --school 33070001",
            "grid --class CLASS --school 33070001",
            "events --limit 5000",
            "history PLACEMENT",
            "staff list",
            "imports",
        ];
        let out = database.directory.path().join("邻校打印");
        let ask = |who: &str, question: &str| {
            let words = question.split_whitespace().map(|word| match word {
                "CLASS" => CLASS,
                "PLACEMENT" => &placement,
                "CODE" => CODE,
                "OUT" => out.to_str().unwrap(),
                word => word,
            });
            output(&database, &["--as", who].into_iter().chain(words).collect::<Vec<_>>())
        };
        for question in questions {
            let told = ask("邻五", question).1.replace(&format!("没有找到编号 {placement}"), "");
            for secret in ["在**", "在校生", "20240000", &placement, "工业路", "郑师傅", "钱五", "吴老师"]
            {
                assert!(!told.contains(secret), "{question} tells {secret}: {told}");
            }
            // That our school is there all may know.
            let ours = told.lines().filter(|line| line.contains("33070001") && !line.contains("school_registered"));
            assert!(ours.count() <= usize::from(question.contains("33070001")), "{question}: {told}");
        }
        // And what is asked is there: the same questions answer our own office.
        assert!(ask("钱五", "placement show --placement PLACEMENT").1.contains("工业路88号"));
        assert!(ask("钱五", "queue awaiting-approval").1.contains("：0 人"));
        assert!(ask("邻五", "queue awaiting-approval").1.contains("：1 人"));
        assert!(ask("钱五", "exemption list").1.contains("20240000  在校生"));
        assert!(ask("邻五", "employer list").1.contains(CODE), "units are seen by all");
        assert!(!out.exists());
    }
}

#[tokio::test]
async fn no_order_of_the_season_touches_anything_of_the_other_school() {
    for database in Database::both().await {
        let placement = two_schools(&database);
        let scan = database.write(&[("扫描.pdf", "%PDF-1.7")]).remove(0);
        let orders = [
            "placement draft --student 20240000 --kind 岗位实习",
            "placement submit --placement PLACEMENT",
            "placement approve --placement PLACEMENT",
            "placement end --placement PLACEMENT --by 学校 --reason 其他",
            "placement cancel --class CLASS --school 33070001 --reason 其他",
            "placement change-pay --placement PLACEMENT --from 2099-10-01 --reason 其他 --pay 1",
            "placement undo --placement PLACEMENT --reason 其他",
            "agreement draft --placement PLACEMENT --meals 提供 --lodging 自理 --day-hours 8 --week-days 5 \
             --pay-method 转账 --pay-day 15 --insurance 意外险 --insurance-buyer 学校",
            "agreement send --placement PLACEMENT",
            "agreement sign --placement PLACEMENT --party all",
            "agreement scan --placement PLACEMENT SCAN",
            "agreement collect SCAN --assign 1=20240000/commitment",
            "agreement revoke --placement PLACEMENT --party 学生 --reason 其他",
            "agreement recall --placement PLACEMENT --reason 其他",
            "agreement amend --placement PLACEMENT --from 2099-10-01",
            "agreement terminate --placement PLACEMENT --by 学校 --reason 其他",
            "agreement void --placement PLACEMENT --reason 其他",
            "agreement undo --placement PLACEMENT --reason 其他",
            "exemption request --student 20240000 --ground 其他",
            "exemption grant --class CLASS",
            "exemption withdraw --student 20240000",
            "exemption undo --student 20240000 --reason 其他",
            "host propose CODE --school 33070001",
            "host visit CODE --all 符合 --school 33070001",
            "host accept CODE --school 33070001",
            "host suspend CODE --reason 其他 --school 33070001",
            "host undo CODE --reason 其他 --school 33070001",
            "host contact CODE --name 某某 --school 33070001",
            "employer correct CODE --name 改名",
            "employer close CODE",
            "employer undo CODE --reason 其他",
        ];
        let before = position(&database);
        for who in ["邻五", "邻校长"] {
            for order in orders {
                let words = order.split_whitespace().map(|word| match word {
                    "CLASS" => CLASS,
                    "PLACEMENT" => &placement,
                    "CODE" => CODE,
                    "SCAN" => scan.to_str().unwrap(),
                    word => word,
                });
                let (code, told) = output(&database, &["--as", who].into_iter().chain(words).collect::<Vec<_>>());
                assert_eq!(code, Some(1), "{order}: {told}");
                assert!(told.contains("没有") || told.contains("您的角色不能作此操作"), "{order}: {told}");
                assert!(!told.contains("在**") && !told.contains("在校生"), "{order}: {told}");
            }
        }
        assert_eq!(position(&database), before);
    }
}
