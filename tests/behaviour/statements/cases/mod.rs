//! The table of cases of what a row means: a file for each rule of statements, each situation with the figures that follow.
//!
//! A school of four graduates of 30 June 2022; it is 1 July 2023. Every list has its own bytes, unless one is sent twice.

mod again;
mod between_sources;
mod days;
mod ends;
mod exams;
mod forms;
mod identity;
mod keys;
mod none;
mod operations;
mod rosters;
mod sources;
mod undo;

use std::sync::atomic::{AtomicUsize, Ordering};

use gradtrail::accounts::Caller;
use gradtrail::app::actions::Command;
use gradtrail::app::failure::Failure;
use gradtrail::app::import::ImportFiles;
use gradtrail::app::import::batch::{Imported, Recording};
use gradtrail::app::import::undo::{UndoImport, Undone};
use gradtrail::app::reply::Answer;
use gradtrail::app::report::{Report, ReportQuery};
use gradtrail::domain::UndoReason;
use gradtrail::domain::figures::populations::{
    DIRECT_EMPLOYMENT, DIRECT_EMPLOYMENT_L0, FURTHER_STUDY, FURTHER_STUDY_L0, Population, SEEKING, UNKNOWN,
};
use gradtrail::domain::ids::BatchId;
use gradtrail::domain::import::RowCounts;
use gradtrail::domain::statements::Source;
use gradtrail::input::file::File;
use gradtrail::projections::cohort_outcomes::count::Dimension;

use crate::support::typed::document_number;
use crate::support::{Database, Town, ask, day};

const SCHOOL: &str = "33070001";
const NAMES: [&str; 4] = ["张一", "李二", "王三", "赵四"];
const YEAR_END: &str = "2022-12-31";
/// Nobody's row was refused.
const NONE: [&str; 0] = [];

const ROSTER: &str = "专业代码,班级,学籍状态,毕业日期";
const GRADUATED: [&str; 4] = [
    "张一,700206,1班,毕业,2022-06-30",
    "李二,700206,1班,毕业,2022-06-30",
    "王三,700206,1班,毕业,2022-06-30",
    "赵四,700206,1班,毕业,2022-06-30",
];
const JOB: &str = "去向类型,单位名称,开始日期";
const JOB_ENDING: &str = "去向类型,单位名称,开始日期,结束日期";
const JOB_JUDGED: &str = "去向类型,单位名称,开始日期,起薪,专业对口程度";
const JOB_OPERATION: &str = "去向类型,单位名称,开始日期,操作";
const STUDY: &str = "升学渠道,升学层次,录取学校,录取日期,报到日期,离校日期";

static LISTS: AtomicUsize = AtomicUsize::new(0);

/// A list as an office writes it: its columns behind the document number, and rows that begin with a name.
fn list(columns: &str, rows: &[&str]) -> File {
    let nth = LISTS.fetch_add(1, Ordering::Relaxed);
    let row = |row: &&str| {
        let (name, cells) = row.split_once(',').unwrap();
        let number = NAMES.iter().position(|known| *known == name).unwrap();
        format!("{SCHOOL},{name},{},{cells}\n", document_number(number))
    };
    let rows: String = rows.iter().map(row).collect();
    // A title stands in row 1 and the headings in row 2.
    let text = format!("名单{nth}\n学校代码,姓名,证件号码,{columns}\n{rows}");
    File { name: format!("名单{nth}.csv"), bytes: text.into_bytes() }
}

/// Who sends a list, speaking of the day of its import.
fn of(source: Source) -> ImportFiles {
    ImportFiles { source, ..ImportFiles::default() }
}

/// Who sends a list, and of which day it speaks.
fn of_day(source: Source, said_on: &str) -> ImportFiles {
    ImportFiles { said_on: Some(day(said_on)), ..of(source) }
}

async fn send(town: &Town, caller: &Caller, file: File, options: &ImportFiles) -> Result<Imported, Failure> {
    let command = Command::Import(ImportFiles { files: vec![file], ..options.clone() });
    match town.app.run(caller, None, &command).await? {
        Answer::Imported(mut results) => Ok(results.remove(0).outcome.unwrap()),
        other => panic!("{other:?}"),
    }
}

async fn say(town: &Town, columns: &str, rows: &[&str], options: &ImportFiles) -> Imported {
    send(town, &town.caller, list(columns, rows), options).await.unwrap()
}

/// The school's office says so, today.
async fn says(town: &Town, columns: &str, rows: &[&str]) -> Imported {
    say(town, columns, rows, &ImportFiles::default()).await
}

