//! 试用: the sample city begins anew. There is such a page only where there is nothing but the sample city.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use tokio::sync::Notify;

use super::confirm::to_confirm;
use super::count;
use super::frame::{Frame, Visit};
use crate::accounts::{Actor, Caller};
use crate::app::AppError;
use crate::demo::is_practice;
use crate::web::error::Error;
use crate::web::session::Site;

/// Where the page is.
const OWN: &str = "/practice";

#[derive(Template)]
#[template(path = "practice.html")]
struct PracticePage {
    frame: Frame,
    records: String,
    /// Why it cannot begin anew here and now.
    why_not: Option<&'static str>,
    is_begun: bool,
}

/// How the server is told to begin anew, where it can.
type Anew = Option<Extension<Arc<Notify>>>;

/// What would be lost, and the button.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    anew: Anew,
    Visit { caller, frame }: Visit,
) -> Result<Html<String>, Error> {
    let why_not = why_not(&site, &caller, &frame, anew.as_ref()).await?;
    page(&site, frame, why_not, false).await
}

/// Begins anew, when who wants it has shown just now who it is.
pub(in crate::web) async fn begin(
    State(site): State<Site>,
    anew: Anew,
    Visit { caller, frame }: Visit,
) -> Result<Response, Error> {
    let why_not = why_not(&site, &caller, &frame, anew.as_ref()).await?;
    let Some(Extension(anew)) = anew.filter(|_| why_not.is_none()) else {
        return Ok((StatusCode::FORBIDDEN, page(&site, frame, why_not, false).await?).into_response());
    };
    if caller.is_to_confirm() {
        return Ok(to_confirm(OWN));
    }
    let page = page(&site, frame, None, true).await?;
    anew.notify_one();
    Ok(page.into_response())
}

async fn page(site: &Site, frame: Frame, why_not: Option<&'static str>, is_begun: bool) -> Result<Html<String>, Error> {
    let head = site.app.log().head().await.map_err(AppError::from)?;
    let page = PracticePage { frame, records: count(head.position()), why_not, is_begun };
    Ok(Html(page.render()?))
}

/// Why it cannot: nobody but the bureau's account may, and only the demonstration itself can.
async fn why_not(
    site: &Site,
    caller: &Caller,
    frame: &Frame,
    anew: Option<&Extension<Arc<Notify>>>,
) -> Result<Option<&'static str>, Error> {
    if !(site.front.is_practice() && is_practice(&site.app).await?) {
        return Err(Error::NotFound);
    }
    Ok(match (caller.actor_kind(), anew) {
        (Actor::Bureau, Some(_)) => None,
        (Actor::Bureau, None) => Some(frame.say(
            "这台服务器不能从网页重来；请在它的机器上重新开始演示。",
            "This server cannot begin anew from a page; begin the demonstration again on its machine.",
        )),
        (_, _) => Some(
            frame.say("只有市局的演示账号可以重来；请用它登录。", "Only the bureau's account may; sign in with it."),
        ),
    })
}
