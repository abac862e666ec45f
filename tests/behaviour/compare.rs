//! Promise: between two states of the log a year's figures that moved are named, and the persons who moved them.

use gradtrail::accounts::{Caller, Role};
use gradtrail::app::actions::Question;
use gradtrail::app::changes::ListChanges;
use gradtrail::app::compare::{CompareReports, Compared, MoveCause, Why};
use gradtrail::app::explain::NamedPerson;
use gradtrail::app::import::ImportFiles;
use gradtrail::app::import::batch::Recording;
use gradtrail::app::reply::Reply;
use gradtrail::domain::terms::{DestinationKind, SpecialtyMatch};
use gradtrail::domain::{StreamType, UndoReason};
use gradtrail::input::known_at::KnownAt;
use gradtrail::publication::list::ListValue;
use gradtrail::publication::lists::listing;
use gradtrail::text::lang::Lang;
use proptest::prelude::*;

use crate::placements::{document, staff};
use crate::support::rosters::move_to;
use crate::support::{Database, Town, day, undo};

async fn compare(town: &Town, caller: &Caller, asked: CompareReports) -> (Question, Compared) {
    let question = Question::Compare(asked);
    match town.app.ask(caller, &question).await.unwrap() {
        Reply::Compared(compared) => (question, *compared),
        other => panic!("{other:?}"),
    }
}

fn since(position: i64) -> CompareReports {
    CompareReports { people: true, ..CompareReports::known(2022, KnownAt::Position(position), KnownAt::Head) }
}

/// The rows of the figures that differ.
async fn figures(town: &Town, asked: CompareReports) -> Vec<Vec<String>> {
    let (question, compared) = compare(town, &town.caller, asked).await;
    let list = listing(&question, &Reply::Compared(Box::new(compared)), Lang::Zh).unwrap();
    list.rows.iter().map(|row| row.iter().map(ListValue::shown).collect()).collect()
}

async fn position(town: &Town) -> i64 {
    town.app.log().head().await.unwrap().position()
}

/// Name, and what the person counted and counts as.
fn moves(compared: &Compared) -> Vec<(String, String, String)> {
    let kind = |of: &Option<NamedPerson>| of.as_ref().map_or_else(String::new, |named| named.person.kind.clone());
    let name = |of: Option<&NamedPerson>| of.and_then(|named| named.name.clone()).unwrap_or_default();
    compared.persons.iter().map(|moved| (name(moved.latest()), kind(&moved.before), kind(&moved.after))).collect()
}

fn moved(name: &str, before: &str, after: &str) -> (String, String, String) {
    (name.to_owned(), before.to_owned(), after.to_owned())
}

