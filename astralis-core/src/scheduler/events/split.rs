use std::num::NonZeroU32;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use crate::model::{CalendarEvent, EventId, Recurrence, When};
use crate::recurrence::{End, RecurrenceRule, Until};
use crate::scheduler::events::EventError;
use crate::scheduler::events::check::too_much;
use crate::scheduler::events::edit::{Whole, Wish, call_off, place, place_mut, shown};
use crate::scheduler::events::occurrences::{civil_start, when_at, zone_of};
use crate::time::{Zone, ZoneDatabase};

impl Whole {
    /// Whether an occurrence is the first of the series.
    pub(super) fn begins_with(&self, id: DateTime<Utc>) -> bool {
        self.master.when.during().start() == id
    }

    /// Parts the series before an occurrence: what comes before, and a series of its own that
    /// begins there. Together they are what the series was.
    pub(super) fn split(
        self,
        id: DateTime<Utc>,
        new_id: EventId,
        zones: &ZoneDatabase,
    ) -> Result<(Self, Self), EventError> {
        let zone = zone_of(&self.master, zones)?;
        let first = when_at(&self.master, id, &zone);
        self.require(id, zones)?;
        let rest = rule_from(&self.master, civil_start(&first), &zone)?;
        let (head, mut tail) = self.parted(id, new_id, &zone);
        if let Some(recurrence) = &mut tail.master.recurrence {
            recurrence.rule = rest;
        }
        Ok((head, tail))
    }

    /// The same, but for the rule of the second part. Its start is no date beside the rule any
    /// more, even if it was one.
    fn parted(self, id: DateTime<Utc>, new_id: EventId, zone: &Zone) -> (Self, Self) {
        let (mut head, mut tail) = (self.master.clone(), self.master);
        tail.id = new_id;
        tail.uid = format!("{new_id}@astralis");
        tail.sequence = 0;
        tail.conflicts.clear();
        tail.when = when_at(&head, id, zone);
        let first_rule = rule_until(&head, id, zone);
        let is_later = |civil: &NaiveDateTime| zone.instant_of(*civil) >= id;
        if let Some((first, second)) = head.recurrence.as_mut().zip(tail.recurrence.as_mut()) {
            first.rule = first_rule;
            for dates in [&mut first.extra, &mut first.excluded, &mut first.changed] {
                dates.retain(|date| !is_later(date));
            }
            second.extra.retain(|date| zone.instant_of(*date) > id);
            second.excluded.retain(is_later);
            second.changed.retain(is_later);
        }
        let rows = self.changed.into_iter();
        let (mut later, earlier): (Vec<_>, Vec<_>) =
            rows.partition(|row| is_later(&place(row).recurrence_id));
        for row in &mut later {
            place_mut(row).series = new_id;
            row.uid.clone_from(&tail.uid);
        }
        let part = |master, changed| Self { master, changed };
        (part(head, earlier), part(tail, later))
    }

    /// Parts the series before an occurrence and changes the second part. Whoever leaves the rule
    /// as it is means the rest of it; of the dates that no rule names, the first part keeps its
    /// own, and the one that the second part begins with has become its start.
    pub(super) fn change_following(
        self,
        id: DateTime<Utc>,
        wish: &Wish,
        new_id: EventId,
        zones: &ZoneDatabase,
    ) -> Result<(Self, Self), EventError> {
        let before = self.master.clone();
        let zone = zone_of(&before, zones)?;
        let (head, tail) = self.split(id, new_id, zones)?;
        let tail = tail.without_row_of(id, zones)?;
        let mut wish = wish.clone();
        if wish.checked.rule.as_ref() == rule(&before) {
            wish.checked.rule = rule(&tail.master).cloned();
        }
        if let Some(extra) = &mut wish.checked.extra {
            let [had, has] = [&before, &tail.master].map(|series| &whole_rule(series).extra);
            extra.retain(|date| {
                let date = shown(*date, &zone);
                has.contains(&date) || !had.contains(&date)
            });
        }
        Ok((head, tail.change_all(&wish, zones)?))
    }

    /// Takes an occurrence back into the series. The one that a change begins with is what the wish
    /// says, whatever it was.
    pub(super) fn without_row_of(
        mut self,
        id: DateTime<Utc>,
        zones: &ZoneDatabase,
    ) -> Result<Self, EventError> {
        let recurrence_id = zone_of(&self.master, zones)?.to_civil(id);
        for row in &mut self.changed {
            if place(row).recurrence_id == recurrence_id {
                call_off(row);
            }
        }
        if let Some(recurrence) = &mut self.master.recurrence {
            recurrence.changed.remove(&recurrence_id);
        }
        Ok(self)
    }

    /// Ends the series before an occurrence; that one and all later ones are called off.
    pub(super) fn cancel_following(
        self,
        id: DateTime<Utc>,
        zones: &ZoneDatabase,
    ) -> Result<Self, EventError> {
        let series = (self.master.id, self.master.uid.clone());
        self.require(id, zones)?;
        let zone = zone_of(&self.master, zones)?;
        let (mut head, tail) = self.parted(id, series.0, &zone);
        for mut row in tail.changed {
            call_off(&mut row);
            row.uid.clone_from(&series.1);
            head.changed.push(row);
        }
        Ok(head)
    }
}

fn rule(series: &CalendarEvent) -> Option<&RecurrenceRule> {
    series
        .recurrence
        .as_ref()
        .map(|recurrence| &recurrence.rule)
}

fn whole_rule(series: &CalendarEvent) -> &Recurrence {
    let recurrence = series.recurrence.as_ref();
    recurrence.expect("what has occurrences repeats")
}

/// The rule up to, and without, the occurrence at `id`.
fn rule_until(series: &CalendarEvent, id: DateTime<Utc>, zone: &Zone) -> RecurrenceRule {
    let until = match series.when {
        When::Timed { .. } => Until::Instant(id - TimeDelta::seconds(1)),
        When::AllDay { .. } => Until::Date(zone.date_at(id) - TimeDelta::days(1)),
    };
    whole_rule(series).rule.clone().ending(End::Until(until))
}

/// The rule from a time on that it names: of a COUNT, what is left.
///
/// What a zone that skips a whole date moves to the next one begins nothing: the rule names the date
/// that does not exist.
fn rule_from(
    series: &CalendarEvent,
    start: NaiveDateTime,
    zone: &Zone,
) -> Result<RecurrenceRule, EventError> {
    let rule = whole_rule(series).rule.clone();
    let counted = || {
        let series = series.series(zone)?;
        let before = series.named_before(start)?;
        Ok((before, series.named_before(start + TimeDelta::seconds(1))?))
    };
    let (before, with_it) =
        counted().map_err(|error| EventError::Invalid(vec![too_much(&error)]))?;
    if before == with_it {
        let expected = "the start of an occurrence that the rule names";
        return Err(EventError::invalid("recurrenceId", "notNamed", expected));
    }
    let end = match rule.end() {
        End::Count(count) => {
            let left = NonZeroU32::new(count.get().saturating_sub(before));
            End::Count(left.unwrap_or(NonZeroU32::MIN))
        }
        end => end,
    };
    Ok(rule.ending(end))
}
