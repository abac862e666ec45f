//! The definitions behind the figures as tables: what is over what in which version, and who is counted.

use super::document::{Cell, Column, Row, Table};
use crate::app::report::Report;
use crate::domain::figures::definitions::{Definition, ROUNDING, SOURCE};
use crate::domain::figures::populations::{ALL, Population};

pub fn of(report: &Report) -> Vec<Table> {
    vec![figures(report), populations()]
}

fn figures(report: &Report) -> Table {
    let headings = ["编号", "版本", "名称", "英文名称", "分子", "分母", "取整", "来源", "适用"];
    let row = |definition: &Definition| {
        let numerator = definition.numerator;
        Row::part(vec![
            Cell::text(definition.id),
            Cell::text(format!("v{}", definition.version)),
            Cell::text(definition.zh),
            Cell::text(definition.en),
            Cell::text(format!("{} {}", numerator.zh, numerator.id_and_version())),
            Cell::text(format!("{} {}", definition.denominator.zh(), definition.denominator.versions())),
            Cell::text(ROUNDING),
            Cell::text(SOURCE),
            Cell::text(format!("{} 届起", definition.since_year)),
        ])
    };
    Table {
        title: "定义".to_owned(),
        columns: headings.map(Column::text).to_vec(),
        rows: report.figures.iter().map(|(definition, _)| row(definition)).collect(),
        note: Some("依据中职毕业生就业情况年报表的恒等关系，并与所核对的城市年度质量报告一致。".to_owned()),
    }
}

fn populations() -> Table {
    let row = |population: &&Population| {
        Row::part(vec![
            Cell::text(population.id),
            Cell::text(format!("v{}", population.version)),
            Cell::text(population.zh),
            Cell::text(population.predicate),
        ])
    };
    Table {
        title: "人群".to_owned(),
        columns: ["编号", "版本", "名称", "条件"].map(Column::text).to_vec(),
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
            let found = tables[0].rows.iter().find(|row| row.cells[0] == Cell::text(id)).unwrap();
            found.cells.iter().map(Cell::shown).collect::<Vec<_>>()
        };
        let excluding = row("employment_rate_excluding_further_study");
        assert_eq!(excluding[4..6], ["直接就业 direct_employment v1", "毕业生减升学 graduates v1 − further_study v1"]);
        assert_eq!(excluding[8], "2014 届起");
        assert_eq!(tables[1].rows.len(), ALL.len());
    }
}