#[tokio::test]
async fn who_was_counted_otherwise_before_is_named_with_the_figures_that_moved() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        town.add_school("33070001").await;
        let zhang = town.graduate("33070001", "张三", "330702200403150001").await;
        town.graduate("33070001", "李四", "330702200403150002").await;
        let before = position(&town).await;
        town.assert(zhang, DestinationKind::Enterprise, "2022-07-01", None).await;
        let (question, compared) = compare(&town, &town.caller, since(before)).await;
        assert_eq!(moves(&compared), [moved("张*", "unknown", "enterprise")]);
        let list = listing(&question, &Reply::Compared(Box::new(compared)), Lang::Zh).unwrap();
        assert_eq!(list.rows.len(), 1);
        // Of two graduates none and then one is employed: 0 ÷ 2 and 1 ÷ 2.
        let lines = figures(&town, CompareReports { people: false, ..since(before) }).await;
        let of = |id: &str| lines.iter().find(|line| line[0] == id).unwrap()[2..].to_vec();
        assert_eq!(of("direct_employment"), ["0", "1", "+1", "新登记：+1 人", "1"]);
        assert_eq!(of("unknown"), ["2", "1", "−1", "新登记：−1 人", "1"]);
        let rate = ["0 / 2 = 0.00%", "1 / 2 = 50.00%", "+50.00", "新登记：分子 +1 人", "1"];
        assert_eq!(of("employment_rate"), rate);
        assert!(!lines.iter().any(|line| line[0] == "graduates"));
        // On a day before the job began nothing moved.
        let earlier = CompareReports { as_of: Some(day("2022-06-30")), ..since(before) };
        assert_eq!(moves(&compare(&town, &town.caller, earlier).await.1), []);
        // The other way round.
        let back = CompareReports { from: KnownAt::Head, to: KnownAt::Position(before), ..since(before) };
        assert_eq!(moves(&compare(&town, &town.caller, back).await.1), [moved("张*", "enterprise", "unknown")]);
        // Who goes to another class is counted there.
        let known = position(&town).await;
        town.execute(vec![move_to(&town.app, zhang.id, "2班", day("2022-06-30")).await]).await.unwrap();
        let (question, compared) = compare(&town, &town.caller, since(known)).await;
        let list = listing(&question, &Reply::Compared(Box::new(compared)), Lang::En).unwrap();
        let said = ["1班", "2班"]
            .map(|class| format!("{class}, direct employment: enterprise, on specialty or not is not judged"));
        assert_eq!([list.rows[0][4].clone(), list.rows[0][6].clone()], said.map(ListValue::Text));
        // What comes in is not of the year before it came.
        town.graduate("33070001", "王五", "330702200403150003").await;
        let (_, compared) = compare(&town, &town.caller, since(before)).await;
        // By class: 张 is in 2班 by now.
        assert_eq!(moves(&compared), [moved("王*", "", "unknown"), moved("张*", "unknown", "enterprise")]);
    }
}

#[tokio::test]
async fn what_is_undone_moves_nobody_and_another_school_sees_nothing_of_it() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        town.add_school_named("33070001", "一中").await;
        town.add_school_named("33070002", "二中").await;
        town.graduate("33070001", "张一", "330702200703154510").await;
        let before = position(&town).await;
        let list = "姓名,证件号码,去向类型,单位名称,就业日期,学校代码\n张一,330702200703154510,企业,某厂,2022-07-01,33070001\n";
        let imported = town.import(&database.write(&[("去向.csv", list)]), ImportFiles::default()).await.remove(0);
        let Recording::Recorded(batch) = imported.recording else { panic!("{imported:?}") };
        let officer = |school| staff(1, Role::Officer, school);
        let own = compare(&town, &officer("33070001"), since(before)).await.1;
        assert_eq!(own.persons.len(), 1);
        assert_eq!(compare(&town, &officer("33070002"), since(before)).await.1.persons.len(), 0);
        undo(&town.app, &town.caller, batch, UndoReason::WrongFile).await.unwrap();
        assert_eq!(moves(&compare(&town, &town.caller, since(before)).await.1), []);
    }
}

#[tokio::test]
async fn who_recorded_what_since_a_day_is_one_line_for_each_file_and_kind() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        town.add_school_named("33070001", "一中").await;
        town.add_school_named("33070002", "二中").await;
        for (name, document) in [("张一", "330702200703154510"), ("李二", "330782200612310022")] {
            town.graduate("33070001", name, document).await;
        }
        let list = "姓名,证件号码,去向类型,单位名称,就业日期,学校代码\n\
                    张一,330702200703154510,待就业,,2022-07-01,33070001\n李二,330782200612310022,待就业,,2022-07-01,33070001\n";
        town.import(&database.write(&[("去向.csv", list)]), ImportFiles::default()).await;
        let since = async |day: jiff::civil::Date, caller: &Caller| {
            let question = Question::Changes(ListChanges { since: Some(day), ..ListChanges::default() });
            match town.app.ask(caller, &question).await.unwrap() {
                Reply::Changes(changes) => changes,
                other => panic!("{other:?}"),
            }
        };
        let today = town.app.today();
        let of_file: Vec<(StreamType, usize, usize)> = since(today, &town.caller)
            .await
            .into_iter()
            .filter(|change| change.file.as_deref() == Some("去向.csv"))
            .map(|change| (change.stream, change.events, change.subjects))
            .collect();
        // Begun and finished; a statement of each of two graduates.
        assert_eq!(of_file, [(StreamType::Import, 2, 1), (StreamType::Outcome, 2, 2)]);
        assert_eq!(since(today.tomorrow().unwrap(), &town.caller).await, []);
        let others = since(today, &staff(1, Role::Officer, "33070002")).await;
        assert!(
            others.iter().all(|change| change.file.is_none() && change.stream != StreamType::Student),
            "{others:?}"
        );
    }
}

