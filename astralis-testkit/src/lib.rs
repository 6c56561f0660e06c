//! Scenarios, conformance suites, naive twins and faulty wrappers for Astralis.

pub mod mailer;
