//! Placements and their agreements, as they are printed.

use gradtrail::app::facts_in_words::Fact;
use gradtrail::app::placement::shown::ShownPlacement;
use gradtrail::domain::placement::codes::DocumentKind;
use gradtrail::domain::terms::Term;

use crate::cli::{CliError, screen};

/// The arrangement on a day, the state, the documents, and the numbered facts of each.
pub fn show(shown: &ShownPlacement) -> Result<(), CliError> {
    screen::line(&format!("{}  实习编号 {}", shown.student, shown.id.0))?;
    let late = if shown.was_late { "（补登）" } else { "" };
    screen::line(&format!("  状态：{}{late}", shown.state))?;
    for (name, value) in &shown.fields {
        screen::line(&format!("  {name}：{value}"))?;
    }
    let documents: Vec<String> =
        shown.documents.iter().map(|(kind, state)| format!("{}{}", DocumentKind::zh(*kind), state.zh())).collect();
    if !documents.is_empty() {
        screen::line(&format!("  材料：{}", documents.join("，")))?;
    }
    for (paper, party, what, hash) in &shown.files {
        let (kind, version, party) = (paper.kind.zh(), paper.version, party.zh());
        screen::line(&format!("  {kind}第 {version} 版 {party}：{what} {}", hash.short()))?;
    }
    if !shown.unamended.is_empty() {
        let kinds: Vec<&str> = shown.unamended.iter().map(|kind| kind.zh()).collect();
        screen::line(&format!("  有变更、未签补充协议：{}", kinds.join("、")))?;
    }
    facts(&shown.facts)
}

/// The numbered facts of a stream.
pub fn facts(facts: &[Fact]) -> Result<(), CliError> {
    for Fact { stream, version, said, effective_on } in facts {
        let day = effective_on.map(|day| day.to_string()).unwrap_or_default();
        screen::line(&format!("  {stream} 第 {version} 号 {day} {said}"))?;
    }
    Ok(())
}
