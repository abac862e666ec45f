//! placeholder text
use crate::app::report::Report;
pub enum Lang {
    Zh,
    En,
}
pub fn report(report: &Report, _lang: Lang) -> String {
    super::json::report(report)["counts"].to_string() + &super::json::report(report)["figures"].to_string()
}
