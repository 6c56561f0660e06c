use std::collections::BTreeMap;

use astralis_core::time::Interval;

use crate::rivals::{Live, Rival, Ticks};

/// What the standard library offers: ends by start and id. Live.
///
/// What began before a question may still reach into it, so that it looks back as far as the
/// longest interval it ever held.
pub struct StartMap {
    ends: BTreeMap<(i64, u32), i64>,
    longest: i64,
}

impl Rival for StartMap {
    const NAME: &'static str = "BTreeMap";
    type Span = (i64, i64);

    fn span(interval: &Interval, _: Ticks) -> (i64, i64) {
        (interval.start_micros(), interval.end_micros())
    }

    fn load(entries: &[((i64, i64), u32)]) -> Self {
        let lengths = entries.iter().map(|((start, end), _)| end - start);
        let ends = entries
            .iter()
            .map(|((start, end), id)| ((*start, *id), *end));
        Self {
            longest: lengths.max().unwrap_or(0),
            ends: ends.collect(),
        }
    }

    fn any_overlap(&self, (start, end): (i64, i64)) -> bool {
        let candidates = self.ends.range((start - self.longest, 0)..(end, 0));
        candidates.rev().any(|(_, other_end)| *other_end > start)
    }

    fn overlapping(&self, (start, end): (i64, i64), found: &mut Vec<u32>) {
        let candidates = self.ends.range((start - self.longest, 0)..(end, 0));
        let overlapping = candidates.filter(|(_, other_end)| **other_end > start);
        found.extend(overlapping.map(|((_, id), _)| *id));
    }
}

impl Live for StartMap {
    fn insert(&mut self, (start, end): (i64, i64), id: u32) {
        self.longest = self.longest.max(end - start);
        self.ends.insert((start, id), end);
    }

    fn remove(&mut self, (start, end): (i64, i64), id: u32) {
        assert_eq!(self.ends.remove(&(start, id)), Some(end));
    }
}
