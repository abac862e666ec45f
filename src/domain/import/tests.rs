//! Rules of the import stream: given events, when a command, then events or a refusal.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::civil::date;

use super::*;

const ON: Date = date(2023, 9, 1);
const COUNTS: RowCounts = RowCounts { new: 2, changed: 0, unchanged: 1, held: 0, rejected: 0 };
const SPOKEN: Spokesman = Spokesman { source: Source::School, said_on: ON };

fn start() -> ImportCommand {
    let (file_sha256, kind, file_name) = ("00".to_owned(), "roster".to_owned(), SealedRevision(1));
    ImportCommand::Start { file_sha256, kind, school: None, file_name, issuer: None, spoken: SPOKEN, effective_on: ON }
}

fn started() -> ImportEvent {
    let (file_sha256, kind, file_name) = ("00".to_owned(), "roster".to_owned(), SealedRevision(1));
    ImportEvent::ImportStarted {
        file_sha256,
        kind,
        school: None,
        file_name,
        issuer: None,
        spoken: SPOKEN,
        effective_on: ON,
    }
}

fn finish() -> ImportCommand {
    ImportCommand::Finish { counts: COUNTS, effective_on: ON }
}

fn applied() -> ImportEvent {
    ImportEvent::ImportApplied { counts: COUNTS, effective_on: ON }
}

fn confirm() -> ImportCommand {
    ImportCommand::Confirm { rows: vec![], effective_on: ON }
}

fn undo() -> ImportCommand {
    ImportCommand::Undo { reason: UndoReason::WrongFile, effective_on: ON }
}

fn undone() -> ImportEvent {
    ImportEvent::ImportUndone { reason: UndoReason::WrongFile, effective_on: ON }
}

fn given(events: Vec<ImportEvent>) -> AggregateTestExecutor<Import> {
    TestFramework::with(()).given(events)
}

#[test]
fn a_batch_starts_once_ends_and_is_undone_once() {
    given(vec![]).when(start()).then_expect_events(vec![started()]);
    given(vec![started()])
        .when(confirm())
        .then_expect_events(vec![ImportEvent::RowsConfirmed { rows: vec![], effective_on: ON }]);
    given(vec![started()]).when(finish()).then_expect_events(vec![applied()]);
    given(vec![started(), applied()]).when(finish()).then_expect_events(vec![]);
    // Also one whose process was killed.
    given(vec![started()]).when(undo()).then_expect_events(vec![undone()]);
    given(vec![started(), applied()]).when(undo()).then_expect_events(vec![undone()]);
}

#[test]
fn what_a_batch_is_beyond_is_refused() {
    let whole = || vec![started(), applied(), undone()];
    for command in [finish(), undo()] {
        given(vec![]).when(command.clone()).then_expect_error(ImportRefusal::NoSuchBatch);
        given(whole()).when(command).then_expect_error(ImportRefusal::AlreadyUndone);
    }
    given(vec![]).when(confirm()).then_expect_error(ImportRefusal::NoSuchBatch);
    given(whole()[..2].to_vec()).when(confirm()).then_expect_error(ImportRefusal::AlreadyApplied);
    given(whole()).when(confirm()).then_expect_error(ImportRefusal::AlreadyUndone);
    for len in 1..=3 {
        given(whole()[..len].to_vec()).when(start()).then_expect_error(ImportRefusal::AlreadyStarted);
    }
}
