//! Promise: a list says before it is recorded, and again after, of whom it changes what is on record, from what to what,
//! and how the figures move; the figures are those of the report, and a preview records nothing.
//!
//! A school of ten graduates of 30 June 2022; it is 1 July 2023.

mod printed;

use gradtrail::accounts::{Caller, Role, Scope, Staff};
use gradtrail::app::actions::Command;
use gradtrail::app::import::ImportFiles;
use gradtrail::app::import::batch::{Imported, Recording};
use gradtrail::app::import::preview::MovedYear;
use gradtrail::app::reply::Answer;
use gradtrail::app::report::{Report, ReportQuery};
use gradtrail::domain::UndoReason;
use gradtrail::domain::figures::populations::ALL;
use gradtrail::domain::ids::{ClassName, StaffId};
use gradtrail::domain::import::RowCounts;
use gradtrail::input::file::File;
use gradtrail::publication::receipt;
use gradtrail::text::lang::Lang;
use sqlx::Executor as _;
use uuid::Uuid;

use crate::support::typed::document_number;
use crate::support::{Database, Town, ask, school, undo};

const SCHOOL: &str = "33070001";
const OTHER: &str = "33070002";
const NAMES: [&str; 10] = ["张一", "李二", "王三", "赵四", "钱五", "孙六", "周七", "吴八", "郑九", "冯十"];

const ROSTER: &str = "专业代码,班级,学籍状态,毕业日期";
const JOB: &str = "去向类型,单位名称,开始日期,结束日期,操作";
const STUDY: &str = "升学渠道,升学层次,录取学校,录取日期,报到日期,离校日期";
const EXAM: &str = "考试日期,参考,上线情况";

/// Five in jobs (张, 李, 王, 孙, 周), two looking for one (赵, 钱); 吴, 郑 and 冯 unknown.
const FIRST: [&str; 7] = [
    "张一,企业,甲厂,2022-07-01,,",
    "李二,企业,乙厂,2022-07-01,,",
    "王三,企业,丙厂,2022-07-01,,",
    "赵四,待就业,,2022-07-01,,",
    "钱五,待就业,,2022-07-01,,",
    "孙六,企业,丁厂,2022-07-01,,",
    "周七,企业,戊厂,2022-07-01,,",
];
/// Of 冯 a job that was said and withdrawn.
const WITHDRAWN: [&str; 1] = ["冯十,企业,壬厂,2022-07-01,,撤销"];
/// 张 is elsewhere, 李 left for nothing, 赵 found a job, 孙 never had his, 周 left; of 钱 it is so already, of 吴 it is the
/// first that is said; 王 would end before he began, and 冯's job is withdrawn.
const CORRECTED: [&str; 9] = [
    "张一,企业,己厂,2022-07-01,,",
    "李二,待就业,,2022-09-01,,",
    "赵四,企业,庚厂,2022-10-01,,",
    "孙六,企业,丁厂,2022-07-01,,撤销",
    "周七,企业,戊厂,2022-07-01,2022-08-31,",
    "钱五,待就业,,2022-07-01,,",
    "吴八,企业,辛厂,2022-08-01,,",
    "王三,企业,丙厂,2022-07-01,2022-06-01,",
    "冯十,企业,壬厂,2022-07-01,,",
];

fn list_of(code: &str, name: &str, columns: &str, rows: &[&str]) -> File {
    let row = |row: &&str| {
        let (name, cells) = row.split_once(',').unwrap();
        let number = NAMES.iter().position(|known| *known == name).unwrap();
        format!("{code},{name},{},{cells}\n", document_number(number))
    };
    let rows: String = rows.iter().map(row).collect();
    let text = format!("学校代码,姓名,证件号码,{columns}\n{rows}");
    File { name: name.to_owned(), bytes: text.into_bytes() }
}

fn list(columns: &str, rows: &[&str]) -> File {
    list_of(SCHOOL, "名单.csv", columns, rows)
}

fn graduated(name: &str) -> String {
    format!("{name},700206,1班,毕业,2022-06-30")
}

async fn send_all(town: &Town, caller: &Caller, files: &[File], options: ImportFiles) -> Vec<Imported> {
    let command = Command::Import(ImportFiles { files: files.to_vec(), ..options });
    match town.app.run(caller, None, &command).await.unwrap() {
        Answer::Imported(results) => results.into_iter().map(|result| result.outcome.unwrap()).collect(),
        other => panic!("{other:?}"),
    }
}

