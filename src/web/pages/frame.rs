//! What stands around every page: whose pages they are, where one can go, in which language and colours.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;

use crate::accounts::{Actor, Caller};
use crate::app::failure::Failure;
use crate::app::preferences::{Colours, Preferences};
use crate::app::viewer::Viewer;
use crate::domain::placement::arrangement::Period;
use crate::domain::terms::Term;
use crate::text::lang::{Lang, Sentence};
use crate::web::error::Error;
use crate::web::front::Front;
use crate::web::session::{SignedIn, Site};
use crate::web::uploads::{self, Notice};
use crate::web::{keys_address, style_address};

/// The cookies that say how somebody likes the pages.
pub(in crate::web) const LANGUAGE: &str = "language";
pub(in crate::web) const COLOURS: &str = "colours";

/// Somebody who is signed in, on a page.
pub(in crate::web) struct Visit {
    pub caller: Caller,
    pub frame: Frame,
}

/// What stands around a page. As an extractor it is the one for whoever comes, be it that nobody is signed in.
#[derive(Debug, Clone)]
pub(in crate::web) struct Frame {
    pub lang: Lang,
    /// light or dark; empty as the browser has it.
    pub colours: &'static str,
    liked: Preferences,
    /// Who is signed in; nobody at the door.
    pub viewer: Option<Viewer>,
    pub is_plain: bool,
    /// Whether it is the sample city with which one practises.
    pub is_practice: bool,
    /// What the reader has under way, or has not looked at.
    pub notice: Option<Notice>,
    actor: Option<Actor>,
    /// The address of this page, to come back to; empty where nobody can.
    here: String,
}

/// A word that leads to a page.
pub(in crate::web) struct NavWord {
    pub word: &'static str,
    pub address: &'static str,
    /// Whether this page is there, or below.
    pub is_here: bool,
    pub begins_group: bool,
}

/// Where one can go: Chinese, English, address, whether a group begins, and who.
type Place = (&'static str, &'static str, &'static str, bool, &'static [Actor]);

const OFFICE: &[Actor] = &[Actor::Bureau, Actor::Principal, Actor::Officer, Actor::ClassTeacher];
const EVERYBODY: &[Actor] =
    &[Actor::Bureau, Actor::Principal, Actor::Officer, Actor::ClassTeacher, Actor::Mentor, Actor::Auditor];
const READERS_OF_FIGURES: &[Actor] =
    &[Actor::Bureau, Actor::Principal, Actor::Officer, Actor::ClassTeacher, Actor::Auditor];
const IMPORTERS: &[Actor] = &[Actor::Bureau, Actor::Principal, Actor::Officer, Actor::ClassTeacher];
/// Of a city papers are looked at by school.
const SIGNERS: &[Actor] = &[Actor::Principal, Actor::Officer, Actor::ClassTeacher, Actor::Mentor];
const PLACES: [Place; 14] = [
    ("待办", "To do", "/", false, OFFICE),
    ("学生", "Students", "/students", false, EVERYBODY),
    ("班级", "Classes", "/classes", false, READERS_OF_FIGURES),
    ("实习", "Internships", "/placements", false, &[Actor::Principal, Actor::Officer, Actor::Mentor]),
    ("材料", "Papers", "/papers", false, SIGNERS),
    ("单位", "Units", "/employers", false, &[Actor::Bureau, Actor::Principal, Actor::Officer]),
    ("去向", "Destinations", "/outcomes", true, OFFICE),
    ("跟踪", "Campaigns", "/campaigns", false, OFFICE),
    ("统计", "Figures", "/reports", false, READERS_OF_FIGURES),
    ("导入", "Imports", "/imports", true, IMPORTERS),
    ("人员", "Staff", "/accounts", false, &[Actor::Bureau, Actor::Principal]),
    ("系统", "System", "/system", false, &[Actor::Bureau, Actor::Principal, Actor::Officer]),
    ("谁看过", "Looked at", "/access", false, &[Actor::Auditor]),
    ("记录", "Records", "/head", false, EVERYBODY),
];

impl Frame {
    /// For whom nobody knows, as the browser says that the pages are liked; where it is not known how the server is reached,
    /// nothing is said of that.
    pub fn at_the_door(headers: &HeaderMap, front: Option<&Front>, here: &str) -> Self {
        let liked = liked_by(headers);
        let lang = liked.language.unwrap_or_else(|| asked_by(headers));
        let colours = colours(liked);
        let (is_plain, is_practice) = front.map_or((false, false), |front| (front.is_plain(), front.is_practice()));
        let here = here.to_owned();
        Self { lang, colours, liked, viewer: None, is_plain, is_practice, notice: None, actor: None, here }
    }

    /// For whom is signed in, as the account says that the pages are liked, else as the browser does.
    pub async fn of(caller: &Caller, parts: &Parts, site: &Site) -> Result<Self, Failure> {
        let liked = site.app.preferences(caller).await?.or(liked_by(&parts.headers));
        Ok(Self {
            lang: liked.language.unwrap_or_else(|| asked_by(&parts.headers)),
            colours: colours(liked),
            liked,
            viewer: Some(site.app.viewer(caller).await?),
            is_plain: site.front.is_plain(),
            is_practice: site.front.is_practice(),
            notice: uploads::owner(caller)
                .and_then(|owner| site.uploads.notice(&owner).or_else(|| site.stacks.notice(&owner))),
            actor: Some(caller.actor_kind()),
            here: here(parts),
        })
    }

