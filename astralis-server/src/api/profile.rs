use astralis_core::model::User;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::api::ApiError;
use crate::api::auth::ApiUser;
use crate::api::json::ApiJson;
use crate::desk::{self, ProfileDraft};
use crate::state::AppState;

/// `GET /api/profile`
pub(super) async fn show(State(state): State<AppState>, ApiUser(user): ApiUser) -> Json<Value> {
    Json(body(&state, &user))
}

/// `PUT /api/profile`
pub(super) async fn edit(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    ApiJson(draft): ApiJson<ProfileDraft>,
) -> Result<Json<Value>, ApiError> {
    let user = desk::edit_profile(&state, &user, &draft).await?;
    Ok(Json(body(&state, &user)))
}

fn body(state: &AppState, user: &User) -> Value {
    json!({
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "slug": user.slug,
        "timezone": user.time_zone,
        "role": user.role,
        "active": user.active,
        "bookingPage": state.site.to(&format!("/book/{}", user.slug)),
    })
}
