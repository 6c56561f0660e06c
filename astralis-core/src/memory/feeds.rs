use async_trait::async_trait;

use super::{MemoryStore, State, not_found};
use crate::model::{OrgId, UserId};
use crate::ports::{Feed, Feeds, StoreError};

#[async_trait]
impl Feeds for MemoryStore {
    async fn feed(&self, user: UserId) -> Result<Feed, StoreError> {
        let state = self.read();
        let host = state.hosts.get(&user);
        let host = host.ok_or_else(|| not_found("user", user))?;
        Ok(state.feed(host.user.org, user))
    }

    async fn renew_feed(&self, org: OrgId, user: UserId) -> Result<Feed, StoreError> {
        self.write(|state| {
            state.host(org, user)?;
            *state.feeds.entry(user).or_default() += 1;
            Ok(state.feed(org, user))
        })
    }
}

impl State {
    fn feed(&self, org: OrgId, user: UserId) -> Feed {
        // Links that were never made anew are of generation 0.
        let generation = self.feeds.get(&user).copied().unwrap_or(0);
        Feed {
            org,
            user,
            generation,
        }
    }
}
