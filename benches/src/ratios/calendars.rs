//! How long does it take to read a calendar file?

use std::hint::black_box;
use std::io::{self, Write};

use astralis_core::icalendar::{CalendarOwner, read};
use astralis_core::recurrence::Budget;
use astralis_core::time::{Interval, Zone, ZoneDatabase};
use astralis_testkit::calendars::{WrittenFile, large_and_odd, producers};

use crate::ratios::sheet::Place;
use crate::ratios::{Effort, Row, Sheet, Times};

/// Reads each file and expands two years of it.
///
/// # Errors
///
/// If `out` cannot be written to.
pub fn read_calendars(effort: &Effort, out: impl Write) -> io::Result<()> {
    let mut sheet = Sheet::new(out);
    let reader = Reader::new();
    for WrittenFile { name, bytes } in producers().into_iter().chain(large_and_odd()) {
        let place = Place {
            row: Row::ReadCalendar,
            workload: name,
            count: reader.busy(&bytes),
            asked: "two years",
        };
        let times = Times::alone(effort.rounds, || reader.busy(black_box(&bytes)));
        sheet.milliseconds(place, times)?;
    }
    Ok(())
}

/// Somebody in Paris.
struct Reader {
    zones: ZoneDatabase,
    zone: Zone,
    window: Interval,
}

impl Reader {
    fn new() -> Self {
        let zones = ZoneDatabase::bundled();
        let paris = "Europe/Paris".parse().expect("a zone name");
        Self {
            zone: zones.zone(&paris).expect("a known zone"),
            zones,
            window: "2026-01-01T00:00Z/2028-01-01T00:00Z"
                .parse()
                .expect("two years"),
        }
    }

    /// How many stretches of the two years the file's owner is busy.
    fn busy(&self, bytes: &[u8]) -> usize {
        let owner = CalendarOwner {
            zone: &self.zone,
            addresses: &[],
            zones: &self.zones,
        };
        let file = read(bytes, &owner).expect("a calendar");
        let busy = |event: &astralis_core::icalendar::ImportedEvent| {
            let within = event.busy_within(self.window, &mut Budget::default());
            within.map_or(0, |busy| busy.len())
        };
        file.events.iter().map(busy).sum()
    }
}
