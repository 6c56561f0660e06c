//! Points and stretches of time: instants, half-open intervals, sets of them, and the zones that
//! turn wall-clock readings into instants.
//!
//! Everything here is exact to the microsecond and knows nothing of meetings.

mod interval;
mod interval_set;
mod many_sets;
mod zone;
mod zone_database;

pub use interval::{Interval, IntervalError};
pub use interval_set::IntervalSet;
#[cfg(feature = "icalendar")]
pub(crate) use zone::{CYCLE, OffsetChange};
pub use zone::{CivilResolution, OffsetSegment, Zone};
pub(crate) use zone::{Stretch, WIDEST_OFFSET};
pub use zone_database::{TimeZoneName, UnknownTimeZone, ZoneDataError, ZoneDatabase};
