use astralis_core::time::Interval;
use coitrees::{COITree, COITreeSortedQuerent, IntervalTree, SortedQuerent};

use crate::rivals::{Rival, Ticks};

/// A static tree in van Emde Boas order; with AVX2 it compares eight intervals at once.
///
/// Closed intervals of 32-bit numbers. It has no question for "any": counting is the nearest.
pub struct Coitrees(COITree<u32, u32>);

impl Rival for Coitrees {
    const NAME: &'static str = "coitrees";
    type Span = (i32, i32);

    fn span(interval: &Interval, ticks: Ticks) -> (i32, i32) {
        ticks.closed(interval)
    }

    fn load(entries: &[((i32, i32), u32)]) -> Self {
        let node =
            |((first, last), id): &((i32, i32), u32)| coitrees::Interval::new(*first, *last, *id);
        let nodes: Vec<_> = entries.iter().map(node).collect();
        Self(COITree::new(&nodes))
    }

    fn any_overlap(&self, (first, last): (i32, i32)) -> bool {
        self.0.query_count(first, last) > 0
    }

    fn overlapping(&self, (first, last): (i32, i32), found: &mut Vec<u32>) {
        self.0
            .query(first, last, |node| found.push(id(node.metadata)));
    }

    fn sweep(&self, ascending: &[(i32, i32)]) -> usize {
        let mut querent = COITreeSortedQuerent::new(&self.0);
        let taken = |(first, last): &&(i32, i32)| {
            let mut taken = false;
            querent.query(*first, *last, |_| taken = true);
            taken
        };
        ascending.iter().filter(taken).count()
    }
}

/// With SIMD its nodes hand out references, without it values.
fn id(metadata: impl std::borrow::Borrow<u32>) -> u32 {
    *metadata.borrow()
}
