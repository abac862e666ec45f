//! The tables of a report: the yearly form's, all figures, and one for each breakdown with its total.
//!
//! Invariant: a share is persons over persons of this report; no share is made to fit.

use super::document::{ReportCell, ReportColumn, ReportRow, ReportTable};
use crate::app::full_report::FullReport;
use crate::app::report::{Breakdown, Report, SHARE_OF_DIRECT_EMPLOYMENT};
use crate::domain::figures::definitions::definition;
use crate::domain::figures::populations::{
    DIRECT_EMPLOYMENT, EMPLOYED, EMPLOYED_BY_ORGANISATION, EXAM_QUALIFIED, EXAM_QUALIFIED_UNDERGRADUATE, EXAM_SAT,
    FURTHER_STUDY, FURTHER_STUDY_UNDERGRADUATE, GRADUATES, INTENDS_TO_STUDY, NOT_EMPLOYED, NOT_SEEKING, ON_SPECIALTY,
    OTHERWISE_EMPLOYED, Population, SEEKING, SELF_EMPLOYED, UNKNOWN,
};
use crate::domain::figures::{PopulationCounts, figure, percent};
use crate::domain::terms::Term;
use crate::projections::NOT_RECORDED;
use crate::projections::cohort_outcomes::count::Dimension;

/// The rates of a breakdown, all of graduates: id and heading.
const RATES: [(&str, &str); 3] =
    [("employment_rate", "就业率"), ("on_specialty_rate_of_graduates", "对口率"), ("progression_rate", "升学率")];

/// All tables of a report in order, numbered.
pub fn of(full: &FullReport) -> Vec<ReportTable> {
    let report = &full.report;
    let mut tables = vec![graduates(report), destinations(report), further_study(report), all_figures(report)];
    tables.extend(full.breakdowns.iter().map(|breakdown| of_breakdown(breakdown, &report.counts)));
    for (index, table) in tables.iter_mut().enumerate() {
        table.title = format!("表{} {}", index + 1, table.title);
    }
    tables
}

fn share(part: i64, whole: i64) -> ReportCell {
    ReportCell::Percent(percent(part, whole))
}

fn graduates(report: &Report) -> ReportTable {
    let whole = report.counts.of(&GRADUATES);
    let cells = |name: &str, population: &Population| {
        let persons = report.counts.of(population);
        vec![ReportCell::text(name), ReportCell::Count(persons), share(persons, whole)]
    };
    let parts = [
        ("就业学生（含升学）", &EMPLOYED),
        ("其中：直接就业", &DIRECT_EMPLOYMENT),
        ("其中：升学", &FURTHER_STUDY),
        ("对口就业（直接就业中）", &ON_SPECIALTY),
        ("未就业学生", &NOT_EMPLOYED),
        ("其中：待就业", &SEEKING),
        ("其中：不就业拟升学", &INTENDS_TO_STUDY),
        ("其中：其他暂不就业", &NOT_SEEKING),
        ("其中：去向未知", &UNKNOWN),
    ];
    let mut rows: Vec<ReportRow> =
        parts.iter().map(|(name, population)| ReportRow::part(cells(name, population))).collect();
    rows.push(ReportRow::total(cells("毕业学生", &GRADUATES)));
    let sums: [(&Population, &[&Population]); 3] = [
        (&GRADUATES, &[&EMPLOYED, &NOT_EMPLOYED]),
        (&EMPLOYED, &[&DIRECT_EMPLOYMENT, &FURTHER_STUDY]),
        (&NOT_EMPLOYED, &[&SEEKING, &INTENDS_TO_STUDY, &NOT_SEEKING, &UNKNOWN]),
    ];
    let missed = sums.iter().filter_map(|(of, parts)| missed_by_rounding(of, parts, &report.counts));
    let note = format!("毕业学生 = 就业学生 + 未就业学生；就业学生 = 直接就业 + 升学。{}", missed.collect::<String>());
    ReportTable {
        title: "毕业学生去向".to_owned(),
        columns: vec![ReportColumn::text("项目"), ReportColumn::number("人数"), ReportColumn::number("占毕业学生")],
        rows,
        note: Some(note),
    }
}

