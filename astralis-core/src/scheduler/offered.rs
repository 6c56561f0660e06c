use crate::model::{BookingRecord, EventTypeId, OrgId};
use crate::ports::StoreError;
use crate::scheduler::Scheduler;
use crate::scheduler::terms::Terms;

impl Scheduler {
    /// The terms on which an event type can be booked now.
    pub(super) async fn terms(&self, org: OrgId, id: EventTypeId) -> Result<Terms, StoreError> {
        let offering = self.store.offering(org, id).await?;
        Ok(Terms {
            event_type: offering.event_type,
            hosts: offering.hosts,
            now: self.now(),
            zones: self.zones.clone(),
        })
    }

    /// The terms on which a booking can be changed now: with the hosts it was made with, even if
    /// the event type names others by now.
    pub(super) async fn terms_of(&self, record: &BookingRecord) -> Result<Terms, StoreError> {
        let mut terms = self
            .terms(record.booking.org, record.booking.event_type)
            .await?;
        let invited = record
            .event
            .participants
            .iter()
            .filter_map(|participant| participant.user);
        let mut hosts = Vec::new();
        for user in invited {
            let known = terms.hosts.iter().find(|host| host.user.id == user);
            hosts.push(match known {
                Some(host) => host.clone(),
                None => self.store.host(record.booking.org, user).await?,
            });
        }
        terms.hosts = hosts;
        Ok(terms)
    }
}
