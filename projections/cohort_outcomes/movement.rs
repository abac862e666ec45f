//! How a graduate moves from what was known to what is known now: pure.

/// Where a person is counted: numbers of a situation and of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    pub situation: i64,
    pub job: i64,
}

impl State {
    pub(super) const NOWHERE: Self = Self { situation: 0, job: 0 };
}

/// A state from a day on, until the next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    /// Epoch day.
    pub from: i64,
    pub state: State,
}

/// From a day on, a person is in one state more and in another less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Movement {
    /// Epoch day.
    pub from: i64,
    pub left: State,
    pub entered: State,
}

/// The movements that turn what was known of the days into what is known now. Up to any day their sum is the state known
/// now less the state known before; nobody is anywhere before the first step.
pub(super) fn movements(before: &[Step], after: &[Step]) -> Vec<Movement> {
    let mut days: Vec<i64> = before.iter().chain(after).map(|step| step.from).collect();
    days.sort_unstable();
    days.dedup();
    let mut movements = vec![];
    let (mut was, mut is) = (State::NOWHERE, State::NOWHERE);
    for from in days {
        let (was_until, is_until) = (was, is);
        (was, is) = (on(before, from), on(after, from));
        // The sum up to the day before is `is_until` less `was_until`, and is to become `is` less `was`.
        let (mut entered, mut left) = (vec![is, was_until], vec![was, is_until]);
        entered.retain(|state| match left.iter().position(|other| other == state) {
            Some(index) => {
                left.swap_remove(index);
                false
            }
            None => true,
        });
        movements.extend(left.into_iter().zip(entered).map(|(left, entered)| Movement { from, left, entered }));
    }
    movements
}

fn on(steps: &[Step], day: i64) -> State {
    steps.iter().rev().find(|step| step.from <= day).map_or(State::NOWHERE, |step| step.state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const UNKNOWN: State = State { situation: 1, job: 0 };
    const EMPLOYED: State = State { situation: 2, job: 7 };
    const STUDYING: State = State { situation: 3, job: 0 };

    fn step((from, state): (i64, State)) -> Step {
        Step { from, state }
    }

    fn moves(before: &[(i64, State)], after: &[(i64, State)]) -> Vec<(i64, State, State)> {
        let steps = |steps: &[(i64, State)]| steps.iter().copied().map(step).collect::<Vec<_>>();
        movements(&steps(before), &steps(after)).into_iter().map(|m| (m.from, m.left, m.entered)).collect()
    }

    #[test]
    fn who_is_first_known_enters_from_nowhere() {
        assert_eq!(moves(&[], &[(10, UNKNOWN)]), [(10, State::NOWHERE, UNKNOWN)]);
    }

    #[test]
    fn a_job_from_a_later_day_on_is_one_movement_on_that_day() {
        let after = [(10, UNKNOWN), (15, EMPLOYED)];
        assert_eq!(moves(&[(10, UNKNOWN)], &after), [(15, UNKNOWN, EMPLOYED)]);
    }

    #[test]
    fn what_was_wrong_for_some_days_moves_there_and_back() {
        let (before, after) = ([(10, UNKNOWN)], [(10, UNKNOWN), (12, EMPLOYED), (14, UNKNOWN)]);
        assert_eq!(moves(&before, &after), [(12, UNKNOWN, EMPLOYED), (14, EMPLOYED, UNKNOWN)]);
    }

    #[test]
    fn a_day_that_was_another_is_moved_away_from_and_to() {
        let (before, after) = ([(10, UNKNOWN), (15, STUDYING)], [(10, UNKNOWN), (12, STUDYING)]);
        assert_eq!(moves(&before, &after), [(12, UNKNOWN, STUDYING), (15, STUDYING, UNKNOWN)]);
    }

    #[test]
    fn what_does_not_change_moves_nobody() {
        assert_eq!(moves(&[(10, UNKNOWN), (15, EMPLOYED)], &[(10, UNKNOWN), (15, EMPLOYED)]), []);
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let state = prop_oneof![Just(UNKNOWN), Just(EMPLOYED), Just(STUDYING), Just(State::NOWHERE)];
        prop::collection::btree_map(0..12_i64, state, 0..5)
            .prop_map(|steps| steps.into_iter().map(step).collect::<Vec<Step>>())
    }

    proptest! {
        /// One person, less one, in each state: the sum of all movements up to a day.
        #[test]
        fn on_every_day_the_sum_is_what_is_known_now_less_what_was_known(before in steps(), after in steps()) {
            for day in 0..13 {
                for state in [State::NOWHERE, UNKNOWN, EMPLOYED, STUDYING] {
                    let one = |other: State| i64::from(other == state);
                    let of_day = movements(&before, &after).into_iter().filter(|movement| movement.from <= day);
                    let sum: i64 = of_day.map(|movement| one(movement.entered) - one(movement.left)).sum();
                    prop_assert_eq!(sum, one(on(&after, day)) - one(on(&before, day)));
                }
            }
        }
    }
}
