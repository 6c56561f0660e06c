use astralis_core::model::{BookingId, EventType, User};
use astralis_core::time::Interval;
use chrono::{DateTime, TimeDelta, Utc};

use crate::pages::picker::search::Search;
use crate::pages::{PageError, Reader, duration_in_words, meeting_types_in_words};
use crate::state::AppState;

/// What the picker offers times for.
pub(crate) struct Offer<'a> {
    pub(crate) event_type: &'a EventType,
    pub(crate) host: &'a User,
    /// How long; `None`: the default, or as long as the booking that moves.
    pub(crate) duration: Option<TimeDelta>,
    /// The booking that moves.
    pub(crate) moving: Option<BookingId>,
}

/// The same in words, for the side of the page.
pub(crate) struct OfferView {
    pub(crate) host: String,
    pub(crate) host_url: String,
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    pub(crate) duration: String,
    pub(crate) ways: String,
    pub(crate) location: Option<String>,
}

impl<'a> Offer<'a> {
    /// The length that was asked for, in minutes, be it offered or not.
    pub(crate) fn of_length(
        event_type: &'a EventType,
        host: &'a User,
        minutes: Option<&str>,
    ) -> Result<Self, PageError> {
        let parse = |text: &str| {
            let minutes = text.parse::<u16>().ok().filter(|minutes| *minutes > 0)?;
            Some(TimeDelta::minutes(minutes.into()))
        };
        let asked = minutes.filter(|text| !text.is_empty());
        let duration = asked
            .map(|text| parse(text).ok_or(PageError::BadAddress("length")))
            .transpose()?;
        Ok(Self {
            event_type,
            host,
            duration,
            moving: None,
        })
    }

    /// Whether a new meeting can be that long.
    pub(crate) fn is_offered(&self) -> bool {
        self.event_type.durations.contains(&self.length())
    }

    /// The minutes that were asked for, for addresses that must work: none if they are not
    /// offered.
    pub(crate) fn asked_minutes(&self) -> Option<i64> {
        let duration = self.duration.filter(|_| self.is_offered());
        duration.map(|duration| duration.num_minutes())
    }

    pub(crate) fn length(&self) -> TimeDelta {
        self.duration
            .unwrap_or_else(|| self.event_type.default_duration())
    }

    /// When a meeting with this start would be, if it is free.
    pub(crate) async fn slot_at(
        &self,
        state: &AppState,
        reader: &Reader,
        start: DateTime<Utc>,
    ) -> Result<Option<Interval>, PageError> {
        self.search(state, reader).at(start).await
    }

    pub(super) fn search<'s>(&'s self, state: &'s AppState, reader: &'s Reader) -> Search<'s> {
        Search {
            state,
            event_type: self.event_type,
            duration: self.duration,
            moving: self.moving,
            zone: &reader.zone,
        }
    }
}

impl OfferView {
    pub(crate) fn new(offer: &Offer<'_>) -> Self {
        let event_type = offer.event_type;
        Self {
            host: offer.host.name.clone(),
            host_url: format!("/book/{}", offer.host.slug),
            title: event_type.title.clone(),
            description: event_type.description.clone(),
            duration: duration_in_words(offer.length()),
            ways: meeting_types_in_words(&event_type.meeting_types),
            location: event_type.location.clone(),
        }
    }
}
