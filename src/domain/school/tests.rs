//! Rules of the school stream: given events, when a command, then events or a refusal.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::civil::date;

use super::*;

const ON: Date = date(2023, 9, 1);

fn code(text: &str) -> SchoolCode {
    SchoolCode::parse(text).unwrap()
}

fn entry(name: &str) -> SchoolEntry {
    SchoolEntry { code: code("33070001"), name: name.to_owned(), category: SchoolCategory::Public }
}

fn enter(entry: SchoolEntry) -> SchoolCommand {
    SchoolCommand::Enter { entry, effective_on: ON }
}

fn undo(version: u64) -> SchoolCommand {
    SchoolCommand::Undo { version, reason: UndoReason::EntryError, effective_on: ON }
}

fn registered(name: &str) -> SchoolEvent {
    SchoolEvent::SchoolRegistered { entry: entry(name), effective_on: ON }
}

fn corrected(name: &str) -> SchoolEvent {
    SchoolEvent::SchoolCorrected { entry: entry(name), effective_on: ON }
}

fn given(events: Vec<SchoolEvent>) -> AggregateTestExecutor<School> {
    TestFramework::with(()).given(events)
}

#[test]
fn a_school_is_registered_and_then_corrected_under_its_code() {
    given(vec![]).when(enter(entry(" 一中 "))).then_expect_events(vec![registered("一中")]);
    given(vec![registered("一中")]).when(enter(entry("一中"))).then_expect_events(vec![]);
    given(vec![registered("一中")]).when(enter(entry("第一中学"))).then_expect_events(vec![corrected("第一中学")]);
    let (registered_as, other) = (code("33070001"), code("33070002"));
    given(vec![registered("一中")])
        .when(enter(SchoolEntry { code: other.clone(), ..entry("一中") }))
        .then_expect_error(SchoolRefusal::OtherCode { registered: registered_as, given: other });
}

#[test]
fn a_school_has_a_name_of_at_most_sixty_characters() {
    given(vec![]).when(enter(entry(&"学".repeat(60)))).then_expect_events(vec![registered(&"学".repeat(60))]);
    for name in ["", " \u{3000}", &"学".repeat(61)] {
        given(vec![]).when(enter(entry(name))).then_expect_error(SchoolRefusal::Name);
    }
}

#[test]
fn nothing_is_said_of_a_school_that_is_not_registered() {
    for command in [SchoolCommand::Close { effective_on: ON }, undo(1)] {
        given(vec![]).when(command).then_expect_error(SchoolRefusal::NotRegistered);
    }
}

#[test]
fn an_undone_correction_leaves_the_entry_before_it() {
    let (version, reason, stands) = (2, UndoReason::EntryError, Some(entry("一中")));
    let undone = SchoolEvent::Undone { code: code("33070001"), stands, version, reason, effective_on: ON };
    let both = vec![registered("一中"), corrected("二中")];
    given(both.clone()).when(undo(2)).then_expect_events(vec![undone.clone()]);
    given(both.clone()).when(undo(3)).then_expect_error(SchoolRefusal::NothingToUndo { version: 3 });
    given([both, vec![undone]].concat()).when(enter(entry("一中"))).then_expect_events(vec![]);
}
