//! The report for reading: the employment and the progression paragraph with footnoted denominators, the form's table
//! of destinations, all figures, and what a reader must know beside them.

use super::instant::rfc3339;
use super::table::{Align, aligned, fitted, paragraph};
use crate::app::report::{Breakdown, PROFILE, Report, SHARE_OF_DIRECT_EMPLOYMENT};
use crate::domain::figures::definitions::{Definition, definition};
use crate::domain::figures::populations::{
    ALL, DIRECT_EMPLOYMENT, DIRECT_EMPLOYMENT_L0, EMPLOYED, EMPLOYED_BY_ORGANISATION, EXAM_QUALIFIED,
    EXAM_QUALIFIED_UNDERGRADUATE, EXAM_SAT, FURTHER_STUDY, FURTHER_STUDY_L0, FURTHER_STUDY_UNDERGRADUATE, GRADUATES,
    INTENDS_TO_STUDY, KNOWN, MATCH_UNKNOWN, NOT_EMPLOYED, NOT_SEEKING, ON_SPECIALTY, OTHERWISE_EMPLOYED, Population,
    SEEKING, SELF_EMPLOYED, UNKNOWN,
};
use crate::domain::figures::{self, Figure, percent};
use crate::domain::terms::Term;
use crate::projections::cohort_outcomes::count::Dimension;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    Zh,
    En,
}

/// Cells of a line on a terminal.
const LINE: usize = 100;

/// The figures of a breakdown's table when it is not by a detail of the job: id, Chinese and English heading.
const IN_BREAKDOWN: [(&str, &str, &str); 3] = [
    ("employment_rate", "就业率", "employed %"),
    ("on_specialty_rate_of_graduates", "对口率", "on-spec. %"),
    ("progression_rate", "升学率", "study %"),
];

pub fn report(report: &Report, lang: Lang) -> String {
    match lang {
        Lang::Zh => chinese(report),
        Lang::En => english(report),
    }
}

/// Footnotes in the order in which they are called.
#[derive(Default)]
struct Notes {
    lines: Vec<String>,
}

impl Notes {
    /// A percentage with the mark of its note.
    fn rate(&mut self, report: &Report, id: &str) -> String {
        let Some(definition) = definition(id) else { return String::new() };
        let figure = figures::figure(definition, &report.counts);
        let Some(shown) = figure.percent.clone() else { return "（无此项）".to_owned() };
        let mark = mark(self.lines.len());
        self.lines.push(format!("{mark} {}", note(definition, &figure, report)));
        format!("{shown}%{mark}")
    }
}

fn mark(index: usize) -> char {
    u32::try_from(index).ok().filter(|i| *i < 20).and_then(|i| char::from_u32(0x2460 + i)).unwrap_or('*')
}

/// What stands under a percentage: persons over persons, the definition, and what the unknown could change.
fn note(definition: &Definition, figure: &Figure, report: &Report) -> String {
    let mut note = format!(
        "{} = {} {} ÷ {} {}（{} v{}）",
        definition.zh,
        definition.numerator.zh,
        figure.numerator,
        definition.denominator.zh(),
        figure.denominator,
        definition.id,
        definition.version
    );
    let unknown = report.counts.of(&UNKNOWN);
    if let Some(bounds) = figure.bounds.as_ref().filter(|_| unknown > 0) {
        note.push_str(&format!("；{unknown} 人去向未知，实际在 {}% 至 {}% 之间", bounds.lower, bounds.upper));
    }
    note
}

fn chinese(report: &Report) -> String {
    let mut text = heading(report);
    let mut notes = Notes::default();
    text.push_str(&paragraph(&employment(report, &mut notes), "", LINE));
    text.push_str(&paragraph(&progression(report, &mut notes), "", LINE));
    for line in &notes.lines {
        text.push_str(&paragraph(&format!("  {line}"), "     ", LINE));
    }
    text.push('\n');
    text.push_str(&destinations(report));
    text.push('\n');
    text.push_str(&all_figures(report));
    if let Some(breakdown) = &report.breakdown {
        text.push('\n');
        text.push_str(&by(breakdown, Lang::Zh));
    }
    text.push('\n');
    text.push_str(&remarks(report));
    text
}

fn scope(report: &Report) -> String {
    match (report.scope.school(), report.scope.class()) {
        (None, _) => "全市".to_owned(),
        (Some(school), None) => format!("学校 {school}"),
        (Some(school), Some(class)) => format!("学校 {school} {}", class.as_str()),
    }
}

