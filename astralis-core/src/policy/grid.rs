use chrono::{DateTime, Utc};

use crate::policy::Refusal;
use crate::time::{Interval, IntervalSet};

/// At which instants of the opening hours meetings may start.
///
/// Starts lie at whole steps of elapsed time from the beginning of the open window, and from each
/// local midnight inside it. Neither the query nor busy time moves them.
#[derive(Debug)]
pub(super) struct Grid {
    // Where counting begins anew, ascending, in microseconds since the epoch: the beginnings of
    // the open windows, and the midnights inside them.
    anchors: Vec<i64>,
    step: i64,
}

impl Grid {
    /// The grid of open windows; `midnights` are ascending.
    pub(super) fn new(open: &IntervalSet, midnights: &[i64], step: i64) -> Self {
        let mut anchors = Vec::with_capacity(open.as_slice().len());
        let mut midnights = midnights;
        for window in open.iter() {
            anchors.push(window.start_micros());
            while let [midnight, rest @ ..] = midnights
                && *midnight < window.end_micros()
            {
                if window.start_micros() < *midnight {
                    anchors.push(*midnight);
                }
                midnights = rest;
            }
        }
        Self { anchors, step }
    }

    /// Whether the grid has a start at `at`, which lies in the opening hours.
    pub(super) fn holds(&self, at: i64) -> bool {
        let (anchor, _) = self.around(at);
        (at - anchor) % self.step == 0
    }

    /// Why a meeting that fits into the opening hours cannot start when it does; `fitting` are the
    /// starts of those that do fit.
    pub(super) fn objection(&self, start: i64, fitting: &IntervalSet) -> Refusal {
        let (anchor, next) = self.around(start);
        let before = anchor + (start - anchor) / self.step * self.step;
        let after = next.map_or(before + self.step, |next| next.min(before + self.step));
        let fits = |window: Interval| window.start_micros() <= after && after < window.end_micros();
        let after = fitting
            .enclosing(start)
            .filter(|window| fits(*window))
            .map(|_| after);
        Refusal::OffGrid {
            before: DateTime::<Utc>::from_timestamp_micros(before),
            after: after.and_then(DateTime::from_timestamp_micros),
        }
    }

    /// The anchor that `at` is counted from, and the next one.
    fn around(&self, at: i64) -> (i64, Option<i64>) {
        let next = self.anchors.partition_point(|anchor| *anchor <= at);
        let anchor = next.checked_sub(1).map_or(at, |index| self.anchors[index]);
        (anchor, self.anchors.get(next).copied())
    }

    /// How many starts there can be in `starts` at most, about.
    pub(super) fn estimate(&self, starts: &IntervalSet) -> usize {
        let whole_steps = usize::try_from(starts.length() / self.step).unwrap_or(0);
        whole_steps + starts.as_slice().len()
    }

    /// The starts on the grid that lie in `starts`, ascending, as they are asked for; `starts`
    /// lie in the opening hours.
    ///
    /// One division for each piece of `starts` between two anchors, and none for a single start.
    pub(super) fn walk<'a>(&'a self, starts: &'a IntervalSet) -> impl Iterator<Item = i64> + 'a {
        let walk = Walk {
            pieces: starts.as_slice(),
            anchors: &self.anchors,
            from: i64::MIN,
            step: self.step,
        };
        walk.flatten()
    }
}

/// Two pointers, along the pieces and along the anchors.
struct Walk<'a> {
    pieces: &'a [Interval],
    anchors: &'a [i64],
    // What lies before it has been walked.
    from: i64,
    step: i64,
}

impl Iterator for Walk<'_> {
    type Item = Run;

    fn next(&mut self) -> Option<Run> {
        loop {
            let piece = self.pieces.first()?;
            let from = piece.start_micros().max(self.from);
            while self.anchors.get(1).is_some_and(|next| *next <= from) {
                self.anchors = &self.anchors[1..];
            }
            let anchor = *self.anchors.first()?;
            let next_anchor = self.anchors.get(1).copied().unwrap_or(i64::MAX);
            if piece.end_micros() <= next_anchor {
                self.pieces = &self.pieces[1..];
            }
            self.from = next_anchor.min(piece.end_micros());
            let run = Run {
                next: anchor + steps_up(from - anchor, self.step) * self.step,
                end: self.from,
                step: self.step,
            };
            if run.next < run.end {
                return Some(run);
            }
        }
    }
}

/// Starts at even steps, up to but not including `end`.
struct Run {
    next: i64,
    end: i64,
    step: i64,
}

impl Iterator for Run {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        let start = self.next;
        self.next += self.step;
        (start < self.end).then_some(start)
    }
}

/// How many steps reach `distance` or just beyond; `distance` is not negative.
const fn steps_up(distance: i64, step: i64) -> i64 {
    (distance + step - 1) / step
}
