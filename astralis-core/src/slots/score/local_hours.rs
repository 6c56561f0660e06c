use chrono::{NaiveTime, Timelike};

use crate::availability::LocalTime;
use crate::slots::Slot;
use crate::slots::score::{Candidate, ScoreSheet, Scorer, ScoringContext, Weight, counted};
use crate::time::Zone;

/// Minutes on a clock's face, once around.
const DAY: u32 = 24 * 60;

/// Spares people the night: counts how far a meeting lies outside the hours that are civil on
/// each needed participant's own clock, whatever they offer.
///
/// How far is measured in whole minutes of wall-clock time from the farthest part of the meeting
/// to the nearest civil hour: from 03:00 it is five hours to 08:00.
///
/// `O(p log t)` for `p` participants whose zones changed their offset `t` times.
///
/// ```
/// # use astralis_core::slots::score::LocalHours;
/// let early_birds = LocalHours { from: "06:00".parse()?, ..LocalHours::default() };
/// assert_eq!(LocalHours::default().from, "08:00".parse()?);
/// # Ok::<(), astralis_core::availability::LocalTimeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalHours {
    /// Where the civil hours begin; 08:00.
    pub from: LocalTime,
    /// Where they end, on the next day if that is not after `from`; 20:00.
    pub until: LocalTime,
    /// For each hour outside that has begun, of each needed participant; −2, for nine hours of all
    /// together at most.
    pub hour_outside: Weight,
}

impl Default for LocalHours {
    fn default() -> Self {
        let full = |hour: u16| LocalTime::from_minutes(hour * 60).expect("an hour of the day");
        Self {
            from: full(8),
            until: full(20),
            hour_outside: Weight::each(-2).at_most(9),
        }
    }
}

impl LocalHours {
    /// Hours, the last one begun, between the civil hours and the farthest part of `slot`.
    fn hours_outside(&self, slot: &Slot, zone: &Zone) -> u32 {
        let (start, end) = (zone.to_civil(slot.start()), zone.to_civil(slot.end()));
        // A clock set back can show an end before the start.
        let length = u32::try_from((end - start).num_minutes()).unwrap_or(0);
        let start = self.minutes_after_from(start.time());
        // Nothing is farther away than the middle of the night.
        let civil = self.civil_minutes();
        let middle = civil + (DAY - civil) / 2;
        let until_middle = (middle + DAY - start) % DAY;
        let farthest = if until_middle <= length {
            self.minutes_outside(middle)
        } else {
            let end = (start + length) % DAY;
            self.minutes_outside(start).max(self.minutes_outside(end))
        };
        farthest.div_ceil(60)
    }

    /// From a place on the clock's face, given as minutes after `from`, to the nearest civil one.
    fn minutes_outside(&self, place: u32) -> u32 {
        let after_end = place.saturating_sub(self.civil_minutes());
        after_end.min(DAY - place)
    }

    fn civil_minutes(&self) -> u32 {
        let (from, until) = (
            u32::from(self.from.minutes()),
            u32::from(self.until.minutes()),
        );
        if until > from {
            until - from
        } else {
            until + DAY - from
        }
    }

    fn minutes_after_from(&self, time: NaiveTime) -> u32 {
        let minutes = time.num_seconds_from_midnight() / 60;
        (minutes + DAY - u32::from(self.from.minutes())) % DAY
    }
}

impl Scorer for LocalHours {
    fn score(&self, candidate: &Candidate, context: &ScoringContext, sheet: &mut ScoreSheet) {
        let hours = context.sum_over_needed(candidate, |participant| {
            self.hours_outside(&candidate.slot, &participant.zone)
        });
        sheet.prefer("localHours", self.hour_outside.of(hours), || {
            format!(
                "{} too early or late for somebody's clock",
                counted(hours, "hour")
            )
        });
    }
}
