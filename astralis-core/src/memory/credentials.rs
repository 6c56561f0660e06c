use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::MemoryStore;
use crate::ports::{Credential, CredentialKind, Credentials, StoreError, TokenHash};

#[async_trait]
impl Credentials for MemoryStore {
    async fn save_credential(
        &self,
        credential: &Credential,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write(|state| {
            state.host(credential.org, credential.user)?;
            state.credentials.retain(|other| {
                let of_same_user = other.org == credential.org && other.user == credential.user;
                let is_over = of_same_user && has_expired(other, now);
                other.hash != credential.hash && !is_over
            });
            state.credentials.push(credential.clone());
            Ok(())
        })
    }

    async fn credential(
        &self,
        hash: TokenHash,
        kind: CredentialKind,
        now: DateTime<Utc>,
    ) -> Result<Option<Credential>, StoreError> {
        let state = self.read();
        let found = state
            .credentials
            .iter()
            .find(|credential| holds(credential, hash, kind, now));
        Ok(found.cloned())
    }

    async fn take_credential(
        &self,
        hash: TokenHash,
        kind: CredentialKind,
        now: DateTime<Utc>,
    ) -> Result<Option<Credential>, StoreError> {
        self.write(|state| {
            let credentials = &mut state.credentials;
            let position = credentials.iter().position(|c| holds(c, hash, kind, now));
            Ok(position.map(|position| credentials.remove(position)))
        })
    }
}

fn holds(
    credential: &Credential,
    hash: TokenHash,
    kind: CredentialKind,
    now: DateTime<Utc>,
) -> bool {
    credential.hash == hash && credential.kind == kind && !has_expired(credential, now)
}

fn has_expired(credential: &Credential, now: DateTime<Utc>) -> bool {
    credential.expires_at.is_some_and(|at| at <= now)
}
