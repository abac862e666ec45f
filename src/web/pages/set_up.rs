//! The first set-up: the account with which everything begins, by the code that the server prints at its start.

use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::frame::Frame;
use super::invitation::{script_address, shown};
use crate::app::sign_in::invitation::{Acceptance, FirstAccount};
use crate::domain::ids::SchoolCode;
use crate::domain::terms::{SchoolCategory, Term as _};
use crate::refusal::Refusal;
use crate::text::lang::{Sentence, say};
use crate::web::error::{Error, not_let_in};
use crate::web::form::Form;
use crate::web::session::{AtTheDoor, Site};

#[derive(Template)]
#[template(path = "set_up.html")]
struct SetUpPage {
    frame: Frame,
    refused: Option<String>,
    typed: Typed,
    /// Codes and names of the categories of schools.
    categories: Vec<(&'static str, String)>,
}

/// What was typed.
#[derive(Default)]
struct Typed {
    code: String,
    name: String,
    is_school: bool,
    school_code: String,
    school_name: String,
    category: String,
}

impl Typed {
    fn first_account(&self) -> Result<FirstAccount, Sentence> {
        let name = self.name.clone();
        if !self.is_school {
            return Ok(FirstAccount::Bureau { name });
        }
        let code = SchoolCode::parse(self.school_code.trim()).map_err(|refusal| refusal.sentence())?;
        let category = SchoolCategory::from_text(&self.category);
        let category = category.ok_or_else(|| say("请选择办学类别", "Choose the category of the school"))?;
        Ok(FirstAccount::School { name, code, school: self.school_name.clone(), category })
    }
}

/// Asks who the first account is for.
pub(in crate::web) async fn ask(frame: Frame) -> Result<Html<String>, Error> {
    Ok(Html(page(frame, None, Typed::default()).render()?))
}

fn page(frame: Frame, refused: Option<String>, typed: Typed) -> SetUpPage {
    let categories = SchoolCategory::ENTRIES.iter().map(|entry| (entry.code, frame.word(&entry.value))).collect();
    SetUpPage { frame, refused, typed, categories }
}

/// What the form sent: the first account is opened, and its invitation shown.
pub(in crate::web) async fn set_up(
    State(site): State<Site>,
    AtTheDoor(visitor): AtTheDoor,
    frame: Frame,
    body: Bytes,
) -> Result<Response, Error> {
    let form = Form::of(&body)?;
    let typed = Typed {
        code: form.get("code"),
        name: form.get("name"),
        is_school: form.get("kind") != "bureau",
        school_code: form.get("school_code"),
        school_name: form.get("school_name"),
        category: form.get("category"),
    };
    let (status, refused_as, sentence) = match typed.first_account() {
        Err(sentence) => (StatusCode::UNPROCESSABLE_ENTITY, None, sentence),
        Ok(first) => {
            let code = typed.code.clone();
            match site.recording(move |app| async move { app.set_up(&code, &first, &visitor).await }).await {
                Ok(issued) => {
                    let invitation = issued.secret.as_str().to_owned();
                    let nothing_typed = Acceptance { invitation, ..Acceptance::default() };
                    return shown(&site, &visitor, frame, nothing_typed, None).await;
                }
                Err(refusal) => not_let_in(refusal)?,
            }
        }
    };
    let refused = Some(frame.whole(&sentence));
    Ok((status, refused_as, Html(page(frame, refused, typed).render()?)).into_response())
}
