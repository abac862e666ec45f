//! What is shown of placements and their agreements.

use jiff::civil::Date;

use gradtrail::app::season::facts::Fact;
use gradtrail::domain::placement::codes::DocumentKind;
use gradtrail::domain::terms::Term;

use super::whom::WhomArgs;
use super::{Failure, Session, screen};

/// The arrangement on a day, the state, the documents, and the numbered facts of each.
pub async fn show(session: &Session, whom: &WhomArgs, day: Date) -> Result<(), Failure> {
    for shown in session.app.placement_sheets(&session.caller, &whom.named(), day).await? {
        screen::line(&format!("{}\t实习编号 {}", shown.pupil, shown.id.0))?;
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
        facts(&shown.facts)?;
    }
    Ok(())
}

/// The numbered facts of a stream.
pub fn facts(facts: &[Fact]) -> Result<(), Failure> {
    for Fact { stream, version, said, effective_on } in facts {
        let day = effective_on.map(|day| day.to_string()).unwrap_or_default();
        screen::line(&format!("  {stream} 第 {version} 号 {day} {said}"))?;
    }
    Ok(())
}
