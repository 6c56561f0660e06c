//! Calendars of other servers: fetched from public addresses only, beside the requests.

mod address;
mod fetcher;
mod refusal;
mod resolver;
mod retry_after;
mod worker;

pub use fetcher::{FetchLimits, HttpFetcher, MAX_REDIRECTS, NoFetcher};
pub use worker::refresh;

#[cfg(test)]
mod tests;
