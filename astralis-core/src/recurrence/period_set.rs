use crate::recurrence::calendar::{DAY, start_of_week};
use crate::recurrence::days::Month;
use crate::recurrence::expand::Recurrence;
use crate::recurrence::periods::Unit;

/// What a rule names within one of its periods: an ascending sequence that knows its length and
/// each of its members without making them.
///
/// It is the product of `bases` (midnights of days, or the beginning of an hour, minute or second)
/// and of times after each; BYSETPOS picks from it. Filled again for every period, so that a walk
/// allocates once.
pub(super) struct PeriodSet<'a> {
    recurrence: &'a Recurrence,
    /// Where it was last: the next period is mostly near.
    month: Month,
    bases: Vec<i64>,
    /// With BYSETPOS, which members of the product; ascending.
    picked: Option<Vec<usize>>,
}

impl<'a> PeriodSet<'a> {
    pub(super) fn new(recurrence: &'a Recurrence) -> Self {
        let picks = !recurrence.by.set_positions.is_empty();
        Self {
            recurrence,
            month: recurrence.days.around(0),
            bases: Vec::new(),
            picked: picks.then(Vec::new),
        }
    }

    /// Turns to the period of this number. `O(d)` in its days, and in the values of BYSETPOS.
    pub(super) fn fill(&mut self, number: i64) {
        self.bases.clear();
        let periods = &self.recurrence.periods;
        let (first, length) = periods.days(number);
        match periods.unit {
            Unit::Seconds(unit) => {
                let begin = number * unit;
                self.turn_to(first);
                let is_named = self.month.days_from(first) & 1 == 1;
                if is_named && self.recurrence.clock.admits(begin.rem_euclid(DAY)) {
                    self.bases.push(begin);
                }
            }
            Unit::Week | Unit::Month | Unit::Year => self.add_days(first, length),
            Unit::WeekYear => self.add_weeks(first, length),
        }
        let product = self.bases.len() * self.times().len();
        if let Some(picked) = &mut self.picked {
            pick(&self.recurrence.by.set_positions, product, picked);
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        let product = self.bases.len() * self.times().len();
        self.picked.as_ref().map_or(product, Vec::len)
    }

    /// One of them, by its place from 0.
    pub(super) fn get(&self, place: usize) -> i64 {
        let place = self.picked.as_ref().map_or(place, |picked| picked[place]);
        match self.times() {
            [time] => self.bases[place] + time,
            times => self.bases[place / times.len()] + times[place % times.len()],
        }
    }

    /// How many are before a second.
    pub(super) fn before(&self, second: i64) -> usize {
        let times = self.times();
        // The last base at or before it, and the times after that one.
        let bases = self.bases.partition_point(|base| *base <= second);
        let before = match bases.checked_sub(1) {
            None => 0,
            Some(last) => {
                let since = second - self.bases[last];
                last * times.len() + times.partition_point(|time| *time < since)
            }
        };
        match &self.picked {
            None => before,
            Some(picked) => picked.partition_point(|place| *place < before),
        }
    }

    fn times(&self) -> &'a [i64] {
        &self.recurrence.clock.times
    }

    /// The named ones of a stretch of days, month by month.
    fn add_days(&mut self, first: i64, length: i64) {
        let (mut day, end) = (first, first + length);
        while day < end {
            self.turn_to(day);
            let mut days = self.month.days_from(day);
            while days != 0 {
                let named = day + i64::from(days.trailing_zeros());
                days &= days - 1;
                if named < end {
                    self.bases.push(named * DAY);
                }
            }
            day = self.month.end;
        }
    }

    fn turn_to(&mut self, day: i64) {
        let days = &self.recurrence.days;
        if !self.month.contains(day) {
            self.month = days.following(&self.month);
        }
        if !self.month.contains(day) {
            self.month = days.around(day);
        }
    }

    /// The named ones of the weeks that BYWEEKNO names.
    fn add_weeks(&mut self, first: i64, length: i64) {
        debug_assert_eq!(
            first,
            start_of_week(first, self.recurrence.periods.week_start)
        );
        let weeks = usize::try_from(length / 7).unwrap_or(0);
        let mut named = Vec::new();
        pick(&self.recurrence.by.week_numbers, weeks, &mut named);
        for week in named {
            self.add_days(first + 7 * i64::try_from(week).unwrap_or(0), 7);
        }
    }
}

/// The places, from 0, that positions from 1 or from −1 mean in a sequence; ascending.
pub(super) fn pick(positions: &[i16], length: usize, places: &mut Vec<usize>) {
    places.clear();
    places.extend(positions.iter().filter_map(|position| {
        let nth = usize::from(position.unsigned_abs());
        let place = if *position > 0 {
            nth.checked_sub(1)?
        } else {
            length.checked_sub(nth)?
        };
        (place < length).then_some(place)
    }));
    places.sort_unstable();
    places.dedup();
}
