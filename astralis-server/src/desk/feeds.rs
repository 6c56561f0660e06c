use astralis_core::model::User;
use astralis_core::ports::Feed;

use crate::desk::DeskError;
use crate::state::AppState;
use crate::tokens::FeedDetail;

/// The addresses at which a user's calendar can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedAddresses {
    /// With everything about the meetings.
    pub full: String,
    /// When they are busy, and nothing else.
    pub busy_only: String,
}

/// The addresses as they are.
///
/// # Errors
///
/// [`DeskError::Store`].
pub async fn feed_addresses(state: &AppState, user: &User) -> Result<FeedAddresses, DeskError> {
    let feed = state.store().feed(user.id).await?;
    Ok(FeedAddresses::of(state, &feed))
}

/// New addresses; the old ones stop working.
///
/// # Errors
///
/// [`DeskError::Store`].
pub async fn renew_feed(state: &AppState, user: &User) -> Result<FeedAddresses, DeskError> {
    let feed = state.store().renew_feed(user.org, user.id).await?;
    Ok(FeedAddresses::of(state, &feed))
}

impl FeedAddresses {
    fn of(state: &AppState, feed: &Feed) -> Self {
        let url = |detail| state.feed_links.url(feed, detail);
        Self {
            full: url(FeedDetail::Full),
            busy_only: url(FeedDetail::BusyOnly),
        }
    }
}
