use std::cell::{Cell, OnceCell};
use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::NaiveDateTime;
use strum::IntoEnumIterator;
use windows_timezones::WindowsTimezone;

use crate::icalendar::read::CalendarOwner;
use crate::icalendar::read::blocks::Block;
use crate::icalendar::read::vtimezone::{self, FileZone};
use crate::recurrence::Budget;
use crate::time::{Zone, ZoneDatabase};

/// So many VTIMEZONEs of a file are kept; the zones of further ones are not known.
const MAX_FILE_ZONES: usize = 500;

/// What the zone names of one file mean.
pub(super) struct ZoneNames<'a> {
    zones: &'a ZoneDatabase,
    owner: &'a Zone,
    utc: Zone,
    file: BTreeMap<String, Described<'a>>,
    /// What reading the file's zones may still take, all of them together.
    budget: Cell<Budget>,
}

/// A VTIMEZONE, read when somebody first asks for it: most are for names that are known anyway, and
/// to read one is to expand its rules over 400 years.
struct Described<'a> {
    block: &'a Block,
    zone: OnceCell<Option<FileZone>>,
}

impl<'a> ZoneNames<'a> {
    pub(super) fn new(owner: &CalendarOwner<'a>, blocks: &'a [Block]) -> Self {
        let described = |block: &'a Block| {
            let zone = OnceCell::new();
            let tzid = unquoted(block.values("TZID").next()?);
            Some((tzid, Described { block, zone }))
        };
        let kept = blocks.iter().take(MAX_FILE_ZONES);
        Self {
            zones: owner.zones,
            owner: owner.zone,
            utc: Zone::utc(),
            file: kept.filter_map(described).collect(),
            budget: Cell::new(Budget::default()),
        }
    }

    fn described_by(&self, block: &Block) -> Option<FileZone> {
        let location = block.values("X-LIC-LOCATION").next();
        match location.and_then(|name| self.named(name)) {
            Some(zone) => Some(FileZone {
                zone,
                valid_from: NaiveDateTime::MIN,
            }),
            None => self.spend(|budget| vtimezone::read(block, budget)),
        }
    }

    fn spend<T>(&self, work: impl FnOnce(&mut Budget) -> T) -> T {
        let mut budget = self.budget.get();
        let done = work(&mut budget);
        self.budget.set(budget);
        done
    }

    /// The calendar owner's zone.
    pub(super) fn owner(&self) -> &Zone {
        self.owner
    }

    /// UTC.
    pub(super) fn utc(&self) -> &Zone {
        &self.utc
    }

    /// The zone that a TZID means for a time on its clock: an IANA name; else a Windows name, or
    /// the words Windows shows for it; else the name behind a vendor's prefix or in the file's
    /// VTIMEZONE; else the rules of that VTIMEZONE. `None` if nobody knows: never a guess.
    pub(super) fn zone(&self, tzid: &str, civil: NaiveDateTime) -> Option<Zone> {
        let tzid = unquoted(tzid);
        self.known(&tzid).or_else(|| {
            let told = self.in_file(&tzid)?;
            (told.valid_from <= civil).then(|| told.zone.clone())
        })
    }

    fn known(&self, tzid: &str) -> Option<Zone> {
        self.named(tzid)
            .or_else(|| self.windows(tzid))
            .or_else(|| self.prefixed(tzid))
    }

    fn named(&self, name: &str) -> Option<Zone> {
        self.zones.zone(&name.parse().ok()?).ok()
    }

    fn windows(&self, name: &str) -> Option<Zone> {
        if name.eq_ignore_ascii_case("tzone://Microsoft/Utc") {
            return Some(self.utc.clone());
        }
        // Older versions wrote "(GMT+01:00) …" for the same words.
        let shown = name.replacen("(GMT", "(UTC", 1);
        let known = WindowsTimezone::from_str(name)
            .ok()
            .or_else(|| WindowsTimezone::iter().find(|zone| zone.description() == shown))?;
        self.named(known.tzdb_id())
    }

    /// `/vendor/version/Europe/Paris` (RFC 5545 §3.2.19: a globally unique name).
    fn prefixed(&self, name: &str) -> Option<Zone> {
        let parts: Vec<_> = name.strip_prefix('/')?.split('/').collect();
        // The longest ending first, so that America/Indiana/Knox is not read as Indiana/Knox.
        [3, 2].into_iter().find_map(|count| {
            let ending = parts.get(parts.len().checked_sub(count)?..)?;
            self.named(&ending.join("/"))
        })
    }

    fn in_file(&self, name: &str) -> Option<&FileZone> {
        let Described { block, zone } = self.file.get(name)?;
        zone.get_or_init(|| self.described_by(block)).as_ref()
    }
}

fn unquoted(tzid: &str) -> String {
    tzid.trim().trim_matches('"').trim().to_owned()
}
