//! Promise: figures that were published before the system are kept as they were printed, stand beside what is counted and
//! never in it, and the point of a counted year is that year's report.

use gradtrail::accounts::{Caller, Role};
use gradtrail::app::actions::{Command, Question};
use gradtrail::app::failure::Failure;
use gradtrail::app::publication::ListPublications;
use gradtrail::app::reply::{Answer, Reply};
use gradtrail::app::report::{ReportQuery, ReportReply, ShowReport};
use gradtrail::app::trend::{Basis, ShowTrend, Trend};
use gradtrail::domain::terms::{DestinationKind, SpecialtyMatch};
use gradtrail::input::known_at::KnownAt;
use gradtrail::projections::published_figures::Published;
use gradtrail::refusal::Refusal as _;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::placements::{document, staff};
use crate::support::{Database, Town, day, with};

fn published(year: i16, school: Option<&str>, numerator: i64) -> Value {
    json!({
        "year": year, "school": school, "figure": "employment_rate", "numerator": numerator, "denominator": 200,
        "definition": "ours", "medium": "quality_report", "title": "质量年度报告第12页",
        "published_on": format!("{}-01-15", year + 1),
    })
}

async fn orders(town: &Town, caller: &Caller, verb: &str, said: Value) -> Result<(), Failure> {
    let command: Command = serde_json::from_value(json!({ "publication": { verb: said } })).unwrap();
    match town.app.run(caller, None, &command).await? {
        Answer::Done(_) => Ok(()),
        other => panic!("{other:?}"),
    }
}

async fn listed(town: &Town, caller: &Caller, asked: ListPublications) -> Vec<(i16, Option<String>, i64)> {
    let shown = |of: Published| (of.year, of.school.map(|school| school.to_string()), of.of.numerator);
    match town.app.ask(caller, &Question::Publications(asked)).await.unwrap() {
        Reply::Publications(standing) => standing.into_iter().map(shown).collect(),
        other => panic!("{other:?}"),
    }
}

async fn trend(town: &Town, caller: &Caller, query: ReportQuery) -> Trend {
    let question = ShowTrend { figure: None, query, first_year: None };
    match town.app.ask(caller, &Question::Trend(question)).await.unwrap() {
        Reply::Trend(trend) => *trend,
        other => panic!("{other:?}"),
    }
}

/// Year, whether it is counted, and the percentage, of the employment rate.
fn points(trend: &Trend) -> Vec<(i16, bool, String)> {
    let of_rate = trend.points.iter().filter(|point| point.definition.id == "employment_rate");
    of_rate.map(|of| (of.year, of.is_proven(), of.figure.percent.clone().unwrap_or_default())).collect()
}

fn all() -> ListPublications {
    ListPublications::default()
}

#[tokio::test]
async fn a_published_figure_stands_from_its_day_until_it_is_withdrawn_and_an_undone_one_never_stood() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        town.add_school("33070001").await;
        let city = &town.caller;
        let before = town.app.log().head().await.unwrap().position();
        orders(&town, city, "record", published(2019, None, 190)).await.unwrap();
        let first = vec![(2019, None, 190)];
        assert_eq!(listed(&town, city, all()).await, first);
        // As of a day before it was published, and as known before it was recorded.
        assert_eq!(listed(&town, city, ListPublications { on: Some(day("2020-01-14")), ..all() }).await, []);
        let known = ListPublications { known_at: KnownAt::Position(before), ..all() };
        assert_eq!(listed(&town, city, known).await, []);
        // Published anew in March, with another number.
        let corrected = with(published(2019, None, 188), json!({ "published_on": "2020-03-01" }));
        orders(&town, city, "record", corrected.clone()).await.unwrap();
        assert_eq!(listed(&town, city, all()).await, [(2019, None, 188)]);
        assert_eq!(listed(&town, city, ListPublications { on: Some(day("2020-02-01")), ..all() }).await, first);
        // The second was an error of entry; undone twice is undone once, and it can be said again.
        let undo = json!({ "year": 2019, "version": 2, "reason": "entry_error" });
        for _ in 0..2 {
            orders(&town, city, "undo", undo.clone()).await.unwrap();
            assert_eq!(listed(&town, city, all()).await, first);
        }
        orders(&town, city, "record", corrected).await.unwrap();
        assert_eq!(listed(&town, city, all()).await, [(2019, None, 188)]);
        let withdrawal = json!({
            "year": 2019, "figure": "employment_rate", "reason": "found_wrong", "on": "2021-05-01",
        });
        orders(&town, city, "withdraw", withdrawal).await.unwrap();
        assert_eq!(listed(&town, city, all()).await, []);
        let earlier = ListPublications { on: Some(day("2021-04-30")), ..all() };
        assert_eq!(listed(&town, city, earlier).await, [(2019, None, 188)]);
        // The withdrawal itself undone.
        orders(&town, city, "undo", json!({ "year": 2019, "version": 5, "reason": "entry_error" })).await.unwrap();
        assert_eq!(listed(&town, city, all()).await, [(2019, None, 188)]);
    }
}

