//! Promise: what was known at a position is answered the same for ever, digits and names, whatever became of classes,
//! specialties, names, units, standings and schools since.

use gradtrail::app::actions::Command;
use gradtrail::app::at_work::PlacementQuery;
use gradtrail::app::directory::UnitFilter;
use gradtrail::app::employer::{
    CorrectEmployer, EmployerAnswer, EmployerOrder, EmployerSelector, MergeEmployer, ProfileFields, RegisterEmployer,
};
use gradtrail::app::reply::Answer;
use gradtrail::app::report::ReportQuery;
use gradtrail::app::request::{Order, Request};
use gradtrail::domain::ids::{EmployerId, SealedRevision, SpecialtyCode, StudentId};
use gradtrail::domain::student::StudentCommand;
use gradtrail::domain::student::row::StudentRow;
use gradtrail::domain::terms::{DestinationKind, SpecialtyMatch, Standing};
use gradtrail::input::known_at::KnownAt;
use gradtrail::people::{Person, Sealed};
use gradtrail::projections::cohort_outcomes::count::Dimension;
use gradtrail::projections::placement_register::List;
use gradtrail::projections::placement_register::counts::PlacementDimension;
use jiff::civil::{Date, date};
use uuid::Uuid;

use crate::placement_register::at_work;
use crate::placements::{OURS, arrangement, class_looking_back, execute, officer};
use crate::support::rosters::{move_to, row_of, said_of, say_of, stand};
use crate::support::{Database, Town, ask, school};

const NOVEMBER: Date = date(2023, 11, 15);
const CHANGED: Date = date(2023, 11, 1);

/// Everything that is answered of November and of the graduates of 2022, in words.
async fn answers(town: &Town, known_at: i64) -> Vec<String> {
    let (app, caller) = (&town.app, &town.caller);
    let known_at = KnownAt::Position(known_at);
    let stays = PlacementQuery { on: Some(NOVEMBER), known_at, ..PlacementQuery::default() };
    let class = |name: &str| PlacementQuery {
        school: Some(school(OURS)),
        class: gradtrail::domain::ids::ClassName::parse(name).ok(),
        ..stays.clone()
    };
    let year = ReportQuery { known_at, ..ReportQuery::year(2022) };
    let mut answers = vec![
        format!("{:?}", ask::at_work(app, caller, &stays).await.unwrap()),
        format!("{:?}", ask::grid(app, caller, &class("1班")).await.unwrap()),
        format!("{:?}", ask::queue(app, caller, &stays).await.unwrap()),
        format!("{:?}", ask::waiting(app, caller, &stays, List::NotEnrolled).await.unwrap()),
        format!("{:?}", ask::units(app, caller, &stays, UnitFilter::All).await.unwrap()),
        format!("{:?}", ask::explain(app, caller, &year, "employment_rate").await.unwrap().persons),
        format!("{:?}", ask::missing(app, caller, &year).await.unwrap().graduates),
    ];
    for by in [PlacementDimension::Class, PlacementDimension::Specialty, PlacementDimension::Employer] {
        for year in [None, Some(2023)] {
            answers.push(format!("{:?}", ask::count_at_work(app, caller, &stays, year, by).await.unwrap()));
        }
    }
    for by in [Dimension::School, Dimension::Class, Dimension::Specialty, Dimension::Kind] {
        let report = ask::report(app, caller, &year, &[by]).await.unwrap();
        answers.push(format!("{:?} {:?}", report.counts, report.breakdown));
    }
    answers
}

async fn run(town: &Town, order: EmployerOrder) -> EmployerAnswer {
    match town.app.run(&town.caller, None, &Command::Employer(order)).await.unwrap() {
        Answer::Employer(answer) => answer,
        other => panic!("{other:?}"),
    }
}

async fn register(town: &Town, name: &str) -> EmployerId {
    let (name, profile, school) = (name.to_owned(), ProfileFields::default(), Some(school(OURS)));
    match run(town, EmployerOrder::Register(RegisterEmployer { name, code: None, profile, school })).await {
        EmployerAnswer::Registered(registration) => registration.employer,
        other @ EmployerAnswer::Ordered { .. } => panic!("{other:?}"),
    }
}

fn selector(unit: EmployerId) -> EmployerSelector {
    EmployerSelector { employer: unit.0.to_string(), school: None }
}

/// The student has another name, and had it from the start.
async fn rename(town: &Town, student: StudentId, name: &str) {
    let row = StudentRow { identity: SealedRevision(2), ..row_of(&town.app, student).await };
    let order = Order::Student { student, command: StudentCommand::Say { said: said_of(row) } };
    let mut request = Request::new(Uuid::new_v4().to_string(), "rename", vec![order]);
    let person = Sealed::Person(Person { name: name.to_owned(), ..Person::default() });
    request.rows.push(town.app.people().seal(student.0, 2, &person).unwrap());
    town.app.execute(&town.caller, request).await.unwrap();
}

#[tokio::test]
async fn what_was_known_is_answered_the_same_after_everything_changed() {
    for database in Database::both().await {
        let (town, _, students) = class_looking_back(&database, 3).await;
        let (factory, shop) = (register(&town, "北方机械厂").await, register(&town, "南方商店").await);
        for (student, host) in students.iter().zip([factory, factory, shop]) {
            at_work(&town, *student, arrangement(host)).await;
        }
        let graduate = town.graduate(OURS, "周一", "330702200403150016").await;
        town.assert(graduate, DestinationKind::Enterprise, "2022-07-01", Some(SpecialtyMatch::Full)).await;
        let position = town.app.log().head().await.unwrap().position();
        let before = answers(&town, position).await;
        assert!(
            before[0].contains("北方机械厂") && before[5].contains("周*"),
            "the names are in the answers: {before:?}"
        );

        let specialty = SpecialtyCode::parse("700203").ok();
        let other_specialty = StudentRow { specialty, since: Some(CHANGED), ..row_of(&town.app, students[1]).await };
        let changes = [
            move_to(&town.app, students[0], "2班", CHANGED).await,
            say_of(students[1], other_specialty),
            stand(&town.app, students[2], Standing::OnLeave, CHANGED).await,
            move_to(&town.app, graduate.id, "2班", date(2022, 6, 30)).await,
        ];
        for order in changes {
            execute(&town.app, &officer(), vec![order]).await.unwrap();
        }
        for student in [students[0], graduate.id] {
            rename(&town, student, "吴改").await;
        }
        let name = Some("北方精密机械厂".to_owned());
        run(&town, EmployerOrder::Correct(CorrectEmployer { unit: selector(factory), name, code: None })).await;
        let into = factory.0.to_string();
        run(&town, EmployerOrder::Merge(MergeEmployer { unit: selector(shop), into, on: Some(CHANGED) })).await;
        town.add_school_named(OURS, "改名学校").await;

        for (number, (before, after)) in before.iter().zip(answers(&town, position).await).enumerate() {
            assert_eq!(*before, after, "answer {number}");
        }
        let now = answers(&town, town.app.log().head().await.unwrap().position()).await;
        let same: Vec<usize> =
            before.iter().zip(&now).enumerate().filter(|(_, (b, n))| b == n).map(|(at, _)| at).collect();
        // Only who has no destination, and the graduates by specialty and by kind of destination, are the same by now.
        assert_eq!(same, [6, 15, 16]);
    }
}