fn heading(report: &Report) -> String {
    let asked = format!(
        "截止日 {}，截至日志位置 {}（{}）所知，口径 {PROFILE}",
        report.as_of,
        report.known_at.position,
        recorded_at(report, "尚无事件"),
    );
    format!(
        "{}中等职业学校 {} 届毕业生去向统计\n{}日志根 {}\n\n",
        scope(report),
        report.year,
        paragraph(&asked, "", LINE),
        report.root
    )
}

/// The instant of the report's position; position 0 is before the first event and has none.
fn recorded_at(report: &Report, none: &str) -> String {
    if report.known_at.position > 0 { rfc3339(report.known_at.recorded_at) } else { none.to_owned() }
}

fn employment(report: &Report, notes: &mut Notes) -> String {
    let count = |population: &Population| report.counts.of(population);
    let employed = notes.rate(report, "employment_rate");
    let of_graduates = notes.rate(report, "on_specialty_rate_of_graduates");
    let of_direct = notes.rate(report, "on_specialty_rate_of_direct_employment");
    format!(
        "一、就业。{} 年毕业 {} 人，就业（含升学）{} 人，就业率 {employed}。其中直接就业 {} 人：进入机关和企事业单位 \
         {} 人，合法从事个体经营 {} 人，其他方式就业 {} 人，三项之和等于直接就业人数。对口就业 {} 人，占毕业生 \
         {of_graduates}，占直接就业 {of_direct}；另有 {} 人对口情况未判定，按不对口计。未就业 {} 人，其中去向未知 {} 人。",
        report.year,
        count(&GRADUATES),
        count(&EMPLOYED),
        count(&DIRECT_EMPLOYMENT),
        count(&EMPLOYED_BY_ORGANISATION),
        count(&SELF_EMPLOYED),
        count(&OTHERWISE_EMPLOYED),
        count(&ON_SPECIALTY),
        count(&MATCH_UNKNOWN),
        count(&NOT_EMPLOYED),
        count(&UNKNOWN),
    )
}

fn progression(report: &Report, notes: &mut Notes) -> String {
    let count = |population: &Population| report.counts.of(population);
    let progressed = notes.rate(report, "progression_rate");
    let undergraduate = notes.rate(report, "undergraduate_progression_rate_of_further_study");
    let passed = notes.rate(report, "exam_pass_rate");
    let exam_undergraduate = notes.rate(report, "exam_undergraduate_rate_of_qualified");
    format!(
        "二、升学。升入高一级学校并已报到 {} 人，升学率 {progressed}；其中升入本科 {} 人，占升学 {undergraduate}。参加职教高考 \
         {} 人，上线 {} 人，上线率 {passed}，其中本科上线 {} 人，占上线 {exam_undergraduate}。录取而未报到的不计入升学。",
        count(&FURTHER_STUDY),
        count(&FURTHER_STUDY_UNDERGRADUATE),
        count(&EXAM_SAT),
        count(&EXAM_QUALIFIED),
        count(&EXAM_QUALIFIED_UNDERGRADUATE),
    )
}

/// The form's table: totals, then destinations (一) as shares of all employed.
fn destinations(report: &Report) -> String {
    let count = |population: &Population| report.counts.of(population);
    let employed = count(&EMPLOYED);
    let share = |part: i64, whole: i64| percent(part, whole).map_or_else(|| "—".to_owned(), |p| format!("{p}%"));
    let row = |name: &str, persons: i64, share: String| vec![name.to_owned(), persons.to_string(), share];
    let parts = [
        ("  机关和企事业单位", &EMPLOYED_BY_ORGANISATION),
        ("  合法从事个体经营", &SELF_EMPLOYED),
        ("  其他方式", &OTHERWISE_EMPLOYED),
        ("  升入各类高一级学校", &FURTHER_STUDY),
    ];
    let mut rows = vec![
        vec!["项目".to_owned(), "人数".to_owned(), "比例".to_owned()],
        row("毕业学生", count(&GRADUATES), String::new()),
        row("就业学生（占毕业学生）", employed, share(employed, count(&GRADUATES))),
        row("对口就业（占毕业学生）", count(&ON_SPECIALTY), share(count(&ON_SPECIALTY), count(&GRADUATES))),
        vec!["去向（一）（占就业学生）".to_owned(), String::new(), String::new()],
    ];
    for (name, population) in parts {
        rows.push(row(name, count(population), share(count(population), employed)));
    }
    rows.push(row("  合计", parts.iter().map(|(_, p)| count(p)).sum(), share(employed, employed)));
    rows.push(vec![
        "未就业（占毕业学生）".to_owned(),
        count(&NOT_EMPLOYED).to_string(),
        share(count(&NOT_EMPLOYED), count(&GRADUATES)),
    ]);
    for population in [&SEEKING, &INTENDS_TO_STUDY, &NOT_SEEKING, &UNKNOWN] {
        let name = format!("  {}", population.zh);
        rows.push(row(&name, count(population), share(count(population), count(&GRADUATES))));
    }
    let mut text = aligned(&rows, &[Align::Left, Align::Right, Align::Right]);
    // Hundredths of a percent, as printed.
    let hundredths = |population: &Population| {
        percent(count(population), employed).and_then(|p| p.replace('.', "").parse::<i64>().ok()).unwrap_or(0)
    };
    let sum: i64 = parts.iter().map(|(_, population)| hundredths(population)).sum();
    if employed > 0 && sum != 10_000 {
        text.push_str(&format!("注：四项比例各自四舍五入，相加为 {}.{:02}%，未作凑整。\n", sum / 100, sum % 100));
    }
    text
}

