/// The most intervals that one [`Packed`] holds.
pub(super) const CAPACITY: usize = 64;

const BLOCK: usize = 16;
const BLOCKS: usize = CAPACITY / BLOCK;

/// A count of time units since some base: whole seconds in 32 bits, or microseconds in 64.
pub(super) trait Tick: Copy + Ord {
    /// Before every bound that is stored.
    const FIRST: Self;
    /// After every bound that is stored.
    const LAST: Self;
}

impl Tick for i32 {
    const FIRST: Self = Self::MIN;
    const LAST: Self = Self::MAX;
}

impl Tick for i64 {
    const FIRST: Self = Self::MIN;
    const LAST: Self = Self::MAX;
}

/// Up to 64 intervals in ascending order of start, laid out so that one question reads the header
/// and one block of sixteen: three cache lines for 32-bit ticks.
///
/// Nothing in a question branches: a processor overlaps many of them, and the compiler turns the
/// loops over a block into vector instructions.
#[derive(Debug, Clone)]
#[repr(C)]
pub(super) struct Packed<T> {
    // The first start of each block but the first; `LAST` for blocks not in use.
    separators: [T; BLOCKS - 1],
    len: u32,
    // The greatest end in all blocks before this one.
    latest: [T; BLOCKS],
    // `LAST` beyond `len`.
    starts: [[T; BLOCK]; BLOCKS],
    // `FIRST` beyond `len`.
    ends: [[T; BLOCK]; BLOCKS],
}

impl<T: Tick> Packed<T> {
    pub(super) const fn new() -> Self {
        Self {
            separators: [T::LAST; BLOCKS - 1],
            len: 0,
            latest: [T::FIRST; BLOCKS],
            starts: [[T::LAST; BLOCK]; BLOCKS],
            ends: [[T::FIRST; BLOCK]; BLOCKS],
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.len as usize
    }

    pub(super) fn start(&self, at: usize) -> T {
        self.starts.as_flattened()[at]
    }

    pub(super) fn end(&self, at: usize) -> T {
        self.ends.as_flattened()[at]
    }

    /// Whether some interval starts before `end` and ends after `start`; `block` is that of
    /// [`end`](Self::block_before).
    #[inline]
    pub(super) fn overlaps(&self, block: usize, start: T, end: T) -> bool {
        let mut hit = self.latest[block] > start;
        for (each_start, each_end) in self.starts[block].iter().zip(&self.ends[block]) {
            hit |= (*each_start < end) & (*each_end > start);
        }
        hit
    }

    /// Which intervals [overlap](Self::overlaps): the bit of an interval is its position.
    #[inline]
    pub(super) fn overlapping(&self, start: T, end: T) -> u64 {
        let last = self.block_before(end);
        // Whatever stands in blocks up to which nothing ends late enough ends too early itself.
        let [_, second, third, fourth] = self.latest;
        let first = [second, third, fourth].map(|latest| usize::from(latest <= start));
        let first = first.iter().sum::<usize>();
        let mut found = 0;
        for block in first..=last {
            // Backwards, one bit shifted in after the other: the form that compilers turn into
            // vector comparisons and one gathering of their signs.
            let bounds = self.starts[block].iter().zip(&self.ends[block]).rev();
            let hits = bounds.fold(0_u32, |hits, (each_start, each_end)| {
                hits << 1 | u32::from((*each_start < end) & (*each_end > start))
            });
            found |= u64::from(hits) << (block * BLOCK);
        }
        found
    }

    /// How many intervals start before `instant`.
    #[inline]
    pub(super) fn starting_before(&self, instant: T) -> usize {
        let block = self.block_before(instant);
        let earlier = self.starts[block]
            .iter()
            .map(|start| u32::from(*start < instant));
        block * BLOCK + earlier.sum::<u32>() as usize
    }

    /// The greatest end among intervals that start before `instant`; [`Tick::FIRST`] without any.
    pub(super) fn latest_end_before(&self, instant: T) -> T {
        let block = self.block_before(instant);
        let bounds = self.starts[block].iter().zip(&self.ends[block]);
        bounds.fold(self.latest[block], |latest, (start, end)| {
            latest.max(if *start < instant { *end } else { T::FIRST })
        })
    }

    /// The greatest end of all; [`Tick::FIRST`] if empty.
    pub(super) fn latest_end(&self) -> T {
        let last = self.ends[BLOCKS - 1].iter().copied();
        last.fold(self.latest[BLOCKS - 1], T::max)
    }

    /// Puts an interval at its place in the order; not for a full one.
    pub(super) fn insert(&mut self, at: usize, start: T, end: T) {
        // Before anything moves: what was just written would have to be waited for.
        self.latest = self.latest_with(at, end);
        let len = self.len();
        shift_in(self.starts.as_flattened_mut(), at, len, start);
        shift_in(self.ends.as_flattened_mut(), at, len, end);
        self.len += 1;
        self.separate();
    }

    pub(super) fn remove(&mut self, at: usize) {
        self.latest = self.latest_without(at);
        let len = self.len();
        shift_out(self.starts.as_flattened_mut(), at, len, T::LAST);
        shift_out(self.ends.as_flattened_mut(), at, len, T::FIRST);
        self.len -= 1;
        self.separate();
    }

    /// What `latest` becomes with one more interval: each block from that of `at` on gives its
    /// last end to the next one.
    fn latest_with(&self, at: usize, end: T) -> [T; BLOCKS] {
        let mut latest = self.latest;
        let mut carried = end;
        for block in at / BLOCK..BLOCKS - 1 {
            let [staying @ .., last] = &self.ends[block];
            latest[block + 1] = staying
                .iter()
                .copied()
                .fold(latest[block].max(carried), T::max);
            carried = *last;
        }
        latest
    }

    /// What `latest` becomes without the interval at `at`: each block from that on gets the first
    /// end of the next one.
    fn latest_without(&self, at: usize) -> [T; BLOCKS] {
        let mut latest = self.latest;
        let removed = self.end(at);
        for block in at / BLOCK..BLOCKS - 1 {
            let gained = self.ends[block + 1][0];
            latest[block + 1] = if removed < latest[block + 1] {
                latest[block + 1].max(gained)
            } else {
                let first = block * BLOCK;
                let ends = self.ends[block].iter().enumerate();
                let staying =
                    ends.map(|(place, end)| if first + place == at { gained } else { *end });
                staying.fold(latest[block].max(gained), T::max)
            };
        }
        latest
    }

    fn separate(&mut self) {
        let [_, second, third, fourth] = &self.starts;
        self.separators = [second[0], third[0], fourth[0]];
    }

    /// The last block that may hold an interval that starts before `instant`.
    #[inline]
    pub(super) fn block_before(&self, instant: T) -> usize {
        let [second, third, fourth] = self.separators;
        usize::from(second < instant) + usize::from(third < instant) + usize::from(fourth < instant)
    }
}

fn shift_in<T: Copy>(values: &mut [T], at: usize, len: usize, value: T) {
    values.copy_within(at..len, at + 1);
    values[at] = value;
}

fn shift_out<T: Copy>(values: &mut [T], at: usize, len: usize, filler: T) {
    values.copy_within(at + 1..len, at);
    values[len - 1] = filler;
}
