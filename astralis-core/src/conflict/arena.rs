use crate::conflict::Timeline;
use crate::conflict::chain::Chain;
use crate::conflict::leaf::{Insertion, MOST};
use crate::conflict::slab::Slab;
use crate::conflict::small::Small;
use crate::time::Interval;

/// Where the intervals of a subject are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    Small(u32),
    Large(u32),
}

/// The intervals of all subjects: of those who have few, in one piece of memory.
#[derive(Debug, Clone)]
pub(super) struct Arena<I> {
    small: Slab<Small<I>>,
    large: Slab<Chain<I>>,
}

/// A subject with this few intervals left becomes small again, if they take half a leaf at most.
const FEW: usize = MOST / 2;

impl<I> Default for Arena<I> {
    fn default() -> Self {
        Self {
            small: Slab::default(),
            large: Slab::default(),
        }
    }
}

impl<I: Copy + Ord> Arena<I> {
    /// Takes the intervals of one more subject: at least one, in order and without repetition.
    pub(super) fn add(&mut self, entries: &[(Interval, I)]) -> Place {
        match Small::load(entries) {
            Some(small) => Place::Small(self.small.add(small)),
            None => Place::Large(self.large.add(Chain::load(entries))),
        }
    }

    #[inline]
    pub(super) fn timeline(&self, place: Place) -> Timeline<'_, I> {
        match place {
            Place::Small(number) => Timeline::small(self.small.get(number)),
            Place::Large(number) => Timeline::large(self.large.get(number)),
        }
    }

    /// Whether the entry was new. The subject gets another place if there is no room in its own.
    pub(super) fn insert(&mut self, place: &mut Place, interval: Interval, id: I) -> bool {
        let number = match *place {
            Place::Large(number) => return self.large.get_mut(number).insert(interval, id),
            Place::Small(number) => number,
        };
        match self.small.get_mut(number).insert(&interval, id) {
            Insertion::Done => true,
            Insertion::Known => false,
            Insertion::NoRoom(at) => {
                let mut entries: Vec<_> = self.small.take(number).entries().collect();
                entries.insert(at, (interval, id));
                *place = Place::Large(self.large.add(Chain::load(&entries)));
                true
            }
        }
    }

    /// Whether the entry was there. The subject gets another place if it has few left; that must
    /// be [given back](Self::vacate) if it has none.
    pub(super) fn remove(&mut self, place: &mut Place, interval: Interval, id: I) -> bool {
        let number = match *place {
            Place::Small(number) => return self.small.get_mut(number).remove(&interval, id),
            Place::Large(number) => number,
        };
        let chain = self.large.get_mut(number);
        let removed = chain.remove(interval, id);
        if removed && chain.len() <= FEW {
            let entries: Vec<_> = chain.entries().collect();
            // With as much room again: it must not grow large by the next insertion.
            let small = Small::load(&entries).filter(|small| 2 * entries.len() <= small.room());
            if let Some(small) = small {
                self.large.take(number);
                *place = Place::Small(self.small.add(small));
            }
        }
        removed
    }

    /// Forgets a subject.
    pub(super) fn vacate(&mut self, place: Place) {
        match place {
            Place::Small(number) => drop(self.small.take(number)),
            Place::Large(number) => drop(self.large.take(number)),
        }
    }

    /// Whether most of the memory is vacant, so that [packing](Self::pack) pays if there are
    /// `count` places.
    #[inline]
    pub(super) const fn is_hollow(&self, count: usize) -> bool {
        self.small.is_hollow(count) || self.large.is_hollow(count)
    }

    /// Gives vacant memory back; `places` are those of all subjects.
    #[cold]
    pub(super) fn pack<'a>(&mut self, places: impl Iterator<Item = &'a mut Place>) {
        let (mut small, mut large) = (Vec::new(), Vec::new());
        for place in places {
            match place {
                Place::Small(number) => small.push(number),
                Place::Large(number) => large.push(number),
            }
        }
        self.small.pack(small.into_iter());
        self.large.pack(large.into_iter());
    }

    /// How many small and large subjects there is memory for.
    #[cfg(test)]
    pub(super) const fn rooms(&self) -> (usize, usize) {
        (self.small.len(), self.large.len())
    }
}
