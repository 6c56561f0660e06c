//! Listing all that overlaps.

use super::Packed;
use crate::conflict::tick::{BLOCK, Question, Tick};

/// Where in a leaf all that overlaps a question is, and how far that was read.
#[derive(Debug, Clone, Copy)]
pub(in crate::conflict) struct Stretch {
    // The ticks that the question begins and ends in.
    first: i64,
    last: i64,
    // The block being read, and the last one that may hold more.
    block: usize,
    to: usize,
    // Which intervals of the block are still to come; bit by place.
    coming: u16,
}

impl<T: Tick, const BLOCKS: usize> Packed<T, BLOCKS> {
    /// Adds the ids of all that overlaps to `found`, in order; `ids` are those of all intervals.
    #[inline]
    pub(in crate::conflict) fn ids_into<I: Copy>(
        &self,
        question: &Question,
        ids: &[I],
        found: &mut Vec<I>,
    ) {
        let first = T::at(question.first, self.origin);
        let last = T::at(question.last, self.origin);
        let (mut block, to) = (self.block_after(first), self.block_at(last));
        while block <= to {
            let bits = self.blocks[block].overlapping(first, last);
            copy_set(bits, &ids[self.counts.before(block)..], found);
            block += 1;
            if block < to && first < self.separators[block - 1] {
                // From here on everything starts inside the question, up to the last block.
                let (from, until) = (self.counts.before(block), self.counts.before(to));
                found.extend_from_slice(&ids[from..until]);
                block = to;
            }
        }
    }

    /// Where all that overlaps is, one after the other.
    #[inline]
    pub(in crate::conflict) fn stretch(&self, question: &Question) -> Stretch {
        let first = T::at(question.first, self.origin);
        let last = T::at(question.last, self.origin);
        let block = self.block_after(first);
        Stretch {
            first: first.into(),
            last: last.into(),
            block,
            to: self.block_at(last),
            coming: self.blocks[block].overlapping(first, last),
        }
    }

    /// The position of the next interval of a stretch, and its start and end in microseconds.
    #[inline]
    pub(in crate::conflict) fn next_in(
        &self,
        stretch: &mut Stretch,
    ) -> Option<(usize, (i64, i64))> {
        while stretch.coming == 0 {
            if stretch.block >= stretch.to {
                return None;
            }
            stretch.block += 1;
            let (first, last) = (T::from_number(stretch.first), T::from_number(stretch.last));
            stretch.coming = self.blocks[stretch.block].overlapping(first, last);
        }
        let place = stretch.coming.trailing_zeros() as usize;
        stretch.coming &= stretch.coming - 1;
        let (start, end) = self.blocks[stretch.block].at(place);
        let bounds = (start.micros(self.origin), end.micros(self.origin));
        Some((self.counts.before(stretch.block) + place, bounds))
    }

    /// The first block that may hold an interval that ends after `first`.
    #[inline]
    fn block_after(&self, first: T) -> usize {
        // Nothing is before the first block.
        T::up_to(&self.latest, first) - 1
    }
}

/// Adds the ids whose bits are set.
#[inline]
fn copy_set<I: Copy>(mut bits: u16, ids: &[I], found: &mut Vec<I>) {
    let place = bits.trailing_zeros() as usize;
    // Bits in a row carry into the place behind them, and leave none where they were.
    let carried = u32::from(bits) + u32::from(bits & bits.wrapping_neg());
    let is_run = bits != 0 && carried & u32::from(bits) == 0;
    match ids.get(place..place + BLOCK) {
        // Always as many, without a loop whose end no processor foresees; what is too much goes
        // again.
        Some(block) if is_run => {
            found.extend_from_slice(block);
            let count = carried.trailing_zeros() as usize - place;
            found.truncate(found.len() - BLOCK + count);
        }
        _ => {
            while bits != 0 {
                found.push(ids[bits.trailing_zeros() as usize]);
                bits &= bits - 1;
            }
        }
    }
}
