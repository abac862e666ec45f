//! Reports and lists for other programs.

use serde_json::{Map, Value, json};

use super::instant::rfc3339;
use crate::accounts::Scope;
use crate::app::report::{Breakdown, Cell, Conflicts, Explained, Missing, NamedPerson, PROFILE, Report, counted};
use crate::domain::figures::populations::{ALL, KNOWN};
use crate::domain::figures::{Counts, Figure};
use crate::domain::school::SchoolEntry;
use crate::domain::terms::Term;
use crate::projections::cohort_outcomes::explain::Part;

pub fn report(report: &Report) -> Value {
    json!({
        "year": report.year,
        "as_of": report.as_of.to_string(),
        "known_at": {
            "position": report.known_at.position,
            "recorded_at": rfc3339(report.known_at.recorded_at),
        },
        "root": report.root,
        "scope": scope(&report.scope),
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
        "missing_schools": schools(&report.missing_schools),
        "stalled": report.stalled,
    })
}

fn scope(scope: &Scope) -> Value {
    json!({
        "school": scope.school().map(|school| school.as_str()),
        "class": scope.class().map(|class| class.as_str()),
    })
}

fn counts(
    counts: &Counts,
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
            "name": cell.name.join(" · "),
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

fn schools(schools: &[SchoolEntry]) -> Vec<Value> {
    schools.iter().map(|school| json!({ "code": school.code.as_str(), "name": school.name })).collect()
}

pub fn explained(explained: &Explained) -> Value {
    let part = |part| explained.part(part).map(person).collect::<Vec<_>>();
    json!({
        "figure": explained.definition.id,
        "numerator": part(Part::Numerator),
        "denominator_only": part(Part::DenominatorOnly),
        "excluded": part(Part::Excluded),
    })
}

fn person(named: &NamedPerson) -> Value {
    let person = &named.person;
    json!({
        "student": person.student.0,
        "name": named.name,
        "school": person.school,
        "position": person.position,
        "kind": person.kind,
        "reason": person.reason,
    })
}

pub fn missing(missing: &Missing) -> Value {
    json!({
        "graduates": missing.graduates.iter().map(person).collect::<Vec<_>>(),
        "schools": schools(&missing.schools),
    })
}

pub fn conflicts(conflicts: &Conflicts) -> Value {
    json!({
        "claims": conflicts.claims.iter().map(person).collect::<Vec<_>>(),
        "at_two_schools":
            conflicts.at_two_schools.iter().map(|(a, b)| json!([person(a), person(b)])).collect::<Vec<_>>(),
    })
}
