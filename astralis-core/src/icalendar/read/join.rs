use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::icalendar::read::event::{ReadEvent, Scope};
use crate::icalendar::read::{CalendarFile, Certainty, Finding, NotBlocking, Problem, WhyFree};
use crate::recurrence::Series;

/// A series that changed more often than this "from now on" is an attack: each change makes
/// another series.
const MAX_PARTS: usize = 50;

/// What one VEVENT is about: a UID's series, one occurrence of it, or that and all that follow.
type Key = (String, Scope, Option<DateTime<Utc>>);

/// The changes of one series that hold from an occurrence on, as places in the list of all events.
type Changes = BTreeMap<DateTime<Utc>, Vec<usize>>;

/// Joins what was read: of each series and each change the latest revision holds. A changed
/// occurrence takes the place of the one in the series, and a change of all that follow takes
/// that part of the series. One whose series is not in the file stands for itself.
pub(super) fn join(read: Vec<ReadEvent>, file: &mut CalendarFile) {
    let latest = latest_revisions(&read);
    let (mut read, superseded): (Vec<_>, Vec<_>) = read
        .into_iter()
        .partition(|one| latest.get(&key(one)) == Some(&one.sequence));
    for old in superseded {
        file.not_blocking
            .push(not_blocking(&old, WhyFree::Superseded));
    }
    let changes = changes_that_last(&mut read, &mut file.findings);
    leave_out_what_changed(&mut read);
    for (series, changes) in changes {
        split(&mut read, series, changes);
    }
    for one in read {
        match one.free {
            Some(free) => file.not_blocking.push(not_blocking(&one, free)),
            None => file.events.push(one.event),
        }
    }
    file.events.sort_by_key(|event| event.line);
    file.not_blocking.sort_by_key(|event| event.line);
}

/// The changes of all that follow, by the place of their series. One without exactly one series is
/// reported, and becomes a change of a single occurrence.
fn changes_that_last(
    read: &mut [ReadEvent],
    findings: &mut Vec<Finding>,
) -> BTreeMap<usize, Changes> {
    let mut series: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, one) in read.iter().enumerate() {
        if one.scope == Scope::Series {
            series.entry(one.event.uid.clone()).or_default().push(place);
        }
    }
    let mut changes: BTreeMap<usize, Changes> = BTreeMap::new();
    for (place, one) in read.iter_mut().enumerate() {
        if one.scope != Scope::Following {
            continue;
        }
        let series = series.get(&one.event.uid).map_or(&[][..], Vec::as_slice);
        if let (Some(id), [series]) = (one.event.recurrence_id, series) {
            let changes = changes.entry(*series).or_default();
            if changes.len() < MAX_PARTS || changes.contains_key(&id) {
                changes.entry(id).or_default().push(place);
                continue;
            }
        }
        one.scope = Scope::Occurrence;
        findings.push(Finding::new(&one.event, Problem::ThisAndFuture));
    }
    changes
}

/// Excludes from every series the occurrences that were changed one by one.
fn leave_out_what_changed(read: &mut [ReadEvent]) {
    let mut changed: BTreeMap<String, Vec<DateTime<Utc>>> = BTreeMap::new();
    for one in read.iter().filter(|one| one.scope == Scope::Occurrence) {
        if let Some(id) = one.event.recurrence_id {
            changed.entry(one.event.uid.clone()).or_default().push(id);
        }
    }
    for one in read.iter_mut().filter(|one| one.scope == Scope::Series) {
        for id in changed.get(&one.event.uid).into_iter().flatten() {
            one.event.series.exclude(*id);
        }
    }
}

/// Parts a series at its changes, and hands each part to the event that says how it takes place.
fn split(read: &mut [ReadEvent], series: usize, changes: Changes) {
    let certainty = read[series].event.certainty;
    let mut rest = read[series].event.series.clone();
    let mut owners = vec![series];
    for (id, changes) in changes {
        let (earlier, later) = rest.split(id);
        hand_over(read, &owners, &earlier, certainty);
        (rest, owners) = (later, changes);
    }
    hand_over(read, &owners, &rest, certainty);
}

fn hand_over(read: &mut [ReadEvent], owners: &[usize], part: &Series, certainty: Certainty) {
    for owner in owners {
        let event = &mut read[*owner].event;
        let Some(id) = event.recurrence_id else {
            event.series = part.clone();
            continue;
        };
        // As far as this occurrence moved on the wall clock, all that follow do (§3.8.4.4).
        let own = &event.series;
        let start = own.zone().instant_of(own.start());
        let moved = part.zone().to_civil(start) - part.zone().to_civil(id);
        event.series = part.clone().moved(moved, own.length());
        if certainty != Certainty::Exact {
            event.certainty = certainty;
        }
    }
}

fn key(one: &ReadEvent) -> Key {
    let event = &one.event;
    (event.uid.clone(), one.scope, event.recurrence_id)
}

/// The highest SEQUENCE of each. Events that share it all stay: dropping one of two that differ
/// would lose busy time.
fn latest_revisions(read: &[ReadEvent]) -> BTreeMap<Key, i64> {
    let mut latest = BTreeMap::new();
    for one in read {
        let highest = latest.entry(key(one)).or_insert(one.sequence);
        *highest = one.sequence.max(*highest);
    }
    latest
}

fn not_blocking(one: &ReadEvent, reason: WhyFree) -> NotBlocking {
    NotBlocking {
        line: one.event.line,
        uid: one.event.uid.clone(),
        reason,
    }
}
