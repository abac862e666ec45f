//! Promise: the good rows of a file go in or, if asked, nothing does; every other row is listed with its reason; a
//! batch can be taken back; the same file records nothing twice.

use std::path::PathBuf;

use gradtrail::app::actions::Command;
use gradtrail::app::import::ImportFiles;
use gradtrail::app::import::batch::{Imported, Recording};
use gradtrail::app::report::ReportQuery;
use gradtrail::domain::UndoReason;
use gradtrail::domain::figures::populations::{DIRECT_EMPLOYMENT, GRADUATES, SEEKING, UNKNOWN};
use gradtrail::domain::import::RowCounts;
use gradtrail::domain::terms::Term;
use gradtrail::intake::fault::FileFault;
use gradtrail::intake::kind::Kind;
use gradtrail::intake::sheet::read_bytes;
use gradtrail::intake::{error_workbook, template};
use gradtrail::text::lang::Lang;

use crate::support::{Database, Town, ask, files, undo};

const SCHOOLS: &str = "学校代码,学校名称,办学类别\n33070001,一中,教育部门\n";
const ROSTER: &str = "学校代码,姓名,证件号码,专业代码,班级,学籍状态,毕业日期\n\
    33070001,张一,330702200703154510,700206,1班,毕业,2022-06-30\n\
    33070001,李二,330782200612310022,700206,1班,毕业,2022-06-30\n";
const OUTCOMES: &str = "学校代码,姓名,证件号码,去向类型,单位名称,就业日期,月薪\n\
    33070001,张一,330702200703154510,企业,某厂,2022-07-01,4000\n";

/// 2 rows of roster and 1 of outcomes, in one call in the wrong order.
const TOWN: [(&str, &str); 3] = [("outcomes.csv", OUTCOMES), ("roster.csv", ROSTER), ("schools.csv", SCHOOLS)];

async fn imported(town: &Town, files: &[PathBuf], options: &ImportFiles) -> Vec<Imported> {
    town.import(files, options.clone()).await
}

async fn one(town: &Town, database: &Database, text: &str) -> Imported {
    imported(town, &database.write(&[("file.csv", text)]), &ImportFiles::default()).await.remove(0)
}

fn counts(new: u32, changed: u32, unchanged: u32, rejected: u32) -> RowCounts {
    RowCounts { new, changed, unchanged, held: 0, rejected }
}

async fn position(town: &Town) -> i64 {
    town.app.log().head().await.unwrap().position()
}

async fn count(town: &Town, population: &gradtrail::domain::figures::populations::Population) -> i64 {
    ask::report(&town.app, &town.caller, &ReportQuery::year(2022), &[]).await.unwrap().counts.of(population)
}

#[tokio::test]
async fn files_of_one_call_may_come_in_any_order_also_when_only_checked() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        let files = database.write(&TOWN);
        let checked = imported(&town, &files, &ImportFiles { check: true, ..ImportFiles::default() }).await;
        assert_eq!(
            checked.iter().map(|i| i.counts).collect::<Vec<_>>(),
            [counts(1, 0, 0, 0), counts(2, 0, 0, 0), counts(1, 0, 0, 0)]
        );
        assert!(checked.iter().all(|imported| imported.recording == Recording::Checked));
        assert_eq!(position(&town).await, 0);

        let real = imported(&town, &files, &ImportFiles::default()).await;
        assert_eq!(
            real.iter().map(|i| i.counts).collect::<Vec<_>>(),
            checked.iter().map(|i| i.counts).collect::<Vec<_>>()
        );
        let after = position(&town).await;
        let again = imported(&town, &files, &ImportFiles::default()).await;
        assert!(again.iter().all(|imported| matches!(imported.recording, Recording::AlreadyImported(_))));
        assert_eq!(position(&town).await, after);
        assert_eq!(
            (count(&town, &GRADUATES).await, count(&town, &DIRECT_EMPLOYMENT).await, count(&town, &UNKNOWN).await),
            (2, 1, 1)
        );
    }
}

