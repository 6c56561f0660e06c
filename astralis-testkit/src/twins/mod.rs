//! Naive twins: slow, obviously right versions of what the core does fast.
//!
//! They share no code with what they check but the words of the model and the zone's table.

mod availability;
mod conflict;
mod hosts;
mod interval_set;
mod recurrence;
mod slots;

pub use availability::{is_local_midnight, is_open, spelled_out};
pub use conflict::NaiveIndex;
pub use hosts::{NaiveHosts, holds};
pub use interval_set::{Minutes, minute};
pub use recurrence::{most_steps, times_of};
pub use slots::NaivePolicy;
