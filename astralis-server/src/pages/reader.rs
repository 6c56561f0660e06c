use astralis_core::time::{TimeZoneName, Zone, ZoneDatabase};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};

use crate::pages::wording::ClockFace;

/// Who reads the page: the zone, clock face and date order they expect.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    /// Whose clock the times are shown on.
    pub(crate) zone: Zone,
    /// How hours are written.
    pub(crate) clock: ClockFace,
    /// Whether they chose the clock face themselves.
    pub(crate) clock_chosen: bool,
    /// Whether the month stands before the day.
    pub(crate) month_first: bool,
}

/// The zone that was asked for does not exist; the page is shown in another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoSuchZone(pub(crate) String);

impl Reader {
    /// The reader that an address, cookies and the browser's language describe. Without a zone it
    /// is `usual`.
    pub(crate) fn new(
        zones: &ZoneDatabase,
        usual: &TimeZoneName,
        timezone: Option<&str>,
        hours: Option<&str>,
        headers: &HeaderMap,
    ) -> (Self, Option<NoSuchZone>) {
        let known = |name: &str| zones.zone(&name.parse().ok()?).ok();
        let asked = timezone.filter(|name| !name.is_empty());
        let chosen = asked.and_then(known);
        let unknown = match (&chosen, asked) {
            (None, Some(name)) => Some(NoSuchZone(name.to_owned())),
            _ => None,
        };
        let remembered = || known(cookie(headers, "timezone")?.as_str());
        let utc = || {
            zones
                .zone(&TimeZoneName::utc())
                .expect("every edition knows UTC")
        };
        let zone = chosen
            .or_else(remembered)
            .or_else(|| zones.zone(usual).ok())
            .unwrap_or_else(utc);
        let language = Language::of(headers);
        let remembered = cookie(headers, "hours");
        let clock_chosen = hours.and_then(clock_face);
        let reader = Self {
            zone,
            clock: clock_chosen
                .or_else(|| clock_face(remembered.as_deref()?))
                .unwrap_or(language.clock),
            clock_chosen: clock_chosen.is_some(),
            month_first: language.month_first,
        };
        (reader, unknown)
    }

    /// A reader with the same habits in another zone.
    pub(crate) fn in_zone(&self, zone: Zone) -> Self {
        Self {
            zone,
            ..self.clone()
        }
    }
}

fn clock_face(hours: &str) -> Option<ClockFace> {
    match hours {
        "12" => Some(ClockFace::Twelve),
        "24" => Some(ClockFace::TwentyFour),
        _ => None,
    }
}

/// The value of a cookie; the script percent-encodes slashes, and nothing else needs it.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.replace("%2F", "/").replace("%2B", "+"))
}

struct Language {
    clock: ClockFace,
    month_first: bool,
}

impl Language {
    /// What people who read the browser's first language are used to.
    fn of(headers: &HeaderMap) -> Self {
        let accepted = headers
            .get(ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let first = accepted.split([',', ';']).next().unwrap_or_default();
        let first = first.trim().to_ascii_lowercase();
        let twelve = [
            "en-us", "en-ca", "en-au", "en-nz", "en-in", "en-ph", "hi", "ko",
        ];
        let clock = if twelve.contains(&first.as_str()) {
            ClockFace::Twelve
        } else {
            ClockFace::TwentyFour
        };
        Self {
            clock,
            month_first: first == "en-us",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(timezone: Option<&str>, headers: &[(&str, &str)]) -> (Reader, Option<NoSuchZone>) {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        let usual = "Europe/Paris".parse().unwrap();
        Reader::new(&ZoneDatabase::bundled(), &usual, timezone, None, &headers)
    }

    #[test]
    fn the_address_wins_over_the_cookie_and_the_cookie_over_the_host() {
        let remembered = [("cookie", "a=b; timezone=Asia%2FKathmandu")];
        let zone = |timezone, headers: &[_]| reader(timezone, headers).0.zone.name().to_string();
        assert_eq!(
            zone(Some("America/New_York"), &remembered),
            "America/New_York"
        );
        assert_eq!(zone(None, &remembered), "Asia/Kathmandu");
        assert_eq!(zone(None, &[]), "Europe/Paris");
    }

    #[test]
    fn an_unknown_zone_is_told_and_another_one_shown() {
        let (reader, unknown) = reader(Some("Mars/Olympus"), &[]);
        assert_eq!(reader.zone.name().as_str(), "Europe/Paris");
        assert_eq!(unknown, Some(NoSuchZone("Mars/Olympus".to_owned())));
    }

    #[test]
    fn the_clock_face_follows_the_language() {
        let american = reader(None, &[("accept-language", "en-US,en;q=0.9")]).0;
        assert_eq!(american.clock, ClockFace::Twelve);
        assert!(american.month_first);
        let german = reader(None, &[("accept-language", "de-DE")]).0;
        assert_eq!(german.clock, ClockFace::TwentyFour);
    }
}
