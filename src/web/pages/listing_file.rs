//! A list of a page as a file: the rows that the page has, all of them.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::confirm::to_confirm;
use crate::accounts::Caller;
use crate::app::actions::Question;
use crate::publication::list::Listing;
use crate::publication::lists::listing;
use crate::text::lang::{Lang, say};
use crate::web::error::Error;
use crate::web::session::Site;

/// The media type of a workbook.
pub(super) const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A list as a workbook or as CSV, by the name of what it lists.
pub(super) fn exported(
    site: &Site,
    listing: &Listing,
    format: &str,
    lang: Lang,
    name: &str,
) -> Result<Response, Error> {
    let failed = |error: &dyn std::fmt::Display| Error::Broken(error.to_string());
    let (kind, bytes) = match format {
        "csv" => ("text/csv; charset=utf-8", listing.csv(lang).map_err(|error| failed(&error))?.into_bytes()),
        "xlsx" => (WORKBOOK, listing.xlsx(lang, site.app.now()).map_err(|error| failed(&error))?),
        _ => return Err(Error::Parameter("format", say("写 xlsx 或 csv", "write xlsx or csv"))),
    };
    Ok(attachment(&format!("{name}.{format}"), kind, bytes))
}

/// The list that answers a question, to be taken away: all of it, in the order of the page, which is at `back`: ordered by the
/// column of `sort`, or as the question has it.
pub(super) async fn taken_away(
    site: &Site,
    caller: &Caller,
    question: Question,
    format: &str,
    lang: Lang,
    back: &str,
    sort: &str,
) -> Result<Response, Error> {
    // A file of persons is taken away: who takes it shows again who that is.
    if caller.is_to_confirm() {
        return Ok(to_confirm(back));
    }
    let reply = site.app.ask(caller, &question).await?;
    let listing = listing(&question, &reply, lang).ok_or(Error::NotFound)?.sorted_by(sort);
    exported(site, &listing, format, lang, &question.action().called().words.replace(' ', "-"))
}

/// A file to keep.
pub(super) fn attachment(name: &str, kind: &str, bytes: Vec<u8>) -> Response {
    let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    let disposition = match is_plain {
        true => format!("attachment; filename=\"{name}\""),
        false => {
            let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
            format!("attachment; filename*=UTF-8''{}", name.replace('+', "%20"))
        }
    };
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], bytes).into_response()
}
