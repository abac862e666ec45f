//! One page for every command: what is to be said, whom it is about, who can have it and who cannot and why, and the button
//! that does it. Its address is the words of the command line, its fields are those that the input declares.
//!
//! What is ordered for students is rehearsed when the page is shown, so that nobody is surprised by the button; all who are
//! chosen have it, or nobody. A key in the form makes a second click the same order.

mod about;
pub(super) mod control;
mod differing;
mod people;
pub(in crate::web) mod recorded;
mod suggested;
pub(super) mod typed;

use askama::Template;
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{Html, IntoResponse, Redirect, Response};
use strum::IntoEnumIterator as _;

use self::about::{About, about, undoing};
use self::control::{Control, Place, choose_school, controls};
use self::differing::DifferingRow;
use self::people::{People, Person};
use self::suggested::{classes, suggested};
use self::typed::{Typed, TypedFile};
use super::confirm::to_confirm;
use super::drafts::Opened;
use super::frame::{Frame, Visit};
use super::offers::{Offer, Offers, before};
use super::schools::schools;
use super::{addresses, drafts, sign_in, verbs};
use crate::accounts::{Caller, Scope};
use crate::app::actions::{Action, Command};
use crate::app::called::{Asked, Called, Input};
use crate::app::failure::Failure;
use crate::app::inputs::{self, Field};
use crate::app::key::Key;
use crate::app::reply::Answer;
use crate::catalogue::help;
use crate::refusal::{Refusal as _, RefusalKind};
use crate::web::api::{RequestFault, asked, parts};
use crate::web::error::Error;
use crate::web::form;
use crate::web::session::Site;

/// The fields by which a command names students: on a page they are chosen from a list.
const WHOM: [&str; 6] = ["class", "student", "students", "placement", "batch", "except"];
/// What is chosen unless somebody says otherwise: the field and the code.
const MOSTLY: [(Action, &str, &str); 1] = [(Action::AgreementSign, "party", "all")];
/// Bytes of what waits in the form by which one signs in.
const KEPT_MAX: usize = 16 << 10;
/// Students of one page; of more one chooses a class.
const PEOPLE_MAX: usize = 300;
/// Students whom the address of another act names, and twice.
const SENT_ON_MAX: usize = 60;

/// A command as a form.
pub(super) struct Act {
    pub action: Action,
    called: Called,
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "act.html")]
struct ActPage<'p> {
    frame: &'p Frame,
    address: String,
    verb: &'static str,
    meaning: &'static str,
    key: String,
    back: &'p str,
    /// Words of the address that the form sends again.
    kept: Vec<(&'static str, String)>,
    /// What is said of the draft that this is, and of what changed since.
    draft: Option<String>,
    moved: &'p [String],
    has_files: bool,
    /// What the address names: shown by its name, and not typed.
    about: Vec<About>,
    controls: Vec<Control>,
    rare: Vec<Control>,
    /// Whether something is wrong in what is folded away.
    is_rare_faulty: bool,
    /// Where the reason is all that is to be said: a button for each, by code and word.
    reasons: Vec<(String, String)>,
    /// What else may be decided of the same.
    others: Vec<Offer>,
    /// What is wrong: the field, and a sentence.
    faults: Vec<(String, String)>,
    is_about_students: bool,
    can: Vec<&'p Person>,
    cannot: Vec<&'p Person>,
    /// What is to be done before with those who cannot have it.
    before: Vec<(Offer, usize)>,
    chosen: usize,
    /// What papers leave blank for everybody.
    blank: String,
    /// Classes to choose from, where nobody is named: name, address and number.
    classes: Vec<(String, String, usize)>,
    is_too_many: bool,
    /// What is typed of single students, with what stands over the cells.
    differing: Vec<DifferingRow>,
    headings: Vec<&'static str>,
    is_differing: bool,
    /// What an undoing takes back, where the address names it.
    undoing: Option<String>,
}

impl Act {
    /// The command that an address names.
    fn of(noun: &str, verb: &str) -> Option<Self> {
        let words = if verb.is_empty() { noun.to_owned() } else { format!("{noun} {verb}") };
        // Others have pages of their own.
        let is_it = |action: &Action| {
            action.called().words == words
                && verbs::verb(*action).is_some()
                && addresses::act(*action).starts_with("/acts/")
        };
        let action = Action::iter().find(is_it)?;
        let called = action.called();
        matches!(called.input, Input::Command(_)).then(|| Self { action, called, fields: inputs::fields(called) })
    }

    fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.name == name)
    }

    /// Whether it is about students who are chosen from a list.
    fn is_about_many(&self) -> bool {
        self.has("students")
    }

    /// Whether it is about one student, whom the address names.
    fn is_about_one(&self, typed: &Typed) -> bool {
        !self.is_about_many() && self.has("student") && uuid::Uuid::parse_str(typed.get("student")).is_ok()
    }

    /// The fields that are typed.
    fn typed_fields(&self, caller: &Caller, typed: &Typed) -> Vec<Field> {
        let is_chosen = |name: &str| {
            self.is_about_many() && (WHOM.contains(&name) || name == "school")
                || self.is_about_one(typed) && name == "student"
                || name == "school" && caller.scope.school().is_some()
        };
        self.fields.iter().filter(|field| !is_chosen(&field.name)).cloned().collect()
    }

    /// The command that was typed, about those who are chosen.
    fn command(&self, caller: &Caller, typed: &Typed, chosen: &[String]) -> Result<Command, RequestFault> {
        let mut input = typed.input(&self.fields, self.is_about_many())?;
        // Who is of one school is not asked which.
        if let Scope::School(school) = &caller.scope
            && self.has("school")
            && !self.is_about_many()
        {
            input["school"] = school.as_str().into();
        }
        // Of several internships of one student it is said which.
        if !typed.get("placement").is_empty()
            && let Some(said) = input.as_object_mut()
        {
            said.remove("students");
        } else if self.is_about_many() {
            input["students"] = chosen.into();
        }
        match asked(self.called, &self.fields, input)? {
            Asked::Command(command) => Ok(*command),
            Asked::Question(_) => Err(RequestFault::NoSuchAddress),
        }
    }
}

/// The form, as far as the address fills it in.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Path(words): Path<Vec<String>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let act = act_of(&words)?;
    site.app.permits(&caller, act.action).await?;
    let mut typed = Typed::of_address(&query.unwrap_or_default());
    let (id, apart) = (typed.take(drafts::ID), typed.take(drafts::APART));
    let draft = match drafts::opened(&site, &caller, act.action, &id).await? {
        Opened::Nothing => None,
        Opened::Draft(draft) => Some(draft),
        Opened::Not(status, sentence) => {
            let faults = vec![(String::new(), frame.said(&sentence))];
            return page(&site, &caller, &frame, &act, &typed, &People::default(), faults, status).await;
        }
    };
    if let Some(draft) = &draft {
        typed = Typed::of_draft(draft);
        typed.words.push((drafts::APART.to_owned(), apart));
    }
    let mostly = MOSTLY.iter().filter(|(of, field, _)| *of == act.action && typed.get(field).is_empty());
    let mostly: Vec<_> = mostly.map(|(_, field, code)| ((*field).to_owned(), (*code).to_owned())).collect();
    typed.words.extend(mostly);
    let mut people = listed(&site, &caller, &frame, &act, &typed).await?;
    people.choose(&[]);
    if let Some(draft) = &draft {
        people.compare(&frame, &draft.typing.people);
    }
    rehearse(&site, &caller, &frame, &act, &typed, &mut people).await;
    page(&site, &caller, &frame, &act, &typed, &people, vec![], StatusCode::OK).await
}

/// Notes who of those on the list cannot have it.
async fn rehearse(site: &Site, caller: &Caller, frame: &Frame, act: &Act, typed: &Typed, people: &mut People) {
    let chosen = people.chosen();
    if act.is_about_many()
        && !chosen.is_empty()
        && chosen.len() <= PEOPLE_MAX
        && let Ok(command) = act.command(caller, typed, &chosen)
    {
        let who = caller.clone();
        let rehearsed = site.recording(move |app| async move { app.rehearse(&who, &command).await }).await;
        match rehearsed {
            Err(Failure::Refused(refused)) => drop(people.refuse(frame, act.action, &refused)),
            Err(failure) if !before(act.action, failure.code()).is_empty() => {
                people.refuse_all(&frame.said(&failure.sentence()), before(act.action, failure.code()));
            }
            Ok(Answer::Packet(packet)) => people.lack(frame, &packet),
            // What is not typed yet is no fault.
            Ok(_) | Err(_) => (),
        }
    }
}

