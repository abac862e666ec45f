//! The position and the root of the log, by which anybody can prove later that nothing was changed.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Html;

use super::frame::{Frame, Visit};
use super::recorded_at;
use crate::app::App;
use crate::app::actions::Question;
use crate::app::health::ShowHead;
use crate::app::reply::Reply;
use crate::web::error::Error;

#[derive(Template)]
#[template(path = "head.html")]
struct HeadPage {
    frame: Frame,
    position: i64,
    root: String,
    recorded_at: String,
}

/// The position and the root of the log.
///
/// # Errors
/// If the database does not answer.
pub(in crate::web) async fn show(
    State(app): State<Arc<App>>,
    Visit { caller, frame }: Visit,
) -> Result<Html<String>, Error> {
    let Reply::Head(head) = app.ask(&caller, &Question::Head(ShowHead {})).await? else {
        return Err(Error::NotFound);
    };
    let page = HeadPage {
        frame,
        position: head.position(),
        root: hex::encode(head.root()),
        recorded_at: recorded_at(head.position(), head.last_recorded_at),
    };
    Ok(Html(page.render()?))
}
