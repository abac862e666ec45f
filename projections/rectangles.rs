//! Keeping rectangles in two times: pure.

use super::OPEN_END;

/// A rectangle that is open in the time of knowledge.
#[derive(Debug)]
pub(super) struct Open<T> {
    pub known_from: i64,
    pub tile: T,
}

/// Takes what holds from now on over into what is open: `put` gets every rectangle that is written, with the position at
/// which it ends. What does not change stays as it is.
pub(super) fn follow<T: PartialEq>(
    open: &mut Vec<Open<T>>,
    mut tiles: Vec<T>,
    position: i64,
    mut put: impl FnMut(&Open<T>, i64),
) {
    open.retain(|rectangle| match tiles.iter().position(|tile| *tile == rectangle.tile) {
        Some(index) => {
            tiles.remove(index);
            true
        }
        None => {
            put(rectangle, position);
            false
        }
    });
    for tile in tiles {
        let rectangle = Open { known_from: position, tile };
        put(&rectangle, OPEN_END);
        open.push(rectangle);
    }
}

/// The open rectangles of a subject, each in a slot of its own: a row that is written again and again, while what it said
/// before goes to a table of its own.
#[derive(Debug)]
pub(super) struct Slots<T>(Vec<Option<Open<T>>>);

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self(vec![])
    }
}

/// What becomes of a slot.
pub(super) enum Change {
    /// Its rectangle ends with the event.
    Closed,
    /// A rectangle is in it now.
    Taken,
    /// Its rectangle has ended, and no other takes its place.
    Freed,
}

impl<T: PartialEq> Slots<T> {
    /// Takes what holds from now on over into what is open: `put` gets every slot that changes. What does not change stays
    /// as it is.
    pub(super) fn follow(&mut self, mut tiles: Vec<T>, position: i64, mut put: impl FnMut(Change, usize, &Open<T>)) {
        let mut ended = vec![];
        for (slot, open) in self.0.iter_mut().enumerate() {
            let Some(rectangle) = open else { continue };
            match tiles.iter().position(|tile| *tile == rectangle.tile) {
                Some(index) => drop(tiles.remove(index)),
                None => {
                    put(Change::Closed, slot, rectangle);
                    ended.extend(open.take().map(|rectangle| (slot, rectangle)));
                }
            }
        }
        let mut tiles = tiles.into_iter().map(|tile| Open { known_from: position, tile });
        for (slot, open) in self.0.iter_mut().enumerate().filter(|(_, open)| open.is_none()) {
            *open = tiles.next();
            if let Some(rectangle) = open {
                put(Change::Taken, slot, rectangle);
                ended.retain(|(ended, _)| *ended != slot);
            }
        }
        for rectangle in tiles {
            put(Change::Taken, self.0.len(), &rectangle);
            self.0.push(Some(rectangle));
        }
        for (slot, rectangle) in &ended {
            put(Change::Freed, *slot, rectangle);
        }
    }
}

/// A stretch of days, half open, on which nothing changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tile<S> {
    /// Epoch day.
    pub true_from: i64,
    pub true_to: i64,
    pub says: S,
}

/// The days from the first cut on: what is said on each, neighbours that say the same in one. `says` answers `None` for
/// days of which nothing is said.
pub(super) fn tiles<S: PartialEq>(mut cuts: Vec<i64>, says: impl Fn(i64) -> Option<S>) -> Vec<Tile<S>> {
    cuts.sort_unstable();
    cuts.dedup();
    let mut tiles: Vec<Tile<S>> = vec![];
    for (index, true_from) in cuts.iter().copied().enumerate() {
        let true_to = cuts.get(index + 1).copied().unwrap_or(OPEN_END);
        let Some(says) = says(true_from) else { continue };
        match tiles.last_mut() {
            Some(last) if last.true_to == true_from && last.says == says => last.true_to = true_to,
            Some(_) | None => tiles.push(Tile { true_from, true_to, says }),
        }
    }
    tiles
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOSED: &str = "closed";
    const TAKEN: &str = "taken";
    const FREED: &str = "freed";

    fn changes(
        slots: &mut Slots<&'static str>,
        tiles: &[&'static str],
        position: i64,
    ) -> Vec<(&'static str, usize, &'static str)> {
        let mut changes = vec![];
        slots.follow(tiles.to_vec(), position, |change, slot, rectangle| {
            let change = match change {
                Change::Closed => CLOSED,
                Change::Taken => TAKEN,
                Change::Freed => FREED,
            };
            changes.push((change, slot, rectangle.tile));
        });
        changes
    }

    #[test]
    fn a_slot_is_taken_again_kept_or_freed_and_each_end_is_told_first() {
        let mut slots = Slots::default();
        assert_eq!(changes(&mut slots, &["a", "b"], 1), [(TAKEN, 0, "a"), (TAKEN, 1, "b")]);
        // What stays keeps its slot; what comes takes the one that became free.
        assert_eq!(changes(&mut slots, &["b", "c"], 2), [(CLOSED, 0, "a"), (TAKEN, 0, "c")]);
        assert_eq!(changes(&mut slots, &["b"], 3), [(CLOSED, 0, "c"), (FREED, 0, "c")]);
        assert_eq!(changes(&mut slots, &["d", "b", "e"], 4), [(TAKEN, 0, "d"), (TAKEN, 2, "e")]);
        assert_eq!(changes(&mut slots, &["d", "b", "e"], 5), []);
    }
}
