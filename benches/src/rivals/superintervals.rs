use astralis_core::time::Interval;
use superintervals::IntervalMap;

use crate::rivals::{Rival, Ticks};

/// A static sorted array, each interval of which knows the nearest one before it that reaches
/// farther.
///
/// Closed intervals of 32-bit numbers. Version 1.0.3 has no Eytzinger layout, though its readme
/// names one.
pub struct SuperIntervals(IntervalMap<u32>);

impl Rival for SuperIntervals {
    const NAME: &'static str = "superintervals";
    type Span = (i32, i32);

    fn span(interval: &Interval, ticks: Ticks) -> (i32, i32) {
        ticks.closed(interval)
    }

    fn load(entries: &[((i32, i32), u32)]) -> Self {
        let mut map = IntervalMap::new();
        map.reserve(entries.len());
        for ((first, last), id) in entries {
            map.add(*first, *last, *id);
        }
        map.build();
        Self(map)
    }

    fn any_overlap(&self, (first, last): (i32, i32)) -> bool {
        self.0.has_overlaps(first, last)
    }

    fn overlapping(&self, (first, last): (i32, i32), found: &mut Vec<u32>) {
        self.0.search_values(first, last, found);
    }
}
