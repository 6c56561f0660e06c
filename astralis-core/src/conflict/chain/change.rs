//! Inserting and removing: leaves split, and join their neighbours.

use super::{Chain, Link, NONE, loaded, some};
use crate::conflict::leaf::{Insertion, Leaf, SPARE_IDS};
use crate::conflict::slab::push;
use crate::time::Interval;

/// Neighbours that have no more than this together become one leaf. A quarter of it must come
/// before that splits again, and as much must go before its halves join again: each time moves a
/// leaf once, for some part of a leaf that has come or gone.
const fn joint(capacity: usize) -> usize {
    capacity * 3 / 4
}

/// How often a leaf that shrinks looks at its neighbours, which are seldom in the caches: once in
/// so many removals.
const LOOK: usize = 4;

impl<I: Copy + Ord> Chain<I> {
    /// Whether the entry was new.
    pub(in crate::conflict) fn insert(&mut self, interval: Interval, id: I) -> bool {
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
    pub(in crate::conflict) fn remove(&mut self, interval: Interval, id: I) -> bool {
        let leaf = self.leaf_of(interval, id);
        let ids = &mut self.ids[leaf as usize];
        if !self.leaves[leaf as usize].remove(&interval, id, ids) {
            return false;
        }
        self.len -= 1;
        if interval.end_micros() == self.link(leaf).reach {
            self.set_reach(leaf, self.leaf(leaf).latest_end());
        }
        let (len, capacity) = (self.leaf(leaf).len(), self.leaf(leaf).capacity());
        if len <= joint(capacity) && len.is_multiple_of(LOOK) {
            self.narrow(leaf);
            self.join(leaf);
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
            self.refill(leaf, packed, ids);
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
    fn refill(&mut self, leaf: u32, packed: Leaf, ids: &[I]) {
        let own = &mut self.ids[leaf as usize];
        own.clear();
        own.reserve_exact(room_for_ids(&packed));
        own.extend_from_slice(ids);
        self.links[leaf as usize].reach = packed.latest_end();
        self.leaves[leaf as usize] = packed;
    }

    /// Gives up bits that what is left in a leaf does not need. Each time tried costs as much
    /// as an insertion or two, so that is when half as many are left as the last time.
    fn narrow(&mut self, leaf: u32) {
        let len = self.leaf(leaf).len();
        if len.is_power_of_two() && len <= joint(self.leaf(leaf).capacity()) / 2 {
            self.leaves[leaf as usize].narrow();
        }
    }

    /// Joins a leaf with a neighbour, if that has room; an empty one in any case. Where that left
    /// an eighth of all places vacant, everything is packed: so much has gone by then that it was
    /// worth a few steps for each.
    fn join(&mut self, leaf: u32) {
        let Link { previous, next, .. } = *self.link(leaf);
        let pairs = [(previous, leaf), (leaf, next)].into_iter();
        let mut pairs = pairs.filter(|&(left, right)| left != NONE && right != NONE);
        let joined = pairs.find_map(|(left, right)| Some((left, right, self.joined(left, right)?)));
        let Some((left, right, joined)) = joined else {
            return;
        };
        self.absorb(left, right, joined);
        if 8 * self.vacant.len() > self.leaves.len() {
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
        let roomy = |leaf: &Leaf| len <= joint(leaf.capacity());
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
        self.refill(left, joined, &ids.concat());
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
    pub(super) fn add_leaf(&mut self, leaf: Leaf, ids: &[I], previous: u32, next: u32) -> u32 {
        let mut own_ids = Vec::with_capacity(room_for_ids(&leaf));
        own_ids.extend_from_slice(ids);
        let link = Link {
            previous,
            next,
            taller: NONE,
            reach: leaf.latest_end(),
        };
        let number = if let Some(vacant) = self.vacant.pop() {
            self.leaves[vacant as usize] = leaf;
            self.links[vacant as usize] = link;
            self.ids[vacant as usize] = own_ids;
            vacant
        } else {
            push(&mut self.leaves, leaf);
            push(&mut self.links, link);
            push(&mut self.ids, own_ids);
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
}

/// As much as a leaf needs soon, and never more than for a full one.
fn room_for_ids(leaf: &Leaf) -> usize {
    (leaf.len() + SPARE_IDS).min(leaf.capacity())
}