/// The form's destinations (一), shares of all employed.
fn destinations(report: &Report) -> ReportTable {
    let employed = report.counts.of(&EMPLOYED);
    let cells = |name: &str, population: &Population| {
        let persons = report.counts.of(population);
        vec![ReportCell::text(name), ReportCell::Count(persons), share(persons, employed)]
    };
    let parts = [
        ("机关和企事业单位", &EMPLOYED_BY_ORGANISATION),
        ("合法从事个体经营", &SELF_EMPLOYED),
        ("其他方式", &OTHERWISE_EMPLOYED),
        ("升入各类高一级学校", &FURTHER_STUDY),
    ];
    let mut rows: Vec<ReportRow> =
        parts.iter().map(|(name, population)| ReportRow::part(cells(name, population))).collect();
    let note = not_made_to_fit(&rows);
    rows.push(ReportRow::total(cells("就业学生", &EMPLOYED)));
    ReportTable {
        title: "就业学生去向（一）".to_owned(),
        columns: vec![ReportColumn::text("项目"), ReportColumn::number("人数"), ReportColumn::number("占就业学生")],
        rows,
        note,
    }
}

/// Hundredths of a percent as they are printed; 0 over nobody.
fn hundredths(cell: &ReportCell) -> i64 {
    match cell {
        ReportCell::Percent(Some(percent)) => percent.replace('.', "").parse().unwrap_or(0),
        ReportCell::Percent(None) | ReportCell::Text(_) | ReportCell::Count(_) | ReportCell::Blank => 0,
    }
}

/// A note if the shares, each rounded by itself, do not add up to 100 %.
fn not_made_to_fit(parts: &[ReportRow]) -> Option<String> {
    let sum: i64 = parts.iter().filter_map(|row| row.cells.last()).map(hundredths).sum();
    (sum != 0 && sum != 10_000)
        .then(|| format!("各项比例各自四舍五入，相加为 {}.{:02}%，未作凑整。", sum / 100, sum % 100))
}

/// A note if the shares of the parts, each rounded by itself, do not add up to that of their sum.
fn missed_by_rounding(of: &Population, parts: &[&Population], counts: &PopulationCounts) -> Option<String> {
    let printed = |population: &Population| hundredths(&share(counts.of(population), counts.of(&GRADUATES)));
    let (whole, sum) = (printed(of), parts.iter().map(|part| printed(part)).sum::<i64>());
    (sum != whole).then(|| {
        let whole = format!("{}.{:02}", whole / 100, whole % 100);
        let sum = format!("{}.{:02}", sum / 100, sum % 100);
        format!("{}各项比例各自四舍五入，相加为 {sum}%，合计为 {whole}%，未作凑整。", of.zh)
    })
}

fn further_study(report: &Report) -> ReportTable {
    let rows = [
        ("升入高一级学校并已报到", &FURTHER_STUDY, Some(("毕业学生", &GRADUATES))),
        ("升入本科", &FURTHER_STUDY_UNDERGRADUATE, Some(("升学", &FURTHER_STUDY))),
        ("参加职教高考", &EXAM_SAT, None),
        ("上线", &EXAM_QUALIFIED, Some(("参考", &EXAM_SAT))),
        ("本科上线", &EXAM_QUALIFIED_UNDERGRADUATE, Some(("上线", &EXAM_QUALIFIED))),
    ];
    let row = |(name, population, of): (&str, &Population, Option<(&str, &Population)>)| {
        let persons = report.counts.of(population);
        let (rate, of) = match of {
            Some((of, whole)) => (share(persons, report.counts.of(whole)), ReportCell::text(of)),
            None => (ReportCell::Blank, ReportCell::Blank),
        };
        ReportRow::part(vec![ReportCell::text(name), ReportCell::Count(persons), rate, of])
    };
    let columns = vec![
        ReportColumn::text("项目"),
        ReportColumn::number("人数"),
        ReportColumn::number("比例"),
        ReportColumn::text("占"),
    ];
    ReportTable {
        title: "升学与职教高考".to_owned(),
        columns,
        rows: rows.into_iter().map(row).collect(),
        note: Some("录取而未报到的不计入升学；职教高考只计毕业学生。".to_owned()),
    }
}

fn all_figures(report: &Report) -> ReportTable {
    let rows = report.figures.iter().map(|(definition, figure)| {
        let bound = |pick: fn(&crate::domain::figures::Bounds) -> &String| match &figure.bounds {
            Some(bounds) => ReportCell::Percent(Some(pick(bounds).clone())),
            None => ReportCell::Blank,
        };
        ReportRow::part(vec![
            ReportCell::text(definition.zh),
            ReportCell::Count(figure.numerator),
            ReportCell::Count(figure.denominator),
            ReportCell::Percent(figure.percent.clone()),
            bound(|bounds| &bounds.lower),
            bound(|bounds| &bounds.upper),
        ])
    });
    ReportTable {
        title: "全部指标".to_owned(),
        rows: rows.collect(),
        columns: vec![
            ReportColumn::text("指标"),
            ReportColumn::number("分子"),
            ReportColumn::number("分母"),
            ReportColumn::number("比率"),
            ReportColumn::number("下界"),
            ReportColumn::number("上界"),
        ],
        note: Some("下界、上界：去向未知的毕业生（对口指标还有对口情况未判定的人）全不计、全计。".to_owned()),
    }
}

