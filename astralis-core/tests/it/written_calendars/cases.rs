//! Calendars of all kinds.

use astralis_core::icalendar::{Calendar, Cancellation, Invitation, Meeting, Publication, Reply};
use astralis_core::model::{CalendarEvent, EventStatus, ParticipationStatus};
use astralis_core::time::{Interval, ZoneDatabase};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::expected::Written;
use super::meetings::{change, civil, days, meeting, repeating, timed};

/// A zone, and a day from which on its clock does something worth reading.
const ODD_ZONES: [(&str, &str); 21] = [
    ("America/Sao_Paulo", "2018-10-20"),
    ("Africa/Cairo", "2026-04-10"),
    ("Asia/Beirut", "2026-03-10"),
    ("America/Santiago", "2026-03-20"),
    ("America/Havana", "2026-02-20"),
    ("Atlantic/Azores", "2026-03-10"),
    ("Africa/Casablanca", "2026-02-01"),
    ("Asia/Tehran", "2022-02-20"),
    ("Europe/Dublin", "2026-03-10"),
    ("Australia/Lord_Howe", "2026-03-20"),
    ("Pacific/Chatham", "2026-03-20"),
    ("Asia/Kathmandu", "2026-03-20"),
    ("Asia/Gaza", "2026-01-20"),
    ("America/New_York", "2006-09-20"),
    ("Europe/Paris", "2026-10-01"),
    ("Pacific/Apia", "2011-12-01"),
    ("Europe/Istanbul", "2016-03-01"),
    ("America/Vancouver", "2026-02-01"),
    ("America/Nuuk", "2026-03-01"),
    ("Asia/Jerusalem", "2026-03-01"),
    ("Etc/UTC", "2026-03-01"),
];

/// What means something in a calendar, in a mail, or in a reader's code.
const INJECTIONS: [&str; 8] = [
    "\r\nBEGIN:VEVENT\r\nSUMMARY:mine\r\nEND:VEVENT\r\n",
    "\nATTENDEE:mailto:eve@example.net\n",
    "a\rb\u{2028}c\u{2029}d\u{85}e\u{b}f\u{c}g\u{1c}h",
    "\";CN=Eve:mailto:eve@example.net,\\;\\\\n^n^'^^",
    "\0\u{1}\u{7f}\u{feff}end",
    "END:VCALENDAR \\",
    " leading and trailing\t ",
    "日本語のとても長い題名を折り返すための文字列です。日本語のとても長い題名を折り返すための文字列です。🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉",
];

pub(super) fn written() -> Vec<Written> {
    let mut files = messages();
    files.push(feed());
    let injections = INJECTIONS.map(str::to_owned).into_iter().chain(scraps());
    files.extend(
        injections
            .enumerate()
            .map(|(number, text)| hostile(number, &text)),
    );
    for (zone, from) in ODD_ZONES {
        files.push(with_a_zone_of_its_own(every_day(zone, from), "daily"));
        files.push(with_a_zone_of_its_own(
            for_decades(zone, from),
            "for decades",
        ));
    }
    files
}

/// Any text, with a taste for the characters that mean something in a calendar; always the same.
fn scraps() -> Vec<String> {
    let telling: Vec<char> = "\";:,\\^'=\r\n\t \0\u{7f}\u{85}\u{2028}éN老"
        .chars()
        .collect();
    let character = prop_oneof![prop::sample::select(telling), any::<char>()];
    let text = prop::collection::vec(character, 0..120).prop_map(String::from_iter);
    let mut runner = TestRunner::deterministic();
    let one = || text.new_tree(&mut runner).unwrap().current();
    std::iter::repeat_with(one).take(40).collect()
}

fn window(from: &str, days: i64) -> Interval {
    let start: DateTime<Utc> = format!("{from}T00:00:00Z").parse().unwrap();
    Interval::starting_at(start, TimeDelta::days(days)).unwrap()
}

fn file(
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
        window: window("2026-01-01", 500),
    }
}

