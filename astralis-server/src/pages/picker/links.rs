use std::fmt::Write;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use crate::pages::wording::{ClockFace, instant, month_value};
use crate::pages::{PageError, Reader};

/// What the address of a picker says. Everything can be left out.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct PickerQuery {
    pub(crate) month: Option<String>,
    pub(crate) date: Option<String>,
    pub(crate) start: Option<String>,
    pub(crate) timezone: Option<String>,
    pub(crate) hours: Option<String>,
    pub(crate) duration: Option<String>,
}

impl PickerQuery {
    /// The first day of the month that is asked for. A date decides its month; `month` counts
    /// only without one.
    pub(super) fn month(&self) -> Result<Option<NaiveDate>, PageError> {
        if let Some(date) = self.date()? {
            return Ok(first_of_month(date));
        }
        let parse = |text: &str| {
            let first = format!("{text}-01").parse();
            first.map_err(|_| PageError::BadAddress("month"))
        };
        present(self.month.as_ref()).map(parse).transpose()
    }

    /// Opens on the month of `date`, unless the address asks for another one.
    pub(crate) fn opening_on(mut self, date: NaiveDate) -> Self {
        if present(self.date.as_ref()).is_none() && present(self.month.as_ref()).is_none() {
            self.month = Some(month_value(date));
        }
        self
    }

    pub(super) fn date(&self) -> Result<Option<NaiveDate>, PageError> {
        let parse = |text: &str| text.parse().map_err(|_| PageError::BadAddress("date"));
        present(self.date.as_ref()).map(parse).transpose()
    }

    pub(crate) fn start(&self) -> Result<Option<DateTime<Utc>>, PageError> {
        present(self.start.as_ref()).map(parse_start).transpose()
    }
}

/// The start of a meeting as our links and forms write it.
pub(crate) fn parse_start(text: &str) -> Result<DateTime<Utc>, PageError> {
    DateTime::parse_from_rfc3339(text)
        .map(DateTime::<Utc>::from)
        .map_err(|_| PageError::BadAddress("time"))
}

pub(super) fn first_of_month(date: NaiveDate) -> Option<NaiveDate> {
    chrono::Datelike::with_day(&date, 1)
}

fn present(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.is_empty())
}

/// Makes addresses of one picker that keep the reader's choices.
#[derive(Debug, Clone)]
pub(crate) struct PickerLinks {
    /// Where the picker is.
    pub(crate) path: String,
    timezone: String,
    hours: Option<&'static str>,
    duration: Option<i64>,
}

impl PickerLinks {
    pub(crate) fn new(path: String, reader: &Reader, duration_minutes: Option<i64>) -> Self {
        let hours = reader.clock_chosen.then_some(match reader.clock {
            ClockFace::Twelve => "12",
            ClockFace::TwentyFour => "24",
        });
        Self {
            path,
            timezone: reader.zone.name().to_string(),
            hours,
            duration: duration_minutes,
        }
    }

    pub(super) fn with_hours(&self, hours: &'static str) -> Self {
        Self {
            hours: Some(hours),
            ..self.clone()
        }
    }

    pub(super) fn with_duration(&self, minutes: i64) -> Self {
        Self {
            duration: Some(minutes),
            ..self.clone()
        }
    }

    pub(super) fn month(&self, month: NaiveDate) -> String {
        self.url("month", &month_value(month)) + "#month"
    }

    pub(crate) fn date(&self, date: NaiveDate) -> String {
        self.url("date", &date.to_string()) + "#times-title"
    }

    pub(super) fn start(&self, start: DateTime<Utc>) -> String {
        self.url("start", &instant(start))
    }

    /// What a form that changes the zone must keep.
    pub(super) fn kept(&self) -> Vec<(&'static str, String)> {
        let hours = self.hours.map(|hours| ("hours", hours.to_owned()));
        let duration = self
            .duration
            .map(|minutes| ("duration", minutes.to_string()));
        hours.into_iter().chain(duration).collect()
    }

    fn url(&self, key: &str, value: &str) -> String {
        // Values are dates, instants, numbers and zone names: of their letters only the plus of
        // `Etc/GMT+1` means something else in a query.
        let zone = self.timezone.replace('+', "%2B");
        let mut url = format!("{}?{key}={value}&timezone={zone}", self.path);
        let kept = self.kept();
        for (key, value) in kept {
            write!(url, "&{key}={value}").expect("a string takes whatever is written");
        }
        url
    }
}
