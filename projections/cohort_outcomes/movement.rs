//! How a graduate moves from what was known to what is known now: pure.

/// The situation and the job in which a person is counted, by the numbers of their rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    pub situation: i64,
    pub job: i64,
}

impl State {
    /// The state of a person who is not counted.
    pub(super) const NOWHERE: Self = Self { situation: 0, job: 0 };
}

/// A state from a day on, until that of a later day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StateFrom {
    /// Epoch day.
    pub from: i64,
    pub state: State,
}

/// From a day on, a person is counted in one state more and in another less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Movement {
    /// Epoch day.
    pub from: i64,
    pub left: State,
    pub entered: State,
}

/// The movements that turn the states known before into those known now. On every day, the sum of the movements up to
/// it is the state known now less the state known before. Before the first day of either list a person is nowhere.
pub(super) fn movements(before: &[StateFrom], after: &[StateFrom]) -> Vec<Movement> {
    let mut days: Vec<i64> = before.iter().chain(after).map(|state| state.from).collect();
    days.sort_unstable();
    days.dedup();
    let mut movements = vec![];
    let (mut was, mut is) = (State::NOWHERE, State::NOWHERE);
    for from in days {
        let (was_until, is_until) = (was, is);
        (was, is) = (on(before, from), on(after, from));
        // The sum up to the day before is `is_until` less `was_until`; these movements make it `is` less `was`.
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

/// The state of a day.
fn on(states: &[StateFrom], day: i64) -> State {
    states.iter().rev().find(|state| state.from <= day).map_or(State::NOWHERE, |state| state.state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const UNKNOWN: State = State { situation: 1, job: 0 };
    const EMPLOYED: State = State { situation: 2, job: 7 };
    const STUDYING: State = State { situation: 3, job: 0 };

    fn state_from((from, state): (i64, State)) -> StateFrom {
        StateFrom { from, state }
    }

    fn moves(before: &[(i64, State)], after: &[(i64, State)]) -> Vec<(i64, State, State)> {
        let states = |states: &[(i64, State)]| states.iter().copied().map(state_from).collect::<Vec<_>>();
        movements(&states(before), &states(after)).into_iter().map(|m| (m.from, m.left, m.entered)).collect()
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

    fn states() -> impl Strategy<Value = Vec<StateFrom>> {
        let state = prop_oneof![Just(UNKNOWN), Just(EMPLOYED), Just(STUDYING), Just(State::NOWHERE)];
        prop::collection::btree_map(0..12_i64, state, 0..5)
            .prop_map(|states| states.into_iter().map(state_from).collect::<Vec<StateFrom>>())
    }

    proptest! {
        /// A movement adds one to the state that is entered, and takes one from the state that is left.
        #[test]
        fn on_every_day_the_sum_is_what_is_known_now_less_what_was_known(before in states(), after in states()) {
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
