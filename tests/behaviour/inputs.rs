//! Promise: an action has one input for every way in. Its fields are flat, what is not known is refused by its name, and what
//! is declared of them is what they are.

use std::collections::BTreeSet;

use gradtrail::app::actions::Action;
use gradtrail::app::called::{Asked, Called, Input};
use gradtrail::app::inputs::{Choice, FieldKind, fields, whole};
use serde_json::{Value, json};
use strum::IntoEnumIterator;

use crate::access::deeds::{Data, Deed, deed};
use crate::support::with;

/// One input of each action, as it is written in JSON.
fn inputs() -> Vec<(Action, Called, Value)> {
    let data = Data {
        school: "33070001".to_owned(),
        class: "1班".to_owned(),
        student: "20230001".to_owned(),
        placement: "01900000-0000-7000-8000-000000000003".to_owned(),
        batch: "1".to_owned(),
        hash: "0".repeat(64),
    };
    let input = |action: Action| {
        let whole = match deed(action, &data).1 {
            Deed::Command(command) => serde_json::to_value(command).unwrap(),
            Deed::Question(question) => serde_json::to_value(question).unwrap(),
        };
        let called = action.called();
        let names: &[&str] = match &called.input {
            Input::Command(names) => names,
            Input::Question(name) => std::slice::from_ref(name),
        };
        (action, called, names.iter().fold(whole, |whole, name| whole[name].clone()))
    };
    Action::iter().map(input).collect()
}

#[test]
fn the_input_of_an_action_becomes_its_command_or_question() {
    for (action, called, input) in inputs() {
        let asked = called.asked(input.clone()).unwrap_or_else(|error| panic!("{}: {error}", action.name()));
        let of = match &asked {
            Asked::Command(command) => command.action(),
            Asked::Question(question) => question.action(),
        };
        assert_eq!(of, action, "{input}");
    }
}

/// The catalogue has the help of every command that can be typed, and of no other.
#[test]
fn an_action_is_called_by_the_words_of_the_command_line() {
    for action in Action::iter() {
        let words = action.called().words;
        // Typed as `import --undo`.
        let typed = if words == "import undo" { "import" } else { words };
        assert!(gradtrail::catalogue::help::command(typed).is_some(), "{}: {words}", action.name());
    }
}

#[test]
fn a_field_that_an_action_does_not_know_is_refused_by_its_name() {
    for (action, called, input) in inputs() {
        let error = called.asked(with(input, json!({ "unheard_of": 1 }))).unwrap_err();
        assert!(error.to_string().contains("unknown field `unheard_of`"), "{}: {error}", action.name());
    }
}

#[test]
fn the_fields_that_are_declared_of_an_input_are_those_that_it_has() {
    // What only one way in needs: a report with every table, for a document; events as they are stored, for programs.
    const OWN: [&str; 2] = ["full", "stored"];
    for (action, called, input) in inputs() {
        let declared: BTreeSet<String> = fields(called).into_iter().map(|field| field.name).collect();
        let known: BTreeSet<String> =
            input.as_object().unwrap().keys().filter(|name| !OWN.contains(&name.as_str())).cloned().collect();
        assert_eq!(declared, known, "{}", action.name());
    }
}

/// As on the command line.
#[test]
fn what_is_not_said_is_what_it_is_unless_said() {
    for (action, called, input) in inputs() {
        let fields = fields(called);
        let needed: serde_json::Map<String, Value> = fields
            .iter()
            .filter(|field| field.is_required)
            .map(|field| (field.name.clone(), input[&field.name].clone()))
            .collect();
        let said = whole(&fields, Value::Object(needed)).unwrap_or_else(|fault| panic!("{}: {fault:?}", action.name()));
        let asked = called.asked(said);
        assert!(asked.is_ok(), "{}: {}", action.name(), asked.unwrap_err());
    }
}

#[test]
fn a_whole_number_is_one_however_it_is_written() {
    let called = Action::EmployerStaff.called();
    let said = |total: Value| whole(&fields(called), json!({ "employer": "某厂", "total": total })).is_ok();
    assert!(said(json!(12)) && said(json!(12.0)));
    assert!(!said(json!(12.5)) && !said(json!("12")) && !said(json!(1e40)));
}

#[test]
fn every_code_that_is_declared_of_a_field_is_one_that_it_takes() {
    for (action, called, input) in inputs() {
        for field in fields(called) {
            let FieldKind::Code(codes) = &field.kind else { continue };
            for Choice { code, .. } in codes {
                let value = if field.is_list { json!([code]) } else { json!(code) };
                let said = with(input.clone(), json!({ field.name.as_str(): value }));
                let asked = called.asked(said);
                assert!(asked.is_ok(), "{} {}: {}", action.name(), field.name, asked.unwrap_err());
            }
        }
    }
}

#[test]
fn what_is_typed_as_one_word_of_two_parts_is_that_word_in_json() {
    for (action, input) in [
        (Action::HostVisit, json!({ "employer": "1", "finding": ["safety=met", "living=partly"] })),
        (Action::EmployerStaff, json!({ "employer": "1", "total": 60, "post": ["4-12-01=45"] })),
    ] {
        let asked = action.called().asked(input.clone()).unwrap();
        let Asked::Command(command) = asked else { panic!("{input}") };
        let whole = serde_json::to_value(command).unwrap().to_string();
        let said = input["finding"].as_array().or(input["post"].as_array()).unwrap();
        assert!(said.iter().all(|word| whole.contains(&word.to_string())), "{whole}");
    }
    let wrong = json!({ "employer": "1", "finding": ["safety"] });
    assert!(Action::HostVisit.called().asked(wrong).is_err());
}