fn all_figures(report: &Report) -> String {
    let mut rows = vec![["指标", "分子", "分母", "比率", "去向未知者全不计至全计"].map(str::to_owned).to_vec()];
    for (definition, figure) in &report.figures {
        rows.push(vec![
            definition.zh.to_owned(),
            figure.numerator.to_string(),
            figure.denominator.to_string(),
            figure.percent.as_ref().map_or_else(|| "—".to_owned(), |p| format!("{p}%")),
            figure.bounds.as_ref().map_or_else(String::new, |b| format!("{}% – {}%", b.lower, b.upper)),
        ]);
    }
    aligned(&rows, &[Align::Left, Align::Right, Align::Right, Align::Right, Align::Left])
}

/// A table of the cells, its headings in the language asked for.
fn by(breakdown: &Breakdown, lang: Lang) -> String {
    let populations: &[(&Population, &str, &str)] = if breakdown.of_direct_employment {
        &[(&DIRECT_EMPLOYMENT, "直接就业", "direct"), (&ON_SPECIALTY, "对口就业", "on-specialty")]
    } else {
        &[
            (&GRADUATES, "毕业", "graduates"),
            (&EMPLOYED, "就业", "employed"),
            (&DIRECT_EMPLOYMENT, "直接就业", "direct"),
            (&FURTHER_STUDY, "升学", "study"),
            (&UNKNOWN, "未知", "unknown"),
        ]
    };
    let figures: &[(&str, &str, &str)] = if breakdown.of_direct_employment {
        &[(SHARE_OF_DIRECT_EMPLOYMENT, "占直接就业", "% of direct")]
    } else {
        &IN_BREAKDOWN
    };
    let word = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en }.to_owned();
    let name = |dimension: &Dimension| word(dimension.zh(), dimension.code());
    let mut head = vec![breakdown.by.iter().map(name).collect::<Vec<_>>().join(" · ")];
    head.extend(populations.iter().map(|(_, zh, en)| word(zh, en)));
    head.extend(figures.iter().map(|(_, zh, en)| word(zh, en)));
    let mut align = vec![Align::Right; head.len()];
    align[0] = Align::Left;
    let mut rows = vec![head];
    for cell in &breakdown.cells {
        let mut row = vec![cell.name.join(" · ")];
        row.extend(populations.iter().map(|(population, _, _)| cell.counts.of(population).to_string()));
        row.extend(figures.iter().map(|(id, _, _)| {
            let figure = cell.figures.iter().find(|(figure, _)| figure == id);
            let shown = figure.and_then(|(_, figure)| figure.percent.as_ref());
            shown.map_or_else(|| "—".to_owned(), |p| format!("{p}%"))
        }));
        rows.push(row);
    }
    let note = match (breakdown.of_direct_employment, lang) {
        (false, Lang::Zh) => "就业含升学；就业率、对口率、升学率都以毕业人数为分母。\n",
        (false, Lang::En) => "Employed includes further study; the three rates are shares of graduates.\n",
        (true, _) => "",
    };
    format!("{}{note}", fitted(&rows, &align, LINE))
}

fn remarks(report: &Report) -> String {
    let count = |population: &Population| report.counts.of(population);
    let mut text = format!(
        "仅有学校填报、未经佐证审核（L0）：直接就业中 {} 人，升学中 {} 人。\n",
        count(&DIRECT_EMPLOYMENT_L0),
        count(&FURTHER_STUDY_L0)
    );
    if report.conflicts > 0 {
        text.push_str(&format!(
            "互相矛盾的记录 {} 处（gradtrail conflicts --year {} 列出），冻结前须由人处理。\n",
            report.conflicts, report.year
        ));
    }
    if !report.missing_schools.is_empty() {
        let names: Vec<String> =
            report.missing_schools.iter().map(|school| format!("{}（{}）", school.name, school.code)).collect();
        let missing = format!("缺报学校 {} 所，不是零：{}；请催报其毕业生名册。", names.len(), names.join("、"));
        text.push_str(&paragraph(&missing, "", LINE));
    }
    if !report.stalled.is_empty() {
        text.push_str(&format!("读模型停止更新：{}；请运行 gradtrail rebuild。\n", report.stalled.join("、")));
    }
    text
}

