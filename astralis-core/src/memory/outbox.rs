use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{MemoryStore, State};
use crate::model::{DeliveryState, EventId, LeaseToken, Message, MessageId, MessageKind, OrgId};
use crate::ports::{ClaimDue, Delivery, DueMessage, MessageRecord, Outbox, StoreError};

/// A message, and its job while there is something left to do.
#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    record: MessageRecord,
    job: Option<Job>,
}

/// What is due when. A lease moves `due_at` to its own end, so that the job of a worker that died
/// comes up again by itself.
#[derive(Debug, Clone)]
struct Job {
    due_at: DateTime<Utc>,
    lease: Option<LeaseToken>,
}

#[async_trait]
impl Outbox for MemoryStore {
    async fn claim_due(&self, claim: &ClaimDue) -> Result<Vec<DueMessage>, StoreError> {
        self.write(|state| {
            let oldest = state.oldest_pending();
            let mut due: Vec<_> = state
                .messages
                .values_mut()
                .filter(|outgoing| outgoing.is_due(claim.now))
                .filter(|outgoing| oldest[&outgoing.thread()] == outgoing.sequence())
                .collect();
            due.sort_by_key(|outgoing| outgoing.order());
            due.truncate(usize::try_from(claim.limit).unwrap_or(usize::MAX));
            Ok(due
                .into_iter()
                .map(|outgoing| outgoing.lease(claim))
                .collect())
        })
    }

    async fn record_delivery(
        &self,
        message: MessageId,
        token: LeaseToken,
        delivery: &Delivery,
    ) -> Result<bool, StoreError> {
        self.write(|state| {
            let leased = |outgoing: &&mut Outgoing| {
                let lease = outgoing.job.as_ref().and_then(|job| job.lease);
                lease == Some(token)
            };
            let outgoing = state.messages.get_mut(&message).filter(leased);
            Ok(outgoing
                .map(|outgoing| outgoing.record_delivery(delivery))
                .is_some())
        })
    }

    async fn messages(&self, org: OrgId, event: EventId) -> Result<Vec<MessageRecord>, StoreError> {
        let state = self.read();
        let records = state.messages.values().map(|outgoing| &outgoing.record);
        let mut found: Vec<_> = records
            .filter(|record| record.message.org == org && record.message.event == event)
            .cloned()
            .collect();
        found.sort_by_key(|record| (record.message.due_at, record.message.id));
        Ok(found)
    }
}

/// What one address is told about one event.
type Thread = (OrgId, EventId, String);

impl State {
    /// The lowest sequence that is not done yet, of each thread with something left to do.
    fn oldest_pending(&self) -> BTreeMap<Thread, u32> {
        let mut oldest = BTreeMap::new();
        for outgoing in self.messages.values().filter(|found| found.is_pending()) {
            let sequence = outgoing.sequence();
            let lowest = oldest.entry(outgoing.thread()).or_insert(sequence);
            *lowest = sequence.min(*lowest);
        }
        oldest
    }

    /// Adds a message with its job, unless its key is known.
    pub(super) fn enqueue(&mut self, message: Message) -> Result<(), StoreError> {
        let is_known = self.messages.values().any(|other| {
            other.record.message.org == message.org && other.record.message.key() == message.key()
        });
        if is_known {
            return Ok(());
        }
        if self.messages.contains_key(&message.id) {
            return Err(StoreError::NotUnique { field: "id" });
        }
        let job = Job {
            due_at: message.due_at,
            lease: None,
        };
        let outgoing = Outgoing {
            record: MessageRecord {
                state: DeliveryState::Pending {
                    attempts: 0,
                    last_error: None,
                },
                message,
            },
            job: Some(job),
        };
        self.messages.insert(outgoing.record.message.id, outgoing);
        Ok(())
    }

    /// Drops the reminders of `events` that were not sent. One that a worker is sending right now
    /// keeps its job, so that its end can still be recorded.
    pub(super) fn drop_reminders(&mut self, org: OrgId, events: &[EventId]) {
        for outgoing in self.messages.values_mut() {
            let message = &outgoing.record.message;
            let concerned = message.org == org && events.contains(&message.event);
            let reminds = matches!(message.kind, MessageKind::Reminder { .. });
            if concerned && reminds && outgoing.is_pending() {
                outgoing.record.state = DeliveryState::Dropped;
                outgoing.job.take_if(|job| job.lease.is_none());
            }
        }
    }
}

impl Outgoing {
    fn is_pending(&self) -> bool {
        matches!(self.record.state, DeliveryState::Pending { .. })
    }

    fn due_at(&self) -> Option<DateTime<Utc>> {
        self.job.as_ref().map(|job| job.due_at)
    }

    fn sequence(&self) -> u32 {
        self.record.message.sequence
    }

    fn thread(&self) -> Thread {
        let message = &self.record.message;
        let address = message.to.email.as_str().to_lowercase();
        (message.org, message.event, address)
    }

    fn order(&self) -> (Option<DateTime<Utc>>, u32, MessageId) {
        (self.due_at(), self.sequence(), self.record.message.id)
    }

    fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.is_pending() && self.due_at().is_some_and(|due_at| due_at <= now)
    }

    fn lease(&mut self, claim: &ClaimDue) -> DueMessage {
        self.job = Some(Job {
            due_at: claim.lease_until,
            lease: Some(claim.token),
        });
        let mut attempt = 1;
        if let DeliveryState::Pending { attempts, .. } = &mut self.record.state {
            *attempts += 1;
            attempt = *attempts;
        }
        DueMessage {
            message: self.record.message.clone(),
            attempt,
            token: claim.token,
        }
    }

    fn record_delivery(&mut self, delivery: &Delivery) {
        self.job = None;
        match (delivery, &mut self.record.state) {
            (Delivery::Sent { at }, state) => *state = DeliveryState::Sent { at: *at },
            (Delivery::Retry { due_at, error }, DeliveryState::Pending { last_error, .. }) => {
                *last_error = Some(error.clone());
                self.job = Some(Job {
                    due_at: *due_at,
                    lease: None,
                });
            }
            (Delivery::Failed { at, error }, state @ DeliveryState::Pending { .. }) => {
                *state = DeliveryState::Failed {
                    at: *at,
                    error: error.clone(),
                };
            }
            (Delivery::Retry { .. } | Delivery::Failed { .. }, _) => {} // Stays dropped.
        }
    }
}