#[tokio::test]
async fn another_detail_is_a_correction_another_day_a_change_and_an_empty_cell_nothing() {
    const HEAD: &str = "学校代码,姓名,证件号码,去向类型,单位名称,就业日期,月薪\n33070001,张一,330702200703154510,";
    for database in Database::both().await {
        let town = Town::new(&database).await;
        imported(&town, &database.write(&TOWN), &ImportFiles::default()).await;
        let unchanged = one(&town, &database, &format!("{HEAD}企业,某厂,2022-07-01,\n")).await;
        assert_eq!(unchanged.counts, counts(0, 0, 1, 0));
        let corrected = one(&town, &database, &format!("{HEAD}企业,某厂,2022-07-01,5500\n")).await;
        assert_eq!(corrected.counts, counts(0, 1, 0, 0));
        assert_eq!(count(&town, &DIRECT_EMPLOYMENT).await, 1);
        let changed = one(&town, &database, &format!("{HEAD}待就业,,2022-10-01,\n")).await;
        assert_eq!(changed.counts, counts(0, 1, 0, 0));
        assert_eq!((count(&town, &DIRECT_EMPLOYMENT).await, count(&town, &SEEKING).await), (0, 1));
        let summer = ReportQuery { as_of: Some("2022-08-01".parse().unwrap()), ..ReportQuery::year(2022) };
        let report = ask::report(&town.app, &town.caller, &summer, &[]).await.unwrap();
        assert_eq!(report.counts.of(&DIRECT_EMPLOYMENT), 1);
    }
}

#[tokio::test]
async fn all_or_nothing_records_a_file_in_one_append_or_not_at_all() {
    let bad = format!("{ROSTER}33070001,王三,330702200703154511,700206,1班,毕业,2022-06-30\n");
    let whole = ImportFiles { all_or_nothing: true, ..ImportFiles::default() };
    for database in Database::both().await {
        let town = Town::new(&database).await;
        imported(&town, &database.write(&[("schools.csv", SCHOOLS)]), &whole).await;
        let before = position(&town).await;
        let refused = imported(&town, &database.write(&[("roster.csv", &bad)]), &whole).await.remove(0);
        assert_eq!((refused.recording, refused.counts.rejected), (Recording::Nothing, 1));
        assert_eq!(position(&town).await, before);
        let taken = imported(&town, &database.write(&[("roster.csv", ROSTER)]), &whole).await.remove(0);
        assert!(matches!(taken.recording, Recording::Recorded(_)));
        assert_eq!(count(&town, &GRADUATES).await, 2);
        let keys: std::collections::HashSet<String> = town
            .app
            .log()
            .events(before, 100)
            .await
            .unwrap()
            .into_iter()
            .map(|event| event.command_key.to_string())
            .collect();
        assert_eq!(keys.len(), 1);
    }
}

#[tokio::test]
async fn an_undone_batch_counts_no_more_and_can_be_imported_again() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        let files = database.write(&TOWN);
        let recorded = imported(&town, &files, &ImportFiles::default()).await;
        let [Recording::Recorded(roster), Recording::Recorded(jobs)] = [recorded[1].recording, recorded[0].recording]
        else {
            panic!("not recorded")
        };
        // Nobody's destination is left without its graduate.
        let stays = undo(&town.app, &town.caller, roster, UndoReason::WrongFile).await.unwrap();
        assert_eq!((stays.count, stays.refused.len(), count(&town, &GRADUATES).await), (0, 1, 2));
        undo(&town.app, &town.caller, jobs, UndoReason::WrongFile).await.unwrap();
        let undone = undo(&town.app, &town.caller, roster, UndoReason::WrongFile).await.unwrap();
        assert_eq!((undone.count, undone.refused.len()), (2, 0)); // One fact of each graduate.
        assert_eq!(count(&town, &GRADUATES).await, 0);
        assert!(undo(&town.app, &town.caller, roster, UndoReason::WrongFile).await.is_err());
        imported(&town, &files, &ImportFiles::default()).await;
        assert_eq!((count(&town, &GRADUATES).await, count(&town, &DIRECT_EMPLOYMENT).await), (2, 1));
        town.app.log().verify(None, |_, _| ()).await.unwrap();
    }
}

#[tokio::test]
async fn a_person_absent_from_a_new_roster_is_listed_and_not_touched() {
    let database = Database::sqlite();
    let town = Town::new(&database).await;
    imported(&town, &database.write(&TOWN), &ImportFiles::default()).await;
    let first: String = ROSTER.lines().take(2).map(|line| format!("{line}\n")).collect();
    let shorter = one(&town, &database, &first).await;
    assert_eq!(shorter.absent, ["李*"]);
    assert_eq!(count(&town, &GRADUATES).await, 2);
}

