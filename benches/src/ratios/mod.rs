//! Ours beside each rival in one process, round by round, and what the ratios should be.
//!
//! [`run`] writes one line for each cell; `cargo xtask bench` makes tables of them.

mod churn;
mod contest;
mod effort;
mod memory;
mod one_resource;
mod participants;
mod row;
mod sheet;
mod slots;

pub use contest::{Contest, Times};
pub use effort::Effort;
pub use memory::weigh;
pub use row::{Row, Target};
pub use sheet::Sheet;

use std::io::{self, Write};

use crate::rivals::Rival;
use crate::workloads::Resource;

/// Measures every cell that tells how long something takes.
///
/// # Errors
///
/// If `out` cannot be written to.
pub fn run(effort: &Effort, out: impl Write) -> io::Result<()> {
    let mut sheet = Sheet::new(out);
    one_resource::ask(effort, &mut sheet)?;
    one_resource::ask_crowded(effort, &mut sheet)?;
    one_resource::build(effort, &mut sheet)?;
    churn::change(effort, &mut sheet)?;
    participants::invite(effort, &mut sheet)?;
    slots::search(effort, &mut sheet)
}

/// Everything that takes the resource, converted for a rival.
fn converted<R: Rival>(resource: &Resource) -> Vec<(R::Span, u32)> {
    let ticks = resource.ticks();
    let entry = |(interval, id): &(_, u32)| (R::span(interval, ticks), *id);
    resource.entries.iter().map(entry).collect()
}
