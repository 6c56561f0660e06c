use crate::model::SubjectId;
use crate::slots::score::BusyTimes;
use crate::time::{Interval, IntervalSet, Zone};

/// Somebody invited, with what scorers look at.
///
/// ```
/// # use astralis_core::slots::score::{Attendance, Participant};
/// # use astralis_core::time::ZoneDatabase;
/// let tokyo = ZoneDatabase::bundled().zone(&"Asia/Tokyo".parse()?)?;
/// let mut guest = Participant::new(uuid::Uuid::from_u128(1).into(), tokyo);
/// guest.attendance = Attendance::Optional;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Participant {
    /// Who.
    pub subject: SubjectId,
    /// The zone of the clock they live by.
    pub zone: Zone,
    /// When they offer time, [expanded](crate::availability::expand) at least over the
    /// candidates; `None` if nobody knows, as of a guest: they are never outside their hours.
    pub hours: Option<IntervalSet>,
    /// What blocks their time, buffers included if they are to count.
    pub busy: BusyTimes,
    /// What makes their time a worse one without blocking it.
    pub tentative: BusyTimes,
    /// Whether the meeting needs them.
    pub attendance: Attendance,
}

/// Which candidates need a participant.
///
/// ```
/// # use astralis_core::slots::score::Attendance;
/// assert_eq!(Attendance::default(), Attendance::Required);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Attendance {
    /// All.
    #[default]
    Required,
    /// Those that they would host themselves: one of several who take turns.
    Rotating,
    /// None; they are welcome.
    Optional,
}

impl Participant {
    /// Somebody who is required, of unknown hours and free all the time.
    #[must_use]
    pub fn new(subject: SubjectId, zone: Zone) -> Self {
        Self {
            subject,
            zone,
            hours: None,
            busy: BusyTimes::default(),
            tentative: BusyTimes::default(),
            attendance: Attendance::default(),
        }
    }

    /// Whether some of `meeting` lies outside their hours. `O(log n)`.
    pub(super) fn is_outside_hours(&self, meeting: &Interval) -> bool {
        let hours = self.hours.as_ref();
        hours.is_some_and(|hours| !hours.encloses(meeting))
    }
}
