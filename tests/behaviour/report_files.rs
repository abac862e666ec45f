//! Promise: a report file has the same tables with the same columns and totals in every format, opens as what it is,
//! and is written whole or not at all.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use gradtrail::app::full_report::FullReport;
use gradtrail::app::report::ReportQuery;
use gradtrail::app::request::Order;
use gradtrail::domain::outcome::OutcomeCommand;
use gradtrail::domain::statements::Spoken;
use gradtrail::domain::terms::{DestinationKind, JobPlace, SpecialtyMatch};
use gradtrail::projections::cohort_outcomes::count::Dimension;
use gradtrail::publication::compose;
use gradtrail::publication::document::{Document, ReportCell, ReportTable};
use gradtrail::publication::file::{ReportFormat, write};

use crate::command_line::{fails, succeeds};
use crate::support::{Database, Town, ask, said_once};

/// Five graduates of two schools: three employed directly, one looking for work, one unknown.
async fn town_report(database: &Database, by: &[Dimension]) -> FullReport {
    let town = Town::new(database).await;
    town.add_school_named("33070001", "第一 & <职业> 学校").await;
    town.add_school_named("33070002", "=HYPERLINK(\"x\")").await;
    let documents = ["330702200703154510", "330782200612310022", "330702200802290016", "330702200703150019"];
    let mut pupils = vec![];
    for (name, document) in ["甲", "乙", "丙", "丁"].iter().zip(documents) {
        pupils.push(town.graduate("33070001", name, document).await);
    }
    pupils.push(town.graduate("33070002", "戊", "440524188001010014").await);
    town.assert(pupils[0], DestinationKind::Enterprise, "2022-07-01", Some(SpecialtyMatch::Full)).await;
    town.assert(pupils[1], DestinationKind::Startup, "2022-07-01", Some(SpecialtyMatch::None)).await;
    town.assert(pupils[2], DestinationKind::Seeking, "2022-07-01", None).await;
    let mut said = said_once(&town.app, DestinationKind::Enterprise, "2022-08-01", None);
    said.rows[0].place = Spoken::Value(JobPlace::Local);
    let command = OutcomeCommand::Say { said };
    town.execute(vec![Order::Outcome { student: pupils[4].id, command }]).await.unwrap();
    ask::full_report(&town.app, &town.caller, &ReportQuery::year(2022), by).await.unwrap()
}

/// Title to headings and rows as people read them; what is blank or over nobody is empty.
type Tables = BTreeMap<String, Vec<Vec<String>>>;

fn expected(document: &Document) -> Tables {
    let rows = |table: &ReportTable| {
        let headings = table.columns.iter().map(|column| column.heading.clone()).collect();
        let shown = |cell: &ReportCell| cell.shown().replace('—', if cell.is_number() { "" } else { "—" });
        let rows = table.rows.iter().map(|row| row.cells.iter().map(shown).collect());
        [headings].into_iter().chain(rows).collect()
    };
    document.tables.iter().chain(&document.appendix).map(|table| (table.title.clone(), rows(table))).collect()
}

fn from_csv(bytes: Vec<u8>, expected: &Tables) -> Tables {
    let text = String::from_utf8(bytes).unwrap();
    let blocks = text.strip_prefix('\u{feff}').unwrap().split("\n\n");
    let block = |block: &str| {
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(block.as_bytes());
        let mut lines: Vec<Vec<String>> =
            reader.records().map(|line| line.unwrap().iter().map(str::to_owned).collect()).collect();
        let title = lines.remove(0).remove(0);
        // The note under a table is one cell.
        let columns = lines[0].len();
        lines.retain(|line| line.len() == columns);
        (title, lines)
    };
    blocks.map(block).filter(|(title, _)| expected.contains_key(title)).collect()
}

