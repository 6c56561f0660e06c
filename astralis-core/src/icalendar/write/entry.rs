use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};

use super::clock::Clock;
use super::line::ContentLine;
use super::people::{write_attendee, write_organizer};
use super::values::{day, is_plain_uri, utc};
use super::{Meeting, Method, alarm};
use crate::model::{
    CalendarEvent, ChangedOccurrence, EventId, EventStatus, Participant, Recurrence, Transparency,
    When,
};
use crate::recurrence::{End, Frequency};
use crate::time::{TimeZoneName, Zone, ZoneDatabase};
use uuid::Uuid;

/// A VEVENT to be.
pub(super) struct Entry<'a> {
    event: &'a CalendarEvent,
    uid: Cow<'a, str>,
    clock: Clock,
    role: Role<'a>,
}

enum Role<'a> {
    /// It takes place once. Instants are written in UTC, which every reader understands without a
    /// table of zones; whole days stay dates.
    Once,
    /// It repeats, without these occurrences (EXDATE).
    Series {
        recurrence: &'a Recurrence,
        left_out: BTreeSet<NaiveDateTime>,
    },
    /// It stands in for an occurrence of a series, whose clock its RECURRENCE-ID is on.
    Occurrence {
        recurrence_id: NaiveDateTime,
        of: Clock,
    },
}

/// For whom a VEVENT is written, and with what beside the meeting itself.
pub(super) struct Style<'a> {
    pub(super) method: Method,
    reminders: &'a [TimeDelta],
    /// The one who answers, and when.
    answer: Option<(&'a Participant, DateTime<Utc>)>,
}

impl<'a> Style<'a> {
    pub(super) const fn of(method: Method) -> Self {
        Self {
            method,
            reminders: &[],
            answer: None,
        }
    }

    pub(super) const fn of_reply(attendee: &'a Participant, at: DateTime<Utc>) -> Self {
        Self {
            method: Method::Reply,
            reminders: &[],
            answer: Some((attendee, at)),
        }
    }

    pub(super) const fn reminding(self, reminders: &'a [TimeDelta]) -> Self {
        Self { reminders, ..self }
    }
}

impl<'a> Entry<'a> {
    /// A meeting alone, without those of its occurrences that were changed.
    pub(super) fn first_of(meeting: &Meeting<'a>) -> Self {
        Self::new(
            meeting.event,
            meeting.series,
            &BTreeSet::new(),
            meeting.zones,
        )
    }

    /// A meeting and those of its occurrences that were changed, by RECURRENCE-ID.
    pub(super) fn all_of(meeting: &Meeting<'a>) -> Vec<Self> {
        let (event, zones) = (meeting.event, meeting.zones);
        let mut changed: Vec<_> = meeting.changed.iter().filter(is_on).collect();
        changed.sort_by_key(|one| recurrence_id(one));
        let written = changed
            .iter()
            .filter_map(|one| recurrence_id(one))
            .collect();
        let first = Self::new(event, meeting.series, &written, zones);
        let others = changed
            .into_iter()
            .map(|one| Self::new(one, Some(event), &BTreeSet::new(), zones));
        std::iter::once(first).chain(others).collect()
    }

    /// `series` is what an occurrence belongs to, `written` holds the recurrence ids of a series
    /// that have entries of their own.
    pub(super) fn new(
        event: &'a CalendarEvent,
        series: Option<&CalendarEvent>,
        written: &BTreeSet<NaiveDateTime>,
        zones: &ZoneDatabase,
    ) -> Self {
        let clock = Clock::of(&event.when, zones);
        let role = if let Some(change) = &event.occurrence_of {
            let series = series.unwrap_or(event);
            let of = Clock::of(&series.when, zones);
            let names = |time| names_time(series, time);
            Role::Occurrence {
                recurrence_id: of.named_by_series(change.recurrence_id, names),
                of,
            }
        } else if let Some(recurrence) = &event.recurrence {
            let left_out = recurrence.changed.difference(written);
            let left_out = left_out.chain(&recurrence.excluded);
            let names = |time| names_time(event, time);
            let name = |time: &_| clock.named_by_series(*time, names);
            Role::Series {
                recurrence,
                left_out: left_out.map(name).collect(),
            }
        } else {
            Role::Once
        };
        Self {
            event,
            uid: Cow::Borrowed(&event.uid),
            clock,
            role,
        }
    }

