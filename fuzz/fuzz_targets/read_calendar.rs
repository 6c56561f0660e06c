//! Reading and expanding calendar files: any bytes give events and findings, never a panic.
#![no_main]

use astralis_core::icalendar::{CalendarOwner, read};
use astralis_core::time::{Interval, TimeZoneName, ZoneDatabase};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let zones = ZoneDatabase::bundled();
    let zone = zones.zone(&TimeZoneName::utc()).expect("UTC is a zone");
    let addresses = ["ada@example.org".parse().expect("an address")];
    let owner = CalendarOwner {
        zone: &zone,
        addresses: &addresses,
        zones: &zones,
    };
    let Ok(file) = read(bytes, &owner) else {
        return;
    };
    let window: Interval = "2026-01-01T00:00Z/2027-01-01T00:00Z"
        .parse()
        .expect("a year");
    for event in &file.events {
        // A rule that cannot be expanded is an error; what matters is that it ends.
        let _ = event.busy(window);
    }
});
