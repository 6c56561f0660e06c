use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};

use crate::config::RateLimitConfig;
use crate::state::AppState;

/// So many addresses are remembered. Then those that have their whole allowance back are
/// forgotten, and if there are none, whoever is new shares one allowance.
const REMEMBERED: usize = 20_000;

/// Looking for what can be forgotten costs as much as everything that is remembered.
const BETWEEN_SWEEPS: TimeDelta = TimeDelta::seconds(1);

/// Under which everybody is counted whom there is no room to remember.
const STRANGERS: IpAddr = IpAddr::V6(Ipv6Addr::UNSPECIFIED);

/// A bucket of allowances per address, refilled at a steady rate.
///
/// Our own forty lines rather than a crate: it reads the clock that it is given, so that tests
/// need not wait, and it forgets.
#[derive(Debug)]
pub struct RateLimiter {
    config: RateLimitConfig,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    buckets: HashMap<IpAddr, Bucket>,
    swept_at: Option<DateTime<Utc>>,
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
            seen: Mutex::default(),
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
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut address = network_of(address);
        if seen.is_full() && !seen.buckets.contains_key(&address) {
            self.sweep(&mut seen, now);
            if seen.is_full() {
                address = STRANGERS;
            }
        }
        let fresh = Bucket {
            left: self.config.burst.into(),
            at: now,
        };
        let bucket = seen.buckets.entry(address).or_insert(fresh);
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

    fn sweep(&self, seen: &mut Seen, now: DateTime<Utc>) {
        if seen.swept_at.is_some_and(|at| now - at < BETWEEN_SWEEPS) {
            return;
        }
        seen.swept_at = Some(now);
        let full = f64::from(self.config.burst);
        seen.buckets
            .retain(|_, bucket| self.refilled(*bucket, now) < full);
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

impl Seen {
    fn is_full(&self) -> bool {
        self.buckets.len() >= REMEMBERED
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
        address_in(value.to_str().ok()?.rsplit(',').next()?.trim())
    });
    let connected = request.extensions().get::<ConnectInfo<SocketAddr>>();
    forwarded.or_else(|| connected.map(|ConnectInfo(address)| address.ip()))
}

/// An address as proxies write it: alone, in brackets, with or without a port.
fn address_in(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let alone = || bare.unwrap_or(text).parse().ok();
    let with_port = || Some(text.parse::<SocketAddr>().ok()?.ip());
    alone().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

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
    fn the_caller_is_who_our_own_proxy_names_last() {
        let config = RateLimitConfig {
            proxy_header: Some("x-forwarded-for".parse().unwrap()),
            ..limiter().config
        };
        for (headers, caller_is) in [
            (&[][..], "192.0.2.9"),
            (&["198.51.100.7"], "198.51.100.7"),
            (&["203.0.113.1, 198.51.100.7"], "198.51.100.7"),
            (
                &["198.51.100.7", "203.0.113.1,198.51.100.8"],
                "198.51.100.8",
            ),
            (&["198.51.100.7:4711"], "198.51.100.7"),
            (&["2001:db8::7"], "2001:db8::7"),
            (&["[2001:db8::7]"], "2001:db8::7"),
            (&["[2001:db8::7]:4711"], "2001:db8::7"),
            (&["unknown"], "192.0.2.9"),
            (&["203.0.113.1, "], "192.0.2.9"),
        ] {
            let mut request = Request::new(Body::empty());
            let connected: SocketAddr = "192.0.2.9:5000".parse().unwrap();
            request.extensions_mut().insert(ConnectInfo(connected));
            for value in headers {
                let name = config.proxy_header.clone().unwrap();
                request.headers_mut().append(name, value.parse().unwrap());
            }
            let found = caller(&request, &config).unwrap();
            assert_eq!(found.to_string(), caller_is, "{headers:?}");
        }
    }

    #[test]
    fn a_flood_of_addresses_is_neither_remembered_nor_let_through() {
        let (limiter, now) = (limiter(), DateTime::UNIX_EPOCH);
        let address = |n: u32| IpAddr::from(n.to_be_bytes());
        let many = u32::try_from(REMEMBERED).unwrap();
        let let_through = (0..many + 50).filter(|n| limiter.take(address(*n), now).is_ok());
        assert_eq!(let_through.count(), REMEMBERED + 2);
        assert_eq!(limiter.seen.lock().unwrap().buckets.len(), REMEMBERED + 1);
        // Who was there before keeps their own allowance; later there is room again.
        assert_eq!(limiter.take(address(1), now), Ok(()));
        let later = now + TimeDelta::minutes(1);
        assert_eq!(limiter.take(address(many + 60), later), Ok(()));
        assert_eq!(limiter.seen.lock().unwrap().buckets.len(), 1);
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
