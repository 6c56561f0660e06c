//! The JSON API. Handlers read the request, call one function that decides, and write the answer;
//! `wire.rs` holds the shapes. `openapi.json` describes every route, and a test holds it to that.

mod auth;
mod availability;
mod book;
mod bookings;
mod error;
mod event_types;
mod events;
mod idempotency;
mod json;
mod openapi;
mod overrides;
mod profile;
mod range;
mod slots;
mod subscriptions;
mod version;
mod wire;

use axum::Router;
use axum::routing::{MethodRouter, delete, get, post, put};

pub use error::{ApiError, ErrorBody};
pub use openapi::OPENAPI;

use crate::state::AppState;

/// A path and what can be done with it. A list instead of calls, so that a test can compare it
/// with `openapi.json`.
type Routes = Vec<(&'static str, MethodRouter<AppState>)>;

fn public() -> Routes {
    vec![
        ("/api/openapi.json", get(openapi::document)),
        ("/api/book", post(book::book)),
        ("/api/book/{page}/slots", get(slots::slots)),
    ]
}

fn of_the_host() -> Routes {
    vec![
        (
            "/api/availability",
            get(availability::list)
                .post(availability::add)
                .put(availability::set_time_zone),
        ),
        (
            "/api/availability/{id}",
            put(availability::replace).delete(availability::remove),
        ),
        ("/api/availability/overrides", get(overrides::list)),
        (
            "/api/availability/overrides/{date}",
            put(overrides::set).delete(overrides::remove),
        ),
        ("/api/profile", get(profile::show).put(profile::edit)),
        (
            "/api/event-types",
            get(event_types::list).post(event_types::add),
        ),
        (
            "/api/event-types/{id}",
            get(event_types::show).put(event_types::edit),
        ),
        (
            "/api/calendar/subscriptions",
            get(subscriptions::list).post(subscriptions::add),
        ),
        (
            "/api/calendar/subscriptions/{id}",
            delete(subscriptions::remove),
        ),
        (
            "/api/calendar/subscriptions/{id}/refresh",
            post(subscriptions::refresh),
        ),
        ("/api/calendar/events", get(events::list).post(events::add)),
        (
            "/api/calendar/events/{id}",
            get(events::show)
                .put(events::replace)
                .delete(events::cancel),
        ),
        ("/api/bookings", get(bookings::list)),
        ("/api/bookings/{id}", delete(bookings::cancel)),
    ]
}

/// The paths of the API.
#[must_use]
pub fn paths() -> Vec<&'static str> {
    let routes = public().into_iter().chain(of_the_host());
    routes.map(|(path, _)| path).collect()
}

pub(crate) fn public_routes() -> Router<AppState> {
    router(public())
}

pub(crate) fn host_routes() -> Router<AppState> {
    router(of_the_host())
}

fn router(routes: Routes) -> Router<AppState> {
    routes
        .into_iter()
        .fold(Router::new(), |router, (path, methods)| {
            router.route(path, methods)
        })
}
