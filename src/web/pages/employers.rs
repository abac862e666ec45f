//! The units of a school or of all schools, and which of them are its hosts, how far each is.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use super::count;
use super::frame::{Frame, Visit};
use super::listing_file::exported;
use super::offers::{Offer, Offers};
use super::roster_query::Chip;
use super::schools::schools;
use super::table::{PAGE_LEN, Pages, Table};
use crate::accounts::Caller;
use crate::app::actions::{Action, Question};
use crate::app::at_work::PlacementQuery;
use crate::app::directory::{ListEmployers, ListHosts, ListedHost, ListedUnit};
use crate::app::reply::Reply;
use crate::domain::host::codes::HostStage;
use crate::domain::ids::{EmployerId, SchoolCode};
use crate::domain::terms::Term as _;
use crate::publication::lists::listing;
use crate::text::cleaning::clean;
use crate::text::lang::say;
use crate::web::error::Error;
use crate::web::form::Form;
use crate::web::session::Site;

#[derive(Template)]
#[template(path = "employers.html")]
struct EmployersPage {
    frame: Frame,
    count: String,
    chips: Vec<Chip>,
    /// Schools to choose from: code and name.
    schools: Vec<(String, String)>,
    school: String,
    acts: Vec<Offer>,
    asked: String,
    /// What was looked for.
    text: String,
    table: Table,
}

/// The words of the address. What is left empty is not given.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct EmployersParams {
    school: String,
    /// The hosts in this state, or `all` of them; the units otherwise.
    hosts: String,
    /// Units that any school registered.
    all: String,
    page: String,
    format: String,
}

impl EmployersParams {
    fn with(&self, others: &[(&str, &str)]) -> String {
        let own = [("school", &*self.school), ("hosts", &self.hosts), ("all", &self.all)];
        let kept = own.into_iter().filter(|(name, _)| others.iter().all(|(other, _)| other != name));
        let words = kept.chain(others.iter().copied()).filter(|(_, value)| !value.is_empty());
        let words = form_urlencoded::Serializer::new(String::new()).extend_pairs(words).finish();
        if words.is_empty() { "/employers".to_owned() } else { format!("/employers?{words}") }
    }

    fn query(&self) -> Result<PlacementQuery, Error> {
        let school = Some(self.school.as_str()).filter(|school| !school.is_empty()).map(SchoolCode::parse).transpose();
        let school = school.map_err(|_| Error::Parameter("school", say("写学校代码", "write the code of a school")))?;
        Ok(PlacementQuery { school, ..PlacementQuery::default() })
    }

    /// The units, and the hosts by how far they are.
    fn chips(&self, frame: &Frame, units: usize, is_city: bool, hosts: &[ListedHost]) -> Vec<Chip> {
        let chip = |word: String, number: Option<usize>, all: &str, stage: &str| Chip {
            word,
            count: number.map(count).unwrap_or_default(),
            is_none: number == Some(0),
            address: self.with(&[("all", all), ("hosts", stage)]),
            is_here: self.all == all && self.hosts == stage,
        };
        let own = match is_city {
            true => frame.say("单位", "Units"),
            false => frame.say("本校的单位", "Units of the school"),
        };
        // Those of all schools are counted when they are asked for.
        let is_counted = |all: &str| (self.all == all && self.hosts.is_empty()).then_some(units);
        let mut chips = vec![chip(own.to_owned(), is_counted(""), "", "")];
        if !is_city {
            chips.push(chip(frame.say("各校登记的", "Of all schools").to_owned(), is_counted("true"), "true", ""));
        }
        chips.push(chip(frame.say("实习单位", "Hosts").to_owned(), Some(hosts.len()), "", "all"));
        let stages = HostStage::ENTRIES.iter().map(|entry| {
            let number = hosts.iter().filter(|listed| listed.host.stage == entry.value).count();
            chip(frame.word(&entry.value), Some(number), "", entry.code)
        });
        chips.into_iter().chain(stages).filter(|chip| !chip.is_none || chip.is_here).collect()
    }
}

/// Where a unit is; of a school where it is another's than the reader's.
pub(super) fn address(unit: EmployerId, school: &str) -> String {
    let asked = if school.is_empty() { String::new() } else { format!("?school={school}") };
    format!("/employers/{}{asked}", unit.0)
}