#[tokio::test]
async fn a_school_records_and_sees_its_own_and_the_city_records_for_all() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        for code in ["33070001", "33070002"] {
            town.add_school(code).await;
        }
        let (office, other) = (staff(1, Role::Officer, "33070001"), staff(2, Role::Officer, "33070002"));
        orders(&town, &office, "record", published(2019, None, 180)).await.unwrap();
        let own = vec![(2019, Some("33070001".to_owned()), 180)];
        assert_eq!(listed(&town, &office, all()).await, own);
        assert_eq!(listed(&town, &other, all()).await, []);
        let of_other = orders(&town, &other, "record", published(2019, Some("33070001"), 170)).await;
        assert_eq!(of_other.unwrap_err().code(), "target.no_such_school");
        let undo = json!({ "year": 2019, "school": "33070001", "version": 1, "reason": "entry_error" });
        assert!(orders(&town, &other, "undo", undo).await.is_err());
        orders(&town, &town.caller, "record", published(2019, None, 190)).await.unwrap();
        orders(&town, &town.caller, "record", published(2018, Some("33070002"), 150)).await.unwrap();
        let everybody = vec![(2019, None, 190), (2019, Some("33070001".to_owned()), 180)];
        let of_2019 = ListPublications { year: Some(2019), ..all() };
        assert_eq!(listed(&town, &town.caller, of_2019).await, everybody);
        assert_eq!(listed(&town, &office, all()).await, own);
    }
}

#[tokio::test]
async fn a_publication_is_refused_for_what_is_wrong_with_it() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        town.add_school("33070001").await;
        for (wrong, code) in [
            (json!({ "figure": "shoe_size" }), "publication.no_such_figure"),
            (json!({ "numerator": 201 }), "publication.persons"),
            (json!({ "title": "年报" }), "publication.title"),
            (json!({ "title": "年报 13800000000" }), "publication.title_numbers_person"),
            (json!({ "published_on": "2018-12-31" }), "publication.before_graduation"),
            (json!({ "published_on": "2030-01-01" }), "publication.published_ahead"),
        ] {
            let refused = orders(&town, &town.caller, "record", with(published(2019, None, 190), wrong)).await;
            assert_eq!(refused.unwrap_err().code(), code);
        }
        let withdrawal = json!({ "year": 2019, "figure": "employment_rate", "reason": "other", "on": "2021-05-01" });
        let refused = orders(&town, &town.caller, "withdraw", withdrawal.clone()).await;
        assert_eq!(refused.unwrap_err().code(), "publication.not_published");
        orders(&town, &town.caller, "record", published(2021, None, 190)).await.unwrap();
        let early = with(withdrawal, json!({ "year": 2021 }));
        let refused = orders(&town, &town.caller, "withdraw", early).await;
        assert_eq!(refused.unwrap_err().code(), "publication.withdrawn_before");
        let ahead = json!({ "year": 2021, "figure": "employment_rate", "reason": "other", "on": "2030-01-01" });
        let refused = orders(&town, &town.caller, "withdraw", ahead).await;
        assert_eq!(refused.unwrap_err().code(), "publication.withdrawn_ahead");
        let undo = json!({ "year": 2021, "version": 7, "reason": "other" });
        let refused = orders(&town, &town.caller, "undo", undo).await;
        assert_eq!(refused.unwrap_err().code(), "publication.nothing_to_undo");
    }
}

