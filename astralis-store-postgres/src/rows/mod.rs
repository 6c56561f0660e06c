//! Rows as they are stored, and their checked way into the domain: what cannot be read is
//! [`StoreError::Corrupt`], never a default.

mod catalog;
mod events;
mod outbox;
mod plan;
mod subscriptions;

use std::str::FromStr;

use astralis_core::ports::{BoxError, StoreError};
use astralis_core::time::Interval;
use chrono::{DateTime, SubsecRound, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use catalog::{CredentialRow, HostRow, OfferingRow, UserRow, event_type};
pub(crate) use events::{BookingRow, EventRow, SubjectRow, TallyRow};
pub(crate) use outbox::{DueRow, MessageRow};
pub(crate) use plan::{NewAttendance, NewBooking, NewClaims, NewEvent, NewMessage};
pub(crate) use subscriptions::SubscriptionRow;

use crate::error::corrupt;

/// A unit variant as the one word it is in JSON, such as `CONFIRMED`.
pub(crate) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("a unit variant is written as a string, not {other:?}"),
    }
}

/// An instant as the database keeps it: whole microseconds, what is finer cut off.
pub(crate) fn stored(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant.trunc_subsecs(6)
}

pub(crate) fn from_word<T: DeserializeOwned>(
    kind: &'static str,
    word: String,
) -> Result<T, StoreError> {
    serde_json::from_value(word.into()).map_err(|error| corrupt(kind, error))
}

pub(crate) fn from_document<T: DeserializeOwned>(
    kind: &'static str,
    text: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| corrupt(kind, error))
}

fn parsed<T: FromStr>(kind: &'static str, text: &str) -> Result<T, StoreError>
where
    T::Err: Into<BoxError>,
{
    text.parse().map_err(|error: T::Err| corrupt(kind, error))
}

/// A number that never falls below zero, such as a version.
pub(crate) fn count(kind: &'static str, number: i64) -> Result<u32, StoreError> {
    number.try_into().map_err(|error| corrupt(kind, error))
}

fn interval(
    kind: &'static str,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
) -> Result<Interval, StoreError> {
    Interval::new(start, end).map_err(|error| corrupt(kind, error))
}
