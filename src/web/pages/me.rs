//! The own account: language and colours, where one is signed in, tokens, another password, and showing again who one is.

use askama::Template;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::header::{HeaderName, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::civil::Date;
use serde::Deserialize;
use uuid::Uuid;

use super::drafts::{self, DraftLine};
use super::frame::Frame;
use crate::accounts::Caller;
use crate::accounts::secret::Secret;
use crate::app::account::{AccountAnswer, AccountOrder};
use crate::app::actions::{Command, Question};
use crate::app::deputy::OwnDeputyships;
use crate::app::failure::Failure;
use crate::app::key::Key;
use crate::app::reply::{Answer, Reply};
use crate::app::session::{ListSessions, ListedSession, RevokeSessions};
use crate::app::sign_in::{Attempt, OwnAccess};
use crate::app::token::{IssueToken, IssuedToken, LABEL_MAX, ListTokens, ListedToken, RevokeToken};
use crate::domain::ids::StaffId;
use crate::refusal::{Refusal as _, RefusalKind};
use crate::text::lang::{Sentence, say};
use crate::text::{days, instants};
use crate::web::error::{Error, NotDone, not_let_in};
use crate::web::form::{Form, next};
use crate::web::server::log::RefusedAs;
use crate::web::session::{AtTheDoor, Oneself, Site, cookie};

/// The address of the page.
const OWN: &str = "/me";

/// What each key does, in both languages.
const KEYS: [(&str, &str, &str); 8] = [
    ("/", "查找", "find"),
    ("j k", "下一行，上一行", "next row, row before"),
    ("x", "勾选这一行", "tick the row"),
    ("Enter", "打开这一行", "open the row"),
    ("e", "办理这一行的下一步", "the next step of the row"),
    ("n p", "下一页，上一页", "next page, page before"),
    ("g d, g s, g c, g f", "到待办、学生、班级、统计", "to what waits, students, classes, figures"),
    ("Ctrl Enter", "提交正在填的", "send what you fill in"),
];

#[derive(Template)]
#[template(path = "me.html")]
struct MePage {
    frame: Frame,
    said: Said,
    drafts: Vec<DraftLine>,
    own: OwnAccess,
    role: String,
    today: Date,
    deputyships: OwnDeputyships,
    /// In whose place the session is, or why it cannot be there any more.
    place: Option<Result<String, String>>,
    sessions: Vec<ListedSession>,
    tokens: Vec<ListedToken>,
    /// Whether what asks for it is done without showing again who one is.
    is_fresh: bool,
    /// Under which a token is issued once, however often the form is sent.
    key: String,
}

/// What the page says besides how the account stands.
#[derive(Default)]
struct Said {
    refused: Option<String>,
    done: Option<&'static str>,
    /// Where one goes on after showing who one is.
    next: String,
    issued: Option<IssuedToken>,
    /// What was typed of a token that was not issued.
    label: String,
    until: String,
}

/// Who is signed in, in the own role and scope, also while the session is in somebody's place.
pub(in crate::web) struct Own {
    caller: Caller,
    /// In whose place the session is.
    place: Option<StaffId>,
    frame: Frame,
}

impl FromRequestParts<Site> for Own {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let Oneself(caller, place) = Oneself::from_request_parts(parts, site).await?;
        let frame = Frame::of(&caller, parts, site).await.map_err(|failed| Error::from(failed).into_response())?;
        Ok(Self { caller, place, frame })
    }
}

/// Where one goes on after showing who it is.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Wanted {
    next: String,
}

/// An instant as the page shows it.
fn at(micros: &i64) -> String {
    instants::in_shanghai(*micros)
}

/// The own account.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    own: Own,
    Query(Wanted { next }): Query<Wanted>,
) -> Result<Response, Error> {
    page(&site, own, Said { next, ..Said::default() }).await
}

