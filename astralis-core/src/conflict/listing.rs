use crate::conflict::chain::Chain;
use crate::conflict::leaf::Leaf;
use crate::conflict::packed::{BLOCK, Stretch};
use crate::conflict::tick::Question;
use crate::time::Interval;

/// What overlaps an interval, by start, end and id; see
/// [`Timeline::overlapping`](crate::conflict::Timeline::overlapping).
#[derive(Debug, Clone)]
pub struct Overlapping<'a, I> {
    // The leaf being read; none for somebody without any.
    leaf: Option<(&'a Leaf, &'a [I])>,
    // What is still to come of it: these blocks, …
    stretch: Stretch,
    // …and of the first of them these places, as bits.
    coming: u16,
    // The leaves after it: most questions are answered by one.
    rest: Option<Box<Rest<'a, I>>>,
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
    pub(super) fn nothing() -> Self {
        Self {
            leaf: None,
            stretch: Stretch::default(),
            coming: 0,
            rest: None,
        }
    }

    #[inline]
    pub(super) fn in_leaf(leaf: &'a Leaf, ids: &'a [I], question: &Question) -> Self {
        let stretch = leaf.stretch(question);
        Self {
            leaf: Some((leaf, ids)),
            stretch,
            coming: leaf.overlapping_in(stretch.from, &stretch),
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
            rest: Some(Box::new(rest)),
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
            if !self.turn_block() && !self.turn_leaf() {
                return;
            }
        }
    }

    /// Adds the ids of what is still to come in this block, and in those after it that lie inside
    /// the question as a whole.
    #[inline]
    fn take_ids(&mut self, found: &mut Vec<I>) {
        let Some((leaf, ids)) = self.leaf else { return };
        let counts = leaf.counts();
        let Stretch { from, to, .. } = self.stretch;
        let own = &ids[counts.before(from)..];
        let place = self.coming.trailing_zeros();
        let count = self.coming.count_ones() as usize;
        let is_run = u32::from(self.coming) == ((1 << count) - 1) << place;
        match own.get(place as usize..place as usize + BLOCK) {
            // Always as many, without a loop whose end no processor foresees; what is too much
            // goes again.
            Some(block) if is_run => {
                found.extend_from_slice(block);
                found.truncate(found.len() - BLOCK + count);
            }
            _ => found.extend(places(self.coming).map(|place| own[place])),
        }
        self.coming = 0;
        if from + 1 < to && leaf.begins_in(from + 1, &self.stretch) {
            found.extend_from_slice(&ids[counts.before(from + 1)..counts.before(to)]);
            self.stretch.from = to - 1;
        }
    }

    /// Goes on to the next block of the leaf; answers whether there was one.
    #[inline]
    fn turn_block(&mut self) -> bool {
        let Stretch { from, to, .. } = self.stretch;
        let Some((leaf, _)) = self.leaf.filter(|_| from < to) else {
            return false;
        };
        self.stretch.from += 1;
        self.coming = leaf.overlapping_in(self.stretch.from, &self.stretch);
        true
    }

    /// Goes on to the next leaf; answers whether there was one.
    #[inline]
    fn turn_leaf(&mut self) -> bool {
        let Some(rest) = &mut self.rest else {
            return false;
        };
        let Some(number) = rest.next() else {
            return false;
        };
        let (leaf, ids) = (rest.chain.leaf(number), rest.chain.ids(number));
        self.leaf = Some((leaf, ids));
        self.stretch = leaf.stretch(&rest.question);
        self.coming = leaf.overlapping_in(self.stretch.from, &self.stretch);
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
            if !self.turn_block() && !self.turn_leaf() {
                return None;
            }
        }
        let place = self.coming.trailing_zeros() as usize;
        self.coming &= self.coming - 1;
        let (leaf, ids) = self.leaf?;
        let id = ids[leaf.counts().before(self.stretch.from) + place];
        Some((leaf.interval_in(self.stretch.from, place), id))
    }
}

/// The places of the bits that are set, ascending.
fn places(mut bits: u16) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = bits.trailing_zeros() as usize;
        bits &= bits.checked_sub(1)?;
        Some(place)
    })
}
