//! The style sheet and the scripts: part of the program, served with the hash of their content in
//! the address, so that browsers may keep them for good.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};

use crate::state::AppState;

struct Asset {
    name: &'static str,
    kind: &'static str,
    text: &'static str,
}

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

macro_rules! asset {
    ($name:literal, $kind:expr) => {
        Asset {
            name: $name,
            kind: $kind,
            text: include_str!(concat!("../static/", $name)),
        }
    };
}

const ASSETS: [Asset; 5] = [
    asset!("style.css", CSS),
    asset!("picker.js", JAVASCRIPT),
    asset!("form.js", JAVASCRIPT),
    asset!("host.js", JAVASCRIPT),
    asset!("icon.svg", "image/svg+xml"),
];

/// One word for the state of all assets: when any of them changes, every address does.
static EDITION: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for asset in ASSETS {
        hash.update(asset.text.as_bytes());
    }
    let digest = hash.finalize();
    digest
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
});

/// Where a page finds an asset.
#[must_use]
pub(crate) fn url(name: &str) -> String {
    format!("/static/{}/{name}", *EDITION)
}

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/static/{edition}/{name}", get(serve))
}

async fn serve(Path((edition, name)): Path<(String, String)>) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // An address of another edition comes from a page of another server version: answer, but let
    // nobody keep it.
    let keep = if edition == *EDITION {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [(CONTENT_TYPE, asset.kind), (CACHE_CONTROL, keep)];
    (headers, asset.text).into_response()
}
