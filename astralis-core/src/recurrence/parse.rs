use std::num::NonZeroU32;
use std::ops::RangeInclusive;

use chrono::{NaiveDate, NaiveDateTime, Weekday};

use crate::recurrence::rule::weekday_name;
use crate::recurrence::{
    By, End, Frequency, InvalidRule, NthWeekday, RecurrenceRule, RuleFlaw, RulePart, Until,
};

/// Reads an RRULE's value: every rule part of RFC 5545 §3.3.10, in any order and any case.
///
/// Blanks around a name or a value and an empty part (a trailing semicolon) mean nothing; any
/// other departure from the grammar, and every MUST NOT, is an error with its place.
pub(super) fn rule(text: &str) -> Result<RecurrenceRule, InvalidRule> {
    let text = text.to_ascii_uppercase(); // Leaves every byte where it is.
    let parts = Parts::split(&text)?;
    let rule = RecurrenceRule {
        frequency: parts.frequency()?,
        interval: parts
            .positive(RulePart::Interval)?
            .unwrap_or(NonZeroU32::MIN),
        end: parts.end()?,
        week_start: parts.week_start()?,
        by: parts.by()?,
    };
    parts.fits_other_calendars()?;
    parts.fit_together(&rule)?;
    Ok(rule)
}

/// A piece of the text, and where it stands.
#[derive(Debug, Clone, Copy)]
struct Piece<'a> {
    at: usize,
    text: &'a str,
}

impl<'a> Piece<'a> {
    /// Without the blanks around it.
    fn trimmed(self) -> Self {
        let text = self.text.trim_start();
        let at = self.at + (self.text.len() - text.len());
        let text = text.trim_end();
        Self { at, text }
    }

    fn split(self, separator: char) -> impl Iterator<Item = Self> {
        let mut at = self.at;
        self.text.split(separator).map(move |text| {
            let piece = Self { at, text };
            at += text.len() + separator.len_utf8();
            piece.trimmed()
        })
    }

    fn split_once(self, separator: char) -> Option<(Self, Self)> {
        let (before, after) = self.text.split_once(separator)?;
        let at = self.at + before.len() + separator.len_utf8();
        let before = Self {
            text: before,
            ..self
        };
        Some((before.trimmed(), Self { at, text: after }.trimmed()))
    }

    const fn flaw(self, flaw: RuleFlaw) -> InvalidRule {
        InvalidRule { at: self.at, flaw }
    }

    fn unexpected(self, part: RulePart, expected: &'static str) -> InvalidRule {
        let value = self.text.to_owned();
        self.flaw(RuleFlaw::Value {
            part,
            value,
            expected,
        })
    }
}

/// The parts of a rule as they were written, each once.
struct Parts<'a> {
    all: Vec<(RulePart, Piece<'a>)>,
    end: usize,
}

impl<'a> Parts<'a> {
    fn split(text: &'a str) -> Result<Self, InvalidRule> {
        let whole = Piece { at: 0, text };
        let mut all: Vec<(RulePart, Piece<'_>)> = Vec::new();
        for piece in whole.split(';').filter(|piece| !piece.text.is_empty()) {
            let (name, value) = piece
                .split_once('=')
                .ok_or_else(|| piece.flaw(RuleFlaw::NotAPart(piece.text.to_owned())))?;
            let part = RulePart::ALL
                .into_iter()
                .find(|part| part.name() == name.text);
            let part =
                part.ok_or_else(|| name.flaw(RuleFlaw::UnknownPart(name.text.to_owned())))?;
            if all.iter().any(|(known, _)| *known == part) {
                return Err(name.flaw(RuleFlaw::Repeated(part)));
            }
            all.push((part, value));
        }
        let end = text.len();
        Ok(Self { all, end })
    }

    fn value(&self, part: RulePart) -> Option<Piece<'a>> {
        let (_, value) = self.all.iter().find(|(known, _)| *known == part)?;
        Some(*value)
    }

    fn frequency(&self) -> Result<Frequency, InvalidRule> {
        let end = Piece {
            at: self.end,
            text: "",
        };
        let value = self
            .value(RulePart::Freq)
            .ok_or_else(|| end.flaw(RuleFlaw::NoFrequency))?;
        let mut all = Frequency::ALL.into_iter();
        all.find(|frequency| frequency.to_string() == value.text)
            .ok_or_else(|| value.unexpected(RulePart::Freq, "SECONDLY to YEARLY"))
    }

