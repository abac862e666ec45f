use crate::app::report::Report;
pub fn table(_report: &Report) -> String {
    String::new()
}
