//! Rates of several parts on one axis: a dot where the rate is, a line to where it were if all unknown were counted, an
//! upright where the whole is.

use crate::domain::figures::Figure;

/// The length of the axis, in pixels.
const LENGTH: i64 = 144;
/// Room at both ends for half a dot.
const ROOM: i64 = 6;
/// In which an axis is measured: hundredths of a percent.
const WHOLE: i64 = 10_000;
/// The ends of an axis are multiples of half a percent.
const STEP: i64 = 50;

/// One rate, in pixels from the left.
pub(super) struct Dots {
    pub at: i64,
    pub reach: i64,
    pub whole: i64,
}

/// The ends of the axis, and each rate on it.
pub(super) fn dots(rates: &[Figure], whole: &Figure) -> ((String, String), Vec<Dots>) {
    let placed: Vec<(i64, i64)> = rates.iter().map(|rate| (hundredths(rate), upper(rate))).collect();
    let whole = hundredths(whole);
    let least = placed.iter().map(|(at, _)| *at).chain([whole]).min().unwrap_or(0);
    let most = placed.iter().map(|(_, reach)| *reach).chain([whole]).max().unwrap_or(WHOLE);
    let (from, to) = (least / STEP * STEP, ((most + STEP - 1) / STEP * STEP).min(WHOLE));
    let at = |value: i64| ROOM + (value - from) * (LENGTH - 2 * ROOM) / (to - from).max(1);
    let drawn = placed.into_iter().map(|(rate, reach)| Dots { at: at(rate), reach: at(reach), whole: at(whole) });
    let label = |value: i64| format!("{}.{}%", value / 100, value % 100 / 10);
    ((label(from), label(to)), drawn.collect())
}

fn hundredths(figure: &Figure) -> i64 {
    figure.numerator * WHOLE / figure.denominator.max(1)
}

/// The rate if all unknown were counted.
fn upper(figure: &Figure) -> i64 {
    let digits = figure.bounds.as_ref().map(|bounds| bounds.upper.replace('.', ""));
    digits.and_then(|digits| digits.parse().ok()).unwrap_or_else(|| hundredths(figure))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::figures::Bounds;

    fn rate(numerator: i64, upper: &str) -> Figure {
        let bounds = Some(Bounds { lower: String::new(), upper: upper.to_owned() });
        Figure { numerator, denominator: 100, percent: None, bounds }
    }

    #[test]
    fn the_axis_holds_every_rate_and_its_reach() {
        let (axis, drawn) = dots(&[rate(96, "97.00"), rate(99, "99.20")], &rate(98, "98.00"));
        assert_eq!(axis, ("96.0%".to_owned(), "99.5%".to_owned()));
        // 132 pixels for 3.5 points from 96: 1 point is 37.7, 2 are 75.4, 3 are 113.1, 3.2 are 120.7.
        let placed: Vec<_> = drawn.iter().map(|dots| (dots.at, dots.reach, dots.whole)).collect();
        assert_eq!(placed, [(6, 43, 81), (119, 126, 81)]);
    }
}