/// Does it: for everybody who is chosen, or for nobody.
pub(in crate::web) async fn record(
    State(site): State<Site>,
    visit: Result<Visit, Response>,
    Path(words): Path<Vec<String>>,
    request: Request,
) -> Result<Response, Error> {
    let act = act_of(&words)?;
    let Visit { caller, frame } = match visit {
        Ok(visit) => visit,
        Err(turned_away) => return kept(&site, &act, turned_away, request).await,
    };
    let (words, files) = parts(request).await?;
    // A field for a file into which none was put is sent without a name.
    let files = files.into_iter().filter(|(_, name, _)| !name.is_empty());
    let files = files.map(|(field, name, bytes)| TypedFile { field, name, bytes }).collect();
    let mut typed = Typed { words, files };
    let is_to_keep = !typed.take(drafts::KEEP).is_empty();
    let seen = drafts::take_seen(&mut typed.words);
    let mut people = listed(&site, &caller, &frame, &act, &typed).await?;
    let chosen = typed.all("students");
    people.choose(&chosen);
    let chosen: Vec<String> = if chosen.is_empty() { vec![] } else { people.chosen() };
    if is_to_keep {
        let kept = drafts::keep(&site, &caller, act.action, seen, &typed.words).await?;
        let Some(address) = drafts::address_of(act.action, kept) else {
            let faults = vec![(String::new(), drafts::too_long(&frame))];
            drafts::put_seen(&mut typed.words, seen);
            return page(&site, &caller, &frame, &act, &typed, &people, faults, StatusCode::PAYLOAD_TOO_LARGE).await;
        };
        return Ok(Redirect::to(&address).into_response());
    }
    drafts::put_seen(&mut typed.words, seen);
    let is_nobody = act.is_about_many() && chosen.is_empty() && typed.get("placement").is_empty();
    if is_nobody {
        rehearse(&site, &caller, &frame, &act, &typed, &mut people).await;
        people.choose_nobody();
    }
    let command = match act.command(&caller, &typed, &chosen) {
        _ if is_nobody => Err(RequestFault::FieldMissing("students".to_owned())),
        other => other,
    };
    let command = match command {
        Ok(command) => command,
        Err(fault) => {
            let faults = vec![faulty(&frame, act.called.words, &fault)];
            return page(&site, &caller, &frame, &act, &typed, &people, faults, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    let key = Key::parse(typed.get("key")).ok();
    let who = caller.clone();
    let answered = site.recording(move |app| async move { app.run(&who, key.as_ref(), &command).await }).await;
    let (faults, kind) = match answered {
        Ok(answer) => {
            if let Some(seen) = seen {
                // It is recorded: a draft that stays ends by itself.
                let _ends = site.app.remove_draft(&caller, seen.id).await;
            }
            let (back, origin) = (form::next(typed.get("back")), site.front.origin());
            return recorded::answered(&frame, act.action, &answer, &chosen, back, origin);
        }
        Err(Failure::Refused(refused)) => {
            let mut left = people.refuse(&frame, act.action, &refused);
            let cannot = people.cannot().len();
            if cannot > 0 && people.can().is_empty() {
                // They are meant all the same: what is missing is missing for each.
                people.choose(&chosen.iter().map(String::as_str).collect::<Vec<_>>());
                let nobody = "现在谁都不能办理，原因写在各人旁边；改好再按一次";
                left.push(
                    frame
                        .say(
                            nobody,
                            "It is possible for nobody now, as is said beside each; put it right and press again",
                        )
                        .to_owned(),
                );
            } else if cannot > 0 {
                left.push(frame.lang.of(
                    format!("有 {cannot} 人不能办理，所以都没有办理；他们已不再勾选，再按一次就办理其余的人"),
                    format!("It is not possible for {cannot}, so nobody has it; they are ticked no longer, and the button is for the others"),
                ));
            }
            (left.into_iter().map(|why| (String::new(), why)).collect(), RefusalKind::Conflict)
        }
        Err(failure) if failure.code() == "gate.confirm_first" => {
            let kept = drafts::keep(&site, &caller, act.action, seen, &typed.words).await?;
            let back = drafts::address_of(act.action, kept);
            return Ok(to_confirm(&back.unwrap_or_else(|| addresses::act(act.action))));
        }
        Err(failure) => match failure.kind() {
            RefusalKind::Broken | RefusalKind::NotAllowed | RefusalKind::NotSignedIn => return Err(failure.into()),
            kind => {
                let field = failure.field().unwrap_or_default().to_owned();
                (vec![(field, frame.said(&failure.sentence()))], kind)
            }
        },
    };
    let status = StatusCode::from_u16(kind.http_status()).unwrap_or(StatusCode::CONFLICT);
    page(&site, &caller, &frame, &act, &typed, &people, faults, status).await
}

/// Of whom the session is over: what was typed waits in the form by which one signs in. In no address, since names are in it.
async fn kept(site: &Site, act: &Act, turned_away: Response, request: Request) -> Result<Response, Error> {
    let leads_to = turned_away.headers().get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
    if !leads_to.starts_with("/sign-in?") {
        return Ok(turned_away);
    }
    let next = addresses::act(act.action);
    let frame = Frame::at_the_door(request.headers(), Some(&site.front), &next);
    let (words, _) = parts(request).await?;
    let typed = words.iter().filter(|(_, value)| !value.is_empty());
    let typed = form_urlencoded::Serializer::new(String::new()).extend_pairs(typed).finish();
    sign_in::keeping(frame, &next, if typed.len() <= KEPT_MAX { typed } else { String::new() })
}

fn act_of(words: &[String]) -> Result<Act, Error> {
    let (noun, verb) = (words.first(), words.get(1));
    let act = noun.and_then(|noun| Act::of(noun, verb.map_or("", String::as_str)));
    act.ok_or(Error::NotFound)
}

async fn listed(site: &Site, caller: &Caller, frame: &Frame, act: &Act, typed: &Typed) -> Result<People, Error> {
    if act.is_about_many() || act.is_about_one(typed) {
        People::listed(site, caller, frame, typed).await
    } else {
        Ok(People::default())
    }
}

/// What is wrong with what was typed: the field, and what to do.
pub(super) fn faulty(frame: &Frame, words: &str, fault: &RequestFault) -> (String, String) {
    let field = fault.values()["field"].as_str().unwrap_or_default().to_owned();
    let label = help::label(words, &field).map_or(field.as_str(), |(zh, en)| frame.say(zh, en));
    let meaning = help::field(words, &field).map_or("", |help| frame.say(help.zh, help.en));
    let sentence = match fault {
        RequestFault::FieldMissing(_) if field == "students" => {
            frame.say("没有勾选学生；请勾选要办理的人", "Nobody is chosen; tick those whom it is about").to_owned()
        }
        RequestFault::FieldMissing(_) => frame.lang.of(
            format!("没有填写「{label}」；请填写：{meaning}"),
            format!("\"{label}\" is empty; fill it in: {meaning}"),
        ),
        RequestFault::Input { .. } => frame.lang.of(
            format!("「{label}」不能读取；请核对：{meaning}"),
            format!("\"{label}\" cannot be read; check it: {meaning}"),
        ),
        RequestFault::FieldType { expected, .. } => {
            let expected = frame.said(expected);
            frame.lang.of(format!("「{label}」应为{expected}"), format!("\"{label}\" is to be {expected}"))
        }
        other => frame.said(&other.sentence()),
    };
    (field, sentence)
}

#[expect(clippy::too_many_arguments, reason = "a page is made of everything that is on it")]
async fn page(
    site: &Site,
    caller: &Caller,
    frame: &Frame,
    act: &Act,
    typed: &Typed,
    people: &People,
    faults: Vec<(String, String)>,
    status: StatusCode,
) -> Result<Response, Error> {
    let (zh, en) = verbs::verb(act.action).unwrap_or_default();
    let (zh_meaning, en_meaning) = help::command(act.called.words).map_or(("", ""), |help| (help.zh, help.en));
    let fields = act.typed_fields(caller, typed);
    let suggested = suggested(site, caller, typed, &fields).await?;
    let mut controls = controls(frame, act.called.words, &fields, typed, &suggested);
    let about = about(site, caller, frame, typed, &mut controls).await?;
    if caller.scope.school().is_none() {
        choose_school(&mut controls, &schools(site, caller).await?);
    }
    for control in &mut controls {
        control.fault = faults.iter().find(|(field, _)| *field == control.name).map(|(_, fault)| fault.clone());
    }
    let (rare, mut controls): (Vec<Control>, Vec<Control>) = controls.into_iter().partition(|control| control.is_rare);
    let reasons = if act.action == Action::PlacementReturn { reasons(&mut controls) } else { vec![] };
    let offers = Offers::of(site, caller, frame.lang, others(act.action).to_vec()).await;
    let is_about_students = act.is_about_many() || act.is_about_one(typed);
    let classes =
        if act.is_about_many() && people.is_empty() { classes(site, caller, act.action, typed).await? } else { vec![] };
    let differing = if act.has("overrides") { differing::rows(frame, &people.can(), typed) } else { vec![] };
    let given_key = typed.get("key");
    let mut of_list = drafts::SEEN.to_vec();
    if is_about_students {
        of_list.extend(["school", "class", "list", "progress", "papers", "starts", "placement"]);
    }
    let kept =
        of_list.into_iter().map(|name| (name, typed.get(name).to_owned())).filter(|(_, value)| !value.is_empty());
    let page = ActPage {
        draft: drafts::said(site, frame, &typed.words),
        moved: people.moved(),
        address: addresses::act(act.action),
        verb: frame.say(zh, en),
        meaning: frame.say(zh_meaning, en_meaning),
        // Another try is another order: the first was not recorded.
        key: if faults.is_empty() && !given_key.is_empty() {
            given_key.to_owned()
        } else {
            site.app.new_id().to_string()
        },
        back: form::next(typed.get("back")),
        kept: kept.collect(),
        has_files: fields.iter().any(Field::is_file),
        about,
        controls,
        reasons,
        is_rare_faulty: rare.iter().any(|control| control.fault.is_some()),
        rare,
        others: offers.offers(others(act.action), &[]),
        faults,
        is_about_students,
        can: people.can(),
        cannot: people.cannot(),
        before: offered_before(site, caller, frame, act, typed, people).await,
        chosen: people.chosen().len(),
        blank: people.blank.clone(),
        classes,
        is_too_many: people.can().len() > PEOPLE_MAX,
        is_differing: differing.iter().flat_map(|row| &row.cells).any(|cell| !cell.value.is_empty()),
        headings: differing::headings(frame),
        differing,
        undoing: undoing(site, caller, frame, act.action, typed).await?,
        frame,
    };
    Ok((status, Html(page.render()?)).into_response())
}

/// What is to be done before with those who cannot have it, and with how many; it leads back here.
async fn offered_before(
    site: &Site,
    caller: &Caller,
    frame: &Frame,
    act: &Act,
    typed: &Typed,
    people: &People,
) -> Vec<(Offer, usize)> {
    let wanted = people.before();
    let offers = Offers::of(site, caller, frame.lang, wanted.iter().map(|(action, _)| *action).collect()).await;
    let back = typed.get("back");
    let offer = |(action, ids): (Action, Vec<&str>)| {
        let whom: Vec<(&str, &str)> = ids.iter().map(|id| ("students", *id)).collect();
        let here =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(&whom).append_pair("back", back).finish();
        let here = format!("{}?{here}", addresses::act(act.action));
        let words: Vec<(&str, &str)> = whom.iter().copied().chain([("back", &*here)]).collect();
        offers.offer(action, &words).map(|offer| (offer, ids.len()))
    };
    wanted.into_iter().filter(|(_, ids)| ids.len() <= SENT_ON_MAX).filter_map(offer).collect()
}

/// Takes the reason out of a form, so that one button says the act and its reason.
fn reasons(controls: &mut Vec<Control>) -> Vec<(String, String)> {
    let Some(at) = controls.iter().position(|control| control.name == "reason") else { return vec![] };
    match controls.remove(at).place {
        Place::Choice(choices) => choices.into_iter().map(|(code, word, _)| (code, word)).collect(),
        _ => vec![],
    }
}

/// What else may be decided of those whom an act is about.
const fn others(action: Action) -> &'static [Action] {
    match action {
        Action::PlacementApprove => &[Action::PlacementReturn, Action::PlacementReject],
        Action::ExemptionGrant => &[Action::ExemptionRefuse],
        Action::HostAccept => &[Action::HostRefuse],
        _ => &[],
    }
}
