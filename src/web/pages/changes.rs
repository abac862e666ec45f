//! Who recorded what since a day or a record, and which numbers it moved; each number leads to whom it moved.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Response};
use jiff::ToSpan as _;
use serde::Deserialize;

use super::count;
use super::frame::{Frame, Visit};
use super::listing_file::taken_away;
use crate::app::actions::Question;
use crate::app::changes::{Change, ListChanges, MovedCount};
use crate::app::reply::Reply;
use crate::publication::lists::about;
use crate::text::days;
use crate::web::error::Error;
use crate::web::session::Site;

/// The latest lines that are shown; all are in the files.
const LINES_MAX: usize = 200;

#[derive(Template)]
#[template(path = "changes.html")]
struct ChangesPage {
    frame: Frame,
    since: String,
    who: String,
    /// Who recorded something, to choose from.
    recorders: Vec<String>,
    count: String,
    has_more: bool,
    files: Vec<(&'static str, String)>,
    lines: Vec<Line>,
}

/// What one person recorded in one go.
pub(super) struct Line {
    pub day: String,
    pub by: String,
    pub said: String,
    /// The record, or of several the list of them.
    pub address: String,
    /// Each count that moved, with where those are who moved it.
    pub moved: Vec<(String, String)>,
}

/// The words of the address: `since` is a day or a position.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct ChangesParams {
    since: String,
    who: String,
    format: String,
}

/// Where everything is that was recorded behind a position.
pub(super) fn address(position: i64) -> String {
    format!("/changes?since={position}")
}

/// A line in words.
pub(super) fn line(frame: &Frame, change: &Change) -> Line {
    let about = frame.said(&about(change.stream));
    let events = count(change.events);
    let file = change.file.as_ref().map(|file| frame.lang.of(format!("（{file}）"), format!(" ({file})")));
    let what = frame.lang.of(format!("{about} {events} 条"), format!("{about}: {events}"));
    let (first, last) = change.positions;
    let moved = |of: &MovedCount| {
        let name = frame.lang.of(of.population.zh.to_owned(), of.population.en());
        let sign = if of.persons > 0 { "+" } else { "−" };
        let persons = count(of.persons.abs());
        let shown = frame
            .lang
            .of(format!("{} 届{name} {sign}{persons}", of.year), format!("{name} of {} {sign}{persons}", of.year));
        let (before, figure) = (first - 1, of.population.id);
        (shown, format!("/reports/{}/compare?a={before}&b={last}&figure={figure}&people=true", of.year))
    };
    Line {
        day: change.day.to_string(),
        by: change.by.as_ref().map_or_else(|| frame.say("操作员", "operator").to_owned(), |by| frame.said(by)),
        said: format!("{what}{}", file.unwrap_or_default()),
        address: match change.events {
            1 => format!("/events/{first}"),
            several => format!("/lists/events?after={}&like={first}&limit={several}", first - 1),
        },
        moved: change.moved.iter().map(moved).collect(),
    }
}

/// Who recorded what.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Query(params): Query<ChangesParams>,
) -> Result<Response, Error> {
    let since = params.since.trim();
    let today = site.app.today();
    let (since, after) = match (since.is_empty(), since.parse::<i64>()) {
        (true, _) => (Some(today.checked_sub(7.days()).unwrap_or(today)), None),
        (false, Ok(position)) => (None, Some(position)),
        (false, Err(_)) => (Some(days::read(since).map_err(|_| Error::no_day("since"))?), None),
    };
    let who = Some(params.who.trim().to_owned()).filter(|who| !who.is_empty());
    let question = Question::Changes(ListChanges { since, after, who: who.clone() });
    let said = since.map_or_else(|| after.unwrap_or_default().to_string(), |day| day.to_string());
    let address = |format: &str| {
        let words = [("since", said.as_str()), ("who", who.as_deref().unwrap_or_default()), ("format", format)];
        let words = words.into_iter().filter(|(_, value)| !value.is_empty());
        format!("/changes?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(words).finish())
    };
    if !params.format.is_empty() {
        return taken_away(&site, &caller, question, &params.format, frame.lang, &address(""), "").await;
    }
    let Reply::Changes(changes) = site.app.ask(&caller, &question).await? else { return Err(Error::NotFound) };
    let mut recorders: Vec<String> = changes.iter().filter_map(|of| of.by.as_ref().map(|by| frame.said(by))).collect();
    recorders.sort_unstable();
    recorders.dedup();
    let page = ChangesPage {
        count: count(changes.len()),
        has_more: changes.len() > LINES_MAX,
        lines: changes.iter().rev().take(LINES_MAX).map(|change| line(&frame, change)).collect(),
        files: [("Excel", "xlsx"), ("CSV", "csv")].map(|(name, format)| (name, address(format))).into(),
        recorders,
        since: said.clone(),
        who: who.clone().unwrap_or_default(),
        frame,
    };
    Ok(Html(page.render()?).into_response())
}
