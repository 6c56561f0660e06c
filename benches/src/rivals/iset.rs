use std::ops::Range;

use astralis_core::time::Interval;
use iset::IntervalMap;

use crate::rivals::{Live, Rival, Ticks};

/// A red-black tree that keeps the hull of each subtree. Live.
///
/// Its plain `insert` replaces what has an equal range, so that equal meetings need
/// `force_insert` and `remove_where`.
pub struct Iset(IntervalMap<i64, u32>);

impl Rival for Iset {
    const NAME: &'static str = "iset";
    type Span = (i64, i64);

    fn span(interval: &Interval, _: Ticks) -> (i64, i64) {
        (interval.start_micros(), interval.end_micros())
    }

    fn load(entries: &[((i64, i64), u32)]) -> Self {
        if entries.is_sorted_by(|(one, _), (next, _)| one < next) {
            let entries = entries.iter().map(|(span, id)| (range(*span), *id));
            return Self(IntervalMap::from_sorted(entries));
        }
        let mut map = IntervalMap::with_capacity(entries.len());
        for (span, id) in entries {
            map.force_insert(range(*span), *id);
        }
        Self(map)
    }

    fn any_overlap(&self, question: (i64, i64)) -> bool {
        self.0.has_overlap(range(question))
    }

    fn overlapping(&self, question: (i64, i64), found: &mut Vec<u32>) {
        found.extend(self.0.values(range(question)));
    }
}

impl Live for Iset {
    fn insert(&mut self, span: (i64, i64), id: u32) {
        self.0.force_insert(range(span), id);
    }

    fn remove(&mut self, span: (i64, i64), id: u32) {
        let removed = self.0.remove_where(range(span), |each| *each == id);
        assert_eq!(removed, Some(id));
    }
}

fn range((start, end): (i64, i64)) -> Range<i64> {
    start..end
}
