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
