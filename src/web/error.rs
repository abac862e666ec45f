//! What went wrong, as a page with a sentence and a link on.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use crate::app::AppError;
use crate::app::failure::Failure;
use crate::app::report::ReportError;
use crate::event_log::EngineError;
use crate::event_log::request::AppendError;
use crate::text::cleaning::printable;

/// Why there is no page.
pub(super) enum Error {
    /// There is no such page, or it is not for this reader.
    NotFound,
    /// A parameter that cannot be read: its name, and what to write.
    Parameter(&'static str, &'static str),
    /// A state that only the operator can end. The sentence says how.
    Stalled(String),
    /// A fault of the system. The cause is for the operator only.
    Broken(String),
}

impl From<ReportError> for Error {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::NotFound | ReportError::Target(_) | ReportError::NoSuchFigure(_) => Self::NotFound,
            ReportError::SchoolNeeded => Self::Parameter("school", "班级名称由各校自定，要写明学校代码"),
            ReportError::BeyondHead { .. } => Self::Parameter("known_at", "日志中还没有这个位置"),
            ReportError::Stalled { .. } | ReportError::App(AppError::Append(AppendError::Upgrade(_))) => {
                Self::Stalled(error.to_string())
            }
            ReportError::Imbalance { .. } | ReportError::App(_) => Self::Broken(error.to_string()),
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Report(error) => error.into(),
            failure => Self::Broken(failure.to_string()),
        }
    }
}

impl From<AppError> for Error {
    fn from(error: AppError) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<EngineError> for Error {
    fn from(error: EngineError) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        Self::Broken(error.to_string())
    }
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
            Self::Parameter(name, hint) => {
                (StatusCode::BAD_REQUEST, "参数有误", format!("地址中的 {name} 不能读取：{hint}。"))
            }
            Self::Stalled(sentence) => (StatusCode::SERVICE_UNAVAILABLE, "暂时不能显示", format!("{sentence}。")),
            // The operator gets the cause, the reader does not.
            Self::Broken(cause) => {
                eprintln!("页面错误：{}", printable(&cause));
                (StatusCode::INTERNAL_SERVER_ERROR, "暂时不能显示", "请稍后重试；详情见程序输出。".to_owned())
            }
        };
        match (ErrorPage { title, sentence }).render() {
            Ok(page) => (status, Html(page)).into_response(),
            Err(_) => status.into_response(),
        }
    }
}
