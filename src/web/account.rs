//! The own account: where one is signed in, another password, and showing again who one is.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::header::{HeaderName, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::civil::Date;
use serde::Deserialize;
use uuid::Uuid;

use super::error::{Error, not_let_in};
use super::form::{Form, next};
use super::session::{AtTheDoor, Oneself, Site, cookie};
use crate::accounts::secret::Secret;
use crate::app::account::AccountOrder;
use crate::app::actions::{Command, Question};
use crate::app::deputy::OwnDeputyships;
use crate::app::reply::Reply;
use crate::app::session::{ListSessions, ListedSession, RevokeSessions};
use crate::app::sign_in::{Attempt, OwnAccess, SignInRefusal};
use crate::domain::ids::StaffId;
use crate::domain::terms::Term as _;
use crate::refusal::Refusal as _;
use crate::text::instants;

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    refused: Option<String>,
    done: Option<&'static str>,
    is_plain: bool,
    role: String,
    own: OwnAccess,
    today: Date,
    deputyships: OwnDeputyships,
    /// In whose place the session is, or why it cannot be there any more.
    place: Option<Result<String, String>>,
    sessions: Vec<ListedSession>,
    /// Whether what asks for it is done without showing again who one is.
    is_fresh: bool,
    next: String,
}

/// Where one goes on after showing who it is.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    next: String,
}

/// The address of the page.
const OWN: &str = "/account";

/// An instant as the page shows it.
fn at(micros: &i64) -> String {
    instants::in_shanghai(*micros)
}

/// The own account.
pub(super) async fn show(
    State(site): State<Site>,
    oneself: Oneself,
    Query(Wanted { next: wanted }): Query<Wanted>,
) -> Result<Response, Error> {
    let next = if wanted.is_empty() { OWN } else { next(&wanted) };
    page(&site, &oneself, StatusCode::OK, next, None, None).await
}

async fn page(
    site: &Site,
    Oneself(caller, place): &Oneself,
    status: StatusCode,
    next: &str,
    refused: Option<String>,
    done: Option<&'static str>,
) -> Result<Response, Error> {
    let question = Question::Sessions(ListSessions { staff: None });
    let Reply::Sessions(sessions) = site.app.ask(caller, &question).await? else { return Err(Error::NotFound) };
    let own = site.app.own_access(caller).await?;
    let role = caller.staff.as_ref().map(|staff| staff.role.zh().to_owned()).unwrap_or_default();
    let (today, deputyships) = (site.app.today(), site.app.own_deputyships(caller).await?);
    let place = match place {
        None => None,
        Some(absent) => {
            let other = deputyships.absent.iter().find(|other| other.staff == *absent);
            let name = other.map(|other| other.name.clone()).unwrap_or_default();
            let taken = site.app.in_place_of(caller, *absent).await;
            Some(taken.map(|_| name).map_err(|refusal| refusal.sentence().zh))
        }
    };
    let (is_plain, is_fresh) = (site.front.is_plain(), !caller.is_to_confirm());
    let page = AccountPage {
        refused,
        done,
        is_plain,
        role,
        own,
        today,
        deputyships,
        place,
        sessions,
        is_fresh,
        next: next.to_owned(),
    };
    Ok((status, Html(page.render()?)).into_response())
}

/// What was not done, on the page.
async fn refused(site: &Site, oneself: &Oneself, refusal: SignInRefusal) -> Result<Response, Error> {
    let (status, code, sentence) = not_let_in(refusal)?;
    Ok((code, page(site, oneself, status, OWN, Some(sentence), None).await?).into_response())
}

fn attempt(form: &Form) -> Attempt {
    Attempt { login: String::new(), password: form.get("password"), code: form.get("code") }
}

/// The session has another secret, which the browser gets.
fn renewed(site: &Site, secret: &Secret) -> Result<[(HeaderName, HeaderValue); 1], Error> {
    Ok([(SET_COOKIE, cookie(&site.front, Some(secret.as_str())).ok_or(Error::NotFound)?)])
}

/// Shows again who it is.
pub(super) async fn confirm(
    State(site): State<Site>,
    oneself: Oneself,
    AtTheDoor(visitor): AtTheDoor,
    body: Bytes,
) -> Result<Response, Error> {
    let form = Form::of(&body)?;
    let (who, shown) = (oneself.0.clone(), attempt(&form));
    match site.recording(move |app| async move { app.confirm_session(&who, &shown, &visitor).await }).await {
        Ok(secret) => Ok((renewed(&site, &secret)?, Redirect::to(next(&form.get("next")))).into_response()),
        Err(refusal) => refused(&site, &oneself, refusal).await,
    }
}

/// Takes another password.
pub(super) async fn change_password(
    State(site): State<Site>,
    oneself: Oneself,
    AtTheDoor(visitor): AtTheDoor,
    body: Bytes,
) -> Result<Response, Error> {
    let form = Form::of(&body)?;
    if form.get("new") != form.get("again") {
        let sentence = Some("两次输入的新密码不一样，请重新输入".to_owned());
        return page(&site, &oneself, StatusCode::UNPROCESSABLE_ENTITY, OWN, sentence, None).await;
    }
    let (who, shown, new) = (oneself.0.clone(), attempt(&form), form.get("new"));
    let changed = site.recording(move |app| async move { app.change_password(&who, &shown, &new, &visitor).await });
    match changed.await {
        Ok(secret) => {
            let page = page(&site, &oneself, StatusCode::OK, OWN, None, Some("密码已更改，其他地方的登录已结束"));
            Ok((renewed(&site, &secret)?, page.await?).into_response())
        }
        Err(refusal) => refused(&site, &oneself, refusal).await,
    }
}

/// Goes on in somebody's place, or as oneself again.
pub(super) async fn take_place(State(site): State<Site>, oneself: Oneself, body: Bytes) -> Result<Response, Error> {
    let absent = Form::of(&body)?.get("absent");
    let absent = if absent.is_empty() { None } else { Some(StaffId(Uuid::parse_str(&absent).unwrap_or_default())) };
    match site.app.take_place(&oneself.0, absent).await {
        Ok(()) => Ok(Redirect::to("/").into_response()),
        Err(refusal) => refused(&site, &oneself, refusal).await,
    }
}

/// Ends one of the own sessions.
pub(super) async fn end_session(
    State(site): State<Site>,
    Oneself(caller, _): Oneself,
    body: Bytes,
) -> Result<Response, Error> {
    let session = Some(Form::of(&body)?.get("session"));
    let order = AccountOrder::RevokeSessions(RevokeSessions { staff: None, session });
    site.recording(move |app| async move { app.run(&caller, None, &Command::Account(order)).await }).await?;
    Ok(Redirect::to("/account").into_response())
}
