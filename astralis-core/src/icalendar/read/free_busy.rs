use std::collections::BTreeMap;

use calcard::icalendar::{ICalendarParameterName, ICalendarValue};
use chrono::{DateTime, TimeDelta, Utc};

use crate::icalendar::read::blocks::Block;
use crate::icalendar::read::event::made_uid;
use crate::icalendar::read::property::{DateValue, entries, parameter, parse, period, text};
use crate::icalendar::read::{CalendarOwner, Certainty, Finding, ImportedEvent, Problem};
use crate::model::BusyKind;
use crate::recurrence::{ExtraDate, Length, Series, Start};
use crate::time::Zone;

/// Reads a VFREEBUSY (RFC 5545 §3.6.4): one event for each kind of busy time in it, whose
/// occurrences are its periods. What it says is free makes nobody busy.
pub(super) fn read(
    block: &Block,
    owner: &CalendarOwner<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<ImportedEvent> {
    let Some(component) = parse(block) else {
        findings.push(Finding {
            line: block.line,
            uid: None,
            problem: Problem::NotRead {
                component: block.name.clone(),
            },
        });
        return Vec::new();
    };
    let uid = text(&component, "UID").map(str::trim);
    let uid = uid.filter(|uid| !uid.is_empty()).map(str::to_owned);
    let mut busy: BTreeMap<BusyKind, Vec<(DateTime<Utc>, Length)>> = BTreeMap::new();
    for entry in entries(&component, "FREEBUSY") {
        let kind = kind(parameter(entry, &ICalendarParameterName::Fbtype));
        for value in &entry.values {
            match (stretch(value, owner.zone), kind) {
                (Some(stretch), Some(kind)) => busy.entry(kind).or_default().push(stretch),
                (Some(_), None) => {}
                (None, _) => findings.push(Finding {
                    line: block.line,
                    uid: uid.clone(),
                    problem: Problem::UnreadableDate {
                        property: "FREEBUSY",
                    },
                }),
            }
        }
    }
    let uid = uid.unwrap_or_else(|| made_uid(block));
    let event = |(kind, stretches): (_, Vec<_>)| ImportedEvent {
        line: block.line,
        uid: uid.clone(),
        recurrence_id: None,
        title: String::new(),
        kind,
        all_day: false,
        series: series(&stretches),
        certainty: Certainty::Exact,
    };
    busy.into_iter().map(event).collect()
}

/// FBTYPE (§3.2.9); `None` if free. What is not known is busy.
fn kind(written: Option<&str>) -> Option<BusyKind> {
    match written.unwrap_or("BUSY").to_ascii_uppercase().as_str() {
        "FREE" => None,
        "BUSY-TENTATIVE" => Some(BusyKind::Tentative),
        "BUSY-UNAVAILABLE" => Some(BusyKind::OutOfOffice),
        _ => Some(BusyKind::Busy),
    }
}

/// A period that does not end before it starts. It must be in UTC; one that is not is read where
/// the calendar's owner is.
fn stretch(value: &ICalendarValue, zone: &Zone) -> Option<(DateTime<Utc>, Length)> {
    let ICalendarValue::Period(written) = value else {
        return None;
    };
    let instant = |value| match value {
        DateValue::Utc(civil) => Some(civil.and_utc()),
        DateValue::Civil(civil) => Some(zone.instant_of(civil)),
        DateValue::Date(_) => None,
    };
    let (start, end) = period(written)?;
    let start = instant(start)?;
    let length = match end {
        Ok(end) => Length::elapsed(instant(end)? - start),
        Err(length) => length,
    };
    (length.time >= TimeDelta::zero()).then_some((start, length))
}

fn series(stretches: &[(DateTime<Utc>, Length)]) -> Series {
    let (first, length) = stretches[0];
    let mut series = Series::new(Start::Instant(first), &Zone::utc(), length);
    for (start, length) in &stretches[1..] {
        series.add(ExtraDate {
            start: *start,
            length: Some(*length),
        });
    }
    series
}
