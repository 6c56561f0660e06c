//! Where the engine stands against every other way to do it.

mod random;
pub mod ratios;
pub mod rivals;
pub mod workloads;
