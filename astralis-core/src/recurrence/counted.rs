use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use crate::recurrence::bounds::Budget;
use crate::recurrence::calendar::{DAY, seconds_of};
use crate::recurrence::wall_clock::WallClock;
use crate::recurrence::{End, RecurrenceError, Series, Until};

impl Series {
    /// How many times its rules name before the wall clock shows `civil`, as COUNT counts them:
    /// those that were excluded or changed one by one included, dates that no rule names not.
    ///
    /// `O(n)` in those times: it begins at DTSTART.
    ///
    /// # Errors
    ///
    /// [`RecurrenceError::TooMuch`] if there are more than [`Budget::default`] allows.
    pub fn named_before(&self, civil: NaiveDateTime) -> Result<u32, RecurrenceError> {
        let mut budget = Budget::default();
        let mut named = 0;
        for recurrence in &self.recurrences {
            let last = seconds_of(civil) - 1;
            let walked = recurrence.walk(i64::MIN, last, &mut budget, |_| named += 1);
            walked.map_err(|bound| RecurrenceError::too_much(&recurrence.rule, bound))?;
        }
        Ok(named)
    }

    /// Whether nothing of it starts at this instant or later, as far as COUNT and UNTIL tell: a
    /// rule may name nothing more long before its UNTIL.
    ///
    /// # Errors
    ///
    /// [`RecurrenceError::TooMuch`] if counting takes more than [`Budget::default`].
    pub fn is_over_by(&self, instant: DateTime<Utc>) -> Result<bool, RecurrenceError> {
        let starts = self.extra.iter().map(|extra| extra.start);
        let mut dates = starts.chain([self.zone.instant_of(self.civil)]);
        if dates.any(|start| start >= instant) {
            return Ok(false);
        }
        let mut budget = Budget::default();
        for recurrence in &self.recurrences {
            let end = match recurrence.rule.end {
                End::Never => return Ok(false),
                End::Until(until) => self.latest(until),
                End::Count(_) => {
                    let to = seconds_of(self.zone.to_civil(instant)).saturating_add(DAY);
                    let last = recurrence.last(to, &mut budget);
                    let last =
                        last.map_err(|bound| RecurrenceError::too_much(&recurrence.rule, bound))?;
                    match last.and_then(|last| WallClock::new(&self.zone).instant(last)) {
                        Some(last) => DateTime::from_timestamp(last, 0).unwrap_or(instant),
                        None => return Ok(false),
                    }
                }
            };
            if end >= instant {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// An instant that nothing a rule names until then lies after.
    fn latest(&self, until: Until) -> DateTime<Utc> {
        let end = match until {
            Until::Date(date) => self.zone.instant_of(date.and_time(NaiveTime::MIN)),
            Until::Civil(civil) => self.zone.instant_of(civil),
            Until::Instant(instant) => instant,
        };
        // A date means all of it; a day more costs nothing.
        end.checked_add_signed(TimeDelta::days(2))
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}
