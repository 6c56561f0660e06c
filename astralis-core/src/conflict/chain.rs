use crate::conflict::directory::{Bucket, Directory};
use crate::conflict::leaf::Leaf;
use crate::conflict::packed::CAPACITY;
use crate::conflict::slab::push;
use crate::conflict::small::position;
use crate::time::Interval;

/// No leaf.
const NONE: u32 = u32::MAX;

/// How full leaves are after loading in bulk: a few can be inserted before they must be split.
const LOADED: usize = 56;

/// Two neighbours with no more than this between them become one leaf.
const THIN: usize = 40;

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
        let count = entries.len().div_ceil(LOADED).max(1);
        let mut chain = Self {
            leaves: Vec::with_capacity(count),
            links: Vec::with_capacity(count),
            ids: Vec::with_capacity(count),
            len: entries.len(),
            first: 0,
            ..Self::default()
        };
        let mut last = NONE;
        for part in entries.chunks(entries.len().div_ceil(count).max(1)) {
            let floor = if last == NONE {
                i64::MIN
            } else {
                part[0].0.start_micros()
            };
            let leaf = Leaf::pack(
                floor,
                &part
                    .iter()
                    .map(|(interval, _)| *interval)
                    .collect::<Vec<_>>(),
            );
            let ids = part.iter().map(|(_, id)| *id).collect();
            last = chain.add_leaf(leaf, ids, last, NONE);
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
        while self.leaf(leaf).floor > instant {
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
        if self.leaf(leaf).before <= instant {
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
                .zip(self.ids(leaf).iter().copied())
        })
    }

    /// Whether the entry was new.
    pub(super) fn insert(&mut self, interval: Interval, id: I) -> bool {
        let (mut leaf, place) = self.place_of(interval, id);
        let Err(mut at) = place else { return false };
        if self.leaf(leaf).len() == CAPACITY {
            (leaf, at) = self.split(leaf, at, &interval);
        }
        self.leaves[leaf as usize].insert(at, &interval);
        self.ids[leaf as usize].insert(at, id);
        self.len += 1;
        let reach = self.link(leaf).reach.max(interval.end_micros());
        self.set_reach(leaf, reach);
        true
    }

    /// Whether the entry was there.
    pub(super) fn remove(&mut self, interval: Interval, id: I) -> bool {
        let (leaf, place) = self.place_of(interval, id);
        let Ok(at) = place else { return false };
        self.leaves[leaf as usize].remove(at);
        self.ids[leaf as usize].remove(at);
        self.len -= 1;
        if interval.end_micros() == self.link(leaf).reach {
            self.set_reach(leaf, self.leaf(leaf).latest_end());
        }
        if self.leaf(leaf).len() <= THIN / 2 {
            self.thin_out(leaf);
        }
        true
    }

    /// The leaf that an entry belongs to, and where in it the entry is or would be.
    fn place_of(&self, interval: Interval, id: I) -> (u32, Result<usize, usize>) {
        let start = interval.start_micros();
        let mut leaf = self.leaf_at(start);
        // Of leaves that begin at one instant, the entry is in the last that does not begin with
        // a greater one.
        while self.leaf(leaf).floor == start
            && (self.leaf(leaf).interval(0), self.ids(leaf)[0]) > (interval, id)
        {
            leaf = self.link(leaf).previous;
        }
        (
            leaf,
            position(self.leaf(leaf), self.ids(leaf), interval, id),
        )
    }

    /// Makes room for `interval` at place `at` of a full leaf, by moving the leaf's later half to
    /// a new one. Gives its place then. What comes after everything else begins a new leaf, so
    /// that calendars filled in order of time have full ones.
    fn split(&mut self, leaf: u32, at: usize, interval: &Interval) -> (u32, usize) {
        let last = at == CAPACITY && self.link(leaf).next == NONE;
        let kept = if last { CAPACITY } else { CAPACITY / 2 };
        let Link { next, reach, .. } = *self.link(leaf);
        let old = &mut self.leaves[leaf as usize];
        let intervals: Vec<_> = old.intervals().collect();
        let (kept_intervals, moved) = intervals.split_at(kept);
        *old = Leaf::pack(old.floor, kept_intervals);
        let ids = self.ids[leaf as usize].split_off(kept);
        let floor = moved.first().unwrap_or(interval).start_micros();
        let new = self.add_leaf(Leaf::pack(floor, moved), ids, leaf, next);
        self.links[leaf as usize].reach = self.leaf(leaf).latest_end();
        self.settle(leaf, new, reach);
        self.enter(new);
        if at > kept || last {
            (new, at - kept)
        } else {
            (leaf, at)
        }
    }

    /// Gives what is left of a thin leaf to its neighbour, if that has room.
    fn thin_out(&mut self, leaf: u32) {
        let Link { previous, next, .. } = *self.link(leaf);
        let len = |leaf: u32| self.leaf(leaf).len();
        let pairs = [(previous, leaf), (leaf, next)];
        let pair = pairs.into_iter().find(|&(left, right)| {
            left != NONE && right != NONE && (len(left) + len(right) <= THIN || len(leaf) == 0)
        });
        let Some((left, right)) = pair else { return };
        self.absorb(left, right);
        if 2 * self.vacant.len() > self.leaves.len() {
            *self = Self::load(&self.entries().collect::<Vec<_>>());
        }
    }

    /// Moves all of `right` to the leaf before it.
    fn absorb(&mut self, left: u32, right: u32) {
        let moved = std::mem::replace(&mut self.leaves[right as usize], Leaf::pack(0, &[]));
        for interval in moved.intervals() {
            let end = self.leaf(left).len();
            self.leaves[left as usize].insert(end, &interval);
        }
        let ids = std::mem::take(&mut self.ids[right as usize]);
        self.ids[left as usize].extend(ids);
        let Link { next, reach, .. } = *self.link(right);
        let part = moved.floor..self.floor_or_end(some(next));
        let reach = reach.max(self.link(left).reach);
        self.links[left as usize].reach = reach;
        self.links[left as usize].next = next;
        if next != NONE {
            self.links[next as usize].previous = left;
        }
        self.settle(left, left, reach);
        self.directory.assign(&part, left);
        self.vacant.push(right);
    }

    /// Links a new leaf in between two others, whose links to each other it replaces.
    fn add_leaf(&mut self, leaf: Leaf, ids: Vec<I>, previous: u32, next: u32) -> u32 {
        let link = Link {
            previous,
            next,
            taller: NONE,
            reach: leaf.latest_end(),
        };
        let number = if let Some(vacant) = self.vacant.pop() {
            self.leaves[vacant as usize] = leaf;
            self.links[vacant as usize] = link;
            self.ids[vacant as usize] = ids;
            vacant
        } else {
            push(&mut self.leaves, leaf);
            push(&mut self.links, link);
            push(&mut self.ids, ids);
            u32::try_from(self.leaves.len() - 1).expect("fewer leaves than intervals in memory")
        };
        if previous != NONE {
            self.links[previous as usize].next = number;
        }
        if next != NONE {
            self.links[next as usize].previous = number;
        }
        number
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
                let before = self.leaf(previous).before.max(self.link(previous).reach);
                self.leaves[leaf as usize].before = before;
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
        let floor = self.leaf(leaf).floor;
        if 2 * self.entered > self.leaves.len() || !self.directory.covers(floor) {
            self.chart();
            return;
        }
        let next = self.floor_or_end(self.next(leaf));
        self.directory.assign(&(floor..next), leaf);
        let Bucket {
            instants,
            leaf: mut earlier,
        } = self.directory.bucket(floor);
        let mut inside = Vec::new();
        while self.leaf(earlier).floor > instants.start {
            inside.push((self.leaf(earlier).floor, earlier));
            earlier = self.link(earlier).previous;
        }
        inside.reverse();
        self.directory.relieve(floor, earlier, &inside);
    }

    /// Makes the directory anew.
    fn chart(&mut self) {
        let leaves = std::iter::successors(self.next(self.first), |leaf| self.next(*leaf));
        let floors: Vec<_> = leaves.map(|leaf| (self.leaf(leaf).floor, leaf)).collect();
        self.directory = Directory::new(self.first, &floors);
        self.entered = 0;
    }

    pub(super) fn floor_or_end(&self, leaf: Option<u32>) -> i64 {
        leaf.map_or(i64::MAX, |leaf| self.leaf(leaf).floor)
    }

    #[inline]
    fn link(&self, leaf: u32) -> &Link {
        &self.links[leaf as usize]
    }
}

fn some(leaf: u32) -> Option<u32> {
    (leaf != NONE).then_some(leaf)
}

#[cfg(test)]
mod tests;
