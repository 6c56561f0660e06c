use astralis_core::time::Interval;
use rust_lapper::Lapper;

use crate::rivals::{Rival, Ticks};

/// A static sorted array that looks back as far as its single longest interval. Counting does not
/// depend on that, so that it answers "any".
///
/// Half-open intervals of unsigned numbers.
pub struct RustLapper(Lapper<u64, u32>);

impl Rival for RustLapper {
    const NAME: &'static str = "rust-lapper";
    type Span = (u64, u64);

    fn span(interval: &Interval, ticks: Ticks) -> (u64, u64) {
        ticks.unsigned(interval)
    }

    fn load(entries: &[((u64, u64), u32)]) -> Self {
        let interval = |((start, stop), id): &((u64, u64), u32)| rust_lapper::Interval {
            start: *start,
            stop: *stop,
            val: *id,
        };
        Self(Lapper::new(entries.iter().map(interval).collect()))
    }

    fn any_overlap(&self, (start, stop): (u64, u64)) -> bool {
        self.0.count(start, stop) > 0
    }

    fn overlapping(&self, (start, stop): (u64, u64), found: &mut Vec<u32>) {
        found.extend(self.0.find(start, stop).map(|interval| interval.val));
    }

    fn sweep(&self, ascending: &[(u64, u64)]) -> usize {
        let mut cursor = 0;
        let taken = |(start, stop): &&(u64, u64)| {
            let mut overlapping = self.0.seek(*start, *stop, &mut cursor);
            overlapping.next().is_some()
        };
        ascending.iter().filter(taken).count()
    }
}
