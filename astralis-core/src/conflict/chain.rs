mod change;
#[cfg(test)]
mod tests;

use crate::conflict::directory::Directory;
use crate::conflict::leaf::{Leaf, MOST};
use crate::time::Interval;

/// No leaf.
const NONE: u32 = u32::MAX;

/// How full a leaf is at most after loading in bulk: a few can be inserted before it must be split.
const fn loaded(capacity: usize) -> usize {
    capacity * 7 / 8
}

/// What only changes need to know about a leaf.
#[derive(Debug, Clone, Copy)]
struct Link {
    previous: u32,
    next: u32,
    // The nearest earlier leaf that reaches farther than this one.
    taller: u32,
    // The greatest end in the leaf.
    reach: i64,
}

/// Many intervals of one subject: leaves linked in order of time, and a directory into them.
#[derive(Debug, Clone)]
pub(super) struct Chain<I> {
    leaves: Vec<Leaf>,
    links: Vec<Link>,
    // The ids of each leaf's intervals.
    ids: Vec<Vec<I>>,
    // Places in the three above that are not in use.
    vacant: Vec<u32>,
    directory: Directory,
    first: u32,
    len: usize,
    // How many leaves were entered into the directory since it was made.
    entered: usize,
}

impl<I> Default for Chain<I> {
    /// A chain without leaves: the place of one, and not to be asked anything.
    fn default() -> Self {
        Self {
            leaves: Vec::new(),
            links: Vec::new(),
            ids: Vec::new(),
            vacant: Vec::new(),
            directory: Directory::new(0, &[]),
            first: NONE,
            len: 0,
            entered: 0,
        }
    }
}

impl<I: Copy + Ord> Chain<I> {
    /// Of at least one interval, in order and without repetition.
    pub(super) fn load(entries: &[(Interval, I)]) -> Self {
        let (intervals, ids): (Vec<_>, Vec<_>) = entries.iter().copied().unzip();
        let (mut intervals, mut ids) = (&intervals[..], &ids[..]);
        let count = intervals.len().div_ceil(loaded(MOST));
        let mut chain = Self {
            leaves: Vec::with_capacity(count),
            links: Vec::with_capacity(count),
            ids: Vec::with_capacity(count),
            len: entries.len(),
            first: 0,
            ..Self::default()
        };
        let (mut last, mut floor) = (NONE, i64::MIN);
        while !intervals.is_empty() {
            let evenly = |capacity| {
                let leaves = intervals.len().div_ceil(loaded(capacity));
                intervals.len().div_ceil(leaves)
            };
            let (leaf, count) = Leaf::pack_first(floor, intervals, evenly);
            let now;
            (now, ids) = ids.split_at(count);
            last = chain.add_leaf(leaf, now, last, NONE);
            intervals = &intervals[count..];
            floor = intervals.first().map_or(floor, Interval::start_micros);
        }
        chain.settle(0, NONE, i64::MAX);
        chain.chart();
        chain
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// The last leaf whose floor is at or before `instant`.
    #[inline]
    pub(super) fn leaf_at(&self, instant: i64) -> u32 {
        let mut leaf = self.directory.leaf_near(instant);
        while self.leaf(leaf).floor() > instant {
            leaf = self.link(leaf).previous;
        }
        leaf
    }

    #[inline]
    pub(super) fn leaf(&self, leaf: u32) -> &Leaf {
        &self.leaves[leaf as usize]
    }

    #[inline]
    pub(super) fn ids(&self, leaf: u32) -> &[I] {
        &self.ids[leaf as usize]
    }

    pub(super) fn next(&self, leaf: u32) -> Option<u32> {
        some(self.link(leaf).next)
    }

    /// The nearest leaf before `leaf` that reaches beyond `instant`.
    ///
    /// Leaves that do not are stepped over in strides: from one to the nearest that reaches
    /// farther than it does.
    #[inline]
    pub(super) fn reaching_before(&self, leaf: u32, instant: i64) -> Option<u32> {
        if self.leaf(leaf).before() <= instant {
            return None;
        }
        let mut earlier = self.link(leaf).previous;
        while earlier != NONE && self.link(earlier).reach <= instant {
            earlier = self.link(earlier).taller;
        }
        some(earlier)
    }

    /// Everything, in order.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Interval, I)> + '_ {
        let leaves = std::iter::successors(Some(self.first), |leaf| self.next(*leaf));
        leaves.flat_map(|leaf| {
            self.leaf(leaf)
                .intervals()
                .into_iter()
                .zip(self.ids(leaf).iter().copied())
        })
    }

    /// Records how far a leaf reaches.
    fn set_reach(&mut self, leaf: u32, reach: i64) {
        let before = std::mem::replace(&mut self.links[leaf as usize].reach, reach);
        if before != reach {
            self.settle(leaf, leaf, before.max(reach));
        }
    }

    /// Brings what leaves know about those before them up to date, after changes to the leaves
    /// from `first` to `last`, none of which reached or reaches beyond `reach`. A later leaf that
    /// reaches as far hides them from all that follow, so for short intervals it ends at once.
    fn settle(&mut self, first: u32, last: u32, reach: i64) {
        let (mut leaf, mut changed) = (first, true);
        while leaf != NONE {
            let Link {
                previous,
                next,
                reach: own,
                ..
            } = *self.link(leaf);
            if previous != NONE {
                let before = self.leaf(previous).before().max(self.link(previous).reach);
                self.leaves[leaf as usize].set_before(before);
            }
            let mut taller = previous;
            while taller != NONE && self.link(taller).reach <= own {
                taller = self.link(taller).taller;
            }
            self.links[leaf as usize].taller = taller;
            if !changed && own >= reach {
                return;
            }
            changed &= leaf != last;
            leaf = next;
        }
    }

    /// Enters a new leaf into the directory.
    fn enter(&mut self, leaf: u32) {
        self.entered += 1;
        let floor = self.leaf(leaf).floor();
        if 2 * self.entered > self.leaves.len() || !self.directory.covers(floor) {
            self.chart();
            return;
        }
        let next = self.floor_or_end(self.next(leaf));
        self.directory.assign(&(floor..next), leaf);
        let bucket = self.directory.bucket(floor);
        let (mut inside, mut earlier) = (Vec::new(), bucket.leaf);
        while self.leaf(earlier).floor() > bucket.instants.start {
            inside.push((self.leaf(earlier).floor(), earlier));
            earlier = self.link(earlier).previous;
        }
        inside.reverse();
        if !self.directory.relieve(floor, earlier, &inside) {
            self.chart();
        }
    }

    /// Makes the directory anew.
    fn chart(&mut self) {
        let leaves = std::iter::successors(self.next(self.first), |leaf| self.next(*leaf));
        let floors: Vec<_> = leaves.map(|leaf| (self.leaf(leaf).floor(), leaf)).collect();
        self.directory = Directory::new(self.first, &floors);
        self.entered = 0;
    }

    pub(super) fn floor_or_end(&self, leaf: Option<u32>) -> i64 {
        leaf.map_or(i64::MAX, |leaf| self.leaf(leaf).floor())
    }

    #[inline]
    fn link(&self, leaf: u32) -> &Link {
        &self.links[leaf as usize]
    }
}

fn some(leaf: u32) -> Option<u32> {
    (leaf != NONE).then_some(leaf)
}
