use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::model::{OrgId, SubscriptionId, UserId};
use crate::time::TimeZoneName;

/// The longest address of a calendar, in bytes.
const LONGEST_URL: usize = 2000;

/// A calendar outside, read again and again as its owner's busy time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarSubscription {
    /// Its id.
    pub id: SubscriptionId,
    /// The tenant.
    pub org: OrgId,
    /// Whose busy time it is.
    pub user: UserId,
    /// Where it is read.
    pub url: CalendarUrl,
    /// What its owner calls it.
    pub name: String,
    /// Since when.
    pub added_at: DateTime<Utc>,
    /// When it is to be read next; while somebody reads it, when others may.
    pub due_at: DateTime<Utc>,
    /// How many times reading it was begun since it last came to an end, good or bad: a reading that
    /// is under way, and those whose readers died or took too long.
    pub begun: u32,
    /// How reading it has gone so far.
    pub state: SubscriptionState,
}

/// How reading a subscription has gone so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "camelCase")
)]
pub struct SubscriptionState {
    /// When it was last tried.
    pub last_attempt: Option<DateTime<Utc>>,
    /// Why the last try brought nothing; `None` if it did.
    pub last_error: Option<String>,
    /// How many tries in a row brought nothing.
    pub failures: u32,
    /// What was last read, and still counts; `None` before the first time.
    pub reading: Option<CalendarReading>,
}

/// What reading a subscribed calendar brought.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "camelCase")
)]
pub struct CalendarReading {
    /// When it was last known to be what the server has.
    pub checked_at: DateTime<Utc>,
    /// When its busy time was written: it reaches to the horizon of that time.
    pub imported_at: DateTime<Utc>,
    /// What its server calls this version.
    pub validators: Validators,
    /// Whose clock its whole days and floating times were read on.
    pub time_zone: TimeZoneName,
    /// A digest of the file.
    pub digest: Uuid,
    /// Whether the file came to its end.
    pub is_whole: bool,
    /// How often it is to be read.
    #[cfg_attr(
        feature = "serde",
        serde(rename = "intervalMinutes", with = "crate::model::minutes::one")
    )]
    pub interval: TimeDelta,
    /// How many of its events block time that could be booked.
    pub events: usize,
    /// How many of its events block time, whenever.
    pub held: usize,
    /// When the last of them ends.
    pub busy_until: Option<DateTime<Utc>>,
    /// What could not be read as it was meant, in words; the first ones.
    pub findings: Vec<String>,
    /// How many more there are.
    pub more_findings: usize,
}

/// What a server calls a version of a file (RFC 9110 §8.8), to be handed back to it unread.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "camelCase")
)]
pub struct Validators {
    /// ETag.
    pub etag: Option<String>,
    /// Last-Modified.
    pub last_modified: Option<String>,
}

impl CalendarSubscription {
    /// What names it as the source of what it brings.
    #[must_use]
    pub fn source(&self) -> String {
        format!("subscription {}", self.id)
    }

    /// Whether somebody is reading it.
    #[must_use]
    pub fn is_being_read(&self, now: DateTime<Utc>) -> bool {
        self.begun > 0 && now < self.due_at
    }
}

impl SubscriptionState {
    /// As of when its busy time stands, if that is not the present: the last try brought nothing.
    #[must_use]
    pub fn stale_since(&self) -> Option<DateTime<Utc>> {
        let reading = self.reading.as_ref().filter(|_| self.failures > 0);
        reading.map(|reading| reading.checked_at)
    }
}

/// The address of a calendar file: `http` or `https`, with a host. Whoever knows one can mostly read
/// the calendar, so it shows no more than its host in logs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CalendarUrl {
    text: String,
    host: String,
}

/// A text is no address of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an address such as https://example.org/calendar.ics")]
pub struct InvalidCalendarUrl;

impl CalendarUrl {
    /// The whole address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The address up to its path: what addresses at one server begin with, if the same one signs
    /// in there.
    #[must_use]
    pub fn server(&self) -> &str {
        let path = self.text.match_indices(['/', '?']).nth(2);
        path.map_or(&self.text, |(at, _)| &self.text[..at])
    }

    /// The host, with its port unless that goes without saying.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }
}

impl FromStr for CalendarUrl {
    type Err = InvalidCalendarUrl;

