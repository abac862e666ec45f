//! What went wrong, as a value. `pages::error` says it in the reader's language.

use std::sync::Arc;

use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::app::sign_in::SignInRefusal;
use crate::domain::terms::Term;
use crate::refusal::{Refusal, RefusalKind};
use crate::text::lang::{Sentence, say};
use crate::web::server::log::{Cause, RefusedAs};

/// Why there is no page.
#[derive(Debug)]
pub(super) enum Error {
    /// There is no such page, or it is not for this reader.
    NotFound,
    /// The reader may not do it; the sentence says who may. Who only looks finds nothing.
    NotAllowed(Sentence),
    /// The request is for another host.
    OtherHost,
    /// Another site had the browser send it.
    OtherSite,
    /// Who reads is not known.
    NotSignedIn(Sentence),
    /// A parameter that cannot be read: its name, and what to write.
    Parameter(&'static str, Sentence),
    /// A parameter stands twice in an address.
    ParameterTwice,
    /// A form has a field twice.
    FieldTwice,
    /// What was sent did not come in time.
    TooSlow,
    /// Somebody was faster, or the state does not allow it: of which kind, and what to do.
    NotDone(RefusalKind, Sentence),
    /// A fault of the system. The cause is for the operator only.
    Broken(String),
}

/// Why there is no page: on the answer until the page that says so is made.
#[derive(Debug, Clone)]
pub(in crate::web) struct Wrong(pub Arc<Error>);

impl<R: Refusal> From<R> for Error {
    fn from(refusal: R) -> Self {
        let sentence = refusal.sentence();
        match refusal.kind() {
            RefusalKind::NotFound => Self::NotFound,
            RefusalKind::NotAllowed => Self::NotAllowed(sentence),
            RefusalKind::NotSignedIn => Self::NotSignedIn(sentence),
            RefusalKind::Invalid => Self::Parameter(refusal.field().unwrap_or_default(), sentence),
            RefusalKind::Conflict
            | RefusalKind::KeyReused
            | RefusalKind::Outdated
            | RefusalKind::TooOften
            | RefusalKind::Busy => Self::NotDone(refusal.kind(), sentence),
            RefusalKind::Broken => Self::Broken(sentence.zh),
        }
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

impl Error {
    /// A list has no such page.
    pub fn no_such_page() -> Self {
        Self::Parameter("page", say("没有这一页；页码从 1 起", "there is no such page; pages begin with 1"))
    }

    /// A parameter is no day.
    pub fn no_day(name: &'static str) -> Self {
        Self::Parameter(name, say("写 2026-11-28 这样的日期", "write a date like 2026-11-28"))
    }

    /// A parameter is no value of a vocabulary.
    pub fn no_term<T: Term>(name: &'static str) -> Self {
        let codes: Vec<&str> = T::ENTRIES.iter().map(|entry| entry.code).collect();
        let (zh, en) = (codes.join("、"), codes.join(", "));
        Self::Parameter(name, say(format!("{}写 {zh}", T::NAME), format!("write one of {en}")))
    }

    /// The parameter is no code of a school.
    pub fn no_school() -> Self {
        Self::Parameter("school", say("写学校代码", "write the code of a school"))
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::NotAllowed(_) | Self::OtherSite => StatusCode::FORBIDDEN,
            Self::OtherHost => StatusCode::MISDIRECTED_REQUEST,
            Self::NotSignedIn(_) => StatusCode::UNAUTHORIZED,
            Self::Parameter(..) | Self::ParameterTwice | Self::FieldTwice => StatusCode::BAD_REQUEST,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::NotDone(kind, _) => status_of(*kind),
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

fn status_of(kind: RefusalKind) -> StatusCode {
    StatusCode::from_u16(kind.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// What a page says was not done: the status, the code for the operator where it is a refusal of the app, and the sentence.
pub(super) type NotDone = (StatusCode, Option<Extension<RefusedAs>>, Sentence);

/// What a page says of who is not let in; a fault of the system has a page of its own.
pub(super) fn not_let_in(refusal: SignInRefusal) -> Result<NotDone, Error> {
    if refusal.kind() == RefusalKind::Broken {
        return Err(refusal.into());
    }
    Ok((status_of(refusal.kind()), Some(Extension(RefusedAs(refusal.code()))), refusal.sentence()))
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        // The operator gets the cause, the reader does not.
        if let Self::Broken(cause) = &self {
            response.extensions_mut().insert(Cause(cause.clone()));
        }
        response.extensions_mut().insert(Wrong(Arc::new(self)));
        response
    }
}
