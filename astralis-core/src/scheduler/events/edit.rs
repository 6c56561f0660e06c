use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use crate::model::{
    CalendarEvent, ChangedOccurrence, EventId, EventStatus, Participant, Recurrence, When,
};
use crate::recurrence::Series;
use crate::scheduler::events::EventError;
use crate::scheduler::events::check::{Checked, check_series, too_much};
use crate::scheduler::events::occurrences::{civil_start, takes_place, when_at, zone_of};
use crate::time::{Interval, Zone, ZoneDatabase};

/// A meeting with the rows that stand in for occurrences of it, as one version of it stands; rows
/// of cancelled ones included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Whole {
    pub(super) master: CalendarEvent,
    pub(super) changed: Vec<CalendarEvent>,
}

/// What a meeting, or one occurrence, is to become.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    pub(super) checked: Checked,
    pub(super) participants: Vec<Participant>,
}

impl Wish {
    /// The meeting as it is wished for, but for how it repeats.
    pub(super) fn applied_to(&self, event: CalendarEvent) -> CalendarEvent {
        let draft = self.checked.draft.clone();
        CalendarEvent {
            title: draft.title,
            description: draft.description,
            location: draft.location,
            meeting_type: draft.meeting_type,
            meeting_link: draft.meeting_link,
            transparency: draft.transparency,
            when: self.when_instead_of(&event.when),
            participants: self.participants.clone(),
            ..event
        }
    }

    /// When it shall be. At the same instant as before, the wall clock was meant as before: a time
    /// that the clock skips that day is not one that it shows.
    fn when_instead_of(&self, before: &When) -> When {
        let mut when = self.checked.when.clone();
        let meant = match before {
            When::Timed { local_start, .. } => *local_start,
            When::AllDay { .. } => return when,
        };
        let is_same = when.during().start() == before.during().start()
            && when.time_zone() == before.time_zone();
        if let When::Timed { local_start, .. } = &mut when
            && is_same
        {
            *local_start = meant;
        }
        when
    }

    /// How the series repeats as it is wished for, with no exceptions yet.
    pub(super) fn recurrence(&self, zone: &Zone) -> Option<Recurrence> {
        let rule = self.checked.rule.clone()?;
        let extra = self.checked.extra.iter().flatten();
        Some(Recurrence {
            rule,
            extra: extra.map(|date| shown(*date, zone)).collect(),
            excluded: BTreeSet::new(),
            changed: BTreeSet::new(),
            claimed_until: None,
        })
    }

    /// Whether the dates that no rule names are those that the series has, as the clock of its zone
    /// shows them.
    fn keeps_extra_of(&self, series: &CalendarEvent, zone: &Zone) -> bool {
        let has = series.recurrence.as_ref().map(|known| &known.extra);
        self.checked.extra.as_ref().is_none_or(|wished| {
            let wished: BTreeSet<_> = wished.iter().map(|date| shown(*date, zone)).collect();
            has == Some(&wished)
        })
    }
}

impl Whole {
    /// Changes all of it. Exceptions stay with their occurrences: as far as the first one moves on
    /// the wall clock, recurrence ids move along, and so does a changed occurrence that is still
    /// where the series would have it. What the new rule does not name is forgotten if it was
    /// excluded, and called off if it was changed. Dates that no rule names move along, too, unless
    /// others are wished for; one of those takes place even if it was excluded.
    pub(super) fn change_all(self, wish: &Wish, zones: &ZoneDatabase) -> Result<Self, EventError> {
        let before = self.master;
        let old_zone = zone_of(&before, zones)?;
        let mut master = wish.applied_to(before.clone());
        let zone = zone_of(&master, zones)?;
        master.recurrence = wish.recurrence(&zone);
        let keeps_extra = wish.keeps_extra_of(&before, &old_zone);
        let ids = MovedIds::new((&before, &old_zone), &mut master, zone, keeps_extra)?;
        if let Some((old, new)) = before.recurrence.as_ref().zip(master.recurrence.as_mut()) {
            let is_wished = |id: &NaiveDateTime| !keeps_extra && new.extra.contains(id);
            let excluded = old.excluded.iter().map(|id| ids.moved(*id));
            let excluded = excluded.filter(|id| ids.has(*id) && !is_wished(id));
            new.excluded = excluded.collect();
        }
        let mut changed = self.changed;
        for row in &mut changed {
            let was_at = old_zone.instant_of(place(row).recurrence_id);
            let usual = when_at(&before, was_at, &old_zone);
            let is_in_place = row.when.during() == usual.during();
            ids.move_row(row, &mut master, is_in_place);
        }
        // So that no two have the same id while one is written after the other.
        changed.sort_by_key(|row| place(row).recurrence_id);
        if ids.shift > TimeDelta::zero() {
            changed.reverse();
        }
        Ok(Self { master, changed })
    }

