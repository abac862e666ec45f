//! A stack of scans: whose each page is, the pages that somebody has to look at with what they are, and the button that
//! records the signatures of the others.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::{controls_of, fault, order, owner, page, refused, work};
use crate::accounts::Caller;
use crate::app::actions::Action;
use crate::app::agreement::collect::{CollectedPage, PageState, SortedPaper};
use crate::app::agreement::input::{ASIDE, CollectScans};
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term as _;
use crate::text::lang::say;
use crate::web::error::Error;
use crate::web::pages::act::control::{Control, Place};
use crate::web::pages::act::typed::Typed;
use crate::web::pages::addresses;
use crate::web::pages::confirm::confirm_address;
use crate::web::pages::frame::{Frame, Visit};
use crate::web::pages::under_way::under_way;
use crate::web::session::Site;
use crate::web::stack::{Stack, StackEnded};
use crate::web::uploads::{Looked, NotKept, Step};

/// The page shows pictures; no other does.
const WITH_PICTURES: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; \
                             object-src 'none'; form-action 'self'; frame-ancestors 'none'";
/// Pixels of a picture that is shown beside what is typed of it.
const SHOWN_WIDTH: usize = 300;
/// Before the number of a page in the names of what is typed of it: whose it is, which document, and that it is set aside.
const WHOSE: &str = "whose:";
const DOCUMENT: &str = "document:";
const IS_ASIDE: &str = "aside:";

#[derive(Template)]
#[template(path = "scans/stack.html")]
struct StackPage<'p> {
    frame: &'p Frame,
    address: String,
    fault: Option<String>,
    /// Where one shows again who one is.
    confirm: Option<String>,
    is_moved: bool,
    /// How many papers were recorded, and where it says so.
    recorded: Option<(usize, String)>,
    papers: Vec<PaperView>,
    to_look_at: Vec<PageView>,
    aside: Vec<PageView>,
    documents: Vec<(&'static str, String)>,
    controls: Vec<Control>,
}

/// A paper whose pages are together.
struct PaperView {
    student: String,
    student_number: String,
    name: String,
    class: String,
    document: String,
    /// The number of each page, and where its picture is.
    pages: Vec<(usize, String)>,
    notes: Vec<String>,
}

/// A page that somebody looks at.
struct PageView {
    number: usize,
    file: String,
    /// Where its picture is, and how high it is shown.
    picture: Option<(String, usize)>,
    why: String,
    whose: String,
    document: String,
    is_aside: bool,
}

/// How it is.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, mut frame }: Visit,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    site.app.permits(&caller, Action::AgreementCollect).await?;
    let id = Uuid::parse_str(&id).map_err(|_| Error::NotFound)?;
    match site.stacks.look(id, &owner(&caller)?) {
        Ok(Looked::Over { input, ended, .. }) => {
            // It is being looked at.
            frame.notice = frame.notice.filter(|notice| notice.id != id);
            let page = view(&frame, site.stacks.address(id), &input, &ended);
            Ok(([(CONTENT_SECURITY_POLICY, WITH_PICTURES)], Html(page.render()?)).into_response())
        }
        Ok(Looked::UnderWay(progress)) => {
            let title = match progress.step {
                Step::Check => frame.say("正在分扫描件", "Sorting the scans"),
                Step::Record => frame.say("正在登记", "Recording"),
            };
            under_way(&frame, (frame.say("收扫描件", "Collect scans"), "/papers/scans"), title, progress)
        }
        Err(not_kept) => gone(&site, &caller, &frame, not_kept),
    }
}

/// The picture of a page, for who sent it.
pub(in crate::web) async fn picture(
    State(site): State<Site>,
    Visit { caller, .. }: Visit,
    Path((id, number)): Path<(String, usize)>,
) -> Result<Response, Error> {
    site.app.permits(&caller, Action::AgreementCollect).await?;
    let id = Uuid::parse_str(&id).map_err(|_| Error::NotFound)?;
    let Ok(Looked::Over { input, .. }) = site.stacks.look(id, &owner(&caller)?) else { return Err(Error::NotFound) };
    let page = input.pages.into_iter().find(|page| page.number == number);
    let picture = page.and_then(|page| page.picture).ok_or(Error::NotFound)?;
    Ok(([(CONTENT_TYPE, picture.media_type())], picture.bytes.to_vec()).into_response())
}