/// Each bad row, and the code and a word of the reason it is rejected for.
#[tokio::test]
async fn each_bad_row_is_rejected_with_a_reason_that_helps_and_shows_no_number() {
    const OUTCOME: &str = "学校代码,姓名,证件号码,去向类型,单位名称,就业日期,离职日期,录取学校\n";
    const ROWS: [(&str, &str, &str); 10] = [
        ("33070001,张一,330702200703154511,企业,某厂,2022-07-01,,", "citizen_id.check_digit", "校验位"),
        ("33070001,张一,3.30702E+17,企业,某厂,2022-07-01,,", "cell.last_digits_lost", "科学计数法"),
        ("33079999,张一,330702200703154510,企业,某厂,2022-07-01,,", "import_row.school_unknown", "没有代码为"),
        ("33070001,张一,330702200703154510,上班,某厂,2022-07-01,,", "term.not_listed", "可填"),
        ("33070001,,330702200703154510,企业,某厂,2022-07-01,,", "row.empty", "不能为空"),
        ("33070001,张一,330702200802290016,企业,某厂,2022-07-01,,", "import_row.not_on_roster", "不在本校毕业生名册"),
        ("33070001,李四,330702200703154510,企业,某厂,2022-07-01,,", "import_row.name_differs", "姓名与名册不符"),
        ("33070001,张一,330702200703154510,企业,某厂,2022-07-01,,某学院", "row.job_and_study", "既有单位又有录取学校"),
        ("33070001,张一,330702200703154510,企业,某厂,2022-07-01,2022-06-01,", "row.ends_before_start", "早于"),
        ("33070001,张一,330702200703154510,企业,某厂,2022-02-30,,", "day.no_day", "日期不存在"),
    ];
    let database = Database::sqlite();
    let town = Town::new(&database).await;
    imported(&town, &database.write(&TOWN), &ImportFiles::default()).await;
    for (row, code, word) in ROWS {
        let result = one(&town, &database, &format!("{OUTCOME}{row}\n")).await;
        assert_eq!(result.counts, counts(0, 0, 0, 1), "{row}");
        let fault = &result.rejected[0].faults[0];
        assert_eq!(fault.reason.code(), code, "{row}");
        assert!(fault.reason.to_string().contains(word), "{row}: {}", fault.reason);
        let digits = format!("{}{}", fault.reason, fault.value).matches("703154510").count();
        assert_eq!(digits, 0, "{fault:?}");
    }
    // A start before graduation is recorded, with warning V2.
    let early =
        one(&town, &database, &format!("{OUTCOME}33070001,张一,330702200703154510,企业,别厂,2022-05-01,,\n")).await;
    assert_eq!(early.counts.rejected, 0);
    assert!(early.warnings[0].2.reason.to_string().contains("V2"));
}

