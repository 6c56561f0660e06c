//! A web server of somebody else, with a calendar on it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;

/// Every Monday morning, and an event that nobody understands.
const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n\
     BEGIN:VEVENT\r\nUID:weekly\r\nSUMMARY:Board\r\nDTSTART:20240101T090000Z\r\n\
     DTEND:20240101T120000Z\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\n\
     BEGIN:VEVENT\r\nUID:odd\r\nSUMMARY:Someday\r\nDTSTART:soon\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/// It serves on the loopback interface until the test's process ends.
pub(crate) struct CalendarServer {
    address: SocketAddr,
    broken: Arc<AtomicBool>,
}

impl CalendarServer {
    pub(crate) async fn start() -> Self {
        let broken = Arc::new(AtomicBool::default());
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a free port");
        let address = listener.local_addr().expect("it has one");
        let site = Router::new()
            .route("/work.ics", get(calendar))
            .with_state(broken.clone());
        tokio::spawn(async move { axum::serve(listener, site).await });
        Self { address, broken }
    }

    /// The calendar's address.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/work.ics", self.address)
    }

    /// Makes every answer from now on a page that says sorry.
    pub(crate) fn break_down(&self) {
        self.broken.store(true, Ordering::Relaxed);
    }
}

async fn calendar(State(broken): State<Arc<AtomicBool>>) -> Response {
    if broken.load(Ordering::Relaxed) {
        return (StatusCode::SERVICE_UNAVAILABLE, Html("<h1>Sorry</h1>")).into_response();
    }
    ([(CONTENT_TYPE, "text/calendar")], CALENDAR).into_response()
}
