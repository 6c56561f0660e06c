use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};

use crate::model::{CalendarEvent, FieldError, When, check_line, check_text};
use crate::recurrence::{RecurrenceError, RecurrenceRule};
use crate::scheduler::events::{EventDraft, EventTime, Invitee, MAX_EXTRA_DATES, MAX_PARTICIPANTS};
use crate::time::{Interval, Zone, ZoneDatabase};

/// The longest meeting.
const MAX_LENGTH: TimeDelta = TimeDelta::days(366);

/// A draft that says what a meeting can be, with its texts trimmed and its time resolved.
#[derive(Debug, Clone)]
pub(super) struct Checked {
    pub(super) draft: EventDraft,
    pub(super) when: When,
    pub(super) rule: Option<RecurrenceRule>,
    /// As they were written; `None`: those that it has.
    pub(super) extra: Option<BTreeSet<NaiveDateTime>>,
}

impl EventDraft {
    /// What the draft means, if its times can be told, and every field that is wrong.
    pub(super) fn checked(&self, zones: &ZoneDatabase) -> (Option<Checked>, Vec<FieldError>) {
        let mut errors = Vec::new();
        let draft = self.with_trimmed_texts(&mut errors);
        let count = draft.participants.len();
        if !(1..=MAX_PARTICIPANTS).contains(&count) {
            let code = if count == 0 { "required" } else { "tooLong" };
            let expected = format!("1 to {MAX_PARTICIPANTS} participants");
            errors.push(FieldError::new("participants", code, expected));
        }
        let when = draft.time.resolved(zones, &mut errors);
        let rule = draft.rule.as_deref().map(parsed).transpose();
        let rule = rule.map_err(|error| errors.push(error)).ok();
        let extra = draft.extra_dates().map_err(|error| errors.push(error)).ok();
        let checked = match (when, rule, extra) {
            (Some(when), Some(rule), Some(extra)) => Some(Checked {
                draft,
                when,
                rule,
                extra,
            }),
            _ => None,
        };
        (checked, errors)
    }

    /// The dates that no rule names, each once.
    fn extra_dates(&self) -> Result<Option<BTreeSet<NaiveDateTime>>, FieldError> {
        let Some(extra) = &self.extra else {
            return Ok(None);
        };
        let wrong = |code, expected: String| Err(FieldError::new("extra", code, expected));
        if self.rule.is_none() && !extra.is_empty() {
            let expected = "none without a recurrence; FREQ=DAILY;COUNT=1 names the start alone";
            return wrong("notAllowed", expected.to_owned());
        }
        if extra.len() > MAX_EXTRA_DATES {
            return wrong("tooLong", format!("at most {MAX_EXTRA_DATES} dates"));
        }
        let is_of_days = matches!(self.time, EventTime::AllDay { .. });
        let mut dates = BTreeSet::new();
        for date in extra {
            if !(1900..=9999).contains(&date.year()) {
                return wrong("outOfRange", "years from 1900 to 9999".to_owned());
            }
            if date.nanosecond() != 0 {
                return wrong("notWholeSeconds", "whole seconds".to_owned());
            }
            if is_of_days && date.time() != NaiveTime::MIN {
                return wrong("notADate", "dates, of a meeting that lasts days".to_owned());
            }
            if !dates.insert(*date) {
                return wrong("twice", format!("each date once, unlike {date}"));
            }
        }
        Ok(Some(dates))
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
    /// The instants that it means, if that can be told. Of a time in an unknown zone, what is wrong
    /// in any zone is noted as well.
    fn resolved(&self, zones: &ZoneDatabase, errors: &mut Vec<FieldError>) -> Option<When> {
        let zone = zones.zone(self.time_zone()).map_err(|unknown| {
            let expected = unknown.expected();
            errors.push(FieldError::new("timezone", "unknownTimeZone", expected));
        });
        let zone = zone.ok();
        let any = zone.clone().unwrap_or_else(Zone::utc);
        let when = self.in_zone(&any, zones.version(), errors);
        zone.and(when)
    }

    fn in_zone(&self, zone: &Zone, version: &str, errors: &mut Vec<FieldError>) -> Option<When> {
        let zone_data = version.to_owned();
        match self {
            Self::Timed {
                start,
                end,
                time_zone,
            } => Some(When::Timed {
                during: checked_span([("startTime", *start), ("endTime", *end)], errors)?,
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
                Some(When::AllDay {
                    during: checked_span([("allDay.first", from), ("allDay.end", to)], errors)?,
                    first: *first,
                    end: *end,
                    time_zone: time_zone.clone(),
                    zone_data,
                })
            }
        }
    }
}

/// From the first instant to the second one; each comes with the name of its field.
fn checked_span(
    ends: [(&'static str, DateTime<Utc>); 2],
    errors: &mut Vec<FieldError>,
) -> Option<Interval> {
    let before = errors.len();
    for (field, instant) in ends {
        if !(1900..=9999).contains(&instant.year()) {
            let expected = "a year from 1900 to 9999";
            errors.push(FieldError::new(field, "outOfRange", expected));
        } else if instant.nanosecond() != 0 {
            errors.push(FieldError::new(field, "notWholeSeconds", "a whole second"));
        }
    }
    let [(_, start), (field, end)] = ends;
    if errors.len() > before {
        return None;
    }
    let Ok(during) = Interval::new(start, end) else {
        let expected = "an end after the start";
        errors.push(FieldError::new(field, "notAfterStart", expected));
        return None;
    };
    if during.duration() > MAX_LENGTH {
        let expected = format!("at most {} days", MAX_LENGTH.num_days());
        errors.push(FieldError::new(field, "tooLong", expected));
        return None;
    }
    Some(during)
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

/// Whether a series can be one: its rule names its start, at a time that a wall clock can tell, and
/// no other date comes before that.
pub(super) fn check_series(event: &CalendarEvent, zone: &Zone) -> Result<(), Vec<FieldError>> {
    let checks = [
        check_clock(event, zone),
        check_named(event, zone),
        check_extra(event, zone),
    ];
    let errors: Vec<_> = checks.into_iter().filter_map(Result::err).collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

fn check_clock(event: &CalendarEvent, zone: &Zone) -> Result<(), FieldError> {
    let start = event.when.during().start();
    if let When::Timed { local_start, .. } = &event.when
        && zone.instant_of(*local_start) != start
    {
        let expected = "a start that the clock shows for the first time that day";
        return Err(FieldError::new("startTime", "repeatedHour", expected));
    }
    Ok(())
}

fn check_named(event: &CalendarEvent, zone: &Zone) -> Result<(), FieldError> {
    let series = event.series(zone).map_err(|error| too_much(&error))?;
    let named = series.named_before(series.start() + TimeDelta::seconds(1));
    if named.map_err(|error| too_much(&error))? == 0 {
        let expected = "a rule that names the start";
        return Err(FieldError::new("recurrence", "startNotNamed", expected));
    }
    Ok(())
}

fn check_extra(event: &CalendarEvent, zone: &Zone) -> Result<(), FieldError> {
    let start = event.when.during().start();
    let mut dates = event.recurrence.iter().flat_map(|known| &known.extra);
    match dates.find(|date| zone.instant_of(**date) <= start) {
        None => Ok(()),
        Some(date) => {
            let expected = format!("dates after the start, unlike {date}");
            Err(FieldError::new("extra", "notAfterStart", expected))
        }
    }
}

/// What a rule of the request takes more of than there is.
pub(super) fn too_much(error: &RecurrenceError) -> FieldError {
    let expected = format!("a rule that names less, but {error}");
    FieldError::new("recurrence", "tooMuch", expected)
}
