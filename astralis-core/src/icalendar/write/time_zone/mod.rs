//! VTIMEZONE (RFC 5545 §3.6.5): what a zone's clock shows from some instant on, for readers who do
//! not know the zone by name.
//!
//! Where the zone follows a yearly rule for good, each change of its clock is a STANDARD or DAYLIGHT
//! with that RRULE; those before the rule holds, and those of zones without one, are listed. What is
//! called daylight makes no difference to any instant: it is the greater of two offsets that take
//! turns, also where law calls the lesser one the exception, as in Ireland.

mod observance;
mod yearly;

use std::fmt::{self, Write};

use chrono::{DateTime, Utc};
use observance::{Observance, observances};

use super::line::ContentLine;
use super::values::{civil, offset};
use crate::time::Zone;

/// Describes a zone for all times from `from` on.
pub(super) fn write(out: &mut impl Write, zone: &Zone, from: DateTime<Utc>) -> fmt::Result {
    let line = ContentLine::new;
    line("BEGIN").value("VTIMEZONE", out)?;
    line("TZID").value(zone.name(), out)?;
    for observance in observances(zone, from) {
        write_observance(out, &observance)?;
    }
    line("END").value("VTIMEZONE", out)
}

fn write_observance(out: &mut impl Write, one: &Observance) -> fmt::Result {
    let line = ContentLine::new;
    let name = if one.is_daylight {
        "DAYLIGHT"
    } else {
        "STANDARD"
    };
    line("BEGIN").value(name, out)?;
    line("DTSTART").value(civil(one.start), out)?;
    line("TZOFFSETFROM").value(offset(one.from), out)?;
    line("TZOFFSETTO").value(offset(one.to), out)?;
    if let Some(rule) = &one.rule {
        line("RRULE").value(rule, out)?;
    }
    // ical.js reads one value of each RDATE, and DTSTART only where nothing stands beside it.
    let is_list = !one.others.is_empty();
    let listed = std::iter::once(&one.start).chain(&one.others);
    for time in listed.filter(|_| is_list) {
        line("RDATE").value(civil(*time), out)?;
    }
    line("END").value(name, out)
}

#[cfg(test)]
mod tests;
