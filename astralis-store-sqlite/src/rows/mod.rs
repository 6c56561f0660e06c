//! Rows as they are stored, and their checked way into the domain: what cannot be read is
//! [`StoreError::Corrupt`], never a default.

mod catalog;
mod events;
mod outbox;

use std::str::FromStr;

use astralis_core::ports::{BoxError, StoreError};
use astralis_core::time::Interval;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use catalog::{CredentialRow, HostRow, UserRow, event_type};
pub(crate) use events::{BookingRow, ClaimRow, EventRow, TallyRow, civil_bounds, civil_text};
pub(crate) use outbox::{DueRow, MessageRow};

use crate::error::corrupt;

/// A unit variant as the one word it is in JSON, such as `CONFIRMED`.
pub(crate) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("a unit variant is written as a string, not {other:?}"),
    }
}

/// A value as JSON text.
pub(crate) fn document(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("the model has string keys only, and writing is infallible")
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

fn instant(kind: &'static str, micros: i64) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp_micros(micros)
        .ok_or_else(|| corrupt(kind, format!("{micros} is no instant")))
}

fn interval(kind: &'static str, start: i64, end: i64) -> Result<Interval, StoreError> {
    Interval::from_micros(start, end)
        .ok_or_else(|| corrupt(kind, format!("{start} to {end} is no interval")))
}
