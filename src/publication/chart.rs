//! Charts as SVG, drawn without any library: horizontal bars of stacked parts, a legend above.
//!
//! Invariant: a bar's length is persons over the bar's own whole; nothing is drawn that the tables do not print.

use crate::app::full_report::FullReport;
use crate::app::report::Report;
use crate::domain::figures::percent;
use crate::domain::figures::populations::{
    DIRECT_EMPLOYMENT, EMPLOYED, EMPLOYED_BY_ORGANISATION, FURTHER_STUDY, GRADUATES, NOT_EMPLOYED, OTHERWISE_EMPLOYED,
    Population, SELF_EMPLOYED,
};
use crate::projections::cohort_outcomes::count::Dimension;
use crate::text::width::{cut, width};

/// Bars of the same series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    pub title: String,
    /// The name of each part of a bar.
    pub series: Vec<String>,
    pub bars: Vec<Bar>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    pub label: String,
    /// Persons, one number per series.
    pub parts: Vec<i64>,
    pub whole: i64,
    /// Printed behind the bar.
    pub shown: String,
}

/// Bars of one drawing, so that it fits a page.
const BARS_MAX: usize = 32;
const WIDTH: i64 = 680;
/// Left of the bars, for their labels: a label of more cells is cut.
const LABEL: i64 = 190;
const LABEL_CELLS: usize = 28;
/// Right of the bars, for what is shown behind them.
const SHOWN: i64 = 60;
const BAR: i64 = 14;
const STEP: i64 = 20;
/// Pixels of half a Chinese character at the charts' size of letters.
const CELL: i64 = 6;
const LEGEND_LINE: i64 = 20;
/// Dark to light in turn, so that neighbours differ in print without colour too.
const COLOURS: [&str; 5] = ["#1f4e79", "#8fbbe0", "#b35900", "#f2c185", "#d0d4d9"];

impl Chart {
    /// Destinations of the whole; employment of each school, in drawings that fit a page.
    pub fn of(full: &FullReport) -> Vec<Self> {
        if full.report.counts.of(&GRADUATES) == 0 {
            return vec![];
        }
        let mut charts = vec![destinations(&full.report)];
        charts.extend(schools(full));
        charts
    }

    /// The drawing; its words are in its title, too, for who cannot see it.
    pub fn svg(&self) -> String {
        let (legend, top) = self.legend();
        let height = top + STEP * i64::try_from(self.bars.len()).unwrap_or(0) + 4;
        let mut svg = format!(
            "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" xmlns=\"http://www.w3.org/2000/svg\" \
             font-size=\"12\"><title>{}</title>{legend}",
            escaped(&self.title)
        );
        for (index, bar) in self.bars.iter().enumerate() {
            svg.push_str(&drawn(bar, top + STEP * i64::try_from(index).unwrap_or(0)));
        }
        svg.push_str("</svg>");
        svg
    }

    /// The names of the parts with their colours, in as many lines as they need, and where the bars begin.
    fn legend(&self) -> (String, i64) {
        let (mut x, mut y) = (0, 0);
        let mut legend = String::new();
        for (index, name) in self.series.iter().enumerate() {
            let needed = 18 + cells(name) + 16;
            if x > 0 && x + needed > WIDTH {
                (x, y) = (0, y + LEGEND_LINE);
            }
            legend.push_str(&format!(
                "<rect x=\"{x}\" y=\"{y}\" width=\"12\" height=\"12\" fill=\"{}\"/><text x=\"{}\" y=\"{}\">{}</text>",
                colour(index),
                x + 17,
                y + 11,
                escaped(name)
            ));
            x += needed;
        }
        (legend, y + LEGEND_LINE + 6)
    }
}

fn colour(index: usize) -> &'static str {
    COLOURS[index % COLOURS.len()]
}

fn cells(text: &str) -> i64 {
    i64::try_from(width(text)).unwrap_or(0) * CELL
}

