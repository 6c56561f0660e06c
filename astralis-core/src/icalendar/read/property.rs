use calcard::common::PartialDateTime;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarDuration, ICalendarEntry, ICalendarParameterName,
    ICalendarPeriod, ICalendarValue,
};
use calcard::{Entry, Parser};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use crate::icalendar::read::blocks::Block;
use crate::recurrence::Length;

/// A DATE or DATE-TIME as it was written (RFC 5545 §3.3.4 and §3.3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateValue {
    /// A whole day.
    Date(NaiveDate),
    /// Wall-clock time; its zone stands beside it, if anywhere.
    Civil(NaiveDateTime),
    /// UTC.
    Utc(NaiveDateTime),
}

/// The properties of one component, parsed by `calcard` apart from everything around it.
pub(super) fn parse(block: &Block) -> Option<ICalendarComponent> {
    match Parser::new(&text_of(block)).entry() {
        Entry::ICalendar(ICalendar { components }) => components.into_iter().next(),
        _ => None,
    }
}

/// The block as a file of its own. Dates on lines of their own, one after the other, are written as
/// the list that they mean: there may be a hundred thousand, and a property for each costs far more.
fn text_of(block: &Block) -> String {
    let mut text = format!("BEGIN:{}", block.name);
    let mut list = None;
    for line in block.lines() {
        let date = date_line(line);
        match date {
            Some((head, date)) if list == Some(head) => text.extend([",", date]),
            _ => text.extend(["\r\n", line]),
        }
        list = date.map(|(head, _)| head);
    }
    text.extend(["\r\nEND:", &block.name, "\r\n"]);
    text
}

/// What stands before and behind the colon of an EXDATE or RDATE that is one plain date or time.
fn date_line(line: &str) -> Option<(&str, &str)> {
    let (head, date) = line.split_once(':')?;
    let name = head.split_once(';').map_or(head, |(name, _)| name);
    let is_list = ["EXDATE", "RDATE"]
        .iter()
        .any(|list| name.eq_ignore_ascii_case(list));
    let is_plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'T' | b'Z');
    // 20260401, 20260401T080000 and 20260401T080000Z.
    let is_date = matches!(date.len(), 8 | 15 | 16) && date.bytes().all(is_plain);
    (is_list && is_date).then_some((head, date))
}

/// The entries of a property, upper and lower case alike.
pub(super) fn entries<'a>(
    component: &'a ICalendarComponent,
    name: &'a str,
) -> impl Iterator<Item = &'a ICalendarEntry> {
    let named = move |entry: &&ICalendarEntry| entry.name.as_str().eq_ignore_ascii_case(name);
    component.entries.iter().filter(named)
}

/// The first value of a property as text.
pub(super) fn text<'a>(component: &'a ICalendarComponent, name: &'a str) -> Option<&'a str> {
    entries(component, name).next()?.values.first()?.as_text()
}

/// A parameter's value as text.
pub(super) fn parameter<'a>(
    entry: &'a ICalendarEntry,
    name: &ICalendarParameterName,
) -> Option<&'a str> {
    entry.parameter(name)?.as_text()
}

/// A value as a date, if it is one that exists.
pub(super) fn date_value(value: &ICalendarValue) -> Option<DateValue> {
    match value {
        ICalendarValue::PartialDateTime(parts) => date(parts),
        _ => None,
    }
}

/// A PERIOD (RFC 5545 §3.3.9): its start, and its end or its length.
pub(super) fn period(value: &ICalendarPeriod) -> Option<(DateValue, Result<DateValue, Length>)> {
    Some(match value {
        ICalendarPeriod::Range { start, end } => (date(start)?, Ok(date(end)?)),
        ICalendarPeriod::Duration { start, duration } => (date(start)?, Err(length(duration)?)),
    })
}

/// A DURATION (RFC 5545 §3.3.6): weeks and days are days on the calendar. `None` if negative.
pub(super) fn length(duration: &ICalendarDuration) -> Option<Length> {
    let days = duration.weeks.checked_mul(7)?.checked_add(duration.days)?;
    let seconds = i64::from(duration.hours) * 3600
        + i64::from(duration.minutes) * 60
        + i64::from(duration.seconds);
    let empty = days == 0 && seconds == 0;
    (empty || !duration.neg).then_some(Length {
        days,
        time: TimeDelta::seconds(seconds),
    })
}

fn date(parts: &PartialDateTime) -> Option<DateValue> {
    let date = NaiveDate::from_ymd_opt(parts.year?.into(), parts.month?.into(), parts.day?.into())?;
    let Some(hour) = parts.hour else {
        return Some(DateValue::Date(date));
    };
    // A leap second is read as the last second of its minute.
    let second = parts.second?.min(59);
    let civil = date.and_hms_opt(hour.into(), parts.minute?.into(), second.into())?;
    let Some(tz_hour) = parts.tz_hour else {
        return Some(DateValue::Civil(civil));
    };
    // Offsets are not allowed (§3.3.5), but where one stands there is only one way to read it.
    let east = i64::from(tz_hour) * 60 + i64::from(parts.tz_minute.unwrap_or(0));
    let east = TimeDelta::minutes(if parts.tz_minus { -east } else { east });
    Some(DateValue::Utc(civil.checked_sub_signed(east)?))
}
