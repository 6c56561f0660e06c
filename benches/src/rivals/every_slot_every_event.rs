use astralis_core::time::Interval;

/// Which candidates everybody is free for, by holding each against every meeting until one is in
/// the way: how scheduling products do it.
#[must_use]
pub fn every_slot_every_event(candidates: &[Interval], busy: &[Vec<Interval>]) -> Vec<Interval> {
    let is_free = |candidate: &&Interval| {
        let mut meetings = busy.iter().flatten();
        !meetings.any(|meeting| meeting.overlaps(candidate))
    };
    candidates.iter().filter(is_free).copied().collect()
}
