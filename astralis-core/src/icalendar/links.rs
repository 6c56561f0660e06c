use chrono::{DateTime, SecondsFormat, Utc};

use super::write::{day, utc};
use crate::model::{CalendarEvent, When};

/// A link that opens Google Calendar with a form filled in from the event.
#[must_use]
pub fn google_calendar_link(event: &CalendarEvent) -> String {
    let dates = match &event.when {
        When::Timed { during, .. } => format!("{}/{}", utc(during.start()), utc(during.end())),
        When::AllDay { first, end, .. } => format!("{}/{}", day(*first), day(*end)),
    };
    Link::new("https://calendar.google.com/calendar/render?action=TEMPLATE")
        .with("text", &event.title)
        .with("dates", &dates)
        .with_some("details", event.description.as_deref())
        .with_some("location", place(event))
        .0
}

/// A link that opens outlook.com, Microsoft's calendar for private accounts, with a form filled in
/// from the event.
#[must_use]
pub fn outlook_calendar_link(event: &CalendarEvent) -> String {
    microsoft_link("https://outlook.live.com", event)
}

/// A link that opens Office 365, Microsoft's calendar for work and school accounts, with a form
/// filled in from the event.
#[must_use]
pub fn office_calendar_link(event: &CalendarEvent) -> String {
    microsoft_link("https://outlook.office.com", event)
}

fn microsoft_link(site: &str, event: &CalendarEvent) -> String {
    let instant = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let (start, end, all_day) = match &event.when {
        When::Timed { during, .. } => (instant(during.start()), instant(during.end()), None),
        When::AllDay { first, end, .. } => (first.to_string(), end.to_string(), Some("true")),
    };
    Link::new(&format!(
        "{site}/calendar/0/deeplink/compose?path=/calendar/action/compose&rru=addevent"
    ))
    .with("subject", &event.title)
    .with("startdt", &start)
    .with("enddt", &end)
    .with_some("allday", all_day)
    .with_some("body", event.description.as_deref())
    .with_some("location", place(event))
    .0
}

fn place(event: &CalendarEvent) -> Option<&str> {
    event.location.as_deref().or(event.meeting_link.as_deref())
}

/// An address whose query is being added to.
struct Link(String);

impl Link {
    fn new(address: &str) -> Self {
        Self(address.to_owned())
    }

    fn with(mut self, key: &str, value: &str) -> Self {
        self.0.push('&');
        self.0.push_str(key);
        self.0.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                self.0.push(char::from(byte));
            } else {
                self.0.push_str(&format!("%{byte:02X}"));
            }
        }
        self
    }

    fn with_some(self, key: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::write::tests::{all_day, meeting};
    use super::*;

    #[test]
    fn links_name_title_times_and_place() {
        let event = meeting();
        insta::assert_snapshot!(
            [
                google_calendar_link(&event),
                outlook_calendar_link(&event),
                office_calendar_link(&event),
            ]
            .join("\n")
        );
    }

    #[test]
    fn a_whole_day_stays_a_date() {
        let event = all_day();
        assert!(google_calendar_link(&event).contains("&dates=20260402%2F20260404"));
        let outlook = outlook_calendar_link(&event);
        assert!(outlook.contains("&startdt=2026-04-02&enddt=2026-04-04&allday=true"));
    }

    #[test]
    fn a_title_cannot_add_to_the_query() {
        let mut event = meeting();
        event.title = "a&dates=x#?é".to_owned();
        assert!(google_calendar_link(&event).contains("&text=a%26dates%3Dx%23%3F%C3%A9&dates="));
    }
}
