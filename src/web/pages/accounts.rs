//! The accounts of staff: who has which role for what, and who can sign in.

use askama::Template;
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
use crate::accounts::Role;
use crate::app::account::{ListAccounts, NamedStaff};
use crate::app::actions::{Action, Question};
use crate::app::reply::Reply;
use crate::domain::account::SetUp;
use crate::domain::terms::Term as _;
use crate::publication::lists::listing;
use crate::text::lang::say;
use crate::web::error::Error;
use crate::web::session::Site;

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage {
    frame: Frame,
    count: String,
    chips: Vec<Chip>,
    /// Schools to choose from: code and name.
    schools: Vec<(String, String)>,
    school: String,
    acts: Vec<Offer>,
    asked: String,
    table: Table,
}

/// The words of the address. What is left empty is not given.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct AccountsParams {
    school: String,
    role: String,
    state: String,
    page: String,
    format: String,
}

/// How far an account is: its word in an address, and what it is called.
const STATES: [(&str, &str, &str); 4] = [
    ("active", "能登录", "can sign in"),
    ("invited", "已邀请", "invited"),
    ("not-invited", "没有邀请", "not invited"),
    ("disabled", "已停用", "disabled"),
];

fn state_of(member: &NamedStaff) -> &'static str {
    match (member.disabled, member.set_up) {
        (Some(_), _) => "disabled",
        (None, SetUp::Yes) => "active",
        (None, SetUp::Invited { .. }) => "invited",
        (None, SetUp::No) => "not-invited",
    }
}

impl AccountsParams {
    fn with(&self, others: &[(&str, &str)]) -> String {
        let own = [("school", &*self.school), ("role", &self.role), ("state", &self.state)];
        let kept = own.into_iter().filter(|(name, _)| others.iter().all(|(other, _)| other != name));
        let words = kept.chain(others.iter().copied()).filter(|(_, value)| !value.is_empty());
        let words = form_urlencoded::Serializer::new(String::new()).extend_pairs(words).finish();
        if words.is_empty() { "/accounts".to_owned() } else { format!("/accounts?{words}") }
    }

    fn is_of_school(&self, member: &NamedStaff) -> bool {
        let school = member.staff.scope.school().map(|school| school.as_str());
        self.school.is_empty() || school == Some(self.school.as_str())
    }

    /// Everybody, each role and each state: what is empty leads nowhere.
    fn chips(&self, frame: &Frame, members: &[NamedStaff]) -> Vec<Chip> {
        let chip = |word: String, number: usize, role: &str, state: &str| Chip {
            word,
            count: count(number),
            is_none: number == 0,
            address: self.with(&[("role", role), ("state", state)]),
            is_here: self.role == role && self.state == state,
        };
        let all = chip(frame.say("全部", "All").to_owned(), members.len(), "", "");
        let roles = Role::ENTRIES.iter().map(|entry| {
            let number = members.iter().filter(|member| member.staff.role == entry.value).count();
            chip(frame.word(&entry.value), number, entry.code, "")
        });
        let states = STATES.iter().map(|(code, zh, en)| {
            let number = members.iter().filter(|member| state_of(member) == *code).count();
            chip(frame.say(zh, en).to_owned(), number, "", code)
        });
        [all].into_iter().chain(roles).chain(states).filter(|chip| !chip.is_none || chip.is_here).collect()
    }
}

/// Where an account is.
pub(super) fn address(member: &NamedStaff) -> String {
    format!("/accounts/{}", member.staff.id.0)
}

/// The accounts, page by page; as a file all of them.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Query(params): Query<AccountsParams>,
) -> Result<Response, Error> {
    let role = Some(params.role.as_str()).filter(|role| !role.is_empty());
    let role = role.map(|code| Role::from_code(code).ok_or_else(|| Error::no_term::<Role>("role"))).transpose()?;
    if !params.state.is_empty() && STATES.iter().all(|(code, ..)| *code != params.state) {
        return Err(Error::Parameter(
            "state",
            say("写 active、invited、not-invited 或 disabled", "write active, invited, not-invited or disabled"),
        ));
    }
    let question = Question::Accounts(ListAccounts {});
    let Reply::Accounts(mut members) = site.app.ask(&caller, &question).await? else { return Err(Error::NotFound) };
    members.retain(|member| params.is_of_school(member));
    let chips = params.chips(&frame, &members);
    members.retain(|member| role.is_none_or(|role| member.staff.role == role));
    members.retain(|member| params.state.is_empty() || state_of(member) == params.state);
    let reply = Reply::Accounts(members);
    let listed = listing(&question, &reply, frame.lang).ok_or(Error::NotFound)?;
    if !params.format.is_empty() {
        return exported(&site, &listed, &params.format, frame.lang, "accounts");
    }
    let Reply::Accounts(members) = reply else { return Err(Error::NotFound) };
    let is_city = caller.scope.school().is_none();
    let (mut listed, is_disabled) = (listed.without("id"), params.state == "disabled");
    for (column, is_said) in [("school", is_city), ("disabled_since", is_disabled), ("reason", is_disabled)] {
        listed = if is_said { listed } else { listed.without(column) };
    }
    let acts = vec![
        Action::StaffAdd,
        Action::StaffInviteSchool,
        Action::StaffInvite,
        Action::StaffEnable,
        Action::StaffChange,
    ];
    let offers = Offers::of(&site, &caller, frame.lang, acts).await;
    let here = params.with(&[]);
    let next = |member: &NamedStaff| {
        let act = match (member.disabled, member.set_up) {
            (Some(_), _) => Action::StaffEnable,
            (None, SetUp::Yes) => Action::StaffChange,
            (None, SetUp::Invited { .. } | SetUp::No) => Action::StaffInvite,
        };
        offers.offer(act, &[("staff", &member.staff.id.0.to_string()), ("back", &here)]).into_iter().collect()
    };
    let (pages, places) = Pages::of(&params.page, members.len(), |number| params.with(&[("page", number)]))?;
    let shown = members.iter().skip(places.start).take(PAGE_LEN);
    let addresses: Vec<Option<String>> = shown.clone().map(|member| Some(address(member))).collect();
    let of_school = [("school", params.school.as_str()), ("back", &here)];
    let page = AccountsPage {
        count: count(members.len()),
        chips,
        schools: if is_city { schools(&site, &caller).await? } else { vec![] },
        acts: offers.offers(&[Action::StaffAdd, Action::StaffInviteSchool], &of_school),
        asked: params.with(&[("format", "xlsx")]),
        table: Table::of(&frame, &listed, "name", places).linked("name", addresses).acted(shown.map(next)).paged(pages),
        school: params.school,
        frame,
    };
    Ok(Html(page.render()?).into_response())
}
