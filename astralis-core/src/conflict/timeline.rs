use chrono::{DateTime, TimeDelta, Utc};

use crate::conflict::chain::{Chain, position};
use crate::conflict::leaf::{Leaf, Question};
use crate::conflict::packed::CAPACITY;
use crate::conflict::{Cursor, Overlapping};
use crate::time::Interval;

/// The intervals at which one subject is taken, each with an id: live, and ordered by start, end
/// and id.
///
/// Intervals may overlap, and equal ones with different ids stand side by side. `n` below is
/// their number.
///
/// ```
/// # use astralis_core::{conflict::Timeline, time::Interval};
/// let mut room = Timeline::new();
/// let morning: Interval = "2026-03-02T08:00Z/2026-03-02T12:00Z".parse()?;
/// let lunch: Interval = "2026-03-02T12:00Z/2026-03-02T13:00Z".parse()?;
/// room.insert(morning, 1);
/// assert!(!room.is_free(&morning));
/// assert!(room.is_free(&lunch)); // Touching is not overlapping.
/// # Ok::<(), astralis_core::time::IntervalError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Timeline<I> {
    form: Form<I>,
}

#[derive(Debug, Clone)]
enum Form<I> {
    Empty,
    /// No more than fit into one leaf.
    Small(Box<Small<I>>),
    Large(Box<Chain<I>>),
}

#[derive(Debug, Clone)]
struct Small<I> {
    leaf: Leaf,
    ids: Vec<I>,
}

