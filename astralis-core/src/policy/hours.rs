use chrono::TimeDelta;

use crate::availability::{expand, midnights_in_micros};
use crate::policy::grid::Grid;
use crate::policy::{Policy, Refusal, Situation};
use crate::time::{Interval, IntervalSet, UnknownTimeZone};

/// Longer than any local day, skipped dates included.
const BEYOND_A_DAY: TimeDelta = TimeDelta::days(3);

/// When meetings fit into the hours that the hosts are open together, and the grid they start on.
#[derive(Debug)]
pub(super) struct Hours {
    // The starts of meetings that lie wholly in one open window.
    fitting: IntervalSet,
    grid: Grid,
}

impl Hours {
    pub(super) fn prepare(
        situation: &Situation<'_>,
        range: Interval,
        duration: TimeDelta,
    ) -> Result<Self, UnknownTimeZone> {
        let frame = Frame::prepare(situation, range, duration)?;
        let open = frame.open_together(situation)?;
        Ok(Self {
            grid: frame.grid(&open),
            fitting: open.starts_of(frame.length),
        })
    }

    pub(super) const fn grid(&self) -> &Grid {
        &self.grid
    }

    /// What to say of a meeting that fits into the hours, if it starts at no time that is offered.
    pub(super) fn off_grid(&self, start: i64) -> Option<Refusal> {
        let misses = self.fitting.enclosing(start).is_some() && !self.grid.holds(start);
        misses.then(|| self.grid.objection(start, &self.fitting))
    }
}

/// What must be read of opening hours to decide about some starts.
#[derive(Debug)]
pub(super) struct Frame {
    window: Interval,
    // Where the grid begins anew, ascending, in microseconds since the epoch.
    midnights: Vec<i64>,
    // In microseconds, as is the length of the meetings.
    step: i64,
    length: i64,
}

impl Frame {
    pub(super) fn prepare(
        situation: &Situation<'_>,
        range: Interval,
        duration: TimeDelta,
    ) -> Result<Self, UnknownTimeZone> {
        let around = range.padded(BEYOND_A_DAY, duration + BEYOND_A_DAY);
        let midnights = midnights_in_micros(situation.grid_schedule(), around, situation.zones)?;
        // The last local midnight before the range starts the grid anew: nothing before it has a
        // say in where starts lie.
        let before = midnights.partition_point(|at| *at <= range.start_micros());
        let from = before.checked_sub(1).map(|last| midnights[last]);
        // One step farther than needed, so that a refusal can name the next start.
        let step = situation.event_type.step_for(duration);
        let reach = range.padded(TimeDelta::zero(), duration + step);
        let from = from.unwrap_or(around.start_micros());
        Ok(Self {
            window: Interval::between(from, reach.end_micros()),
            midnights,
            step: micros(step),
            length: micros(duration),
        })
    }

    /// How long the meetings are, in microseconds.
    pub(super) const fn length(&self) -> i64 {
        self.length
    }

    /// The grid of windows that were read.
    pub(super) fn grid(&self, open: &IntervalSet) -> Grid {
        Grid::new(open, &self.midnights, self.step)
    }

    /// When every host of a situation, and the event type, is open.
    pub(super) fn open_together(
        &self,
        situation: &Situation<'_>,
    ) -> Result<IntervalSet, UnknownTimeZone> {
        let schedules = situation.schedules();
        let open: Result<Vec<_>, _> = schedules
            .map(|schedule| expand(schedule, self.window, situation.zones))
            .collect();
        Ok(IntervalSet::intersect_all(&open?))
    }
}

impl Policy for Hours {
    fn narrow(&self, starts: IntervalSet) -> IntervalSet {
        starts.intersect(&self.fitting)
    }

    fn objections(&self, _: &Interval, object: &mut dyn FnMut(Refusal)) {
        object(Refusal::OutsideHours);
    }
}

fn micros(delta: TimeDelta) -> i64 {
    delta
        .num_microseconds()
        .expect("the lengths of event types are bounded")
}
