//! Feeds, busy time and answers.

use super::*;
use crate::model::BusyKind;

fn busy() -> Vec<(Interval, BusyKind)> {
    let time = |text: &str| text.parse().unwrap();
    vec![
        (time("2026-04-02T10:00Z/2026-04-02T11:00Z"), BusyKind::Busy),
        (time("2026-04-02T09:00Z/2026-04-02T10:00Z"), BusyKind::Busy),
        (
            time("2026-04-03T09:00Z/2026-04-03T10:00Z"),
            BusyKind::Tentative,
        ),
        (time("2026-04-04T09:00Z/2026-04-04T10:00Z"), BusyKind::Free),
        (
            time("2026-04-05T00:00Z/2026-04-06T00:00Z"),
            BusyKind::OutOfOffice,
        ),
        (
            time("2026-04-06T00:00Z/2026-04-07T00:00Z"),
            BusyKind::AllDay,
        ),
    ]
}

#[test]
fn an_answer_names_nobody_but_who_answers() {
    let event = meeting();
    let mut attendee = event.participants[1].clone();
    attendee.status = ParticipationStatus::Declined;
    let zones = ZoneDatabase::bundled();
    let reply = Reply {
        meeting: Meeting::new(&event, &zones),
        attendee: &attendee,
        at: "2026-03-02T08:00:00Z".parse().unwrap(),
    };
    insta::assert_snapshot!(reply.to_string());
}

#[test]
fn a_calendar_holds_many_meetings_whatever_their_order() {
    let mut other = all_day();
    other.id = Uuid::from_u128(13).into();
    other.uid = "0195f0c2-8e70-7000-8000-000000000001@astralis.example".to_owned();
    let zones = ZoneDatabase::bundled();
    let text = |events: &[CalendarEvent]| {
        let calendar = Calendar {
            refresh: Some(TimeDelta::hours(1)),
            reminders: &[TimeDelta::days(1)],
            ..Calendar::new("Grace, at work", events, &zones)
        };
        calendar.to_string()
    };
    let calendar = text(&[meeting(), other.clone()]);
    assert_eq!(calendar, text(&[other, meeting()]));
    insta::assert_snapshot!(calendar);
}

#[test]
fn a_busy_calendar_tells_when_and_nothing_else() {
    let busy = busy();
    let calendar = BusyCalendar {
        name: "Grace",
        owner: Uuid::from_u128(7).into(),
        id: Uuid::from_u128(14),
        busy: &busy,
        as_of: "2026-03-02T08:00:00Z".parse().unwrap(),
        refresh: None,
    };
    insta::assert_snapshot!(calendar.to_string());
    let another = BusyCalendar {
        id: Uuid::from_u128(15),
        ..calendar
    };
    let uids = |text: String| -> Vec<String> {
        let lines = text.lines().filter(|line| line.starts_with("UID:"));
        lines.map(str::to_owned).collect()
    };
    let (uids, others) = (uids(calendar.to_string()), uids(another.to_string()));
    assert!(uids.iter().all(|uid| !others.contains(uid)));
}

#[test]
fn published_busy_time_keeps_within_what_it_speaks_about() {
    let (owner, busy) = ("grace@example.com".parse().unwrap(), busy());
    let published = FreeBusy {
        owner: &owner,
        uid: "busy-time-of-grace",
        during: "2026-04-02T09:30Z/2026-04-05T12:00Z".parse().unwrap(),
        busy: &busy,
        as_of: "2026-03-02T08:00:00Z".parse().unwrap(),
    };
    insta::assert_snapshot!(published.to_string());
}
