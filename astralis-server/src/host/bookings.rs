use askama::Template;
use astralis_core::model::{DeliveryState, MessageKind, RecipientRole, User};
use astralis_core::ports::MessageRecord;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::desk::{self, HostBooking};
use crate::directory::command_for;
use crate::host::leaf::Leaf;
use crate::host::notice::Notice;
use crate::host::session::SignedIn;
use crate::pages::{PageError, Reader, WhenView, meeting_type_in_words, render};
use crate::state::AppState;

/// What is coming up.
#[derive(Template)]
#[template(path = "host_bookings.html")]
struct BookingsPage {
    notice: Vec<String>,
    page_url: String,
    zone: String,
    days: String,
    earlier: Option<String>,
    later: Option<String>,
    bookings: Vec<BookingRow>,
}

struct BookingRow {
    id: String,
    version: u32,
    key: String,
    title: String,
    when: WhenView,
    guest: String,
    email: String,
    phone: Option<String>,
    note: Option<String>,
    way: Option<&'static str>,
    conflicts: usize,
    mails: Vec<MailRow>,
}

struct MailRow {
    what: String,
    state: &'static str,
    detail: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct CancelForm {
    version: u32,
    key: String,
}

/// `GET /calendar`
pub(super) async fn show(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
    Query(leaf): Query<Leaf>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    page(&state, &user, &headers, leaf, None).await
}

/// `POST /calendar/bookings/{id}/cancel`
pub(super) async fn cancel(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(form): Form<CancelForm>,
) -> Result<Response, PageError> {
    let id = id.parse().map_err(|_| PageError::NoSuchThing("booking"))?;
    let command = command_for(user.id.as_uuid(), &["cancel"], &form.key);
    match desk::cancel_booking(&state, &user, command, id, form.version).await {
        Ok(_) => Ok(Redirect::to("/calendar").into_response()),
        Err(error) => {
            page(
                &state,
                &user,
                &headers,
                Leaf::default(),
                Some(Notice::of(error)?),
            )
            .await
        }
    }
}

async fn page(
    state: &AppState,
    user: &User,
    headers: &HeaderMap,
    leaf: Leaf,
    notice: Option<Notice>,
) -> Result<Response, PageError> {
    let now = state.scheduler.now();
    let own_zone = Some(user.time_zone.as_str());
    let zones = state.scheduler.zones();
    let (reader, _) = Reader::new(zones, &user.time_zone, own_zone, None, headers);
    let days = leaf.days("/calendar", now, &reader)?;
    let found = desk::bookings(state, user, days.window).await;
    let found = found.map_err(|error| match Notice::of(error) {
        Ok(_) => PageError::Unavailable,
        Err(error) => error,
    })?;
    let view = BookingsPage {
        page_url: state.site.to(&format!("/book/{}", user.slug)),
        zone: reader.zone_at(now),
        days: days.words,
        earlier: days.earlier,
        later: days.later,
        bookings: found
            .iter()
            .filter(|booking| booking.record.booking.state.is_live())
            .map(|booking| BookingRow::new(state, booking, &reader))
            .collect(),
        notice: Notice::lines(notice.as_ref()),
    };
    Ok(render(notice.map_or(StatusCode::OK, |n| n.status), &view))
}

impl BookingRow {
    fn new(
        state: &AppState,
        HostBooking { record, messages }: &HostBooking,
        reader: &Reader,
    ) -> Self {
        let (booking, event) = (&record.booking, &record.event);
        Self {
            id: booking.id.to_string(),
            version: booking.version,
            key: state.scheduler.next_id().to_string(),
            title: event.title.clone(),
            when: WhenView::new(event.when.during(), reader),
            guest: booking.guest.name.clone(),
            email: booking.guest.email.to_string(),
            phone: booking.guest.phone.clone(),
            note: booking.note.clone(),
            way: event.meeting_type.map(meeting_type_in_words),
            conflicts: event.conflicts.len(),
            mails: messages.iter().map(MailRow::new).collect(),
        }
    }
}

impl MailRow {
    fn new(MessageRecord { message, state }: &MessageRecord) -> Self {
        let whom = match message.to.role {
            RecipientRole::Guest => "to the guest",
            _ => "to you",
        };
        let kind = match message.kind {
            MessageKind::Confirmation => "Confirmation".to_owned(),
            MessageKind::Reschedule => "New time".to_owned(),
            MessageKind::Cancellation => "Cancellation".to_owned(),
            MessageKind::Reminder { before } => {
                format!(
                    "Reminder {} before",
                    crate::pages::duration_in_words(before)
                )
            }
            _ => "Conflict".to_owned(),
        };
        let (state, detail) = match state {
            DeliveryState::Pending {
                last_error: Some(error),
                ..
            } => ("failed, will be tried again", Some(error.clone())),
            DeliveryState::Pending { .. } => ("waiting", None),
            DeliveryState::Sent { .. } => ("sent", None),
            DeliveryState::Failed { error, .. } => ("failed", Some(error.clone())),
            _ => ("not needed any more", None),
        };
        Self {
            what: format!("{kind} {whom}"),
            state,
            detail,
        }
    }
}
