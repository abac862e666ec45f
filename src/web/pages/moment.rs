//! Which day a page is about, and with which records: said on every page that can be asked about another moment, with where it
//! is changed, by names before dates. On a page about another moment nothing can be recorded, and it says so.
//!
//! A form sends a choice and, beside it, what was typed for another one; `settled` makes one word of the two.

pub(super) mod fields;

use askama::Template;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use jiff::civil::Date;

use self::fields::{Fields, OTHER, exact, of_year, usual_days};
use super::frame::Frame;
use crate::accounts::Caller;
use crate::app::actions::Question;
use crate::app::at_work::PlacementQuery;
use crate::app::health::ShowHead;
use crate::app::reply::Reply;
use crate::app::report::{LogPosition, cut_off};
use crate::input::known_at::KnownAt;
use crate::text::instants;
use crate::web::error::Error;
use crate::web::session::Site;

/// The words by which a page is asked for a day and a state of knowledge.
pub(super) const NAMES: (&str, &str) = ("on", "known_at");

/// The moment that a page is about.
#[derive(Template)]
#[template(path = "moment.html")]
pub(super) struct Moment {
    frame: Frame,
    /// The page.
    path: String,
    /// Words of its address that stay.
    kept: Vec<(&'static str, String)>,
    fields: Fields,
    /// As they are read.
    day: String,
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
        caller: &Caller,
        frame: &Frame,
        path: &str,
        kept: &[(&'static str, &str)],
        query: &PlacementQuery,
        usual: Date,
    ) -> Result<Self, Error> {
        Self::under(site, caller, frame, path, NAMES, kept, query, usual).await
    }

    /// The same, of a page that is asked for it by other words.
    ///
    /// # Errors
    /// When the database does not answer.
    #[expect(clippy::too_many_arguments, reason = "what a page is, and about what")]
    pub(super) async fn under(
        site: &Site,
        caller: &Caller,
        frame: &Frame,
        path: &str,
        names: (&'static str, &'static str),
        kept: &[(&'static str, &str)],
        query: &PlacementQuery,
        usual: Date,
    ) -> Result<Self, Error> {
        let (today, now) = (site.app.today(), site.app.now());
        let past = match query.known_at {
            KnownAt::Head => None,
            KnownAt::Position(position) => {
                let Reply::Head(head) = site.app.ask(caller, &Question::Head(ShowHead {})).await? else {
                    return Err(Error::NotFound);
                };
                let recorded_at = site.app.recorded_at(position).await?.unwrap_or_default();
                (position < head.position()).then_some(LogPosition { position, recorded_at })
            }
            KnownAt::Instant(instant) => (instant < now).then_some(LogPosition { position: 0, recorded_at: instant }),
        };
        let shown = instants::in_shanghai(past.map_or(now, |past| past.recorded_at));
        let until = match shown.strip_prefix(&today.to_string()).map(str::trim) {
            Some(time) => frame.lang.of(format!("今天 {time}"), format!("{time} today")),
            None => shown.clone(),
        };
        // Of lists of today the last cut-off that is past, of figures their own.
        let year = if usual == today { today.year() - 1 } else { usual.year() };
        let known = of_year(&site.app, caller, frame, year).await?;
        let days = usual_days(frame, today, cut_off(year));
        let is_it = |day: Date| day.to_string().parse().is_ok_and(|of: KnownAt| of == query.known_at);
        let chosen = match past {
            None => "head".to_owned(),
            Some(past) => {
                let named = known.iter().find(|named| is_it(named.day));
                named.map_or_else(|| exact(past), |named| named.day.to_string())
            }
        };
        let day = query.on.unwrap_or(usual).to_string();
        let kept = kept.iter().filter(|(_, value)| !value.is_empty());
        Ok(Self {
            frame: frame.clone(),
            path: path.to_owned(),
            kept: kept.map(|(name, value)| (*name, (*value).to_owned())).collect(),
            fields: Fields::of(frame, names, (&day, &chosen), &days, &known),
            until,
            is_other: query.on.is_some_and(|on| on != usual) || past.is_some(),
            day,
        })
    }

    /// The page about now.
    fn now(&self) -> String {
        let words = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.kept).finish();
        if words.is_empty() { self.path.clone() } else { format!("{}?{words}", self.path) }
    }
}

/// Has a page asked by what a form chose: beside a choice stands what was typed for another one.
pub(in crate::web) async fn settled(mut request: Request, next: Next) -> Response {
    if let Some(query) = request.uri().query().and_then(settled_query) {
        let asked = format!("{}?{query}", request.uri().path());
        if let Ok(address) = asked.parse() {
            *request.uri_mut() = address;
        }
    }
    next.run(request).await
}

/// The words without what was typed beside them; `None` where nothing was.
fn settled_query(query: &str) -> Option<String> {
    const TYPED: &str = "_other";
    let words: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    if words.iter().all(|(name, _)| !name.ends_with(TYPED)) {
        return None;
    }
    let typed = |wanted: &str| {
        let typed = words.iter().find(|(name, _)| name.strip_suffix(TYPED) == Some(wanted));
        typed.map_or("", |(_, value)| value.trim())
    };
    let chosen = words.iter().filter(|(name, _)| !name.ends_with(TYPED)).map(|(name, value)| {
        let value = if value.trim() == OTHER { typed(name) } else { value };
        (name.as_str(), value)
    });
    Some(form_urlencoded::Serializer::new(String::new()).extend_pairs(chosen).finish())
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

#[cfg(test)]
mod tests {
    use super::settled_query;

    #[test]
    fn what_is_typed_beside_a_choice_counts_only_where_another_one_is_chosen() {
        for (sent, read) in [
            ("on=other&on_other=2026-9-1&known_at=head&known_at_other=", "on=2026-9-1&known_at=head"),
            ("on=2026-12-31&on_other=2026-9-1", "on=2026-12-31"),
            ("on=other&on_other=&list=unsigned", "on=&list=unsigned"),
            ("a=other&a_other=1&b=2&b_other=", "a=1&b=2"),
            ("on=other&x_other=1", "on="),
        ] {
            assert_eq!(settled_query(sent).as_deref(), Some(read), "{sent}");
        }
        assert_eq!(settled_query("on=2026-9-1&reason=other"), None);
    }
}
