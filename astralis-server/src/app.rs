use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::state::AppState;
use crate::{api, assets, errors, host, http, operations, pages};

/// The largest request body: no form of ours comes near it.
const LARGEST_BODY: usize = 64 * 1024;

/// The whole site as one function of its state, so that a test can call it without a network.
pub fn app(state: AppState) -> Router {
    let public = pages::routes()
        .merge(api::public_routes())
        .merge(host::sign_in_routes(&state))
        .layer(from_fn_with_state(state.clone(), http::limit_rate));
    let site = Router::new()
        .merge(public)
        .merge(api::host_routes())
        .merge(host::routes(&state))
        .merge(operations::routes())
        .merge(assets::routes());
    dressed(site).with_state(state)
}

/// What a process serves that only sends mail: what operators ask.
pub fn app_for_operators(state: AppState) -> Router {
    dressed(operations::routes()).with_state(state)
}

/// What every answer goes through.
fn dressed(routes: Router<AppState>) -> Router<AppState> {
    routes
        .fallback(errors::unknown_page)
        .method_not_allowed_fallback(errors::wrong_method)
        .layer(
            // From the outermost to the innermost.
            ServiceBuilder::new()
                .layer(from_fn(http::trace_request))
                .layer(from_fn(http::secure_headers))
                .layer(CompressionLayer::new())
                .layer(from_fn(errors::dress))
                .layer(CatchPanicLayer::custom(errors::panicked))
                .layer(DefaultBodyLimit::max(LARGEST_BODY)),
        )
}
