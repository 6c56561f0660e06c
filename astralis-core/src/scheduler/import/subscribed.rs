use crate::model::{CalendarSubscription, LeaseToken};
use crate::scheduler::Scheduler;
use crate::scheduler::import::{ImportError, ImportReport, ImportRequest, InForce, Occasion};

impl Scheduler {
    /// Makes what a subscription's server answered its owner's busy time, if the lease still holds
    /// that it was read under. A file that breaks off replaces none that was whole, and none that
    /// held more.
    pub(crate) async fn import_subscribed(
        &self,
        subscription: &CalendarSubscription,
        token: LeaseToken,
        bytes: Vec<u8>,
    ) -> Result<ImportReport, ImportError> {
        let in_force = match &subscription.state.reading {
            None => InForce::Nothing,
            Some(reading) if reading.is_whole => InForce::Whole,
            Some(reading) => InForce::Part(reading.held),
        };
        let occasion = Occasion::Reading {
            subscription: subscription.id,
            token,
            in_force,
        };
        let request = self.request(subscription, bytes);
        self.replace(&request, occasion).await
    }

    /// Ends a subscription: what it brought is taken away in the same transaction, and meetings no
    /// longer conflict with it.
    ///
    /// # Errors
    ///
    /// [`ImportError::Store`], with [`NotFound`](crate::ports::StoreError::NotFound) if it is gone
    /// already; [`ImportError::Zone`].
    pub async fn unsubscribe(
        &self,
        subscription: &CalendarSubscription,
    ) -> Result<(), ImportError> {
        let occasion = Occasion::Unsubscribing(subscription.id);
        let request = self.request(subscription, Vec::new());
        self.replace(&request, occasion).await.map(drop)
    }

    fn request(&self, subscription: &CalendarSubscription, bytes: Vec<u8>) -> ImportRequest {
        ImportRequest {
            command: self.next_id().into(),
            org: subscription.org,
            user: subscription.user,
            source: subscription.source(),
            bytes,
        }
    }
}
