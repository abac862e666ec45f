//! Importing: what was imported and what became of it, files to send, and templates to fill in. What was sent has a page of
//! its own (`imports/upload`), where it is checked, confirmed and recorded (`imports/work`).

pub(in crate::web) mod upload;
mod view;
mod work;

use askama::Template;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::act::control::{Control, Place, choose_school, controls};
use super::act::faulty;
use super::act::typed::{Typed, TypedFile};
use super::frame::{Frame, Visit};
use super::listing_file::{WORKBOOK, attachment, exported};
use super::offers::Offers;
use super::schools::schools;
use super::table::{PAGE_LEN, Pages, Table};
use super::under_way::{fault, owner};
use crate::accounts::Caller;
use crate::app::actions::{Action, Command, Question};
use crate::app::called::Asked;
use crate::app::import::{ImportFiles, ListImports};
use crate::app::inputs::{self, Field};
use crate::app::reply::Reply;
use crate::domain::terms::Term as _;
use crate::intake::kind::Kind;
use crate::intake::template;
use crate::publication::lists::listing;
use crate::web::api::{RequestFault, asked, parts};
use crate::web::error::Error;
use crate::web::session::Site;
use crate::web::uploads::IMPORTED;

/// Said on this page by what the page is, and not by a field.
const OF_THE_PAGE: [&str; 2] = ["files", "check"];

#[derive(Template)]
#[template(path = "imports.html")]
struct ImportsPage {
    frame: Frame,
    may_import: bool,
    /// What is wrong with what was sent: the field, and a sentence.
    faults: Vec<(String, String)>,
    controls: Vec<Control>,
    is_open: bool,
    /// What was sent and not looked at or confirmed: where it is, and how it is.
    own: Vec<(String, &'static str)>,
    kinds: Vec<(&'static str, String)>,
    count: usize,
    table: Table,
}

/// Which page of the list, or as which file.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct ImportsParams {
    page: String,
    format: String,
}

/// What was imported, and the form to import more.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Query(params): Query<ImportsParams>,
) -> Result<Response, Error> {
    if !params.format.is_empty() {
        let question = Question::Imports(ListImports {});
        let reply = site.app.ask(&caller, &question).await?;
        let listing = listing(&question, &reply, frame.lang).ok_or(Error::NotFound)?;
        return exported(&site, &listing, &params.format, frame.lang, "imports");
    }
    page(&site, &caller, &frame, &Typed::default(), vec![], &params.page, StatusCode::OK).await
}

/// The files that somebody sends: kept, and checked.
pub(in crate::web) async fn send(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    request: Request,
) -> Result<Response, Error> {
    site.app.permits(&caller, Action::Import).await?;
    let owner = owner(&caller)?;
    let (words, files) = match parts(request).await {
        Ok(sent) => sent,
        Err(fault) => return refused(&site, &caller, &frame, &Typed::default(), &fault).await,
    };
    // A field for files into which none was put is sent without a name.
    let files = files.into_iter().filter(|(_, name, _)| !name.is_empty());
    let files = files.map(|(field, name, bytes)| TypedFile { field, name, bytes }).collect();
    let mut typed = Typed { words, files };
    let input = match input(&typed) {
        Ok(input) => input,
        Err(fault) => return refused(&site, &caller, &frame, &typed, &fault).await,
    };
    typed.files.clear();
    let (id, now) = (site.app.new_id(), site.app.now());
    if let Err(not_kept) = site.uploads.begin(id, &owner, &input, now) {
        return refused(&site, &caller, &frame, &typed, &fault(not_kept)).await;
    }
    work::check(&site, &caller, id, input).await;
    Ok(Redirect::to(&address(id)).into_response())
}

/// A workbook to fill in.
pub(in crate::web) async fn template(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Path(kind): Path<String>,
) -> Result<Response, Error> {
    site.app.permits(&caller, Action::Import).await?;
    let kind = Kind::from_code(&kind).ok_or(Error::NotFound)?;
    let bytes = template::bytes(kind).map_err(|error| Error::Broken(error.to_string()))?;
    Ok(attachment(&format!("{}.xlsx", frame.word(&kind)), WORKBOOK, bytes))
}

/// Where the page of an upload is.
fn address(id: Uuid) -> String {
    format!("{IMPORTED}/{id}")
}

fn fields() -> Vec<Field> {
    inputs::fields(Action::Import.called())
}

/// What is asked for, without files where none were sent.
fn options(typed: &Typed) -> Result<ImportFiles, RequestFault> {
    let fields = fields();
    let mut input = typed.input(&fields, false)?;
    let has_files = !input["files"].is_null();
    if !has_files {
        // Without any it is no import.
        input["files"] = serde_json::json!([{ "name": "", "bytes": "" }]);
    }
    match asked(Action::Import.called(), &fields, input)? {
        Asked::Command(command) => match *command {
            Command::Import(mut input) => {
                input.files.truncate(if has_files { usize::MAX } else { 0 });
                Ok(input)
            }
            _ => Err(RequestFault::NoSuchAddress),
        },
        Asked::Question(_) => Err(RequestFault::NoSuchAddress),
    }
}

