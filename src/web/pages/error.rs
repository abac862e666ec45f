//! What went wrong, in the reader's language: a sentence, what to do, and a way on.

use askama::Template;
use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::frame::Frame;
use crate::refusal::RefusalKind;
use crate::text::lang::{Sentence, say};
use crate::web::error::{Error, Wrong};
use crate::web::server::log::RequestId;
use crate::web::session::Site;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    title: String,
    sentence: String,
    /// Whether something else may be looked for here.
    is_to_find: bool,
    /// By what the operator finds it in the log.
    number: String,
}

/// Makes the page of an answer that says only what went wrong.
pub(in crate::web) async fn in_words(State(site): State<Site>, request: Request, next: Next) -> Response {
    let (mut asked, body) = request.into_parts();
    let request = Request::from_parts(asked.clone(), body);
    let mut response = next.run(request).await;
    let Some(Wrong(wrong)) = response.extensions_mut().remove::<Wrong>() else { return response };
    let frame = match &*wrong {
        // What does not answer is not asked once more.
        Error::Broken(_) => Frame::at_the_door(&asked.headers, Some(&site.front), asked.uri.path()),
        _ => match Frame::from_request_parts(&mut asked, &site).await {
            Ok(frame) => frame,
        },
    };
    let number = asked.extensions.get::<RequestId>().map_or_else(String::new, |RequestId(id)| id.clone());
    // Whoever only looks does not learn what others may.
    let is_hidden = matches!(&*wrong, Error::NotAllowed(_)) && asked.method != Method::POST;
    let told = if is_hidden { &Error::NotFound } else { &*wrong };
    let for_the_operator = std::mem::take(response.extensions_mut());
    let mut response = (told.status(), page(frame, told, number)).into_response();
    response.extensions_mut().extend(for_the_operator);
    response
}

/// The page for a request that comes no further than the door.
pub(in crate::web) fn at_the_door(wrong: &Error, headers: &HeaderMap) -> Response {
    (wrong.status(), page(Frame::at_the_door(headers, None, ""), wrong, String::new())).into_response()
}

fn page(frame: Frame, wrong: &Error, number: String) -> Response {
    let (title, sentence) = words(wrong);
    let number = if matches!(wrong, Error::Broken(_)) { number } else { String::new() };
    let is_to_find = matches!(wrong, Error::NotFound) && frame.viewer.is_some();
    let (title, sentence) = (frame.said(&title), frame.said(&sentence));
    match (ErrorPage { frame, title, sentence, is_to_find, number }).render() {
        Ok(page) => Html(page).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The heading, and what it means.
fn words(wrong: &Error) -> (Sentence, Sentence) {
    let not_done = || say("没有办理", "Not done");
    let whole = |sentence: &Sentence| say(format!("{}。", sentence.zh), format!("{}.", sentence.en));
    match wrong {
        Error::NotFound => (
            say("没有找到，或不在您的范围内", "Not found, or not in your scope"),
            say(
                "地址可能有误，或不在您的范围内。",
                "The address may be wrong, or what it leads to is not in your scope.",
            ),
        ),
        Error::NotAllowed(sentence) => (say("您不能办理", "Not yours to do"), whole(sentence)),
        Error::OtherHost => (
            say("不是这里的地址", "Not an address of this server"),
            say(
                "请用管理人员给的地址打开；管理人员请核对服务器的公开地址。",
                "Open it by the address that you were given; who runs the server checks its public address.",
            ),
        ),
        Error::OtherSite => (
            not_done(),
            say(
                "这一步是从别的网站发来的，没有办理。请从本系统的页面重新办理。",
                "This was sent by another site and is not done. Do it again from a page of this system.",
            ),
        ),
        Error::NotSignedIn(sentence) => (say("尚未登录", "Not signed in"), whole(sentence)),
        Error::Parameter("", hint) => (not_done(), whole(hint)),
        Error::Parameter(name, hint) => (
            say("参数有误", "A wrong parameter"),
            say(
                format!("地址中的 {name} 不能读取：{}。", hint.zh),
                format!("The address says {name} in a way that cannot be read: {}.", hint.en),
            ),
        ),
        Error::ParameterTwice => (
            say("参数有误", "A wrong parameter"),
            say("地址中的每个参数只写一次。", "The address may say each parameter once only."),
        ),
        Error::FieldTwice => (
            not_done(),
            say(
                "表单中有一项写了两次，没有办理；请从本系统的页面重新办理。",
                "A field of the form is there twice, and nothing is done; do it again from a page of this system.",
            ),
        ),
        Error::TooSlow => (
            say("没有收完", "Not all of it came"),
            say(
                "内容没有在限定时间内传完，没有办理；请重试。",
                "What was sent did not come in time, and nothing is done; send it again.",
            ),
        ),
        Error::NotDone(RefusalKind::Busy, sentence) => {
            (say("暂时不能显示", "Not to be shown just now"), whole(sentence))
        }
        Error::NotDone(_, sentence) => (not_done(), whole(sentence)),
        Error::Broken(_) => (
            say("暂时不能显示", "Not to be shown just now"),
            say(
                "系统出了故障，没有办理；请稍后重试，仍不行请告诉管理人员。",
                "The system has a fault, and nothing is done; try again later, and if it stays so tell who runs it.",
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Actor;
    use crate::app::actions::Action;
    use crate::app::gate::Denied;

    #[test]
    fn who_may_not_do_something_is_told_who_may() {
        let denied = Denied { actor: Actor::Mentor, action: Action::PlacementApprove };
        let (_, sentence) = words(&Error::from(denied));
        assert!(sentence.zh.contains("校长") && sentence.en.contains("principal"), "{sentence:?}");
        assert!(!sentence.zh.contains("指导教师"), "{sentence:?}");
    }
}