    /// The same, where one comes back to another address than that of the request.
    pub fn back_at(self, here: &str) -> Self {
        Self { here: here.to_owned(), ..self }
    }

    /// The address of this page, to come back to; empty where nobody can.
    pub fn here(&self) -> &str {
        &self.here
    }

    /// What is said in the reader's language; Chinese stands first.
    pub fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        self.lang.of(zh, en)
    }

    /// A sentence in the reader's language.
    pub fn said(&self, sentence: &Sentence) -> String {
        sentence.in_lang(self.lang).to_owned()
    }

    /// The same with its full stop.
    pub fn whole(&self, sentence: &Sentence) -> String {
        format!("{}{}", sentence.in_lang(self.lang), self.say("。", "."))
    }

    /// A term in the reader's language.
    pub fn word<T: Term>(&self, term: &T) -> String {
        self.lang.of(term.zh().to_owned(), term.en())
    }

    /// A day in a sentence: 11 月 29 日 星期日.
    pub fn day_of_week(&self, day: Date) -> String {
        const ZH: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
        let index = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or_default();
        let zh = format!("{} 月 {} 日 星期{}", day.month(), day.day(), ZH[index]);
        self.lang.of(zh, day.strftime("%a, %-d %b").to_string())
    }

    /// From one day to another, in a table.
    pub fn days(&self, period: Period) -> String {
        let Period { first_day, last_day } = period;
        self.lang.of(format!("{first_day} 至 {last_day}"), format!("{first_day} to {last_day}"))
    }

    /// The name of a person; an erased one has none.
    pub fn name(&self, name: Option<&str>) -> String {
        name.unwrap_or(self.say("已匿名化", "erased")).to_owned()
    }

    /// Whose pages these are.
    pub fn place(&self) -> &str {
        self.viewer.as_ref().map_or("gradtrail", |viewer| viewer.place.in_lang(self.lang))
    }

    /// The tag of the language for the page's root.
    pub fn tag(&self) -> &'static str {
        self.lang.of("zh-CN", "en")
    }

    /// In whose place the reader acts, and until when.
    pub fn in_place_of(&self) -> Option<&(String, Date)> {
        self.viewer.as_ref().and_then(|viewer| viewer.in_place_of.as_ref())
    }

    /// Where the reader can go.
    pub fn words(&self) -> Vec<NavWord> {
        let path = self.here.split('?').next().unwrap_or_default();
        let is_here = |address: &str| match address {
            "/" => path == "/",
            address => path.starts_with(address),
        };
        let places = PLACES.into_iter().filter(|(.., who)| self.actor.is_some_and(|actor| who.contains(&actor)));
        let word = |(zh, en, address, begins_group, _): Place| NavWord {
            word: self.say(zh, en),
            address,
            is_here: is_here(address),
            begins_group,
        };
        places.map(word).collect()
    }

    /// The word of what is under way or ended unseen, and where it is.
    pub fn noticed(&self) -> Option<(&'static str, String)> {
        let notice = self.notice.as_ref()?;
        let word = match notice.is_over {
            false => self.lang.of("1 件在办", "1 under way"),
            true => self.lang.of("1 件已办完", "1 done"),
        };
        Some((word, notice.address.clone()))
    }

    /// Whether this word's page is for the reader.
    pub fn leads_to(&self, address: &str) -> bool {
        self.words().iter().any(|word| word.address == address)
    }

    /// Whether keys do something: for who is signed in and did not switch them off.
    pub fn has_keys(&self) -> bool {
        self.viewer.is_some() && self.liked.keys != Some(false)
    }

    pub fn keys(&self) -> &'static str {
        keys_address()
    }

    pub fn style(&self) -> &'static str {
        style_address()
    }
}

/// What a cookie says.
fn cookie<'h>(headers: &'h HeaderMap, wanted: &str) -> Option<&'h str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

/// How the browser says that the pages are liked.
fn liked_by(headers: &HeaderMap) -> Preferences {
    let told = |name: &str| cookie(headers, name).unwrap_or_default();
    Preferences::of_codes(told(LANGUAGE), told(COLOURS), "")
}

/// The language that the browser asks for; Chinese if it asks for none of the two.
fn asked_by(headers: &HeaderMap) -> Lang {
    let asked = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = |tag: &str| asked.to_ascii_lowercase().find(tag).unwrap_or(usize::MAX);
    if first("en") < first("zh") { Lang::En } else { Lang::Zh }
}

fn colours(liked: Preferences) -> &'static str {
    match liked.colours {
        Some(Colours::Dark) => "dark",
        Some(Colours::Light) => "light",
        Some(Colours::System) | None => "",
    }
}

/// Where one comes back to: what a form sends stands in no address.
fn here(parts: &Parts) -> String {
    let address = parts.uri.path_and_query().filter(|_| parts.method == Method::GET);
    address.map_or(parts.uri.path(), |address| address.as_str()).to_owned()
}

impl FromRequestParts<Site> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let SignedIn(caller) = SignedIn::from_request_parts(parts, site).await?;
        let frame = Frame::of(&caller, parts, site).await.map_err(|failed| Error::from(failed).into_response())?;
        Ok(Self { caller, frame })
    }
}

impl FromRequestParts<Site> for Frame {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Infallible> {
        if let Ok(visit) = Visit::from_request_parts(parts, site).await {
            return Ok(visit.frame);
        }
        Ok(Self::at_the_door(&parts.headers, Some(&site.front), &here(parts)))
    }
}
