use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use crate::model::{BookingWindow, EventType};
use crate::time::{Interval, Zone};

/// How far ahead busy time is taken at least, and for an event type that can be booked on any
/// day: booking windows roll on while an import stands still, and they can be widened after it.
pub const DAYS_OF_UNBOUNDED_WINDOWS: u32 = 730;

/// How far ahead busy time is taken at most.
pub const MAX_DAYS_AHEAD: u32 = 3660;

/// The longest meeting, the longest buffer and a zone's breadth beyond the last bookable day.
const DAYS_AFTER_THE_LAST: u32 = 10;

/// Which days an import covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Horizon {
    /// From the start of the owner's yesterday to beyond the last day that one of their event
    /// types can be booked on: two to ten years.
    pub during: Interval,
    /// Whether an event type can be booked beyond it all the same: busy time there is not
    /// imported.
    pub is_cut: bool,
}

impl Horizon {
    pub(super) fn new(event_types: &[EventType], zone: &Zone, now: DateTime<Utc>) -> Self {
        let today = zone.date_at(now);
        let latest = after(today, MAX_DAYS_AHEAD);
        let wanted = |event_type: &EventType| match event_type.booking_window {
            BookingWindow::Rolling { days } => (after(today, days), false),
            BookingWindow::Dates { last, .. } => (last, false),
            BookingWindow::Unbounded => (after(today, DAYS_OF_UNBOUNDED_WINDOWS), true),
        };
        let mut end = after(today, DAYS_OF_UNBOUNDED_WINDOWS);
        let mut is_cut = false;
        for (last, is_unbounded) in event_types.iter().map(wanted) {
            is_cut |= is_unbounded || last > latest;
            end = end.max(last.min(latest));
        }
        let yesterday = today.pred_opt().unwrap_or(today);
        let bound = |date| zone.start_of(date);
        let during = bound(yesterday)
            .zip(bound(after(end, DAYS_AFTER_THE_LAST)))
            .and_then(|(start, end)| Interval::new(start, end).ok())
            .expect("a clock shows a date that its calendar goes on after");
        Self { during, is_cut }
    }

    /// Which meetings an import looks at: conflicts of an earlier one may lie beyond what can be
    /// booked today.
    pub(super) fn looked_at(&self) -> Interval {
        let farthest = TimeDelta::days(2 * i64::from(MAX_DAYS_AHEAD));
        self.during.padded(TimeDelta::zero(), farthest)
    }
}

fn after(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_add_days(Days::new(days.into()))
        .unwrap_or(NaiveDate::MAX)
}
