use std::fmt::Write;

use chrono::{NaiveDateTime, NaiveTime, TimeDelta, Timelike};

use crate::icalendar::read::blocks::Block;
use crate::time::{TimeZoneName, Zone, ZoneDatabase};

/// A zone as a file's own VTIMEZONE describes it.
#[derive(Debug, Clone)]
pub(super) struct FileZone {
    pub(super) zone: Zone,
    /// The first wall-clock time the description speaks of.
    pub(super) valid_from: NaiveDateTime,
}

/// Reads a VTIMEZONE (RFC 5545 §3.6.5) of the two kinds that can be read without doubt: one
/// offset for good, or one standard and one summer time that take turns by a yearly rule such as
/// "last Sunday in March". `None` for anything else.
pub(super) fn read(block: &Block) -> Option<FileZone> {
    let observances: Option<Vec<_>> = block.inside.iter().map(Observance::read).collect();
    let observances = observances?;
    let first = observances.first()?;
    let valid_from = observances.iter().map(|one| one.start).max()?;
    let zone = if observances.iter().all(|one| one.to == first.to) {
        from_posix(&posix_offset("STD", first.to), first.to)?
    } else {
        alternation(&observances)?
    };
    Some(FileZone { zone, valid_from })
}

/// A STANDARD or DAYLIGHT part.
struct Observance {
    daylight: bool,
    start: NaiveDateTime,
    from: i32,
    to: i32,
    /// Month, week (5 is the last) and day of the week (0 is Sunday) of its yearly start.
    yearly: Option<(u32, u32, u32)>,
}

impl Observance {
    fn read(block: &Block) -> Option<Self> {
        let only = |property| {
            let mut values = block.values(property);
            values.next().filter(|_| values.next().is_none())
        };
        let yearly = match only("RRULE") {
            Some(rule) => Some(yearly(rule)?),
            None if block.values("RRULE").next().is_some() => return None,
            None => None,
        };
        // Single dates of change describe the past; what holds after them is not said.
        if block.values("RDATE").next().is_some() {
            return None;
        }
        Some(Self {
            daylight: block.name == "DAYLIGHT",
            start: NaiveDateTime::parse_from_str(only("DTSTART")?, "%Y%m%dT%H%M%S").ok()?,
            from: offset(only("TZOFFSETFROM")?)?,
            to: offset(only("TZOFFSETTO")?)?,
            yearly,
        })
    }
}

/// `+0530` or `-033000` as seconds east of UTC.
fn offset(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-'])?;
    let well_formed = matches!(digits.len(), 4 | 6) && digits.bytes().all(|b| b.is_ascii_digit());
    let part = |range| {
        digits
            .get(range)
            .map_or(Some(0), |part: &str| part.parse::<i32>().ok())
    };
    let seconds = part(0..2)? * 3600 + part(2..4)? * 60 + part(4..6).unwrap_or(0);
    let sign = if text.starts_with('-') { -1 } else { 1 };
    (well_formed && seconds < 86_400).then_some(sign * seconds)
}

/// `FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU` and nothing beyond it.
fn yearly(rule: &str) -> Option<(u32, u32, u32)> {
    let (mut month, mut day, mut frequency) = (None, None, false);
    for part in rule
        .to_ascii_uppercase()
        .split(';')
        .filter(|part| !part.is_empty())
    {
        match part.split_once('=')? {
            ("FREQ", "YEARLY") => frequency = true,
            ("INTERVAL", "1") | ("WKST", _) => {}
            ("BYMONTH", value) => month = value.parse().ok().filter(|m| (1..=12).contains(m)),
            ("BYDAY", value) => day = week_and_day(value),
            _ => return None,
        }
    }
    let (week, weekday) = day?;
    frequency.then_some((month?, week, weekday))
}

fn week_and_day(value: &str) -> Option<(u32, u32)> {
    let (week, day) = value.split_at_checked(value.len().checked_sub(2)?)?;
    let days = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
    let weekday = days.iter().position(|name| *name == day)?;
    let week = match week.trim_start_matches('+').parse().ok()? {
        -1 => 5,
        week @ 1..=4 => u32::try_from(week).ok()?,
        _ => return None,
    };
    Some((week, u32::try_from(weekday).ok()?))
}

/// Standard and summer time in turn, as a POSIX rule: `STD-1DST-2,M3.5.0/2,M10.5.0/3`.
fn alternation(observances: &[Observance]) -> Option<Zone> {
    let [one, other] = observances else {
        return None;
    };
    let (summer, standard) = if one.daylight {
        (one, other)
    } else {
        (other, one)
    };
    let in_turn = summer.daylight
        && !standard.daylight
        && summer.from == standard.to
        && standard.from == summer.to;
    if !in_turn {
        return None;
    }
    let mut rule = posix_offset("STD", standard.to);
    rule.push_str(&posix_offset("DST", summer.to));
    for change in [summer, standard] {
        let (month, week, weekday) = change.yearly?;
        let time = change.start.time().signed_duration_since(NaiveTime::MIN);
        write!(rule, ",M{month}.{week}.{weekday}/{}", clock(time)).ok()?;
    }
    from_posix(&rule, standard.to)
}

/// POSIX counts westward: UTC+1 is `STD-01:00:00`.
fn posix_offset(name: &str, east: i32) -> String {
    let sign = if east > 0 { "-" } else { "" };
    let size = TimeDelta::seconds(i64::from(east).abs());
    format!("{name}{sign}{}", clock(size))
}

fn clock(time: TimeDelta) -> String {
    let time = NaiveTime::MIN + time;
    format!(
        "{:02}:{:02}:{:02}",
        time.hour(),
        time.minute(),
        time.second()
    )
}

/// A zone that follows a POSIX rule at all times: TZif data (RFC 9636) without transitions, with
/// the rule as their footer.
fn from_posix(rule: &str, east: i32) -> Option<Zone> {
    // isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt; then the one type there must be.
    let counts = [0_u32, 0, 0, 0, 1, 4].map(u32::to_be_bytes).concat();
    let mut data = Vec::new();
    for _ in 0..2 {
        data.extend_from_slice(b"TZif2");
        data.extend_from_slice(&[0; 15]);
        data.extend_from_slice(&counts);
        data.extend_from_slice(&east.to_be_bytes());
        data.extend_from_slice(&[0, 0]);
        data.extend_from_slice(b"STD\0");
    }
    data.extend_from_slice(format!("\n{rule}\n").as_bytes());
    let name: TimeZoneName = "Calendar/File".parse().ok()?;
    let zones = ZoneDatabase::from_tzif("file", [(name.clone(), data)]).ok()?;
    zones.zone(&name).ok()
}
