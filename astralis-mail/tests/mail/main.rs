//! Mails through the crate's public door: what people read, what calendars read, and what happens
//! between us and a mail server.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml lets tests unwrap, but only inside of functions marked #[test]"
)]

mod addresses;
mod conformance;
mod faults;
mod fixture;
mod hostile;
mod independent_reader;
mod real_server;
mod snapshots;
#[cfg(unix)]
mod spool;
