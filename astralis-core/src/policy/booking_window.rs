use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::model::BookingWindow;
use crate::policy::{Policy, Refusal, Situation, within};
use crate::time::{Interval, IntervalSet, UnknownTimeZone, Zone};

/// Which local days of the organizer can be booked.
#[derive(Debug)]
pub(super) enum BookableDays {
    Any,
    Within(Option<Interval>),
}

impl BookableDays {
    pub(super) fn prepare(situation: &Situation<'_>) -> Result<Self, UnknownTimeZone> {
        let zone = situation.calendar_zone()?;
        let (first, last) = match situation.event_type.booking_window {
            BookingWindow::Unbounded => return Ok(Self::Any),
            BookingWindow::Dates { first, last } => (first, last),
            BookingWindow::Rolling { days } => {
                let today = zone.begun_date_at(situation.now);
                (today, days_after(today, days))
            }
        };
        let after = last.checked_add_days(Days::new(1));
        let start = start_of(&zone, Some(first));
        let end = start_of(&zone, after);
        Ok(Self::Within(Interval::new(start, end).ok()))
    }
}

fn days_after(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_add_days(Days::new(days.into()))
        .unwrap_or(NaiveDate::MAX)
}

/// Where a day begins; what follows the last day of the calendar is the end of time.
fn start_of(zone: &Zone, date: Option<NaiveDate>) -> DateTime<Utc> {
    date.and_then(|date| zone.start_of(date))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

impl Policy for BookableDays {
    fn narrow(&self, starts: IntervalSet) -> IntervalSet {
        match *self {
            Self::Any => starts,
            Self::Within(bookable) => within(&starts, bookable),
        }
    }

    fn objections(&self, _: &Interval, object: &mut dyn FnMut(Refusal)) {
        if let Self::Within(bookable) = *self {
            object(Refusal::OutsideBookingWindow { bookable });
        }
    }
}
