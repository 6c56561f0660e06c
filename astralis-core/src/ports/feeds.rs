use async_trait::async_trait;

use crate::model::{OrgId, UserId};
use crate::ports::StoreError;

/// Whose feed it is, and which links to it are valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feed {
    /// The tenant.
    pub org: OrgId,
    /// Whose calendar it shows.
    pub user: UserId,
    /// How often its links were made anew: only links of this generation are valid.
    pub generation: u32,
}

/// Read-only feeds of users' calendars. Every user has one, of generation 0 to begin with.
#[async_trait]
pub trait Feeds: Send + Sync {
    /// The feed of this user, whoever's organization it is: for readers, who know none and have
    /// proved that they may see it.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] if there is no user with this id.
    async fn feed(&self, user: UserId) -> Result<Feed, StoreError>;

    /// Raises the generation, so that every link made so far stops working; answers the feed as it
    /// is from now on.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] if the organization has no such user.
    async fn renew_feed(&self, org: OrgId, user: UserId) -> Result<Feed, StoreError>;
}
