use calcard::icalendar::{
    ICalendarComponent, ICalendarEntry, ICalendarParameterName, ICalendarValue,
};
use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::icalendar::read::blocks::Block;
use crate::icalendar::read::property::{
    DateValue, date_value, entries, length, parameter, parse, period, text,
};
use crate::icalendar::read::zones::ZoneNames;
use crate::icalendar::read::{
    CalendarOwner, Certainty, Finding, ImportedEvent, Problem, WhyFree, busyness,
};
use crate::recurrence::{ExtraDate, Length, RecurrenceRule, Series, Start};
use crate::time::Zone;

/// One VEVENT, read on its own: what it says of others of its UID is not joined yet.
#[derive(Debug, Clone)]
pub(super) struct ReadEvent {
    pub(super) event: ImportedEvent,
    /// SEQUENCE; the highest of one UID and RECURRENCE-ID is the one that holds.
    pub(super) sequence: i64,
    pub(super) scope: Scope,
    pub(super) free: Option<WhyFree>,
}

/// Which occurrences of its UID a VEVENT is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scope {
    /// All of them.
    Series,
    /// The one of its RECURRENCE-ID, readable or not.
    Occurrence,
    /// That one and all that follow (RANGE=THISANDFUTURE).
    Following,
}

/// Reads one VEVENT; reports what it has to say about it, and fails with a finding if there is
/// nothing to block.
pub(super) fn read(
    block: &Block,
    owner: &CalendarOwner<'_>,
    zones: &ZoneNames<'_>,
    findings: &mut Vec<Finding>,
) -> Result<ReadEvent, Finding> {
    let finding = |uid: Option<&str>, problem| Finding {
        line: block.line,
        uid: uid.map(str::to_owned),
        problem,
    };
    let component = parse(block).ok_or_else(|| finding(None, Problem::NoStart))?;
    let written = text(&component, "UID").map(str::trim);
    let written = written.filter(|uid| !uid.is_empty());
    let mut reader = Reader {
        block,
        component: &component,
        zones,
        unknown_zone: None,
        certainty: Certainty::Exact,
        problems: Vec::new(),
    };
    let uid = written.map_or_else(|| made_uid(block), str::to_owned);
    let read = reader.read(uid, owner);
    findings.extend(
        reader
            .problems
            .into_iter()
            .map(|problem| finding(written, problem)),
    );
    read.ok_or_else(|| finding(written, Problem::NoStart))
}

/// A UID for an event that has none, made from its text, so that reading it again finds the same.
pub(super) fn made_uid(block: &Block) -> String {
    let text = block.lines().collect::<Vec<_>>().join("\n");
    format!(
        "no-uid-{}",
        Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes())
    )
}

struct Reader<'a> {
    block: &'a Block,
    component: &'a ICalendarComponent,
    zones: &'a ZoneNames<'a>,
    /// The TZID of DTSTART if nobody knows it.
    unknown_zone: Option<&'a str>,
    certainty: Certainty,
    problems: Vec<Problem>,
}

/// A wall-clock time with its zone.
struct Placed<'a> {
    civil: NaiveDateTime,
    zone: Zone,
    /// Its TZID if nobody knows that; `zone` is then a guess.
    unknown_zone: Option<&'a str>,
}

impl Placed<'_> {
    fn instant(&self) -> DateTime<Utc> {
        self.zone.instant_of(self.civil)
    }
}

impl<'a> Reader<'a> {
    fn read(&mut self, uid: String, owner: &CalendarOwner<'_>) -> Option<ReadEvent> {
        let (start, all_day) = self.start()?;
        let series = self.series(start, all_day);
        let (scope, recurrence_id) = self.scope();
        let (kind, free) = busyness::of(self.component, owner, all_day);
        let lasts =
            series.first().is_some() || series.extra().iter().any(|one| one.length.is_some());
        let title = text(self.component, "SUMMARY").unwrap_or_default();
        Some(ReadEvent {
            sequence: self.sequence(),
            scope,
            free: free.or((!lasts).then_some(WhyFree::NoLength)),
            event: ImportedEvent {
                line: self.block.line,
                uid,
                recurrence_id,
                title: title.to_owned(),
                kind,
                all_day,
                series,
                certainty: self.certainty,
            },
        })
    }

