use std::cmp::Ordering;

use crate::conflict::counts::{Counts, FULL};
use crate::conflict::tick::{Extent, Moment, Origin, Question, Tick};
use crate::time::Interval;

const BLOCK: usize = 16;

/// Up to `14 * BLOCKS` intervals in ascending order of start, laid out so that one question reads
/// the first line and one block: two cache lines for ticks of 16 bits.
///
/// Nothing in a question branches: a processor overlaps many of them, and the compiler turns the
/// loops over a block into vector instructions. A block has some room, so that most changes move
/// nothing outside of it.
#[derive(Debug, Clone)]
#[repr(C)]
pub(super) struct Packed<T, const BLOCKS: usize> {
    // Nothing in or before a block starts after its separator, and nothing behind it starts
    // earlier. `LAST` if nothing is behind it.
    separators: [T; BLOCKS],
    // The greatest end in all blocks before each.
    latest: [T; BLOCKS],
    /// Where the leaf's part of time begins: no interval in it starts earlier, and none in the
    /// leaf before it starts later. `i64::MIN` for the first leaf.
    pub(super) floor: i64,
    /// The greatest end in all leaves before this one; `i64::MIN` for the first.
    pub(super) before: i64,
    origin: Origin,
    counts: Counts,
    blocks: [Block<T>; BLOCKS],
}

/// A place in a block: of an interval, or for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    block: usize,
    place: usize,
}

/// Up to fifteen intervals.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
struct Block<T> {
    // `LAST` where there is none.
    starts: [T; BLOCK],
    // `FIRST` where there is none.
    ends: [T; BLOCK],
}

impl<T: Tick, const BLOCKS: usize> Packed<T, BLOCKS> {
    /// The most intervals that it holds: every block has room for one more then.
    pub(super) const CAPACITY: usize = (FULL - 1) * BLOCKS;

    /// Of intervals in ascending order of start; `None` if they are too many, or if these ticks
    /// cannot tell their bounds.
    pub(super) fn load(floor: i64, extent: &Extent, intervals: &[Interval]) -> Option<Self> {
        if intervals.len() > Self::CAPACITY {
            return None;
        }
        let origin = T::origin(extent)?;
        let tick = |micros| T::at(Moment::new(micros), origin);
        let bounds = intervals
            .iter()
            .map(|interval| (tick(interval.start_micros()), tick(interval.end_micros())));
        let mut packed = Self::empty(floor);
        packed.origin = origin;
        packed.spread(bounds, intervals.len());
        Some(packed)
    }

    pub(super) fn empty(floor: i64) -> Self {
        Self {
            separators: [T::LAST; BLOCKS],
            latest: [T::FIRST; BLOCKS],
            floor,
            before: i64::MIN,
            origin: Origin::default(),
            counts: Counts::default(),
            blocks: [Block::VACANT; BLOCKS],
        }
    }

