//! Schools, units and hosts that are named wrongly or not at all.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{CODE, Office, of_student};
use crate::placements::OURS;
use crate::support::{Database, with};

fn profile(employer: &str) -> Value {
    json!({ "employer": { "profile": { "employer": employer, "size": "small" } } })
}

#[tokio::test]
async fn a_unit_that_is_unknown_or_has_no_name_is_refused_for_how_it_is_named() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        let register = |name: &str| json!({ "employer": { "register": { "name": name } } });
        let cases = [
            (register(" \u{3000}"), "input.unit_name_empty"),
            (profile(&Uuid::from_u128(7).to_string()), "input.unit_id_unknown"),
            (profile("91330700MA28B0001K"), "input.unit_code_unknown"),
            (profile("没有的厂"), "input.unit_name_unknown"),
        ];
        for (command, code) in cases {
            assert_eq!(office.refuses(command.clone()).await, code, "{command}");
        }
        let (city, unit) = (&office.town.caller, json!({ "employer": CODE, "school": OURS }));
        let correct = |more: Value| json!({ "employer": { "correct": with(unit.clone(), more) } });
        assert_eq!(office.refuses_to(city, correct(json!({}))).await, "input.fields_missing");
        assert_eq!(office.refuses_to(city, correct(json!({ "name": "  " }))).await, "input.unit_name_empty");
        office
            .does(json!({ "employer": { "register": { "name": "西方机械厂", "code": "91330700MA28B0001K" } } }))
            .await;
        let code_of_another = correct(json!({ "code": "91330700MA28B0001K" }));
        assert_eq!(office.refuses_to(city, code_of_another).await, "input.unit_known_as");
    }
}

#[tokio::test]
async fn a_school_without_a_name_and_hosts_that_are_named_twice_or_not_are_refused() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        let add = |name: &str| {
            let add = json!({ "code": "33070009", "name": name, "category": "public" });
            json!({ "school": { "add": add } })
        };
        let city = &office.town.caller;
        assert_eq!(office.refuses_to(city, add(" ")).await, "input.school_name_empty");
        assert_eq!(office.refuses_to(city, add(&"学".repeat(61))).await, "school.name");
        let accept = |how: Value| json!({ "host": { "accept": how } });
        for how in [json!({}), json!({ "employer": CODE, "all_proposed": true })] {
            assert_eq!(office.refuses_to(&office.principal, accept(how)).await, "input.one_or_all_hosts");
        }
        let one = accept(json!({ "employer": CODE }));
        assert_eq!(office.refuses_to(&office.principal, one).await, "host.not_proposed");
        let show = json!({ "host": { "employer": CODE } });
        assert_eq!(office.answers_not(&office.officer, show).await, "host.not_proposed");
    }
}

#[tokio::test]
async fn what_an_order_of_a_placement_lacks_is_named() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        let draft = |fields: Value| json!({ "placement": { "draft": with(of_student(0), fields) } });
        assert_eq!(office.refuses(draft(json!({ "kind": "post" }))).await, "input.fields_missing");
        office.places_the_class().await;
        let change = with(of_student(0), json!({ "from": "2023-10-01", "reason": "host_asked" }));
        let change = json!({ "placement": { "change_site": change } });
        assert_eq!(office.refuses(change).await, "input.nothing_changes");
    }
}
