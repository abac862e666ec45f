//! What went wrong, as a page with a sentence and a link on.

use std::borrow::Cow;

use askama::Template;
use axum::Extension;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use crate::app::sign_in::SignInRefusal;
use crate::refusal::{Refusal, RefusalKind};
use crate::web::server::log::{Cause, RefusedAs};

/// Why there is no page.
pub(super) enum Error {
    /// There is no such page, or it is not for this reader.
    NotFound,
    /// The request is for another host.
    OtherHost,
    /// Another site had the browser send it.
    OtherSite,
    /// Who reads is not known.
    NotSignedIn(String),
    /// A parameter that cannot be read: its name, and what to write.
    Parameter(&'static str, Cow<'static, str>),
    /// A form has a field twice.
    FieldTwice,
    /// What was sent did not come in time.
    TooSlow,
    /// A state that others have to end first. The sentence says how.
    NotNow(String),
    /// A fault of the system. The cause is for the operator only.
    Broken(String),
}

impl<R: Refusal> From<R> for Error {
    fn from(refusal: R) -> Self {
        let sentence = refusal.sentence().zh;
        match refusal.kind() {
            RefusalKind::NotFound | RefusalKind::NotAllowed => Self::NotFound,
            RefusalKind::NotSignedIn => Self::NotSignedIn(sentence),
            RefusalKind::Invalid => Self::Parameter(refusal.field().unwrap_or_default(), sentence.into()),
            RefusalKind::Conflict
            | RefusalKind::KeyReused
            | RefusalKind::Outdated
            | RefusalKind::TooOften
            | RefusalKind::Busy => Self::NotNow(sentence),
            RefusalKind::Broken => Self::Broken(sentence),
        }
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

/// What a page says was not done: the status, the code for the operator where it is a refusal of the app, and the sentence.
pub(super) type NotDone = (StatusCode, Option<Extension<RefusedAs>>, String);

/// What a page says of who is not let in; a fault of the system has a page of its own.
pub(super) fn not_let_in(refusal: SignInRefusal) -> Result<NotDone, Error> {
    if refusal.kind() == RefusalKind::Broken {
        return Err(refusal.into());
    }
    let status = StatusCode::from_u16(refusal.kind().http_status()).unwrap_or(StatusCode::UNAUTHORIZED);
    Ok((status, Some(Extension(RefusedAs(refusal.code()))), refusal.sentence().zh))
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    title: &'static str,
    sentence: String,
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, title, sentence) = match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "没有这一页", "地址可能有误，或不在您的范围内。".to_owned()),
            Self::OtherHost => (
                StatusCode::MISDIRECTED_REQUEST,
                "不是这里的地址",
                "请用管理人员给的地址打开；管理人员请核对服务器的公开地址。".to_owned(),
            ),
            Self::OtherSite => (
                StatusCode::FORBIDDEN,
                "没有办理",
                "这一步是从别的网站发来的，没有办理。请从本系统的页面重新办理。".to_owned(),
            ),
            Self::NotSignedIn(sentence) => (StatusCode::UNAUTHORIZED, "尚未登录", format!("{sentence}。")),
            Self::Parameter(name, hint) => {
                (StatusCode::BAD_REQUEST, "参数有误", format!("地址中的 {name} 不能读取：{hint}。"))
            }
            Self::FieldTwice => (
                StatusCode::BAD_REQUEST,
                "没有办理",
                "表单中有一项写了两次，没有办理；请从本系统的页面重新办理。".to_owned(),
            ),
            Self::TooSlow => {
                (StatusCode::REQUEST_TIMEOUT, "没有收完", "内容没有在限定时间内传完，没有办理；请重试。".to_owned())
            }
            Self::NotNow(sentence) => (StatusCode::SERVICE_UNAVAILABLE, "暂时不能显示", format!("{sentence}。")),
            // The operator gets the cause, the reader does not.
            Self::Broken(cause) => {
                let mut response =
                    page(StatusCode::INTERNAL_SERVER_ERROR, "暂时不能显示", "请稍后重试；详情见程序输出。".to_owned());
                response.extensions_mut().insert(Cause(cause));
                return response;
            }
        };
        page(status, title, sentence)
    }
}

fn page(status: StatusCode, title: &'static str, sentence: String) -> Response {
    match (ErrorPage { title, sentence }).render() {
        Ok(page) => (status, Html(page)).into_response(),
        Err(_) => status.into_response(),
    }
}
