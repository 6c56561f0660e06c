use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::icalendar::is_busy_time_of;
use crate::model::{
    Blocking, BookingRecord, BusyPolicy, CalendarEvent, Conflict, EventStatus, EventType, Message,
    MessageKind, Origin,
};
use crate::policy::Refusal;
use crate::ports::{Facts, HostProfile};
use crate::scheduler::events::with_conflicts;
use crate::scheduler::import::busy_time::{BusyTime, Imported};
use crate::scheduler::import::{ImportClash, read_again};
use crate::scheduler::messages::{host_recipient, message};

/// What an import does to the meetings in our own books.
#[derive(Debug, Default)]
pub(super) struct Clashes {
    /// UIDs of our own meetings, and of the owner's busy time as we publish it: what the file says
    /// of them, our books know better.
    pub(super) own_uids: BTreeSet<String>,
    /// Meetings whose conflicts changed, as they are now.
    pub(super) events: Vec<CalendarEvent>,
    /// What the host is told.
    pub(super) messages: Vec<Message>,
    /// Every clash, old and new.
    pub(super) found: Vec<ImportClash>,
}

/// What was read before deciding.
pub(super) struct Known<'a> {
    pub(super) host: &'a HostProfile,
    pub(super) event_types: &'a [EventType],
    pub(super) bookings: Vec<BookingRecord>,
    pub(super) now: DateTime<Utc>,
}

impl Known<'_> {
    /// Every booking of `meeting`, if they are those of the present.
    fn bookings_of(&self, meeting: &CalendarEvent) -> Result<Vec<&BookingRecord>, Vec<Refusal>> {
        let of_meeting = |record: &&BookingRecord| record.event.id == meeting.id;
        let records: Vec<_> = self.bookings.iter().filter(of_meeting).collect();
        let seen = records.first().map_or(0, |record| record.event.version);
        if meeting.origin == Origin::Booked && seen != meeting.version {
            return Err(read_again(seen, meeting.version));
        }
        Ok(records)
    }

    fn busy_policy(&self, records: &[&BookingRecord]) -> BusyPolicy {
        let booked = records.first().map(|record| record.booking.event_type);
        let known = self
            .event_types
            .iter()
            .find(|known| Some(known.id) == booked);
        known.map_or_else(BusyPolicy::default, |known| known.busy_policy)
    }
}

impl BusyTime {
    /// What the import does to the meetings behind `facts`: those that are still ahead get the
    /// conflicts that hold from now on.
    ///
    /// # Errors
    ///
    /// A refusal that means "read the bookings again" if they have changed since.
    pub(super) fn clashes(
        &self,
        facts: &Facts,
        known: &Known<'_>,
    ) -> Result<Clashes, Vec<Refusal>> {
        let owner = known.host.user.id;
        let published = self.imported.iter().map(|one| &one.uid);
        let published = published.filter(|uid| is_busy_time_of(owner, uid));
        let meetings = facts.events.iter().map(|event| &event.uid);
        let mut clashes = Clashes {
            own_uids: meetings.chain(published).cloned().collect(),
            ..Clashes::default()
        };
        let foreign = self.imported_beside(&clashes.own_uids);
        let ahead = |event: &&CalendarEvent| {
            let is_past = event.recurrence.is_none() && event.when.during().end() <= known.now;
            event.status != EventStatus::Cancelled && !is_past
        };
        for meeting in facts.events.iter().filter(ahead) {
            let records = known.bookings_of(meeting)?;
            let policy = known.busy_policy(&records);
            let new = conflicts(meeting, &foreign, facts, policy);
            clashes.note(meeting, new, self, &records, known);
        }
        Ok(clashes)
    }
}

/// What the foreign events take of the host's time in `meeting`; by start, then event.
fn conflicts(
    meeting: &CalendarEvent,
    foreign: &[&Imported],
    facts: &Facts,
    policy: BusyPolicy,
) -> Vec<Conflict> {
    let own = facts
        .claims
        .iter()
        .filter(|claim| claim.event == meeting.id);
    let own: Vec<_> = own.map(|claim| claim.during).collect();
    let blocking = |one: &&&Imported| policy.blocking(one.kind) == Blocking::Hard;
    let mut found = Vec::new();
    for one in foreign.iter().filter(blocking) {
        for claim in &one.claims {
            let taken = own.iter().filter_map(|own| own.intersection(&claim.during));
            found.extend(taken.map(|during| Conflict {
                event: claim.event,
                during,
            }));
        }
    }
    found.sort_by_key(|conflict| (conflict.during, conflict.event));
    found
}

impl Clashes {
    fn note(
        &mut self,
        meeting: &CalendarEvent,
        new: Vec<Conflict>,
        busy: &BusyTime,
        records: &[&BookingRecord],
        known: &Known<'_>,
    ) {
        self.found.extend(new.iter().map(|conflict| ImportClash {
            meeting: meeting.id,
            title: meeting.title.clone(),
            during: conflict.during,
        }));
        let knew = |conflict: &Conflict| meeting.conflicts.contains(conflict);
        let is_news = !new.iter().all(knew);
        let others = meeting.conflicts.iter().cloned();
        let mut conflicts: Vec<_> = others
            .filter(|conflict| !busy.ids.made(conflict.event))
            .collect();
        conflicts.extend(new);
        let Some(changed) = with_conflicts(meeting, conflicts, known.now) else {
            return;
        };
        if is_news {
            self.tell_host(&changed, records, known);
        }
        self.events.push(changed);
    }

    /// Mails speak of bookings: for a meeting without one, its conflict data say it.
    fn tell_host(
        &mut self,
        meeting: &CalendarEvent,
        records: &[&BookingRecord],
        known: &Known<'_>,
    ) {
        let to = host_recipient(known.host);
        for record in records {
            let record = BookingRecord {
                booking: record.booking.clone(),
                event: meeting.clone(),
            };
            let kind = MessageKind::Conflict;
            let told = message(&record, kind, to.clone(), to.clone(), None, known.now);
            self.messages.push(told);
        }
    }
}
