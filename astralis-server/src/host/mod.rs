//! The host's side: signing in, and plain pages over the functions of [`desk`](crate::desk).

mod agenda;
mod bookings;
mod connections;
mod event_type_form;
mod event_types;
mod hours;
mod leaf;
mod notice;
mod profile;
mod rule_words;
mod session;
mod sign_in;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

pub use sign_in::issue_sign_in_link;

use crate::http::require_same_origin;
use crate::state::AppState;

/// Everything that needs no session; guessing is slowed down by the rate limit.
pub(crate) fn sign_in_routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/", get(sign_in::home))
        .route("/sign-in", get(sign_in::explain))
        .route("/sign-in/{token}", get(sign_in::ask).post(sign_in::sign_in))
        // Nobody is signed in by another site, as somebody else.
        .layer(from_fn_with_state(state.clone(), require_same_origin))
}

pub(crate) fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/calendar", get(bookings::show))
        .route("/calendar/agenda", get(agenda::show))
        .route("/calendar/bookings/{id}/cancel", post(bookings::cancel))
        .merge(availability_routes())
        .merge(connection_routes())
        .route(
            "/calendar/event-types",
            get(event_types::list).post(event_types::add),
        )
        .route(
            "/calendar/event-types/{id}",
            get(event_types::show).post(event_types::edit),
        )
        .route("/calendar/profile", get(profile::show).post(profile::edit))
        .route("/sign-out", post(sign_in::sign_out))
        .layer(from_fn_with_state(state.clone(), require_same_origin))
}

fn availability_routes() -> Router<AppState> {
    const BASE: &str = "/calendar/availability";
    let at = |path: &str| format!("{BASE}{path}");
    Router::new()
        .route(BASE, get(hours::show).post(hours::add_rule))
        .route(&at("/time-zone"), post(hours::set_time_zone))
        .route(&at("/recurring"), post(hours::add_recurring_rule))
        .route(&at("/overrides"), post(hours::set_override))
        .route(
            &at("/overrides/{date}/remove"),
            post(hours::remove_override),
        )
        .route(&at("/{id}"), post(hours::replace_rule))
        .route(&at("/{id}/remove"), post(hours::remove_rule))
}

fn connection_routes() -> Router<AppState> {
    const BASE: &str = "/calendar/connections";
    let at = |path: &str| format!("{BASE}{path}");
    Router::new()
        .route(BASE, get(connections::show).post(connections::subscribe))
        .route(&at("/feeds"), post(connections::renew_feeds))
        .route(&at("/{id}/refresh"), post(connections::refresh))
        .route(&at("/{id}/remove"), post(connections::remove))
}
