use astralis_core::time::Interval;

use crate::rivals::{Rival, Ticks};

/// A sorted `Vec`, and beside each interval the latest end so far: one binary search for "any",
/// however long single intervals are.
pub struct PrefixMaximum {
    starts: Vec<i64>,
    // The greatest end among those up to the same place.
    latest_ends: Vec<i64>,
    ends_and_ids: Vec<(i64, u32)>,
}

impl Rival for PrefixMaximum {
    const NAME: &'static str = "sorted Vec";
    type Span = (i64, i64);

    fn span(interval: &Interval, _: Ticks) -> (i64, i64) {
        (interval.start_micros(), interval.end_micros())
    }

    fn load(entries: &[((i64, i64), u32)]) -> Self {
        let latest = |so_far: &mut i64, ((_, end), _): &((i64, i64), u32)| {
            *so_far = (*so_far).max(*end);
            Some(*so_far)
        };
        Self {
            starts: entries.iter().map(|((start, _), _)| *start).collect(),
            latest_ends: entries.iter().scan(i64::MIN, latest).collect(),
            ends_and_ids: entries.iter().map(|((_, end), id)| (*end, *id)).collect(),
        }
    }

    fn any_overlap(&self, (start, end): (i64, i64)) -> bool {
        let candidates = self.starts.partition_point(|other| *other < end);
        candidates > 0 && self.latest_ends[candidates - 1] > start
    }

    fn overlapping(&self, (start, end): (i64, i64), found: &mut Vec<u32>) {
        let first = self.latest_ends.partition_point(|latest| *latest <= start);
        let last = self.starts.partition_point(|other| *other < end);
        let candidates = &self.ends_and_ids[first.min(last)..last];
        let overlapping = candidates
            .iter()
            .filter(|(other_end, _)| *other_end > start);
        found.extend(overlapping.map(|(_, id)| *id));
    }
}
