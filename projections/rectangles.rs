//! Rectangles in two times, half open: known from one position to another, true from one day to another. Pure.

use super::OPEN_END;

/// A rectangle that is still known.
#[derive(Debug)]
pub(super) struct OpenRectangle<T> {
    /// The position from which it is known.
    pub known_from: i64,
    pub span: T,
}

/// Replaces the open rectangles by `spans`, which are true from this position on. A rectangle whose span is among them
/// stays open as it is. `put` is called for every rectangle to be written, with the position at which it ends: for
/// those that end now, and for those that begin.
pub(super) fn fold_into<T: PartialEq>(
    open: &mut Vec<OpenRectangle<T>>,
    mut spans: Vec<T>,
    position: i64,
    mut put: impl FnMut(&OpenRectangle<T>, i64),
) {
    open.retain(|rectangle| match spans.iter().position(|span| *span == rectangle.span) {
        Some(index) => {
            spans.remove(index);
            true
        }
        None => {
            put(rectangle, position);
            false
        }
    });
    for span in spans {
        let rectangle = OpenRectangle { known_from: position, span };
        put(&rectangle, OPEN_END);
        open.push(rectangle);
    }
}

/// The open rectangles of a subject, each in a slot: a row that is written again whenever another rectangle takes the
/// slot. The rectangles that ended go to a table of their own.
#[derive(Debug)]
pub(super) struct Slots<T>(Vec<Option<OpenRectangle<T>>>);

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self(vec![])
    }
}

/// What happens to a slot.
pub(super) enum SlotChange {
    /// Its rectangle ends with the event.
    Closed,
    /// A rectangle takes it.
    Taken,
    /// Its rectangle has ended, and no other takes it.
    Freed,
}

impl<T: PartialEq> Slots<T> {
    /// Replaces the open rectangles by `spans`, which are true from this position on. A rectangle whose span is among
    /// them keeps its slot. `put` is called for every change of a slot, with the rectangle that ends or begins.
    pub(super) fn fold_into(
        &mut self,
        mut spans: Vec<T>,
        position: i64,
        mut put: impl FnMut(SlotChange, usize, &OpenRectangle<T>),
    ) {
        let mut ended = vec![];
        for (slot, open) in self.0.iter_mut().enumerate() {
            let Some(rectangle) = open else { continue };
            match spans.iter().position(|span| *span == rectangle.span) {
                Some(index) => drop(spans.remove(index)),
                None => {
                    put(SlotChange::Closed, slot, rectangle);
                    ended.extend(open.take().map(|rectangle| (slot, rectangle)));
                }
            }
        }
        let mut new = spans.into_iter().map(|span| OpenRectangle { known_from: position, span });
        for (slot, open) in self.0.iter_mut().enumerate().filter(|(_, open)| open.is_none()) {
            *open = new.next();
            if let Some(rectangle) = open {
                put(SlotChange::Taken, slot, rectangle);
                ended.retain(|(ended, _)| *ended != slot);
            }
        }
        for rectangle in new {
            put(SlotChange::Taken, self.0.len(), &rectangle);
            self.0.push(Some(rectangle));
        }
        for (slot, rectangle) in &ended {
            put(SlotChange::Freed, *slot, rectangle);
        }
    }
}

/// Days, half open, on which nothing changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ValidSpan<D> {
    /// Epoch day.
    pub true_from: i64,
    pub true_to: i64,
    /// What is so on each of these days.
    pub day: D,
}

/// All days from the first cut on, as spans: `day` says what is so on a day, and may only change on a cut. Neighbours
/// that are alike are one span. Days for which `day` returns `None` are in no span.
pub(super) fn valid_spans<D: PartialEq>(mut cuts: Vec<i64>, day: impl Fn(i64) -> Option<D>) -> Vec<ValidSpan<D>> {
    cuts.sort_unstable();
    cuts.dedup();
    let mut spans: Vec<ValidSpan<D>> = vec![];
    for (index, true_from) in cuts.iter().copied().enumerate() {
        let true_to = cuts.get(index + 1).copied().unwrap_or(OPEN_END);
        let Some(day) = day(true_from) else { continue };
        match spans.last_mut() {
            Some(last) if last.true_to == true_from && last.day == day => last.true_to = true_to,
            Some(_) | None => spans.push(ValidSpan { true_from, true_to, day }),
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOSED: &str = "closed";
    const TAKEN: &str = "taken";
    const FREED: &str = "freed";

    fn changes(
        slots: &mut Slots<&'static str>,
        spans: &[&'static str],
        position: i64,
    ) -> Vec<(&'static str, usize, &'static str)> {
        let mut changes = vec![];
        slots.fold_into(spans.to_vec(), position, |change, slot, rectangle| {
            let change = match change {
                SlotChange::Closed => CLOSED,
                SlotChange::Taken => TAKEN,
                SlotChange::Freed => FREED,
            };
            changes.push((change, slot, rectangle.span));
        });
        changes
    }

    #[test]
    fn a_slot_is_taken_again_kept_or_freed_and_each_end_is_told_first() {
        let mut slots = Slots::default();
        assert_eq!(changes(&mut slots, &["a", "b"], 1), [(TAKEN, 0, "a"), (TAKEN, 1, "b")]);
        // "b" keeps its slot, and "c" takes the one that became free.
        assert_eq!(changes(&mut slots, &["b", "c"], 2), [(CLOSED, 0, "a"), (TAKEN, 0, "c")]);
        assert_eq!(changes(&mut slots, &["b"], 3), [(CLOSED, 0, "c"), (FREED, 0, "c")]);
        assert_eq!(changes(&mut slots, &["d", "b", "e"], 4), [(TAKEN, 0, "d"), (TAKEN, 2, "e")]);
        assert_eq!(changes(&mut slots, &["d", "b", "e"], 5), []);
    }
}
