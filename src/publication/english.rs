//! The report for reading in English: every count and figure, and the breakdown asked for.

use super::table::{Align, aligned, fitted, paragraph};
use super::text::LINE;
use crate::app::report::{Breakdown, PROFILE, Report, SHARE_OF_DIRECT_EMPLOYMENT, UnreportedSchool};
use crate::domain::figures::Figure;
use crate::domain::figures::populations::{
    ALL, DIRECT_EMPLOYMENT, EMPLOYED, FURTHER_STUDY, GRADUATES, KNOWN, ON_SPECIALTY, Population, UNKNOWN,
};
use crate::domain::terms::Term;
use crate::text::instants::rfc3339;
use crate::text::lang::{Lang, joined, number_of};

/// The figures of a breakdown that counts all graduates.
const IN_BREAKDOWN: [(&str, &str); 3] = [
    ("employment_rate", "employed %"),
    ("on_specialty_rate_of_graduates", "on-spec. %"),
    ("progression_rate", "study %"),
];

/// Writes the report for a terminal.
pub fn write(report: &Report) -> String {
    let asked = format!(
        "Destinations of the graduates of {}, {}, as of {}, as known at position {} ({}), profile {PROFILE}",
        report.year,
        scope(report),
        report.as_of,
        report.known_at.position,
        recorded_at(report),
    );
    let mut text = format!("{}root {}\n\n", paragraph(&asked, "", LINE), report.root);
    if report.is_ahead {
        let ahead = format!(
            "The cut-off {} has not come yet: this is what is known now and will still be so on that day; it is not final.",
            report.as_of
        );
        text.push_str(&paragraph(&ahead, "", LINE));
    }
    let counts: Vec<Vec<String>> = ALL
        .iter()
        .filter(|population| ***population != KNOWN)
        .map(|population| vec![population.en(), report.counts.of(population).to_string()])
        .collect();
    text.push_str(&aligned(&counts, &[Align::Left, Align::Right]));
    text.push('\n');
    let mut rows =
        vec![["figure", "numerator", "denominator", "percent", "if unknown: none – all"].map(str::to_owned).to_vec()];
    for (definition, figure) in &report.figures {
        rows.push(vec![
            definition.en.to_owned(),
            figure.numerator.to_string(),
            figure.denominator.to_string(),
            figure.percent.clone().unwrap_or_else(|| "—".to_owned()),
            figure.bounds.as_ref().map_or_else(String::new, |b| format!("{} – {}", b.lower, b.upper)),
        ]);
    }
    text.push_str(&fitted(&rows, &[Align::Left, Align::Right, Align::Right, Align::Right, Align::Left], LINE));
    if let Some(breakdown) = &report.breakdown {
        text.push('\n');
        text.push_str(&by(breakdown));
    }
    text.push('\n');
    if report.conflicts > 0 {
        text.push_str(&format!("{} conflicting records, to be resolved by a person.\n", report.conflicts));
    }
    if !report.missing_schools.is_empty() {
        let names: Vec<String> =
            report.missing_schools.iter().map(|school| format!("{} ({})", school.name, school.code)).collect();
        let missing = format!("{} schools missing, not zero: {}.", names.len(), names.join(", "));
        text.push_str(&paragraph(&missing, "", LINE));
    }
    if let Some(unreported) = unreported(report) {
        text.push_str(&paragraph(&unreported, "", LINE));
    }
    if let Some((lost, found_on)) = &report.lost {
        let lost = format!(
            "What was recorded at positions {} to {} was lost in a restore of {found_on}; other events stand there now. A \
             figure that cites one of them from before cannot be checked but by its root.",
            lost.from, lost.to
        );
        text.push_str(&paragraph(&lost, "", LINE));
    }
    if !report.stalled.is_empty() {
        text.push_str(&format!(
            "Stalled read models: {}; have the operator rebuild them.\n",
            report.stalled.join(", ")
        ));
    }
    text
}

