//! Promise: a report says what it lacks, and every number of it opens to the persons behind it.

use gradtrail::accounts::Role;
use gradtrail::app::actions::Question;
use gradtrail::app::explain::ExplainFigure;
use gradtrail::app::full_report::FullReport;
use gradtrail::app::report::{Report, ReportQuery};
use gradtrail::domain::figures::populations::{ALL, DIRECT_EMPLOYMENT, GRADUATES, KNOWN};
use gradtrail::domain::terms::DestinationKind;
use gradtrail::input::known_at::KnownAt;
use gradtrail::projections::cohort_outcomes::count::{CellKey, Dimension};
use gradtrail::projections::cohort_outcomes::explain::FigurePart;
use gradtrail::publication::{compose, english};
use gradtrail::refusal::Refusal as _;

use crate::placements::staff;
use crate::support::{Database, Town, ask, day};

async fn report(town: &Town, asked: &ReportQuery) -> Report {
    ask::report(&town.app, &town.caller, asked, &[]).await.unwrap()
}

/// 一中 has two graduates, one employed and one of unknown destination; 二中 has sent a roster of one and nothing else;
/// 三中 has sent nothing.
async fn town(database: &Database) -> Town {
    let town = Town::new(database).await;
    for (code, name) in [("33070001", "一中"), ("33070002", "二中"), ("33070003", "三中")] {
        town.add_school_named(code, name).await;
    }
    let employed = town.graduate("33070001", "张三", "330702200403150001").await;
    town.graduate("33070001", "李四", "330702200403150002").await;
    town.graduate("33070002", "王五", "330702200403150003").await;
    town.assert(employed, DestinationKind::Enterprise, "2022-07-01", None).await;
    town
}

/// What the report says beside its figures.
fn remarks(report: &Report) -> Vec<String> {
    compose(&FullReport { report: report.clone(), breakdowns: vec![] }).remarks
}

fn unreported(report: &Report) -> Vec<(&str, i64)> {
    report.unreported_schools.iter().map(|of| (of.school.name.as_str(), of.graduates)).collect()
}

#[tokio::test]
async fn a_school_with_a_roster_and_no_destination_is_named_until_it_sends_one() {
    for database in Database::both().await {
        let town = town(&database).await;
        let before = report(&town, &ReportQuery::year(2022)).await;
        assert_eq!(unreported(&before), [("二中", 1)]);
        assert_eq!(before.missing_schools.iter().map(|school| school.name.as_str()).collect::<Vec<_>>(), ["三中"]);
        // 1 of 3 is employed; of the two of the other school 1 of 2 is 50.00 %.
        let said = remarks(&before).join("");
        assert!(said.contains("未报去向学校 1 所：二中（33070002，1 人）"), "{said}");
        assert!(said.contains("毕业生 1 人都按去向未知") && said.contains("就业率为 50.00%（1 ÷ 2）"), "{said}");
        let said = english::write(&before).replace('\n', " ");
        assert!(said.contains("1 school with a roster and no destinations: 二中 (33070002, 1)"), "{said}");
        let missing = ask::missing(&town.app, &town.caller, &ReportQuery::year(2022)).await.unwrap();
        assert_eq!(missing.unreported, before.unreported_schools);

        let pupil = town.graduate("33070002", "赵六", "330702200403150004").await;
        assert_eq!(unreported(&report(&town, &ReportQuery::year(2022)).await), [("二中", 2)]);
        town.assert(pupil, DestinationKind::Freelance, "2022-07-01", None).await;
        assert_eq!(unreported(&report(&town, &ReportQuery::year(2022)).await), []);
        let as_known = ReportQuery { known_at: KnownAt::Position(before.known_at.position), ..ReportQuery::year(2022) };
        assert_eq!(unreported(&report(&town, &as_known).await), [("二中", 1)]);
        // Before the job began nothing was so of him; of the first school neither.
        let earlier = ReportQuery { as_of: Some(day("2022-06-30")), ..ReportQuery::year(2022) };
        assert_eq!(unreported(&report(&town, &earlier).await), [("一中", 2), ("二中", 2)]);
    }
}

