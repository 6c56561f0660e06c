use astralis_core::model::MeetingType;
use astralis_core::time::{CivilResolution, Interval, Zone};
use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, TimeDelta, Timelike, Utc};

use crate::pages::Reader;

/// How many hours a clock face has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClockFace {
    /// `1:30 pm`.
    Twelve,
    /// `13:30`.
    TwentyFour,
}

/// A stretch of time in one reader's words. Always names its zone.
#[derive(Debug, Clone)]
pub(crate) struct WhenView {
    /// Such as `Tuesday 24 November 2026`.
    pub(crate) date: String,
    /// Such as `09:00–09:30`.
    pub(crate) time: String,
    /// Such as `Europe/Paris (UTC+01:00)`; with both offsets if the clock changes meanwhile.
    pub(crate) zone: String,
    /// Its start for machines.
    pub(crate) start: String,
}

impl WhenView {
    pub(crate) fn new(during: Interval, reader: &Reader) -> Self {
        let (start, end) = (during.start(), during.end());
        let (first, last) = (reader.zone.date_at(start), reader.zone.date_at(end));
        let ends = if first == last {
            reader.time(end)
        } else {
            format!("{} ({})", reader.time(end), reader.date(last))
        };
        Self {
            date: reader.date(first),
            time: format!("{}–{ends}", reader.time(start)),
            zone: reader.zone_during(during),
            start: instant(start),
        }
    }
}

impl Reader {
    /// The time of day, such as `09:00` or `9:00 am`.
    pub(crate) fn time(&self, at: DateTime<Utc>) -> String {
        let civil = self.zone.to_civil(at);
        match self.clock {
            ClockFace::TwentyFour => civil.format("%H:%M").to_string(),
            ClockFace::Twelve => {
                let (afternoon, hour) = civil.hour12();
                let half = if afternoon { "pm" } else { "am" };
                format!("{hour}:{:02}\u{a0}{half}", civil.minute())
            }
        }
    }

    /// The time of day; with its offset if the clock shows it twice that day.
    pub(crate) fn exact_time(&self, at: DateTime<Utc>) -> String {
        match self.zone.resolve(self.zone.to_civil(at)) {
            CivilResolution::Fold { .. } => {
                format!("{} ({})", self.time(at), offset(&self.zone, at))
            }
            _ => self.time(at),
        }
    }

    /// The whole date, such as `Tuesday 24 November 2026`.
    pub(crate) fn date(&self, date: NaiveDate) -> String {
        let order = if self.month_first {
            "%A, %B %-d, %Y"
        } else {
            "%A %-d %B %Y"
        };
        date.format(order).to_string()
    }

    /// The zone's name with the offset it has at an instant.
    pub(crate) fn zone_at(&self, at: DateTime<Utc>) -> String {
        format!("{} ({})", self.zone.name(), offset(&self.zone, at))
    }

    /// The zone's name with the offsets it has at the start and the end.
    fn zone_during(&self, during: Interval) -> String {
        let (from, to) = (during.start(), during.end());
        let (first, last) = (offset(&self.zone, from), offset(&self.zone, to));
        if first == last {
            self.zone_at(from)
        } else {
            format!("{} ({first}, then {last})", self.zone.name())
        }
    }

    /// What to know when clocks change between now and a date, or on the date.
    pub(crate) fn offset_note(&self, now: DateTime<Utc>, date: NaiveDate) -> Option<String> {
        let day = self.zone.day(date)?;
        let last_instant = day.end() - TimeDelta::microseconds(1);
        let at = |instant| offset(&self.zone, instant);
        let (today, morning, evening) = (at(now), at(day.start()), at(last_instant));
        let zone = self.zone.name();
        if morning != evening {
            Some(format!(
                "Clocks change on that day: {zone} goes from {morning} to {evening}."
            ))
        } else if today != morning {
            Some(format!(
                "Clocks change before that day: {zone} is at {today} today and at {morning} then."
            ))
        } else {
            None
        }
    }

    /// Whether both clocks show the same all the time.
    pub(crate) fn shows_the_same_as(&self, other: &Zone, during: Interval) -> bool {
        let same = |at| self.zone.offset_at(at) == other.offset_at(at);
        same(during.start()) && same(during.end())
    }
}

