use crate::conflict::chain::Chain;
use crate::conflict::leaf::Leaf;
use crate::conflict::packed::Stretch;
use crate::conflict::tick::Question;
use crate::time::Interval;

/// What overlaps an interval, by start, end and id; see
/// [`Timeline::overlapping`](crate::conflict::Timeline::overlapping).
#[derive(Debug, Clone)]
pub struct Overlapping<'a, I> {
    interval: Interval,
    // The leaf being read; none for somebody without any.
    leaf: Option<(&'a Leaf, &'a [I])>,
    // How far it was read; `None` if not at all yet.
    reading: Option<Stretch>,
    // The leaves after it: most questions are answered by one.
    rest: Option<Rest<'a, I>>,
}

#[derive(Debug, Clone)]
struct Rest<'a, I> {
    chain: &'a Chain<I>,
    // The leaf being read and the last one of its run of neighbours.
    run: (u32, u32),
    runs: Runs,
}

/// Runs of leaves, the next one last: what lies between two of them ends too early. There are
/// seldom more than two, and so the next one has a place that needs no memory from elsewhere.
#[derive(Debug, Clone, Default)]
struct Runs {
    next: Option<(u32, u32)>,
    others: Vec<(u32, u32)>,
}

impl Runs {
    fn push(&mut self, run: (u32, u32)) {
        self.others.extend(self.next.replace(run));
    }

    fn pop(&mut self) -> Option<(u32, u32)> {
        std::mem::replace(&mut self.next, self.others.pop())
    }
}

impl<'a, I: Copy + Ord> Overlapping<'a, I> {
    pub(super) const fn nothing(interval: Interval) -> Self {
        Self {
            interval,
            leaf: None,
            reading: None,
            rest: None,
        }
    }

    #[inline]
    pub(super) const fn in_leaf(leaf: &'a Leaf, ids: &'a [I], interval: Interval) -> Self {
        Self {
            interval,
            leaf: Some((leaf, ids)),
            reading: None,
            rest: None,
        }
    }

    #[inline]
    pub(super) fn in_chain(chain: &'a Chain<I>, interval: Interval) -> Self {
        let last = chain.leaf_at(interval.end_micros() - 1);
        match chain.reaching_before(last, interval.start_micros()) {
            None => Self::in_leaf(chain.leaf(last), chain.ids(last), interval),
            Some(_) => Self::in_leaves(chain, interval, last),
        }
    }

    fn in_leaves(chain: &'a Chain<I>, interval: Interval, last: u32) -> Self {
        let mut run = (last, last);
        let mut runs = Runs::default();
        while let Some(earlier) = chain.reaching_before(run.0, interval.start_micros()) {
            if chain.next(earlier) == Some(run.0) {
                run.0 = earlier;
            } else {
                runs.push(run);
                run = (earlier, earlier);
            }
        }
        let rest = Rest { chain, run, runs };
        let first = Self::in_leaf(chain.leaf(run.0), chain.ids(run.0), interval);
        Self {
            rest: Some(rest),
            ..first
        }
    }

    /// Adds the ids of all that is still to come to `found`, in order: many at a time, and without
    /// reading the intervals that they belong to. `O(k)` for `k` ids, where runs of them are copied.
    ///
    /// ```
    /// # use astralis_core::{conflict::ConflictIndex, time::Interval};
    /// let morning: Interval = "2026-03-02T08:00Z/2026-03-02T12:00Z".parse()?;
    /// let index: ConflictIndex<_, _> = (0..3).map(|id| ("ada", morning, id)).collect();
    /// let mut found = Vec::new();
    /// index.overlapping(&"ada", morning).ids_into(&mut found);
    /// assert_eq!(found, [0, 1, 2]);
    /// # Ok::<(), astralis_core::time::IntervalError>(())
    /// ```
    #[inline]
    pub fn ids_into(mut self, found: &mut Vec<I>) {
        if self.reading.is_some() {
            while let Some((_, id)) = self.next_here() {
                found.push(id);
            }
            if !self.turn() {
                return;
            }
        }
        while let Some((leaf, ids)) = self.leaf {
            leaf.ids_into(&Question::new(&self.interval), ids, found);
            if !self.turn() {
                return;
            }
        }
    }

    /// The next interval in this leaf.
    #[inline]
    fn next_here(&mut self) -> Option<(Interval, I)> {
        let (leaf, ids) = self.leaf?;
        let interval = &self.interval;
        let reading = self
            .reading
            .get_or_insert_with(|| leaf.stretch(&Question::new(interval)));
        let (position, interval) = leaf.next_in(reading)?;
        Some((interval, ids[position]))
    }

    /// Goes on to the next leaf; answers whether there was one.
    #[inline]
    fn turn(&mut self) -> bool {
        let Some(rest) = &mut self.rest else {
            return false;
        };
        let Some(number) = rest.next() else {
            return false;
        };
        self.leaf = Some((rest.chain.leaf(number), rest.chain.ids(number)));
        self.reading = None;
        true
    }
}

impl<I: Copy + Ord> Rest<'_, I> {
    /// The next leaf.
    fn next(&mut self) -> Option<u32> {
        let (read, last) = self.run;
        if read == last {
            self.run = self.runs.pop()?;
        } else {
            self.run.0 = self.chain.next(read)?;
        }
        Some(self.run.0)
    }
}

impl<I: Copy + Ord> Iterator for Overlapping<'_, I> {
    type Item = (Interval, I);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let next = self.next_here();
            if next.is_some() {
                return next;
            }
            if !self.turn() {
                return None;
            }
        }
    }
}
