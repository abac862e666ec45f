//! Specialties by destination: how many of each class of specialties went where, and what share of them that is.

use crate::accounts::Caller;
use crate::app::App;
use crate::app::actions::Question;
use crate::app::reply::Reply;
use crate::app::report::{Cell, ReportQuery, ReportReply, ShowReport};
use crate::domain::figures::percent;
use crate::domain::figures::populations::{
    DIRECT_EMPLOYMENT, FURTHER_STUDY, GRADUATES, INTENDS_TO_STUDY, NOT_SEEKING, Population, SEEKING, UNKNOWN,
};
use crate::projections::cohort_outcomes::count::Dimension;
use crate::text::lang::joined;
use crate::web::error::Error;
use crate::web::pages::frame::Frame;
use crate::web::pages::{count, definition};
use crate::web::params::{ReportParams, cell_query};

/// Where graduates went: each is in one of these.
const DESTINATIONS: [&Population; 6] =
    [&DIRECT_EMPLOYMENT, &FURTHER_STUDY, &SEEKING, &INTENDS_TO_STUDY, &NOT_SEEKING, &UNKNOWN];

pub(super) struct Matrix {
    /// With where each is defined.
    pub headings: Vec<(String, String)>,
    pub rows: Vec<Row>,
}

/// A class of specialties.
pub(super) struct Row {
    pub name: String,
    pub graduates: (String, String),
    /// Persons, their share of the row in percent, and where they are listed.
    pub cells: Vec<(String, String, String)>,
}

/// The matrix of a report; `None` where nobody graduated.
pub(super) async fn of(
    app: &App,
    caller: &Caller,
    frame: &Frame,
    query: &ReportQuery,
    params: &ReportParams,
) -> Result<Option<Matrix>, Error> {
    let question = ShowReport { query: query.clone(), by: vec![Dimension::SpecialtyClass], full: false };
    let Reply::Report(ReportReply::Plain(report)) = app.ask(caller, &Question::Report(question)).await? else {
        return Err(Error::NotFound);
    };
    let Some(breakdown) = report.breakdown.filter(|_| report.counts.of(&GRADUATES) > 0) else { return Ok(None) };
    let asked = params.query_string(report.known_at.position, None);
    let row = |cell: &Cell| {
        let behind = format!("{asked}{}", cell_query(&breakdown.by, &cell.key.join(",")));
        let open = |population: &Population| format!("/reports/{}/{}{behind}", report.year, population.id);
        let graduates = cell.counts.of(&GRADUATES);
        let destination = |population: &&Population| {
            let number = cell.counts.of(population);
            let share = percent(number, graduates).map_or_else(String::new, |share| format!("{share}%"));
            (count(number), share, open(population))
        };
        Row {
            name: joined(&cell.name, " · ", frame.lang),
            graduates: (count(graduates), open(&GRADUATES)),
            cells: DESTINATIONS.iter().map(destination).collect(),
        }
    };
    let heading = |of: &&Population| (frame.lang.of(of.zh.to_owned(), of.en()), definition::address(of.id));
    // Whoever did not graduate is in no column.
    let has_graduates = |cell: &&Cell| cell.counts.of(&GRADUATES) > 0;
    Ok(Some(Matrix {
        headings: [&GRADUATES].iter().chain(&DESTINATIONS).map(heading).collect(),
        rows: breakdown.cells.iter().filter(has_graduates).map(row).collect(),
    }))
}
