/// How many intervals are in each of up to eight blocks, fifteen at most: four bits for each.
///
/// All of it is arithmetic on the bytes of one word, without a branch.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts(u32);

/// The most that a block can have.
pub(super) const FULL: usize = 15;

const EACH_BYTE: u64 = 0x0101_0101_0101_0101;
const TOP_BITS: u64 = 0x80 * EACH_BYTE;

impl Counts {
    #[inline]
    pub(super) const fn of(self, block: usize) -> usize {
        (self.0 >> (4 * block)) as usize & FULL
    }

    pub(super) const fn add(&mut self, block: usize) {
        self.0 += 1 << (4 * block);
    }

    pub(super) const fn subtract(&mut self, block: usize) {
        self.0 -= 1 << (4 * block);
    }

    #[inline]
    pub(super) const fn total(self) -> usize {
        (self.up_to_each() >> 56) as usize
    }

    /// How many there are in all blocks before one.
    #[inline]
    pub(super) const fn before(self, block: usize) -> usize {
        let byte_before = (self.up_to_each() << 8) >> (8 * block);
        byte_before as usize & 0xff
    }

    /// The block of the interval at a position among all, and its place in there. There must be
    /// one.
    #[inline]
    pub(super) const fn locate(self, position: usize) -> (usize, usize) {
        // A byte keeps its top bit if no more than the position are in blocks up to that.
        let passed = ((position as u64 * EACH_BYTE) | TOP_BITS) - self.up_to_each();
        let block = (((passed & TOP_BITS) >> 7).wrapping_mul(EACH_BYTE) >> 56) as usize;
        (block, position - self.before(block))
    }

    /// In each byte, how many there are in all blocks up to that one.
    #[inline]
    const fn up_to_each(self) -> u64 {
        let halves = (self.0 as u64 | ((self.0 as u64) << 16)) & 0x0000_ffff_0000_ffff;
        let bytes = (halves | (halves << 8)) & 0x00ff_00ff_00ff_00ff;
        let nibbles = (bytes | (bytes << 4)) & 0x0f0f_0f0f_0f0f_0f0f;
        nibbles.wrapping_mul(EACH_BYTE)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn counts_add_up(blocks in prop::array::uniform8(0..=FULL)) {
            let mut counts = Counts::default();
            for (block, count) in blocks.iter().enumerate() {
                (0..=*count).for_each(|_| if counts.of(block) < FULL { counts.add(block) });
                (*count..counts.of(block)).for_each(|_| counts.subtract(block));
            }
            let mut before = 0;
            for (block, count) in blocks.iter().enumerate() {
                prop_assert_eq!(counts.of(block), *count);
                prop_assert_eq!(counts.before(block), before);
                for place in 0..*count {
                    prop_assert_eq!(counts.locate(before + place), (block, place));
                }
                before += count;
            }
            prop_assert_eq!(counts.total(), before);
        }
    }
}
