use crate::conflict::Timeline;
use crate::time::Interval;

/// Answers an ascending sequence of questions about one subject in one pass over its intervals.
///
/// Made by [`Timeline::cursor`](crate::conflict::Timeline::cursor) and
/// [`ConflictIndex::cursor`](crate::conflict::ConflictIndex::cursor). Most questions cost two
/// comparisons: the cursor remembers when the next interval begins and how far all before it
/// reach. A sweep of `q` questions over `n` intervals costs `O(q + n)` at most; what lies far ahead
/// is found by its address, not by walking there.
#[derive(Debug, Clone)]
pub struct Cursor<'a, I> {
    timeline: Timeline<'a, I>,
    // No interval that is not counted in `latest_end` starts earlier.
    next_start: i64,
    // The greatest end of all that start before `next_start`.
    latest_end: i64,
    last_start: i64,
}

impl<'a, I: Copy + Ord> Cursor<'a, I> {
    pub(super) const fn new(timeline: Timeline<'a, I>) -> Self {
        Self {
            timeline,
            next_start: i64::MIN,
            latest_end: i64::MIN,
            last_start: i64::MIN,
        }
    }

    /// Whether the subject is free for all of `interval`.
    ///
    /// Both starts and ends of successive questions must not fall.
    ///
    /// # Panics
    ///
    /// In debug builds, if a question starts before the one ahead of it.
    #[inline]
    pub fn is_free(&mut self, interval: &Interval) -> bool {
        debug_assert!(
            self.last_start <= interval.start_micros(),
            "questions must ascend"
        );
        self.last_start = interval.start_micros();
        if self.next_start < interval.end_micros() {
            self.advance(interval.end_micros());
        }
        self.latest_end <= interval.start_micros()
    }

    /// Counts everything that starts before `end`.
    fn advance(&mut self, end: i64) {
        let Some((leaf, next_floor)) = self.timeline.leaf_at(end - 1) else {
            self.next_start = i64::MAX;
            return;
        };
        self.latest_end = leaf.latest_end_before(end);
        let passed = leaf.starting_before(end);
        let in_leaf = passed < leaf.len();
        self.next_start = if in_leaf {
            leaf.start(passed)
        } else {
            next_floor
        };
    }
}