    /// `webcal` is what calendars call an `https` that they want to subscribe to. What follows a `#`
    /// is never sent and left out. One server is written one way: its host in small letters,
    /// without a port that goes without saying.
    fn from_str(text: &str) -> Result<Self, InvalidCalendarUrl> {
        let text = text.trim();
        let whole = text.split_once('#').map_or(text, |(sent, _)| sent);
        let (scheme, rest) = whole.split_once("://").ok_or(InvalidCalendarUrl)?;
        let (scheme, usual_port) = match scheme.to_ascii_lowercase().as_str() {
            "https" | "webcal" | "webcals" => ("https", ":443"),
            "http" => ("http", ":80"),
            _ => return Err(InvalidCalendarUrl),
        };
        let (who, host, path) = parts_of(rest);
        let host = host.strip_suffix(usual_port).unwrap_or(host);
        let host = host.to_ascii_lowercase();
        let url = Self {
            text: format!("{scheme}://{who}{host}{path}"),
            host,
        };
        // To a browser, and to whoever fetches it, a `\` is a `/`.
        let is_plain = |c: char| !c.is_control() && !c.is_whitespace() && c != '\\';
        let is_printable = rest.chars().all(is_plain);
        if is_printable && !url.host.is_empty() && url.text.len() <= LONGEST_URL {
            Ok(url)
        } else {
            Err(InvalidCalendarUrl)
        }
    }
}

/// Who signs in, up to the `@`, if anybody does; the host with its port; and the path.
fn parts_of(after_scheme: &str) -> (&str, &str, &str) {
    let end = after_scheme.find(['/', '?']);
    let (authority, path) = after_scheme.split_at(end.unwrap_or(after_scheme.len()));
    let (who, host) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
    (who, host, path)
}

impl fmt::Debug for CalendarUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CalendarUrl({}/…)", self.host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_web_address_with_a_host() {
        for (text, expected) in [
            ("https://example.org/a.ics", "https://example.org/a.ics"),
            (" HTTP://example.org ", "http://example.org"),
            ("webcal://example.org/a?b=c", "https://example.org/a?b=c"),
            ("webcals://example.org/a#top", "https://example.org/a"),
        ] {
            let url: CalendarUrl = text.parse().unwrap();
            assert_eq!(url.as_str(), expected, "{text}");
        }
        let long = format!("https://example.org/{}", "a".repeat(2000));
        for text in [
            "",
            "example.org/a.ics",
            "https://",
            "https:///a.ics",
            "https://:443/a.ics",
            "https://ada@/a.ics",
            "file:///etc/passwd",
            "ftp://example.org/a.ics",
            "https://example.org/a b",
            "https://example.org\\@inside.example/a.ics",
            "https://example.org/a\\b",
            "https://example.org\u{7f}/a.ics",
            "https://example.org/a\r\nHost: other",
            &long,
        ] {
            assert_eq!(
                text.parse::<CalendarUrl>(),
                Err(InvalidCalendarUrl),
                "{text}"
            );
        }
    }

    #[test]
    fn a_server_is_what_stands_before_the_path() {
        for (text, server) in [
            ("https://example.org", "https://example.org"),
            ("http://example.org:81/a/b.ics?c", "http://example.org:81"),
            ("https://ada@example.org?a=/b", "https://ada@example.org"),
        ] {
            let url: CalendarUrl = text.parse().unwrap();
            assert_eq!(url.server(), server);
        }
    }

    #[test]
    fn one_server_is_written_one_way() {
        for (text, expected) in [
            ("https://EXAMPLE.org/A.ics", "https://example.org/A.ics"),
            ("https://example.org:443/a", "https://example.org/a"),
            ("webcal://Example.org:443?A", "https://example.org?A"),
            ("http://example.org:80", "http://example.org"),
            ("https://Ada:B@EXAMPLE.org/", "https://Ada:B@example.org/"),
            ("https://[2001:DB8::443]:443/", "https://[2001:db8::443]/"),
            // These are other servers.
            ("https://example.org:80/", "https://example.org:80/"),
            ("http://example.org:443/", "http://example.org:443/"),
            ("https://example.org:8443/", "https://example.org:8443/"),
        ] {
            let url: CalendarUrl = text.parse().unwrap();
            assert_eq!(url.as_str(), expected, "{text}");
            assert_eq!(expected.parse::<CalendarUrl>(), Ok(url), "{text}");
        }
    }

    #[test]
    fn an_address_in_a_log_is_only_its_host() {
        let url: CalendarUrl = "https://ada:secret@example.org:8443/private-key/a.ics"
            .parse()
            .unwrap();
        assert_eq!(url.host(), "example.org:8443");
        assert_eq!(format!("{url:?}"), "CalendarUrl(example.org:8443/…)");
    }
}
