//! What went wrong, as `application/problem+json` (RFC 9457): the refusal's code and values, the field, both languages.

use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Serialize;
use serde_json::{Value, json};
use strum::{IntoStaticStr, VariantNames};

use crate::app::inputs::{FieldFault, FieldKind, TEXT_LEN_MAX};
use crate::refusal::{Refusal, RefusalKind};
use crate::text::lang::{Lang, Sentence, say};
use crate::web::server::log::{Cause, RefusedAs};

/// Characters of the name of a field that there is not, as it is told again.
const NAME_LEN_MAX: usize = 100;

/// What is wrong with a request before anything is asked or ordered by it.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "http.")]
pub enum RequestFault {
    NoSuchAddress,
    OtherMethod,
    OtherHost,
    OtherSite,
    NoToken,
    /// The body is of another type.
    NotJson,
    TooLong {
        max_mb: usize,
    },
    /// The body did not come in time.
    TooSlow,
    /// The body is no JSON.
    Unreadable {
        line: usize,
        column: usize,
    },
    NoFields,
    UnknownField(String),
    FieldRepeated(String),
    FieldTooLong {
        field: String,
        max: usize,
    },
    FieldMissing(String),
    /// The value of a field is of another type.
    FieldType {
        field: String,
        expected: Sentence,
    },
    /// The idempotency key is none.
    Key {
        why: Sentence,
    },
    /// The version that the client has seen is none.
    Version,
    /// The form is none, or was broken off.
    BrokenForm,
    FileTooLong {
        max_mb: usize,
    },
    TooManyFiles {
        max: usize,
    },
    /// The machine has no room for files that come in.
    NoRoom,
    /// No page goes on from there.
    Cursor,
    NoSuchJob,
    /// The server was begun anew since.
    JobLost,
    TooManyJobs {
        max: usize,
    },
    /// A fault of the system.
    Failed,
    /// The log has not come as far as the client wants it.
    NotYet {
        min_position: i64,
        position: i64,
    },
    /// What a field says cannot be read.
    Input {
        field: String,
        reason: String,
    },
}

