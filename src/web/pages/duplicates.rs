//! Units that may be registered twice, side by side, to be merged or told apart; and those that were told apart.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use serde::Deserialize;

use super::count;
use super::employers::address;
use super::frame::{Frame, Visit};
use super::moment::{Moment, known_word};
use super::offers::Offers;
use super::roster_query::{Chip, RosterParams};
use super::table::Table;
use crate::app::actions::{Action, Question};
use crate::app::at_work::PlacementQuery;
use crate::app::directory::{Duplicates, ListDuplicates, ListEmployers, ListedUnit};
use crate::app::reply::Reply;
use crate::publication::lists::listing;
use crate::web::error::Error;
use crate::web::session::Site;

const PATH: &str = "/employers/duplicates";
/// Groups on the page: who has merged these sees the next ones.
const GROUPS_MAX: usize = 50;

#[derive(Template)]
#[template(path = "duplicates.html")]
struct DuplicatesPage {
    frame: Frame,
    moment: Moment,
    chips: Vec<Chip>,
    count: usize,
    has_more: bool,
    groups: Vec<Group>,
}

struct Group {
    alike: String,
    table: Table,
    /// What may be done with which two, by their names, and where.
    acts: Vec<(String, String)>,
}

/// Whether those are shown that were told apart.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct DuplicatesParams {
    apart: bool,
}

/// Those that may be one, or those that were told apart.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Query(DuplicatesParams { apart }): Query<DuplicatesParams>,
    Query(params): Query<RosterParams>,
) -> Result<Html<String>, Error> {
    let query = params.query()?;
    let kept = [("apart", if apart { "true" } else { "" })];
    let moment = Moment::of(&site, &caller, &frame, PATH, &kept, &query, site.app.today()).await?;
    let asked = |apart| Question::Duplicates(ListDuplicates { query: query.clone(), apart });
    let listed = async |apart| match site.app.ask(&caller, &asked(apart)).await? {
        Reply::Duplicates(groups) => Ok(groups),
        _ => Err(Error::NotFound),
    };
    let (proposed, told_apart) = (listed(false).await?, listed(true).await?);
    // Nothing is recorded in the past.
    let acts = if moment.is_other { vec![] } else { vec![Action::EmployerMerge, Action::EmployerTellApart] };
    let offers = Offers::of(&site, &caller, frame.lang, acts).await;
    let chip = |word: &str, groups: &[Duplicates], is_apart: bool| Chip {
        word: word.to_owned(),
        count: count(groups.len()),
        is_none: groups.is_empty(),
        address: address_of(is_apart, &query),
        is_here: is_apart == apart,
    };
    let chips = vec![
        chip(frame.say("可能重复", "May be one"), &proposed, false),
        chip(frame.say("已认定不是同一单位", "Told apart"), &told_apart, true),
    ];
    let shown = if apart { told_apart } else { proposed };
    let number = shown.len();
    let groups: Result<Vec<Group>, Error> =
        shown.into_iter().take(GROUPS_MAX).map(|group| of_group(&frame, &offers, group, apart)).collect();
    let page = DuplicatesPage { moment, chips, count: number, has_more: number > GROUPS_MAX, groups: groups?, frame };
    Ok(Html(page.render()?))
}

/// Where those that may be one are at a moment, or those that were told apart.
fn address_of(apart: bool, query: &PlacementQuery) -> String {
    let on = query.on.map_or_else(String::new, |on| on.to_string());
    let words = [("apart", if apart { "true" } else { "" }), ("on", &on), ("known_at", &known_word(query.known_at))];
    let words = words.into_iter().filter(|(_, value)| !value.is_empty());
    let words = form_urlencoded::Serializer::new(String::new()).extend_pairs(words).finish();
    if words.is_empty() { PATH.to_owned() } else { format!("{PATH}?{words}") }
}

fn of_group(frame: &Frame, offers: &Offers, group: Duplicates, is_apart: bool) -> Result<Group, Error> {
    let Duplicates { alike, units, apart } = group;
    let mut acts = vec![];
    let name = |listed: &ListedUnit| match &listed.code {
        Some(code) => format!("{} {code}", listed.name),
        None => listed.name.clone(),
    };
    for (place, one) in units.iter().enumerate() {
        for (other_place, other) in units.iter().enumerate() {
            let [this, that] = [one, other].map(|listed| listed.unit.employer);
            if this == that || apart.has(this, that) != is_apart {
                continue;
            }
            if is_apart {
                // It is undone where it is recorded.
                if apart.is_of(this, that) {
                    let why = frame.say("为什么不是同一单位，或撤销：", "Why they are told apart, or to undo it: ");
                    acts.push((format!("{why}{}", name(one)), format!("/employers/{}#history", this.0)));
                }
                continue;
            }
            let (this, that) = (this.0.to_string(), that.0.to_string());
            let back = ("back", PATH);
            if let Some(merge) = offers.offer(Action::EmployerMerge, &[("employer", &this), ("into", &that), back]) {
                let (verb, into) = (frame.say("把", "Merge"), frame.say("并入", "into"));
                acts.push((format!("{verb} {} {into} {}", name(one), name(other)), merge.address));
            }
            let words = [("employer", this.as_str()), ("apart_from", &that), back];
            if let Some(tell) = offers.offer(Action::EmployerTellApart, &words).filter(|_| place < other_place) {
                let (and, not) = (frame.say("与", "and"), frame.say("不是同一单位", "are not the same"));
                acts.push((format!("{} {and} {} {not}", name(one), name(other)), tell.address));
            }
        }
    }
    let addresses: Vec<Option<String>> = units.iter().map(|listed| Some(address(listed.unit.employer, ""))).collect();
    let question = Question::Employers(ListEmployers { query: PlacementQuery::default(), all: true });
    let reply = Reply::Employers(units);
    let listed = listing(&question, &reply, frame.lang).ok_or(Error::NotFound)?.without("id").without("state");
    let table = Table::of(frame, &listed, "name", 0..listed.rows.len()).linked("name", addresses);
    Ok(Group { alike: frame.word(&alike), table, acts })
}