fn from_xlsx(bytes: Vec<u8>, expected: &Tables) -> Tables {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let shown = |cell: Option<&Data>| match cell {
        Some(Data::Float(share)) if share.fract() != 0.0 => format!("{:.2}%", share * 100.0),
        Some(cell) => cell.to_string(),
        None => String::new(),
    };
    let mut tables = Tables::new();
    for (title, rows) in expected {
        let formulas = book.worksheet_formula(title).unwrap();
        assert_eq!(formulas.used_cells().count(), 0, "{title} has a formula");
        let range = book.worksheet_range(title).unwrap();
        assert_eq!(shown(range.get_value((0, 0))), *title);
        let read = (0..rows.len()).map(|line| {
            let cells = (0..rows[0].len()).map(|column| {
                let at = (u32::try_from(line + 1).unwrap(), u32::try_from(column).unwrap());
                // 0 and 1 are whole numbers also when they are 0 % and 100 %.
                match (shown(range.get_value(at)), rows[line][column].ends_with('%')) {
                    (whole, true) if whole == "0" || whole == "1" => format!("{}.00%", whole.replace('1', "100")),
                    (other, _) => other,
                }
            });
            cells.collect()
        });
        tables.insert(title.clone(), read.collect());
    }
    tables
}

fn part(file: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// The contents of each element of this name, in order.
fn elements<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let opened = text.match_indices(&open).map(|(at, _)| &text[at + open.len()..]);
    let opened = opened.filter(|rest| rest.starts_with(['>', ' ']));
    opened.map(|rest| rest.split_once('>').unwrap().1.split(&close).next().unwrap()).collect()
}

/// What stands between the tags.
fn words(markup: &str) -> String {
    let text: String = markup.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text)).collect();
    let text = text.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'");
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    text.replace("&#38;", "&").replace("&amp;", "&").replace('—', "")
}

/// The tables of a document written as markup, titles in the order of the document.
fn from_markup(text: &str, document: &Document, [table, row, cell]: [&str; 3]) -> Tables {
    let titles = document.tables.iter().chain(&document.appendix).map(|table| table.title.clone());
    let rows = |table: &str| -> Vec<Vec<String>> {
        elements(table, row).into_iter().map(|row| elements(row, cell).into_iter().map(words).collect()).collect()
    };
    let read: Vec<Vec<Vec<String>>> = elements(text, table).into_iter().map(rows).collect();
    assert_eq!(read.len(), document.tables.len() + document.appendix.len());
    titles.zip(read).collect()
}

fn assert_equal(read: &Tables, wanted: &Tables) {
    assert_eq!(read.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>());
    for (title, rows) in wanted {
        assert_eq!(&read[title], rows, "{title}");
    }
}

fn assert_same_in_every_format(full: &FullReport) {
    let document = compose(full);
    let expected = expected(&document);
    let file = |format| write(&document, format).unwrap();

    let mut neutralised = expected.clone();
    for cell in neutralised.values_mut().flatten().flatten().filter(|cell| cell.starts_with('=')) {
        cell.insert(0, '\'');
    }
    assert_equal(&from_csv(file(ReportFormat::Csv), &expected), &neutralised);
    assert_equal(&from_xlsx(file(ReportFormat::Xlsx), &expected), &expected);
    // A dash in words is no cell over nobody; both readers of markup drop it.
    let mut dashless = expected;
    dashless.values_mut().flatten().flatten().for_each(|cell| *cell = cell.replace('—', ""));
    let docx = part(&file(ReportFormat::Docx), "word/document.xml");
    assert_equal(&from_markup(&docx, &document, ["w:tbl", "w:tr", "w:tc"]), &dashless);
    let html = String::from_utf8(file(ReportFormat::Html)).unwrap().replace("<th ", "<td ").replace("</th>", "</td>");
    assert_equal(&from_markup(&html, &document, ["table", "tr", "td"]), &dashless);

    // On a terminal a table has its lines in the same order; its words may be folded.
    let text = String::from_utf8(file(ReportFormat::Text)).unwrap();
    for table in &document.tables {
        let printed: Vec<&str> =
            text.split(&format!("{}\n", table.title)).nth(1).unwrap().split("\n\n").next().unwrap().lines().collect();
        for row in &table.rows {
            let numbers: Vec<String> =
                row.cells.iter().filter(|cell| cell.is_number()).map(ReportCell::shown).collect();
            let has_them = |line: &&str| {
                let read: Vec<&str> = line.split_whitespace().collect();
                numbers.iter().all(|number| read.contains(&number.as_str()))
            };
            assert!(printed.iter().any(has_them), "{} lacks {numbers:?}", table.title);
        }
    }
}

