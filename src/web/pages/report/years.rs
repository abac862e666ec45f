//! A rate over the years up to the one that is shown: the line, and the table with the same digits beside it.

use super::FIRST;
use super::line::{Line, line, said};
use crate::accounts::Caller;
use crate::app::actions::{Action, Question};
use crate::app::reply::Reply;
use crate::app::report::ReportQuery;
use crate::app::trend::{Basis, ShowTrend, TrendPoint};
use crate::domain::figures::definitions::{Denominator, definition};
use crate::publication::lists::trend::{basis, version};
use crate::web::error::Error;
use crate::web::pages::count;
use crate::web::pages::frame::Frame;
use crate::web::pages::offers::{Offer, Offers};
use crate::web::params::ReportParams;
use crate::web::session::Site;

pub(super) struct Years {
    pub name: String,
    /// The rates that can be drawn: word, address, whether it is this one.
    pub chips: Vec<(String, String, bool)>,
    pub line: Option<Line>,
    pub said: String,
    pub rows: Vec<Row>,
    /// All rates as a file.
    pub files: Vec<(&'static str, String)>,
    /// What is done with figures published before, and where they are listed.
    pub acts: Vec<Offer>,
    pub published: String,
}

/// A year.
pub(super) struct Row {
    pub year: i16,
    /// The year's report, or the record of what was published.
    pub address: String,
    pub basis: String,
    pub is_proven: bool,
    pub numerator: (String, Option<String>),
    pub denominator: (String, Option<String>),
    pub percent: String,
    pub version: String,
    pub title: String,
}

/// The rate over the years; of a past knowledge, too.
pub(super) async fn of(
    site: &Site,
    caller: &Caller,
    frame: &Frame,
    query: ReportQuery,
    params: &ReportParams,
) -> Result<Years, Error> {
    let year = query.year;
    let figure = params.trend().unwrap_or(FIRST[0]).to_owned();
    let question = ShowTrend { figure: Some(figure.clone()), query, first_year: None };
    let Reply::Trend(trend) = site.app.ask(caller, &Question::Trend(question)).await? else {
        return Err(Error::NotFound);
    };
    let asked = params.query_string(trend.known_at.position, None);
    let points = trend.line(&figure);
    let chip = |id: &&str| {
        let name = definition(id).map_or(*id, |of| frame.lang.of(of.zh, of.en)).to_owned();
        (name, format!("/reports/{year}{asked}&trend={id}#years"), *id == figure)
    };
    let drawn = definition(&figure).map_or(figure.as_str(), |of| frame.lang.of(of.zh, of.en)).to_owned();
    let list = format!("/lists/trend{asked}&year={year}");
    let of_published = [Action::PublicationRecord, Action::PublicationWithdraw, Action::PublicationUndo];
    let offers = Offers::of(site, caller, frame.lang, of_published.to_vec()).await;
    let back = format!("/reports/{year}#years");
    Ok(Years {
        said: format!("{drawn}{}{}", frame.say("：", ": "), said(&points, frame.lang)),
        name: drawn,
        chips: FIRST.iter().map(chip).collect(),
        line: line(&points),
        rows: trend.points.iter().map(|point| row(frame, point, trend.known_at.position, params)).collect(),
        files: [("Excel", "xlsx"), ("CSV", "csv")].map(|(name, of)| (name, format!("{list}&format={of}"))).into(),
        acts: offers.offers(&of_published, &[("back", &back)]),
        published: "/lists/publication/list".to_owned(),
    })
}

fn row(frame: &Frame, point: &TrendPoint, position: i64, params: &ReportParams) -> Row {
    let figure = &point.figure;
    let (address, opened, title) = match &point.basis {
        Basis::Counted { as_of, .. } => {
            let school = Some(params.school()).filter(|school| !school.is_empty());
            let school = school.map_or_else(String::new, |school| format!("&school={school}"));
            let asked = format!("?as_of={as_of}&known_at={position}{school}");
            let open = |id: &str| format!("/reports/{}/{id}{asked}", point.year);
            let whole = match point.definition.denominator {
                Denominator::All(population) => open(population.id),
                Denominator::Less(..) => format!("{}&part=denominator", open(point.definition.id)),
            };
            let opened = Some((open(point.definition.numerator.id), whole));
            (format!("/reports/{}{asked}", point.year), opened, String::new())
        }
        Basis::Published(of) => (format!("/events/{}", of.position), None, of.of.title.clone()),
    };
    let (numerator_at, denominator_at) = opened.unzip();
    Row {
        year: point.year,
        address,
        basis: frame.said(&basis(point)),
        is_proven: point.is_proven(),
        numerator: (count(figure.numerator), numerator_at),
        denominator: (count(figure.denominator), denominator_at),
        percent: super::percent(figure),
        version: version(point, frame.lang),
        title,
    }
}
