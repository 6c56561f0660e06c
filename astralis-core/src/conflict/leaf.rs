use crate::conflict::packed::{Packed, Stretch};
use crate::conflict::tick::{Extent, Question, Short};
use crate::time::Interval;

/// Intervals next to each other in time, with what stands before them: always nine cache lines.
///
/// How many these hold depends on how finely the bounds must be told apart. Where all are whole
/// minutes, or quarters of an hour, within weeks or months of each other, as in calendars, 16 bits
/// tell a bound from its neighbours; whole seconds within 136 years take 32; anything else is held
/// in microseconds. Nothing is rounded.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub(super) enum Leaf {
    Minutes(Packed<Short<1>, 8>),
    Fives(Packed<Short<5>, 8>),
    Quarters(Packed<Short<15>, 8>),
    Seconds(Packed<i32, 4>),
    Micros(Packed<i64, 2>),
}

/// How an insertion ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Insertion {
    Done,
    /// It was there before.
    Known,
    /// It would have this position, but there is no room.
    NoRoom(usize),
}

/// The most intervals that a leaf holds, of each size of ticks.
const CAPACITIES: [usize; 3] = [
    Packed::<Short<1>, 8>::CAPACITY,
    Packed::<i32, 4>::CAPACITY,
    Packed::<i64, 2>::CAPACITY,
];

/// For how many more ids than there are to make room.
pub(super) const SPARE_IDS: usize = 16;

/// The most intervals that any leaf holds.
pub(super) const MOST: usize = CAPACITIES[0];

const _: () = assert!(size_of::<Leaf>() == 9 * 64 && align_of::<Leaf>() == 64);

macro_rules! each {
    ($leaf:expr, $packed:ident => $answer:expr) => {
        match $leaf {
            Leaf::Minutes($packed) => $answer,
            Leaf::Fives($packed) => $answer,
            Leaf::Quarters($packed) => $answer,
            Leaf::Seconds($packed) => $answer,
            Leaf::Micros($packed) => $answer,
        }
    };
}

impl Leaf {
    /// A leaf of the given intervals, ascending by start; `None` if they are more than it can hold
    /// in the bits they need. The finest unit that does is best: it need not change soon.
    pub(super) fn pack(floor: i64, intervals: &[Interval]) -> Option<Self> {
        let Some(extent) = Extent::of(intervals) else {
            return Some(Self::empty(floor));
        };
        let minutes = Packed::load(floor, &extent, intervals).map(Self::Minutes);
        minutes
            .or_else(|| Packed::load(floor, &extent, intervals).map(Self::Fives))
            .or_else(|| Packed::load(floor, &extent, intervals).map(Self::Quarters))
            .or_else(|| Packed::load(floor, &extent, intervals).map(Self::Seconds))
            .or_else(|| Packed::load(floor, &extent, intervals).map(Self::Micros))
    }

    /// A leaf of the first intervals of so many, and how many these are: as many as `count` tells
    /// for the number that fits.
    pub(super) fn pack_first(
        floor: i64,
        intervals: &[Interval],
        count: impl Fn(usize) -> usize,
    ) -> (Self, usize) {
        let mut parts = CAPACITIES.map(count).into_iter().filter_map(|count| {
            let part = &intervals[..count.min(intervals.len())];
            Some((Self::pack(floor, part)?, part.len()))
        });
        parts.next().expect("so few fit in any case")
    }

    pub(super) fn empty(floor: i64) -> Self {
        Self::Minutes(Packed::empty(floor))
    }

    #[inline]
    pub(super) fn floor(&self) -> i64 {
        each!(self, packed => packed.floor)
    }

    /// The greatest end in all leaves before this one; `i64::MIN` for the first.
    #[inline]
    pub(super) fn before(&self) -> i64 {
        each!(self, packed => packed.before)
    }

    pub(super) fn with_floor(mut self, floor: i64) -> Self {
        each!(&mut self, packed => packed.floor = floor);
        self
    }

    pub(super) fn set_before(&mut self, before: i64) {
        each!(self, packed => packed.before = before);
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        each!(self, packed => packed.len())
    }

    /// How many intervals there is room for, if they need no more bits than those that are here.
    pub(super) const fn capacity(&self) -> usize {
        match self {
            Self::Minutes(_) | Self::Fives(_) | Self::Quarters(_) => CAPACITIES[0],
            Self::Seconds(_) => CAPACITIES[1],
            Self::Micros(_) => CAPACITIES[2],
        }
    }

    /// Whether an interval in this leaf, or in any before it, overlaps. The leaf must be the last
    /// one whose floor lies before the end of the question.
    #[inline]
    pub(super) fn is_taken(&self, question: &Question) -> bool {
        each!(self, packed => packed.is_taken(question))
    }

    /// The part of the leaf that decides about a question.
    #[inline]
    pub(super) fn block_of(&self, question: &Question) -> usize {
        each!(self, packed => packed.block_of(question))
    }

    /// Whether a block holds no interval: the least that can be asked of it.
    #[inline]
    pub(super) fn is_vacant(&self, block: usize) -> bool {
        each!(self, packed => packed.is_vacant(block))
    }

