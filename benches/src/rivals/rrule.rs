use astralis_core::time::Interval;
use chrono::{DateTime, TimeDelta, Utc};
use rrule::{RRuleSet, Tz};

use crate::workloads::RepeatedMeeting;

/// The crate `rrule`: it walks from the first occurrence, and its zones are compiled in.
#[derive(Debug)]
pub struct Rrule(RRuleSet);

impl Rrule {
    /// Reads what it takes for the same meeting.
    #[must_use]
    pub fn read(meeting: &RepeatedMeeting) -> Self {
        let start = RepeatedMeeting::start().format("%Y%m%dT%H%M%S");
        let text = format!("DTSTART;TZID=Europe/Paris:{start}\nRRULE:{}", meeting.rule);
        Self(text.parse().expect("a rule it understands"))
    }

    /// The starts within a window.
    #[must_use]
    pub fn starts(&self, window: Interval) -> Vec<DateTime<Tz>> {
        let zone = |at: DateTime<Utc>| at.with_timezone(&Tz::UTC);
        // Both ends are inclusive there.
        let last = window.end() - TimeDelta::seconds(1);
        let set = self
            .0
            .clone()
            .after(zone(window.start()))
            .before(zone(last));
        set.all(u16::MAX).dates
    }
}
