use crate::slots::score::{
    Candidate, Participant, ScoreSheet, Scorer, ScoringContext, Weight, counted,
};
use crate::time::Interval;

/// Keeps calendars in one piece: likes meetings back to back, and dislikes to leave gaps in which
/// no meeting of that length fits any more.
///
/// Looks at both sides of the meeting, in the calendar of each needed participant. Gaps reach to
/// their next meeting or to the edge of their hours; a meeting that begins or ends right at that
/// edge leaves none. A participant who is taken meanwhile has no gaps to speak of.
///
/// `O(p log n)` for `p` participants of `n` intervals each.
///
/// ```
/// # use astralis_core::slots::score::{Fragmentation, Weight};
/// let only_gaps = Fragmentation { back_to_back: Weight::NONE, ..Fragmentation::default() };
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fragmentation {
    /// For each side on which it touches another meeting; +1, for four sides at most.
    pub back_to_back: Weight,
    /// For each side on which it leaves a gap shorter than itself; −1, for four sides at most.
    pub sliver: Weight,
}

impl Default for Fragmentation {
    fn default() -> Self {
        Self {
            back_to_back: Weight::each(1).at_most(4),
            sliver: Weight::each(-1).at_most(4),
        }
    }
}

impl Scorer for Fragmentation {
    fn score(&self, candidate: &Candidate, context: &ScoringContext, sheet: &mut ScoreSheet) {
        let meeting = &candidate.slot.during;
        let (mut touching, mut slivers) = (0_u32, 0_u32);
        for side in context
            .needed(candidate)
            .flat_map(|participant| sides(participant, meeting))
        {
            touching = touching.saturating_add(u32::from(side.touches_meeting()));
            slivers = slivers.saturating_add(u32::from(side.leaves_sliver(meeting)));
        }
        sheet.prefer("backToBack", self.back_to_back.of(touching), || {
            format!("back to back with {}", counted(touching, "meeting"))
        });
        sheet.prefer("sliver", self.sliver.of(slivers), || {
            format!("leaves {} too short to use", counted(slivers, "gap"))
        });
    }
}

/// What lies free on one side of a meeting, in microseconds; `None`: no end in sight.
struct Side {
    to_meeting: Option<i64>,
    to_edge_of_hours: Option<i64>,
}

impl Side {
    fn touches_meeting(&self) -> bool {
        self.to_meeting == Some(0)
    }

    fn leaves_sliver(&self, meeting: &Interval) -> bool {
        let length = meeting.end_micros() - meeting.start_micros();
        let gap = self
            .to_meeting
            .into_iter()
            .chain(self.to_edge_of_hours)
            .min();
        gap.is_some_and(|gap| 0 < gap && gap < length)
    }
}

/// Before and after; nothing for somebody who is taken meanwhile.
fn sides(participant: &Participant, meeting: &Interval) -> impl Iterator<Item = Side> {
    let (start, end) = (meeting.start_micros(), meeting.end_micros());
    let busy = &participant.busy;
    let free = busy.overlapping(meeting) == 0;
    let open = participant
        .hours
        .as_ref()
        .and_then(|hours| hours.enclosing(start))
        .filter(|open| open.encloses(meeting));
    let sides = free.then(|| {
        let before = Side {
            to_meeting: busy.last_end_by(start).map(|last| start - last),
            to_edge_of_hours: open.map(|open| start - open.start_micros()),
        };
        let after = Side {
            to_meeting: busy.first_start_from(end).map(|next| next - end),
            to_edge_of_hours: open.map(|open| open.end_micros() - end),
        };
        [before, after]
    });
    sides.into_iter().flatten()
}
