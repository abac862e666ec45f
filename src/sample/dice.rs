//! Chance with a fixed seed: the same dice for the same city on every machine and in every release.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of reproducible choices.
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The dice of the `copy`-th city.
    pub fn of_city(copy: u32) -> Self {
        Self(ChaCha8Rng::seed_from_u64(0x2022_1231_0000_0000 | u64::from(copy)))
    }

    /// The dice of one school's season in the `copy`-th city.
    pub fn of_season(copy: u32, school: u32) -> Self {
        Self(ChaCha8Rng::seed_from_u64(0x5ea5_0000_0000_0000 | u64::from(copy) << 16 | u64::from(school)))
    }

    /// A number below `bound`; 0 for a bound of 0.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u64::from(self.0.next_u32()) * bound as u64) >> 32) as usize
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// True in `percent` of a hundred throws.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the items, all equally likely. The slice must not be empty.
    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// One of the items by its weight.
    pub fn weighted<T: Copy>(&mut self, items: &[(T, usize)]) -> T {
        let mut throw = self.below(items.iter().map(|(_, weight)| weight).sum());
        for (item, weight) in items {
            if throw < *weight {
                return *item;
            }
            throw -= weight;
        }
        items[0].0
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            let j = self.below(i + 1);
            items.swap(i, j);
        }
    }
}