async fn check(town: &Town, file: &File) -> Imported {
    let options = ImportFiles { check: true, ..ImportFiles::default() };
    send_all(town, &town.caller, std::slice::from_ref(file), options).await.remove(0)
}

async fn record(town: &Town, file: &File) -> Imported {
    send_all(town, &town.caller, std::slice::from_ref(file), ImportFiles::default()).await.remove(0)
}

async fn take_back(town: &Town, imported: &Imported) {
    let Recording::Recorded(batch) = imported.recording else { panic!("{:?}", imported.recording) };
    undo(&town.app, &town.caller, batch, UndoReason::WrongFile).await.unwrap();
}

async fn town(database: &Database) -> Town {
    let town = Town::new(database).await;
    town.add_school(SCHOOL).await;
    let rows: Vec<String> = NAMES.iter().map(|name| graduated(name)).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    assert_eq!(record(&town, &list(ROSTER, &rows)).await.counts.new, 10);
    town
}

async fn position(town: &Town) -> i64 {
    town.app.log().head().await.unwrap().position()
}

/// Rows, name, what was on record and what is, as it is printed.
fn persons(imported: &Imported) -> Vec<[String; 4]> {
    let listing = receipt::changes(&[("名单.csv", imported)], Lang::Zh);
    let cells = |row: &Vec<_>| [2, 3, 4, 5].map(|index| gradtrail::publication::list::ListValue::shown(&row[index]));
    listing.rows.iter().map(cells).collect()
}

fn person(row: &str, name: &str, before: &str, after: &str) -> [String; 4] {
    [row, name, before, after].map(str::to_owned)
}

/// What is printed of a year: name, before and after.
fn figures(imported: &Imported, year: &MovedYear) -> Vec<[String; 3]> {
    let listing = receipt::figures(imported, year, Lang::Zh);
    let cells = |row: &Vec<_>| [0, 1, 2].map(|index| gradtrail::publication::list::ListValue::shown(&row[index]));
    listing.rows.iter().map(cells).collect()
}

fn figure(name: &str, before: &str, after: &str) -> [String; 3] {
    [name, before, after].map(str::to_owned)
}

async fn report(town: &Town, caller: &Caller, year: i16, code: Option<&str>) -> Report {
    let asked = ReportQuery { school: code.map(school), ..ReportQuery::year(year) };
    ask::report(&town.app, caller, &asked, &[]).await.unwrap()
}

/// What a receipt says comes out is what the report says of the same school, to the digit.
fn says_the_same(year: &MovedYear, report: &Report) {
    assert_eq!((year.year, year.as_of, &year.scope), (report.year, report.as_of, &report.scope));
    assert_eq!(year.after, report.counts);
    for (definition, _, after) in year.figures() {
        let (_, reported) = report.figures.iter().find(|(of, _)| of.id == definition.id).unwrap();
        assert_eq!(&after, reported, "{}", definition.id);
    }
}

/// A preview and a receipt, or two of one: of whom they tell what, and the years with their counts.
fn tell_the_same(one: &Imported, other: &Imported) {
    assert_eq!(persons(one), persons(other));
    assert_eq!(one.moves.years, other.moves.years);
}