    fn end(&self) -> Result<End, InvalidRule> {
        let count = self.positive(RulePart::Count)?;
        let until = self.value(RulePart::Until);
        match (count, until) {
            (None, None) => Ok(End::Never),
            (Some(count), None) => Ok(End::Count(count)),
            (None, Some(value)) => {
                let until = until_from(value.text);
                let expected = "a date, or a date and time, of RFC 5545";
                until
                    .map(End::Until)
                    .ok_or_else(|| value.unexpected(RulePart::Until, expected))
            }
            (Some(_), Some(until)) => Err(until.flaw(RuleFlaw::CountAndUntil)),
        }
    }

    fn week_start(&self) -> Result<Weekday, InvalidRule> {
        let Some(value) = self.value(RulePart::Wkst) else {
            return Ok(Weekday::Mon);
        };
        weekday(value.text).ok_or_else(|| value.unexpected(RulePart::Wkst, "MO to SU"))
    }

    fn by(&self) -> Result<By, InvalidRule> {
        let from_0_to_59 = (0..=59, "numbers from 0 to 59");
        Ok(By {
            months: self.unsigned(RulePart::ByMonth, (1..=12, "numbers from 1 to 12"))?,
            week_numbers: self.signed(RulePart::ByWeekNo, 53, "numbers from ±1 to ±53")?,
            year_days: self.signed(RulePart::ByYearDay, 366, "numbers from ±1 to ±366")?,
            month_days: self.signed(RulePart::ByMonthDay, 31, "numbers from ±1 to ±31")?,
            weekdays: self.weekdays()?,
            hours: self.unsigned(RulePart::ByHour, (0..=23, "numbers from 0 to 23"))?,
            minutes: self.unsigned(RulePart::ByMinute, from_0_to_59)?,
            seconds: self.unsigned(RulePart::BySecond, (0..=60, "numbers from 0 to 60"))?,
            set_positions: self.signed(RulePart::BySetPos, 366, "numbers from ±1 to ±366")?,
        })
    }

    /// One number above zero.
    fn positive(&self, part: RulePart) -> Result<Option<NonZeroU32>, InvalidRule> {
        let Some(value) = self.value(part) else {
            return Ok(None);
        };
        let number = digits(value.text).and_then(NonZeroU32::new);
        let number = number.ok_or_else(|| value.unexpected(part, "a number from 1 to 4294967295"));
        number.map(Some)
    }

