//! Promise: between two states of the log a year's figures that moved are named, and the persons who moved them.

use gradtrail::accounts::{Caller, Role};
use gradtrail::app::actions::Question;
use gradtrail::app::changes::ListChanges;
use gradtrail::app::compare::{CompareReports, Compared};
use gradtrail::app::explain::NamedPerson;
use gradtrail::app::import::ImportFiles;
use gradtrail::app::import::batch::Recording;
use gradtrail::app::reply::Reply;
use gradtrail::domain::terms::DestinationKind;
use gradtrail::domain::{StreamType, UndoReason};
use gradtrail::input::known_at::KnownAt;
use gradtrail::publication::list::ListValue;
use gradtrail::publication::lists::listing;
use gradtrail::text::lang::Lang;

use crate::placements::staff;
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
    let from = KnownAt::Position(position);
    CompareReports { from, to: KnownAt::Head, year: 2022, as_of: None, school: None }
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
        // Of two graduates none and then one is employed: 0 ÷ 2 and 1 ÷ 2.
        for figure in ["直接就业：0 → 1", "就业率（含升学）：0.00 → 50.00"] {
            assert!(list.notes.iter().any(|note| note == figure), "{figure}: {:?}", list.notes);
        }
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
        assert_eq!(list.rows[0][4..6], said.map(ListValue::Text));
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
            let question = Question::Changes(ListChanges { since: day });
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