/// The four graduates, and the roster that they are from.
async fn town_and_roster(database: &Database) -> (Town, Imported) {
    let town = Town::new(database).await;
    town.add_school(SCHOOL).await;
    let roster = says(&town, ROSTER, &GRADUATED).await;
    assert_eq!(roster.counts, new(4), "{:?}", roster.rejected);
    (town, roster)
}

async fn town(database: &Database) -> Town {
    town_and_roster(database).await.0
}

/// Who sends a list, its columns and its rows.
type List<'l> = (ImportFiles, &'l str, &'l [&'l str]);

/// Sends lists in their order, checks, takes all of them back, and does the same in the opposite order.
async fn in_any_order(town: &Town, lists: &[List<'_>], check: impl AsyncFn()) {
    let forth: Vec<&List<'_>> = lists.iter().collect();
    let back: Vec<&List<'_>> = lists.iter().rev().collect();
    for lists in [forth, back] {
        let mut sent = vec![];
        for (options, columns, rows) in lists {
            let imported = say(town, columns, rows, options).await;
            assert_eq!(codes(&imported), NONE);
            sent.push(imported);
        }
        check().await;
        for imported in &sent {
            undo(town, imported, false).await;
        }
        assert_eq!(counts(town, YEAR_END).await, (0, 0, 0, 4));
    }
}

fn batch(imported: &Imported) -> BatchId {
    match imported.recording {
        Recording::Recorded(batch) => batch,
        other => panic!("{other:?}"),
    }
}

/// Takes a list back; `rest` leaves those on whom others built.
async fn undo(town: &Town, imported: &Imported, rest: bool) -> Undone {
    let (batch, reason) = (batch(imported).0.to_string(), UndoReason::WrongFile);
    let command = Command::UndoImport(UndoImport { batch, reason, rest });
    match town.app.run(&town.caller, None, &command).await.unwrap() {
        Answer::ImportUndone(undone) => undone,
        other => panic!("{other:?}"),
    }
}

fn new(rows: u32) -> RowCounts {
    RowCounts { new: rows, ..RowCounts::default() }
}

fn changed(rows: u32) -> RowCounts {
    RowCounts { changed: rows, ..RowCounts::default() }
}

fn unchanged(rows: u32) -> RowCounts {
    RowCounts { unchanged: rows, ..RowCounts::default() }
}

fn held(rows: u32) -> RowCounts {
    RowCounts { held: rows, ..RowCounts::default() }
}

/// Why rows are refused: of each fault its code.
fn codes(imported: &Imported) -> Vec<&'static str> {
    imported.rejected.iter().flat_map(|row| &row.faults).map(|fault| fault.reason.code()).collect()
}

/// What is to be looked at of rows that are recorded: the row's number and the code.
fn warned(imported: &Imported) -> Vec<(u32, &'static str)> {
    imported.warnings.iter().map(|(_, row, fault)| (*row, fault.reason.code())).collect()
}

async fn position(town: &Town) -> i64 {
    town.app.log().head().await.unwrap().position()
}

async fn report(town: &Town, on: &str, by: &[Dimension]) -> Report {
    let asked = ReportQuery { as_of: Some(day(on)), ..ReportQuery::year(2022) };
    ask::report(&town.app, &town.caller, &asked, by).await.unwrap()
}

/// (in a job, in further study, looking for a job, unknown) of the four, on a day
async fn counts(town: &Town, on: &str) -> (i64, i64, i64, i64) {
    let counts = report(town, on, &[]).await.counts;
    (counts.of(&DIRECT_EMPLOYMENT), counts.of(&FURTHER_STUDY), counts.of(&SEEKING), counts.of(&UNKNOWN))
}

/// (in a job, in further study) by the word of the school alone, on a day
async fn on_the_schools_word(town: &Town, on: &str) -> (i64, i64) {
    let counts = report(town, on, &[]).await.counts;
    (counts.of(&DIRECT_EMPLOYMENT_L0), counts.of(&FURTHER_STUDY_L0))
}

/// Graduates of whom two things are said that cannot both be, on a day.
async fn conflicts(town: &Town, on: &str) -> usize {
    report(town, on, &[]).await.conflicts
}

/// At the end of the year.
async fn count(town: &Town, population: &Population) -> i64 {
    report(town, YEAR_END, &[]).await.counts.of(population)
}

/// Graduates in jobs with this detail, at the end of the year.
async fn with_detail(town: &Town, detail: Dimension, key: &str) -> i64 {
    let cells = report(town, YEAR_END, &[detail]).await.breakdown.unwrap().cells;
    cells.iter().filter(|cell| cell.key == [key]).map(|cell| cell.counts.of(&DIRECT_EMPLOYMENT)).sum()
}