    /// Gives one occurrence a row of its own, or changes the one that it has.
    pub(super) fn change_one(
        mut self,
        id: DateTime<Utc>,
        wish: &Wish,
        new_id: EventId,
        zones: &ZoneDatabase,
    ) -> Result<Self, EventError> {
        self.require(id, zones)?;
        let recurrence_id = zone_of(&self.master, zones)?.to_civil(id);
        let status = self.master.status;
        if self.row_of(recurrence_id).is_none() {
            let row = self.new_row(recurrence_id, new_id);
            self.changed.push(row);
        }
        if let Some(row) = self.row_of(recurrence_id) {
            *row = CalendarEvent {
                status,
                ..wish.applied_to(row.clone())
            };
        }
        if let Some(recurrence) = &mut self.master.recurrence {
            recurrence.changed.insert(recurrence_id);
        }
        Ok(self)
    }

    /// Calls all of it off.
    pub(super) fn cancel_all(mut self) -> Self {
        call_off(&mut self.master);
        self.changed.iter_mut().for_each(call_off);
        self
    }

    /// Calls one occurrence off.
    pub(super) fn cancel_one(
        mut self,
        id: DateTime<Utc>,
        zones: &ZoneDatabase,
    ) -> Result<Self, EventError> {
        self.require(id, zones)?;
        let recurrence_id = zone_of(&self.master, zones)?.to_civil(id);
        if let Some(row) = self.row_of(recurrence_id) {
            call_off(row);
        }
        if let Some(recurrence) = &mut self.master.recurrence {
            recurrence.changed.remove(&recurrence_id);
            recurrence.exclude(recurrence_id);
        }
        Ok(self)
    }

    /// Refuses what is no occurrence that takes place.
    pub(super) fn require(
        &self,
        id: DateTime<Utc>,
        zones: &ZoneDatabase,
    ) -> Result<(), EventError> {
        let zone = zone_of(&self.master, zones)?;
        let recurrence = self.master.recurrence.as_ref();
        let is_changed = |recurrence: &Recurrence| recurrence.changed.contains(&zone.to_civil(id));
        let repeats = recurrence.is_some();
        if recurrence.is_some_and(is_changed) || repeats && takes_place(&self.master, id, zones)? {
            return Ok(());
        }
        let expected = "the start of an occurrence that takes place, as if nobody had moved it";
        Err(EventError::invalid(
            "recurrenceId",
            "noSuchOccurrence",
            expected,
        ))
    }

    fn new_row(&self, recurrence_id: NaiveDateTime, id: EventId) -> CalendarEvent {
        CalendarEvent {
            id,
            recurrence: None,
            conflicts: Vec::new(),
            occurrence_of: Some(ChangedOccurrence {
                series: self.master.id,
                recurrence_id,
            }),
            ..self.master.clone()
        }
    }

    fn row_of(&mut self, recurrence_id: NaiveDateTime) -> Option<&mut CalendarEvent> {
        let mut rows = self.changed.iter_mut();
        rows.find(|row| place(row).recurrence_id == recurrence_id)
    }
}

