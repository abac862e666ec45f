//! The persons behind one figure, part by part and page by page.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Html;

use super::frame::{Frame, Visit};
use super::year_of;
use crate::app::App;
use crate::app::actions::Question;
use crate::app::explain::{ExplainFigure, NamedPerson};
use crate::app::reply::Reply;
use crate::domain::figures::definitions::OpenFigure;
use crate::projections::cohort_outcomes::explain::FigurePart;
use crate::text::lang::{joined, say};
use crate::web::error::Error;
use crate::web::params::ReportParams;

/// Persons on one page of a list.
const PERSONS_PER_PAGE: usize = 200;

#[derive(Template)]
#[template(path = "people_behind.html")]
struct ExplainPage {
    frame: Frame,
    year: i16,
    query: String,
    is_ahead: bool,
    figure: OpenFigure,
    defined: String,
    /// The names of the cell that is opened.
    of: Option<String>,
    /// The cell in an address, behind the query.
    cell: String,
    /// Name, code and number of persons of each part.
    parts: Vec<(&'static str, &'static str, String)>,
    shown: &'static str,
    persons: Vec<NamedPerson>,
    page: usize,
    pages: usize,
}

/// The persons behind one figure, part by part and page by page.
///
/// # Errors
/// If a parameter cannot be read, there is no such figure, school, position or page, or the read model is stalled.
pub(in crate::web) async fn show(
    State(app): State<Arc<App>>,
    Visit { caller, frame }: Visit,
    Path((year, figure)): Path<(String, String)>,
    query: Result<Query<ReportParams>, QueryRejection>,
) -> Result<Html<String>, Error> {
    let params = ReportParams::from_address(query)?;
    let year = year_of(&year)?;
    let (by, cell) = params.cell()?;
    let question = ExplainFigure { figure, query: params.question(year)?, by, cell };
    let Reply::Explain(explained) = app.ask(&caller, &Question::Explain(question)).await? else {
        return Err(Error::NotFound);
    };
    // The links to other pages of the list stay with the same persons.
    let position = explained.known_at.position;
    const WHOLE: &[FigurePart] = &[FigurePart::Numerator, FigurePart::DenominatorOnly];
    let parts = [
        (frame.say("分子", "numerator"), "numerator", &WHOLE[..1]),
        (frame.say("只在分母", "denominator only"), "denominator_only", &WHOLE[1..]),
        (frame.say("分母", "denominator"), "denominator", WHOLE),
        (frame.say("不计", "not counted"), "excluded", &[FigurePart::Excluded]),
    ];
    let (_, shown, part) = *parts.iter().find(|(_, code, _)| *code == params.part()).ok_or_else(|| {
        let codes = parts.map(|(_, code, _)| code);
        Error::Parameter("part", say(format!("写 {}", codes.join("、")), format!("write {}", codes.join(", "))))
    })?;
    let of = |part: &'static [FigurePart]| explained.persons.iter().filter(|of| part.contains(&of.person.part));
    let counted: Vec<_> =
        parts.iter().map(|(name, code, part)| (*name, *code, super::count(of(part).count()))).collect();
    let count = of(part).count();
    let pages = count.div_ceil(PERSONS_PER_PAGE).max(1);
    let page = params.page(pages)?;
    let persons = of(part).skip((page - 1) * PERSONS_PER_PAGE).take(PERSONS_PER_PAGE);
    let page = ExplainPage {
        year,
        query: params.query_string(position, None),
        cell: params.cell_string(),
        of: (!explained.cell.is_empty()).then(|| joined(&explained.cell, " · ", frame.lang)),
        is_ahead: explained.is_ahead,
        figure: explained.figure,
        parts: counted,
        shown,
        pages,
        persons: persons.cloned().collect(),
        defined: super::definition::address(explained.figure.id()),
        page,
        frame,
    };
    Ok(Html(page.render()?))
}

impl ExplainPage {
    fn title(&self) -> String {
        let (zh, en) = (self.figure.zh(), self.figure.en());
        self.frame.lang.of(format!("{} 届：{zh}", self.year), format!("{}: {en}", self.year))
    }

    /// Where one of the persons is.
    fn student(named: &NamedPerson) -> String {
        super::addresses::student(named.person.student)
    }

    /// Why one of the persons counts so.
    fn why(&self, named: &NamedPerson) -> String {
        self.frame.said(&named.person.reason)
    }

    /// The address of a part and page of this figure.
    fn address(&self, part: &str, page: usize) -> String {
        format!("/reports/{}/{}{}{}&part={part}&page={page}", self.year, self.figure.id(), self.query, self.cell)
    }
}