    fn unsigned(
        &self,
        part: RulePart,
        (range, expected): (RangeInclusive<u8>, &'static str),
    ) -> Result<Vec<u8>, InvalidRule> {
        self.list(part, expected, |text| {
            let number = u8::try_from(digits(text)?).ok()?;
            range.contains(&number).then_some(number)
        })
    }

    fn signed(
        &self,
        part: RulePart,
        most: i16,
        expected: &'static str,
    ) -> Result<Vec<i16>, InvalidRule> {
        self.list(part, expected, |text| around_zero(text, most))
    }

    fn weekdays(&self) -> Result<Vec<NthWeekday>, InvalidRule> {
        let expected = "MO to SU, with or without a number from ±1 to ±53";
        let key = |day: &NthWeekday| (day.nth, day.day.num_days_from_monday());
        let mut days = self.list_unsorted(RulePart::ByDay, expected, nth_weekday)?;
        days.sort_by_key(key);
        days.dedup();
        Ok(days)
    }

    fn list<T: Ord>(
        &self,
        part: RulePart,
        expected: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, InvalidRule> {
        let mut values = self.list_unsorted(part, expected, read)?;
        values.sort_unstable();
        values.dedup();
        Ok(values)
    }

    fn list_unsorted<T>(
        &self,
        part: RulePart,
        expected: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, InvalidRule> {
        let Some(value) = self.value(part) else {
            return Ok(Vec::new());
        };
        let read = |one: Piece<'_>| read(one.text).ok_or_else(|| one.unexpected(part, expected));
        value.split(',').map(read).collect()
    }

    /// RFC 7529 as far as it changes nothing: what other calendars name is not known here.
    fn fits_other_calendars(&self) -> Result<(), InvalidRule> {
        for (part, only) in [(RulePart::Rscale, "GREGORIAN"), (RulePart::Skip, "OMIT")] {
            if let Some(value) = self.value(part).filter(|value| value.text != only) {
                return Err(value.unexpected(part, only));
            }
        }
        Ok(())
    }

    /// What the parts forbid each other (§3.3.10).
    fn fit_together(&self, rule: &RecurrenceRule) -> Result<(), InvalidRule> {
        let frequency = rule.frequency;
        for (part, is_allowed) in [
            (RulePart::ByWeekNo, frequency == Frequency::Yearly),
            (
                RulePart::ByYearDay,
                frequency.is_sub_daily() || frequency == Frequency::Yearly,
            ),
            (RulePart::ByMonthDay, frequency != Frequency::Weekly),
        ] {
            if let Some(value) = self.value(part).filter(|_| !is_allowed) {
                return Err(value.flaw(RuleFlaw::NotWith { part, frequency }));
            }
        }
        self.ordinals_fit(rule)?;
        let picks_from = |(part, _): &(RulePart, _)| {
            part.name().starts_with("BY") && *part != RulePart::BySetPos
        };
        match self.value(RulePart::BySetPos) {
            Some(value) if !self.all.iter().any(picks_from) => {
                Err(value.flaw(RuleFlaw::SetPositionAlone))
            }
            _ => Ok(()),
        }
    }

    fn ordinals_fit(&self, rule: &RecurrenceRule) -> Result<(), InvalidRule> {
        let counts_in = matches!(rule.frequency, Frequency::Monthly | Frequency::Yearly);
        let has_weeks = self.value(RulePart::ByWeekNo).is_some();
        if counts_in && !has_weeks {
            return Ok(());
        }
        let days = self.value(RulePart::ByDay).into_iter();
        let mut days = days.flat_map(|value| value.split(','));
        let Some(day) = days.find(|day| day.text.len() > 2) else {
            return Ok(());
        };
        let text = day.text.to_owned();
        let frequency = rule.frequency;
        Err(day.flaw(if counts_in {
            RuleFlaw::OrdinalInWeek { day: text }
        } else {
            RuleFlaw::Ordinal {
                day: text,
                frequency,
            }
        }))
    }
}

/// Digits and nothing else: no sign, as `str::parse` would take.
fn digits(text: &str) -> Option<u32> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// A number from −`most` to `most`, but not 0.
fn around_zero(text: &str, most: i16) -> Option<i16> {
    let number: i16 = text.parse().ok()?;
    (number != 0 && (-most..=most).contains(&number)).then_some(number)
}

fn weekday(name: &str) -> Option<Weekday> {
    let mut days = (0..7_u8).filter_map(|day| Weekday::try_from(day).ok());
    days.find(|day| weekday_name(*day) == name)
}

fn nth_weekday(text: &str) -> Option<NthWeekday> {
    let (number, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let nth = match number {
        "" => None,
        number => Some(around_zero(number, 53)?),
    };
    let day = weekday(name)?;
    Some(NthWeekday { nth, day })
}

/// A DATE, or a DATE-TIME in one of its forms without a zone (§3.3.4, §3.3.5).
fn until_from(text: &str) -> Option<Until> {
    let Some((date, time)) = text.split_once('T') else {
        return date_from(text).map(Until::Date);
    };
    let date = date_from(date)?;
    let at = |time: &str| -> Option<NaiveDateTime> {
        let time = digits(time).filter(|_| time.len() == 6)?;
        // A leap second is read as the second before it.
        let second = if time % 100 == 60 { 59 } else { time % 100 };
        date.and_hms_opt(time / 10_000, time / 100 % 100, second)
    };
    match time.strip_suffix('Z') {
        Some(time) => Some(Until::Instant(at(time)?.and_utc())),
        None => at(time).map(Until::Civil),
    }
}

fn date_from(text: &str) -> Option<NaiveDate> {
    let date = digits(text).filter(|_| text.len() == 8)?;
    let year = i32::try_from(date / 10_000).ok()?;
    NaiveDate::from_ymd_opt(year, date / 100 % 100, date % 100)
}

#[cfg(test)]
mod tests;