#[test]
fn each_bad_file_gets_a_sentence_of_its_own() {
    let fault = |bytes: &[u8]| read_bytes("f.xlsx".to_owned(), bytes).unwrap_err();
    assert!(matches!(fault(b""), FileFault::Empty { .. }));
    assert!(matches!(fault(b" \r\n"), FileFault::Empty { .. }));
    assert!(matches!(fault(b"PK\x03\x04 broken"), FileFault::Damaged { .. }));
    assert!(matches!(fault(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken"), FileFault::Damaged { .. }));
    assert!(matches!(fault(b"<html><table>"), FileFault::Markup { .. }));
    assert!(matches!(fault(b"%PDF-1.7"), FileFault::UnknownFormat { .. }));
    assert!(matches!(fault(b"\xff\xff\xff\xff\xff"), FileFault::Encoding { .. }));
}

/// Workbooks that are small on disk and would be large in memory, and broken ones of every kind.
#[test]
fn a_workbook_that_claims_too_much_is_refused_before_it_takes_memory() {
    let directory = tempfile::tempdir().unwrap();
    let far = directory.path().join("far.xlsx");
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let page = workbook.add_worksheet();
    page.write_string(0, 0, "姓名").unwrap();
    page.write_string(1_048_575, 16_383, "x").unwrap();
    workbook.save(&far).unwrap();
    let fault = read_bytes("far.xlsx".to_owned(), &std::fs::read(&far).unwrap()).unwrap_err();
    assert!(matches!(fault, FileFault::TooManyCells { .. }), "{fault:?}");

    // 200 MB of blanks pack into 200 KB.
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
    let deflated = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    archive.start_file("xl/workbook.xml", deflated).unwrap();
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..200 {
        std::io::Write::write_all(&mut archive, &blanks).unwrap();
    }
    let packed = archive.finish().unwrap().into_inner();
    assert!(packed.len() < 1 << 20);
    let fault = read_bytes("bomb.xlsx".to_owned(), &packed).unwrap_err();
    assert!(matches!(fault, FileFault::Bomb { .. }), "{fault:?}");
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(head in 0..4_usize, body: Vec<u8>) {
        let heads: [&[u8]; 4] = [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xef\xbb\xbf"];
        let _file_or_fault = read_bytes("f".to_owned(), &[heads[head], &body].concat());
    }
}

#[tokio::test]
async fn an_error_workbook_can_be_mended_and_imported_and_an_untouched_template_records_nothing() {
    let database = Database::sqlite();
    let town = Town::new(&database).await;
    imported(&town, &database.write(&TOWN), &ImportFiles::default()).await;
    let bad =
        "学校代码,姓名,证件号码,去向类型,单位名称,就业日期\n33070001,李二,330782200612310022,上班,某厂,2022-07-01\n";
    let rejected = one(&town, &database, bad).await;
    let errors = database.directory.path().join("errors.xlsx");
    error_workbook::write(&rejected.source, &rejected.headings, &rejected.rejected, &errors, Lang::Zh).unwrap();
    let again = imported(&town, &[errors], &ImportFiles::default()).await.remove(0);
    assert_eq!((again.kind, again.counts), (Kind::Outcomes, counts(0, 0, 0, 1)));
    assert_eq!(again.unknown_columns, []);

    for kind in Kind::ENTRIES.iter().map(|entry| entry.value) {
        let path = database.directory.path().join(format!("{kind:?}.xlsx"));
        template::write(kind, &path).unwrap();
        let blank = imported(&town, &[path], &ImportFiles::default()).await.remove(0);
        assert_eq!((blank.kind, blank.counts), (kind, counts(0, 0, 0, 0)));
    }
}

/// The import is dropped after its first thousand rows; the same call then finishes it.
#[tokio::test]
async fn a_killed_import_resumes_without_loss_or_duplicates() {
    let mut roster = "学校代码,姓名,证件号码,专业代码,班级,学籍状态,毕业日期\n".to_owned();
    for number in 0..3_000_u32 {
        let digits = format!("33070220040315{:03}", number % 1000);
        let digits = format!("{}{:02}{}", &digits[..12], 1 + number / 1000, &digits[14..]);
        let check = char::from(gradtrail::domain::ids::citizen_check_digit(digits.as_bytes()));
        roster.push_str(&format!("33070001,张三,{digits}{check},700206,1班,毕业,2022-06-30\n"));
    }
    for database in Database::both().await {
        let town = Town::new(&database).await;
        let paths = database.write(&[("schools.csv", SCHOOLS), ("roster.csv", &roster)]);
        let (begun, some_rows_are_in) = tokio::sync::oneshot::channel();
        let mut begun = Some(begun);
        let command = Command::Import(ImportFiles { files: files(&paths), ..ImportFiles::default() });
        let mut watch = |file: &str, done: usize, all: usize| {
            if file == "roster.csv" && done < all {
                begun.take().map(|begun| begun.send(done));
            }
        };
        let whole = town.app.run_watched(&town.caller, None, &command, &mut watch);
        tokio::select! {
            biased;
            done = some_rows_are_in => assert_eq!(done, Ok(1_000)),
            _ = whole => panic!("the import was to be dropped half-way"),
        }
        // A new process knows nothing of the old one's memory.
        let town = Town::new(&database).await;
        imported(&town, &paths, &ImportFiles::default()).await;
        assert_eq!(count(&town, &GRADUATES).await, 3_000);
        town.app.log().verify(None, |_, _| ()).await.unwrap();
    }
}

const HEAD: &str = "学校代码,姓名,证件号码,去向类型,单位名称,就业日期,月薪\n33070001,张一,330702200703154510,";

/// What another process recorded meanwhile is what a row is compared with, not what this one remembers.
#[tokio::test]
async fn a_row_is_decided_on_what_another_process_recorded() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        imported(&town, &database.write(&TOWN), &ImportFiles::default()).await;
        let elsewhere = Town::new(&database).await;
        let theirs = one(&elsewhere, &database, &format!("{HEAD}企业,某厂,2022-07-01,5500\n")).await;
        assert_eq!(theirs.counts, counts(0, 1, 0, 0));
        let ours = one(&town, &database, &format!("{HEAD}企业,某厂,2022-07-01,4000\n\n")).await;
        assert_eq!(ours.counts, counts(0, 1, 0, 0), "5,500 was recorded since; 4,000 corrects it");
    }
}

/// Two offices send the same job at once in files of their own: one claim, whoever was first.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_row_from_two_offices_at_once_is_one_claim() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        imported(&town, &database.write(&TOWN[1..]), &ImportFiles::default()).await;
        for round in 0..8 {
            let row = format!("{HEAD}企业,厂{round},2022-07-{:02},4000\n", round + 1);
            let files = database.write(&[("a.csv", &row), ("b.csv", &format!("{row}\n"))]);
            let offices = (Town::new(&database).await, Town::new(&database).await);
            let options = ImportFiles::default();
            let (first, second) =
                tokio::join!(imported(&offices.0, &files[..1], &options), imported(&offices.1, &files[1..], &options));
            let (first, second) = (first[0].counts, second[0].counts);
            assert_eq!((first.unchanged + second.unchanged, first.rejected + second.rejected), (1, 0), "round {round}");
        }
        let asserted = town.app.log().events(0, 10_000).await.unwrap();
        assert_eq!(asserted.iter().filter(|event| event.stream_type == "outcome").count(), 8);
        town.app.log().verify(None, |_, _| ()).await.unwrap();
    }
}

