//! The rows of a list as a file.

use axum::response::Response;

use super::confirm::to_confirm;
use super::listing_file;
use crate::accounts::Caller;
use crate::app::actions::Question;
use crate::publication::lists::listing;
use crate::text::lang::Lang;
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
    let name = question.action().called().words.replace(' ', "-");
    listing_file::exported(site, &listing, format, lang, &name)
}
