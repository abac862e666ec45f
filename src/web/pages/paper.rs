//! One document of a placement: who signed how and when, the files that prove it, what it says, and its other versions.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{Html, IntoResponse};

use super::addresses;
use super::facts::{Told, event};
use super::frame::{Frame, Visit};
use super::moment::{Moment, moment_words};
use super::offers::{Offer, Offers, of_paper};
use super::roster_query::RosterParams;
use super::schools::school_name;
use crate::app::actions::{Action, Question};
use crate::app::agreement::shown::{ShowPaper, ShownPaper};
use crate::app::evidence::GetEvidence;
use crate::app::placement::shown::SignedFile;
use crate::app::reply::Reply;
use crate::domain::Event;
use crate::domain::agreement::AgreementEvent;
use crate::domain::agreement::signing::Slot;
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term as _;
use crate::publication::lists::papers::{file_word, slot_said, terms, titled};
use crate::web::error::Error;
use crate::web::session::Site;

#[derive(Template)]
#[template(path = "paper.html")]
struct PaperPage {
    frame: Frame,
    moment: Moment,
    title: String,
    state: String,
    school: String,
    class: (String, String),
    student: (String, String),
    /// When it was sent, and the hash of what was sent; nothing before.
    sent: Option<(String, String)>,
    slots: Vec<Place>,
    /// How many had signed on the day, of how many.
    signed: String,
    holds: bool,
    says: Vec<(String, String)>,
    /// The other versions, with their state and where they are.
    versions: Vec<(String, String, String)>,
    acts: Vec<Offer>,
    facts: Vec<Told>,
}

/// A place to sign.
struct Place {
    party: String,
    who: String,
    how: String,
    day: String,
    /// What proves it: the word, and where the file is.
    files: Vec<(&'static str, String)>,
    is_signed: bool,
}

/// What is in force of the document, else its latest version.
pub(in crate::web) async fn show_latest(
    State(site): State<Site>,
    visit: Visit,
    Path((placement, document)): Path<(String, String)>,
    Query(params): Query<RosterParams>,
) -> Result<Html<String>, Error> {
    page(&site, visit, placement, &document, None, &params).await
}

/// The version that the address names.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    visit: Visit,
    Path((placement, document, version)): Path<(String, String, String)>,
    Query(params): Query<RosterParams>,
) -> Result<Html<String>, Error> {
    let version = version.parse().map_err(|_| Error::NotFound)?;
    page(&site, visit, placement, &document, Some(version), &params).await
}

/// A file that proves something, for those who may see what it is about.
pub(in crate::web) async fn proof(
    State(site): State<Site>,
    Visit { caller, .. }: Visit,
    Path(hash): Path<String>,
) -> Result<impl IntoResponse, Error> {
    let asked = Question::Evidence(GetEvidence { hash });
    let Reply::Evidence(file) = site.app.ask(&caller, &asked).await? else { return Err(Error::NotFound) };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(file.media.media_type())),
        (CONTENT_DISPOSITION, HeaderValue::from_static("attachment")),
    ];
    Ok((headers, file.bytes().to_vec()))
}

async fn page(
    site: &Site,
    Visit { caller, frame }: Visit,
    placement: String,
    document: &str,
    version: Option<u32>,
    params: &RosterParams,
) -> Result<Html<String>, Error> {
    let document = DocumentKind::from_code(document).ok_or(Error::NotFound)?;
    let query = params.query()?;
    let (on, known_at) = (query.on, query.known_at);
    let asked = Question::Paper(ShowPaper { placement, document, version, on, known_at });
    let Reply::Paper(shown) = site.app.ask(&caller, &asked).await? else { return Err(Error::NotFound) };
    let here = addresses::version(shown.placement, shown.paper.paper);
    let moment = Moment::of(site, &caller, &frame, &here, &[], &query, site.app.today()).await?;
    let known = [of_paper(shown.paper.state), &[Action::AgreementUndo]].concat();
    // Nothing is recorded in the past.
    let offers = Offers::of(site, &caller, frame.lang, if moment.is_other { vec![] } else { known }).await;
    let (student, of) = (shown.student_id.0.to_string(), shown.paper.paper.version.to_string());
    let words = [
        ("students", student.as_str()),
        ("school", shown.school.as_str()),
        ("class", &shown.student.class),
        ("document", document.code()),
        ("version", &of),
        ("back", &here),
    ];
    let of_moment = moment_words(query.on, &params.known_at);
    let class = format!("{}{of_moment}", addresses::class(shown.school.as_str(), &shown.student.class));
    let round = shown.paper.round.as_ref();
    let page = PaperPage {
        title: titled(shown.paper.paper, frame.lang),
        state: frame.word(&shown.paper.state),
        school: school_name(site, &caller, shown.school.as_str()).await?,
        class: (shown.student.class.clone(), class),
        student: (
            frame.name(shown.student.name.as_deref()),
            format!("{}{of_moment}", addresses::student(shown.student_id)),
        ),
        sent: round.map(|round| (round.sent_on.to_string(), round.document.to_string())),
        slots: slots(&frame, &shown),
        signed: format!("{}/{}", shown.signed_by_day, shown.signatories.len()),
        holds: shown.holds,
        says: shown.says.as_ref().map_or_else(Vec::new, |says| terms(says, frame.lang)),
        versions: versions(&frame, &shown, &of_moment),
        acts: offers.offers(of_paper(shown.paper.state), &words),
        facts: facts(&frame, &offers, &shown, &words),
        moment,
        frame,
    };
    Ok(Html(page.render()?))
}

fn slots(frame: &Frame, shown: &ShownPaper) -> Vec<Place> {
    let file = |(file, hash)| (file_word(file, frame.lang), format!("/evidence/{hash}"));
    let place = |(slot, who): (&Slot, &Option<String>)| Place {
        party: frame.word(&slot.party),
        who: who.clone().unwrap_or_default(),
        how: slot_said(slot, frame.lang),
        day: slot.signed().map_or_else(String::new, |(_, day)| day.to_string()),
        files: slot.signed().into_iter().flat_map(|(manner, _)| SignedFile::behind(manner)).map(file).collect(),
        is_signed: slot.signed().is_some(),
    };
    let slots = shown.paper.round.iter().flat_map(|round| &round.slots);
    slots.zip(&shown.signatories).map(place).collect()
}

fn versions(frame: &Frame, shown: &ShownPaper, moment: &str) -> Vec<(String, String, String)> {
    let others = shown.versions.iter().filter(|(other, _)| *other != shown.paper.paper);
    let other = |(other, state): &(_, _)| {
        let address = format!("{}{moment}", addresses::version(shown.placement, *other));
        (titled(*other, frame.lang), frame.word(state), address)
    };
    others.map(other).collect()
}

/// What was recorded, with what takes it back.
fn facts(frame: &Frame, offers: &Offers, shown: &ShownPaper, of_paper: &[(&str, &str)]) -> Vec<Told> {
    let placement = shown.placement.0.to_string();
    let told = |listed: &crate::app::listed_events::ListedEvent| {
        let version = listed.recorded.version.to_string();
        let mut words = vec![("placement", placement.as_str()), ("version", &version)];
        words.extend(of_paper.iter().filter(|(name, _)| !matches!(*name, "version" | "document")));
        let is_undo = matches!(listed.event, Event::Agreement(AgreementEvent::Undone { .. }));
        event(frame, listed, if is_undo { None } else { offers.offer(Action::AgreementUndo, &words) })
    };
    shown.history.iter().map(told).collect()
}