#[tokio::test]
async fn every_format_has_the_same_tables_columns_and_totals() {
    for database in Database::both().await {
        let full = town_report(&database, &[Dimension::School, Dimension::Place]).await;
        assert_same_in_every_format(&full);
    }
}

#[tokio::test]
async fn totals_are_the_whole_and_what_is_not_recorded_is_a_row() {
    for database in Database::both().await {
        let document = compose(&town_report(&database, &[]).await);
        let rows = |title: &str| -> Vec<Vec<String>> {
            let table = document.tables.iter().find(|table| table.title.ends_with(title)).unwrap();
            table.rows.iter().map(|row| row.cells.iter().map(ReportCell::shown).collect()).collect()
        };
        // 3 of 5 employed, 1 of 5 on specialty, 1 unknown.
        let total = ["合计", "", "5", "3", "3", "0", "1", "1", "60.00%", "20.00%", "0.00%"];
        assert_eq!(rows(" 按学校").last().unwrap()[..], total);
        assert_eq!(rows(" 按专业大类").last().unwrap()[..], total);
        let places = [
            ["本地", "1", "0", "33.33%"],
            ["异地", "0", "0", "0.00%"],
            ["境外", "0", "0", "0.00%"],
            ["未填报", "2", "1", "66.67%"],
            ["合计", "3", "1", "100.00%"],
        ];
        assert_eq!(rows("直接就业按就业地域"), places);
        assert_eq!(document.tables.len(), 13);
    }
}

#[test]
fn a_file_is_written_whole_in_the_format_of_its_name() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    succeeds(&data, &["school", "add", "--code", "33070001", "--name", "=1+1", "--category", "民办"]);
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    for (name, begins) in [
        ("报告.txt", "全市中等职业学校"),
        ("报告.csv", "\u{feff}全市中等职业学校"),
        ("报告.xlsx", "PK"),
        ("报告.docx", "PK"),
        ("报告.html", "<!doctype html>"),
        ("报告.json", "{"),
    ] {
        let printed = succeeds(&data, &["report", "--year", "2022", "--out", &path(name)]);
        assert!(printed.contains("已写入"), "{printed}");
        let written = std::fs::read(path(name)).unwrap();
        assert!(written.starts_with(begins.as_bytes()), "{name}");
    }
    succeeds(&data, &["report", "--year", "2022", "--out", &path("没有扩展名"), "--format", "html"]);
    assert!(succeeds(&data, &["report", "--year", "2022", "--format", "html"]).starts_with("<!doctype html>"));
    let left: Vec<String> = std::fs::read_dir(directory.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("part"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_file_that_cannot_be_written_is_refused_with_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    std::fs::create_dir(path("报告.docx")).unwrap();
    succeeds(&data, &["school", "add", "--code", "33070001", "--name", "一中", "--category", "民办"]);
    for (rest, sentence) in [
        (vec!["--out".to_owned(), path("没有/报告.docx")], "不存在；请先建立文件夹"),
        (vec!["--out".to_owned(), path("报告.docx")], "这是一个文件夹"),
        (vec!["--out".to_owned(), path("报告.pdf")], "看不出格式"),
        (vec!["--out".to_owned(), path("报告.xlsx"), "--format".to_owned(), "docx".to_owned()], "扩展名不一致"),
        (vec!["--format".to_owned(), "xlsx".to_owned()], "请加 --out 文件名.xlsx"),
        (vec!["--out".to_owned(), path(&format!("{}.csv", "长".repeat(100)))], "原有的文件没有改动"),
    ] {
        let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
        let printed = fails(&data, 1, &[&["report", "--year", "2022"], rest.as_slice()].concat());
        assert!(printed.contains(sentence), "{printed}");
    }
    // Only the data and the folder that stood in the way are there.
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 2);
}
