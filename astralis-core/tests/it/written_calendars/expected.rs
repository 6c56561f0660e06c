//! What readers have to find, told by the model alone.

use astralis_core::icalendar::{CalendarFile, CalendarOwner, read};
use astralis_core::model::{
    CalendarEvent, EventStatus, Participant, ParticipationStatus, Recurrence, When,
};
use astralis_core::recurrence::{End, Length, Series, Start, Until};
use astralis_core::time::{Interval, Zone, ZoneDatabase};
use chrono::{DateTime, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::faults::Reading;

/// A calendar, and what it was made of.
pub(crate) struct Written {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) method: &'static str,
    pub(crate) events: Vec<CalendarEvent>,
    /// Who is named as an attendee, if not everybody; none in a publication.
    pub(crate) answers: Option<Participant>,
    /// Seconds from the start, negative before it.
    pub(crate) alarms: Vec<i64>,
    /// What the calendar is called, if it is one to keep.
    pub(crate) title: Option<String>,
    /// Whether the link of its meetings can stand as a URI.
    pub(crate) has_url: bool,
    /// Whether nobody knows its zone but by its VTIMEZONE.
    pub(crate) describes_its_zone_alone: bool,
    pub(crate) window: Interval,
}

/// Meetings that stand for one occurrence, and for which. Changed occurrences that are not here are
/// written without their series, and so as meetings of their own.
const INSTEAD_OF: [(u128, &str); 4] = [
    (31, "2026-03-30T08:30:00Z"),
    // On the clock of the series, which is in Paris, and not of New York, where it takes place.
    (32, "2026-11-02T09:30:00Z"),
    (33, "2026-04-06T08:30:00Z"),
    (41, "2026-04-27"),
];

/// A UUIDv5 of the series 60 and the occurrence of 2026-04-09 10:30:00.
const UID_OF_ORPHAN: &str = "7b25ef41-d776-5776-9618-54fc9e0a1e9d";

impl Written {
    /// A question for `read_calendars`.
    pub(crate) fn question(&self) -> String {
        let [from, to] = [self.window.start(), self.window.end()].map(instant);
        json!({"text": self.text, "from": from, "to": to}).to_string()
    }

    pub(crate) fn title(&self) -> Option<String> {
        self.title.as_deref().map(kept)
    }

    /// Its VEVENTs, by UID and RECURRENCE-ID.
    pub(crate) fn events(&self) -> Vec<Value> {
        sorted(self.events.iter().map(|event| self.event(event)).collect())
    }

    fn event(&self, event: &CalendarEvent) -> Value {
        let link = event.meeting_link.as_deref();
        let words = [
            event.description.as_deref(),
            link.filter(|_| event.location.is_some()),
        ];
        let words: Vec<&str> = words.into_iter().flatten().collect();
        let place = event.location.as_deref().or(link);
        let attendees = self.attendees(event).map(|one| self.attendee(one));
        let is_orphan = event.occurrence_of.is_some() && instead_of(event).is_none();
        json!({
            "uid": if is_orphan { UID_OF_ORPHAN } else { &event.uid },
            "sequence": event.sequence,
            "summary": kept(&event.title),
            "description": (!words.is_empty()).then(|| kept(&words.join("\n\n"))),
            "location": place.map(kept),
            "url": link.filter(|_| self.has_url),
            "status": if self.is_on(event) { "CONFIRMED" } else { "CANCELLED" },
            "recurrenceId": instead_of(event),
            "organizer": [kept_name(&event.participants[0].name)],
            "attendees": attendees.collect::<Vec<_>>(),
            "alarms": self.alarms,
            "properties": self.properties(event),
        })
    }

    fn is_on(&self, event: &CalendarEvent) -> bool {
        self.method != "CANCEL" && event.status != EventStatus::Cancelled
    }

    fn attendees<'a>(&'a self, event: &'a CalendarEvent) -> impl Iterator<Item = &'a Participant> {
        let everybody = match (&self.answers, self.method) {
            (None, "PUBLISH") | (Some(_), _) => &[],
            (None, _) => &event.participants[..],
        };
        self.answers.iter().chain(everybody)
    }

