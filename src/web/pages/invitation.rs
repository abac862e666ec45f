//! Setting up how one signs in, by an invitation.
//!
//! The secret of an invitation stands behind the `#` of a link, which no browser sends and no proxy writes down; a line of
//! script puts it into the field, and without script it is typed.

use std::sync::LazyLock;

use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Redirect, Response};
use qrcode::{Color, EcLevel, QrCode};

use super::frame::Frame;
use crate::accounts::visitor::Visitor;
use crate::app::sign_in::invitation::{Acceptance, Opened};
use crate::text::lang::say;
use crate::web::error::{Error, NotDone, not_let_in};
use crate::web::form::Form;
use crate::web::session::{AtTheDoor, Site};
use crate::web::{KEPT_FOR_A_YEAR, named_by_content};

const SCRIPT: &str = include_str!("invitation.js");

#[derive(Template)]
#[template(path = "invitation.html")]
struct CodePage {
    frame: Frame,
    refused: Option<String>,
}

#[derive(Template)]
#[template(path = "accept.html")]
struct AcceptPage {
    frame: Frame,
    refused: Option<String>,
    invitation: String,
    login: String,
    opened: Opened,
    /// The path of the QR code's dark squares, and how many there are in a row.
    squares: (String, usize),
}

/// Where the script of the page is, which reads the link.
pub(super) fn script_address() -> &'static str {
    static ADDRESS: LazyLock<String> = LazyLock::new(|| named_by_content("/invitation.js", SCRIPT));
    &ADDRESS
}

/// The script of the page.
pub(in crate::web) async fn script() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, KEPT_FOR_A_YEAR)], SCRIPT)
}

/// Asks for the invitation.
pub(in crate::web) async fn ask(frame: Frame) -> Result<Html<String>, Error> {
    Ok(Html(CodePage { frame, refused: None }.render()?))
}

/// What an invitation shows, or why it does not hold.
pub(in crate::web) async fn open(
    State(site): State<Site>,
    AtTheDoor(visitor): AtTheDoor,
    frame: Frame,
    body: Bytes,
) -> Result<Response, Error> {
    let invitation = Form::of(&body)?.get("invitation");
    shown(&site, &visitor, frame, Acceptance { invitation, ..Acceptance::default() }, None).await
}

/// What the form of an invitation sent: signing in is set up.
pub(in crate::web) async fn accept(
    State(site): State<Site>,
    AtTheDoor(visitor): AtTheDoor,
    frame: Frame,
    body: Bytes,
) -> Result<Response, Error> {
    let form = Form::of(&body)?;
    let acceptance = Acceptance {
        invitation: form.get("invitation"),
        login: form.get("login"),
        password: form.get("password"),
        code: form.get("code"),
    };
    if form.get("password") != form.get("again") {
        let refused = say("两次输入的密码不一样，请重新输入", "The passwords differ; type them again");
        return shown(&site, &visitor, frame, acceptance, Some((StatusCode::UNPROCESSABLE_ENTITY, None, refused)))
            .await;
    }
    let accepted = acceptance.clone();
    match site.recording(move |app| async move { app.accept_invitation(&accepted, &visitor).await }).await {
        Ok(()) => Ok(Redirect::to("/sign-in?done=set-up").into_response()),
        Err(refusal) => {
            let refused = not_let_in(refusal)?;
            shown(&site, &visitor, frame, acceptance, Some(refused)).await
        }
    }
}

/// The form of an invitation, with what was typed and why it was refused; the first page again where it does not hold.
pub(super) async fn shown(
    site: &Site,
    visitor: &Visitor,
    frame: Frame,
    typed: Acceptance,
    refused_for: Option<NotDone>,
) -> Result<Response, Error> {
    let frame = frame.back_at("/invitation");
    let opened = match site.app.open_invitation(&typed.invitation, visitor).await {
        Ok(opened) => opened,
        Err(refusal) => {
            let (status, code, sentence) = not_let_in(refusal)?;
            let page = CodePage { refused: Some(frame.whole(&sentence)), frame };
            return Ok((status, code, Html(page.render()?)).into_response());
        }
    };
    let said = |(status, code, sentence)| (status, code, Some(frame.whole(&sentence)));
    let (status, code, refused) = refused_for.map_or((StatusCode::OK, None, None), said);
    let login = if typed.login.is_empty() { opened.login.clone().unwrap_or_default() } else { typed.login };
    let squares = squares(&opened.address);
    let page = AcceptPage { refused, invitation: typed.invitation, login, opened, squares, frame };
    Ok((status, code, Html(page.render()?)).into_response())
}

/// The dark squares of a QR code as a path, and how many squares a row has, with the quiet zone of four around it.
pub(in crate::web) fn squares(address: &str) -> (String, usize) {
    const QUIET: usize = 4;
    let Ok(code) = QrCode::with_error_correction_level(address, EcLevel::M) else { return (String::new(), 0) };
    let width = code.width();
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
    let square = |(index, _)| format!("M{} {}h1v1h-1z", index % width + QUIET, index / width + QUIET);
    (dark.map(square).collect(), width + 2 * QUIET)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_code_is_drawn_of_squares_within_a_quiet_zone() {
        let (path, row) =
            squares("otpauth://totp/gradtrail:a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=gradtrail");
        // Version 6 has 41 squares a row; the corner of the finder begins behind the quiet zone.
        assert!(path.starts_with("M4 4h1v1h-1z"), "{path}");
        assert_eq!((row - 8) % 4, 1, "{row}");
    }
}