/// The city, a school by its name, or its class.
fn scope(report: &Report) -> String {
    match (&report.school_name, report.scope.class()) {
        (Some(name), None) => format!("{name} ({})", report.scope),
        (Some(name), Some(_)) => format!("{name}, {}", report.scope),
        (None, _) => report.scope.to_string(),
    }
}

/// Names schools that have a roster and not one destination, and what that does to the figures.
fn unreported(report: &Report) -> Option<String> {
    let schools = &report.unreported_schools;
    if schools.is_empty() {
        return None;
    }
    let named = |of: &UnreportedSchool| format!("{} ({}, {})", of.school.name, of.school.code, of.graduates);
    let names: Vec<String> = schools.iter().map(named).collect();
    let (graduates, Figure { numerator, denominator, percent, .. }) = report.without_unreported();
    let without = percent.map_or_else(String::new, |percent| {
        format!("; without these schools the employment rate is {percent}% ({numerator} of {denominator})")
    });
    Some(format!(
        "{} with a roster and no destinations: {}; all {graduates} of their graduates count as unknown{without}.",
        number_of(schools.len(), "school"),
        names.join(", ")
    ))
}

/// The instant of the report's position; position 0 is before the first event and has none.
fn recorded_at(report: &Report) -> String {
    if report.known_at.position > 0 { rfc3339(report.known_at.recorded_at) } else { "no event yet".to_owned() }
}

fn by(breakdown: &Breakdown) -> String {
    let populations: &[(&Population, &str)] = if breakdown.of_direct_employment {
        &[(&DIRECT_EMPLOYMENT, "direct"), (&ON_SPECIALTY, "on-specialty")]
    } else {
        &[
            (&GRADUATES, "graduates"),
            (&EMPLOYED, "employed"),
            (&DIRECT_EMPLOYMENT, "direct"),
            (&FURTHER_STUDY, "study"),
            (&UNKNOWN, "unknown"),
        ]
    };
    let figures: &[(&str, &str)] =
        if breakdown.of_direct_employment { &[(SHARE_OF_DIRECT_EMPLOYMENT, "% of direct")] } else { &IN_BREAKDOWN };
    let mut head = vec![breakdown.by.iter().map(|dimension| dimension.code()).collect::<Vec<_>>().join(" · ")];
    head.extend(populations.iter().map(|(_, heading)| (*heading).to_owned()));
    head.extend(figures.iter().map(|(_, heading)| (*heading).to_owned()));
    let mut align = vec![Align::Right; head.len()];
    align[0] = Align::Left;
    let mut rows = vec![head];
    for cell in &breakdown.cells {
        let mut row = vec![joined(&cell.name, " · ", Lang::En)];
        row.extend(populations.iter().map(|(population, _)| cell.counts.of(population).to_string()));
        row.extend(figures.iter().map(|(id, _)| {
            let figure = cell.figures.iter().find(|(figure, _)| figure == id);
            let shown = figure.and_then(|(_, figure)| figure.percent.as_ref());
            shown.map_or_else(|| "—".to_owned(), |p| format!("{p}%"))
        }));
        rows.push(row);
    }
    let note = match breakdown.of_direct_employment {
        false => "Employed includes further study; the three rates are shares of graduates.\n",
        true => "",
    };
    format!("{}{note}", fitted(&rows, &align, LINE))
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::super::example;
    use super::*;
    use crate::text::lang::say;

    #[test]
    fn no_line_is_wider_than_a_terminal() {
        let mut long = example::with_schools();
        if let Some(breakdown) = &mut long.breakdown {
            let name = "第一职业技术教育中心学校".repeat(4);
            breakdown.cells[0].name = vec![say(name.clone(), name), say("数控技术应用", "660103")];
        }
        for of in [example::city(), example::empty(), long, example::by_school_and_contract()] {
            for line in write(&of).lines() {
                assert!(line.width() <= LINE, "{} cells: {line}", line.width());
            }
        }
    }

    #[test]
    fn position_0_is_before_the_first_event() {
        assert!(write(&example::empty()).replace('\n', " ").contains("position 0 (no event yet)"));
    }
}