/// One row per cell of a breakdown, and the total. Schools and specialty classes have a column with their codes, the
/// others are known by name.
fn of_breakdown(breakdown: &Breakdown, whole: &PopulationCounts) -> ReportTable {
    let has_code = |dimension: &Dimension| matches!(dimension, Dimension::School | Dimension::SpecialtyClass);
    let mut columns = vec![];
    for dimension in &breakdown.by {
        if has_code(dimension) {
            columns.push(ReportColumn::text("代码"));
        }
        columns.push(ReportColumn::text(dimension.zh()));
    }
    let populations = populations(breakdown.of_direct_employment);
    columns.extend(populations.iter().map(|(_, heading)| ReportColumn::number(*heading)));
    match breakdown.of_direct_employment {
        true => columns.push(ReportColumn::number("占直接就业")),
        false => columns.extend(RATES.map(|(_, heading)| ReportColumn::number(heading))),
    }
    let counted = |counts: &PopulationCounts| {
        populations.iter().map(|(p, _)| ReportCell::Count(counts.of(p))).collect::<Vec<_>>()
    };
    let mut rows = vec![];
    for cell in &breakdown.cells {
        let mut cells = vec![];
        for ((dimension, key), name) in breakdown.by.iter().zip(&cell.key).zip(&cell.name) {
            if has_code(dimension) {
                cells.push(if key == NOT_RECORDED { ReportCell::Blank } else { ReportCell::text(key) });
            }
            cells.push(ReportCell::text(&name.zh));
        }
        cells.extend(counted(&cell.counts));
        let wanted: &[&str] = match breakdown.of_direct_employment {
            true => &[SHARE_OF_DIRECT_EMPLOYMENT],
            false => &RATES.map(|(id, _)| id),
        };
        cells.extend(wanted.iter().map(|id| {
            let figure = cell.figures.iter().find(|(figure, _)| figure == id);
            ReportCell::Percent(figure.and_then(|(_, figure)| figure.percent.clone()))
        }));
        rows.push(ReportRow::part(cells));
    }
    let is_one_detail_of_the_job = breakdown.of_direct_employment && breakdown.by.len() == 1;
    let note = if is_one_detail_of_the_job { not_made_to_fit(&rows) } else { None };
    let mut total = vec![ReportCell::text("合计")];
    total.resize(columns.iter().filter(|column| column.is_text).count(), ReportCell::Blank);
    total.extend(counted(whole));
    match breakdown.of_direct_employment {
        true => total.push(share(whole.of(&DIRECT_EMPLOYMENT), whole.of(&DIRECT_EMPLOYMENT))),
        false => total.extend(RATES.map(|(id, _)| rate(id, whole))),
    }
    rows.push(ReportRow::total(total));
    let by: Vec<&str> = breakdown.by.iter().map(|dimension| dimension.zh()).collect();
    let (of, base) = match breakdown.of_direct_employment {
        true if is_one_detail_of_the_job => ("直接就业", "只计直接就业的人，各行相加等于直接就业人数。"),
        true => ("直接就业", "只计直接就业的人，各行相加等于直接就业人数；比例以同一组的直接就业人数为分母。"),
        false => ("", "就业含升学；三项比率都以毕业人数为分母；各行人数相加等于合计。"),
    };
    ReportTable {
        title: format!("{of}按{}", by.join("、")),
        columns,
        rows,
        note: Some(format!("{base}{}", note.unwrap_or_default())),
    }
}

fn populations(of_direct_employment: bool) -> Vec<(&'static Population, &'static str)> {
    if of_direct_employment {
        return vec![(&DIRECT_EMPLOYMENT, "直接就业"), (&ON_SPECIALTY, "对口就业")];
    }
    vec![
        (&GRADUATES, "毕业"),
        (&EMPLOYED, "就业"),
        (&DIRECT_EMPLOYMENT, "直接就业"),
        (&FURTHER_STUDY, "升学"),
        (&ON_SPECIALTY, "对口"),
        (&UNKNOWN, "未知"),
    ]
}