    fn attendee(&self, one: &Participant) -> Value {
        let status = match one.status {
            ParticipationStatus::Accepted => "ACCEPTED",
            ParticipationStatus::Declined => "DECLINED",
            ParticipationStatus::Tentative => "TENTATIVE",
            _ => "NEEDS-ACTION",
        };
        let is_asked = self.method == "REQUEST" && status == "NEEDS-ACTION";
        json!({
            "name": kept_name(&one.name),
            "address": format!("mailto:{}", one.email),
            "status": status,
            "role": if one.optional { "OPT-PARTICIPANT" } else { "REQ-PARTICIPANT" },
            "rsvp": if is_asked { "TRUE" } else { "" },
        })
    }

    /// The names of what a VEVENT holds, sorted; whatever people typed adds nothing to them.
    fn properties(&self, event: &CalendarEvent) -> Vec<&'static str> {
        let rule = event.recurrence.as_ref().filter(|_| self.method != "REPLY");
        let has = |dates: bool| rule.is_some() && dates;
        let left_out = |rule: &Recurrence| {
            let changed = rule.changed.iter().filter(|id| !self.replaces(event, **id));
            !rule.excluded.is_empty() || changed.count() > 0
        };
        let optional = [
            ("RECURRENCE-ID", instead_of(event).is_some()),
            ("RRULE", rule.is_some()),
            (
                "RDATE",
                has(rule.is_some_and(|rule| !rule.extra.is_empty())),
            ),
            ("EXDATE", has(rule.is_some_and(left_out))),
            ("DESCRIPTION", self.event_has_words(event)),
            (
                "LOCATION",
                event.location.is_some() || event.meeting_link.is_some(),
            ),
            ("URL", event.meeting_link.is_some() && self.has_url),
        ];
        let optional = optional.iter().filter(|(_, is_there)| *is_there);
        let mut names: Vec<&str> = ALWAYS.to_vec();
        names.extend(optional.map(|(name, _)| *name));
        names.extend(self.attendees(event).map(|_| "ATTENDEE"));
        names.sort_unstable();
        names
    }

    fn event_has_words(&self, event: &CalendarEvent) -> bool {
        let has_link_beside_place = event.location.is_some() && event.meeting_link.is_some();
        event.description.is_some() || has_link_beside_place
    }

    /// Whether an occurrence of a series that was changed is one of the VEVENTs.
    fn replaces(&self, series: &CalendarEvent, id: NaiveDateTime) -> bool {
        let changes = self
            .events
            .iter()
            .filter_map(|one| one.occurrence_of.as_ref());
        let mut changes = changes.filter(|one| one.series == series.id);
        changes.any(|one| one.recurrence_id == id)
    }

    /// When its owner is busy within the window, as starts and ends.
    pub(crate) fn busy(&self, reading: Reading) -> Vec<[String; 2]> {
        let events = self.events.iter().filter(|event| self.is_on(event));
        let mut busy: Vec<_> = events
            .flat_map(|event| match &event.when {
                When::AllDay { first, end, .. } => {
                    let days = *end - *first;
                    let span = |at: NaiveDateTime| [at.date(), at.date() + days];
                    let shown = self.shown(event).into_iter();
                    shown
                        .map(|at| span(at).map(|date| date.to_string()))
                        .collect()
                }
                When::Timed { .. } => self.times(event, reading),
            })
            .collect();
        busy.sort_unstable();
        busy
    }

    fn times(&self, event: &CalendarEvent, reading: Reading) -> Vec<[String; 2]> {
        let (zone, during) = (zone_of(&event.when), event.when.during());
        let spans: Vec<[DateTime<Utc>; 2]> = if event.recurrence.is_some() {
            let span = |shown| reading.span(&zone, shown, during.duration());
            self.shown(event).into_iter().map(span).collect()
        } else {
            vec![[during.start(), during.end()]]
        };
        let overlaps = |[start, end]: &&[DateTime<Utc>; 2]| {
            *start < self.window.end() && *end > self.window.start()
        };
        let mut spans: Vec<_> = spans.iter().filter(overlaps).collect();
        if reading.ignores_duplicates() {
            spans.dedup();
        }
        spans.into_iter().map(|span| span.map(instant)).collect()
    }

    /// What the wall clock shows whenever a series starts: its rule on a clock that nobody ever sets.
    fn shown(&self, event: &CalendarEvent) -> Vec<NaiveDateTime> {
        let start = match &event.when {
            When::Timed { local_start, .. } => *local_start,
            When::AllDay { first, .. } => first.and_time(NaiveTime::MIN),
        };
        let Some(recurrence) = &event.recurrence else {
            return vec![start];
        };
        let zone = zone_of(&event.when);
        let rule = match recurrence.rule.end() {
            End::Until(Until::Instant(last)) => {
                let last = End::Until(Until::Civil(zone.to_civil(last)));
                recurrence.rule.clone().ending(last)
            }
            _ => recurrence.rule.clone(),
        };
        let length = Length::elapsed(TimeDelta::seconds(1));
        let mut series = Series::new(Start::Instant(start.and_utc()), &Zone::utc(), length);
        series.repeat(rule).unwrap();
        let around = self.window.padded(TimeDelta::days(2), TimeDelta::days(2));
        let found = series.occurrences(around).unwrap();
        let named = found.iter().map(|one| one.recurrence_id.naive_utc());
        let left_out = |at: &NaiveDateTime| {
            recurrence.excluded.contains(at) || recurrence.changed.contains(at)
        };
        let named = named.filter(|at| !left_out(at));
        named.chain(recurrence.extra.iter().copied()).collect()
    }
}

