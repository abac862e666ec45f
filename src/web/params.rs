//! The parameters of a report in an address, read and written.
//!
//! Invariant: a parameter that cannot be read is refused by its name, never ignored. What `query_string` writes is read
//! back as the same question.

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use serde::Deserialize;

use super::error::Error;
use crate::app::report::ReportQuery;
use crate::domain::ids::SchoolCode;
use crate::domain::terms::Term;
use crate::input::known_at::{KnownAt, UnreadableKnownAt};
use crate::projections::cohort_outcomes::count::Dimension;
use crate::text::days;
use crate::text::lang::say;

/// The parameters as they were sent. A form also sends the fields that were left empty; these count as not given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(super) struct ReportParams {
    as_of: Option<String>,
    known_at: Option<String>,
    school: Option<String>,
    by: Option<String>,
    cell: Option<String>,
    part: Option<String>,
    page: Option<String>,
    format: Option<String>,
    trend: Option<String>,
}

impl ReportParams {
    /// The parameters of an address.
    ///
    /// # Errors
    /// If one of them is given twice.
    pub fn from_address(query: Result<Query<Self>, QueryRejection>) -> Result<Self, Error> {
        let Query(params) = query.map_err(|_| Error::ParameterTwice)?;
        Ok(params)
    }

    /// The question about this year.
    ///
    /// # Errors
    /// If day, position, instant or school cannot be read.
    pub fn question(&self, year: i16) -> Result<ReportQuery, Error> {
        let as_of = self.day().map(days::read).transpose();
        let known_at = given(&self.known_at).map_or(Ok(KnownAt::Head), str::parse);
        let school = given(&self.school).map(SchoolCode::parse).transpose();
        Ok(ReportQuery {
            year,
            as_of: as_of.map_err(|_| Error::no_day("as_of"))?,
            known_at: known_at.map_err(|_| UnreadableKnownAt)?,
            school: school.map_err(|_| Error::no_school())?,
        })
    }

    /// One or two dimensions of a breakdown; by school if none is given.
    ///
    /// # Errors
    /// If there is no such dimension, one is given twice, or there are more than two.
    pub fn dimensions(&self) -> Result<Vec<Dimension>, Error> {
        let hint = || {
            let hint = say(
                "写一个或两个不同的分组，如 school 或 school,kind",
                "write one or two groups that differ, like school or school,kind",
            );
            Error::Parameter("by", hint)
        };
        let codes = given(&self.by).unwrap_or("school").split(',');
        let dimensions =
            codes.map(|code| Dimension::from_code(code.trim()).ok_or_else(hint)).collect::<Result<Vec<_>, _>>()?;
        match dimensions.as_slice() {
            [first, second] if first == second => Err(hint()),
            [_] | [_, _] => Ok(dimensions),
            _ => Err(hint()),
        }
    }

    /// The cell of a breakdown whose persons are listed; none if all are.
    ///
    /// # Errors
    /// If its dimensions cannot be read.
    pub fn cell(&self) -> Result<(Vec<Dimension>, Option<String>), Error> {
        match given(&self.cell) {
            None => Ok((vec![], None)),
            Some(cell) => Ok((self.dimensions()?, Some(cell.to_owned()))),
        }
    }

    /// The same, to be put behind another query: empty, or `&...`.
    pub fn cell_string(&self) -> String {
        match (given(&self.cell), self.dimensions()) {
            (Some(cell), Ok(by)) => cell_query(&by, cell),
            (None, _) | (_, Err(_)) => String::new(),
        }
    }

    /// The part of a figure whose persons are listed.
    pub fn part(&self) -> &str {
        given(&self.part).unwrap_or("numerator")
    }

    /// The page of a list of so many pages, from 1.
    ///
    /// # Errors
    /// If there is no such page.
    pub fn page(&self, pages: usize) -> Result<usize, Error> {
        let page = given(&self.page).map_or(Ok(1), str::parse::<usize>);
        page.ok().filter(|page| (1..=pages).contains(page)).ok_or_else(Error::no_such_page)
    }