/// Where the recurrence ids of a series go when it changes.
struct MovedIds {
    // Where they come from: the zone, and the time of day that the series meant.
    from: (Zone, NaiveTime),
    zone: Zone,
    shift: TimeDelta,
    // The changed series, without exceptions.
    series: Option<Series>,
}

impl MovedIds {
    /// Dates that no rule names move along as well, if they are kept: `after` gets them.
    fn new(
        (before, old_zone): (&CalendarEvent, &Zone),
        after: &mut CalendarEvent,
        zone: Zone,
        keeps_extra: bool,
    ) -> Result<Self, EventError> {
        let start = civil_start(&before.when);
        let mut ids = Self {
            from: (old_zone.clone(), start.time()),
            shift: civil_start(&after.when) - start,
            zone,
            series: None,
        };
        if let Some(recurrence) = &mut after.recurrence {
            let extra = before.recurrence.iter().flat_map(|before| &before.extra);
            if keeps_extra {
                recurrence.extra = extra.map(|date| ids.moved(*date)).collect();
            }
            check_series(after, &ids.zone).map_err(EventError::Invalid)?;
            let series = after.series(&ids.zone);
            ids.series = Some(series.map_err(|error| EventError::Invalid(vec![too_much(&error)]))?);
        }
        Ok(ids)
    }

    fn moved(&self, id: NaiveDateTime) -> NaiveDateTime {
        let meant = self.meant(id);
        let moved = meant.checked_add_signed(self.shift).unwrap_or(meant);
        shown(moved, &self.zone)
    }

    /// The time that the series names, which is not the one shown if the clock skips it that day.
    fn meant(&self, id: NaiveDateTime) -> NaiveDateTime {
        let (zone, time) = &self.from;
        let usual = id.date().and_time(*time);
        if zone.instant_of(usual) == zone.instant_of(id) {
            usual
        } else {
            id
        }
    }

    /// Moves the row of a changed occurrence to its new id, and along with the series if it is in
    /// its place; calls it off if the series has no such occurrence any more.
    fn move_row(&self, row: &mut CalendarEvent, series: &mut CalendarEvent, is_in_place: bool) {
        let id = self.moved(place(row).recurrence_id);
        place_mut(row).recurrence_id = id;
        if row.status == EventStatus::Cancelled {
            return;
        }
        if !self.has(id) {
            return call_off(row);
        }
        if is_in_place {
            row.when = when_at(series, self.zone.instant_of(id), &self.zone);
        }
        if let Some(recurrence) = &mut series.recurrence {
            recurrence.changed.insert(id);
        }
    }

    /// Whether the changed series has such an occurrence; in doubt it has.
    fn has(&self, id: NaiveDateTime) -> bool {
        let at = self.zone.instant_of(id);
        let moment = Interval::starting_at(at, TimeDelta::microseconds(1));
        let (Some(series), Ok(moment)) = (&self.series, moment) else {
            return false;
        };
        let found = series.occurrences(moment);
        found.map_or(true, |found| {
            found.iter().any(|one| one.recurrence_id == at)
        })
    }
}

/// What the clock shows at a time that somebody means: another one, if it skips that.
pub(super) fn shown(meant: NaiveDateTime, zone: &Zone) -> NaiveDateTime {
    zone.to_civil(zone.instant_of(meant))
}

/// Which occurrence a row stands in for.
pub(super) fn place(row: &CalendarEvent) -> &ChangedOccurrence {
    let place = row.occurrence_of.as_ref();
    place.expect("a row of a changed occurrence says which")
}

pub(super) fn place_mut(row: &mut CalendarEvent) -> &mut ChangedOccurrence {
    let place = row.occurrence_of.as_mut();
    place.expect("a row of a changed occurrence says which")
}

pub(super) fn call_off(row: &mut CalendarEvent) {
    row.status = EventStatus::Cancelled;
    row.conflicts.clear();
}
