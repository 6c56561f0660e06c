use crate::conflict::directory::Directory;
use crate::conflict::leaf::{Insertion, Leaf, MOST};
use crate::conflict::slab::push;
use crate::time::Interval;

/// No leaf.
const NONE: u32 = u32::MAX;

/// How full a leaf is after loading in bulk: a few can be inserted before it must be split.
const fn loaded(capacity: usize) -> usize {
    capacity / 8 * 7
}

/// A leaf with half of this or less joins a neighbour if both together have no more than this.
const fn thin(capacity: usize) -> usize {
    capacity / 8 * 5
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
            let (leaf, count) = Leaf::pack_first(floor, intervals, loaded);
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

    /// Whether the entry was new.
    pub(super) fn insert(&mut self, interval: Interval, id: I) -> bool {
        let leaf = self.leaf_of(interval, id);
        let ids = &mut self.ids[leaf as usize];
        match self.leaves[leaf as usize].insert(&interval, id, ids) {
            Insertion::Known => return false,
            Insertion::Done => {
                let reach = self.link(leaf).reach.max(interval.end_micros());
                self.set_reach(leaf, reach);
            }
            Insertion::NoRoom(at) => self.split(leaf, at, interval, id),
        }
        self.len += 1;
        true
    }

    /// Whether the entry was there.
    pub(super) fn remove(&mut self, interval: Interval, id: I) -> bool {
        let leaf = self.leaf_of(interval, id);
        let ids = &mut self.ids[leaf as usize];
        if !self.leaves[leaf as usize].remove(&interval, id, ids) {
            return false;
        }
        self.len -= 1;
        if interval.end_micros() == self.link(leaf).reach {
            self.set_reach(leaf, self.leaf(leaf).latest_end());
        }
        let few = thin(self.leaf(leaf).capacity()) / 2;
        if self.leaf(leaf).len() == few {
            self.leaves[leaf as usize].narrow();
        }
        if self.leaf(leaf).len() <= few {
            self.thin_out(leaf);
        }
        true
    }

    /// The leaf that an entry belongs to.
    fn leaf_of(&self, interval: Interval, id: I) -> u32 {
        let start = interval.start_micros();
        let mut leaf = self.leaf_at(start);
        // Of leaves that begin at one instant, the entry is in the last that does not begin with
        // a greater one.
        while self.leaf(leaf).floor() == start
            && (self.leaf(leaf).interval(0), self.ids(leaf)[0]) > (interval, id)
        {
            leaf = self.link(leaf).previous;
        }
        leaf
    }

    /// Inserts into a leaf that has no room. What comes after everything else begins a new leaf,
    /// so that calendars filled in order of time have full ones.
    #[cold]
    fn split(&mut self, leaf: u32, at: usize, interval: Interval, id: I) {
        let Link { next, reach, .. } = *self.link(leaf);
        let mut intervals = self.leaf(leaf).intervals();
        let last = if at == intervals.len() && next == NONE {
            let (new, _) = Leaf::pack_first(interval.start_micros(), &[interval], loaded);
            self.add_leaf(new, &[id], leaf, next)
        } else {
            let mut ids = std::mem::take(&mut self.ids[leaf as usize]);
            intervals.insert(at, interval);
            ids.insert(at, id);
            self.spread(leaf, &intervals, &ids)
        };
        self.settle(leaf, last, reach.max(interval.end_micros()));
        let mut new = leaf;
        while new != last {
            new = self.link(new).next;
            self.enter(new);
        }
    }

    /// Puts these entries into a leaf and as many new ones behind it as that takes, halving what
    /// does not fit. Gives the last leaf.
    fn spread(&mut self, leaf: u32, intervals: &[Interval], ids: &[I]) -> u32 {
        if let Some(packed) = Leaf::pack(self.leaf(leaf).floor(), intervals) {
            self.put(leaf, packed, ids);
            return leaf;
        }
        let half = intervals.len() / 2;
        let last = self.spread(leaf, &intervals[..half], &ids[..half]);
        let (intervals, ids) = (&intervals[half..], &ids[half..]);
        let empty = Leaf::empty(intervals[0].start_micros());
        let new = self.add_leaf(empty, &[], last, self.link(last).next);
        self.spread(new, intervals, ids)
    }

    /// Replaces what is in a leaf.
    fn put(&mut self, leaf: u32, packed: Leaf, ids: &[I]) {
        let own = &mut self.ids[leaf as usize];
        own.clear();
        own.reserve_exact(packed.capacity());
        own.extend_from_slice(ids);
        self.links[leaf as usize].reach = packed.latest_end();
        self.leaves[leaf as usize] = packed;
    }

    /// Joins a thin leaf with a neighbour, if that has room; an empty one in any case.
    fn thin_out(&mut self, leaf: u32) {
        let Link { previous, next, .. } = *self.link(leaf);
        let pairs = [(previous, leaf), (leaf, next)].into_iter();
        let pairs = pairs.filter(|&(left, right)| left != NONE && right != NONE);
        let joined = pairs.map(|(left, right)| (left, right, self.joined(left, right)));
        let Some((left, right, joined)) =
            { joined }.find_map(|(left, right, joined)| Some((left, right, joined?)))
        else {
            return;
        };
        self.absorb(left, right, joined);
        if 2 * self.vacant.len() > self.leaves.len() {
            *self = Self::load(&self.entries().collect::<Vec<_>>());
        }
    }

    /// Two neighbours in one leaf; `None` if that would soon be full.
    fn joined(&self, left: u32, right: u32) -> Option<Leaf> {
        let (left, right) = (self.leaf(left), self.leaf(right));
        let len = left.len() + right.len();
        if len == left.len() {
            return Some(left.clone());
        }
        if len == right.len() {
            return Some(right.clone().with_floor(left.floor()));
        }
        let roomy = |leaf: &Leaf| len <= thin(leaf.capacity());
        if !roomy(left) || !roomy(right) {
            return None;
        }
        let intervals = [left.intervals(), right.intervals()].concat();
        Leaf::pack(left.floor(), &intervals).filter(roomy)
    }

    /// Puts what two neighbours hold into the left one.
    fn absorb(&mut self, left: u32, right: u32, joined: Leaf) {
        let floor = self.leaf(right).floor();
        let Link { next, reach, .. } = *self.link(right);
        let reach = reach.max(self.link(left).reach);
        let ids = [left, right].map(|leaf| std::mem::take(&mut self.ids[leaf as usize]));
        self.put(left, joined, &ids.concat());
        self.leaves[right as usize] = Leaf::empty(floor);
        self.links[left as usize].next = next;
        if next != NONE {
            self.links[next as usize].previous = left;
        }
        self.settle(left, left, reach);
        let part = floor..self.floor_or_end(some(next));
        self.directory.assign(&part, left);
        self.vacant.push(right);
    }

    /// Links a new leaf in between two others, whose links to each other it replaces.
    fn add_leaf(&mut self, leaf: Leaf, ids: &[I], previous: u32, next: u32) -> u32 {
        // Room for a full leaf and no more: growing twofold would waste it.
        let mut own = Vec::with_capacity(leaf.capacity());
        own.extend_from_slice(ids);
        let ids = own;
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

#[cfg(test)]
mod tests;
