//! The meetings of signed-in users, through the public door and on the memory store.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

mod beyond_the_horizon;
mod clashes;
mod dense_rules;
mod edits;
mod exceptions;
mod extra_dates;
mod meanwhile;
mod office;
mod properties;
mod requests;
mod warnings;