async fn page(site: &Site, Own { caller, place, frame }: Own, said: Said) -> Result<Response, Error> {
    let caller = &caller;
    let question = Question::Sessions(ListSessions { staff: None });
    let Reply::Sessions(sessions) = site.app.ask(caller, &question).await? else { return Err(Error::NotFound) };
    let question = Question::Tokens(ListTokens { staff: None });
    let Reply::Tokens(tokens) = site.app.ask(caller, &question).await? else { return Err(Error::NotFound) };
    let next = if said.next.is_empty() { OWN } else { next(&said.next) }.to_owned();
    let deputyships = site.app.own_deputyships(caller).await?;
    let place = match place {
        None => None,
        Some(absent) => {
            let other = deputyships.absent.iter().find(|other| other.staff == absent);
            let name = other.map(|other| other.name.clone()).unwrap_or_default();
            let taken = site.app.in_place_of(caller, absent).await;
            Some(taken.map(|_| name).map_err(|refusal| frame.whole(&refusal.sentence())))
        }
    };
    let frame = frame.back_at(OWN);
    let page = MePage {
        drafts: drafts::listed(site, caller, &frame).await?,
        today: site.app.today(),
        deputyships,
        place,
        said: Said { next, ..said },
        own: site.app.own_access(caller).await?,
        role: caller.staff.as_ref().map(|staff| frame.word(&staff.role)).unwrap_or_default(),
        sessions,
        tokens,
        is_fresh: !caller.is_to_confirm(),
        key: site.app.new_id().to_string(),
        frame,
    };
    Ok(Html(page.render()?).into_response())
}

/// What was not done, on the page, with what was typed.
async fn refused(site: &Site, own: Own, (status, code, sentence): NotDone, said: Said) -> Result<Response, Error> {
    let said = Said { refused: Some(own.frame.whole(&sentence)), ..said };
    Ok((status, code, page(site, own, said).await?).into_response())
}

/// Nothing was changed where what was typed does not fit together.
fn unfit(sentence: Sentence) -> NotDone {
    (StatusCode::UNPROCESSABLE_ENTITY, None, sentence)
}

fn attempt(form: &Form) -> Attempt {
    Attempt { login: String::new(), password: form.get("password"), code: form.get("code") }
}

/// The session has another secret, which the browser gets.
fn renewed(site: &Site, secret: &Secret) -> Result<[(HeaderName, HeaderValue); 1], Error> {
    Ok([(SET_COOKIE, cookie(&site.front, Some(secret.as_str())).ok_or(Error::NotFound)?)])
}

/// Shows again who it is, and goes on where one wanted to.
pub(in crate::web) async fn confirm(
    State(site): State<Site>,
    own: Own,
    AtTheDoor(visitor): AtTheDoor,
    body: Bytes,
) -> Result<Response, Error> {
    let form = Form::of(&body)?;
    let (who, shown, wanted) = (own.caller.clone(), attempt(&form), form.get("next"));
    match site.recording(move |app| async move { app.confirm_session(&who, &shown, &visitor).await }).await {
        Ok(secret) => Ok((renewed(&site, &secret)?, Redirect::to(next(&wanted))).into_response()),
        Err(refusal) => {
            let said = Said { next: wanted, ..Said::default() };
            refused(&site, own, not_let_in(refusal)?, said).await
        }
    }
}

/// Takes another password.
pub(in crate::web) async fn change_password(
    State(site): State<Site>,
    own: Own,
    AtTheDoor(visitor): AtTheDoor,
    body: Bytes,
) -> Result<Response, Error> {
    let form = Form::of(&body)?;
    if form.get("new") != form.get("again") {
        let sentence = say("两次输入的新密码不一样，请重新输入", "The new passwords differ; type them again");
        return refused(&site, own, unfit(sentence), Said::default()).await;
    }
    let (who, shown, new) = (own.caller.clone(), attempt(&form), form.get("new"));
    let changed = site.recording(move |app| async move { app.change_password(&who, &shown, &new, &visitor).await });
    match changed.await {
        Ok(secret) => {
            let done = own.frame.say(
                "密码已更改，其他地方的登录已结束。",
                "You have another password, and are signed out everywhere else.",
            );
            let page = page(&site, own, Said { done: Some(done), ..Said::default() });
            Ok((renewed(&site, &secret)?, page.await?).into_response())
        }
        Err(refusal) => refused(&site, own, not_let_in(refusal)?, Said::default()).await,
    }
}

