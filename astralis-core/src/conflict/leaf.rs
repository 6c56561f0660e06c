use crate::conflict::packed::{CAPACITY, Packed};
use crate::time::Interval;

const SECOND: i64 = 1_000_000;

/// Whole seconds as the compact form counts them: 32-bit distances from the nearest multiple of
/// 34 years, which reach 68 years to both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Era(i64);

impl Era {
    const BITS: u32 = 30;

    /// The one that suits times around a second since 1970 best.
    #[inline]
    const fn around(second: i64) -> Self {
        Self((second + (1 << (Self::BITS - 1))) >> Self::BITS)
    }

    /// Where it counts from, in seconds since 1970.
    #[inline]
    const fn base(self) -> i64 {
        self.0 << Self::BITS
    }

    /// The second that an instant lies in, as it compares with stored ones: beyond all of them if
    /// it is out of reach.
    #[inline]
    fn second_at(self, micros: i64) -> i32 {
        let second = whole_seconds(micros) - self.base();
        let reachable = second.clamp(i32::MIN.into(), i32::MAX.into());
        i32::try_from(reachable).expect("clamped to 32 bits")
    }

    /// The first second that begins no earlier than an instant, likewise.
    #[inline]
    fn second_from(self, micros: i64) -> i32 {
        self.second_at(micros.saturating_add(SECOND - 1))
    }

    /// An instant as the compact form stores it; `None` if that cannot hold it.
    fn stored(self, micros: i64) -> Option<i32> {
        let second = self.second_at(micros);
        let storable = i32::MIN < second && second < i32::MAX;
        (storable && self.micros(second) == micros).then_some(second)
    }

    fn stored_bounds(self, interval: &Interval) -> Option<(i32, i32)> {
        let start = self.stored(interval.start_micros())?;
        Some((start, self.stored(interval.end_micros())?))
    }

    /// What a stored second stands for; `i64::MIN` for what is before all of them.
    #[inline]
    const fn micros(self, second: i32) -> i64 {
        match second {
            i32::MIN => i64::MIN,
            _ => (self.base() + second as i64) * SECOND,
        }
    }
}

/// The second since 1970 that an instant lies in.
#[inline]
const fn whole_seconds(micros: i64) -> i64 {
    // Counted from before all that is representable, so that rounding down is plain division.
    const BIAS: i64 = i64::MAX / SECOND;
    let biased = micros.wrapping_add(BIAS * SECOND).cast_unsigned();
    (biased / SECOND.cast_unsigned()).cast_signed() - BIAS
}

/// An interval that is asked about, in both units of time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question {
    pub(super) start: i64,
    pub(super) end: i64,
    // In seconds of the era of the end, which most leaves that are asked share.
    era: Era,
    seconds: (i32, i32),
}

impl Question {
    #[inline]
    pub(super) fn new(interval: &Interval) -> Self {
        let (start, end) = (interval.start_micros(), interval.end_micros());
        // Rounded away from each other: against whole seconds they get the same answers as the
        // instants themselves.
        let (start_second, end_second) = (whole_seconds(start), whole_seconds(end + SECOND - 1));
        let era = Era::around(end_second);
        // The end is near its era's base, and the start before the end.
        let seconds = (
            (start_second - era.base()).max(i32::MIN.into()) as i32,
            (end_second - era.base()) as i32,
        );
        Self {
            start,
            end,
            era,
            seconds,
        }
    }

    #[inline]
    fn seconds_in(&self, era: Era) -> (i32, i32) {
        if era == self.era {
            self.seconds
        } else {
            self.seconds_in_other(era)
        }
    }

    #[cold]
    fn seconds_in_other(&self, era: Era) -> (i32, i32) {
        (era.second_at(self.start), era.second_from(self.end))
    }
}

/// Up to [`CAPACITY`] intervals next to each other in time, with what stands before them.
///
/// Bounds in whole seconds take 32 bits. An interval with fractions of a second, or more than 68
/// years from the leaf's era, makes the whole leaf wide: it then holds microseconds in 64 bits.
/// Nothing is rounded.
#[derive(Debug, Clone)]
#[repr(C, align(64))]
pub(super) struct Leaf {
    // Where the leaf's part of time begins: no interval in it starts earlier, and none in the
    // leaf before it starts later. `i64::MIN` for the first leaf.
    pub(super) floor: i64,
    // The greatest end in all leaves before this one; `i64::MIN` for the first.
    pub(super) before: i64,
    era: Era,
    wide: Option<Box<Packed<i64>>>,
    // In seconds of the era. Empty if the leaf is wide.
    compact: Packed<i32>,
}

impl Leaf {
    /// A leaf of the given intervals, ascending by start and at most [`CAPACITY`]. Its era is that
    /// of the first; an empty leaf gets that of its floor.
    pub(super) fn pack(floor: i64, intervals: &[Interval]) -> Self {
        let first = intervals.first().map_or(floor, Interval::start_micros);
        let mut leaf = Self {
            floor,
            before: i64::MIN,
            era: Era::around(whole_seconds(first)),
            wide: None,
            compact: Packed::new(),
        };
        let mut stored = [(0, 0); CAPACITY];
        let places = stored.iter_mut().zip(intervals);
        let fits = places.fold(true, |fits, (place, interval)| {
            let seconds = leaf.era.stored_bounds(interval);
            *place = seconds.unwrap_or_default();
            fits & seconds.is_some()
        });
        if fits {
            leaf.compact = Packed::load(stored[..intervals.len()].iter().copied());
        } else {
            leaf.wide = Some(Box::new(Packed::load(intervals.iter().map(micros_of))));
        }
        leaf
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        match &self.wide {
            None => self.compact.len(),
            Some(wide) => wide.len(),
        }
    }

