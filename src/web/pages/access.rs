//! Who looked at persons in full: when, for what, and at how many. Whom is not recorded.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use serde::Deserialize;

use super::accounts::address;
use super::count;
use super::frame::{Frame, Visit};
use super::schools::schools;
use crate::app::account::{ListAccounts, NamedStaff};
use crate::app::actions::Question;
use crate::app::history::ShowHistory;
use crate::app::reply::Reply;
use crate::domain::Event;
use crate::domain::account::AccountEvent;
use crate::publication::said::said;
use crate::text::instants;
use crate::web::error::Error;
use crate::web::session::Site;

/// Lines on the page, latest first.
const SHOWN_MAX: usize = 200;

#[derive(Template)]
#[template(path = "access.html")]
struct AccessPage {
    frame: Frame,
    /// Schools to choose from: code and name.
    schools: Vec<(String, String)>,
    school: String,
    /// Nobody is listed before a school is chosen.
    is_chosen: bool,
    has_more: bool,
    count: String,
    looked: Vec<Looked>,
}

struct Looked {
    recorded_at: i64,
    at: String,
    by: String,
    address: String,
    role: String,
    said: String,
    position: i64,
}

/// Whose accounts.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct AccessParams {
    school: String,
}

/// What the accounts of a school looked at in full; `city` those of no school.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Query(params): Query<AccessParams>,
) -> Result<Html<String>, Error> {
    let Reply::Accounts(members) = site.app.ask(&caller, &Question::Accounts(ListAccounts {})).await? else {
        return Err(Error::NotFound);
    };
    let is_city = caller.scope.school().is_none();
    let is_chosen = !is_city || !params.school.is_empty();
    let is_meant = |member: &&NamedStaff| match member.staff.scope.school() {
        Some(school) => !is_city || school.as_str() == params.school,
        None => params.school == "city",
    };
    let mut looked = vec![];
    for member in members.iter().filter(is_meant).filter(|_| is_chosen) {
        let question = Question::History(ShowHistory { id: member.staff.id.0.to_string() });
        let Reply::History(events) = site.app.ask(&caller, &question).await? else { return Err(Error::NotFound) };
        let shown = events.iter().filter(|of| matches!(of.event, Event::Account(AccountEvent::PersonsShown { .. })));
        looked.extend(shown.map(|listed| Looked {
            recorded_at: listed.recorded.recorded_at,
            at: instants::in_shanghai(listed.recorded.recorded_at),
            by: member.name.clone(),
            address: address(member),
            role: frame.word(&member.staff.role),
            said: frame.said(&said(&listed.event)),
            position: listed.recorded.position,
        }));
    }
    looked.sort_by_key(|looked| std::cmp::Reverse(looked.recorded_at));
    let (all, has_more) = (looked.len(), looked.len() > SHOWN_MAX);
    looked.truncate(SHOWN_MAX);
    let page = AccessPage {
        schools: if is_city { schools(&site, &caller).await? } else { vec![] },
        school: params.school,
        is_chosen,
        has_more,
        count: count(all),
        looked,
        frame,
    };
    Ok(Html(page.render()?))
}
