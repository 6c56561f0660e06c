use std::collections::BTreeMap;
use std::num::NonZeroU32;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use crate::icalendar::read::blocks::Block;
use crate::recurrence::{
    Budget, End, Frequency, Length, Occurrence, RecurrenceRule, Series, Start, Until,
};
use crate::time::{CYCLE, Interval, OffsetChange, Zone};

/// Dates and yearly rules of one zone: more than any clock was ever set by.
const MAX_OBSERVANCES: usize = 400;

/// A zone as a file's own VTIMEZONE describes it.
#[derive(Debug, Clone)]
pub(super) struct FileZone {
    pub(super) zone: Zone,
    /// The first wall-clock time the description speaks of.
    pub(super) valid_from: NaiveDateTime,
}

/// Reads a VTIMEZONE (RFC 5545 §3.6.5) that can be read without doubt: every offset follows the one
/// before, the clock is set by dates and by yearly rules, and the last word is no summer time, which
/// would have an end that is not told. `None` for anything else, and for what `budget` is not enough.
pub(super) fn read(block: &Block, budget: &mut Budget) -> Option<FileZone> {
    let observances: Option<Vec<_>> = block.inside.iter().map(Observance::read).collect();
    let observances = observances.filter(|all| all.len() <= MAX_OBSERVANCES)?;
    let last = observances.iter().map(Observance::last_named).max()??;
    // All dates are in the past a whole year after the last one; then only rules go on.
    let horizon = NaiveDate::from_ymd_opt(last.year().checked_add(2)?, 7, 1)?;
    let horizon = horizon.and_time(NaiveTime::MIN).and_utc();
    let is_endless = observances.iter().any(Observance::is_endless);
    let repeats_from = is_endless.then(|| horizon.timestamp() + CYCLE);
    let end = DateTime::from_timestamp(repeats_from.unwrap_or(horizon.timestamp()), 0)?;

    let mut changes: BTreeMap<i64, Change> = BTreeMap::new();
    for one in &observances {
        for change in one.changes(end, budget)? {
            let known = changes.insert(change.offsets.at, change);
            if known.is_some_and(|known| known != change) {
                return None;
            }
        }
    }
    let changes: Vec<Change> = changes.into_values().collect();
    let follows = |pair: &[Change]| pair[0].offsets.to == pair[1].offsets.from;
    let says_all = is_endless || !changes.last()?.is_daylight;
    if !says_all || !changes.windows(2).all(follows) {
        return None;
    }
    let first = changes.first()?;
    let offsets = changes.iter().map(|change| change.offsets);
    Some(FileZone {
        valid_from: first.shown,
        zone: Zone::described("Calendar/File".parse().ok()?, offsets, repeats_from),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Change {
    offsets: OffsetChange,
    /// What the clock showed before it was set.
    shown: NaiveDateTime,
    is_daylight: bool,
}

/// A STANDARD or DAYLIGHT part.
struct Observance {
    is_daylight: bool,
    start: NaiveDateTime,
    others: Vec<NaiveDateTime>,
    rule: Option<RecurrenceRule>,
    from: i32,
    to: i32,
}

impl Observance {
    fn read(block: &Block) -> Option<Self> {
        let only = |property| {
            let mut values = block.values(property);
            values.next().filter(|_| values.next().is_none())
        };
        let rule = match only("RRULE") {
            Some(rule) => Some(rule.parse().ok().filter(is_yearly)?),
            None if block.values("RRULE").next().is_some() => return None,
            None => None,
        };
        let others = block.values("RDATE").flat_map(|list| list.split(','));
        Some(Self {
            is_daylight: block.name == "DAYLIGHT",
            start: local_time(only("DTSTART")?)?,
            others: others.map(local_time).collect::<Option<_>>()?,
            rule,
            from: offset(only("TZOFFSETFROM")?)?,
            to: offset(only("TZOFFSETTO")?)?,
        })
    }

    fn is_endless(&self) -> bool {
        let end = self.rule.as_ref().map(RecurrenceRule::end);
        end == Some(End::Never)
    }

    /// The last time that is written down.
    fn last_named(&self) -> Option<NaiveDateTime> {
        let until = match self.rule.as_ref().map(RecurrenceRule::end) {
            Some(End::Until(until)) => Some(self.shown_until(until)?),
            _ => None,
        };
        let times = self.others.iter().copied().chain([self.start]);
        times.chain(until).max()
    }

    /// UNTIL on the clock that shows the offset before.
    fn shown_until(&self, until: Until) -> Option<NaiveDateTime> {
        match until {
            Until::Date(date) => date.and_hms_opt(23, 59, 59),
            Until::Civil(civil) => Some(civil),
            Until::Instant(at) => {
                let offset = TimeDelta::seconds(self.from.into());
                at.naive_utc().checked_add_signed(offset)
            }
        }
    }

    /// When it sets the clock before `end`; `None` if that cannot be told within bounds.
    fn changes(&self, end: DateTime<Utc>, budget: &mut Budget) -> Option<Vec<Change>> {
        let mut times = self.others.clone();
        match &self.rule {
            None => times.push(self.start),
            Some(rule) => times.extend(self.ruled(rule, end, budget)?),
        }
        let change = |shown: NaiveDateTime| Change {
            offsets: OffsetChange {
                at: shown.and_utc().timestamp() - i64::from(self.from),
                from: self.from,
                to: self.to,
            },
            shown,
            is_daylight: self.is_daylight,
        };
        Some(times.into_iter().map(change).collect())
    }

    /// The times of its rule: expanded as if the clock before showed UTC. DTSTART is one of them only
    /// if the rule names it: Exchange writes 1601 for all.
    fn ruled(
        &self,
        rule: &RecurrenceRule,
        end: DateTime<Utc>,
        budget: &mut Budget,
    ) -> Option<Vec<NaiveDateTime>> {
        let by = rule.by();
        let is_of_dtstart = by.weekdays.is_empty() && by.month_days.is_empty();
        let names_its_days = !(by.months.is_empty() || is_of_dtstart);
        // The rule takes from DTSTART no more than the time of day, and any date before will do.
        let years = i32::from(names_its_days);
        let start = self.start.with_day(1)?.with_year(self.start.year() - years);
        let start = if names_its_days { start? } else { self.start };
        let end_of_rule = match rule.end() {
            End::Until(until) => End::Until(Until::Civil(self.shown_until(until)?)),
            other => other,
        };
        let second = Length::elapsed(TimeDelta::seconds(1));
        let mut series = Series::new(Start::Instant(start.and_utc()), &Zone::utc(), second);
        series.repeat(rule.clone().ending(end_of_rule)).ok()?;
        let window = Interval::new(self.start.and_utc(), end).ok()?;
        let found = series.occurrences_within(window, budget).ok()?;
        let shown = |one: Occurrence| one.during.start().naive_utc();
        Some(found.into_iter().map(shown).collect())
    }
}

/// Whether a rule falls into every year, and so every 400 years on the same dates.
fn is_yearly(rule: &RecurrenceRule) -> bool {
    let is_counted = matches!(rule.end(), End::Count(_));
    rule.frequency() == Frequency::Yearly && rule.interval() == NonZeroU32::MIN && !is_counted
}

fn local_time(text: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text.trim(), "%Y%m%dT%H%M%S").ok()
}

/// `+0530` or `-033000` as seconds east of UTC.
fn offset(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-'])?;
    let well_formed = matches!(digits.len(), 4 | 6) && digits.bytes().all(|b| b.is_ascii_digit());
    let part = |range| {
        digits
            .get(range)
            .map_or(Some(0), |part: &str| part.parse::<i32>().ok())
    };
    let seconds = part(0..2)? * 3600 + part(2..4)? * 60 + part(4..6).unwrap_or(0);
    let sign = if text.starts_with('-') { -1 } else { 1 };
    (well_formed && seconds < 86_400).then_some(sign * seconds)
}
