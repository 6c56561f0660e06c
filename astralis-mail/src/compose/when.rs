use astralis_core::model::When;
use astralis_core::time::{Interval, TimeZoneName, Zone, ZoneDatabase};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

const DATE: &str = "%A %-d %B %Y";
const TIME: &str = "%H:%M";

/// When a meeting takes place, in words for a reader, the zone always named:
/// `Thursday 2 April 2026, 10:30–11:00 (Europe/Paris, UTC+02:00)`.
///
/// Whole days stay the days they are and name their own zone.
pub(super) fn in_words(when: &When, reader: &Zone) -> String {
    match when {
        When::Timed { during, .. } => timed(*during, reader),
        When::AllDay {
            first,
            end,
            time_zone,
            ..
        } => all_day(*first, *end, time_zone),
    }
}

/// The start alone, short enough for a subject: `Thu 2 Apr 2026, 10:30 (Europe/Paris)`.
pub(super) fn in_short(when: &When, reader: &Zone) -> String {
    match when {
        When::Timed { during, .. } => {
            let start = reader.to_civil(during.start());
            format!(
                "{} ({})",
                start.format("%a %-d %b %Y, %H:%M"),
                reader.name()
            )
        }
        When::AllDay {
            first, time_zone, ..
        } => format!("{} ({time_zone})", first.format("%a %-d %b %Y")),
    }
}

/// A stretch of time in words; see [`in_words`].
pub(super) fn timed(during: Interval, reader: &Zone) -> String {
    let (start, end) = (
        reader.to_civil(during.start()),
        reader.to_civil(during.end()),
    );
    format!("{} ({})", stretch(start, end), offsets(during, reader))
}

/// Whether two readers see the same on their clocks for the whole of it.
pub(super) fn same_clock(during: Interval, one: &Zone, other: &Zone) -> bool {
    [during.start(), during.end()]
        .iter()
        .all(|at| one.offset_at(*at) == other.offset_at(*at))
}

/// The zone with this name. An edition of the zone data that lacks it cannot hold a mail back:
/// its times are then given in UTC, and say so.
pub(super) fn zone_or_utc(zones: &ZoneDatabase, name: &TimeZoneName) -> Zone {
    zones.zone(name).unwrap_or_else(|_| {
        zones
            .zone(&TimeZoneName::utc())
            .expect("every edition of the zone data has UTC")
    })
}

fn stretch(start: NaiveDateTime, end: NaiveDateTime) -> String {
    if start.date() == end.date() {
        format!(
            "{}, {}–{}",
            start.format(DATE),
            start.format(TIME),
            end.format(TIME)
        )
    } else {
        let point = |at: NaiveDateTime| at.format("%A %-d %B %Y, %H:%M").to_string();
        format!("{} – {}", point(start), point(end))
    }
}

fn all_day(first: NaiveDate, end: NaiveDate, time_zone: &TimeZoneName) -> String {
    let last = end.pred_opt().unwrap_or(end);
    if first >= last {
        format!("{}, all day ({time_zone})", first.format(DATE))
    } else {
        format!(
            "{} – {}, all day ({time_zone})",
            first.format(DATE),
            last.format(DATE)
        )
    }
}

/// The zone with its offset, or with both if the clocks change during the meeting.
fn offsets(during: Interval, zone: &Zone) -> String {
    let offset = |at: DateTime<Utc>| {
        let minutes = zone.offset_at(at) / 60;
        let sign = if minutes < 0 { '−' } else { '+' };
        format!(
            "UTC{sign}{:02}:{:02}",
            minutes.abs() / 60,
            minutes.abs() % 60
        )
    };
    let (first, last) = (offset(during.start()), offset(during.end()));
    if zone.name().as_str() == "UTC" {
        "UTC".to_owned()
    } else if first == last {
        format!("{}, {first}", zone.name())
    } else {
        format!("{}, {first}, then {last}", zone.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        ZoneDatabase::bundled()
            .zone(&name.parse().unwrap())
            .unwrap()
    }

    #[track_caller]
    fn check(during: &str, reader: &str, expected: &str) {
        assert_eq!(timed(during.parse().unwrap(), &zone(reader)), expected);
    }

    #[test]
    fn times_are_the_readers_and_name_their_zone() {
        let during = "2026-04-02T08:30Z/2026-04-02T09:00Z";
        check(
            during,
            "Europe/Paris",
            "Thursday 2 April 2026, 10:30–11:00 (Europe/Paris, UTC+02:00)",
        );
        check(
            during,
            "America/New_York",
            "Thursday 2 April 2026, 04:30–05:00 (America/New_York, UTC−04:00)",
        );
        check(
            during,
            "Asia/Kathmandu",
            "Thursday 2 April 2026, 14:15–14:45 (Asia/Kathmandu, UTC+05:45)",
        );
        check(during, "UTC", "Thursday 2 April 2026, 08:30–09:00 (UTC)");
    }

    #[test]
    fn a_meeting_over_midnight_names_both_days() {
        check(
            "2026-12-31T22:30Z/2026-12-31T23:30Z",
            "Europe/Paris",
            "Thursday 31 December 2026, 23:30 – Friday 1 January 2027, 00:30 \
             (Europe/Paris, UTC+01:00)",
        );
    }

    #[test]
    fn a_meeting_across_a_clock_change_names_both_offsets() {
        check(
            "2026-10-25T00:30Z/2026-10-25T01:30Z",
            "Europe/Paris",
            "Sunday 25 October 2026, 02:30–02:30 (Europe/Paris, UTC+02:00, then UTC+01:00)",
        );
    }

    #[test]
    fn a_zone_that_is_not_known_becomes_utc_by_name() {
        let zones = ZoneDatabase::bundled();
        let zone = zone_or_utc(&zones, &"Mars/Olympus".parse().unwrap());
        assert_eq!(zone.name().as_str(), "UTC");
    }

    #[test]
    fn whole_days_stay_days() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let paris = "Europe/Paris".parse().unwrap();
        assert_eq!(
            all_day(date("2026-04-02"), date("2026-04-03"), &paris),
            "Thursday 2 April 2026, all day (Europe/Paris)"
        );
        assert_eq!(
            all_day(date("2026-04-02"), date("2026-04-04"), &paris),
            "Thursday 2 April 2026 – Friday 3 April 2026, all day (Europe/Paris)"
        );
    }
}