    /// DTSTART, and whether it is a whole day.
    fn start(&mut self) -> Option<(Placed<'a>, bool)> {
        let entry = entries(self.component, "DTSTART").next()?;
        let value = date_value(entry.values.first()?)?;
        let start = self.placed(entry, value);
        if let Some(name) = start.unknown_zone {
            self.unknown_zone = Some(name);
            self.report_zone(name);
        }
        Some((start, matches!(value, DateValue::Date(_))))
    }

    fn report_zone(&mut self, name: &str) {
        self.certainty = Certainty::UnknownZone;
        let name = name.to_owned();
        self.problems.push(Problem::UnknownZone { name });
    }

    /// Whether it can be told how a value lies to DTSTART: somebody knows its zone, or nobody knows
    /// that of both and it is the same.
    fn is_comparable(&self, value: &Placed<'_>) -> bool {
        value.unknown_zone.is_none() || value.unknown_zone == self.unknown_zone
    }

    fn series(&mut self, start: Placed<'_>, all_day: bool) -> Series {
        let length = self.length(&start, all_day);
        let start = if all_day {
            Start::Date(start.civil.date())
        } else {
            Start::Zoned(start.civil, start.zone)
        };
        let mut series = Series::new(start, self.zones.owner(), length);
        for id in self.instants("EXDATE") {
            series.exclude(id);
        }
        for extra in self.extra_dates() {
            series.add(extra);
        }
        self.read_rules(&mut series);
        series
    }

