use astralis_core::time::Interval;

use crate::random::Random;
use crate::rivals::{PrefixMaximum, Rival};
use crate::workloads::{DAY, HOUR, MINUTE, Resource, SECOND, at};

/// Which questions to ask, by their answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Something is in the way.
    Hit,
    /// Nothing is.
    Miss,
    /// As it falls.
    Mixed,
}

impl Answer {
    /// What to call it in a table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Miss => "miss",
            Self::Mixed => "mixed",
        }
    }
}

/// Independent questions as a booking service asks them: half an hour on the quarter hours, within
/// five hours of some meeting. Where everything happens within days, two seconds within a minute.
///
/// `None` if the workload has next to no questions with that answer.
#[must_use]
pub fn questions(resource: &Resource, answer: Answer, count: usize) -> Option<Vec<Interval>> {
    let spans = resource.entries.iter().map(|(interval, id)| {
        let span = (interval.start_micros(), interval.end_micros());
        (span, *id)
    });
    let truth = PrefixMaximum::load(&spans.collect::<Vec<_>>());
    let random = &mut Random::seeded(0x2545_f491_4f6c_dd1d);
    let wanted = |question: &Interval| {
        let taken = truth.any_overlap((question.start_micros(), question.end_micros()));
        match answer {
            Answer::Hit => taken,
            Answer::Miss => !taken,
            Answer::Mixed => true,
        }
    };
    let tries = std::iter::repeat_with(|| question(resource, random)).take(50 * count);
    let questions: Vec<_> = tries.filter(wanted).take(count).collect();
    (questions.len() == count).then_some(questions)
}

fn question(resource: &Resource, random: &mut Random) -> Interval {
    let (grid, reach, length) = if resource.kind.is_crowded() {
        (SECOND, MINUTE, 2 * SECOND)
    } else {
        (15 * MINUTE, 5 * HOUR, 30 * MINUTE)
    };
    let near = start_of_any(resource, random) / grid * grid;
    let start = near - reach + grid * random.below(2 * reach / grid);
    at(start.max(0), length)
}

/// Whole days, or whatever `length` is, that begin at midnight before some meeting.
#[must_use]
pub fn windows(resource: &Resource, length: i64, count: usize) -> Vec<Interval> {
    let random = &mut Random::seeded(0xbb67_ae85_84ca_a73b);
    let midnight = |start: i64| start / DAY * DAY;
    (0..count)
        .map(|_| at(midnight(start_of_any(resource, random)), length))
        .collect()
}

/// Every half hour that starts on a quarter hour of thirty days, from midnight before some meeting
/// on; ascending.
#[must_use]
pub fn month_of_slots(resource: &Resource, number: u64) -> Vec<Interval> {
    let random = &mut Random::seeded(0x3c6e_f372_fe94_f82b ^ number);
    let first = start_of_any(resource, random) / DAY * DAY;
    (0..30 * DAY / (15 * MINUTE))
        .map(|slot| at(first + slot * 15 * MINUTE, 30 * MINUTE))
        .collect()
}

/// In microseconds since the first Monday.
fn start_of_any(resource: &Resource, random: &mut Random) -> i64 {
    let (interval, _) = resource.entries[random.index(resource.entries.len())];
    interval.start_micros() - at(0, 1).start_micros()
}
