//! From what an address says to what it means: pages, event types, intents.

use astralis_core::model::{CommandId, EventType, User};
use astralis_core::ports::{Page, StoreError};
use uuid::Uuid;

use crate::state::AppState;

/// Why there is nothing to show under an address.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LookupError {
    /// Nobody has this page.
    #[error("no page has that name")]
    NoPage,
    /// Its owner cannot be booked at the moment.
    #[error("this page takes no bookings at the moment")]
    PageInactive(Box<User>),
    /// The page lists no such event type.
    #[error("the page offers no such meeting")]
    NoEventType(Box<User>),
    /// The event type is paused.
    #[error("this meeting cannot be booked at the moment")]
    EventTypeInactive(Box<User>),
    /// The store could not answer.
    #[error("the store did not answer")]
    Store(#[source] StoreError),
}

impl From<StoreError> for LookupError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The active user behind a page's slug or id.
///
/// # Errors
///
/// [`LookupError`].
pub(crate) async fn page_owner(state: &AppState, page: &str) -> Result<User, LookupError> {
    let user = match state.store().page(page).await {
        Ok(Page::User(user)) => user,
        Ok(_) | Err(StoreError::NotFound { .. }) => return Err(LookupError::NoPage),
        Err(error) => return Err(error.into()),
    };
    if user.active {
        Ok(user)
    } else {
        Err(LookupError::PageInactive(Box::new(user)))
    }
}

/// What a page offers at the moment, in the order it was set up.
///
/// # Errors
///
/// [`LookupError::Store`].
pub(crate) async fn offered_by(
    state: &AppState,
    owner: &User,
) -> Result<Vec<EventType>, LookupError> {
    let mut all = state.store().event_types(owner.org, owner.id).await?;
    all.retain(|event_type| event_type.active);
    Ok(all)
}

/// The active event type of a page with this slug or id.
///
/// # Errors
///
/// [`LookupError`].
pub(crate) async fn event_type_of(
    state: &AppState,
    owner: &User,
    slug_or_id: &str,
) -> Result<EventType, LookupError> {
    let id = slug_or_id.parse().ok();
    let all = state.store().event_types(owner.org, owner.id).await?;
    let found = all
        .into_iter()
        .find(|each| each.slug.as_str() == slug_or_id || Some(each.id) == id);
    match found {
        Some(event_type) if event_type.active => Ok(event_type),
        Some(_) => Err(LookupError::EventTypeInactive(Box::new(owner.clone()))),
        None => Err(LookupError::NoEventType(Box::new(owner.clone()))),
    }
}

/// The intent behind a key that a client chose: the same key in the same scope is the same
/// intent, and nobody's key is another one's.
#[must_use]
pub(crate) fn command_for(scope: Uuid, key: &str) -> CommandId {
    Uuid::new_v5(&scope, key.as_bytes()).into()
}
