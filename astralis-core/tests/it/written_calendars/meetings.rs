//! Meetings to be written down.

use std::collections::BTreeSet;

use astralis_core::model::{
    CalendarEvent, ChangedOccurrence, EventStatus, Origin, Participant, ParticipationStatus,
    Recurrence, Transparency, UserId, When,
};
use astralis_core::time::{Interval, TimeZoneName, ZoneDatabase};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use uuid::Uuid;

pub(crate) fn civil(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

/// `minutes` long, at what the clock of `zone` shows.
pub(crate) fn timed(zone: &str, local_start: &str, minutes: i64) -> When {
    let time_zone: TimeZoneName = zone.parse().unwrap();
    let local_start = civil(local_start);
    let start = ZoneDatabase::bundled()
        .zone(&time_zone)
        .unwrap()
        .instant_of(local_start);
    When::Timed {
        local_start,
        time_zone,
        during: Interval::starting_at(start, TimeDelta::minutes(minutes)).unwrap(),
        zone_data: "2026e".to_owned(),
    }
}

pub(crate) fn days(first: &str, end: &str) -> When {
    let [first, end]: [NaiveDate; 2] = [first, end].map(|date| date.parse().unwrap());
    let time_zone: TimeZoneName = "Europe/Paris".parse().unwrap();
    let zone = ZoneDatabase::bundled().zone(&time_zone).unwrap();
    let during = Interval::new(zone.start_of(first).unwrap(), zone.start_of(end).unwrap());
    When::AllDay {
        first,
        end,
        time_zone,
        during: during.unwrap(),
        zone_data: "2026e".to_owned(),
    }
}

pub(crate) fn meeting(number: u128, when: When) -> CalendarEvent {
    let host = UserId::new(Uuid::from_u128(1));
    let participant = |user, email: &str, name: &str, status| Participant {
        user,
        email: email.parse().unwrap(),
        name: name.to_owned(),
        status,
        optional: false,
    };
    let recorded: DateTime<Utc> = "2026-03-01T12:00:00Z".parse().unwrap();
    CalendarEvent {
        id: Uuid::from_u128(100 + number).into(),
        org: Uuid::from_u128(2).into(),
        title: format!("Meeting {number}"),
        description: Some("About the engine.\nBring numbers.".to_owned()),
        when,
        recurrence: None,
        occurrence_of: None,
        organizer: host,
        participants: vec![
            participant(
                Some(host),
                "grace@example.com",
                "Grace",
                ParticipationStatus::Accepted,
            ),
            participant(
                None,
                "ada@example.org",
                "Ada",
                ParticipationStatus::NeedsAction,
            ),
        ],
        location: Some("Room 1".to_owned()),
        meeting_type: None,
        meeting_link: Some("https://meet.example.com/intro?room=1".to_owned()),
        status: EventStatus::Confirmed,
        conflicts: Vec::new(),
        transparency: Transparency::Opaque,
        uid: format!("meeting-{number}@astralis.example"),
        sequence: 2,
        version: 3,
        origin: Origin::Internal,
        created_at: recorded,
        updated_at: recorded,
    }
}

pub(crate) fn repeating(number: u128, when: When, rule: &str) -> CalendarEvent {
    CalendarEvent {
        recurrence: Some(Recurrence {
            rule: rule.parse().unwrap(),
            extra: BTreeSet::new(),
            excluded: BTreeSet::new(),
            changed: BTreeSet::new(),
            claimed_until: None,
        }),
        ..meeting(number, when)
    }
}

/// Takes one occurrence out of a series, to take place at another time.
pub(crate) fn change(
    series: &mut CalendarEvent,
    recurrence_id: &str,
    number: u128,
    when: When,
) -> CalendarEvent {
    let recurrence_id = civil(recurrence_id);
    let recurrence = series.recurrence.as_mut().unwrap();
    recurrence.changed.insert(recurrence_id);
    CalendarEvent {
        uid: series.uid.clone(),
        title: format!("{}, changed", series.title),
        occurrence_of: Some(ChangedOccurrence {
            series: series.id,
            recurrence_id,
        }),
        ..meeting(number, when)
    }
}
