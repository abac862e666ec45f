//! One class: the roster and the grid of papers in one table.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};

use super::addresses;
use super::frame::{Frame, Visit};
use super::listing_file::taken_away;
use super::moment::{Moment, moment_words};
use super::offers::{EXEMPTION, INTERNSHIP, Offer, Offers, PAPERS, fits};
use super::roster_query::{Chip, RosterParams};
use super::roster_row::{Row, row_to_act};
use super::schools::school_name;
use super::table::SortHead;
use crate::app::actions::{Action, Question};
use crate::app::reply::Reply;
use crate::app::roster::{ClassCounts, Roster};
use crate::app::roster_order::RosterOrder;
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term as _;
use crate::projections::placement_register::roster::Progress;
use crate::web::error::Error;
use crate::web::session::Site;

/// The columns by which a class can be ordered, and the one by which it is.
const HEADS: [RosterOrder; 5] =
    [RosterOrder::StudentNumber, RosterOrder::Name, RosterOrder::Progress, RosterOrder::Unit, RosterOrder::FirstDay];
const USUAL: RosterOrder = RosterOrder::StudentNumber;

#[derive(Template)]
#[template(path = "class.html")]
struct ClassPage {
    frame: Frame,
    school: String,
    class: String,
    address: String,
    moment: Moment,
    count: usize,
    chips: Vec<Chip>,
    heads: Vec<SortHead>,
    headings: Vec<String>,
    rows: Vec<Row>,
    /// How many papers of each kind are complete, of how many that are asked for.
    complete: Vec<String>,
    total: String,
    /// Behind the address, to get the same rows as a file.
    asked: String,
    /// What is done with those who are ticked: what waits, and everything else.
    acts: Vec<Offer>,
    /// What else somebody here can have now, by what it is about.
    more: Vec<(&'static str, Vec<Offer>)>,
    /// What nobody here can have now, as far as it is seen.
    rest: Vec<Offer>,
    /// What is sent along: school, class, the part that is shown, and the way back.
    kept: Vec<(&'static str, String)>,
}

/// The class, or the part of it that a chip leads to; as a file the same rows.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Path((school, class)): Path<(String, String)>,
    Query(params): Query<RosterParams>,
) -> Result<Response, Error> {
    let asked = RosterParams { school: school.clone(), class: class.clone(), ..params.clone() }.question()?;
    let query = asked.query.clone();
    if !params.format.is_empty() {
        let back = addresses::class(&school, &class);
        return taken_away(&site, &caller, Question::Roster(asked), &params.format, frame.lang, &back, "").await;
    }
    let Reply::Roster(roster) = site.app.ask(&caller, &Question::Roster(asked)).await? else {
        return Err(Error::NotFound);
    };
    let school_name = school_name(&site, &caller, &school).await?;
    let here = addresses::class(&school, &class);
    let kept = [("list", &*params.list), ("progress", &params.progress), ("sort", &params.sort)];
    let moment = Moment::of(&site, &caller, &frame, &here, &kept, &query, site.app.today()).await?;
    // Nothing is recorded in the past.
    let acts_here = if moment.is_other { vec![] } else { of_internships() };
    let offers = Offers::of(&site, &caller, frame.lang, acts_here).await;
    let back = format!("{here}{}", params.with(&[("school", ""), ("class", "")]));
    let Acts { waiting, more, rest } = acts(&frame, &offers, &roster);
    let kept = vec![
        ("school", school.clone()),
        ("class", class.clone()),
        ("list", params.list.clone()),
        ("progress", params.progress.clone()),
        ("starts", params.starts.clone()),
        ("back", back.clone()),
    ];
    let of_moment = moment_words(query.on, &params.known_at);
    let row = |student| row_to_act(&frame, &offers, student, &back, &of_moment);
    let rows = roster.students.iter().map(row).collect();
    // School and class stand in the path.
    let params = RosterParams { school: String::new(), class: String::new(), ..params };
    let page = ClassPage {
        moment,
        heads: params.heads(&frame, &here, &HEADS, USUAL),
        count: roster.counts.students,
        chips: params.chips(&frame, &here, &roster.counts),
        headings: DocumentKind::ENTRIES.iter().map(|entry| frame.word(&entry.value)).collect(),
        rows,
        acts: waiting,
        more,
        rest,
        kept: kept.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
        complete: complete(&roster),
        total: total(&frame, &roster.counts),
        asked: params.with(&[("format", "xlsx")]),
        school: school_name,
        class,
        address: here,
        frame,
    };
    Ok(Html(page.render()?).into_response())
}

/// What is undone of several.
const UNDO: [Action; 3] = [Action::PlacementUndo, Action::AgreementUndo, Action::ExemptionUndo];

fn of_internships() -> Vec<Action> {
    INTERNSHIP.into_iter().chain(PAPERS).chain(EXEMPTION).chain(UNDO).collect()
}

/// What is done with a class.
struct Acts {
    /// What waits, the first first.
    waiting: Vec<Offer>,
    more: Vec<(&'static str, Vec<Offer>)>,
    rest: Vec<Offer>,
}

fn acts(frame: &Frame, offers: &Offers, roster: &Roster) -> Acts {
    let papers = roster.students.iter().flat_map(|student| &student.papers).map(|paper| paper.state);
    let waiting = offers.steps(|list| roster.counts.on(list) > 0, papers);
    let fits = |action: &Action| roster.students.iter().any(|student| fits(*action, student));
    let others = |actions: &[Action]| actions.iter().copied().filter(|action| !waiting.contains(action)).collect();
    let groups: [(&str, Vec<Action>); 4] = [
        (frame.say("实习", "Internships"), others(&INTERNSHIP)),
        (frame.say("材料", "Papers"), others(&PAPERS)),
        (frame.say("免实习", "Exemptions"), others(&EXEMPTION)),
        (frame.say("撤销", "Undo"), others(&UNDO)),
    ];
    let (mut more, mut rest) = (vec![], vec![]);
    for (name, actions) in groups {
        let (now, later): (Vec<Action>, Vec<Action>) = actions.into_iter().partition(fits);
        let now = offers.offers(&now, &[]);
        if !now.is_empty() {
            more.push((name, now));
        }
        rest.extend(offers.offers(&later, &[]));
    }
    Acts { waiting: offers.offers(&waiting, &[]), more, rest }
}

/// Of each kind how many are signed by everybody, of how many.
fn complete(roster: &Roster) -> Vec<String> {
    let of = |kind: DocumentKind| {
        roster.students.iter().flat_map(|student| &student.papers).filter(move |paper| paper.kind == kind)
    };
    let told = |kind| format!("{}/{}", of(kind).filter(|paper| paper.state.is_signed()).count(), of(kind).count());
    DocumentKind::ENTRIES.iter().map(|entry| told(entry.value)).collect()
}

fn total(frame: &Frame, counts: &ClassCounts) -> String {
    let steps = Progress::ENTRIES.iter().filter(|entry| counts.of(entry.value) > 0);
    let steps: Vec<String> =
        steps.map(|entry| format!("{} {}", frame.word(&entry.value), counts.of(entry.value))).collect();
    steps.join(frame.say("，", ", "))
}
