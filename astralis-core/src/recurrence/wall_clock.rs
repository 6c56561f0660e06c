use std::ops::Range;

use crate::recurrence::calendar::civil_of;
use crate::time::{WIDEST_OFFSET, Zone};

/// Turns wall-clock times of one zone into instants, both in seconds; quick for times that follow
/// each other.
///
/// It remembers a stretch in which the clock runs evenly and that is so far from both its ends that
/// no other offset could show the same times. There an instant is one subtraction; elsewhere the
/// zone is asked, which knows gaps and folds.
pub(super) struct WallClock<'a> {
    zone: &'a Zone,
    offset: i64,
    /// Wall-clock times of which it is sure.
    even: Range<i64>,
}

impl<'a> WallClock<'a> {
    pub(super) const fn new(zone: &'a Zone) -> Self {
        Self {
            zone,
            offset: 0,
            even: 0..0,
        }
    }

    /// The earliest and the latest that the clock shows around an instant: whatever takes place from
    /// it on is not before the first on the wall clock, and what takes place until it not after
    /// the second.
    pub(super) fn shown_around(&self, instant: i64) -> [i64; 2] {
        let margin = 2 * WIDEST_OFFSET;
        let mut segment = self.zone.segment_at(instant.saturating_sub(margin));
        let [mut least, mut most] = [segment.offset; 2];
        while let Some(until) = segment
            .until
            .filter(|until| *until <= instant.saturating_add(margin))
        {
            segment = self.zone.segment_at(until);
            least = least.min(segment.offset);
            most = most.max(segment.offset);
        }
        [least, most].map(|offset| instant.saturating_add(offset.into()))
    }

    /// The instant that RFC 5545 §3.3.5 means; `None` where `chrono` has no such time.
    pub(super) fn instant(&mut self, civil: i64) -> Option<i64> {
        if self.even.contains(&civil) {
            return Some(civil - self.offset);
        }
        let instant = self.zone.instant_of(civil_of(civil)?).timestamp();
        self.learn(instant);
        Some(instant)
    }

    /// Remembers the stretch around an instant: from as long before it as it takes for all that
    /// follows to be sure, if the clock ran evenly since.
    fn learn(&mut self, instant: i64) {
        let margin = 2 * WIDEST_OFFSET;
        let around = self.zone.segment_at(instant);
        let before = instant.saturating_sub(margin);
        let is_even = self.zone.segment_at(before) == around;
        let start = if is_even { before } else { instant };
        let end = around.until.unwrap_or(i64::MAX);
        self.offset = around.offset.into();
        let shown = |instant: i64| instant.saturating_add(self.offset);
        self.even = shown(start.saturating_add(margin))..shown(end.saturating_sub(margin));
    }
}
