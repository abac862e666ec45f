//! The report as a table for spreadsheets: UTF-8 with a byte order mark, one line per count or figure of a cell.
//!
//! Columns: 分组 the dimensions, empty for the whole; 键 and 名称 the cell; 指标 the population's or definition's id; 指标名称;
//! 分子; 分母; 百分比; 下界; 上界. A count has its persons as numerator only. A cell that a spreadsheet would take for a
//! formula is neutralised by a leading apostrophe. The last lines, 分组 说明, say what the figures are true of: year, day,
//! position and instant, root, scope, profile, conflicts, missing schools.

use super::instant::rfc3339;
use crate::app::report::{Cell, PROFILE, Report, SHARE_OF_DIRECT_EMPLOYMENT, counted};
use crate::domain::figures::definitions::definition;
use crate::domain::figures::populations::{ALL, KNOWN, Population};
use crate::domain::figures::{Counts, Figure};
use crate::domain::terms::Term;

const HEADINGS: [&str; 10] = ["分组", "键", "名称", "指标", "指标名称", "分子", "分母", "百分比", "下界", "上界"];

/// The group of the lines that say what the figures are true of.
const ABOUT: &str = "说明";

/// # Errors
/// Never in practice: the lines go to memory.
pub fn report(report: &Report) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(vec![]);
    writer.write_record(HEADINGS)?;
    let whole = ["", "", "全部"].map(str::to_owned);
    counts(&mut writer, &whole, &report.counts, |_| true)?;
    for (definition, of) in &report.figures {
        figure(&mut writer, &whole, definition.id, of)?;
    }
    if let Some(breakdown) = &report.breakdown {
        let by: Vec<&str> = breakdown.by.iter().map(|dimension| dimension.code()).collect();
        for cell in &breakdown.cells {
            let place = place(&by.join(","), cell);
            counts(&mut writer, &place, &cell.counts, |population| counted(breakdown, population))?;
            for (id, of) in &cell.figures {
                figure(&mut writer, &place, id, of)?;
            }
        }
    }
    for (key, value) in circumstances(report) {
        writer.write_record([ABOUT, key, &neutral(&value), "", "", "", "", "", "", ""])?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(format!("\u{feff}{}", String::from_utf8_lossy(&bytes)))
}

/// What the figures are true of: the last lines.
fn circumstances(report: &Report) -> [(&'static str, String); 9] {
    let missing: Vec<&str> = report.missing_schools.iter().map(|school| school.code.as_str()).collect();
    [
        ("year", report.year.to_string()),
        ("as_of", report.as_of.to_string()),
        ("position", report.known_at.position.to_string()),
        ("recorded_at", rfc3339(report.known_at.recorded_at)),
        ("root", report.root.clone()),
        ("scope", report.scope.to_string()),
        ("profile", PROFILE.to_owned()),
        ("conflicts", report.conflicts.to_string()),
        ("missing_schools", missing.join(" ")),
    ]
}

fn place(by: &str, cell: &Cell) -> [String; 3] {
    [by.to_owned(), neutral(&cell.key.join(",")), neutral(&cell.name.join(" · "))]
}

fn counts(
    writer: &mut csv::Writer<Vec<u8>>,
    place: &[String; 3],
    counts: &Counts,
    is_counted: impl Fn(&'static Population) -> bool,
) -> Result<(), csv::Error> {
    for population in ALL.into_iter().filter(|population| **population != KNOWN) {
        let count = if is_counted(population) { counts.of(population).to_string() } else { String::new() };
        let cells = place.iter().map(String::as_str).chain([population.id, population.zh, &count, "", "", "", ""]);
        writer.write_record(cells)?;
    }
    Ok(())
}

fn figure(writer: &mut csv::Writer<Vec<u8>>, place: &[String; 3], id: &str, figure: &Figure) -> Result<(), csv::Error> {
    let name = match definition(id) {
        Some(definition) => definition.zh,
        None if id == SHARE_OF_DIRECT_EMPLOYMENT => "占直接就业",
        None => id,
    };
    let (numerator, denominator) = (figure.numerator.to_string(), figure.denominator.to_string());
    let percent = figure.percent.as_deref().unwrap_or_default();
    let (lower, upper) = figure.bounds.as_ref().map_or(("", ""), |b| (b.lower.as_str(), b.upper.as_str()));
    let cells = place.iter().map(String::as_str);
    writer.write_record(cells.chain([id, name, &numerator, &denominator, percent, lower, upper]))
}

/// The cell so that no spreadsheet takes it for a formula.
fn neutral(text: &str) -> String {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '＝' | '＋' | '－' | '＠') => format!("'{text}"),
        Some(_) | None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    #[test]
    fn a_cell_that_begins_like_a_formula_is_neutralised() {
        assert_eq!(neutral("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
        assert_eq!(neutral("＋1"), "'＋1");
        assert_eq!(neutral("高三1班"), "高三1班");
    }

    fn rows(of: &Report) -> Vec<Vec<String>> {
        let text = report(of).unwrap();
        let mut reader = csv::Reader::from_reader(text.strip_prefix('\u{feff}').unwrap().as_bytes());
        assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), HEADINGS);
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    fn find<'a>(rows: &'a [Vec<String>], key: &str, item: &str) -> &'a [String] {
        rows.iter().find(|row| row[1] == key && row[3] == item).unwrap()
    }

    #[test]
    fn counts_and_figures_of_the_whole_and_of_each_cell_are_one_line_each() {
        let rows = rows(&example::with_schools());
        assert_eq!(find(&rows, "", "graduates")[5], "8");
        // 6 of 8 = 75 %; with the unknown one in, 7 of 8 = 87.5 %.
        assert_eq!(find(&rows, "", "employment_rate")[5..], ["6", "8", "75.00", "75.00", "87.50"]);
        assert_eq!(find(&rows, "33070001", "employment_rate")[2], "第一职业学校");
        assert_eq!(find(&rows, "33070002", "graduates")[2], "'=HYPERLINK(1)");
        // Nobody graduated there: no percentage and no bounds.
        assert_eq!(find(&rows, "33070002", "employment_rate")[5..], ["0", "0", "", "", ""]);
        // 20 counts and 14 figures of the whole and of two schools, and 9 lines that say of what.
        assert_eq!(rows.len(), 3 * 34 + 9);
        assert_eq!(rows.last().unwrap()[..2], ["说明", "missing_schools"]);
    }

    #[test]
    fn what_is_not_counted_is_an_empty_cell_and_not_zero() {
        let rows = rows(&example::by_school_and_contract());
        let key = "33070001,not_recorded";
        assert_eq!(find(&rows, key, "graduates")[5], "");
        assert_eq!(find(&rows, key, "direct_employment")[5], "1");
        assert_eq!(find(&rows, key, "share_of_direct_employment")[5..8], ["1", "4", "25.00"]);
    }
}
