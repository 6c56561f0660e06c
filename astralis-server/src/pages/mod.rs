//! The pages that guests see: what can be booked, the picker, the form, and a guest's own booking.
//!
//! Each page is a handler, a view struct whose fields are exactly what the template shows, and a
//! template of the same name. All of them work without scripts.

mod book;
mod booking;
mod booking_actions;
mod error;
mod event_types;
mod feed;
mod form;
mod guest_link;
mod picker;
mod reader;
mod refused;
mod render;
mod time_zones;
mod wording;

use axum::Router;
use axum::routing::get;

pub use error::{ErrorPage, PageError};
pub(crate) use reader::{Reader, cookie};
pub(crate) use render::render;
pub(crate) use time_zones::ZoneChoice;
pub(crate) use wording::{
    WhenView, duration_in_words, durations_in_words, meeting_type_in_words, meeting_types_in_words,
};

use crate::state::AppState;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/book/{page}", get(event_types::show))
        .route("/feeds/{file}", get(feed::show))
        .route(
            "/book/{page}/{event_type}",
            get(picker::show).post(book::book),
        )
        .route("/booking/{token}", get(booking::show))
        .route(
            "/booking/{token}/invitation.ics",
            get(booking::calendar_file),
        )
        .route(
            "/booking/{token}/reschedule",
            get(booking_actions::choose_time).post(booking_actions::reschedule),
        )
        .route(
            "/booking/{token}/cancel",
            get(booking_actions::ask_to_cancel).post(booking_actions::cancel),
        )
}