fn messages() -> Vec<Written> {
    let zones = ZoneDatabase::bundled();
    let once = meeting(1, timed("Europe/Paris", "2026-04-02T10:30:00", 30));
    let whole_days = meeting(2, days("2026-04-02", "2026-04-04"));
    let (series, changed) = series_with_changes();
    let alone = &changed[0];
    let mut answer = once.participants[1].clone();
    answer.status = ParticipationStatus::Tentative;
    let at = "2026-03-05T08:00:00Z".parse().unwrap();
    let reply = |event| Reply {
        meeting: Meeting::new(event, &zones),
        attendee: &answer,
        at,
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
            &[alone],
            Cancellation(Meeting::new(alone, &zones)),
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
            &[alone],
            reply(alone),
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
    let mut skipped = repeating(
        51,
        timed("Europe/Paris", "2026-03-27T02:30:00", 30),
        "FREQ=DAILY;COUNT=4",
    );
    let noon = timed("Europe/Paris", "2026-03-31T12:00:00", 30);
    let noon = change(&mut skipped, "2026-03-29T03:30:00", 52, noon);
    let mut off = meeting(8, timed("Europe/Paris", "2026-06-02T10:30:00", 30));
    off.status = EventStatus::Cancelled;
    let mut events = vec![
        meeting(1, timed("Europe/Paris", "2026-04-02T10:30:00", 30)),
        series,
        days_off,
        moved,
        skipped,
        noon,
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
    let is_written =
        |one: &&CalendarEvent| one.occurrence_of.is_none() || one.status == EventStatus::Confirmed;
    let written: Vec<&CalendarEvent> = events.iter().filter(is_written).collect();
    Written {
        title: Some(name.to_owned()),
        ..file("a feed", "PUBLISH", &written, text)
    }
}

fn hostile(number: usize, injection: &str) -> Written {
    let zones = ZoneDatabase::bundled();
    let mut event = meeting(9, timed("Europe/Paris", "2026-04-02T10:30:00", 30));
    event.title = format!("x{injection}x");
    event.description = Some(format!("x{injection}x"));
    event.location = Some(format!("x{injection}x"));
    event.meeting_link = None;
    for participant in &mut event.participants {
        participant.name = format!("x{injection}x");
    }
    let name = format!("injection {number}");
    file(
        &name,
        "REQUEST",
        &[&event],
        Invitation(Meeting::new(&event, &zones)),
    )
}

/// At midnight and in the night, for eight months.
fn every_day(zone: &str, from: &str) -> Written {
    let times = ["00:00:00", "02:30:00"];
    let series = |(number, time): (u128, &&str)| {
        let when = timed(zone, &format!("{from}T{time}"), 30);
        repeating(number, when, "FREQ=DAILY")
    };
    let events: Vec<CalendarEvent> = (10..).zip(&times).map(series).collect();
    calendar(zone, &events, window(from, 240))
}

/// At noon, twice a year for thirty years.
fn for_decades(zone: &str, from: &str) -> Written {
    let when = timed(zone, &format!("{from}T12:00:00"), 30);
    let series = repeating(20, when, "FREQ=MONTHLY;INTERVAL=6");
    calendar(zone, &[series], window(from, 30 * 365))
}

fn calendar(zone: &str, events: &[CalendarEvent], window: Interval) -> Written {
    let zones = ZoneDatabase::bundled();
    let written: Vec<&CalendarEvent> = events.iter().collect();
    let calendar = Calendar::new(zone, events, &zones);
    Written {
        title: Some(zone.to_owned()),
        window,
        ..file(zone, "PUBLISH", &written, calendar)
    }
}

/// The same under a name that nobody knows: what its zone means is told by its VTIMEZONE alone.
fn with_a_zone_of_its_own(mut file: Written, how: &str) -> Written {
    let zone = file.name.clone();
    // Readers keep what they learned of a name.
    let own = format!("{how} in {}", zone.replace('/', " "));
    for name in ["TZID:", "TZID="] {
        file.text = file
            .text
            .replace(&format!("{name}{zone}"), &format!("{name}{own}"));
    }
    file.name = own;
    file
}
