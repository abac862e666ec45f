//! The preview and the receipt as the command line prints and writes them.

use super::{JOB, ROSTER, SCHOOL};
use crate::command_line::succeeds;
use crate::support::typed::document_number;

/// 25 graduates, all found a job: 20 are printed and 5 more counted; the list and the JSON have all of them.
#[test]
fn the_first_twenty_are_printed_and_a_list_has_all() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let run = |arguments: &[&str]| succeeds(directory, arguments);
    run(&["school", "add", "--code", SCHOOL, "--name", "一中", "--category", "民办"]);
    let write = |name: &str, columns: &str, cells: &str| {
        let rows: String =
            (0..25).map(|number| format!("{SCHOOL},张一,{},{cells}\n", document_number(number))).collect();
        let path = directory.join(name);
        std::fs::write(&path, format!("学校代码,姓名,证件号码,{columns}\n{rows}")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    run(&["import", &write("名册.csv", ROSTER, "700206,1班,毕业,2022-06-30")]);
    run(&["import", &write("去向.csv", JOB, "待就业,,2022-07-01,,")]);
    let corrected = write("改.csv", JOB, "企业,甲厂,2022-07-01,,");
    let printed = run(&["import", &corrected, "--check"]);
    for line in [
        "  导入将更改 25 人的记录",
        "  21  张*   待就业，2022-07-01 起  企业，甲厂，2022-07-01 起  是",
        "  …另有 5 人；全部写成清单用 --out 更改.xlsx",
        "  2022 届 一中，截至 2022-12-31",
        "  毕业生                               25                25",
    ] {
        assert!(printed.lines().any(|printed| printed == line), "{line}: {printed}");
    }
    assert!(!printed.contains("  22  张*"), "{printed}");
    let json: serde_json::Value =
        serde_json::from_str(&run(&["import", &corrected, "--check", "--format", "json"])).unwrap();
    let [file] = json.as_array().unwrap().as_slice() else { panic!("{json}") };
    assert_eq!((&file["counts"]["changed"], file["persons"].as_array().unwrap().len()), (&25.into(), 25));
    let rate = &file["figures"][0]["figures"][0];
    assert_eq!((&rate["id"], &rate["before"]["percent"]), (&"employment_rate".into(), &"0.00".into()));
    assert_eq!((&rate["after"]["numerator"], &rate["after"]["percent"]), (&25.into(), &"100.00".into()));
    let out = directory.join("更改.csv");
    let printed = run(&["--lang", "en", "import", &corrected, "--out", out.to_str().unwrap()]);
    assert!(printed.contains("Persons whose record changed: 25") && printed.contains("25 rows"), "{printed}");
    assert_eq!(std::fs::read_to_string(&out).unwrap().lines().count(), 27, "what it is, the headings and 25 persons");
}