    /// The same as [`is_taken`](Self::is_taken), if the block is known.
    #[inline]
    pub(super) fn is_taken_in(&self, block: usize, question: &Question) -> bool {
        each!(self, packed => packed.is_taken_in(block, question))
    }

    /// Adds the ids of all that overlaps to `found`, in order; `ids` are those of all intervals.
    #[inline]
    pub(super) fn ids_into<I: Copy>(&self, question: &Question, ids: &[I], found: &mut Vec<I>) {
        each!(self, packed => packed.ids_into(question, ids, found));
    }

    /// Where all that overlaps is, one after the other.
    #[inline]
    pub(super) fn stretch(&self, question: &Question) -> Stretch {
        each!(self, packed => packed.stretch(question))
    }

    /// The next interval of a stretch, and its position.
    #[inline]
    pub(super) fn next_in(&self, stretch: &mut Stretch) -> Option<(usize, Interval)> {
        let (position, (start, end)) = each!(self, packed => packed.next_in(stretch))?;
        Some((position, Interval::between(start, end)))
    }

    /// How many intervals of the leaf start before `instant`.
    #[inline]
    pub(super) fn starting_before(&self, instant: i64) -> usize {
        each!(self, packed => packed.starting_before(instant))
    }

    /// The greatest end among intervals of this leaf that start before `instant`, and all in the
    /// leaves before; `i64::MIN` without any.
    pub(super) fn latest_end_before(&self, instant: i64) -> i64 {
        each!(self, packed => packed.latest_end_before(instant))
    }

    /// The greatest end in this leaf; `i64::MIN` if it is empty.
    pub(super) fn latest_end(&self) -> i64 {
        each!(self, packed => packed.latest_end())
    }

    /// The interval at a position.
    #[inline]
    pub(super) fn interval(&self, at: usize) -> Interval {
        let (start, end) = each!(self, packed => packed.bounds(at));
        Interval::between(start, end)
    }

    pub(super) fn intervals(&self) -> Vec<Interval> {
        each!(self, packed => packed.intervals().collect())
    }

    /// Puts an interval at its place in the order of start, end and id; `ids` are those of all
    /// intervals here. What needs more bits than the others takes room from all of them.
    #[inline]
    pub(super) fn insert<I: Copy + Ord>(
        &mut self,
        interval: &Interval,
        id: I,
        ids: &mut Vec<I>,
    ) -> Insertion {
        each!(self, packed => if let Some(bounds) = packed.ticks(interval) {
            let spot = match packed.find(bounds, id, ids) {
                Ok(_) => return Insertion::Known,
                Err(spot) => spot,
            };
            let at = packed.position(spot);
            if packed.insert(spot, bounds) {
                insert_id(ids, at, id);
                return Insertion::Done;
            }
        });
        self.insert_anew(interval, id, ids)
    }

    #[cold]
    fn insert_anew<I: Copy + Ord>(
        &mut self,
        interval: &Interval,
        id: I,
        ids: &mut Vec<I>,
    ) -> Insertion {
        let mut intervals = self.intervals();
        let entries: Vec<_> = intervals.iter().copied().zip(ids.iter().copied()).collect();
        let Err(at) = entries.binary_search(&(*interval, id)) else {
            return Insertion::Known;
        };
        intervals.insert(at, *interval);
        if !self.pack_anew(&intervals) {
            return Insertion::NoRoom(at);
        }
        insert_id(ids, at, id);
        Insertion::Done
    }

    /// Gives up bits that what is left does not need.
    pub(super) fn narrow(&mut self) {
        if self.capacity() < MOST {
            self.pack_anew(&self.intervals());
        }
    }

    /// Holds these intervals instead, if they fit.
    fn pack_anew(&mut self, intervals: &[Interval]) -> bool {
        let Some(mut leaf) = Self::pack(self.floor(), intervals) else {
            return false;
        };
        leaf.set_before(self.before());
        *self = leaf;
        true
    }

    /// Answers whether the interval with this id was there; `ids` are those of all intervals here.
    #[inline]
    pub(super) fn remove<I: Copy + Ord>(
        &mut self,
        interval: &Interval,
        id: I,
        ids: &mut Vec<I>,
    ) -> bool {
        let removed = each!(self, packed => {
            let spot = packed.ticks(interval).map(|bounds| packed.find(bounds, id, ids));
            let Some(Ok(spot)) = spot else { return false };
            let at = packed.position(spot);
            packed.take(spot);
            at
        });
        ids.remove(removed);
        true
    }

    /// Checks what a leaf promises itself.
    #[cfg(test)]
    #[track_caller]
    pub(super) fn check(&self) {
        each!(self, packed => packed.check());
    }
}

/// Grows by a block rather than twofold: what is not used yet counts as memory too.
#[inline]
fn insert_id<I>(ids: &mut Vec<I>, at: usize, id: I) {
    if ids.len() == ids.capacity() {
        ids.reserve_exact(SPARE_IDS);
    }
    ids.insert(at, id);
}
