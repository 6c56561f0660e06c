use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::model::{BusyKind, CalendarEvent, Claim, SubjectId, When};
use crate::recurrence::Occurrence;
use crate::scheduler::events::EventError;
use crate::time::{Interval, Zone, ZoneDatabase};

/// The claim of one occurrence on one subject. Its id follows from what it is about, so that
/// deciding stays free of side effects.
pub(in crate::scheduler) fn claim(
    event: &CalendarEvent,
    subject: SubjectId,
    during: Interval,
) -> Claim {
    let name = format!("{}/{subject}/{}", event.sequence, during.start_micros());
    Claim {
        id: Uuid::new_v5(&event.id.as_uuid(), name.as_bytes()).into(),
        org: event.org,
        subject,
        during,
        buffer_before: TimeDelta::zero(),
        buffer_after: TimeDelta::zero(),
        event: event.id,
        kind: BusyKind::Busy,
        exclusive: true,
        expires_at: None,
    }
}

/// When a meeting takes place within a window: those of its occurrences that nobody excluded or
/// changed; in order of time.
pub(in crate::scheduler) fn occurrences_within(
    event: &CalendarEvent,
    window: Interval,
    zones: &ZoneDatabase,
) -> Result<Vec<Occurrence>, EventError> {
    if event.recurrence.is_none() {
        let during = event.when.during();
        let once = Occurrence {
            during,
            recurrence_id: during.start(),
        };
        return Ok(Some(once)
            .filter(|once| once.during.overlaps(&window))
            .into_iter()
            .collect());
    }
    let zone = zone_of(event, zones)?;
    let series = event.series(&zone);
    let found = series.and_then(|series| series.occurrences(window));
    found.map_err(|source| EventError::Series {
        event: event.id,
        source,
    })
}

/// The same, for one recurrence id.
pub(super) fn takes_place(
    event: &CalendarEvent,
    recurrence_id: DateTime<Utc>,
    zones: &ZoneDatabase,
) -> Result<bool, EventError> {
    let Ok(moment) = Interval::starting_at(recurrence_id, TimeDelta::microseconds(1)) else {
        return Ok(false);
    };
    let found = occurrences_within(event, moment, zones)?;
    Ok(found.iter().any(|one| one.recurrence_id == recurrence_id))
}

/// The zone that a meeting's wall-clock times are in.
pub(super) fn zone_of(event: &CalendarEvent, zones: &ZoneDatabase) -> Result<Zone, EventError> {
    Ok(zones.zone(event.when.time_zone())?)
}

/// What the wall clock shows when a meeting starts: the midnight before whole days.
pub(super) const fn civil_start(when: &When) -> NaiveDateTime {
    match when {
        When::Timed { local_start, .. } => *local_start,
        When::AllDay { first, .. } => first.and_time(NaiveTime::MIN),
    }
}

/// When the occurrence of a series with this recurrence id would take place.
pub(super) fn when_at(series: &CalendarEvent, recurrence_id: DateTime<Utc>, zone: &Zone) -> When {
    match &series.when {
        When::Timed {
            local_start,
            time_zone,
            during,
            zone_data,
        } => {
            // At a time that the clock skips, the rule still means the usual one.
            let shown = zone.to_civil(recurrence_id);
            let usual = shown.date().and_time(local_start.time());
            let is_meant = zone.instant_of(usual) == recurrence_id;
            let moved = Interval::starting_at(recurrence_id, during.duration());
            When::Timed {
                local_start: if is_meant { usual } else { shown },
                time_zone: time_zone.clone(),
                during: moved.unwrap_or(*during),
                zone_data: zone_data.clone(),
            }
        }
        When::AllDay {
            first,
            end,
            time_zone,
            zone_data,
            during,
        } => {
            let start = zone.date_at(recurrence_id);
            let end = start.checked_add_signed(*end - *first).unwrap_or(start);
            let [from, to] =
                [start, end].map(|date| zone.instant_of(date.and_time(NaiveTime::MIN)));
            When::AllDay {
                first: start,
                end,
                time_zone: time_zone.clone(),
                during: Interval::new(from, to).unwrap_or(*during),
                zone_data: zone_data.clone(),
            }
        }
    }
}
