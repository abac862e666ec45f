//! Drafts: a button on every act, a list on the first page and on that of the own account, and where one is deleted.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use strum::IntoEnumIterator as _;
use uuid::Uuid;

use super::frame::Frame;
use super::{addresses, verbs};
use crate::accounts::Caller;
use crate::app::actions::{Action, Question};
use crate::app::at_work::PlacementQuery;
use crate::app::draft::{Draft, Kept, SeenDraft, StudentThen, Typing, place};
use crate::app::reply::Reply;
use crate::app::roster::{ListStudents, RosterStudent};
use crate::domain::ids::{SchoolCode, StudentId};
use crate::text::instants;
use crate::text::lang::{Sentence, say};
use crate::web::error::Error;
use crate::web::form::{Form, next};
use crate::web::session::{Oneself, Site};

/// The button by which what was typed is kept.
pub(super) const KEEP: &str = "keep";
/// The draft that an address or a form goes on with.
pub(super) const ID: &str = "draft";
/// The same as it was when the form was shown.
pub(super) const SEEN: [&str; 2] = [ID, "draft_kept_at"];
/// Whether the draft is another than the one that was gone on with.
pub(super) const APART: &str = "apart";

/// A word of a form: the name of its field, and what was typed.
type Word = (String, String);

/// A draft as lists show it.
pub(super) struct DraftLine {
    pub id: Uuid,
    pub verb: String,
    pub people: usize,
    pub address: String,
    /// When it was kept, and in whose place.
    pub said: String,
}

/// What an address opens.
pub(super) enum Opened {
    /// It names no draft.
    Nothing,
    Draft(Box<Draft>),
    /// Why it cannot be opened.
    Not(StatusCode, Sentence),
}

/// The own drafts, those of the acts that there are.
pub(super) async fn listed(site: &Site, caller: &Caller, frame: &Frame) -> Result<Vec<DraftLine>, Error> {
    let drafts = site.app.drafts(caller).await?;
    let names = site.app.names_of_places(&drafts).await?;
    let line = |draft: &Draft| {
        let action = Action::iter().find(|action| action.called().words == draft.typing.act)?;
        let (zh, en) = verbs::verb(action)?;
        let place = draft.in_place_of.map(|staff| {
            let name = names.get(&staff.0).cloned().unwrap_or_default();
            frame.lang.of(format!("，代{name}办理时"), format!(", in the place of {name}"))
        });
        Some(DraftLine {
            id: draft.id,
            verb: frame.say(zh, en).to_owned(),
            people: draft.typing.people.len(),
            address: address(action, draft.id),
            said: format!("{}{}", kept_at(site, frame, draft.kept_at), place.unwrap_or_default()),
        })
    };
    Ok(drafts.iter().filter_map(line).collect())
}

/// Deletes one, and leads back.
pub(in crate::web) async fn delete(
    State(site): State<Site>,
    Oneself(caller, _): Oneself,
    body: Bytes,
) -> Result<Response, Error> {
    let form = Form::of(&body)?;
    let id = Uuid::parse_str(&form.get(ID)).map_err(|_| Error::NotFound)?;
    site.app.remove_draft(&caller, id).await?;
    Ok(Redirect::to(next(&form.get("next"))).into_response())
}

/// The draft that an address of this act names.
pub(super) async fn opened(site: &Site, caller: &Caller, action: Action, id: &str) -> Result<Opened, Error> {
    if id.is_empty() {
        return Ok(Opened::Nothing);
    }
    let drafts = site.app.drafts(caller).await?;
    let found =
        drafts.into_iter().find(|draft| draft.id.to_string() == id && draft.typing.act == action.called().words);
    Ok(match found {
        Some(draft) if draft.in_place_of == place(caller) => Opened::Draft(Box::new(draft)),
        Some(Draft { in_place_of: Some(_), .. }) => Opened::Not(
            StatusCode::CONFLICT,
            say(
                "这份草稿是代别人办理时存的；请在「我的账号」中先换到代那个人办理，再打开",
                "the draft was kept in somebody's place; take that place on the page of your account, and open it again",
            ),
        ),
        Some(_) => Opened::Not(
            StatusCode::CONFLICT,
            say(
                "这份草稿是您自己办理时存的；请先回到自己，再打开",
                "the draft was kept in nobody's place; be yourself again, and open it",
            ),
        ),
        None => Opened::Not(
            StatusCode::NOT_FOUND,
            say(
                "没有这份草稿：已经办理、删除，或过了 30 天；写到的人匿名化后也会删除",
                "there is no such draft: it was recorded or deleted, 30 days are over, or somebody whom it names was erased",
            ),
        ),
    })
}

