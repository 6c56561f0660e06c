//! The one predicate that lists, books and explains.
//!
//! An [`Admission`] is the question "which meetings of this event type could take place here?"
//! with everything it depends on already read: opening hours expanded, buffers applied, limits
//! counted. Each policy has a file of its own and the same shape: it is prepared from the
//! [`Situation`], it *is* the set of starts it allows, and it has words for all others. A list is
//! what every policy leaves; a decision about one start asks the same sets, and those that take it
//! away say why.

mod admission;
mod booking_window;
mod busy;
mod grid;
mod hosts;
mod hours;
mod limits;
mod notice;
mod offered;
mod refusal;
mod situation;

pub use admission::{Admission, admit};
pub use hosts::{HostObjections, Hosts, HostsAdmission, HostsError, MAX_DEPTH, NotHosted};
pub use limits::tally_range;
pub use refusal::{Blocker, Refusal};
pub use situation::{HostHours, Situation, SituationError};

use crate::time::{Interval, IntervalSet};

/// One rule that a meeting must keep. It is prepared for meetings of one length that start within
/// some range.
trait Policy {
    /// What it leaves of `starts`: those at which a meeting may begin.
    fn narrow(&self, starts: IntervalSet) -> IntervalSet;

    /// Hands at least one reason to `object`. Asked only about a meeting whose start
    /// [`narrow`](Self::narrow) takes away.
    fn objections(&self, meeting: &Interval, object: &mut dyn FnMut(Refusal));
}

/// What lies in one interval, or nothing at all if there is none.
fn within(starts: &IntervalSet, bounds: Option<Interval>) -> IntervalSet {
    bounds.map_or_else(IntervalSet::new, |bounds| {
        starts.intersect(&IntervalSet::from([bounds]))
    })
}
