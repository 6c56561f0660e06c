use chrono::{DateTime, TimeDelta, Utc};

use crate::availability::{expand, local_midnights};
use crate::model::MAX_DURATION;
use crate::policy::{Policy, Refusal, Situation};
use crate::time::{Interval, IntervalSet, UnknownTimeZone};

/// Longer than any local day, skipped dates included.
const BEYOND_A_DAY: TimeDelta = TimeDelta::days(3);

/// When the hosts are open together, and at which instants meetings may start.
///
/// Starts lie at whole steps of elapsed time from the beginning of the open window, and from each
/// local midnight inside it. Neither the query nor busy time moves them.
#[derive(Debug)]
pub(super) struct Hours {
    open: IntervalSet,
    // Ascending, in microseconds since the epoch.
    midnights: Vec<i64>,
    step: i64,
    duration: i64,
}

impl Hours {
    pub(super) fn prepare(
        situation: &Situation<'_>,
        range: Interval,
        duration: TimeDelta,
    ) -> Result<Self, UnknownTimeZone> {
        // A duration outside these bounds is not offered by any event type.
        let duration = duration.clamp(TimeDelta::microseconds(1), MAX_DURATION);
        let around = range.padded(BEYOND_A_DAY, duration + BEYOND_A_DAY);
        let midnights = local_midnights(situation.grid_schedule(), around, situation.zones)?;
        // The last local midnight before the range starts the grid anew: nothing before it has a
        // say in where starts lie.
        let from = midnights
            .iter()
            .rev()
            .find(|at| **at <= range.start())
            .copied();
        // One step farther than needed, so that a refusal can name the next start.
        let step = situation.event_type.step_for(duration);
        let reach = range.padded(TimeDelta::zero(), duration + step);
        let window = Interval::new(from.unwrap_or(around.start()), reach.end()).unwrap_or(reach);

        let mut schedules = situation.hosts.iter().map(|host| host.schedule);
        let mut open = match &situation.event_type.hours {
            Some(own) => expand(own, window, situation.zones)?,
            None => match schedules.next() {
                Some(first) => expand(first, window, situation.zones)?,
                None => IntervalSet::new(),
            },
        };
        for schedule in schedules {
            open = open.intersect(&expand(schedule, window, situation.zones)?);
        }
        Ok(Self {
            open,
            midnights: midnights.iter().map(DateTime::timestamp_micros).collect(),
            step: micros(step),
            duration: micros(duration),
        })
    }

    /// Every meeting on the grid that fits into the open hours and starts within `range`,
    /// ascending.
    pub(super) fn starts(&self, range: Interval) -> impl Iterator<Item = Interval> + '_ {
        self.open.iter().flat_map(move |window| {
            let anchors = self.anchors(window);
            anchors.flat_map(move |(anchor, next)| {
                let first = steps_up(range.start_micros().max(anchor) - anchor, self.step);
                let last = next
                    .min(range.end_micros())
                    .min(window.end_micros() - self.duration + 1);
                (0..)
                    .map(move |k| anchor + (first + k) * self.step)
                    .take_while(move |start| *start < last)
                    .filter_map(|start| Interval::from_micros(start, start + self.duration))
            })
        })
    }

    /// Where the grid begins inside a window, each with where the next one takes over.
    fn anchors(&self, window: Interval) -> impl Iterator<Item = (i64, i64)> + '_ {
        let (start, end) = (window.start_micros(), window.end_micros());
        let inside = self.midnights.partition_point(|at| *at <= start);
        let inside_end = self.midnights.partition_point(|at| *at < end);
        let midnights = &self.midnights[inside..inside_end.max(inside)];
        let anchors = std::iter::once(start).chain(midnights.iter().copied());
        let next = midnights.iter().copied().chain(std::iter::once(end));
        anchors.zip(next)
    }
}

impl Policy for Hours {
    fn examine(&self, meeting: &Interval, object: &mut dyn FnMut(Refusal)) {
        let start = meeting.start_micros();
        let Some(window) = self
            .open
            .enclosing(start)
            .filter(|window| window.encloses(meeting))
        else {
            object(Refusal::OutsideHours);
            return;
        };
        let (anchor, next) = self
            .anchors(window)
            .find(|(anchor, next)| (*anchor..*next).contains(&start))
            .expect("the anchors of a window cover it");
        let before = anchor + (start - anchor).div_euclid(self.step) * self.step;
        if before == start {
            return;
        }
        let after = (before + self.step).min(next);
        let fits = after + self.duration <= window.end_micros();
        object(Refusal::OffGrid {
            before: DateTime::<Utc>::from_timestamp_micros(before),
            after: DateTime::from_timestamp_micros(after).filter(|_| fits),
        });
    }
}

/// How many steps reach `distance` or just beyond; `distance` is not negative.
const fn steps_up(distance: i64, step: i64) -> i64 {
    (distance + step - 1) / step
}

fn micros(delta: TimeDelta) -> i64 {
    delta
        .num_microseconds()
        .expect("the lengths of event types are bounded")
}