impl Refusal for RequestFault {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        match self {
            Self::NoSuchAddress
            | Self::OtherMethod
            | Self::OtherHost
            | Self::OtherSite
            | Self::NoToken
            | Self::NotJson
            | Self::NoFields
            | Self::BrokenForm
            | Self::NoRoom
            | Self::Failed
            | Self::NoSuchJob
            | Self::JobLost
            | Self::TooSlow => json!({}),
            Self::Cursor => json!({ "field": "after" }),
            Self::TooManyFiles { max } | Self::TooManyJobs { max } => json!({ "max": max }),
            Self::TooLong { max_mb } | Self::FileTooLong { max_mb } => json!({ "max_mb": max_mb }),
            Self::Unreadable { line, column } => json!({ "line": line, "column": column }),
            Self::UnknownField(field) | Self::FieldRepeated(field) | Self::FieldMissing(field) => {
                json!({ "field": field })
            }
            Self::FieldTooLong { field, max } => json!({ "field": field, "max": max }),
            Self::FieldType { field, expected } => json!({ "field": field, "expected": expected }),
            Self::Key { .. } => json!({ "field": "Idempotency-Key" }),
            Self::Version => json!({ "field": "If-Match" }),
            Self::NotYet { min_position, position } => json!({ "min_position": min_position, "position": position }),
            Self::Input { field, reason } => json!({ "field": field, "reason": reason }),
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NoSuchAddress | Self::OtherHost | Self::NoSuchJob | Self::JobLost => RefusalKind::NotFound,
            Self::OtherSite => RefusalKind::NotAllowed,
            Self::NoToken => RefusalKind::NotSignedIn,
            Self::Failed => RefusalKind::Broken,
            Self::NotYet { .. } | Self::NoRoom | Self::TooManyJobs { .. } => RefusalKind::Busy,
            Self::OtherMethod
            | Self::NotJson
            | Self::TooLong { .. }
            | Self::TooSlow
            | Self::Unreadable { .. }
            | Self::NoFields
            | Self::UnknownField(_)
            | Self::FieldRepeated(_)
            | Self::FieldTooLong { .. }
            | Self::FieldMissing(_)
            | Self::FieldType { .. }
            | Self::Key { .. }
            | Self::Version
            | Self::BrokenForm
            | Self::FileTooLong { .. }
            | Self::TooManyFiles { .. }
            | Self::Cursor
            | Self::Input { .. } => RefusalKind::Invalid,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NoSuchAddress => say(
                "没有这个地址；全部地址见 /api/openapi.json",
                "There is no such address; all that there are stand in /api/openapi.json",
            ),
            Self::OtherMethod => say(
                "这个地址不用这种方法：办理用 POST，查询用 GET",
                "The address takes another method: orders are sent by POST, questions by GET",
            ),
            Self::OtherHost => say(
                "请求是给别的主机的；请用服务器的公开地址",
                "The request is for another host; use the public address of the server",
            ),
            Self::OtherSite => say(
                "请求是从别的网站发来的，没有办理；程序请用令牌，并去掉 Origin",
                "Another site sent the request, and nothing was done; programs send a token and no Origin",
            ),
            Self::NoToken => say(
                "没有令牌，也没有登录；请在 Authorization 中写 Bearer 和令牌",
                "There is no token, and nobody is signed in; write Bearer and the token in Authorization",
            ),
            Self::NotJson => say(
                "内容应为 JSON 或带文件的表单；请写明 Content-Type: application/json 或 multipart/form-data",
                "The body is to be JSON or a form with files; say so by Content-Type: application/json or multipart/form-data",
            ),
            Self::TooLong { max_mb } => say(
                format!("内容超过 {max_mb} MB 或没有传完；请分成几次"),
                format!("The body has more than {max_mb} MB, or was broken off; send it in parts"),
            ),
            Self::TooSlow => say(
                "内容没有在限定时间内传完，没有办理；请重试，或分成几次",
                "The body did not come in time, and nothing was done; send it again, or in parts",
            ),
            Self::Unreadable { line, column } => say(
                format!("内容不是正确的 JSON（第 {line} 行第 {column} 列）"),
                format!("The body is no valid JSON (line {line}, column {column})"),
            ),
            Self::NoFields => {
                say("内容应为一组字段：{\"字段\": 值}", "The body is to be an object of fields: {\"field\": value}")
            }
            Self::UnknownField(field) => say(
                format!("没有字段 {field}；有哪些字段见 /api/openapi.json"),
                format!("There is no field {field}; those that there are stand in /api/openapi.json"),
            ),
            Self::FieldRepeated(field) => say(
                format!("字段 {field} 写了不止一次；请只写一次"),
                format!("The field {field} is stated more than once; state it once"),
            ),
            Self::FieldTooLong { field, max } => say(
                format!("字段 {field} 超过 {max} 个字；请写短些"),
                format!("The field {field} has more than {max} characters; write less"),
            ),
            Self::FieldMissing(field) => {
                say(format!("缺少字段 {field}，请写明"), format!("The field {field} is missing; state it"))
            }
            Self::FieldType { field, expected } => {
                say(format!("字段 {field} 应为{}", expected.zh), format!("The field {field} is to be {}", expected.en))
            }
            Self::Key { why } => why.clone(),
            Self::Version => say(
                "If-Match 应为您看到的版本，是引号中的一个数，如 \"7\"",
                "If-Match is to be the version that you have seen, one number in quotes, like \"7\"",
            ),
            Self::BrokenForm => {
                say("表单不完整或不能读取；请重新发送", "The form was broken off or cannot be read; send it again")
            }
            Self::FileTooLong { max_mb } => say(
                format!("有文件超过 {max_mb} MB；请拆成几个"),
                format!("A file has more than {max_mb} MB; split it"),
            ),
            Self::TooManyFiles { max } => say(
                format!("一次最多 {max} 个文件；请分几次"),
                format!("There are {max} files at most at a time; send them in parts"),
            ),
            Self::NoRoom => say(
                "服务器没有地方存放上传的文件；请稍后重试，并告知管理员",
                "The server has no room for the files; try again later and tell the operator",
            ),
            Self::Cursor => say(
                "不能从这里接着列：条件、账号或日期已不同；请从第一页重新开始",
                "No page goes on from there: the question, the account or the day is another; begin with the first page",
            ),
            Self::Failed => say("系统故障", "A fault of the system"),
            Self::NoSuchJob => say(
                "这里没有您的这项任务：可能已结束一小时以上，或在另一台服务器上",
                "There is no such job of yours here: it may have ended more than an hour ago, or be another server's",
            ),
            Self::JobLost => say(
                "服务器已重新启动，不再知道这项任务；请用同一操作编号或同一文件再发一次，已记录的不会重复",
                "The server was started anew and knows nothing of the job; send it again under its key or with the same \
                 file, nothing is recorded twice",
            ),
            Self::TooManyJobs { max } => say(
                format!("您已有 {max} 项任务在办，或服务器正忙；请等一项结束后再发"),
                format!("You have {max} jobs under way, or the server has its fill; wait until one has ended"),
            ),
            Self::NotYet { min_position, position } => say(
                format!("记录到位置 {position}，还没有到 {min_position}；请稍后重试"),
                format!("The log has come to position {position} and not to {min_position} yet; try again later"),
            ),
            Self::Input { field, reason } => {
                say(format!("字段 {field} 不能读取：{reason}"), format!("The field {field} cannot be read: {reason}"))
            }
        }
    }

    fn field(&self) -> Option<&'static str> {
        None
    }
}

impl From<FieldFault> for RequestFault {
    fn from(fault: FieldFault) -> Self {
        match fault {
            FieldFault::NoFields => Self::NoFields,
            // A client's own word, which may be anything.
            FieldFault::Unknown(field) => Self::UnknownField(field.chars().take(NAME_LEN_MAX).collect()),
            FieldFault::TooLong(field) => Self::FieldTooLong { field, max: TEXT_LEN_MAX },
            FieldFault::Repeated(field) => Self::FieldRepeated(field),
            FieldFault::Missing(field) => Self::FieldMissing(field),
            FieldFault::Other { field, expected } => Self::FieldType { field, expected: expected_words(&expected) },
        }
    }
}

