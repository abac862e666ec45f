//! Setting up how one signs in: by an invitation, and the first account of all.
//!
//! The secret of an invitation stands behind the `#` of a link, which no browser sends and no proxy writes down; a line of
//! script puts it into the field, and without script it is typed.

use std::sync::Arc;

use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse, Redirect, Response};
use qrcode::{Color, EcLevel, QrCode};

use super::error::{Error, NotDone, not_let_in};
use super::form::Form;
use super::front::Front;
use super::session::{AtTheDoor, Site};
use crate::accounts::visitor::Visitor;
use crate::app::sign_in::invitation::{Acceptance, FirstAccount, Opened};
use crate::domain::ids::SchoolCode;
use crate::domain::terms::{SchoolCategory, Term as _};
use crate::refusal::Refusal;

const SCRIPT: &str = include_str!("invitation.js");

#[derive(Template)]
#[template(path = "invitation.html")]
struct CodePage {
    refused: Option<String>,
    is_plain: bool,
}

#[derive(Template)]
#[template(path = "accept.html")]
struct AcceptPage {
    refused: Option<String>,
    is_plain: bool,
    invitation: String,
    login: String,
    opened: Opened,
    role: String,
    /// The path of the QR code's dark squares, and how many there are in a row.
    squares: (String, usize),
}

#[derive(Template)]
#[template(path = "set_up.html")]
struct SetUpPage {
    refused: Option<String>,
    is_plain: bool,
    code: String,
    /// Codes and names of the categories of schools.
    categories: Vec<(&'static str, &'static str)>,
}

/// The script of the page, which reads the link.
pub(super) async fn script() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT)
}

/// Asks for the invitation.
pub(super) async fn ask(State(front): State<Arc<Front>>) -> Result<Html<String>, Error> {
    Ok(Html(CodePage { refused: None, is_plain: front.is_plain() }.render()?))
}

/// What an invitation shows, or why it does not hold.
pub(super) async fn open(
    State(site): State<Site>,
    AtTheDoor(visitor): AtTheDoor,
    body: Bytes,
) -> Result<Response, Error> {
    let invitation = Form::of(&body)?.get("invitation");
    shown(&site, &visitor, Acceptance { invitation, ..Acceptance::default() }, None).await
}

/// What the form of an invitation sent: signing in is set up.
pub(super) async fn accept(
    State(site): State<Site>,
    AtTheDoor(visitor): AtTheDoor,
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
        let refused = "两次输入的密码不一样，请重新输入".to_owned();
        return shown(&site, &visitor, acceptance, Some((StatusCode::UNPROCESSABLE_ENTITY, None, refused))).await;
    }
    let accepted = acceptance.clone();
    match site.recording(move |app| async move { app.accept_invitation(&accepted, &visitor).await }).await {
        Ok(()) => Ok(Redirect::to("/sign-in?done=set-up").into_response()),
        Err(refusal) => {
            let refused = not_let_in(refusal)?;
            shown(&site, &visitor, acceptance, Some(refused)).await
        }
    }
}

/// The form of an invitation, with what was typed and why it was refused; the first page again where it does not hold.
async fn shown(
    site: &Site,
    visitor: &Visitor,
    typed: Acceptance,
    refused_for: Option<NotDone>,
) -> Result<Response, Error> {
    let is_plain = site.front.is_plain();
    let opened = match site.app.open_invitation(&typed.invitation, visitor).await {
        Ok(opened) => opened,
        Err(refusal) => {
            let (status, code, sentence) = not_let_in(refusal)?;
            let page = CodePage { refused: Some(sentence), is_plain };
            return Ok((status, code, Html(page.render()?)).into_response());
        }
    };
    let said = |(status, code, sentence)| (status, code, Some(sentence));
    let (status, code, refused) = refused_for.map_or((StatusCode::OK, None, None), said);
    let login = if typed.login.is_empty() { opened.login.clone().unwrap_or_default() } else { typed.login };
    let (role, squares) = (opened.role.zh().to_owned(), squares(&opened.address));
    let page = AcceptPage { refused, is_plain, invitation: typed.invitation, login, opened, role, squares };
    Ok((status, code, Html(page.render()?)).into_response())
}

/// The dark squares of a QR code as a path, and how many squares a row has, with the quiet zone of four around it.
pub(super) fn squares(address: &str) -> (String, usize) {
    const QUIET: usize = 4;
    let Ok(code) = QrCode::with_error_correction_level(address, EcLevel::M) else { return (String::new(), 0) };
    let width = code.width();
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
    let square = |(index, _)| format!("M{} {}h1v1h-1z", index % width + QUIET, index / width + QUIET);
    (dark.map(square).collect(), width + 2 * QUIET)
}

/// Asks who the first account is for.
pub(super) async fn ask_set_up(State(front): State<Arc<Front>>) -> Result<Html<String>, Error> {
    Ok(Html(set_up_page(&front, None, String::new()).render()?))
}

fn set_up_page(front: &Front, refused: Option<String>, code: String) -> SetUpPage {
    let categories = SchoolCategory::ENTRIES.iter().map(|entry| (entry.code, entry.zh)).collect();
    SetUpPage { refused, is_plain: front.is_plain(), code, categories }
}

/// What the form of the first set-up sent: the first account is opened, and its invitation shown.
pub(super) async fn set_up(
    State(site): State<Site>,
    AtTheDoor(visitor): AtTheDoor,
    body: Bytes,
) -> Result<Response, Error> {
    let form = Form::of(&body)?;
    let (name, code) = (form.get("name"), form.get("code"));
    let first = match form.get("kind").as_str() {
        "bureau" => Ok(FirstAccount::Bureau { name }),
        _ => {
            let category = SchoolCategory::from_text(&form.get("category"));
            let school = SchoolCode::parse(form.get("school_code").trim());
            school.map_err(|refusal| refusal.sentence().zh).and_then(|code| {
                let category = category.ok_or("请选择办学类别")?;
                Ok(FirstAccount::School { name, code, school: form.get("school_name"), category })
            })
        }
    };
    let shown_code = code.clone();
    let refused_for = match first {
        Err(sentence) => (StatusCode::UNPROCESSABLE_ENTITY, None, sentence),
        Ok(first) => {
            match site.recording(move |app| async move { app.set_up(&shown_code, &first, &visitor).await }).await {
                Ok(issued) => {
                    let invitation = issued.secret.as_str().to_owned();
                    return shown(&site, &visitor, Acceptance { invitation, ..Acceptance::default() }, None).await;
                }
                Err(refusal) => not_let_in(refusal)?,
            }
        }
    };
    let (status, set_code, sentence) = refused_for;
    Ok((status, set_code, Html(set_up_page(&site.front, Some(sentence), code).render()?)).into_response())
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
