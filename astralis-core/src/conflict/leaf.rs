use crate::conflict::packed::{CAPACITY, Packed};
use crate::time::Interval;

const SECOND: i64 = 1_000_000;

/// The second, since 1970, that 32-bit bounds count from: they reach from 1970 to 2106.
const MIDDLE: i64 = 1 << 31;

/// An interval that is asked about, in both units of time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question {
    pub(super) start: i64,
    pub(super) end: i64,
    // Rounded away from each other: against whole seconds they give the same answers.
    start_second: i32,
    end_second: i32,
}

impl Question {
    #[inline]
    pub(super) fn new(interval: &Interval) -> Self {
        let (start, end) = (interval.start_micros(), interval.end_micros());
        Self {
            start,
            end,
            start_second: second_at(start),
            end_second: second_from(end),
        }
    }
}

/// Makes every representable instant positive, so that rounding down is plain division.
const BIAS: i64 = i64::MAX / SECOND;

/// The second that an instant lies in, as it compares with stored bounds: beyond all of them if it
/// is out of reach.
#[inline]
fn second_at(micros: i64) -> i32 {
    let biased = micros.wrapping_add(BIAS * SECOND).cast_unsigned() / SECOND.cast_unsigned();
    let second = biased.cast_signed() - (BIAS + MIDDLE);
    let reachable = second.clamp(i32::MIN.into(), i32::MAX.into());
    i32::try_from(reachable).expect("clamped to 32 bits")
}

/// The first second that begins no earlier than an instant, likewise.
#[inline]
fn second_from(micros: i64) -> i32 {
    second_at(micros.saturating_add(SECOND - 1))
}

/// A bound as the compact form stores it; `None` if that cannot hold it.
fn stored_second(micros: i64) -> Option<i32> {
    let second = second_at(micros);
    let storable = i32::MIN < second && second < i32::MAX;
    (storable && to_micros(second) == micros).then_some(second)
}

/// What a stored bound stands for; `i64::MIN` for what is before all of them.
#[inline]
fn to_micros(second: i32) -> i64 {
    match second {
        i32::MIN => i64::MIN,
        _ => (MIDDLE + i64::from(second)) * SECOND,
    }
}

/// Up to [`CAPACITY`] intervals next to each other in time, with what stands before them.
///
/// Bounds in whole seconds between 1970 and 2106 take 32 bits. An interval with others makes its
/// whole leaf wide: it then holds microseconds in 64 bits. Nothing is rounded.
#[derive(Debug, Clone)]
#[repr(C, align(64))]
pub(super) struct Leaf {
    // Where the leaf's part of time begins: no interval in it starts earlier, and none in the
    // leaf before it starts later. `i64::MIN` for the first leaf.
    pub(super) floor: i64,
    // The greatest end in all leaves before this one; `i64::MIN` for the first.
    pub(super) before: i64,
    wide: Option<Box<Packed<i64>>>,
    // Empty if the leaf is wide.
    compact: Packed<i32>,
}

impl Leaf {
    /// A leaf of the given intervals, ascending by start and at most [`CAPACITY`].
    pub(super) fn pack(floor: i64, intervals: &[Interval]) -> Self {
        let mut leaf = Self {
            floor,
            before: i64::MIN,
            wide: None,
            compact: Packed::new(),
        };
        for (at, interval) in intervals.iter().enumerate() {
            leaf.insert(at, interval);
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
            None => self.compact.block_before(question.end_second),
            Some(wide) => wide.block_before(question.end),
        }
    }

    /// The same as [`is_taken`](Self::is_taken), if the block is known.
    #[inline]
    pub(super) fn is_taken_by(&self, block: usize, question: &Question) -> bool {
        let (start, end) = (question.start_second, question.end_second);
        let here = match &self.wide {
            None => self.compact.overlaps(block, start, end),
            Some(wide) => wide.overlaps(block, question.start, question.end),
        };
        here | (self.before > question.start)
    }

    /// Which intervals of the leaf overlap; bit by position.
    #[inline]
    pub(super) fn overlapping(&self, question: &Question) -> u64 {
        match &self.wide {
            None => self
                .compact
                .overlapping(question.start_second, question.end_second),
            Some(wide) => wide.overlapping(question.start, question.end),
        }
    }

    /// How many intervals of the leaf start before `instant`.
    #[inline]
    pub(super) fn starting_before(&self, instant: i64) -> usize {
        match &self.wide {
            None => self.compact.starting_before(second_from(instant)),
            Some(wide) => wide.starting_before(instant),
        }
    }

    /// The greatest end among intervals of this leaf that start before `instant`, and all in the
    /// leaves before; `i64::MIN` without any.
    pub(super) fn latest_end_before(&self, instant: i64) -> i64 {
        let here = match &self.wide {
            None => to_micros(self.compact.latest_end_before(second_from(instant))),
            Some(wide) => wide.latest_end_before(instant),
        };
        here.max(self.before)
    }

    /// The greatest end in this leaf; `i64::MIN` if it is empty.
    pub(super) fn latest_end(&self) -> i64 {
        match &self.wide {
            None => to_micros(self.compact.latest_end()),
            Some(wide) => wide.latest_end(),
        }
    }

    #[inline]
    pub(super) fn start(&self, at: usize) -> i64 {
        match &self.wide {
            None => to_micros(self.compact.start(at)),
            Some(wide) => wide.start(at),
        }
    }

    #[inline]
    pub(super) fn end(&self, at: usize) -> i64 {
        match &self.wide {
            None => to_micros(self.compact.end(at)),
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
        let (start, end) = (interval.start_micros(), interval.end_micros());
        let seconds = stored_second(start).zip(stored_second(end));
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
        match &mut self.wide {
            None => self.compact.remove(at),
            Some(wide) => wide.remove(at),
        }
    }

    fn widen(&mut self) {
        let mut wide = Packed::new();
        for (at, interval) in self.intervals().enumerate() {
            wide.insert(at, interval.start_micros(), interval.end_micros());
        }
        self.wide = Some(Box::new(wide));
        self.compact = Packed::new();
    }
}

const _: () = assert!(
    CAPACITY == u64::BITS as usize,
    "an interval is a bit of a word"
);
