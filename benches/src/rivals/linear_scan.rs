use astralis_core::time::Interval;

use crate::rivals::{Live, Rival, Ticks};

/// Looks at every interval: the naive way. Live.
pub struct LinearScan(Vec<((i64, i64), u32)>);

impl Rival for LinearScan {
    const NAME: &'static str = "linear scan";
    type Span = (i64, i64);

    fn span(interval: &Interval, _: Ticks) -> (i64, i64) {
        (interval.start_micros(), interval.end_micros())
    }

    fn load(entries: &[((i64, i64), u32)]) -> Self {
        Self(entries.to_vec())
    }

    fn any_overlap(&self, question: (i64, i64)) -> bool {
        self.0.iter().any(|(span, _)| overlap(*span, question))
    }

    fn overlapping(&self, question: (i64, i64), found: &mut Vec<u32>) {
        let overlapping = self.0.iter().filter(|(span, _)| overlap(*span, question));
        found.extend(overlapping.map(|(_, id)| *id));
    }
}

impl Live for LinearScan {
    fn insert(&mut self, span: (i64, i64), id: u32) {
        self.0.push((span, id));
    }

    fn remove(&mut self, span: (i64, i64), id: u32) {
        let place = self.0.iter().position(|entry| *entry == (span, id));
        self.0.swap_remove(place.expect("what is removed is there"));
    }
}

const fn overlap((start, end): (i64, i64), (other_start, other_end): (i64, i64)) -> bool {
    start < other_end && other_start < end
}
