//! The promises, each kept after every step of histories drawn at random.

use proptest::collection::vec;
use proptest::prelude::*;

use super::drawn::{batch, step};
use super::history::History;

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_counts_on_a_day_is_what_the_rules_say_whatever_was_said_and_undone(
        steps in vec(step(), 2..=12),
        undone in vec(any::<usize>(), 0..=6),
    ) {
        let mut history = History::default();
        for step in &steps {
            history.take(step);
            history.check();
        }
        for number in undone {
            history.undo_one(number);
            history.check();
        }
    }

    #[test]
    fn the_order_of_the_rows_of_a_batch_means_nothing(steps in vec(step(), 0..=8), last in batch()) {
        let before = History::after(&steps);
        let rows = before.rows(&last);
        let (mut one, mut other) = (before.clone(), before);
        one.say(&last, rows.clone());
        other.say(&last, rows.reversed());
        prop_assert_eq!(one.answers(), other.answers());
    }

    #[test]
    fn what_a_batch_says_again_changes_nothing(steps in vec(step(), 0..=8), last in batch()) {
        let mut once = History::after(&steps);
        let rows = once.rows(&last);
        let said = once.say(&last, rows);
        let mut twice = once.clone();
        twice.say(&last, said.clone());
        prop_assert_eq!(once.answers(), twice.answers());
        // A list that is said with an earlier report day of its own is said anew, and changes nothing either.
        if !said.have_report_days() {
            prop_assert_eq!(once.versions(), twice.versions());
        }
    }

    #[test]
    fn what_was_said_twice_outlives_the_undo_of_the_first(steps in vec(step(), 0..=8), last in batch()) {
        let mut history = History::after(&steps);
        let rows = history.rows(&last);
        let said = history.say(&last, rows);
        let first = history.last_batch();
        let answers = history.answers();
        history.say(&last, said);
        history.undo(first);
        prop_assert_eq!(history.answers(), answers);
    }

    #[test]
    fn batches_of_different_sources_may_come_in_any_order(
        steps in vec(step(), 0..=8),
        one in batch(),
        other in batch(),
    ) {
        prop_assume!(one.source != other.source);
        let before = History::after(&steps);
        let (rows_of_one, rows_of_other) = (before.rows(&one), before.rows(&other));
        let (mut forward, mut backward) = (before.clone(), before);
        forward.say(&one, rows_of_one.clone());
        forward.say(&other, rows_of_other.clone());
        backward.say(&other, rows_of_other);
        backward.say(&one, rows_of_one);
        prop_assert_eq!(forward.answers(), backward.answers());
    }
}
