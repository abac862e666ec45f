//! The server: every address on one page, and the headers of every answer. `api` orders and questions, `pages` what people
//! see, `front` how the server is reached, `server` how it runs and ends.
//!
//! Not here: SQL, rules, arithmetic. Pages work without script and print as they are.

pub mod api;
mod error;
mod form;
pub mod front;
mod pages;
mod params;
pub mod server;
mod session;
mod stack;
#[cfg(test)]
mod tests;
mod uploads;

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use sha2::{Digest as _, Sha256};
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::app::App;
use error::Error;
use front::Front;
use server::health;
use session::Site;
use uploads::Uploads;

/// Bytes of a form.
const FORM_LEN_MAX: usize = 64 << 10;

const STYLE: &str = include_str!("style.css");
const KEYS: &str = include_str!("keys.js");

/// Every address there is, as reached by this front.
pub fn router(app: Arc<App>, front: Arc<Front>) -> Router {
    let uploads = Arc::new(Uploads::new(uploads::IMPORTED, app.new_id()));
    let stacks = Arc::new(Uploads::new(uploads::SCANNED, app.new_id()));
    let site = Site { app, front: Arc::clone(&front), uploads, stacks };
    let pages = Router::new()
        .route("/", get(pages::home::show))
        .route("/find", get(pages::find::ask).post(pages::find::find))
        .route("/students", get(pages::students::show))
        .route("/students/{student}", get(pages::student::show).post(pages::student::show_in_full))
        .route("/classes", get(pages::classes::show))
        .route("/classes/{school}/{class}", get(pages::class::show))
        .route("/papers", get(pages::papers::show))
        .route("/papers/scans/{id}", get(pages::scans::stack::show).post(pages::scans::stack::act))
        .route("/papers/scans/{id}/pages/{number}", get(pages::scans::stack::picture))
        .route("/changes", get(pages::changes::show))
        .route("/lists/{noun}", get(pages::list::show))
        .route("/lists/{noun}/{verb}", get(pages::list::show))
        .route("/placements", get(pages::students::placed))
        .route("/placements/{placement}/papers/{document}", get(pages::paper::show_latest))
        .route("/placements/{placement}/papers/{document}/{version}", get(pages::paper::show))
        .route("/evidence/{hash}", get(pages::paper::proof))
        .route("/outcomes", get(pages::outcomes::show))
        .route("/outcomes/conflicts", get(pages::conflicts::show).post(pages::conflicts::settle))
        .route("/further-study", get(pages::further_study::show))
        .route("/reports", get(pages::report::latest))
        .route("/reports/{year}", get(pages::report::show))
        .route("/reports/{year}/compare", get(pages::compare::show))
        .route("/reports/{year}/{figure}", get(pages::people_behind::show))
        .route("/definitions/{figure}", get(pages::definition::show))
        .route("/events/{position}", get(pages::record::show))
        .route("/head", get(pages::head::show))
        .route("/drafts/delete", post(pages::drafts::delete))
        .route("/practice", get(pages::practice::show).post(pages::practice::begin))
        .route("/preferences", post(pages::preferences::keep))
        .route("/sign-in", get(pages::sign_in::show).post(pages::sign_in::sign_in))
        .route("/sign-out", post(pages::sign_in::sign_out))
        .route("/invitation", get(pages::invitation::ask).post(pages::invitation::open))
        .route("/invitation/accept", post(pages::invitation::accept))
        .route("/set-up", get(pages::set_up::ask).post(pages::set_up::set_up))
        .route("/me", get(pages::me::show))
        .route("/me/confirm", post(pages::me::confirm))
        .route("/me/password", post(pages::me::change_password))
        .route("/me/place", post(pages::me::take_place))
        .route("/me/sessions/end", post(pages::me::end_session))
        .route("/me/tokens", post(pages::me::issue_token))
        .route("/me/tokens/revoke", post(pages::me::revoke_token))
        .route("/style.css", get(style))
        .route("/keys.js", get(keys))
        .route("/invitation.js", get(pages::invitation::script))
        .layer(DefaultBodyLimit::max(FORM_LEN_MAX))
        .merge(registers())
        .merge(acts())
        .fallback(pages::not_found)
        .with_state(site.clone())
        .layer(from_fn(pages::moment::settled))
        .layer(of_same_site(&front, || Error::OtherSite.into_response()))
        .layer(from_fn_with_state(site.clone(), pages::error::in_words))
        // Lengths tell strangers nothing: no secret stands on a page beside what somebody else chose.
        .layer(CompressionLayer::new().gzip(true).compress_when(is_text));
    let api = api::router(site.clone())
        .route("/api/{*words}", any(api::not_found))
        .layer(of_same_site(&front, api::other_site));
    let is_https = front.is_https();
    // What a mailbox sends comes from anywhere and without a cookie: the address alone says whose it is.
    let by_mail = Router::new()
        .route("/u/{token}", get(pages::unsubscribe::ask).post(pages::unsubscribe::stop))
        .layer(DefaultBodyLimit::max(FORM_LEN_MAX))
        .with_state(site.clone())
        .layer(from_fn_with_state(site.clone(), pages::error::in_words));
    pages
        .merge(api)
        .merge(by_mail)
        .layer(from_fn_with_state(front, of_this_host))
        .merge(health::router(site.app))
        .layer(map_response(move |response: Response| std::future::ready(with_headers(response, is_https))))
}

