use async_trait::async_trait;
use uuid::Uuid;

use super::events::{is_imported, takes_part};
use super::{MemoryStore, State, not_found};
use crate::model::{
    Booking, BookingId, BookingRecord, CalendarEvent, Claim, EventId, OrgId, Origin, SubjectId,
    UserId,
};
use crate::ports::{
    Bookings, Command, Decide, Facts, ImportedCalendar, Plan, StoreError, Tally, Transacted,
};
use crate::time::Interval;

/// What a repeated command is answered from.
#[derive(Debug, Clone)]
pub(super) struct CarriedOut {
    fingerprint: Uuid,
    receipt: Option<BookingRecord>,
}

#[async_trait]
impl Bookings for MemoryStore {
    async fn transact(
        &self,
        command: &Command,
        decide: &Decide<'_>,
    ) -> Result<Transacted, StoreError> {
        self.write(|state| {
            let key = (command.org, command.id);
            if let Some(earlier) = state.commands.get(&key) {
                return if earlier.fingerprint == command.fingerprint {
                    Ok(Transacted::AlreadyDone(earlier.receipt.clone()))
                } else {
                    Err(StoreError::CommandReused(command.id))
                };
            }
            state.claims.retain(|claim| {
                let concerned = claim.org == command.org && is_named(command, claim.subject);
                !(concerned && has_expired(claim, command))
            });
            let plan = decide(&state.facts(command)).map_err(StoreError::Refused)?;
            let receipt = plan.receipt.clone();
            state.carry_out(command.org, plan)?;
            let carried_out = CarriedOut {
                fingerprint: command.fingerprint,
                receipt: receipt.clone(),
            };
            state.commands.insert(key, carried_out);
            Ok(Transacted::Done(receipt))
        })
    }

    async fn facts(&self, command: &Command) -> Result<Facts, StoreError> {
        Ok(self.read().facts(command))
    }

    async fn booking(&self, org: OrgId, id: BookingId) -> Result<BookingRecord, StoreError> {
        self.read()
            .booking(org, id)
            .ok_or_else(|| not_found("booking", id))
    }

    async fn booking_of_guest(&self, id: BookingId) -> Result<BookingRecord, StoreError> {
        let state = self.read();
        let booking = state.bookings.values().find(|booking| booking.id == id);
        booking
            .map(|booking| state.with_meeting(booking))
            .ok_or_else(|| not_found("booking", id))
    }

    async fn bookings_between(
        &self,
        org: OrgId,
        host: UserId,
        window: Interval,
    ) -> Result<Vec<BookingRecord>, StoreError> {
        let state = self.read();
        let of_org = state.bookings.values().filter(|booking| booking.org == org);
        let mut found: Vec<_> = of_org
            .map(|booking| state.with_meeting(booking))
            .filter(|record| takes_part(&record.event, host))
            .filter(|record| record.event.when.during().overlaps(&window))
            .collect();
        found.sort_by_key(|record| (record.event.when.during().start(), record.booking.id));
        Ok(found)
    }
}

impl State {
    fn facts(&self, command: &Command) -> Facts {
        let look = &command.look;
        let claims = look.claims.map_or_else(Vec::new, |range| {
            let mut claims = self.claims.clone();
            claims.retain(|claim| {
                claim.org == command.org
                    && is_named(command, claim.subject)
                    && claim.during.overlaps(&range)
                    && !has_expired(claim, command)
            });
            claims.sort_by_key(|claim| (claim.subject, claim.during, claim.id));
            claims
        });
        Facts {
            booking: look.booking.and_then(|id| self.booking(command.org, id)),
            event: look.event.and_then(|id| self.own_event(command.org, id)),
            changed: look
                .event
                .map_or_else(Vec::new, |id| self.changed_occurrences(command.org, id)),
            series: look
                .claims
                .map_or_else(Vec::new, |range| self.series_beyond_claims(command, range)),
            tallies: look
                .tallies
                .map_or_else(Vec::new, |range| self.tallies(command, range)),
            events: if look.events {
                self.own_events_behind(&claims)
            } else {
                Vec::new()
            },
            inactive: self.inactive(command),
            claims,
        }
    }

