//! Meetings that repeat, and occurrences of them.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;

use super::*;
use crate::model::{ChangedOccurrence, Recurrence};

fn civil(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

/// Every Thursday at 10:30 in Paris.
fn weekly(rule: &str) -> CalendarEvent {
    CalendarEvent {
        recurrence: Some(Recurrence {
            rule: rule.parse().unwrap(),
            extra: BTreeSet::new(),
            excluded: BTreeSet::new(),
            changed: BTreeSet::new(),
            claimed_until: None,
        }),
        ..meeting()
    }
}

/// Moved to an hour later, and on to another zone.
fn moved(series: &CalendarEvent, recurrence_id: &str) -> CalendarEvent {
    let during: Interval = "2026-04-16T14:00Z/2026-04-16T14:30Z".parse().unwrap();
    CalendarEvent {
        id: Uuid::from_u128(12).into(),
        when: When::Timed {
            local_start: civil("2026-04-16T10:00:00"),
            time_zone: "America/New_York".parse().unwrap(),
            during,
            zone_data: "2026e".to_owned(),
        },
        recurrence: None,
        occurrence_of: Some(ChangedOccurrence {
            series: series.id,
            recurrence_id: civil(recurrence_id),
        }),
        title: "Intro call, later".to_owned(),
        ..series.clone()
    }
}

#[track_caller]
fn has(text: &str, line: &str) {
    let unfolded = text.replace("\r\n ", "");
    assert!(
        unfolded.contains(&format!("\r\n{line}\r\n")),
        "{line}: {unfolded}"
    );
}

#[test]
fn a_series_goes_with_its_zones_and_its_changed_occurrences() {
    let mut series = weekly("FREQ=WEEKLY;UNTIL=20260601T103000");
    let change = moved(&series, "2026-04-16T10:30:00");
    let recurrence = series.recurrence.as_mut().unwrap();
    recurrence.extra.insert(civil("2026-04-03T10:30:00"));
    recurrence.excluded.insert(civil("2026-04-09T10:30:00"));
    recurrence.changed.insert(civil("2026-04-16T10:30:00"));
    let zones = ZoneDatabase::bundled();
    let meeting = Meeting {
        changed: &[change],
        reminders: &[TimeDelta::minutes(15)],
        ..Meeting::new(&series, &zones)
    };
    insta::assert_snapshot!(Invitation(meeting).to_string());
}

#[test]
fn a_changed_occurrence_that_is_missing_or_called_off_is_left_out_of_its_series() {
    let mut series = weekly("FREQ=WEEKLY");
    let mut change = moved(&series, "2026-04-16T10:30:00");
    change.status = EventStatus::Cancelled;
    let recurrence = series.recurrence.as_mut().unwrap();
    recurrence.changed.insert(civil("2026-04-16T10:30:00"));
    recurrence.changed.insert(civil("2026-04-23T10:30:00"));
    let zones = ZoneDatabase::bundled();
    let meeting = Meeting {
        changed: &[change],
        ..Meeting::new(&series, &zones)
    };
    let text = Invitation(meeting).to_string();
    has(
        &text,
        "EXDATE;TZID=Europe/Paris:20260416T103000,20260423T103000",
    );
    assert!(!text.contains("RECURRENCE-ID"), "{text}");
}

#[test]
fn a_changed_occurrence_alone_is_named_on_the_clock_of_its_series() {
    let series = weekly("FREQ=WEEKLY");
    let change = moved(&series, "2026-04-16T10:30:00");
    let zones = ZoneDatabase::bundled();
    let meeting = Meeting {
        series: Some(&series),
        ..Meeting::new(&change, &zones)
    };
    let text = Cancellation(meeting).to_string();
    has(&text, "RECURRENCE-ID;TZID=Europe/Paris:20260416T103000");
    has(&text, "DTSTART;TZID=America/New_York:20260416T100000");
    has(&text, "STATUS:CANCELLED");
    has(&text, "TZID:America/New_York");
    has(&text, "TZID:Europe/Paris");
}

#[test]
fn until_is_in_utc_beside_times_and_a_date_beside_dates() {
    let cases = [
        ("20260601T103000", "20260601T083000Z", "20260601"),
        ("20260601", "20260601T215959Z", "20260601"),
        ("20260601T233000Z", "20260601T233000Z", "20260602"),
    ];
    for (written, beside_times, beside_dates) in cases {
        let event = weekly(&format!("FREQ=WEEKLY;UNTIL={written}"));
        has(
            &invitation(&event),
            &format!("RRULE:FREQ=WEEKLY;UNTIL={beside_times}"),
        );
        let event = CalendarEvent {
            when: all_day().when,
            ..event
        };
        has(
            &invitation(&event),
            &format!("RRULE:FREQ=WEEKLY;UNTIL={beside_dates}"),
        );
    }
}

#[test]
fn whole_days_repeat_without_a_zone() {
    let mut series = CalendarEvent {
        when: all_day().when,
        ..weekly("FREQ=MONTHLY")
    };
    let recurrence = series.recurrence.as_mut().unwrap();
    recurrence.excluded.insert(civil("2026-05-02T00:00:00"));
    recurrence.extra.insert(civil("2026-05-03T00:00:00"));
    let text = publication(&series);
    has(&text, "DTSTART;VALUE=DATE:20260402");
    has(&text, "EXDATE;VALUE=DATE:20260502");
    has(&text, "RDATE;VALUE=DATE:20260503");
    assert!(!text.contains("TZID"), "{text}");
}

#[test]
fn what_repeats_in_utc_needs_no_zone() {
    let mut series = weekly("FREQ=WEEKLY");
    if let When::Timed {
        time_zone,
        local_start,
        during,
        ..
    } = &mut series.when
    {
        *time_zone = TimeZoneName::utc();
        *local_start = during.start().naive_utc();
    }
    let text = invitation(&series);
    has(&text, "DTSTART:20260402T083000Z");
    assert!(!text.contains("VTIMEZONE"), "{text}");
}

#[test]
fn an_end_in_the_second_of_two_repeated_hours_is_a_duration() {
    let mut series = weekly("FREQ=DAILY;COUNT=3");
    if let When::Timed {
        local_start,
        during,
        ..
    } = &mut series.when
    {
        *local_start = civil("2026-10-25T02:15:00");
        *during = "2026-10-25T00:15Z/2026-10-25T01:45Z".parse().unwrap();
    }
    let text = invitation(&series);
    has(&text, "DTSTART;TZID=Europe/Paris:20261025T021500");
    has(&text, "DURATION:PT1H30M");
    assert!(!text.contains("DTEND"), "{text}");
}

#[test]
fn an_occurrence_in_the_second_of_two_repeated_hours_is_in_utc() {
    let series = weekly("FREQ=DAILY");
    let mut change = moved(&series, "2026-10-25T10:30:00");
    if let When::Timed {
        time_zone,
        local_start,
        during,
        ..
    } = &mut change.when
    {
        *time_zone = paris();
        *local_start = civil("2026-10-25T02:15:00");
        *during = "2026-10-25T01:15Z/2026-10-25T01:45Z".parse().unwrap();
    }
    has(&invitation(&change), "DTSTART:20261025T011500Z");
}

#[test]
fn a_zone_that_nobody_describes_is_named_all_the_same() {
    let none = ZoneDatabase::from_tzif("empty", []).unwrap();
    let series = weekly("FREQ=WEEKLY");
    let text = Invitation(Meeting::new(&series, &none)).to_string();
    has(&text, "DTSTART;TZID=Europe/Paris:20260402T103000");
    has(&text, "DURATION:PT30M");
    assert!(!text.contains("VTIMEZONE"), "{text}");
}

#[test]
fn an_occurrence_at_a_skipped_time_has_the_name_that_its_series_gives_it() {
    let mut series = weekly("FREQ=DAILY");
    if let When::Timed {
        local_start,
        during,
        ..
    } = &mut series.when
    {
        *local_start = civil("2026-03-27T02:30:00");
        *during = "2026-03-27T01:30Z/2026-03-27T02:00Z".parse().unwrap();
    }
    // What the clock shows: it jumps from 2:00 to 3:00.
    let canonical = civil("2026-03-29T03:30:00");
    let change = moved(&series, "2026-03-29T03:30:00");
    let recurrence = series.recurrence.as_mut().unwrap();
    recurrence.excluded.insert(canonical);
    has(
        &invitation(&series),
        "EXDATE;TZID=Europe/Paris:20260329T023000",
    );
    let zones = ZoneDatabase::bundled();
    let meeting = Meeting {
        series: Some(&series),
        ..Meeting::new(&change, &zones)
    };
    has(
        &Invitation(meeting).to_string(),
        "RECURRENCE-ID;TZID=Europe/Paris:20260329T023000",
    );
}
