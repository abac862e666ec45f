//! Figures as data: who is counted (`populations`), what is divided by what (`definitions`), how it is printed.
//!
//! Invariant: a released population or definition is never edited, only superseded by a new version.

pub mod definitions;
pub mod populations;

use populations::{MATCH_UNKNOWN, ON_SPECIALTY, Population, UNKNOWN};
use serde::Serialize;

/// How many persons of a cell are in each population, in the order of `populations::ALL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PopulationCounts(pub Vec<i64>);

impl Default for PopulationCounts {
    fn default() -> Self {
        Self(vec![0; populations::ALL.len()])
    }
}

impl PopulationCounts {
    /// Persons of the cell that are in a population; 0 for a population that is not in the list.
    pub fn of(&self, population: &Population) -> i64 {
        let index = populations::ALL.iter().position(|p| p.id == population.id && p.version == population.version);
        index.and_then(|index| self.0.get(index)).copied().unwrap_or(0)
    }

    /// Adds the counts of another cell.
    pub fn add(&mut self, other: &Self) {
        for (sum, part) in self.0.iter_mut().zip(&other.0) {
            *sum += part;
        }
    }
}

/// A computed figure: persons over persons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    pub numerator: i64,
    pub denominator: i64,
    /// Percent with two decimals, half up; `None` over nobody.
    pub percent: Option<String>,
    pub bounds: Option<Bounds>,
}

/// Percent if everybody of whom it is unknown were out of the numerator, and if everybody were in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bounds {
    pub lower: String,
    pub upper: String,
}

/// Percent of persons over persons with two decimals, half up: the only place where a percentage is made.
pub fn percent(numerator: i64, denominator: i64) -> Option<String> {
    if denominator <= 0 {
        return None;
    }
    // Hundredths of a percent, rounded half up in integers: (2 * n * 10000 + d) / (2 * d).
    let (n, d) = (i128::from(numerator), i128::from(denominator));
    let hundredths = (2 * n * 10_000 + d) / (2 * d);
    Some(format!("{}.{:02}", hundredths / 100, hundredths % 100))
}

/// A definition's figure over the counts of one cell. What is unknown of it are graduates without a known destination and,
/// of a figure about the specialty, those in a job that nobody has judged.
pub fn figure(definition: &definitions::Definition, counts: &PopulationCounts) -> Figure {
    let numerator = counts.of(definition.numerator);
    let denominator = definition.denominator.count(counts);
    let unknown = counts.of(&UNKNOWN);
    let most = numerator + unknown + unjudged(definition, counts);
    let bounds = match definition.bounds {
        definitions::BoundsRule::None => None,
        definitions::BoundsRule::Numerator => both(percent(numerator, denominator), percent(most, denominator)),
        definitions::BoundsRule::NumeratorAndDenominator => {
            both(percent(numerator, denominator + unknown), percent(most, denominator + unknown))
        }
    };
    Figure { numerator, denominator, percent: percent(numerator, denominator), bounds }
}

/// Persons in a job of which nobody has judged whether it is on the specialty, where a figure is about that.
pub fn unjudged(definition: &definitions::Definition, counts: &PopulationCounts) -> i64 {
    if *definition.numerator == ON_SPECIALTY { counts.of(&MATCH_UNKNOWN) } else { 0 }
}

fn both(lower: Option<String>, upper: Option<String>) -> Option<Bounds> {
    Some(Bounds { lower: lower?, upper: upper? })
}

#[cfg(test)]
mod tests {
    use super::definitions::DEFINITIONS;
    use super::populations::*;
    use super::*;

    fn counts(of: &[(&Population, i64)]) -> PopulationCounts {
        let mut counts = PopulationCounts::default();
        for (population, count) in of {
            let index = ALL.iter().position(|p| p.id == population.id).unwrap();
            counts.0[index] = *count;
        }
        counts
    }

    #[test]
    fn percent_has_two_decimals_and_rounds_half_up() {
        assert_eq!(percent(1, 8).as_deref(), Some("12.50"));
        assert_eq!(percent(1, 16).as_deref(), Some("6.25"));
        assert_eq!(percent(1, 32).as_deref(), Some("3.13")); // 3.125
        assert_eq!(percent(5, 5).as_deref(), Some("100.00"));
        assert_eq!(percent(0, 3).as_deref(), Some("0.00"));
        assert_eq!(percent(0, 0), None);
    }

    /// The model city of 2022: every percentage that the design states.
    #[test]
    fn the_model_city_has_the_figures_of_the_design() {
        let city = counts(&[
            (&GRADUATES, 18_081),
            (&EMPLOYED, 17_747),
            (&DIRECT_EMPLOYMENT, 5_408),
            (&ON_SPECIALTY, 1_866),
            (&MATCH_UNKNOWN, 25),
            (&FURTHER_STUDY, 12_339),
            (&FURTHER_STUDY_UNDERGRADUATE, 231),
            (&UNKNOWN, 37),
            (&KNOWN, 18_044),
            (&EXAM_SAT, 4_333),
            (&EXAM_QUALIFIED, 4_282),
            (&EXAM_QUALIFIED_UNDERGRADUATE, 223),
        ]);
        let printed: Vec<(&str, Option<String>, Option<Bounds>)> = DEFINITIONS
            .iter()
            .map(|definition| {
                let figure = figure(definition, &city);
                (definition.id, figure.percent, figure.bounds)
            })
            .collect();
        let bounds = |lower: &str, upper: &str| Some(Bounds { lower: lower.into(), upper: upper.into() });
        let of = |id: &str| printed.iter().find(|(i, _, _)| *i == id).cloned().unwrap();
        assert_eq!(of("employment_rate"), ("employment_rate", Some("98.15".into()), bounds("98.15", "98.36")));
        assert_eq!(of("direct_employment_rate").1.as_deref(), Some("29.91"));
        assert_eq!(of("employment_rate_excluding_further_study").1.as_deref(), Some("94.18"));
        // 1,866 of 18,081; with 37 of unknown destination and 25 who were not judged 1,928.
        let of_graduates = of("on_specialty_rate_of_graduates");
        assert_eq!((of_graduates.1.as_deref(), of_graduates.2), (Some("10.32"), bounds("10.32", "10.66")));
        // 1,866 of 5,408; of 5,445 with the unknown, 1,866 or 1,928.
        let of_direct = of("on_specialty_rate_of_direct_employment");
        assert_eq!((of_direct.1.as_deref(), of_direct.2), (Some("34.50"), bounds("34.27", "35.41")));
        assert_eq!(of("on_specialty_rate_of_employed").1.as_deref(), Some("10.51"));
        assert_eq!(of("progression_rate").1.as_deref(), Some("68.24"));
        assert_eq!(of("further_study_share_of_employed").1.as_deref(), Some("69.53"));
        assert_eq!(of("undergraduate_progression_rate_of_graduates").1.as_deref(), Some("1.28"));
        assert_eq!(of("undergraduate_progression_rate_of_further_study").1.as_deref(), Some("1.87"));
        assert_eq!(of("exam_pass_rate"), ("exam_pass_rate", Some("98.82".into()), None));
        assert_eq!(of("exam_undergraduate_rate_of_sat").1.as_deref(), Some("5.15"));
        assert_eq!(of("exam_undergraduate_rate_of_qualified").1.as_deref(), Some("5.21"));
        assert_eq!(of("known_destination_rate"), ("known_destination_rate", Some("99.80".into()), None));
    }
}