fn rate(id: &str, counts: &PopulationCounts) -> ReportCell {
    let figure = definition(id).map(|definition| figure(definition, counts));
    ReportCell::Percent(figure.and_then(|figure| figure.percent))
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    fn table<'a>(tables: &'a [ReportTable], title: &str) -> &'a ReportTable {
        tables.iter().find(|table| table.title.ends_with(title)).unwrap()
    }

    fn shown(row: &ReportRow) -> Vec<String> {
        row.cells.iter().map(ReportCell::shown).collect()
    }

    #[test]
    fn the_parts_of_the_destinations_are_shares_of_all_employed() {
        let tables = of(&example::full());
        let destinations = table(&tables, "就业学生去向（一）");
        // 2 + 1 + 1 + 2 of 6: 33.33 + 16.67 + 16.67 + 33.33 = 100.00.
        assert_eq!(shown(&destinations.rows[0]), ["机关和企事业单位", "2", "33.33%"]);
        assert_eq!(shown(destinations.rows.last().unwrap()), ["就业学生", "6", "100.00%"]);
        assert_eq!(destinations.note, None);
    }

    #[test]
    fn shares_are_not_made_to_fit_and_the_table_says_so() {
        // 1 + 1 + 0 + 1 of 3: 3 * 33.33 = 99.99.
        let thirds = example::counts(&[
            (&GRADUATES, 3),
            (&EMPLOYED, 3),
            (&DIRECT_EMPLOYMENT, 2),
            (&EMPLOYED_BY_ORGANISATION, 1),
            (&SELF_EMPLOYED, 1),
            (&FURTHER_STUDY, 1),
        ]);
        let tables = of(&example::full_of(example::of(thirds)));
        let note = table(&tables, "就业学生去向（一）").note.clone().unwrap();
        assert!(note.contains("相加为 99.99%，未作凑整"), "{note}");
    }

    #[test]
    fn parts_of_the_graduates_that_miss_their_sum_by_rounding_are_told() {
        // Of 18,081 graduates 334 are not employed, 1.85 %: 196 + 61 + 40 + 37, 1.08 + 0.34 + 0.22 + 0.20 = 1.84.
        let city = example::counts(&[
            (&GRADUATES, 18_081),
            (&EMPLOYED, 17_747),
            (&DIRECT_EMPLOYMENT, 5_408),
            (&FURTHER_STUDY, 12_339),
            (&NOT_EMPLOYED, 334),
            (&SEEKING, 196),
            (&INTENDS_TO_STUDY, 61),
            (&NOT_SEEKING, 40),
            (&UNKNOWN, 37),
        ]);
        let tables = of(&example::full_of(example::of(city)));
        let note = table(&tables, "毕业学生去向").note.clone().unwrap();
        assert!(note.ends_with("未就业各项比例各自四舍五入，相加为 1.84%，合计为 1.85%，未作凑整。"), "{note}");
        assert_eq!(note.matches("未作凑整").count(), 1, "{note}"); // 98.15 + 1.85 = 100; 29.91 + 68.24 = 98.15.
    }

    #[test]
    fn a_breakdown_by_school_has_codes_rates_and_a_total_of_the_whole() {
        let tables = of(&example::full());
        let schools = table(&tables, " 按学校");
        let headings: Vec<&str> = schools.columns.iter().map(|column| column.heading.as_str()).collect();
        let wanted = ["代码", "学校", "毕业", "就业", "直接就业", "升学", "对口", "未知", "就业率", "对口率", "升学率"];
        assert_eq!(headings, wanted);
        let first = ["33070001", "第一职业学校", "8", "6", "4", "2", "3", "1", "75.00%", "37.50%", "25.00%"];
        assert_eq!(shown(&schools.rows[0]), first);
        // Nobody graduated there: no percentage.
        assert_eq!(shown(&schools.rows[1])[8..], ["—", "—", "—"]);
        assert_eq!(shown(schools.rows.last().unwrap())[..3], ["合计", "", "8"]);
    }

    #[test]
    fn a_breakdown_by_a_detail_of_the_job_counts_direct_employment_only() {
        let report = example::by_school_and_contract();
        let breakdown = report.breakdown.as_ref().unwrap();
        let table = of_breakdown(breakdown, &report.counts);
        assert_eq!(table.title, "直接就业按学校、劳动合同");
        assert_eq!(shown(&table.rows[0]), ["33070001", "第一职业学校", "未填报", "1", "0", "25.00%"]);
        assert_eq!(shown(&table.rows[1]), ["合计", "", "", "4", "3", "100.00%"]);
    }

    #[test]
    fn tables_are_numbered_in_order() {
        let tables = of(&example::full());
        for (index, table) in tables.iter().enumerate() {
            assert!(table.title.starts_with(&format!("表{} ", index + 1)), "{}", table.title);
        }
    }
}
