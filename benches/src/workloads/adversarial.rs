use astralis_core::time::Interval;

use crate::random::Random;
use crate::workloads::{DAY, MINUTE, at};

const SHORTEST: i64 = 5 * MINUTE;
const LONGEST: i64 = 365 * DAY;
/// The mean of lengths drawn like that, rounded.
const MEAN: i64 = 32 * DAY;

/// Meetings as likely to last minutes as months: lengths log-uniform from five minutes to a year.
///
/// They are spread so far that one of them covers an instant on average and some time stays free,
/// but over no more than four thousand years, which 32 bits of minutes reach.
pub(super) fn adversarial(count: usize, random: &mut Random) -> Vec<Interval> {
    let spread = MEAN.saturating_mul(i64::try_from(count).expect("a count"));
    let minutes = spread.min(4000 * LONGEST) / MINUTE;
    let mut meetings: Vec<_> = (0..count)
        .map(|_| at(MINUTE * random.below(minutes), log_uniform(random)))
        .collect();
    meetings.sort_unstable();
    meetings
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a length in whole minutes is far below 2^52"
)]
fn log_uniform(random: &mut Random) -> i64 {
    let part = random.below(1 << 30) as f64 / (1_u64 << 30) as f64;
    let ratio = (LONGEST / SHORTEST) as f64;
    let length = SHORTEST as f64 * ratio.powf(part);
    length as i64 / MINUTE * MINUTE
}
