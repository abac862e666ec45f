//! One page for every question that a list answers: conditions, rows, and the same rows as a file. Its address is the words of
//! the command line.

use std::ops::Range;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{Html, IntoResponse, Response};
use strum::IntoEnumIterator as _;

use super::act::control::{Control, Place, controls};
use super::act::faulty;
use super::act::typed::Typed;
use super::frame::{Frame, Visit};
use super::listing_file::taken_away;
use super::table::{Pages, Table};
use super::{addresses, count};
use crate::app::actions::{Action, Question};
use crate::app::called::{Asked, Called, Input};
use crate::app::inputs::{self, Field};
use crate::catalogue::help;
use crate::publication::list::{ListValue, Listing};
use crate::publication::lists::listing;
use crate::web::api::{RequestFault, asked};
use crate::web::error::Error;
use crate::web::session::Site;

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage {
    frame: Frame,
    title: String,
    address: String,
    controls: Vec<Control>,
    faults: Vec<(String, String)>,
    count: String,
    notes: Vec<String>,
    /// The same rows as a file.
    files: Vec<(&'static str, String)>,
    table: Option<Table>,
}

/// The question that an address names.
fn question_of(words: &[String]) -> Option<(Action, Called)> {
    let words = words.join(" ");
    let is_it = |called: &Called| called.words == words && matches!(called.input, Input::Question(_));
    Action::iter().map(|action| (action, action.called())).find(|(_, called)| is_it(called))
}

/// The list that an address asks for; without what it has to say, only the form.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Path(words): Path<Vec<String>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let (action, called) = question_of(&words).ok_or(Error::NotFound)?;
    site.app.permits(&caller, action).await?;
    let fields = inputs::fields(called);
    let mut typed = Typed::of_address(&query.unwrap_or_default());
    let (number, format, sort) = (typed.take("page"), typed.take("format"), typed.take("sort"));
    let address = format!("/lists/{}", called.words.replace(' ', "/"));
    let (zh, en) = help::command(called.words).map_or(("", ""), |help| (help.zh, help.en));
    let mut page = ListPage {
        title: frame.say(zh, en).to_owned(),
        controls: shown(&frame, called, &fields, &caller, &typed),
        faults: vec![],
        count: String::new(),
        notes: vec![],
        files: vec![],
        table: None,
        address: address.clone(),
        frame,
    };
    let question = match question(called, &fields, &typed) {
        Ok(question) => question,
        // What is not typed yet is no fault.
        Err(RequestFault::FieldMissing(_)) if typed.words.is_empty() => return Ok(Html(page.render()?).into_response()),
        Err(fault) => {
            page.faults = vec![faulty(&page.frame, called.words, &fault)];
            return Ok(Html(page.render()?).into_response());
        }
    };
    let here = |others: &[(&str, &str)]| {
        let said = typed.words.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let words: Vec<_> = said.chain(others.iter().copied()).filter(|(_, value)| !value.is_empty()).collect();
        let words = form_urlencoded::Serializer::new(String::new()).extend_pairs(words).finish();
        if words.is_empty() { address.clone() } else { format!("{address}?{words}") }
    };
    if !format.is_empty() {
        return taken_away(&site, &caller, question, &format, page.frame.lang, &here(&[("sort", &sort)]), &sort).await;
    }
    let reply = site.app.ask(&caller, &question).await?;
    let listing = listing(&question, &reply, page.frame.lang).ok_or(Error::NotFound)?.sorted_by(&sort);
    let (pages, places) = Pages::of(&number, listing.rows.len(), |number| here(&[("sort", &sort), ("page", number)]))?;
    let sortable = linked(&page.frame, &listing, places).sortable(&sort, |sort| here(&[("sort", sort)]));
    page.table = Some(sortable.paged(pages));
    page.count = count(listing.rows.len());
    page.notes = listing.notes;
    page.files = [("Excel", "xlsx"), ("CSV", "csv")]
        .map(|(name, format)| (name, here(&[("sort", &sort), ("format", format)])))
        .into();
    page.title = listing.title;
    Ok(Html(page.render()?).into_response())
}

/// The conditions that can be typed; the own school is not one.
fn shown(
    frame: &Frame,
    called: Called,
    fields: &[Field],
    caller: &crate::accounts::Caller,
    typed: &Typed,
) -> Vec<Control> {
    let is_typed = |field: &&Field| field.name != "school" || caller.scope.school().is_none();
    let fields: Vec<Field> = fields.iter().filter(is_typed).cloned().collect();
    controls(frame, called.words, &fields, typed, &[])
}

fn question(called: Called, fields: &[Field], typed: &Typed) -> Result<Question, RequestFault> {
    match asked(called, fields, typed.input(fields, false)?)? {
        Asked::Question(question) => Ok(*question),
        Asked::Command(_) => Err(RequestFault::NoSuchAddress),
    }
}

/// The rows, with where positions and classes lead to.
fn linked(frame: &Frame, listing: &Listing, places: Range<usize>) -> Table {
    let head = listing.columns.first().map_or("", |column| column.key);
    let place = |key: &str| listing.columns.iter().position(|column| column.key == key);
    let shown = || listing.rows.iter().skip(places.start).take(places.len());
    let mut table = Table::of(frame, listing, head, places.clone());
    for (index, column) in listing.columns.iter().enumerate() {
        if column.key.ends_with("position") || matches!(column.key, "first" | "last") {
            let record = |row: &Vec<ListValue>| match row.get(index) {
                Some(ListValue::Number(position)) => Some(format!("/events/{position}")),
                _ => None,
            };
            table = table.linked(column.key, shown().map(record));
        }
    }
    if let (Some(school), Some(class)) = (place("school"), place("class")) {
        let address = |row: &Vec<ListValue>| match (row.get(school), row.get(class)) {
            (Some(ListValue::Text(school)), Some(ListValue::Text(class))) => Some(addresses::class(school, class)),
            _ => None,
        };
        table = table.linked("class", shown().map(address));
    }
    table
}
