use chrono::{DateTime, Days, NaiveDateTime, Utc};
use rrule::{RRule, RRuleSet, RRuleSetIter, Tz, Unvalidated};

use crate::recurrence::rule::Until;
use crate::recurrence::{MAX_STEPS, RecurrenceError, RecurrenceRule, Series};
use crate::time::Zone;

/// The wall-clock times a rule names from its DTSTART to the end of a window.
///
/// The `rrule` crate makes them, fed with wall-clock times as if they were UTC, so that no zone
/// data but ours decide. It sees the rule without COUNT and UNTIL: a rule without an end that
/// yields no more has hit the crate's own limit, and that is an error here.
pub(super) struct CivilTimes<'a> {
    rule: &'a RecurrenceRule,
    zone: &'a Zone,
    whole_days: bool,
    start: NaiveDateTime,
    stop: NaiveDateTime,
    times: RRuleSetIter,
    steps: usize,
    counted: u32,
    finished: bool,
}

impl<'a> CivilTimes<'a> {
    pub(super) fn new(
        series: &'a Series,
        rule: &'a RecurrenceRule,
        end: DateTime<Utc>,
    ) -> Result<Self, RecurrenceError> {
        let unusable = |reason: String| RecurrenceError::Unusable {
            rule: rule.to_string(),
            reason,
        };
        let start = series.start.and_utc().with_timezone(&Tz::UTC);
        let pattern: RRule<Unvalidated> = rule
            .pattern
            .parse()
            .map_err(|error: rrule::RRuleError| unusable(error.to_string()))?;
        let set = pattern
            .build(start)
            .map_err(|error| unusable(error.to_string()))?;
        // No clock is further from UTC than a day: beyond that no occurrence is in the window.
        let stop = end.naive_utc().checked_add_days(Days::new(2));
        Ok(Self {
            rule,
            zone: &series.zone,
            whole_days: series.takes_whole_days(),
            start: series.start,
            stop: stop.unwrap_or(NaiveDateTime::MAX),
            times: RRuleSet::limit(set).into_iter(),
            steps: 0,
            counted: 0,
            finished: false,
        })
    }

    fn is_after_until(&self, civil: NaiveDateTime) -> bool {
        match self.rule.until {
            None => false,
            // Whole days start at another instant in every zone; their writer meant the date.
            Some(Until::Instant(last)) if self.whole_days => civil.date() > last.date(),
            Some(Until::Instant(last)) => self.zone.instant_of(civil) > last.and_utc(),
            Some(Until::Civil(last)) => self.zone.instant_of(civil) > self.zone.instant_of(last),
            Some(Until::Date(last)) => civil.date() > last,
        }
    }

    fn step(&mut self) -> Result<Option<NaiveDateTime>, RecurrenceError> {
        if self.start > self.stop || self.rule.count == Some(self.counted) {
            return Ok(None);
        }
        let too_many = || RecurrenceError::TooManySteps {
            rule: self.rule.to_string(),
        };
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Err(too_many());
        }
        let civil = self.times.next().ok_or_else(too_many)?.naive_utc();
        if civil > self.stop || self.is_after_until(civil) {
            return Ok(None);
        }
        self.counted += 1;
        Ok(Some(civil))
    }
}

impl Iterator for CivilTimes<'_> {
    type Item = Result<NaiveDateTime, RecurrenceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.finished {
            return None;
        }
        let item = self.step().transpose();
        self.finished = !matches!(item, Some(Ok(_)));
        item
    }
}
