use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{MemoryStore, State, not_found};
use crate::model::{
    CalendarSubscription, LeaseToken, OrgId, SubscriptionId, SubscriptionState, UserId,
};
use crate::ports::{
    LeaseSubscription, MAX_SUBSCRIPTIONS, StoreError, SubscriptionChange, Subscriptions,
};

/// A subscription, and who reads it. A lease moves `due_at` to its own end.
#[derive(Debug, Clone)]
pub(super) struct Subscribed {
    subscription: CalendarSubscription,
    lease: Option<LeaseToken>,
}

#[async_trait]
impl Subscriptions for MemoryStore {
    async fn add_subscription(
        &self,
        subscription: &CalendarSubscription,
    ) -> Result<(), StoreError> {
        self.write(|state| {
            state.host(subscription.org, subscription.user)?;
            let is_same = |other: &Subscribed| {
                let other = &other.subscription;
                other.user == subscription.user && other.url == subscription.url
            };
            if state.subscriptions.values().any(is_same) {
                return Err(StoreError::NotUnique { field: "url" });
            }
            let is_theirs = |other: &&Subscribed| {
                let other = &other.subscription;
                (other.org, other.user) == (subscription.org, subscription.user)
            };
            if state.subscriptions.values().filter(is_theirs).count() >= MAX_SUBSCRIPTIONS {
                return Err(StoreError::TooMany {
                    most: MAX_SUBSCRIPTIONS,
                });
            }
            let subscribed = Subscribed {
                subscription: subscription.clone(),
                lease: None,
            };
            state.subscriptions.insert(subscription.id, subscribed);
            Ok(())
        })
    }

    async fn subscriptions(
        &self,
        org: OrgId,
        user: UserId,
    ) -> Result<Vec<CalendarSubscription>, StoreError> {
        let state = self.read();
        let all = state.subscriptions.values();
        let theirs = all
            .map(|found| &found.subscription)
            .filter(|found| found.org == org && found.user == user);
        Ok(theirs.cloned().collect())
    }

    async fn expedite_subscription(
        &self,
        org: OrgId,
        user: UserId,
        id: SubscriptionId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write(|state| {
            let found = state.subscriptions.get_mut(&id);
            let is_theirs = |found: &&mut Subscribed| {
                found.subscription.org == org && found.subscription.user == user
            };
            let found = found
                .filter(is_theirs)
                .ok_or_else(|| not_found("subscription", id))?;
            if found.lease.is_none() {
                found.subscription.due_at = found.subscription.due_at.min(now);
            }
            Ok(())
        })
    }

    async fn lease_subscription(
        &self,
        lease: &LeaseSubscription<'_>,
    ) -> Result<Option<CalendarSubscription>, StoreError> {
        self.write(|state| {
            let due = state.subscriptions.values_mut();
            let due = due.filter(|found| found.subscription.due_at <= lease.now);
            let due = due.filter(|found| may_be_read(&found.subscription, lease.beside));
            let first = due.min_by_key(|found| (found.subscription.due_at, found.subscription.id));
            Ok(first.map(|found| {
                found.lease = Some(lease.token);
                found.subscription.due_at = lease.lease_until;
                found.subscription.begun += 1;
                found.subscription.clone()
            }))
        })
    }

    async fn record_subscription(
        &self,
        org: OrgId,
        id: SubscriptionId,
        token: LeaseToken,
        new: &SubscriptionState,
        due_at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.write(|state| {
            let found = state.subscriptions.get_mut(&id);
            let Some(found) =
                found.filter(|found| found.subscription.org == org && found.lease == Some(token))
            else {
                return Ok(false);
            };
            found.lease = None;
            found.subscription.due_at = due_at;
            found.subscription.begun = 0;
            found.subscription.state = new.clone();
            Ok(true)
        })
    }
}

/// Whether none of `others` has the same user or the same server.
fn may_be_read(one: &CalendarSubscription, others: &[CalendarSubscription]) -> bool {
    let is_in_the_way = |other: &CalendarSubscription| {
        other.user == one.user || other.url.server() == one.url.server()
    };
    !others.iter().any(is_in_the_way)
}

impl State {
    /// What a plan does to a subscription of its tenant.
    pub(super) fn change_subscription(
        &mut self,
        org: OrgId,
        change: SubscriptionChange,
    ) -> Result<(), StoreError> {
        let (id, token) = match change {
            SubscriptionChange::Read { id, token } => (id, Some(token)),
            SubscriptionChange::Remove(id) => (id, None),
        };
        let found = self.subscriptions.get(&id);
        found
            .filter(|found| found.subscription.org == org)
            .filter(|found| token.is_none() || found.lease == token)
            .ok_or_else(|| not_found("subscription", id))?;
        if token.is_none() {
            self.subscriptions.remove(&id);
        }
        Ok(())
    }
}
