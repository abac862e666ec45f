//! Charts for pages: horizontal bars of stacked parts, a legend above.
//!
//! A chart is laid out here and drawn by `report_file_chart.html`, which escapes the words in it. Invariant: the length
//! of a part is its persons over the whole of its own bar; nothing is drawn that the tables do not print.

use crate::app::full_report::FullReport;
use crate::app::report::Report;
use crate::domain::figures::percent;
use crate::domain::figures::populations::{
    DIRECT_EMPLOYMENT, EMPLOYED, EMPLOYED_BY_ORGANISATION, FURTHER_STUDY, GRADUATES, NOT_EMPLOYED, OTHERWISE_EMPLOYED,
    Population, SELF_EMPLOYED,
};
use crate::projections::cohort_outcomes::count::Dimension;
use crate::text::lang::{Lang, joined};
use crate::text::width::{cut, width};

/// One chart. All its bars have the same series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// Printed above the chart and read aloud by screen readers.
    pub title: String,
    /// The name of each part of a bar.
    pub series: Vec<String>,
    /// From top to bottom.
    pub bars: Vec<Bar>,
}

/// One bar of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Printed before the bar.
    pub label: String,
    /// Persons, one number per series.
    pub parts: Vec<i64>,
    /// Persons that the whole length of the bar stands for.
    pub whole: i64,
    /// Printed behind the bar.
    pub shown: String,
}

/// A chart with the place of everything in it, in pixels from the upper left corner.
pub(super) struct Drawing {
    pub width: i64,
    pub height: i64,
    /// The side of the squares in the legend.
    pub square: i64,
    pub legend: Vec<LegendEntry>,
    pub bars: Vec<DrawnBar>,
}

/// The name of a part with its colour before it.
pub(super) struct LegendEntry {
    pub colour: &'static str,
    /// The upper left corner of its square.
    pub square_at: (i64, i64),
    pub name: String,
    /// Where the name begins, on its baseline.
    pub name_at: (i64, i64),
}

/// A bar with its label, its parts and what is shown behind it.
pub(super) struct DrawnBar {
    pub label: String,
    pub label_x: i64,
    /// The left end and the width of the whole.
    pub whole: (i64, i64),
    /// The left end, the width and the colour of each part.
    pub parts: Vec<(i64, i64, &'static str)>,
    pub top: i64,
    pub height: i64,
    pub baseline: i64,
    pub shown: String,
    pub shown_x: i64,
}

/// The most bars of one chart, so that it fits a page.
const BARS_MAX: usize = 32;
/// Pixels of the whole drawing.
const WIDTH: i64 = 680;
/// Pixels left of the bars, for their labels. A longer label than fits is cut.
const LABEL: i64 = 190;
const LABEL_CELLS: usize = 28;
/// Pixels right of the bars, for what is shown behind them.
const SHOWN: i64 = 60;
/// The height of a bar, and the distance from one bar to the next.
const BAR: i64 = 14;
const STEP: i64 = 20;
/// The width of half a Chinese character at the size of letters of the charts.
const CELL: i64 = 6;
/// The height of a line of the legend, the side of a square in it, and the space behind a name.
const LEGEND_LINE: i64 = 20;
const SQUARE: i64 = 12;
const LEGEND_GAP: i64 = 16;
/// Dark and light by turns, so that neighbours differ when they are printed without colour.
const COLOURS: [&str; 5] = ["#1f4e79", "#8fbbe0", "#b35900", "#f2c185", "#d0d4d9"];

impl Chart {
    /// The charts of a report: the destinations of the whole, and the employment of each school on as many charts as it
    /// needs, each of which fits a page. A report on nobody has none.
    pub fn of(full: &FullReport) -> Vec<Self> {
        if full.report.counts.of(&GRADUATES) == 0 {
            return vec![];
        }
        let mut charts = vec![destinations(&full.report)];
        charts.extend(schools(full));
        charts
    }

    /// Where everything in the chart is drawn.
    pub(super) fn layout(&self) -> Drawing {
        let (legend, top) = self.legend();
        let y = |index: usize| top + STEP * i64::try_from(index).unwrap_or(0);
        let bars = self.bars.iter().enumerate().map(|(index, bar)| drawn(bar, y(index))).collect();
        Drawing { width: WIDTH, height: y(self.bars.len()) + 4, square: SQUARE, legend, bars }
    }

    /// The names of the parts in as many lines as they need, and the top of the first bar.
    fn legend(&self) -> (Vec<LegendEntry>, i64) {
        let (mut x, mut y) = (0, 0);
        let mut legend = vec![];
        for (index, name) in self.series.iter().enumerate() {
            let needed = SQUARE + 6 + cells(name) + LEGEND_GAP;
            if x > 0 && x + needed > WIDTH {
                (x, y) = (0, y + LEGEND_LINE);
            }
            let (square_at, name_at) = ((x, y), (x + SQUARE + 5, y + SQUARE - 1));
            legend.push(LegendEntry { colour: colour(index), square_at, name: name.clone(), name_at });
            x += needed;
        }
        (legend, y + LEGEND_LINE + 6)
    }
}

fn colour(index: usize) -> &'static str {
    COLOURS[index % COLOURS.len()]
}

/// Pixels of a text.
fn cells(text: &str) -> i64 {
    i64::try_from(width(text)).unwrap_or(0) * CELL
}

fn drawn(bar: &Bar, top: i64) -> DrawnBar {
    let room = WIDTH - LABEL - SHOWN;
    // Both ends of a part are cut to whole pixels of the same scale, so that parts neither overlap nor leave a gap.
    let at = |persons: i64| LABEL + persons * room / bar.whole.max(1);
    let mut sum = 0;
    let mut parts = vec![];
    for (index, part) in bar.parts.iter().enumerate() {
        let (from, to) = (at(sum), at(sum + part));
        sum += part;
        parts.push((from, to - from, colour(index)));
    }
    DrawnBar {
        label: cut(&bar.label, LABEL_CELLS),
        label_x: LABEL - 6,
        whole: (LABEL, room),
        parts,
        top,
        height: BAR,
        baseline: top + BAR - 3,
        shown: bar.shown.clone(),
        shown_x: LABEL + room + 6,
    }
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
                label: joined(&cell.name, " · ", Lang::Zh),
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
        let bar = drawn(&Bar { label: "校".to_owned(), parts, whole: 4, shown: "50.00%".to_owned() }, 0);
        // 430 pixels are the whole: two quarters of 107 and 108 side by side.
        assert_eq!(bar.whole, (190, 430));
        assert_eq!(bar.parts, [(190, 107, COLOURS[0]), (297, 108, COLOURS[1])]);
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(cut("第一职业学校", LABEL_CELLS), "第一职业学校");
        let long = cut(&"第一职业学校".repeat(5), LABEL_CELLS);
        assert!(long.starts_with("第一职业学校") && long.ends_with('…'), "{long}");
        assert!(width(&long) <= LABEL_CELLS);
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