#[tokio::test]
async fn a_corrected_list_tells_who_changes_and_how_the_figures_move_before_it_is_recorded_and_after() {
    for database in Database::both().await {
        let town = town(&database).await;
        record(&town, &list(JOB, &FIRST)).await;
        record(&town, &list(JOB, &["冯十,企业,壬厂,2022-07-01,,"])).await;
        let withdrawn = record(&town, &list(JOB, &WITHDRAWN)).await;
        assert_eq!(persons(&withdrawn), [person("2", "冯*", "企业，壬厂，2022-07-01 起", "去向未知")]);

        let (corrected, before) = (list(JOB, &CORRECTED), position(&town).await);
        let preview = check(&town, &corrected).await;
        assert_eq!(position(&town).await, before, "a preview records nothing");
        let expected_counts = RowCounts { new: 1, changed: 5, unchanged: 1, held: 1, rejected: 1 };
        assert_eq!(preview.counts, expected_counts);
        let expected = [
            person("2", "张*", "企业，甲厂，2022-07-01 起", "企业，己厂，2022-07-01 起"),
            person("3", "李*", "企业，乙厂，2022-07-01 起", "待就业，2022-09-01 起"),
            person("4", "赵*", "待就业，2022-07-01 起", "企业，庚厂，2022-10-01 起"),
            person("5", "孙*", "企业，丁厂，2022-07-01 起", "去向未知"),
            person("6", "周*", "企业，戊厂，2022-07-01 起", "去向未知"),
        ];
        assert_eq!(persons(&preview), expected);
        assert!(preview.moves.persons.iter().all(|moved| moved.changed.decides == Some(true)));
        let rejected: Vec<(u32, &str)> =
            preview.rejected.iter().map(|row| (row.number, row.faults[0].reason.code())).collect();
        assert_eq!(rejected, [(9, "row.ends_before_start")]);
        let held: Vec<(u32, &str)> =
            preview.warnings.iter().map(|(_, row, fault)| (*row, fault.reason.code())).collect();
        assert_eq!(held, [(10, "import_row.withdrawn")]);

        // In jobs: 5 - 李 - 孙 - 周 + 赵 + 吴 = 4, of 10. Looking for one: 2 - 赵 + 李 = 2. Unknown: 3 - 吴 + 孙 + 周 = 4;
        // known 7 and then 6 of 10. Nobody judged whether a job is on the specialty; nobody studies.
        let expected = [
            figure("毕业生", "10", "10"),
            figure("就业（含升学）", "5", "4"),
            figure("直接就业", "5", "4"),
            figure("直接就业中仅有学校填报", "5", "4"),
            figure("进入机关和企事业单位", "5", "4"),
            figure("对口情况未判定", "5", "4"),
            figure("未就业", "5", "6"),
            figure("去向未知", "3", "4"),
            figure("就业率（含升学）", "50.00%（5/10）", "40.00%（4/10）"),
            figure("直接就业率", "50.00%（5/10）", "40.00%（4/10）"),
            figure("不含升学的就业率", "50.00%（5/10）", "40.00%（4/10）"),
            figure("对口就业率（占直接就业）", "0.00%（0/5）", "0.00%（0/4）"),
            figure("对口就业率（占就业）", "0.00%（0/5）", "0.00%（0/4）"),
            figure("升学占就业比例", "0.00%（0/5）", "0.00%（0/4）"),
            figure("去向知晓率", "70.00%（7/10）", "60.00%（6/10）"),
        ];
        let [year] = preview.moves.years.as_slice() else { panic!("{:?}", preview.moves.years) };
        assert_eq!(figures(&preview, year), expected);

        let receipt = record(&town, &corrected).await;
        assert_eq!(receipt.counts, expected_counts);
        tell_the_same(&preview, &receipt);
        says_the_same(year, &report(&town, &town.caller, 2022, Some(SCHOOL)).await);
        take_back(&town, &receipt).await;
        tell_the_same(&preview, &check(&town, &corrected).await);
        tell_the_same(&preview, &record(&town, &corrected).await);
        // Nothing is left to change.
        let again = check(&town, &corrected).await;
        assert_eq!((persons(&again).len(), again.moves.years.len()), (0, 0));
    }
}

#[tokio::test]
async fn what_changes_beside_what_counts_at_the_cut_off_is_told_as_that() {
    for database in Database::both().await {
        let town = town(&database).await;
        let columns = "去向类型,单位名称,开始日期,结束日期,起薪,专业对口程度";
        let first = [
            "张一,企业,甲厂,2022-07-01,2022-08-31,3500,",
            "张一,企业,乙厂,2022-09-01,,3500,",
            "李二,企业,丙厂,2022-07-01,,,",
        ];
        record(&town, &list(columns, &first)).await;
        // 张's first job ended a month earlier; of 李 only the pay and the specialty are said anew.
        let second = ["张一,企业,甲厂,2022-07-01,2022-07-31,3500,", "李二,企业,丙厂,2022-07-01,,4200,基本对口"];
        let preview = check(&town, &list(columns, &second)).await;
        let expected = [
            person("2", "张*", "企业，甲厂，2022-07-01 至 2022-08-31", "企业，甲厂，2022-07-01 至 2022-07-31"),
            person(
                "3",
                "李*",
                "企业，丙厂，2022-07-01 起，起薪 未填报，对口 未填报",
                "企业，丙厂，2022-07-01 起，起薪 4200 元，对口 基本对口",
            ),
        ];
        assert_eq!(persons(&preview), expected);
        let decides: Vec<Option<bool>> = preview.moves.persons.iter().map(|moved| moved.changed.decides).collect();
        assert_eq!(decides, [Some(false), Some(true)]);
        let receipt = record(&town, &list(columns, &second)).await;
        tell_the_same(&preview, &receipt);
        // On specialty: none and then 李 of 2 in jobs.
        let of_jobs = figure("对口就业率（占直接就业）", "0.00%（0/2）", "50.00%（1/2）");
        assert!(figures(&receipt, &receipt.moves.years[0]).contains(&of_jobs));
        says_the_same(&receipt.moves.years[0], &report(&town, &town.caller, 2022, Some(SCHOOL)).await);
    }
}

