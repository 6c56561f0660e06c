//! The steps of the worker: each does a bounded piece of what is due now and tells how it ended.
//!
//! A worker is a loop around such a step, run each second and whenever something was booked. It
//! stops between two steps, so that nothing is cut off half-way; what a lost process had claimed
//! falls due again when its lease ends.

mod backoff;
mod deliver;
mod extend;
#[cfg(feature = "icalendar")]
mod refresh;

pub use backoff::{MAX_ATTEMPTS, retry_delay};
pub use deliver::{BATCH, Delivered, LEASE, Recorded, Step, deliver_next, record_again};
pub use extend::{Extended, extend_series};
#[cfg(feature = "icalendar")]
pub use refresh::{
    EXPAND_AGAIN_AFTER, INTERVAL, LONGEST_INTERVAL, Leased, MAX_FINDINGS, READING_LEASE, Refreshed,
    Reread, lease_next, refresh, refresh_next,
};
