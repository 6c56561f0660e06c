use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::model::{OrgId, UserId};
use crate::ports::StoreError;

/// SHA-256 of a secret; the secret itself is never stored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl std::fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum CredentialKind {
    /// Calls the API until it is revoked.
    ApiToken,
    /// Opens a session, once.
    SignIn,
    /// A browser that signed in.
    Session,
}

/// A secret that stands for a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The secret's hash.
    pub hash: TokenHash,
    /// What it is for.
    pub kind: CredentialKind,
    /// The tenant.
    pub org: OrgId,
    /// Whom it stands for.
    pub user: UserId,
    /// When it ends by itself; `None`: when it is revoked.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Who may act for whom.
#[async_trait]
pub trait Credentials: Send + Sync {
    /// Records a credential; one with the same hash is replaced, and those of the same user that
    /// have expired at `now` are deleted.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] if the user does not exist.
    async fn save_credential(
        &self,
        credential: &Credential,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError>;

    /// The credential with this hash and kind, unless it has expired at `now` (an expiry at
    /// exactly `now` has passed).
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn credential(
        &self,
        hash: TokenHash,
        kind: CredentialKind,
        now: DateTime<Utc>,
    ) -> Result<Option<Credential>, StoreError>;

    /// Like [`credential`](Self::credential), and deletes it: of concurrent calls at most one
    /// receives it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn take_credential(
        &self,
        hash: TokenHash,
        kind: CredentialKind,
        now: DateTime<Utc>,
    ) -> Result<Option<Credential>, StoreError>;
}
