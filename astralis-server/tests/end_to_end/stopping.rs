//! The server is told to stop while somebody else's server keeps it waiting.

use std::time::Duration;

use reqwest::{Client, StatusCode};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::home::Home;
use crate::server::Server;

/// Less than the minute for which a silent server is waited for otherwise.
const PATIENCE: Duration = Duration::from_secs(45);

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_calendar_server_does_not_keep_the_server_from_stopping() {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = silent.local_addr().expect("it has one");
    let home = Home::of_one_server();
    let server = home
        .start(&[("ASTRALIS_SUBSCRIPTIONS_ALLOW_PRIVATE", "true")])
        .await;
    subscribe(&server, &format!("http://{address}/work.ics")).await;
    let connection = timeout(PATIENCE, silent.accept()).await;
    let _connection = connection.expect("it is asked").expect("it is there");

    let ended = server.stop(PATIENCE).await;

    assert!(ended.success(), "{ended}");
}

async fn subscribe(server: &Server, url: &str) {
    let token = server.printed("API token").await;
    let request = Client::new()
        .post(server.url("/api/calendar/subscriptions"))
        .bearer_auth(token)
        .json(&json!({ "url": url }));
    let response = request.send().await.expect("the server answers");
    assert_eq!(response.status(), StatusCode::CREATED);
}