fn english(report: &Report) -> String {
    let asked = format!(
        "Destinations of the graduates of {}, {}, as of {}, as known at position {} ({}), profile {PROFILE}",
        report.year,
        report.scope,
        report.as_of,
        report.known_at.position,
        recorded_at(report, "no event yet"),
    );
    let mut text = format!("{}root {}\n\n", paragraph(&asked, "", LINE), report.root);
    let counts: Vec<Vec<String>> = ALL
        .iter()
        .filter(|population| ***population != KNOWN)
        .map(|population| vec![population.id.replace('_', " "), report.counts.of(population).to_string()])
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
        text.push_str(&by(breakdown, Lang::En));
    }
    text.push('\n');
    if report.conflicts > 0 {
        let (conflicts, year) = (report.conflicts, report.year);
        text.push_str(&format!("{conflicts} conflicting records: gradtrail conflicts --year {year} lists them.\n"));
    }
    if !report.missing_schools.is_empty() {
        let names: Vec<String> =
            report.missing_schools.iter().map(|school| format!("{} ({})", school.name, school.code)).collect();
        let missing = format!("{} schools missing, not zero: {}.", names.len(), names.join(", "));
        text.push_str(&paragraph(&missing, "", LINE));
    }
    if !report.stalled.is_empty() {
        text.push_str(&format!("Stalled read models: {}; run gradtrail rebuild.\n", report.stalled.join(", ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::super::table::width;
    use super::*;

    #[test]
    fn every_percentage_of_the_paragraphs_has_a_note_with_persons_and_definition() {
        let text = report(&example::city(), Lang::Zh);
        assert!(text.contains("就业率 75.00%①")); // 6 of 8.
        // 7 of 8 with the unknown one in.
        let bare = text.replace(['\n', ' '], "");
        assert!(bare.contains("①就业率（含升学）=就业（含升学）6÷毕业生8（employment_ratev1）"), "{text}");
        assert!(bare.contains("1人去向未知，实际在75.00%至87.50%之间"), "{text}");
        for mark in '①'..='⑦' {
            assert_eq!(text.matches(mark).count(), 2, "{mark} is called once and explained once");
        }
    }

    #[test]
    fn the_parts_of_the_destinations_are_shares_of_all_employed_and_are_not_made_to_fit() {
        let text = report(&example::city(), Lang::Zh);
        // 2 + 1 + 1 + 2 of 6: 33.33 + 16.67 + 16.67 + 33.33 = 100.00.
        assert!(!text.contains("未作凑整"));
        // 1 + 1 + 0 + 1 of 3: 3 * 33.33 = 99.99.
        let thirds = example::counts(&[
            (&GRADUATES, 3),
            (&EMPLOYED, 3),
            (&DIRECT_EMPLOYMENT, 2),
            (&EMPLOYED_BY_ORGANISATION, 1),
            (&SELF_EMPLOYED, 1),
            (&FURTHER_STUDY, 1),
        ]);
        assert!(report(&example::of(thirds), Lang::Zh).contains("相加为 99.99%，未作凑整"));
    }

    #[test]
    fn conflicts_missing_schools_and_stalled_models_are_named_with_what_to_do() {
        let text = report(&example::city(), Lang::Zh);
        for wanted in ["矛盾的记录 2 处", "第九职业学校（33070009）", "student_register", "gradtrail rebuild"]
        {
            assert!(text.contains(wanted), "{wanted}");
        }
        assert!(!report(&example::empty(), Lang::Zh).contains("矛盾"));
    }

    #[test]
    fn over_nobody_no_percentage_is_printed() {
        let text = report(&example::empty(), Lang::Zh);
        assert!(text.contains("位置 0（尚无事件）"));
        assert!(!text.contains("0.00%"));
    }

    #[test]
    fn no_line_is_wider_than_a_terminal() {
        let mut long = example::with_schools();
        if let Some(breakdown) = &mut long.breakdown {
            breakdown.cells[0].name = vec!["第一职业技术教育中心学校".repeat(4), "数控技术应用".to_owned()];
        }
        for of in [example::city(), example::empty(), long, example::by_school_and_contract()] {
            for lang in [Lang::Zh, Lang::En] {
                for line in report(&of, lang).lines() {
                    assert!(width(line) <= LINE, "{} cells: {line}", width(line));
                }
            }
        }
    }
}
