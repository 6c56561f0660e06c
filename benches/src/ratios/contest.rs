use std::fmt::Debug;
use std::hint::black_box;
use std::ops::Range;
use std::time::{Duration, Instant};

use crate::ratios::Effort;

/// What one side took for one operation, in nanoseconds.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// Of all rounds.
    pub median: f64,
    /// Of the best round.
    pub least: f64,
}

/// Two sides that do the same work.
///
/// Each is a function from a range of operations to the sum of their answers. Both are given the
/// same ranges, each of which begins where the one before ended, and must come to the same sums.
#[derive(Debug)]
pub struct Contest<Ours, Theirs> {
    ours: Ours,
    theirs: Theirs,
    done: usize,
}

impl<Ours, Theirs, Answer> Contest<Ours, Theirs>
where
    Ours: FnMut(Range<usize>) -> Answer,
    Theirs: FnMut(Range<usize>) -> Answer,
    Answer: PartialEq + Debug,
{
    /// A contest that has not begun.
    pub const fn new(ours: Ours, theirs: Theirs) -> Self {
        Self {
            ours,
            theirs,
            done: 0,
        }
    }

    /// Lets both sides take turns; who begins changes from round to round, so that neither always
    /// finds the caches as the other left them.
    ///
    /// # Panics
    ///
    /// If the sides disagree.
    pub fn run(mut self, effort: &Effort) -> [Times; 2] {
        let operations = self.operations_per_turn(effort);
        let rounds: Vec<_> = (0..effort.rounds)
            .map(|round| self.round(operations, round % 2 == 0))
            .collect();
        [0, 1].map(|side| Times::of(rounds.iter().map(|round| round[side]), operations))
    }

    /// A power of two, found by trying; warms both sides up.
    fn operations_per_turn(&mut self, effort: &Effort) -> usize {
        let mut operations = 1;
        loop {
            let [ours, theirs] = self.round(operations, true);
            let enough = ours.min(theirs) >= effort.at_least;
            let too_long = 2 * ours.max(theirs) > effort.at_most;
            if enough || too_long || 2 * operations > effort.questions {
                return operations;
            }
            operations *= 2;
        }
    }

    fn round(&mut self, operations: usize, ours_first: bool) -> [Duration; 2] {
        let range = self.done..self.done + operations;
        self.done = range.end;
        let ((ours, our_answer), (theirs, their_answer)) = if ours_first {
            let ours = timed(&mut self.ours, range.clone());
            (ours, timed(&mut self.theirs, range))
        } else {
            let theirs = timed(&mut self.theirs, range.clone());
            (timed(&mut self.ours, range), theirs)
        };
        assert_eq!(our_answer, their_answer, "both sides answer the same");
        [ours, theirs]
    }
}

fn timed<Answer>(
    side: &mut impl FnMut(Range<usize>) -> Answer,
    range: Range<usize>,
) -> (Duration, Answer) {
    let range = black_box(range);
    let begun = Instant::now();
    let answer = black_box(side(range));
    (begun.elapsed(), answer)
}

impl Times {
    /// What somebody takes who has no rival, once in each round; one more warms up.
    pub(super) fn alone<Answer>(rounds: usize, mut operation: impl FnMut() -> Answer) -> Self {
        let mut once = || timed(&mut |_| operation(), 0..1).0;
        once();
        Self::of((0..rounds).map(|_| once()), 1)
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of operations are far below 2^52"
    )]
    fn of(turns: impl Iterator<Item = Duration>, operations: usize) -> Self {
        let each = |turn: Duration| turn.as_secs_f64() * 1e9 / operations as f64;
        let mut times: Vec<f64> = turns.map(each).collect();
        times.sort_unstable_by(f64::total_cmp);
        Self {
            median: times[times.len() / 2],
            least: times[0],
        }
    }
}

/// The part of `pool` that operations in `range` use. Both lengths are powers of two, so that
/// successive ranges walk through the pool in whole parts.
pub(super) fn part<'a, T>(pool: &'a [T], range: &Range<usize>) -> &'a [T] {
    let length = range.len();
    let first = range.start / length * length % pool.len();
    &pool[first..first + length]
}
