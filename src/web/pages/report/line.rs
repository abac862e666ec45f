//! A rate over the years as a line: values at the points, a gap where the definition changes or a year is missing, what is not
//! proven hollow and dashed. The same digits stand in the table beside.

use crate::app::trend::TrendPoint;
use crate::text::lang::Lang;

/// The size of the drawing, and where the line may be, in pixels.
const WIDTH: i64 = 640;
const HEIGHT: i64 = 180;
const LEFT: i64 = 72;
const RIGHT: i64 = 604;
const TOP: i64 = 28;
const BOTTOM: i64 = 128;
/// In which an axis is measured: hundredths of a percent. Its ends are multiples of half a percent.
const WHOLE: i64 = 10_000;
const STEP: i64 = 50;

/// A rate over the years, drawn.
pub(super) struct Line {
    pub width: i64,
    pub height: i64,
    /// The ends of the axis, and how far down each is.
    pub axis: [(String, i64); 2],
    pub left: i64,
    pub right: i64,
    pub points: Vec<Point>,
    pub segments: Vec<Segment>,
}

pub(super) struct Point {
    pub x: i64,
    pub y: i64,
    /// The baseline of the value: above the point, below it where the line comes down to it from both sides.
    pub label_y: i64,
    pub year: i16,
    pub value: String,
    pub is_proven: bool,
}

/// From one point to the next.
pub(super) struct Segment {
    pub from: (i64, i64),
    pub to: (i64, i64),
    /// Whether both its ends are proven.
    pub is_proven: bool,
}

/// The line through these points; `None` where fewer than two have a value.
pub(super) fn line(points: &[&TrendPoint]) -> Option<Line> {
    let valued: Vec<(&TrendPoint, i64)> =
        points.iter().filter_map(|point| Some((*point, hundredths(point)?))).collect();
    let (first, last) = (valued.first()?.0.year, valued.last()?.0.year);
    if first == last {
        return None;
    }
    let least = valued.iter().map(|(_, value)| *value).min().unwrap_or(0);
    let most = valued.iter().map(|(_, value)| *value).max().unwrap_or(WHOLE);
    let from = (least - 1).max(0) / STEP * STEP;
    let to = ((most / STEP + 1) * STEP).min(WHOLE);
    let x = |year: i16| LEFT + 24 + i64::from(year - first) * (RIGHT - LEFT - 48) / i64::from(last - first);
    let y = |value: i64| BOTTOM - (value - from) * (BOTTOM - TOP) / (to - from).max(1);
    let is_low = |place: usize| {
        let beside = [place.checked_sub(1), place.checked_add(1)].into_iter().flatten();
        let mut beside = beside.filter_map(|place| valued.get(place)).map(|(_, value)| *value);
        beside.all(|other| other > valued[place].1)
    };
    let drawn = valued.iter().enumerate().map(|(place, (point, value))| Point {
        x: x(point.year),
        y: y(*value),
        label_y: if is_low(place) { y(*value) + 20 } else { y(*value) - 10 },
        year: point.year,
        value: point.figure.percent.as_ref().map_or_else(String::new, |percent| format!("{percent}%")),
        is_proven: is_final(point),
    });
    let joined = valued.windows(2).filter_map(|pair| match pair {
        [(before, was), (after, is)] => continues(before, after).then(|| Segment {
            from: (x(before.year), y(*was)),
            to: (x(after.year), y(*is)),
            is_proven: is_final(before) && is_final(after),
        }),
        _ => None,
    });
    let label = |value: i64| format!("{}.{}%", value / 100, value % 100 / 10);
    Some(Line {
        width: WIDTH,
        height: HEIGHT,
        axis: [(label(to), TOP), (label(from), BOTTOM)],
        left: LEFT,
        right: RIGHT,
        segments: joined.collect(),
        points: drawn.collect(),
    })
}

/// The points in a sentence, for who does not see the line.
pub(super) fn said(points: &[&TrendPoint], lang: Lang) -> String {
    let one = |point: &&TrendPoint| {
        let percent = point.figure.percent.as_ref().map_or_else(|| "—".to_owned(), |percent| format!("{percent}%"));
        let unproven =
            if point.is_proven() { "" } else { lang.of("（公布，未经核实）", " (published, not proven)") };
        format!("{} {percent}{unproven}", point.year)
    };
    points.iter().map(one).collect::<Vec<_>>().join(lang.of("，", ", "))
}

/// Whether the log proves a point, and it moves no more.
fn is_final(point: &TrendPoint) -> bool {
    use crate::app::trend::Basis;
    matches!(point.basis, Basis::Counted { is_ahead: false, .. })
}

/// Whether a line leads from one point to the next: the next year, under the same version of the definition.
fn continues(before: &TrendPoint, after: &TrendPoint) -> bool {
    after.year - before.year == 1 && before.version().is_some() && before.version() == after.version()
}

fn hundredths(point: &TrendPoint) -> Option<i64> {
    point.figure.percent.as_ref().and_then(|percent| percent.replace('.', "").parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::trend::Basis;
    use crate::domain::figures::definitions::DEFINITIONS;
    use crate::domain::figures::{Figure, percent};
    use crate::domain::year_end::{PublicationMedium, PublishedFigure};
    use crate::projections::published_figures::Published;
    use jiff::civil::date;

    fn point(year: i16, numerator: i64, basis: Basis) -> TrendPoint {
        let figure = Figure { numerator, denominator: 1_000, percent: percent(numerator, 1_000), bounds: None };
        TrendPoint { definition: &DEFINITIONS[0], year, figure, basis }
    }

    fn counted(year: i16) -> Basis {
        Basis::Counted { as_of: date(year, 12, 31), is_ahead: false }
    }

    fn published(year: i16, definition_version: Option<u32>) -> Basis {
        let of = PublishedFigure {
            figure: DEFINITIONS[0].id.to_owned(),
            definition_version,
            numerator: 0,
            denominator: 1,
            medium: PublicationMedium::Bulletin,
            title: "公报".to_owned(),
        };
        let published_on = date(year + 1, 1, 15);
        Basis::Published(Published { school: None, year, published_on, of, version: 1, position: 1 })
    }

    #[test]
    fn what_is_published_is_hollow_and_dashed_and_another_definition_or_a_missing_year_leaves_a_gap() {
        let points = [
            point(2017, 950, published(2017, None)),
            point(2018, 955, published(2018, Some(1))),
            point(2019, 960, published(2019, Some(1))),
            point(2020, 970, counted(2020)),
            point(2021, 980, counted(2021)),
            point(2023, 990, counted(2023)),
        ];
        let drawn = line(&points.iter().collect::<Vec<_>>()).unwrap();
        let proven: Vec<bool> = drawn.points.iter().map(|point| point.is_proven).collect();
        assert_eq!(proven, [false, false, false, true, true, true]);
        // 2017 has another definition, 2022 is missing.
        let joined: Vec<bool> = drawn.segments.iter().map(|segment| segment.is_proven).collect();
        assert_eq!(joined, [false, false, true]);
        // From 94.5 % to 99.5 %: 4.5 of 5 points up are 90 of 100 pixels.
        assert_eq!(drawn.axis.clone().map(|(label, _)| label), ["99.5%", "94.5%"]);
        assert_eq!(drawn.points.last().map(|point| (point.y, point.value.as_str())), Some((38, "99.00%")));
    }

    #[test]
    fn one_year_makes_no_line() {
        assert!(line(&[&point(2022, 980, counted(2022))]).is_none());
    }
}
