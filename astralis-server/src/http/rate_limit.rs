use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};

use crate::config::RateLimitConfig;
use crate::state::AppState;

/// So many addresses are remembered before the ones that have their whole allowance back are
/// forgotten.
const REMEMBERED: usize = 20_000;

/// A bucket of allowances per address, refilled at a steady rate.
///
/// Our own forty lines rather than a crate: it reads the clock that it is given, so that tests
/// need not wait, and it forgets.
#[derive(Debug)]
pub struct RateLimiter {
    config: RateLimitConfig,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: DateTime<Utc>,
}

impl RateLimiter {
    /// A limiter that has seen nobody yet.
    #[must_use]
    pub fn new(config: RateLimitConfig) -> Self {
        Self {
            config,
            buckets: Mutex::default(),
        }
    }

    /// Takes one allowance of `address`, or says how many seconds until there is one.
    ///
    /// # Errors
    ///
    /// The seconds to wait, at least 1.
    pub fn take(&self, address: IpAddr, now: DateTime<Utc>) -> Result<(), u32> {
        if self.config.per_minute == 0 {
            return Ok(());
        }
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= REMEMBERED {
            let full = f64::from(self.config.burst);
            buckets.retain(|_, bucket| self.refilled(*bucket, now) < full);
        }
        let fresh = Bucket {
            left: self.config.burst.into(),
            at: now,
        };
        let bucket = buckets.entry(network_of(address)).or_insert(fresh);
        let left = self.refilled(*bucket, now);
        if left < 1.0 {
            return Err(self.seconds_until_one(left));
        }
        *bucket = Bucket {
            left: left - 1.0,
            at: now,
        };
        Ok(())
    }

    fn refilled(&self, bucket: Bucket, now: DateTime<Utc>) -> f64 {
        let elapsed = (now - bucket.at).as_seconds_f64().max(0.0);
        let gained = elapsed * f64::from(self.config.per_minute) / 60.0;
        (bucket.left + gained).min(self.config.burst.into())
    }

    fn seconds_until_one(&self, left: f64) -> u32 {
        let seconds = (1.0 - left) * 60.0 / f64::from(self.config.per_minute);
        // At most a minute, so the cast cannot lose anything.
        seconds.ceil().clamp(1.0, 60.0) as u32
    }
}

/// Who counts as one caller: an IPv4 address, or the /64 that a household gets in IPv6.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 => v4,
    }
}

/// Answers 429 to an address that asks too often.
pub async fn limit_rate(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let limiter = &state.rate_limiter;
    let Some(address) = caller(&request, &limiter.config) else {
        return next.run(request).await; // A test without a network has no addresses.
    };
    match limiter.take(address, state.scheduler.now()) {
        Ok(()) => next.run(request).await,
        Err(seconds) => {
            let wait = [(RETRY_AFTER, seconds.to_string())];
            (StatusCode::TOO_MANY_REQUESTS, wait).into_response()
        }
    }
}

fn caller(request: &Request, config: &RateLimitConfig) -> Option<IpAddr> {
    let forwarded = config.proxy_header.as_ref().and_then(|name| {
        // What the caller claims comes first; what our own proxy adds comes last.
        let value = request.headers().get_all(name).iter().next_back()?;
        value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
    });
    let connected = request.extensions().get::<ConnectInfo<SocketAddr>>();
    forwarded.or_else(|| connected.map(|ConnectInfo(address)| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn limiter() -> RateLimiter {
        RateLimiter::new(RateLimitConfig {
            per_minute: 30,
            burst: 2,
            proxy_header: None,
        })
    }

    #[test]
    fn an_allowance_that_is_used_up_comes_back_with_time() {
        let (limiter, now) = (limiter(), DateTime::UNIX_EPOCH);
        let ada = "192.0.2.1".parse().unwrap();
        assert_eq!(limiter.take(ada, now), Ok(()));
        assert_eq!(limiter.take(ada, now), Ok(()));
        assert_eq!(limiter.take(ada, now), Err(2));
        assert_eq!(limiter.take("192.0.2.2".parse().unwrap(), now), Ok(()));
        assert_eq!(limiter.take(ada, now + TimeDelta::seconds(2)), Ok(()));
    }

    #[test]
    fn one_household_cannot_hide_behind_many_addresses() {
        let (limiter, now) = (limiter(), DateTime::UNIX_EPOCH);
        for last in 1..=2 {
            let address = format!("2001:db8:1:2::{last}").parse().unwrap();
            assert_eq!(limiter.take(address, now), Ok(()));
        }
        let third = "2001:db8:1:2::3".parse().unwrap();
        assert_eq!(limiter.take(third, now), Err(2));
    }
}
