use std::fmt::{self, Write};

use chrono::TimeDelta;

use super::line::ContentLine;
use super::values::duration;

/// A VALARM (RFC 5545 §3.6.6) that shows `title` so long before each start.
pub(super) fn write(out: &mut impl Write, title: &str, before: TimeDelta) -> fmt::Result {
    let line = ContentLine::new;
    line("BEGIN").value("VALARM", out)?;
    line("ACTION").value("DISPLAY", out)?;
    line("DESCRIPTION").text(title, out)?;
    line("TRIGGER").value(duration(-before), out)?;
    line("END").value("VALARM", out)
}
