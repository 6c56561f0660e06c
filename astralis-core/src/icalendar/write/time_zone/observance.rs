use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDateTime, Utc};

use super::yearly::Yearly;
use crate::time::{CYCLE, OffsetChange, WIDEST_OFFSET, Zone};

/// 300 days: what lasts longer is nobody's summer time.
const LONGEST_SUMMER: i64 = 300 * 86_400;

/// How far ahead changes are listed that follow no rule which can be written down, in seconds.
const FAR_AHEAD: i64 = CYCLE / 4;

/// A STANDARD or DAYLIGHT: when a clock is set from one offset to another.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Observance {
    pub(super) is_daylight: bool,
    /// Seconds east of UTC before.
    pub(super) from: i32,
    /// Seconds east of UTC from then on.
    pub(super) to: i32,
    /// DTSTART: the first time, as the clock shows it when it is set.
    pub(super) start: NaiveDateTime,
    /// RDATE: further times.
    pub(super) others: Vec<NaiveDateTime>,
    /// RRULE.
    pub(super) rule: Option<String>,
}

/// What the clock of a zone does from `from` on, by start: the first one is in force then.
pub(super) fn observances(zone: &Zone, from: DateTime<Utc>) -> Vec<Observance> {
    // A wall-clock time that is repeated needs the offsets before and after.
    let second = from.timestamp() - WIDEST_OFFSET;
    let mut changes = changes(zone, second);
    let rules = Rules::of(zone, second, &changes);
    let ruled_from = match &rules {
        Some(rules) => rules.hold_from(&changes),
        None => {
            changes.retain(|change| change.at < second + FAR_AHEAD);
            changes.len()
        }
    };
    let (listed, ruled) = changes.split_at(ruled_from);
    let mut observances = list(zone, second, listed, ruled.first());
    observances.extend(rules.iter().flat_map(|rules| rules.observances(ruled)));
    observances.sort_by_key(|one| (one.start, one.to));
    observances
}

/// All changes from the one in force at `second` on; where a rule holds for good, until every date
/// that it can fall on was there.
fn changes(zone: &Zone, second: i64) -> Vec<OffsetChange> {
    let end = cycle_end(zone, second).unwrap_or(i64::MAX);
    let changes = zone.changes_from(second);
    changes.take_while(|change| change.at < end).collect()
}

/// The end of the 400 years that show all that a rule can do.
fn cycle_end(zone: &Zone, second: i64) -> Option<i64> {
    let repeats = zone.repeats_from()?;
    Some(repeats.max(second.saturating_add(CYCLE)))
}

/// What the clock shows at the moment it is set: the offset before still counts.
fn shown_at(change: &OffsetChange) -> NaiveDateTime {
    let shown = DateTime::from_timestamp(change.at + i64::from(change.from), 0);
    shown.unwrap_or(DateTime::<Utc>::MAX_UTC).naive_utc()
}

/// The offsets before and after a change.
type Kind = (i32, i32);

const fn kind(change: &OffsetChange) -> Kind {
    (change.from, change.to)
}

/// The yearly rules that a zone follows for good, one for each kind of change.
struct Rules(BTreeMap<Kind, Yearly>);

impl Rules {
    fn of(zone: &Zone, second: i64, changes: &[OffsetChange]) -> Option<Self> {
        let start = cycle_end(zone, second)? - CYCLE;
        let mut times: BTreeMap<Kind, Vec<NaiveDateTime>> = BTreeMap::new();
        for change in changes.iter().filter(|change| change.at >= start) {
            times
                .entry(kind(change))
                .or_default()
                .push(shown_at(change));
        }
        let rule = |(kind, times): (Kind, Vec<_>)| Some((kind, Yearly::of(&times)?));
        times.into_iter().map(rule).collect::<Option<_>>().map(Self)
    }

    /// The place of the first change from which on there is none but theirs, in no year left out.
    fn hold_from(&self, changes: &[OffsetChange]) -> usize {
        let mut next_year: BTreeMap<Kind, i32> = BTreeMap::new();
        let is_theirs = |change: &&OffsetChange| {
            let shown = shown_at(change);
            let next = next_year.insert(kind(change), shown.year());
            let is_next = next.is_none_or(|next| next == shown.year() + 1);
            is_next
                && self
                    .0
                    .get(&kind(change))
                    .is_some_and(|rule| rule.names(shown))
        };
        changes.len() - changes.iter().rev().take_while(is_theirs).count()
    }

    fn observances(&self, changes: &[OffsetChange]) -> Vec<Observance> {
        let mut found = Vec::new();
        for (kind, yearly) in &self.0 {
            let times = changes.iter().filter(|change| self::kind(change) == *kind);
            let times: Vec<_> = times.map(shown_at).collect();
            for (month, rule) in yearly.rules() {
                let first = times.iter().find(|time| time.month() == month);
                found.extend(first.map(|start| Observance {
                    is_daylight: kind.0 < kind.1,
                    from: kind.0,
                    to: kind.1,
                    start: *start,
                    others: Vec::new(),
                    rule: Some(rule),
                }));
            }
        }
        found
    }
}

/// Changes one by one, those of a kind together; `next` comes after them.
fn list(
    zone: &Zone,
    second: i64,
    changes: &[OffsetChange],
    next: Option<&OffsetChange>,
) -> Vec<Observance> {
    let mut listed: BTreeMap<(Kind, bool), BTreeSet<NaiveDateTime>> = BTreeMap::new();
    let is_in_force = |change: &OffsetChange| change.at <= second;
    if !changes.iter().chain(next).any(is_in_force) {
        let offset = zone.segment_at(second).offset;
        // Long before anything that is written, whatever the instant.
        let shown = DateTime::from_timestamp(second.min(0), 0).unwrap_or(DateTime::UNIX_EPOCH);
        let always = ((offset, offset), false);
        listed.entry(always).or_default().insert(shown.naive_utc());
    }
    for (place, change) in changes.iter().enumerate() {
        let next = changes.get(place + 1).or(next);
        // What was before the first one is nobody's business, and often odd: mean solar time.
        let change = if is_in_force(change) {
            OffsetChange {
                from: change.to,
                ..*change
            }
        } else {
            *change
        };
        let daylight = is_daylight(&change, next);
        let times = listed.entry((kind(&change), daylight)).or_default();
        times.insert(shown_at(&change));
    }
    let observance = |(((from, to), is_daylight), times): ((Kind, bool), BTreeSet<_>)| {
        let mut times = times.into_iter();
        Some(Observance {
            is_daylight,
            from,
            to,
            start: times.next()?,
            others: times.collect(),
            rule: None,
        })
    };
    listed.into_iter().filter_map(observance).collect()
}

fn is_daylight(change: &OffsetChange, next: Option<&OffsetChange>) -> bool {
    let ends = |next: &OffsetChange| next.to < next.from && next.at - change.at < LONGEST_SUMMER;
    change.from < change.to && next.is_some_and(ends)
}