/// Does with it what its page offers: records it, sorts it again as it is told, or forgets it.
pub(in crate::web) async fn act(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Error> {
    site.app.permits(&caller, Action::AgreementCollect).await?;
    let id = Uuid::parse_str(&id).map_err(|_| Error::NotFound)?;
    let owner = owner(&caller)?;
    let mut typed = Typed::of_address(&String::from_utf8_lossy(&body));
    let wanted = typed.take("do");
    if wanted == "forget" {
        return match site.stacks.forget(id, &owner) {
            Ok(()) => Ok(Redirect::to("/papers/scans").into_response()),
            Err(not_kept) => gone(&site, &caller, &frame, not_kept),
        };
    }
    let said = told(&mut typed);
    let asked = match order(&typed) {
        Ok(asked) => asked,
        Err(fault) => return refused(&site, &caller, &frame, &typed, &fault),
    };
    let step = match wanted.as_str() {
        // What was told of pages is looked at before it is recorded.
        "record" if said.iter().all(|(number, text)| is_told(&site, id, &owner, *number, text)) => Step::Record,
        "record" | "check" => Step::Check,
        _ => return Err(Error::Parameter("do", say("写 record、check 或 forget", "write record, check or forget"))),
    };
    match site.stacks.take(id, &owner, step, site.app.now()) {
        Ok(Some((mut stack, _))) => {
            stack.order = CollectScans { files: stack.order.files, ..asked };
            for (number, text) in said {
                match text.is_empty() {
                    true => stack.said.remove(&number),
                    false => stack.said.insert(number, text),
                };
            }
            match step {
                Step::Record => work::record(&site, &caller, id, stack).await,
                Step::Check => work::sort(&site, &caller, id, stack).await,
            }
        }
        // Another tab was faster.
        Ok(None) => (),
        Err(not_kept) => return gone(&site, &caller, &frame, not_kept),
    }
    Ok(Redirect::to(&site.stacks.address(id)).into_response())
}

/// Whether this was told of a page before.
fn is_told(site: &Site, id: Uuid, owner: &crate::accounts::Staff, number: usize, text: &str) -> bool {
    let Ok(Looked::Over { input, .. }) = site.stacks.look(id, owner) else { return false };
    let is_aside = || input.pages.iter().any(|page| page.number == number && matches!(page.state, PageState::Aside(_)));
    input.said.get(&number).map_or("", String::as_str) == text || text == ASIDE && is_aside()
}

/// What somebody says that pages are, by their numbers; nothing of a page of which nothing is said.
fn told(typed: &mut Typed) -> Vec<(usize, String)> {
    let number_of = |name: &str| {
        let number = [WHOSE, DOCUMENT, IS_ASIDE].iter().find_map(|before| name.strip_prefix(before))?;
        number.parse::<usize>().ok()
    };
    let mut numbers: Vec<usize> = typed.words.iter().filter_map(|(name, _)| number_of(name)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let of = |before: &str, number: usize| typed.get(&format!("{before}{number}")).to_owned();
    let text = |number: usize| match (of(IS_ASIDE, number), of(WHOSE, number), of(DOCUMENT, number)) {
        (aside, ..) if !aside.is_empty() => ASIDE.to_owned(),
        (_, whose, _) if whose.is_empty() => String::new(),
        (_, whose, document) => format!("{whose}/{document}"),
    };
    let told = numbers.into_iter().map(|number| (number, text(number))).collect();
    typed.words.retain(|(name, _)| number_of(name).is_none());
    told
}

fn gone(site: &Site, caller: &Caller, frame: &Frame, not_kept: NotKept) -> Result<Response, Error> {
    match not_kept {
        NotKept::Unknown => Err(Error::NotFound),
        NotKept::Lost => {
            let sentence = frame.say(
                "服务器重新启动过，上传的扫描件没有留下；登记过的仍在，没有登记的请重新上传",
                "The server was started anew and has the scans no more; what was recorded is there, send the others again",
            );
            let faults = vec![(String::new(), sentence.to_owned())];
            page(site, caller, frame, &Typed::default(), faults, axum::http::StatusCode::GONE)
        }
        NotKept::TooMany { .. } | NotKept::NoRoom => refused(site, caller, frame, &Typed::default(), &fault(not_kept)),
    }
}

fn view<'p>(frame: &'p Frame, address: String, stack: &Stack, ended: &StackEnded) -> StackPage<'p> {
    let (mut papers, mut to_look_at, mut aside): (Vec<(&SortedPaper, PaperView)>, Vec<PageView>, Vec<PageView>) =
        (vec![], vec![], vec![]);
    for page in &stack.pages {
        match (&page.state, &page.paper) {
            (PageState::Sorted(note), Some(sorted)) => {
                let at = (page.number, format!("{address}/pages/{}", page.number));
                let note = note
                    .as_ref()
                    .map(|why| format!("{}{}{}", page.number, frame.say("：", ": "), frame.said(&why.sentence())));
                match papers.iter_mut().find(|(of, _)| *of == sorted) {
                    Some((_, view)) => {
                        view.pages.push(at);
                        view.notes.extend(note);
                    }
                    None => papers.push((sorted, paper(frame, sorted, at, note))),
                }
            }
            (PageState::Sorted(_), None) => (), // Sorted to a paper.
            (PageState::Refused(why), _) => {
                to_look_at.push(of_page(frame, &address, stack, page, frame.whole(&why.sentence())));
            }
            (PageState::Aside(why), _) => {
                let why = why.as_ref().map(|why| frame.whole(&why.sentence()));
                let why = why.unwrap_or_else(|| frame.say("您说不登记。", "You set it aside.").to_owned());
                aside.push(of_page(frame, &address, stack, page, why));
            }
        }
    }
    StackPage {
        fault: ended.fault.as_ref().map(|sentence| frame.said(sentence)),
        confirm: ended.is_to_confirm.then(|| confirm_address(&address)),
        is_moved: ended.is_moved,
        recorded: ended.recorded.clone(),
        papers: papers.into_iter().map(|(_, view)| view).collect(),
        to_look_at,
        aside,
        documents: DocumentKind::ENTRIES.iter().map(|entry| (entry.code, frame.word(&entry.value))).collect(),
        controls: controls_of(frame, &typed(&stack.order)),
        address,
        frame,
    }
}

