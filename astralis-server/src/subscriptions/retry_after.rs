use std::time::SystemTime;

use astralis_core::ports::RetryAfter;
use chrono::TimeDelta;
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// When a server that cannot answer now wants to be asked again (RFC 9110 §10.2.3): in so many
/// seconds, or from a date on. What is neither says nothing.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<RetryAfter> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // However many digits, it is a long time.
        let seconds = value.parse().ok().and_then(TimeDelta::try_seconds);
        return Some(RetryAfter::Pause(seconds.unwrap_or(TimeDelta::MAX)));
    }
    let date: SystemTime = httpdate::parse_http_date(value).ok()?;
    Some(RetryAfter::At(date.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(value: &'static str) -> Option<RetryAfter> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value.parse().unwrap());
        retry_after(&headers)
    }

    #[test]
    fn a_server_names_a_pause_or_a_date() {
        let pause = |seconds| Some(RetryAfter::Pause(TimeDelta::seconds(seconds)));
        assert_eq!(said("120"), pause(120));
        assert_eq!(said(" 0 "), pause(0));
        for too_long in ["9223372036854775807", "99999999999999999999999999"] {
            assert_eq!(said(too_long), Some(RetryAfter::Pause(TimeDelta::MAX)));
        }
        let at = RetryAfter::At("2026-11-22T08:49:37Z".parse().unwrap());
        for date in [
            "Sun, 22 Nov 2026 08:49:37 GMT",
            "Sunday, 22-Nov-26 08:49:37 GMT",
            "Sun Nov 22 08:49:37 2026",
        ] {
            assert_eq!(said(date), Some(at), "{date}");
        }
    }

    #[test]
    fn what_is_neither_says_nothing() {
        for value in [
            "",
            "soon",
            "-1",
            "1.5",
            "10s",
            "Sun, 99 Nov 2026 08:49:37 GMT",
        ] {
            assert_eq!(said(value), None, "{value:?}");
        }
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }
}
