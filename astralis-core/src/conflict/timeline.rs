use chrono::{DateTime, TimeDelta, Utc};

use crate::conflict::chain::Chain;
use crate::conflict::leaf::Leaf;
use crate::conflict::small::Small;
use crate::conflict::tick::Question;
use crate::conflict::{Cursor, Overlapping};
use crate::time::Interval;

/// One subject of a [`ConflictIndex`](crate::conflict::ConflictIndex), looked up once for many
/// questions.
///
/// `n` below is the number of the subject's intervals.
///
/// ```
/// # use astralis_core::{conflict::ConflictIndex, time::Interval};
/// let mut index = ConflictIndex::new();
/// let morning: Interval = "2026-03-02T08:00Z/2026-03-02T12:00Z".parse()?;
/// let lunch: Interval = "2026-03-02T12:00Z/2026-03-02T13:00Z".parse()?;
/// index.insert("ada", morning, 1);
/// let ada = index.timeline(&"ada");
/// assert!(!ada.is_free(&morning));
/// assert!(ada.is_free(&lunch)); // Touching is not overlapping.
/// # Ok::<(), astralis_core::time::IntervalError>(())
/// ```
#[derive(Debug)]
pub struct Timeline<'a, I> {
    form: Form<'a, I>,
}

#[derive(Debug)]
enum Form<'a, I> {
    /// Nothing is recorded.
    Empty,
    /// No more than fits into one leaf.
    Small(&'a Small<I>),
    Large(&'a Chain<I>),
}

impl<I> Clone for Timeline<'_, I> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<I> Copy for Timeline<'_, I> {}

impl<I> Clone for Form<'_, I> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<I> Copy for Form<'_, I> {}

impl<'a, I: Copy + Ord> Timeline<'a, I> {
    /// Of somebody who is always free.
    pub(super) const fn empty() -> Self {
        Self { form: Form::Empty }
    }

    #[inline]
    pub(super) const fn small(small: &'a Small<I>) -> Self {
        Self {
            form: Form::Small(small),
        }
    }

    #[inline]
    pub(super) const fn large(chain: &'a Chain<I>) -> Self {
        Self {
            form: Form::Large(chain),
        }
    }

    /// Whether the subject is free for all of `interval`.
    ///
    /// Three cache lines where bounds are whole minutes, whatever the lengths of the intervals are:
    /// the bucket of a grid, and two of a leaf; four lines in seconds, six in microseconds. Where
    /// starts crowd, at most 13 grids and eight leaves more, whatever `n` is.
    #[must_use]
    #[inline]
    pub fn is_free(&self, interval: &Interval) -> bool {
        let question = Question::new(interval);
        self.leaf_of(&question)
            .is_none_or(|leaf| !leaf.is_taken(&question))
    }

    /// The leaf that decides about a question.
    #[inline]
    pub(super) fn leaf_of(&self, question: &Question) -> Option<&'a Leaf> {
        match self.form {
            Form::Empty => None,
            Form::Small(small) => Some(small.leaf()),
            Form::Large(chain) => Some(chain.leaf(chain.leaf_at(question.last.micros))),
        }
    }

    /// The leaf that `instant` falls into, and the floor of the next one.
    pub(super) fn leaf_at(&self, instant: i64) -> Option<(&'a Leaf, i64)> {
        match self.form {
            Form::Empty => None,
            Form::Small(small) => Some((small.leaf(), i64::MAX)),
            Form::Large(chain) => {
                let leaf = chain.leaf_at(instant);
                Some((chain.leaf(leaf), chain.floor_or_end(chain.next(leaf))))
            }
        }
    }

    /// What takes the subject within `interval`; by start, end and id.
    ///
    /// As much as [`is_free`](Self::is_free), and one step for each leaf of up to 112 intervals that
    /// something found lies in. Between those, leaves are stepped over by strides, from one to the
    /// nearest that reaches farther: `O(n / 112)` at worst, one step past a single long interval.
    #[inline]
    pub fn overlapping(&self, interval: Interval) -> Overlapping<'a, I> {
        match self.form {
            Form::Empty => Overlapping::nothing(interval),
            Form::Small(small) => Overlapping::in_leaf(small.leaf(), small.ids(), interval),
            Form::Large(chain) => Overlapping::in_chain(chain, interval),
        }
    }

    /// The earliest start from `from` on at which the subject is free for `at_least`; `None` if it
    /// would lie beyond representable time. An `at_least` under one microsecond counts as one.
    ///
    /// As much as [`is_free`](Self::is_free), and `O(k)` for `k` intervals that are passed on the way.
    #[must_use]
    pub fn next_gap(&self, from: DateTime<Utc>, at_least: TimeDelta) -> Option<DateTime<Utc>> {
        // What is finer than a microsecond is rounded away from a wrong answer: up.
        let finer = |nanoseconds: i64| i64::from(nanoseconds % 1000 > 0);
        let from = from.timestamp_micros() + finer(from.timestamp_subsec_nanos().into());
        let at_least = at_least.num_microseconds()? + finer(at_least.subsec_nanos().into());
        let at_least = at_least.max(1);
        let gap = self.gap_from(from, at_least);
        let interval = Interval::from_micros(gap, gap.checked_add(at_least)?)?;
        Some(interval.start())
    }

    /// The first instant from `from` on that is followed by `at_least` free microseconds.
    fn gap_from(&self, from: i64, at_least: i64) -> i64 {
        let mut gap = from;
        let mut at = from;
        while let Some((leaf, next_floor)) = self.leaf_at(at) {
            gap = gap.max(leaf.latest_end_before(at + 1));
            for next in leaf.starting_before(at + 1)..leaf.len() {
                let next = leaf.interval(next);
                if next.start_micros().saturating_sub(gap) >= at_least {
                    return gap;
                }
                gap = gap.max(next.end_micros());
            }
            if next_floor == i64::MAX || next_floor.saturating_sub(gap) >= at_least {
                break;
            }
            at = next_floor.max(gap);
        }
        gap
    }

    /// A cursor for ascending questions. `O(1)`.
    #[must_use]
    pub const fn cursor(&self) -> Cursor<'a, I> {
        Cursor::new(*self)
    }

    /// Everything recorded; by start, end and id. `O(n)` for all of it.
    pub fn iter(&self) -> impl Iterator<Item = (Interval, I)> + use<'a, I> {
        let small = match self.form {
            Form::Small(small) => Some(small.entries()),
            Form::Empty | Form::Large(_) => None,
        };
        let large = match self.form {
            Form::Large(chain) => Some(chain.entries()),
            Form::Empty | Form::Small(_) => None,
        };
        small
            .into_iter()
            .flatten()
            .chain(large.into_iter().flatten())
    }

    /// How many intervals are recorded. `O(1)`.
    #[must_use]
    pub fn len(&self) -> usize {
        match self.form {
            Form::Empty => 0,
            Form::Small(small) => small.ids().len(),
            Form::Large(chain) => chain.len(),
        }
    }

    /// Whether nothing is recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
