//! The one predicate that lists, books and explains.

mod refusal;

pub use refusal::Refusal;