    fn tallies(&self, command: &Command, range: Interval) -> Vec<Tally> {
        let counting = self.bookings.values().filter(|booking| {
            booking.org == command.org
                && Some(booking.event_type) == command.event_type
                && booking.state.counts()
        });
        let mut tallies: Vec<_> = counting
            .map(|booking| self.tally(booking))
            .filter(|tally| range.contains(tally.start))
            .collect();
        tallies.sort_unstable_by_key(|tally| (tally.start, tally.booking));
        tallies
    }

    fn tally(&self, booking: &Booking) -> Tally {
        let when = self.with_meeting(booking).event.when;
        Tally {
            start: when.during().start(),
            duration: when.duration(),
            booking: booking.id,
        }
    }

    fn own_events_behind(&self, claims: &[Claim]) -> Vec<CalendarEvent> {
        let is_behind = |event: &&CalendarEvent| claims.iter().any(|claim| claim.event == event.id);
        let org = claims.first().map(|claim| claim.org);
        self.events
            .values()
            .filter(|event| Some(event.org) == org && !is_imported(event))
            .filter(is_behind)
            .cloned()
            .collect()
    }

    fn inactive(&self, command: &Command) -> Vec<SubjectId> {
        let can_be_booked = |subject: SubjectId| {
            self.host(command.org, UserId::new(subject.as_uuid()))
                .is_ok_and(|host| host.user.active)
        };
        let mut inactive = command.subjects.clone();
        inactive.retain(|subject| !can_be_booked(*subject));
        inactive.sort_unstable();
        inactive.dedup();
        inactive
    }

    /// Writes a plan: what makes room first, then what is new.
    fn carry_out(&mut self, org: OrgId, plan: Plan) -> Result<(), StoreError> {
        if let Some(calendar) = &plan.replace_import {
            self.forget_import(org, calendar);
        }
        self.claims
            .retain(|claim| !(claim.org == org && plan.release.contains(&claim.event)));
        self.drop_reminders(org, &plan.drop_reminders);
        for event in plan.events {
            self.save_event(event)?;
        }
        for claim in plan.claims {
            self.add_claim(claim)?;
        }
        for booking in plan.bookings {
            self.require_event(&(booking.org, booking.event))?;
            self.bookings.insert((booking.org, booking.id), booking);
        }
        for message in plan.messages {
            self.enqueue(message)?;
        }
        Ok(())
    }

    fn forget_import(&mut self, org: OrgId, calendar: &ImportedCalendar) {
        let belongs = |event: &CalendarEvent| {
            event.org == org
                && event.organizer == calendar.owner
                && matches!(&event.origin, Origin::Imported { source, .. } if *source == calendar.source)
        };
        self.events.retain(|_, event| !belongs(event));
        let events = &self.events;
        self.claims
            .retain(|claim| events.contains_key(&(claim.org, claim.event)));
    }

    fn save_event(&mut self, event: CalendarEvent) -> Result<(), StoreError> {
        if !self.organizations.contains_key(&event.org) {
            return Err(not_found("organization", event.org));
        }
        self.require_own_place(&event)?;
        self.events.insert((event.org, event.id), event);
        Ok(())
    }

    fn add_claim(&mut self, claim: Claim) -> Result<(), StoreError> {
        self.require_event(&(claim.org, claim.event))?;
        let of_org = |other: &&Claim| other.org == claim.org;
        if self.claims.iter().filter(of_org).any(|c| c.id == claim.id) {
            return Err(StoreError::NotUnique { field: "id" });
        }
        let is_in_the_way = |other: &Claim| {
            other.exclusive
                && other.subject == claim.subject
                && other.during.overlaps(&claim.during)
        };
        if claim.exclusive && self.claims.iter().filter(of_org).any(is_in_the_way) {
            return Err(StoreError::TimeTaken);
        }
        self.claims.push(claim);
        Ok(())
    }

    fn require_event(&self, key: &(OrgId, EventId)) -> Result<&CalendarEvent, StoreError> {
        self.events
            .get(key)
            .ok_or_else(|| not_found("event", key.1))
    }
}

pub(super) fn is_named(command: &Command, subject: SubjectId) -> bool {
    command.subjects.contains(&subject)
}

/// A hold that ends at exactly `now` has expired.
fn has_expired(claim: &Claim, command: &Command) -> bool {
    claim.expires_at.is_some_and(|at| at <= command.now)
}