/// The units or the hosts, page by page; as a file all of them.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Query(params): Query<EmployersParams>,
) -> Result<Response, Error> {
    page(&site, &caller, frame, params, String::new()).await
}

/// The units of which the name has a text in it, or which have it as their code: no name stands in an address.
pub(in crate::web) async fn find(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    body: Bytes,
) -> Result<Response, Error> {
    let form = Form::of(&body)?;
    let params = EmployersParams { school: form.get("school"), all: "true".to_owned(), ..EmployersParams::default() };
    page(&site, &caller, frame, params, clean(&form.get("text"))).await
}

async fn page(
    site: &Site,
    caller: &Caller,
    frame: Frame,
    params: EmployersParams,
    text: String,
) -> Result<Response, Error> {
    let query = params.query()?;
    let stage = match params.hosts.as_str() {
        "" | "all" => None,
        code => Some(HostStage::from_code(code).ok_or_else(|| Error::no_term::<HostStage>("hosts"))?),
    };
    let asked_hosts = Question::Hosts(ListHosts { query: query.clone() });
    let Reply::Hosts(mut hosts) = site.app.ask(caller, &asked_hosts).await? else { return Err(Error::NotFound) };
    let is_city = caller.scope.school().is_none();
    let (question, reply, units, chips) = if params.hosts.is_empty() {
        let question = Question::Employers(ListEmployers { query, all: !params.all.is_empty() });
        let Reply::Employers(mut units) = site.app.ask(caller, &question).await? else { return Err(Error::NotFound) };
        let is_found =
            |listed: &ListedUnit| listed.name.contains(&text) || listed.code.as_deref() == Some(text.as_str());
        units.retain(|listed| text.is_empty() || is_found(listed));
        let ids = units.iter().map(|listed| (listed.unit.employer, String::new())).collect::<Vec<_>>();
        let chips = params.chips(&frame, units.len(), is_city, &hosts);
        (question, Reply::Employers(units), ids, chips)
    } else {
        let chips = params.chips(&frame, 0, is_city, &hosts);
        hosts.retain(|listed| stage.is_none_or(|stage| listed.host.stage == stage));
        let school = |listed: &ListedHost| if is_city { listed.host.school.clone() } else { String::new() };
        let ids = hosts.iter().map(|listed| (listed.host.unit, school(listed))).collect();
        (asked_hosts, Reply::Hosts(hosts), ids, chips)
    };
    let mut listed = listing(&question, &reply, frame.lang).ok_or(Error::NotFound)?;
    if !params.format.is_empty() {
        return exported(site, &listed, &params.format, frame.lang, "employers");
    }
    listed = listed.without("id");
    if !is_city {
        listed = listed.without("school");
    }
    let acts = [Action::EmployerRegister, Action::HostPropose, Action::HostAccept];
    let offers = Offers::of(site, caller, frame.lang, acts.to_vec()).await;
    let here = params.with(&[]);
    let mut offered = offers.offers(&acts[..2], &[("back", &here)]);
    if stage == Some(HostStage::Proposed) && !units.is_empty() {
        offered.extend(
            offers.offer(Action::HostAccept, &[("all_proposed", "true"), ("school", &params.school), ("back", &here)]),
        );
    }
    // What was looked for has no address, and so one page.
    let (pages, places) = match text.is_empty() {
        true => Pages::of(&params.page, units.len(), |number| params.with(&[("page", number)]))
            .map(|(pages, of)| (Some(pages), of))?,
        false => (None, 0..PAGE_LEN),
    };
    let shown = units.iter().skip(places.start).take(PAGE_LEN);
    let addresses: Vec<Option<String>> = shown.map(|(unit, school)| Some(address(*unit, school))).collect();
    let table = Table::of(&frame, &listed, "name", places).linked("name", addresses);
    let page = EmployersPage {
        count: count(units.len()),
        chips,
        schools: if is_city { schools(site, caller).await? } else { vec![] },
        acts: offered,
        asked: params.with(&[("format", "xlsx")]),
        text,
        table: match pages {
            Some(pages) => table.paged(pages),
            None => table,
        },
        school: params.school,
        frame,
    };
    Ok(Html(page.render()?).into_response())
}