/// Keeps what was typed into the form of an act, with how the students stand whom it names.
pub(super) async fn keep(
    site: &Site,
    caller: &Caller,
    action: Action,
    seen: Option<SeenDraft>,
    words: &[Word],
) -> Result<Kept, Error> {
    let is_typed = |name: &str| ![KEEP, SEEN[0], SEEN[1], APART].contains(&name);
    let words: Vec<Word> =
        words.iter().filter(|(name, value)| is_typed(name) && !value.trim().is_empty()).cloned().collect();
    let people = people(site, caller, &words).await;
    let typing = Typing { act: action.called().words.to_owned(), words, people };
    Ok(site.app.keep_draft(caller, seen, typing).await?)
}

/// The same, of what was typed before somebody signed in: where it is opened, if it is of an act.
pub(super) async fn keep_typed(
    site: &Site,
    caller: &Caller,
    next: &str,
    mut words: Vec<Word>,
) -> Result<Option<String>, Error> {
    let is_it = |action: &Action| verbs::verb(*action).is_some() && addresses::act(*action) == next;
    let Some(action) = Action::iter().find(is_it) else { return Ok(None) };
    let seen = take_seen(&mut words);
    Ok(address_of(action, keep(site, caller, action, seen, &words).await?))
}

/// How those stand whom the words name; whoever may not see them is told so where the draft is opened.
async fn people(site: &Site, caller: &Caller, words: &[Word]) -> Vec<StudentThen> {
    let named = words.iter().filter(|(name, _)| matches!(name.as_str(), "students" | "student"));
    let only: Vec<StudentId> = named.filter_map(|(_, id)| Uuid::parse_str(id.trim()).ok().map(StudentId)).collect();
    if only.is_empty() {
        return vec![];
    }
    let school = words.iter().find(|(name, _)| name == "school").and_then(|(_, code)| SchoolCode::parse(code).ok());
    let query = PlacementQuery { school, ..PlacementQuery::default() };
    let asked = ListStudents { query, only, ..ListStudents::default() };
    let Ok(Reply::Roster(roster)) = site.app.ask(caller, &Question::Roster(asked)).await else { return vec![] };
    let stands = |student: &RosterStudent| {
        let of = &student.of;
        StudentThen { student: of.student, class: of.class.clone(), progress: of.progress }
    };
    roster.students.iter().map(stands).collect()
}

/// Where what was kept is opened; nowhere if it was not.
pub(super) fn address_of(action: Action, kept: Kept) -> Option<String> {
    match kept {
        Kept::As(seen) => Some(address(action, seen.id)),
        Kept::Apart(seen) => Some(format!("{}&{APART}=true", address(action, seen.id))),
        Kept::TooLong => None,
    }
}

fn address(action: Action, id: Uuid) -> String {
    format!("{}?{ID}={id}", addresses::act(action))
}

/// What is said where it was not kept.
pub(super) fn too_long(frame: &Frame) -> String {
    let (zh, en) =
        ("内容太长，草稿最多 64 kB；没有存", "this is too long for a draft, which has 64 kB at most; it was not kept");
    frame.say(zh, en).to_owned()
}

/// What the page says of the draft that it shows.
pub(super) fn said(site: &Site, frame: &Frame, words: &[Word]) -> Option<String> {
    let kept = kept_at(site, frame, seen(words)?.kept_at);
    let apart = frame.say(
        "；原来的草稿已在别处改过、办理或删除，所以另存了一份",
        "; the draft was changed, recorded or deleted elsewhere, so that this is another one",
    );
    let files = frame.say("。选好的文件不存，办理时再选。", ". Files are not kept; choose them when you record it.");
    Some(format!("{kept}{}{files}", if word(words, APART).is_empty() { "" } else { apart }))
}

/// 已存草稿 14:03; of another day with its date.
fn kept_at(site: &Site, frame: &Frame, at: i64) -> String {
    let shown = instants::in_shanghai(at);
    let today = site.app.today().to_string();
    let shown = shown.strip_prefix(&today).map_or(shown.as_str(), str::trim);
    frame.lang.of(format!("已存草稿 {shown}"), format!("kept as a draft at {shown}"))
}

fn word<'w>(words: &'w [Word], wanted: &str) -> &'w str {
    words.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value)
}

fn seen(words: &[Word]) -> Option<SeenDraft> {
    let [id, at] = SEEN.map(|name| word(words, name));
    Some(SeenDraft { id: Uuid::parse_str(id).ok()?, kept_at: at.parse().ok()? })
}

/// Takes out which draft a form goes on with.
pub(super) fn take_seen(words: &mut Vec<Word>) -> Option<SeenDraft> {
    let seen = seen(words);
    words.retain(|(name, _)| !SEEN.contains(&name.as_str()));
    seen
}

/// Puts it in again.
pub(super) fn put_seen(words: &mut Vec<Word>, seen: Option<SeenDraft>) {
    if let Some(SeenDraft { id, kept_at }) = seen {
        let seen = SEEN.into_iter().zip([id.to_string(), kept_at.to_string()]);
        words.extend(seen.map(|(name, value)| (name.to_owned(), value)));
    }
}