    /// The format of the file that is asked for instead of a page.
    pub fn format(&self) -> Option<&str> {
        given(&self.format)
    }

    /// The rate that is drawn over the years.
    pub fn trend(&self) -> Option<&str> {
        given(&self.trend)
    }

    fn day(&self) -> Option<&str> {
        given(&self.as_of)
    }

    /// The school as it was sent, to be shown in the form again.
    pub fn school(&self) -> &str {
        given(&self.school).unwrap_or_default()
    }

    /// The same question at a fixed position, of one school if given, to be put behind another address: `?...`. If a
    /// link did not fix the position, it would open another figure than the one beside it as soon as something is
    /// recorded.
    pub fn query_string(&self, position: i64, school: Option<&str>) -> String {
        let position = position.to_string();
        let fields = [("as_of", self.day()), ("known_at", Some(&position)), ("school", school.or(given(&self.school)))];
        let fields = fields.iter().filter_map(|(name, value)| value.map(|value| (name, value)));
        format!("?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish())
    }
}

/// A cell of a breakdown, to be put behind a query: `&by=...&cell=...`.
pub(super) fn cell_query(by: &[Dimension], cell: &str) -> String {
    let by = by.iter().map(|dimension| dimension.code()).collect::<Vec<_>>().join(",");
    let fields = [("by", by.as_str()), ("cell", cell)];
    format!("&{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish())
}

fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Uri;

    fn params(query: &str) -> ReportParams {
        let uri: Uri = format!("/{query}").parse().unwrap();
        Query::try_from_uri(&uri).unwrap().0
    }

    fn refused(result: Result<impl Sized, Error>) -> &'static str {
        match result {
            Err(Error::Parameter(name, _)) => name,
            Err(other) => panic!("{other:?} is refused for no parameter"),
            Ok(_) => panic!("not refused"),
        }
    }

    #[test]
    fn a_parameter_that_cannot_be_read_is_refused_by_its_name() {
        assert_eq!(refused(params("?as_of=2022-13-01").question(2022)), "as_of");
        assert_eq!(refused(params("?known_at=yesterday").question(2022)), "known_at");
        assert_eq!(refused(params("?school=../etc").question(2022)), "school");
        for by in ["shoe-size", "school,school", "school,kind,place", ","] {
            assert_eq!(refused(params(&format!("?by={by}")).dimensions()), "by");
        }
        for page in ["0", "3", "-1", "x", "18446744073709551615", "99999999999999999999"] {
            assert_eq!(refused(params(&format!("?page={page}")).page(2)), "page");
        }
    }

    #[test]
    fn an_instant_with_an_offset_is_read_escaped_or_not() {
        for text in ["1970-01-01T08:00:01%2B08:00", "1970-01-01T08:00:01+08:00", "1970-01-01T00:00:01Z"] {
            let asked = params(&format!("?known_at={text}")).question(2022).ok().unwrap();
            assert_eq!(asked.known_at, KnownAt::Instant(1_000_000), "{text}");
        }
    }

    #[test]
    fn a_field_left_empty_is_not_given() {
        let asked = params("?as_of=&known_at=&school=&by=").question(2022).ok().unwrap();
        assert_eq!(asked, ReportQuery::year(2022));
        assert_eq!(params("?by=").dimensions().ok().unwrap(), [Dimension::School]);
    }

    #[test]
    fn a_link_keeps_the_day_and_the_school_and_fixes_the_position() {
        let sent = params("?as_of=2022-08-31&known_at=1970-01-01T08:00:01%2B08:00&school=33070001");
        let linked = params(&sent.query_string(7, None)).question(2022).ok().unwrap();
        let meant = ReportQuery { known_at: KnownAt::Position(7), ..sent.question(2022).ok().unwrap() };
        assert_eq!(linked, meant);
        assert!(sent.query_string(7, Some("33070002")).ends_with("&school=33070002"));
        let odd = ReportParams { school: Some("汽 +&=%".to_owned()), ..sent };
        assert_eq!(params(&odd.query_string(7, None)).school(), "汽 +&=%");
    }
}