#[tokio::test]
async fn a_study_that_takes_the_place_of_a_job_and_the_result_of_an_exam_are_told() {
    for database in Database::both().await {
        let town = town(&database).await;
        record(&town, &list(JOB, &FIRST)).await;
        let studies =
            ["张一,职教高考,高职,某学院,2022-07-20,2022-09-10,", "郑九,职教高考,高职,某学院,2022-07-20,2022-09-10,"];
        let preview = check(&town, &list(STUDY, &studies)).await;
        // Of 郑 nothing was on record: he is only counted.
        let expected = [person("2", "张*", "企业，甲厂，2022-07-01 起", "专科，报到，某学院，2022-09-10 起")];
        assert_eq!((preview.counts.new, persons(&preview)), (2, expected.to_vec()));
        // Employed: 5 and then, with 郑, 6 of 10; in further study 张 and 郑.
        let year = &preview.moves.years[0];
        for moved in [
            figure("就业率（含升学）", "50.00%（5/10）", "60.00%（6/10）"),
            figure("升学率", "0.00%（0/10）", "20.00%（2/10）"),
            figure("升学占就业比例", "0.00%（0/5）", "33.33%（2/6）"),
        ] {
            assert!(figures(&preview, year).contains(&moved), "{moved:?}: {:?}", figures(&preview, year));
        }
        let receipt = record(&town, &list(STUDY, &studies)).await;
        tell_the_same(&preview, &receipt);
        says_the_same(&receipt.moves.years[0], &report(&town, &town.caller, 2022, Some(SCHOOL)).await);
        let left = ["张一,职教高考,高职,某学院,2022-07-20,2022-09-10,2022-11-30"];
        let preview = check(&town, &list(STUDY, &left)).await;
        assert_eq!(persons(&preview), [person("2", "张*", "专科，报到，某学院，2022-09-10 起", "去向未知")]);

        let exams = ["张一,2022-04-16,是,上线", "李二,2022-04-16,是,未上线"];
        assert_eq!(persons(&record(&town, &list(EXAM, &exams)).await).len(), 0, "the first that is said of them");
        let exams = ["张一,2022-04-16,是,本科上线", "李二,2022-04-16,是,未上线"];
        let preview = check(&town, &list(EXAM, &exams)).await;
        let (before, after) = ("职教高考：专科上线，2022-04-16", "职教高考：本科上线，2022-04-16");
        assert_eq!(persons(&preview), [person("2", "张*", before, after)]);
        // Qualified for undergraduate study: 张 of the two who sat, and of the one who qualified.
        let year = &preview.moves.years[0];
        for moved in [
            figure("本科上线率（占参考）", "0.00%（0/2）", "50.00%（1/2）"),
            figure("本科上线率（占上线）", "0.00%（0/1）", "100.00%（1/1）"),
        ] {
            assert!(figures(&preview, year).contains(&moved), "{moved:?}: {:?}", figures(&preview, year));
        }
        let receipt = record(&town, &list(EXAM, &exams)).await;
        tell_the_same(&preview, &receipt);
        says_the_same(&receipt.moves.years[0], &report(&town, &town.caller, 2022, Some(SCHOOL)).await);
    }
}