#[tokio::test]
async fn a_line_over_the_years_has_what_is_counted_and_beside_it_what_was_published() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        town.add_school("33070001").await;
        let one = town.graduate("33070001", "张三", &document(0)).await;
        town.graduate("33070001", "李四", &document(1)).await;
        town.assert(one, DestinationKind::Enterprise, "2022-07-01", Some(SpecialtyMatch::Full)).await;
        let before = town.app.log().head().await.unwrap().position();
        for (year, numerator) in [(2020, 192), (2021, 194), (2022, 199)] {
            orders(&town, &town.caller, "record", published(year, None, numerator)).await.unwrap();
        }
        let query = ReportQuery::year(2022);
        let shown = trend(&town, &town.caller, query.clone()).await;
        let counted = (2022, true, "50.00".to_owned());
        let printed = |year, percent: &str| (year, false, percent.to_owned());
        let all = [printed(2020, "96.00"), printed(2021, "97.00"), counted, printed(2022, "99.50")];
        assert_eq!(points(&shown), all);
        // What is counted is never what was published: the line takes the counted one.
        let line: Vec<(i16, bool)> = shown.line("employment_rate").iter().map(|of| (of.year, of.is_proven())).collect();
        assert_eq!(line, [(2020, false), (2021, false), (2022, true)]);
        let known = ReportQuery { known_at: KnownAt::Position(before), ..query.clone() };
        assert_eq!(points(&trend(&town, &town.caller, known).await), all[2..3]);
        // On a day before the last was published; and before anybody was employed.
        let winter = ReportQuery { as_of: Some(day("2022-12-31")), ..query.clone() };
        assert_eq!(points(&trend(&town, &town.caller, winter).await), all[..3]);
        let june = ReportQuery { as_of: Some(day("2022-06-30")), ..query };
        assert_eq!(points(&trend(&town, &town.caller, june).await)[2], (2022, true, "0.00".to_owned()));
        // A school has published nothing of its own.
        let office = staff(1, Role::Officer, "33070001");
        assert_eq!(points(&trend(&town, &office, ReportQuery::year(2022)).await), all[2..3]);
        // Years that no cohort has are years without one.
        for year in [i16::MIN, i16::MAX] {
            assert!(trend(&town, &town.caller, ReportQuery::year(year)).await.points.is_empty(), "{year}");
        }
        let endless = ShowTrend { figure: None, query: ReportQuery::year(i16::MAX), first_year: Some(i16::MIN) };
        let refused = town.app.ask(&town.caller, &Question::Trend(endless)).await.unwrap_err();
        assert_eq!(refused.code(), "input.years");
        let backwards = ShowTrend { figure: None, query: ReportQuery::year(2022), first_year: Some(2023) };
        let refused = town.app.ask(&town.caller, &Question::Trend(backwards)).await;
        assert_eq!(refused.unwrap_err().code(), "input.years");
    }
}

