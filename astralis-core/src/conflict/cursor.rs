use crate::time::Interval;

/// Answers an ascending sequence of questions about one subject in one pass over its intervals.
///
/// Made by [`ConflictIndex::cursor`](crate::conflict::ConflictIndex::cursor). A whole sweep of
/// `q` questions over `n` intervals costs `O(q + n)` if the questions have one length, since the
/// cursor never looks back.
#[derive(Debug, Clone)]
pub struct Cursor<'a, I> {
    ahead: &'a [(Interval, I)],
    latest_end: i64,
    last_start: i64,
}

impl<'a, I> Cursor<'a, I> {
    pub(super) const fn new(entries: &'a [(Interval, I)]) -> Self {
        Self {
            ahead: entries,
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
    pub fn is_free(&mut self, interval: &Interval) -> bool {
        debug_assert!(
            self.last_start <= interval.start_micros(),
            "questions must ascend"
        );
        self.last_start = interval.start_micros();
        while let [(next, _), rest @ ..] = self.ahead
            && next.start_micros() < interval.end_micros()
        {
            self.latest_end = self.latest_end.max(next.end_micros());
            self.ahead = rest;
        }
        self.latest_end <= interval.start_micros()
    }
}
