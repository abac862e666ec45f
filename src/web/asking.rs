//! The parameters of a question as they stand in an address, read and written.
//!
//! Invariant: a parameter that cannot be read is refused by its name, never ignored; what `query` writes is read back as
//! the same question.

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use serde::Deserialize;

use super::error::Error;
use crate::app::report::{Asked, KnownAt};
use crate::domain::ids::SchoolCode;
use crate::domain::terms::Term;
use crate::projections::cohort_outcomes::count::Dimension;
use crate::text::days;

/// A form sends fields that were left empty; they count as not given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Asking {
    as_of: Option<String>,
    known_at: Option<String>,
    school: Option<String>,
    by: Option<String>,
    part: Option<String>,
    page: Option<String>,
}

impl Asking {
    pub fn from_address(query: Result<Query<Self>, QueryRejection>) -> Result<Self, Error> {
        let Query(asking) = query.map_err(|_| Error::Parameter("参数", "每个参数只写一次"))?;
        Ok(asking)
    }

    pub fn asked(&self, year: i16) -> Result<Asked, Error> {
        let as_of = given(&self.as_of).map(days::read).transpose();
        let known_at = given(&self.known_at).map_or(Ok(KnownAt::Head), str::parse);
        let school = given(&self.school).map(SchoolCode::parse).transpose();
        Ok(Asked {
            year,
            as_of: as_of.map_err(|_| Error::Parameter("as_of", "写 2022-12-31 这样的日期"))?,
            known_at: known_at.map_err(|_| Error::Parameter("known_at", KnownAt::HOW))?,
            school: school.map_err(|_| Error::Parameter("school", "写学校代码"))?,
        })
    }

    /// One or two dimensions; by school unless given.
    pub fn dimensions(&self) -> Result<Vec<Dimension>, Error> {
        let hint = || Error::Parameter("by", "写一个或两个不同的分组，如 school 或 school,kind");
        let codes = given(&self.by).unwrap_or("school").split(',');
        let dimensions =
            codes.map(|code| Dimension::from_code(code.trim()).ok_or_else(hint)).collect::<Result<Vec<_>, _>>()?;
        match dimensions.as_slice() {
            [first, second] if first == second => Err(hint()),
            [_] | [_, _] => Ok(dimensions),
            _ => Err(hint()),
        }
    }

    pub fn part(&self) -> &str {
        given(&self.part).unwrap_or("numerator")
    }

    /// The page of a list, counted from 1.
    pub fn page(&self, pages: usize) -> Result<usize, Error> {
        let page = given(&self.page).map_or(Ok(1), str::parse::<usize>);
        page.ok().filter(|page| (1..=pages).contains(page)).ok_or(Error::Parameter("page", "没有这一页；页码从 1 起"))
    }

    /// What stands in the form.
    pub fn as_of(&self) -> &str {
        given(&self.as_of).unwrap_or_default()
    }

    pub fn known_at(&self) -> &str {
        given(&self.known_at).unwrap_or_default()
    }

    pub fn school(&self) -> &str {
        given(&self.school).unwrap_or_default()
    }

    /// The same question at a fixed position, of one school if given, for another address: `?...`. A link that did not
    /// fix the position would open another figure than the one it stands under when something is recorded meanwhile.
    pub fn query(&self, position: i64, school: Option<&str>) -> String {
        let position = position.to_string();
        let fields =
            [("as_of", given(&self.as_of)), ("known_at", Some(&position)), ("school", school.or(given(&self.school)))];
        let fields = fields.iter().filter_map(|(name, value)| value.map(|value| format!("{name}={}", escaped(value))));
        format!("?{}", fields.collect::<Vec<_>>().join("&"))
    }
}

fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

/// Percent-encoded: only letters, digits and `-._~` stand for themselves.
fn escaped(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Uri;

    fn asking(query: &str) -> Asking {
        let uri: Uri = format!("/{query}").parse().unwrap();
        Query::try_from_uri(&uri).unwrap().0
    }

    fn refused(result: Result<impl Sized, Error>) -> &'static str {
        match result {
            Err(Error::Parameter(name, _)) => name,
            Err(Error::NotFound | Error::Stalled(_) | Error::Broken(_)) | Ok(_) => {
                panic!("not refused for a parameter")
            }
        }
    }

    #[test]
    fn a_parameter_that_cannot_be_read_is_refused_by_its_name() {
        assert_eq!(refused(asking("?as_of=2022-13-01").asked(2022)), "as_of");
        assert_eq!(refused(asking("?known_at=yesterday").asked(2022)), "known_at");
        assert_eq!(refused(asking("?school=../etc").asked(2022)), "school");
        for by in ["shoe-size", "school,school", "school,kind,place", ","] {
            assert_eq!(refused(asking(&format!("?by={by}")).dimensions()), "by");
        }
        for page in ["0", "3", "-1", "x", "18446744073709551615", "99999999999999999999"] {
            assert_eq!(refused(asking(&format!("?page={page}")).page(2)), "page");
        }
    }

    #[test]
    fn an_instant_with_an_offset_is_read_escaped_or_not() {
        for text in ["1970-01-01T08:00:01%2B08:00", "1970-01-01T08:00:01+08:00", "1970-01-01T00:00:01Z"] {
            let asked = asking(&format!("?known_at={text}")).asked(2022).ok().unwrap();
            assert_eq!(asked.known_at, KnownAt::Instant(1_000_000), "{text}");
        }
    }

    #[test]
    fn a_field_left_empty_is_not_given() {
        let asked = asking("?as_of=&known_at=&school=&by=").asked(2022).ok().unwrap();
        assert_eq!(asked, Asked::year(2022));
        assert_eq!(asking("?by=").dimensions().ok().unwrap(), [Dimension::School]);
    }

    #[test]
    fn a_link_keeps_the_day_and_the_school_and_fixes_the_position() {
        let asking_for = asking("?as_of=2022-08-31&known_at=1970-01-01T08:00:01%2B08:00&school=33070001");
        let linked = asking(&asking_for.query(7, None)).asked(2022).ok().unwrap();
        let meant = Asked { known_at: KnownAt::Position(7), ..asking_for.asked(2022).ok().unwrap() };
        assert_eq!(linked, meant);
        assert!(asking_for.query(7, Some("33070002")).ends_with("&school=33070002"));
        assert_eq!(escaped("汽 +&"), "%E6%B1%BD%20%2B%26");
    }
}
