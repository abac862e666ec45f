//! Figures become sentences, tables and documents: pure, from values to text or bytes.
//!
//! A report file is a `document`, made once from a report by `compose` and written by one of the writers (`file`). A
//! `list` is any other table that a question answers with, `lists` makes it of the answer,
//! in which `said` words the events; `receipt` is what an import changes.
//! Invariant: no percentage is printed without its numerator and denominator in persons.

pub mod answers;
mod appendix;
mod chart;
pub mod comparison;
mod csv;
pub mod document;
mod docx;
pub mod english;
pub mod file;
mod html;
pub mod json;
pub mod list;
pub mod lists;
pub mod meanings;
pub(crate) mod paragraphs;
pub mod receipt;
pub mod said;
mod said_of_survey;
pub mod table;
mod tables;
mod text;
pub mod xlsform;
mod xlsx;

#[cfg(test)]
mod example;

use self::chart::Chart;
use self::document::Document;
use crate::app::full_report::FullReport;
use crate::app::report::{PROFILE, Report};
use crate::text::instants::rfc3339;

/// The digits of the root in the stamp of a page. The whole root is printed once, at the head of the document.
const ROOT_SHOWN: usize = 16;

/// Makes the document of a report, in Chinese.
pub fn compose(full: &FullReport) -> Document {
    let report = &full.report;
    let mut notes = vec![];
    let paragraphs = vec![paragraphs::employment(report, &mut notes), paragraphs::progression(report, &mut notes)];
    let document = Document {
        title: title(report),
        about: about(report),
        stamp: format!(
            "位置 {} · 日志根 {}…",
            report.known_at.position,
            report.root.get(..ROOT_SHOWN).unwrap_or(&report.root)
        ),
        made_at: report.known_at.recorded_at,
        paragraphs,
        notes,
        remarks: paragraphs::remarks(report),
        charts: Chart::of(full),
        tables: tables::of(full),
        appendix: appendix::of(report),
    };
    document.printable()
}

fn title(report: &Report) -> String {
    let whose = match report.scope.school() {
        None => "全市中等职业学校 ".to_owned(),
        Some(_) => format!("{} ", scope(report)),
    };
    format!("{whose}{} 届毕业生去向统计", report.year)
}

/// 全市, a school by its name, or its class.
fn scope(report: &Report) -> String {
    let Some(code) = report.scope.school() else { return "全市".to_owned() };
    let school = match &report.school_name {
        Some(name) => format!("{name}（{code}）"),
        None => format!("学校 {code}"),
    };
    match report.scope.class() {
        Some(class) => format!("{school} {}", class.as_str()),
        None => school,
    }
}

fn about(report: &Report) -> Vec<(&'static str, String)> {
    // Position 0 is before the first event and has no instant.
    let recorded_at = match report.known_at.position {
        0 => "尚无事件".to_owned(),
        _ => rfc3339(report.known_at.recorded_at),
    };
    vec![
        ("统计范围", scope(report)),
        ("毕业年份", format!("{} 年", report.year)),
        ("截止日", format!("{}（当日为真的事实）", report.as_of)),
        ("所知", format!("截至日志位置 {}（{recorded_at}）", report.known_at.position)),
        ("日志根", report.root.clone()),
        ("口径", PROFILE.to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Scope;
    use crate::domain::ids::SchoolCode;

    #[test]
    fn a_document_says_what_it_is_true_of_and_stamps_its_pages() {
        let document = compose(&example::full());
        assert_eq!(document.title, "全市中等职业学校 2022 届毕业生去向统计");
        assert_eq!(document.stamp, "位置 42 · 日志根 0123456789abcdef…");
        let about: Vec<&str> = document.about.iter().map(|(name, _)| *name).collect();
        assert_eq!(about, ["统计范围", "毕业年份", "截止日", "所知", "日志根", "口径"]);
        assert!(document.about[3].1.contains("42（1970-01-01T00:00:01.000000Z）"));
    }

    #[test]
    fn a_school_s_report_bears_its_name() {
        let scope = Scope::School(SchoolCode::parse("33070009").unwrap());
        let school_name = Some("第九职业学校".to_owned());
        let document = compose(&example::full_of(Report { scope, school_name, ..example::city() }));
        assert_eq!(document.title, "第九职业学校（33070009） 2022 届毕业生去向统计");
        assert_eq!(document.about[0].1, "第九职业学校（33070009）");
    }
}
