//! Right values: what can be recorded of a publication, and what stands afterwards.

use cqrs_es::test::TestFramework;
use jiff::civil::date;

use super::*;

type Framework = TestFramework<YearEnd>;

fn facts() -> YearEndFacts {
    YearEndFacts { school: None, today: date(2026, 11, 30), listed: None }
}

fn framework() -> Framework {
    Framework::with(facts())
}

fn publish(numerator: i64, denominator: i64, published_on: Date) -> YearEndCommand {
    YearEndCommand::Publish {
        year: 2019,
        figure: "employment_rate".to_owned(),
        definition: PublishedDefinition::Ours,
        numerator,
        denominator,
        medium: PublicationMedium::QualityReport,
        title: " 2019年质量年度报告　第12页 ".to_owned(),
        published_on,
    }
}

fn published(numerator: i64, effective_on: Date) -> YearEndEvent {
    let published = PublishedFigure {
        figure: "employment_rate".to_owned(),
        definition_version: Some(1),
        numerator,
        denominator: 1_371,
        medium: PublicationMedium::QualityReport,
        title: "2019年质量年度报告 第12页".to_owned(),
    };
    YearEndEvent::FigurePublished { school: None, year: 2019, published, effective_on }
}

fn withdraw(effective_on: Date) -> YearEndCommand {
    YearEndCommand::Withdraw {
        figure: "employment_rate".to_owned(),
        reason: WithdrawalReason::FoundWrong,
        effective_on,
    }
}

const JANUARY: Date = date(2020, 1, 15);
const MARCH: Date = date(2020, 3, 1);

#[test]
fn a_figure_is_recorded_as_it_was_printed() {
    framework()
        .given_no_previous_events()
        .when(publish(1_320, 1_371, JANUARY))
        .then_expect_events(vec![published(1_320, JANUARY)]);
}

#[test]
fn the_same_again_changes_nothing_and_another_number_of_the_day_takes_its_place() {
    framework().given(vec![published(1_320, JANUARY)]).when(publish(1_320, 1_371, JANUARY)).then_expect_events(vec![]);
    framework()
        .given(vec![published(1_320, JANUARY)])
        .when(publish(1_310, 1_371, JANUARY))
        .then_expect_events(vec![published(1_310, JANUARY)]);
}

#[test]
fn what_stands_is_withdrawn_once_and_from_no_day_before() {
    let withdrawn = YearEndEvent::FigureWithdrawn {
        figure: "employment_rate".to_owned(),
        reason: WithdrawalReason::FoundWrong,
        note: None,
        effective_on: MARCH,
    };
    framework()
        .given(vec![published(1_320, JANUARY)])
        .when(withdraw(MARCH))
        .then_expect_events(vec![withdrawn.clone()]);
    let figure = "employment_rate".to_owned();
    framework()
        .given(vec![published(1_320, JANUARY), withdrawn])
        .when(withdraw(MARCH))
        .then_expect_error(YearEndRefusal::NotPublished { figure: figure.clone() });
    let (published_on, on) = (MARCH, JANUARY);
    framework()
        .given(vec![published(1_320, MARCH)])
        .when(withdraw(JANUARY))
        .then_expect_error(YearEndRefusal::WithdrawnBefore { published_on, on });
    framework()
        .given_no_previous_events()
        .when(withdraw(MARCH))
        .then_expect_error(YearEndRefusal::NotPublished { figure });
}

#[test]
fn what_is_undone_never_was_and_can_be_recorded_again() {
    let undo = YearEndCommand::Undo { version: 1, reason: UndoReason::EntryError, effective_on: MARCH };
    let undone = YearEndEvent::Undone { version: 1, reason: UndoReason::EntryError, note: None, effective_on: MARCH };
    framework().given(vec![published(1_320, JANUARY)]).when(undo.clone()).then_expect_events(vec![undone.clone()]);
    let given = vec![published(1_320, JANUARY), undone];
    framework().given(given.clone()).when(undo).then_expect_events(vec![]);
    framework()
        .given(given.clone())
        .when(publish(1_320, 1_371, JANUARY))
        .then_expect_events(vec![published(1_320, JANUARY)]);
    let ninth = YearEndCommand::Undo { version: 9, reason: UndoReason::EntryError, effective_on: MARCH };
    framework().given(given).when(ninth).then_expect_error(YearEndRefusal::NothingToUndo { version: 9 });
}

#[test]
fn persons_title_and_days_are_checked() {
    let refused = |command, refusal| {
        framework().given_no_previous_events().when(command).then_expect_error(refusal);
    };
    for (numerator, denominator) in [(-1, 10), (11, 10), (0, 0)] {
        refused(publish(numerator, denominator, JANUARY), YearEndRefusal::Persons { numerator, denominator });
    }
    let (early, late) = (date(2018, 12, 31), date(2026, 12, 1));
    refused(publish(1, 2, early), YearEndRefusal::BeforeGraduation { published_on: early, year: 2019 });
    let today = facts().today;
    refused(publish(1, 2, late), YearEndRefusal::PublishedAhead { published_on: late, today });
    refused(withdraw(late), YearEndRefusal::WithdrawnAhead { on: late, today });
    let titled = |title: &str| match publish(1, 2, JANUARY) {
        YearEndCommand::Publish { year, figure, definition, numerator, denominator, medium, published_on, .. } => {
            let title = title.to_owned();
            YearEndCommand::Publish { year, figure, definition, numerator, denominator, medium, title, published_on }
        }
        other => other,
    };
    refused(titled(" 年报 "), YearEndRefusal::Title { least: 4, most: 120 });
    refused(titled("联系 13800000000 的年报"), YearEndRefusal::TitleNumbersPerson);
}

#[test]
fn another_year_and_a_second_stream_of_one_year_are_refused() {
    let of_2020 = match publish(1, 2, MARCH) {
        YearEndCommand::Publish { figure, definition, numerator, denominator, medium, title, published_on, .. } => {
            YearEndCommand::Publish {
                year: 2020,
                figure,
                definition,
                numerator,
                denominator,
                medium,
                title,
                published_on,
            }
        }
        other => other,
    };
    framework()
        .given(vec![published(1_320, JANUARY)])
        .when(of_2020)
        .then_expect_error(YearEndRefusal::OtherYear { year: 2019 });
    let listed = Some(YearEndId(uuid::Uuid::nil()));
    Framework::with(YearEndFacts { listed, ..facts() })
        .given_no_previous_events()
        .when(publish(1, 2, JANUARY))
        .then_expect_error(YearEndRefusal::RecordedElsewhere { year: 2019 });
}
