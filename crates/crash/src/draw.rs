//! Chance that can be had again: the same seed draws the same numbers, whatever else happens.
//!
//! Ours: SplitMix64, written out, so that a seed means the same with every release of every library.

/// Where numbers are drawn from.
#[derive(Clone, Debug)]
pub(crate) struct Draw(u64);

impl Draw {
    /// The numbers that belong to `seed` and what `parts` say they are for.
    pub(crate) fn of(seed: u64, parts: &[u64]) -> Self {
        let mut draw = Self(seed);
        for part in parts {
            draw.0 = draw.number() ^ part;
        }
        draw
    }

    /// Any number.
    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.number() % end
    }

    /// True `percent` times in a hundred.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of `items`, of which there is one at least.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let at = usize::try_from(self.below(items.len() as u64)).unwrap_or_default();
        &items[at]
    }

    /// A word that nobody has drawn before.
    pub(crate) fn word(&mut self) -> String {
        format!("{:012x}", self.number() >> 16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_numbers_again() {
        let numbers = |seed, part| {
            let mut draw = Draw::of(seed, &[part]);
            [draw.number(), draw.number(), draw.below(10)]
        };
        assert_eq!(numbers(1, 2), numbers(1, 2));
        assert_ne!(numbers(1, 2), numbers(1, 3));
        assert_ne!(numbers(1, 2), numbers(2, 2));
    }

    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        let mut draw = Draw::of(1_234_567, &[]);
        assert_eq!(
            [draw.number(), draw.number()],
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]
        );
    }
}