    /// Fills the blocks with so many bounds, each as much as the others.
    fn spread(&mut self, mut bounds: impl Iterator<Item = (T, T)>, len: usize) {
        self.counts = Counts::default();
        let mut latest = T::FIRST;
        for at in 0..BLOCKS {
            self.latest[at] = latest;
            let block = &mut self.blocks[at];
            *block = Block::VACANT;
            let count = (len + BLOCKS - 1 - at) / BLOCKS;
            for (place, (start, end)) in bounds.by_ref().take(count).enumerate() {
                (block.starts[place], block.ends[place]) = (start, end);
                self.counts.add(at);
            }
            latest = block.latest_end().max(latest);
        }
        let firsts = self.blocks[1..].iter().map(|block| block.starts[0]);
        for (separator, first) in self.separators.iter_mut().zip(firsts) {
            *separator = first;
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.counts.total()
    }

    /// The start and the end at a position, in microseconds.
    #[inline]
    pub(super) fn bounds(&self, at: usize) -> (i64, i64) {
        let (block, place) = self.counts.locate(at);
        let (start, end) = self.blocks[block].at(place);
        (start.micros(self.origin), end.micros(self.origin))
    }

    /// Whether some interval overlaps, in here or in any leaf before.
    #[inline]
    pub(super) fn is_taken(&self, question: &Question) -> bool {
        let last = T::at(question.last, self.origin);
        self.is_taken_by(self.block_at(last), last, question)
    }

    /// The block that decides about a question.
    #[inline]
    pub(super) fn block_of(&self, question: &Question) -> usize {
        self.block_at(T::at(question.last, self.origin))
    }

    /// The same as [`is_taken`](Self::is_taken), if the block is known.
    #[inline]
    pub(super) fn is_taken_in(&self, block: usize, question: &Question) -> bool {
        self.is_taken_by(block, T::at(question.last, self.origin), question)
    }

    #[inline]
    fn is_taken_by(&self, block: usize, last: T, question: &Question) -> bool {
        let first = T::at(question.first, self.origin);
        let mut hit = (self.before > question.first.micros) | (self.latest[block] > first);
        for (start, end) in self.blocks[block].bounds() {
            hit |= (start <= last) & (end > first);
        }
        hit
    }

    /// Which intervals overlap: the bit of an interval is its position.
    #[inline]
    pub(super) fn overlapping(&self, question: &Question) -> u128 {
        let first = T::at(question.first, self.origin);
        let last = T::at(question.last, self.origin);
        let mut found = 0;
        for at in self.block_after(first)..self.block_at(last) + 1 {
            let bounds = self.blocks[at].bounds();
            let bits = bits(bounds.map(|(start, end)| (start <= last) & (end > first)));
            found |= u128::from(bits) << self.counts.before(at);
        }
        found
    }

    /// How many intervals start before `instant`.
    #[inline]
    pub(super) fn starting_before(&self, instant: i64) -> usize {
        let last = T::at(Moment::new(instant - 1), self.origin);
        let block = self.block_at(last);
        let starts = self.blocks[block].starts.iter();
        let earlier = starts.map(|start| u16::from(*start <= last));
        self.counts.before(block) + usize::from(earlier.sum::<u16>())
    }

    /// The greatest end among intervals that start before `instant`, and in all leaves before;
    /// [`i64::MIN`] without any.
    pub(super) fn latest_end_before(&self, instant: i64) -> i64 {
        let last = T::at(Moment::new(instant - 1), self.origin);
        let block = self.block_at(last);
        let bounds = self.blocks[block].bounds();
        let latest = bounds.fold(self.latest[block], |latest, (start, end)| {
            latest.max(if start <= last { end } else { T::FIRST })
        });
        latest.micros(self.origin).max(self.before)
    }

    /// The greatest end in here; [`i64::MIN`] if empty.
    pub(super) fn latest_end(&self) -> i64 {
        let latest = self.latest[BLOCKS - 1].max(self.blocks[BLOCKS - 1].latest_end());
        latest.micros(self.origin)
    }

    /// All bounds, in order.
    fn all(&self) -> impl Iterator<Item = (T, T)> + '_ {
        let blocks = self.blocks.iter().enumerate();
        blocks.flat_map(|(at, block)| block.bounds().take(self.counts.of(at)))
    }

