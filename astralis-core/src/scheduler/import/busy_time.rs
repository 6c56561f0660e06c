use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::{Builder, Uuid};

use crate::icalendar::{
    CalendarFile, Certainty, Finding, ImportedEvent, Problem, WhyFree, is_busy_time,
};
use crate::model::{
    BusyKind, CalendarEvent, Claim, EventId, EventStatus, Origin, Transparency, User, When,
};
use crate::recurrence::Budget;
use crate::scheduler::Scheduler;
use crate::scheduler::hearsay::imported_claim_id;
use crate::scheduler::import::{
    Horizon, ImportError, ImportRequest, MAX_STEPS_A_FILE, MAX_STRETCHES, ReportedFinding,
};
use crate::time::{Interval, Zone, ZoneDatabase};

/// What a file makes its owner busy with, ready to be written.
#[derive(Debug)]
pub(super) struct BusyTime {
    pub(super) imported: Vec<Imported>,
    pub(super) ids: CalendarIds,
    pub(super) not_blocking: BTreeMap<WhyFree, usize>,
    /// Events that take place, but not within the horizon.
    pub(super) outside: usize,
    pub(super) findings: Vec<ReportedFinding>,
    // How often each name was given.
    names: BTreeMap<String, usize>,
}

/// One event of the file with what it claims.
#[derive(Debug)]
pub(super) struct Imported {
    pub(super) uid: String,
    pub(super) kind: BusyKind,
    pub(super) event: CalendarEvent,
    pub(super) claims: Vec<Claim>,
}

/// Makes the ids of a calendar's events: the first half names the calendar and the second the
/// event, so that importing again finds the same ids, and a conflict tells from its id alone
/// whether it came from this calendar. They are UUIDv8 (RFC 9562 §5.8).
#[derive(Debug)]
pub(super) struct CalendarIds(Uuid);

impl CalendarIds {
    fn new(request: &ImportRequest) -> Self {
        let owner = request.user.as_uuid();
        Self(Uuid::new_v5(&owner, request.source.as_bytes()))
    }

    fn event(&self, remote_id: &str) -> EventId {
        let mut bytes = *self.0.as_bytes();
        let own = Uuid::new_v5(&self.0, remote_id.as_bytes());
        bytes[8..].copy_from_slice(&own.as_bytes()[8..]);
        Builder::from_custom_bytes(bytes).into_uuid().into()
    }

    /// Whether this calendar made the id.
    pub(super) fn made(&self, id: EventId) -> bool {
        let one_of_ours = self.event("").as_uuid();
        id.as_uuid().as_bytes()[..8] == one_of_ours.as_bytes()[..8]
    }
}

impl BusyTime {
    pub(super) fn new(
        scheduler: &Scheduler,
        request: &ImportRequest,
        owner: &User,
        file: CalendarFile,
        horizon: &Horizon,
    ) -> Result<Self, ImportError> {
        let mut busy = Self {
            imported: Vec::new(),
            ids: CalendarIds::new(request),
            not_blocking: BTreeMap::new(),
            outside: 0,
            findings: Vec::new(),
            names: BTreeMap::new(),
        };
        for event in &file.not_blocking {
            *busy.not_blocking.entry(event.reason).or_default() += 1;
        }
        let writer = Writer {
            request,
            owner,
            zones: scheduler.zones(),
            now: scheduler.now(),
        };
        let mut findings = file.findings;
        let mut stretches_by_line: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let (mut total, mut steps) = (0, 0);
        for event in file.events {
            let whole = Budget::default();
            let mut budget = whole;
            let (event, stretches) = expand(event, horizon, &mut budget, &mut findings);
            busy.add(&writer, &event, &stretches);
            total += stretches.len();
            if total > MAX_STRETCHES {
                return Err(ImportError::TooMuch);
            }
            steps += budget.spent_of(&whole) + event.series.written();
            if steps > MAX_STEPS_A_FILE {
                return Err(ImportError::TooManySteps);
            }
            // A VFREEBUSY makes several events of one line.
            let of_line = stretches_by_line.entry(event.line).or_default();
            of_line.extend(stretches);
        }
        findings.sort_by_key(|finding| finding.line);
        for finding in findings {
            let blocks = stretches_by_line.get(&finding.line).cloned();
            busy.findings.push(ReportedFinding {
                finding,
                blocks: blocks.unwrap_or_default(),
            });
        }
        Ok(busy)
    }

    /// Everything but what our own books sent into that calendar and it sends back.
    pub(super) fn imported_beside(&self, own_uids: &BTreeSet<String>) -> Vec<&Imported> {
        let is_foreign = |one: &&Imported| !own_uids.contains(&one.uid);
        self.imported.iter().filter(is_foreign).collect()
    }