fn drawn(bar: &Bar, y: i64) -> String {
    let room = WIDTH - LABEL - SHOWN;
    let baseline = y + BAR - 3;
    let mut svg = format!(
        "<text x=\"{}\" y=\"{baseline}\" text-anchor=\"end\">{}</text>",
        LABEL - 6,
        escaped(&cut(&bar.label, LABEL_CELLS))
    );
    svg.push_str(&format!("<rect x=\"{LABEL}\" y=\"{y}\" width=\"{room}\" height=\"{BAR}\" fill=\"#f3f6f9\"/>"));
    let mut sum = 0;
    for (index, part) in bar.parts.iter().enumerate() {
        // Both ends are cut to whole pixels of the same scale, so that parts neither overlap nor leave a gap.
        let at = |persons: i64| LABEL + persons * room / bar.whole.max(1);
        let (from, to) = (at(sum), at(sum + part));
        sum += part;
        svg.push_str(&format!(
            "<rect x=\"{from}\" y=\"{y}\" width=\"{}\" height=\"{BAR}\" fill=\"{}\"/>",
            to - from,
            colour(index)
        ));
    }
    svg.push_str(&format!("<text x=\"{}\" y=\"{baseline}\">{}</text>", LABEL + room + 6, escaped(&bar.shown)));
    svg
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn destinations(report: &Report) -> Chart {
    let whole = report.counts.of(&GRADUATES);
    let parts = [
        ("升学", &FURTHER_STUDY),
        ("机关和企事业单位", &EMPLOYED_BY_ORGANISATION),
        ("个体经营", &SELF_EMPLOYED),
        ("其他方式", &OTHERWISE_EMPLOYED),
        ("未就业", &NOT_EMPLOYED),
    ];
    let count = |population: &Population| report.counts.of(population);
    let named = |(name, population): &(&str, &Population)| {
        let shown = percent(count(population), whole).unwrap_or_default();
        format!("{name} {} 人 {shown}%", count(population))
    };
    Chart {
        title: format!("图1 {whole} 名毕业学生的去向（占毕业学生）"),
        series: parts.iter().map(named).collect(),
        bars: vec![Bar {
            label: "毕业学生".to_owned(),
            parts: parts.iter().map(|(_, population)| count(population)).collect(),
            whole,
            shown: format!("{whole} 人"),
        }],
    }
}

fn schools(full: &FullReport) -> Vec<Chart> {
    let by_school = full.breakdowns.iter().find(|breakdown| breakdown.by == [Dimension::School]);
    let Some(breakdown) = by_school else { return vec![] };
    let bars: Vec<Bar> = breakdown
        .cells
        .iter()
        .map(|cell| {
            let whole = cell.counts.of(&GRADUATES);
            Bar {
                label: cell.name.join(" · "),
                parts: vec![cell.counts.of(&FURTHER_STUDY), cell.counts.of(&DIRECT_EMPLOYMENT)],
                whole,
                shown: percent(cell.counts.of(&EMPLOYED), whole).map_or_else(|| "—".to_owned(), |p| format!("{p}%")),
            }
        })
        .collect();
    let drawings = bars.len().div_ceil(BARS_MAX);
    let part = |(index, bars): (usize, &[Bar])| Chart {
        title: match drawings {
            1 => "图2 各学校就业率（升学 + 直接就业，占本校毕业学生）".to_owned(),
            _ => format!("图2 各学校就业率（升学 + 直接就业，占本校毕业学生）{}/{drawings}", index + 1),
        },
        series: ["升学", "直接就业"].map(str::to_owned).to_vec(),
        bars: bars.to_vec(),
    };
    bars.chunks(BARS_MAX).enumerate().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        let parts = vec![1, 1];
        let svg = drawn(&Bar { label: "校".to_owned(), parts, whole: 4, shown: "50.00%".to_owned() }, 0);
        // 430 pixels are the whole: two quarters of 107 and 108 side by side.
        assert!(
            svg.contains("x=\"190\" y=\"0\" width=\"107\"") && svg.contains("x=\"297\" y=\"0\" width=\"108\""),
            "{svg}"
        );
    }

    #[test]
    fn names_are_escaped_and_long_ones_are_cut() {
        let svg = drawn(&Bar { label: "<b>&".to_owned(), parts: vec![], whole: 0, shown: String::new() }, 0);
        assert!(svg.contains("&lt;b&gt;&amp;"));
        assert!(width(&cut(&"第一职业学校".repeat(5), LABEL_CELLS)) <= LABEL_CELLS);
    }

    #[test]
    fn more_schools_than_fit_a_page_are_drawn_in_parts() {
        let mut full = example::full();
        let schools = full.breakdowns.iter_mut().find(|breakdown| breakdown.by == [Dimension::School]).unwrap();
        let cell = schools.cells[0].clone();
        schools.cells = vec![cell; BARS_MAX + 1];
        let charts = Chart::of(&full);
        assert_eq!(charts.iter().map(|chart| chart.bars.len()).collect::<Vec<_>>(), [1, BARS_MAX, 1]);
        assert!(charts[2].title.ends_with("2/2"));
    }

    #[test]
    fn nobody_is_not_drawn() {
        assert_eq!(Chart::of(&example::full_of(example::empty())), []);
    }
}
