//! Guests who book through the JSON API.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::server::Server;

/// A time that is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) struct Slot {
    #[serde(rename = "startTime")]
    pub(crate) start: DateTime<Utc>,
    #[serde(rename = "endTime")]
    pub(crate) end: DateTime<Utc>,
}

/// One guest's intent to book one time.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    /// The page's event type.
    pub(crate) event_type: &'static str,
    /// When.
    pub(crate) slot: Slot,
    /// Who; each guest has one wish.
    pub(crate) email: String,
}

/// What the server said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It is booked, as this event.
    Booked(Uuid),
    /// The time cannot be had.
    Refused,
}

impl Wish {
    /// A wish of somebody whom no other wish belongs to.
    pub(crate) fn new(event_type: &'static str, slot: Slot, guest: &str) -> Self {
        Self {
            event_type,
            slot,
            email: format!("{guest}@example.test"),
        }
    }

    /// Asks for it. The same wish always carries the same idempotency key.
    ///
    /// # Errors
    ///
    /// If no answer arrived: it may or may not be booked.
    pub(crate) async fn book(&self, client: &Client, url: &str) -> Result<Answer, reqwest::Error> {
        let body = json!({
            "userId": "host",
            "eventType": self.event_type,
            "title": "A talk",
            "startTime": self.slot.start,
            "endTime": self.slot.end,
            "timezone": "Europe/Paris",
            "guestName": "Guest",
            "guestEmail": self.email,
        });
        let request = client
            .post(url)
            .header("Idempotency-Key", &self.email)
            .json(&body);
        let response = request.send().await?;
        let status = response.status();
        let answer: Value = response.json().await?;
        Ok(match status {
            StatusCode::CREATED => Answer::Booked(event_id(&answer)),
            StatusCode::CONFLICT => Answer::Refused,
            _ => panic!("{status} to {body}: {answer}"),
        })
    }
}

fn event_id(answer: &Value) -> Uuid {
    let id = answer["event"]["id"]
        .as_str()
        .and_then(|id| id.parse().ok());
    id.unwrap_or_else(|| panic!("an answer without an event: {answer}"))
}

/// The times that are offered within the longest range that can be asked for, ascending.
pub(crate) async fn offered(server: &Server, event_type: &str) -> Vec<Slot> {
    let coming = offered_in(server, event_type, "").await;
    let from = coming
        .first()
        .expect("the host works within two weeks")
        .start;
    let to = from + TimeDelta::days(62);
    let range = format!("&from={}&to={}", from.format("%FT%TZ"), to.format("%FT%TZ"));
    offered_in(server, event_type, &range).await
}

async fn offered_in(server: &Server, event_type: &str, range: &str) -> Vec<Slot> {
    #[derive(Deserialize)]
    struct Offered {
        slots: Vec<Slot>,
    }
    let path = format!("/api/book/host/slots?eventType={event_type}{range}");
    let response = reqwest::get(server.url(&path))
        .await
        .expect("the server answers");
    let offered: Offered = response.json().await.expect("the answer lists slots");
    offered.slots
}
