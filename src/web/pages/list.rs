//! One page for every question that a list answers: conditions, rows, and the same rows as a file. Its address is the words of
//! the command line.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{Html, IntoResponse, Response};
use strum::IntoEnumIterator as _;

use super::act::control::{Control, Place, controls};
use super::act::faulty;
use super::act::typed::Typed;
use super::frame::{Frame, Visit};
use super::list_file::exported;
use super::{addresses, count};
use crate::app::actions::{Action, Question};
use crate::app::called::{Asked, Called, Input};
use crate::app::inputs::{self, Field};
use crate::catalogue::help;
use crate::publication::list::{ListValue, Listing};
use crate::publication::lists::listing;
use crate::publication::table::Align;
use crate::text::instants;
use crate::web::api::{RequestFault, asked};
use crate::web::error::Error;
use crate::web::session::Site;

/// Rows on one page.
const PAGE_LEN: usize = 100;

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage {
    frame: Frame,
    title: String,
    address: String,
    controls: Vec<Control>,
    faults: Vec<(String, String)>,
    table: Option<Table>,
}

/// The rows of a page.
struct Table {
    count: String,
    range: String,
    notes: Vec<String>,
    /// Each with whether numbers stand under it.
    headings: Vec<(String, bool)>,
    rows: Vec<Vec<Shown>>,
    empty: String,
    before: Option<String>,
    after: Option<String>,
    files: Vec<(&'static str, String)>,
}

/// A value, and what it leads to.
struct Shown {
    text: String,
    is_number: bool,
    address: Option<String>,
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
    let (number, format) = (typed.take("page"), typed.take("format"));
    let address = format!("/lists/{}", called.words.replace(' ', "/"));
    let (zh, en) = help::command(called.words).map_or(("", ""), |help| (help.zh, help.en));
    let mut page = ListPage {
        title: frame.say(zh, en).to_owned(),
        controls: shown(&frame, called, &fields, &caller, &typed),
        faults: vec![],
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
        return exported(&site, &caller, question, &format, page.frame.lang, &here(&[])).await;
    }
    let reply = site.app.ask(&caller, &question).await?;
    let listing = listing(&question, &reply, page.frame.lang).ok_or(Error::NotFound)?;
    let pages = listing.rows.len().div_ceil(PAGE_LEN).max(1);
    let number = if number.is_empty() { Ok(1) } else { number.parse::<usize>() };
    let number = number.ok().filter(|number| (1..=pages).contains(number));
    let number = number.ok_or_else(Error::no_such_page)?;
    let at = |number: usize| here(&[("page", &number.to_string())]);
    page.table = Some(Table {
        before: (number > 1).then(|| at(number - 1)),
        after: (number < pages).then(|| at(number + 1)),
        files: [("Excel", "xlsx"), ("CSV", "csv")].map(|(name, format)| (name, here(&[("format", format)]))).into(),
        ..table(&page.frame, &listing, number)
    });
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

fn table(frame: &Frame, listing: &Listing, number: usize) -> Table {
    let first = (number - 1) * PAGE_LEN;
    let all = listing.rows.len();
    let headings = listing
        .columns
        .iter()
        .map(|column| (frame.say(column.zh, column.en).to_owned(), matches!(column.align, Align::Right)));
    let place = |key: &str| listing.columns.iter().position(|column| column.key == key);
    let (school, class) = (place("school"), place("class"));
    let row = |row: &Vec<ListValue>| {
        let text = |place: Option<usize>| match place.and_then(|place| row.get(place)) {
            Some(ListValue::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        let cell = |(place, value): (usize, &ListValue)| {
            let key = listing.columns[place].key;
            let is_position = key.ends_with("position") || key == "first" || key == "last";
            let address = match value {
                ListValue::Number(position) if is_position => Some(format!("/events/{position}")),
                ListValue::Text(name) if Some(place) == class => {
                    text(school).map(|school| addresses::class(school, name))
                }
                _ => None,
            };
            let (text, is_number) = said(value, frame);
            Shown { text, is_number, address: address.filter(|_| !matches!(value, ListValue::Nothing)) }
        };
        row.iter().enumerate().map(cell).collect()
    };
    Table {
        count: count(all),
        range: format!("{}–{}", count((first + 1).min(all)), count((first + PAGE_LEN).min(all))),
        notes: listing.notes.clone(),
        headings: headings.collect(),
        rows: listing.rows.iter().skip(first).take(PAGE_LEN).map(row).collect(),
        empty: listing.empty.clone(),
        before: None,
        after: None,
        files: vec![],
    }
}

fn said(value: &ListValue, frame: &Frame) -> (String, bool) {
    match value {
        ListValue::Text(text) | ListValue::Record(text) => (text.clone(), false),
        ListValue::Number(number) => (count(*number), true),
        ListValue::Day(day) => (day.to_string(), false),
        ListValue::Instant(micros) => (instants::in_shanghai(*micros), false),
        ListValue::Nothing => (frame.say("", "").to_owned(), false),
    }
}
