//! The definitions behind the figures as tables: numerator and denominator of each figure with their versions, and who
//! belongs to each population.

use super::document::{ReportCell, ReportColumn, ReportRow, ReportTable};
use crate::app::report::Report;
use crate::domain::figures::definitions::{Definition, ROUNDING, SOURCE};
use crate::domain::figures::populations::{ALL, Population};

/// The tables of definitions and of populations.
pub fn of(report: &Report) -> Vec<ReportTable> {
    vec![figures(report), populations()]
}

fn figures(report: &Report) -> ReportTable {
    let headings = ["编号", "版本", "名称", "英文名称", "分子", "分母", "取整", "来源", "适用"];
    let row = |definition: &Definition| {
        let numerator = definition.numerator;
        ReportRow::part(vec![
            ReportCell::text(definition.id),
            ReportCell::text(format!("v{}", definition.version)),
            ReportCell::text(definition.zh),
            ReportCell::text(definition.en),
            ReportCell::text(format!("{} {}", numerator.zh, numerator.id_and_version())),
            ReportCell::text(format!("{} {}", definition.denominator.zh(), definition.denominator.versions())),
            ReportCell::text(ROUNDING),
            ReportCell::text(SOURCE),
            ReportCell::text(format!("{} 届起", definition.since_year)),
        ])
    };
    ReportTable {
        title: "定义".to_owned(),
        columns: headings.map(ReportColumn::text).to_vec(),
        rows: report.figures.iter().map(|(definition, _)| row(definition)).collect(),
        note: Some("依据中职毕业生就业情况年报表的恒等关系，并与所核对的城市年度质量报告一致。".to_owned()),
    }
}

fn populations() -> ReportTable {
    let row = |population: &&Population| {
        ReportRow::part(vec![
            ReportCell::text(population.id),
            ReportCell::text(format!("v{}", population.version)),
            ReportCell::text(population.zh),
            ReportCell::text(population.predicate),
        ])
    };
    ReportTable {
        title: "人群".to_owned(),
        columns: ["编号", "版本", "名称", "条件"].map(ReportColumn::text).to_vec(),
        rows: ALL.iter().map(row).collect(),
        note: Some("条件是统计语句中逐人判断的原文，以截止日的事实为准。".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    #[test]
    fn a_definition_names_its_populations_with_their_versions() {
        let tables = of(&example::city());
        let row = |id: &str| {
            let found = tables[0].rows.iter().find(|row| row.cells[0] == ReportCell::text(id)).unwrap();
            found.cells.iter().map(ReportCell::shown).collect::<Vec<_>>()
        };
        let excluding = row("employment_rate_excluding_further_study");
        assert_eq!(excluding[4..6], ["直接就业 direct_employment v1", "毕业生减升学 graduates v1 − further_study v1"]);
        assert_eq!(excluding[8], "2014 届起");
        assert_eq!(tables[1].rows.len(), ALL.len());
    }
}