#[tokio::test]
async fn a_cut_off_that_has_not_come_is_said_and_a_school_s_report_bears_its_name() {
    for database in Database::both().await {
        let town = town(&database).await;
        let ahead = ReportQuery { as_of: Some(day("2098-12-31")), ..ReportQuery::year(2022) };
        let early = report(&town, &ahead).await;
        assert!(early.is_ahead && remarks(&early)[0].starts_with("截止日 2098-12-31 还没有到"));
        assert!(english::write(&early).contains("has not come yet"));
        assert!(!report(&town, &ReportQuery::year(2022)).await.is_ahead);
        assert!(ask::missing(&town.app, &town.caller, &ahead).await.unwrap().is_ahead);
        assert!(ask::conflicts(&town.app, &town.caller, &ahead).await.unwrap().is_ahead);
        assert!(ask::explain(&town.app, &town.caller, &ahead, "graduates").await.unwrap().is_ahead);
        let school = ReportQuery { school: Some(crate::support::school("33070002")), ..ReportQuery::year(2022) };
        assert_eq!(report(&town, &school).await.school_name.as_deref(), Some("二中"));
    }
}

#[tokio::test]
async fn every_count_of_a_report_and_of_a_cell_opens_to_as_many_persons() {
    for database in Database::both().await {
        let town = town(&database).await;
        let asked = ReportQuery::year(2022);
        let total = report(&town, &asked).await;
        for population in ALL.into_iter().filter(|population| **population != KNOWN) {
            let opened = ask::explain(&town.app, &town.caller, &asked, population.id).await.unwrap();
            let persons = i64::try_from(opened.part(FigurePart::Numerator).count()).unwrap();
            assert_eq!(persons, total.counts.of(population), "{}", population.id);
        }
        for by in [vec![Dimension::Class], vec![Dimension::School, Dimension::Kind]] {
            let whole = ask::report(&town.app, &town.caller, &asked, &by).await.unwrap().breakdown.unwrap();
            let population = if whole.of_direct_employment { &DIRECT_EMPLOYMENT } else { &GRADUATES };
            assert!(!whole.cells.is_empty());
            for cell in whole.cells {
                let key = CellKey { by: by.clone(), key: cell.key };
                let opened = ask::explain_cell(&town.app, &town.caller, &asked, population.id, &key).await.unwrap();
                assert_eq!(i64::try_from(opened.persons.len()).unwrap(), cell.counts.of(population), "{key:?}");
                assert_eq!(opened.cell, cell.name);
            }
        }
    }
}

#[tokio::test]
async fn a_cell_that_is_not_there_or_half_named_is_refused() {
    let database = Database::sqlite();
    let town = town(&database).await;
    let refused = async |by: &[Dimension], cell: Option<&str>| {
        let figure = "employed".to_owned();
        let (by, cell) = (by.to_vec(), cell.map(str::to_owned));
        let question = ExplainFigure { figure, query: ReportQuery::year(2022), by, cell };
        town.app.ask(&town.caller, &Question::Explain(question)).await.unwrap_err().code()
    };
    assert_eq!(refused(&[Dimension::School], Some("33070009")).await, "report.no_such_cell");
    assert_eq!(refused(&[Dimension::School], None).await, "input.fields_missing");
    assert_eq!(refused(&[], Some("33070001")).await, "input.fields_missing");
    assert_eq!(refused(&[Dimension::School, Dimension::School], Some("a,b")).await, "input.dimensions");
}

#[tokio::test]
async fn another_school_s_cells_and_silence_are_not_seen() {
    for database in Database::both().await {
        let town = town(&database).await;
        let caller = staff(1, Role::Officer, "33070002");
        let asked = ReportQuery::year(2022);
        let class = |key: &str| CellKey { by: vec![Dimension::Class], key: vec![key.to_owned()] };
        let cells = ask::report(&town.app, &town.caller, &asked, &[Dimension::Class]).await.unwrap().breakdown.unwrap();
        for cell in cells.cells {
            let key = class(&cell.key[0]);
            let opened = ask::explain_cell(&town.app, &caller, &asked, "graduates", &key).await;
            match cell.key[0].starts_with("33070002/") {
                true => assert_eq!(opened.unwrap().persons.len(), 1),
                false => assert_eq!(opened.unwrap_err().code(), "report.no_such_cell"),
            }
        }
        let own = ask::report(&town.app, &caller, &asked, &[]).await.unwrap();
        assert_eq!((unreported(&own), own.missing_schools.len()), (vec![("二中", 1)], 0));
        let others = ask::report(&town.app, &staff(2, Role::Officer, "33070001"), &asked, &[]).await.unwrap();
        assert_eq!((unreported(&others), others.missing_schools.len()), (vec![], 0));
    }
}
