use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::icalendar::read::event::ReadEvent;
use crate::icalendar::read::{CalendarFile, NotBlocking, WhyFree};

/// What one VEVENT is about: a UID's series, or one occurrence of it.
type Key = (String, bool, Option<DateTime<Utc>>);

/// Joins what was read: of each series and each changed occurrence the latest revision holds, and
/// a changed occurrence takes the place of the one in the series. One whose series is not in the
/// file stands for itself.
pub(super) fn join(read: Vec<ReadEvent>, file: &mut CalendarFile) {
    let latest = latest_revisions(&read);
    let (read, superseded): (Vec<_>, Vec<_>) = read
        .into_iter()
        .partition(|one| latest.get(&key(one)) == Some(&one.sequence));
    for old in superseded {
        file.not_blocking
            .push(not_blocking(&old, WhyFree::Superseded));
    }
    let mut changed: BTreeMap<String, Vec<DateTime<Utc>>> = BTreeMap::new();
    for one in &read {
        if let Some(id) = one.event.recurrence_id {
            changed.entry(one.event.uid.clone()).or_default().push(id);
        }
    }
    for mut one in read {
        if let Some(free) = one.free {
            file.not_blocking.push(not_blocking(&one, free));
            continue;
        }
        if !one.is_override {
            let changed = changed.get(&one.event.uid).into_iter().flatten();
            for id in changed {
                one.event.series.exclude(*id);
            }
        }
        file.events.push(one.event);
    }
    file.events.sort_by_key(|event| event.line);
    file.not_blocking.sort_by_key(|event| event.line);
}

fn key(one: &ReadEvent) -> Key {
    let event = &one.event;
    (event.uid.clone(), one.is_override, event.recurrence_id)
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