    /// A changed occurrence whose series is not there: a meeting that takes place once, under a UID
    /// that stays the same, whatever else of the series changes.
    pub(super) fn orphan(
        event: &'a CalendarEvent,
        change: &ChangedOccurrence,
        zones: &ZoneDatabase,
    ) -> Self {
        let id = change.recurrence_id.to_string();
        let uid = Uuid::new_v5(&change.series.as_uuid(), id.as_bytes());
        Self {
            event,
            uid: Cow::Owned(uid.to_string()),
            clock: Clock::of(&event.when, zones),
            role: Role::Once,
        }
    }

    /// Where it stands in a calendar: by UID, each series before its changed occurrences.
    pub(super) fn place(&self) -> (&str, Option<NaiveDateTime>, EventId) {
        (&self.uid, recurrence_id(self.event), self.event.id)
    }

    /// Adds the zones that it names, each with the first instant that it needs.
    pub(super) fn add_zones(&self, zones: &mut BTreeMap<TimeZoneName, (Zone, DateTime<Utc>)>) {
        let start = self.event.when.during().start();
        let mut add = |clock: &Clock, from: DateTime<Utc>| {
            if let Some(zone) = clock.described_zone() {
                let known = zones.entry(zone.name().clone());
                let (_, first) = known.or_insert_with(|| (zone.clone(), from));
                *first = from.min(*first);
            }
        };
        match &self.role {
            Role::Once => {}
            Role::Series {
                recurrence,
                left_out,
            } => {
                let dates = recurrence.extra.iter().chain(left_out);
                let earliest = dates.min().and_then(|time| self.clock.instant_of(*time));
                add(&self.clock, earliest.map_or(start, |at| at.min(start)));
            }
            Role::Occurrence { recurrence_id, of } => {
                add(&self.clock, start);
                add(of, of.instant_of(*recurrence_id).unwrap_or(start));
            }
        }
    }

    pub(super) fn write(&self, out: &mut impl Write, style: &Style<'_>) -> fmt::Result {
        let (line, event) = (ContentLine::new, self.event);
        line("BEGIN").value("VEVENT", out)?;
        self.write_identity(out, style)?;
        self.write_when(out)?;
        if style.method != Method::Reply {
            self.write_rule(out)?;
        }
        self.write_words(out)?;
        line("STATUS").value(status(style.method, event.status), out)?;
        line("TRANSP").value(transparency(event.transparency), out)?;
        write_organizer(out, event)?;
        match style.answer {
            Some((attendee, _)) => write_attendee(out, style.method, attendee)?,
            None if style.method == Method::Publish => {}
            None => {
                for participant in &event.participants {
                    write_attendee(out, style.method, participant)?;
                }
            }
        }
        for before in style.reminders {
            alarm::write(out, &event.title, *before)?;
        }
        line("END").value("VEVENT", out)
    }

    fn write_identity(&self, out: &mut impl Write, style: &Style<'_>) -> fmt::Result {
        let (line, event) = (ContentLine::new, self.event);
        let stamp = style.answer.map_or(event.updated_at, |(_, at)| at);
        line("UID").text(&self.uid, out)?;
        line("SEQUENCE").value(event.sequence, out)?;
        line("DTSTAMP").value(utc(stamp), out)?;
        line("CREATED").value(utc(event.created_at), out)?;
        line("LAST-MODIFIED").value(utc(event.updated_at), out)
    }

    fn write_when(&self, out: &mut impl Write) -> fmt::Result {
        let when = &self.event.when;
        match &self.role {
            Role::Once => write_once(out, when),
            Role::Series { .. } => self.clock.write_span(out, when),
            Role::Occurrence { recurrence_id, of } => {
                of.write_time("RECURRENCE-ID", *recurrence_id, out)?;
                match when {
                    // The second of two repeated hours has no name on the wall clock.
                    When::Timed {
                        local_start,
                        during,
                        ..
                    } if !self.clock.means(*local_start, *during) => write_once(out, when),
                    _ => self.clock.write_span(out, when),
                }
            }
        }
    }

