//! Files that somebody sent and that nobody waits for: whose they are, how far they are, and why they are not here.

use askama::Template;
use axum::http::HeaderName;
use axum::response::{Html, IntoResponse, Response};

use super::count;
use super::frame::Frame;
use crate::accounts::{Caller, Staff};
use crate::text::instants;
use crate::web::api::RequestFault;
use crate::web::error::Error;
use crate::web::uploads::{self, NotKept, Progress};

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

/// Who is signed in; nobody else sends files.
pub(super) fn owner(caller: &Caller) -> Result<Staff, Error> {
    uploads::owner(caller).ok_or(Error::NotFound)
}

/// What is said of files that are not here.
pub(super) fn fault(not_kept: NotKept) -> RequestFault {
    match not_kept {
        NotKept::TooMany { max } => RequestFault::TooManyJobs { max },
        NotKept::NoRoom => RequestFault::NoRoom,
        NotKept::Lost => RequestFault::JobLost,
        NotKept::Unknown => RequestFault::NoSuchJob,
    }
}
