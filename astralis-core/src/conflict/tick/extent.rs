use super::{MINUTE, SECOND, down};
use crate::time::Interval;

/// What the bounds of some intervals have in common.
#[derive(Debug, Clone, Copy)]
pub(in crate::conflict) struct Extent {
    pub(super) earliest: i64,
    pub(super) latest: i64,
    // Of which all bounds are whole numbers: a quarter of an hour, five minutes, one minute, a
    // second, or else a microsecond.
    pub(super) unit: i64,
}

impl Extent {
    /// `None` without intervals.
    pub(in crate::conflict) fn of(intervals: &[Interval]) -> Option<Self> {
        let mut extent = Self {
            earliest: intervals.first()?.start_micros(),
            latest: i64::MIN,
            unit: 15 * MINUTE,
        };
        for interval in intervals {
            extent.include(interval.start_micros());
            extent.include(interval.end_micros());
        }
        Some(extent)
    }

    /// The minutes since 1970 that the earliest and the latest bound lie in.
    pub(super) const fn minutes(&self) -> (i64, i64) {
        (down::<MINUTE>(self.earliest), down::<MINUTE>(self.latest))
    }

    fn include(&mut self, micros: i64) {
        self.earliest = self.earliest.min(micros);
        self.latest = self.latest.max(micros);
        let minute = down::<MINUTE>(micros);
        let unit = if minute * MINUTE != micros {
            if down::<SECOND>(micros) * SECOND == micros {
                SECOND
            } else {
                1
            }
        } else if minute % 5 != 0 {
            MINUTE
        } else if minute % 15 != 0 {
            5 * MINUTE
        } else {
            15 * MINUTE
        };
        self.unit = self.unit.min(unit);
    }
}
