//! The report for reading: the employment and the progression paragraph with footnoted denominators, the form's table
//! of destinations, all figures, and what a reader must know beside them.

use super::instant::rfc3339;
use super::table::{Align, aligned};
use crate::app::report::{Breakdown, PROFILE, Report, SHARE_OF_DIRECT_EMPLOYMENT, counted};
use crate::domain::figures::definitions::{Definition, definition};
use crate::domain::figures::populations::{
    ALL, DIRECT_EMPLOYMENT, DIRECT_EMPLOYMENT_L0, EMPLOYED, EMPLOYED_BY_ORGANISATION, EXAM_QUALIFIED,
    EXAM_QUALIFIED_UNDERGRADUATE, EXAM_SAT, FURTHER_STUDY, FURTHER_STUDY_L0, FURTHER_STUDY_UNDERGRADUATE, GRADUATES,
    INTENDS_TO_STUDY, KNOWN, MATCH_UNKNOWN, NOT_EMPLOYED, NOT_SEEKING, ON_SPECIALTY, OTHERWISE_EMPLOYED, Population,
    SEEKING, SELF_EMPLOYED, UNKNOWN,
};
use crate::domain::figures::{self, Figure, percent};
use crate::domain::terms::Term;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    Zh,
    En,
}

/// The figures of a breakdown's table when it is not by a detail of the job.
const IN_BREAKDOWN: [&str; 3] = ["employment_rate", "on_specialty_rate_of_graduates", "progression_rate"];

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
    text.push_str(&employment(report, &mut notes));
    text.push_str(&progression(report, &mut notes));
    for line in &notes.lines {
        text.push_str(&format!("  {line}\n"));
    }
    text.push('\n');
    text.push_str(&destinations(report));
    text.push('\n');
    text.push_str(&all_figures(report));
    if let Some(breakdown) = &report.breakdown {
        text.push('\n');
        text.push_str(&by(breakdown));
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
    format!(
        "{}中等职业学校 {} 届毕业生去向统计\n截止日 {}，截至日志位置 {}（{}）所知，口径 {PROFILE}\n日志根 {}\n\n",
        scope(report),
        report.year,
        report.as_of,
        report.known_at.position,
        rfc3339(report.known_at.recorded_at),
        report.root
    )
}

fn employment(report: &Report, notes: &mut Notes) -> String {
    let count = |population: &Population| report.counts.of(population);
    let employed = notes.rate(report, "employment_rate");
    let of_graduates = notes.rate(report, "on_specialty_rate_of_graduates");
    let of_direct = notes.rate(report, "on_specialty_rate_of_direct_employment");
    format!(
        "一、就业。{} 年毕业 {} 人，就业（含升学）{} 人，就业率 {employed}。其中直接就业 {} 人：进入机关和企事业单位 \
         {} 人，合法从事个体经营 {} 人，其他方式就业 {} 人，三项之和等于直接就业人数。对口就业 {} 人，占毕业生 \
         {of_graduates}，占直接就业 {of_direct}；另有 {} 人对口情况未判定，按不对口计。未就业 {} 人，其中去向未知 {} 人。\n",
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
         {} 人，上线 {} 人，上线率 {passed}，其中本科上线 {} 人，占上线 {exam_undergraduate}。录取而未报到的不计入升学。\n",
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

fn by(breakdown: &Breakdown) -> String {
    let mut head: Vec<String> = breakdown.by.iter().map(|dimension| dimension.zh().to_owned()).collect();
    let keys = head.len();
    let populations: Vec<&Population> = if breakdown.of_direct_employment {
        vec![&DIRECT_EMPLOYMENT, &ON_SPECIALTY]
    } else {
        vec![&GRADUATES, &EMPLOYED, &DIRECT_EMPLOYMENT, &FURTHER_STUDY, &UNKNOWN]
    };
    let ids: Vec<&str> =
        if breakdown.of_direct_employment { vec![SHARE_OF_DIRECT_EMPLOYMENT] } else { IN_BREAKDOWN.to_vec() };
    head.extend(populations.iter().map(|population| population.zh.to_owned()));
    let title = |id: &str| match id {
        SHARE_OF_DIRECT_EMPLOYMENT => "占直接就业".to_owned(),
        "employment_rate" => "就业率".to_owned(),
        "progression_rate" => "升学率".to_owned(),
        _ => "对口/毕业生".to_owned(),
    };
    head.extend(ids.iter().copied().map(title));
    let mut rows = vec![head];
    for cell in &breakdown.cells {
        let mut row = cell.name.clone();
        row.extend(populations.iter().map(|population| {
            if counted(breakdown, population) { cell.counts.of(population).to_string() } else { String::new() }
        }));
        for id in &ids {
            let figure = cell.figures.iter().find(|(figure, _)| figure == id);
            let shown = figure.and_then(|(_, figure)| figure.percent.as_ref());
            row.push(shown.map_or_else(|| "—".to_owned(), |p| format!("{p}%")));
        }
        rows.push(row);
    }
    let mut align = vec![Align::Left; keys];
    align.extend(vec![Align::Right; rows[0].len() - keys]);
    aligned(&rows, &align)
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
        text.push_str(&format!("缺报学校 {} 所，不是零：{}。\n", names.len(), names.join("、")));
    }
    if !report.stalled.is_empty() {
        text.push_str(&format!("读模型停止更新：{}；请运行 gradtrail rebuild。\n", report.stalled.join("、")));
    }
    text
}

fn english(report: &Report) -> String {
    let mut text = format!(
        "Destinations of the graduates of {}, as of {}, as known at position {} ({}), profile {PROFILE}\nroot {}\n\n",
        report.year,
        report.as_of,
        report.known_at.position,
        rfc3339(report.known_at.recorded_at),
        report.root
    );
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
    text.push_str(&aligned(&rows, &[Align::Left, Align::Right, Align::Right, Align::Right, Align::Left]));
    if let Some(breakdown) = &report.breakdown {
        text.push('\n');
        text.push_str(&by(breakdown));
    }
    text.push_str(&format!("\nconflicts {}, schools missing {}", report.conflicts, report.missing_schools.len()));
    text
}
