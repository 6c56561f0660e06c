use astralis_core::time::Interval;

use crate::random::Random;
use crate::workloads::{DAY, SECOND, at};

/// Reservations of one to three seconds, as a machine has them, that all start within five days,
/// whatever their number: a time grid that is laid over years puts them into one cell.
pub(super) fn crowded(count: usize, random: &mut Random) -> Vec<Interval> {
    let mut reservations: Vec<_> = (0..count).map(|_| reservation(random, 0)).collect();
    reservations.sort_unstable();
    reservations
}

/// The same, and one in a thousand up to thirty years away: a grid that follows the extremes is
/// laid over years again.
pub(super) fn crowded_with_outliers(count: usize, random: &mut Random) -> Vec<Interval> {
    let mut reservations: Vec<_> = (0..count)
        .map(|_| {
            let far = random.chance(1, 1000);
            let days = if far { random.below(30 * 365) } else { 0 };
            reservation(random, days * DAY)
        })
        .collect();
    reservations.sort_unstable();
    reservations
}

fn reservation(random: &mut Random, from: i64) -> Interval {
    let start = SECOND * random.below(5 * DAY / SECOND);
    at(from + start, SECOND * (1 + random.below(3)))
}
