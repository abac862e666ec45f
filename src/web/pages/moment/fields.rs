//! The fields by which a day and a state of knowledge are chosen in plain words: what has a name comes before dates.

use askama::Template;
use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan as _};

use crate::accounts::Caller;
use crate::app::App;
use crate::app::actions::Question;
use crate::app::publication::ListPublications;
use crate::app::reply::Reply;
use crate::app::report::{LogPosition, cut_off};
use crate::projections::published_figures::Published;
use crate::web::error::Error;
use crate::web::pages::frame::Frame;

/// What is sent for a choice that is typed beside.
pub(super) const OTHER: &str = "other";

/// The fields of a form by which a day and a state of knowledge are chosen.
#[derive(Template)]
#[template(path = "moment/fields.html")]
pub(in crate::web::pages) struct Fields {
    frame: Frame,
    day: Choices,
    known: Choices,
}

/// A field with its choices; the last is typed beside it.
struct Choices {
    name: &'static str,
    listed: Vec<Choice>,
    /// What was chosen that has no name.
    typed: String,
}

struct Choice {
    value: String,
    word: String,
    is_chosen: bool,
}

/// A day that has a name.
pub(in crate::web::pages) struct NamedDay {
    pub word: String,
    pub day: Date,
}

impl Fields {
    /// To choose a day and a state of knowledge under these names. `day` and `known` are what is chosen now, `days` the days
    /// that have a name, and `moments` those at the end of which something is known that has one.
    pub(in crate::web::pages) fn of(
        frame: &Frame,
        names: (&'static str, &'static str),
        (day, known): (&str, &str),
        days: &[NamedDay],
        moments: &[NamedDay],
    ) -> Self {
        let choice = |value: String, word: String, chosen: &str| Choice { is_chosen: value == chosen, value, word };
        let of_day =
            |of: &NamedDay, chosen: &str| choice(of.day.to_string(), format!("{} {}", of.day, of.word), chosen);
        let days = days.iter().map(|of| of_day(of, day)).collect();
        let now = choice("head".to_owned(), frame.say("到现在", "until now").to_owned(), known);
        let moments = moments.iter().map(|of| of_day(of, known));
        Self {
            day: Choices::of(names.0, days, day),
            known: Choices::of(names.1, [now].into_iter().chain(moments).collect(), known),
            frame: frame.clone(),
        }
    }
}

impl Choices {
    fn of(name: &'static str, listed: Vec<Choice>, chosen: &str) -> Self {
        let is_listed = listed.iter().any(|choice| choice.is_chosen);
        Self { name, listed, typed: if is_listed { String::new() } else { chosen.to_owned() } }
    }

    /// Whether what is typed counts.
    fn is_typed(&self) -> bool {
        !self.typed.is_empty()
    }
}

/// The instant of a position, as it can be typed to mean all that was known then.
pub(in crate::web::pages) fn exact(known_at: LogPosition) -> String {
    let shown = |instant: Timestamp| {
        let clock = Offset::constant(8).to_datetime(instant);
        format!("{}+08:00", clock.strftime("%Y-%m-%dT%H:%M:%S%.6f"))
    };
    Timestamp::from_microsecond(known_at.recorded_at).map_or_else(|_| known_at.position.to_string(), shown)
}

/// The moments of a year that have a name: the usual ones, and when figures of it were published.
pub(in crate::web::pages) async fn of_year(
    app: &App,
    caller: &Caller,
    frame: &Frame,
    year: i16,
) -> Result<Vec<NamedDay>, Error> {
    let question = Question::Publications(ListPublications { year: Some(year), ..ListPublications::default() });
    let mut moments = usual(frame, app.today(), cut_off(year));
    // Who may not ask for them looks at lists all the same.
    if app.permits(caller, question.action()).await.is_err() {
        return Ok(moments);
    }
    let Reply::Publications(published) = app.ask(caller, &question).await? else { return Err(Error::NotFound) };
    for Published { published_on: day, .. } in published {
        if moments.iter().all(|known| known.day != day) {
            moments.push(NamedDay { word: frame.say("公布时", "when it was published").to_owned(), day });
        }
    }
    Ok(moments)
}

/// The moments whose names everybody knows: yesterday, a week ago, the cut-off where it is past.
fn usual(frame: &Frame, today: Date, cut_off: Date) -> Vec<NamedDay> {
    let named = |day: Date, zh: &str, en: &str| NamedDay { word: frame.say(zh, en).to_owned(), day };
    let before = |days: i64| today.checked_sub(days.days()).unwrap_or(today);
    let mut moments =
        vec![named(before(1), "昨天结束时", "the end of yesterday"), named(before(7), "一周以前", "a week ago")];
    if cut_off < today {
        moments.push(named(cut_off, "年度截止日结束时", "the end of the cut-off"));
    }
    moments
}

/// The days whose names everybody knows: the cut-off and today.
pub(in crate::web::pages) fn usual_days(frame: &Frame, today: Date, cut_off: Date) -> Vec<NamedDay> {
    let named = |day: Date, zh: &str, en: &str| NamedDay { word: frame.say(zh, en).to_owned(), day };
    vec![named(cut_off, "年度截止日", "the year's cut-off"), named(today, "今天", "today")]
}
