//! What a store around a store hands through.

/// Implements every port but `Bookings` by calling `self.inner` inside `self.around`.
macro_rules! hand_through {
    ($store:ty) => {
        #[async_trait::async_trait]
        impl Catalog for $store {
            async fn is_set_up(&self) -> Result<bool, StoreError> {
                self.around(Call::Catalog, self.inner.is_set_up()).await
            }

            async fn set_up(
                &self,
                organization: &Organization,
                hosts: &[HostProfile],
                event_types: &[EventType],
            ) -> Result<(), StoreError> {
                let done = self.inner.set_up(organization, hosts, event_types);
                self.around(Call::Catalog, done).await
            }

            async fn first_admin(&self) -> Result<User, StoreError> {
                self.around(Call::Catalog, self.inner.first_admin()).await
            }

            async fn page(&self, slug_or_id: &str) -> Result<Page, StoreError> {
                self.around(Call::Catalog, self.inner.page(slug_or_id))
                    .await
            }

            async fn host(&self, org: OrgId, user: UserId) -> Result<HostProfile, StoreError> {
                self.around(Call::Catalog, self.inner.host(org, user)).await
            }

            async fn event_types(
                &self,
                org: OrgId,
                owner: UserId,
            ) -> Result<Vec<EventType>, StoreError> {
                let found = self.inner.event_types(org, owner);
                self.around(Call::Catalog, found).await
            }

            async fn offering(&self, org: OrgId, id: EventTypeId) -> Result<Offering, StoreError> {
                self.around(Call::Catalog, self.inner.offering(org, id))
                    .await
            }

            async fn save_user(&self, user: &User) -> Result<(), StoreError> {
                self.around(Call::Catalog, self.inner.save_user(user)).await
            }

            async fn save_schedule(
                &self,
                org: OrgId,
                user: UserId,
                schedule: &Schedule,
                expected_version: u32,
            ) -> Result<u32, StoreError> {
                let saved = self
                    .inner
                    .save_schedule(org, user, schedule, expected_version);
                self.around(Call::Catalog, saved).await
            }

            async fn save_event_type(&self, event_type: &EventType) -> Result<(), StoreError> {
                let saved = self.inner.save_event_type(event_type);
                self.around(Call::Catalog, saved).await
            }
        }

        #[async_trait::async_trait]
        impl Credentials for $store {
            async fn save_credential(
                &self,
                credential: &Credential,
                now: DateTime<Utc>,
            ) -> Result<(), StoreError> {
                let saved = self.inner.save_credential(credential, now);
                self.around(Call::Credentials, saved).await
            }

            async fn credential(
                &self,
                hash: TokenHash,
                kind: CredentialKind,
                now: DateTime<Utc>,
            ) -> Result<Option<Credential>, StoreError> {
                let found = self.inner.credential(hash, kind, now);
                self.around(Call::Credentials, found).await
            }

            async fn take_credential(
                &self,
                hash: TokenHash,
                kind: CredentialKind,
                now: DateTime<Utc>,
            ) -> Result<Option<Credential>, StoreError> {
                let taken = self.inner.take_credential(hash, kind, now);
                self.around(Call::Credentials, taken).await
            }
        }

        #[async_trait::async_trait]
        impl Events for $store {
            async fn event(&self, org: OrgId, id: EventId) -> Result<CalendarEvent, StoreError> {
                self.around(Call::Events, self.inner.event(org, id)).await
            }

            async fn events_between(
                &self,
                org: OrgId,
                user: UserId,
                window: Interval,
            ) -> Result<Vec<CalendarEvent>, StoreError> {
                let found = self.inner.events_between(org, user, window);
                self.around(Call::Events, found).await
            }

            async fn series_to_extend(
                &self,
                before: DateTime<Utc>,
                limit: u32,
            ) -> Result<Vec<CalendarEvent>, StoreError> {
                let found = self.inner.series_to_extend(before, limit);
                self.around(Call::Events, found).await
            }
        }

        #[async_trait::async_trait]
        impl Outbox for $store {
            async fn claim_due(&self, claim: &ClaimDue) -> Result<Vec<DueMessage>, StoreError> {
                self.around(Call::ClaimDue, self.inner.claim_due(claim))
                    .await
            }

            async fn record_delivery(
                &self,
                message: MessageId,
                token: LeaseToken,
                delivery: &Delivery,
            ) -> Result<bool, StoreError> {
                let recorded = self.inner.record_delivery(message, token, delivery);
                self.around(Call::RecordDelivery, recorded).await
            }

            async fn messages(
                &self,
                org: OrgId,
                event: EventId,
            ) -> Result<Vec<MessageRecord>, StoreError> {
                self.around(Call::Messages, self.inner.messages(org, event))
                    .await
            }
        }

        #[async_trait::async_trait]
        impl Subscriptions for $store {
            async fn add_subscription(
                &self,
                subscription: &CalendarSubscription,
            ) -> Result<(), StoreError> {
                let added = self.inner.add_subscription(subscription);
                self.around(Call::Subscriptions, added).await
            }

            async fn subscriptions(
                &self,
                org: OrgId,
                user: UserId,
            ) -> Result<Vec<CalendarSubscription>, StoreError> {
                let found = self.inner.subscriptions(org, user);
                self.around(Call::Subscriptions, found).await
            }

            async fn expedite_subscription(
                &self,
                org: OrgId,
                user: UserId,
                id: SubscriptionId,
                now: DateTime<Utc>,
            ) -> Result<(), StoreError> {
                let done = self.inner.expedite_subscription(org, user, id, now);
                self.around(Call::Subscriptions, done).await
            }

            async fn lease_subscription(
                &self,
                lease: &LeaseSubscription<'_>,
            ) -> Result<Option<CalendarSubscription>, StoreError> {
                let leased = self.inner.lease_subscription(lease);
                self.around(Call::LeaseSubscription, leased).await
            }

            async fn record_subscription(
                &self,
                org: OrgId,
                id: SubscriptionId,
                token: LeaseToken,
                state: &SubscriptionState,
                due_at: DateTime<Utc>,
            ) -> Result<bool, StoreError> {
                let recorded = self
                    .inner
                    .record_subscription(org, id, token, state, due_at);
                self.around(Call::RecordSubscription, recorded).await
            }
        }

        #[async_trait::async_trait]
        impl Feeds for $store {
            async fn feed(&self, user: UserId) -> Result<Feed, StoreError> {
                self.around(Call::Feeds, self.inner.feed(user)).await
            }

            async fn renew_feed(&self, org: OrgId, user: UserId) -> Result<Feed, StoreError> {
                self.around(Call::Feeds, self.inner.renew_feed(org, user))
                    .await
            }
        }
    };
}

pub(super) use hand_through;