fn expected_words(kind: &FieldKind) -> Sentence {
    match kind {
        FieldKind::Text => say("文字", "a text"),
        FieldKind::Integer => say("整数", "a whole number"),
        FieldKind::Boolean => say(" true 或 false", "true or false"),
        FieldKind::Day => say("日期，如 2026-09-01", "a day like 2026-09-01"),
        FieldKind::Code(choices) => {
            let codes: Vec<&str> = choices.iter().map(|choice| choice.code.as_str()).collect();
            say(format!("下列之一：{}", codes.join("、")), format!("one of {}", codes.join(", ")))
        }
        FieldKind::File => say("文件（name 和 bytes）", "a file (name and bytes)"),
        FieldKind::Files => say("一组文件", "a list of files"),
    }
}

impl RequestFault {
    pub(in crate::web) fn status(&self) -> StatusCode {
        match self {
            Self::NoSuchAddress => StatusCode::NOT_FOUND,
            Self::OtherMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::OtherHost => StatusCode::MISDIRECTED_REQUEST,
            Self::OtherSite => StatusCode::FORBIDDEN,
            Self::NoToken => StatusCode::UNAUTHORIZED,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLong { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Unreadable { .. } | Self::FieldRepeated(_) => StatusCode::BAD_REQUEST,
            Self::NoFields
            | Self::UnknownField(_)
            | Self::FieldTooLong { .. }
            | Self::FieldMissing(_)
            | Self::FieldType { .. }
            | Self::Key { .. }
            | Self::Version => StatusCode::UNPROCESSABLE_ENTITY,
            Self::FileTooLong { .. } | Self::TooManyFiles { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BrokenForm => StatusCode::BAD_REQUEST,
            Self::NoSuchJob => StatusCode::NOT_FOUND,
            Self::JobLost => StatusCode::GONE,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NoRoom | Self::TooManyJobs { .. } | Self::NotYet { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Cursor | Self::Input { .. } => StatusCode::CONFLICT,
        }
    }
}

/// The language of an answer: the first that the client would read and there is; Chinese unless it says otherwise.
pub(super) fn language(headers: &HeaderMap) -> Lang {
    let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut known = wanted.split(',').filter_map(|tag| {
        let tag = tag.trim().to_ascii_lowercase();
        if tag.starts_with("zh") {
            Some(Lang::Zh)
        } else if tag.starts_with("en") {
            Some(Lang::En)
        } else {
            None
        }
    });
    known.next().unwrap_or(Lang::Zh)
}

/// A refusal on its way to the client.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    body: Value,
    code: RefusedAs,
    cause: Option<Cause>,
}

/// Why a request is not answered.
pub(super) enum Stop {
    Request(RequestFault),
    Refused(Box<dyn Refusal + Send>),
}

impl Stop {
    pub(super) fn refused<R: Refusal + Send + 'static>(refusal: R) -> Self {
        Self::Refused(Box::new(refusal))
    }

    pub(super) fn problem(&self, lang: Lang) -> Problem {
        match self {
            Self::Request(fault) => Problem::of(fault.status(), fault, lang),
            Self::Refused(refusal) => {
                let status = match refusal.kind() {
                    // The request has the shape that the document asks for; what it says is refused by a rule.
                    RefusalKind::Invalid => StatusCode::CONFLICT.as_u16(),
                    kind => kind.http_status(),
                };
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                Problem::of(status, &**refusal, lang)
            }
        }
    }
}

impl From<RequestFault> for Stop {
    fn from(fault: RequestFault) -> Self {
        Self::Request(fault)
    }
}

impl Problem {
    /// What is told, and by which status.
    pub(super) fn told(self) -> (StatusCode, Value) {
        (self.status, self.body)
    }

    fn of(status: StatusCode, refusal: &dyn Refusal, language: Lang) -> Self {
        let kind = refusal.kind();
        let sentence = refusal.sentence();
        // The cause of a fault of the system is the operator's to read.
        let cause = (kind == RefusalKind::Broken).then(|| Cause(sentence.zh.clone()));
        let is_shown = cause.is_none();
        let detail = |lang: Lang| match is_shown {
            true => sentence.in_lang(lang).to_owned(),
            false => {
                lang.of("系统故障；请稍后重试，详情见服务器日志", "A fault of the system; try again later").to_owned()
            }
        };
        let body = json!({
            "type": format!("/problems/{}", refusal.code()),
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "detail": detail(language),
            "code": refusal.code(),
            "values": if is_shown { refusal.values() } else { json!({}) },
            "field": refusal.field(),
            "sentence": { "zh": detail(Lang::Zh), "en": detail(Lang::En) },
        });
        Self { status, body, code: RefusedAs(refusal.code()), cause }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("2");
        let mut response = (self.status, Extension(self.code), Json(self.body)).into_response();
        if let Some(cause) = self.cause {
            response.extensions_mut().insert(cause);
        }
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match self.status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                headers.insert(RETRY_AFTER, RETRY_SECONDS);
            }
            _ => (),
        }
        response
    }
}
