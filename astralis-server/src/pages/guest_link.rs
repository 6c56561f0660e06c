use astralis_core::model::{BookingRecord, User};
use astralis_core::ports::StoreError;
use astralis_core::time::ZoneDatabase;
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};

use crate::pages::reader::NoSuchZone;
use crate::pages::{PageError, Reader};
use crate::state::AppState;

/// What a guest's link leads to.
pub(super) struct GuestLink {
    pub(super) record: BookingRecord,
    /// Who owns the meeting.
    pub(super) host: User,
    /// Where the guest's page is.
    pub(super) path: String,
}

/// How a booking stands for somebody who may want to change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is ahead.
    Ahead,
    /// It has begun, or is over.
    Past,
    /// It will not take place.
    Cancelled,
}

impl GuestLink {
    /// The booking behind a genuine token of the present generation.
    pub(super) async fn open(state: &AppState, token: &str) -> Result<Self, PageError> {
        let target = state
            .links
            .read(token)
            .map_err(|_| PageError::LinkNotValid)?;
        let record = match state.store().booking_of_guest(target.booking).await {
            Ok(record) if record.booking.link_generation == target.generation => record,
            Ok(_) | Err(StoreError::NotFound { .. }) => return Err(PageError::LinkNotValid),
            Err(error) => return Err(error.into()),
        };
        let organizer = record.event.organizer;
        let profile = state.store().host(record.booking.org, organizer).await?;
        Ok(Self {
            path: state.links.path(&record.booking),
            host: profile.user,
            record,
        })
    }

    pub(super) fn standing(&self, now: DateTime<Utc>) -> Standing {
        if !self.record.booking.state.is_live() {
            Standing::Cancelled
        } else if self.record.event.when.during().start() <= now {
            Standing::Past
        } else {
            Standing::Ahead
        }
    }

    /// Says no to whoever wants to change what is over.
    pub(super) fn require_ahead(&self, now: DateTime<Utc>) -> Result<(), PageError> {
        match self.standing(now) {
            Standing::Ahead => Ok(()),
            Standing::Past | Standing::Cancelled => {
                Err(PageError::NotChangeable(self.path.clone()))
            }
        }
    }

    /// The guest in the zone they booked in.
    pub(super) fn reader(&self, zones: &ZoneDatabase, headers: &HeaderMap) -> Reader {
        self.reader_in(zones, None, None, headers).0
    }

    /// The guest in the zone that the address names, or the one they booked in.
    pub(super) fn reader_in(
        &self,
        zones: &ZoneDatabase,
        timezone: Option<&str>,
        hours: Option<&str>,
        headers: &HeaderMap,
    ) -> (Reader, Option<NoSuchZone>) {
        let booked_in = &self.record.booking.guest.time_zone;
        let named = timezone.filter(|name| !name.is_empty());
        let timezone = named.or(Some(booked_in.as_str()));
        let (reader, unknown) = Reader::new(zones, booked_in, timezone, hours, headers);
        (reader, unknown.filter(|_| named.is_some()))
    }

    /// What the guest calls the meeting: a title that names both sides, `Intro: Ada and Grace`,
    /// is told from the guest's side.
    pub(super) fn title(&self) -> String {
        let (title, host) = (&self.record.event.title, &self.host.name);
        let both = format!(": {} and {host}", self.record.booking.guest.name);
        match title.strip_suffix(&both) {
            Some(meeting) => format!("{meeting} with {host}"),
            None => title.clone(),
        }
    }
}
