//! Promise: what the app answers about placements is about the caller's own, names nobody in full, and each list is as
//! long as its count.

use gradtrail::app::at_work::Asked;
use gradtrail::app::report::{KnownAt, ReportError};
use gradtrail::domain::ids::{ClassName, PlacementId};
use gradtrail::domain::terms::Term;
use gradtrail::projections::placement_register::List;
use gradtrail::projections::placement_register::counts::{During, PlacementDimension};

use crate::placements::{OURS, THEIRS, TODAY, arrangement, class, draft_of, execute, officer, staff, submit};
use crate::support::{Database, school};

fn asked() -> Asked {
    Asked { on: TODAY, known_at: KnownAt::Head, school: None, class: None }
}

#[tokio::test]
async fn each_list_of_the_queue_is_as_long_as_its_count_and_names_nobody_in_full() {
    for database in Database::both().await {
        // Three of a class: two are drafted, one of these is submitted.
        let (town, host, students) = class(&database, 3).await;
        let ids = [PlacementId(town.app.new_id()), PlacementId(town.app.new_id())];
        let drafts = ids.into_iter().zip(&students).map(|(id, student)| draft_of(id, *student, arrangement(host)));
        let orders = drafts.chain([submit(ids[0])]).collect();
        execute(&town.app, &officer(), orders).await.unwrap();
        let counted = town.app.queue(&officer(), &asked()).await.unwrap();
        assert_eq!(counted.len(), List::ENTRIES.len());
        for (list, count) in counted {
            let waiting = town.app.waiting(&officer(), &asked(), list).await.unwrap();
            assert_eq!(waiting.len(), usize::try_from(count).unwrap());
            // Everybody here is called 学生.
            assert!(waiting.iter().all(|named| named.name == "学*"), "{waiting:?}");
        }
        let waiting = town.app.waiting(&officer(), &asked(), List::AwaitingApproval).await.unwrap();
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
        let ours = Asked { school: Some(school(OURS)), ..asked() };
        assert!(matches!(town.app.queue(&theirs, &ours).await, Err(ReportError::NotFound)));
        assert!(matches!(town.app.at_work(&theirs, &ours).await, Err(ReportError::NotFound)));
        assert!(town.app.queue(&theirs, &asked()).await.unwrap().iter().all(|(_, count)| *count == 0));
        assert!(town.app.at_work(&theirs, &asked()).await.unwrap().is_empty());
        let parts = town.app.count_at_work(&theirs, &asked(), During::Day, PlacementDimension::Employer).await.unwrap();
        assert!(parts.is_empty());
    }
}

#[tokio::test]
async fn a_class_is_asked_about_together_with_its_school() {
    for database in Database::both().await {
        let (town, ..) = class(&database, 1).await;
        let first = Asked { class: ClassName::parse("1班").ok(), ..asked() };
        let unclear = town.app.packet_grid(&town.caller, &first).await.unwrap_err();
        assert_eq!(unclear.to_string(), "班级名称由各校自定；请加 --school 学校代码");
        // The school's own office has one already.
        assert!(town.app.packet_grid(&officer(), &first).await.unwrap().is_empty());
        let beyond = Asked { known_at: KnownAt::Position(9_999), ..asked() };
        assert!(matches!(town.app.queue(&officer(), &beyond).await, Err(ReportError::BeyondHead { asked: 9_999, .. })));
    }
}
