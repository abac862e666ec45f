//! Reports for other programs.

use serde_json::{Map, Value, json};

use crate::app::report::{Breakdown, Cell, PROFILE, Report, counted};
use crate::domain::figures::populations::{ALL, KNOWN};
use crate::domain::figures::{Figure, PopulationCounts};
use crate::domain::school::SchoolEntry;
use crate::domain::terms::Term;
use crate::text::instants::rfc3339;
use crate::text::lang::{Lang, joined};

/// A report with its breakdown.
pub fn report(report: &Report) -> Value {
    json!({
        "year": report.year,
        "as_of": report.as_of.to_string(),
        "as_of_is_ahead": report.is_ahead,
        "known_at": {
            "position": report.known_at.position,
            // Position 0 is before the first event and has no instant.
            "recorded_at": (report.known_at.position > 0).then(|| rfc3339(report.known_at.recorded_at)),
        },
        "root": report.root,
        "scope": scope(report),
        "profile": PROFILE,
        "counts": counts(&report.counts, |_| true),
        "figures": report.figures.iter().map(|(definition, figure)| json!({
            "id": definition.id,
            "version": definition.version,
            "name": { "zh": definition.zh, "en": definition.en },
            "numerator": figure.numerator,
            "denominator": figure.denominator,
            "percent": figure.percent,
            "bounds": figure.bounds,
            "definition": definition.text(),
        })).collect::<Vec<_>>(),
        "breakdown": report.breakdown.as_ref().map_or_else(Vec::new, breakdown),
        "conflicts": report.conflicts,
        "missing_schools": report.missing_schools.iter().map(school).collect::<Vec<_>>(),
        "unreported_schools": report.unreported_schools.iter().map(|of| {
            json!({ "code": of.school.code.as_str(), "name": of.school.name, "graduates": of.graduates })
        }).collect::<Vec<_>>(),
        "stalled": report.stalled,
        // Earlier events at these positions were lost in a restore, which was found on this day.
        "lost": report.lost.map(|(lost, found_on)| {
            json!({ "from": lost.from, "to": lost.to, "found_on": found_on.to_string() })
        }),
    })
}

fn scope(report: &Report) -> Value {
    json!({
        "school": report.scope.school().map(|school| school.as_str()),
        "name": report.school_name,
        "class": report.scope.class().map(|class| class.as_str()),
    })
}

fn counts(
    counts: &PopulationCounts,
    is_counted: impl Fn(&'static crate::domain::figures::populations::Population) -> bool,
) -> Value {
    let mut map = Map::new();
    for population in ALL.into_iter().filter(|population| **population != KNOWN) {
        let count = if is_counted(population) { json!(counts.of(population)) } else { Value::Null };
        map.insert(population.id.to_owned(), count);
    }
    Value::Object(map)
}

fn breakdown(breakdown: &Breakdown) -> Vec<Value> {
    let by: Vec<&str> = breakdown.by.iter().map(|dimension| dimension.code()).collect();
    let cell = |cell: &Cell| {
        json!({
            "by": by.join(","),
            "key": cell.key.join(","),
            "name": joined(&cell.name, " · ", Lang::Zh),
            "counts": counts(&cell.counts, |population| counted(breakdown, population)),
            "figures": cell.figures.iter().map(|(id, of)| figure(id, of)).collect::<Vec<_>>(),
        })
    };
    breakdown.cells.iter().map(cell).collect()
}

fn figure(id: &str, figure: &Figure) -> Value {
    json!({
        "id": id,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "percent": figure.percent,
        "bounds": figure.bounds,
    })
}

fn school(school: &SchoolEntry) -> Value {
    json!({ "code": school.code.as_str(), "name": school.name })
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    fn keys(value: &Value) -> Vec<&str> {
        value.as_object().unwrap().keys().map(String::as_str).collect()
    }

    #[test]
    fn a_report_has_the_promised_keys_in_the_promised_order() {
        let value = report(&example::with_schools());
        let promised = "year as_of as_of_is_ahead known_at root scope profile counts figures breakdown conflicts \
             missing_schools unreported_schools stalled lost";
        assert_eq!(keys(&value).join(" "), promised);
        let promised = "graduates employed direct_employment direct_employment_l0 employed_by_organisation \
             self_employed otherwise_employed on_specialty match_unknown further_study further_study_undergraduate \
             further_study_l0 not_employed seeking intends_to_study not_seeking unknown exam_sat exam_qualified \
             exam_qualified_undergraduate";
        assert_eq!(keys(&value["counts"]).join(" "), promised);
        let promised = "id version name numerator denominator percent bounds definition";
        assert_eq!(keys(&value["figures"][0]).join(" "), promised);
        assert_eq!(keys(&value["breakdown"][0]).join(" "), "by key name counts figures");
        let promised = "id numerator denominator percent bounds";
        assert_eq!(keys(&value["breakdown"][0]["figures"][0]).join(" "), promised);
    }

    #[test]
    fn percentages_are_strings_and_instants_rfc_3339() {
        let value = report(&example::city());
        assert_eq!(value["figures"][0]["percent"], "75.00"); // 6 of 8.
        assert_eq!(value["figures"][0]["bounds"], json!({ "lower": "75.00", "upper": "87.50" })); // 6 or 7 of 8.
        assert_eq!(value["known_at"], json!({ "position": 42, "recorded_at": "1970-01-01T00:00:01.000000Z" }));
        assert_eq!(value["scope"], json!({ "school": null, "name": null, "class": null }));
        assert_eq!(value["missing_schools"], json!([{ "code": "33070009", "name": "第九职业学校" }]));
        assert_eq!(value["breakdown"], json!([]));
    }

    #[test]
    fn over_nobody_the_percentage_is_null() {
        let value = report(&example::empty());
        assert_eq!(value["figures"][0]["percent"], Value::Null);
        assert_eq!(value["figures"][0]["bounds"], Value::Null);
        assert_eq!(value["known_at"]["recorded_at"], Value::Null);
    }

    #[test]
    fn by_a_detail_of_the_job_only_direct_employment_is_counted() {
        let value = report(&example::by_school_and_contract());
        let cell = &value["breakdown"][0];
        assert_eq!(cell["by"], "school,contract");
        assert_eq!(cell["key"], "33070001,not_recorded");
        assert_eq!(cell["name"], "第一职业学校 · 未填报");
        assert_eq!(cell["counts"]["graduates"], Value::Null);
        assert_eq!(cell["counts"]["direct_employment"], 1);
        assert_eq!(cell["figures"][0]["id"], "share_of_direct_employment");
        assert_eq!(cell["figures"][0]["percent"], "25.00"); // 1 of 4.
    }
}
