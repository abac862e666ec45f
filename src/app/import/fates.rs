//! What becomes of the rows of one graduate: recorded, so already, held, or refused and why.

use super::meaning::{Fate, Meaning, Reason};
use super::row_refusal::RowRefusal;
use crate::app::request::Order;
use crate::domain::import::Confirmed;
use crate::domain::statements::refusal::StatementRefusal;
use crate::domain::statements::{Effect, Weighed};
use crate::intake::kind::Column;
use crate::refusal::Why;

/// What becomes of the rows of a group, in their order.
pub(super) struct Fates {
    fates: Vec<Fate>,
    /// The place of each row among those that were weighed; of the others none.
    weighed_at: Vec<Option<usize>>,
    warnings: Vec<(usize, Reason)>,
}

impl Fates {
    pub(super) fn new(
        numbers: &[u32],
        refused: Vec<Option<Reason>>,
        weighed: Weighed,
        contradicts: impl Fn(usize, usize) -> bool,
        column: fn(&StatementRefusal) -> Column,
    ) -> Self {
        let (mut fates, mut weighed_at, mut warnings) = (vec![], vec![], vec![]);
        let mut coming = weighed.into_iter().enumerate();
        let kept: Vec<usize> = (0..refused.len()).filter(|index| refused[*index].is_none()).collect();
        for (index, refused) in refused.into_iter().enumerate() {
            let (fate, at) = match (refused, &mut coming) {
                (Some(reason), _) => (Fate::Refused(reason), None),
                (None, coming) => match coming.next() {
                    Some((at, Ok(Effect::Changes))) => (Fate::Recorded, Some(at)),
                    Some((at, Ok(Effect::Confirms))) => (Fate::SaidAlready, Some(at)),
                    Some((at, Ok(Effect::Accompanies))) => (Fate::SaidBeside, Some(at)),
                    Some((at, Ok(effect @ (Effect::Held | Effect::HeldAlready)))) => {
                        warnings.push((index, reason_of(Column::Operation, RowRefusal::Withdrawn)));
                        (if effect == Effect::Held { Fate::Held } else { Fate::SaidAlready }, Some(at))
                    }
                    Some((at, Err(StatementRefusal::RowsContradict { on }))) => {
                        let others =
                            kept.iter().enumerate().filter(|(other, _)| *other != at && contradicts(at, *other));
                        let others = others.map(|(_, place)| numbers[*place]).collect();
                        (
                            Fate::Refused(reason_of(Column::StartDay, RowRefusal::RowsContradict { on, others })),
                            Some(at),
                        )
                    }
                    Some((at, Err(refusal))) => (Fate::Refused(reason_of(column(&refusal), refusal)), Some(at)),
                    None => continue, // Every row that is kept is weighed.
                },
            };
            fates.push(fate);
            weighed_at.push(at);
        }
        Self { fates, weighed_at, warnings }
    }

    /// The rows of these fates, of those that were weighed.
    pub(super) fn rows<R: Clone>(&self, weighed: &[R], is_of: impl Fn(&Fate) -> bool) -> Vec<R> {
        let of = self.fates.iter().zip(&self.weighed_at).filter(|(fate, _)| is_of(fate));
        of.filter_map(|(_, at)| weighed.get((*at)?).cloned()).collect()
    }

    pub(super) fn is_recorded(&self, index: usize) -> bool {
        matches!(self.fates[index], Fate::Recorded)
    }

    pub(super) fn warn(&mut self, index: usize, column: Column, why: RowRefusal) {
        self.warnings.push((index, reason_of(column, why)));
    }

    pub(super) fn meaning(self, orders: Vec<Order>, is_new: bool, confirmed: Option<Confirmed>) -> Meaning {
        let (fates, warnings) = (self.fates, self.warnings);
        Meaning { orders, is_new, warnings, fates, confirmed, ..Meaning::default() }
    }
}

pub(super) fn reason_of(column: Column, why: impl Into<Why>) -> Reason {
    Reason { column, why: why.into() }
}
