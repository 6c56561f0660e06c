use std::sync::OnceLock;

use chrono::{Datelike, NaiveDateTime, Timelike, Weekday};

use crate::recurrence::bounds::{Bound, Budget};
use crate::recurrence::calendar::{DAY, seconds_of};
use crate::recurrence::clock::Clock;
use crate::recurrence::days::DayTable;
use crate::recurrence::period_set::{PeriodSet, pick};
use crate::recurrence::periods::{Periods, Unit};
use crate::recurrence::{By, End, Frequency, NthWeekday, RecurrenceError, RecurrenceRule};

/// A rule seen from its DTSTART: an ascending sequence of wall-clock times, in seconds, any part of
/// which can be listed without what lies before it.
///
/// Periods are found by arithmetic ([`Periods`]); within one, a table tells the days ([`DayTable`])
/// and lists the times ([`Clock`]), and their product is the period's set ([`PeriodSet`]).
#[derive(Debug, Clone)]
pub(super) struct Recurrence {
    pub(super) rule: RecurrenceRule,
    /// DTSTART.
    start: i64,
    /// What the rule says of days and times, completed from DTSTART.
    pub(super) by: By,
    pub(super) periods: Periods,
    pub(super) days: DayTable,
    pub(super) clock: Clock,
    /// How many times every whole period has, if all have the same number of them.
    size: Option<usize>,
    /// The last time that COUNT allows, once somebody had to know.
    last: OnceLock<i64>,
}

impl Recurrence {
    /// A rule that repeats times of day.
    ///
    /// # Errors
    ///
    /// [`RecurrenceError::TooMuch`] if BYHOUR and its like multiply beyond
    /// [`MAX_TIMES`](crate::recurrence::MAX_TIMES).
    pub(super) fn new(rule: RecurrenceRule, start: NaiveDateTime) -> Result<Self, RecurrenceError> {
        let by = completed(&rule, start);
        let clock = Clock::new(rule.frequency, &by);
        let clock = clock.map_err(|bound| RecurrenceError::too_much(&rule, bound))?;
        let mut recurrence = Self {
            start: seconds_of(start),
            periods: Periods::new(&rule, seconds_of(start)),
            days: DayTable::new(rule.frequency, &by),
            clock,
            by,
            rule,
            size: None,
            last: OnceLock::new(),
        };
        recurrence.size = recurrence.fixed_size();
        Ok(recurrence)
    }

    /// A rule that repeats whole days: it ignores BYHOUR, BYMINUTE and BYSECOND (§3.3.10: "MUST be
    /// ignored" where DTSTART is a DATE).
    ///
    /// # Errors
    ///
    /// [`RecurrenceError::WithinDays`] if it repeats within a day, or if BYSETPOS counts times that
    /// are ignored: what is left would be other days than those that are meant.
    pub(super) fn of_days(
        mut rule: RecurrenceRule,
        start: NaiveDateTime,
    ) -> Result<Self, RecurrenceError> {
        let times = [&rule.by.hours, &rule.by.minutes, &rule.by.seconds];
        let is_multiplied = times.iter().any(|times| times.len() > 1);
        let counts_times = is_multiplied && !rule.by.set_positions.is_empty();
        if rule.frequency.is_sub_daily() || counts_times {
            return Err(RecurrenceError::WithinDays {
                rule: rule.to_string(),
            });
        }
        rule.by.hours.clear();
        rule.by.minutes.clear();
        rule.by.seconds.clear();
        Self::new(rule, start)
    }

    /// Calls `each` for every time from `from` to `to`, both included, in ascending order.
    ///
    /// `O(p + n)` for `p` of the rule's periods between them (for rules that repeat daily or more
    /// often: those that its limits let pass) and `n` times found. With COUNT, the last time is
    /// found first, and then kept: see [`last`](Self::last).
    ///
    /// # Errors
    ///
    /// The bound of the budget that would have been passed.
    pub(super) fn walk(
        &self,
        from: i64,
        to: i64,
        budget: &mut Budget,
        mut each: impl FnMut(i64),
    ) -> Result<(), Bound> {
        let from = from.max(self.start);
        let to = self.last(to, budget)?.map_or(to, |last| last.min(to));
        if from > to {
            return Ok(());
        }
        let end = self.periods.around(to);
        let mut number = self.periods.on_or_before(self.periods.around(from));
        let mut set = PeriodSet::new(self);
        while number <= end {
            self.look_at(number, &mut set, budget)?;
            let found = set.before(from)..set.before(to + 1);
            budget.take_occurrences(found.len())?;
            found.for_each(|place| each(set.get(place)));
            number = self.after(number, &set, end, budget)?;
        }
        Ok(())
    }