    /// Where a value hangs. What is in a zone that nobody knows is read as if its clock showed
    /// UTC, and says so.
    fn placed(&self, entry: &'a ICalendarEntry, value: DateValue) -> Placed<'a> {
        let placed = |civil, zone: &Zone, unknown_zone| Placed {
            civil,
            zone: zone.clone(),
            unknown_zone,
        };
        match value {
            DateValue::Date(date) => {
                placed(date.and_time(NaiveTime::MIN), self.zones.owner(), None)
            }
            DateValue::Utc(civil) => placed(civil, self.zones.utc(), None),
            DateValue::Civil(civil) => match parameter(entry, &ICalendarParameterName::Tzid) {
                None => placed(civil, self.zones.owner(), None),
                Some(tzid) => match self.zones.zone(tzid, civil) {
                    Some(zone) => placed(civil, &zone, None),
                    None => placed(civil, self.zones.utc(), Some(tzid)),
                },
            },
        }
    }

    /// DTEND, or DURATION, or what RFC 5545 §3.6.1 says for neither.
    fn length(&mut self, start: &Placed<'_>, all_day: bool) -> Length {
        let written = if let Some(entry) = entries(self.component, "DTEND").next() {
            let value = entry.values.first().and_then(date_value);
            value.and_then(|value| self.length_until(start, all_day, entry, value))
        } else if let Some(entry) = entries(self.component, "DURATION").next() {
            match entry.values.first() {
                Some(ICalendarValue::Duration(duration)) => length(duration),
                _ => None,
            }
        } else if all_day {
            Some(Length::days(1))
        } else {
            Some(Length::elapsed(TimeDelta::zero()))
        };
        written.unwrap_or_else(|| {
            self.problems.push(Problem::UnusableEnd);
            Length::days(1)
        })
    }

    fn length_until(
        &self,
        start: &Placed<'_>,
        all_day: bool,
        entry: &'a ICalendarEntry,
        value: DateValue,
    ) -> Option<Length> {
        let end = self.placed(entry, value);
        if all_day {
            let whole = end.civil.time() == NaiveTime::MIN;
            let days = (end.civil.date() - start.civil.date()).num_days() + i64::from(!whole);
            // Some programs write the same date twice for one day.
            return Some(Length::days(u32::try_from(days).ok()?.max(1)));
        }
        let time = end.instant() - start.instant();
        let is_comparable = start.unknown_zone == end.unknown_zone;
        (is_comparable && time >= TimeDelta::zero()).then(|| Length::elapsed(time))
    }

    fn read_rules(&mut self, series: &mut Series) {
        for rule in self.block.values("RRULE") {
            if let Err(problem) = repeat(series, rule) {
                self.problems.push(problem);
                if self.certainty == Certainty::Exact {
                    self.certainty = Certainty::FirstDay;
                }
            }
        }
        if self.block.values("EXRULE").next().is_some() {
            self.problems.push(Problem::ExceptionRule);
        }
    }

    fn instants(&mut self, property: &'static str) -> Vec<DateTime<Utc>> {
        let mut found = Vec::new();
        for entry in entries(self.component, property) {
            for value in &entry.values {
                let placed = date_value(value).map(|value| self.placed(entry, value));
                match placed.filter(|placed| self.is_comparable(placed)) {
                    Some(placed) => found.push(placed.instant()),
                    None => self.problems.push(Problem::UnreadableDate { property }),
                }
            }
        }
        found
    }

    fn extra_dates(&mut self) -> Vec<ExtraDate> {
        let mut found = Vec::new();
        for entry in entries(self.component, "RDATE") {
            let mut unknown_zone = None;
            for value in &entry.values {
                match self.extra_date(entry, value) {
                    Some((extra, zone)) => {
                        unknown_zone = zone.or(unknown_zone);
                        found.push(extra);
                    }
                    None => self
                        .problems
                        .push(Problem::UnreadableDate { property: "RDATE" }),
                }
            }
            if let Some(name) = unknown_zone {
                self.report_zone(name);
            }
        }
        found
    }

    /// An RDATE, and its zone if it cannot be told how that lies to DTSTART's.
    fn extra_date(
        &self,
        entry: &'a ICalendarEntry,
        value: &ICalendarValue,
    ) -> Option<(ExtraDate, Option<&'a str>)> {
        let (start, end) = match value {
            ICalendarValue::Period(written) => {
                let (start, end) = period(written)?;
                (start, Some(end))
            }
            value => (date_value(value)?, None),
        };
        let placed = self.placed(entry, start);
        let start = placed.instant();
        let length = end.map(|end| match end {
            Ok(end) => Length::elapsed(self.placed(entry, end).instant() - start),
            Err(length) => length,
        });
        let is_positive = length.is_none_or(|length| length.time >= TimeDelta::zero());
        let extra = ExtraDate { start, length };
        let strange = placed.unknown_zone.filter(|_| !self.is_comparable(&placed));
        is_positive.then_some((extra, strange))
    }

    fn scope(&mut self) -> (Scope, Option<DateTime<Utc>>) {
        let property = "RECURRENCE-ID";
        let Some(entry) = entries(self.component, property).next() else {
            return (Scope::Series, None);
        };
        // The parser keeps no other RANGE than THISANDFUTURE: there is no other any more.
        let scope = match entry.parameter(&ICalendarParameterName::Range) {
            Some(_) => Scope::Following,
            None => Scope::Occurrence,
        };
        (scope, self.instants(property).into_iter().next())
    }

    fn sequence(&self) -> i64 {
        let entry = entries(self.component, "SEQUENCE").next();
        let value = entry.and_then(|entry| entry.values.first());
        value.and_then(ICalendarValue::as_integer).unwrap_or(0)
    }
}

/// Adds a rule, unless it is one that the RFC does not allow or that an import does not expand: who
/// repeats within a day means all of it, and would fill the books with it.
fn repeat(series: &mut Series, rule: &str) -> Result<(), Problem> {
    let rule: RecurrenceRule = rule.parse().map_err(|reason| Problem::BadRule { reason })?;
    if rule.frequency().is_sub_daily() {
        return Err(Problem::SubDaily);
    }
    series.repeat(rule).map_err(|error| Problem::CannotExpand {
        reason: error.to_string(),
    })
}
