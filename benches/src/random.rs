/// `SplitMix64`: the same numbers on every machine.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From zero up to, but not including, `bound`, which is positive.
    pub(crate) fn below(&mut self, bound: i64) -> i64 {
        i64::try_from(self.next() >> 1).expect("63 bits") % bound
    }

    /// The same for an index into something of `length`, which is positive.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        let bound = i64::try_from(length).expect("a length fits");
        usize::try_from(self.below(bound)).expect("below a length")
    }

    /// `numerator` times out of `denominator`.
    pub(crate) fn chance(&mut self, numerator: i64, denominator: i64) -> bool {
        self.below(denominator) < numerator
    }
}
