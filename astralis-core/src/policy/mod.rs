//! The one predicate that lists, books and explains.
//!
//! An [`Admission`] is the question "which meetings of this event type could take place here?"
//! with everything it depends on already read: opening hours expanded, buffers applied, limits
//! counted. Each policy has a file of its own and the same shape: it is prepared from the
//! [`Situation`] and tells for a meeting what speaks against it.

mod admission;
mod booking_window;
mod busy;
mod hours;
mod limits;
mod notice;
mod offered;
mod refusal;
mod situation;

pub use admission::{Admission, admit};
pub use limits::tally_range;
pub use refusal::Refusal;
pub use situation::{HostHours, Situation, SituationError};

use crate::time::Interval;

/// One rule that a meeting must keep.
trait Policy {
    /// Hands everything that speaks against `meeting` to `object`; calls nothing if it is fine.
    fn examine(&self, meeting: &Interval, object: &mut dyn FnMut(Refusal));

    /// Whether nothing speaks against `meeting`: for lists, which need no reasons.
    fn allows(&self, meeting: &Interval) -> bool {
        let mut allowed = true;
        self.examine(meeting, &mut |_| allowed = false);
        allowed
    }
}
