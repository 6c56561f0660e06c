use crate::conflict::chain::Chain;
use crate::conflict::leaf::{Leaf, Question};
use crate::time::Interval;

/// What overlaps an interval, by start, end and id; see
/// [`Timeline::overlapping`](crate::conflict::Timeline::overlapping).
#[derive(Debug, Clone)]
pub struct Overlapping<'a, I> {
    // The leaf being read, …
    leaf: Option<(&'a Leaf, &'a [I])>,
    // …which of its intervals are still to come, as bits by position, …
    coming: u64,
    // …and the leaves after it: most questions are answered by one.
    rest: Option<Box<Rest<'a, I>>>,
}

#[derive(Debug, Clone)]
struct Rest<'a, I> {
    question: Question,
    chain: &'a Chain<I>,
    // The next one last.
    leaves: Vec<u32>,
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
        let last = chain.leaf_at(question.end - 1);
        match chain.reaching_before(last, question.start) {
            None => Self::in_leaf(chain.leaf(last), chain.ids(last), question),
            Some(earlier) => Self::in_leaves(chain, question, earlier, last),
        }
    }

    fn in_leaves(chain: &'a Chain<I>, question: &Question, earlier: u32, last: u32) -> Self {
        let mut first = earlier;
        let mut leaves = vec![last];
        while let Some(earlier) = chain.reaching_before(first, question.start) {
            leaves.push(first);
            first = earlier;
        }
        let rest = Rest {
            question: *question,
            chain,
            leaves,
        };
        let first = Self::in_leaf(chain.leaf(first), chain.ids(first), question);
        Self {
            rest: Some(Box::new(rest)),
            ..first
        }
    }

    /// Goes on to the next leaf; answers whether there was one.
    fn turn(&mut self) -> bool {
        let Some(rest) = &mut self.rest else {
            return false;
        };
        let Some(leaf) = rest.leaves.pop() else {
            return false;
        };
        self.leaf = Some((rest.chain.leaf(leaf), rest.chain.ids(leaf)));
        self.coming = rest.chain.leaf(leaf).overlapping(&rest.question);
        true
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
