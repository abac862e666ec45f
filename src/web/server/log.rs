//! What the server tells its operator on stderr: faults always, and on demand a line for each request.
//!
//! Invariant: a line holds no address as it was called, no query, no header, no body and nobody's id: the route is the
//! pattern of the table of addresses, the method one that HTTP knows, and why a request is refused one of the program's codes.
//! So nothing that a client writes is in it.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use clap::ValueEnum;
use serde_json::{Value, json};

use crate::app::App;
use crate::text::cleaning::printable;
use crate::text::instants;
use crate::text::lang::{Lang, Sentence};

/// How requests are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogForm {
    /// One object of JSON a line.
    Json,
    /// A line to be read by people.
    Text,
}

/// Why an answer is a fault of the system: on the answer until it is told, and never sent.
#[derive(Debug, Clone)]
pub(in crate::web) struct Cause(pub String);

/// The number of a request in the log: on the request, so that a page may tell it.
#[derive(Debug, Clone)]
pub(in crate::web) struct RequestId(pub String);

/// The code by which a request was refused: on the answer until it is told, and never sent by this.
#[derive(Debug, Clone, Copy)]
pub(in crate::web) struct RefusedAs(pub &'static str);

/// What was seen of a request.
pub(super) struct Told<'a> {
    /// When it came, in microseconds since 1970-01-01 UTC.
    pub at: i64,
    pub method: &'static str,
    /// The pattern of the address; none where there is no such address.
    pub route: Option<&'a str>,
    /// None where the client left before it was answered.
    pub status: Option<u16>,
    pub took: Duration,
    pub request: &'a str,
    pub refused: Option<RefusedAs>,
    pub cause: Option<&'a Cause>,
}

/// Where the lines go.
pub(super) struct Log {
    pub app: Arc<App>,
    pub form: Option<LogForm>,
    pub lang: Lang,
}

impl Log {
    /// Tells of a request, if requests are told or it came upon a fault.
    pub fn request(&self, told: &Told<'_>) {
        let Told { at, method, route, status, took, request, refused, cause } = told;
        if self.form.is_none() && cause.is_none() {
            return;
        }
        let (at, microseconds) = (instants::rfc3339(*at), took.as_micros());
        match (self.form, cause) {
            (Some(LogForm::Json), cause) => {
                let microseconds = u64::try_from(microseconds).unwrap_or(u64::MAX);
                let mut line = json!({
                    "time": at, "method": method, "route": route, "status": status,
                    "microseconds": microseconds, "request": request,
                });
                if let Some(RefusedAs(code)) = refused {
                    line["refused"] = Value::from(*code);
                }
                if let Some(Cause(cause)) = cause {
                    line["fault"] = Value::from(cause.as_str());
                }
                write(&line.to_string());
            }
            (Some(LogForm::Text), cause) => {
                let status = status.map_or_else(|| "-".to_owned(), |status| status.to_string());
                let cause = cause.map_or_else(String::new, |Cause(cause)| format!(" {cause}"));
                let refused = refused.map_or_else(String::new, |RefusedAs(code)| format!(" {code}"));
                let route = route.unwrap_or("-");
                write(&format!("{at} {method} {route} {status} {microseconds}µs {request}{refused}{cause}"));
            }
            (None, Some(Cause(cause))) => {
                let said = self.lang.of("请求不能办理", "A request came upon a fault");
                write(&format!("{said} {request}: {cause}"));
            }
            (None, None) => (),
        }
    }

    /// Tells the operator something that belongs to no request.
    pub fn tell(&self, sentence: &Sentence) {
        let said = sentence.in_lang(self.lang);
        match self.form {
            Some(LogForm::Json) => {
                write(&json!({ "time": instants::rfc3339(self.app.now()), "said": said }).to_string());
            }
            Some(LogForm::Text) => write(&format!("{} {said}", instants::rfc3339(self.app.now()))),
            None => write(said),
        }
    }
}

/// The methods of HTTP. Another one is a client's own word, which may be anything.
pub(super) fn method(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("OTHER")
}

/// That nobody reads stderr any more is no reason to stop.
fn write(line: &str) {
    let _closed = writeln!(std::io::stderr().lock(), "{}", printable(line));
}
