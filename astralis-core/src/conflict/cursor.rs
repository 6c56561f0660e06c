use crate::conflict::Timeline;
use crate::time::Interval;

/// Answers many questions about one subject, best in ascending order.
///
/// Made by [`Timeline::cursor`](crate::conflict::Timeline::cursor) and
/// [`ConflictIndex::cursor`](crate::conflict::ConflictIndex::cursor). The cursor remembers when the
/// next interval begins and how far all before it reach, so that most questions of an ascending
/// sweep cost a few comparisons, and the others as much as
/// [`Timeline::is_free`](crate::conflict::Timeline::is_free). Questions in any other order get the
/// right answers, too.
#[derive(Debug, Clone)]
pub struct Cursor<'a, I> {
    timeline: Timeline<'a, I>,
    // Nothing starts from here…
    quiet_from: i64,
    // …up to, but not including, here…
    next_start: i64,
    // …and this is the greatest end of all that starts before.
    latest_end: i64,
}

impl<'a, I: Copy + Ord> Cursor<'a, I> {
    pub(super) const fn new(timeline: Timeline<'a, I>) -> Self {
        Self {
            timeline,
            quiet_from: i64::MIN,
            next_start: i64::MIN,
            latest_end: i64::MIN,
        }
    }

    /// Whether the subject is free for all of `interval`.
    #[inline]
    pub fn is_free(&mut self, interval: &Interval) -> bool {
        let end = interval.end_micros();
        if end < self.quiet_from || self.next_start < end {
            self.look_at(end);
        }
        self.latest_end <= interval.start_micros()
    }

    /// Looks at what starts before `end`, and what starts next.
    fn look_at(&mut self, end: i64) {
        self.quiet_from = end;
        let Some((leaf, next_floor)) = self.timeline.leaf_at(end - 1) else {
            self.next_start = i64::MAX;
            return;
        };
        self.latest_end = leaf.latest_end_before(end);
        let passed = leaf.starting_before(end);
        let in_leaf = passed < leaf.len();
        self.next_start = if in_leaf {
            leaf.interval(passed).start_micros()
        } else {
            next_floor
        };
    }
}