/// Why each person of a comparison moved.
fn causes(compared: &Compared) -> Vec<MoveCause> {
    compared.persons.iter().map(|moved| moved.cause).collect()
}

#[tokio::test]
async fn why_a_figure_differs_is_told_by_what_was_recorded_taken_back_or_the_day() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        town.add_school_named("33070001", "一中").await;
        town.graduate("33070001", "张一", "330702200703154510").await;
        let before = position(&town).await;
        let list = "姓名,证件号码,去向类型,单位名称,就业日期,学校代码\n张一,330702200703154510,企业,某厂,2022-07-01,33070001\n";
        let imported = town.import(&database.write(&[("去向.csv", list)]), ImportFiles::default()).await.remove(0);
        let Recording::Recorded(batch) = imported.recording else { panic!("{imported:?}") };
        let said = position(&town).await;
        assert_eq!(causes(&compare(&town, &town.caller, since(before)).await.1), [MoveCause::Recorded]);
        let back = CompareReports { to: KnownAt::Position(before), ..since(said) };
        assert_eq!(causes(&compare(&town, &town.caller, back).await.1), [MoveCause::NotYet]);
        // Nothing but the day: on 30 June the job had not begun.
        let days = CompareReports { from_as_of: Some(day("2022-06-30")), ..since(said) };
        assert_eq!(causes(&compare(&town, &town.caller, days).await.1), [MoveCause::Day]);
        undo(&town.app, &town.caller, batch, UndoReason::WrongFile).await.unwrap();
        let undone = compare(&town, &town.caller, since(said)).await.1;
        assert_eq!(causes(&undone), [MoveCause::TakenBack]);
        assert_eq!(moves(&undone), [moved("张*", "enterprise", "unknown")]);
    }
}

#[tokio::test]
async fn two_definitions_and_two_schools_stand_beside_each_other() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        for (code, name) in [("33070001", "一中"), ("33070002", "二中")] {
            town.add_school_named(code, name).await;
        }
        let one = town.graduate("33070001", "张一", "330702200703154510").await;
        town.graduate("33070001", "李二", "330782200612310022").await;
        town.graduate("33070002", "王三", "330702200403150003").await;
        town.assert(one, DestinationKind::Enterprise, "2022-07-01", Some(SpecialtyMatch::Full)).await;
        let now = CompareReports::known(2022, KnownAt::Head, KnownAt::Head);
        let figure = |id: &str| Some(id.to_owned());
        let definitions = CompareReports {
            from_figure: figure("on_specialty_rate_of_graduates"),
            figure: figure("on_specialty_rate_of_direct_employment"),
            ..now.clone()
        };
        // Two graduates and one at two schools: of three graduates two are in the first denominator only.
        let line = figures(&town, definitions.clone()).await.remove(0);
        let parts = ["1 / 3 = 33.33%", "1 / 1 = 100.00%", "+66.67", "定义不同：分母 −2 人", "2"];
        assert_eq!(line[2..], parts);
        let people = compare(&town, &town.caller, CompareReports { people: true, ..definitions }).await.1;
        assert_eq!(people.persons.len(), 2);
        let school = |code: &str| Some(crate::support::school(code));
        let schools = CompareReports { from_school: school("33070001"), school: school("33070002"), ..now.clone() };
        let lines = figures(&town, schools).await;
        let rate = lines.iter().find(|line| line[0] == "employment_rate").unwrap();
        assert_eq!(rate[2..], ["1 / 2 = 50.00%", "0 / 1 = 0.00%", "−50.00", "", "0"]);
        // The city against one of its schools, and the other way round.
        let city = CompareReports { from_all: true, school: school("33070002"), ..now.clone() };
        let lines = figures(&town, city).await;
        let rate = lines.iter().find(|line| line[0] == "employment_rate").unwrap();
        assert_eq!(rate[2..], ["1 / 3 = 33.33%", "0 / 1 = 0.00%", "−33.33", "", "0"]);
        // A school compares itself with no other, and the whole that it sees is itself.
        let own = CompareReports { from_all: true, school: school("33070001"), ..now.clone() };
        let Reply::Compared(of_school) =
            town.app.ask(&staff(1, Role::Officer, "33070001"), &Question::Compare(own)).await.unwrap()
        else {
            panic!("two reports")
        };
        assert_eq!(of_school.before.counts, of_school.after.counts);
        let office = staff(1, Role::Officer, "33070001");
        let other = CompareReports { from_school: school("33070002"), ..now };
        assert!(town.app.ask(&office, &Question::Compare(other)).await.is_err());
    }
}