/// Where a cursor looks for leaves.
#[derive(Debug, Clone, Copy)]
pub(super) enum Leaves<'a, I> {
    None,
    One(&'a Leaf),
    Many(&'a Chain<I>),
}

impl<'a, I: Copy + Ord> Leaves<'a, I> {
    /// The leaf that `instant` falls into, and the floor of the next one.
    pub(super) fn at(&self, instant: i64) -> Option<(&'a Leaf, i64)> {
        match self {
            Self::None => None,
            Self::One(leaf) => Some((leaf, i64::MAX)),
            Self::Many(chain) => {
                let leaf = chain.leaf_at(instant);
                Some((chain.leaf(leaf), chain.floor_or_end(chain.next(leaf))))
            }
        }
    }
}

impl<I> Default for Timeline<I> {
    fn default() -> Self {
        Self { form: Form::Empty }
    }
}

impl<I: Copy + Ord> Timeline<I> {
    /// A subject that is always free.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Records an interval. Answers whether that was new: the same interval with the same id is
    /// recorded once.
    ///
    /// `O(log n)`, and one step for each 64 of the intervals that start beneath it, if it reaches
    /// farther than all of those.
    pub fn insert(&mut self, interval: Interval, id: I) -> bool {
        match &mut self.form {
            Form::Empty => {
                let leaf = Leaf::pack(i64::MIN, &[interval]);
                self.form = Form::Small(Box::new(Small {
                    leaf,
                    ids: vec![id],
                }));
                true
            }
            Form::Small(small) => match position(&small.leaf, &small.ids, interval, id) {
                Ok(_) => false,
                Err(at) if small.ids.len() == CAPACITY => {
                    let mut entries: Vec<_> = small.entries().collect();
                    entries.insert(at, (interval, id));
                    self.form = Form::Large(Box::new(Chain::load(&entries)));
                    true
                }
                Err(at) => {
                    small.leaf.insert(at, &interval);
                    small.ids.insert(at, id);
                    true
                }
            },
            Form::Large(chain) => chain.insert(interval, id),
        }
    }

    /// Removes what was inserted. Answers whether it was there.
    ///
    /// Costs as much as [`insert`](Self::insert).
    pub fn remove(&mut self, interval: Interval, id: I) -> bool {
        match &mut self.form {
            Form::Empty => false,
            Form::Small(small) => match position(&small.leaf, &small.ids, interval, id) {
                Ok(at) => {
                    small.leaf.remove(at);
                    small.ids.remove(at);
                    if small.ids.is_empty() {
                        self.form = Form::Empty;
                    }
                    true
                }
                Err(_) => false,
            },
            Form::Large(chain) => {
                let removed = chain.remove(interval, id);
                if chain.len() <= CAPACITY / 2 {
                    *self = Self::load(&chain.entries().collect::<Vec<_>>());
                }
                removed
            }
        }
    }

    /// Moves what was inserted to another time. Answers whether it was there; if not, nothing
    /// changes.
    ///
    /// Costs as much as [`remove`](Self::remove) and [`insert`](Self::insert).
    pub fn relocate(&mut self, from: Interval, to: Interval, id: I) -> bool {
        let found = self.remove(from, id);
        if found {
            self.insert(to, id);
        }
        found
    }

    /// Whether the subject is free for all of `interval`.
    ///
    /// The same few cache lines whatever `n` is, and whatever the lengths of the intervals are.
    #[must_use]
    #[inline]
    pub fn is_free(&self, interval: &Interval) -> bool {
        !self.is_taken(&Question::new(interval))
    }

    #[inline]
    pub(super) fn is_taken(&self, question: &Question) -> bool {
        match &self.form {
            Form::Empty => false,
            Form::Small(small) => small.leaf.is_taken(question),
            Form::Large(chain) => chain.is_taken(question),
        }
    }

    /// What takes the subject within `interval`; by start, end and id.
    #[inline]
    pub fn overlapping(&self, interval: Interval) -> Overlapping<'_, I> {
        let question = Question::new(&interval);
        match &self.form {
            Form::Empty => Overlapping::nothing(),
            Form::Small(small) => Overlapping::in_leaf(&small.leaf, &small.ids, &question),
            Form::Large(chain) => Overlapping::in_chain(chain, &question),
        }
    }

    /// The earliest start from `from` on at which the subject is free for `at_least`; `None` if it
    /// would lie beyond representable time. An `at_least` under one microsecond counts as one.
    ///
    /// `O(log n + k)` for `k` intervals that are passed on the way.
    #[must_use]
    pub fn next_gap(&self, from: DateTime<Utc>, at_least: TimeDelta) -> Option<DateTime<Utc>> {
        let at_least = at_least.num_microseconds()?.max(1);
        let gap = self.gap_from(from.timestamp_micros(), at_least);
        let interval = Interval::from_micros(gap, gap.checked_add(at_least)?)?;
        Some(interval.start())
    }

    /// The first instant from `from` on that is followed by `at_least` free microseconds.
    fn gap_from(&self, from: i64, at_least: i64) -> i64 {
        let mut gap = from;
        let leaves = self.leaves();
        let mut at = from;
        while let Some((leaf, next_floor)) = leaves.at(at) {
            gap = gap.max(leaf.latest_end_before(at + 1));
            for next in leaf.starting_before(at + 1)..leaf.len() {
                if leaf.start(next).saturating_sub(gap) >= at_least {
                    return gap;
                }
                gap = gap.max(leaf.end(next));
            }
            if next_floor == i64::MAX || next_floor.saturating_sub(gap) >= at_least {
                break;
            }
            at = next_floor.max(gap);
        }
        gap
    }

    /// A cursor for ascending questions.
    #[must_use]
    pub const fn cursor(&self) -> Cursor<'_, I> {
        Cursor::new(self.leaves())
    }

    /// Everything recorded; by start, end and id.
    pub fn iter(&self) -> impl Iterator<Item = (Interval, I)> + '_ {
        let small = match &self.form {
            Form::Small(small) => Some(small.entries()),
            Form::Empty | Form::Large(_) => None,
        };
        let large = match &self.form {
            Form::Large(chain) => Some(chain.entries()),
            Form::Empty | Form::Small(_) => None,
        };
        small
            .into_iter()
            .flatten()
            .chain(large.into_iter().flatten())
    }

    /// How many intervals are recorded.
    #[must_use]
    pub const fn len(&self) -> usize {
        match &self.form {
            Form::Empty => 0,
            Form::Small(small) => small.ids.len(),
            Form::Large(chain) => chain.len(),
        }
    }

    /// Whether nothing is recorded.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Of entries in order and without repetition.
    fn load(entries: &[(Interval, I)]) -> Self {
        let form = match entries.len() {
            0 => Form::Empty,
            1..=CAPACITY => Form::Small(Box::new(Small::load(entries))),
            _ => Form::Large(Box::new(Chain::load(entries))),
        };
        Self { form }
    }

    const fn leaves(&self) -> Leaves<'_, I> {
        match &self.form {
            Form::Empty => Leaves::None,
            Form::Small(small) => Leaves::One(&small.leaf),
            Form::Large(chain) => Leaves::Many(chain),
        }
    }
}

impl<I: Copy> Small<I> {
    fn load(entries: &[(Interval, I)]) -> Self {
        let (intervals, ids): (Vec<_>, _) = entries.iter().copied().unzip();
        Self {
            leaf: Leaf::pack(i64::MIN, &intervals),
            ids,
        }
    }

    fn entries(&self) -> impl Iterator<Item = (Interval, I)> + '_ {
        self.leaf.intervals().zip(self.ids.iter().copied())
    }
}

impl<I: Copy + Ord> FromIterator<(Interval, I)> for Timeline<I> {
    /// Loads in bulk: `O(n log n)`, in whatever order; `O(n)` if in order already.
    fn from_iter<T: IntoIterator<Item = (Interval, I)>>(entries: T) -> Self {
        let mut entries: Vec<_> = entries.into_iter().collect();
        entries.sort_unstable();
        entries.dedup();
        Self::load(&entries)
    }
}
