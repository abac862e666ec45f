//! Promise: a member of staff of one school gets nothing of another school from any command or question.

use gradtrail::accounts::{Caller, Role, Scope, Staff};
use gradtrail::app::AppError;
use gradtrail::app::report::{Asked, ReportError};
use gradtrail::app::request::{Order, Request};
use gradtrail::domain::UndoReason;
use gradtrail::domain::figures::definitions::DEFINITIONS;
use gradtrail::domain::figures::populations::GRADUATES;
use gradtrail::domain::further_study::FurtherStudyCommand;
use gradtrail::domain::ids::{BatchId, ClassName, StaffId};
use gradtrail::domain::outcome::OutcomeCommand;
use gradtrail::domain::school::{SchoolCommand, SchoolEntry};
use gradtrail::domain::student::StudentCommand;
use gradtrail::domain::terms::{DestinationKind, ExamResult, SchoolCategory, Standing, Term};
use gradtrail::intake::import::{ImportError, Options, import};
use gradtrail::intake::undo::{UndoError, undo};
use gradtrail::projections::cohort_outcomes::count::Dimension;
use gradtrail::projections::import_batches;
use jiff::civil::date;
use uuid::Uuid;

use crate::support::{Database, Pupil, Town, new_claim, school};

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
        town.app
            .add_staff(&town.caller, &format!("{code}的校长"), Role::Principal, Some(school(code)), None)
            .await
            .unwrap();
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
        let year = Asked::year(2022);
        let foreign = Asked { school: Some(school(THEIRS)), ..Asked::year(2022) };

        for entry in Dimension::ENTRIES {
            let report = app.report(&caller, &year, &[entry.value]).await.unwrap();
            assert_eq!(report.counts.of(&GRADUATES), 1);
            assert_eq!(report.conflicts, 0, "that a person is known elsewhere is the city's to see");
            let cells = report.breakdown.unwrap().cells;
            assert!(cells.iter().all(|cell| !cell.key.iter().any(|key| key.contains(THEIRS))));
            assert!(report.missing_schools.iter().all(|school| school.code.as_str() == OURS));
        }
        for definition in &DEFINITIONS {
            let explained = app.explain(&caller, &year, definition.id).await.unwrap();
            assert!(explained.persons.iter().all(|named| named.person.school == OURS));
            assert!(matches!(app.explain(&caller, &foreign, definition.id).await, Err(ReportError::NotFound)));
        }
        assert!(matches!(app.report(&caller, &foreign, &[]).await, Err(ReportError::NotFound)));
        assert!(matches!(app.missing(&caller, &foreign).await, Err(ReportError::NotFound)));
        assert!(matches!(app.conflicts(&caller, &foreign).await, Err(ReportError::NotFound)));
        let conflicts = app.conflicts(&caller, &year).await.unwrap();
        assert!(conflicts.claims.is_empty() && conflicts.at_two_schools.is_empty());
        assert!(app.missing(&caller, &year).await.unwrap().graduates.iter().all(|named| named.person.school == OURS));

        let visible = app.events(&caller, 0, 1_000).await.unwrap();
        let own = |event: &gradtrail::event_log::record::Recorded| {
            event.school.as_deref() == Some(OURS) || event.stream_type == "school" || event.stream_type == "employer"
        };
        assert!(!visible.is_empty() && visible.iter().all(own));
        assert!(app.history(&caller, theirs.id.0).await.unwrap().is_empty());
        let staff = app.staff(&caller).await.unwrap();
        assert!(staff.len() == 1 && staff[0].staff.scope == caller.scope);
        let head = app.log().head().await.unwrap().position();
        assert_eq!(app.accounts_at(&caller, head, date(2023, 7, 1)).await.unwrap(), staff);
    }
}

