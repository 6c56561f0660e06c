//! Calendar files: in the manner of the programs that people export from, and large or odd on
//! purpose. Tests say what is in them; the benchmarks, how long reading them takes.

mod large;
mod producers;

pub use large::{
    excluded_dates, extra_dates, large_and_odd, long_lines, meetings, nested, series, time_zones,
    times_of_every_second,
};
pub use producers::{
    APPLE, APPLE_CHANGES, EXCHANGE_CHANGES, FASTMAIL, GOOGLE, GOOGLE_CHANGES, NEXTCLOUD,
    NEXTCLOUD_CHANGES, OUTLOOK, OUTLOOK_ZONES, producers,
};

/// One hour on Wednesday, 1 April 2026.
pub const MEETING: &str = "DTSTART:20260401T080000Z\r\nDTEND:20260401T090000Z";

/// A file, and what a table calls it.
#[derive(Debug, Clone)]
pub struct WrittenFile {
    /// What it is.
    pub name: &'static str,
    /// As it would be sent.
    pub bytes: Vec<u8>,
}

/// A calendar of these components.
#[must_use]
pub fn calendar(components: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{components}END:VCALENDAR\r\n")
}

/// An event of these properties, whose last line has no end yet.
#[must_use]
pub fn event(uid: &str, properties: &str) -> String {
    format!("BEGIN:VEVENT\r\nUID:{uid}\r\n{properties}\r\nEND:VEVENT\r\n")
}
