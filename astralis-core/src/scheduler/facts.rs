use crate::model::{CalendarEvent, SubjectId};
use crate::ports::{Command, Decide, Facts, StoreError, Transacted};
use crate::scheduler::Scheduler;
use crate::scheduler::events::{claim, occurrences_within};
use crate::time::{Interval, ZoneDatabase};

/// Whatever the scheduler lists, explains or decides is told of here, and nowhere else: what a
/// store keeps as a rule is somebody's time like any claim.
impl Scheduler {
    /// The facts that a command like this would be decided on.
    pub(crate) async fn facts(&self, command: &Command) -> Result<Facts, StoreError> {
        let mut facts = self.store.facts(command).await?;
        expand_series(&mut facts, command, &self.zones);
        Ok(facts)
    }

    /// Has a command decided and written.
    pub(crate) async fn transact(
        &self,
        command: &Command,
        decide: &Decide<'_>,
    ) -> Result<Transacted, StoreError> {
        let decide_knowing_series = |facts: &Facts| {
            if facts.series.is_empty() {
                return decide(facts);
            }
            let mut facts = facts.clone();
            expand_series(&mut facts, command, &self.zones);
            decide(&facts)
        };
        self.store.transact(command, &decide_knowing_series).await
    }
}

/// Adds the claims that series would have if they were claimed as far as the command looks, and
/// the series behind them to the events.
fn expand_series(facts: &mut Facts, command: &Command, zones: &ZoneDatabase) {
    let Some(range) = command.look.claims.filter(|_| !facts.series.is_empty()) else {
        return;
    };
    for series in &facts.series {
        let taken = beyond_claims(series, range, zones);
        let is_named = |subject: &SubjectId| command.subjects.contains(subject);
        for subject in series.subjects().into_iter().filter(is_named) {
            let claims = taken.iter().map(|during| claim(series, subject, *during));
            facts.claims.extend(claims);
        }
        let is_new = facts.events.iter().all(|event| event.id != series.id);
        if command.look.events && is_new && !taken.is_empty() {
            facts.events.push(series.clone());
        }
    }
    facts
        .claims
        .sort_by_key(|claim| (claim.subject, claim.during, claim.id));
    facts.events.sort_by_key(|event| event.id);
}

/// When a series takes place in `range` without having claims there. If that cannot be told, it
/// may be at any time that is not claimed yet.
fn beyond_claims(series: &CalendarEvent, range: Interval, zones: &ZoneDatabase) -> Vec<Interval> {
    let claimed = series.recurrence.as_ref();
    let Some(claimed_until) = claimed.and_then(|recurrence| recurrence.claimed_until) else {
        return Vec::new();
    };
    match occurrences_within(series, range, zones) {
        Ok(found) => found
            .into_iter()
            .map(|occurrence| occurrence.during)
            .filter(|during| during.start() >= claimed_until)
            .collect(),
        Err(_) => Interval::new(range.start().max(claimed_until), range.end())
            .into_iter()
            .collect(),
    }
}