    fn add(&mut self, writer: &Writer<'_>, event: &ImportedEvent, stretches: &[Interval]) {
        let Some(first) = stretches.first() else {
            self.outside += 1;
            return;
        };
        let remote_id = self.remote_id(event);
        let id = self.ids.event(&remote_id);
        let claims = stretches
            .iter()
            .map(|during| writer.claim(id, event, *during));
        self.imported.push(Imported {
            uid: event.uid.clone(),
            kind: event.kind,
            claims: claims.collect(),
            event: writer.event(id, event, remote_id, *first),
        });
    }

    /// What names an event in the file: its UID, for a changed occurrence when that would have
    /// started, and a number where a file uses the same for several.
    fn remote_id(&mut self, event: &ImportedEvent) -> String {
        let mut name = short(&event.uid, 200);
        if name != event.uid {
            let digest = Uuid::new_v5(&Uuid::NAMESPACE_OID, event.uid.as_bytes());
            name = format!("{name}~{digest}");
        }
        if let Some(id) = event.recurrence_id {
            name = format!("{name}/{}", id.format("%Y%m%dT%H%M%SZ"));
        }
        let times = self.names.entry(name.clone()).or_default();
        *times += 1;
        match *times {
            1 => name,
            times => format!("{name}#{times}"),
        }
    }
}

/// What an event blocks within the horizon, each stretch once; what cannot be expanded is reported
/// and blocks its first day.
fn expand(
    event: ImportedEvent,
    horizon: &Horizon,
    budget: &mut Budget,
    findings: &mut Vec<Finding>,
) -> (ImportedEvent, Vec<Interval>) {
    let (event, mut stretches) = match event.busy_within(horizon.during, budget) {
        Ok(stretches) => (event, stretches),
        Err(error) => {
            let reason = error.to_string();
            findings.push(Finding::new(&event, Problem::CannotExpand { reason }));
            let event = event.without_rules();
            let stretches = event.busy(horizon.during);
            (event, stretches.expect("only rules can be too long"))
        }
    };
    stretches.sort_unstable();
    stretches.dedup();
    (event, stretches)
}

/// What is the same for everything an import writes.
struct Writer<'a> {
    request: &'a ImportRequest,
    owner: &'a User,
    zones: &'a ZoneDatabase,
    now: DateTime<Utc>,
}

impl Writer<'_> {
    fn claim(&self, id: EventId, event: &ImportedEvent, during: Interval) -> Claim {
        Claim {
            id: imported_claim_id(id, during, is_busy_time(&event.uid)),
            org: self.request.org,
            subject: self.request.user.into(),
            during,
            buffer_before: TimeDelta::zero(),
            buffer_after: TimeDelta::zero(),
            event: id,
            kind: event.kind,
            exclusive: false,
            expires_at: None,
        }
    }

    fn event(
        &self,
        id: EventId,
        event: &ImportedEvent,
        remote_id: String,
        first: Interval,
    ) -> CalendarEvent {
        CalendarEvent {
            id,
            org: self.request.org,
            title: title(&event.title),
            description: None,
            when: self.when(event, first),
            recurrence: None,
            occurrence_of: None,
            organizer: self.owner.id,
            participants: Vec::new(),
            location: None,
            meeting_type: None,
            meeting_link: None,
            status: match event.kind {
                BusyKind::Tentative => EventStatus::Scheduled,
                _ => EventStatus::Confirmed,
            },
            conflicts: Vec::new(),
            transparency: Transparency::Opaque,
            uid: short(&event.uid, 255),
            sequence: 0,
            version: 1,
            origin: Origin::Imported {
                source: self.request.source.clone(),
                remote_id,
            },
            created_at: self.now,
            updated_at: self.now,
        }
    }

    /// When the event first takes place within the horizon, in its own zone if that has a name
    /// that others know, else in the owner's.
    fn when(&self, event: &ImportedEvent, first: Interval) -> When {
        let own = event.series.zone();
        let known = self.zones.zone(own.name()).is_ok() && event.certainty == Certainty::Exact;
        let owners = self.zones.zone(&self.owner.time_zone);
        let zone: Zone = match owners {
            Ok(owners) if !known => owners,
            _ => own.clone(),
        };
        let time_zone = zone.name().clone();
        let zone_data = self.zones.version().to_owned();
        if event.all_day && event.certainty == Certainty::Exact {
            When::AllDay {
                first: zone.date_at(first.start()),
                end: zone.date_at(first.end()),
                time_zone,
                during: first,
                zone_data,
            }
        } else {
            When::Timed {
                local_start: zone.to_civil(first.start()),
                time_zone,
                during: first,
                zone_data,
            }
        }
    }
}

/// A title as our books want it: 1 to 200 characters without control characters.
fn title(summary: &str) -> String {
    let words = short(summary.trim(), 200);
    if words.is_empty() {
        "Busy".to_owned()
    } else {
        words
    }
}

fn short(text: &str, most: usize) -> String {
    let printable = text.chars().filter(|c| !c.is_control());
    printable.take(most).collect()
}
