use askama::Template;
use astralis_core::icalendar::{
    Meeting, Publication, google_calendar_link, office_calendar_link, outlook_calendar_link,
};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::pages::guest_link::{GuestLink, Standing};
use crate::pages::{PageError, WhenView, meeting_type_in_words, render};
use crate::state::AppState;

/// A guest's own meeting.
#[derive(Template)]
#[template(path = "booking.html")]
struct BookingPage {
    /// Why a change was not made; empty: none was asked for.
    notice: Option<Notice>,
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

/// What is said above a meeting that was not changed.
pub(super) struct Notice {
    pub(super) title: &'static str,
    pub(super) text: &'static str,
}

/// `GET /booking/{token}`
pub(super) async fn show(
    State(state): State<AppState>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let link = GuestLink::open(&state, &token).await?;
    let view = BookingPage::new(&state, &link, &headers, None);
    Ok(render(StatusCode::OK, &view))
}

/// The meeting as it is now, for a guest whose change was not made.
pub(super) fn unchanged(
    state: &AppState,
    link: &GuestLink,
    headers: &HeaderMap,
    notice: Notice,
) -> Response {
    let view = BookingPage::new(state, link, headers, Some(notice));
    render(StatusCode::CONFLICT, &view)
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
    let meeting = Meeting::new(&link.record.event, state.scheduler.zones());
    Ok((headers, Publication(meeting).to_string()).into_response())
}

impl BookingPage {
    fn new(
        state: &AppState,
        link: &GuestLink,
        headers: &HeaderMap,
        notice: Option<Notice>,
    ) -> Self {
        let GuestLink { record, host, path } = link;
        let (booking, event) = (&record.booking, &record.event);
        let zones = state.scheduler.zones();
        let reader = link.reader(zones, headers);
        let standing = link.standing(state.scheduler.now());
        let during = event.when.during();
        let host_zone = zones.zone(&host.time_zone).ok();
        let host_reader = host_zone
            .filter(|zone| !reader.shows_the_same_as(zone, during))
            .map(|zone| reader.in_zone(zone));
        Self {
            notice,
            title: link.title(),
            host: host.name.clone(),
            heading: match standing {
                Standing::Ahead => "Your meeting is booked",
                Standing::Past => "Your meeting",
                Standing::Cancelled => "This meeting was cancelled",
            },
            when: WhenView::new(during, &reader),
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
