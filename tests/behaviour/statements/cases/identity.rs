//! Rule 11: a person is found by the document, else by student number with name, and a number that is corrected makes nobody
//! else of the person.

use gradtrail::app::import::ImportFiles;
use gradtrail::app::statement::StatementAnswer;
use gradtrail::input::file::File;
use serde_json::json;

use super::{JOB, NONE, SCHOOL, YEAR_END, changed, codes, counts, new, says, send, town, unchanged};
use crate::support::typed::document_number;
use crate::support::{Database, Town};

const HEADINGS: &str = "学校代码,姓名,证件号码,原证件号码,学号,专业代码,班级,学籍状态,毕业日期";

/// A roster's row of 张一: under which number, under which before, with which student number.
async fn roster(town: &Town, document: &str, former: &str, number: &str) -> gradtrail::app::import::batch::Imported {
    let row = format!("{SCHOOL},张一,{document},{former},{number},700206,1班,毕业,2022-06-30");
    let file = File { name: "名册.csv".to_owned(), bytes: format!("{HEADINGS}\n{row}\n").into_bytes() };
    send(town, &town.caller, file, &ImportFiles::default()).await.unwrap()
}

#[tokio::test]
async fn another_number_of_the_same_student_number_and_name_waits_until_it_is_called_a_correction() {
    for database in Database::both().await {
        let town = town(&database).await;
        let (first, second) = (document_number(0), document_number(8));
        assert_eq!(roster(&town, &first, "", "G01").await.counts, changed(1));
        assert_eq!(says(&town, JOB, &["张一,企业,某厂,2022-07-01"]).await.counts, new(1));
        // Nobody else comes of the other number, neither by the roster nor by another list.
        assert_eq!(codes(&roster(&town, &second, "", "G01").await), ["import_row.other_number"]);
        assert_eq!(counts(&town, YEAR_END).await, (1, 0, 0, 3));
        assert_eq!(codes(&roster(&town, &second, &document_number(9), "G01").await), ["import_row.former_unknown"]);
        assert_eq!(codes(&roster(&town, &document_number(1), &first, "G01").await), ["import_row.number_taken"]);
        assert_eq!(roster(&town, &second, &first, "G01").await.counts, changed(1));
        assert_eq!(roster(&town, &second, "", "G01").await.counts, unchanged(1));
        assert_eq!(counts(&town, YEAR_END).await, (1, 0, 0, 3));
        // A list under either number is about the same person.
        for document in [&first, &second] {
            let list =
                format!("学校代码,姓名,证件号码,{JOB}\n{SCHOOL},张一,{document},企业,某厂,2022-07-01\n{document}\n");
            let file = File { name: "名单.csv".to_owned(), bytes: list.into_bytes() };
            let said = send(&town, &town.caller, file, &ImportFiles::default()).await.unwrap();
            assert_eq!((codes(&said), said.counts.unchanged), (NONE.to_vec(), 1));
        }
        town.app.log().verify(None, |_, _| ()).await.unwrap();
    }
}

#[tokio::test]
async fn a_list_without_document_numbers_finds_its_people_by_student_number_and_name() {
    for database in Database::both().await {
        let town = town(&database).await;
        roster(&town, &document_number(0), "", "G01").await;
        let list = format!(
            "学号,姓名,{JOB}\nG01,张一,企业,某厂,2022-07-01\nG02,张一,待就业,,2022-07-01\nG01,李二,待就业,,2022-07-01\n"
        );
        let file = File { name: "去向.csv".to_owned(), bytes: list.into_bytes() };
        let options = ImportFiles {
            school: Some(gradtrail::domain::ids::SchoolCode::parse(SCHOOL).unwrap()),
            ..ImportFiles::default()
        };
        let said = send(&town, &town.caller, file, &options).await.unwrap();
        assert_eq!((said.counts.new, codes(&said)), (1, vec!["import_row.not_on_roster", "import_row.name_differs"]));
        assert_eq!(counts(&town, YEAR_END).await, (1, 0, 0, 3));
    }
}

#[tokio::test]
async fn one_person_s_number_and_standing_are_corrected_by_a_command() {
    for database in Database::both().await {
        let town = town(&database).await;
        roster(&town, &document_number(0), "", "G01").await;
        says(&town, JOB, &["张一,企业,某厂,2022-07-01"]).await;
        let order = |verb: &str, fields: serde_json::Value| {
            let mut order = json!({ "student": "G01" });
            order.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            serde_json::from_value(json!({ "student": { verb: order } })).unwrap()
        };
        for command in [
            order("correct_number", json!({ "number": document_number(8) })),
            order("standing", json!({ "standing": "deceased", "on": "2022-10-01" })),
        ] {
            let answer = town.app.run(&town.caller, None, &command).await.unwrap();
            let gradtrail::app::reply::Answer::Statement(StatementAnswer::Said(result)) = answer else { panic!() };
            let imported = result.outcome.unwrap();
            assert_eq!((codes(&imported), imported.counts), (NONE.to_vec(), changed(1)));
        }
        // The dead are not counted from that day on.
        assert_eq!(counts(&town, "2022-09-30").await, (1, 0, 0, 3));
        assert_eq!(counts(&town, YEAR_END).await, (0, 0, 0, 3));
    }
}
