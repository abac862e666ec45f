//! The same table over HTTP: every address answers each role as the gate says, and shows nobody whom the role does not see.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use gradtrail::accounts::Actor;
use gradtrail::app::actions::Action;
use gradtrail::app::called::Input;
use gradtrail::app::inputs::{FieldKind, fields};
use gradtrail::web;
use serde_json::Value;
use strum::IntoEnumIterator;
use tower::ServiceExt as _;

use super::deeds::{Bound, Data, Deed, deed};
use super::{Tenants, name, sees};
use crate::api::token;
use crate::support::{Database, front};

/// What a client sends to take an action on some data.
fn request(action: Action, data: &Data, token: &str) -> Request<Body> {
    let called = action.called();
    let whole = match deed(action, data).1 {
        Deed::Command(command) => serde_json::to_value(command).unwrap(),
        Deed::Question(question) => serde_json::to_value(question).unwrap(),
    };
    let address = format!("/api/v1/{}", called.words.replace(' ', "/"));
    let signed = |request: axum::http::request::Builder| {
        request.header("host", "localhost").header("authorization", format!("Bearer {token}"))
    };
    match called.input {
        Input::Command(names) => {
            let mut input = names.iter().fold(whole, |whole, name| whole[name].clone());
            // What a form of the same input would leave out.
            input.as_object_mut().unwrap().retain(|_, value| !value.is_null());
            let request = Request::post(address).header("content-type", "application/json");
            signed(request).body(Body::from(input.to_string())).unwrap()
        }
        Input::Question(name) => {
            let said = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let mut words = form_urlencoded::Serializer::new(String::new());
            for field in fields(called) {
                match &whole[name][&field.name] {
                    Value::Null => (),
                    Value::Array(all) if all.is_empty() => (),
                    Value::Array(all) => {
                        words.append_pair(&field.name, &all.iter().map(said).collect::<Vec<_>>().join(","));
                    }
                    value if field.kind != FieldKind::Boolean || value == &Value::Bool(true) => {
                        words.append_pair(&field.name, &said(value));
                    }
                    _ => (),
                }
            }
            signed(Request::get(format!("{address}?{}", words.finish()))).body(Body::empty()).unwrap()
        }
    }
}

#[tokio::test]
async fn every_address_answers_each_role_as_the_table_says_and_shows_no_other_s_data() {
    for database in Database::both().await {
        let Tenants { town, callers, data: all } = Tenants::new(&database).await;
        let app = Arc::new(town.app);
        let router = web::router(Arc::clone(&app), front());
        let mut tokens: HashMap<Actor, String> = HashMap::new();
        for (actor, caller) in &callers {
            if let Some(staff) = caller.staff_id() {
                tokens.insert(*actor, token(&app, &staff.0.to_string(), false).await);
            }
        }
        let mut wrong = vec![];
        let (last, before): (Vec<Action>, Vec<Action>) = Action::iter()
            .partition(|action| matches!(action, Action::StudentErase | Action::ImportUndo | Action::StaffDisable));
        for action in before.into_iter().chain(last) {
            for (actor, token) in &tokens {
                for (whose, data) in &all {
                    let case = format!("{} {actor:?} {whose:?}", action.name());
                    let response = router.clone().oneshot(request(action, data, token)).await.unwrap();
                    let (status, body) = (response.status(), to_bytes(response.into_body(), usize::MAX).await.unwrap());
                    let body = String::from_utf8_lossy(&body).into_owned();
                    let is_denied = status == StatusCode::FORBIDDEN && body.contains("\"request.denied\"");
                    if is_denied == action.actors().contains(actor) {
                        wrong.push(format!("{case}: {status} {body}"));
                    }
                    if status.is_server_error() || body.contains("\"http.") {
                        wrong.push(format!("{case}: {status} {body}"));
                    }
                    let unseen = all.iter().filter(|(hidden, _)| !sees(*actor, Bound::Student, *hidden));
                    for (hidden, other) in unseen {
                        // What was sent may come back in a refusal.
                        let is_sent = other.student == data.student;
                        if (!is_sent && body.contains(&other.student)) || body.contains(name(*hidden)) {
                            wrong.push(format!("{case} shows {hidden:?}: {body}"));
                        }
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
    }
}
