//! How the installation is: how far the log goes, whether the figures follow it, whether the key is kept elsewhere, too.

use askama::Template;
use axum::extract::State;
use axum::response::Html;

use super::frame::{Frame, Visit};
use super::{count, recorded_at};
use crate::accounts::Caller;
use crate::app::actions::{Action, Question};
use crate::app::health::{CheckHealth, ModelHealth};
use crate::app::mail::listed::ListMail;
use crate::app::mail::message::MailState;
use crate::app::reply::Reply;
use crate::domain::terms::Term as _;
use crate::text::instants;
use crate::web::error::Error;
use crate::web::session::Site;

#[derive(Template)]
#[template(path = "system.html")]
struct SystemPage {
    frame: Frame,
    position: i64,
    position_shown: String,
    recorded_at: String,
    models: usize,
    /// The read models that do not follow the log: which, how, and why.
    stopped: Vec<(&'static str, String)>,
    is_key_exported: bool,
    failed_sign_ins: String,
    /// How many messages are in each state, for who may see which.
    mail: Option<String>,
}

/// How it is.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
) -> Result<Html<String>, Error> {
    let Reply::Health(health) = site.app.ask(&caller, &Question::Health(CheckHealth {})).await? else {
        return Err(Error::NotFound);
    };
    let stopped = health.models.iter().filter_map(|(name, of)| {
        let how = match of {
            ModelHealth::Current => return None,
            ModelHealth::Missing => frame.say("还没有建立", "not there yet").to_owned(),
            ModelHealth::Foreign => {
                frame.say("由另一版本的程序写成，要重建", "of another version, to be rebuilt").to_owned()
            }
            ModelHealth::Stalled { position, reason } => frame
                .lang
                .of(format!("停在第 {position} 条记录：{reason}"), format!("stopped at record {position}: {reason}")),
        };
        Some((*name, how))
    });
    let position = health.head.position();
    let page = SystemPage {
        stopped: stopped.collect(),
        models: health.models.len(),
        position,
        position_shown: count(position),
        recorded_at: match position {
            0 => recorded_at(0, 0),
            _ => instants::in_shanghai(health.head.last_recorded_at),
        },
        is_key_exported: health.is_key_exported,
        failed_sign_ins: count(health.failed_sign_ins),
        mail: mail(&site, &caller, &frame).await?,
        frame,
    };
    Ok(Html(page.render()?))
}

/// How much mail there is, state by state.
async fn mail(site: &Site, caller: &Caller, frame: &Frame) -> Result<Option<String>, Error> {
    if site.app.permits(caller, Action::MailList).await.is_err() {
        return Ok(None);
    }
    let Reply::Mail(listed) = site.app.ask(caller, &Question::Mail(ListMail::default())).await? else {
        return Err(Error::NotFound);
    };
    let of =
        |state: MailState| listed.iter().filter(|of| of.message.as_ref().is_some_and(|of| of.state == state)).count();
    let counted =
        MailState::ENTRIES.iter().map(|entry| (entry.value, of(entry.value))).filter(|(_, number)| *number > 0);
    let said: Vec<String> =
        counted.map(|(state, number)| format!("{} {}", frame.word(&state), count(number))).collect();
    Ok(Some(match said.is_empty() {
        true => frame.say("还没有", "none yet").to_owned(),
        false => said.join(frame.say("，", ", ")),
    }))
}
