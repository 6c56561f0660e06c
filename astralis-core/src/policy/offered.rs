use chrono::TimeDelta;

use crate::policy::{Policy, Refusal, Situation};
use crate::time::{Interval, IntervalSet};

/// Whether the event type can be booked at all, with this duration and these hosts.
#[derive(Debug)]
pub(super) struct Offered {
    objections: Vec<Refusal>,
}

impl Offered {
    pub(super) fn prepare(situation: &Situation<'_>, duration: TimeDelta) -> Self {
        let event_type = situation.event_type;
        let keeps_length = situation
            .moving
            .is_some_and(|record| record.event.when.duration() == duration);
        let mut objections = Vec::new();
        if !event_type.durations.contains(&duration) && !keeps_length {
            let offered = event_type.durations.clone();
            objections.push(Refusal::DurationNotOffered { offered });
        }
        if !event_type.active {
            objections.push(Refusal::EventTypeInactive);
        }
        let hosts = situation.hosts.iter().map(|host| host.subject);
        let inactive = hosts.filter(|subject| situation.inactive.contains(subject));
        objections.extend(inactive.map(|subject| Refusal::HostInactive { subject }));
        Self { objections }
    }
}

impl Policy for Offered {
    fn narrow(&self, starts: IntervalSet) -> IntervalSet {
        if self.objections.is_empty() {
            starts
        } else {
            IntervalSet::new()
        }
    }

    fn objections(&self, _: &Interval, object: &mut dyn FnMut(Refusal)) {
        self.objections.iter().cloned().for_each(object);
    }
}
