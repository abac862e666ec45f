//! Which day a page is about, and with which records: said on every page that can be asked about another moment, with where it
//! is changed. On a page about another moment nothing can be recorded, and it says so.

use askama::Template;
use jiff::civil::Date;

use super::frame::Frame;
use crate::app::at_work::PlacementQuery;
use crate::input::known_at::KnownAt;
use crate::text::instants;
use crate::web::error::Error;
use crate::web::session::Site;

/// The moment that a page is about.
#[derive(Template)]
#[template(path = "moment.html")]
pub(super) struct Moment {
    frame: Frame,
    /// The page.
    path: String,
    /// Words of its address that stay.
    kept: Vec<(&'static str, String)>,
    /// As they were typed.
    on: String,
    known_at: String,
    /// As they are read.
    day: String,
    usual: String,
    until: String,
    /// Whether it is another one than now, on which nothing can be recorded.
    pub is_other: bool,
}

impl Moment {
    /// Of a page at a path, with the words of its address that are no moment; `usual` is the day that the page is about unless
    /// another is asked for: today, or the last day of a year's figures.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) async fn of(
        site: &Site,
        frame: &Frame,
        path: &str,
        kept: &[(&'static str, &str)],
        query: &PlacementQuery,
        usual: Date,
    ) -> Result<Self, Error> {
        let today = site.app.today();
        let now = site.app.now();
        let instant = match query.known_at {
            KnownAt::Head => None,
            KnownAt::Position(position) => Some(site.app.recorded_at(position).await?.unwrap_or_default()),
            KnownAt::Instant(instant) => Some(instant).filter(|instant| *instant < now),
        };
        let shown = instants::in_shanghai(instant.unwrap_or(now));
        let time = shown.strip_prefix(&today.to_string()).map(str::trim);
        let until = match (time, instant) {
            (Some(time), _) => frame.lang.of(format!("今天 {time}"), format!("{time} today")),
            (None, _) => shown.clone(),
        };
        let kept = kept.iter().filter(|(_, value)| !value.is_empty());
        Ok(Self {
            frame: frame.clone(),
            path: path.to_owned(),
            kept: kept.map(|(name, value)| (*name, (*value).to_owned())).collect(),
            on: query.on.filter(|on| *on != usual).map_or_else(String::new, |on| on.to_string()),
            known_at: instant.map_or_else(String::new, instants::in_shanghai),
            day: query.on.unwrap_or(usual).to_string(),
            usual: if usual == today { frame.say("今天", "today").to_owned() } else { usual.to_string() },
            until,
            is_other: query.on.is_some_and(|on| on != usual) || instant.is_some(),
        })
    }

    /// The page about now.
    fn now(&self) -> String {
        let words = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.kept).finish();
        if words.is_empty() { self.path.clone() } else { format!("{}?{words}", self.path) }
    }
}

/// A state of knowledge as an address says it.
pub(super) fn known_word(known_at: KnownAt) -> String {
    if known_at == KnownAt::Head { String::new() } else { known_at.into() }
}

/// A page about the same moment, behind its address.
pub(super) fn moment_words(on: Option<Date>, known_at: &str) -> String {
    let on = on.map_or_else(String::new, |on| on.to_string());
    let words = [("on", on.as_str()), ("known_at", known_at)].into_iter().filter(|(_, value)| !value.is_empty());
    let words = form_urlencoded::Serializer::new(String::new()).extend_pairs(words).finish();
    if words.is_empty() { words } else { format!("?{words}") }
}
