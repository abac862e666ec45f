//! Who or what could not be dealt with.

use gradtrail::app::bulk::Refused;
use gradtrail::catalogue;
use gradtrail::text::lang::Lang;

use super::{CliError, screen};

/// Refusals printed at most.
const PRINTED_MAX: usize = 50;

/// Lists who or what could not be dealt with, if anything.
pub fn not_all(refused: &[Refused], lang: Lang) -> Result<(), CliError> {
    for one in refused.iter().take(PRINTED_MAX) {
        screen::line(&format!("  {}", catalogue::failure::refused(one).in_lang(lang)))?;
    }
    let (all, more) = (refused.len(), refused.len().saturating_sub(PRINTED_MAX));
    if more > 0 {
        screen::line(&lang.of(format!("  …另有 {more} 项"), format!("  … and {more} more")))?;
    }
    if refused.is_empty() {
        return Ok(());
    }
    Err(lang.of(format!("{all} 项不能办理，没有记录"), format!("{all} could not be done and are not recorded")).into())
}
