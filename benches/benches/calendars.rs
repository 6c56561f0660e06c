//! How long reading calendar files takes, hostile ones among them; one line for each cell.
//! `cargo xtask bench` runs it and makes a table of the lines.

use astralis_benches::ratios::{Effort, read_calendars};

fn main() -> std::io::Result<()> {
    read_calendars(&Effort::FULL, std::io::stdout().lock())
}