/// The pages on which something is done, where files may be sent along.
fn acts() -> Router<Site> {
    let act = || get(pages::act::show).post(pages::act::record);
    Router::new()
        .route("/acts/{noun}", act())
        .route("/acts/{noun}/{verb}", act())
        .route("/recorded", get(pages::act::recorded::show))
        .route("/imports", get(pages::imports::show).post(pages::imports::send))
        .route("/papers/scans", get(pages::scans::show).post(pages::scans::send))
        .layer(DefaultBodyLimit::max(api::BODY_LEN_MAX))
}

/// The pages of what a school and a bureau keep: imports, accounts, units, the system.
fn registers() -> Router<Site> {
    Router::new()
        .route("/imports/templates/{kind}", get(pages::imports::template))
        .route("/imports/uploads/{id}", get(pages::imports::upload::show).post(pages::imports::upload::act))
        .route("/imports/uploads/{id}/errors/{file}", get(pages::imports::upload::errors))
        .route("/accounts", get(pages::accounts::show))
        .route("/accounts/{account}", get(pages::staff_member::show))
        .route("/employers", get(pages::employers::show).post(pages::employers::find))
        .route("/employers/duplicates", get(pages::duplicates::show))
        .route("/employers/{employer}", get(pages::employer::show))
        .route("/access", get(pages::access::show))
        .route("/system", get(pages::system::show))
        .layer(DefaultBodyLimit::max(FORM_LEN_MAX))
}

/// Refuses what is for another host, so that nobody is led here under a name of somebody else's.
async fn of_this_host(State(front): State<Arc<Front>>, request: Request, next: Next) -> Response {
    if front.is_for_us(request.headers(), request.uri()) {
        next.run(request).await
    } else if request.uri().path().starts_with("/api/") {
        api::other_host(request.headers())
    } else {
        pages::error::at_the_door(&Error::OtherHost, request.headers())
    }
}

/// Refuses what another site has a browser send: by `Sec-Fetch-Site`, else by an `Origin` that is not the host.
fn of_same_site(
    front: &Front,
    refused: fn() -> Response,
) -> CsrfLayer<impl Fn(ProtectionError) -> Response + Clone + use<>> {
    let layer = CsrfLayer::new();
    // Behind a proxy that does not keep the host the origin is that of the address that people type.
    let layer = layer.clone().add_trusted_origin(front.origin()).unwrap_or(layer);
    layer.with_rejection_response(move |_: ProtectionError| refused())
}

/// Whether an answer gets smaller by being compressed: files that are taken away are compressed in themselves.
fn is_text(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/"))
}

/// What browsers do with what is named by its content.
const KEPT_FOR_A_YEAR: &str = "public, max-age=31536000, immutable";

/// An address that changes with what is there.
fn named_by_content(address: &str, content: &str) -> String {
    format!("{address}?{}", &hex::encode(Sha256::digest(content))[..12])
}

/// Where the style sheet is.
fn style_address() -> &'static str {
    static ADDRESS: LazyLock<String> = LazyLock::new(|| named_by_content("/style.css", STYLE));
    &ADDRESS
}

async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, KEPT_FOR_A_YEAR)], STYLE)
}

/// Where the script of keys is.
fn keys_address() -> &'static str {
    static ADDRESS: LazyLock<String> = LazyLock::new(|| named_by_content("/keys.js", KEYS));
    &ADDRESS
}

async fn keys() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, KEPT_FOR_A_YEAR)], KEYS)
}

fn with_headers(mut response: Response, is_https: bool) -> Response {
    const HEADERS: [(HeaderName, &str); 6] = [
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; object-src 'none'; \
             form-action 'self'; frame-ancestors 'none'",
        ),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // With no-referrer browsers send a form from plain http with an origin that is none.
        (REFERRER_POLICY, "same-origin"),
        (CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    let https = (STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    for (name, value) in HEADERS.into_iter().chain(is_https.then_some(https)) {
        // The API says itself what may be kept.
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