    /// All intervals, in order.
    pub(super) fn intervals(&self) -> impl Iterator<Item = Interval> + '_ {
        let micros = |tick: T| tick.micros(self.origin);
        self.all()
            .map(move |(start, end)| Interval::between(micros(start), micros(end)))
    }

    /// An interval in ticks; `None` if they cannot tell it.
    #[inline]
    pub(super) fn ticks(&self, interval: &Interval) -> Option<(T, T)> {
        let start = T::exactly(interval.start_micros(), self.origin)?;
        Some((start, T::exactly(interval.end_micros(), self.origin)?))
    }

    /// Where what has these bounds and an id is, or else would be, in the order of start, end and
    /// id; `ids` are those of all intervals.
    #[inline]
    pub(super) fn find<I: Copy + Ord>(
        &self,
        bounds: (T, T),
        id: I,
        ids: &[I],
    ) -> Result<Spot, Spot> {
        let (start, _) = bounds;
        let block = self.count_of_separators(|separator| separator < start);
        let starts = self.blocks[block].starts.iter();
        let earlier = starts.map(|each| u16::from(*each < start));
        let mut spot = Spot {
            block,
            place: usize::from(earlier.sum::<u16>()),
        };
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
    pub(super) const fn position(&self, spot: Spot) -> usize {
        self.counts.before(spot.block) + spot.place
    }

    /// Puts these bounds where they [would be](Self::find). Answers whether there is room.
    pub(super) fn insert(&mut self, spot: Spot, bounds: (T, T)) -> bool {
        if self.len() == Self::CAPACITY {
            return false;
        }
        if self.counts.of(spot.block) < FULL {
            self.put(spot, bounds);
        } else if spot.block + 1 < BLOCKS && self.counts.of(spot.block + 1) < FULL {
            self.push_on(spot, bounds);
        } else {
            let mut all: Vec<_> = self.all().collect();
            all.insert(self.position(spot), bounds);
            let len = all.len();
            self.spread(all.into_iter(), len);
        }
        true
    }

    /// Inserts into a full block; what was the last in there goes to the next one.
    fn push_on(&mut self, spot: Spot, bounds: (T, T)) {
        let last = Spot {
            place: FULL - 1,
            ..spot
        };
        let pushed = if spot.place == FULL {
            bounds
        } else {
            let pushed = self.blocks[spot.block].at(last.place);
            self.take(last);
            self.put(spot, bounds);
            pushed
        };
        self.separators[spot.block] = pushed.0;
        let first = Spot {
            block: spot.block + 1,
            place: 0,
        };
        self.put(first, pushed);
    }

    fn put(&mut self, Spot { block, place }: Spot, (start, end): (T, T)) {
        let Block { starts, ends } = &mut self.blocks[block];
        starts.copy_within(place..BLOCK - 1, place + 1);
        ends.copy_within(place..BLOCK - 1, place + 1);
        (starts[place], ends[place]) = (start, end);
        self.counts.add(block);
        for latest in &mut self.latest[block + 1..] {
            *latest = end.max(*latest);
        }
    }

    /// Removes what is somewhere.
    pub(super) fn take(&mut self, Spot { block, place }: Spot) {
        let Block { starts, ends } = &mut self.blocks[block];
        let removed = ends[place];
        // The last place is never in use.
        starts.copy_within(place + 1.., place);
        ends.copy_within(place + 1.., place);
        self.counts.subtract(block);
        for behind in block + 1..BLOCKS {
            if removed < self.latest[behind] {
                break;
            }
            self.latest[behind] = self.latest[behind - 1].max(self.blocks[behind - 1].latest_end());
        }
    }

    /// The first block that may hold an interval that ends after `first`.
    #[inline]
    fn block_after(&self, first: T) -> usize {
        let passed = self
            .latest
            .iter()
            .map(|latest| usize::from(*latest <= first));
        // Nothing is before the first block.
        passed.sum::<usize>() - 1
    }

    /// The last block that may hold an interval that starts no later than `last`.
    #[inline]
    fn block_at(&self, last: T) -> usize {
        self.count_of_separators(|separator| separator <= last)
    }

    #[inline]
    fn count_of_separators(&self, is_passed: impl Fn(T) -> bool) -> usize {
        let passed = self
            .separators
            .iter()
            .map(|separator| usize::from(is_passed(*separator)));
        passed.sum()
    }
}

impl<T: Tick> Block<T> {
    const VACANT: Self = Self {
        starts: [T::LAST; BLOCK],
        ends: [T::FIRST; BLOCK],
    };

    #[inline]
    const fn at(&self, place: usize) -> (T, T) {
        (self.starts[place], self.ends[place])
    }

    #[inline]
    fn bounds(&self) -> impl DoubleEndedIterator<Item = (T, T)> + ExactSizeIterator + '_ {
        self.starts.iter().copied().zip(self.ends.iter().copied())
    }

    /// The greatest end; [`Tick::FIRST`] if empty.
    fn latest_end(&self) -> T {
        self.ends.into_iter().fold(T::FIRST, T::max)
    }
}

/// One bit for each of some conditions, the first in the lowest place.
#[inline]
fn bits(conditions: impl DoubleEndedIterator<Item = bool>) -> u16 {
    // Backwards, one bit shifted in after the other: the form that compilers turn into vector
    // comparisons and one gathering of their signs.
    let backwards = conditions.rev();
    backwards.fold(0, |bits, condition| bits << 1 | u16::from(condition))
}
