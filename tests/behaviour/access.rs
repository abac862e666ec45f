//! Promise: the table of roles that people read is the one by which the gate decides.

use std::path::Path;

use gradtrail::accounts::{Actor, Caller};
use gradtrail::app::actions::{Action, Denied, permits};
use strum::IntoEnumIterator;

/// The table of `ops/roles.md`: a row for each action, a column for each kind of caller.
fn table() -> String {
    let actors: Vec<Actor> = Actor::iter().collect();
    let names: Vec<&str> = actors.iter().map(|actor| actor.into()).collect();
    let mut table = format!("| action | {} |\n|---|{}\n", names.join(" | "), "---|".repeat(names.len()));
    for action in Action::iter() {
        let mark = |actor: &Actor| if action.actors().contains(actor) { "✓" } else { "" };
        let marks: Vec<&str> = actors.iter().map(mark).collect();
        table.push_str(&format!("| {} | {} |\n", action.name(), marks.join(" | ")));
    }
    table
}

#[test]
fn the_printed_table_of_roles_is_the_gate_s() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ops/roles.md");
    let printed = std::fs::read_to_string(path).unwrap();
    let table = table();
    assert!(printed.ends_with(&table), "ops/roles.md should end with:\n{table}");
}

#[test]
fn the_operator_decides_nothing_for_which_a_person_stands_by_name() {
    let operator = Caller::operator("test");
    for action in [
        Action::PlacementApprove,
        Action::PlacementLate,
        Action::PlacementReturn,
        Action::PlacementReject,
        Action::HostAccept,
        Action::HostRefuse,
        Action::ExemptionGrant,
        Action::ExemptionRefuse,
    ] {
        assert_eq!(permits(&operator, action), Err(Denied { actor: Actor::Operator, action }));
    }
}
