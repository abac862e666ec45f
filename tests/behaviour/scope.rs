//! Promise: a member of staff of one school gets nothing of another school from any command or question.

use gradtrail::accounts::{Caller, Role, Scope, Staff};
use gradtrail::app::actions::Action;
use gradtrail::app::failure::{Failure, InputRefusal};
use gradtrail::app::gate::Denied;
use gradtrail::app::import::{ImportError, ImportFiles};
use gradtrail::app::report::ReportQuery;
use gradtrail::app::report_error::ReportError;
use gradtrail::app::request::{Order, Request};
use gradtrail::app::target::TargetRefusal;
use gradtrail::domain::UndoReason;
use gradtrail::domain::figures::definitions::DEFINITIONS;
use gradtrail::domain::figures::populations::GRADUATES;
use gradtrail::domain::further_study::FurtherStudyCommand;
use gradtrail::domain::ids::{ClassName, StaffId};
use gradtrail::domain::outcome::OutcomeCommand;
use gradtrail::domain::school::{SchoolCommand, SchoolEntry};
use gradtrail::domain::student::StudentCommand;
use gradtrail::domain::terms::{DestinationKind, SchoolCategory, Standing, Term};
use gradtrail::projections::cohort_outcomes::count::Dimension;
use gradtrail::refusal::Refusal as _;
use jiff::civil::date;
use uuid::Uuid;

use crate::support::rosters::stand;
use crate::support::{Database, Pupil, Town, add_school, add_staff, ask, import, imported, said_once, school, undo};

const OURS: &str = "33070001";
const THEIRS: &str = "33070002";
/// The same person graduated at both schools.
const AT_BOTH: &str = "330702200403154519";

struct Neighbours {
    town: Town,
    ours: Pupil,
    theirs: Pupil,
}

async fn neighbours(database: &Database) -> Neighbours {
    let town = Town::new(database).await;
    town.add_school(OURS).await;
    town.add_school(THEIRS).await;
    let ours = town.graduate(OURS, "张一", AT_BOTH).await;
    town.graduate(THEIRS, "张一", AT_BOTH).await;
    let theirs = town.graduate(THEIRS, "李二", "330702200407011239").await;
    town.assert(theirs, DestinationKind::Enterprise, "2022-07-01", None).await;
    for code in [OURS, THEIRS] {
        let name = format!("{code}的校长");
        add_staff(&town.app, &town.caller, &name, Role::Principal, Some(school(code))).await.unwrap();
    }
    Neighbours { town, ours, theirs }
}

fn officer() -> Caller {
    staff(Role::Officer, Scope::School(school(OURS)))
}

fn staff(role: Role, scope: Scope) -> Caller {
    Caller::operator_for(Staff { id: StaffId(Uuid::from_u128(1)), role, scope }, "test")
}

