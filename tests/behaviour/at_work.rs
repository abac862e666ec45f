//! Promise: what the app answers about placements is about the caller's own, names nobody in full, and each list is as
//! long as its count.

use gradtrail::app::at_work::PlacementQuery;
use gradtrail::app::failure::Failure;
use gradtrail::app::report_error::ReportError;
use gradtrail::domain::ids::{ClassName, PlacementId};
use gradtrail::domain::terms::Term;
use gradtrail::input::known_at::KnownAt;
use gradtrail::projections::placement_register::List;
use gradtrail::projections::placement_register::counts::PlacementDimension;

use crate::placements::{OURS, THEIRS, TODAY, arrangement, class, draft_of, execute, officer, staff, submit};
use crate::support::{Database, ask, school};

fn asked() -> PlacementQuery {
    PlacementQuery { on: Some(TODAY), ..PlacementQuery::default() }
}

#[tokio::test]
async fn each_list_of_the_queue_is_as_long_as_its_count_and_names_the_own_in_full_only() {
    for database in Database::both().await {
        // Three of a class: two are drafted, one of these is submitted.
        let (town, host, students) = class(&database, 3).await;
        let ids = [PlacementId(town.app.new_id()), PlacementId(town.app.new_id())];
        let drafts = ids.into_iter().zip(&students).map(|(id, student)| draft_of(id, *student, arrangement(host)));
        let orders = drafts.chain([submit(ids[0])]).collect();
        execute(&town.app, &officer(), orders).await.unwrap();
        let counted = ask::queue(&town.app, &officer(), &asked()).await.unwrap();
        assert_eq!(counted.len(), List::ENTRIES.len());
        for (list, count) in counted {
            let waiting = ask::waiting(&town.app, &officer(), &asked(), list).await.unwrap();
            assert_eq!(waiting.len(), usize::try_from(count).unwrap());
            // Everybody here is called 学生; the own school reads it in full, and nobody else.
            assert!(waiting.iter().all(|named| named.name.as_deref() == Some("学生")), "{waiting:?}");
            let masked = ask::waiting(&town.app, &town.caller, &asked(), list).await.unwrap();
            assert_eq!(masked.len(), waiting.len());
            assert!(masked.iter().all(|named| named.name.as_deref() == Some("学*")), "{masked:?}");
        }
        let waiting = ask::waiting(&town.app, &officer(), &asked(), List::AwaitingApproval).await.unwrap();
        assert_eq!(waiting[0].of.placement, Some(ids[0]));
        assert_eq!(waiting.len(), 1);
    }
}

#[tokio::test]
async fn of_another_school_s_placements_nothing_is_answered() {
    for database in Database::both().await {
        let (town, host, students) = class(&database, 1).await;
        town.add_school(THEIRS).await;
        let id = PlacementId(town.app.new_id());
        execute(&town.app, &officer(), vec![draft_of(id, students[0], arrangement(host)), submit(id)]).await.unwrap();
        let theirs = staff(3, gradtrail::accounts::Role::Officer, THEIRS);
        let ours = PlacementQuery { school: Some(school(OURS)), ..asked() };
        assert!(matches!(ask::queue(&town.app, &theirs, &ours).await, Err(Failure::Report(ReportError::NotFound))));
        assert!(matches!(ask::at_work(&town.app, &theirs, &ours).await, Err(Failure::Report(ReportError::NotFound))));
        assert!(ask::queue(&town.app, &theirs, &asked()).await.unwrap().iter().all(|(_, count)| *count == 0));
        assert!(ask::at_work(&town.app, &theirs, &asked()).await.unwrap().is_empty());
        let parts = ask::count_at_work(&town.app, &theirs, &asked(), None, PlacementDimension::Employer).await.unwrap();
        assert!(parts.is_empty());
    }
}

#[tokio::test]
async fn a_class_is_asked_about_together_with_its_school() {
    for database in Database::both().await {
        let (town, ..) = class(&database, 1).await;
        let first = PlacementQuery { class: ClassName::parse("1班").ok(), ..asked() };
        let unclear = ask::grid(&town.app, &town.caller, &first).await.unwrap_err();
        assert!(matches!(unclear, Failure::Report(ReportError::SchoolNeeded)), "{unclear}");
        assert!(unclear.to_string().contains("班级名称由各校自定") && unclear.to_string().contains("学校代码"));
        // The school's own office has one already.
        assert!(ask::grid(&town.app, &officer(), &first).await.unwrap().is_empty());
        let beyond = PlacementQuery { known_at: KnownAt::Position(9_999), ..asked() };
        let refused = ask::queue(&town.app, &officer(), &beyond).await;
        assert!(matches!(refused, Err(Failure::Report(ReportError::BeyondHead { asked: 9_999, .. }))), "{refused:?}");
    }
}
