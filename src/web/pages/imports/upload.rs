//! What was sent to be imported: how far its check is, what it would do, the button that records it, and what it then did.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::super::confirm::confirm_address;
use super::view::{FileView, whole};
use super::{address, controls_of, lost, options, owner, work};
use crate::accounts::Caller;
use crate::app::actions::Action;
use crate::app::import::ImportFiles;
use crate::app::import::batch::Imported;
use crate::intake::error_workbook;
use crate::publication::receipt;
use crate::text::lang::say;
use crate::web::error::Error;
use crate::web::pages::act::control::{Control, Place};
use crate::web::pages::act::typed::Typed;
use crate::web::pages::count;
use crate::web::pages::frame::{Frame, Visit};
use crate::web::pages::listing_file::{WORKBOOK, attachment, exported};
use crate::web::pages::offers::Offers;
use crate::web::pages::table::Table;
use crate::web::pages::under_way::under_way;
use crate::web::session::Site;
use crate::web::uploads::{Ended, Looked, NotKept, Step};

#[derive(Template)]
#[template(path = "imports/upload.html")]
struct UploadPage {
    frame: Frame,
    address: String,
    fault: Option<String>,
    /// Where one shows again who one is.
    confirm: Option<String>,
    is_moved: bool,
    is_recorded: bool,
    has_files: bool,
    /// Rows that would be recorded, and those that say what is so already.
    rows: u32,
    rows_shown: String,
    unchanged: u32,
    /// All or nothing is asked, and something is rejected.
    is_held_up: bool,
    changes: Option<String>,
    files: Vec<FileView>,
    controls: Vec<Control>,
}

#[derive(Template)]
#[template(path = "imports/part.html")]
struct PartPage {
    frame: Frame,
    address: String,
    title: String,
    table: Table,
}

/// Which part of what it came to.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct UploadParams {
    file: String,
    part: String,
    page: String,
    format: String,
}

/// How it is.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, mut frame }: Visit,
    Path(id): Path<String>,
    Query(params): Query<UploadParams>,
) -> Result<Response, Error> {
    site.app.permits(&caller, Action::Import).await?;
    let id = Uuid::parse_str(&id).map_err(|_| Error::NotFound)?;
    let (input, has_files, ended) = match site.uploads.look(id, &owner(&caller)?) {
        Ok(Looked::Over { input, has_files, ended }) => (input, has_files, ended),
        Ok(Looked::UnderWay(progress)) => {
            let title = match progress.step {
                Step::Record => frame.say("正在导入", "Importing"),
                Step::Check => frame.say("正在核对", "Checking"),
            };
            let path = (frame.say("导入", "Imports"), "/imports");
            return under_way(&frame, path, title, progress);
        }
        Err(not_kept) => return gone(&site, &caller, &frame, not_kept).await,
    };
    // It is being looked at.
    frame.notice = frame.notice.filter(|notice| notice.id != id);
    if !params.format.is_empty() {
        let files: Vec<(&str, &Imported)> = imported(&ended).collect();
        return exported(&site, &receipt::changes(&files, frame.lang), &params.format, frame.lang, "changes");
    }
    if !params.part.is_empty() {
        let place: usize = params.file.parse().map_err(|_| Error::NotFound)?;
        let result = ended.results.get(place).ok_or(Error::NotFound)?;
        let of = result.outcome.as_ref().map_err(|_| Error::NotFound)?;
        let (title, table) = whole(&frame, id, place, of, &params.part, &params.page)?;
        let page = PartPage { address: address(id), title: format!("{} · {title}", result.file), table, frame };
        return Ok(Html(page.render()?).into_response());
    }
    over(&site, &caller, frame, id, (input, has_files), &ended).await
}

async fn gone(site: &Site, caller: &Caller, frame: &Frame, not_kept: NotKept) -> Result<Response, Error> {
    match not_kept {
        NotKept::Lost => lost(site, caller, frame).await,
        NotKept::Unknown => Err(Error::NotFound),
        NotKept::TooMany { .. } | NotKept::NoRoom => {
            super::refused(site, caller, frame, &Typed::default(), &super::fault(not_kept)).await
        }
    }
}

fn imported(ended: &Ended) -> impl Iterator<Item = (&str, &Imported)> {
    ended.results.iter().filter_map(|result| Some((result.file.as_str(), result.outcome.as_ref().ok()?)))
}