#[tokio::test]
async fn no_question_answers_anything_of_another_school() {
    for database in Database::both().await {
        let Neighbours { town, theirs, .. } = neighbours(&database).await;
        let (app, caller) = (&town.app, officer());
        let year = ReportQuery::year(2022);
        let foreign = ReportQuery { school: Some(school(THEIRS)), ..ReportQuery::year(2022) };
        let is_not_found = |failure: Failure| matches!(failure, Failure::Report(ReportError::NotFound));

        for entry in Dimension::ENTRIES {
            let report = ask::report(app, &caller, &year, &[entry.value]).await.unwrap();
            assert_eq!(report.counts.of(&GRADUATES), 1);
            assert_eq!(report.conflicts, 0, "that a person is known elsewhere is the city's to see");
            let cells = report.breakdown.unwrap().cells;
            assert!(cells.iter().all(|cell| !cell.key.iter().any(|key| key.contains(THEIRS))));
            assert!(report.missing_schools.iter().all(|school| school.code.as_str() == OURS));
        }
        for definition in &DEFINITIONS {
            let explained = ask::explain(app, &caller, &year, definition.id).await.unwrap();
            assert!(explained.persons.iter().all(|named| named.person.school == OURS));
            assert!(is_not_found(ask::explain(app, &caller, &foreign, definition.id).await.unwrap_err()));
        }
        assert!(is_not_found(ask::report(app, &caller, &foreign, &[]).await.unwrap_err()));
        assert!(is_not_found(ask::missing(app, &caller, &foreign).await.unwrap_err()));
        assert!(is_not_found(ask::conflicts(app, &caller, &foreign).await.unwrap_err()));
        let conflicts = ask::conflicts(app, &caller, &year).await.unwrap();
        assert!(conflicts.contradicted.is_empty() && conflicts.at_two_schools.is_empty());
        let missing = ask::missing(app, &caller, &year).await.unwrap();
        assert!(missing.graduates.iter().all(|named| named.person.school == OURS));

        let visible = ask::events(app, &caller, 0, 1_000).await.unwrap();
        let own = |event: &gradtrail::event_log::record::Recorded| {
            event.school.as_deref() == Some(OURS) || event.stream_type == "school" || event.stream_type == "employer"
        };
        assert!(!visible.is_empty() && visible.iter().all(own));
        let hidden = ask::history(app, &caller, theirs.id.0).await;
        assert!(matches!(hidden, Err(Failure::Input(InputRefusal::NoSuchId(_)))), "{hidden:?}");
        assert!(ask::accounts(app, &caller).await.unwrap().iter().all(|member| member.staff.scope == caller.scope));
    }
}

#[tokio::test]
async fn a_class_teacher_sees_the_class_only() {
    for database in Database::both().await {
        let Neighbours { town, ours, .. } = neighbours(&database).await;
        let other = town.student(OURS, "2班", "王三", "330702200412245678", Some("2022-06-30")).await;
        let class = ClassName::parse("1班").unwrap();
        let caller = staff(Role::ClassTeacher, Scope::Class { school: school(OURS), class });
        let report = ask::report(&town.app, &caller, &ReportQuery::year(2022), &[]).await.unwrap();
        assert_eq!(report.counts.of(&GRADUATES), 1);
        assert!(!ask::history(&town.app, &caller, ours.id.0).await.unwrap().is_empty());
        let hidden = ask::history(&town.app, &caller, other.id.0).await;
        assert!(matches!(hidden, Err(Failure::Input(InputRefusal::NoSuchId(_)))), "{hidden:?}");
        let events = ask::events(&town.app, &caller, 0, 1_000).await.unwrap();
        assert!(events.iter().all(|event| *event.stream_id != other.id.0.to_string()));
    }
}

#[tokio::test]
async fn no_command_reaches_a_student_of_another_school() {
    for database in Database::both().await {
        let Neighbours { town, theirs, .. } = neighbours(&database).await;
        let (student, on) = (theirs.id, date(2022, 7, 1));
        let said = said_once(&town.app, DestinationKind::Seeking, "2022-07-01", None);
        let (batch, reason) = (said.batch, UndoReason::Other);
        let entry = SchoolEntry { code: school(THEIRS), name: "改名".into(), category: SchoolCategory::Public };
        let orders = [
            stand(&town.app, student, Standing::Withdrawn, on).await,
            Order::Student {
                student,
                command: StudentCommand::UndoBatch { batch, reason, also: vec![], effective_on: on },
            },
            Order::Outcome { student, command: OutcomeCommand::Say { said } },
            Order::Outcome {
                student,
                command: OutcomeCommand::UndoBatch { batch, reason, also: vec![], effective_on: on },
            },
            Order::FurtherStudy {
                student,
                command: FurtherStudyCommand::UndoBatch { batch, reason, also: vec![], effective_on: on },
            },
        ];
        let position = town.app.log().head().await.unwrap().position();
        for order in orders {
            let request = Request::new(Uuid::new_v4().to_string(), "foreign", vec![order]);
            let result = town.app.execute(&officer(), request).await;
            assert_eq!(result.unwrap_err().code(), "request.not_found");
        }
        let order = Order::School {
            id: Uuid::nil(),
            code: school(THEIRS),
            command: SchoolCommand::Enter { entry, effective_on: on },
        };
        let request = Request::new(Uuid::new_v4().to_string(), "foreign", vec![order]);
        assert_eq!(town.app.execute(&officer(), request).await.unwrap_err().code(), "request.not_found");
        // Nor their own: schools are registered by the city.
        for code in [OURS, THEIRS] {
            let denied = add_school(&town.app, &officer(), code, "改名").await;
            let is_denied = matches!(&denied, Err(Failure::Denied(Denied { action: Action::SchoolAdd, .. })));
            assert!(is_denied, "{denied:?}");
        }
        assert_eq!(town.app.log().head().await.unwrap().position(), position);
    }
}

