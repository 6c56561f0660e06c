use crate::recurrence::bounds::{Bound, MAX_TIMES};
use crate::recurrence::calendar::DAY;
use crate::recurrence::{By, Frequency};

/// What the BY parts say of the time of day.
///
/// A part that is finer than the frequency multiplies: its values are in `times`. One that is not
/// narrows down: its values are bits of a mask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clock {
    hours: u64,
    minutes: u64,
    seconds: u64,
    /// Seconds from the beginning of a day or, for rules within days, of a period; ascending.
    pub(super) times: Vec<i64>,
}

const ALL_HOURS: u64 = (1 << 24) - 1;
const ALL_SIXTY: u64 = (1 << 60) - 1;

impl Clock {
    /// # Errors
    ///
    /// [`Bound::Times`] if what multiplies makes more than [`MAX_TIMES`].
    pub(super) fn new(frequency: Frequency, by: &By) -> Result<Self, Bound> {
        let (hourly, minutely) = (Frequency::Hourly, Frequency::Minutely);
        let multiplies = |values: &[u8], finer_than: bool| -> Vec<i64> {
            let values = if finer_than { values } else { &[0] };
            values.iter().map(|value| i64::from(*value)).collect()
        };
        let hours = multiplies(&by.hours, frequency > hourly);
        let minutes = multiplies(&by.minutes, frequency > minutely);
        let seconds = multiplies(&by.seconds, frequency > Frequency::Secondly);
        let product = hours.len() * minutes.len() * seconds.len();
        if product > MAX_TIMES {
            return Err(Bound::Times);
        }
        let mut times = Vec::with_capacity(product);
        for hour in &hours {
            for minute in &minutes {
                times.extend(
                    seconds
                        .iter()
                        .map(|second| hour * 3600 + minute * 60 + second),
                );
            }
        }
        Ok(Self {
            hours: mask(&by.hours, frequency <= hourly, ALL_HOURS),
            minutes: mask(&by.minutes, frequency <= minutely, ALL_SIXTY),
            seconds: mask(&by.seconds, frequency == Frequency::Secondly, ALL_SIXTY),
            times,
        })
    }

    /// Whether nothing is narrowed down.
    pub(super) fn is_unlimited(&self) -> bool {
        (self.hours, self.minutes, self.seconds) == (ALL_HOURS, ALL_SIXTY, ALL_SIXTY)
    }

    /// Whether a time of day is let pass.
    pub(super) fn admits(&self, time: i64) -> bool {
        self.is_unlimited() || self.next_from(time) == Some(time)
    }

    /// The first time of day from this one on that is let pass.
    pub(super) fn next_from(&self, time: i64) -> Option<i64> {
        debug_assert!((0..DAY).contains(&time), "a time of day");
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        let first_second = next(self.seconds, 0)?;
        if has(self.hours, hour) {
            if has(self.minutes, minute)
                && let Some(second) = next(self.seconds, second)
            {
                return Some(hour * 3600 + minute * 60 + second);
            }
            if let Some(minute) = next(self.minutes, minute + 1) {
                return Some(hour * 3600 + minute * 60 + first_second);
            }
        }
        let hour = next(self.hours, hour + 1)?;
        Some(hour * 3600 + next(self.minutes, 0)? * 60 + first_second)
    }
}

fn mask(values: &[u8], narrows: bool, all: u64) -> u64 {
    if values.is_empty() || !narrows {
        return all;
    }
    values.iter().fold(0, |mask, value| mask | 1 << value)
}

const fn has(mask: u64, place: i64) -> bool {
    mask >> place & 1 == 1
}

/// The first place from this one on that the mask has.
const fn next(mask: u64, place: i64) -> Option<i64> {
    let later = mask >> place;
    if later == 0 {
        return None;
    }
    Some(place + later.trailing_zeros() as i64)
}
