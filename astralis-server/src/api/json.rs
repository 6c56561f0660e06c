use std::error::Error;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;

use crate::api::ApiError;

/// A JSON body; where it is not as expected, the answer names the field.
pub(super) struct ApiJson<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        match Json::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(match wrong_place(&rejection) {
                Some(error) => error.into_response(),
                None => rejection.into_response(),
            }),
        }
    }
}

type WrongPlace = serde_path_to_error::Error<serde_json::Error>;

fn wrong_place(rejection: &JsonRejection) -> Option<ApiError> {
    let JsonRejection::JsonDataError(rejection) = rejection else {
        return None;
    };
    let mut cause = rejection.source();
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref::<WrongPlace>() {
            let path = found.path().to_string();
            // The whole body has no name.
            return (path != ".").then(|| ApiError::Malformed {
                path,
                expected: found.inner().to_string(),
            });
        }
        cause = error.source();
    }
    None
}