    /// The last time that COUNT allows, if it is not after `to`.
    ///
    /// Where all whole periods have the same number of times, and that is the case for most rules,
    /// it takes one division. Others (the 31st, Februaries, BYWEEKNO) are counted period by
    /// period from DTSTART: `O(p)` for those up to `to`, and nothing once the last time is found.
    pub(super) fn last(&self, to: i64, budget: &mut Budget) -> Result<Option<i64>, Bound> {
        let End::Count(count) = self.rule.end else {
            return Ok(None);
        };
        if let Some(last) = self.last.get() {
            return Ok(Some(*last));
        }
        let mut left = usize::try_from(count.get()).unwrap_or(usize::MAX);
        let end = self.periods.around(to);
        let mut number = self.periods.first;
        let mut set = PeriodSet::new(self);
        while number <= end {
            self.look_at(number, &mut set, budget)?;
            let before_start = set.before(self.start);
            let size = set.len() - before_start;
            if left <= size {
                let last = set.get(before_start + left - 1);
                return Ok(Some(*self.last.get_or_init(|| last)));
            }
            left -= size;
            number = self.after(number, &set, end, budget)?;
            if let Some(size) = self.size.filter(|size| *size > 0) {
                let whole = (left - 1) / size;
                left -= whole * size;
                let whole = i64::try_from(whole).unwrap_or(i64::MAX);
                number = number.saturating_add(whole.saturating_mul(self.periods.interval));
            }
        }
        Ok(None)
    }

    fn look_at(
        &self,
        number: i64,
        set: &mut PeriodSet<'_>,
        budget: &mut Budget,
    ) -> Result<(), Bound> {
        budget.take_steps(1 + self.by.set_positions.len())?;
        set.fill(number);
        Ok(())
    }

    /// The next of the rule's periods; if this one was not let pass, the next that may be.
    fn after(
        &self,
        number: i64,
        set: &PeriodSet<'_>,
        end: i64,
        budget: &mut Budget,
    ) -> Result<i64, Bound> {
        let next = number + self.periods.interval;
        let Unit::Seconds(unit) = self.periods.unit else {
            return Ok(next);
        };
        if set.len() > 0 || next > end {
            return Ok(next);
        }
        let mut second = next * unit;
        while second.div_euclid(unit) <= end {
            let day = second.div_euclid(DAY);
            let named = self.days.next_from(day);
            let time = self.clock.next_from(second.rem_euclid(DAY));
            match time.filter(|_| named == day) {
                Some(time) => {
                    second = day * DAY + time;
                    break;
                }
                None => second = named.max(day + 1) * DAY,
            }
            budget.take_steps(1)?;
        }
        Ok(self.periods.on_or_after(second.div_euclid(unit)))
    }

    fn fixed_size(&self) -> Option<usize> {
        let bases = match self.periods.unit {
            Unit::Seconds(_) => {
                (self.days.is_every_day() && self.clock.is_unlimited()).then_some(1)
            }
            Unit::Week => self.by.months.is_empty().then_some(self.by.weekdays.len()),
            Unit::Month => self.days.a_month(),
            Unit::Year => self.days.a_year(),
            Unit::WeekYear => None,
        };
        let product = bases? * self.clock.times.len();
        if self.by.set_positions.is_empty() {
            return Some(product);
        }
        let mut picked = Vec::new();
        pick(&self.by.set_positions, product, &mut picked);
        Some(picked.len())
    }
}

/// Two are the same if their rule and DTSTART are: all else follows.
impl PartialEq for Recurrence {
    fn eq(&self, other: &Self) -> bool {
        (&self.rule, self.start) == (&other.rule, other.start)
    }
}

impl Eq for Recurrence {}

/// What a rule does not say is "derived from the DTSTART" (§3.3.10): the day where no part names
/// days, the time where no part names times.
fn completed(rule: &RecurrenceRule, start: NaiveDateTime) -> By {
    let mut by = rule.by.clone();
    complete_days(rule.frequency, &mut by, start);
    let small = |number: u32| u8::try_from(number).expect("below sixty");
    for (values, finer_than, own) in [
        (&mut by.hours, Frequency::Hourly, start.hour()),
        (&mut by.minutes, Frequency::Minutely, start.minute()),
        (&mut by.seconds, Frequency::Secondly, start.second()),
    ] {
        if values.is_empty() && rule.frequency > finer_than {
            values.push(small(own));
        }
    }
    // No leap seconds here: one is read as the second before it (§3.3.12).
    if by.seconds.last() == Some(&60) {
        by.seconds.pop();
        by.seconds.push(59);
        by.seconds.dedup();
    }
    by
}

fn complete_days(frequency: Frequency, by: &mut By, start: NaiveDateTime) {
    let day_of_month = i16::try_from(start.day()).expect("31 at most");
    let every = |day: Weekday| NthWeekday { nth: None, day };
    let has_days = !(by.month_days.is_empty() && by.weekdays.is_empty());
    match frequency {
        Frequency::Yearly if has_days || !by.year_days.is_empty() => {}
        Frequency::Yearly if !by.week_numbers.is_empty() => {
            by.weekdays.push(every(start.weekday()));
        }
        Frequency::Yearly => {
            by.month_days.push(day_of_month);
            if by.months.is_empty() {
                by.months
                    .push(u8::try_from(start.month()).expect("12 at most"));
            }
        }
        Frequency::Monthly if !has_days => by.month_days.push(day_of_month),
        Frequency::Weekly if by.weekdays.is_empty() => by.weekdays.push(every(start.weekday())),
        _ => {}
    }
}
