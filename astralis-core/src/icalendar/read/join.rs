use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::icalendar::read::event::{ReadEvent, Scope};
use crate::icalendar::read::{CalendarFile, Certainty, Finding, NotBlocking, Problem, WhyFree};
use crate::recurrence::Series;

/// A UID with more series than this, or a series that changed more often "from now on", is an attack:
/// each of them holds a copy of what the UID's events say.
const MAX_PARTS: usize = 50;

/// The most rules and dates that are copied in one file, all its series together.
const MAX_COPIED: usize = 1_000_000;

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
        .partition(|one| is_of_nothing_known(one) || latest.get(&key(one)) == Some(&one.sequence));
    for old in superseded {
        file.not_blocking
            .push(not_blocking(&old, WhyFree::Superseded));
    }
    // First, so that a change that cannot be read as one of all that follow frees nothing.
    leave_out_what_changed(&mut read, &mut file.findings);
    let changes = changes_that_last(&read, &mut file.findings);
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

/// The changes of all that follow, by the place of their series. One without exactly one series, or
/// one too many, is reported and stands for itself.
fn changes_that_last(read: &[ReadEvent], findings: &mut Vec<Finding>) -> BTreeMap<usize, Changes> {
    let mut series: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, one) in read.iter().enumerate() {
        if one.scope == Scope::Series {
            series.entry(one.event.uid.clone()).or_default().push(place);
        }
    }
    let mut changes: BTreeMap<usize, Changes> = BTreeMap::new();
    let mut copied = 0;
    for (place, one) in read.iter().enumerate() {
        if one.scope != Scope::Following {
            continue;
        }
        let series = series.get(&one.event.uid).map_or(&[][..], Vec::as_slice);
        let (Some(id), [series]) = (one.event.recurrence_id, series) else {
            findings.push(Finding::new(&one.event, Problem::ThisAndFuture));
            continue;
        };
        let changes = changes.entry(*series).or_default();
        let parts: usize = changes.values().map(Vec::len).sum();
        let copy = read[*series].event.series.written();
        if parts < MAX_PARTS && copied + copy <= MAX_COPIED {
            copied += copy;
            changes.entry(id).or_default().push(place);
        } else {
            findings.push(Finding::new(&one.event, Problem::TooManyChanges));
        }
    }
    changes
}

/// Excludes from every series the occurrences that were changed one by one; from one series of a UID
/// too many, none, and reports it.
fn leave_out_what_changed(read: &mut [ReadEvent], findings: &mut Vec<Finding>) {
    let mut changed: BTreeMap<String, Vec<DateTime<Utc>>> = BTreeMap::new();
    for one in read.iter().filter(|one| one.scope == Scope::Occurrence) {
        if let Some(id) = one.event.recurrence_id {
            changed.entry(one.event.uid.clone()).or_default().push(id);
        }
    }
    let mut series: BTreeMap<&str, usize> = BTreeMap::new();
    let mut copied = 0;
    for one in read.iter_mut().filter(|one| one.scope == Scope::Series) {
        let Some((uid, ids)) = changed.get_key_value(&one.event.uid) else {
            continue;
        };
        let series = series.entry(uid).or_default();
        let copy = if *series > 0 { ids.len() } else { 0 };
        if *series == MAX_PARTS || copied + copy > MAX_COPIED {
            findings.push(Finding::new(&one.event, Problem::TooManySeries));
            continue;
        }
        copied += copy;
        *series += 1;
        for id in ids {
            one.event.series.exclude(*id);
        }
    }
}

/// Parts a series at its changes, and hands each part to the event that says how it takes place.
fn split(read: &mut Vec<ReadEvent>, series: usize, changes: Changes) {
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

fn hand_over(read: &mut Vec<ReadEvent>, owners: &[usize], part: &Series, certainty: Certainty) {
    for owner in owners {
        keep_own_series(read, *owner);
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

/// A change that says itself how it repeats takes place that way as well: busy twice is safe.
fn keep_own_series(read: &mut Vec<ReadEvent>, owner: usize) {
    let one = &read[owner];
    let repeats = one.scope == Scope::Following && !one.event.series.is_of_one();
    if repeats && one.free.is_none() {
        read.push(one.clone());
    }
}

/// A change of an occurrence that nobody can name is no revision of another such change.
fn is_of_nothing_known(one: &ReadEvent) -> bool {
    one.scope != Scope::Series && one.event.recurrence_id.is_none()
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
