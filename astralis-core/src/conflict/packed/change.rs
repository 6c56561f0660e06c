//! Finding, inserting and removing.

use std::cmp::Ordering;

use super::Packed;
use crate::conflict::counts::FULL;
use crate::conflict::tick::Tick;
use crate::time::Interval;

/// A place in a block: of an interval, or for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::conflict) struct Spot {
    block: usize,
    place: usize,
}

impl<T: Tick, const BLOCKS: usize> Packed<T, BLOCKS> {
    /// An interval in ticks; `None` if they cannot tell it.
    #[inline]
    pub(in crate::conflict) fn ticks(&self, interval: &Interval) -> Option<(T, T)> {
        let start = T::exactly(interval.start_micros(), self.origin)?;
        Some((start, T::exactly(interval.end_micros(), self.origin)?))
    }

    /// Where what has these bounds and an id is, or else would be, in the order of start, end and
    /// id; `ids` are those of all intervals.
    #[inline]
    pub(in crate::conflict) fn find<I: Copy + Ord>(
        &self,
        bounds: (T, T),
        id: I,
        ids: &[I],
    ) -> Result<Spot, Spot> {
        let (start, _) = bounds;
        let earlier = start.previous();
        let block = self.block_at(earlier);
        let place = self.blocks[block].starting_up_to(earlier);
        let mut spot = Spot { block, place };
        loop {
            let Spot { block, place } = spot;
            if place == self.counts.of(block) {
                // What starts at the same time may go on in the next block.
                if self.separators[block] != start {
                    return Err(spot);
                }
                spot = Spot {
                    block: block + 1,
                    place: 0,
                };
                continue;
            }
            let found = (self.blocks[block].at(place), ids[self.position(spot)]);
            match found.cmp(&(bounds, id)) {
                Ordering::Less => spot.place += 1,
                Ordering::Equal => return Ok(spot),
                Ordering::Greater => return Err(spot),
            }
        }
    }

    /// The position of a spot among all.
    #[inline]
    pub(in crate::conflict) const fn position(&self, spot: Spot) -> usize {
        self.counts.before(spot.block) + spot.place
    }

    /// Puts these bounds where they [would be](Self::find). Answers whether there is room.
    pub(in crate::conflict) fn insert(&mut self, spot: Spot, bounds: (T, T)) -> bool {
        if self.len() == Self::CAPACITY {
            return false;
        }
        if self.counts.of(spot.block) < FULL {
            self.put(spot, bounds);
        } else if (spot.block + 1..BLOCKS).any(|block| self.counts.of(block) < FULL) {
            self.push_on(spot, bounds);
        } else {
            let mut all: Vec<_> = self.all().collect();
            all.insert(self.position(spot), bounds);
            let len = all.len();
            self.fill_evenly(all.into_iter(), len);
        }
        true
    }

    /// Inserts into a full block; what was the last in there goes to the next one, and so on.
    fn push_on(&mut self, spot: Spot, bounds: (T, T)) {
        let last = Spot {
            place: FULL - 1,
            ..spot
        };
        let pushed = if spot.place == FULL {
            bounds
        } else {
            let pushed = self.take(last);
            self.put(spot, bounds);
            pushed
        };
        self.separators[spot.block] = pushed.0;
        let first = Spot {
            block: spot.block + 1,
            place: 0,
        };
        self.insert(first, pushed);
    }

    fn put(&mut self, Spot { block, place }: Spot, bounds: (T, T)) {
        self.blocks[block].insert(place, bounds);
        self.counts.add(block);
        // All of them, so that no processor has to foresee how many.
        for (behind, latest) in self.latest.iter_mut().enumerate() {
            let end = if block < behind { bounds.1 } else { T::FIRST };
            *latest = end.max(*latest);
        }
    }

    /// Removes what is somewhere, and gives it.
    pub(in crate::conflict) fn take(&mut self, Spot { block, place }: Spot) -> (T, T) {
        let (start, removed) = self.blocks[block].remove(place);
        self.counts.subtract(block);
        for behind in block + 1..BLOCKS {
            if removed < self.latest[behind] {
                break;
            }
            self.latest[behind] = self.latest[behind - 1].max(self.blocks[behind - 1].latest_end());
        }
        (start, removed)
    }
}
