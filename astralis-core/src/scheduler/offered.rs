use crate::model::{BookingRecord, EventType, EventTypeId, OrgId};
use crate::ports::{Facts, HostProfile, Offering, StoreError};
use crate::scheduler::terms::Terms;
use crate::scheduler::{Scheduler, SchedulerError};

impl Scheduler {
    /// The terms on which an event type can be booked now.
    pub(super) async fn terms(&self, org: OrgId, id: EventTypeId) -> Result<Terms, SchedulerError> {
        let Offering { event_type, hosts } = self.store.offering(org, id).await?;
        checked(self.with_hosts(event_type, hosts))
    }

    /// The terms on which a booking can be changed now: with the hosts it was made with, even if
    /// the event type names others by now.
    pub(super) async fn terms_of(&self, record: &BookingRecord) -> Result<Terms, SchedulerError> {
        checked(self.unchecked_terms_of(record).await?)
    }

    /// The same, whether or not anything could be booked on them.
    pub(super) async fn unchecked_terms_of(
        &self,
        record: &BookingRecord,
    ) -> Result<Terms, StoreError> {
        let org = record.booking.org;
        let offering = self.store.offering(org, record.booking.event_type).await?;
        let invited = record
            .event
            .participants
            .iter()
            .filter_map(|participant| participant.user);
        let mut hosts = Vec::new();
        for user in invited {
            let known = offering.hosts.iter().find(|host| host.user.id == user);
            hosts.push(match known {
                Some(host) => host.clone(),
                None => self.store.host(org, user).await?,
            });
        }
        Ok(self.with_hosts(offering.event_type, hosts))
    }

    fn with_hosts(&self, event_type: EventType, hosts: Vec<HostProfile>) -> Terms {
        Terms {
            event_type,
            hosts,
            now: self.now(),
            zones: self.zones.clone(),
        }
    }
}

fn checked(terms: Terms) -> Result<Terms, SchedulerError> {
    terms.with_situation(&Facts::default(), None, |situation| situation.check())?;
    Ok(terms)
}
