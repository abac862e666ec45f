//! Who is signed in: the cookie, and the caller that it leads to.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};

use super::error::Error;
use super::front::Front;
use super::stack::Stack;
use super::uploads::Uploads;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::accounts::Caller;
use crate::accounts::visitor::Visitor;
use crate::app::App;
use crate::app::import::ImportFiles;
use crate::app::sign_in::SignInRefusal;
use crate::domain::ids::StaffId;
use crate::refusal::{Refusal as _, RefusalKind};

/// What every page is made from.
#[derive(Clone)]
pub(super) struct Site {
    pub app: Arc<App>,
    pub front: Arc<Front>,
    /// The files that were sent to be imported.
    pub uploads: Arc<Uploads<ImportFiles>>,
    /// The scans of signed papers that were sent to be collected.
    pub stacks: Arc<Uploads<Stack>>,
}

impl Site {
    /// Records something, as a task of its own: it goes on when its sender has hung up.
    pub(super) async fn recording<T, F>(&self, work: impl FnOnce(Arc<App>) -> F) -> T
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let ended = tokio::spawn(work(Arc::clone(&self.app))).await;
        ended.unwrap_or_else(|stopped| std::panic::resume_unwind(stopped.into_panic()))
    }
}

/// Begins what keeps one busy for long, imports and stacks of scans, on a thread of its own: pages and short commands do not
/// wait for it.
pub(super) fn begin_long_work<F>(work: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let here = Handle::current();
    tokio::task::spawn_blocking(move || here.block_on(work))
}

impl FromRef<Site> for Arc<App> {
    fn from_ref(site: &Site) -> Self {
        Self::clone(&site.app)
    }
}

impl FromRef<Site> for Arc<Front> {
    fn from_ref(site: &Site) -> Self {
        Self::clone(&site.front)
    }
}

/// Who is signed in. Who is not is led to where one signs in, and back.
pub(super) struct SignedIn(pub Caller);

impl FromRequestParts<Site> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let secret = secret(&parts.headers, &site.front).unwrap_or_default();
        match site.app.caller_of_session(&secret, "web").await {
            Ok(caller) => Ok(Self(caller)),
            // Of the place in which the session is no more: it says so there, and how one is oneself again.
            Err(refusal) if refusal.kind() == RefusalKind::NotAllowed => Err(Redirect::to("/me").into_response()),
            Err(refusal) => Err(not_in(parts, refusal)),
        }
    }
}

/// Who is signed in, in the own role and scope, and in whose place the session is.
pub(super) struct Oneself(pub Caller, pub Option<StaffId>);

impl FromRequestParts<Site> for Oneself {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let secret = secret(&parts.headers, &site.front).unwrap_or_default();
        let owner = site.app.owner_of_session(&secret, "web").await;
        owner.map(|(caller, place)| Self(caller, place)).map_err(|refusal| not_in(parts, refusal))
    }
}

/// Where who is not signed in is led.
fn not_in(parts: &Parts, refusal: SignInRefusal) -> Response {
    let SignInRefusal::NoSession = refusal else { return Error::from(refusal).into_response() };
    let from = parts.uri.path_and_query().map(|from| from.as_str()).unwrap_or_default();
    let words = form_urlencoded::Serializer::new(String::new()).append_pair("next", from).finish();
    Redirect::to(&format!("/sign-in?{words}")).into_response()
}

/// Who stands at the door.
pub(super) struct AtTheDoor(pub Visitor);

impl FromRequestParts<Site> for AtTheDoor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
        Ok(Self(site.front.visitor(&parts.headers, peer)))
    }
}

/// The secret of a session, as the browser sends it.
pub(super) fn secret(headers: &HeaderMap, front: &Front) -> Option<String> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == front.cookie_name()).map(|(_, secret)| secret.to_owned())
}

/// What hands the secret of a session to the browser; without one, what takes it back.
pub(super) fn cookie(front: &Front, secret: Option<&str>) -> Option<HeaderValue> {
    let marks = if front.is_https() { "; Secure" } else { "" };
    let ends = if secret.is_some() { "" } else { "; Max-Age=0" };
    let (name, secret) = (front.cookie_name(), secret.unwrap_or_default());
    HeaderValue::from_str(&format!("{name}={secret}; Path=/; HttpOnly; SameSite=Lax{marks}{ends}")).ok()
}
