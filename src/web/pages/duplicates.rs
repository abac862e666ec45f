//! Units that may be registered twice, side by side, to be merged.

use askama::Template;
use axum::extract::State;
use axum::response::Html;

use super::employers::address;
use super::frame::{Frame, Visit};
use super::offers::Offers;
use super::table::Table;
use crate::app::actions::{Action, Question};
use crate::app::at_work::PlacementQuery;
use crate::app::directory::{Duplicates, ListDuplicates, ListEmployers};
use crate::app::reply::Reply;
use crate::publication::lists::listing;
use crate::web::error::Error;
use crate::web::session::Site;

/// Groups on the page: who has merged these sees the next ones.
const GROUPS_MAX: usize = 50;

#[derive(Template)]
#[template(path = "duplicates.html")]
struct DuplicatesPage {
    frame: Frame,
    count: usize,
    has_more: bool,
    groups: Vec<Group>,
}

struct Group {
    alike: String,
    table: Table,
    /// Which becomes part of which: both names, and where that is done.
    merges: Vec<(String, String, String)>,
}

/// Those that may be one.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
) -> Result<Html<String>, Error> {
    let question = Question::Duplicates(ListDuplicates { query: PlacementQuery::default() });
    let Reply::Duplicates(proposed) = site.app.ask(&caller, &question).await? else { return Err(Error::NotFound) };
    let offers = Offers::of(&site, &caller, frame.lang, vec![Action::EmployerMerge]).await;
    let count = proposed.len();
    let groups: Result<Vec<Group>, Error> =
        proposed.into_iter().take(GROUPS_MAX).map(|group| of_group(&frame, &offers, group)).collect();
    let page = DuplicatesPage { count, has_more: count > GROUPS_MAX, groups: groups?, frame };
    Ok(Html(page.render()?))
}

fn of_group(frame: &Frame, offers: &Offers, Duplicates { alike, units }: Duplicates) -> Result<Group, Error> {
    let mut merges = vec![];
    for from in &units {
        for into in units.iter().filter(|into| into.unit.employer != from.unit.employer) {
            let [this, other] = [from, into].map(|listed| listed.unit.employer.0.to_string());
            let words = [("employer", this.as_str()), ("into", &other), ("back", "/employers/duplicates")];
            if let Some(offer) = offers.offer(Action::EmployerMerge, &words) {
                merges.push((from.name.clone(), into.name.clone(), offer.address));
            }
        }
    }
    let addresses: Vec<Option<String>> = units.iter().map(|listed| Some(address(listed.unit.employer, ""))).collect();
    let question = Question::Employers(ListEmployers { query: PlacementQuery::default(), all: true });
    let reply = Reply::Employers(units);
    let listed = listing(&question, &reply, frame.lang).ok_or(Error::NotFound)?.without("id").without("state");
    let table = Table::of(frame, &listed, "name", 0..listed.rows.len()).linked("name", addresses);
    Ok(Group { alike: frame.word(&alike), table, merges })
}
