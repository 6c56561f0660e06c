use std::collections::BTreeMap;
use std::fmt::{self, Write};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::{Builder, Uuid};

use super::line::ContentLine;
use super::values::{mailto, utc, utc_rounded_up};
use super::{Method, begin_calendar, end_calendar, write_title};
use crate::model::{BusyKind, EmailAddress, UserId};
use crate::time::{Interval, IntervalSet};

/// What the UIDs of all busy calendars end with.
const BUSY_TIME: &str = "@busy.astralis";

/// When somebody is busy as a calendar to subscribe to, and nothing of what they do: VEVENTs called
/// "Busy", without place and people.
///
/// Busy times of one kind that touch or overlap are one VEVENT; what is free is left out. Their UIDs
/// are made from the owner, [`id`](Self::id) and the time, and tell none of them; but they say that
/// they are such busy time ([`is_busy_time`]), and whoever knows the owner knows whose
/// ([`is_busy_time_of`]).
#[derive(Debug, Clone, Copy)]
pub struct BusyCalendar<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Whose it is. It is not shown.
    pub owner: UserId,
    /// What its UIDs are made from: no two calendars have one in common. It is not shown.
    pub id: Uuid,
    /// When they are busy, in any order.
    pub busy: &'a [(Interval, BusyKind)],
    /// When that was so.
    pub as_of: DateTime<Utc>,
    /// How often to look whether it changed; `None` leaves that to the reader.
    pub refresh: Option<TimeDelta>,
}

/// When somebody is busy as published free/busy time: a VFREEBUSY (RFC 5545 §3.6.4) with the
/// method PUBLISH (RFC 5546 §3.3.1).
///
/// What it does not call busy between its start and its end is free. Busy times of one kind that
/// touch or overlap are one; what lies outside is left out or cut.
#[derive(Debug, Clone, Copy)]
pub struct FreeBusy<'a> {
    /// Whose time it is.
    pub owner: &'a EmailAddress,
    /// Its UID, which stays the same.
    pub uid: &'a str,
    /// What it speaks about.
    pub during: Interval,
    /// When they are busy, in any order.
    pub busy: &'a [(Interval, BusyKind)],
    /// When that was so.
    pub as_of: DateTime<Utc>,
}

impl fmt::Display for BusyCalendar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // PUBLISH would have to name an ORGANIZER (RFC 5546 §3.2.1), and this names nobody.
        begin_calendar(f, None)?;
        write_title(f, self.name, self.refresh)?;
        for (shown, times) in by_look(self.busy) {
            for during in times.iter() {
                self.write_event(f, shown, during)?;
            }
        }
        end_calendar(f)
    }
}

impl BusyCalendar<'_> {
    fn write_event(&self, out: &mut impl Write, shown: Shown, during: Interval) -> fmt::Result {
        let line = ContentLine::new;
        let content = format!("{during} {}", shown.status());
        let own = Uuid::new_v5(&self.id, content.as_bytes());
        let uid = with_mark(self.owner, own);
        line("BEGIN").value("VEVENT", out)?;
        line("UID").value(format_args!("{uid}{BUSY_TIME}"), out)?;
        line("DTSTAMP").value(utc(self.as_of), out)?;
        line("DTSTART").value(utc(during.start()), out)?;
        line("DTEND").value(utc_rounded_up(during.end()), out)?;
        line("SUMMARY").text("Busy", out)?;
        if shown == Shown::Tentative {
            line("STATUS").value("TENTATIVE", out)?;
        }
        line("TRANSP").value("OPAQUE", out)?;
        line("X-MICROSOFT-CDO-BUSYSTATUS").value(shown.status(), out)?;
        line("END").value("VEVENT", out)
    }
}

/// Whether a [`BusyCalendar`], of whomever and on whatever server, gave the UID to its busy time:
/// two who pass on each other's would keep each other busy for good.
#[must_use]
pub fn is_busy_time(uid: &str) -> bool {
    id_of(uid).is_some()
}

