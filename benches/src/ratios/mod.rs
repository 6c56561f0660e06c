//! Ours beside each rival in one process, round by round, and what the ratios should be.
//!
//! [`run`] writes one line for each cell; `cargo xtask bench` makes tables of them.

mod calendars;
mod churn;
mod contest;
mod effort;
mod memory;
mod one_resource;
mod participants;
mod row;
mod series;
mod sheet;
mod slots;

pub use calendars::read_calendars;
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
    slots::search(effort, &mut sheet)?;
    series::expand(effort, &mut sheet)
}

/// Everything that takes the resource, converted for a rival.
fn converted<R: Rival>(resource: &Resource) -> Vec<(R::Span, u32)> {
    let ticks = resource.ticks();
    let entry = |(interval, id): &(_, u32)| (R::span(interval, ticks), *id);
    resource.entries.iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::workloads::Kind;

    /// Little data and no patience: it only matters that both sides of every cell agree.
    const TINY: Effort = Effort {
        rounds: 1,
        at_least: Duration::MAX,
        at_most: Duration::MAX,
        questions: 16,
        sizes: &[2, 100],
        kinds: &[
            Kind::Calendar,
            Kind::Imported,
            Kind::LongAbsence,
            Kind::Adversarial,
        ],
        subjects: 100,
        all_rivals: true,
    };

    #[test]
    fn every_rival_answers_as_ours_does() {
        let mut sheet = Sheet::new(io::sink());
        one_resource::ask(&TINY, &mut sheet).unwrap();
        participants::invite(&TINY, &mut sheet).unwrap();
    }

    #[test]
    fn a_meeting_that_repeats_takes_place_when_its_rival_says() {
        series::expand(&TINY, &mut Sheet::new(io::sink())).unwrap();
    }

    #[test]
    fn every_live_rival_holds_what_ours_does_after_any_number_of_changes() {
        churn::change(&TINY, &mut Sheet::new(io::sink())).unwrap();
    }
}
