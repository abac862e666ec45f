//! Rules of the season stream.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::civil::date;
use uuid::Uuid;

use super::*;

const ON: Date = date(2026, 6, 1);
const PERIOD: Period = Period { first_day: date(2026, 9, 1), last_day: date(2027, 2, 28) };

fn school() -> SchoolCode {
    SchoolCode::parse("33070001").unwrap()
}

fn class(name: &str) -> ClassName {
    ClassName::parse(name).unwrap()
}

fn plan(classes: &[&str], period: Period) -> SeasonCommand {
    plan_of(2027, classes, period)
}

fn plan_of(year: i16, classes: &[&str], period: Period) -> SeasonCommand {
    let plan = SeasonPlan { classes: classes.iter().map(|name| class(name)).collect(), period };
    SeasonCommand::Plan { year, plan, effective_on: ON }
}

fn planned(classes: &[&str]) -> SeasonEvent {
    let classes = classes.iter().map(|name| class(name)).collect();
    SeasonEvent::SeasonPlanned { school: school(), year: 2027, classes, period: PERIOD, effective_on: ON }
}

fn undo(version: u64) -> SeasonCommand {
    SeasonCommand::Undo { version, reason: UndoReason::EntryError, note: None, effective_on: ON }
}

/// A school with two classes and no other stream for the year.
fn usual() -> SeasonFacts {
    SeasonFacts { school: school(), classes: vec![class("1班"), class("2班")], listed: None }
}

fn knowing(facts: SeasonFacts) -> TestFramework<Season> {
    TestFramework::with(facts)
}

fn given(events: Vec<SeasonEvent>) -> AggregateTestExecutor<Season> {
    knowing(usual()).given(events)
}

#[test]
fn a_plan_names_classes_and_a_later_one_takes_its_place() {
    given(vec![]).when(plan(&["1班"], PERIOD)).then_expect_events(vec![planned(&["1班"])]);
    given(vec![planned(&["1班"])]).when(plan(&["1班"], PERIOD)).then_expect_events(vec![]);
    given(vec![planned(&["1班"])])
        .when(plan(&["1班", "2班"], PERIOD))
        .then_expect_events(vec![planned(&["1班", "2班"])]);
}

#[test]
fn a_plan_that_cannot_be_so_is_refused_with_its_values() {
    let Period { first_day, last_day } = PERIOD;
    let refused = |command, refusal| given(vec![]).when(command).then_expect_error(refusal);
    refused(plan(&[], PERIOD), SeasonRefusal::NoClasses);
    refused(plan(&["1班", "2班", "1班"], PERIOD), SeasonRefusal::ClassTwice(class("1班")));
    let (first, last) = (last_day, first_day);
    let turned = Period { first_day: first, last_day: last };
    refused(plan(&["1班"], turned), SeasonRefusal::EndsBeforeStart { first_day: first, last_day: last });
    let long = date(2028, 1, 1);
    let too_long = Period { first_day, last_day: long };
    refused(plan(&["1班"], too_long), SeasonRefusal::AfterGraduation { last_day: long, year: 2027 });
    let over = date(2026, 5, 31);
    let past = Period { first_day: date(2026, 3, 1), last_day: over };
    refused(plan(&["1班"], past), SeasonRefusal::Over { last_day: over, effective_on: ON });
    let unknown = SeasonRefusal::ClassUnknown(vec![class("3班"), class("4班")]);
    refused(plan(&["3班", "1班", "4班"], PERIOD), unknown);
}

#[test]
fn a_stream_stays_with_its_school_and_year_and_there_is_one_of_them() {
    let other = || SeasonRefusal::OtherSeason { school: school(), year: 2027 };
    given(vec![planned(&["1班"])]).when(plan_of(2028, &["1班"], PERIOD)).then_expect_error(other());
    knowing(SeasonFacts { school: SchoolCode::parse("33070002").unwrap(), ..usual() })
        .given(vec![planned(&["1班"])])
        .when(plan(&["1班"], PERIOD))
        .then_expect_error(other());
    knowing(SeasonFacts { listed: Some(SeasonId(Uuid::from_u128(1))), ..usual() })
        .given(vec![])
        .when(plan(&["1班"], PERIOD))
        .then_expect_error(SeasonRefusal::PlannedElsewhere { school: school(), year: 2027 });
}

#[test]
fn an_undone_plan_leaves_the_one_before_it() {
    given(vec![]).when(undo(1)).then_expect_error(SeasonRefusal::NotPlanned);
    let SeasonCommand::Undo { version, reason, note, effective_on } = undo(2) else { unreachable!() };
    let undone = SeasonEvent::Undone { version, reason, note, effective_on };
    let both = vec![planned(&["1班"]), planned(&["1班", "2班"])];
    given(both.clone()).when(undo(2)).then_expect_events(vec![undone.clone()]);
    given(both.clone()).when(undo(3)).then_expect_error(SeasonRefusal::NothingToUndo { version: 3 });
    let after = [both, vec![undone]].concat();
    given(after.clone()).when(plan(&["1班"], PERIOD)).then_expect_events(vec![]);
    given(after).when(undo(2)).then_expect_events(vec![]);
}
