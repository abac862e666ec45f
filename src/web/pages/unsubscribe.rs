//! Wanting no daily digest any more, by the link in one. Looking changes nothing, since mailboxes look by themselves; the button,
//! or what a mailbox sends in its place (RFC 8058), does.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;

use super::frame::Frame;
use crate::web::error::Error;
use crate::web::session::Site;

#[derive(Template)]
#[template(path = "unsubscribe.html")]
struct UnsubscribePage {
    frame: Frame,
    is_done: bool,
}

/// Asks whether it is meant.
pub(in crate::web) async fn ask(
    State(site): State<Site>,
    frame: Frame,
    Path(token): Path<String>,
) -> Result<Html<String>, Error> {
    site.app.unsubscriber(&token).await?.ok_or(Error::NotFound)?;
    Ok(Html(UnsubscribePage { frame, is_done: false }.render()?))
}

/// No digest is sent any more.
pub(in crate::web) async fn stop(
    State(site): State<Site>,
    frame: Frame,
    Path(token): Path<String>,
) -> Result<Html<String>, Error> {
    site.recording(move |app| async move { app.unsubscribe(&token).await }).await?;
    Ok(Html(UnsubscribePage { frame, is_done: true }.render()?))
}
