//! One account: role and scope, whether it can sign in and where it is signed in, what was recorded of it, and what can be done.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use uuid::Uuid;

use super::facts::{Told, event};
use super::frame::{Frame, Visit};
use super::offers::{Offer, Offers};
use super::schools::school_name;
use crate::app::account::ListAccounts;
use crate::app::actions::{Action, Question};
use crate::app::history::ShowHistory;
use crate::app::listed_events::ListedEvent;
use crate::app::reply::Reply;
use crate::app::session::ListSessions;
use crate::domain::Event;
use crate::domain::account::{AccountEvent, SetUp};
use crate::refusal::{Refusal as _, RefusalKind};
use crate::text::instants;
use crate::web::error::Error;
use crate::web::session::Site;

/// What is done with an account that may act, and with one that may not.
const OF_ACTING: [Action; 10] = [
    Action::StaffInvite,
    Action::StaffChange,
    Action::StaffHandOver,
    Action::StaffDeputise,
    Action::StaffEndDeputy,
    Action::StaffWaive,
    Action::StaffRename,
    Action::StaffMail,
    Action::SessionRevoke,
    Action::StaffDisable,
];
const OF_DISABLED: [Action; 2] = [Action::StaffEnable, Action::StaffRename];

#[derive(Template)]
#[template(path = "staff_member.html")]
struct MemberPage {
    frame: Frame,
    name: String,
    role: String,
    state: String,
    is_disabled: bool,
    details: Vec<(&'static str, String)>,
    acts: Vec<Offer>,
    facts: Vec<Told>,
}

/// The account.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Path(account): Path<String>,
) -> Result<Html<String>, Error> {
    let id = Uuid::parse_str(&account).map_err(|_| Error::NotFound)?;
    let Reply::Accounts(all) = site.app.ask(&caller, &Question::Accounts(ListAccounts {})).await? else {
        return Err(Error::NotFound);
    };
    let member = all.into_iter().find(|member| member.staff.id.0 == id).ok_or(Error::NotFound)?;
    let of_one = [("staff", id.to_string()), ("back", format!("/accounts/{id}"))];
    let of_one: Vec<(&str, &str)> = of_one.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let all_acts = OF_ACTING.into_iter().chain(OF_DISABLED).chain([Action::StaffUndo]).collect();
    let offers = Offers::of(&site, &caller, frame.lang, all_acts).await;
    let mut details = vec![];
    if let Some(school) = member.staff.scope.school() {
        details.push((frame.say("学校", "School"), school_name(&site, &caller, school.as_str()).await?));
    }
    if let Some(class) = member.staff.scope.class() {
        details.push((frame.say("班级", "Class"), class.as_str().to_owned()));
    }
    details.push((
        frame.say("登录", "Signing in"),
        match member.set_up {
            SetUp::No => frame.say("没有邀请，还不能登录", "not invited, cannot sign in yet").to_owned(),
            SetUp::Invited { until } => frame.lang.of(
                format!("已邀请，到 {until} 有效；本人还没有设置"),
                format!("invited until {until}, not set up yet"),
            ),
            SetUp::Yes => frame.say("已设置", "set up").to_owned(),
        },
    ));
    // Whose sessions one may see is said where they are listed.
    let sessions = Question::Sessions(ListSessions { staff: Some(id.to_string()) });
    if let Ok(Reply::Sessions(sessions)) = site.app.ask(&caller, &sessions).await {
        let seen = sessions.iter().map(|session| session.seen_at).max();
        let seen = seen.map_or_else(
            || frame.say("现在没有登录", "not signed in now").to_owned(),
            |seen| {
                let (count, seen) = (sessions.len(), instants::in_shanghai(seen));
                frame.lang.of(format!("{count} 处，最近 {seen}"), format!("{count}, last seen {seen}"))
            },
        );
        details.push((frame.say("登录着的", "Signed in"), seen));
    }
    let history = Question::History(ShowHistory { id: id.to_string() });
    let events = match site.app.ask(&caller, &history).await {
        Ok(Reply::History(events)) => events,
        Ok(_) => return Err(Error::NotFound),
        // Who sees no record of it sees the account all the same.
        Err(failure) if failure.kind() == RefusalKind::NotFound => vec![],
        Err(failure) => return Err(failure.into()),
    };
    let told = |listed: &ListedEvent| {
        let version = listed.recorded.version.to_string();
        let words: Vec<(&str, &str)> =
            [("version", version.as_str())].into_iter().chain(of_one.iter().copied()).collect();
        event(&frame, listed, is_undone(&listed.event).then(|| offers.offer(Action::StaffUndo, &words)).flatten())
    };
    let facts = events.iter().rev().map(told).collect();
    let state = match member.disabled {
        Some((since, reason)) => {
            let reason = frame.word(&reason);
            frame.lang.of(format!("自 {since} 停用：{reason}"), format!("disabled since {since}: {reason}"))
        }
        None => String::new(),
    };
    let mut acts = if member.disabled.is_some() { OF_DISABLED.to_vec() } else { OF_ACTING.to_vec() };
    // Whoever is set up is invited again last.
    acts.rotate_left(usize::from(member.disabled.is_none() && member.set_up == SetUp::Yes));
    let page = MemberPage {
        acts: offers.offers(&acts, &of_one),
        role: frame.word(&member.staff.role),
        is_disabled: member.disabled.is_some(),
        name: member.name,
        state,
        details,
        facts,
        frame,
    };
    Ok(Html(page.render()?))
}

/// Whether it is a fact that is taken back by its number.
fn is_undone(event: &Event) -> bool {
    matches!(
        event,
        Event::Account(
            AccountEvent::RoleChanged { .. }
                | AccountEvent::NameCorrected { .. }
                | AccountEvent::AccountDisabled { .. }
                | AccountEvent::AccountEnabled { .. }
                | AccountEvent::SecondFactorWaived { .. }
                | AccountEvent::MailAddressGiven { .. }
                | AccountEvent::MailAddressTaken { .. }
                | AccountEvent::MailAddressDead { .. }
                | AccountEvent::DigestChosen { .. }
        )
    )
}
