use std::ops::Range;

use astralis_core::time::Interval;
use rangemap::RangeMap;

use crate::rivals::{Live, Rival, Ticks};

/// A `BTreeMap` of disjoint ranges. Live.
///
/// What is inserted overwrites what it overlaps, so that it is only asked where nothing does.
pub struct Rangemap(RangeMap<i64, u32>);

impl Rival for Rangemap {
    const NAME: &'static str = "rangemap";
    type Span = (i64, i64);

    fn span(interval: &Interval, _: Ticks) -> (i64, i64) {
        (interval.start_micros(), interval.end_micros())
    }

    fn load(entries: &[((i64, i64), u32)]) -> Self {
        Self(
            entries
                .iter()
                .map(|(span, id)| (range(*span), *id))
                .collect(),
        )
    }

    fn any_overlap(&self, question: (i64, i64)) -> bool {
        self.0.overlaps(&range(question))
    }

    fn overlapping(&self, question: (i64, i64), found: &mut Vec<u32>) {
        found.extend(self.0.overlapping(range(question)).map(|(_, id)| *id));
    }
}

impl Live for Rangemap {
    fn insert(&mut self, span: (i64, i64), id: u32) {
        self.0.insert(range(span), id);
    }

    fn remove(&mut self, span: (i64, i64), _: u32) {
        self.0.remove(range(span));
    }
}

fn range((start, end): (i64, i64)) -> Range<i64> {
    start..end
}
