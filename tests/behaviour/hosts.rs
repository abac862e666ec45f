//! Promise: a host is one per school and unit, and a merger of units is the city's and takes no placement away.

use gradtrail::app::AppError;
use gradtrail::app::actions::{Action, Command};
use gradtrail::app::employer::{EmployerOrder, EmployerSelector, MergeEmployer};
use gradtrail::app::failure::Failure;
use gradtrail::app::gate::Denied;
use gradtrail::app::people::host_guard;
use gradtrail::app::request::Order;
use gradtrail::domain::employer::EmployerRefusal;
use gradtrail::domain::host::HostRefusal;
use gradtrail::domain::ids::{EmployerId, HostId, PlacementId};
use gradtrail::domain::placement::arrangement::{Arrangement, Period};
use gradtrail::domain::placement::{Placement, PlacementRefusal};
use jiff::civil::date;

use crate::placements::{
    OURS, TODAY, arrangement, class, draft, draft_of, employer, execute, officer, propose as proposal,
};
use crate::support::{Database, school};

#[tokio::test]
async fn of_two_proposals_of_one_host_the_second_is_told_of_the_first() {
    for database in Database::both().await {
        let (town, employer, _) = class(&database, 0).await;
        let other = database.open().await;
        let propose = |host| vec![Order::Host { host, school: school(OURS), command: proposal(employer) }];
        let (first, second) = (HostId(town.app.new_id()), HostId(other.new_id()));
        // The other process has read the guard before the first is recorded.
        assert_eq!(other.log().guard(&host_guard(&school(OURS), employer)).await.unwrap(), None);
        execute(&town.app, &officer(), propose(first)).await.unwrap();
        let result = execute(&other, &officer(), propose(second)).await;
        let Err(AppError::Host(refusal)) = result else { panic!("{result:?}") };
        assert_eq!(refusal, HostRefusal::ListedAlready(first));
    }
}

#[tokio::test]
async fn a_merger_is_the_citys_and_takes_no_placement_away() {
    for database in Database::both().await {
        let (town, host, students) = class(&database, 1).await;
        let into = employer(&town.app, &town.caller).await;
        let id = PlacementId(town.app.new_id());
        execute(&town.app, &officer(), vec![draft(id, students[0], host)]).await.unwrap();
        let merge = |from: EmployerId, into: EmployerId| {
            let unit = EmployerSelector { employer: from.0.to_string(), school: None };
            Command::Employer(EmployerOrder::Merge(MergeEmployer { unit, into: into.0.to_string(), on: Some(TODAY) }))
        };
        let result = town.app.run(&officer(), None, &merge(host, into)).await;
        let is_denied = matches!(result, Err(Failure::Denied(Denied { action: Action::EmployerMerge, .. })));
        assert!(is_denied, "{result:?}");
        let refused = async |command: Command| match town.app.run(&town.caller, None, &command).await {
            Err(Failure::App(AppError::Employer(refusal))) => refusal,
            result => panic!("{result:?}"),
        };
        assert_eq!(refused(merge(host, host)).await, EmployerRefusal::WithItself);
        town.app.run(&town.caller, None, &merge(host, into)).await.unwrap();
        assert_eq!(refused(merge(into, host)).await, EmployerRefusal::TargetMerged { into });
        let (state, _) = town.app.load::<Placement>(id.0).await.unwrap();
        assert_eq!(state.stay().unwrap().arranged.host, host);
        // Who is placed there from now on is placed at the other.
        let later = Arrangement {
            period: Period { first_day: date(2024, 3, 1), last_day: date(2024, 6, 30) },
            ..arrangement(host)
        };
        let order = draft_of(PlacementId(town.app.new_id()), students[0], later);
        let result = execute(&town.app, &officer(), vec![order]).await;
        assert!(
            matches!(result, Err(AppError::Placement(PlacementRefusal::HostMerged { into: of })) if of == into),
            "{result:?}"
        );
    }
}
