//! Scenarios, conformance suites, naive twins and faulty wrappers for Astralis.

pub mod calendars;
pub mod generators;
pub mod mailer;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod readers;
pub mod scenario;
pub mod store;
pub mod twins;