#[tokio::test]
async fn a_class_teacher_sees_the_class_only() {
    for database in Database::both().await {
        let Neighbours { town, ours, .. } = neighbours(&database).await;
        let other = town.student(OURS, "2班", "王三", "330702200412245678", Some("2022-06-30")).await;
        let class = ClassName::parse("1班").unwrap();
        let caller = staff(Role::ClassTeacher, Scope::Class { school: school(OURS), class });
        let report = town.app.report(&caller, &Asked::year(2022), &[]).await.unwrap();
        assert_eq!(report.counts.of(&GRADUATES), 1);
        assert!(!town.app.history(&caller, ours.id.0).await.unwrap().is_empty());
        assert!(town.app.history(&caller, other.id.0).await.unwrap().is_empty());
        let events = town.app.events(&caller, 0, 1_000).await.unwrap();
        assert!(events.iter().all(|event| *event.stream_id != other.id.0.to_string()));
    }
}

#[tokio::test]
async fn no_command_reaches_a_student_of_another_school() {
    for database in Database::both().await {
        let Neighbours { town, theirs, .. } = neighbours(&database).await;
        let (student, on, today) = (theirs.id, date(2022, 7, 1), date(2023, 7, 1));
        let claim = new_claim(&town.app, DestinationKind::Seeking, "2022-07-01", None);
        let reason = UndoReason::Other;
        let entry = SchoolEntry { code: school(THEIRS), name: "改名".into(), category: SchoolCategory::Public };
        let orders = [
            Order::Student {
                student,
                command: StudentCommand::RecordStanding { standing: Standing::Withdrawn, effective_on: on },
            },
            Order::Student { student, command: StudentCommand::Undo { version: 1, reason, effective_on: on } },
            Order::Outcome { student, command: OutcomeCommand::Assert { claim, graduated_on: None, today } },
            Order::Outcome { student, command: OutcomeCommand::Undo { version: 1, reason, effective_on: on } },
            Order::FurtherStudy {
                student,
                command: FurtherStudyCommand::RecordExam {
                    result: ExamResult::Sat,
                    effective_on: on,
                    graduated_on: None,
                },
            },
        ];
        let position = town.app.log().head().await.unwrap().position();
        for order in orders {
            let request = Request::new(Uuid::new_v4().to_string(), "foreign", vec![order]);
            let result = town.app.execute(&officer(), request).await;
            assert!(matches!(result, Err(AppError::NotFound)), "{result:?}");
        }
        let order = Order::School {
            id: Uuid::nil(),
            code: school(THEIRS),
            command: SchoolCommand::Enter { entry, effective_on: on },
        };
        let request = Request::new(Uuid::new_v4().to_string(), "foreign", vec![order]);
        assert!(matches!(town.app.execute(&officer(), request).await, Err(AppError::NotAllowed)));
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
        let foreign = Options { school: Some(school(THEIRS)), ..Options::default() };
        let refused = import(&town.app, &officer(), std::slice::from_ref(&file), &foreign, |_, _, _| ()).await;
        assert!(matches!(refused, Err(ImportError::NoSuchSchool(_))));
        let results = import(&town.app, &officer(), std::slice::from_ref(&file), &Options::default(), |_, _, _| ())
            .await
            .unwrap();
        let imported = results[0].outcome.as_ref().unwrap();
        assert_eq!((imported.counts.rejected, imported.counts.new), (1, 0));

        // The city imports it; the neighbours neither see the batch nor can undo it.
        import(&town.app, &town.caller, &[file], &Options::default(), |_, _, _| ()).await.unwrap();
        let readers = town.app.log().readers();
        let all = import_batches::batches(readers, &Scope::City).await.unwrap();
        let theirs: Vec<BatchId> =
            all.iter().filter(|batch| batch.school.as_deref() == Some(THEIRS)).map(|batch| batch.batch).collect();
        assert_eq!(theirs.len(), 1);
        let visible = import_batches::batches(readers, &officer().scope).await.unwrap();
        assert!(visible.iter().all(|batch| batch.school.as_deref() == Some(OURS)));
        let result = undo(&town.app, &officer(), theirs[0], UndoReason::Other).await;
        assert!(matches!(result, Err(UndoError::NoSuchBatch(_))));
    }
}
