use askama::Template;
use astralis_core::icalendar::{
    Publication, google_calendar_link, office_calendar_link, outlook_calendar_link,
};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::pages::guest_link::{GuestLink, Standing};
use crate::pages::{PageError, Reader, WhenView, meeting_type_in_words, render};
use crate::state::AppState;

/// A guest's own meeting.
#[derive(Template)]
#[template(path = "booking.html")]
struct BookingPage {
    title: String,
    host: String,
    heading: &'static str,
    when: WhenView,
    /// The same on the host's clock, if that is another one.
    host_when: Option<WhenView>,
    way: Option<&'static str>,
    location: Option<String>,
    meeting_link: Option<String>,
    guest_name: String,
    guest_email: String,
    note: Option<String>,
    ahead: bool,
    cancelled: bool,
    path: String,
    book_again: String,
    google: String,
    outlook: String,
    office: String,
}

/// `GET /booking/{token}`
pub(super) async fn show(
    State(state): State<AppState>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let link = GuestLink::open(&state, &token).await?;
    let reader = link.reader(state.scheduler.zones(), None, None, &headers);
    let standing = link.standing(state.scheduler.now());
    Ok(render(
        StatusCode::OK,
        &BookingPage::new(&state, &link, &reader, standing),
    ))
}

/// `GET /booking/{token}/invitation.ics`
pub(super) async fn calendar_file(
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<Response, PageError> {
    let link = GuestLink::open(&state, &token).await?;
    let headers = [
        (CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"meeting.ics\""),
    ];
    Ok((headers, Publication(&link.record.event).to_string()).into_response())
}

impl BookingPage {
    fn new(state: &AppState, link: &GuestLink, reader: &Reader, standing: Standing) -> Self {
        let GuestLink { record, host, path } = link;
        let (booking, event) = (&record.booking, &record.event);
        let during = event.when.during();
        let elsewhere = *reader.zone.name() != host.time_zone;
        let host_zone = state.scheduler.zones().zone(&host.time_zone).ok();
        let host_reader = host_zone
            .filter(|_| elsewhere)
            .map(|zone| reader.in_zone(zone));
        Self {
            title: event.title.clone(),
            host: host.name.clone(),
            heading: match standing {
                Standing::Ahead => "Your meeting is booked",
                Standing::Past => "Your meeting",
                Standing::Cancelled => "This meeting was cancelled",
            },
            when: WhenView::new(during, reader),
            host_when: host_reader.map(|reader| WhenView::new(during, &reader)),
            way: event.meeting_type.map(meeting_type_in_words),
            location: event.location.clone(),
            meeting_link: event
                .meeting_link
                .clone()
                .filter(|link| is_web_address(link)),
            guest_name: booking.guest.name.clone(),
            guest_email: booking.guest.email.to_string(),
            note: booking.note.clone(),
            ahead: standing == Standing::Ahead,
            cancelled: standing == Standing::Cancelled,
            path: path.clone(),
            book_again: format!("/book/{}", host.slug),
            google: google_calendar_link(event),
            outlook: outlook_calendar_link(event),
            office: office_calendar_link(event),
        }
    }
}

/// Whether a link may be clicked: nothing like `javascript:`.
fn is_web_address(link: &str) -> bool {
    link.starts_with("https://") || link.starts_with("http://")
}