#[test]
fn a_counted_point_is_the_figure_of_that_year_s_report_whatever_is_asked() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let database = Database::sqlite();
    let town = runtime.block_on(async {
        let town = Town::new(&database).await;
        for (place, code) in ["33070001", "33070002"].into_iter().enumerate() {
            town.add_school(code).await;
            for number in 0..4 {
                let year = 2021 + number % 2;
                let graduated = format!("{year}-06-30");
                let document = document(place * 4 + number);
                let pupil = town.student(code, "1班", "学生", &document, Some(&graduated)).await;
                if number < 3 {
                    town.assert(pupil, DestinationKind::Enterprise, &format!("{year}-08-01"), None).await;
                }
            }
        }
        town
    });
    let head = runtime.block_on(town.app.log().head()).unwrap().position();
    let schools = prop::sample::select(vec![None, Some("33070001"), Some("33070002")]);
    let days = prop::sample::select(vec![None, Some("2022-06-30"), Some("2022-07-31"), Some("2022-12-31")]);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(32));
    let checked = runner.run(&(schools, days, 0..=head), |(school, as_of, known)| {
        runtime.block_on(async {
            let query = ReportQuery {
                as_of: as_of.map(day),
                known_at: KnownAt::Position(known),
                school: school.map(crate::support::school),
                ..ReportQuery::year(2022)
            };
            // A school that was not registered yet is asked about as any other.
            for point in trend(&town, &town.caller, query.clone()).await.points {
                let Basis::Counted { as_of, .. } = point.basis else { panic!("{point:?} was not published") };
                let of_year = ReportQuery { year: point.year, as_of: Some(as_of), ..query.clone() };
                let question = Question::Report(ShowReport { query: of_year, by: vec![], full: false });
                let Reply::Report(ReportReply::Plain(report)) = town.app.ask(&town.caller, &question).await.unwrap()
                else {
                    panic!("a report was asked for")
                };
                let (_, figure) = report.figures.iter().find(|(of, _)| of.id == point.definition.id).unwrap();
                let digits = (point.figure.numerator, point.figure.denominator, point.figure.percent);
                assert_eq!(digits, (figure.numerator, figure.denominator, figure.percent.clone()));
            }
        });
        Ok(())
    });
    checked.unwrap();
}

/// What can be done to one figure: published with a number, withdrawn, or the fact of a number undone.
#[derive(Debug, Clone, Copy)]
enum Step {
    Publish(i64, i8),
    Withdraw(i8),
    Undo(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1..=200_i64, 1..=12_i8).prop_map(|(number, month)| Step::Publish(number, month)),
        (1..=12_i8).prop_map(Step::Withdraw),
        (1..=6_usize).prop_map(Step::Undo),
    ]
}

#[test]
fn on_every_day_and_as_known_at_every_position_stands_what_the_steps_until_then_leave() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(8));
    let checked = runner.run(&prop::collection::vec(step(), 1..7), |steps| {
        let database = Database::sqlite();
        runtime.block_on(async {
            let town = Town::new(&database).await;
            let on = |month: i8| format!("2020-{month:02}-15");
            // Each fact: month, number if published, and whether it still stands; after each step as it was then.
            let mut facts: Vec<Option<(i8, Option<i64>)>> = vec![];
            let mut known = vec![];
            for step in steps {
                let done = match step {
                    Step::Publish(number, month) => {
                        let said = with(published(2019, None, number), json!({ "published_on": on(month) }));
                        orders(&town, &town.caller, "record", said).await
                    }
                    Step::Withdraw(month) => {
                        let said =
                            json!({ "year": 2019, "figure": "employment_rate", "reason": "other", "on": on(month) });
                        orders(&town, &town.caller, "withdraw", said).await
                    }
                    Step::Undo(version) => {
                        let said = json!({ "year": 2019, "version": version, "reason": "entry_error" });
                        orders(&town, &town.caller, "undo", said).await
                    }
                };
                let position = town.app.log().head().await.unwrap().position();
                let is_new = known.last().is_none_or(|(last, _)| *last < position);
                if done.is_ok() && is_new && position > 0 {
                    match step {
                        Step::Publish(number, month) => facts.push(Some((month, Some(number)))),
                        Step::Withdraw(month) => facts.push(Some((month, None))),
                        Step::Undo(version) => {
                            facts[version - 1] = None;
                            facts.push(None);
                        }
                    }
                    known.push((position, facts.clone()));
                }
            }
            for (position, facts) in known {
                for month in 1..=12 {
                    let begun = facts.iter().flatten().filter(|(since, _)| *since <= month);
                    let latest = begun.max_by_key(|(since, _)| *since).and_then(|(_, number)| *number);
                    let asked = ListPublications {
                        on: Some(day(&on(month))),
                        known_at: KnownAt::Position(position),
                        ..ListPublications::default()
                    };
                    let expected: Vec<_> = latest.map(|number| (2019, None, number)).into_iter().collect();
                    assert_eq!(listed(&town, &town.caller, asked).await, expected, "{month} at {position}");
                }
            }
        });
        Ok(())
    });
    checked.unwrap();
}
