//! Calendars of all kinds.

use astralis_core::icalendar::{Calendar, Cancellation, Invitation, Meeting, Publication, Reply};
use astralis_core::model::{CalendarEvent, EventStatus, ParticipationStatus};
use astralis_core::time::ZoneDatabase;
use chrono::TimeDelta;

use super::expected::Written;
use super::injections::injections;
use super::meetings::{change, civil, days, meeting, repeating, timed};
use super::zoned::{window, zoned};

pub(super) fn written() -> Vec<Written> {
    let mut files = messages();
    files.push(feed());
    files.extend(injections());
    files.extend(zoned());
    files
}

pub(super) fn file(
    name: &str,
    method: &'static str,
    events: &[&CalendarEvent],
    text: impl std::fmt::Display,
) -> Written {
    Written {
        name: name.to_owned(),
        text: text.to_string(),
        method,
        events: events.iter().map(|event| (*event).clone()).collect(),
        answers: None,
        alarms: Vec::new(),
        title: None,
        has_url: true,
        describes_its_zone_alone: false,
        window: window("2026-01-01", 500),
    }
}

fn messages() -> Vec<Written> {
    let zones = ZoneDatabase::bundled();
    let mut once = meeting(1, timed("Europe/Paris", "2026-04-02T10:30:00", 30));
    once.participants[1].optional = true;
    let whole_days = meeting(2, days("2026-04-02", "2026-04-04"));
    let (series, changed) = series_with_changes();
    let abroad = &changed[1];
    let mut answer = once.participants[1].clone();
    answer.status = ParticipationStatus::Tentative;
    let at = "2026-03-05T08:00:00Z".parse().unwrap();
    let reply = |event| Reply {
        meeting: Meeting::new(event, &zones),
        attendee: &answer,
        at,
    };
    let alone = Meeting {
        series: Some(&series),
        ..Meeting::new(abroad, &zones)
    };
    let of_series = Meeting {
        changed: &changed,
        reminders: &[TimeDelta::minutes(15), TimeDelta::days(1)],
        ..Meeting::new(&series, &zones)
    };
    let replied = |mut file: Written| {
        file.answers = Some(answer.clone());
        file
    };
    let mut invitation = file(
        "an invitation to a series",
        "REQUEST",
        &[&series, &changed[0], &changed[1]],
        Invitation(of_series),
    );
    invitation.alarms = vec![-900, -86_400];
    vec![
        invitation,
        file(
            "an invitation",
            "REQUEST",
            &[&once],
            Invitation(Meeting::new(&once, &zones)),
        ),
        file(
            "whole days",
            "REQUEST",
            &[&whole_days],
            Invitation(Meeting::new(&whole_days, &zones)),
        ),
        file(
            "a cancellation",
            "CANCEL",
            &[&once],
            Cancellation(Meeting::new(&once, &zones)),
        ),
        file(
            "the end of a series",
            "CANCEL",
            &[&series],
            Cancellation(of_series),
        ),
        file(
            "the end of an occurrence",
            "CANCEL",
            &[abroad],
            Cancellation(alone),
        ),
        file(
            "a publication",
            "PUBLISH",
            &[&once],
            Publication(Meeting::new(&once, &zones)),
        ),
        replied(file("an answer", "REPLY", &[&once], reply(&once))),
        replied(file(
            "an answer to a series",
            "REPLY",
            &[&series],
            reply(&series),
        )),
        replied(file(
            "an answer to an occurrence",
            "REPLY",
            &[abroad],
            Reply {
                meeting: alone,
                ..reply(abroad)
            },
        )),
    ]
}

/// Twice a week, with two dates more (one after its end), one less, two moved (one to another zone) and one called off.
fn series_with_changes() -> (CalendarEvent, Vec<CalendarEvent>) {
    let when = timed("Europe/Paris", "2026-03-16T10:30:00", 45);
    let rule = "FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20261130T103000";
    let mut series = repeating(3, when, rule);
    let later = timed("Europe/Paris", "2026-03-30T12:00:00", 60);
    let later = change(&mut series, "2026-03-30T10:30:00", 31, later);
    let abroad = timed("America/New_York", "2026-11-03T10:30:00", 30);
    let abroad = change(&mut series, "2026-11-02T10:30:00", 32, abroad);
    let off = timed("Europe/Paris", "2026-04-06T10:30:00", 45);
    let mut off = change(&mut series, "2026-04-06T10:30:00", 33, off);
    off.status = EventStatus::Cancelled;
    let recurrence = series.recurrence.as_mut().unwrap();
    recurrence.extra.insert(civil("2026-03-31T08:00:00"));
    recurrence.extra.insert(civil("2026-12-15T08:00:00"));
    recurrence.excluded.insert(civil("2026-10-26T10:30:00"));
    (series, vec![later, abroad, off])
}

fn feed() -> Written {
    let zones = ZoneDatabase::bundled();
    let (series, changed) = series_with_changes();
    let mut days_off = repeating(4, days("2026-03-27", "2026-03-29"), "FREQ=MONTHLY;COUNT=6");
    let moved = days("2026-04-28", "2026-05-01");
    let moved = change(&mut days_off, "2026-04-27T00:00:00", 41, moved);
    let recurrence = days_off.recurrence.as_mut().unwrap();
    recurrence.extra.insert(civil("2026-05-14T00:00:00"));
    recurrence.extra.insert(civil("2026-10-31T00:00:00"));
    let ends = |number, until: &str| {
        let when = timed("America/New_York", "2026-02-27T09:00:00", 30);
        repeating(number, when, &format!("FREQ=DAILY;UNTIL={until}"))
    };
    let mut elsewhere = repeating(
        60,
        timed("Europe/Paris", "2026-03-12T10:30:00", 30),
        "FREQ=WEEKLY",
    );
    let orphan = timed("Europe/Paris", "2026-04-10T15:00:00", 30);
    let orphan = change(&mut elsewhere, "2026-04-09T10:30:00", 61, orphan);
    let mut off = meeting(8, timed("Europe/Paris", "2026-06-02T10:30:00", 30));
    off.status = EventStatus::Cancelled;
    let mut events = vec![
        meeting(1, timed("Europe/Paris", "2026-04-02T10:30:00", 30)),
        series,
        days_off,
        moved,
        orphan,
        ends(5, "20260320"),
        ends(6, "20260320T090000"),
        ends(7, "20260320T130000Z"),
        off,
    ];
    events.extend(changed);
    let name = "Grace;\r\nX-EVIL:1, \"at\" work";
    let calendar = Calendar {
        refresh: Some(TimeDelta::hours(1)),
        ..Calendar::new(name, &events, &zones)
    };
    let text = calendar.to_string();
    // A changed occurrence that was called off is an EXDATE.
    let is_written =
        |one: &&CalendarEvent| one.occurrence_of.is_none() || one.status == EventStatus::Confirmed;
    let written: Vec<&CalendarEvent> = events.iter().filter(is_written).collect();
    Written {
        title: Some(name.to_owned()),
        ..file("a feed", "PUBLISH", &written, text)
    }
}
