use astralis_core::time::Interval;

/// Which candidates everybody is free for, host after host.
///
/// The least that any search has to do: it knows no rules, no zones, no buffers and no reasons.
/// Candidates and each host's meetings are given, in order; two pointers walk along both.
#[must_use]
pub fn bare_sweep(candidates: &[Interval], busy: &[Vec<Interval>]) -> Vec<Interval> {
    let Some((first, others)) = busy.split_first() else {
        return candidates.to_vec();
    };
    let mut stays = free_along(first);
    let mut free = Vec::with_capacity(candidates.len());
    free.extend(candidates.iter().filter(|each| stays(each)));
    for meetings in others {
        free.retain(free_along(meetings));
    }
    free
}

/// Answers for ascending candidates whether none of the ascending, disjoint meetings is in the way.
fn free_along(meetings: &[Interval]) -> impl FnMut(&Interval) -> bool + '_ {
    let mut ahead = meetings;
    move |candidate| {
        while let [meeting, rest @ ..] = ahead
            && meeting.end_micros() <= candidate.start_micros()
        {
            ahead = rest;
        }
        ahead
            .first()
            .is_none_or(|meeting| candidate.end_micros() <= meeting.start_micros())
    }
}
