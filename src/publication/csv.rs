use crate::app::report::Report;
pub fn report(report: &Report) -> Result<String, std::fmt::Error> {
    Ok(format!("{:?}", report.counts))
}
