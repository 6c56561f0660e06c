//! The host, who says what can be booked through the signed-in API.

use reqwest::{Client, StatusCode};
use serde_json::json;

use crate::server::Server;

/// Adds an event type to the host's page. Only the first start on a folder prints the token that
/// this takes.
pub(crate) async fn offer(server: &Server, slug: &str, duration_minutes: u32, step_minutes: u32) {
    let event_type = json!({
        "slug": slug,
        "title": slug,
        "durationMinutes": [duration_minutes],
        "stepMinutes": step_minutes,
    });
    let token = server.printed("API token").await;
    let request = Client::new()
        .post(server.url("/api/event-types"))
        .bearer_auth(token);
    let response = request
        .json(&event_type)
        .send()
        .await
        .expect("the server answers");
    assert_eq!(
        response.status(),
        StatusCode::CREATED,
        "{:?}",
        response.text().await
    );
}