async fn over(
    site: &Site,
    caller: &Caller,
    frame: Frame,
    id: Uuid,
    (input, has_files): (ImportFiles, bool),
    ended: &Ended,
) -> Result<Response, Error> {
    let offers = Offers::of(site, caller, frame.lang, vec![Action::ImportUndo]).await;
    let files = ended.results.iter().enumerate();
    let files: Vec<FileView> = files.map(|(place, result)| FileView::of(&frame, &offers, id, place, result)).collect();
    let sum = |of: fn(&Imported) -> u32| imported(ended).map(|(_, imported)| of(imported)).sum::<u32>();
    let rows = sum(|imported| imported.counts.new + imported.counts.changed + imported.counts.held);
    let has_faults = ended.results.iter().any(|result| result.outcome.is_err()) || sum(|of| of.counts.rejected) > 0;
    let has_changes = imported(ended).any(|(_, imported)| !imported.moves.persons.is_empty());
    let mut controls = if has_files { controls_of(site, caller, &frame, &typed(&input)).await? } else { vec![] };
    // The files that were sent stay as they are.
    controls.retain(|control| !matches!(control.place, Place::File { .. }));
    let address = address(id);
    let page = UploadPage {
        fault: ended.fault.as_ref().map(|sentence| frame.said(sentence)),
        confirm: ended.is_to_confirm.then(|| confirm_address(&address)),
        is_moved: ended.is_moved,
        is_recorded: ended.is_recorded,
        has_files,
        rows,
        rows_shown: count(rows),
        unchanged: sum(|imported| imported.counts.unchanged),
        is_held_up: input.all_or_nothing && has_faults,
        changes: has_changes.then(|| format!("{address}?format=xlsx")),
        files,
        controls,
        address,
        frame,
    };
    Ok(Html(page.render()?).into_response())
}

/// What was asked for, as it was typed.
fn typed(input: &ImportFiles) -> Typed {
    let said = serde_json::to_value(input).unwrap_or_default();
    let word = |(name, value): (&String, &serde_json::Value)| {
        let text = value.as_str().map(str::to_owned).or_else(|| value.as_bool().map(|is_so| is_so.to_string()));
        Some((name.clone(), text?))
    };
    Typed { words: said.as_object().into_iter().flatten().filter_map(word).collect(), files: vec![] }
}

/// Does with it what its page offers: records it, checks it again, or forgets it.
pub(in crate::web) async fn act(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Error> {
    site.app.permits(&caller, Action::Import).await?;
    let id = Uuid::parse_str(&id).map_err(|_| Error::NotFound)?;
    let owner = owner(&caller)?;
    let mut typed = Typed::of_address(&String::from_utf8_lossy(&body));
    let wanted = typed.get("do").to_owned();
    typed.words.retain(|(name, _)| name != "do");
    let now = site.app.now();
    let done = match wanted.as_str() {
        "record" => match site.uploads.take(id, &owner, Step::Record, now) {
            Ok(Some((input, seen))) => {
                work::record(&site, &caller, id, input, seen).await;
                Ok(address(id))
            }
            // Another tab was faster.
            Ok(None) => Ok(address(id)),
            Err(fault) => Err(fault),
        },
        "check" => match options(&typed) {
            Ok(asked) => match site.uploads.take(id, &owner, Step::Check, now) {
                Ok(Some((kept, _))) => {
                    let ImportFiles { files, templates, .. } = kept;
                    work::check(&site, &caller, id, ImportFiles { files, templates, ..asked }).await;
                    Ok(address(id))
                }
                Ok(None) => Ok(address(id)),
                Err(fault) => Err(fault),
            },
            Err(fault) => return super::refused(&site, &caller, &frame, &typed, &fault).await,
        },
        "forget" => site.uploads.forget(id, &owner).map(|()| "/imports".to_owned()),
        _ => return Err(Error::Parameter("do", say("写 record、check 或 forget", "write record, check or forget"))),
    };
    match done {
        Ok(address) => Ok(Redirect::to(&address).into_response()),
        Err(not_kept) => gone(&site, &caller, &frame, not_kept).await,
    }
}

/// The rows of a file that are rejected, to be mended and sent again.
pub(in crate::web) async fn errors(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Path((id, place)): Path<(String, String)>,
) -> Result<Response, Error> {
    site.app.permits(&caller, Action::Import).await?;
    let id = Uuid::parse_str(&id).map_err(|_| Error::NotFound)?;
    let place: usize = place.parse().map_err(|_| Error::NotFound)?;
    let Ok(Looked::Over { ended, .. }) = site.uploads.look(id, &owner(&caller)?) else { return Err(Error::NotFound) };
    let result = ended.results.get(place).ok_or(Error::NotFound)?;
    let imported = result.outcome.as_ref().map_err(|_| Error::NotFound)?;
    let bytes = error_workbook::bytes(&imported.source, &imported.headings, &imported.rejected, frame.lang);
    let bytes = bytes.map_err(|error| Error::Broken(error.to_string()))?;
    let name = result.file.rsplit_once('.').map_or(result.file.as_str(), |(name, _)| name);
    Ok(attachment(&format!("{name}-{}.xlsx", frame.say("错误", "errors")), WORKBOOK, bytes))
}
