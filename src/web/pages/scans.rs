//! Scans of signed papers: the form by which a stack is sent, and the stacks that are not recorded yet. Each has a page of its
//! own (`scans/stack`), where its pages are looked at, told by hand where their code is not read, and recorded (`scans/work`).

pub(in crate::web) mod stack;
mod work;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::act::control::{Control, Place, controls};
use super::act::faulty;
use super::act::typed::{Typed, TypedFile};
use super::frame::{Frame, Visit};
use super::under_way::{fault, owner};
use crate::accounts::Caller;
use crate::app::actions::{Action, Command};
use crate::app::agreement::input::{AgreementOrder, CollectScans};
use crate::app::called::Asked;
use crate::app::inputs::{self, Field};
use crate::packet::scan::{FILE_MB_MAX, PAGES_MAX};
use crate::web::api::{RequestFault, asked, parts};
use crate::web::error::Error;
use crate::web::session::Site;
use crate::web::stack::Stack;

/// Said on these pages by what they are, and not by a field.
const OF_THE_PAGE: [&str; 3] = ["files", "check", "assign"];

#[derive(Template)]
#[template(path = "scans.html")]
struct ScansPage<'p> {
    frame: &'p Frame,
    /// What is wrong with what was sent: the field, and a sentence.
    faults: Vec<(String, String)>,
    controls: Vec<Control>,
    /// What was sent and not recorded: where it is, and how it is.
    own: Vec<(String, &'static str)>,
    file_mb_max: usize,
    pages_max: usize,
}

/// The form, and the own stacks.
pub(in crate::web) async fn show(State(site): State<Site>, Visit { caller, frame }: Visit) -> Result<Response, Error> {
    site.app.permits(&caller, Action::AgreementCollect).await?;
    page(&site, &caller, &frame, &Typed::default(), vec![], StatusCode::OK)
}

/// The scans that somebody sends: kept, and sorted.
pub(in crate::web) async fn send(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    request: Request,
) -> Result<Response, Error> {
    site.app.permits(&caller, Action::AgreementCollect).await?;
    let owner = owner(&caller)?;
    let (words, files) = match parts(request).await {
        Ok(sent) => sent,
        Err(fault) => return refused(&site, &caller, &frame, &Typed::default(), &fault),
    };
    // A field for files into which none was put is sent without a name.
    let files = files.into_iter().filter(|(_, name, _)| !name.is_empty());
    let files = files.map(|(field, name, bytes)| TypedFile { field, name, bytes }).collect();
    let mut typed = Typed { words, files };
    let order = match order(&typed) {
        Ok(order) if order.files.is_empty() => Err(RequestFault::FieldMissing("files".to_owned())),
        other => other,
    };
    let stack = match order {
        Ok(order) => Stack { order, ..Stack::default() },
        Err(fault) => return refused(&site, &caller, &frame, &typed, &fault),
    };
    typed.files.clear();
    let id = site.app.new_id();
    if let Err(not_kept) = site.stacks.begin(id, &owner, &stack, site.app.now()) {
        return refused(&site, &caller, &frame, &typed, &fault(not_kept));
    }
    work::sort(&site, &caller, id, stack).await;
    Ok(Redirect::to(&site.stacks.address(id)).into_response())
}

fn fields() -> Vec<Field> {
    inputs::fields(Action::AgreementCollect.called())
}

/// What is ordered, with the files that were sent.
fn order(typed: &Typed) -> Result<CollectScans, RequestFault> {
    let fields = fields();
    let mut input = typed.input(&fields, false)?;
    if input["files"].is_null() {
        input["files"] = serde_json::json!([{ "name": "", "bytes": "" }]);
    }
    match asked(Action::AgreementCollect.called(), &fields, input)? {
        Asked::Command(command) => match *command {
            Command::Agreement(AgreementOrder::Collect(mut order)) => {
                order.files.retain(|file| !file.name.is_empty());
                Ok(*order)
            }
            _ => Err(RequestFault::NoSuchAddress),
        },
        Asked::Question(_) => Err(RequestFault::NoSuchAddress),
    }
}

/// The fields beside the files, with what was typed.
fn controls_of(frame: &Frame, typed: &Typed) -> Vec<Control> {
    let fields: Vec<Field> = fields().into_iter().filter(|field| !OF_THE_PAGE.contains(&&*field.name)).collect();
    controls(frame, Action::AgreementCollect.called().words, &fields, typed, &[])
}

/// The page again, with what is wrong with what was sent.
fn refused(
    site: &Site,
    caller: &Caller,
    frame: &Frame,
    typed: &Typed,
    fault: &RequestFault,
) -> Result<Response, Error> {
    let faults = vec![match fault {
        RequestFault::FieldMissing(field) if field == "files" => {
            (field.clone(), frame.say("没有选文件；请选扫描件", "No file is chosen; choose the scans").to_owned())
        }
        _ => faulty(frame, Action::AgreementCollect.called().words, fault),
    }];
    page(site, caller, frame, typed, faults, fault.status())
}

fn page(
    site: &Site,
    caller: &Caller,
    frame: &Frame,
    typed: &Typed,
    faults: Vec<(String, String)>,
    status: StatusCode,
) -> Result<Response, Error> {
    let how = |is_under_way| match is_under_way {
        true => frame.say("在办", "under way"),
        false => frame.say("打开", "open"),
    };
    let own = site.stacks.own(&owner(caller)?).into_iter();
    let mut controls = controls_of(frame, typed);
    for control in &mut controls {
        control.fault = faults.iter().find(|(field, _)| *field == control.name).map(|(_, fault)| fault.clone());
    }
    let page = ScansPage {
        frame,
        faults,
        controls,
        own: own.map(|(id, is_under_way)| (site.stacks.address(id), how(is_under_way))).collect(),
        file_mb_max: FILE_MB_MAX,
        pages_max: PAGES_MAX,
    };
    Ok((status, Html(page.render()?)).into_response())
}
