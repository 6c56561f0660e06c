use crate::conflict::chain::Chain;
use crate::conflict::leaf::Leaf;
use crate::conflict::tick::Question;
use crate::time::Interval;

/// So many ids next to each other are copied at once.
const LONG: usize = 12;

/// What overlaps an interval, by start, end and id; see
/// [`Timeline::overlapping`](crate::conflict::Timeline::overlapping).
#[derive(Debug, Clone)]
pub struct Overlapping<'a, I> {
    // The leaf being read, …
    leaf: Option<(&'a Leaf, &'a [I])>,
    // …which of its intervals are still to come, as bits by position, …
    coming: u128,
    // …and the leaves after it: most questions are answered by one.
    rest: Option<Rest<'a, I>>,
}

#[derive(Debug, Clone)]
struct Rest<'a, I> {
    question: Question,
    chain: &'a Chain<I>,
    // The leaf being read and the last one of its run of neighbours.
    run: (u32, u32),
    // Runs after it, the next one last: what lies between two of them ends too early.
    runs: Vec<(u32, u32)>,
}

impl<'a, I: Copy + Ord> Overlapping<'a, I> {
    pub(super) const fn nothing() -> Self {
        Self {
            leaf: None,
            coming: 0,
            rest: None,
        }
    }

    #[inline]
    pub(super) fn in_leaf(leaf: &'a Leaf, ids: &'a [I], question: &Question) -> Self {
        Self {
            leaf: Some((leaf, ids)),
            coming: leaf.overlapping(question),
            rest: None,
        }
    }

    #[inline]
    pub(super) fn in_chain(chain: &'a Chain<I>, question: &Question) -> Self {
        let last = chain.leaf_at(question.last.micros);
        match chain.reaching_before(last, question.first.micros) {
            None => Self::in_leaf(chain.leaf(last), chain.ids(last), question),
            Some(_) => Self::in_leaves(chain, question, last),
        }
    }

    fn in_leaves(chain: &'a Chain<I>, question: &Question, last: u32) -> Self {
        let mut run = (last, last);
        let mut runs = Vec::new();
        while let Some(earlier) = chain.reaching_before(run.0, question.first.micros) {
            if chain.next(earlier) == Some(run.0) {
                run.0 = earlier;
            } else {
                runs.push(run);
                run = (earlier, earlier);
            }
        }
        let rest = Rest {
            question: *question,
            chain,
            run,
            runs,
        };
        let first = Self::in_leaf(chain.leaf(run.0), chain.ids(run.0), question);
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
        loop {
            self.take_ids(found);
            if !self.turn() {
                return;
            }
        }
    }

    /// Adds the ids of what is still to come in this leaf.
    #[inline]
    fn take_ids(&mut self, found: &mut Vec<I>) {
        let Some((_, ids)) = self.leaf else { return };
        let first = self.coming.trailing_zeros() as usize;
        let count = self.coming.count_ones() as usize;
        if count >= LONG && self.coming >> first == u128::MAX >> (u128::BITS as usize - count) {
            found.extend_from_slice(&ids[first..first + count]);
            self.coming = 0;
        }
        while self.coming != 0 {
            found.push(ids[self.coming.trailing_zeros() as usize]);
            self.coming &= self.coming - 1;
        }
    }

    /// Goes on to the next leaf; answers whether there was one.
    fn turn(&mut self) -> bool {
        let Some(rest) = &mut self.rest else {
            return false;
        };
        let Some(number) = rest.next() else {
            return false;
        };
        let leaf = rest.chain.leaf(number);
        self.leaf = Some((leaf, rest.chain.ids(number)));
        // All that starts in a leaf between the first and the last starts inside the question.
        let is_last = rest.run == (number, number) && rest.runs.is_empty();
        self.coming = if rest.question.first.micros <= leaf.floor() && !is_last {
            u128::MAX >> (u128::BITS as usize - leaf.len())
        } else {
            leaf.overlapping(&rest.question)
        };
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
        while self.coming == 0 {
            if !self.turn() {
                return None;
            }
        }
        let at = self.coming.trailing_zeros() as usize;
        self.coming &= self.coming - 1;
        let (leaf, ids) = self.leaf?;
        Some((leaf.interval(at), ids[at]))
    }
}