#[test]
fn who_entered_a_figure_less_who_left_it_is_its_difference_whatever_is_compared() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let database = Database::sqlite();
    let (town, head) = runtime.block_on(async {
        let town = Town::new(&database).await;
        let kinds = [DestinationKind::Enterprise, DestinationKind::Seeking, DestinationKind::Startup];
        for code in ["33070001", "33070002"] {
            town.add_school(code).await;
        }
        for number in 0..6 {
            let code = if number % 2 == 0 { "33070001" } else { "33070002" };
            let pupil = town.graduate(code, "学生", &document(number)).await;
            for (place, kind) in kinds.iter().cycle().skip(number).take(1 + number % 3).enumerate() {
                town.assert(pupil, *kind, &format!("2022-{:02}-01", 7 + place), None).await;
            }
        }
        let head = position(&town).await;
        (town, head)
    });
    let days = || prop::sample::select(vec!["2022-06-30", "2022-07-31", "2022-08-31", "2022-12-31"]);
    let schools = prop::sample::select(vec![None, Some("33070001"), Some("33070002")]);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(48));
    let checked = runner.run(&(0..=head, 0..=head, days(), days(), schools), |(from, to, first, second, school)| {
        let asked = CompareReports {
            from_as_of: Some(day(first)),
            as_of: Some(day(second)),
            school: school.map(crate::support::school),
            ..CompareReports::known(2022, KnownAt::Position(from), KnownAt::Position(to))
        };
        runtime.block_on(async {
            let (_, compared) = compare(&town, &town.caller, asked.clone()).await;
            for line in &compared.figures {
                let sum = |part: fn(&Why) -> (i64, i64)| -> i64 {
                    line.why.iter().map(|why| part(why).0 - part(why).1).sum()
                };
                assert_eq!(line.before.numerator + sum(|why| why.numerator), line.after.numerator, "{line:?}");
                assert_eq!(line.before.denominator + sum(|why| why.denominator), line.after.denominator, "{line:?}");
                // As many persons open as the line names.
                let figure = Some(line.of.1.id().to_owned());
                let opened = CompareReports { figure, people: true, ..asked.clone() };
                let opened = i64::try_from(compare(&town, &town.caller, opened).await.1.persons.len()).unwrap();
                assert_eq!(opened, line.why.iter().map(|why| why.persons).sum::<i64>(), "{line:?}");
            }
            // What is not listed does not differ.
            for (of, figure) in &compared.before.figures {
                if compared.figures.iter().all(|line| line.of.1.id() != of.id) {
                    let after = compared.after.figures.iter().find(|(other, _)| other.id == of.id).unwrap();
                    assert_eq!((figure.numerator, figure.denominator), (after.1.numerator, after.1.denominator));
                }
            }
        });
        Ok(())
    });
    checked.unwrap();
}
