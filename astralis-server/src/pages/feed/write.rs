use std::fmt::Write;

use astralis_core::icalendar::Publication;
use astralis_core::model::{BusyKind, CalendarEvent};
use astralis_core::ports::Feed;
use astralis_core::time::{Interval, IntervalSet};
use chrono::{DateTime, Utc};
use uuid::Uuid;

const HEAD: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Astralis//Astralis//EN\r\n\
                    CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\nREFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n\
                    X-PUBLISHED-TTL:PT15M\r\n";
const END: &str = "END:VCALENDAR\r\n";

/// Every meeting with everything about it.
pub(super) fn whole_calendar(events: &[CalendarEvent]) -> String {
    let mut text = HEAD.to_owned();
    for event in events {
        let published = Publication(event).to_string();
        text.push_str(component(&published));
    }
    text + END
}

/// The VEVENT of a calendar that holds one.
fn component(calendar: &str) -> &str {
    let start = calendar.find("BEGIN:VEVENT").unwrap_or_default();
    let end = calendar.rfind(END).unwrap_or(calendar.len());
    &calendar[start..end]
}

/// When somebody is busy, and nothing else; times that touch or overlap are one. `as_of` is when
/// that was so, near enough.
pub(super) fn busy_calendar(
    feed: &Feed,
    busy: &[(Interval, BusyKind)],
    as_of: DateTime<Utc>,
) -> String {
    let taken = busy.iter().filter(|(_, kind)| *kind != BusyKind::Free);
    let taken: IntervalSet = taken.map(|(during, _)| *during).collect();
    let stamp = utc(as_of);
    let mut text = HEAD.to_owned();
    for during in taken.iter() {
        let (start, end) = (utc(during.start()), utc(during.end()));
        let uid = Uuid::new_v5(&feed.user.as_uuid(), format!("busy {during}").as_bytes());
        let _ = write!(
            text,
            "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:{stamp}\r\nDTSTART:{start}\r\nDTEND:{end}\r\n\
             SUMMARY:Busy\r\nTRANSP:OPAQUE\r\nEND:VEVENT\r\n"
        );
    }
    text + END
}

fn utc(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}
