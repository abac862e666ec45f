//! The rows of a list as a file.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::confirm::to_confirm;
use crate::accounts::Caller;
use crate::app::actions::Question;
use crate::publication::lists::listing;
use crate::text::lang::{Lang, say};
use crate::web::error::Error;
use crate::web::session::Site;

/// The list that answers a question, as a workbook or as CSV: all of it, in the order of the page, which is at `back`.
pub(super) async fn exported(
    site: &Site,
    caller: &Caller,
    question: Question,
    format: &str,
    lang: Lang,
    back: &str,
) -> Result<Response, Error> {
    // A file of persons is taken away: who takes it shows again who that is.
    if caller.is_to_confirm() {
        return Ok(to_confirm(back));
    }
    let reply = site.app.ask(caller, &question).await?;
    let listing = listing(&question, &reply, lang).ok_or(Error::NotFound)?;
    let failed = |error: &dyn std::fmt::Display| Error::Broken(error.to_string());
    let (kind, bytes) = match format {
        "csv" => ("text/csv; charset=utf-8", listing.csv(lang).map_err(|error| failed(&error))?.into_bytes()),
        "xlsx" => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            listing.xlsx(lang, site.app.now()).map_err(|error| failed(&error))?,
        ),
        _ => return Err(Error::Parameter("format", say("写 xlsx 或 csv", "write xlsx or csv"))),
    };
    let name = question.action().called().words.replace(' ', "-");
    let name = format!("attachment; filename=\"{name}.{format}\"");
    Ok(([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, name)], bytes).into_response())
}
