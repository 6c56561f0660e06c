use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::model::{CalendarEvent, SubjectId};
use crate::ports::{Command, StoreError};
use crate::scheduler::Scheduler;
use crate::scheduler::events::settle::reach;
use crate::time::Interval;

/// Whom and what some meetings clash with: what a command locks and looks at beside them, so that
/// it can look at those again.
#[derive(Debug, Default)]
pub(in crate::scheduler) struct Neighbours {
    subjects: BTreeSet<SubjectId>,
    span: Option<Interval>,
}

impl Scheduler {
    /// Reads what the meetings clash with; nothing, if they clash with nothing.
    pub(in crate::scheduler) async fn neighbours(
        &self,
        meetings: &[&CalendarEvent],
        now: DateTime<Utc>,
    ) -> Result<Neighbours, StoreError> {
        let mut found = Neighbours::default();
        let mut others = BTreeSet::new();
        for meeting in meetings {
            for conflict in &meeting.conflicts {
                found.span = hull(found.span, Some(conflict.during));
                others.insert((meeting.org, conflict.event));
            }
        }
        for (org, id) in others {
            match self.store.event(org, id).await {
                Ok(other) => {
                    found.subjects.extend(other.subjects());
                    found.span = hull(found.span, Some(reach(&other, now)));
                }
                Err(StoreError::NotFound { .. }) => {} // An imported one, or one that is gone.
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }
}

impl Neighbours {
    /// The command with them in view.
    pub(in crate::scheduler) fn added_to(self, mut command: Command) -> Command {
        command.subjects.extend(self.subjects);
        command.subjects.sort_unstable();
        command.subjects.dedup();
        command.look.claims = hull(command.look.claims, self.span);
        command.look.events |= self.span.is_some();
        command
    }
}

/// From the first start to the last end.
pub(super) fn hull(one: Option<Interval>, other: Option<Interval>) -> Option<Interval> {
    let (Some(one), Some(other)) = (one, other) else {
        return one.or(other);
    };
    let start = one.start_micros().min(other.start_micros());
    let end = one.end_micros().max(other.end_micros());
    Some(Interval::between(start, end))
}
