//! The sample city beside what the model city published for 2022: facts and figures only.

use super::table::{Align, aligned};
use crate::app::report::Report;
use crate::domain::figures::populations::{
    DIRECT_EMPLOYMENT, EMPLOYED, EMPLOYED_BY_ORGANISATION, EXAM_QUALIFIED, EXAM_QUALIFIED_UNDERGRADUATE, EXAM_SAT,
    FURTHER_STUDY, GRADUATES, ON_SPECIALTY, OTHERWISE_EMPLOYED, Population, SELF_EMPLOYED,
};
use crate::text::lang::Lang;

/// Persons as published in the city's quality report of 2022, chapters 2.2 and 2.3.
const PUBLISHED: [(&Population, i64); 11] = [
    (&GRADUATES, 18_081),
    (&EMPLOYED, 17_747),
    (&DIRECT_EMPLOYMENT, 5_408),
    (&EMPLOYED_BY_ORGANISATION, 2_793),
    (&SELF_EMPLOYED, 567),
    (&OTHERWISE_EMPLOYED, 4_775),
    (&ON_SPECIALTY, 1_866),
    (&FURTHER_STUDY, 12_339),
    (&EXAM_SAT, 4_333),
    (&EXAM_QUALIFIED, 4_282),
    (&EXAM_QUALIFIED_UNDERGRADUATE, 223),
];

/// Rates as published there, in hundredths of a percent.
const PUBLISHED_RATES: [(&str, i64); 3] =
    [("employment_rate", 9_815), ("on_specialty_rate_of_graduates", 1_032), ("progression_rate", 6_824)];

/// A table of our figures, the published ones and the difference, and below it where the published figures contradict
/// each other.
pub fn table(report: &Report, lang: Lang) -> String {
    let heading = lang.of(
        ["与 2022 年公布数对照", "本系统", "公布", "差"],
        ["beside what was published for 2022", "here", "published", "difference"],
    );
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    for (population, published) in PUBLISHED {
        let ours = report.counts.of(population);
        let difference = if ours == published { "0".to_owned() } else { format!("{:+}", ours - published) };
        rows.push(vec![
            lang.of(population.zh.to_owned(), population.en()),
            ours.to_string(),
            published.to_string(),
            difference,
        ]);
    }
    for (id, published) in PUBLISHED_RATES {
        let Some((definition, figure)) = report.figures.iter().find(|(definition, _)| definition.id == id) else {
            continue;
        };
        let ours = figure.percent.as_deref().and_then(|percent| percent.replace('.', "").parse::<i64>().ok());
        rows.push(vec![
            lang.of(definition.zh, definition.en).to_owned(),
            ours.map_or_else(|| "—".to_owned(), |ours| format!("{}%", decimal(ours))),
            format!("{}%", decimal(published)),
            ours.map_or_else(|| "—".to_owned(), |ours| difference_of_rates(ours - published)),
        ]);
    }
    let published = |wanted: &Population| PUBLISHED.iter().find(|(p, _)| *p == wanted).map_or(0, |(_, count)| *count);
    let (organisation, own) = (published(&EMPLOYED_BY_ORGANISATION), published(&SELF_EMPLOYED));
    let (otherwise, direct) = (published(&OTHERWISE_EMPLOYED), published(&DIRECT_EMPLOYMENT));
    let sum = organisation + own + otherwise;
    let all = sum + published(&FURTHER_STUDY);
    let (over, study, graduates) = (sum - direct, published(&FURTHER_STUDY), published(&GRADUATES));
    let fitting = direct - organisation - own;
    let contradiction = lang.of(
        format!(
            "公布的其他方式就业 {otherwise} 人不可能成立：{organisation} + {own} + {otherwise} = {sum}，而直接就业公布为 {direct}，\
             多出 {over}；\n加上升学 {study} 为 {all}，超过毕业生 {graduates}。其余各数不变时，唯一相符的值是 {fitting} 人。\n"
        ),
        format!(
            "The published {otherwise} of other employment cannot be: {organisation} + {own} + {otherwise} = {sum}, while \
             direct employment is published as {direct}, {over} less;\nwith further study, {study}, they are {all}, more than \
             the {graduates} graduates. With all else as published, only {fitting} fits.\n"
        ),
    );
    format!("{}{contradiction}", aligned(&rows, &[Align::Left, Align::Right, Align::Right, Align::Right]))
}

fn decimal(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// In percentage points, with its sign.
fn difference_of_rates(hundredths: i64) -> String {
    match hundredths {
        0 => "0".to_owned(),
        below if below < 0 => format!("-{}", decimal(-below)),
        above => format!("+{}", decimal(above)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    #[test]
    fn ours_stands_beside_theirs_with_the_signed_difference() {
        let text = table(&example::city(), Lang::Zh);
        let row = |name: &str| -> Vec<String> {
            let line = text.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_whitespace().map(str::to_owned).collect()
        };
        assert_eq!(row("其他方式就业")[1..], ["1", "4775", "-4774"]);
        assert_eq!(row("就业率（含升学）")[1..], ["75.00%", "98.15%", "-23.15"]);
        // 3 of 8 = 37.50; 37.50 - 10.32 = 27.18.
        assert_eq!(row("对口就业率（占毕业生）")[1..], ["37.50%", "10.32%", "+27.18"]);
        assert!(text.contains("2793 + 567 + 4775 = 8135"));
        assert!(text.contains("20474"));
    }

    /// 5,408 − 2,793 − 567 = 2,048.
    #[test]
    fn only_one_value_of_otherwise_employed_fits_the_published_total() {
        let published = |wanted: &Population| PUBLISHED.iter().find(|(p, _)| *p == wanted).unwrap().1;
        let rest = published(&DIRECT_EMPLOYMENT) - published(&EMPLOYED_BY_ORGANISATION) - published(&SELF_EMPLOYED);
        assert_eq!(rest, 2_048);
        assert_eq!(published(&DIRECT_EMPLOYMENT) + published(&FURTHER_STUDY), published(&EMPLOYED));
    }
}