fn paper(frame: &Frame, sorted: &SortedPaper, page: (usize, String), note: Option<String>) -> PaperView {
    let version = sorted.paper.version;
    PaperView {
        student: addresses::student(sorted.student_id),
        student_number: sorted.student.student_number.clone().unwrap_or_default(),
        name: frame.name(sorted.student.name.as_deref()),
        class: sorted.student.class.clone(),
        document: frame.lang.of(
            format!("{} 第 {version} 版", sorted.paper.kind.zh()),
            format!("{}, version {version}", sorted.paper.kind.en()),
        ),
        pages: vec![page],
        notes: Vec::from_iter(note),
    }
}

fn of_page(frame: &Frame, address: &str, stack: &Stack, page: &CollectedPage, why: String) -> PageView {
    let said = stack.said.get(&page.number).map_or("", String::as_str);
    let (whose, document) = said.split_once('/').unwrap_or_default();
    let place = match page.page {
        0 => page.file.clone(),
        nth => frame.lang.of(format!("{} 第 {nth} 页", page.file), format!("{}, page {nth}", page.file)),
    };
    PageView {
        number: page.number,
        file: place,
        picture: page.picture.as_ref().map(|picture| {
            let (width, height, _) = picture.size().unwrap_or((1, 1, 1));
            (format!("{address}/pages/{}", page.number), SHOWN_WIDTH * height / width.max(1))
        }),
        why,
        whose: whose.to_owned(),
        document: document.to_owned(),
        is_aside: matches!(page.state, PageState::Aside(_)),
    }
}

/// What was ordered, as it was typed.
fn typed(order: &CollectScans) -> Typed {
    let said = serde_json::to_value(order).unwrap_or_default();
    let word = |(name, value): (&String, &serde_json::Value)| Some((name.clone(), value.as_str()?.to_owned()));
    Typed { words: said.as_object().into_iter().flatten().filter_map(word).collect(), files: vec![] }
}
