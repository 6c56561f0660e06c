use astralis_core::time::Interval;
use chrono::TimeDelta;

use crate::random::Random;
use crate::workloads::monday;

/// Meetings of a quarter of an hour to two hours, one after the other with gaps, as a calendar
/// holds them; deterministic, ascending.
#[must_use]
pub fn calendar(count: usize) -> Vec<Interval> {
    let mut random = Random::seeded(0x9e37_79b9_7f4a_7c15);
    let mut at = monday();
    let mut meetings = Vec::with_capacity(count);
    for _ in 0..count {
        at += TimeDelta::minutes(15 * random.below(20));
        let length = TimeDelta::minutes(15 * (1 + random.below(8)));
        meetings.push(Interval::starting_at(at, length).expect("a positive length"));
        at += length;
    }
    meetings
}

/// Questions of half an hour spread over `meetings`.
#[must_use]
pub fn questions(meetings: &[Interval], count: usize) -> Vec<Interval> {
    let mut random = Random::seeded(0x2545_f491_4f6c_dd1d);
    let end = meetings.last().map_or_else(monday, Interval::end);
    let minutes = (end - monday()).num_minutes().max(1);
    let start = |_| monday() + TimeDelta::minutes(random.below(minutes));
    let half_hour = |start| Interval::starting_at(start, TimeDelta::minutes(30));
    (0..count)
        .map(start)
        .filter_map(|start| half_hour(start).ok())
        .collect()
}
