//! The report with every breakdown that its files print.
//!
//! Invariant: all of it is one question at one position, and the cells of each breakdown add up to the report's counts.

use super::App;
use super::report::{Breakdown, Cell, Report, ReportQuery, SHARE_OF_DIRECT_EMPLOYMENT, counted};
use super::report_error::ReportError;
use crate::accounts::Caller;
use crate::domain::figures::populations::{ALL, DIRECT_EMPLOYMENT};
use crate::domain::figures::{Figure, PopulationCounts, percent};
use crate::domain::terms::{Channel, DestinationKind, Industry, Insurance, JobPlace, LabourContract, SalaryBand, Term};
use crate::input::known_at::KnownAt;
use crate::projections::NOT_RECORDED;
use crate::projections::cohort_outcomes::count::Dimension;
use crate::text::lang::{Sentence, say};

/// The breakdowns of the yearly form: direct employment by the details of the job, everything by school and specialty.
pub const OF_FORM: [Dimension; 9] = [
    Dimension::Kind,
    Dimension::Industry,
    Dimension::Place,
    Dimension::Channel,
    Dimension::Salary,
    Dimension::Contract,
    Dimension::Insurance,
    Dimension::School,
    Dimension::SpecialtyClass,
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullReport {
    pub report: Report,
    /// Those of the form, then the one asked for, if it is none of them.
    pub breakdowns: Vec<Breakdown>,
}

impl App {
    /// # Errors
    /// As for a report; also if a breakdown does not add up.
    pub(super) async fn full_report(
        &self,
        caller: &Caller,
        asked: &ReportQuery,
        by: &[Dimension],
    ) -> Result<FullReport, ReportError> {
        let mut report = self.report(caller, asked, by).await?;
        let at_its_position = ReportQuery { known_at: KnownAt::Position(report.known_at.position), ..asked.clone() };
        let (question, _) = self.question(caller, &at_its_position).await?;
        let mut breakdowns = vec![];
        for dimension in OF_FORM {
            let counted = self.breakdown(&question, &[dimension], &report.counts).await?;
            breakdowns.push(with_empty_cells(counted, dimension, &report.counts));
        }
        breakdowns
            .extend(report.breakdown.take().filter(|asked| !OF_FORM.iter().any(|of_form| asked.by == [*of_form])));
        for breakdown in &breakdowns {
            adds_up(breakdown, &report.counts)?;
        }
        Ok(FullReport { report, breakdowns })
    }
}

/// Sums of all cells; where a detail of the job is asked for, of direct employment and its subsets only.
fn adds_up(breakdown: &Breakdown, whole: &PopulationCounts) -> Result<(), ReportError> {
    let mut sum = PopulationCounts::default();
    for cell in &breakdown.cells {
        sum.add(&cell.counts);
    }
    for population in ALL.into_iter().filter(|population| counted(breakdown, population)) {
        let (total, parts) = (whole.of(population), sum.of(population));
        if total != parts {
            return Err(ReportError::Imbalance { whole: population.zh, total, parts });
        }
    }
    Ok(())
}

/// The form prints every value of a closed vocabulary, in its order, with 0 persons too, and 未填报 last.
fn with_empty_cells(mut breakdown: Breakdown, dimension: Dimension, whole: &PopulationCounts) -> Breakdown {
    let keys = closed_keys(dimension);
    if keys.is_empty() {
        return breakdown;
    }
    let direct = whole.of(&DIRECT_EMPLOYMENT);
    let empty = |key: &str, name: Sentence| Cell {
        key: vec![key.to_owned()],
        name: vec![name],
        counts: PopulationCounts::default(),
        figures: vec![(
            SHARE_OF_DIRECT_EMPLOYMENT,
            Figure { numerator: 0, denominator: direct, percent: percent(0, direct), bounds: None },
        )],
    };
    let mut cells = vec![];
    for (key, name) in keys {
        let found = breakdown.cells.iter().position(|cell| cell.key == [key]);
        cells.push(found.map_or_else(|| empty(key, name), |index| breakdown.cells.remove(index)));
    }
    // A value outside the list would stay behind its last.
    cells.append(&mut breakdown.cells);
    Breakdown { cells, ..breakdown }
}

/// The keys of a detail of the job; none for a dimension whose values are open.
fn closed_keys(dimension: Dimension) -> Vec<(&'static str, Sentence)> {
    let mut keys = match dimension {
        Dimension::Kind => entries(|kind: DestinationKind| kind.employment().is_some()),
        Dimension::Industry => entries(|_: Industry| true),
        Dimension::Place => entries(|_: JobPlace| true),
        Dimension::Channel => entries(|_: Channel| true),
        Dimension::Salary => entries(|_: SalaryBand| true),
        Dimension::Contract => entries(|_: LabourContract| true),
        Dimension::Insurance => entries(|_: Insurance| true),
        Dimension::School
        | Dimension::SpecialtyClass
        | Dimension::Specialty
        | Dimension::Class
        | Dimension::Gender
        | Dimension::Route => return vec![],
    };
    keys.push((NOT_RECORDED, say("未填报", "not recorded")));
    keys
}

fn entries<T: Term>(wanted: impl Fn(T) -> bool) -> Vec<(&'static str, Sentence)> {
    T::ENTRIES.iter().filter(|entry| wanted(entry.value)).map(|entry| (entry.code, entry.value.words())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn direct(count: i64) -> PopulationCounts {
        let mut counts = PopulationCounts::default();
        let index = ALL.iter().position(|p| **p == DIRECT_EMPLOYMENT).unwrap();
        counts.0[index] = count;
        counts
    }

    fn by_place(cells: &[(&str, i64)]) -> Breakdown {
        let cell = |(key, count): &(&str, i64)| Cell {
            key: vec![(*key).to_owned()],
            name: vec![say(*key, *key)],
            counts: direct(*count),
            figures: vec![],
        };
        Breakdown { by: vec![Dimension::Place], of_direct_employment: true, cells: cells.iter().map(cell).collect() }
    }

    #[test]
    fn every_value_of_the_vocabulary_is_a_row_and_not_recorded_is_the_last() {
        let filled = with_empty_cells(by_place(&[("abroad", 1), ("not_recorded", 2)]), Dimension::Place, &direct(3));
        let rows: Vec<(&str, i64)> =
            filled.cells.iter().map(|cell| (cell.key[0].as_str(), cell.counts.of(&DIRECT_EMPLOYMENT))).collect();
        assert_eq!(rows, [("local", 0), ("elsewhere", 0), ("abroad", 1), ("not_recorded", 2)]);
        assert_eq!(filled.cells[0].figures[0].1.percent.as_deref(), Some("0.00"));
    }

    #[test]
    fn a_breakdown_that_does_not_add_up_is_refused() {
        assert!(adds_up(&by_place(&[("local", 2), ("abroad", 1)]), &direct(3)).is_ok());
        let refused = adds_up(&by_place(&[("local", 2)]), &direct(3)).unwrap_err();
        assert!(matches!(refused, ReportError::Imbalance { whole: "直接就业", total: 3, parts: 2 }), "{refused:?}");
    }
}