    fn write_rule(&self, out: &mut impl Write) -> fmt::Result {
        let Role::Series {
            recurrence,
            left_out,
        } = &self.role
        else {
            return Ok(());
        };
        let rule = match recurrence.rule.end() {
            End::Until(until) => {
                let until = End::Until(self.clock.until(until));
                recurrence.rule.clone().ending(until)
            }
            End::Never | End::Count(_) => recurrence.rule.clone(),
        };
        ContentLine::new("RRULE").value(rule, out)?;
        self.clock.write_times("RDATE", &recurrence.extra, out)?;
        self.clock.write_times("EXDATE", left_out, out)
    }

    fn write_words(&self, out: &mut impl Write) -> fmt::Result {
        let (line, event) = (ContentLine::new, self.event);
        line("SUMMARY").text(&event.title, out)?;
        let link = event.meeting_link.as_deref();
        // Many calendars do not show the URL property.
        let link_beside_place = link.filter(|_| event.location.is_some());
        let description = [event.description.as_deref(), link_beside_place];
        let description: Vec<_> = description.into_iter().flatten().collect();
        if !description.is_empty() {
            line("DESCRIPTION").text(&description.join("\n\n"), out)?;
        }
        if let Some(location) = event.location.as_deref().or(link) {
            line("LOCATION").text(location, out)?;
        }
        if let Some(link) = link.filter(|link| is_plain_uri(link)) {
            line("URL").value(link, out)?;
        }
        Ok(())
    }
}

/// Whether a series starts at this time of day: what its rule says of hours, minutes and seconds,
/// and DTSTART of those that the rule does not speak of.
fn names_time(series: &CalendarEvent, time: NaiveTime) -> bool {
    let start = match &series.when {
        When::Timed { local_start, .. } => local_start.time(),
        When::AllDay { .. } => NaiveTime::MIN,
    };
    let Some(recurrence) = &series.recurrence else {
        return time == start;
    };
    let (frequency, by) = (recurrence.rule.frequency(), recurrence.rule.by());
    let parts = [
        (&by.hours, Frequency::Hourly, start.hour(), time.hour()),
        (
            &by.minutes,
            Frequency::Minutely,
            start.minute(),
            time.minute(),
        ),
        (
            &by.seconds,
            Frequency::Secondly,
            start.second(),
            time.second(),
        ),
    ];
    parts.iter().all(|(listed, unit, own, shown)| {
        if listed.is_empty() {
            frequency <= *unit || own == shown
        } else {
            listed.iter().any(|one| u32::from(*one) == *shown)
        }
    })
}

fn write_once(out: &mut impl Write, when: &When) -> fmt::Result {
    let line = ContentLine::new;
    match when {
        When::Timed { during, .. } => {
            line("DTSTART").value(utc(during.start()), out)?;
            line("DTEND").value(utc(during.end()), out)
        }
        When::AllDay { first, end, .. } => {
            let date = |name| line(name).keyword("VALUE", "DATE");
            date("DTSTART").value(day(*first), out)?;
            date("DTEND").value(day(*end), out)
        }
    }
}

fn recurrence_id(event: &CalendarEvent) -> Option<NaiveDateTime> {
    event.occurrence_of.as_ref().map(|one| one.recurrence_id)
}

/// Whether it takes place. A changed occurrence that was called off is an EXDATE of its series:
/// there is no reader that does not know those.
pub(super) fn is_on(event: &&CalendarEvent) -> bool {
    event.status != EventStatus::Cancelled
}

const fn status(method: Method, status: EventStatus) -> &'static str {
    match (method, status) {
        (Method::Cancel, _) | (_, EventStatus::Cancelled) => "CANCELLED",
        (_, EventStatus::Scheduled | EventStatus::Confirmed | EventStatus::Completed) => {
            "CONFIRMED"
        }
    }
}

const fn transparency(transparency: Transparency) -> &'static str {
    match transparency {
        Transparency::Opaque => "OPAQUE",
        Transparency::Transparent => "TRANSPARENT",
    }
}
