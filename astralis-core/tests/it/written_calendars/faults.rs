//! What readers make of times around a change of the clock, where that is not what RFC 5545 says.
//! Everything else they have to find exactly.

use astralis_core::time::{CivilResolution, Zone};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

/// How a reader places what a wall clock shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    /// "If the local time described does not occur […], the DATE-TIME value is interpreted using the
    /// UTC offset before the gap in local times" (§3.3.5).
    skipped: Skipped,
    /// "If […] the local time described occurs more than once […], the DATE-TIME value refers to the
    /// first occurrence of the referenced time" (§3.3.5).
    repeated: Repeated,
    /// "The same exact duration will apply to all the members of the generated recurrence set"
    /// (§3.8.5.3).
    ends: Ends,
    /// "Only one recurrence is considered. Duplicate instances are ignored" (§3.8.5.2).
    duplicates: Duplicates,
}

#[derive(Debug, Clone, Copy)]
enum Skipped {
    OffsetBefore,
    OffsetAfter,
}

#[derive(Debug, Clone, Copy)]
enum Repeated {
    First,
    Last,
}

#[derive(Debug, Clone, Copy)]
enum Ends {
    AfterElapsedTime,
    OnTheWallClock,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Duplicates {
    Ignored,
    Counted,
}

impl Reading {
    /// What the RFC says, and what we do.
    pub(super) const RIGHT: Self = Self {
        skipped: Skipped::OffsetBefore,
        repeated: Repeated::First,
        ends: Ends::AfterElapsedTime,
        duplicates: Duplicates::Ignored,
    };

    /// `recurring-ical-events` in a zone that Python knows by its name: it adds on the wall clock, and
    /// compares what two times show, not what they mean.
    pub(super) const PYTHON: Self = Self {
        ends: Ends::OnTheWallClock,
        duplicates: Duplicates::Counted,
        ..Self::RIGHT
    };

    /// The same in a zone that the file alone describes, which python-dateutil reads: its summer time
    /// begins with the first time that is skipped.
    pub(super) const DATEUTIL: Self = Self {
        skipped: Skipped::OffsetAfter,
        ..Self::PYTHON
    };

    /// `ical.js`: a new offset holds from the first time that is skipped or repeated.
    pub(super) const ICAL_JS: Self = Self {
        skipped: Skipped::OffsetAfter,
        repeated: Repeated::Last,
        ends: Ends::OnTheWallClock,
        ..Self::RIGHT
    };

    /// From when to when something of this length takes place that starts when the clock shows `start`.
    pub(super) fn span(
        self,
        zone: &Zone,
        start: NaiveDateTime,
        length: TimeDelta,
    ) -> [DateTime<Utc>; 2] {
        let starts = self.instant(zone, start);
        let ends = match self.ends {
            Ends::AfterElapsedTime => starts + length,
            Ends::OnTheWallClock => self.instant(zone, start + length),
        };
        [starts, ends]
    }

    pub(super) fn ignores_duplicates(self) -> bool {
        self.duplicates == Duplicates::Ignored
    }

    fn instant(self, zone: &Zone, shown: NaiveDateTime) -> DateTime<Utc> {
        match (zone.resolve(shown), self.skipped, self.repeated) {
            (CivilResolution::Gap(at), Skipped::OffsetAfter, _) => {
                let after = TimeDelta::seconds(zone.offset_at(at).into());
                shown.and_utc() - after
            }
            (CivilResolution::Fold { last, .. }, _, Repeated::Last) => last,
            (resolved, ..) => resolved.instant(),
        }
    }
}
