//! What readers have to find, told by the model alone.

use astralis_core::icalendar::{CalendarFile, CalendarOwner, read};
use astralis_core::model::{CalendarEvent, EventStatus, Participant, ParticipationStatus, When};
use astralis_core::time::{Interval, Zone, ZoneDatabase};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

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
    pub(crate) window: Interval,
}

impl Written {
    /// A question for `read_calendars`.
    pub(crate) fn question(&self) -> String {
        let [from, to] = [self.window.start(), self.window.end()].map(instant);
        json!({"text": self.text, "from": from, "to": to}).to_string()
    }

    pub(crate) fn title(&self) -> Option<String> {
        self.title.as_deref().map(kept)
    }

    /// Whether a span lies where a clock is set by as much as it lies away from that, and an hour.
    pub(crate) fn is_near_a_change(&self, span: &[String; 2]) -> bool {
        let zones = self.events.iter().map(|event| zone_of(&event.when));
        let mut zones: Vec<Zone> = zones.collect();
        zones.dedup();
        let instants = span
            .iter()
            .filter_map(|at| at.parse::<DateTime<Utc>>().ok());
        let instants: Vec<_> = instants.collect();
        zones
            .iter()
            .any(|zone| instants.iter().any(|at| is_near_a_change(zone, *at)))
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
        let attendees = match (&self.answers, self.method) {
            (Some(attendee), _) => vec![person(attendee)],
            (None, "PUBLISH") => Vec::new(),
            (None, _) => event.participants.iter().map(person).collect(),
        };
        json!({
            "uid": event.uid,
            "sequence": event.sequence,
            "summary": kept(&event.title),
            "description": (!words.is_empty()).then(|| kept(&words.join("\n\n"))),
            "location": place.map(kept),
            "status": if self.is_on(event) { "CONFIRMED" } else { "CANCELLED" },
            "recurrenceId": self.recurrence_id(event),
            "organizer": [kept_name(&event.participants[0].name)],
            "attendees": attendees,
            "alarms": self.alarms,
        })
    }

    fn is_on(&self, event: &CalendarEvent) -> bool {
        self.method != "CANCEL" && event.status != EventStatus::Cancelled
    }

    fn recurrence_id(&self, event: &CalendarEvent) -> Option<String> {
        let change = event.occurrence_of.as_ref()?;
        let series = self.events.iter().find(|one| one.id == change.series);
        let when = &series.unwrap_or(event).when;
        Some(match when {
            When::AllDay { .. } => change.recurrence_id.date().to_string(),
            When::Timed { .. } => instant(zone_of(when).instant_of(change.recurrence_id)),
        })
    }

    /// When its owner is busy within the window, as starts and ends.
    pub(crate) fn busy(&self) -> Vec<[String; 2]> {
        let mut busy = Vec::new();
        for event in self.events.iter().filter(|event| self.is_on(event)) {
            let zone = zone_of(&event.when);
            let is_of_days = matches!(event.when, When::AllDay { .. });
            let occurrences = event.series(&zone).unwrap().occurrences(self.window);
            let during = occurrences.unwrap().into_iter().map(|one| one.during);
            busy.extend(during.map(|during| span(during, is_of_days, &zone)));
        }
        busy.sort_unstable();
        busy
    }
}

pub(crate) fn is_near_a_change(zone: &Zone, at: DateTime<Utc>) -> bool {
    let offset = |hours| zone.offset_at(at + TimeDelta::hours(hours));
    let jump = (offset(26) - offset(-26)).abs();
    let reach = TimeDelta::hours(1) + TimeDelta::seconds(jump.into());
    jump > 0 && zone.offset_at(at - reach) != zone.offset_at(at + reach)
}

fn zone_of(when: &When) -> Zone {
    ZoneDatabase::bundled().zone(when.time_zone()).unwrap()
}

fn person(one: &Participant) -> Value {
    let status = match one.status {
        ParticipationStatus::Accepted => "ACCEPTED",
        ParticipationStatus::Declined => "DECLINED",
        ParticipationStatus::Tentative => "TENTATIVE",
        _ => "NEEDS-ACTION",
    };
    let name = kept_name(&one.name);
    json!({"name": name, "address": format!("mailto:{}", one.email), "status": status})
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