/// Whether a [`BusyCalendar`] of this owner gave the UID to its busy time: reading that back would
/// keep its owner busy for good.
#[must_use]
pub fn is_busy_time_of(owner: UserId, uid: &str) -> bool {
    id_of(uid).is_some_and(|id| with_mark(owner, id) == id)
}

fn id_of(uid: &str) -> Option<Uuid> {
    Uuid::parse_str(uid.strip_suffix(BUSY_TIME)?).ok()
}

/// The id with a first half that all of its owner's busy time has: a UUIDv8 (RFC 9562 §5.8).
fn with_mark(owner: UserId, id: Uuid) -> Uuid {
    let mark = Uuid::new_v5(&owner.as_uuid(), b"published busy time");
    let mut bytes = *id.as_bytes();
    bytes[..8].copy_from_slice(&mark.as_bytes()[..8]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

impl fmt::Display for FreeBusy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = ContentLine::new;
        begin_calendar(f, Some(Method::Publish))?;
        line("BEGIN").value("VFREEBUSY", f)?;
        line("UID").text(self.uid, f)?;
        line("DTSTAMP").value(utc(self.as_of), f)?;
        line("ORGANIZER").value(mailto(self.owner), f)?;
        line("DTSTART").value(utc(self.during.start()), f)?;
        line("DTEND").value(utc_rounded_up(self.during.end()), f)?;
        let periods = self.periods();
        for same in periods.chunk_by(|(_, one), (_, next)| one == next) {
            let period = |(one, _): &(Interval, Shown)| {
                format!("{}/{}", utc(one.start()), utc_rounded_up(one.end()))
            };
            let listed: Vec<String> = same.iter().map(period).collect();
            let times = line("FREEBUSY").keyword("FBTYPE", same[0].1.free_busy_type());
            times.value(listed.join(","), f)?;
        }
        line("END").value("VFREEBUSY", f)?;
        end_calendar(f)
    }
}

impl FreeBusy<'_> {
    /// Ascending by start, whatever their kind (RFC 5546 §3.3.1).
    fn periods(&self) -> Vec<(Interval, Shown)> {
        let within = IntervalSet::from([self.during]);
        let mut periods = Vec::new();
        for (shown, times) in by_look(self.busy) {
            let times = times.intersect(&within);
            periods.extend(times.iter().map(|during| (during, shown)));
        }
        periods.sort_by_key(|(during, shown)| (during.start(), during.end(), *shown));
        periods
    }
}

/// What a calendar can say of busy time that has no words.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shown {
    Busy,
    Tentative,
    Away,
}

impl Shown {
    /// `None` for what is free. A whole day is busy time as any other: of whose day it is, only a
    /// date could tell.
    const fn of(kind: BusyKind) -> Option<Self> {
        match kind {
            BusyKind::Busy | BusyKind::AllDay => Some(Self::Busy),
            BusyKind::Tentative => Some(Self::Tentative),
            BusyKind::OutOfOffice => Some(Self::Away),
            BusyKind::Free => None,
        }
    }

    /// As Outlook calls it.
    const fn status(self) -> &'static str {
        match self {
            Self::Busy => "BUSY",
            Self::Tentative => "TENTATIVE",
            Self::Away => "OOF",
        }
    }

    /// FBTYPE (RFC 5545 §3.2.9).
    const fn free_busy_type(self) -> &'static str {
        match self {
            Self::Busy => "BUSY",
            Self::Tentative => "BUSY-TENTATIVE",
            Self::Away => "BUSY-UNAVAILABLE",
        }
    }
}

fn by_look(busy: &[(Interval, BusyKind)]) -> BTreeMap<Shown, IntervalSet> {
    let mut times: BTreeMap<Shown, Vec<Interval>> = BTreeMap::new();
    for (during, kind) in busy {
        if let Some(shown) = Shown::of(*kind) {
            times.entry(shown).or_default().push(*during);
        }
    }
    let set = |(shown, times)| (shown, IntervalSet::from_iter::<Vec<Interval>>(times));
    times.into_iter().map(set).collect()
}
