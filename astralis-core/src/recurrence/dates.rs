use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use chrono::{Months, NaiveDate, NaiveTime};

use crate::recurrence::bounds::Budget;
use crate::recurrence::calendar::{DAY, civil_of, seconds_of};
use crate::recurrence::expand::Recurrence;
use crate::recurrence::{By, End, RecurrenceError, RecurrenceRule, RulePart, Until};

/// The most periods that are looked at to find the last date that COUNT allows: eight years of days.
/// It is sought again whenever a schedule is read, many rules at a time.
const MOST_COUNTED: usize = 3_000;

/// How far after the first date the last one that COUNT allows may lie.
const COUNTED_MONTHS: Months = Months::new(1_200);

/// The dates that a rule names from a first one on: every second Tuesday, the last Friday of the
/// month, its first working day.
///
/// Dates of no zone, and only those that the rule names: the first one may be any day from which
/// the rule is to hold. COUNT is turned into a last date once, so that afterwards any dates can be
/// listed without a bound that somebody could hit.
///
/// ```
/// # use astralis_core::recurrence::RecurringDates;
/// let rule = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1".parse()?; // The first working day.
/// let dates = RecurringDates::new(rule, "2026-01-01".parse()?)?;
/// let found = dates.between("2026-05-01".parse()?, "2026-07-31".parse()?);
/// assert_eq!(found.map(|date| date.to_string()).collect::<Vec<_>>(), ["2026-05-01", "2026-06-01", "2026-07-01"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct RecurringDates(Arc<Parts>);

#[derive(PartialEq, Eq)]
struct Parts {
    rule: RecurrenceRule,
    first: NaiveDate,
    // The last second that may be named: what COUNT or UNTIL says.
    last: i64,
    // Without its end: a COUNT that is not reached would be counted again by every question.
    endless: Recurrence,
}

impl RecurringDates {
    /// The dates that `rule` names from `first` on.
    ///
    /// # Errors
    ///
    /// [`RecurrenceError::NotOfDates`] if the rule speaks of times of the day: FREQ=HOURLY and its
    /// like, BYHOUR, BYMINUTE, BYSECOND, or an UNTIL that is more than a date.
    /// [`RecurrenceError::CountedTooFar`] if COUNT is not reached within 100 years, and
    /// [`RecurrenceError::TooMuch`] if it is not within 3,000 periods, where these have to be counted
    /// one by one.
    pub fn new(rule: RecurrenceRule, first: NaiveDate) -> Result<Self, RecurrenceError> {
        if let Some(part) = part_of_times(&rule) {
            let rule = rule.to_string();
            return Err(RecurrenceError::NotOfDates { rule, part });
        }
        let mut endless = Recurrence::of_days(rule.clone(), first.and_time(NaiveTime::MIN))?;
        let last_of_all = seconds_of(NaiveDate::MAX.and_time(NaiveTime::MIN));
        let mut budget = Budget {
            steps: MOST_COUNTED,
            occurrences: 0,
        };
        let century = first.checked_add_months(COUNTED_MONTHS);
        let century = century.unwrap_or(NaiveDate::MAX).and_time(NaiveTime::MIN);
        let counted = endless.last(seconds_of(century), &mut budget);
        let counted = counted.map_err(|bound| RecurrenceError::too_much(&rule, bound))?;
        let counted = counted.filter(|last| *last <= seconds_of(century));
        if matches!(rule.end, End::Count(_)) && counted.is_none() {
            let rule = rule.to_string();
            return Err(RecurrenceError::CountedTooFar { rule });
        }
        let until = match rule.end {
            End::Until(Until::Date(date)) => Some(seconds_of(date.and_time(NaiveTime::MIN))),
            _ => None,
        };
        endless.rule.end = End::Never;
        Ok(Self(Arc::new(Parts {
            rule,
            first,
            last: counted.or(until).unwrap_or(last_of_all),
            endless,
        })))
    }

    /// The rule.
    #[must_use]
    pub fn rule(&self) -> &RecurrenceRule {
        &self.0.rule
    }

    /// The date from which the rule holds, and its intervals are counted.
    #[must_use]
    pub fn first(&self) -> NaiveDate {
        self.0.first
    }

    /// Whether it names `date`.
    #[must_use]
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.between(date, date).next().is_some()
    }

    /// Those from `first` to `last`, both included, ascending.
    ///
    /// `O(p + n)` for `p` of the rule's periods between them and `n` dates, wherever its own first
    /// date lies.
    pub fn between(&self, first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        let [first, last] = [first, last].map(|date| seconds_of(date.and_time(NaiveTime::MIN)));
        let days = self.days(first.div_euclid(DAY)..=last.div_euclid(DAY));
        let civil = days.into_iter().filter_map(|day| civil_of(day * DAY));
        civil.map(|midnight| midnight.date())
    }

    /// The same as days from 1970-01-01.
    pub(crate) fn days(&self, asked: RangeInclusive<i64>) -> Vec<i64> {
        let mut days = Vec::new();
        // Each period costs a bounded number of steps, so that those of some dates need no bound.
        let mut unbounded = Budget {
            steps: usize::MAX,
            occurrences: usize::MAX,
        };
        let from = asked.start().saturating_mul(DAY);
        let to = asked.end().saturating_mul(DAY).min(self.0.last);
        let each = |second: i64| days.push(second.div_euclid(DAY));
        let walked = self.0.endless.walk(from, to, &mut unbounded, each);
        walked.expect("nobody counts to the largest number there is");
        days
    }
}

/// The part of a rule that speaks of times of the day.
fn part_of_times(rule: &RecurrenceRule) -> Option<RulePart> {
    let By {
        hours,
        minutes,
        seconds,
        ..
    } = &rule.by;
    let has_time = matches!(rule.end, End::Until(Until::Civil(_) | Until::Instant(_)));
    let of_times = [
        (RulePart::Freq, rule.frequency.is_sub_daily()),
        (RulePart::ByHour, !hours.is_empty()),
        (RulePart::ByMinute, !minutes.is_empty()),
        (RulePart::BySecond, !seconds.is_empty()),
        (RulePart::Until, has_time),
    ];
    let found = of_times
        .iter()
        .find(|(_, speaks_of_times)| *speaks_of_times);
    found.map(|(part, _)| *part)
}

/// `FREQ=WEEKLY;INTERVAL=2;BYDAY=TU from 2026-01-06`.
impl fmt::Display for RecurringDates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} from {}", self.0.rule, self.0.first)
    }
}

impl fmt::Debug for RecurringDates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