    #[cfg(test)]
    pub(super) const fn is_wide(&self) -> bool {
        self.wide.is_some()
    }

    /// Whether an interval in this leaf, or in any before it, overlaps. The leaf must be the last
    /// one whose floor lies before the end of the question.
    #[inline]
    pub(super) fn is_taken(&self, question: &Question) -> bool {
        self.is_taken_by(self.block_of(question), question)
    }

    /// The part of the leaf that decides about a question: reads the leaf's first cache line.
    #[inline]
    pub(super) fn block_of(&self, question: &Question) -> usize {
        match &self.wide {
            None => self.compact.block_before(question.seconds_in(self.era).1),
            Some(wide) => wide.block_before(question.end),
        }
    }

    /// The same as [`is_taken`](Self::is_taken), if the block is known.
    #[inline]
    pub(super) fn is_taken_by(&self, block: usize, question: &Question) -> bool {
        let here = match &self.wide {
            None => {
                let (start, end) = question.seconds_in(self.era);
                self.compact.overlaps(block, start, end)
            }
            Some(wide) => wide.overlaps(block, question.start, question.end),
        };
        here | (self.before > question.start)
    }

    /// Which intervals of the leaf overlap; bit by position.
    #[inline]
    pub(super) fn overlapping(&self, question: &Question) -> u64 {
        match &self.wide {
            None => {
                let (start, end) = question.seconds_in(self.era);
                self.compact.overlapping(start, end)
            }
            Some(wide) => wide.overlapping(question.start, question.end),
        }
    }

    /// How many intervals of the leaf start before `instant`.
    #[inline]
    pub(super) fn starting_before(&self, instant: i64) -> usize {
        match &self.wide {
            None => self.compact.starting_before(self.era.second_from(instant)),
            Some(wide) => wide.starting_before(instant),
        }
    }

    /// The greatest end among intervals of this leaf that start before `instant`, and all in the
    /// leaves before; `i64::MIN` without any.
    pub(super) fn latest_end_before(&self, instant: i64) -> i64 {
        let here = match &self.wide {
            None => self.era.micros(
                self.compact
                    .latest_end_before(self.era.second_from(instant)),
            ),
            Some(wide) => wide.latest_end_before(instant),
        };
        here.max(self.before)
    }

    /// The greatest end in this leaf; `i64::MIN` if it is empty.
    pub(super) fn latest_end(&self) -> i64 {
        match &self.wide {
            None => self.era.micros(self.compact.latest_end()),
            Some(wide) => wide.latest_end(),
        }
    }

    #[inline]
    pub(super) fn start(&self, at: usize) -> i64 {
        match &self.wide {
            None => self.era.micros(self.compact.start(at)),
            Some(wide) => wide.start(at),
        }
    }

    #[inline]
    pub(super) fn end(&self, at: usize) -> i64 {
        match &self.wide {
            None => self.era.micros(self.compact.end(at)),
            Some(wide) => wide.end(at),
        }
    }

    #[inline]
    pub(super) fn interval(&self, at: usize) -> Interval {
        Interval::between(self.start(at), self.end(at))
    }

    pub(super) fn intervals(&self) -> impl Iterator<Item = Interval> + '_ {
        (0..self.len()).map(|at| self.interval(at))
    }

    /// Puts an interval at its place in the order of the leaf, which must have room.
    pub(super) fn insert(&mut self, at: usize, interval: &Interval) {
        let (start, end) = micros_of(interval);
        let seconds = self.era.stored_bounds(interval);
        if self.wide.is_none() && seconds.is_none() {
            self.widen();
        }
        match (&mut self.wide, seconds) {
            (None, Some((start, end))) => self.compact.insert(at, start, end),
            (None, None) => unreachable!("widened above"),
            (Some(wide), _) => wide.insert(at, start, end),
        }
    }

    pub(super) fn remove(&mut self, at: usize) {
        let removed = self.interval(at);
        match &mut self.wide {
            None => self.compact.remove(at),
            Some(wide) => wide.remove(at),
        }
        if self.wide.is_some() && self.era.stored_bounds(&removed).is_none() {
            // It may have been the one that made the leaf wide.
            let intervals: Vec<_> = self.intervals().collect();
            *self = Self {
                before: self.before,
                ..Self::pack(self.floor, &intervals)
            };
        }
    }

    fn widen(&mut self) {
        let intervals: Vec<_> = self.intervals().collect();
        self.wide = Some(Box::new(Packed::load(intervals.iter().map(micros_of))));
        self.compact = Packed::new();
    }
}

const fn micros_of(interval: &Interval) -> (i64, i64) {
    (interval.start_micros(), interval.end_micros())
}

const _: () = assert!(
    CAPACITY == u64::BITS as usize,
    "an interval is a bit of a word"
);
