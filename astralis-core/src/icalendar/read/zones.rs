use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::NaiveDateTime;
use strum::IntoEnumIterator;
use windows_timezones::WindowsTimezone;

use crate::icalendar::read::CalendarOwner;
use crate::icalendar::read::blocks::Block;
use crate::icalendar::read::vtimezone::{self, FileZone};
use crate::time::{Zone, ZoneDatabase};

/// So many VTIMEZONEs of a file are read; the zones of further ones are not known.
const MAX_FILE_ZONES: usize = 500;

/// What the zone names of one file mean.
pub(super) struct ZoneNames<'a> {
    zones: &'a ZoneDatabase,
    owner: &'a Zone,
    utc: Zone,
    file: BTreeMap<String, FileZone>,
}

impl<'a> ZoneNames<'a> {
    pub(super) fn new(owner: &CalendarOwner<'a>, blocks: &[Block]) -> Self {
        let mut names = Self {
            zones: owner.zones,
            owner: owner.zone,
            utc: Zone::utc(),
            file: BTreeMap::new(),
        };
        for block in blocks.iter().take(MAX_FILE_ZONES) {
            let tzid = block.values("TZID").next().map(unquoted);
            if let (Some(tzid), Some(zone)) = (tzid, names.described_by(block)) {
                names.file.insert(tzid, zone);
            }
        }
        names
    }

    fn described_by(&self, block: &Block) -> Option<FileZone> {
        let location = block.values("X-LIC-LOCATION").next();
        match location.and_then(|name| self.named(name)) {
            Some(zone) => Some(FileZone {
                zone,
                valid_from: NaiveDateTime::MIN,
            }),
            None => vtimezone::read(block),
        }
    }

    /// The calendar owner's zone.
    pub(super) fn owner(&self) -> &Zone {
        self.owner
    }

    /// UTC.
    pub(super) fn utc(&self) -> &Zone {
        &self.utc
    }

    /// The zone that a TZID means for times from `from` on: an IANA name; else a Windows name, or
    /// the words Windows shows for it; else the name behind a vendor's prefix or in the file's
    /// VTIMEZONE; else the rules of that VTIMEZONE. `None` if nobody knows: never a guess.
    pub(super) fn zone(&self, tzid: &str, from: NaiveDateTime) -> Option<Zone> {
        let tzid = unquoted(tzid);
        self.named(&tzid)
            .or_else(|| self.windows(&tzid))
            .or_else(|| self.prefixed(&tzid))
            .or_else(|| self.in_file(&tzid, from))
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

    fn in_file(&self, name: &str, from: NaiveDateTime) -> Option<Zone> {
        let FileZone { zone, valid_from } = self.file.get(name)?;
        (*valid_from <= from).then(|| zone.clone())
    }
}

fn unquoted(tzid: &str) -> String {
    tzid.trim().trim_matches('"').trim().to_owned()
}
