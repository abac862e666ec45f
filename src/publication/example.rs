//! Hand-made reports for the tests beside the texts.

use jiff::civil::date;
use uuid::Uuid;

use crate::accounts::Scope;
use crate::app::explain::{Explained, NamedPerson};
use crate::app::full_report::FullReport;
use crate::app::report::{Breakdown, Cell, LogPosition, Report, SHARE_OF_DIRECT_EMPLOYMENT};
use crate::domain::figures::definitions::{DEFINITIONS, OpenFigure};
use crate::domain::figures::populations::*;
use crate::domain::figures::{Figure, PopulationCounts, figure, percent};
use crate::domain::ids::{SchoolCode, StudentId};
use crate::domain::school::SchoolEntry;
use crate::domain::terms::{SchoolCategory, Term};
use crate::projections::cohort_outcomes::count::Dimension;
use crate::projections::cohort_outcomes::explain::{FigurePart, PersonBehind};
use crate::text::lang::say;

pub fn counts(of: &[(&Population, i64)]) -> PopulationCounts {
    let mut counts = PopulationCounts::default();
    for (population, count) in of {
        let index = ALL.iter().position(|p| p == population).unwrap();
        counts.0[index] = *count;
    }
    counts
}

/// 8 graduates: 4 in direct employment (2 + 1 + 1), 2 in further study, 1 seeking, 1 unknown.
fn eight() -> PopulationCounts {
    counts(&[
        (&GRADUATES, 8),
        (&EMPLOYED, 6),
        (&DIRECT_EMPLOYMENT, 4),
        (&EMPLOYED_BY_ORGANISATION, 2),
        (&SELF_EMPLOYED, 1),
        (&OTHERWISE_EMPLOYED, 1),
        (&ON_SPECIALTY, 3),
        (&FURTHER_STUDY, 2),
        (&FURTHER_STUDY_UNDERGRADUATE, 1),
        (&NOT_EMPLOYED, 2),
        (&SEEKING, 1),
        (&UNKNOWN, 1),
        (&KNOWN, 7),
        (&EXAM_SAT, 3),
        (&EXAM_QUALIFIED, 2),
        (&EXAM_QUALIFIED_UNDERGRADUATE, 1),
    ])
}

pub fn of(counts: PopulationCounts) -> Report {
    Report {
        year: 2022,
        as_of: date(2022, 12, 31),
        is_ahead: false,
        known_at: LogPosition { position: 42, recorded_at: 1_000_000 },
        root: "0123456789abcdef".repeat(4),
        scope: Scope::City,
        school_name: None,
        figures: DEFINITIONS.iter().map(|d| (d, figure(d, &counts))).collect(),
        counts,
        breakdown: None,
        conflicts: 0,
        missing_schools: vec![],
        unreported_schools: vec![],
        stalled: vec![],
        lost: None,
    }
}

pub fn city() -> Report {
    let missing = SchoolEntry {
        code: SchoolCode::parse("33070009").unwrap(),
        name: "第九职业学校".to_owned(),
        category: SchoolCategory::ENTRIES[0].value,
    };
    Report { conflicts: 2, missing_schools: vec![missing], stalled: vec!["student_register".to_owned()], ..of(eight()) }
}

pub fn empty() -> Report {
    Report { known_at: LogPosition { position: 0, recorded_at: 0 }, ..of(PopulationCounts::default()) }
}

/// One school has all eight graduates. The name of the other begins like a formula.
pub fn with_schools() -> Report {
    let cell = |key: &str, name: &str, counts: PopulationCounts| Cell {
        key: vec![key.to_owned()],
        name: vec![say(name, name)],
        figures: DEFINITIONS.iter().map(|d| (d.id, figure(d, &counts))).collect(),
        counts,
    };
    let cells =
        vec![cell("33070001", "第一职业学校", eight()), cell("33070002", "=HYPERLINK(1)", PopulationCounts::default())];
    let breakdown = Breakdown { by: vec![Dimension::School], of_direct_employment: false, cells };
    Report { breakdown: Some(breakdown), ..city() }
}

/// The report on the city with its two schools, as it goes into a file.
pub fn full() -> FullReport {
    full_of(with_schools())
}

pub fn full_of(mut report: Report) -> FullReport {
    FullReport { breakdowns: report.breakdown.take().into_iter().collect(), report }
}

pub fn by_school_and_contract() -> Report {
    let share = Figure { numerator: 1, denominator: 4, percent: percent(1, 4), bounds: None };
    let cell = Cell {
        key: vec!["33070001".to_owned(), "not_recorded".to_owned()],
        name: vec![say("第一职业学校", "第一职业学校"), say("未填报", "not recorded")],
        counts: counts(&[(&GRADUATES, 1), (&DIRECT_EMPLOYMENT, 1), (&OTHERWISE_EMPLOYED, 1), (&MATCH_UNKNOWN, 1)]),
        figures: vec![(SHARE_OF_DIRECT_EMPLOYMENT, share)],
    };
    let by = vec![Dimension::School, Dimension::Contract];
    Report { breakdown: Some(Breakdown { by, of_direct_employment: true, cells: vec![cell] }), ..of(eight()) }
}

pub fn explained() -> Explained {
    let person = |position: i64, part: FigurePart, kind: &str| NamedPerson {
        name: Some("张*".to_owned()),
        student_number: Some("…0203".to_owned()),
        person: PersonBehind {
            student: StudentId(Uuid::nil()),
            school: "33070001".to_owned(),
            class: "汽修1班".to_owned(),
            part,
            position,
            kind: kind.to_owned(),
            reason: say("原因", "reason"),
            informed_on: None,
        },
    };
    let persons = vec![
        person(1, FigurePart::Numerator, "enterprise"),
        person(2, FigurePart::DenominatorOnly, "unknown"),
        person(3, FigurePart::Excluded, "withdrawn"),
    ];
    let known_at = LogPosition { position: 42, recorded_at: 1_000_000 };
    Explained { figure: OpenFigure::find("employment_rate").unwrap(), cell: vec![], is_ahead: false, known_at, persons }
}