/// What every VEVENT holds.
const ALWAYS: [&str; 11] = [
    "UID",
    "SEQUENCE",
    "DTSTAMP",
    "CREATED",
    "LAST-MODIFIED",
    "DTSTART",
    "DTEND",
    "SUMMARY",
    "STATUS",
    "TRANSP",
    "ORGANIZER",
];

fn instead_of(event: &CalendarEvent) -> Option<&'static str> {
    let is_it = |(number, _): &&(u128, &str)| event.id == Uuid::from_u128(100 + number).into();
    INSTEAD_OF.iter().find(is_it).map(|(_, id)| *id)
}

fn zone_of(when: &When) -> Zone {
    ZoneDatabase::bundled().zone(when.time_zone()).unwrap()
}

pub(crate) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn span(during: Interval, is_of_days: bool, zone: &Zone) -> [String; 2] {
    [during.start(), during.end()].map(|at| {
        if is_of_days {
            zone.date_at(at).to_string()
        } else {
            instant(at)
        }
    })
}

/// What is left of a text once its control characters are gone: line breaks are `\n`.
fn kept(text: &str) -> String {
    let lines = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    lines.replace(|c: char| c.is_control() && c != '\n' && c != '\t', "")
}

/// What is left of a name: line breaks and tabs are spaces, backslashes slashes.
fn kept_name(text: &str) -> String {
    let spaces = text.replace(['\r', '\n', '\t', '\u{2028}', '\u{2029}'], " ");
    spaces.replace('\\', "/").replace(char::is_control, "")
}

/// By UID and RECURRENCE-ID.
pub(crate) fn sorted(mut events: Vec<Value>) -> Vec<Value> {
    let key = |event: &Value| (event["uid"].to_string(), event["recurrenceId"].to_string());
    events.sort_by_key(key);
    events
}

/// What our own reader finds, for somebody in Paris.
pub(crate) fn read_by_us(text: &str) -> CalendarFile {
    let zones = ZoneDatabase::bundled();
    let owner = CalendarOwner {
        zone: &zones.zone(&"Europe/Paris".parse().unwrap()).unwrap(),
        addresses: &[],
        zones: &zones,
    };
    read(text.as_bytes(), &owner).unwrap()
}

/// When its owner is busy within the window, as starts and ends.
pub(crate) fn busy_in(file: &CalendarFile, window: Interval) -> Vec<[String; 2]> {
    let mut busy = Vec::new();
    for event in &file.events {
        let zone = event.series.zone();
        let during = event.busy(window).unwrap().into_iter();
        busy.extend(during.map(|during| span(during, event.all_day, zone)));
    }
    busy.sort_unstable();
    busy
}
