use astralis_core::model::FieldError;
use astralis_core::time::Interval;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use crate::api::ApiError;
use crate::api::slots::instant;

/// What is listed when the caller does not say.
const USUAL_RANGE: TimeDelta = TimeDelta::days(30);

/// Which part of a calendar is asked for.
#[derive(Debug, Deserialize)]
pub(super) struct RangeParams {
    from: Option<String>,
    to: Option<String>,
}

impl RangeParams {
    /// From now and for 30 days, unless the caller says otherwise.
    pub(super) fn window(
        &self,
        now: DateTime<Utc>,
        longest: TimeDelta,
    ) -> Result<Interval, ApiError> {
        let at = |field, text: &Option<String>, usual| match text.as_deref() {
            None | Some("") => Ok(usual),
            Some(text) => instant(field, text).map_err(|error| ApiError::Invalid(vec![error])),
        };
        let from = at("from", &self.from, now)?;
        let usual_end = from.checked_add_signed(USUAL_RANGE).unwrap_or(from);
        let to = at("to", &self.to, usual_end)?;
        Interval::new(from, to)
            .ok()
            .filter(|window| window.duration() <= longest)
            .ok_or_else(|| {
                let days = longest.num_days();
                let expected = format!("an instant after from, at most {days} days later");
                ApiError::Invalid(vec![FieldError::new("to", "outOfRange", expected)])
            })
    }
}