/// The offset in force at an instant, such as `UTC+05:45`.
pub(crate) fn offset(zone: &Zone, at: DateTime<Utc>) -> String {
    let seconds = zone.offset_at(at);
    let sign = if seconds < 0 { '−' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// An instant for machines: attributes and addresses.
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// `November 2026`.
pub(crate) fn month_title(month: NaiveDate) -> String {
    month.format("%B %Y").to_string()
}

/// `2026-11`.
pub(crate) fn month_value(month: NaiveDate) -> String {
    format!("{:04}-{:02}", month.year(), month.month())
}

/// `45 minutes`, `1 hour 30 minutes`.
pub(crate) fn duration_in_words(duration: TimeDelta) -> String {
    let counted = |count: i64, one: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        many => Some(format!("{many} {one}s")),
    };
    let minutes = duration.num_minutes();
    let parts = [
        counted(minutes / 1440, "day"),
        counted(minutes % 1440 / 60, "hour"),
        counted(minutes % 60, "minute"),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// All lengths in one line: `20 minutes or 40 minutes`.
pub(crate) fn durations_in_words(durations: &[TimeDelta]) -> String {
    let words: Vec<_> = durations.iter().copied().map(duration_in_words).collect();
    words.join(" or ")
}

/// What guests read for a way to meet.
pub(crate) fn meeting_type_in_words(meeting_type: MeetingType) -> &'static str {
    match meeting_type {
        MeetingType::VideoCall => "Video call",
        MeetingType::PhoneCall => "Phone call",
        MeetingType::InPerson => "In person",
        _ => "Meeting",
    }
}

/// All ways to meet in one line: `Video call or phone call`.
pub(crate) fn meeting_types_in_words(meeting_types: &[MeetingType]) -> String {
    let words = meeting_types.iter().enumerate().map(|(index, way)| {
        let words = meeting_type_in_words(*way);
        if index == 0 {
            words.to_owned()
        } else {
            words.to_lowercase()
        }
    });
    words.collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use astralis_core::time::ZoneDatabase;

    fn reader(zone: &str, clock: ClockFace) -> Reader {
        let zone = zone.parse().unwrap();
        Reader {
            zone: ZoneDatabase::bundled().zone(&zone).unwrap(),
            clock,
            clock_chosen: false,
            month_first: false,
        }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn times_follow_the_clock_face() {
        let paris = reader("Europe/Paris", ClockFace::TwentyFour);
        assert_eq!(paris.time(at("2026-11-24T08:05:00Z")), "09:05");
        let paris = reader("Europe/Paris", ClockFace::Twelve);
        assert_eq!(paris.time(at("2026-11-24T11:05:00Z")), "12:05\u{a0}pm");
        assert_eq!(paris.time(at("2026-11-23T23:05:00Z")), "12:05\u{a0}am");
    }

    #[test]
    fn a_time_that_comes_twice_is_told_apart_by_its_offset() {
        let paris = reader("Europe/Paris", ClockFace::TwentyFour);
        assert_eq!(
            paris.exact_time(at("2026-10-25T00:30:00Z")),
            "02:30 (UTC+02:00)"
        );
        assert_eq!(
            paris.exact_time(at("2026-10-25T01:30:00Z")),
            "02:30 (UTC+01:00)"
        );
    }

    #[test]
    fn a_change_of_clocks_ahead_is_told() {
        let paris = reader("Europe/Paris", ClockFace::TwentyFour);
        let now = at("2026-03-01T08:00:00Z");
        let note = |date: &str| paris.offset_note(now, date.parse().unwrap());
        assert_eq!(note("2026-03-28"), None);
        assert_eq!(
            note("2026-03-29").unwrap(),
            "Clocks change on that day: Europe/Paris goes from UTC+01:00 to UTC+02:00."
        );
        assert_eq!(
            note("2026-03-30").unwrap(),
            "Clocks change before that day: Europe/Paris is at UTC+01:00 today and at UTC+02:00 then."
        );
    }

    #[test]
    fn a_meeting_across_a_change_of_clocks_names_both_offsets() {
        let paris = reader("Europe/Paris", ClockFace::TwentyFour);
        let during = Interval::new(at("2026-10-25T00:30:00Z"), at("2026-10-25T01:30:00Z"));
        let when = WhenView::new(during.unwrap(), &paris);
        assert_eq!(when.time, "02:30–02:30");
        assert_eq!(when.zone, "Europe/Paris (UTC+02:00, then UTC+01:00)");
    }

    #[test]
    fn clocks_at_one_offset_show_the_same() {
        let utc = reader("UTC", ClockFace::TwentyFour);
        let zone = |name| reader(name, ClockFace::TwentyFour).zone;
        let winter = Interval::new(at("2026-02-01T08:00:00Z"), at("2026-02-01T09:00:00Z")).unwrap();
        let summer = Interval::new(at("2026-07-01T08:00:00Z"), at("2026-07-01T09:00:00Z")).unwrap();
        assert!(utc.shows_the_same_as(&zone("Etc/UTC"), summer));
        assert!(utc.shows_the_same_as(&zone("Europe/London"), winter));
        assert!(!utc.shows_the_same_as(&zone("Europe/London"), summer));
    }

    #[test]
    fn durations_are_said_in_whole_words() {
        for (minutes, words) in [
            (1, "1 minute"),
            (45, "45 minutes"),
            (60, "1 hour"),
            (150, "2 hours 30 minutes"),
            (1440, "1 day"),
        ] {
            assert_eq!(duration_in_words(TimeDelta::minutes(minutes)), words);
        }
    }
}