#[tokio::test]
async fn a_code_and_a_name_of_two_schools_put_nobody_into_either() {
    let schools = format!("{SCHOOLS}33070002,二中,教育部门\n");
    let head = "学校代码,学校名称,姓名,证件号码,专业代码,班级,学籍状态,毕业日期";
    let row = |name| format!("{head}\n33070001,{name},张一,330702200703154510,700206,1班,毕业,2022-06-30\n");
    for database in Database::both().await {
        let town = Town::new(&database).await;
        one(&town, &database, &schools).await;
        let refused = one(&town, &database, &row("二中")).await;
        assert_eq!(refused.counts, counts(0, 0, 0, 1));
        assert!(refused.rejected[0].faults[0].reason.to_string().contains("不是同一所学校"), "{:?}", refused.rejected);
        // A name that nobody has is another way to write it.
        assert_eq!(one(&town, &database, &row("第一中学")).await.counts, counts(1, 0, 0, 0));
    }
}

/// Columns shifted by one, a document number where a code is expected.
#[tokio::test]
async fn no_reason_repeats_a_whole_document_number_whatever_column_it_stands_in() {
    const NUMBER: &str = "330702200703154510";
    const HEAD: &str = "学校代码,学校名称,姓名,证件号码,专业代码,班级,学籍状态,毕业日期,手机号,学生类型";
    let good = ["33070001", "一中", "张一", NUMBER, "700206", "1班", "毕业", "2022-06-30", "", ""];
    let database = Database::sqlite();
    let town = Town::new(&database).await;
    one(&town, &database, SCHOOLS).await;
    for column in 0..good.len() {
        for by_name in [false, true] {
            let mut cells = good;
            if by_name {
                cells[0] = "";
            }
            cells[column] = NUMBER;
            let imported = one(&town, &database, &format!("{HEAD}\n{}\n", cells.join(","))).await;
            let said = format!("{:?} {:?}", imported.rejected, imported.warnings);
            assert!(!said.contains(NUMBER), "{column}: {said}");
        }
    }
}

#[tokio::test]
async fn a_row_of_no_school_or_of_another_than_the_one_named_is_rejected() {
    let nameless =
        "姓名,证件号码,专业代码,班级,学籍状态,毕业日期\n张一,330702200703154510,700206,1班,毕业,2022-06-30\n";
    for database in Database::both().await {
        let town = Town::new(&database).await;
        one(&town, &database, &format!("{SCHOOLS}33070002,二中,教育部门\n")).await;
        let refused = one(&town, &database, nameless).await;
        assert_eq!(refused.rejected[0].faults[0].reason.code(), "import_row.school_unnamed");
        let only = ImportFiles { school: Some(crate::support::school("33070002")), ..ImportFiles::default() };
        let refused = imported(&town, &database.write(&[("roster.csv", ROSTER)]), &only).await.remove(0);
        assert_eq!(refused.counts, counts(0, 0, 0, 2));
        assert_eq!(refused.rejected[0].faults[0].reason.code(), "import_row.other_school");
        // The school that is named is that of a row without one.
        let taken = imported(&town, &database.write(&[("nameless.csv", nameless)]), &only).await.remove(0);
        assert_eq!(taken.counts, counts(1, 0, 0, 0));
    }
}