/// The files that were sent, and what is asked for.
fn input(typed: &Typed) -> Result<ImportFiles, RequestFault> {
    let input = options(typed)?;
    if input.files.is_empty() { Err(RequestFault::FieldMissing("files".to_owned())) } else { Ok(input) }
}

/// The fields beside the files, with what was typed.
async fn controls_of(site: &Site, caller: &Caller, frame: &Frame, typed: &Typed) -> Result<Vec<Control>, Error> {
    let is_of_one_school = caller.scope.school().is_some();
    let is_typed = |field: &Field| !(OF_THE_PAGE.contains(&&*field.name) || field.name == "school" && is_of_one_school);
    let fields: Vec<Field> = fields().into_iter().filter(is_typed).collect();
    let mut controls = controls(frame, Action::Import.called().words, &fields, typed, &[]);
    if !is_of_one_school {
        choose_school(&mut controls, &schools(site, caller).await?);
    }
    Ok(controls)
}

/// The page again, with what is wrong with what was sent.
async fn refused(
    site: &Site,
    caller: &Caller,
    frame: &Frame,
    typed: &Typed,
    fault: &RequestFault,
) -> Result<Response, Error> {
    let faults = vec![match fault {
        RequestFault::FieldMissing(field) if field == "files" => (
            field.clone(),
            frame.say("没有选文件；请选要导入的文件", "No file is chosen; choose the files to import").to_owned(),
        ),
        _ => faulty(frame, Action::Import.called().words, fault),
    }];
    page(site, caller, frame, typed, faults, "", fault.status()).await
}

/// The page where one lands who looks for files that are no longer here.
async fn lost(site: &Site, caller: &Caller, frame: &Frame) -> Result<Response, Error> {
    let sentence = frame.say(
        "服务器重新启动过，上传的文件没有留下；确认过的导入见下面的记录，没有的请重新上传，不会重复记录",
        "The server was started anew and has the files no more; what was confirmed is in the list below, send the others again, \
         nothing is recorded twice",
    );
    let faults = vec![(String::new(), sentence.to_owned())];
    page(site, caller, frame, &Typed::default(), faults, "", StatusCode::GONE).await
}

async fn page(
    site: &Site,
    caller: &Caller,
    frame: &Frame,
    typed: &Typed,
    faults: Vec<(String, String)>,
    number: &str,
    status: StatusCode,
) -> Result<Response, Error> {
    let question = Question::Imports(ListImports {});
    let reply = site.app.ask(caller, &question).await?;
    let mut listed = listing(&question, &reply, frame.lang).ok_or(Error::NotFound)?.without("id");
    if caller.scope.school().is_some() {
        listed = listed.without("school");
    }
    let Reply::Imports(imports) = reply else { return Err(Error::NotFound) };
    let (pages, places) = Pages::of(number, imports.len(), |number| format!("/imports?page={number}"))?;
    let offers = Offers::of(site, caller, frame.lang, vec![Action::ImportUndo]).await;
    let undo = imports.iter().skip(places.start).take(PAGE_LEN).map(|import| match import.batch.state.as_str() {
        "undone" => vec![],
        _ => undo(&offers, &import.batch.batch.0.to_string()),
    });
    let may_import = site.app.permits(caller, Action::Import).await.is_ok();
    let kinds = if may_import { site.app.importable(caller).await? } else { vec![] };
    let own = site.uploads.own(&owner(caller)?);
    let how = |is_under_way| match is_under_way {
        true => frame.say("在办", "under way"),
        false => frame.say("打开看结果", "open what it came to"),
    };
    let mut controls = if may_import { controls_of(site, caller, frame, typed).await? } else { vec![] };
    for control in &mut controls {
        control.fault = faults.iter().find(|(field, _)| *field == control.name).map(|(_, fault)| fault.clone());
    }
    let page = ImportsPage {
        may_import,
        is_open: controls.iter().any(|control| control.fault.is_some()),
        controls,
        own: own.into_iter().map(|(id, is_under_way)| (address(id), how(is_under_way))).collect(),
        kinds: kinds.iter().map(|kind| (kind.code(), frame.word(kind))).collect(),
        count: imports.len(),
        table: Table::of(frame, &listed, "file", places).acted(undo).paged(pages),
        faults,
        frame: frame.clone(),
    };
    Ok((status, Html(page.render()?)).into_response())
}

/// What takes a batch back.
fn undo(offers: &Offers, batch: &str) -> Vec<super::offers::Offer> {
    offers.offer(Action::ImportUndo, &[("batch", batch), ("back", "/imports")]).into_iter().collect()
}