/// 张 goes to another class: in the school's figures nothing moves. 李 graduated a year earlier: 9 graduates are left of
/// 2022, and 2021 has one.
#[tokio::test]
async fn a_roster_tells_who_goes_to_another_class_and_who_to_another_year() {
    for database in Database::both().await {
        let town = town(&database).await;
        record(&town, &list(JOB, &FIRST)).await;
        let columns = "专业代码,班级,学籍状态,毕业日期,操作";
        let moved = list(columns, &["张一,700206,2班,毕业,2022-06-30,", "王三,700206,1班,毕业,2022-06-30,"]);
        let preview = check(&town, &moved).await;
        assert_eq!(persons(&preview), [person("2", "张*", "班级 1班", "班级 2班")]);
        assert_eq!(preview.moves.years, []);
        tell_the_same(&preview, &record(&town, &moved).await);

        let moved = list(columns, &["李二,700206,1班,毕业,2021-06-30,更正"]);
        let preview = check(&town, &moved).await;
        let (before, after) = ("学籍状态 毕业（2022-06-30）", "学籍状态 毕业（2021-06-30）");
        assert_eq!(persons(&preview), [person("2", "李*", before, after)]);
        let [earlier, year] = preview.moves.years.as_slice() else { panic!("{:?}", preview.moves.years) };
        assert_eq!(figures(&preview, earlier)[0], figure("毕业生", "0", "1"));
        // 李's job began in 2022: at the end of 2021 it is unknown where he is.
        assert!(figures(&preview, earlier).contains(&figure("就业率（含升学）", "—（0/0）", "0.00%（0/1）")));
        // Without 李, who was in a job: 4 of 9.
        assert!(figures(&preview, year).contains(&figure("就业率（含升学）", "50.00%（5/10）", "44.44%（4/9）")));
        let receipt = record(&town, &moved).await;
        tell_the_same(&preview, &receipt);
        for year in &receipt.moves.years {
            says_the_same(year, &report(&town, &town.caller, year.year, Some(SCHOOL)).await);
        }
    }
}

/// Three files of one call: each is previewed as if those before it were recorded. The second school's graduate is in the
/// last, which speaks of both schools.
#[tokio::test]
async fn the_files_of_a_call_build_on_each_other_and_one_of_several_schools_tells_of_all() {
    for database in Database::both().await {
        let town = town(&database).await;
        town.add_school(OTHER).await;
        let both = [
            list(JOB, &["吴八,企业,辛厂,2022-08-01,,"]),
            list_of(OTHER, "外.csv", JOB, &["张一,待就业,,2022-07-01,,"]),
        ];
        let mut text = both[0].bytes.clone();
        text.extend(both[1].bytes.split(|byte| *byte == b'\n').nth(1).unwrap());
        let files = [
            list_of(OTHER, "名册.csv", ROSTER, &[&graduated("张一")]),
            list(JOB, &FIRST),
            File { name: "两校.csv".to_owned(), bytes: text },
            list_of(SCHOOL, "再.csv", JOB, &["张一,企业,己厂,2022-07-01,,"]),
        ];
        let before = position(&town).await;
        let options = ImportFiles { check: true, ..ImportFiles::default() };
        let preview = send_all(&town, &town.caller, &files, options).await;
        assert_eq!(position(&town).await, before);
        let together = ImportFiles { all_or_nothing: true, ..ImportFiles::default() };
        let one_by_one = send_all(&town, &town.caller, &files, ImportFiles::default()).await;
        for (preview, receipt) in preview.iter().zip(&one_by_one) {
            tell_the_same(preview, receipt);
        }
        // Of the whole city: 11 graduates, 5 in jobs and then 6 with 吴.
        let of_both = &one_by_one[2].moves.years[0];
        assert_eq!(of_both.scope, Scope::City);
        assert!(figures(&one_by_one[2], of_both).contains(&figure(
            "就业率（含升学）",
            "45.45%（5/11）",
            "54.55%（6/11）"
        )));
        says_the_same(of_both, &report(&town, &town.caller, 2022, None).await);
        assert_eq!(
            persons(&one_by_one[3]),
            [person("2", "张*", "企业，甲厂，2022-07-01 起", "企业，己厂，2022-07-01 起")]
        );
        // The roster stays.
        for imported in one_by_one[1..].iter().rev() {
            take_back(&town, imported).await;
        }
        for (preview, receipt) in preview[1..].iter().zip(&send_all(&town, &town.caller, &files[1..], together).await) {
            tell_the_same(preview, receipt);
        }
        // All or nothing, and something is refused: nothing changes.
        let refused =
            [list(JOB, &["张一,企业,癸厂,2022-07-01,,"]), list(JOB, &["王三,企业,丙厂,2022-07-01,2022-06-01,"])];
        let together = ImportFiles { all_or_nothing: true, ..ImportFiles::default() };
        let refused = send_all(&town, &town.caller, &refused, together).await;
        assert!(refused.iter().all(|of| of.moves.persons.is_empty() && of.moves.years.is_empty()));
    }
}

