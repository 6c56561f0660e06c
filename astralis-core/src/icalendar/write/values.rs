use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};

use crate::model::EmailAddress;

/// Form 1 of RFC 5545 §3.3.5, such as `20260402T103000`.
pub(super) fn civil(civil: NaiveDateTime) -> impl fmt::Display {
    civil.format("%Y%m%dT%H%M%S")
}

/// Form 2 of RFC 5545 §3.3.5, such as `20260402T083000Z`.
pub(in crate::icalendar) fn utc(instant: DateTime<Utc>) -> impl fmt::Display {
    instant.format("%Y%m%dT%H%M%SZ")
}

/// The same for where busy time ends: never before it does.
pub(super) fn utc_rounded_up(instant: DateTime<Utc>) -> impl fmt::Display {
    let part = TimeDelta::nanoseconds(instant.nanosecond().into());
    let up = if part.is_zero() {
        part
    } else {
        TimeDelta::seconds(1) - part
    };
    utc(instant.checked_add_signed(up).unwrap_or(instant))
}

/// RFC 5545 §3.3.4, such as `20260402`.
pub(in crate::icalendar) fn day(date: NaiveDate) -> impl fmt::Display {
    date.format("%Y%m%d")
}

/// Elapsed time in hours, minutes and seconds (RFC 5545 §3.3.6), such as `PT1H30M` or `-PT15M`:
/// days would be days on the calendar.
pub(super) fn duration(time: TimeDelta) -> String {
    let sign = if time < TimeDelta::zero() { "-" } else { "" };
    let seconds = time.num_seconds().unsigned_abs();
    let mut text = format!("{sign}PT");
    let parts = [
        (seconds / 3600, 'H'),
        (seconds / 60 % 60, 'M'),
        (seconds % 60, 'S'),
    ];
    for (amount, unit) in parts {
        if amount > 0 || (unit == 'S' && text.ends_with('T')) {
            text.push_str(&format!("{amount}{unit}"));
        }
    }
    text
}

/// Seconds east of UTC (RFC 5545 §3.3.14), such as `+0100` or `-003415`.
pub(super) fn offset(east: i32) -> String {
    let sign = if east < 0 { '-' } else { '+' };
    let east = east.unsigned_abs();
    let (hours, minutes, seconds) = (east / 3600, east / 60 % 60, east % 60);
    if seconds == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{seconds:02}")
    }
}

/// A `mailto` URI. What RFC 6068 §2 does not allow in one is percent-encoded; letters beyond
/// ASCII stay as they are, since readers compare addresses as text.
pub(super) fn mailto(address: &EmailAddress) -> String {
    let mut uri = String::from("mailto:");
    for c in address.as_str().chars() {
        if c.is_ascii() && !c.is_ascii_alphanumeric() && !"@-._~!$'*+".contains(c) {
            uri.push_str(&format!("%{:02X}", u32::from(c)));
        } else {
            uri.push(c);
        }
    }
    uri
}

/// Whether `text` can stand as a URI value as it is; other links appear as LOCATION only.
pub(super) fn is_plain_uri(text: &str) -> bool {
    let web = text.starts_with("https://") || text.starts_with("http://");
    web && text
        .chars()
        .all(|c| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_count_no_days() {
        let text = |seconds| duration(TimeDelta::seconds(seconds));
        assert_eq!(text(5400), "PT1H30M");
        assert_eq!(text(-900), "-PT15M");
        assert_eq!(text(90_000), "PT25H");
        assert_eq!(text(3601), "PT1H1S");
        assert_eq!(text(0), "PT0S");
    }

    #[test]
    fn offsets_have_seconds_only_where_they_need_them() {
        assert_eq!(offset(3600), "+0100");
        assert_eq!(offset(0), "+0000");
        assert_eq!(offset(-12_600), "-0330");
        assert_eq!(offset(-2055), "-003415");
    }

    #[test]
    fn an_address_keeps_within_its_uri() {
        let odd: EmailAddress = "a%0d?cc=x&y/z@example.org".parse().unwrap();
        assert_eq!(mailto(&odd), "mailto:a%250d%3Fcc%3Dx%26y%2Fz@example.org");
    }

    #[test]
    fn busy_time_ends_no_earlier_than_it_does() {
        let text = |at: &str| utc_rounded_up(at.parse().unwrap()).to_string();
        assert_eq!(text("2026-04-02T08:59:59.000001Z"), "20260402T090000Z");
        assert_eq!(text("2026-04-02T09:00:00Z"), "20260402T090000Z");
    }
}
