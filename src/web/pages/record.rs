//! One record of the log as it is stored, with its neighbours.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;

use super::frame::{Frame, Visit};
use crate::app::App;
use crate::app::actions::Question;
use crate::app::history::ListEvents;
use crate::app::reply::Reply;
use crate::domain::day::from_epoch_day;
use crate::event_log::record::Recorded;
use crate::text::instants;
use crate::web::error::Error;

#[derive(Template)]
#[template(path = "record.html")]
struct EventPage {
    frame: Frame,
    event: Recorded,
    effective_on: String,
    recorded_at: String,
    payload: String,
    leaf: String,
    /// Whether the reader may see the one before it.
    is_before: bool,
    /// The next one that the reader may see.
    next: Option<i64>,
}

/// One event with its neighbours.
///
/// # Errors
/// If there is no event at this position.
pub(in crate::web) async fn show(
    State(app): State<Arc<App>>,
    Visit { caller, frame }: Visit,
    Path(position): Path<String>,
) -> Result<Html<String>, Error> {
    let position: i64 = position.parse().ok().filter(|position| *position > 0).ok_or(Error::NotFound)?;
    let behind = async |after: i64, limit: i64| {
        let question = Question::Events(ListEvents { after, limit, wait: 0, like: None, stored: true });
        let Reply::Events(found) = app.ask(&caller, &question).await? else { return Err(Error::NotFound) };
        Ok(found.events.into_iter().map(|listed| listed.recorded))
    };
    let mut found = behind(position - 1, 2).await?;
    let event = found.next().filter(|event| event.position == position).ok_or(Error::NotFound)?;
    let next = found.next().map(|next| next.position);
    let is_before = position > 1 && behind(position - 2, 1).await?.any(|before| before.position == position - 1);
    let payload = serde_json::from_str::<serde_json::Value>(&event.payload)
        .and_then(|payload| serde_json::to_string_pretty(&payload))
        .unwrap_or_else(|_| event.payload.to_string());
    let page = EventPage {
        frame,
        effective_on: from_epoch_day(event.effective_on).map_or_else(String::new, |day| day.to_string()),
        recorded_at: instants::rfc3339(event.recorded_at),
        payload,
        leaf: hex::encode(&event.leaf),
        is_before,
        next,
        event,
    };
    Ok(Html(page.render()?))
}