/// The class teacher of 2班, which has 郑 and 冯 since a roster moved them.
#[tokio::test]
async fn a_class_teacher_is_told_of_the_own_class_only() {
    for database in Database::both().await {
        let town = town(&database).await;
        let rows = ["郑九,700206,2班,毕业,2022-06-30", "冯十,700206,2班,毕业,2022-06-30"];
        record(&town, &list(ROSTER, &rows)).await;
        record(&town, &list(JOB, &FIRST)).await;
        record(&town, &list(JOB, &["郑九,待就业,,2022-07-01,,"])).await;
        let scope = Scope::Class { school: school(SCHOOL), class: ClassName::parse("2班").unwrap() };
        let staff = Staff { id: StaffId(Uuid::from_u128(1)), role: Role::ClassTeacher, scope };
        let teacher = Caller::operator_for(staff, "test");
        let file = list(JOB, &["张一,企业,己厂,2022-07-01,,", "郑九,企业,己厂,2022-08-01,,"]);
        let options = ImportFiles { check: true, ..ImportFiles::default() };
        let preview = send_all(&town, &teacher, std::slice::from_ref(&file), options).await.remove(0);
        assert_eq!(preview.rejected[0].faults[0].reason.code(), "import_row.not_on_roster");
        assert_eq!(persons(&preview), [person("3", "郑*", "待就业，2022-07-01 起", "企业，己厂，2022-08-01 起")]);
        // Of the class: none and then 郑 of two.
        let year = &preview.moves.years[0];
        assert!(figures(&preview, year).contains(&figure("就业率（含升学）", "0.00%（0/2）", "50.00%（1/2）")));
        let receipt = send_all(&town, &teacher, &[file], ImportFiles::default()).await.remove(0);
        tell_the_same(&preview, &receipt);
        says_the_same(&receipt.moves.years[0], &report(&town, &teacher, 2022, None).await);
        let class = &receipt.moves.years[0].after;
        assert_eq!(class.of(ALL[0]), 2);
    }
}

/// A thousand rows are recorded when the import is dropped; the same call then tells of all 1,001.
#[tokio::test]
async fn an_import_that_was_killed_tells_of_everybody_whom_it_changed() {
    let rows = |columns: &str, cells: &str| {
        let rows: String =
            (0..1_001).map(|number| format!("{SCHOOL},张一,{},{cells}\n", document_number(number))).collect();
        File {
            name: "名单.csv".to_owned(), bytes: format!("学校代码,姓名,证件号码,{columns}\n{rows}").into_bytes()
        }
    };
    for database in Database::both().await {
        let town = Town::new(&database).await;
        town.add_school(SCHOOL).await;
        record(&town, &rows(ROSTER, "700206,1班,毕业,2022-06-30")).await;
        record(&town, &rows(JOB, "待就业,,2022-07-01,,")).await;
        let corrected = rows(JOB, "企业,甲厂,2022-07-01,,");
        let (begun, some_rows_are_in) = tokio::sync::oneshot::channel();
        let mut begun = Some(begun);
        let command = Command::Import(ImportFiles { files: vec![corrected.clone()], ..ImportFiles::default() });
        let mut watch = |_: &str, done: usize, all: usize| {
            if done < all {
                begun.take().map(|begun| begun.send(done));
            }
        };
        let whole = town.app.run_watched(&town.caller, None, &command, &mut watch);
        tokio::select! {
            biased;
            done = some_rows_are_in => assert_eq!(done, Ok(1_000)),
            _ = whole => panic!("the import was to be dropped half-way"),
        }
        let receipt = record(&Town::new(&database).await, &corrected).await;
        let told = persons(&receipt);
        assert_eq!(told.len(), 1_001);
        assert_eq!(told[0], person("2", "张*", "待就业，2022-07-01 起", "企业，甲厂，2022-07-01 起"));
        let all = figure("就业（含升学）", "0", "1001");
        assert!(figures(&receipt, &receipt.moves.years[0]).contains(&all));
    }
}

#[tokio::test]
async fn where_the_counts_have_stopped_a_list_is_recorded_and_says_that_nobody_can_tell() {
    for database in Database::both().await {
        let town = town(&database).await;
        database.raw().await.execute("drop table cohort_movements").await.unwrap();
        let receipt = record(&town, &list(JOB, &FIRST)).await;
        assert_eq!((receipt.counts.new, receipt.moves.stalled.as_deref()), (7, Some("cohort_outcomes")));
        assert_eq!(receipt.moves.years, []);
        let preview = check(&town, &list(JOB, &["张一,企业,己厂,2022-07-01,,"])).await;
        assert_eq!(persons(&preview).len(), 1);
        assert_eq!(preview.moves.stalled.as_deref(), Some("cohort_outcomes"));
    }
}
