//! Promise: a stay that has not begun gets another first day, for all of it: what was known before stays known, undone it is
//! as it was, and done again it is so again.

use gradtrail::accounts::Scope;
use gradtrail::domain::day::epoch_day;
use gradtrail::projections::placement_register::question::PlacementsAsOf;
use gradtrail::projections::placement_register::who_is_where::{ScopePart, placements};
use jiff::civil::{Date, date};
use serde_json::json;

use crate::refusals::{Office, of_class, of_student};
use crate::support::{Database, with};

const FIRST: Date = date(2023, 9, 1);
const MOVED: Date = date(2023, 9, 11);

/// The first days of the class as known at a position.
async fn first_days(office: &Office, known_at: i64) -> Vec<Date> {
    let question = PlacementsAsOf { as_of: epoch_day(date(2023, 10, 1)), known_at, scope: Scope::City };
    let found = placements(office.town.app.log().readers(), &question, &ScopePart::default()).await.unwrap();
    let mut days: Vec<Date> = found.iter().map(|placed| placed.period.first_day).collect();
    days.sort_unstable();
    days
}

#[tokio::test]
async fn another_first_day_is_so_for_the_whole_stay_until_it_is_undone() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        office.places_the_class().await;
        let moves = |whom, first_day: &str| {
            let change = with(whom, json!({ "reason": "host_asked", "first_day": first_day }));
            json!({ "placement": { "change_period": change } })
        };
        // What is still being approved is revised instead.
        assert_eq!(office.refuses(moves(of_student(0), "2023-09-11")).await, "placement.wrong_stage");
        let approve = json!({ "placement": { "approve": of_class() } });
        office.run(&office.principal, &approve).await.unwrap();
        let approved = office.position().await;
        office.does(moves(of_student(0), "2023-09-11")).await;
        let moved = office.position().await;
        assert_eq!(first_days(&office, moved).await, [FIRST, FIRST, MOVED]);
        assert_eq!(first_days(&office, approved).await, [FIRST; 3], "as known before");
        // The clock stands in July; nobody's stay begins before it, nor behind its end.
        assert_eq!(office.refuses(moves(of_student(0), "2023-06-30")).await, "placement.begun_already");
        assert_eq!(office.refuses(moves(of_student(0), "2024-03-01")).await, "placement.ends_before_start");
        for _ in 0..2 {
            office
                .does(json!({ "placement": { "undo": with(of_student(0), json!({ "reason": "entry_error" })) } }))
                .await;
            assert_eq!(first_days(&office, office.position().await).await, [FIRST; 3]);
            office.does(moves(of_student(0), "2023-09-11")).await;
            assert_eq!(first_days(&office, office.position().await).await, [FIRST, FIRST, MOVED]);
        }
        office.town.app.log().verify(None, |_, _| ()).await.unwrap();
    }
}
