//! Reading and expanding calendar files: whatever the bytes are, no event is lost, and what an event
//! blocks is listed in order, lies in the window, and costs no more than it may.
#![no_main]

use astralis_core::icalendar::{CalendarFile, CalendarOwner, Certainty, ImportedEvent, read};
use astralis_core::recurrence::{Budget, RecurrenceError};
use astralis_core::time::{Interval, TimeZoneName, ZoneDatabase};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static ZONES: LazyLock<ZoneDatabase> = LazyLock::new(ZoneDatabase::bundled);

/// A quarter of what an expansion may take by itself, so that inputs find its bounds sooner.
const BUDGET: Budget = Budget {
    steps: 25_000,
    occurrences: 25_000,
};

fuzz_target!(|bytes: &[u8]| {
    let zone = ZONES.zone(&TimeZoneName::utc()).expect("UTC is a zone");
    let addresses = ["ada@example.org".parse().expect("an address")];
    let owner = CalendarOwner {
        zone: &zone,
        addresses: &addresses,
        zones: &ZONES,
    };
    let Ok(file) = read(bytes, &owner) else {
        return;
    };
    every_event_is_accounted_for(&file, bytes);
    for event in &file.events {
        what_it_blocks_is_bounded(event);
    }
});

fn every_event_is_accounted_for(file: &CalendarFile, bytes: &[u8]) {
    let events: Vec<usize> = file.events.iter().map(|one| one.line).collect();
    let free: Vec<usize> = file.not_blocking.iter().map(|one| one.line).collect();
    let found: Vec<usize> = file.findings.iter().map(|one| one.line).collect();
    assert!(
        [&events, &free, &found]
            .iter()
            .all(|lines| lines.is_sorted())
    );
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if line.trim_ascii_end() == b"BEGIN:VEVENT" {
            let told = [&events, &free, &found];
            let is_told = told.iter().any(|lines| lines.contains(&(index + 1)));
            assert!(is_told, "the event of line {} is lost", index + 1);
        }
    }
}

fn what_it_blocks_is_bounded(event: &ImportedEvent) {
    let window: Interval = "2026-01-01T00:00Z/2027-01-01T00:00Z"
        .parse()
        .expect("a year");
    let mut budget = BUDGET;
    match event.busy_within(window, &mut budget) {
        Ok(busy) => {
            assert!(busy.iter().all(|one| one.overlaps(&window)), "{busy:?}");
            // The first day stands behind the others.
            let is_exact = event.certainty == Certainty::Exact;
            assert!(
                !is_exact || busy.is_sorted_by_key(Interval::start),
                "{busy:?}"
            );
        }
        Err(RecurrenceError::TooMuch { .. }) => {
            let first = event.clone().without_rules();
            first.busy(window).expect("without rules it is short");
        }
        Err(error) => panic!("an import refuses it before: {error}"),
    }
}
