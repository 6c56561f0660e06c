//! Which starts can be offered.
//!
//! A slot is listed if, and only if, the [`policy`](crate::policy) admits it: listing asks the
//! same [`Admission`] that decides about a booking.

mod nearest;
pub mod score;

pub use nearest::nearest;

use chrono::{DateTime, TimeDelta, Utc};

use crate::policy::{Admission, Situation, SituationError};
use crate::time::Interval;

/// One offered time for one event type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Slot {
    /// From its start to its end, buffers not included.
    pub during: Interval,
}

impl Slot {
    /// When the meeting would start.
    #[must_use]
    pub fn start(&self) -> DateTime<Utc> {
        self.during.start()
    }

    /// When the meeting would end.
    #[must_use]
    pub fn end(&self) -> DateTime<Utc> {
        self.during.end()
    }
}

/// The slots of `duration` that start within `range`, ascending; their ends may pass it.
///
/// Cost as for [`Admission::prepare`], and a constant for each slot.
///
/// # Errors
///
/// What [`Situation::check`] refuses.
pub fn search(
    situation: &Situation<'_>,
    range: Interval,
    duration: TimeDelta,
) -> Result<Vec<Slot>, SituationError> {
    let admission = Admission::prepare(situation, range, duration)?;
    let mut slots = Vec::with_capacity(admission.estimate());
    admission
        .meetings()
        .for_each(|during| slots.push(Slot { during }));
    Ok(slots)
}
