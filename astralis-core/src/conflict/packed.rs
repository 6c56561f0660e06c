mod block;
mod change;
mod list;

use block::Block;
pub(super) use list::Stretch;

use crate::conflict::counts::{Counts, FULL};
use crate::conflict::tick::{Extent, Moment, Origin, Question, Tick};
use crate::time::Interval;

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
    // earlier. `LAST` where nothing was ever put behind it.
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
        packed.fill_evenly(bounds, intervals.len());
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
    fn fill_evenly(&mut self, mut bounds: impl Iterator<Item = (T, T)>, len: usize) {
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

    #[inline]
    pub(super) fn is_vacant(&self, block: usize) -> bool {
        self.blocks[block].starts[0] == T::LAST
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

    /// How many intervals start before `instant`.
    #[inline]
    pub(super) fn starting_before(&self, instant: i64) -> usize {
        let last = T::at(Moment::new(instant - 1), self.origin);
        let block = self.block_at(last);
        self.counts.before(block) + self.blocks[block].starting_up_to(last)
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

    /// The last block that may hold an interval that starts no later than `last`.
    #[inline]
    fn block_at(&self, last: T) -> usize {
        T::up_to(&self.separators, last)
    }

    #[cfg(test)]
    #[track_caller]
    pub(super) fn check(&self) {
        assert_eq!(std::ptr::from_ref(&self.blocks).addr() % 64, 0);
        let mut latest = T::FIRST;
        let mut separator = T::FIRST;
        for (at, block) in self.blocks.iter().enumerate() {
            let count = self.counts.of(at);
            let (here, vacant) = block.starts.split_at(count);
            assert!(here.is_sorted() && vacant.iter().all(|start| *start == T::LAST));
            assert!(block.ends[count..].iter().all(|end| *end == T::FIRST));
            assert!(here.iter().all(|start| separator <= *start));
            assert!(separator <= self.separators[at]);
            separator = self.separators[at];
            assert!(here.iter().all(|start| *start <= separator));
            assert!(self.latest[at] == latest);
            latest = block.latest_end().max(latest);
        }
        assert!(separator == T::LAST);
    }
}
