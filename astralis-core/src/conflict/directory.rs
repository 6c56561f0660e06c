use std::ops::Range;

/// How many leaves may begin inside one bucket before it gets a grid of its own.
const CROWD: usize = 8;

/// Buckets for each leaf, or half as many: then most questions find their leaf at once.
const BUCKETS_PER_LEAF: usize = 8;

/// Marks an entry that is the number of a nested grid instead of that of a leaf.
const NESTED: u32 = 1 << 31;

/// Where on the time line each leaf begins: a grid of equal buckets over a part of time, with
/// grids nested in it where leaves crowd.
///
/// A bucket knows the leaf that its last instant falls into. For any other instant in it the
/// right leaf is that one or at most [`CROWD`] before it, because a bucket in which more leaves
/// begin holds a grid of its own. Each is at least 32 times finer than the one around it, so no
/// more than 13 are nested, and in calendars hardly ever two: the leaf of an instant is computed
/// rather than searched for.
#[derive(Debug, Clone)]
pub(super) struct Directory {
    // Everything before this instant is bucket 0; the others are 2^shift microseconds wide.
    origin: i64,
    shift: u32,
    // The directory's part of time.
    start: i64,
    end: i64,
    entries: Box<[u32]>,
    nested: Vec<Self>,
}

/// One bucket, as seen from outside.
pub(super) struct Bucket {
    /// The part of time that the bucket stands for.
    pub(super) instants: Range<i64>,
    /// The last leaf that begins in the bucket, or before it.
    pub(super) leaf: u32,
}

impl Directory {
    /// A directory of all of time: of its first leaf, and the floors of the others, ascending.
    pub(super) fn new(first: u32, floors: &[(i64, u32)]) -> Self {
        let earliest = floors.first().map_or(0, |(floor, _)| *floor);
        let latest = floors.last().map_or(0, |(floor, _)| *floor);
        // Room for a quarter more on both sides, before everything must be divided anew.
        let slack = latest.abs_diff(earliest) / 4 + 1;
        let covered =
            earliest.saturating_sub_unsigned(slack)..latest.saturating_add_unsigned(slack);
        Self::divide(first, floors, i64::MIN, &covered)
    }

    /// Divides the part of time that begins at `start`, with `first` as the leaf there. The
    /// buckets from 1 on cover `covered`, in which all the floors lie.
    fn divide(first: u32, floors: &[(i64, u32)], start: i64, covered: &Range<i64>) -> Self {
        let width = covered.end.abs_diff(covered.start);
        let wanted = (floors.len() * BUCKETS_PER_LEAF).max(1) as u64;
        let shift = u64::BITS - ((width - 1) / wanted).leading_zeros();
        let buckets = usize::try_from((width - 1) >> shift).expect("as many as wanted") + 2;
        let mut directory = Self {
            origin: covered.start,
            shift,
            start,
            end: covered.end,
            entries: vec![first; buckets].into_boxed_slice(),
            nested: Vec::new(),
        };
        let mut begun = 0;
        for at in 0..buckets {
            let instants = directory.instants(at);
            let upcoming = &floors[begun..];
            let inside = begun + upcoming.partition_point(|(floor, _)| *floor <= instants.start);
            let end = begun + upcoming.partition_point(|(floor, _)| *floor < instants.end);
            let end = end.max(inside);
            let leaf_before = |floor: usize| floor.checked_sub(1).map_or(first, |at| floors[at].1);
            directory.entries[at] = leaf_before(end);
            directory.nest(at, leaf_before(inside), &floors[inside..end]);
            begun = end;
        }
        directory
    }

    /// Gives a bucket a grid of its own if these floors inside it are too many; `first` is the
    /// leaf that its first instant falls into.
    fn nest(&mut self, at: usize, first: u32, floors: &[(i64, u32)]) {
        if floors.len() > CROWD {
            let instants = self.instants(at);
            let covered = floors[0].0..instants.end;
            let number = u32::try_from(self.nested.len()).expect("fewer grids than leaves");
            self.nested
                .push(Self::divide(first, floors, instants.start, &covered));
            self.entries[at] = number | NESTED;
        }
    }

    /// The leaf at which to begin looking for the last one whose floor is at or before `instant`:
    /// it is this one, or one of the few before.
    #[inline]
    pub(super) fn leaf_near(&self, instant: i64) -> u32 {
        let mut grid = self;
        loop {
            let entry = grid.entries[grid.bucket_of(instant)];
            if entry & NESTED == 0 {
                return entry;
            }
            grid = &grid.nested[(entry ^ NESTED) as usize];
        }
    }

    /// Whether a leaf that begins at `floor` has a bucket. If not, a new directory is due.
    pub(super) fn covers(&self, floor: i64) -> bool {
        self.origin <= floor && floor < self.end
    }

    /// Records that the instants in `part` now fall into `leaf`.
    pub(super) fn assign(&mut self, part: &Range<i64>, leaf: u32) {
        for at in self.bucket_of(part.start)..=self.bucket_of(part.end - 1) {
            let entry = self.entries[at];
            if entry & NESTED != 0 {
                self.nested[(entry ^ NESTED) as usize].assign(part, leaf);
            } else if part.contains(&(self.instants(at).end - 1)) {
                self.entries[at] = leaf;
            }
        }
    }

    /// The bucket that `instant` falls into.
    pub(super) fn bucket(&self, instant: i64) -> Bucket {
        let at = self.bucket_of(instant);
        match self.entries[at] {
            grid if grid & NESTED != 0 => self.nested[(grid ^ NESTED) as usize].bucket(instant),
            leaf => Bucket {
                instants: self.instants(at),
                leaf,
            },
        }
    }

    /// Gives the bucket of `instant` a grid of its own if these floors inside it are too many.
    pub(super) fn relieve(&mut self, instant: i64, first: u32, floors: &[(i64, u32)]) {
        let at = self.bucket_of(instant);
        match self.entries[at] {
            grid if grid & NESTED != 0 => {
                self.nested[(grid ^ NESTED) as usize].relieve(instant, first, floors);
            }
            _ => self.nest(at, first, floors),
        }
    }

    #[inline]
    fn bucket_of(&self, instant: i64) -> usize {
        if instant < self.origin {
            return 0;
        }
        let distance = instant.abs_diff(self.origin) >> self.shift;
        (distance as usize).min(self.entries.len() - 2) + 1
    }

    /// The instants of a bucket; into the last one, all that come after fall too.
    fn instants(&self, at: usize) -> Range<i64> {
        let Some(steps) = at.checked_sub(1) else {
            return self.start..self.origin;
        };
        let start = self
            .origin
            .saturating_add_unsigned((steps as u64) << self.shift);
        let end = start.saturating_add_unsigned(1 << self.shift);
        start..end.min(self.end)
    }
}
