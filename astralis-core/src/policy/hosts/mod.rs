//! Host rules beyond "all of them": who could take a meeting, and who does.

mod admission;
mod node;
mod rule;

pub use admission::{HostObjections, HostsAdmission, NotHosted};
pub use rule::{Hosts, HostsError, MAX_DEPTH};
