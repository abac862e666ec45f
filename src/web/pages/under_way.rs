//! How far something is that nobody waits for.

use askama::Template;
use axum::http::HeaderName;
use axum::response::{Html, IntoResponse, Response};

use super::count;
use super::frame::Frame;
use crate::text::instants;
use crate::web::error::Error;
use crate::web::uploads::Progress;

const REFRESH: HeaderName = HeaderName::from_static("refresh");
/// Seconds between two looks at what is under way.
const SECONDS: &str = "3";

#[derive(Template)]
#[template(path = "under_way.html")]
struct UnderWayPage<'p> {
    frame: &'p Frame,
    /// The page that it belongs to: word and address.
    path: (&'p str, &'p str),
    title: &'p str,
    progress: Progress,
    done: String,
    all: String,
    since: String,
}

/// The page of what is under way, which is loaded again until it is over.
pub(super) fn under_way(frame: &Frame, path: (&str, &str), title: &str, progress: Progress) -> Result<Response, Error> {
    let page = UnderWayPage {
        done: count(progress.done),
        all: count(progress.all),
        since: instants::in_shanghai(progress.since),
        frame,
        path,
        title,
        progress,
    };
    Ok(([(REFRESH, SECONDS)], Html(page.render()?)).into_response())
}