/// Records something of the own account.
async fn ordered(site: &Site, caller: &Caller, key: Option<Key>, order: AccountOrder) -> Result<Answer, Failure> {
    let caller = caller.clone();
    site.recording(move |app| async move { app.run(&caller, key.as_ref(), &Command::Account(order)).await }).await
}

/// Goes on in somebody's place, or as oneself again.
pub(in crate::web) async fn take_place(State(site): State<Site>, own: Own, body: Bytes) -> Result<Response, Error> {
    let absent = Form::of(&body)?.get("absent");
    let absent = if absent.is_empty() { None } else { Some(StaffId(Uuid::parse_str(&absent).unwrap_or_default())) };
    match site.app.take_place(&own.caller, absent).await {
        Ok(()) => Ok(Redirect::to("/").into_response()),
        Err(refusal) => refused(&site, own, not_let_in(refusal)?, Said::default()).await,
    }
}

/// Ends one of the own sessions.
pub(in crate::web) async fn end_session(State(site): State<Site>, own: Own, body: Bytes) -> Result<Response, Error> {
    let session = Some(Form::of(&body)?.get("session"));
    ordered(&site, &own.caller, None, AccountOrder::RevokeSessions(RevokeSessions { staff: None, session })).await?;
    Ok(Redirect::to(OWN).into_response())
}

/// Has a token issued, whose secret stands on this answer and nowhere else.
pub(in crate::web) async fn issue_token(State(site): State<Site>, own: Own, body: Bytes) -> Result<Response, Error> {
    let form = Form::of(&body)?;
    let (label, until) = (form.get("label"), form.get("until"));
    let typed = |refused| Said { label: label.clone(), until: until.clone(), refused, ..Said::default() };
    let last = Some(until.trim()).filter(|day| !day.is_empty()).map(days::read).transpose();
    let Ok(last) = last else {
        let sentence = say("有效至要写日期，如 2026-12-31", "Write the last day as a date, like 2026-12-31");
        return refused(&site, own, unfit(sentence), typed(None)).await;
    };
    let reads_only = form.get("rights") != "record";
    let order = AccountOrder::IssueToken(IssueToken { staff: None, label: label.clone(), until: last, reads_only });
    match ordered(&site, &own.caller, Some(Key::parse(&form.get("key"))?), order).await {
        Ok(Answer::Account(AccountAnswer::Token(issued))) => {
            page(&site, own, Said { issued: Some(issued), ..Said::default() }).await
        }
        // The form was sent twice: the secret was told the first time.
        Ok(_) => {
            let sentence = say(
                "这个令牌刚才已签发，密钥只显示一次；没有抄下的请吊销后重新签发",
                "This token was issued a moment ago, and its secret is told once; revoke it if you have not kept it",
            );
            refused(&site, own, (StatusCode::CONFLICT, None, sentence), Said::default()).await
        }
        Err(refusal) if refusal.kind() == RefusalKind::Broken => Err(refusal.into()),
        Err(refusal) => {
            let status = StatusCode::from_u16(refusal.kind().http_status()).unwrap_or(StatusCode::CONFLICT);
            let code = Some(Extension(RefusedAs(refusal.code())));
            refused(&site, own, (status, code, refusal.sentence()), typed(None)).await
        }
    }
}

/// Takes one of the own tokens back for good.
pub(in crate::web) async fn revoke_token(State(site): State<Site>, own: Own, body: Bytes) -> Result<Response, Error> {
    let token = Form::of(&body)?.get("token");
    ordered(&site, &own.caller, None, AccountOrder::RevokeToken(RevokeToken { staff: None, token })).await?;
    Ok(Redirect::to("/me#tokens").into_response())
}