#[tokio::test]
async fn no_file_brings_anything_into_another_school_and_no_foreign_batch_can_be_undone() {
    const ROSTER: &str = "学校代码,姓名,证件号码,专业代码,班级,学籍状态,毕业日期\n\
                          33070002,赵四,330702200703154510,700206,1班,毕业,2022-06-30\n";
    for database in Database::both().await {
        let Neighbours { town, .. } = neighbours(&database).await;
        let file = database.directory.path().join("roster.csv");
        std::fs::write(&file, ROSTER).unwrap();
        let (files, all) = ([file], ImportFiles::default);
        let foreign = ImportFiles { school: Some(school(THEIRS)), ..all() };
        let refused = import(&town.app, &officer(), &files, foreign).await;
        assert!(matches!(refused, Err(Failure::Import(ImportError::NoSuchSchool(_)))));
        let tried = imported(import(&town.app, &officer(), &files, all()).await.unwrap()).remove(0);
        assert_eq!((tried.counts.rejected, tried.counts.new), (1, 0));

        // The city imports it; the neighbours neither see the batch nor can undo it.
        town.import(&files, all()).await;
        let mut theirs = ask::imports(&town.app, &town.caller).await.unwrap();
        theirs.retain(|listed| listed.batch.school.as_deref() == Some(THEIRS));
        assert_eq!(theirs.len(), 1);
        let visible = ask::imports(&town.app, &officer()).await.unwrap();
        assert!(visible.iter().all(|listed| listed.batch.school.as_deref() == Some(OURS)));
        let result = undo(&town.app, &officer(), theirs[0].batch.batch, UndoReason::Other).await;
        assert!(matches!(result, Err(Failure::Target(TargetRefusal::NoSuchBatch))));
    }
}

#[tokio::test]
async fn a_class_teacher_undoes_the_own_import_and_sees_no_other() {
    let roster = |name: &str, document: &str| {
        format!(
            "学校代码,姓名,证件号码,专业代码,班级,学籍状态,毕业日期\n{OURS},{name},{document},700206,1班,毕业,2022-06-30\n"
        )
    };
    for database in Database::both().await {
        let Neighbours { town, .. } = neighbours(&database).await;
        let class = ClassName::parse("1班").unwrap();
        let caller = staff(Role::ClassTeacher, Scope::Class { school: school(OURS), class });
        let (office, own) = (roster("赵四", "330702200703154510"), roster("钱六", &crate::placements::document(50)));
        let paths = database.write(&[("office.csv", &office), ("own.csv", &own)]);
        town.import(&paths[..1], ImportFiles::default()).await;
        let taken = imported(import(&town.app, &caller, &paths[1..], ImportFiles::default()).await.unwrap()).remove(0);
        assert_eq!((taken.counts.new, taken.counts.rejected), (1, 0));
        let visible = ask::imports(&town.app, &caller).await.unwrap();
        assert_eq!(visible.iter().map(|listed| listed.file_name.as_str()).collect::<Vec<_>>(), ["own.csv"]);
        // The own hand is the same by whichever way in.
        let alone = Caller::by_token(caller.staff.clone().unwrap(), "test", false);
        let undone = undo(&town.app, &alone, visible[0].batch.batch, UndoReason::WrongFile).await.unwrap();
        assert!(undone.count > 0 && undone.refused.is_empty(), "{undone:?}");
    }
}
