use astralis_core::time::Interval;

use crate::random::Random;
use crate::workloads::{DAY, HOUR, MINUTE, at};

/// Meetings of a quarter of an hour to two hours, one after the other, on the quarter hours of
/// working days: about six a day, for as many years as it takes.
pub(super) fn calendar(count: usize, random: &mut Random) -> Vec<Interval> {
    let mut meetings = Vec::with_capacity(count);
    let working_days = (0..).filter(|day| day % 7 < 5);
    for day in working_days {
        let mut time = day * DAY + 8 * HOUR;
        loop {
            time += 15 * MINUTE * random.below(5);
            let length = 15 * MINUTE * (1 + random.below(8));
            if time + length > day * DAY + 18 * HOUR {
                break;
            }
            if meetings.len() == count {
                return meetings;
            }
            meetings.push(at(time, length));
            time += length;
        }
    }
    meetings
}

/// A calendar as other calendars hand it over: one meeting in ten overlaps the one before it, one
/// in a hundred goes on for days.
pub(super) fn imported(count: usize, random: &mut Random) -> Vec<Interval> {
    let mut meetings = calendar(count, random);
    for number in 1..count {
        let (before, own) = (meetings[number - 1], meetings[number]);
        let start = own.start_micros() - at(0, 1).start_micros();
        if random.chance(1, 100) {
            meetings[number] = at(start, DAY * (1 + random.below(5)));
        } else if random.chance(1, 10) {
            let same_start = before.start_micros() - at(0, 1).start_micros();
            meetings[number] = at(same_start, 15 * MINUTE * (1 + random.below(8)));
        }
    }
    meetings.sort_unstable();
    meetings
}

/// A calendar whose owner is away for the first half of it.
pub(super) fn long_absence(count: usize, random: &mut Random) -> Vec<Interval> {
    let mut meetings = calendar(count - 1, random);
    let middle = meetings
        .get(count / 2)
        .copied()
        .unwrap_or_else(|| at(0, DAY));
    let absence = middle.start_micros() - at(0, 1).start_micros();
    meetings.insert(0, at(0, absence.max(DAY)));
    meetings
}
