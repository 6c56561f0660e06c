use chrono::{DateTime, Datelike, NaiveTime, TimeDelta, Timelike, Utc};

use crate::model::{CalendarEvent, FieldError, When, check_line, check_text};
use crate::recurrence::{RecurrenceError, RecurrenceRule};
use crate::scheduler::events::{EventDraft, EventTime, Invitee, MAX_PARTICIPANTS};
use crate::time::{Interval, Zone, ZoneDatabase};

/// The longest meeting.
const MAX_LENGTH: TimeDelta = TimeDelta::days(366);

/// A draft that says what a meeting can be, with its texts trimmed and its time resolved.
#[derive(Debug, Clone)]
pub(super) struct Checked {
    pub(super) draft: EventDraft,
    pub(super) when: When,
    pub(super) rule: Option<RecurrenceRule>,
}

impl EventDraft {
    /// Every field that is wrong, or what the draft means.
    pub(super) fn checked(&self, zones: &ZoneDatabase) -> Result<Checked, Vec<FieldError>> {
        let mut errors = Vec::new();
        let draft = self.with_trimmed_texts(&mut errors);
        let count = draft.participants.len();
        if !(1..=MAX_PARTICIPANTS).contains(&count) {
            let code = if count == 0 { "required" } else { "tooLong" };
            let expected = format!("1 to {MAX_PARTICIPANTS} participants");
            errors.push(FieldError::new("participants", code, expected));
        }
        let mut note = |error| errors.push(error);
        let when = draft.time.resolved(zones).map_err(&mut note).ok();
        let rule = draft.rule.as_deref().map(parsed).transpose();
        let rule = rule.map_err(&mut note).ok();
        match (when, rule) {
            (Some(when), Some(rule)) if errors.is_empty() => Ok(Checked { draft, when, rule }),
            _ => Err(errors),
        }
    }

    /// Notes what is wrong with a text; such a draft goes no further.
    fn with_trimmed_texts(&self, errors: &mut Vec<FieldError>) -> Self {
        let mut draft = self.clone();
        let mut keep = |checked: Result<String, FieldError>, place: &mut String| match checked {
            Ok(text) => *place = text,
            Err(error) => errors.push(error),
        };
        keep(check_line("title", &self.title, 1, 200), &mut draft.title);
        if let Some(text) = &mut draft.description {
            keep(check_text("description", &text.clone(), 0, 2000), text);
        }
        if let Some(text) = &mut draft.location {
            keep(check_line("location", &text.clone(), 0, 500), text);
        }
        if let Some(text) = &mut draft.meeting_link {
            keep(link(&text.clone()), text);
        }
        for invited in &mut draft.participants {
            if let Invitee::Guest { name, .. } = &mut invited.who {
                keep(check_line("participants", &name.clone(), 0, 200), name);
            }
        }
        let blank = |text: &String| !text.is_empty();
        draft.description = draft.description.filter(blank);
        draft.location = draft.location.filter(blank);
        draft.meeting_link = draft.meeting_link.filter(blank);
        draft
    }
}

impl EventTime {
    /// The instants that it means.
    fn resolved(&self, zones: &ZoneDatabase) -> Result<When, FieldError> {
        let zone = zones.zone(self.time_zone()).map_err(|unknown| {
            FieldError::new("timezone", "unknownTimeZone", unknown.expected())
        })?;
        let zone_data = zones.version().to_owned();
        match self {
            Self::Timed {
                start,
                end,
                time_zone,
            } => Ok(When::Timed {
                during: checked_span(*start, *end)?,
                local_start: zone.to_civil(*start),
                time_zone: time_zone.clone(),
                zone_data,
            }),
            Self::AllDay {
                first,
                end,
                time_zone,
            } => {
                let [from, to] =
                    [first, end].map(|date| zone.instant_of(date.and_time(NaiveTime::MIN)));
                Ok(When::AllDay {
                    during: checked_span(from, to)?,
                    first: *first,
                    end: *end,
                    time_zone: time_zone.clone(),
                    zone_data,
                })
            }
        }
    }
}

fn checked_span(start: DateTime<Utc>, end: DateTime<Utc>) -> Result<Interval, FieldError> {
    for (field, instant) in [("startTime", start), ("endTime", end)] {
        if !(1900..=9999).contains(&instant.year()) {
            let expected = "a year from 1900 to 9999";
            return Err(FieldError::new(field, "outOfRange", expected));
        }
        if instant.nanosecond() != 0 {
            return Err(FieldError::new(field, "notWholeSeconds", "a whole second"));
        }
    }
    let during = Interval::new(start, end)
        .map_err(|_| FieldError::new("endTime", "notAfterStart", "an end after the start"))?;
    if during.duration() > MAX_LENGTH {
        let expected = format!("at most {} days", MAX_LENGTH.num_days());
        return Err(FieldError::new("endTime", "tooLong", expected));
    }
    Ok(during)
}

fn parsed(rule: &str) -> Result<RecurrenceRule, FieldError> {
    rule.parse().map_err(|error| {
        let expected = format!("an RRULE of RFC 5545, but {error}");
        FieldError::new("recurrence", "invalidRule", expected)
    })
}

/// An address that a browser opens.
fn link(text: &str) -> Result<String, FieldError> {
    let text = check_line("meetingLink", text, 0, 2000)?;
    let host = ["https://", "http://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme));
    let is_address = |rest: &str| {
        let has_host = !rest.is_empty() && !rest.starts_with(['/', '?', '#']);
        has_host && !rest.contains([' ', '"', '<', '>'])
    };
    if text.is_empty() || host.is_some_and(is_address) {
        return Ok(text);
    }
    let expected = "an address that begins with https://";
    Err(FieldError::new("meetingLink", "notALink", expected))
}

/// Whether a series can be one: its rule names its start, at a time that a wall clock can tell.
pub(super) fn check_series(event: &CalendarEvent, zone: &Zone) -> Result<(), FieldError> {
    let start = event.when.during().start();
    if let When::Timed { local_start, .. } = &event.when
        && zone.instant_of(*local_start) != start
    {
        let expected = "a start that the clock shows for the first time that day";
        return Err(FieldError::new("startTime", "repeatedHour", expected));
    }
    let series = event.series(zone).map_err(|error| too_much(&error))?;
    let named = series.named_before(series.start() + TimeDelta::seconds(1));
    if named.map_err(|error| too_much(&error))? == 0 {
        let expected = "a rule that names the start";
        return Err(FieldError::new("recurrence", "startNotNamed", expected));
    }
    Ok(())
}

/// What a rule of the request takes more of than there is.
pub(super) fn too_much(error: &RecurrenceError) -> FieldError {
    let expected = format!("a rule that names less, but {error}");
    FieldError::new("recurrence", "tooMuch", expected)
}
