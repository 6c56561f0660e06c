use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use crate::time::Zone;

/// DTSTART, in each of the forms it can have (RFC 5545 §3.3.4, §3.3.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// A whole day, wherever its calendar's owner is.
    Date(NaiveDate),
    /// Wall-clock time, wherever its calendar's owner is (form 1).
    Floating(NaiveDateTime),
    /// A moment in UTC (form 2).
    Instant(DateTime<Utc>),
    /// Wall-clock time in a zone (form 3).
    Zoned(NaiveDateTime, Zone),
}

impl Start {
    /// What the wall clock shows, and where it hangs; `local` is the zone of the calendar's owner.
    pub(super) fn placed(self, local: &Zone) -> (NaiveDateTime, Zone) {
        match self {
            Self::Date(date) => (date.and_time(NaiveTime::MIN), local.clone()),
            Self::Floating(civil) => (civil, local.clone()),
            Self::Instant(instant) => (instant.naive_utc(), Zone::utc()),
            Self::Zoned(civil, zone) => (civil, zone),
        }
    }
}
